//! `bareudp`: IP or MPLS over UDP without a header of its own.

use super::{Draft, Kind};
use crate::error::Result;
use crate::row;
use crate::rows::{Row, Shown, Value};
use crate::rtnl::uapi;
use crate::words::missing;

const ROWS: &[Row] = &[
    row!(IFLA_BAREUDP_PORT, "dstport", Value::Be16, "PORT", "the UDP port to send to and receive on").wrong("dstport"),
    row!(IFLA_BAREUDP_ETHERTYPE, "ethertype", Value::EtherType, "PROTOCOL", "what is sent, e.g. ip, ipv6, mpls_uc")
        .wrong("ethertype"),
    row!(IFLA_BAREUDP_SRCPORT_MIN, "srcportmin", Value::U16, "PORT", "the lowest UDP port to send from")
        .wrong("srcportmin"),
    row!(IFLA_BAREUDP_MULTIPROTO_MODE, "multiproto", Value::Flag, "", "with ip also ipv6, with mpls_uc also mpls_mc")
        .negatable()
        .shown(Shown::Even),
];

pub(super) const KIND: Kind = Kind { once: true, finish, ..Kind::new("bareudp", "IP or MPLS over UDP", ROWS) };

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    match draft {
        _ if !draft.has(uapi::IFLA_BAREUDP_PORT as u16) => Err(missing("dstport")),
        _ if !draft.has(uapi::IFLA_BAREUDP_ETHERTYPE as u16) => Err(missing("ethertype")),
        _ => Ok(()),
    }
}
