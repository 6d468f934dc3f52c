//! `xfrm`: IPsec policies and states of one interface id as a device.

use super::{Draft, Kind, tunnel};
use crate::error::{Error, Result};
use crate::row;
use crate::rows::{Row, Shown, Value, never_shown};
use crate::rtnl::uapi;
use crate::words::{missing, number_u32};

const EXTERNAL: u16 = uapi::IFLA_XFRM_COLLECT_METADATA as u16;
const LINK: u16 = uapi::IFLA_XFRM_LINK as u16;
const ID: u16 = uapi::IFLA_XFRM_IF_ID as u16;

const ROWS: &[Row] = &[
    row!(IFLA_XFRM_COLLECT_METADATA, "external", Value::Flag, "", "the id comes with each packet").exact(),
    tunnel::dev(row!(IFLA_XFRM_LINK, "dev", Value::Device, "DEV", "the device to send through")).shown(Shown::Never),
    row!(IFLA_XFRM_IF_ID, "if_id", NOT_ZERO, "ID", "the id of the policies and states, not 0")
        .wrong("if_id value is invalid")
        .shown(Shown::Never),
    row!(IFLA_XFRM_IF_ID, "if_id", Value::Hex32, "", "the id").read_only().unless(EXTERNAL, u64::MAX),
];

pub(super) const KIND: Kind = Kind { unknown: "", finish, ..Kind::new("xfrm", "IPsec as a device", ROWS) };

const NOT_ZERO: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        let id = number_u32(word, 0).filter(|id| *id != 0).ok_or_else(|| row.refuse(word))?;
        request.word(words.place() - 1).put(row.attr, &id.to_ne_bytes());
        Ok(())
    },
    show: never_shown,
};

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    match (draft.has(EXTERNAL), draft.has(ID)) {
        (true, id) if id || draft.has(LINK) => {
            Err(Error::local("xfrmi: both 'external' and if_id/link cannot be specified"))
        }
        (false, false) => Err(missing("IF_ID")),
        _ => Ok(()),
    }
}
