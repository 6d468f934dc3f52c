//! Requests about routes.

use crate::netlink::{NlmF, Request, Rtm};
use crate::rtnl::uapi::{self, rtattr_type_t as rta};

/// `struct rtmsg`, the fixed header of every message about a route.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// An `AF_*`.
    pub family: u8,
    /// The length of the destination prefix in bits.
    pub dst_len: u8,
    /// The length of the source prefix in bits.
    pub src_len: u8,
    /// The TOS byte.
    pub tos: u8,
    /// A table below 256; [`RouteRequest::table`] sets any.
    pub table: u8,
    /// An `RTPROT_*`.
    pub protocol: u8,
    /// An `RT_SCOPE_*`.
    pub scope: u8,
    /// An `RTN_*`.
    pub kind: u8,
    /// `RTM_F_*` and `RTNH_F_*`.
    pub flags: u32,
}

impl Header {
    /// Its length in bytes.
    pub const LEN: usize = 12;

    fn bytes(&self) -> [u8; Header::LEN] {
        let [a, b, c, d] = self.flags.to_ne_bytes();
        let [family, dst_len, src_len, tos] = [self.family, self.dst_len, self.src_len, self.tos];
        [family, dst_len, src_len, tos, self.table, self.protocol, self.scope, self.kind, a, b, c, d]
    }
}

/// The metrics of a path by their numbers, `RTAX_*` of `linux/rtnetlink.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
#[allow(missing_docs, reason = "each is the kernel's word for it; ip-route(8) explains them")]
pub enum Metric {
    Lock = 1,
    Mtu,
    Window,
    Rtt,
    RttVar,
    SsThresh,
    Cwnd,
    AdvMss,
    Reordering,
    HopLimit,
    InitCwnd,
    Features,
    RtoMin,
    InitRwnd,
    QuickAck,
    Congestion,
    FastopenNoCookie,
}

/// A request about a route in the making. The header may be changed until [`RouteRequest::finish`].
#[derive(Debug, Clone)]
pub struct RouteRequest {
    /// The fixed header.
    pub header: Header,
    request: Request,
    metrics: Vec<(usize, Metric, Value)>,
    lock: u32,
}

#[derive(Debug, Clone)]
enum Value {
    Number(u32),
    Name(Vec<u8>),
}

impl RouteRequest {
    /// A request of type `kind` (`RTM_NEWROUTE`, `RTM_DELROUTE`, `RTM_GETROUTE`).
    pub fn new(kind: Rtm, flags: NlmF, header: Header) -> Self {
        let mut request = Request::new(kind, flags);
        request.header(&header.bytes());
        RouteRequest { header, request, metrics: Vec::new(), lock: 0 }
    }

    /// Asks for the device called `name`, for [`vrf`](super::vrf) to read.
    pub fn vrf(name: &[u8], family: u8) -> Request {
        let mut request = Request::new(Rtm::Getlink, NlmF::empty());
        request.header(&[family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        request.string(uapi::IFLA_IFNAME as u16, name);
        request
    }

    /// The request itself, for attributes that are not a route's alone.
    pub fn inner(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Says that what follows comes from the user's word number `word`.
    pub fn word(&mut self, word: usize) -> &mut Self {
        self.request.word(word);
        self
    }

    /// The destination: no address where `bytes` are none.
    pub fn dst(&mut self, bytes: &[u8], bits: u8) {
        self.header.dst_len = bits;
        self.some(rta::RTA_DST as u16, bytes);
    }

    /// The source: no address where `bytes` are none.
    pub fn src(&mut self, bytes: &[u8], bits: u8) {
        self.header.src_len = bits;
        self.some(rta::RTA_SRC as u16, bytes);
    }

    /// The next hop's address; of another family than the route it takes an attribute of its own.
    pub fn gateway(&mut self, family: u8, bytes: &[u8]) {
        if family == self.header.family {
            self.request.attr(rta::RTA_GATEWAY as u16, bytes);
            return;
        }
        let start = self.request.open(rta::RTA_VIA as u16);
        self.request.raw(&u16::from(family).to_ne_bytes()).raw(bytes);
        self.request.close(start);
        self.request.pad();
    }

    /// The source address that packets of our own get.
    pub fn prefsrc(&mut self, bytes: &[u8]) {
        self.request.attr(rta::RTA_PREFSRC as u16, bytes);
    }

    /// The labels that MPLS puts in the place of the destination's.
    pub fn new_dst(&mut self, bytes: &[u8]) {
        self.request.attr(rta::RTA_NEWDST as u16, bytes);
    }

    /// The table. One that the header has no room for takes an attribute.
    pub fn table(&mut self, table: u32) {
        match u8::try_from(table) {
            Ok(table) => self.header.table = table,
            Err(_) => {
                self.header.table = 0;
                self.request.u32(rta::RTA_TABLE as u16, table);
            }
        }
    }

    /// The table to be dumped, by an attribute whatever its number.
    pub fn table_filter(&mut self, table: u32) {
        self.request.u32(rta::RTA_TABLE as u16, table);
    }

    /// The index of the device that packets leave by.
    pub fn oif(&mut self, index: u32) {
        self.request.u32(rta::RTA_OIF as u16, index);
    }

    /// The index of the device that packets come by.
    pub fn iif(&mut self, index: u32) {
        self.request.u32(rta::RTA_IIF as u16, index);
    }

    /// The metric that decides between routes to one destination.
    pub fn priority(&mut self, metric: u32) {
        self.request.u32(rta::RTA_PRIORITY as u16, metric);
    }

    /// How long it lives, in seconds.
    pub fn expires(&mut self, seconds: u32) {
        self.request.u32(rta::RTA_EXPIRES as u16, seconds);
    }

    /// Realms, the source's above 16 bits.
    pub fn realms(&mut self, realms: u32) {
        self.request.u32(rta::RTA_FLOW as u16, realms);
    }

    /// The nexthop object that it goes by.
    pub fn nexthop_id(&mut self, id: u32) {
        self.request.u32(rta::RTA_NH_ID as u16, id);
    }

    /// The preference of a router.
    pub fn preference(&mut self, preference: u8) {
        self.request.u8(rta::RTA_PREF as u16, preference);
    }

    /// MPLS: whether the TTL goes from label to packet.
    pub fn ttl_propagate(&mut self, on: bool) {
        self.request.u8(rta::RTA_TTL_PROPAGATE as u16, on.into());
    }

    /// The firewall mark to look up.
    pub fn mark(&mut self, mark: u32) {
        self.request.u32(rta::RTA_MARK as u16, mark);
    }

    /// The user to look up.
    pub fn uid(&mut self, uid: u32) {
        self.request.u32(rta::RTA_UID as u16, uid);
    }

    /// The protocol above IP to look up.
    pub fn ip_protocol(&mut self, protocol: u8) {
        self.request.u8(rta::RTA_IP_PROTO as u16, protocol);
    }

    /// The source port to look up.
    pub fn source_port(&mut self, port: u16) {
        self.request.attr(rta::RTA_SPORT as u16, &port.to_be_bytes());
    }

    /// The destination port to look up.
    pub fn destination_port(&mut self, port: u16) {
        self.request.attr(rta::RTA_DPORT as u16, &port.to_be_bytes());
    }

    /// The IPv6 flow label to look up.
    pub fn flow_label(&mut self, label: u32) {
        self.request.attr(rta::RTA_FLOWLABEL as u16, &label.to_be_bytes());
    }

    /// A metric of the path that is a number, from the user's word number `word`.
    pub fn metric(&mut self, word: usize, metric: Metric, value: u32) {
        self.metrics.push((word, metric, Value::Number(value)));
    }

    /// The congestion control algorithm, from the user's word number `word`.
    pub fn congestion(&mut self, word: usize, name: &[u8]) {
        self.metrics.push((word, Metric::Congestion, Value::Name(name.to_vec())));
    }

    /// Lets the kernel leave `metric` as it is.
    pub fn lock(&mut self, metric: Metric) {
        self.lock |= 1 << metric as u16;
    }

    /// Writes the metrics that have gathered.
    pub fn write_metrics(&mut self) {
        if self.metrics.is_empty() {
            return;
        }
        let nest = self.request.open(rta::RTA_METRICS as u16);
        for (word, metric, value) in self.metrics.drain(..) {
            self.request.word(word);
            match value {
                Value::Number(number) => self.request.u32(metric as u16, number),
                Value::Name(name) => self.request.attr(metric as u16, &name),
            };
        }
        if self.lock != 0 {
            self.request.u32(Metric::Lock as u16, self.lock);
        }
        self.request.close(nest);
    }

    /// Begins the list of next hops; [`RouteRequest::close_hops`] wants what it gives.
    pub fn open_hops(&mut self) -> usize {
        self.request.open(rta::RTA_MULTIPATH as u16)
    }

    /// Ends the list of next hops.
    pub fn close_hops(&mut self, start: usize) {
        self.request.close(start);
    }

    /// Begins one next hop. What is said of gateway, realms, labels and wrapping until [`RouteRequest::close_hop`] is
    /// its own.
    pub fn open_hop(&mut self) -> usize {
        let start = self.request.len();
        self.request.raw(&[0; 8]);
        start
    }

    /// Ends the next hop begun at `start`.
    pub fn close_hop(&mut self, start: usize, flags: u8, hops: u8, ifindex: u32) {
        // What has outgrown its 16 bits is refused when the request is sent: the list around it is longer still.
        let [low, high] = ((self.request.len() - start) as u16).to_ne_bytes();
        let header = &mut self.request.from_mut(start)[..8];
        header[..4].copy_from_slice(&[low, high, flags, hops]);
        header[4..].copy_from_slice(&ifindex.to_ne_bytes());
    }

    /// Gives the request with its header as it now is.
    pub fn finish(mut self) -> Request {
        self.request.body_mut()[..Header::LEN].copy_from_slice(&self.header.bytes());
        self.request
    }

    fn some(&mut self, kind: u16, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.request.attr(kind, bytes);
        }
    }
}
