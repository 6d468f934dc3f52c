//! Labels that choose among IPv6 source addresses (RFC 6724): `struct ifaddrlblmsg`, `IFAL_*` (`linux/if_addrlabel.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Table};

const IFAL_ADDRESS: u16 = 1;
const IFAL_LABEL: u16 = 2;

/// The label of a prefix.
#[derive(Debug, Clone, Copy)]
pub struct AddrLabel<'a> {
    /// `AF_INET6`.
    pub family: u8,
    /// The length of the prefix, in bits.
    pub prefix_len: u8,
    /// The index of the device that it is for, 0 for all.
    pub index: u32,
    /// The message told that it is gone.
    pub deleted: bool,
    /// The prefix.
    pub address: Option<&'a [u8]>,
    /// The label.
    pub label: Option<u32>,
    body: &'a [u8],
}

impl<'a> AddrLabel<'a> {
    /// Reads an `RTM_NEWADDRLABEL` or `RTM_DELADDRLABEL`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = message.kind == uapi::RTM_DELADDRLABEL as u16;
        if !deleted && message.kind != uapi::RTM_NEWADDRLABEL as u16 {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<12>()?;
        let [family, _, prefix_len, _, a, b, c, d, ..] = *header;
        let attrs: Table<'_, 3> = Table::new(attrs);
        Some(AddrLabel {
            family,
            prefix_len,
            index: u32::from_ne_bytes([a, b, c, d]),
            deleted,
            address: attrs.get(IFAL_ADDRESS),
            label: attrs.u32(IFAL_LABEL),
            body: message.body,
        })
    }

    /// The request that takes this very label away.
    pub fn delete(&self) -> Request {
        let mut request = Request::new(uapi::RTM_DELADDRLABEL as u16, NlmF::empty());
        request.header(self.body);
        request
    }
}

fn header(family: u8, prefix_len: u8, index: u32) -> [u8; 12] {
    let [a, b, c, d] = index.to_ne_bytes();
    [family, 0, prefix_len, 0, a, b, c, d, 0, 0, 0, 0]
}

/// All labels of a family.
pub fn dump(family: u8) -> Request {
    let mut request = Request::new(uapi::RTM_GETADDRLABEL as u16, NlmF::empty());
    request.header(&header(family, 0, 0));
    request
}

/// A request of type `kind` about the label of a prefix; values stand with the numbers of their words.
pub fn change(
    kind: u32,
    flags: NlmF,
    family: u8,
    index: u32,
    (address, bits, word): (&[u8], u8, usize),
    (label, label_word): (u32, usize),
) -> Request {
    let mut request = Request::new(kind as u16, flags);
    request.header(&header(family, bits, index));
    request.word(label_word).u32(IFAL_LABEL, label);
    request.word(word).attr(IFAL_ADDRESS, address);
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_a_label() {
        let prefix = (&[0xfe; 16][..], 64, 2);
        let mut request = change(uapi::RTM_NEWADDRLABEL as u32, NlmF::CREATE, 10, 3, prefix, (99, 4));
        let bytes = request.finish(1).unwrap();
        let expected: &[u8] = &[
            56, 0, 0, 0, 72, 0, 1, 4, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            10, 0, 64, 0, 3, 0, 0, 0, 0, 0, 0, 0, // ifaddrlblmsg
            8, 0, 2, 0, 99, 0, 0, 0, // IFAL_LABEL
            20, 0, 1, 0, // IFAL_ADDRESS
        ];
        assert_eq!(&bytes[..40], expected);
        let message = Messages::new(bytes).next().unwrap().unwrap();
        let label = AddrLabel::decode(&message).unwrap();
        assert_eq!((label.index, label.prefix_len, label.label), (3, 64, Some(99)));
    }
}
