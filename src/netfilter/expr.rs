//! The expressions that a rule is made of, as they are read and written.

use super::uapi::{REG_1, nfta};
use super::{be32, be64};
use crate::netlink::{Attrs, Request, Table, until_nul};

/// How many attributes of an expression are of interest: those below `NFTA_*` 8.
const ATTRS: usize = 8;

/// One expression, borrowed from a message.
pub(super) struct Expression<'a> {
    /// What kind it is, e.g. `payload`.
    pub name: &'a [u8],
    /// Its attributes.
    pub data: Table<'a, ATTRS>,
}

/// The expressions in the payload of `NFTA_RULE_EXPRESSIONS`.
pub(super) fn expressions(bytes: &[u8]) -> impl Iterator<Item = Expression<'_>> {
    Attrs::new(bytes).map(|element| {
        let element: Table<'_, 3> = Table::new(element.payload);
        Expression {
            name: element.str(nfta::EXPR_NAME).unwrap_or_default(),
            data: element.table(nfta::EXPR_DATA).unwrap_or(Table::new(&[])),
        }
    })
}

impl<'a> Expression<'a> {
    /// A number, which these are in network order.
    pub fn number(&self, kind: u16) -> Option<u64> {
        super::from_be(self.data.get(kind)?)
    }

    /// A number of 32 bits.
    pub fn u32(&self, kind: u16) -> Option<u32> {
        self.number(kind)?.try_into().ok()
    }

    /// The plain bytes in a nest of `NFTA_DATA_*`.
    pub fn value(&self, kind: u16) -> Option<&'a [u8]> {
        self.data.table::<3>(kind)?.get(nfta::DATA_VALUE)
    }

    /// The verdict in a nest of `NFTA_DATA_*`, with the chain that it names.
    pub fn verdict(&self, kind: u16) -> Option<(u32, &'a [u8])> {
        let verdict: Table<'a, 3> = self.data.table::<3>(kind)?.table(nfta::DATA_VERDICT)?;
        let code = super::from_be(verdict.get(nfta::VERDICT_CODE)?)? as u32;
        Some((code, verdict.get(nfta::VERDICT_CHAIN).map(until_nul).unwrap_or_default()))
    }
}

/// Appends one expression, its attributes written by `fill`.
fn element(request: &mut Request, name: &[u8], fill: impl FnOnce(&mut Request)) {
    request.nest(nfta::LIST_ELEM | nfta::NESTED, |request| {
        request.string(nfta::EXPR_NAME, name);
        request.nest(nfta::EXPR_DATA | nfta::NESTED, fill);
    });
}

/// Appends plain bytes as `NFTA_DATA_VALUE`.
fn value(request: &mut Request, kind: u16, bytes: &[u8]) {
    request.nest(kind | nfta::NESTED, |request| {
        request.attr(nfta::DATA_VALUE, bytes);
    });
}

/// `meta load KEY`.
pub(super) fn meta(request: &mut Request, key: u32) {
    element(request, b"meta", |request| {
        be32(request, nfta::META_KEY, key);
        be32(request, nfta::META_DREG, REG_1);
    });
}

/// `payload load` of `len` bytes.
pub(super) fn payload(request: &mut Request, base: u32, offset: usize, len: usize) {
    element(request, b"payload", |request| {
        be32(request, nfta::PAYLOAD_DREG, REG_1);
        be32(request, nfta::PAYLOAD_BASE, base);
        be32(request, nfta::PAYLOAD_OFFSET, offset as u32);
        be32(request, nfta::PAYLOAD_LEN, len as u32);
    });
}

/// `cmp`: equal to `bytes` or not.
pub(super) fn cmp(request: &mut Request, op: u32, bytes: &[u8]) {
    element(request, b"cmp", |request| {
        be32(request, nfta::CMP_SREG, REG_1);
        be32(request, nfta::CMP_OP, op);
        value(request, nfta::CMP_DATA, bytes);
    });
}

/// `range`: from `low` to `high` or not.
pub(super) fn range(request: &mut Request, op: u32, low: &[u8], high: &[u8]) {
    element(request, b"range", |request| {
        be32(request, nfta::RANGE_SREG, REG_1);
        be32(request, nfta::RANGE_OP, op);
        value(request, nfta::RANGE_FROM, low);
        value(request, nfta::RANGE_TO, high);
    });
}

/// `bitwise`: only the bits of `mask` are left.
pub(super) fn mask(request: &mut Request, mask: &[u8]) {
    element(request, b"bitwise", |request| {
        be32(request, nfta::BITWISE_SREG, REG_1);
        be32(request, nfta::BITWISE_DREG, REG_1);
        be32(request, nfta::BITWISE_LEN, mask.len() as u32);
        value(request, nfta::BITWISE_MASK, mask);
        value(request, nfta::BITWISE_XOR, &[0; 16][..mask.len().min(16)]);
    });
}

/// `counter`.
pub(super) fn counter(request: &mut Request, counters: super::Counters) {
    element(request, b"counter", |request| {
        be64(request, nfta::COUNTER_BYTES, counters.bytes);
        be64(request, nfta::COUNTER_PACKETS, counters.packets);
    });
}

/// `limit`: `rate` packets in `unit` seconds.
pub(super) fn limit(request: &mut Request, rate: u64, unit: u64, burst: u32) {
    element(request, b"limit", |request| {
        be64(request, nfta::LIMIT_RATE, rate);
        be64(request, nfta::LIMIT_UNIT, unit);
        be32(request, nfta::LIMIT_BURST, burst);
        be32(request, nfta::LIMIT_TYPE, 0);
        be32(request, nfta::LIMIT_FLAGS, 0);
    });
}

/// A verdict, with a chain where it needs one.
pub(super) fn verdict(request: &mut Request, code: u32, chain: Option<&[u8]>) {
    element(request, b"immediate", |request| {
        be32(request, nfta::IMMEDIATE_DREG, super::uapi::REG_VERDICT);
        request.nest(nfta::IMMEDIATE_DATA | nfta::NESTED, |request| {
            request.nest(nfta::DATA_VERDICT | nfta::NESTED, |request| {
                be32(request, nfta::VERDICT_CODE, code);
                if let Some(chain) = chain {
                    request.string(nfta::VERDICT_CHAIN, chain);
                }
            });
        });
    });
}

/// An x_tables extension: `what` is `match` or `target`.
pub(super) fn extension(request: &mut Request, what: &[u8], name: &[u8], revision: u32, info: &[u8]) {
    element(request, what, |request| {
        request.string(nfta::XT_NAME, name);
        be32(request, nfta::XT_REV, revision);
        request.attr(nfta::XT_INFO, info);
    });
}
