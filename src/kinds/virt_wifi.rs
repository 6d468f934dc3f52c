//! `virt_wifi`: another device in the guise of a wireless one.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("virt_wifi", "another device in the guise of a wireless one");
