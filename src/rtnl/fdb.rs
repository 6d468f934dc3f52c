//! Entries of a forwarding table: neighbours of family `AF_BRIDGE` (`linux/neighbour.h`).

use super::bridge::NESTED;
use super::neigh::Header;
use super::uapi;
use crate::netlink::{NlmF, Request, Rtm};

/// `NLM_F_BULK`: all entries that match are meant. Only a deletion has it, elsewhere the bit is `NLM_F_EXCL`.
pub const BULK: NlmF = NlmF::EXCL;

/// What a bridge tells of an entry's use: a bit each of `NFEA_ACTIVITY_NOTIFY`.
pub mod notify {
    /// When the entry ages, and when it is used again (`FDB_NOTIFY_BIT`).
    pub const ACTIVITY: u8 = 1;
    /// The entry begins as aged (`FDB_NOTIFY_INACTIVE_BIT`).
    pub const INACTIVE: u8 = 2;
}

/// The bits of [`notify`], in an `NDA_FDB_EXT_ATTRS`.
pub const NFEA_ACTIVITY_NOTIFY: u16 = uapi::NFEA_ACTIVITY_NOTIFY as u16;

/// An entry to be added, removed or looked up, or what entries have in common that are to be removed. Values stand with the number of the word they come from.
#[derive(Debug, Clone, Default)]
pub struct Spec<'a> {
    /// The fixed header.
    pub header: Header,
    /// `NDA_LLADDR`.
    pub lladdr: Option<([u8; 6], usize)>,
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
    /// `NDA_IFINDEX`: the device that the tunnel's packets leave by, or in a flush the port.
    pub via: Option<(u32, usize)>,
    /// `NDA_MASTER`: the bridge.
    pub bridge: Option<(u32, usize)>,
    /// What is told of its use, [`notify`].
    pub notify: u8,
    /// A change does not count as use.
    pub keeps_age: bool,
    /// Bits of `NUD_*` that count, in a flush.
    pub state_mask: u16,
    /// Bits of `NTF_*` that count, in a flush.
    pub flags_mask: u8,
}

impl Spec<'_> {
    /// The request of type `kind` about this entry.
    pub fn encode(&self, kind: Rtm, flags: NlmF) -> Request {
        let mut request = self.header.request(kind, flags);
        if let Some((lladdr, word)) = self.lladdr {
            request.word(word).attr(uapi::NDA_LLADDR as u16, &lladdr);
        }
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
        self.extras(&mut request);
        request
    }

    fn extras(&self, request: &mut Request) {
        if self.notify != 0 || self.keeps_age {
            request.nest(uapi::NDA_FDB_EXT_ATTRS as u16 | NESTED, |r| {
                if self.notify != 0 {
                    r.u8(NFEA_ACTIVITY_NOTIFY, self.notify);
                }
                if self.keeps_age {
                    r.attr(uapi::NFEA_DONT_REFRESH as u16, &[]);
                }
            });
        }
        if self.flags_mask != 0 {
            request.u8(uapi::NDA_NDM_FLAGS_MASK as u16, self.flags_mask);
        }
        if self.state_mask != 0 {
            request.u16(uapi::NDA_NDM_STATE_MASK as u16, self.state_mask);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtnl::neigh::{flag, state};

    #[test]
    fn golden_bytes_of_a_flush() {
        let spec = Spec { via: Some((5, 0)), state_mask: 0xc0, flags_mask: flag::STICKY, ..Spec::default() };
        let expected: &[u8] = &[
            8, 0, 8, 0, 5, 0, 0, 0, // NDA_IFINDEX
            5, 0, 17, 0, 0x40, 0, 0, 0, // NDA_NDM_FLAGS_MASK
            6, 0, 16, 0, 0xc0, 0, 0, 0, // NDA_NDM_STATE_MASK
        ];
        assert_eq!(&spec.encode(Rtm::Delneigh, BULK).finish(1).unwrap()[28..], expected);
    }

    #[test]
    fn golden_bytes_of_an_entry() {
        let spec = Spec {
            header: Header { family: 7, index: 4, state: state::NOARP, flags: flag::MASTER },
            lladdr: Some(([2, 0, 0, 0, 0, 1], 0)),
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
