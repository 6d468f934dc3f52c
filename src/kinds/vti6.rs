//! `vti6`: IPsec over IPv6 as a device.

use super::{Kind, vti};

pub(super) const KIND: Kind =
    Kind { name: "vti6", help: "IPsec over IPv6", rows: &vti::rows(libc::AF_INET6), ..vti::KIND };
