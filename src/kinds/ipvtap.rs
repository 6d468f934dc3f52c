//! `ipvtap`: an ipvlan that a program reads and writes as a character device.

use super::{Kind, ipvlan};

pub(super) const KIND: Kind =
    Kind { name: "ipvtap", help: "an ipvlan for a program, as a character device", ..ipvlan::KIND };
