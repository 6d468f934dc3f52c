//! `nlmon`: a device that sees the netlink messages of this machine.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("nlmon", "sees the netlink messages of this machine");
