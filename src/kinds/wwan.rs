//! `wwan`: a channel of a modem of the kernel's WWAN framework.

use super::Kind;
use crate::row;
use crate::rows::{Row, Value};

const ROWS: &[Row] =
    &[row!(IFLA_WWAN_LINK_ID, "linkid", Value::U32, "ID", "the number of the channel").wrong("linkid")];

pub(super) const KIND: Kind = Kind::new("wwan", "a channel of a modem", ROWS);
