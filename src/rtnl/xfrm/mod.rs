//! IPsec: states, which say how packets are protected, and policies, which say which packets are (`linux/xfrm.h`). They
//! are spoken of over a netlink protocol of their own, `NETLINK_XFRM`.

mod algorithm;
mod event;
mod policy;
mod state;
pub mod uapi;
mod wire;

pub use algorithm::{Algorithm, Shape};
pub use event::{Acquire, AsyncEvent, Mapping, Report};
pub use policy::{Defaults, PolicyEvent, PolicyId, PolicyInfo, PolicyKind, Template, Thresholds};
pub use state::{AddressFilter, Encap, EsnReplay, Offload, Replay, SpiRequest, StateEvent, StateId, StateInfo, Stats};
pub use wire::{Be, Field};

use crate::netlink::{NlmF, Request, Table};
use wire::structure;

/// An address: IPv6, or IPv4 in the first four bytes and zeroes.
pub type Address = [u8; 16];

/// The attributes of a message, by `XFRMA_*`.
pub type Attributes<'a> = Table<'a, 36>;

structure! {
    /// `struct xfrm_selector`: which packets.
    Selector {
        /// To here.
        destination: Address,
        /// From here.
        source: Address,
        /// The destination port, or the code of ICMP, or the lower half of GRE's key.
        destination_port: Be<u16>,
        /// Which bits of it count.
        destination_mask: Be<u16>,
        /// The source port, or the type of ICMP, or the upper half of GRE's key.
        source_port: Be<u16>,
        /// Which bits of it count.
        source_mask: Be<u16>,
        /// `AF_*` of the addresses.
        family: u16,
        /// How many bits of `destination` count.
        destination_bits: u8,
        /// How many bits of `source` count.
        source_bits: u8,
        /// The protocol above IP, 0 for any.
        protocol: u8,
        /// The device, 0 for any.
        device: i32,
        /// The user.
        user: u32,
    }
}

structure! {
    /// `struct xfrm_id`: what a packet that has been protected says of its state.
    Id {
        /// The other end.
        destination: Address,
        /// The security parameter index.
        spi: Be<u32>,
        /// `IPPROTO_ESP`, …
        protocol: u8,
    }
}

structure! {
    /// `struct xfrm_lifetime_cfg`: when something expires. No limit is [`uapi::XFRM_INF`] for bytes and packets, 0 for
    /// seconds.
    Limits {
        /// Bytes until its renewal is asked for.
        soft_bytes: u64,
        /// Bytes until it is gone.
        hard_bytes: u64,
        /// Packets until its renewal is asked for.
        soft_packets: u64,
        /// Packets until it is gone.
        hard_packets: u64,
        /// Seconds from its making until its renewal is asked for.
        soft_seconds: u64,
        /// Seconds from its making until it is gone.
        hard_seconds: u64,
        /// Seconds from its first use until its renewal is asked for.
        soft_used_seconds: u64,
        /// Seconds from its first use until it is gone.
        hard_used_seconds: u64,
    }
}

impl Limits {
    /// No limit at all.
    pub fn none() -> Self {
        let [soft_bytes, hard_bytes, soft_packets, hard_packets] = [uapi::XFRM_INF; 4];
        Limits { soft_bytes, hard_bytes, soft_packets, hard_packets, ..Limits::default() }
    }
}

structure! {
    /// `struct xfrm_lifetime_cur`: how much something has been used.
    Usage {
        /// Bytes.
        bytes: u64,
        /// Packets.
        packets: u64,
        /// When it was made, in seconds since 1970.
        made: u64,
        /// When it was first used, 0 for never.
        used: u64,
    }
}

structure! {
    /// `struct xfrm_mark`: a packet's mark, and which bits of it count.
    Mark {
        /// The mark.
        value: u32,
        /// The bits.
        mask: u32,
    }
}

structure! {
    /// `struct xfrm_user_sec_ctx` without the context's name, which follows it.
    Context {
        /// How long all of it is.
        len: u16,
        /// `XFRMA_SEC_CTX`.
        kind: u16,
        /// `XFRM_SC_ALG_SELINUX`.
        algorithm: u8,
        /// `XFRM_SC_DOI_LSM`.
        interpretation: u8,
        /// How long the name is, its NUL included.
        name_len: u16,
    }
}

impl Context {
    /// The payload of `XFRMA_SEC_CTX` for the context called `name`.
    pub fn encode_named(name: &[u8]) -> Vec<u8> {
        let name_len = (name.len() + 1) as u16;
        let len = Context::LEN as u16 + name_len;
        let context = Context { len, kind: uapi::XFRMA_SEC_CTX, algorithm: 1, interpretation: 1, name_len };
        [context.encode(), name.to_vec(), vec![0]].concat()
    }
}

/// A request of type `kind` (`XFRM_MSG_*`) with a fixed structure.
pub fn request(kind: u16, header: &impl Field) -> Request {
    let mut request = Request::new(kind, NlmF::empty());
    request.header(&header.encode());
    request
}

/// A request of type `kind` (`XFRM_MSG_*`) with nothing in it.
pub fn bare_request(kind: u16) -> Request {
    Request::new(kind, NlmF::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_as_long_as_the_kernels() {
        assert_eq!((Selector::LEN, Id::LEN, Limits::LEN, Usage::LEN), (56, 24, 64, 32));
        assert_eq!((StateInfo::LEN, StateId::LEN, SpiRequest::LEN), (224, 24, 232));
        assert_eq!((PolicyInfo::LEN, PolicyId::LEN, PolicyKind::LEN, Template::LEN), (168, 64, 6, 64));
        assert_eq!((Acquire::LEN, Report::LEN, AsyncEvent::LEN, Mapping::LEN), (280, 60, 48, 64));
        assert_eq!((Encap::LEN, Offload::LEN, Replay::LEN, AddressFilter::LEN), (24, 8, 12, 36));
    }

    #[test]
    fn golden_bytes_of_a_context() {
        assert_eq!(Context::encode_named(b"ab"), [11, 0, 8, 0, 1, 1, 3, 0, b'a', b'b', 0]);
    }
}
