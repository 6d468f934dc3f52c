//! What the kernel tells beside changes: that a state is wanted, that a packet came unprotected, that a peer moved.

use super::wire::structure;
use super::{Address, Be, Id, PolicyInfo, Selector, StateId};

structure! {
    /// `struct xfrm_user_acquire`: a policy wants a state that is not there.
    Acquire {
        /// The state that is wanted.
        id: Id,
        /// This end.
        source: Address,
        /// The packet that it is wanted for.
        selector: Selector,
        /// The policy.
        policy: PolicyInfo,
        /// Algorithms of authentication that will do, a bit each.
        auth_algorithms: u32,
        /// Algorithms of encryption that will do.
        enc_algorithms: u32,
        /// Algorithms of compression that will do.
        comp_algorithms: u32,
        /// The number of this acquire.
        sequence: u32,
    }
}

structure! {
    /// `struct xfrm_user_report`: a packet that no policy of route optimization allows.
    Report {
        /// `IPPROTO_DSTOPTS`, …
        protocol: u8,
        /// The packet.
        selector: Selector,
    }
}

structure! {
    /// `struct xfrm_aevent_id`: something about a state has changed by itself.
    AsyncEvent {
        /// The state.
        id: StateId,
        /// This end of it.
        source: Address,
        /// `XFRM_AE_*`: why it is told.
        flags: u32,
        /// The state's reqid.
        reqid: u32,
    }
}

structure! {
    /// `struct xfrm_user_mapping`: a peer behind NAT has another address.
    Mapping {
        /// The state.
        id: StateId,
        /// The state's reqid.
        reqid: u32,
        /// The address before.
        old_source: Address,
        /// The address now.
        new_source: Address,
        /// The port before.
        old_port: Be<u16>,
        /// The port now.
        new_port: Be<u16>,
    }
}
