//! `netdevsim`: a device for tests of the kernel.

use super::Kind;

pub(super) const KIND: Kind = Kind::plain("netdevsim", "for tests of the kernel");
