//! `netkit`: a pair of devices whose traffic BPF programs decide on.

use super::{Kind, Peer};
use crate::row;
use crate::rows::{Names, Row, Shown, Value, parse_row};
use crate::rtnl::uapi;
use crate::words::duplicate;

static MODES: Names = Names { other: "UNKNOWN", ..Names::new(4, &[(0, "l2"), (1, "l3")]) };
/// `NETKIT_PASS` and `NETKIT_DROP`: what happens without a program.
static POLICIES: Names = Names { other: "UNKNOWN", ..Names::new(4, &[(PASS, "forward"), (DROP, "blackhole")]) };
const PASS: u64 = 0;
const DROP: u64 = 2;
static SCRUBS: Names = Names { other: "UNKNOWN", ..Names::new(4, &[(0, "none"), (1, "default")]) };
static SIDES: Names = Names { other: "primary", ..Names::new(1, &[(0, "peer")]) };

const ROWS: &[Row] = &[
    row!(IFLA_NETKIT_MODE, "mode", MODE, "l3|l2", "IP packets or Ethernet frames")
        .exact()
        .says("Error: argument of \"mode\" must be either \"l3\" or \"l2\"", 1),
    row!(IFLA_NETKIT_PRIMARY, "type", Value::Name(&SIDES), "", "which of the two it is").read_only(),
    row!(IFLA_NETKIT_POLICY, "policy", Value::Name(&POLICIES), "", "what happens without a program").read_only(),
    row!(IFLA_NETKIT_POLICY, "forward", policy::<PASS>(), "", "let all through without a program")
        .exact()
        .shown(Shown::Never),
    row!(IFLA_NETKIT_POLICY, "blackhole", policy::<DROP>(), "", "drop all without a program")
        .exact()
        .shown(Shown::Never),
    row!(IFLA_NETKIT_PEER_POLICY, "peer_policy", Value::Name(&POLICIES), "", "the same at the other end")
        .label("peer policy")
        .read_only(),
    scrub(row!(IFLA_NETKIT_SCRUB, "scrub", Value::Name(&SCRUBS), "default|none", "forget marks and priorities")),
    row!(IFLA_NETKIT_PEER_SCRUB, "peer_scrub", Value::Name(&SCRUBS), "", "the same at the other end")
        .label("peer scrub")
        .read_only(),
];

/// What can be said of the other end before the words of a link.
const PEER: &[Row] = &[
    ROWS[0],
    row!(IFLA_NETKIT_PEER_POLICY, "forward", policy::<PASS>(), "", "let all through without a program").exact(),
    row!(IFLA_NETKIT_PEER_POLICY, "blackhole", policy::<DROP>(), "", "drop all without a program").exact(),
    scrub(row!(IFLA_NETKIT_PEER_SCRUB, "scrub", Value::Name(&SCRUBS), "default|none", "forget marks and priorities")),
];

pub(super) const KIND: Kind = Kind {
    unknown: "unknown option \"{}\"?",
    peer: Some(Peer { attr: uapi::IFLA_NETKIT_PEER_INFO as u16, rows: PEER }),
    ..Kind::new("netkit", "a pair of devices whose traffic BPF programs decide on", ROWS)
};

const fn scrub(row: Row) -> Row {
    row.exact().says("Error: scrub must be either \"none\" or \"default\"", 1)
}

const fn policy<const POLICY: u64>() -> Value {
    Value::Fixed(POLICY as u32)
}

const MODE: Value = Value::Odd {
    parse: |row, view, words, request| {
        let mut ahead = *words;
        let word = ahead.require()?;
        if request.payload(row.attr).is_some() {
            return Err(duplicate("mode", word));
        }
        parse_row(&Row { value: Value::Name(&MODES), ..*row }, view, words, request)
    },
    show: |row, out, payload| {
        let mode = payload.first_chunk().map_or(0, |mode| u32::from_ne_bytes(*mode));
        out.str(row.key, "mode ", MODES.name(mode.into()), " ");
    },
};
