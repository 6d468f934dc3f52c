//! States (security associations): `struct xfrm_usersa_info` and what stands beside it.

use super::wire::structure;
use super::{Address, Attributes, Be, Field, Id, Limits, Selector, Usage, request, uapi};
use crate::netlink::{Message, Request};

structure! {
    /// `struct xfrm_usersa_info`: a state, all but what has attributes.
    StateInfo {
        /// Which packets it is for.
        selector: Selector,
        /// What its packets say.
        id: Id,
        /// This end.
        source: Address,
        /// When it expires.
        limits: Limits,
        /// How much it has been used.
        usage: Usage,
        /// What has gone wrong with its packets.
        stats: Stats,
        /// The number of the acquire that it answers.
        sequence: u32,
        /// What templates find it by.
        reqid: u32,
        /// `AF_*` of its ends.
        family: u16,
        /// `XFRM_MODE_*`.
        mode: u8,
        /// How far behind a packet may come, in packets; where it is at most 32.
        replay_window: u8,
        /// `XFRM_STATE_*`.
        flags: u8,
    }
}

structure! {
    /// `struct xfrm_stats`: packets that were refused.
    Stats {
        /// Too old for the window.
        replay_window: u32,
        /// Seen before.
        replay: u32,
        /// Changed on their way.
        integrity_failed: u32,
    }
}

structure! {
    /// `struct xfrm_usersa_id`: which state.
    StateId {
        /// The other end.
        destination: Address,
        /// The security parameter index.
        spi: Be<u32>,
        /// `AF_*`.
        family: u16,
        /// `IPPROTO_ESP`, …
        protocol: u8,
    }
}

structure! {
    /// `struct xfrm_userspi_info`: a state in the making that wants an index from a range.
    SpiRequest {
        /// The state.
        info: StateInfo,
        /// The lowest index.
        min: u32,
        /// The highest index.
        max: u32,
    }
}

structure! {
    /// `struct xfrm_encap_tmpl`: how its packets are wrapped in UDP or TCP.
    Encap {
        /// `UDP_ENCAP_*`, `TCP_ENCAP_*`.
        kind: u16,
        /// The source port.
        source_port: Be<u16>,
        /// The destination port.
        destination_port: Be<u16>,
        /// The original address.
        address: Address,
    }
}

structure! {
    /// `struct xfrm_replay_state`: which packets have been seen.
    Replay {
        /// The number of the last packet out.
        out_sequence: u32,
        /// The number of the last packet in.
        sequence: u32,
        /// Which of those before it have come.
        bitmap: u32,
    }
}

structure! {
    /// `struct xfrm_replay_state_esn` without the bitmap, which follows it.
    EsnReplay {
        /// How many words of 32 bits the bitmap has.
        words: u32,
        /// The lower half of the number of the last packet out.
        out_sequence: u32,
        /// The lower half of the number of the last packet in.
        sequence: u32,
        /// The upper half of the number of the last packet out.
        out_sequence_high: u32,
        /// The upper half of the number of the last packet in.
        sequence_high: u32,
        /// How far behind a packet may come, in packets.
        window: u32,
    }
}

structure! {
    /// `struct xfrm_user_offload`: the device that does the work.
    Offload {
        /// Its index.
        device: i32,
        /// `XFRM_OFFLOAD_*`.
        flags: u8,
    }
}

structure! {
    /// `struct xfrm_address_filter`: which states a dump is to tell of.
    AddressFilter {
        /// From here.
        source: Address,
        /// To here.
        destination: Address,
        /// `AF_*`, 0 for any.
        family: u16,
        /// How many bits of `source` count.
        source_bits: u8,
        /// How many bits of `destination` count.
        destination_bits: u8,
    }
}

impl StateInfo {
    /// A state of `family` without limits.
    pub fn new(family: u8) -> Self {
        StateInfo { family: family.into(), limits: Limits::none(), ..StateInfo::default() }
    }

    /// The request to delete this very state; `attributes` are those that it was told with.
    pub fn delete(&self, attributes: &Attributes<'_>) -> Request {
        let Id { destination, spi, protocol } = self.id;
        let mut request = request(uapi::XFRM_MSG_DELSA, &StateId { destination, spi, family: self.family, protocol });
        request.attr(uapi::XFRMA_SRCADDR, &self.source);
        if let Some(mark) = attributes.get(uapi::XFRMA_MARK) {
            request.attr(uapi::XFRMA_MARK, mark);
        }
        request
    }
}

/// A state as the kernel tells of it.
#[derive(Debug, Clone, Copy)]
pub struct StateEvent<'a> {
    /// The type of the message, `XFRM_MSG_*`.
    pub kind: u16,
    /// The state.
    pub info: StateInfo,
    /// Whether it is gone, where it is one that expires.
    pub hard: Option<u8>,
    /// Its attributes.
    pub attributes: Attributes<'a>,
}

impl<'a> StateEvent<'a> {
    /// Reads an `XFRM_MSG_NEWSA`, `DELSA`, `UPDSA` or `EXPIRE`; nothing where it is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let kind = message.kind;
        match kind {
            uapi::XFRM_MSG_NEWSA | uapi::XFRM_MSG_UPDSA => {
                let (info, rest) = StateInfo::split(message.body)?;
                Some(StateEvent { kind, info, hard: None, attributes: Attributes::new(rest) })
            }
            uapi::XFRM_MSG_DELSA => {
                let (_, rest) = StateId::split(message.body)?;
                let attributes = Attributes::new(rest);
                let (info, _) = StateInfo::split(attributes.get(uapi::XFRMA_SA)?)?;
                Some(StateEvent { kind, info, hard: None, attributes })
            }
            uapi::XFRM_MSG_EXPIRE => {
                let (expired, rest) = Expire::split(message.body)?;
                let attributes = Attributes::new(rest);
                Some(StateEvent { kind, info: expired.info, hard: Some(expired.hard), attributes })
            }
            _ => None,
        }
    }
}

structure! {
    /// `struct xfrm_user_expire`.
    Expire {
        /// The state.
        info: StateInfo,
        /// Whether it is gone.
        hard: u8,
    }
}
