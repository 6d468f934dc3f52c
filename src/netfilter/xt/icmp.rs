//! `icmp` and `icmp6` (`struct ipt_icmp`, `struct ip6t_icmp`).

use super::{Family, Kind, Row, Shape};

/// A type of message by name: number, lowest and highest code.
pub type IcmpType = (&'static str, u8, u8, u8);

/// Any code.
const fn kind(name: &'static str, number: u8) -> IcmpType {
    (name, number, 0, 0xff)
}

const fn code(name: &'static str, number: u8, code: u8) -> IcmpType {
    (name, number, code, code)
}

/// Numbers from `linux/icmp.h`. Of two names for one the first is shown.
const TYPES: &[IcmpType] = &[
    kind("any", 0xff),
    kind("echo-reply", 0),
    kind("pong", 0),
    kind("destination-unreachable", 3),
    code("network-unreachable", 3, 0),
    code("host-unreachable", 3, 1),
    code("protocol-unreachable", 3, 2),
    code("port-unreachable", 3, 3),
    code("fragmentation-needed", 3, 4),
    code("source-route-failed", 3, 5),
    code("network-unknown", 3, 6),
    code("host-unknown", 3, 7),
    code("network-prohibited", 3, 9),
    code("host-prohibited", 3, 10),
    code("TOS-network-unreachable", 3, 11),
    code("TOS-host-unreachable", 3, 12),
    code("communication-prohibited", 3, 13),
    code("host-precedence-violation", 3, 14),
    code("precedence-cutoff", 3, 15),
    kind("source-quench", 4),
    kind("redirect", 5),
    code("network-redirect", 5, 0),
    code("host-redirect", 5, 1),
    code("TOS-network-redirect", 5, 2),
    code("TOS-host-redirect", 5, 3),
    kind("echo-request", 8),
    kind("ping", 8),
    kind("router-advertisement", 9),
    kind("router-solicitation", 10),
    kind("time-exceeded", 11),
    kind("ttl-exceeded", 11),
    code("ttl-zero-during-transit", 11, 0),
    code("ttl-zero-during-reassembly", 11, 1),
    kind("parameter-problem", 12),
    code("ip-header-bad", 12, 0),
    code("required-option-missing", 12, 1),
    kind("timestamp-request", 13),
    kind("timestamp-reply", 14),
    kind("address-mask-request", 17),
    kind("address-mask-reply", 18),
];

/// Numbers from `linux/icmpv6.h`.
const TYPES6: &[IcmpType] = &[
    kind("destination-unreachable", 1),
    code("no-route", 1, 0),
    code("communication-prohibited", 1, 1),
    code("beyond-scope", 1, 2),
    code("address-unreachable", 1, 3),
    code("port-unreachable", 1, 4),
    code("failed-policy", 1, 5),
    code("reject-route", 1, 6),
    kind("packet-too-big", 2),
    kind("time-exceeded", 3),
    kind("ttl-exceeded", 3),
    code("ttl-zero-during-transit", 3, 0),
    code("ttl-zero-during-reassembly", 3, 1),
    kind("parameter-problem", 4),
    code("bad-header", 4, 0),
    code("unknown-header-type", 4, 1),
    code("unknown-option", 4, 2),
    kind("echo-request", 128),
    kind("ping", 128),
    kind("echo-reply", 129),
    kind("pong", 129),
    kind("router-solicitation", 133),
    kind("router-advertisement", 134),
    kind("neighbour-solicitation", 135),
    kind("neighbor-solicitation", 135),
    kind("neighbour-advertisement", 136),
    kind("neighbor-advertisement", 136),
    kind("redirect", 137),
];

/// Where the inversion is.
const INVERT: usize = 3;

pub(super) static ICMP: Kind = Kind {
    family: Some(Family::V4),
    start: &[(0, &[0xff, 0, 0xff])],
    heading: " icmp",
    ..Kind::new(
        "icmp",
        8,
        &[Row::new("icmp-type", 0, Shape::Icmp(TYPES), "TYPE[/CODE]", "messages of this type, by name or number")
            .invert(INVERT, 1, 1)
            .required()],
        "types of ICMP messages",
    )
};

pub(super) static ICMP6: Kind = Kind {
    family: Some(Family::V6),
    aliases: &["icmpv6", "ipv6-icmp"],
    start: &[(2, &[0xff])],
    heading: " ipv6-icmp",
    ..Kind::new(
        "icmp6",
        8,
        &[Row::new("icmpv6-type", 0, Shape::Icmp(TYPES6), "TYPE[/CODE]", "messages of this type, by name or number")
            .invert(INVERT, 1, 1)
            .required()],
        "types of ICMPv6 messages",
    )
};
