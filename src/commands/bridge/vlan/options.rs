//! `bridge vlan set` and `global set`: options of VLANs.

use super::super::{index_of, link};
use super::{VIDS, incomplete_request, invalid_range, invalid_vid, range};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rows::{self, Row, Value};
use crate::rtnl::vlan::{BRIDGE_VLANDB_ENTRY_STATE, Options};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::matches;

/// An option (`linux/if_bridge.h`).
const fn option(
    attr: u16,
    name: &'static str,
    word: &'static str,
    value: Value,
    argument: &'static str,
    help: &'static str,
) -> Row {
    Row::new(attr, name, word, value, argument, help).exact()
}

/// `BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS`.
const MCAST_MAX_GROUPS: u16 = 8;

/// Options of a VLAN of one port, beside its state.
pub const ROWS: &[Row] = &[
    option(
        6,
        "BRIDGE_VLANDB_ENTRY_MCAST_ROUTER",
        "mcast_router",
        Value::U8,
        "0|1|2|3",
        "a multicast router behind it: off, found out, on, temporary",
    ),
    option(
        7,
        "BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS",
        "mcast_n_groups",
        Value::U32,
        "",
        "how many multicast groups it has",
    )
    .read_only()
    .when(MCAST_MAX_GROUPS, u64::MAX),
    option(
        MCAST_MAX_GROUPS,
        "BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS",
        "mcast_max_groups",
        Value::U32,
        "NUMBER",
        "the most multicast groups, 0 for any",
    )
    .newer(),
    option(
        9,
        "BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS",
        "neigh_suppress",
        Value::OnOff,
        "on|off",
        "answer ARP and ND from what is known",
    )
    .newer(),
    option(
        10,
        "BRIDGE_VLANDB_ENTRY_NEIGH_FORWARD_GRAT",
        "neigh_forward_grat",
        Value::OnOff,
        "on|off",
        "pass on what nobody asked for in ARP and ND",
    )
    .newer(),
];

/// Options of a VLAN on all ports.
pub const GLOBAL: &[Row] = &[
    option(
        3,
        "BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING",
        "mcast_snooping",
        Value::U8,
        "NUMBER",
        "send multicast only where it is wanted",
    ),
    option(15, "BRIDGE_VLANDB_GOPTS_MCAST_QUERIER", "mcast_querier", Value::U8, "NUMBER", "send queries from here"),
    option(4, "BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION", "mcast_igmp_version", Value::U8, "NUMBER", "the IGMP version"),
    option(5, "BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION", "mcast_mld_version", Value::U8, "NUMBER", "the MLD version"),
    option(
        6,
        "BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT",
        "mcast_last_member_count",
        Value::U32,
        "NUMBER",
        "queries after a leave",
    ),
    option(
        8,
        "BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL",
        "mcast_last_member_interval",
        Value::U64,
        "NUMBER",
        "between queries after a leave, in 1/100 s",
    ),
    option(
        7,
        "BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT",
        "mcast_startup_query_count",
        Value::U32,
        "NUMBER",
        "queries at the start",
    ),
    option(
        14,
        "BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL",
        "mcast_startup_query_interval",
        Value::U64,
        "NUMBER",
        "between queries at the start, in 1/100 s",
    ),
    option(
        10,
        "BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL",
        "mcast_membership_interval",
        Value::U64,
        "NUMBER",
        "how long a report counts, in 1/100 s",
    ),
    option(
        11,
        "BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL",
        "mcast_querier_interval",
        Value::U64,
        "NUMBER",
        "how long another querier counts, in 1/100 s",
    ),
    option(
        12,
        "BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL",
        "mcast_query_interval",
        Value::U64,
        "NUMBER",
        "between queries, in 1/100 s",
    ),
    option(
        13,
        "BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL",
        "mcast_query_response_interval",
        Value::U64,
        "NUMBER",
        "how long answers may take, in 1/100 s",
    ),
    option(18, "BRIDGE_VLANDB_GOPTS_MSTI", "msti", Value::U16, "NUMBER", "the instance of the multiple spanning tree")
        .newer(),
];

const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "the port" };
const VID: Entry = Entry { name: "vid", argument: "VID[-VID]", help: "the VLANs" };
const STATE: Entry = Entry { name: "state", argument: "STATE", help: "the state in the spanning tree" };

/// What may follow `set`.
pub fn grammar() -> Vec<Entry> {
    [DEV, VID, STATE].into_iter().chain(rows::entries(ROWS)).collect()
}

/// What may follow `global set`.
pub fn global_grammar() -> Vec<Entry> {
    [DEV, VID].into_iter().chain(rows::entries(GLOBAL)).collect()
}

/// Sets options of a VLAN of one port.
pub fn set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, false)
}

/// Sets options of a VLAN on all ports.
pub fn global_set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, true)
}

/// Words that mean nothing are passed over, as the stock tool does.
fn modify(ip: &mut Ip, mut words: Words<'_>, global: bool) -> Result<()> {
    let mut options = Options::new(global);
    let (mut index, mut vlan) = (None, None);
    while let Some(word) = words.next() {
        match word {
            b"dev" => {
                let name = words.require()?;
                index = Some(index_of(ip, "network device", name)?);
            }
            b"vid" => {
                let (vid, last) = range(words.require()?);
                if let Some(last) = last.filter(|last| vid >= *last || *last >= VIDS) {
                    return Err(invalid_range(vid, last));
                }
                if vid >= VIDS {
                    return Err(invalid_vid(vid));
                }
                options.vlan(vid.cast_unsigned(), last.map(i16::cast_unsigned));
                vlan = Some(vid).filter(|vid| *vid != -1);
            }
            b"state" if !global => {
                let state = link::state(words.require()?).filter(|state| *state != -1);
                let state = state.ok_or_else(|| Error::local("Error: invalid STP state"))?;
                options.request.u8(BRIDGE_VLANDB_ENTRY_STATE, state as u8);
            }
            b"help" => {
                words.require()?;
            }
            _ => {
                let rows = if global { GLOBAL } else { ROWS };
                match rows.iter().find(|row| !word.is_empty() && row.word.as_bytes() == word) {
                    Some(row) if matches!(row.value, Value::OnOff) => {
                        let on = link::on_off(row.word, words.require()?)?;
                        options.request.word(words.place() - 1).u8(row.attr, u8::from(on));
                    }
                    Some(row) => rows::parse_row(row, &mut ip.view, &mut words, &mut options.request)?,
                    None if !global && matches(word, "help") => {
                        words.require()?;
                    }
                    None => {}
                }
            }
        }
    }
    let (Some(index), Some(_)) = (index, vlan) else { return Err(incomplete_request()) };
    ip.ask(&mut options.finish(index))
}
