//! `REJECT` (`struct ipt_reject_info`, `struct ip6t_reject_info`).

use super::{Family, Kind, Row, Shape};

/// `IPT_*` in `linux/netfilter_ipv4/ipt_REJECT.h`.
const WITH: &[(u32, &str, &str)] = &[
    (0, "icmp-net-unreachable", "net-unreach"),
    (1, "icmp-host-unreachable", "host-unreach"),
    (2, "icmp-proto-unreachable", "proto-unreach"),
    (3, "icmp-port-unreachable", "port-unreach"),
    (5, "icmp-net-prohibited", "net-prohib"),
    (6, "icmp-host-prohibited", "host-prohib"),
    (7, "tcp-reset", "tcp-rst"),
    (8, "icmp-admin-prohibited", "admin-prohib"),
];

/// `IP6T_*` in `linux/netfilter_ipv6/ip6t_REJECT.h`.
const WITH6: &[(u32, &str, &str)] = &[
    (0, "icmp6-no-route", "no-route"),
    (1, "icmp6-adm-prohibited", "adm-prohibited"),
    (3, "icmp6-addr-unreachable", "addr-unreach"),
    (4, "icmp6-port-unreachable", "port-unreach"),
    (6, "tcp-reset", "tcp-reset"),
    (7, "icmp6-policy-fail", "policy-fail"),
    (8, "icmp6-reject-route", "reject-route"),
];

const fn row(list: &'static [(u32, &'static str, &'static str)]) -> Row {
    Row::new("reject-with", 0, Shape::Choice(list), "TYPE", "the answer: an ICMP error or tcp-reset")
        .label("reject-with")
}

const HELP: &str = "throws the packet away and tells its sender";

pub(super) static REJECT: Kind =
    Kind { family: Some(Family::V4), start: &[(0, &3u32.to_ne_bytes())], ..Kind::new("REJECT", 8, &[row(WITH)], HELP) };

pub(super) static REJECT6: Kind = Kind {
    family: Some(Family::V6),
    start: &[(0, &4u32.to_ne_bytes())],
    ..Kind::new("REJECT", 8, &[row(WITH6)], HELP)
};
