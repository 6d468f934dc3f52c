//! Attributes as they are received: borrowed, length-checked, never copied.

use super::align;

/// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`: flags in the upper bits of an attribute's type.
const TYPE_MASK: u16 = 0x3fff;

/// One attribute: its type with the flag bits masked off, and its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attr<'a> {
    /// The attribute's number, e.g. `IFLA_MTU`.
    pub kind: u16,
    /// The bytes behind the four of its header, without padding.
    pub payload: &'a [u8],
}

/// Iterates over the attributes of a message or of a nest.
///
/// It ends at the first attribute whose length does not fit what is left; what came before is still good.
#[derive(Debug, Clone, Copy)]
pub struct Attrs<'a> {
    rest: &'a [u8],
}

impl<'a> Attrs<'a> {
    /// The attributes in `bytes`, which begin at the first attribute's header.
    pub fn new(bytes: &'a [u8]) -> Self {
        Attrs { rest: bytes }
    }

    /// What the iterator has not read: empty after the last attribute of a well-formed list.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Attrs<'a> {
    type Item = Attr<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attr<'a>> {
        let header: &[u8; 4] = self.rest.first_chunk()?;
        let len = usize::from(u16::from_ne_bytes([header[0], header[1]]));
        let kind = u16::from_ne_bytes([header[2], header[3]]) & TYPE_MASK;
        let payload = self.rest.get(4..len)?;
        self.rest = self.rest.get(align(len)..).unwrap_or(&[]);
        Some(Attr { kind, payload })
    }
}

/// The attributes of one message, found by number. Of two with the same number the last one counts.
///
/// `N` is one more than the highest number that is of interest; higher ones are passed over, as a kernel newer than
/// this program may send them. It holds where attributes begin, not slices: it is made for each message of a dump, and
/// an eighth of the size is an eighth to clear and to move.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a, const N: usize> {
    bytes: &'a [u8],
    /// Where the payload of each begins; 0, where the first attribute's header is, for one that is not there.
    starts: [u16; N],
}

impl<'a, const N: usize> Table<'a, N> {
    /// Sorts the attributes in `bytes` by their number.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut table = Table { bytes, starts: [0; N] };
        let mut attrs = Attrs::new(bytes);
        loop {
            let start = bytes.len() - attrs.rest().len() + 4;
            let (Some(attr), Ok(start)) = (attrs.next(), u16::try_from(start)) else { return table };
            if let Some(slot) = table.starts.get_mut(usize::from(attr.kind)) {
                *slot = start;
            }
        }
    }

    /// The payload of attribute `kind`.
    #[inline]
    pub fn get(&self, kind: u16) -> Option<&'a [u8]> {
        let start = usize::from(*self.starts.get(usize::from(kind))?);
        let header: &[u8; 4] = self.bytes.get(start.checked_sub(4)?..)?.first_chunk()?;
        let len = usize::from(u16::from_ne_bytes([header[0], header[1]]));
        self.bytes.get(start..start + len - 4)
    }

    /// Whether the message carries attribute `kind`.
    #[inline]
    pub fn has(&self, kind: u16) -> bool {
        self.get(kind).is_some()
    }

    /// The payload as a byte.
    #[inline]
    pub fn u8(&self, kind: u16) -> Option<u8> {
        self.get(kind)?.first().copied()
    }

    /// The payload as a 16-bit number in host order.
    #[inline]
    pub fn u16(&self, kind: u16) -> Option<u16> {
        Some(u16::from_ne_bytes(*self.get(kind)?.first_chunk()?))
    }

    /// The payload as a 32-bit number in host order.
    #[inline]
    pub fn u32(&self, kind: u16) -> Option<u32> {
        Some(u32::from_ne_bytes(*self.get(kind)?.first_chunk()?))
    }

    /// The payload as a 64-bit number in host order.
    #[inline]
    pub fn u64(&self, kind: u16) -> Option<u64> {
        Some(u64::from_ne_bytes(*self.get(kind)?.first_chunk()?))
    }

    /// The payload as a signed 32-bit number in host order.
    #[inline]
    pub fn i32(&self, kind: u16) -> Option<i32> {
        self.u32(kind).map(u32::cast_signed)
    }

    /// The payload as a string: the bytes before its first NUL.
    #[inline]
    pub fn str(&self, kind: u16) -> Option<&'a [u8]> {
        self.get(kind).map(until_nul)
    }

    /// The attributes nested in attribute `kind`.
    #[inline]
    pub fn nested(&self, kind: u16) -> Option<Attrs<'a>> {
        self.get(kind).map(Attrs::new)
    }

    /// The attributes nested in attribute `kind`, sorted by number.
    #[inline]
    pub fn table<const M: usize>(&self, kind: u16) -> Option<Table<'a, M>> {
        self.get(kind).map(Table::new)
    }
}

impl<'a> Attr<'a> {
    /// The payload as a byte.
    pub fn u8(&self) -> Option<u8> {
        self.payload.first().copied()
    }

    /// The payload as a 16-bit number in host order.
    pub fn u16(&self) -> Option<u16> {
        Some(u16::from_ne_bytes(*self.payload.first_chunk()?))
    }

    /// The payload as a 32-bit number in host order.
    pub fn u32(&self) -> Option<u32> {
        Some(u32::from_ne_bytes(*self.payload.first_chunk()?))
    }

    /// The payload as a string: the bytes before its first NUL.
    pub fn str(&self) -> &'a [u8] {
        until_nul(self.payload)
    }
}

/// The bytes before the first NUL, or all of them.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    match bytes.iter().position(|&b| b == 0) {
        Some(end) => &bytes[..end],
        None => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_one_after_the_other() {
        let bytes = [5, 0, 1, 0, 0xaa, 0, 0, 0, 8, 0, 2, 0x80, 1, 0, 0, 0];
        let all: Vec<_> = Attrs::new(&bytes).collect();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].kind, all[0].payload), (1, &[0xaa][..]));
        assert_eq!((all[1].kind, all[1].u32()), (2, Some(1)), "the nested flag is masked off");
    }

    #[test]
    fn a_length_that_lies_ends_the_list() {
        for bytes in [&[3, 0, 1, 0][..], &[9, 0, 1, 0, 0, 0, 0, 0], &[4, 0, 1], &[0, 0, 0, 0]] {
            assert_eq!(Attrs::new(bytes).count(), 0, "{bytes:?}");
        }
    }

    #[test]
    fn a_short_payload_gives_no_number() {
        let table: Table<4> = Table::new(&[6, 0, 1, 0, 1, 2, 0, 0, 4, 0, 9, 0]);
        assert_eq!(table.u16(1), Some(u16::from_ne_bytes([1, 2])));
        assert_eq!(table.u32(1), None);
        assert!(!table.has(9), "numbers past the table are passed over");
    }
}
