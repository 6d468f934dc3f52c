//! `erspan`: mirrored Ethernet over IPv4.

use super::{Kind, gre};

pub(super) const KIND: Kind =
    Kind { name: "erspan", help: "mirrored Ethernet over IPv4", rows: &gre::rows(gre::ERSPAN), ..gre::KIND };
