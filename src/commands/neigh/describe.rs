//! One neighbour as text or JSON.

use crate::commands::link::{LinkAddress, Padded};
use crate::output::{Address, Color};
use crate::rtnl::neigh::{Event, Neighbour, USER_HZ, flag, state};
use crate::sys::names::Kind;
use crate::view::View;

/// States in the order in which they are shown.
const STATES: &[(u16, &str)] = &[
    (state::INCOMPLETE, "INCOMPLETE"),
    (state::REACHABLE, "REACHABLE"),
    (state::STALE, "STALE"),
    (state::DELAY, "DELAY"),
    (state::PROBE, "PROBE"),
    (state::FAILED, "FAILED"),
    (state::NOARP, "NOARP"),
    (state::PERMANENT, "PERMANENT"),
];

/// Shows `entry` on a line; `device` says whether its device is named.
pub fn describe(view: &mut View, entry: &Neighbour<'_>, device: bool) {
    view.out.open_object("");
    match entry.event {
        Event::There => {}
        Event::Gone => view.out.bool("deleted", true, "Deleted "),
        Event::Miss => view.out.mark_set("miss", "miss "),
    }
    let brief = view.options.brief && !view.out.is_json();
    let padded = |width: usize| if brief { width } else { 0 };
    let gap = |label: &'static str| if view.options.brief { "" } else { label };
    if let Some(dst) = entry.dst() {
        let color = if dst.len() == 16 { Color::Inet6 } else { Color::Inet };
        view.out.paint(color, |out| out.str("dst", "", Padded(Address(dst), padded(39)), " "));
    }
    if device && entry.index != 0 {
        view.out.text(gap("dev "));
        let name = view.links.name(entry.index);
        view.out.paint(Color::Device, |out| out.str("dev", "", Padded(name, padded(16)), " "));
    }
    if let Some(lladdr) = entry.lladdr() {
        view.out.text(gap("lladdr "));
        // Only addresses as long as an IP address's can be one.
        let device_type = if matches!(lladdr.len(), 4 | 16) { view.links.device_type(entry.index) } else { 0 };
        let after = gap(" ");
        view.out.paint(Color::Hardware, |out| out.str("lladdr", "", LinkAddress(lladdr, device_type), after));
    }
    if !view.options.brief {
        rest(view, entry);
    }
    view.out.text("\n");
    view.out.close_object();
    view.out.flush_if_full();
}

/// What stands behind the addresses.
fn rest(view: &mut View, entry: &Neighbour<'_>) {
    let out = &mut view.out;
    for (set, key, text) in [
        (entry.flags & flag::ROUTER != 0, "router", "router "),
        (entry.flags & flag::PROXY != 0, "proxy", "proxy "),
        (entry.ext_flags() & flag::EXT_MANAGED != 0, "managed", "managed "),
        (entry.flags & flag::EXT_LEARNED != 0, "extern_learn", "extern_learn "),
        (entry.flags & flag::OFFLOADED != 0, "offload", "offload "),
    ] {
        if set {
            out.mark_set(key, text);
        }
    }
    if view.options.stats > 0 {
        if let Some(cache) = entry.cache() {
            if cache.references != 0 {
                out.num("refcnt", " ref ", cache.references, "");
            }
            out.num("used", " used ", cache.used / USER_HZ, "");
            out.num("confirmed", "/", cache.confirmed / USER_HZ, "");
            out.num("updated", "/", cache.updated / USER_HZ, "");
        }
        if let Some(probes) = entry.probes() {
            out.num("probes", "probes ", probes, " ");
        }
    }
    if entry.state != 0 {
        out.open_array("state", "");
        for (_, name) in STATES.iter().filter(|(bit, _)| entry.state & bit != 0) {
            out.element("", *name, " ");
        }
        out.close_array("");
    }
    if entry.protocol() != 0 {
        out.str("protocol", "proto ", view.names.get(Kind::Protocol, u32::from(entry.protocol())), " ");
    }
}
