//! `bond_slave`: what a bond knows of one of its ports.

use super::Kind;
use crate::output::Out;
use crate::row;
use crate::rows::{Names, Row, Shown, Value, never_set};

/// `BOND_STATE_*`.
static STATES: Names = Names { other: "UNKNOWN", ..Names::new(1, &[(0, "ACTIVE"), (1, "BACKUP")]) };
/// `BOND_LINK_*`.
static MII_STATES: Names =
    Names { other: "UNKNOWN", ..Names::new(1, &[(0, "UP"), (1, "GOING_DOWN"), (2, "DOWN"), (3, "GOING_BACK")]) };

/// `LACP_STATE_*` by their bits.
const LACP_STATES: &[&str] =
    &["active", "short_timeout", "aggregating", "in_sync", "collecting", "distributing", "defaulted", "expired"];

const ROWS: &[Row] = &[
    row!(IFLA_BOND_SLAVE_STATE, "state", Value::Name(&STATES), "", "whether it is in use").read_only(),
    row!(IFLA_BOND_SLAVE_MII_STATUS, "mii_status", Value::Name(&MII_STATES), "", "its carrier").read_only(),
    row!(IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, "link_failure_count", Value::I32, "", "how often the carrier went")
        .read_only(),
    row!(IFLA_BOND_SLAVE_PERM_HWADDR, "perm_hwaddr", Value::Hardware, "", "its own link-layer address").read_only(),
    row!(IFLA_BOND_SLAVE_QUEUE_ID, "queue_id", Value::U16, "ID", "the queue whose packets are sent here")
        .wrong("queue_id is invalid"),
    row!(IFLA_BOND_SLAVE_PRIO, "prio", Value::I32, "PRIORITY", "the greater, the sooner it is used")
        .exact()
        .wrong("prio is invalid"),
    row!(IFLA_BOND_SLAVE_ACTOR_PORT_PRIO, "actor_port_prio", Value::U16, "PRIORITY", "its priority in LACP")
        .exact()
        .wrong("actor prio is invalid")
        .shown(Shown::Never),
    row!(IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, "ad_aggregator_id", Value::U16, "", "the group it is in").read_only(),
    row!(IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, "ad_actor_oper_port_state", LACP, "", "its state in LACP")
        .read_only(),
    row!(IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, "ad_partner_oper_port_state", LACP, "", "the other end's state")
        .read_only(),
];

pub(super) const KIND: Kind =
    Kind { unknown: "unknown option \"{}\"?", ..Kind::new("bond_slave", "a port of a bond", ROWS) };

/// Shown as a number and, once more, by the names of its bits.
const LACP: Value = Value::Odd { parse: never_set, show: show_lacp };

fn show_lacp(row: &Row, out: &mut Out, payload: &[u8]) {
    let Some(&state) = payload.first() else { return };
    let key = format!("{}_str", row.key);
    out.text(row.label);
    out.num(row.key, " ", state, " ");
    out.open_array(&key, &format!("{key} <"));
    for (bit, name) in LACP_STATES.iter().enumerate().filter(|(bit, _)| state >> bit & 1 != 0) {
        out.element("", *name, if u32::from(state) >> (bit + 1) == 0 { "" } else { "," });
    }
    out.close_array("> ");
}
