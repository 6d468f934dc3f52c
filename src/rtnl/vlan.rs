//! VLANs of bridges and their ports: in `IFLA_AF_SPEC` of links, in `RTM_*VLAN` messages with their options, and in
//! `RTM_*STATS` with their counters (`linux/if_bridge.h`, `linux/if_link.h`).

use super::bridge::{IFLA_BRIDGE_FLAGS, NESTED};
use super::link::Header;
use super::uapi;
use crate::netlink::{Attr, Attrs, Message, NlmF, Request, Rtm, Table};

const IFLA_BRIDGE_VLAN_INFO: u16 = 2;
const IFLA_BRIDGE_VLAN_TUNNEL_INFO: u16 = 3;
const IFLA_BRIDGE_VLAN_TUNNEL_ID: u16 = 1;
const IFLA_BRIDGE_VLAN_TUNNEL_VID: u16 = 2;
const IFLA_BRIDGE_VLAN_TUNNEL_FLAGS: u16 = 3;

/// A VLAN with its options: a nest of `ENTRY_*`.
pub const BRIDGE_VLANDB_ENTRY: u16 = 1;
/// Options of a VLAN on all ports: a nest of `GOPTS_*`.
pub const BRIDGE_VLANDB_GLOBAL_OPTIONS: u16 = 2;

const BRIDGE_VLANDB_DUMP_FLAGS: u16 = 1;
/// The dump shall have counters.
pub const DUMP_STATS: u32 = 1;
/// The dump shall have global options, and nothing else.
pub const DUMP_GLOBAL: u32 = 2;

const BRIDGE_VLANDB_ENTRY_INFO: u16 = 1;
const BRIDGE_VLANDB_ENTRY_RANGE: u16 = 2;
/// The state in the spanning tree.
pub const BRIDGE_VLANDB_ENTRY_STATE: u16 = 3;
const BRIDGE_VLANDB_ENTRY_STATS: u16 = 5;

const BRIDGE_VLANDB_GOPTS_ID: u16 = 1;
const BRIDGE_VLANDB_GOPTS_RANGE: u16 = 2;
/// Ports with a multicast router behind them: a nest that holds one of `MDBA_ROUTER`.
pub const BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS: u16 = 16;

const BRIDGE_VLANDB_STATS_RX_BYTES: u16 = 1;
const BRIDGE_VLANDB_STATS_RX_PACKETS: u16 = 2;
const BRIDGE_VLANDB_STATS_TX_BYTES: u16 = 3;
const BRIDGE_VLANDB_STATS_TX_PACKETS: u16 = 4;

const LINK_XSTATS_TYPE_BRIDGE: u16 = 1;
const BRIDGE_XSTATS_VLAN: u16 = 1;

/// Flags of a VLAN (`BRIDGE_VLAN_INFO_*`).
pub mod flag {
    /// Counters alone: the entry belongs to the bridge as the master of ports.
    pub const MASTER: u16 = 1;
    /// Untagged packets that come in belong to it.
    pub const PVID: u16 = 2;
    /// Its packets go out untagged.
    pub const UNTAGGED: u16 = 4;
    /// The first of a range.
    pub const RANGE_BEGIN: u16 = 8;
    /// The last of a range.
    pub const RANGE_END: u16 = 16;
    /// The bridge itself is in it.
    pub const BRENTRY: u16 = 32;
    /// Only options are meant.
    pub const ONLY_OPTS: u16 = 64;
}

/// A VLAN of a port: `struct bridge_vlan_info`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Info {
    /// [`flag`].
    pub flags: u16,
    /// Its number.
    pub vid: u16,
}

impl Info {
    fn decode(payload: &[u8]) -> Option<Info> {
        let &[a, b, c, d] = payload.first_chunk::<4>()?;
        Some(Info { flags: u16::from_ne_bytes([a, b]), vid: u16::from_ne_bytes([c, d]) })
    }

    fn encode(self) -> [u8; 4] {
        let ([a, b], [c, d]) = (self.flags.to_ne_bytes(), self.vid.to_ne_bytes());
        [a, b, c, d]
    }
}

/// A VLAN of a port and the tunnel that it is mapped to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tunnel {
    /// The tunnel's id, e.g. a VNI.
    pub id: u32,
    /// The VLAN, with [`flag`]s of ranges.
    pub info: Info,
}

/// The VLANs in a link's `IFLA_AF_SPEC`.
pub fn infos<'a>(spec: Attrs<'a>) -> impl Iterator<Item = Info> + use<'a> {
    spec.filter(|attr| attr.kind == IFLA_BRIDGE_VLAN_INFO).filter_map(|attr| Info::decode(attr.payload))
}

/// The mappings to tunnels in a link's `IFLA_AF_SPEC`.
pub fn tunnels<'a>(spec: Attrs<'a>) -> impl Iterator<Item = Tunnel> + use<'a> {
    let decode = |attr: Attr<'a>| {
        let attrs: Table<'_, 4> = Table::new(attr.payload);
        Some(Tunnel {
            id: attrs.u32(IFLA_BRIDGE_VLAN_TUNNEL_ID).unwrap_or(0),
            info: Info {
                vid: attrs.u16(IFLA_BRIDGE_VLAN_TUNNEL_VID)?,
                flags: attrs.u16(IFLA_BRIDGE_VLAN_TUNNEL_FLAGS).unwrap_or(0),
            },
        })
    };
    spec.filter(|attr| attr.kind == IFLA_BRIDGE_VLAN_TUNNEL_INFO).filter_map(decode)
}

/// VLANs of a port to be added or removed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    /// The port.
    pub index: u32,
    /// `BRIDGE_FLAGS_*`: who is asked, 0 for the bridge of a port.
    pub flags: u16,
    /// The first VLAN.
    pub first: Info,
    /// The number of the last one, for a range.
    pub last: Option<u16>,
    /// The tunnels that the first and the last one are mapped to; then it is the mapping that is changed.
    pub tunnels: Option<(u32, u32)>,
}

impl Change {
    /// The request: `RTM_SETLINK` adds, `RTM_DELLINK` removes.
    pub fn encode(&self, kind: Rtm) -> Request {
        let mut request = Request::new(kind, NlmF::empty());
        request.header(&Header { family: libc::AF_BRIDGE as u8, index: self.index, ..Header::default() }.encode());
        request.nest(uapi::IFLA_AF_SPEC as u16, |r| {
            if self.flags != 0 {
                r.u16(IFLA_BRIDGE_FLAGS, self.flags);
            }
            let begin = if self.last.is_some() { flag::RANGE_BEGIN } else { 0 };
            let first = Info { flags: self.first.flags | begin, ..self.first };
            let last = self.last.map(|vid| Info { flags: self.first.flags | flag::RANGE_END, vid });
            match self.tunnels {
                None => {
                    r.attr(IFLA_BRIDGE_VLAN_INFO, &first.encode());
                    if let Some(last) = last {
                        r.attr(IFLA_BRIDGE_VLAN_INFO, &last.encode());
                    }
                }
                Some((id, last_id)) => {
                    tunnel(r, id, Info { flags: begin, ..first });
                    if let Some(last) = last {
                        tunnel(r, last_id, Info { flags: flag::RANGE_END, ..last });
                    }
                }
            }
        });
        request
    }
}

fn tunnel(request: &mut Request, id: u32, info: Info) {
    request.nest(IFLA_BRIDGE_VLAN_TUNNEL_INFO, |r| {
        r.u32(IFLA_BRIDGE_VLAN_TUNNEL_ID, id);
        r.u16(IFLA_BRIDGE_VLAN_TUNNEL_VID, info.vid);
        r.u16(IFLA_BRIDGE_VLAN_TUNNEL_FLAGS, info.flags);
    });
}

/// VLANs of one device with their options: `struct br_vlan_msg`.
#[derive(Debug, Clone, Copy)]
pub struct Vlans<'a> {
    /// The index of the device.
    pub index: u32,
    /// The message told that they are gone.
    pub deleted: bool,
    /// `BRIDGE_VLANDB_*`.
    pub entries: Attrs<'a>,
}

impl<'a> Vlans<'a> {
    /// Reads an `RTM_NEWVLAN` or `RTM_DELVLAN`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = u32::from(message.kind) == uapi::RTM_DELVLAN as u32;
        if !deleted && u32::from(message.kind) != uapi::RTM_NEWVLAN as u32 {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<8>()?;
        let index = u32::from_ne_bytes([header[4], header[5], header[6], header[7]]);
        (i32::from(header[0]) == libc::AF_BRIDGE).then_some(Vlans { index, deleted, entries: Attrs::new(attrs) })
    }
}

/// A VLAN, or a range of them, with its options.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The first one.
    pub first: Info,
    /// The number of the last one.
    pub last: u16,
    /// `BRIDGE_VLANDB_ENTRY_*`, or `BRIDGE_VLANDB_GOPTS_*` of global options.
    pub attrs: Table<'a, 20>,
}

impl<'a> Entry<'a> {
    /// Reads a `BRIDGE_VLANDB_ENTRY`.
    pub fn decode(payload: &'a [u8]) -> Option<Self> {
        let attrs = Table::new(payload);
        let first = Info::decode(attrs.get(BRIDGE_VLANDB_ENTRY_INFO)?)?;
        let last = attrs.u16(BRIDGE_VLANDB_ENTRY_RANGE).unwrap_or(first.vid);
        Some(Entry { first, last, attrs })
    }

    /// Reads a `BRIDGE_VLANDB_GLOBAL_OPTIONS`.
    pub fn decode_global(payload: &'a [u8]) -> Option<Self> {
        let attrs: Table<'_, 20> = Table::new(payload);
        let first = Info { flags: 0, vid: attrs.u16(BRIDGE_VLANDB_GOPTS_ID)? };
        let last = attrs.u16(BRIDGE_VLANDB_GOPTS_RANGE).unwrap_or(first.vid);
        Some(Entry { first, last, attrs })
    }

    /// Its state in the spanning tree, `BR_STATE_*`.
    pub fn state(&self) -> u8 {
        self.attrs.u8(BRIDGE_VLANDB_ENTRY_STATE).unwrap_or(0)
    }

    /// Its counters, zero where the kernel told none.
    pub fn counters(&self) -> Counters {
        let stats: Table<'_, 5> = self.attrs.table(BRIDGE_VLANDB_ENTRY_STATS).unwrap_or(Table::new(&[]));
        let counter = |kind| stats.u64(kind).unwrap_or(0);
        Counters {
            rx_bytes: counter(BRIDGE_VLANDB_STATS_RX_BYTES),
            rx_packets: counter(BRIDGE_VLANDB_STATS_RX_PACKETS),
            tx_bytes: counter(BRIDGE_VLANDB_STATS_TX_BYTES),
            tx_packets: counter(BRIDGE_VLANDB_STATS_TX_PACKETS),
        }
    }
}

/// A request about options, `nest` opened: the options follow, [`Options::finish`] names the device.
#[derive(Debug)]
pub struct Options {
    /// What is appended goes into the nest.
    pub request: Request,
    start: usize,
    global: bool,
}

impl Options {
    /// Options of a VLAN on one port, or with `global` on all.
    pub fn new(global: bool) -> Self {
        let mut request = Request::new(uapi::RTM_NEWVLAN as u16, NlmF::empty());
        request.header(&header(0));
        let kind = if global { BRIDGE_VLANDB_GLOBAL_OPTIONS } else { BRIDGE_VLANDB_ENTRY };
        let start = request.open(kind | NESTED);
        Options { request, start, global }
    }

    /// Names the VLAN, or the first and the last of a range.
    pub fn vlan(&mut self, vid: u16, last: Option<u16>) {
        let range = match self.global {
            true => {
                self.request.u16(BRIDGE_VLANDB_GOPTS_ID, vid);
                BRIDGE_VLANDB_GOPTS_RANGE
            }
            false => {
                self.request.attr(BRIDGE_VLANDB_ENTRY_INFO, &Info { flags: flag::ONLY_OPTS, vid }.encode());
                BRIDGE_VLANDB_ENTRY_RANGE
            }
        };
        if let Some(last) = last {
            self.request.u16(range, last);
        }
    }

    /// The whole request, about the device with `index`.
    pub fn finish(mut self, index: u32) -> Request {
        self.request.close(self.start);
        self.request.body_mut()[..8].copy_from_slice(&header(index));
        self.request
    }
}

/// `struct br_vlan_msg`.
fn header(index: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[0] = libc::AF_BRIDGE as u8;
    bytes[4..].copy_from_slice(&index.to_ne_bytes());
    bytes
}

/// A dump of VLANs with their options; `flags` are `DUMP_*`.
pub fn dump(flags: u32) -> Request {
    let mut request = Request::new(uapi::RTM_GETVLAN as u16, NlmF::empty());
    request.header(&header(0)).u32(BRIDGE_VLANDB_DUMP_FLAGS, flags);
    request
}

/// What a VLAN has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Bytes received.
    pub rx_bytes: u64,
    /// Packets received.
    pub rx_packets: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets sent.
    pub tx_packets: u64,
}

/// A dump of counters: of bridges, or with `ports` of their ports.
pub fn counter_dump(ports: bool) -> Request {
    let attr = if ports { uapi::IFLA_STATS_LINK_XSTATS_SLAVE } else { uapi::IFLA_STATS_LINK_XSTATS };
    let mut request = Request::new(uapi::RTM_GETSTATS as u16, NlmF::empty());
    // `struct if_stats_msg`: the mask has a bit for each attribute, from 1.
    let mut header = [0; 12];
    header[8..].copy_from_slice(&(1u32 << (attr as u32 - 1)).to_ne_bytes());
    request.header(&header);
    request
}

/// The counters in an `RTM_NEWSTATS`: the index of the device, and those of each of its VLANs.
pub fn counters<'a>(message: &Message<'a>) -> Option<(u32, impl Iterator<Item = (Info, Counters)> + use<'a>)> {
    if u32::from(message.kind) != uapi::RTM_NEWSTATS as u32 {
        return None;
    }
    let (header, attrs) = message.body.split_first_chunk::<12>()?;
    let index = u32::from_ne_bytes([header[4], header[5], header[6], header[7]]);
    let attrs: Table<'a, 4> = Table::new(attrs);
    let lists = [uapi::IFLA_STATS_LINK_XSTATS, uapi::IFLA_STATS_LINK_XSTATS_SLAVE];
    let lists =
        lists.into_iter().filter_map(move |kind| attrs.table::<2>(kind as u16)?.nested(LINK_XSTATS_TYPE_BRIDGE));
    Some((index, lists.flatten().filter(|attr| attr.kind == BRIDGE_XSTATS_VLAN).filter_map(counted)))
}

/// `struct bridge_vlan_xstats`.
fn counted(attr: Attr<'_>) -> Option<(Info, Counters)> {
    let (words, rest) = attr.payload.split_first_chunk::<32>()?;
    let mut words = words.chunks_exact(8).filter_map(|word| Some(u64::from_ne_bytes(word.try_into().ok()?)));
    let mut next = || words.next().unwrap_or_default();
    let counters = Counters { rx_bytes: next(), rx_packets: next(), tx_bytes: next(), tx_packets: next() };
    let &[a, b, c, d] = rest.first_chunk::<4>()?;
    Some((Info { vid: u16::from_ne_bytes([a, b]), flags: u16::from_ne_bytes([c, d]) }, counters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_bytes_of_a_range_and_of_a_mapping() {
        let change =
            Change { index: 3, first: Info { flags: flag::UNTAGGED, vid: 10 }, last: Some(12), ..Change::default() };
        let mut request = change.encode(Rtm::Setlink);
        let spec: &[u8] = &[20, 0, 26, 0, 8, 0, 2, 0, 0x0c, 0, 10, 0, 8, 0, 2, 0, 0x14, 0, 12, 0];
        assert_eq!(&request.finish(1).unwrap()[32..], spec);
        let mapped = Change { tunnels: Some((100, 0)), last: None, ..change };
        let spec: &[u8] = &[
            32, 0, 26, 0, 28, 0, 3, 0, // IFLA_AF_SPEC { IFLA_BRIDGE_VLAN_TUNNEL_INFO
            8, 0, 1, 0, 100, 0, 0, 0, // id
            6, 0, 2, 0, 10, 0, 0, 0, // VLAN
            6, 0, 3, 0, 0, 0, 0, 0, // flags
        ];
        let mut request = mapped.encode(Rtm::Setlink);
        let bytes = request.finish(1).unwrap();
        assert_eq!(&bytes[32..], spec);
        let tunnel = Tunnel { id: 100, info: Info { flags: 0, vid: 10 } };
        assert_eq!(tunnels(Attrs::new(&bytes[36..])).collect::<Vec<_>>(), [tunnel]);
    }

    #[test]
    fn golden_bytes_of_options() {
        let mut options = Options::new(false);
        options.vlan(10, Some(20));
        options.request.u8(BRIDGE_VLANDB_ENTRY_STATE, 3);
        let mut request = options.finish(5);
        let expected: &[u8] = &[
            7, 0, 0, 0, 5, 0, 0, 0, // br_vlan_msg
            28, 0, 1, 0x80, 8, 0, 1, 0, 64, 0, 10, 0, // info
            6, 0, 2, 0, 20, 0, 0, 0, // range
            5, 0, 3, 0, 3, 0, 0, 0, // state
        ];
        assert_eq!(&request.finish(1).unwrap()[16..], expected);
    }

    #[test]
    fn short_counters_are_none() {
        for len in 0..36 {
            assert_eq!(counted(Attr { kind: 1, payload: &vec![1; len] }), None);
        }
        let (info, counters) = counted(Attr { kind: 1, payload: &[1; 40] }).unwrap();
        assert_eq!((info.vid, counters.tx_packets), (0x101, 0x0101_0101_0101_0101));
    }
}
