//! The kernel's objects, typed: bytes to object, object to bytes. Never sees words, never prints.

pub mod addr;
pub mod addrlabel;
pub mod bridge;
pub mod device_type;
pub mod ether_type;
pub mod fdb;
mod if_tunnel;
pub mod ila;
pub mod link;
pub mod mdb;
pub mod mst;
pub mod neigh;
pub mod netconf;
mod newer;
pub mod nexthop;
pub mod nsid;
pub mod ntable;
pub mod prefix;
pub mod route;
pub mod rule;
pub mod stats;
pub mod tunnel;
pub mod vf;
pub mod vlan;
pub mod vnifilter;
pub mod xfrm;

/// The kernel's constants, generated from its headers by the `linux-raw-sys` crate, and those of tunnels.
pub mod uapi {
    pub use super::if_tunnel::*;
    pub use super::newer::*;
    pub use linux_raw_sys::netlink::*;
}
