//! Bridges: what `AF_BRIDGE` puts into a link's `IFLA_AF_SPEC` (`linux/if_bridge.h`).

/// `NLA_F_NESTED`, which the kernel insists on for some nests.
pub const NESTED: u16 = 0x8000;

/// Who a request is for, `FLAGS_*`.
pub const IFLA_BRIDGE_FLAGS: u16 = 0;
/// How hardware switches.
pub const IFLA_BRIDGE_MODE: u16 = 1;

/// The request is for the bridge that the device is a port of (`BRIDGE_FLAGS_MASTER`).
pub const FLAGS_MASTER: u16 = 1;
/// The request is for the device itself (`BRIDGE_FLAGS_SELF`).
pub const FLAGS_SELF: u16 = 2;
