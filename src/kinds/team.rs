//! `team`: several devices as one, run by a daemon.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("team", "several devices as one, run by a daemon");
