//! `bridge vlan show`, `tunnelshow` and `global show`.

use super::super::filter::{DEVICE_AND_VLAN, Filter};
use super::super::mdb::router_port_stats;
use super::options::{GLOBAL, ROWS};
use crate::commands::link::Padded;
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::kinds::bridge_slave;
use crate::netlink::Attrs;
use crate::output::{Color, Out};
use crate::rows::{self, Row};
use crate::rtnl::link::{self, Link, Select};
use crate::rtnl::vlan::{
    self, BRIDGE_VLANDB_ENTRY, BRIDGE_VLANDB_GLOBAL_OPTIONS, BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS, Counters,
    DUMP_GLOBAL, DUMP_STATS, Entry, Info, Vlans, flag,
};
use crate::rtnl::{mdb, uapi};
use crate::words::Words;

/// How wide names of devices are shown (`IFNAMSIZ`).
const NAME: usize = 16;
/// How wide numbers of VLANs are shown.
const RANGE: usize = 9;
/// `RTEXT_FILTER_BRVLAN_COMPRESSED`: neighbouring VLANs come as ranges.
const EXT_COMPRESSED: u32 = uapi::RTEXT_FILTER_BRVLAN_COMPRESSED;

/// How the state in the spanning tree is shown: as that of a port.
const STATE: Row = rows::named(bridge_slave::ROWS, "state");

/// Shows the VLANs of ports: `-details` with options, `-stats` with counters.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE_AND_VLAN)?;
    ip.begin_json();
    match (ip.view.options.details > 0, ip.view.options.stats > 0) {
        (true, stats) => with_options(ip, &filter, if stats { DUMP_STATS } else { 0 }),
        (false, true) => with_counters(ip, &filter),
        (false, false) => {
            heading(&mut ip.view.out, "\n");
            of_links(ip, &filter, infos)
        }
    }
}

/// Shows the tunnels that VLANs are mapped to.
pub fn tunnels(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE_AND_VLAN)?;
    ip.begin_json();
    if ip.view.options.stats > 0 {
        return with_counters(ip, &filter);
    }
    heading(&mut ip.view.out, "  tunnel-id\n");
    of_links(ip, &filter, mappings)
}

/// Shows options of VLANs on all ports.
pub fn global(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE_AND_VLAN)?;
    ip.begin_json();
    with_options(ip, &filter, DUMP_GLOBAL)
}

fn heading(out: &mut Out, more: &str) {
    out.text(Padded("port", NAME));
    out.text("  ");
    out.text(Padded("vlan-id", RANGE));
    out.text(more);
}

/// A list of VLANs below the name of a port, which is shown when the first one is.
struct List {
    key: &'static str,
    index: u32,
    opened: bool,
}

impl List {
    fn new(key: &'static str, index: u32) -> Self {
        List { key, index, opened: false }
    }

    /// Begins an element: the name of the port stands before the first one, blanks before the others.
    fn element(&mut self, view: &mut View) {
        if self.opened {
            view.out.text(Padded("", NAME + 2));
        } else {
            self.opened = true;
            view.out.open_object("");
            let name = view.links.name(self.index);
            view.out.paint(Color::Device, |out| match out.is_json() {
                true => out.str("ifname", "", name, ""),
                false => out.str("", "", Padded(name, NAME), "  "),
            });
            view.out.open_array(self.key, "");
        }
        view.out.open_object("");
    }

    fn end(&mut self, view: &mut View) {
        if self.opened {
            view.out.close_array("");
            view.out.close_object();
            view.out.flush_if_full();
            self.opened = false;
        }
    }
}

fn of_links(ip: &mut Ip, filter: &Filter, show: fn(&mut View, u32, Attrs<'_>, &Filter)) -> Result<()> {
    let ext_mask = if ip.view.options.compress_vlans { EXT_COMPRESSED } else { uapi::RTEXT_FILTER_BRVLAN };
    let select = Select { family: libc::AF_BRIDGE as u8, ext_mask, ..Select::default() };
    ip.dump(&mut link::dump(&select), |view, message| {
        let link = Link::decode(message).filter(|link| i32::from(link.family) == libc::AF_BRIDGE);
        let Some(link) = link.filter(|link| filter.admits(link.index)) else { return };
        if let Some(spec) = link.attrs.nested(uapi::IFLA_AF_SPEC as u16) {
            show(view, link.index, spec, filter);
        }
    })
}

/// Shows the VLANs in a link's `IFLA_AF_SPEC`.
fn infos(view: &mut View, index: u32, spec: Attrs<'_>, filter: &Filter) {
    let mut list = List::new("vlans", index);
    let mut ranges = Ranges::default();
    for info in vlan::infos(spec) {
        let Some(first) = ranges.first(info, 0, filter) else { break };
        if let Some((first, _)) = first {
            list.element(view);
            range(&mut view.out, "vlan", "vlanEnd", first.into(), info.vid.into());
            flags(&mut view.out, info.flags);
            view.out.close_object();
            view.out.line();
        }
    }
    list.end(view);
}

/// Shows the mappings to tunnels in a link's `IFLA_AF_SPEC`.
fn mappings(view: &mut View, index: u32, spec: Attrs<'_>, filter: &Filter) {
    let mut list = List::new("tunnels", index);
    let mut ranges = Ranges::default();
    for tunnel in vlan::tunnels(spec) {
        let Some(first) = ranges.first(tunnel.info, tunnel.id, filter) else { break };
        if let Some((first, first_id)) = first {
            list.element(view);
            let width = range(&mut view.out, "vlan", "vlanEnd", first.into(), tunnel.info.vid.into());
            view.out.text(Padded("", RANGE.saturating_sub(width) + 2));
            range(&mut view.out, "tunid", "tunidEnd", first_id, tunnel.id);
            view.out.close_object();
            view.out.line();
        }
    }
    list.end(view);
}

/// Joins the first and the last entry of a range.
#[derive(Default)]
struct Ranges {
    vid: u16,
    id: u32,
}

impl Ranges {
    /// With the last entry of a range, or one that is none, what it begins with. Nothing at all where no later entry
    /// can be of the VLAN that is wanted.
    fn first(&mut self, info: Info, id: u32, filter: &Filter) -> Option<Option<(u16, u32)>> {
        let ends = info.flags & flag::RANGE_END != 0;
        if !ends {
            (self.vid, self.id) = (info.vid, id);
        }
        let vid = u32::from(info.vid);
        if filter.vid != 0 && vid > filter.vid && !ends {
            return None;
        }
        let skipped = info.flags & flag::RANGE_BEGIN != 0 || vid < filter.vid;
        Some((!skipped).then_some((self.vid, self.id)))
    }
}

/// Shows `10` or `10-20`, and gives its width.
fn range(out: &mut Out, key: &str, end: &str, first: u32, last: u32) -> usize {
    let digits = |number: u32| number.checked_ilog10().unwrap_or(0) as usize + 1;
    out.num(key, "", first, "");
    if first == last {
        return digits(first);
    }
    out.num(end, "-", last, "");
    digits(first) + 1 + digits(last)
}

fn flags(out: &mut Out, flags: u16) {
    if flags == 0 {
        return;
    }
    out.open_array("flags", "");
    for (bit, name) in [(flag::PVID, "PVID"), (flag::UNTAGGED, "Egress Untagged")] {
        if flags & bit != 0 {
            out.element(" ", name, "");
        }
    }
    out.close_array("");
}

/// Shows counters from the kernel's dump of statistics: of bridges, then of ports.
fn with_counters(ip: &mut Ip, filter: &Filter) -> Result<()> {
    ip.view.out.text(Padded("port", NAME));
    ip.view.out.text("  vlan-id\n");
    for ports in [false, true] {
        ip.dump(&mut vlan::counter_dump(ports), |view, message| {
            let Some((index, all)) = vlan::counters(message).filter(|(index, _)| filter.admits(*index)) else { return };
            let mut list = List::new("vlans", index);
            for (info, counters) in all.filter(|(info, _)| filter.admits_vlans(info.vid, info.vid)) {
                // Entries of the bridge as the master of ports come with the ports.
                if info.flags & flag::MASTER != 0 && info.flags & flag::BRENTRY == 0 {
                    continue;
                }
                list.element(view);
                view.out.num("vid", "", info.vid, "");
                flags(&mut view.out, info.flags);
                view.out.line();
                show_counters(&mut view.out, &counters);
                view.out.close_object();
            }
            list.end(view);
        })?;
    }
    Ok(())
}

fn show_counters(out: &mut Out, counters: &Counters) {
    out.text(Padded("", NAME + 4));
    out.num("rx_bytes", "RX: ", counters.rx_bytes, " bytes");
    out.num("rx_packets", " ", counters.rx_packets, " packets\n");
    out.text(Padded("", NAME + 4));
    out.num("tx_bytes", "TX: ", counters.tx_bytes, " bytes");
    out.num("tx_packets", " ", counters.tx_packets, " packets\n");
}

/// Shows VLANs with their options. A device may come in several messages, so they are kept and shown as one list.
fn with_options(ip: &mut Ip, filter: &Filter, dump_flags: u32) -> Result<()> {
    heading(&mut ip.view.out, "\n");
    let wanted = |vlans: &Vlans<'_>| filter.admits(vlans.index);
    let stored = ip.store(&mut vlan::dump(dump_flags), |message| Vlans::decode(message).filter(wanted).map(|_| 0))?;
    let view = &mut ip.view;
    let mut list = List::new("vlans", 0);
    for vlans in stored.all().filter_map(|message| Vlans::decode(&message)) {
        if list.index != vlans.index {
            list.end(view);
            list = List::new("vlans", vlans.index);
        }
        for attr in vlans.entries.filter(|attr| dump_flags != DUMP_GLOBAL || attr.kind == BRIDGE_VLANDB_GLOBAL_OPTIONS)
        {
            describe_one(view, &mut list, attr, filter);
        }
    }
    list.end(view);
    Ok(())
}

/// Shows the VLANs that a message of monitor's tells of.
pub fn describe(view: &mut View, vlans: &Vlans<'_>) {
    if vlans.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    let mut list = List::new("vlans", vlans.index);
    for attr in vlans.entries {
        describe_one(view, &mut list, attr, &Filter::default());
    }
}

fn describe_one(view: &mut View, list: &mut List, attr: crate::netlink::Attr<'_>, filter: &Filter) {
    let (entry, show): (_, fn(&mut View, &Entry<'_>)) = match attr.kind {
        BRIDGE_VLANDB_ENTRY => (Entry::decode(attr.payload), port_options),
        BRIDGE_VLANDB_GLOBAL_OPTIONS => (Entry::decode_global(attr.payload), global_options),
        _ => return,
    };
    let Some(entry) = entry.filter(|entry| filter.admits_vlans(entry.first.vid, entry.last)) else { return };
    list.element(view);
    range(&mut view.out, "vlan", "vlanEnd", entry.first.vid.into(), entry.last.into());
    flags(&mut view.out, entry.first.flags);
    view.out.line();
    view.out.text(Padded("", NAME + 4));
    show(view, &entry);
    view.out.close_object();
}

fn port_options(view: &mut View, entry: &Entry<'_>) {
    rows::show_one(view, &STATE, &[entry.state()]);
    rows::show(view, ROWS, &entry.attrs);
    view.out.line();
    if view.options.stats > 0 {
        show_counters(&mut view.out, &entry.counters());
    }
}

fn global_options(view: &mut View, entry: &Entry<'_>) {
    rows::show(view, GLOBAL, &entry.attrs);
    view.out.line();
    let Some(router) = entry.attrs.nested(BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS).and_then(|mut nest| nest.next())
    else {
        return;
    };
    view.out.text(Padded("", NAME + 4));
    view.out.open_array("router_ports", "router ports: ");
    for (i, port) in mdb::router_ports(router.payload).enumerate() {
        view.out.open_object("");
        if i > 0 && view.options.stats > 0 {
            view.out.line();
            view.out.text(Padded("", NAME + 4 + "router ports: ".len()));
        }
        view.out.str("port", "", view.links.name(port.index), " ");
        if view.options.stats > 0 {
            router_port_stats(&mut view.out, &port);
        }
        view.out.close_object();
    }
    view.out.close_array("");
    view.out.line();
}
