//! `veth`: two devices, what goes into one comes out of the other.

use super::{Kind, Peer};

/// `VETH_INFO_PEER` (`linux/veth.h`): a whole `struct ifinfomsg` with attributes.
pub const VETH_INFO_PEER: u16 = 1;

pub(super) const KIND: Kind = Kind {
    peer: Some(Peer { attr: VETH_INFO_PEER, rows: &[] }),
    ..Kind::new("veth", "a pair of devices: what goes into one comes out of the other", &[])
};
