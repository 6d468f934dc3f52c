//! `ifb`: a device that takes packets that other devices receive, to queue them.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("ifb", "takes what other devices receive, to queue it");
