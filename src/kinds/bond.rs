//! `bond`: several devices as one. Times are in ms.

use super::Kind;
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Request};
use crate::output::{Address, Out};
use crate::row;
use crate::rows::{Names, Row, Shown, Value, parse_row};
use crate::words::prefix;
use crate::words::{Words, shown};

/// `BOND_MAX_ARP_TARGETS` and `BOND_MAX_NS_TARGETS`.
const MAX_TARGETS: usize = 16;

const fn names(bytes: usize, names: &'static [(u64, &'static str)]) -> Names {
    Names { other: "UNKNOWN", numbers: true, ..Names::new(bytes, names) }
}

static MODES: Names = names(
    1,
    &[
        (0, "balance-rr"),
        (1, "active-backup"),
        (2, "balance-xor"),
        (3, "broadcast"),
        (4, "802.3ad"),
        (5, "balance-tlb"),
        (6, "balance-alb"),
    ],
);
static VALIDATE: Names = names(
    4,
    &[(0, "none"), (1, "active"), (2, "backup"), (3, "all"), (4, "filter"), (5, "filter_active"), (6, "filter_backup")],
);
static ALL_TARGETS: Names = names(4, &[(0, "any"), (1, "all")]);
static RESELECT: Names = names(1, &[(0, "always"), (1, "better"), (2, "failure")]);
static FAIL_OVER_MAC: Names = names(1, &[(0, "none"), (1, "active"), (2, "follow")]);
static HASH_POLICY: Names =
    names(1, &[(0, "layer2"), (1, "layer3+4"), (2, "layer2+3"), (3, "encap2+3"), (4, "encap3+4"), (5, "vlan+srcmac")]);
static LACP_ACTIVE: Names = names(1, &[(0, "off"), (1, "on")]);
static LACP_RATE: Names = names(1, &[(0, "slow"), (1, "fast")]);
static AD_SELECT: Names = names(1, &[(0, "stable"), (1, "bandwidth"), (2, "count")]);

const ROWS: &[Row] = &[
    row!(
        IFLA_BOND_MODE,
        "mode",
        Value::Name(&MODES),
        "balance-rr|active-backup|balance-xor|broadcast|802.3ad|balance-tlb|balance-alb",
        "how packets are spread over the ports"
    ),
    port(row!(IFLA_BOND_ACTIVE_SLAVE, "active_slave", Value::Device, "DEV", "the port in use")),
    row!(IFLA_BOND_ACTIVE_SLAVE, "clear_active_slave", Value::Fixed(0), "", "choose the port in use anew")
        .shown(Shown::Never),
    row!(IFLA_BOND_MIIMON, "miimon", Value::U32, "TIME", "between looks for a carrier, in ms; 0 for none"),
    row!(IFLA_BOND_UPDELAY, "updelay", Value::U32, "TIME", "how long a carrier must be there, in ms"),
    row!(IFLA_BOND_DOWNDELAY, "downdelay", Value::U32, "TIME", "how long a carrier must be gone, in ms"),
    row!(IFLA_BOND_PEER_NOTIF_DELAY, "peer_notify_delay", Value::U32, "TIME", "between notices of a change, in ms"),
    row!(IFLA_BOND_USE_CARRIER, "use_carrier", Value::U8, "0|1", "ask for the carrier by netif_carrier_ok()"),
    row!(IFLA_BOND_ARP_INTERVAL, "arp_interval", Value::U32, "TIME", "between ARP requests that test a port, in ms"),
    row!(IFLA_BOND_MISSED_MAX, "arp_missed_max", Value::U8, "NUMBER", "answers missed before a port is down").exact(),
    row!(IFLA_BOND_ARP_IP_TARGET, "arp_ip_target", ARP_TARGETS, "ADDRESS,...", "who is asked by ARP, nobody if empty"),
    row!(IFLA_BOND_NS_IP6_TARGET, "ns_ip6_target", NS_TARGETS, "ADDRESS,...", "who is asked by ND, nobody if empty")
        .exact(),
    row!(
        IFLA_BOND_ARP_VALIDATE,
        "arp_validate",
        ARP_VALIDATE,
        "none|active|backup|all|filter|filter_active|filter_backup",
        "the ports whose ARP is looked at"
    ),
    row!(IFLA_BOND_ARP_ALL_TARGETS, "arp_all_targets", Value::Name(&ALL_TARGETS), "any|all", "who must answer"),
    port(row!(IFLA_BOND_PRIMARY, "primary", Value::Device, "DEV", "the port to prefer")),
    row!(
        IFLA_BOND_PRIMARY_RESELECT,
        "primary_reselect",
        Value::Name(&RESELECT),
        "always|better|failure",
        "when to go back to it"
    ),
    row!(
        IFLA_BOND_FAIL_OVER_MAC,
        "fail_over_mac",
        Value::Name(&FAIL_OVER_MAC),
        "none|active|follow",
        "whose link-layer address is used"
    ),
    row!(
        IFLA_BOND_XMIT_HASH_POLICY,
        "xmit_hash_policy",
        Value::Name(&HASH_POLICY),
        "layer2|layer2+3|layer3+4|encap2+3|encap3+4|vlan+srcmac",
        "what of a packet chooses its port"
    ),
    row!(IFLA_BOND_RESEND_IGMP, "resend_igmp", Value::U32, "NUMBER", "IGMP reports after a change of port"),
    row!(IFLA_BOND_NUM_PEER_NOTIF, "num_grat_arp", Value::U8, "NUMBER", "notices to neighbours after a change of port")
        .aliases(&["num_unsol_na"])
        .wrong("invalid num_grat_arp|num_unsol_na")
        .key("num_peer_notif"),
    row!(IFLA_BOND_ALL_SLAVES_ACTIVE, "all_slaves_active", Value::U8, "0|1", "take duplicates from ports not in use"),
    row!(IFLA_BOND_MIN_LINKS, "min_links", Value::U32, "NUMBER", "the ports it takes for a carrier"),
    row!(IFLA_BOND_LP_INTERVAL, "lp_interval", Value::U32, "TIME", "between learning packets, in s"),
    row!(IFLA_BOND_PACKETS_PER_SLAVE, "packets_per_slave", Value::U32, "NUMBER", "packets to a port before the next"),
    row!(IFLA_BOND_AD_LACP_ACTIVE, "lacp_active", Value::Name(&LACP_ACTIVE), "off|on", "send LACP packets unasked")
        .exact()
        .key("ad_lacp_active"),
    row!(
        IFLA_BOND_AD_LACP_RATE,
        "lacp_rate",
        Value::Name(&LACP_RATE),
        "slow|fast",
        "ask for an LACP packet each 30 s or 1 s"
    )
    .key("ad_lacp_rate"),
    // Release 6.1 of the stock tool does not know it, and the kernel has it on.
    row!(
        IFLA_BOND_COUPLED_CONTROL,
        "coupled_control",
        Value::OnOff,
        "on|off",
        "collect and distribute at once in LACP"
    )
    .exact()
    .shown(Shown::Never),
    row!(
        IFLA_BOND_BROADCAST_NEIGH,
        "broadcast_neighbor",
        Value::OnOff,
        "on|off",
        "send ARP and ND to all ports in LACP"
    )
    .newer(),
    row!(IFLA_BOND_AD_SELECT, "ad_select", Value::Name(&AD_SELECT), "stable|bandwidth|count", "how a group is chosen"),
    row!(IFLA_BOND_AD_INFO, "ad_info", Value::Nest(AD_INFO), "", "the group in use").read_only().label(""),
    row!(IFLA_BOND_AD_ACTOR_SYS_PRIO, "ad_actor_sys_prio", Value::U16, "NUMBER", "this system's priority in LACP"),
    row!(
        IFLA_BOND_AD_USER_PORT_KEY,
        "ad_user_port_key",
        Value::U16,
        "NUMBER",
        "the upper bits of a port's key in LACP"
    ),
    row!(IFLA_BOND_AD_ACTOR_SYSTEM, "ad_actor_system", Value::Hardware, "LLADDR", "this system's address in LACP"),
    row!(IFLA_BOND_TLB_DYNAMIC_LB, "tlb_dynamic_lb", Value::U8, "0|1", "move flows from port to port by load"),
];

const AD_INFO: &[Row] = &[
    row!(IFLA_BOND_AD_INFO_AGGREGATOR, "aggregator", Value::U16, "", "the group's id")
        .label("ad_aggregator")
        .read_only(),
    row!(IFLA_BOND_AD_INFO_NUM_PORTS, "num_ports", Value::U16, "", "its ports").label("ad_num_ports").read_only(),
    row!(IFLA_BOND_AD_INFO_ACTOR_KEY, "actor_key", Value::U16, "", "its key here").label("ad_actor_key").read_only(),
    row!(IFLA_BOND_AD_INFO_PARTNER_KEY, "partner_key", Value::U16, "", "its key at the other end")
        .label("ad_partner_key")
        .read_only(),
    row!(IFLA_BOND_AD_INFO_PARTNER_MAC, "partner_mac", Value::Hardware, "", "the other end's address")
        .label("ad_partner_mac")
        .read_only(),
];

pub(super) const KIND: Kind = Kind::new("bond", "several devices as one", ROWS);

const fn port(row: Row) -> Row {
    row.says("Cannot find device \"{}\"", 1).shown(Shown::NonZero)
}

/// JSON has `null` where nothing is looked at.
const ARP_VALIDATE: Value = Value::Odd {
    parse: |row, view, words, request| parse_row(&Row { value: Value::Name(&VALIDATE), ..*row }, view, words, request),
    show: |row, out, payload| match payload.first_chunk().map_or(0, |value| u32::from_ne_bytes(*value)) {
        0 if out.is_json() => out.mark_set(row.key, ""),
        value => out.str(row.key, "arp_validate ", VALIDATE.name(value.into()), " "),
    },
};

const ARP_TARGETS: Value = Value::Odd {
    parse: |row, _, words, request| {
        targets(row, words, request, |word| {
            let text = || format!("Error: an IP address is expected rather than \"{}\"", shown(word));
            let address = prefix::try_address(word, libc::AF_INET as u8);
            let address = address.ok_or_else(|| Error::words(text()).with_status(1))?;
            Ok(address.bytes().first_chunk::<4>().copied().unwrap_or_default().to_vec())
        })
    },
    show: show_targets,
};

const NS_TARGETS: Value = Value::Odd {
    parse: |row, _, words, request| {
        targets(row, words, request, |word| {
            let address = prefix::address(word, libc::AF_INET6 as u8)?;
            Ok(address.bytes().first_chunk::<16>().copied().unwrap_or_default().to_vec())
        })
    },
    show: show_targets,
};

/// Addresses between commas, the attributes numbered from 0; none where no word follows.
fn targets(row: &Row, words: &mut Words<'_>, request: &mut Request, read: fn(&[u8]) -> Result<Vec<u8>>) -> Result<()> {
    let list = words.next().unwrap_or_default();
    let nest = request.word(words.place() - 1).open(row.attr);
    let parts = list.split(|&b| b == b',').filter(|part| !part.is_empty());
    for (number, part) in parts.take(MAX_TARGETS).enumerate() {
        request.attr(number as u16, &read(part)?);
    }
    request.close(nest);
    Ok(())
}

fn show_targets(row: &Row, out: &mut Out, payload: &[u8]) {
    let targets = || Attrs::new(payload).filter(|attr| usize::from(attr.kind) < MAX_TARGETS);
    if targets().next().is_none() {
        return;
    }
    out.open_array(row.key, row.key);
    let mut before = " ";
    for target in targets() {
        out.element(before, Address(target.payload), "");
        before = ",";
    }
    out.close_array(" ");
}
