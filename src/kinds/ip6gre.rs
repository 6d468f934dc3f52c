//! `ip6gre`: packets over IPv6. `ip6gretap` and `ip6erspan` have the same attributes.

use super::tunnel::{self, ENCAP_CSUM6, ENCAP_LIMIT, HOP_LIMIT};
use super::{Draft, Kind, gre};
use crate::error::Result;
use crate::row;
use crate::rows::{Row, Shown, Value};
use crate::rtnl::uapi;
use crate::words::Words;

const LIMIT: u16 = uapi::IFLA_GRE_ENCAP_LIMIT;
const FLOW: u16 = uapi::IFLA_GRE_FLOWINFO;
const FLAGS: u16 = uapi::IFLA_GRE_FLAGS;

const ROWS: &[Row] = &[
    gre::EXTERNALLY,
    row!(IFLA_GRE_REMOTE, "remote", Value::Address(libc::AF_INET6), "ADDRESS", "the other end").shown(Shown::Even),
    row!(IFLA_GRE_LOCAL, "local", Value::Address(libc::AF_INET6), "ADDRESS", "the address to send from")
        .shown(Shown::Even),
    tunnel::dev(row!(IFLA_GRE_LINK, "dev", Value::Device, "DEV", "the device to send through")),
    row!(IFLA_GRE_TTL, "hoplimit", Value::U8Or("inherit"), "TTL", "the hop limit of what is sent, or inherit")
        .aliases(&["ttl", "hlim"])
        .key("ttl")
        .wrong("invalid HLIM\n")
        .shown(Shown::Even),
    tunnel::class_word::<FLOW, FLAGS>().aliases(&["tos", "dsfield"]),
    Row::inline(&tunnel::over6::<LIMIT, FLOW, FLAGS>()),
    Row::inline(gre::KEYED),
    Row::inline(&tunnel::marks6::<FLAGS, { uapi::IFLA_GRE_FWMARK }>()),
    Row::inline(gre::ERSPAN),
    gre::ENCAP,
];

pub(super) const KIND: Kind = Kind {
    first: gre::FIRST,
    keeps: true,
    unknown: "",
    begin,
    finish,
    ..Kind::new("ip6gre", "packets over IPv6", ROWS)
};

fn begin(draft: &mut Draft<'_>, words: &mut Words<'_>) -> Result<()> {
    draft.default(uapi::IFLA_GRE_TTL, &[HOP_LIMIT]);
    draft.default(LIMIT, &[ENCAP_LIMIT]);
    draft.default(uapi::IFLA_GRE_ENCAP_FLAGS, &ENCAP_CSUM6);
    gre::begin(draft, words)
}

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    gre::tidy(draft);
    Ok(())
}
