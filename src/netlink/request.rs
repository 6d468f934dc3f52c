//! Requests as they are built.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::{Error, NlmF, Result, align, message::HEADER};

/// A message being written: header, the family's fixed header, attributes.
///
/// It remembers which of the user's words made which bytes ([`Request::word`]), so that the offset in an extended ACK
/// can name the word at fault ([`Request::word_at`]). A nest or attribute that outgrows its 16-bit length is remembered
/// too and refused when the request is sent.
#[derive(Debug, Clone)]
pub struct Request {
    bytes: Vec<u8>,
    words: Vec<(u32, u16)>,
    open: Vec<Open>,
    held: Vec<Arc<OwnedFd>>,
    too_long: bool,
}

/// An attribute whose content is being written.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Where its header stands.
    start: usize,
    /// Where the attributes in it begin: behind the header, or behind raw content.
    attrs: usize,
}

impl Request {
    /// A request of type `kind`, e.g. an [`Rtm`](super::Rtm); `NLM_F_REQUEST` is understood.
    pub fn new(kind: impl Into<u16>, flags: NlmF) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&kind.into().to_ne_bytes());
        bytes.extend_from_slice(&(flags | NlmF::REQUEST).bits().to_ne_bytes());
        bytes.extend_from_slice(&[0; 8]);
        Request { bytes, words: Vec::new(), open: Vec::new(), held: Vec::new(), too_long: false }
    }

    /// A request of type `kind` with the body of a message about the same object, header and attributes.
    pub fn from_body(kind: impl Into<u16>, flags: NlmF, body: &[u8]) -> Self {
        let mut request = Request::new(kind, flags);
        request.header(body);
        request
    }

    /// Appends the family's fixed header (`struct ifinfomsg`, `struct rtmsg`, …), padded.
    pub fn header(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self.pad();
        self
    }

    /// The fixed header and all behind it.
    pub fn body(&self) -> &[u8] {
        &self.bytes[HEADER..]
    }

    /// The fixed header and all behind it, to change a field that a later word decides.
    pub fn body_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[HEADER..]
    }

    /// Takes the attributes from here on for those of an open nest, so that they are found and replaced.
    pub fn top(&mut self) -> &mut Self {
        self.open.push(Open { start: 0, attrs: self.bytes.len() });
        self
    }

    /// Appends an attribute.
    pub fn attr(&mut self, kind: u16, payload: &[u8]) -> &mut Self {
        let len = payload.len() + 4;
        self.too_long |= len > usize::from(u16::MAX);
        self.bytes.extend_from_slice(&(len as u16).to_ne_bytes());
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.bytes.extend_from_slice(payload);
        self.pad();
        self
    }

    /// Appends a string attribute with its final NUL.
    pub fn string(&mut self, kind: u16, text: &[u8]) -> &mut Self {
        let start = self.open(kind);
        self.bytes.extend_from_slice(text);
        self.bytes.push(0);
        self.close(start);
        self.pad();
        self
    }

    /// Appends an 8-bit attribute.
    pub fn u8(&mut self, kind: u16, value: u8) -> &mut Self {
        self.attr(kind, &[value])
    }

    /// Appends a 16-bit attribute in host order.
    pub fn u16(&mut self, kind: u16, value: u16) -> &mut Self {
        self.attr(kind, &value.to_ne_bytes())
    }

    /// Appends a 32-bit attribute in host order.
    pub fn u32(&mut self, kind: u16, value: u32) -> &mut Self {
        self.attr(kind, &value.to_ne_bytes())
    }

    /// Appends a 64-bit attribute in host order.
    pub fn u64(&mut self, kind: u16, value: u64) -> &mut Self {
        self.attr(kind, &value.to_ne_bytes())
    }

    /// Appends a nest whose content `fill` writes.
    pub fn nest<T>(&mut self, kind: u16, fill: impl FnOnce(&mut Self) -> T) -> T {
        let start = self.open(kind);
        let result = fill(self);
        self.close(start);
        result
    }

    /// Opens an attribute whose content follows; [`Request::close`] wants the returned place.
    pub fn open(&mut self, kind: u16) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.open.push(Open { start, attrs: start + 4 });
        start
    }

    /// Ends the attribute opened at `start` by writing its length.
    pub fn close(&mut self, start: usize) {
        self.open.retain(|open| open.start < start);
        let len = self.bytes.len() - start;
        self.too_long |= len > usize::from(u16::MAX);
        self.bytes[start..start + 2].copy_from_slice(&(len as u16).to_ne_bytes());
    }

    /// Appends raw bytes inside an open attribute: a fixed header such as `struct rtnexthop` or a whole `ifinfomsg`.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        if let Some(open) = self.open.last_mut() {
            open.attrs = self.bytes.len();
        }
        self
    }

    /// Where the last attribute with number `kind` stands in the innermost nest that is open.
    fn find(&self, kind: u16) -> Option<std::ops::Range<usize>> {
        let mut at = self.open.last()?.attrs;
        let mut found = None;
        while let Some(header) = self.bytes.get(at..at + 4) {
            let len = usize::from(u16::from_ne_bytes([header[0], header[1]])).max(4);
            if u16::from_ne_bytes([header[2], header[3]]) == kind {
                found = Some(at..at + len);
            }
            at += align(len);
        }
        found
    }

    /// The payload of attribute `kind` in the innermost nest that is open.
    pub fn payload(&self, kind: u16) -> Option<&[u8]> {
        self.find(kind).and_then(|range| self.bytes.get(range.start + 4..range.end))
    }

    /// Lets `change` change the payload of attribute `kind` in the innermost nest that is open. False where there is
    /// none.
    pub fn patch_last(&mut self, kind: u16, change: impl FnOnce(&mut [u8])) -> bool {
        let payload = self.find(kind).and_then(|range| self.bytes.get_mut(range.start + 4..range.end));
        payload.map(change).is_some()
    }

    /// Appends an attribute, or replaces the one with the same number in the innermost nest that is open.
    pub fn put(&mut self, kind: u16, payload: &[u8]) -> &mut Self {
        if self.payload(kind).is_some_and(|old| old.len() == payload.len()) {
            self.patch_last(kind, |old| old.copy_from_slice(payload));
            return self;
        }
        self.remove(kind);
        self.attr(kind, payload)
    }

    /// Takes attribute `kind` out of the innermost nest that is open, if it is there.
    pub fn remove(&mut self, kind: u16) {
        if let Some(range) = self.find(kind) {
            let end = align(range.end).min(self.bytes.len());
            let gone = (end - range.start) as u32;
            self.bytes.drain(range.start..end);
            for (start, _) in self.words.iter_mut().filter(|(start, _)| *start as usize > range.start) {
                *start = start.saturating_sub(gone).max(range.start as u32);
            }
        }
    }

    /// Takes everything out of the innermost nest that is open.
    pub fn empty(&mut self) -> &mut Self {
        if let Some(open) = self.open.last() {
            self.bytes.truncate(open.attrs);
        }
        self
    }

    /// Where the next byte will stand, for [`Request::cut`] and for patching lengths that are no attribute's.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// A request always has a header.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Forgets everything from `len` on.
    pub fn cut(&mut self, len: usize) {
        self.bytes.truncate(len.max(HEADER));
    }

    /// All bytes from `at` on, to patch a length written before its content was known.
    pub fn from_mut(&mut self, at: usize) -> &mut [u8] {
        &mut self.bytes[at..]
    }

    /// Says that what is appended from here on comes from the user's word number `word`.
    pub fn word(&mut self, word: usize) -> &mut Self {
        self.words.push((self.bytes.len() as u32, word as u16));
        self
    }

    /// Keeps a file open that the request names by its number, for as long as the request lives.
    pub fn hold(&mut self, file: OwnedFd) {
        self.held.push(Arc::new(file));
    }

    /// The number of the user's word that made the byte at `offset` from the start of the message.
    pub fn word_at(&self, offset: u32) -> Option<usize> {
        let (_, word) = self.words.iter().rev().find(|(start, _)| *start <= offset)?;
        Some(usize::from(*word))
    }

    /// The message type, e.g. `RTM_NEWLINK`.
    pub fn kind(&self) -> u16 {
        u16::from_ne_bytes([self.bytes[4], self.bytes[5]])
    }

    /// Adds flags, e.g. `NLM_F_ECHO`.
    pub fn add_flags(&mut self, flags: NlmF) {
        let old = u16::from_ne_bytes([self.bytes[6], self.bytes[7]]);
        self.bytes[6..8].copy_from_slice(&(old | flags.bits()).to_ne_bytes());
    }

    /// Fills in length and sequence number and gives the message as it is sent.
    pub fn finish(&mut self, sequence: u32) -> Result<&[u8]> {
        if self.too_long {
            return Err(Error::TooLong);
        }
        let len = self.bytes.len() as u32;
        self.bytes[..4].copy_from_slice(&len.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        Ok(&self.bytes)
    }

    /// Pads to the next multiple of four bytes, as is due behind the raw content of an attribute.
    pub fn pad(&mut self) {
        self.bytes.resize(align(self.bytes.len()), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Rtm;

    #[test]
    fn golden_bytes_of_a_nested_request() {
        let mut request = Request::new(Rtm::Newlink, NlmF::ACK | NlmF::CREATE);
        request.header(&[0; 16]).string(3, b"br0");
        request.nest(18, |r| {
            r.string(1, b"vx");
        });
        let bytes = request.finish(5).unwrap();
        let expected: &[u8] = &[
            52, 0, 0, 0, 16, 0, 0x05, 0x04, 5, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // ifinfomsg
            8, 0, 3, 0, b'b', b'r', b'0', 0, // IFLA_IFNAME
            12, 0, 18, 0, 7, 0, 1, 0, b'v', b'x', 0, 0, // IFLA_LINKINFO { IFLA_INFO_KIND }
        ];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn an_offset_names_the_word() {
        let mut request = Request::new(Rtm::Newlink, NlmF::empty());
        request.header(&[0; 16]);
        request.word(3).u32(4, 1).word(5).u32(13, 2);
        assert_eq!(request.word_at(16), None);
        assert_eq!(request.word_at(36), Some(3));
        assert_eq!(request.word_at(44), Some(5));
    }

    #[test]
    fn attributes_of_an_open_nest_are_found_replaced_and_removed() {
        let mut request = Request::new(Rtm::Newlink, NlmF::empty());
        request.header(&[0; 16]).u32(1, 7);
        request.put(1, &[9, 0, 0, 0]);
        assert_eq!(request.payload(1), None, "no nest is open");
        let nest = request.open(18);
        request.raw(&[8, 0, 1, 0, 0, 0, 0, 0]).u16(1, 5).word(3).u32(2, 6);
        assert_eq!(request.payload(1), Some(&5u16.to_ne_bytes()[..]), "raw content holds no attributes");
        request.put(1, &[4, 0]).put(2, &[1]);
        assert_eq!((request.payload(1), request.payload(2)), (Some(&[4, 0][..]), Some(&[1][..])));
        request.remove(1);
        request.close(nest);
        let bytes = request.finish(1).unwrap();
        assert_eq!(bytes[48..], [20, 0, 18, 0, 8, 0, 1, 0, 0, 0, 0, 0, 5, 0, 2, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn what_outgrows_its_length_is_refused() {
        let mut request = Request::new(Rtm::Newlink, NlmF::empty());
        request.header(&[0; 16]).attr(1, &[0; 65_532]);
        assert_eq!(request.finish(1), Err(Error::TooLong));
    }
}
