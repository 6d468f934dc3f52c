//! `geneve`: Ethernet over UDP to one other machine (RFC 8926).

use super::tunnel::{self, AUTO, VNI_MAX};
use super::{Draft, Kind};
use crate::error::{Error, Result};
use crate::output;
use crate::row;
use crate::rows::{Row, Shown, Value, never_shown};
use crate::rtnl::uapi;
use crate::words::prefix;

const ID: u16 = uapi::IFLA_GENEVE_ID as u16;
const REMOTE: u16 = uapi::IFLA_GENEVE_REMOTE as u16;
const REMOTE6: u16 = uapi::IFLA_GENEVE_REMOTE6 as u16;
const TTL_INHERIT: u16 = uapi::IFLA_GENEVE_TTL_INHERIT as u16;
const PORT: u16 = uapi::IFLA_GENEVE_PORT as u16;

const ROWS: &[Row] = &[
    row!(IFLA_GENEVE_COLLECT_METADATA, "external", Value::Flag, "", "what to send where comes with each packet")
        .negatable(),
    row!(IFLA_GENEVE_ID, "id", Value::UpTo(VNI_MAX), "VNI", "the network identifier, up to 16777215").aliases(&["vni"]),
    row!(IFLA_GENEVE_REMOTE, "remote", FAR, "ADDRESS", "the other end").shown(Shown::NonZero),
    row!(IFLA_GENEVE_REMOTE6, "remote6", Value::Address(libc::AF_INET6), "", "the same for IPv6")
        .read_only()
        .label("remote")
        .shown(Shown::NonZero),
    row!(IFLA_GENEVE_LOCAL, "local", NEAR, "ADDRESS", "this end").exact().shown(Shown::Never),
    row!(IFLA_GENEVE_TTL, "ttl", tunnel::ttl::<TTL_INHERIT, true>(), "TTL", "the TTL of what is sent, auto or inherit")
        .aliases(&["hoplimit"])
        .shown(Shown::Never),
    row!(IFLA_GENEVE_TTL_INHERIT, tunnel::ttl_inherit),
    row!(IFLA_GENEVE_TTL, "ttl", Value::U8Or(AUTO), "", "the TTL").read_only().unless(TTL_INHERIT, 1),
    row!(IFLA_GENEVE_TOS, tunnel::tos),
    row!(IFLA_GENEVE_DF, tunnel::df),
    row!(IFLA_GENEVE_LABEL, tunnel::udp_flow_label),
    row!(IFLA_GENEVE_PORT, "dstport", Value::Be16, "PORT", "the UDP port to send to and receive on")
        .key("port")
        .wrong("dstport"),
    row!(IFLA_GENEVE_UDP_CSUM, tunnel::udp_checksum),
    row!(IFLA_GENEVE_UDP_ZERO_CSUM6_TX, tunnel::udp_zero_sent),
    row!(IFLA_GENEVE_UDP_ZERO_CSUM6_RX, tunnel::udp_zero_received),
    row!(IFLA_GENEVE_INNER_PROTO_INHERIT, "innerprotoinherit", Value::Flag, "", "say which protocol is inside")
        .exact()
        .key("inner_proto_inherit"),
];

const FIRST: &[&str] = &[
    "id",
    "vni",
    "remote",
    "ttl",
    "hoplimit",
    "tos",
    "dsfield",
    "df",
    "label",
    "flowlabel",
    "dstport",
    "external",
    "noexternal",
    "udpcsum",
    "noudpcsum",
];

pub(super) const KIND: Kind =
    Kind { first: FIRST, once: true, finish, ..Kind::new("geneve", "Ethernet over UDP to one machine", ROWS) };

const NEAR: Value = Value::Odd {
    parse: |row, _, words, request| {
        let near = prefix::address(words.require()?, 0)?;
        if !near.is_ip() || near.is_multicast() {
            return Err(row.wrong("invalid local address").refuse(words.current()));
        }
        let is_inet = i32::from(near.family) == libc::AF_INET;
        let attr = if is_inet { row.attr } else { uapi::IFLA_GENEVE_LOCAL6 };
        request.word(words.place() - 1).put(attr, near.bytes());
        Ok(())
    },
    show: never_shown,
};

const FAR: Value = Value::Odd {
    parse: |row, _, words, request| {
        let far = prefix::address(words.require()?, 0)?;
        if !far.is_ip() || far.is_multicast() {
            return Err(row.wrong("invalid remote address").refuse(words.current()));
        }
        let attr = if i32::from(far.family) == libc::AF_INET { REMOTE } else { REMOTE6 };
        request.word(words.place() - 1).put(attr, far.bytes());
        Ok(())
    },
    show: |row, out, payload| out.str(row.key, "remote ", output::Address(payload), " "),
};

/// Checks what the kernel would not, and writes what it does not take for granted.
fn finish(draft: &mut Draft<'_>) -> Result<()> {
    let refuse = |text: &str| Err(Error::local(format!("geneve: {text}")));
    let external = draft.has(uapi::IFLA_GENEVE_COLLECT_METADATA as u16);
    if external && draft.has(ID) {
        return refuse("both 'external' and vni cannot be specified");
    }
    if !external && !draft.has(ID) {
        return refuse("missing virtual network identifier");
    }
    if !external && draft.creates && !draft.has(REMOTE) && !draft.has(REMOTE6) {
        return refuse("remote link partner not specified");
    }
    draft.default(ID, &[0; 4]);
    if !draft.is_on(PORT) {
        draft.request.remove(PORT);
    }
    Ok(())
}
