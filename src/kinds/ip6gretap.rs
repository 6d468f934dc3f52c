//! `ip6gretap`: Ethernet over IPv6.

use super::{Kind, ip6gre};

pub(super) const KIND: Kind = Kind { name: "ip6gretap", help: "Ethernet over IPv6", ..ip6gre::KIND };
