//! `bridge`: a switch made of devices. Times are in 1/100 s (USER_HZ).

use super::Kind;
use crate::row;
use crate::rows::{Row, Shown, Value, host, one_of};
use crate::rtnl::uapi;

/// `BR_BOOLOPT_NO_LL_LEARN` and its fellows in `linux/if_bridge.h`: bits of `IFLA_BR_MULTI_BOOLOPT`.
const NO_LL_LEARN: u32 = 0;
const MCAST_VLAN_SNOOPING: u32 = 1;
const MST_ENABLE: u32 = 2;
const MDB_OFFLOAD_FAIL_NOTIFICATION: u32 = 3;
const FDB_LOCAL_VLAN_0: u32 = 4;

/// `BR_STP_MODE_*`.
const STP_MODES: &[&str] = &["auto", "user", "kernel"];

const ROWS: &[Row] = &[
    row!(IFLA_BR_FORWARD_DELAY, "forward_delay", Value::U32, "TIME", "how long a port listens and learns, in 1/100 s"),
    row!(IFLA_BR_HELLO_TIME, "hello_time", Value::U32, "TIME", "time between hello packets, in 1/100 s"),
    row!(IFLA_BR_MAX_AGE, "max_age", Value::U32, "TIME", "how long a hello packet counts, in 1/100 s"),
    row!(IFLA_BR_AGEING_TIME, "ageing_time", Value::U32, "TIME", "how long an address is remembered, in 1/100 s"),
    row!(IFLA_BR_STP_STATE, "stp_state", Value::U32, "STATE", "spanning tree: 0 off, 1 on"),
    row!(IFLA_BR_STP_MODE, "stp_mode", STP_MODE, "auto|user|kernel", "who runs the spanning tree").newer(),
    row!(IFLA_BR_PRIORITY, "priority", Value::U16, "PRIORITY", "priority in the spanning tree, the lowest is root"),
    row!(IFLA_BR_VLAN_FILTERING, "vlan_filtering", Value::U8, "0|1", "keep VLANs apart"),
    row!(IFLA_BR_VLAN_PROTOCOL, "vlan_protocol", Value::EtherType, "802.1Q|802.1ad", "the tag that VLANs are told by"),
    row!(IFLA_BR_BRIDGE_ID, "bridge_id", Value::BridgeId, "", "priority and address of this bridge").read_only(),
    row!(IFLA_BR_ROOT_ID, "root_id", Value::BridgeId, "", "priority and address of the root bridge")
        .label("designated_root")
        .read_only(),
    row!(IFLA_BR_ROOT_PORT, "root_port", Value::U16, "", "the port towards the root bridge").read_only(),
    row!(IFLA_BR_ROOT_PATH_COST, "root_path_cost", Value::U32, "", "the cost of the way to the root bridge")
        .read_only(),
    row!(IFLA_BR_TOPOLOGY_CHANGE, "topology_change", Value::U8, "", "a change of topology is under way").read_only(),
    row!(IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "topology_change_detected", Value::U8, "", "a change was detected here")
        .read_only(),
    row!(IFLA_BR_HELLO_TIMER, "hello_timer", Value::Ticks, "", "time to the next hello packet, in s").read_only(),
    row!(IFLA_BR_TCN_TIMER, "tcn_timer", Value::Ticks, "", "time to the next notification of a change, in s")
        .read_only(),
    row!(IFLA_BR_TOPOLOGY_CHANGE_TIMER, "topology_change_timer", Value::Ticks, "", "time left of a change, in s")
        .read_only(),
    row!(IFLA_BR_GC_TIMER, "gc_timer", Value::Ticks, "", "time to the next look for aged addresses, in s").read_only(),
    row!(IFLA_BR_FDB_N_LEARNED, "fdb_n_learned", Value::U32, "", "how many addresses have been learned")
        .read_only()
        .when(uapi::IFLA_BR_FDB_MAX_LEARNED as u16, u64::MAX),
    row!(IFLA_BR_FDB_MAX_LEARNED, "fdb_max_learned", Value::U32, "NUMBER", "how many may be learned, 0 for any number")
        .newer(),
    row!(IFLA_BR_VLAN_DEFAULT_PVID, "vlan_default_pvid", Value::U16, "VID", "the VLAN of ports, 0 for none"),
    row!(IFLA_BR_VLAN_STATS_ENABLED, "vlan_stats_enabled", Value::U8, "0|1", "count packets for each VLAN"),
    row!(IFLA_BR_VLAN_STATS_PER_PORT, "vlan_stats_per_port", Value::U8, "0|1", "count packets for each port and VLAN"),
    row!(IFLA_BR_GROUP_FWD_MASK, "group_fwd_mask", Value::Hex16, "MASK", "link-local groups that are forwarded"),
    row!(IFLA_BR_GROUP_ADDR, "group_address", Value::Hardware, "LLADDR", "the address of spanning-tree packets")
        .key("group_addr"),
    row!(IFLA_BR_MCAST_SNOOPING, "mcast_snooping", Value::U8, "0|1", "send multicast only where it is wanted"),
    row!(
        IFLA_BR_MULTI_BOOLOPT,
        "no_linklocal_learn",
        Value::Bit(NO_LL_LEARN),
        "0|1",
        "do not learn from link-local packets"
    )
    .exact(),
    row!(IFLA_BR_MULTI_BOOLOPT, "mcast_vlan_snooping", Value::Bit(MCAST_VLAN_SNOOPING), "0|1", "snoop for each VLAN")
        .exact(),
    row!(IFLA_BR_MCAST_ROUTER, "mcast_router", Value::U8, "0|1|2", "multicast router ports: off, found out, on"),
    row!(IFLA_BR_MCAST_QUERY_USE_IFADDR, "mcast_query_use_ifaddr", Value::U8, "0|1", "query with the bridge's address"),
    row!(IFLA_BR_MCAST_QUERIER, "mcast_querier", Value::U8, "0|1", "send queries from here"),
    row!(IFLA_BR_MCAST_HASH_ELASTICITY, "mcast_hash_elasticity", Value::U32, "NUMBER", "unused, kept for old scripts"),
    row!(IFLA_BR_MCAST_HASH_MAX, "mcast_hash_max", Value::U32, "NUMBER", "how many groups are remembered"),
    row!(IFLA_BR_MCAST_LAST_MEMBER_CNT, "mcast_last_member_count", Value::U32, "NUMBER", "queries after a leave")
        .key("mcast_last_member_cnt"),
    row!(IFLA_BR_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_count", Value::U32, "NUMBER", "queries at the start")
        .key("mcast_startup_query_cnt"),
    row!(
        IFLA_BR_MCAST_LAST_MEMBER_INTVL,
        "mcast_last_member_interval",
        Value::U64,
        "TIME",
        "between queries after a leave, in 1/100 s"
    )
    .key("mcast_last_member_intvl"),
    row!(
        IFLA_BR_MCAST_MEMBERSHIP_INTVL,
        "mcast_membership_interval",
        Value::U64,
        "TIME",
        "how long a report counts, in 1/100 s"
    )
    .key("mcast_membership_intvl"),
    row!(
        IFLA_BR_MCAST_QUERIER_INTVL,
        "mcast_querier_interval",
        Value::U64,
        "TIME",
        "how long another querier counts, in 1/100 s"
    )
    .key("mcast_querier_intvl"),
    row!(IFLA_BR_MCAST_QUERY_INTVL, "mcast_query_interval", Value::U64, "TIME", "between queries, in 1/100 s")
        .key("mcast_query_intvl"),
    row!(
        IFLA_BR_MCAST_QUERY_RESPONSE_INTVL,
        "mcast_query_response_interval",
        Value::U64,
        "TIME",
        "how long answers may take, in 1/100 s"
    )
    .key("mcast_query_response_intvl"),
    row!(
        IFLA_BR_MCAST_STARTUP_QUERY_INTVL,
        "mcast_startup_query_interval",
        Value::U64,
        "TIME",
        "between queries at the start, in 1/100 s"
    )
    .key("mcast_startup_query_intvl"),
    row!(IFLA_BR_MCAST_STATS_ENABLED, "mcast_stats_enabled", Value::U8, "0|1", "count multicast reports and queries"),
    row!(IFLA_BR_MCAST_IGMP_VERSION, "mcast_igmp_version", Value::U8, "2|3", "the IGMP version"),
    row!(IFLA_BR_MCAST_MLD_VERSION, "mcast_mld_version", Value::U8, "1|2", "the MLD version"),
    row!(IFLA_BR_NF_CALL_IPTABLES, "nf_call_iptables", Value::U8, "0|1", "let iptables see bridged packets"),
    row!(IFLA_BR_NF_CALL_IP6TABLES, "nf_call_ip6tables", Value::U8, "0|1", "let ip6tables see bridged packets"),
    row!(IFLA_BR_NF_CALL_ARPTABLES, "nf_call_arptables", Value::U8, "0|1", "let arptables see bridged packets"),
    row!(IFLA_BR_MULTI_BOOLOPT, "mst_enabled", Value::Bit(MST_ENABLE), "0|1", "several spanning trees").newer(),
    row!(
        IFLA_BR_MULTI_BOOLOPT,
        "mdb_offload_fail_notification",
        Value::Bit(MDB_OFFLOAD_FAIL_NOTIFICATION),
        "0|1",
        "tell of groups that hardware does not take"
    )
    .newer(),
    row!(
        IFLA_BR_MULTI_BOOLOPT,
        "fdb_local_vlan_0",
        Value::Bit(FDB_LOCAL_VLAN_0),
        "0|1",
        "keep the bridge's own addresses in VLAN 0 alone"
    )
    .newer(),
    row!(IFLA_BR_FDB_FLUSH, "fdb_flush", Value::Flag, "", "forget the addresses learned").shown(Shown::Never),
];

const STP_MODE: Value = Value::Odd {
    parse: |row, _, words, request| {
        let mode = one_of(row.word, words.require()?, STP_MODES)?;
        request.word(words.place() - 1).put(row.attr, &(mode as u32).to_ne_bytes());
        Ok(())
    },
    show: |row, out, payload| {
        if let Some(name) = STP_MODES.get(host(payload) as usize) {
            out.str(row.key, "stp_mode ", *name, " ");
        }
    },
};

pub(super) const KIND: Kind =
    Kind { first: &["mcast_router"], ..Kind::new("bridge", "a switch: its ports are devices", ROWS) };
