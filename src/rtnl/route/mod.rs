//! Routes: `RTM_NEWROUTE` and its fellows (rtnetlink(7), `linux/rtnetlink.h`).

pub mod encap;
mod request;

pub use request::{Header, Metric, RouteRequest};

use super::uapi::{self, rtattr_type_t as rta};
use crate::netlink::{Attrs, Message, Rtm, Table};

/// `linux/rtnetlink.h`: the family of IPv4's multicast routes.
pub const RTNL_FAMILY_IPMR: u8 = 128;
/// `linux/rtnetlink.h`: the family of IPv6's multicast routes.
pub const RTNL_FAMILY_IP6MR: u8 = 129;

/// One more than the highest attribute that is of interest.
const ATTRIBUTES: usize = rta::RTA_FLOWLABEL as usize + 1;

/// A route as the kernel tells it, borrowed from the message.
#[derive(Debug, Clone, Copy)]
pub struct Route<'a> {
    /// Whether it is gone: the message is an `RTM_DELROUTE`.
    pub deleted: bool,
    /// `rtm_family`.
    pub family: u8,
    /// The length of the destination prefix in bits.
    pub dst_len: u8,
    /// The length of the source prefix in bits.
    pub src_len: u8,
    /// The TOS byte that it is for, 0 for any.
    pub tos: u8,
    /// Its table, `RTA_TABLE` where the header's byte is too small.
    pub table: u32,
    /// Who made it, an `RTPROT_*`.
    pub protocol: u8,
    /// How far its destination is, an `RT_SCOPE_*`.
    pub scope: u8,
    /// What is done with its packets, an `RTN_*`.
    pub kind: u8,
    /// `RTM_F_*` and, for a route with one next hop, its `RTNH_F_*`.
    pub flags: u32,
    attrs: Table<'a, ATTRIBUTES>,
}

impl<'a> Route<'a> {
    /// The route in `message`; nothing if that is no route, or too short for one.
    #[inline]
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        if message.kind != u16::from(Rtm::Newroute) && message.kind != u16::from(Rtm::Delroute) {
            return None;
        }
        let mut route = Route::read(message.body)?;
        route.deleted = message.kind == u16::from(Rtm::Delroute);
        Some(route)
    }

    /// The route in the body of an `RTM_NEWROUTE`; nothing if that is too short for one.
    #[inline]
    pub fn read(body: &'a [u8]) -> Option<Self> {
        let header: &[u8; Header::LEN] = body.first_chunk()?;
        let [family, dst_len, src_len, tos, table, protocol, scope, kind, flags @ ..] = *header;
        let attrs = Table::new(&body[Header::LEN..]);
        Some(Route {
            deleted: false,
            family,
            dst_len,
            src_len,
            tos,
            table: attrs.u32(rta::RTA_TABLE as u16).unwrap_or(table.into()),
            protocol,
            scope,
            kind,
            flags: u32::from_ne_bytes(flags),
            attrs,
        })
    }

    /// The family of its addresses: that of IPv4 or IPv6 also for the routes of multicast routing.
    pub fn address_family(&self) -> u8 {
        match self.family {
            RTNL_FAMILY_IPMR if self.kind == uapi::RTN_MULTICAST as u8 => libc::AF_INET as u8,
            RTNL_FAMILY_IP6MR if self.kind == uapi::RTN_MULTICAST as u8 => libc::AF_INET6 as u8,
            family => family,
        }
    }

    /// The destination, absent for a default route.
    pub fn dst(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_DST as u16)
    }

    /// The source that packets must come from.
    pub fn src(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_SRC as u16)
    }

    /// The next hop's address, of the route's own family.
    pub fn gateway(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_GATEWAY as u16)
    }

    /// The next hop's address, of another family.
    pub fn via(&self) -> Option<Via<'a>> {
        self.attrs.get(rta::RTA_VIA as u16).and_then(Via::decode)
    }

    /// The labels that MPLS puts in the place of the destination's.
    pub fn new_dst(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_NEWDST as u16)
    }

    /// The source address that packets of our own get.
    pub fn prefsrc(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_PREFSRC as u16)
    }

    /// The index of the device that packets leave by.
    pub fn oif(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_OIF as u16)
    }

    /// The index of the device that packets came by.
    pub fn iif(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_IIF as u16)
    }

    /// The metric: of routes to one destination the one with the least is taken.
    pub fn priority(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_PRIORITY as u16)
    }

    /// The firewall mark that was looked up.
    pub fn mark(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_MARK as u16)
    }

    /// Realms: that of the source above 16 bits, that of the destination below.
    pub fn realms(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_FLOW as u16)
    }

    /// The user that was looked up.
    pub fn uid(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_UID as u16)
    }

    /// The nexthop object that it goes by.
    pub fn nexthop_id(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_NH_ID as u16)
    }

    /// The preference of a router, as in a router advertisement (`ICMPV6_ROUTER_PREF_*`).
    pub fn preference(&self) -> Option<u8> {
        self.attrs.u8(rta::RTA_PREF as u16)
    }

    /// MPLS: whether the TTL goes from label to packet.
    pub fn ttl_propagate(&self) -> Option<bool> {
        self.attrs.u8(rta::RTA_TTL_PROPAGATE as u16).map(|on| on != 0)
    }

    /// Its use and what is left of its life.
    pub fn cache(&self) -> Option<CacheInfo> {
        let bytes: &[u8; 32] = self.attrs.get(rta::RTA_CACHEINFO as u16)?.first_chunk()?;
        let word = |i: usize| u32::from_ne_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]]);
        Some(CacheInfo {
            users: word(0),
            last_use: word(1),
            expires: word(2).cast_signed(),
            error: word(3),
            used: word(4),
            id: word(5),
            timestamp: word(6),
            timestamp_age: word(7),
        })
    }

    /// Multicast: packets, bytes, and packets that came by a wrong device (`struct rta_mfc_stats`).
    pub fn multicast_stats(&self) -> Option<[u64; 3]> {
        let (words, _) = self.attrs.get(rta::RTA_MFC_STATS as u16)?.as_chunks::<8>();
        Some(words.first_chunk::<3>()?.map(u64::from_ne_bytes))
    }

    /// Multicast: how long ago it was last used, in clock ticks (USER_HZ, 1/100 s).
    pub fn multicast_age(&self) -> Option<u64> {
        self.attrs.u64(rta::RTA_EXPIRES as u16)
    }

    /// What is known of the path.
    pub fn metrics(&self) -> Option<Metrics<'a>> {
        self.attrs.table(rta::RTA_METRICS as u16).map(Metrics)
    }

    /// How packets are wrapped.
    pub fn encap(&self) -> Option<Encap<'a>> {
        Encap::decode(&self.attrs)
    }

    /// Its next hops, where it has several.
    pub fn next_hops(&self) -> Option<NextHops<'a>> {
        self.attrs.get(rta::RTA_MULTIPATH as u16).map(|rest| NextHops { rest })
    }
}

/// An address with its family (`struct rtvia`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via<'a> {
    /// Its `AF_*`.
    pub family: u8,
    /// The address.
    pub address: &'a [u8],
}

impl<'a> Via<'a> {
    fn decode(payload: &'a [u8]) -> Option<Self> {
        let (family, address) = payload.split_first_chunk()?;
        Some(Via { family: u16::from_ne_bytes(*family) as u8, address })
    }
}

/// How a route's packets are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encap<'a> {
    /// An `LWTUNNEL_ENCAP_*`.
    pub kind: u16,
    /// The attributes of that kind.
    pub attrs: &'a [u8],
}

impl<'a> Encap<'a> {
    fn decode<const N: usize>(table: &Table<'a, N>) -> Option<Self> {
        let attrs = table.get(rta::RTA_ENCAP as u16)?;
        Some(Encap { kind: table.u16(rta::RTA_ENCAP_TYPE as u16)?, attrs })
    }
}

/// `struct rta_cacheinfo`. Times are in ticks of `sysconf(_SC_CLK_TCK)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheInfo {
    /// How many hold it.
    pub users: u32,
    /// When it was last used.
    pub last_use: u32,
    /// When it goes, 0 for never.
    pub expires: i32,
    /// The error that a packet gets, an errno, negative.
    pub error: u32,
    /// How often it was used.
    pub used: u32,
    /// Of kernels long gone, as the next two: the identification of the next packet.
    pub id: u32,
    /// The peer's timestamp.
    pub timestamp: u32,
    /// How old that is.
    pub timestamp_age: u32,
}

/// What is known of a path: the attributes `RTAX_*`.
#[derive(Debug, Clone, Copy)]
pub struct Metrics<'a>(Table<'a, { Metrics::END as usize }>);

impl<'a> Metrics<'a> {
    /// The first metric; the one before it says which are locked.
    pub const FIRST: u16 = Metric::Mtu as u16;
    /// One more than the last.
    pub const END: u16 = Metric::FastopenNoCookie as u16 + 1;

    /// The value of metric number `metric`. A locked one may have none.
    pub fn get(&self, metric: u16) -> Option<u32> {
        self.0.u32(metric)
    }

    /// Whether metric number `metric` is there at all.
    pub fn has(&self, metric: u16) -> bool {
        self.0.has(metric)
    }

    /// Whether the kernel must leave metric number `metric` as it is.
    pub fn is_locked(&self, metric: u16) -> bool {
        self.0.u32(Metric::Lock as u16).unwrap_or(0) & (1 << metric) != 0
    }

    /// The name of the congestion control algorithm.
    pub fn congestion(&self) -> Option<&'a [u8]> {
        self.0.str(Metric::Congestion as u16)
    }
}

/// One of several next hops (`struct rtnexthop` and its attributes).
#[derive(Debug, Clone, Copy)]
pub struct NextHop<'a> {
    /// `RTNH_F_*`.
    pub flags: u8,
    /// One less than its weight.
    pub hops: u8,
    /// The index of the device.
    pub ifindex: u32,
    attrs: Table<'a, ATTRIBUTES>,
}

impl<'a> NextHop<'a> {
    /// The address, of the route's own family.
    pub fn gateway(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_GATEWAY as u16)
    }

    /// The address, of another family.
    pub fn via(&self) -> Option<Via<'a>> {
        self.attrs.get(rta::RTA_VIA as u16).and_then(Via::decode)
    }

    /// The labels that MPLS puts in the place of the destination's.
    pub fn new_dst(&self) -> Option<&'a [u8]> {
        self.attrs.get(rta::RTA_NEWDST as u16)
    }

    /// Realms, as [`Route::realms`].
    pub fn realms(&self) -> Option<u32> {
        self.attrs.u32(rta::RTA_FLOW as u16)
    }

    /// How packets are wrapped.
    pub fn encap(&self) -> Option<Encap<'a>> {
        Encap::decode(&self.attrs)
    }
}

/// Iterates over next hops; it ends at the first whose length does not fit.
#[derive(Debug, Clone, Copy)]
pub struct NextHops<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for NextHops<'a> {
    type Item = NextHop<'a>;

    fn next(&mut self) -> Option<NextHop<'a>> {
        let [low, high, flags, hops, ifindex @ ..] = *self.rest.first_chunk::<8>()?;
        let len = usize::from(u16::from_ne_bytes([low, high]));
        let attrs = self.rest.get(8..len)?;
        self.rest = self.rest.get(len.next_multiple_of(4)..).unwrap_or(&[]);
        Some(NextHop { flags, hops, ifindex: u32::from_ne_bytes(ifindex), attrs: Table::new(attrs) })
    }
}

/// The name and the table of the VRF that an `RTM_NEWLINK` tells of; see [`RouteRequest::vrf`].
pub fn vrf(message: &Message<'_>) -> Option<Vrf> {
    let index = message.body.get(4..8)?;
    let attrs: Table<'_, 64> = Table::new(message.body.get(16..)?);
    let info: Table<'_, 8> = attrs.table(uapi::IFLA_LINKINFO as u16)?;
    if info.str(uapi::IFLA_INFO_KIND as u16)? != b"vrf" {
        return None;
    }
    let data = info.get(uapi::IFLA_INFO_DATA as u16).unwrap_or(&[]);
    let table = Attrs::new(data).find(|attr| attr.kind == uapi::IFLA_VRF_TABLE as u16);
    Some(Vrf {
        index: u32::from_ne_bytes([index[0], index[1], index[2], index[3]]),
        table: table.and_then(|attr| attr.u32()),
    })
}

/// A VRF device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vrf {
    /// Its index.
    pub index: u32,
    /// The table that it stands for.
    pub table: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::{Messages, NlmF};

    fn decode(bytes: &[u8]) -> Option<Route<'_>> {
        Route::decode(&Messages::new(bytes).next()?.ok()?)
    }

    #[test]
    fn what_is_written_is_read() {
        let header = Header { family: 2, protocol: 3, kind: 1, ..Header::default() };
        let mut request = RouteRequest::new(Rtm::Newroute, NlmF::CREATE, header);
        request.dst(&[10, 1, 0, 0], 16);
        request.src(&[], 0);
        request.gateway(2, &[1, 2, 3, 4]);
        request.gateway(10, &[0xfe; 16]);
        request.table(300);
        request.metric(5, Metric::Mtu, 1400);
        request.congestion(7, b"reno");
        request.lock(Metric::Mtu);
        request.oif(4);
        request.write_metrics();
        let hops = request.open_hops();
        for weight in [0, 9] {
            let hop = request.open_hop();
            request.gateway(2, &[9, 9, 9, weight]);
            request.close_hop(hop, 4, weight, 7);
        }
        request.close_hops(hops);
        let mut request = request.finish();
        let bytes = request.finish(1).unwrap();
        let expected: &[u8] = &[
            2, 16, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0, // rtmsg
            8, 0, 1, 0, 10, 1, 0, 0, // RTA_DST
            8, 0, 5, 0, 1, 2, 3, 4, // RTA_GATEWAY
            22, 0, 18, 0, 10, 0, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 0, 0,
            8, 0, 15, 0, 44, 1, 0, 0, // RTA_TABLE
            8, 0, 4, 0, 4, 0, 0, 0, // RTA_OIF
            28, 0, 8, 0, 8, 0, 2, 0, 120, 5, 0, 0, 8, 0, 16, 0, b'r', b'e', b'n', b'o', 8, 0, 1, 0, 4, 0, 0, 0, 36, 0,
            9, 0, // RTA_MULTIPATH
            16, 0, 4, 0, 7, 0, 0, 0, 8, 0, 5, 0, 9, 9, 9, 0, //
            16, 0, 4, 9, 7, 0, 0, 0, 8, 0, 5, 0, 9, 9, 9, 9,
        ];
        assert_eq!(&bytes[16..], expected);
        let route = decode(bytes).unwrap();
        assert_eq!((route.family, route.dst_len, route.table, route.kind), (2, 16, 300, 1));
        assert_eq!((route.dst(), route.src(), route.oif()), (Some(&[10, 1, 0, 0][..]), None, Some(4)));
        assert_eq!(route.via(), Some(Via { family: 10, address: &[0xfe; 16] }));
        let metrics = route.metrics().unwrap();
        assert_eq!((metrics.get(2), metrics.congestion()), (Some(1400), Some(&b"reno"[..])));
        assert!(metrics.is_locked(2) && !metrics.is_locked(3));
        let hops: Vec<_> = route.next_hops().unwrap().map(|hop| (hop.hops, hop.ifindex, hop.gateway())).collect();
        assert_eq!(hops, [(0, 7, Some(&[9, 9, 9, 0][..])), (9, 7, Some(&[9, 9, 9, 9][..]))]);
    }

    #[test]
    fn short_ones_do_not_panic() {
        let header = Header { kind: 1, ..Header::default() };
        let mut request = RouteRequest::new(Rtm::Newroute, NlmF::empty(), header).finish();
        request.attr(9, &[255, 0, 0, 0, 1, 0, 0, 0]).attr(18, &[2]).attr(12, &[0; 31]).attr(22, &[]);
        let bytes = request.finish(1).unwrap().to_vec();
        let route = decode(&bytes).unwrap();
        assert_eq!(route.next_hops().unwrap().count(), 0);
        assert!(route.via().is_none() && route.cache().is_none() && route.encap().is_none());
        for len in 16..28u8 {
            let mut cut = bytes[..usize::from(len)].to_vec();
            cut[0] = len;
            assert!(decode(&cut).is_none());
        }
    }
}
