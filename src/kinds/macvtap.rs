//! `macvtap`: a macvlan that a program reads and writes as a character device.

use super::{Kind, macvlan};

pub(super) const KIND: Kind =
    Kind { name: "macvtap", help: "a macvlan for a program, as a character device", ..macvlan::KIND };
