//! One nexthop object as text or JSON.

use crate::commands::route::{self, show_encap};
use crate::netlink::{Attrs, Messages, Table};
use crate::output::{General, Out};
use crate::rtnl::nexthop::{GROUP_TYPES, Nexthop, attr};
use crate::sys::names::Kind;
use crate::view::View;

/// Clock ticks in a second (USER_HZ).
const USER_HZ: f64 = 100.0;

/// Shows `nexthop` on a line.
pub fn describe(view: &mut View, nexthop: &Nexthop<'_>) {
    entry(view, nexthop, "");
    view.out.text("\n");
    view.out.flush_if_full();
}

fn entry(view: &mut View, nexthop: &Nexthop<'_>, key: &str) {
    let (header, attrs) = (&nexthop.header, &nexthop.attrs);
    let details = view.options.details > 0;
    view.out.open_object(key);
    if nexthop.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    view.out.num("id", "id ", nexthop.id(), " ");
    group(&mut view.out, nexthop);
    if let Some(encap) = nexthop.encap() {
        show_encap(view, &encap);
    }
    if let Some(address) = attrs.get(attr::GATEWAY).filter(|address| !address.is_empty()) {
        route::gateway(view, header.family, address);
    }
    if let Some(index) = attrs.u32(attr::OIF).filter(|index| *index != 0) {
        route::device(view, "dev", "dev ", index);
    }
    if header.scope != 0 || details {
        view.out.str("scope", "scope ", view.names.get(Kind::Scope, header.scope.into()), " ");
    }
    if attrs.has(attr::BLACKHOLE) {
        view.out.mark_set("blackhole", "blackhole ");
    }
    if header.protocol != 0 || details {
        view.out.str("protocol", "proto ", view.names.get(Kind::Protocol, header.protocol.into()), " ");
    }
    route::flags(&mut view.out, header.flags);
    if attrs.has(attr::FDB) {
        view.out.mark_set("fdb", "fdb");
    }
    counted(view, nexthop);
    view.out.close_object();
}

/// Shows how many packets the members of a group have taken, for `-stats`, where hardware is to count them: release 6.1
/// of the stock tool shows nothing of it.
fn counted(view: &mut View, nexthop: &Nexthop<'_>) {
    let (out, attrs) = (&mut view.out, &nexthop.attrs);
    if view.options.stats == 0 || attrs.u32(attr::HW_STATS_ENABLE).unwrap_or(0) == 0 {
        return;
    }
    out.open_object("hw_stats");
    out.on_off("enabled", "hw_stats ", true, " ");
    out.on_off("used", "used ", attrs.u32(attr::HW_STATS_USED).unwrap_or(0) != 0, " ");
    out.close_object();
    let Some(members) = attrs.get(attr::GROUP_STATS) else { return };
    out.line();
    out.open_array("group_stats", "  stats:");
    for member in Attrs::new(members) {
        let member = Table::<4>::new(member.payload);
        out.open_object("");
        out.line();
        out.num("id", "    id ", member.u32(attr::STATS_ID).unwrap_or(0), "");
        out.num("packets", " packets ", ticks(&member, attr::STATS_PACKETS).unwrap_or(0), "");
        if view.options.stats > 1 {
            out.num("packets_hw", " packets_hw ", ticks(&member, attr::STATS_PACKETS_HW).unwrap_or(0), "");
        }
        out.close_object();
    }
    out.close_array("");
}

fn group(out: &mut Out, nexthop: &Nexthop<'_>) {
    if let Some(members) = nexthop.group() {
        out.open_array("group", "group ");
        for (i, (id, less)) in members.enumerate() {
            out.open_object("");
            out.num("id", if i > 0 { "/" } else { "" }, id, "");
            if less != 0 {
                out.num("weight", ",", u32::from(less) + 1, "");
            }
            out.close_object();
        }
        out.close_array(" ");
    }
    match nexthop.attrs.u16(attr::GROUP_TYPE) {
        None | Some(0) => {}
        Some(kind) => {
            let name = GROUP_TYPES.get(usize::from(kind)).unwrap_or(&"<unknown type>");
            out.str("type", "type ", *name, " ");
        }
    }
    if let Some(args) = nexthop.attrs.table::<5>(attr::RES_GROUP) {
        out.open_object("resilient_args");
        out.num("buckets", "buckets ", args.u16(attr::GROUP_BUCKETS).unwrap_or(0), " ");
        for (name, label, ticks) in [
            ("idle_timer", "idle_timer ", ticks(&args, attr::GROUP_IDLE_TIMER)),
            ("unbalanced_timer", "unbalanced_timer ", ticks(&args, attr::GROUP_UNBALANCED_TIMER)),
            ("unbalanced_time", "unbalanced_time ", ticks(&args, attr::GROUP_UNBALANCED_TIME)),
        ] {
            out.num(name, label, seconds(ticks.unwrap_or(0)), " ");
        }
        out.close_object();
    }
}

/// A number of 64 or 32 bits.
fn ticks<const N: usize>(table: &Table<'_, N>, attr: u16) -> Option<u64> {
    table.u64(attr).or_else(|| table.u32(attr).map(u64::from))
}

fn seconds(ticks: u64) -> General {
    General(ticks as f64 / USER_HZ)
}

/// Shows a bucket of a group on a line.
pub fn bucket(view: &mut View, nexthop: &Nexthop<'_>) {
    let out = &mut view.out;
    out.open_object("");
    if nexthop.attrs.has(attr::ID) {
        out.num("id", "id ", nexthop.id(), " ");
    }
    if let Some(bucket) = nexthop.attrs.table::<4>(attr::RES_BUCKET) {
        out.open_object("bucket");
        if let Some(index) = bucket.u16(attr::BUCKET_INDEX) {
            out.num("index", "index ", index, " ");
        }
        if let Some(ticks) = ticks(&bucket, attr::BUCKET_IDLE_TIME) {
            out.num("idle_time", "idle_time ", seconds(ticks), " ");
        }
        if let Some(id) = bucket.u32(attr::BUCKET_NH_ID) {
            out.num("nhid", "nhid ", id, " ");
        }
        out.close_object();
    }
    route::flags(out, nexthop.header.flags);
    out.text("\n");
    out.close_object();
    out.flush_if_full();
}

/// Shows the nexthop object that a route goes by, for `-details`.
pub fn show_id(view: &mut View, id: u32) {
    let mut known = std::mem::take(&mut view.nexthops);
    if let Some(Ok(message)) = known.find(id, view.options.family).and_then(|bytes| Messages::new(bytes).next())
        && let Some(nexthop) = Nexthop::decode(&message)
    {
        view.out.text("\n\tnh_info ");
        entry(view, &nexthop, "nh_info");
    }
    view.nexthops = known;
}
