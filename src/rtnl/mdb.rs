//! Multicast groups of bridges and VXLAN devices: `RTM_*MDB` messages, `struct br_mdb_entry` (`linux/if_bridge.h`).

use super::bridge::NESTED;
use super::uapi;
use crate::netlink::{Attr, Attrs, Message, NlmF, Request, Table};

const MDBA_MDB: u16 = 1;
const MDBA_ROUTER: u16 = 2;
/// `MDBA_SET_ENTRY`, and in a look-up `MDBA_GET_ENTRY`.
const ENTRY: u16 = 1;
/// `MDBA_SET_ENTRY_ATTRS`, and in a look-up `MDBA_GET_ENTRY_ATTRS`.
const ENTRY_ATTRS: u16 = 2;

const MDBE_ATTR_SOURCE: u16 = 1;
const MDBE_ATTR_SRC_LIST: u16 = 2;
const MDBE_ATTR_GROUP_MODE: u16 = 3;
const MDBE_ATTR_RTPROT: u16 = 4;
const MDBE_ATTR_DST: u16 = 5;
const MDBE_ATTR_DST_PORT: u16 = 6;
const MDBE_ATTR_VNI: u16 = 7;
const MDBE_ATTR_IFINDEX: u16 = 8;
const MDBE_ATTR_SRC_VNI: u16 = 9;
const MDBE_ATTR_STATE_MASK: u16 = 10;
const MDBE_SRC_LIST_ENTRY: u16 = 1;
const MDBE_SRCATTR_ADDRESS: u16 = 1;

/// What the kernel tells of an entry behind its fixed part (`MDBA_MDB_EATTR_*`).
pub mod attr {
    /// Time left, in clock ticks.
    pub const TIMER: u16 = 1;
    /// Sources.
    pub const SRC_LIST: u16 = 2;
    /// [`super::INCLUDE`] or [`super::EXCLUDE`].
    pub const GROUP_MODE: u16 = 3;
    /// The source of an entry for one source.
    pub const SOURCE: u16 = 4;
    /// Who made it (`RTPROT_*`).
    pub const RTPROT: u16 = 5;
    /// The tunnel's other end.
    pub const DST: u16 = 6;
    /// The tunnel's UDP port, in host order.
    pub const DST_PORT: u16 = 7;
    /// The tunnel's network.
    pub const VNI: u16 = 8;
    /// The device that the tunnel's packets leave by.
    pub const IFINDEX: u16 = 9;
    /// The network that packets come from.
    pub const SRC_VNI: u16 = 10;
}

const MDBA_MDB_SRCATTR_ADDRESS: u16 = 1;
const MDBA_MDB_SRCATTR_TIMER: u16 = 2;
const MDBA_ROUTER_PATTR_TIMER: u16 = 1;
const MDBA_ROUTER_PATTR_TYPE: u16 = 2;
const MDB_RTR_TYPE_TEMP_QUERY: u8 = 1;
const MDB_RTR_TYPE_TEMP: u8 = 3;

/// `MDB_PERMANENT`: made by hand, does not age.
pub const PERMANENT: u8 = 1;
/// `MCAST_EXCLUDE` (`linux/in.h`): packets of all sources but those in the list.
pub const EXCLUDE: u8 = 0;
/// `MCAST_INCLUDE`: only packets of the sources in the list.
pub const INCLUDE: u8 = 1;

/// Flags of an entry (`MDB_FLAGS_*`).
pub mod flag {
    /// In hardware.
    pub const OFFLOAD: u8 = 1;
    /// The group ends at the first leave.
    pub const FAST_LEAVE: u8 = 2;
    /// Made for a group that excludes sources.
    pub const STAR_EXCL: u8 = 4;
    /// Nothing is sent.
    pub const BLOCKED: u8 = 8;
    /// Hardware did not take it.
    pub const OFFLOAD_FAILED: u8 = 16;
}

/// `struct br_mdb_entry`: 28 bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// The index of the port.
    pub port: u32,
    /// [`PERMANENT`] or 0.
    pub state: u8,
    /// [`flag`].
    pub flags: u8,
    /// The VLAN, 0 for none.
    pub vid: u16,
    /// The group's address, from the first byte.
    pub group: [u8; 16],
    /// The group's `ETH_P_*`, 0 for a link-layer address.
    pub protocol: u16,
}

impl Entry {
    const SIZE: usize = 28;

    fn decode(bytes: &[u8; Entry::SIZE]) -> Entry {
        let mut group = [0; 16];
        group.copy_from_slice(&bytes[8..24]);
        Entry {
            port: u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            state: bytes[4],
            flags: bytes[5],
            vid: u16::from_ne_bytes([bytes[6], bytes[7]]),
            group,
            protocol: u16::from_be_bytes([bytes[24], bytes[25]]),
        }
    }

    fn encode(&self) -> [u8; Entry::SIZE] {
        let mut bytes = [0; Entry::SIZE];
        bytes[..4].copy_from_slice(&self.port.to_ne_bytes());
        bytes[4] = self.state;
        bytes[5] = self.flags;
        bytes[6..8].copy_from_slice(&self.vid.to_ne_bytes());
        bytes[8..24].copy_from_slice(&self.group);
        bytes[24..26].copy_from_slice(&self.protocol.to_be_bytes());
        bytes
    }

    /// The family of the group: `AF_PACKET`, `AF_INET` or `AF_INET6`.
    pub fn family(&self) -> i32 {
        match i32::from(self.protocol) {
            0 => libc::AF_PACKET,
            libc::ETH_P_IP => libc::AF_INET,
            _ => libc::AF_INET6,
        }
    }

    /// The group's address, as long as its family's is.
    pub fn group(&self) -> &[u8] {
        match self.family() {
            libc::AF_PACKET => &self.group[..6],
            libc::AF_INET => &self.group[..4],
            _ => &self.group,
        }
    }
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It answers a dump.
    There,
    /// Something is new.
    New,
    /// Something has gone.
    Gone,
}

/// Groups and router ports of one device.
#[derive(Debug, Clone, Copy)]
pub struct Mdb<'a> {
    /// The index of the bridge.
    pub index: u32,
    /// What the message tells.
    pub event: Event,
    attrs: Table<'a, 3>,
}

impl<'a> Mdb<'a> {
    /// Reads an `RTM_*MDB`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let event = match u32::from(message.kind) {
            kind if kind == uapi::RTM_GETMDB as u32 => Event::There,
            kind if kind == uapi::RTM_NEWMDB as u32 => Event::New,
            kind if kind == uapi::RTM_DELMDB as u32 => Event::Gone,
            _ => return None,
        };
        let (header, attrs) = message.body.split_first_chunk::<8>()?;
        let index = u32::from_ne_bytes([header[4], header[5], header[6], header[7]]);
        Some(Mdb { index, event, attrs: Table::new(attrs) })
    }

    /// The entries, each with its `MDBA_MDB_EATTR_*`.
    pub fn entries(&self) -> impl Iterator<Item = (Entry, Table<'a, 11>)> + use<'a> {
        let groups = self.attrs.nested(MDBA_MDB).unwrap_or(Attrs::new(&[]));
        groups.flat_map(|group| Attrs::new(group.payload)).filter_map(|info: Attr<'a>| {
            let (entry, attrs) = info.payload.split_first_chunk()?;
            Some((Entry::decode(entry), Table::new(attrs)))
        })
    }

    /// The ports with a multicast router behind them, where the message has any.
    pub fn router_ports(&self) -> Option<impl Iterator<Item = RouterPort> + use<'a>> {
        Some(router_ports(self.attrs.get(MDBA_ROUTER)?))
    }
}

/// A source in the list of an entry: its address, and the time left in clock ticks.
pub fn source(payload: &[u8]) -> Option<(&[u8], u32)> {
    let attrs: Table<'_, 3> = Table::new(payload);
    Some((attrs.get(MDBA_MDB_SRCATTR_ADDRESS)?, attrs.u32(MDBA_MDB_SRCATTR_TIMER)?))
}

/// A port with a multicast router behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouterPort {
    /// Its index.
    pub index: u32,
    /// Time left, in clock ticks.
    pub timer: Option<u32>,
    /// Whether it was found out, and will be forgotten.
    pub temporary: Option<bool>,
}

/// The ports in an `MDBA_ROUTER`.
pub fn router_ports<'a>(payload: &'a [u8]) -> impl Iterator<Item = RouterPort> + use<'a> {
    Attrs::new(payload).filter_map(|port| {
        let (index, attrs) = port.payload.split_first_chunk()?;
        let attrs: Table<'_, 3> = Table::new(attrs);
        let kind = attrs.u8(MDBA_ROUTER_PATTR_TYPE);
        Some(RouterPort {
            index: u32::from_ne_bytes(*index),
            timer: attrs.u32(MDBA_ROUTER_PATTR_TIMER),
            temporary: kind.map(|kind| matches!(kind, MDB_RTR_TYPE_TEMP_QUERY | MDB_RTR_TYPE_TEMP)),
        })
    })
}

/// An entry to be added, changed, removed or looked up. Values stand with the number of the word they come from.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// The index of the bridge.
    pub index: u32,
    /// The entry, and the number of the word that names its group.
    pub entry: (Entry, usize),
    /// The source.
    pub source: Option<(Vec<u8>, usize)>,
    /// [`INCLUDE`] or [`EXCLUDE`].
    pub mode: Option<(u8, usize)>,
    /// The list of sources.
    pub sources: Option<(Vec<Vec<u8>>, usize)>,
    /// Who makes it (`RTPROT_*`).
    pub protocol: Option<(u8, usize)>,
    /// The tunnel's other end.
    pub dst: Option<(Vec<u8>, usize)>,
    /// The tunnel's UDP port.
    pub dst_port: Option<(u16, usize)>,
    /// The tunnel's network.
    pub vni: Option<(u32, usize)>,
    /// The network that packets come from.
    pub src_vni: Option<(u32, usize)>,
    /// The device that the tunnel's packets leave by.
    pub via: Option<(u32, usize)>,
    /// Which bits of the state count, in a flush.
    pub state_mask: u8,
}

impl Spec {
    /// The request of type `kind` (`RTM_*MDB`) about this entry.
    pub fn encode(&self, kind: u32, flags: NlmF) -> Request {
        let mut request = Request::new(kind as u16, flags);
        request.header(&header(self.index));
        let (entry, word) = &self.entry;
        request.word(*word).attr(ENTRY, &entry.encode());
        let start = request.len();
        request.nest(ENTRY_ATTRS | NESTED, |r| self.attrs(r));
        // Old kernels know no such nest.
        if request.len() == start + 4 {
            request.cut(start);
        }
        request
    }

    fn attrs(&self, request: &mut Request) {
        if let Some((source, word)) = &self.source {
            request.word(*word).attr(MDBE_ATTR_SOURCE, source);
        }
        if let Some((mode, word)) = self.mode {
            request.word(word).u8(MDBE_ATTR_GROUP_MODE, mode);
        }
        if let Some((sources, word)) = &self.sources {
            request.word(*word).nest(MDBE_ATTR_SRC_LIST | NESTED, |r| {
                for source in sources {
                    r.nest(MDBE_SRC_LIST_ENTRY | NESTED, |r| {
                        r.attr(MDBE_SRCATTR_ADDRESS, source);
                    });
                }
            });
        }
        if let Some((protocol, word)) = self.protocol {
            request.word(word).u8(MDBE_ATTR_RTPROT, protocol);
        }
        if let Some((dst, word)) = &self.dst {
            request.word(*word).attr(MDBE_ATTR_DST, dst);
        }
        if let Some((port, word)) = self.dst_port {
            request.word(word).u16(MDBE_ATTR_DST_PORT, port);
        }
        for (kind, value) in
            [(MDBE_ATTR_VNI, self.vni), (MDBE_ATTR_SRC_VNI, self.src_vni), (MDBE_ATTR_IFINDEX, self.via)]
        {
            if let Some((value, word)) = value {
                request.word(word).u32(kind, value);
            }
        }
        if self.state_mask != 0 {
            request.u8(MDBE_ATTR_STATE_MASK, self.state_mask);
        }
    }
}

/// `struct br_port_msg`.
fn header(index: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[0] = libc::AF_BRIDGE as u8;
    bytes[4..].copy_from_slice(&index.to_ne_bytes());
    bytes
}

/// A dump of all groups and router ports.
pub fn dump() -> Request {
    let mut request = Request::new(uapi::RTM_GETMDB as u16, NlmF::empty());
    request.header(&header(0));
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_an_entry() {
        let mut entry = Entry { port: 3, state: PERMANENT, vid: 10, protocol: 0x0800, ..Entry::default() };
        entry.group[..4].copy_from_slice(&[239, 1, 1, 1]);
        let spec = Spec { index: 2, entry: (entry, 0), source: Some((vec![10, 0, 0, 1], 0)), ..Spec::default() };
        let mut request = spec.encode(uapi::RTM_NEWMDB as u32, NlmF::empty());
        let mut expected = vec![
            68, 0, 0, 0, 84, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            7, 0, 0, 0, 2, 0, 0, 0, // br_port_msg
            32, 0, 1, 0, 3, 0, 0, 0, 1, 0, 10, 0, 239, 1, 1, 1, // br_mdb_entry
        ];
        expected.extend([0; 12]);
        expected.extend([8, 0, 0, 0, 12, 0, 2, 0x80, 8, 0, 1, 0, 10, 0, 0, 1]);
        assert_eq!(request.finish(1).unwrap(), expected);
        assert_eq!(Entry::decode(&entry.encode()), entry);
    }

    #[test]
    fn short_messages_do_not_panic() {
        for len in 0..60 {
            let mut bytes = vec![4; 16 + len];
            bytes[..8].copy_from_slice(&[(16 + len) as u8, 0, 0, 0, 84, 0, 0, 0]);
            let message = Messages::new(&bytes).next().unwrap().unwrap();
            if let Some(mdb) = Mdb::decode(&message) {
                assert_eq!(mdb.entries().count(), 0);
                assert!(mdb.router_ports().is_none());
            }
        }
    }
}
