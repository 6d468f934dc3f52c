//! What a route looks like.

use super::encap;
use super::filter::Filter;
use crate::commands::host::{self, Host};
use crate::commands::nexthop;
use crate::output::{General, Hex, Out, Show};
use crate::rtnl::route::{CacheInfo, Metric, Metrics, NextHop, Route, Via};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::view::View;
use crate::words::named;

/// The metrics of a path, by their number from [`Metrics::FIRST`].
const METRICS: [&str; 16] = [
    "mtu",
    "window",
    "rtt",
    "rttvar",
    "ssthresh",
    "cwnd",
    "advmss",
    "reordering",
    "hoplimit",
    "initcwnd",
    "features",
    "rto_min",
    "initrwnd",
    "quickack",
    "congctl",
    "fastopen_no_cookie",
];

/// Flags of routes and next hops, in the order in which they are shown.
const FLAGS: [(u32, &str); 11] = [
    (uapi::RTNH_F_DEAD, "dead"),
    (uapi::RTNH_F_ONLINK, "onlink"),
    (uapi::RTNH_F_PERVASIVE, "pervasive"),
    (uapi::RTNH_F_OFFLOAD, "offload"),
    (uapi::RTNH_F_TRAP, "trap"),
    (uapi::RTM_F_NOTIFY, "notify"),
    (uapi::RTNH_F_LINKDOWN, "linkdown"),
    (uapi::RTNH_F_UNRESOLVED, "unresolved"),
    (uapi::RTM_F_OFFLOAD, "rt_offload"),
    (uapi::RTM_F_TRAP, "rt_trap"),
    (uapi::RTM_F_OFFLOAD_FAILED, "rt_offload_failed"),
];

/// Flags of cached routes, `RTCF_*` of `linux/in_route.h`, in the order in which they are shown.
const CACHE_FLAGS: [(u32, &str); 14] = [
    (0x8000_0000, "local"),
    (0x4000_0000, "reject"),
    (0x2000_0000, "mc"),
    (0x1000_0000, "brd"),
    (0x0800_0000, "dst-nat"),
    (0x0080_0000, "src-nat"),
    (0x0040_0000, "masq"),
    (0x0002_0000, "dst-direct"),
    (0x0400_0000, "src-direct"),
    (0x0004_0000, "redirected"),
    (0x0100_0000, "redirect"),
    (0x0020_0000, "fastroute"),
    (0x0001_0000, "notify"),
    (0x0008_0000, "proxy"),
];

/// Ticks of `sysconf(_SC_CLK_TCK)` in a second: 100 on every architecture of Linux but alpha and ia64.
const TICKS: u32 = 100;

/// Shows `route` without what `filter` fixes to one value.
pub fn route(view: &mut View, filter: &Filter, route: &Route<'_>) {
    let details = view.options.details > 0;
    view.out.open_object("");
    if route.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    if route.kind != uapi::RTN_UNICAST as u8 || details {
        kind(view, route.kind);
    }
    destination(view, route);
    source(view, route);
    if let Some(id) = route.nexthop_id() {
        view.out.num("nhid", "nhid ", id, " ");
    }
    if let Some(labels) = route.new_dst() {
        new_dst(view, route.family, labels);
    }
    if let Some(encap) = route.encap() {
        encap::show(view, &encap);
    }
    if route.tos != 0 && filter.tos.is_none() {
        tos(view, route.tos);
    }
    if let Some(address) = route.gateway()
        && filter.via.is_none_or(|via| !is_whole(via.bits, route.family))
    {
        gateway(view, route.family, address);
    }
    if let Some(address) = route.via() {
        via(view, &address);
    }
    if let Some(index) = route.oif()
        && filter.oif.is_none()
    {
        device(view, "dev", "dev ", index);
    }
    if route.table != 0 && (route.table != MAIN || details) && filter.table == 0 {
        let name = view.names.get(Kind::Table, route.table);
        view.out.str("table", "table ", name, " ");
    }
    if route.flags & uapi::RTM_F_CLONED == 0 {
        if (route.protocol != uapi::RTPROT_BOOT as u8 || details) && filter.protocol.is_none() {
            let name = view.names.get(Kind::Protocol, route.protocol.into());
            view.out.str("protocol", "proto ", name, " ");
        }
        if (route.scope != uapi::rt_scope_t::RT_SCOPE_UNIVERSE as u8 || details) && filter.scope.is_none() {
            let name = view.names.get(Kind::Scope, route.scope.into());
            view.out.str("scope", "scope ", name, " ");
        }
    }
    if let Some(address) = route.prefsrc()
        && filter.prefsrc.is_none_or(|prefix| !is_whole(prefix.bits, route.family))
    {
        view.out.text("src ");
        painted(&mut view.out, "prefsrc", "", Host::Number(route.family, address), route.family);
    }
    if let Some(metric) = route.priority()
        && filter.metric.is_none()
    {
        view.out.num("metric", "metric ", metric, " ");
    }
    flags(&mut view.out, route.flags);
    match route.mark() {
        None | Some(0) => {}
        Some(mark) if mark >= 16 && !view.out.is_json() => view.out.text(format_args!("mark {mark:#x} ")),
        Some(mark) => view.out.num("mark", "mark ", mark, " "),
    }
    if let Some(pair) = route.realms()
        && filter.realms.is_none_or(|(_, mask)| mask != u32::MAX)
    {
        realms(view, pair);
    }
    if let Some(uid) = route.uid() {
        view.out.num("uid", "uid ", uid, " ");
    }
    cache(view, route);
    if let Some(known) = route.metrics() {
        metrics(&mut view.out, &known);
    }
    if let Some(index) = route.iif()
        && filter.iif.is_none()
    {
        device(view, "iif", "iif ", index);
    }
    if let Some(value) = route.preference() {
        preference(&mut view.out, value);
    }
    if let Some(on) = route.ttl_propagate() {
        view.out.bool("ttl-propogate", on, if on { "ttl-propogate enabled" } else { "ttl-propogate disabled" });
    }
    if let Some(id) = route.nexthop_id()
        && details
    {
        nexthop::show_id(view, id);
    }
    if let Some(hops) = route.next_hops() {
        view.out.open_array("nexthops", "");
        for (i, hop) in hops.enumerate() {
            next_hop(view, route, &hop, i == 0);
        }
        view.out.close_array("");
    }
    view.out.text("\n");
    view.out.close_object();
    view.out.flush_if_full();
}

const MAIN: u32 = uapi::rt_class_t::RT_TABLE_MAIN as u32;

/// Whether a prefix of this length is a single address of the family.
fn is_whole(bits: u8, family: u8) -> bool {
    bits == crate::words::prefix::family_bits(family)
}

fn kind(view: &mut View, kind: u8) {
    match named::route_kind_name(kind).filter(|_| !view.options.numeric) {
        Some(name) => view.out.str("type", "", name, " "),
        None => view.out.str("type", "", kind, " "),
    }
}

/// A prefix: the length is left out where it is that of a whole address.
struct Prefix<'a> {
    host: Host<'a>,
    bits: Option<u8>,
}

impl<'a> Prefix<'a> {
    #[inline]
    fn new(view: &'a mut View, family: u8, address: &'a [u8], bits: u8, whole: bool) -> (Self, &'a mut Out) {
        let View { out, options, hosts, .. } = view;
        let host = if whole { Host::new(options, hosts, family, address) } else { Host::Number(family, address) };
        (Prefix { host, bits: (!whole).then_some(bits) }, out)
    }
}

impl Show for Prefix<'_> {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        self.host.put(buf);
        if let Some(bits) = self.bits {
            buf.push(b'/');
            bits.put(buf);
        }
    }
}

/// A field that is an address, in the colour of its family.
#[inline]
fn painted(out: &mut Out, key: &str, before: &str, value: impl Show, family: u8) {
    match host::color(family) {
        Some(color) => out.paint(color, |out| out.str(key, before, value, " ")),
        None => out.str(key, before, value, " "),
    }
}

#[inline]
fn destination(view: &mut View, route: &Route<'_>) {
    match route.dst() {
        Some(address) => {
            let family = route.address_family();
            let whole = is_whole(route.dst_len, route.family);
            let (prefix, out) = Prefix::new(view, family, address, route.dst_len, whole);
            painted(out, "dst", "", prefix, family);
        }
        None if route.dst_len != 0 => view.out.str("dst", "", format_args!("0/{} ", route.dst_len), " "),
        None => view.out.str("dst", "", "default", " "),
    }
}

#[inline]
fn source(view: &mut View, route: &Route<'_>) {
    match route.src() {
        Some(address) => {
            let family = route.address_family();
            let whole = is_whole(route.src_len, route.family);
            let (prefix, out) = Prefix::new(view, family, address, route.src_len, whole);
            painted(out, "from", "from ", prefix, family);
        }
        None if route.src_len != 0 => view.out.str("src", "from ", format_args!("0/{}", route.src_len), " "),
        None => {}
    }
}

fn new_dst(view: &mut View, family: u8, labels: &[u8]) {
    view.out.text("as to ");
    let View { out, options, hosts, .. } = view;
    painted(out, "to", "", Host::new(options, hosts, family, labels), family);
}

fn tos(view: &mut View, tos: u8) {
    match view.names.find(Kind::DsField, tos.into()).filter(|_| !view.options.numeric) {
        Some(name) => view.out.str("tos", "tos ", name, " "),
        None => view.out.str("tos", "tos ", Prefixed(tos.into(), 2), " "),
    }
}

/// The address of a next hop.
#[inline]
pub fn gateway(view: &mut View, family: u8, address: &[u8]) {
    view.out.text("via ");
    let View { out, options, hosts, .. } = view;
    painted(out, "gateway", "", Host::new(options, hosts, family, address), family);
}

fn via(view: &mut View, via: &Via<'_>) {
    let name = crate::words::prefix::family_name(via.family);
    view.out.open_object("via");
    view.out.str("family", "via ", name, " ");
    let View { out, options, hosts, .. } = view;
    painted(out, "host", "", Host::new(options, hosts, via.family, via.address), via.family);
    view.out.close_object();
}

/// A device by its name.
#[inline]
pub fn device(view: &mut View, key: &str, before: &str, index: u32) {
    view.out.text(before);
    let View { out, links, .. } = view;
    out.paint(crate::output::Color::Device, |out| out.str(key, "", links.name(index), " "));
}

/// Flags of a route or a next hop.
#[inline]
pub fn flags(out: &mut Out, flags: u32) {
    out.open_array("flags", "");
    if flags != 0 {
        for (_, name) in FLAGS.iter().filter(|(flag, _)| flags & flag != 0) {
            out.element("", *name, " ");
        }
    }
    out.close_array("");
}

fn realms(view: &mut View, pair: u32) {
    let (from, to) = (pair >> 16, pair & 0xffff);
    view.out.open_object("flow");
    view.out.text(if from != 0 { "realms " } else { "realm " });
    if from != 0 {
        view.out.str("from", "", view.names.get(Kind::Realm, from), "/");
    }
    view.out.str("to", "", view.names.get(Kind::Realm, to), " ");
    view.out.close_object();
}

fn cache(view: &mut View, route: &Route<'_>) {
    let inet = i32::from(route.family) == libc::AF_INET;
    if inet && route.flags & uapi::RTM_F_CLONED != 0 {
        view.out.line();
        cache_flags(&mut view.out, route.flags & !0xffff);
    }
    if (inet || i32::from(route.family) == libc::AF_INET6)
        && let Some(info) = route.cache()
    {
        let stats = view.options.stats > 0;
        cache_info(&mut view.out, &info, stats);
    }
}

fn cache_flags(out: &mut Out, flags: u32) {
    out.open_array("cache", "    cache ");
    let mut rest = flags;
    out.text(if flags != 0 { "<" } else { "" });
    for (flag, name) in CACHE_FLAGS {
        if flags & flag != 0 {
            rest &= !flag;
            out.element("", name, if rest != 0 { "," } else { "> " });
        }
    }
    if rest != 0 {
        out.element("", Hex(rest.into(), 1), ">");
    }
    out.close_array("");
}

fn cache_info(out: &mut Out, info: &CacheInfo, stats: bool) {
    if info.expires != 0 {
        out.num("expires", "expires ", info.expires / TICKS as i32, "sec ");
    }
    if info.error != 0 {
        out.num("error", "error ", info.error, " ");
    }
    if stats {
        if info.users != 0 {
            out.num("users", "users ", info.users, " ");
        }
        if info.used != 0 {
            out.num("used", "used ", info.used, " ");
        }
        if info.last_use != 0 {
            out.num("age", "age ", info.last_use / TICKS, "sec ");
        }
    }
    if info.id != 0 {
        let digits = if out.is_json() { 1 } else { 4 };
        out.str("ipid", "ipid ", Prefixed(info.id, digits), " ");
    }
    if info.timestamp != 0 || info.timestamp_age != 0 {
        out.str("ts", "ts ", Prefixed(info.timestamp, 1), "");
        out.num("tsage", "tsage ", info.timestamp_age, "sec ");
    }
}

/// A hexadecimal number with `0x` and at least as many digits as said.
struct Prefixed(u32, usize);

impl Show for Prefixed {
    fn put(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(b"0x");
        Hex(self.0.into(), self.1).put(buf);
    }
}

fn metrics(out: &mut Out, known: &Metrics<'_>) {
    out.open_array("metrics", "");
    out.open_object("");
    for (number, name) in (Metrics::FIRST..Metrics::END).zip(METRICS) {
        let locked = known.is_locked(number);
        let value = known.get(number).unwrap_or(0);
        // The kernel's word for "as the device has it".
        let unset = number == Metric::HopLimit as u16 && value == u32::MAX;
        if unset || !(known.has(number) || locked) {
            continue;
        }
        out.text(name);
        out.text(if locked { " lock " } else { " " });
        match number {
            _ if number == Metric::Features as u16 => features(out, value),
            _ if number == Metric::Rtt as u16 => duration(out, name, value / 8),
            _ if number == Metric::RttVar as u16 => duration(out, name, value / 4),
            _ if number == Metric::RtoMin as u16 => duration(out, name, value),
            _ if number == Metric::Congestion as u16 => {
                out.str("congestion", "", known.congestion().unwrap_or_default(), " ");
            }
            _ => out.num(name, "", value, " "),
        }
    }
    out.close_object();
    out.close_array("");
}

fn features(out: &mut Out, features: u32) {
    let known =
        [(uapi::RTAX_FEATURE_ECN, "ecn", "ecn "), (uapi::RTAX_FEATURE_TCP_USEC_TS, "tcp_usec_ts", "tcp_usec_ts ")];
    let mut rest = features;
    for (feature, key, text) in known {
        if features & feature != 0 {
            out.mark_set(key, text);
            rest &= !feature;
        }
    }
    if rest != 0 {
        out.str("features", "", Prefixed(features, 1), " ");
    }
}

/// A time in milliseconds; as text in seconds with six digits where it is one or more.
fn duration(out: &mut Out, key: &str, millis: u32) {
    if out.is_json() {
        out.num(key, "", millis, "");
    } else if millis < 1000 {
        out.text(format_args!("{millis}ms "));
    } else {
        out.text(General(f64::from(millis) / 1000.0));
        out.text("s ");
    }
}

fn preference(out: &mut Out, value: u8) {
    // `linux/icmpv6.h`: medium is 0, so that a router that says nothing is of medium preference.
    match value {
        0 => out.str("pref", "pref ", "medium", ""),
        1 => out.str("pref", "pref ", "high", ""),
        3 => out.str("pref", "pref ", "low", ""),
        _ => out.num("pref", "", value, ""),
    }
}

fn next_hop(view: &mut View, route: &Route<'_>, hop: &NextHop<'_>, first: bool) {
    let multicast = route.flags & uapi::RTM_F_CLONED != 0 && route.kind == uapi::RTN_MULTICAST as u8;
    view.out.open_object("");
    if multicast {
        view.out.text(if first { "Oifs: " } else { " " });
    } else {
        view.out.line();
        view.out.text("\tnexthop ");
    }
    if let Some(encap) = hop.encap() {
        encap::show(view, &encap);
    }
    if let Some(labels) = hop.new_dst() {
        new_dst(view, route.family, labels);
    }
    if let Some(address) = hop.gateway() {
        gateway(view, route.family, address);
    }
    if let Some(address) = hop.via() {
        via(view, &address);
    }
    if let Some(pair) = hop.realms() {
        realms(view, pair);
    }
    let View { out, links, .. } = view;
    if multicast {
        out.str("dev", "", links.name(hop.ifindex), "");
        if hop.hops != 1 {
            out.num("ttl", "(ttl>", hop.hops, ")");
        }
        out.text(" ");
    } else {
        out.str("dev", "dev ", links.name(hop.ifindex), " ");
        if i32::from(route.family) != libc::AF_MPLS {
            out.num("weight", "weight ", u32::from(hop.hops) + 1, " ");
        }
    }
    flags(out, hop.flags.into());
    out.close_object();
}
