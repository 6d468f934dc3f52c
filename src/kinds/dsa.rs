//! `dsa`: a port of a switch chip.

use super::Kind;
use crate::row;
use crate::rows::{Row, Value};

const ROWS: &[Row] =
    &[row!(IFLA_DSA_CONDUIT, "conduit", Value::Device, "DEV", "the device between chip and processor")
        .aliases(&["master"])
        .exact()
        .wrong("Device does not exist\n")];

pub(super) const KIND: Kind = Kind::new("dsa", "a port of a switch chip", ROWS);
