//! Neighbours: `struct ndmsg` and the `NDA_*` attributes behind it (rtnetlink(7), `linux/neighbour.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Rtm, Table};

/// Clock ticks in a second (USER_HZ), the same on every architecture that Linux runs on today.
pub const USER_HZ: u32 = 100;

/// States of a neighbour entry (`NUD_*` in `linux/neighbour.h`).
pub mod state {
    /// Being resolved.
    pub const INCOMPLETE: u16 = 0x01;
    /// Known to be good.
    pub const REACHABLE: u16 = 0x02;
    /// Good so far, to be verified when used.
    pub const STALE: u16 = 0x04;
    /// Used, about to be verified.
    pub const DELAY: u16 = 0x08;
    /// Being verified.
    pub const PROBE: u16 = 0x10;
    /// Could not be resolved.
    pub const FAILED: u16 = 0x20;
    /// The device needs no resolution.
    pub const NOARP: u16 = 0x40;
    /// Made by hand, not verified.
    pub const PERMANENT: u16 = 0x80;
    /// No state at all.
    pub const NONE: u16 = 0;
}

/// Flags of an entry (`NTF_*`).
pub mod flag {
    /// Use it at once.
    pub const USE: u8 = 0x01;
    /// In the device's own forwarding table.
    pub const SELF: u8 = 0x02;
    /// In the forwarding table of the bridge that the device is a port of.
    pub const MASTER: u8 = 0x04;
    /// Answer for it on the device.
    pub const PROXY: u8 = 0x08;
    /// Learned by somebody else than the kernel.
    pub const EXT_LEARNED: u8 = 0x10;
    /// In hardware.
    pub const OFFLOADED: u8 = 0x20;
    /// It does not move to another port.
    pub const STICKY: u8 = 0x40;
    /// It is a router.
    pub const ROUTER: u8 = 0x80;
    /// `NTF_EXT_MANAGED`: kept resolved. A flag of `NDA_FLAGS_EXT`.
    pub const EXT_MANAGED: u32 = 1;
    /// `NTF_EXT_LOCKED`: packets from there are dropped until somebody allows them. A flag of `NDA_FLAGS_EXT`.
    pub const EXT_LOCKED: u32 = 2;
}

/// A neighbour as the kernel tells of it, its attributes borrowed from the receive buffer.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// `AF_INET`, `AF_INET6` or `AF_BRIDGE`.
    pub family: u8,
    /// The index of its device, 0 for a proxy entry of all devices.
    pub index: u32,
    /// `NUD_*`.
    pub state: u16,
    /// `NTF_*`.
    pub flags: u8,
    /// What the message tells.
    pub event: Event,
    /// Its `NDA_*` attributes.
    pub attrs: Table<'a, 18>,
    body: &'a [u8],
}

/// What a message tells of a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It is there.
    There,
    /// It has gone.
    Gone,
    /// Somebody is asked to find it.
    Miss,
}

impl<'a> Neighbour<'a> {
    /// Reads an `RTM_NEWNEIGH`, `RTM_DELNEIGH` or `RTM_GETNEIGH`; nothing where the message is another or too short.
    #[inline]
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let event = match Rtm::from(message.kind) {
            Rtm::Newneigh => Event::There,
            Rtm::Delneigh => Event::Gone,
            Rtm::Getneigh => Event::Miss,
            _ => return None,
        };
        let (header, attrs) = message.body.split_first_chunk::<12>()?;
        Some(Neighbour {
            family: header[0],
            index: u32::from_ne_bytes([header[4], header[5], header[6], header[7]]),
            state: u16::from_ne_bytes([header[8], header[9]]),
            flags: header[10],
            event,
            attrs: Table::new(attrs),
            body: message.body,
        })
    }

    /// Its IP address.
    pub fn dst(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::NDA_DST as u16)
    }

    /// Its link-layer address.
    pub fn lladdr(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::NDA_LLADDR as u16)
    }

    /// The VLAN of an entry of a forwarding table, 0 for none.
    pub fn vlan(&self) -> u16 {
        self.attrs.u16(uapi::NDA_VLAN as u16).unwrap_or(0)
    }

    /// Who made it (`RTPROT_*`), 0 when nobody said.
    pub fn protocol(&self) -> u8 {
        self.attrs.u8(uapi::NDA_PROTOCOL as u16).unwrap_or(0)
    }

    /// `NTF_EXT_*`.
    pub fn ext_flags(&self) -> u32 {
        self.attrs.u32(uapi::NDA_FLAGS_EXT as u16).unwrap_or(0)
    }

    /// How often it was asked for since it was last heard of.
    pub fn probes(&self) -> Option<u32> {
        self.attrs.u32(uapi::NDA_PROBES as u16)
    }

    /// When it was used: `struct nda_cacheinfo`.
    pub fn cache(&self) -> Option<Cache> {
        let info = self.attrs.get(uapi::NDA_CACHEINFO as u16)?.first_chunk::<16>()?;
        let word = |at: usize| u32::from_ne_bytes([info[at], info[at + 1], info[at + 2], info[at + 3]]);
        Some(Cache { confirmed: word(0), used: word(4), updated: word(8), references: word(12) })
    }

    /// The request that takes this very entry away.
    pub fn delete(&self) -> Request {
        let mut request = Request::new(Rtm::Delneigh, NlmF::empty());
        request.header(self.body);
        request
    }
}

/// How long ago things happened to an entry, in clock ticks (USER_HZ, 1/100 s).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cache {
    /// It was last known to be good.
    pub confirmed: u32,
    /// It was last used.
    pub used: u32,
    /// It last changed.
    pub updated: u32,
    /// Who holds it now.
    pub references: u32,
}

/// The fixed header of a request about neighbours: `struct ndmsg`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// `AF_*`.
    pub family: u8,
    /// The index of the device.
    pub index: u32,
    /// `NUD_*`.
    pub state: u16,
    /// `NTF_*`.
    pub flags: u8,
}

impl Header {
    /// A request of type `kind` that begins with this header.
    pub fn request(&self, kind: Rtm, flags: NlmF) -> Request {
        let mut request = Request::new(kind, flags);
        request.header(&self.encode());
        request
    }

    fn encode(&self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[0] = self.family;
        bytes[4..8].copy_from_slice(&self.index.to_ne_bytes());
        bytes[8..10].copy_from_slice(&self.state.to_ne_bytes());
        bytes[10] = self.flags;
        bytes
    }
}

/// An entry to be added, changed, removed or looked up. Values stand with the number of the word they come from.
#[derive(Debug, Clone, Default)]
pub struct Spec<'a> {
    /// The fixed header.
    pub header: Header,
    /// `NDA_DST`.
    pub dst: Option<(&'a [u8], usize)>,
    /// `NDA_LLADDR`.
    pub lladdr: Option<(&'a [u8], usize)>,
    /// `NDA_PROTOCOL`.
    pub protocol: Option<(u8, usize)>,
    /// `NDA_FLAGS_EXT`.
    pub ext_flags: u32,
}

impl Spec<'_> {
    /// The request of type `kind` about this entry.
    pub fn encode(&self, kind: Rtm, flags: NlmF) -> Request {
        let mut request = self.header.request(kind, flags);
        if let Some((protocol, word)) = self.protocol {
            request.word(word).u8(uapi::NDA_PROTOCOL as u16, protocol);
        }
        if let Some((dst, word)) = self.dst {
            request.word(word).attr(uapi::NDA_DST as u16, dst);
        }
        if self.ext_flags != 0 {
            request.u32(uapi::NDA_FLAGS_EXT as u16, self.ext_flags);
        }
        if let Some((lladdr, word)) = self.lladdr {
            request.word(word).attr(uapi::NDA_LLADDR as u16, lladdr);
        }
        request
    }
}

/// A dump: of a family, 0 for all; `NTF_PROXY` in `flags` for proxy entries; of one device or the ports of one.
pub fn dump(family: u8, flags: u8, index: Option<u32>, master: Option<u32>) -> Request {
    let mut request = Header { family, flags, ..Header::default() }.request(Rtm::Getneigh, NlmF::empty());
    if let Some(index) = index {
        request.u32(uapi::NDA_IFINDEX as u16, index);
    }
    if let Some(master) = master {
        request.u32(uapi::NDA_MASTER as u16, master);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_an_entry() {
        let spec = Spec {
            header: Header { family: 2, index: 3, state: state::PERMANENT, flags: flag::ROUTER },
            dst: Some((&[10, 0, 0, 2], 1)),
            lladdr: Some((&[2, 0, 0, 0, 0, 1], 3)),
            protocol: None,
            ext_flags: 0,
        };
        let expected: &[u8] = &[
            48, 0, 0, 0, 28, 0, 1, 6, 9, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            2, 0, 0, 0, 3, 0, 0, 0, 0x80, 0, 0x80, 0, // ndmsg
            8, 0, 1, 0, 10, 0, 0, 2, // NDA_DST
            10, 0, 2, 0, 2, 0, 0, 0, 0, 1, 0, 0, // NDA_LLADDR
        ];
        let mut request = spec.encode(Rtm::Newneigh, NlmF::CREATE | NlmF::EXCL);
        assert_eq!(request.finish(9).unwrap(), expected);
        let message = Messages::new(expected).next().unwrap().unwrap();
        let entry = Neighbour::decode(&message).unwrap();
        assert_eq!((entry.index, entry.state, entry.event), (3, state::PERMANENT, Event::There));
        assert_eq!(entry.lladdr(), Some(&[2, 0, 0, 0, 0, 1][..]));
        assert!((uapi::NDA_FLAGS_EXT as usize) < 18);
    }
}
