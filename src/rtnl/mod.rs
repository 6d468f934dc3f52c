//! The kernel's objects, typed: bytes to object, object to bytes. Never sees words, never prints.

pub mod addr;
pub mod device_type;
pub mod ether_type;
pub mod link;
pub mod neigh;
pub mod nsid;
pub mod route;
mod tunnel;

/// The kernel's constants, generated from its headers by the `linux-raw-sys` crate, and those of tunnels.
pub mod uapi {
    pub use super::tunnel::*;
    pub use linux_raw_sys::netlink::*;
}
