//! `bridge_slave`: what a bridge knows of one of its ports.

use super::Kind;
use crate::error::Result;
use crate::netlink::Request;
use crate::output::{Out, Prefixed};
use crate::row;
use crate::rows::{Row, Shown, Value};
use crate::view::View;
use crate::words::Words;

/// States of a port in the spanning tree, by number: `BR_STATE_*` in `linux/if_bridge.h`.
pub const STATES: &[&str] = &["disabled", "listening", "learning", "forwarding", "blocking"];

/// Its attributes.
pub const ROWS: &[Row] = &[
    row!(IFLA_BRPORT_STATE, "state", STATE, "STATE", "the state of the port: 0 disabled to 4 blocking")
        .wrong("{} is invalid"),
    row!(IFLA_BRPORT_PRIORITY, "priority", Value::U16, "PRIORITY", "priority in the spanning tree")
        .wrong("{} is invalid"),
    row!(IFLA_BRPORT_COST, "cost", Value::U32, "COST", "the cost of the way through this port").wrong("{} is invalid"),
    row!(IFLA_BRPORT_MODE, "hairpin", Value::OnOff, "on|off", "send packets back where they came from"),
    row!(IFLA_BRPORT_GUARD, "guard", Value::OnOff, "on|off", "shut the port when a bridge speaks behind it"),
    row!(IFLA_BRPORT_PROTECT, "root_block", Value::OnOff, "on|off", "do not let the port become the root port"),
    row!(IFLA_BRPORT_FAST_LEAVE, "fastleave", Value::OnOff, "on|off", "end a multicast group at the first leave"),
    row!(IFLA_BRPORT_LEARNING, "learning", Value::OnOff, "on|off", "learn addresses"),
    row!(IFLA_BRPORT_UNICAST_FLOOD, "flood", Value::OnOff, "on|off", "send packets for unknown addresses here"),
    row!(IFLA_BRPORT_ID, "id", Value::Hex16, "", "the port's id").label("port_id").read_only(),
    row!(IFLA_BRPORT_NO, "no", Value::Hex16, "", "the port's number").label("port_no").read_only(),
    row!(IFLA_BRPORT_DESIGNATED_PORT, "designated_port", Value::U16, "", "the port id told in hello packets")
        .read_only(),
    row!(IFLA_BRPORT_DESIGNATED_COST, "designated_cost", Value::U16, "", "the cost told in hello packets").read_only(),
    row!(IFLA_BRPORT_BRIDGE_ID, "bridge_id", Value::BridgeId, "", "the bridge told in hello packets")
        .label("designated_bridge")
        .read_only(),
    row!(IFLA_BRPORT_ROOT_ID, "root_id", Value::BridgeId, "", "the root told in hello packets")
        .label("designated_root")
        .read_only(),
    row!(IFLA_BRPORT_HOLD_TIMER, "hold_timer", Value::Ticks, "", "time to the next hello packet, in s").read_only(),
    row!(IFLA_BRPORT_MESSAGE_AGE_TIMER, "message_age_timer", Value::Ticks, "", "how long the last one counts, in s")
        .read_only(),
    row!(IFLA_BRPORT_FORWARD_DELAY_TIMER, "forward_delay_timer", Value::Ticks, "", "time to the next state, in s")
        .read_only(),
    row!(IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "topology_change_ack", Value::U8, "", "a change is acknowledged").read_only(),
    row!(IFLA_BRPORT_CONFIG_PENDING, "config_pending", Value::U8, "", "a hello packet waits to be sent").read_only(),
    row!(IFLA_BRPORT_PROXYARP, "proxy_arp", Value::OnOff, "on|off", "answer ARP for others"),
    row!(
        IFLA_BRPORT_PROXYARP_WIFI,
        "proxy_arp_wifi",
        Value::OnOff,
        "on|off",
        "answer ARP for others, IEEE 802.11 rules"
    ),
    row!(
        IFLA_BRPORT_MULTICAST_ROUTER,
        "mcast_router",
        Value::U8,
        "0|1|2|3",
        "a multicast router behind it: off, found out, on, temporary"
    )
    .key("multicast_router"),
    row!(IFLA_BRPORT_FAST_LEAVE, "mcast_fast_leave", Value::OnOff, "on|off", "the same as fastleave")
        .shown(Shown::TextOnly),
    row!(IFLA_BRPORT_MCAST_FLOOD, "mcast_flood", Value::OnOff, "on|off", "send multicast of unknown groups here"),
    row!(IFLA_BRPORT_BCAST_FLOOD, "bcast_flood", Value::OnOff, "on|off", "send broadcast here"),
    row!(
        IFLA_BRPORT_MCAST_TO_UCAST,
        "mcast_to_unicast",
        Value::OnOff,
        "on|off",
        "send multicast to each listener by unicast"
    ),
    row!(IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress", Value::OnOff, "on|off", "answer ARP and ND from what is known"),
    row!(
        IFLA_BRPORT_NEIGH_VLAN_SUPPRESS,
        "neigh_vlan_suppress",
        Value::OnOff,
        "on|off",
        "answer ARP and ND as each VLAN has it"
    )
    .newer(),
    row!(
        IFLA_BRPORT_NEIGH_FORWARD_GRAT,
        "neigh_forward_grat",
        Value::OnOff,
        "on|off",
        "pass on what nobody asked for in ARP and ND"
    )
    .newer(),
    row!(IFLA_BRPORT_GROUP_FWD_MASK, "group_fwd_mask", FWD_MASK, "MASK", "link-local groups that are forwarded"),
    row!(IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel", Value::OnOff, "on|off", "map VLANs to tunnels"),
    row!(IFLA_BRPORT_ISOLATED, "isolated", Value::OnOff, "on|off", "isolated ports do not reach each other"),
    row!(IFLA_BRPORT_LOCKED, "locked", Value::OnOff, "on|off", "only known source addresses may enter"),
    row!(IFLA_BRPORT_MAB, "mab", Value::OnOff, "on|off", "let locked ports learn addresses that have to be allowed")
        .newer(),
    row!(IFLA_BRPORT_BACKUP_PORT, "backup_port", Value::Device, "DEV", "the port to use while this one has no carrier")
        .wrong("Device does not exist\n"),
    row!(IFLA_BRPORT_BACKUP_PORT, "nobackup_port", Value::Fixed(0), "", "no backup port").shown(Shown::Never),
    row!(IFLA_BRPORT_BACKUP_NHID, "backup_nhid", Value::U32, "ID", "the nexthop of the backup port")
        .newer()
        .wrong("{} is invalid"),
    row!(IFLA_BRPORT_FLUSH, "fdb_flush", Value::Flag, "", "forget the addresses learned on this port")
        .shown(Shown::Never),
];

pub(super) const KIND: Kind = Kind {
    first: &["flood", "fdb_flush", "mcast_flood", "proxy_arp", "mcast_router", "neigh_suppress"],
    unknown: "unknown option \"{}\"?",
    ..Kind::new("bridge_slave", "a port of a bridge", ROWS)
};

/// Shown by name, set by number.
const STATE: Value = Value::Odd {
    parse: |row, view, words, request| number(row, Value::U8, view, words, request),
    show: |row, out, payload| {
        let Some(&state) = payload.first() else { return };
        match STATES.get(usize::from(state)) {
            Some(name) => out.str(row.key, "state ", *name, " "),
            None => out.num("state_index", "state (", state, ") "),
        }
    },
};

/// Shown as a mask and, once more, by the names of the groups.
const FWD_MASK: Value = Value::Odd {
    parse: |row, view, words, request| number(row, Value::U16, view, words, request),
    show: |row, out, payload| {
        let &[low, high] = payload else { return };
        let mask = u16::from_ne_bytes([low, high]);
        out.str(row.key, "group_fwd_mask ", Prefixed(u64::from(mask)), " ");
        show_groups(out, mask);
    },
};

fn show_groups(out: &mut Out, mask: u16) {
    let group = |bit: u32| match bit {
        0 => "stp".to_string(),
        2 => "lacp".to_string(),
        14 => "lldp".to_string(),
        _ => format!("{:#x}", 1u32 << bit),
    };
    let names: Vec<String> = (0..16).filter(|bit| mask >> bit & 1 != 0).map(group).collect();
    let text = if names.is_empty() { "0x0".to_string() } else { names.join(",") };
    out.str("group_fwd_mask_str", "group_fwd_mask_str ", text, " ");
}

/// Reads the plain number that an oddity is set by.
fn number(row: &Row, value: Value, view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let plain = Row { value, ..*row };
    crate::rows::parse_row(&plain, view, words, request)
}
