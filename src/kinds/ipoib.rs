//! `ipoib`: IP over InfiniBand.

use super::Kind;
use crate::output::{Hex, Out};
use crate::row;
use crate::rows::{Names, Row, Value, parse_row};

/// `IPOIB_MODE_*`.
static MODES: Names = Names { other: "unknown", ..Names::new(2, &[(0, "datagram"), (1, "connected")]) };

const ROWS: &[Row] = &[
    row!(IFLA_IPOIB_PKEY, "pkey", four_digits::<true>(), "PKEY", "the partition, 0x8001 to 0xffff")
        .key("key")
        .wrong("pkey is invalid"),
    row!(IFLA_IPOIB_MODE, "mode", Value::Name(&MODES), "datagram|connected", "how packets are sent")
        .says("Error: argument of \"mode\" must be \"datagram\"or \"connected\"", 1),
    row!(IFLA_IPOIB_UMCAST, "umcast", four_digits::<false>(), "0|1", "multicast is for user space to join")
        .wrong("umcast is invalid"),
];

pub(super) const KIND: Kind =
    Kind { unknown: "unknown option \"{}\"?", ..Kind::new("ipoib", "IP over InfiniBand", ROWS) };

/// 16 bits in host order, shown as four hexadecimal digits, behind `0x` with `PREFIXED`.
const fn four_digits<const PREFIXED: bool>() -> Value {
    Value::Odd {
        parse: |row, view, words, request| parse_row(&Row { value: Value::U16, ..*row }, view, words, request),
        show: |row, out, payload| {
            if let Some(value) = payload.first_chunk() {
                hex(row, out, if PREFIXED { "0x" } else { "" }, u16::from_ne_bytes(*value));
            }
        },
    }
}

fn hex(row: &Row, out: &mut Out, prefix: &str, value: u16) {
    let prefix = if value == 0 { "" } else { prefix };
    let mut digits = prefix.as_bytes().to_vec();
    crate::output::Show::put(&Hex(value.into(), 4), &mut digits);
    out.text(row.label);
    out.str(row.key, " ", digits, " ");
}
