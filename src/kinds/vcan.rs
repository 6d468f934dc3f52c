//! `vcan`: a CAN bus of its own.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("vcan", "a CAN bus of its own");
