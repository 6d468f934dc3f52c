//! Packet filter rules as iptables has them, in the nf_tables layout of iptables-nft: bytes to rule, rule to bytes.
//!
//! A rule is a list of nf_tables expressions. What iptables-nft writes as expressions of nf_tables' own (addresses,
//! interfaces, ports, marks, limits, verdicts) and what as x_tables matches and targets behind `nft_compat` was found
//! out by listing its rules. Never sees words, never prints; which options a match has is data, in [`xt`].

pub mod builtin;
mod decode;
mod encode;
mod expr;
pub mod rule;
pub mod ruleset;
pub mod transaction;
pub mod uapi;
pub mod xt;

pub use decode::{Unreadable, decode};
pub use encode::encode;
pub use rule::{Counters, Interface, Net, Rule, Target};
pub use ruleset::{Chain, Ruleset, StoredRule};
pub use transaction::{Change, Transaction};

use crate::netlink::{NlmF, Request, Table};

/// The family of a ruleset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4, iptables.
    V4,
    /// IPv6, ip6tables.
    V6,
}

impl Family {
    /// `NFPROTO_*`, which is `AF_*` for these two.
    pub fn number(self) -> u8 {
        match self {
            Family::V4 => libc::AF_INET as u8,
            Family::V6 => libc::AF_INET6 as u8,
        }
    }

    /// The length of an address in bytes.
    pub fn address_len(self) -> usize {
        match self {
            Family::V4 => 4,
            Family::V6 => 16,
        }
    }
}

/// A rule as it comes back from the kernel: what makes no difference is gone, and a rate is the nearest one that there
/// is.
pub fn normal(rule: &Rule, family: Family) -> Rule {
    let mut request = message(0, NlmF::empty(), 0, 0);
    let start = request.len();
    encode(rule, family, &mut request);
    let attrs: Table<'_, 8> = Table::new(request.from_mut(start));
    let expressions = attrs.get(uapi::nfta::RULE_EXPRESSIONS).unwrap_or_default();
    decode(family, expressions).unwrap_or_else(|_| rule.clone())
}

/// A message with its `struct nfgenmsg`: family, version 0, and a resource id that only batches have.
fn message(kind: u16, flags: NlmF, family: u8, resource: u16) -> Request {
    let mut request = Request::new(kind, flags);
    let [high, low] = resource.to_be_bytes();
    request.header(&[family, 0, high, low]);
    request
}

/// Appends a 32-bit attribute in network order.
fn be32(request: &mut Request, kind: u16, value: u32) {
    request.attr(kind, &value.to_be_bytes());
}

/// Appends a 64-bit attribute in network order.
fn be64(request: &mut Request, kind: u16, value: u64) {
    request.attr(kind, &value.to_be_bytes());
}

/// A number in network order.
fn from_be(payload: &[u8]) -> Option<u64> {
    (payload.len() <= 8).then(|| payload.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::uapi::nfta;
    use super::*;

    /// The payload of `NFTA_RULE_EXPRESSIONS`.
    fn expressions(rule: &Rule, family: Family) -> Vec<u8> {
        let mut request = message(0, NlmF::empty(), 0, 0);
        let start = request.len();
        encode(rule, family, &mut request);
        let attrs: Table<'_, 8> = Table::new(request.from_mut(start));
        attrs.get(nfta::RULE_EXPRESSIONS).unwrap().to_vec()
    }

    fn known(word: &[u8], changes: &[(usize, &[u8])]) -> xt::Extension {
        let kind = xt::match_by_word(Family::V4, word).unwrap();
        let mut data = kind.block();
        changes.iter().for_each(|(at, bytes)| xt::put(&mut data, *at, bytes));
        xt::Extension::Known(kind, data)
    }

    fn sample() -> Rule {
        let mut source = Net { inverted: true, ..Net::default() };
        source.address[..2].copy_from_slice(&[10, 16]);
        source.mask[..2].copy_from_slice(&[255, 240]);
        Rule {
            input: Some(Interface { name: b"eth+".to_vec(), inverted: false }),
            protocol: 6,
            source,
            fragment: Some(true),
            matches: vec![
                known(b"tcp", &[(4, &22u16.to_ne_bytes()), (6, &23u16.to_ne_bytes()), (9, &[0x17, 0x02, 2])]),
                known(b"mark", &[(0, &[1]), (4, &[0xff]), (8, &[1])]),
                known(b"limit", &[]),
                known(b"comment", &[(0, b"hi")]),
            ],
            target: Target::Jump(b"chain".to_vec()),
            counters: Counters { packets: 3, bytes: 400 },
            ..Rule::default()
        }
    }

    #[test]
    fn golden_bytes_of_a_rule() {
        let rule = Rule {
            source: Net { address: [10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], ..Net::default() },
            target: Target::Accept,
            ..Rule::default()
        };
        let mut rule = rule;
        rule.source.mask[0] = 0xff;
        // As iptables-nft sends `-s 10.0.0.0/8 -j ACCEPT`: payload, cmp, counter, immediate.
        let expected: &[u8] = &[
            0x34, 0, 1, 0x80, 0x0c, 0, 1, 0, b'p', b'a', b'y', b'l', b'o', b'a', b'd', 0, 0x24, 0, 2, 0x80, //
            8, 0, 1, 0, 0, 0, 0, 1, 8, 0, 2, 0, 0, 0, 0, 1, 8, 0, 3, 0, 0, 0, 0, 0x0c, 8, 0, 4, 0, 0, 0, 0, 1, //
            0x2c, 0, 1, 0x80, 8, 0, 1, 0, b'c', b'm', b'p', 0, 0x20, 0, 2, 0x80, 8, 0, 1, 0, 0, 0, 0, 1, //
            8, 0, 2, 0, 0, 0, 0, 0, 0x0c, 0, 3, 0x80, 5, 0, 1, 0, 0x0a, 0, 0, 0, //
            0x2c, 0, 1, 0x80, 0x0c, 0, 1, 0, b'c', b'o', b'u', b'n', b't', b'e', b'r', 0, 0x1c, 0, 2, 0x80, //
            0x0c, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0c, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, //
            0x30, 0, 1, 0x80, 0x0e, 0, 1, 0, b'i', b'm', b'm', b'e', b'd', b'i', b'a', b't', b'e', 0, 0, 0, //
            0x1c, 0, 2, 0x80, 8, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 2, 0x80, 0x0c, 0, 2, 0x80, 8, 0, 1, 0, 0, 0, 0, 1,
        ];
        assert_eq!(expressions(&rule, Family::V4), expected);
        assert_eq!(decode(Family::V4, expected), Ok(rule));
    }

    #[test]
    fn what_is_written_is_read() {
        let rule = sample();
        assert_eq!(decode(Family::V4, &expressions(&rule, Family::V4)), Ok(rule.clone()));
        assert!(normal(&rule, Family::V4).says_what(&rule));
    }

    #[test]
    fn damaged_rules_do_not_panic() {
        let bytes = expressions(&sample(), Family::V4);
        for at in 0..bytes.len() {
            let _ = decode(Family::V4, &bytes[..at]);
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                for family in [Family::V4, Family::V6] {
                    let _ = decode(family, &damaged).map(|rule| normal(&rule, family));
                }
            }
        }
    }

    #[test]
    fn tables_are_sound() {
        for kind in xt::MATCHES.iter().chain(xt::TARGETS) {
            assert_eq!(kind.size % 8, 0, "{}", kind.word);
            assert!(!kind.help.is_empty(), "{}", kind.word);
            for (at, row) in kind.rows.iter().enumerate() {
                assert!(row.at < kind.size && !row.help.is_empty(), "{} {}", kind.word, row.name);
                let bits = [row.invert, row.present].into_iter().flatten();
                bits.for_each(|bit| assert!(bit.at + bit.width <= kind.size, "{} {}", kind.word, row.name));
                let others = || kind.rows[..at].iter().flat_map(|other| [other.name, other.short]);
                assert!(others().all(|other| other != row.name), "{} {}", kind.word, row.name);
            }
        }
    }
}
