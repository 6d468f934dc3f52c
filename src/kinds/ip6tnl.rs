//! `ip6tnl`: IPv4 and IPv6 in IPv6 (RFC 2473).

use super::tunnel::{self, ENCAP_CSUM6, ENCAP_LIMIT, HOP_LIMIT};
use super::{Draft, Kind, ipip};
use crate::error::Result;
use crate::row;
use crate::rows::{Names, Row, Shown, Value};
use crate::rtnl::uapi;
use crate::words::Words;

const LIMIT: u16 = uapi::IFLA_IPTUN_ENCAP_LIMIT;
const FLOW: u16 = uapi::IFLA_IPTUN_FLOWINFO;
const FLAGS: u16 = uapi::IFLA_IPTUN_FLAGS;

/// `IPPROTO_*` of what is inside.
static MODES: Names = Names::new(
    1,
    &[
        (41, "ip6ip6"),
        (41, "ipv6/ipv6"),
        (4, "ipip6"),
        (4, "ip/ipv6"),
        (4, "ipv4/ipv6"),
        (4, "ip4ip6"),
        (0, "any"),
        (0, "any/ipv6"),
    ],
);

const ROWS: &[Row] = &[
    ipip::EXTERNALLY,
    ipip::mode(&MODES, "ip6ip6|ipip6|any"),
    row!(IFLA_IPTUN_REMOTE, "remote", Value::Address(libc::AF_INET6), "ADDRESS", "the other end")
        .exact()
        .shown(Shown::Even),
    row!(IFLA_IPTUN_LOCAL, "local", Value::Address(libc::AF_INET6), "ADDRESS", "the address to send from")
        .exact()
        .shown(Shown::Even),
    tunnel::dev(row!(IFLA_IPTUN_LINK, "dev", Value::Device, "DEV", "the device to send through")),
    row!(IFLA_IPTUN_TTL, "hoplimit", Value::U8Or("inherit"), "TTL", "the hop limit of what is sent, or inherit")
        .exact()
        .aliases(&["ttl", "hlim"])
        .key("ttl")
        .wrong("invalid HLIM\n")
        .shown(Shown::Even),
    tunnel::class_word::<FLOW, FLAGS>().exact().aliases(&["tos", "tc"]),
    Row { word: "dsfield", ..tunnel::class_word::<FLOW, FLAGS>() },
    Row::inline(&tunnel::over6::<LIMIT, FLOW, FLAGS>()),
    Row::inline(&tunnel::marks6::<FLAGS, { uapi::IFLA_IPTUN_FWMARK }>()),
    ipip::ENCAP,
];

pub(super) const KIND: Kind =
    Kind { keeps: true, unknown: "", begin, finish, ..Kind::new("ip6tnl", "IPv4 and IPv6 in IPv6", ROWS) };

fn begin(draft: &mut Draft<'_>, _: &mut Words<'_>) -> Result<()> {
    draft.default(uapi::IFLA_IPTUN_PROTO, &[0]);
    draft.default(uapi::IFLA_IPTUN_TTL, &[HOP_LIMIT]);
    draft.default(LIMIT, &[ENCAP_LIMIT]);
    // As the stock tool has it, a change that does not say so ends an encapsulation.
    draft.request.put(uapi::IFLA_IPTUN_ENCAP_TYPE, &[0; 2]).put(uapi::IFLA_IPTUN_ENCAP_FLAGS, &ENCAP_CSUM6);
    draft.request.put(uapi::IFLA_IPTUN_ENCAP_SPORT, &[0; 2]).put(uapi::IFLA_IPTUN_ENCAP_DPORT, &[0; 2]);
    Ok(())
}

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    ipip::externally(draft);
    Ok(())
}
