//! Links: `struct ifinfomsg` and the `IFLA_*` attributes behind it (rtnetlink(7), `linux/if_link.h`).

use nix::sys::socket::SockProtocol;

use super::uapi;
use crate::netlink::{Attr, Attrs, Message, NlmF, Request, Rtm, Socket, Table};

/// One more than the highest `IFLA_*` that is of interest.
pub const ATTRS: usize = 72;

/// `RTEXT_FILTER_VF`: the virtual functions of a device are wanted too.
pub const EXT_VF: u32 = 1;
/// `RTEXT_FILTER_SKIP_STATS`: counters are not wanted.
pub const EXT_SKIP_STATS: u32 = 8;

/// Device flags that have a meaning here (`linux/if.h`).
pub mod flag {
    /// Administratively up.
    pub const UP: u32 = 1;
    /// The other end of a point-to-point link has an address.
    pub const POINTOPOINT: u32 = 1 << 4;
    /// No trailers.
    pub const NOTRAILERS: u32 = 1 << 5;
    /// Has resources: operational.
    pub const RUNNING: u32 = 1 << 6;
    /// No address resolution.
    pub const NOARP: u32 = 1 << 7;
    /// Receives everything.
    pub const PROMISC: u32 = 1 << 8;
    /// Receives all multicast.
    pub const ALLMULTI: u32 = 1 << 9;
    /// Can multicast.
    pub const MULTICAST: u32 = 1 << 12;
    /// Its addresses are lost when it goes down.
    pub const DYNAMIC: u32 = 1 << 15;
}

/// A link as the kernel tells of it, its attributes borrowed from the receive buffer.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// `AF_UNSPEC`, or `AF_BRIDGE` for the view of a bridge.
    pub family: u8,
    /// The `ARPHRD_*` type of device.
    pub device_type: u16,
    /// Its index.
    pub index: u32,
    /// `IFF_*`.
    pub flags: u32,
    /// The message told that the link is gone.
    pub deleted: bool,
    /// Its `IFLA_*` attributes.
    pub attrs: Table<'a, ATTRS>,
}

impl<'a> Link<'a> {
    /// Reads an `RTM_NEWLINK` or `RTM_DELLINK`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = message.kind == u16::from(Rtm::Dellink);
        if !deleted && message.kind != u16::from(Rtm::Newlink) {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<16>()?;
        Some(Link {
            family: header[0],
            device_type: u16::from_ne_bytes([header[2], header[3]]),
            index: u32::from_ne_bytes([header[4], header[5], header[6], header[7]]),
            flags: u32::from_ne_bytes([header[8], header[9], header[10], header[11]]),
            deleted,
            attrs: Table::new(attrs),
        })
    }

    /// Its name.
    pub fn name(&self) -> &'a [u8] {
        self.attrs.str(uapi::IFLA_IFNAME as u16).unwrap_or_default()
    }

    /// The index of the device that it is a port of.
    pub fn master(&self) -> Option<u32> {
        self.attrs.u32(uapi::IFLA_MASTER as u16)
    }

    /// The group it is in.
    pub fn group(&self) -> Option<u32> {
        self.attrs.u32(uapi::IFLA_GROUP as u16)
    }

    /// The index of its other half or of the device below it; 0 where that is unknown.
    pub fn lower(&self) -> Option<u32> {
        self.attrs.u32(uapi::IFLA_LINK as u16)
    }

    /// The namespace that [`Link::lower`] counts in, where that is another one; -1 where it has no id here.
    pub fn lower_nsid(&self) -> Option<i32> {
        self.attrs.i32(uapi::IFLA_LINK_NETNSID as u16)
    }

    /// Its kind and that of its master: `IFLA_LINKINFO`.
    pub fn info(&self) -> Option<LinkInfo<'a>> {
        self.attrs.table(uapi::IFLA_LINKINFO as u16).map(LinkInfo)
    }

    /// Its alternative names.
    pub fn alt_names(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let names = self.attrs.nested(uapi::IFLA_PROP_LIST as u16).unwrap_or(Attrs::new(&[]));
        names.filter(|attr| attr.kind == uapi::IFLA_ALT_IFNAME as u16).map(|attr: Attr<'a>| attr.str())
    }

    /// The attributes of address family `family` in `IFLA_AF_SPEC`.
    pub fn af_spec<const N: usize>(&self, family: i32) -> Option<Table<'a, N>> {
        let mut families = self.attrs.nested(uapi::IFLA_AF_SPEC as u16)?;
        families.find(|attr| i32::from(attr.kind) == family).map(|attr| Table::new(attr.payload))
    }
}

/// What a link is: `IFLA_INFO_*`.
#[derive(Debug, Clone, Copy)]
pub struct LinkInfo<'a>(Table<'a, 8>);

impl<'a> LinkInfo<'a> {
    /// Its kind, e.g. `veth`.
    pub fn kind(&self) -> Option<&'a [u8]> {
        self.0.str(uapi::IFLA_INFO_KIND as u16)
    }

    /// Its kind's attributes.
    pub fn data<const N: usize>(&self) -> Option<Table<'a, N>> {
        self.0.table(uapi::IFLA_INFO_DATA as u16)
    }

    /// What its kind counts besides packets.
    pub fn counted(&self) -> Option<&'a [u8]> {
        self.0.get(uapi::IFLA_INFO_XSTATS as u16)
    }

    /// The kind of its master, e.g. `bridge`.
    pub fn slave_kind(&self) -> Option<&'a [u8]> {
        self.0.str(uapi::IFLA_INFO_SLAVE_KIND as u16)
    }

    /// The attributes that its master's kind gives to ports.
    pub fn slave_data<const N: usize>(&self) -> Option<Table<'a, N>> {
        self.0.table(uapi::IFLA_INFO_SLAVE_DATA as u16)
    }
}

/// The fixed header of a link request: `struct ifinfomsg`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// `AF_UNSPEC` for nearly all.
    pub family: u8,
    /// The device's index, 0 where its name says which, or for a new one.
    pub index: u32,
    /// `IFF_*` as they shall be.
    pub flags: u32,
    /// Which of the flags to change.
    pub change: u32,
}

impl Header {
    /// Its bytes.
    pub fn encode(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[0] = self.family;
        bytes[4..8].copy_from_slice(&self.index.to_ne_bytes());
        bytes[8..12].copy_from_slice(&self.flags.to_ne_bytes());
        bytes[12..16].copy_from_slice(&self.change.to_ne_bytes());
        bytes
    }

    /// Writes it over the header that `request` begins with.
    pub fn patch(&self, request: &mut Request) {
        request.body_mut()[..16].copy_from_slice(&self.encode());
    }
}

/// A request of type `kind` that begins with an empty header, to be patched when all words are known.
pub fn request(kind: Rtm, flags: NlmF) -> Request {
    let mut request = Request::new(kind, flags);
    request.header(&Header::default().encode());
    request
}

/// What links a dump is to show; the kernel leaves the others out, or most of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Select<'a> {
    /// The address family, `AF_PACKET` for links alone.
    pub family: u8,
    /// `RTEXT_FILTER_*`.
    pub ext_mask: u32,
    /// Only ports of this device.
    pub master: Option<u32>,
    /// Only links of this kind.
    pub kind: Option<&'a [u8]>,
}

/// A dump of links.
pub fn dump(select: &Select<'_>) -> Request {
    let mut request = Request::new(Rtm::Getlink, NlmF::empty());
    request.header(&Header { family: select.family, ..Header::default() }.encode());
    // The views of other families are dumped by code of theirs, which takes no filters; bridges' takes what to tell.
    if i32::from(select.family) == libc::AF_BRIDGE {
        request.u32(uapi::IFLA_EXT_MASK as u16, select.ext_mask);
    }
    if !matches!(i32::from(select.family), libc::AF_UNSPEC | libc::AF_PACKET) {
        return request;
    }
    request.u32(uapi::IFLA_EXT_MASK as u16, select.ext_mask);
    if let Some(master) = select.master {
        request.u32(uapi::IFLA_MASTER as u16, master);
    }
    if let Some(kind) = select.kind {
        request.nest(uapi::IFLA_LINKINFO as u16, |r| {
            r.attr(uapi::IFLA_INFO_KIND as u16, kind);
        });
    }
    request
}

/// One link by its index.
pub fn get(index: u32, family: u8, ext_mask: u32) -> Request {
    let mut request = Request::new(Rtm::Getlink, NlmF::empty());
    request.header(&Header { family, index, ..Header::default() }.encode());
    request.u32(uapi::IFLA_EXT_MASK as u16, ext_mask);
    request
}

/// The index of the link with an alternative name that netlink alone has room for. It is asked on a socket of its own.
pub fn index_of_long_name(name: &[u8]) -> Option<u32> {
    let mut request = Request::new(Rtm::Getlink, NlmF::empty());
    request.header(&Header::default().encode());
    request.string(uapi::IFLA_ALT_IFNAME as u16, name);
    request.u32(uapi::IFLA_EXT_MASK as u16, EXT_SKIP_STATS);
    let mut socket = Socket::open(SockProtocol::NetlinkRoute).ok()?;
    socket.get(&mut request, |message| Link::decode(message).map(|link| link.index)).ok()?
}

/// The counters of a link: `struct rtnl_link_stats64`, or the 32-bit one of old kernels.
#[derive(Debug, Clone, Copy)]
pub struct Stats {
    /// Whether the kernel told 64-bit counters.
    pub wide: bool,
    counters: [u64; 25],
}

macro_rules! counters {
    ($($name:ident = $at:literal, $help:literal;)*) => {
        impl Stats {
            $(#[doc = $help]
            pub fn $name(&self) -> u64 {
                self.counters[$at]
            })*
        }
    };
}
counters! {
    rx_packets = 0, "Packets received.";
    tx_packets = 1, "Packets sent.";
    rx_bytes = 2, "Bytes received.";
    tx_bytes = 3, "Bytes sent.";
    rx_errors = 4, "Bad packets received.";
    tx_errors = 5, "Packets that could not be sent.";
    rx_dropped = 6, "Packets received for which there was no room.";
    tx_dropped = 7, "Packets to be sent for which there was no room.";
    multicast = 8, "Multicast packets received.";
    collisions = 9, "Collisions.";
    rx_length_errors = 10, "Packets of a wrong length.";
    rx_over_errors = 11, "Overruns of the receive ring.";
    rx_crc_errors = 12, "Packets with a wrong checksum.";
    rx_frame_errors = 13, "Packets with a wrong alignment.";
    rx_fifo_errors = 14, "Overruns of the receive queue.";
    rx_missed_errors = 15, "Packets missed by the receiver.";
    tx_aborted_errors = 16, "Transmissions given up.";
    tx_carrier_errors = 17, "Carrier lost while sending.";
    tx_fifo_errors = 18, "Underruns of the transmit queue.";
    tx_heartbeat_errors = 19, "Heartbeats missed.";
    tx_window_errors = 20, "Late collisions.";
    rx_compressed = 21, "Compressed packets received.";
    tx_compressed = 22, "Compressed packets sent.";
    rx_nohandler = 23, "Packets that no protocol wanted.";
    rx_otherhost_dropped = 24, "Packets for another host.";
}

impl Stats {
    /// The counters of a link, where the message has any.
    pub fn of(link: &Link<'_>) -> Option<Self> {
        match link.attrs.get(uapi::IFLA_STATS64 as u16) {
            Some(payload) => Some(Stats::decode(payload, 8)),
            None => Some(Stats::decode(link.attrs.get(uapi::IFLA_STATS as u16)?, 4)),
        }
    }

    /// The counters of a `struct rtnl_link_stats64` or, of `size` 4 in place of 8, a `struct rtnl_link_stats`.
    pub fn decode(payload: &[u8], size: usize) -> Self {
        let mut counters = [0; 25];
        for (counter, bytes) in counters.iter_mut().zip(payload.chunks_exact(size)) {
            *counter = match *bytes {
                [a, b, c, d] => u64::from(u32::from_ne_bytes([a, b, c, d])),
                [a, b, c, d, e, f, g, h] => u64::from_ne_bytes([a, b, c, d, e, f, g, h]),
                _ => 0,
            };
        }
        Stats { wide: size == 8, counters }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_fill_the_kernels_structure() {
        assert_eq!(size_of::<uapi::rtnl_link_stats64>(), 25 * 8);
        assert_eq!(size_of::<uapi::rtnl_link_stats>(), 24 * 4);
        assert!((uapi::IFLA_DPLL_PIN as usize) < ATTRS);
    }

    #[test]
    fn golden_bytes_of_a_dump() {
        let select = Select { family: 17, ext_mask: 9, master: None, kind: Some(b"veth") };
        let mut request = dump(&select);
        let bytes = request.finish(1).unwrap();
        let expected: &[u8] = &[
            52, 0, 0, 0, 18, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // ifinfomsg
            8, 0, 29, 0, 9, 0, 0, 0, // IFLA_EXT_MASK
            12, 0, 18, 0, 8, 0, 1, 0, b'v', b'e', b't', b'h', // IFLA_LINKINFO
        ];
        assert_eq!(bytes, expected);
    }
}
