//! `dummy`: a device that drops what it is given.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("dummy", "drops what it is given");
