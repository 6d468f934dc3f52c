//! Multicast groups and router ports as text or JSON.

use super::super::filter::Filter;
use crate::netlink::{Attrs, Table};
use crate::output::{Address, Color, Out, Show};
use crate::rtnl::mdb::{self, Entry, Event, INCLUDE, Mdb, PERMANENT, RouterPort, attr, flag};
use crate::rtnl::neigh::USER_HZ;
use crate::sys::names::Kind;
use crate::view::View;

/// Flags in the order in which they are shown.
const FLAGS: &[(u8, &str)] = &[
    (flag::OFFLOAD, "offload"),
    (flag::FAST_LEAVE, "fast_leave"),
    (flag::STAR_EXCL, "added_by_star_ex"),
    (flag::BLOCKED, "blocked"),
    (flag::OFFLOAD_FAILED, "offload_failed"),
];

/// Shows what a message of monitor's tells of.
pub fn describe(view: &mut View, mdb: &Mdb<'_>) {
    if mdb.event == Event::Gone {
        view.out.bool("deleted", true, "Deleted ");
    }
    entries(view, mdb, &Filter::default());
    routers(view, mdb);
}

/// Shows entries, each on a line.
pub fn entries(view: &mut View, mdb: &Mdb<'_>, filter: &Filter) {
    for (entry, attrs) in mdb.entries().filter(|(entry, _)| filter.admits_vlans(entry.vid, entry.vid)) {
        one(view, mdb.index, &entry, &attrs);
    }
}

fn color(family: i32) -> Color {
    match family {
        libc::AF_INET => Color::Inet,
        libc::AF_INET6 => Color::Inet6,
        _ => Color::Plain,
    }
}

fn one(view: &mut View, index: u32, entry: &Entry, attrs: &Table<'_, 11>) {
    view.out.open_object("");
    if view.out.is_json() {
        view.out.num("index", "", index, "");
    }
    let name = view.links.name(index);
    view.out.paint(Color::Device, |out| out.str("dev", "dev ", name, ""));
    view.out.str("port", " port ", view.links.name(entry.port), "");
    let color = color(entry.family());
    view.out.paint(color, |out| out.str("grp", " grp ", Address(entry.group()), ""));
    if let Some(source) = attrs.get(attr::SOURCE) {
        view.out.paint(color, |out| out.str("src", " src ", Address(source), ""));
    }
    let state = if entry.state & PERMANENT != 0 { "permanent" } else { "temp" };
    view.out.str("state", " ", state, "");
    if view.options.details > 0 {
        details(view, color, attrs);
    }
    view.out.open_array("flags", "");
    for (_, name) in FLAGS.iter().filter(|(bit, _)| entry.flags & bit != 0) {
        view.out.element(" ", *name, "");
    }
    view.out.close_array("");
    if entry.vid != 0 {
        view.out.num("vid", " vid ", entry.vid, "");
    }
    tunnel(view, attrs);
    if let Some(timer) = attrs.u32(attr::TIMER).filter(|_| view.options.stats > 0) {
        view.out.str("timer", " ", Timer(timer, 4), "");
    }
    view.out.line();
    view.out.close_object();
    view.out.flush_if_full();
}

fn details(view: &mut View, color: Color, attrs: &Table<'_, 11>) {
    let out = &mut view.out;
    if let Some(mode) = attrs.u8(attr::GROUP_MODE) {
        out.str("filter_mode", " filter_mode ", if mode == INCLUDE { "include" } else { "exclude" }, "");
    }
    if let Some(list) = attrs.nested(attr::SRC_LIST) {
        sources(out, color, list);
    }
    if let Some(protocol) = attrs.u8(attr::RTPROT) {
        out.str("protocol", " proto ", view.names.get(Kind::Protocol, protocol.into()), " ");
    }
}

fn sources(out: &mut Out, color: Color, list: Attrs<'_>) {
    out.open_array("source_list", " source_list");
    for (i, (address, timer)) in list.filter_map(|attr| mdb::source(attr.payload)).enumerate() {
        out.open_object("");
        out.text(if i == 0 { " " } else { "," });
        out.paint(color, |out| out.str("address", "", Address(address), ""));
        out.str("timer", "/", Timer(timer, 1), "");
        out.close_object();
    }
    out.close_array("");
}

/// What only entries of VXLAN devices have; 6.1 shows none of it.
fn tunnel(view: &mut View, attrs: &Table<'_, 11>) {
    if let Some(dst) = attrs.get(attr::DST) {
        let family = if dst.len() == 16 { libc::AF_INET6 } else { libc::AF_INET };
        view.out.paint(color(family), |out| out.str("dst", " dst ", Address(dst), ""));
    }
    if let Some(port) = attrs.u16(attr::DST_PORT) {
        view.out.num("dst_port", " dst_port ", port, "");
    }
    if let Some(vni) = attrs.u32(attr::VNI) {
        view.out.num("vni", " vni ", vni, "");
    }
    if let Some(vni) = attrs.u32(attr::SRC_VNI) {
        view.out.num("src_vni", " src_vni ", vni, "");
    }
    if let Some(index) = attrs.u32(attr::IFINDEX) {
        view.out.str("via", " via ", view.links.name(index), "");
    }
}

/// Clock ticks as seconds, the whole ones at least `.1` wide.
struct Timer(u32, usize);

impl Show for Timer {
    fn put(&self, buf: &mut Vec<u8>) {
        let Timer(ticks, width) = *self;
        format_args!("{:width$}.{:02}", ticks / USER_HZ, ticks % USER_HZ).put(buf);
    }
}

/// Shows the time left of a router port, and whether it is forgotten then.
pub fn router_port_stats(out: &mut Out, port: &RouterPort) {
    if let Some(timer) = port.timer {
        out.str("timer", " ", Timer(timer, 4), "");
    }
    if let Some(temporary) = port.temporary {
        out.str("type", " ", if temporary { "temp" } else { "permanent" }, "");
    }
}

/// Shows router ports: those of a dump with `-details`, that of an event always.
pub fn routers(view: &mut View, mdb: &Mdb<'_>) {
    let Some(mut ports) = mdb.router_ports() else { return };
    let name = view.links.name(mdb.index).to_vec();
    let key = String::from_utf8_lossy(&name);
    if mdb.event != Event::There {
        let Some(port) = ports.next() else { return };
        view.out.open_array(&key, "");
        view.out.open_object("");
        view.out.str("port", "router port dev ", view.links.name(port.index), "");
        view.out.text(format_args!(" master {key}\n"));
        view.out.close_object();
        view.out.close_array("");
        return;
    }
    if view.options.details == 0 {
        return;
    }
    let stats = view.options.stats > 0;
    let heading = format!("router ports on {key}: ");
    view.out.open_array(&key, if stats { "" } else { &heading });
    for port in ports {
        view.out.open_object("");
        if stats {
            view.out.text(&heading);
        }
        view.out.str("port", "", view.links.name(port.index), if stats { "" } else { " " });
        if stats {
            router_port_stats(&mut view.out, &port);
            view.out.text("\n");
        }
        view.out.close_object();
    }
    if !stats {
        view.out.line();
    }
    view.out.close_array("");
    view.out.flush_if_full();
}
