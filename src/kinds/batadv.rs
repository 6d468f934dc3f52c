//! `batadv`: a mesh of B.A.T.M.A.N. Advanced; the rest of it is set by batctl(8).

use super::Kind;
use crate::row;
use crate::rows::{Row, Shown, Value};

const ROWS: &[Row] =
    &[row!(IFLA_BATADV_ALGO_NAME, "ra", Value::Text, "BATMAN_IV|BATMAN_V", "how routes are found").shown(Shown::Never)];

pub(super) const KIND: Kind = Kind::new("batadv", "a mesh of B.A.T.M.A.N. Advanced", ROWS);
