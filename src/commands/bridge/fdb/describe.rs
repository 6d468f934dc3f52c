//! One entry of a forwarding table as text or JSON.

use crate::commands::link::LinkAddress;
use crate::netlink::Table;
use crate::output::{Address, Color, Out};
use crate::rtnl::fdb::{NFEA_ACTIVITY_NOTIFY, notify};
use crate::rtnl::neigh::{Cache, Event, Neighbour, USER_HZ, flag, state};
use crate::rtnl::uapi;
use crate::view::View;

/// Flags in the order in which they are shown.
const FLAGS: &[(u8, &str)] = &[
    (flag::SELF, "self"),
    (flag::ROUTER, "router"),
    (flag::EXT_LEARNED, "extern_learn"),
    (flag::OFFLOADED, "offload"),
    (flag::MASTER, "master"),
    (flag::STICKY, "sticky"),
];

/// Whether a neighbour is an entry of a forwarding table.
pub fn is_entry(entry: &Neighbour<'_>) -> bool {
    i32::from(entry.family) == libc::AF_BRIDGE && entry.event != Event::Miss
}

/// Shows `entry` on a line; `device` says whether its device is named.
pub fn describe(view: &mut View, entry: &Neighbour<'_>, device: bool) {
    view.out.open_object("");
    if entry.event == Event::Gone {
        view.out.bool("deleted", true, "Deleted ");
    }
    if let Some(lladdr) = entry.lladdr() {
        // Only addresses as long as an IP address's can be one.
        let device_type = if matches!(lladdr.len(), 4 | 16) { view.links.device_type(entry.index) } else { 0 };
        view.out.paint(Color::Hardware, |out| out.str("mac", "", LinkAddress(lladdr, device_type), " "));
    }
    if device && entry.index != 0 {
        view.out.text("dev ");
        let name = view.links.name(entry.index);
        view.out.paint(Color::Device, |out| out.str("ifname", "", name, " "));
    }
    if let Some(dst) = entry.dst() {
        view.out.text("dst ");
        let color = if dst.len() == 16 { Color::Inet6 } else { Color::Inet };
        view.out.paint(color, |out| out.str("dst", "", Address(dst), " "));
    }
    tunnel(view, entry);
    if let Some(cache) = entry.cache().filter(|_| view.options.stats > 0) {
        stats(&mut view.out, &cache);
    }
    if view.options.details > 0 {
        activity(&mut view.out, entry);
    }
    view.out.open_array("flags", "");
    let locked = entry.ext_flags() & flag::EXT_LOCKED != 0;
    for (_, name) in FLAGS.iter().filter(|(bit, _)| entry.flags & bit != 0) {
        view.out.element("", *name, " ");
    }
    if locked {
        view.out.element("", "locked", " ");
    }
    view.out.close_array("");
    if let Some(master) = entry.attrs.u32(uapi::NDA_MASTER as u16) {
        view.out.str("master", "master ", view.links.name(master), " ");
    }
    show_state(&mut view.out, entry.state);
    view.out.close_object();
    view.out.flush_if_full();
}

/// What stands between the addresses and the flags.
fn tunnel(view: &mut View, entry: &Neighbour<'_>) {
    let attrs = &entry.attrs;
    if entry.vlan() != 0 {
        view.out.num("vlan", "vlan ", entry.vlan(), " ");
    }
    if let Some(port) = attrs.get(uapi::NDA_PORT as u16).and_then(<[u8]>::first_chunk) {
        view.out.num("port", "port ", u16::from_be_bytes(*port), " ");
    }
    if let Some(vni) = attrs.u32(uapi::NDA_VNI as u16) {
        view.out.num("vni", "vni ", vni, " ");
    }
    if let Some(vni) = attrs.u32(uapi::NDA_SRC_VNI as u16) {
        view.out.num("src_vni", "src_vni ", vni, " ");
    }
    let nsid = attrs.i32(uapi::NDA_LINK_NETNSID as u16);
    match (attrs.u32(uapi::NDA_IFINDEX as u16), nsid) {
        (Some(index), Some(_)) => view.out.num("viaIfIndex", "via ifindex ", index, " "),
        (Some(index), None) => view.out.str("viaIf", "via ", view.links.name(index), " "),
        (None, _) => {}
    }
    if let Some(id) = attrs.u32(uapi::NDA_NH_ID as u16) {
        view.out.num("nhid", "nhid ", id, " ");
    }
    match nsid {
        Some(id) if view.out.is_json() => view.out.num("linkNetNsId", "", id.cast_unsigned(), ""),
        Some(id) => view.out.num("", "link-netnsid ", id, " "),
        None => {}
    }
}

/// What is told of the entry's use.
fn activity(out: &mut Out, entry: &Neighbour<'_>) {
    let extras: Option<Table<'_, 3>> = entry.attrs.table(uapi::NDA_FDB_EXT_ATTRS as u16);
    let bits = extras.and_then(|extras| extras.u8(NFEA_ACTIVITY_NOTIFY)).unwrap_or(0);
    if bits & notify::ACTIVITY != 0 {
        out.bool("activity_notify", true, "activity_notify ");
    }
    if bits & notify::INACTIVE != 0 {
        out.bool("inactive", true, "inactive ");
    }
}

fn stats(out: &mut Out, cache: &Cache) {
    out.num("used", "used ", cache.used / USER_HZ, "");
    out.num("updated", "/", cache.updated / USER_HZ, " ");
}

/// The state ends the line; that of a learned entry has no name.
fn show_state(out: &mut Out, bits: u16) {
    let name = match bits {
        _ if bits & state::PERMANENT != 0 => "permanent",
        _ if bits & state::NOARP != 0 => "static",
        _ if bits & state::STALE != 0 => "stale",
        _ if bits & state::REACHABLE != 0 => "",
        _ => {
            let before = if out.is_json() { "" } else { "state=" };
            return out.str("state", before, crate::output::Prefixed(u64::from(bits)), "\n");
        }
    };
    out.str("state", "", name, "\n");
}
