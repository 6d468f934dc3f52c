//! `ipip`: IPv4 in IPv4 (RFC 2003). `sit` has the same attributes and more.

use super::{Draft, Kind, sit, tunnel};
use crate::error::{Error, Result};
use crate::row;
use crate::rows::{Names, Row, Shown, Value};
use crate::rtnl::uapi;
use crate::words::Words;

const PROTOCOL: u16 = uapi::IFLA_IPTUN_PROTO;
const EXTERNAL: u16 = uapi::IFLA_IPTUN_COLLECT_METADATA;

/// `IPPROTO_*` of what is inside, as ipip takes it.
static MODES: Names = Names::new(
    1,
    &[(4, "ipip"), (4, "ipv4/ipv4"), (4, "ip4ip4"), (137, "mplsip"), (137, "mpls/ipv4"), (0, "any"), (0, "any/ipv4")],
);

/// The rows: `mode`, and those that only sit has.
pub(super) const fn rows(mode: Row, more: &'static [Row]) -> [Row; 12] {
    const INET: Value = Value::Address(libc::AF_INET);
    [
        EXTERNALLY,
        mode,
        row!(IFLA_IPTUN_REMOTE, "remote", INET, "ADDRESS", "the other end").exact().shown(Shown::Even),
        row!(IFLA_IPTUN_LOCAL, "local", INET, "ADDRESS", "the address to send from").exact().shown(Shown::Even),
        tunnel::dev(row!(IFLA_IPTUN_LINK, "dev", Value::Device, "DEV", "the device to send through")),
        row!(IFLA_IPTUN_TTL, "ttl", Value::U8Or("inherit"), "TTL", "the TTL of what is sent, or inherit")
            .exact()
            .aliases(&["hoplimit", "hlim"])
            .wrong("invalid TTL\n")
            .shown(Shown::Even),
        row!(IFLA_IPTUN_TOS, tunnel::tos).exact().aliases(&["tclass", "tc"]),
        row!(IFLA_IPTUN_TOS, "dsfield", Value::DsField, "TOS", "the same").wrong("bad TOS value").shown(Shown::Never),
        row!(IFLA_IPTUN_PMTUDISC, "pmtudisc", Value::Switch, "", "find out the path's MTU").exact().shown(Shown::Even),
        Row::inline(more),
        row!(IFLA_IPTUN_FWMARK, "fwmark", Value::Hex32, "MARK", "a mark that chooses a route")
            .exact()
            .wrong("invalid fwmark\n")
            .shown(Shown::NonZero),
        ENCAP,
    ]
}

pub(super) const EXTERNALLY: Row =
    row!(IFLA_IPTUN_COLLECT_METADATA, "external", Value::Flag, "", "what to send where comes with each packet").exact();

pub(super) const ENCAP: Row = tunnel::encap_group(
    uapi::IFLA_IPTUN_ENCAP_TYPE,
    &tunnel::encap(
        uapi::IFLA_IPTUN_ENCAP_TYPE,
        uapi::IFLA_IPTUN_ENCAP_FLAGS,
        uapi::IFLA_IPTUN_ENCAP_SPORT,
        uapi::IFLA_IPTUN_ENCAP_DPORT,
    ),
);

/// What is sent, shown without its keyword.
pub(super) const fn mode(names: &'static Names, argument: &'static str) -> Row {
    Row::new(PROTOCOL, "IFLA_IPTUN_PROTO", "mode", Value::Name(names), argument, "what is sent")
        .exact()
        .wrong("Cannot guess tunnel mode.")
        .key("proto")
        .label("")
}

const ROWS: &[Row] = &rows(mode(&MODES, "ipip|mplsip|any"), &sit::SIX_RD);

pub(super) const KIND: Kind =
    Kind { keeps: true, unknown: "", begin, finish, ..Kind::new("ipip", "IPv4 in IPv4", ROWS) };

/// The kernel's own defaults are others.
fn begin(draft: &mut Draft<'_>, _: &mut Words<'_>) -> Result<()> {
    draft.default(PROTOCOL, &[0]);
    draft.default(uapi::IFLA_IPTUN_PMTUDISC, &[1]);
    draft.default(uapi::IFLA_IPTUN_TTL, &[0]);
    Ok(())
}

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    if draft.is_on(uapi::IFLA_IPTUN_TTL) && !draft.is_on(uapi::IFLA_IPTUN_PMTUDISC) {
        return Err(Error::words("ttl != 0 and nopmtudisc are incompatible"));
    }
    // The words are taken for ipip too, but it has no use for them.
    for row in sit::SIX_RD.iter().filter(|_| draft.kind.name == "ipip") {
        draft.request.remove(row.attr);
    }
    externally(draft);
    Ok(())
}

/// Leaves out all that comes with each packet.
pub(super) fn externally(draft: &mut Draft<'_>) {
    if draft.has(EXTERNAL) {
        let protocol = draft.request.payload(PROTOCOL).map_or(0, |protocol| protocol[0]);
        draft.request.empty().put(PROTOCOL, &[protocol]).put(EXTERNAL, &[]);
    }
}
