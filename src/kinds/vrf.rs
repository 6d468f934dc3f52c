//! `vrf`: its ports have a routing table of their own.

use super::Kind;
use crate::row;
use crate::rows::{Row, Value};

const ROWS: &[Row] = &[row!(IFLA_VRF_TABLE, "table", Value::RouteTable, "TABLE", "the routing table of its ports")
    .wrong("invalid table ID\n")];

pub(super) const KIND: Kind =
    Kind { unknown: "unknown option \"{}\"?", ..Kind::new("vrf", "its ports have a routing table of their own", ROWS) };
