//! `ip6erspan`: mirrored Ethernet over IPv6.

use super::{Kind, ip6gre};

pub(super) const KIND: Kind = Kind { name: "ip6erspan", help: "mirrored Ethernet over IPv6", ..ip6gre::KIND };
