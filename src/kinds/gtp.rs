//! `gtp`: the tunnels of mobile networks (GPRS Tunnelling Protocol), whose peers another tool sets.

use super::{Draft, Kind, Takes};
use crate::error::{Error, Result};
use crate::row;
use crate::rows::{Names, Row, Value};
use crate::rtnl::uapi;
use crate::words::{Words, number_u32, wrong};

const ROLE: u16 = uapi::IFLA_GTP_ROLE as u16;
const HASH_SIZE: u16 = uapi::IFLA_GTP_PDP_HASHSIZE as u16;

/// `GTP_ROLE_*`.
static ROLES: Names = Names { other: "unknown", ..Names::new(4, &[(0, "ggsn"), (1, "sgsn")]) };
/// One more than the greatest size, and the size that is asked for when none is given.
const HASH_SIZES: u32 = 1 << 17;
const USUAL_HASH_SIZE: u32 = 1024;

const ROWS: &[Row] = &[
    row!(IFLA_GTP_ROLE, "role", Value::Name(&ROLES), "sgsn|ggsn", "which end of the tunnels this is")
        .exact()
        .wrong("invalid role, use sgsn or ggsn"),
    row!(IFLA_GTP_PDP_HASHSIZE, "hsize", SIZE, "NUMBER", "how many buckets tunnels are kept in, up to 131071").exact(),
    row!(IFLA_GTP_RESTART_COUNT, "restart_count", Value::U8, "NUMBER", "how often this end has started anew").exact(),
];

pub(super) const KIND: Kind = Kind {
    takes: Takes::Loosely,
    once: true,
    begin,
    finish,
    ..Kind::new("gtp", "the tunnels of mobile networks", ROWS)
};

const SIZE: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        let size = number_u32(word, 0).ok_or_else(|| wrong("invalid PDP hash size", word))?;
        if size >= HASH_SIZES {
            return Err(wrong("PDP hash size too big", word));
        }
        request.word(words.place() - 1).put(row.attr, &size.to_ne_bytes());
        Ok(())
    },
    show: |row, out, payload| {
        if let Some(size) = payload.first_chunk() {
            out.num(row.key, "hsize ", u32::from_ne_bytes(*size), " ");
        }
    },
};

/// The kernel makes the sockets of a device that is made by `ip link`.
fn begin(draft: &mut Draft<'_>, _: &mut Words<'_>) -> Result<()> {
    draft.default(uapi::IFLA_GTP_CREATE_SOCKETS as u16, &[1]);
    Ok(())
}

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    if !draft.has(ROLE) {
        return Err(Error::local("gtp: role of the gtp device was not specified"));
    }
    draft.default(HASH_SIZE, &USUAL_HASH_SIZE.to_ne_bytes());
    Ok(())
}
