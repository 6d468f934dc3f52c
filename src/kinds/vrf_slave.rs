//! `vrf_slave`: what a VRF knows of one of its ports.

use super::{Kind, Takes};
use crate::row;
use crate::rows::{Row, Value};

const ROWS: &[Row] = &[row!(IFLA_VRF_PORT_TABLE, "table", Value::U32, "", "the VRF's routing table").read_only()];

pub(super) const KIND: Kind = Kind { takes: Takes::Anything, ..Kind::new("vrf_slave", "a port of a VRF", ROWS) };
