//! One link as text or JSON.

use super::stats::stats;
use super::{vf, xdp};
use crate::kinds;
use crate::output::{Address, Color, Hardware, Hex, Show};
use crate::row;
use crate::rows::{self, Row, Value};
use crate::rtnl::link::{Link, Stats, flag};
use crate::rtnl::{device_type, uapi};
use crate::sys::names::Kind;
use crate::view::View;

/// What is shown of a link.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// `ip link`: the link itself is what is asked for, else it heads its addresses.
    pub links_only: bool,
    /// The address family that is shown; 0 for all, `AF_PACKET` for links.
    pub family: u8,
    /// Whether the length of the transmit queue is shown.
    pub queue: bool,
}

/// `IF_OPER_*`, RFC 2863.
pub(super) const OPER_STATES: &[&str] =
    &["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
/// `IF_LINK_MODE_*`.
pub(super) const LINK_MODES: &[&str] = &["DEFAULT", "DORMANT"];
/// `IFLA_EVENT_*`.
const EVENTS: &[&str] =
    &["NONE", "REBOOT", "FEATURE CHANGE", "BONDING FAILOVER", "NOTIFY PEERS", "RESEND IGMP", "BONDING OPTION"];
/// `IN6_ADDR_GEN_MODE_*`.
pub(super) const ADDR_GEN_MODES: &[&str] = &["eui64", "none", "stable_secret", "random"];

/// `IFF_*` in the order in which they are shown; `IFF_RUNNING` shows as `NO-CARRIER` where it lacks.
const FLAGS: &[(u32, &str)] = &[
    (0x8, "LOOPBACK"),
    (0x2, "BROADCAST"),
    (0x10, "POINTOPOINT"),
    (0x1000, "MULTICAST"),
    (0x80, "NOARP"),
    (0x200, "ALLMULTI"),
    (0x100, "PROMISC"),
    (0x400, "MASTER"),
    (0x800, "SLAVE"),
    (0x4, "DEBUG"),
    (0x8000, "DYNAMIC"),
    (0x4000, "AUTOMEDIA"),
    (0x2000, "PORTSEL"),
    (0x20, "NOTRAILERS"),
    (0x1, "UP"),
    (0x10000, "LOWER_UP"),
    (0x20000, "DORMANT"),
    (0x40000, "ECHO"),
];

/// What `-details` shows before the kind.
const DETAILS_BEFORE: &[Row] = &[
    row!(IFLA_PROMISCUITY, "promiscuity", Value::U32, "", "how many want all packets")
        .label(" promiscuity")
        .read_only(),
    row!(IFLA_ALLMULTI, "allmulti", Value::U32, "", "how many want all multicast").label(" allmulti").read_only(),
    row!(IFLA_MIN_MTU, "min_mtu", Value::U32, "", "the least MTU, in bytes").label("minmtu").read_only(),
    row!(IFLA_MAX_MTU, "max_mtu", Value::U32, "", "the greatest MTU, in bytes").label("maxmtu").read_only(),
];

/// What `-details` shows behind the kind.
const DETAILS_BEHIND: &[Row] = &[
    row!(IFLA_NUM_TX_QUEUES, "num_tx_queues", Value::U32, "", "transmit queues").label("numtxqueues").read_only(),
    row!(IFLA_NUM_RX_QUEUES, "num_rx_queues", Value::U32, "", "receive queues").label("numrxqueues").read_only(),
    row!(IFLA_GSO_MAX_SIZE, "gso_max_size", Value::U32, "", "the largest packet to segment, in bytes").read_only(),
    row!(IFLA_GSO_MAX_SEGS, "gso_max_segs", Value::U32, "", "the most segments of a packet").read_only(),
    row!(IFLA_TSO_MAX_SIZE, "tso_max_size", Value::U32, "", "what the hardware segments, in bytes").read_only(),
    row!(IFLA_TSO_MAX_SEGS, "tso_max_segs", Value::U32, "", "the most segments the hardware makes").read_only(),
    row!(IFLA_GRO_MAX_SIZE, "gro_max_size", Value::U32, "", "the largest packet to join, in bytes").read_only(),
    row!(IFLA_PHYS_PORT_NAME, "phys_port_name", Value::Text, "", "the name of the port").label("portname").read_only(),
    row!(IFLA_PHYS_PORT_ID, "phys_port_id", Value::Bytes, "", "the id of the port").label("portid").read_only(),
    row!(IFLA_PHYS_SWITCH_ID, "phys_switch_id", Value::Bytes, "", "the id of its switch").label("switchid").read_only(),
    row!(IFLA_PARENT_DEV_BUS_NAME, "parentbus", Value::Text, "", "the bus of the parent device").read_only(),
    row!(IFLA_PARENT_DEV_NAME, "parentdev", Value::Text, "", "the parent device").read_only(),
];

/// Shows `link`, to the end of its last line.
pub fn describe(view: &mut View, link: &Link<'_>, shape: &Shape) {
    if link.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    if view.options.brief {
        return brief(view, link, shape);
    }
    view.out.num("ifindex", "", link.index, ": ");
    name_and_flags(view, link);
    header(view, link, shape);
    if shape.family == 0 || shape.family == libc::AF_PACKET as u8 || view.options.details > 0 {
        view.out.line();
        addresses(view, link);
    }
    elsewhere(view, link);
    proto_down(view, link);
    if view.options.details > 0 {
        details(view, link, shape);
    }
    let wanted = shape.links_only || view.options.details > 0;
    if let (true, Some(alias)) = (wanted, link.attrs.str(uapi::IFLA_IFALIAS as u16)) {
        view.out.line();
        view.out.text("    ");
        view.out.str("ifalias", "alias ", alias, "");
    }
    if wanted {
        xdp::programs(view, link);
    }
    if shape.links_only
        && view.options.stats > 0
        && let Some(counters) = Stats::of(link)
    {
        view.out.line();
        stats(view, link, &counters);
    }
    if wanted {
        vf::show(view, link);
    }
    if link.attrs.has(uapi::IFLA_PROP_LIST as u16) {
        view.out.open_array("altnames", "");
        for name in link.alt_names() {
            view.out.line();
            view.out.text("    altname ");
            view.out.element("", name, "");
        }
        view.out.close_array("");
    }
    view.out.text("\n");
}

/// One line with the essentials: name, state, and for `ip link` address and flags.
fn brief(view: &mut View, link: &Link<'_>, shape: &Shape) {
    let lower_down = name(view, link, Name::Column);
    if let Some(state) = link.attrs.u8(uapi::IFLA_OPERSTATE as u16) {
        match OPER_STATES.get(usize::from(state)) {
            Some(text) => {
                view.out.paint(state_color(state), |out| match out.is_json() {
                    true => out.str("operstate", "", *text, ""),
                    false => {
                        out.text(Padded(*text, 14));
                        out.text(" ");
                    }
                });
            }
            None => unknown_state(view, state),
        }
    }
    if shape.family == libc::AF_PACKET as u8 {
        if let Some(address) = link.attrs.get(uapi::IFLA_ADDRESS as u16) {
            let address = LinkAddress(address, link.device_type);
            view.out.paint(Color::Hardware, |out| out.str("address", "", address, " "));
        }
        flags(view, link.flags, lower_down);
        view.out.text("\n");
    }
}

/// Shows the name and the flags as they head a link.
pub fn name_and_flags(view: &mut View, link: &Link<'_>) {
    let lower_down = name(view, link, Name::Full);
    flags(view, link.flags, lower_down);
}

/// How a name is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    /// Followed by a colon.
    Full,
    /// In a column.
    Column,
}

/// Shows the name, with the lower device behind `@`. True when that device is down.
fn name(view: &mut View, link: &Link<'_>, layout: Name) -> bool {
    let mut text = link.name().to_vec();
    let mut lower_down = false;
    match (link.lower(), link.lower_nsid()) {
        (None, _) => {}
        (Some(0), _) if view.out.is_json() => view.out.mark_set("link", ""),
        (Some(0), _) => text.extend_from_slice(b"@NONE"),
        (Some(index), Some(_)) if view.out.is_json() => view.out.num("link_index", "", index, ""),
        (Some(index), Some(_)) => text.extend_from_slice(format!("@if{index}").as_bytes()),
        (Some(index), None) => {
            lower_down = view.links.flags(index) & flag::UP == 0;
            let lower = view.links.name(index);
            if view.out.is_json() {
                view.out.str("link", "", lower, "");
            } else {
                text.push(b'@');
                text.extend_from_slice(lower);
            }
        }
    }
    view.out.paint(Color::Device, |out| match layout {
        Name::Full => out.str("ifname", "", text, ": "),
        Name::Column if out.is_json() => out.str("ifname", "", text, ""),
        Name::Column => {
            out.text(Padded(&text, 16));
            out.text(" ");
        }
    });
    lower_down
}

fn flags(view: &mut View, all: u32, lower_down: bool) {
    let out = &mut view.out;
    out.open_array("flags", "<");
    let mut rest = all & !flag::RUNNING;
    let comma = |rest: u32| if rest != 0 { "," } else { "" };
    if all & flag::UP != 0 && all & flag::RUNNING == 0 {
        out.element("", "NO-CARRIER", comma(rest));
    }
    for (bit, name) in FLAGS {
        if rest & bit != 0 {
            rest &= !bit;
            out.element("", *name, comma(rest));
        }
    }
    if rest != 0 {
        out.element("", Hex(u64::from(rest), 1), "");
    }
    if lower_down {
        out.element(",", "M-DOWN", "");
    }
    out.close_array("> ");
}

/// What stands on the first line behind the flags.
fn header(view: &mut View, link: &Link<'_>, shape: &Shape) {
    if let Some(mtu) = link.attrs.u32(uapi::IFLA_MTU as u16) {
        view.out.num("mtu", "mtu ", mtu, " ");
    }
    xdp::mode(view, link, shape.links_only);
    if let Some(qdisc) = link.attrs.str(uapi::IFLA_QDISC as u16) {
        view.out.str("qdisc", "qdisc ", qdisc, " ");
    }
    if let Some(master) = link.master() {
        view.out.str("master", "master ", view.links.name(master), " ");
    }
    if let Some(state) = link.attrs.u8(uapi::IFLA_OPERSTATE as u16) {
        match OPER_STATES.get(usize::from(state)) {
            Some(text) => {
                view.out.text("state ");
                view.out.paint(state_color(state), |out| out.str("operstate", "", *text, " "));
            }
            None => unknown_state(view, state),
        }
    }
    if let (true, Some(mode)) = (shape.links_only, link.attrs.u8(uapi::IFLA_LINKMODE as u16)) {
        match LINK_MODES.get(usize::from(mode)) {
            Some(text) => view.out.str("linkmode", "mode ", *text, " "),
            None => view.out.num("linkmode_index", "mode ", mode, " "),
        }
    }
    if let Some(group) = link.group() {
        view.out.str("group", "group ", view.names.get(Kind::Group, group), " ");
    }
    if shape.queue {
        // The views of some families lack it.
        let told = link.attrs.i32(uapi::IFLA_TXQLEN as u16);
        let len = told.or_else(|| view.links.queue_len(link.name())).unwrap_or(0);
        if len != 0 {
            view.out.num("txqlen", "qlen ", len, "");
        }
    }
    if let Some(event) = link.attrs.u32(uapi::IFLA_EVENT as u16).filter(|event| *event != 0) {
        match EVENTS.get(event as usize) {
            Some(text) => view.out.str("event", "event ", *text, " "),
            None => view.out.num("event", "event ", event, " "),
        }
    }
}

/// The line of link-layer addresses.
fn addresses(view: &mut View, link: &Link<'_>) {
    link_type(view, link.device_type);
    let address = link.attrs.get(uapi::IFLA_ADDRESS as u16);
    if let Some(address) = address {
        view.out.paint(Color::Hardware, |out| out.str("address", "", LinkAddress(address, link.device_type), ""));
    }
    if let Some(address) = link.attrs.get(uapi::IFLA_BROADCAST as u16) {
        broadcast(view, link, address);
    }
    if let Some(permanent) = link.attrs.get(uapi::IFLA_PERM_ADDRESS as u16).filter(|p| Some(*p) != address) {
        let out = &mut view.out;
        out.text(" permaddr ");
        out.paint(Color::Hardware, |out| out.str("permaddr", "", LinkAddress(permanent, link.device_type), ""));
    }
}

/// The type of device, as it stands before an address.
pub(super) fn link_type(view: &mut View, number: u16) {
    match device_type::name(number).filter(|_| !view.options.numeric) {
        Some(name) => view.out.str("link_type", "    link/", name, " "),
        None => view.out.str("link_type", "    link/", format_args!("[{number}]"), " "),
    }
}

/// The link-layer broadcast address, or that of the other end.
pub(super) fn broadcast(view: &mut View, link: &Link<'_>, address: &[u8]) {
    if link.flags & flag::POINTOPOINT != 0 {
        view.out.text(" peer ");
        if view.out.is_json() {
            view.out.bool("link_pointtopoint", true, "");
        }
    } else {
        view.out.text(" brd ");
    }
    view.out.paint(Color::Hardware, |out| out.str("broadcast", "", LinkAddress(address, link.device_type), ""));
}

/// The namespaces that the link's other half is in, or that the link goes to.
fn elsewhere(view: &mut View, link: &Link<'_>) {
    if let Some(nsid) = link.lower_nsid() {
        if view.out.is_json() {
            view.out.num("link_netnsid", "", nsid, "");
        } else if nsid < 0 {
            view.out.text(" link-netnsid unknown");
        } else {
            namespace(view, " link-netns", nsid);
        }
    }
    if let (false, Some(nsid)) = (view.out.is_json(), link.attrs.i32(uapi::IFLA_NEW_NETNSID as u16)) {
        namespace(view, " new-netns", nsid);
    }
    if let Some(index) = link.attrs.u32(uapi::IFLA_NEW_IFINDEX as u16) {
        view.out.text(format_args!(" new-ifindex {index}"));
    }
}

/// A namespace by its name, else by its id: ` link-netns blue` or ` link-netnsid 3`.
fn namespace(view: &mut View, label: &str, nsid: i32) {
    match view.nsids.name(nsid) {
        Some(name) => {
            view.out.text(label);
            view.out.text(" ");
            view.out.text(name);
        }
        None => view.out.text(format_args!("{label}id {nsid}")),
    }
}

fn proto_down(view: &mut View, link: &Link<'_>) {
    if link.attrs.u8(uapi::IFLA_PROTO_DOWN as u16).is_some_and(|down| down != 0) {
        view.out.bool("proto_down", true, " protodown on ");
    }
    let reasons = link.attrs.table::<3>(uapi::IFLA_PROTO_DOWN_REASON as u16);
    let Some(mask) = reasons.and_then(|r| r.u32(uapi::IFLA_PROTO_DOWN_REASON_VALUE as u16)).filter(|m| *m != 0) else {
        return;
    };
    view.out.open_array("proto_down_reason", "protodown_reason <");
    let mut comma = "";
    for bit in (0..32).filter(|bit| mask >> bit & 1 != 0) {
        view.out.element(comma, view.names.get(Kind::ProtoDownReason, bit), "");
        comma = ",";
    }
    view.out.close_array(">");
}

fn details(view: &mut View, link: &Link<'_>, shape: &Shape) {
    rows::show(view, DETAILS_BEFORE, &link.attrs);
    if let Some(info) = link.info() {
        view.out.open_object("linkinfo");
        if let Some(kind) = info.kind() {
            view.out.line();
            view.out.str("info_kind", "    ", kind, " ");
            // JSON has no empty object for a kind without attributes.
            if let Some(kind) = kinds::by_name(kind).filter(|kind| kind.has_data()) {
                view.out.open_object("info_data");
                if let Some(data) = info.data::<{ kinds::ATTRS }>() {
                    rows::show(view, kind.rows, &data);
                    if let Some(show) = kind.show {
                        show(&mut view.out, &data);
                    }
                }
                view.out.close_object();
            }
            let counted = kinds::by_name(kind).and_then(|kind| kind.show_counted).zip(info.counted());
            if let Some((show, counted)) = counted.filter(|_| view.options.stats > 0) {
                view.out.open_object("info_xstats");
                show(&mut view.out, counted);
                view.out.close_object();
            }
        }
        if let Some(kind) = info.slave_kind() {
            let name = [kind, b"_slave"].concat();
            view.out.line();
            view.out.str("info_slave_kind", "    ", if view.out.is_json() { kind } else { &name }, " ");
            if let Some(kind) = kinds::by_name(&name).filter(|kind| kind.has_data()) {
                view.out.open_object("info_slave_data");
                if let Some(data) = info.slave_data::<{ kinds::ATTRS }>() {
                    rows::show(view, kind.rows, &data);
                }
                view.out.close_object();
            }
        }
        view.out.close_object();
    }
    if let (true, Some(inet6)) = (shape.links_only, link.af_spec::<16>(libc::AF_INET6))
        && let Some(mode) = inet6.u8(uapi::IFLA_INET6_ADDR_GEN_MODE as u16)
    {
        match ADDR_GEN_MODES.get(usize::from(mode)) {
            Some(name) => view.out.str("inet6_addr_gen_mode", "addrgenmode ", *name, " "),
            None => view.out.str("inet6_addr_gen_mode", "addrgenmode ", format_args!("{mode:#04x}"), " "),
        }
    }
    rows::show(view, DETAILS_BEHIND, &link.attrs);
}

fn unknown_state(view: &mut View, state: u8) {
    if view.out.is_json() {
        view.out.num("operstate_index", "", state, "");
    } else {
        view.out.text(format_args!("state {state:#x}"));
    }
}

fn state_color(state: u8) -> Color {
    match OPER_STATES.get(usize::from(state)) {
        Some(&"UP") => Color::Up,
        Some(&"DOWN") => Color::Down,
        _ => Color::Plain,
    }
}

/// A link-layer address, which on some tunnels is an IP address.
#[derive(Clone, Copy)]
pub struct LinkAddress<'a>(pub &'a [u8], pub u16);

impl Show for LinkAddress<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        match device_type::has_ip_addresses(self.1, self.0.len()) {
            true => Address(self.0).put(buf),
            false => Hardware(self.0).put(buf),
        }
    }
}

/// A value filled up with blanks on the right, to a width in bytes.
pub struct Padded<T>(pub T, pub usize);

impl<T: Show> Show for Padded<T> {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        let end = buf.len() + self.1;
        self.0.put(buf);
        if buf.len() < end {
            buf.resize(end, b' ');
        }
    }
}
