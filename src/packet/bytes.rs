//! Bytes of a packet that may end too early.

/// A field lies beyond what was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

type Result<T> = std::result::Result<T, Cut>;

/// What has been captured of a packet, from some header on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Whether there are at least `len`.
    pub fn has(self, len: usize) -> bool {
        self.0.len() >= len
    }

    /// The byte at `at`.
    pub fn u8(self, at: usize) -> Result<u8> {
        self.0.get(at).copied().ok_or(Cut)
    }

    /// The 16 bits at `at`, from network order.
    pub fn u16(self, at: usize) -> Result<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    /// The 24 bits at `at`, from network order.
    pub fn u24(self, at: usize) -> Result<u32> {
        let [a, b, c] = self.array(at)?;
        Ok(u32::from_be_bytes([0, a, b, c]))
    }

    /// The 32 bits at `at`, from network order.
    pub fn u32(self, at: usize) -> Result<u32> {
        self.array(at).map(u32::from_be_bytes)
    }

    /// The `N` bytes at `at`.
    pub fn array<const N: usize>(self, at: usize) -> Result<[u8; N]> {
        self.slice(at, N)?.try_into().map_err(|_| Cut)
    }

    /// The `len` bytes at `at`.
    pub fn slice(self, at: usize, len: usize) -> Result<&'a [u8]> {
        self.0.get(at..at.checked_add(len).ok_or(Cut)?).ok_or(Cut)
    }

    /// What stands behind the first `at` bytes; nothing where there are not so many.
    pub fn from(self, at: usize) -> Bytes<'a> {
        Bytes(self.0.get(at..).unwrap_or_default())
    }

    /// At most the first `len` bytes.
    pub fn first(self, len: usize) -> Bytes<'a> {
        Bytes(&self.0[..len.min(self.0.len())])
    }
}

/// The Internet checksum (RFC 1071) over `parts` one behind the other, of which all but the last are even in length: 0
/// where they contain their own and it is right.
pub fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum: u64 = 0;
    for pair in parts.iter().flat_map(|part| part.chunks(2)) {
        sum += u64::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_beyond_the_end() {
        let bytes = Bytes(&[1, 2, 3]);
        assert_eq!(bytes.u16(1), Ok(0x0203));
        assert_eq!(bytes.u16(2), Err(Cut));
        assert_eq!(bytes.slice(usize::MAX, 2), Err(Cut));
        assert!(bytes.from(9).is_empty());
        assert_eq!(bytes.first(2).0, [1, 2]);
    }

    #[test]
    fn a_header_with_its_checksum_sums_up_to_nothing() {
        let mut header = *b"\x45\x00\x00\x54\x00\x01\x40\x00\x40\x01\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02";
        let sum = checksum(&[&header]);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(checksum(&[&header]), 0);
        assert_eq!(checksum(&[&[0xff]]), 0x00ff);
    }
}
