//! `vxcan`: two CAN devices, what goes into one comes out of the other.

use super::{Kind, Peer, VETH_INFO_PEER};

pub(super) const KIND: Kind =
    Kind { peer: Some(Peer { attr: VETH_INFO_PEER, rows: &[] }), ..Kind::new("vxcan", "a pair of CAN devices", &[]) };
