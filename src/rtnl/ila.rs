//! Identifier-Locator Addressing: addresses whose first half is where a host is (`linux/ila.h`).

use crate::output::{Hex, Show};
use crate::rows::Names;
use crate::words::leading_number;

/// `ILA_ATTR_LOCATOR`: a [`Locator`].
pub const LOCATOR: u16 = 1;
/// `ILA_ATTR_LOCATOR_MATCH`: a [`Locator`].
pub const LOCATOR_MATCH: u16 = 3;
/// `ILA_ATTR_IFINDEX`.
pub const IFINDEX: u16 = 4;
/// `ILA_ATTR_CSUM_MODE`: one of [`CSUM_MODES`].
pub const CSUM_MODE: u16 = 7;
/// `ILA_ATTR_IDENT_TYPE`: one of [`IDENT_TYPES`].
pub const IDENT_TYPE: u16 = 8;

const fn names(names: &'static [(u64, &'static str)]) -> Names {
    Names { other: "unknown", ..Names::new(1, names) }
}

/// `ILA_CSUM_*`.
pub static CSUM_MODES: Names =
    names(&[(0, "adj-transport"), (1, "neutral-map"), (2, "no-action"), (3, "neutral-map-auto")]);

/// `ILA_ATYPE_*`.
pub static IDENT_TYPES: Names = names(&[
    (0, "iid"),
    (1, "luid"),
    (2, "virt-v4"),
    (3, "virt-uni-v6"),
    (4, "virt-multi-v6"),
    (5, "nonlocal-addr"),
    (32, "use-format"),
]);

/// Those of [`IDENT_TYPES`] that the kernel lets one choose.
pub static IDENT_CHOICES: Names = names(&[(1, "luid"), (32, "use-format")]);

/// The first 64 bits of an address, in network order. Shown as four groups, none of them shortened to `::`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locator(pub [u8; 8]);

impl Locator {
    /// Up to four groups of 16 bits, hexadecimal, as `2001:0:1:2`; those that are not there are zero.
    pub fn parse(word: &[u8]) -> Option<Locator> {
        let mut bytes = [0; 8];
        let groups: Vec<&[u8]> = word.split(|&b| b == b':').collect();
        if groups.len() > 4 {
            return None;
        }
        for (bytes, group) in bytes.chunks_exact_mut(2).zip(groups) {
            let (value, b"") = leading_number(group, 16)? else { return None };
            bytes.copy_from_slice(&u16::try_from(value).ok()?.to_be_bytes());
        }
        Some(Locator(bytes))
    }
}

impl Show for Locator {
    fn put(&self, buf: &mut Vec<u8>) {
        for (i, pair) in self.0.chunks_exact(2).enumerate() {
            if i > 0 {
                buf.push(b':');
            }
            Hex(u16::from_be_bytes([pair[0], pair[1]]).into(), 1).put(buf);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators() {
        for (word, text) in [
            ("2001:0:1:2", Some("2001:0:1:2")),
            ("1:2", Some("1:2:0:0")),
            ("FFFF", Some("ffff:0:0:0")),
            ("1:2:3:4:5", None),
            ("10000", None),
            ("1::2", None),
            ("1:x", None),
            ("", None),
        ] {
            let mut buf = Vec::new();
            let locator = Locator::parse(word.as_bytes()).inspect(|locator| locator.put(&mut buf));
            assert_eq!(locator.map(|_| String::from_utf8(buf).unwrap()).as_deref(), text, "{word}");
        }
    }
}
