//! Entries of a forwarding table: neighbours of family `AF_BRIDGE` (`linux/neighbour.h`).

use super::neigh::Header;
use super::uapi;
use crate::netlink::{NlmF, Request, Rtm};

/// `NLM_F_BULK`: all entries that match are meant. Only a deletion has it, elsewhere the bit is `NLM_F_EXCL`.
const BULK: NlmF = NlmF::EXCL;

/// An entry to be added, removed or looked up. Values stand with the number of the word they come from.
#[derive(Debug, Clone, Default)]
pub struct Spec<'a> {
    /// The fixed header.
    pub header: Header,
    /// `NDA_LLADDR`.
    pub lladdr: ([u8; 6], usize),
    /// `NDA_DST`: the tunnel's other end.
    pub dst: Option<(&'a [u8], usize)>,
    /// `NDA_VLAN`.
    pub vlan: Option<(u16, usize)>,
    /// `NDA_NH_ID`.
    pub nexthop: Option<(u32, usize)>,
    /// `NDA_PORT`: the tunnel's UDP port.
    pub port: Option<(u16, usize)>,
    /// `NDA_VNI`.
    pub vni: Option<(u32, usize)>,
    /// `NDA_SRC_VNI`.
    pub src_vni: Option<(u32, usize)>,
    /// `NDA_IFINDEX`: the device that the tunnel's packets leave by.
    pub via: Option<(u32, usize)>,
    /// `NDA_MASTER`: the bridge.
    pub bridge: Option<(u32, usize)>,
}

impl Spec<'_> {
    /// The request of type `kind` about this entry.
    pub fn encode(&self, kind: Rtm, flags: NlmF) -> Request {
        let mut request = self.header.request(kind, flags);
        let (lladdr, word) = self.lladdr;
        request.word(word).attr(uapi::NDA_LLADDR as u16, &lladdr);
        if let Some((dst, word)) = self.dst {
            request.word(word).attr(uapi::NDA_DST as u16, dst);
        }
        if let Some((vlan, word)) = self.vlan {
            request.word(word).u16(uapi::NDA_VLAN as u16, vlan);
        }
        if let Some((port, word)) = self.port {
            request.word(word).attr(uapi::NDA_PORT as u16, &port.to_be_bytes());
        }
        for (kind, value) in [
            (uapi::NDA_NH_ID, self.nexthop),
            (uapi::NDA_VNI, self.vni),
            (uapi::NDA_SRC_VNI, self.src_vni),
            (uapi::NDA_IFINDEX, self.via),
            (uapi::NDA_MASTER, self.bridge),
        ] {
            if let Some((value, word)) = value {
                request.word(word).u32(kind as u16, value);
            }
        }
        request
    }
}

/// Which entries a flush is about. Masks say which bits of state and flags count.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flush {
    /// The fixed header: device, state, flags.
    pub header: Header,
    /// Only those of this port of the bridge.
    pub port: Option<u32>,
    /// Only those of this VLAN.
    pub vlan: Option<u16>,
    /// Bits of `NUD_*` that count.
    pub state_mask: u16,
    /// Bits of `NTF_*` that count.
    pub flags_mask: u8,
}

impl Flush {
    /// The request.
    pub fn encode(&self) -> Request {
        let mut request = self.header.request(Rtm::Delneigh, BULK);
        if let Some(port) = self.port {
            request.u32(uapi::NDA_IFINDEX as u16, port);
        }
        if let Some(vlan) = self.vlan {
            request.u16(uapi::NDA_VLAN as u16, vlan);
        }
        if self.flags_mask != 0 {
            request.u8(uapi::NDA_NDM_FLAGS_MASK as u16, self.flags_mask);
        }
        if self.state_mask != 0 {
            request.u16(uapi::NDA_NDM_STATE_MASK as u16, self.state_mask);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtnl::neigh::{flag, state};

    #[test]
    fn golden_bytes_of_an_entry() {
        let spec = Spec {
            header: Header { family: 7, index: 4, state: state::NOARP, flags: flag::MASTER },
            lladdr: ([2, 0, 0, 0, 0, 1], 0),
            vlan: Some((10, 3)),
            port: Some((4789, 5)),
            vni: Some((100, 7)),
            ..Spec::default()
        };
        let expected: &[u8] = &[
            64, 0, 0, 0, 28, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            7, 0, 0, 0, 4, 0, 0, 0, 0x40, 0, 4, 0, // ndmsg
            10, 0, 2, 0, 2, 0, 0, 0, 0, 1, 0, 0, // NDA_LLADDR
            6, 0, 5, 0, 10, 0, 0, 0, // NDA_VLAN
            6, 0, 6, 0, 0x12, 0xb5, 0, 0, // NDA_PORT
            8, 0, 7, 0, 100, 0, 0, 0, // NDA_VNI
        ];
        assert_eq!(spec.encode(Rtm::Newneigh, NlmF::empty()).finish(1).unwrap(), expected);
    }
}
