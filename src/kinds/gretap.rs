//! `gretap`: Ethernet over IPv4.

use super::{Kind, gre};

pub(super) const KIND: Kind = Kind { name: "gretap", help: "Ethernet over IPv4", ..gre::KIND };
