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
    let mut request = Request::of_kind(kind, flags);
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
