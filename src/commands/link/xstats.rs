//! `ip link xstats`: what bridges and bonds count besides packets.

use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::kinds::{self, Takes};
use crate::netlink::Table;
use crate::rtnl::{stats, uapi};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{incomplete, matches, wrong};

/// `BRIDGE_XSTATS_*` and `BOND_XSTATS_*` (`linux/if_bridge.h`, `linux/if_bonding.h`).
const MULTICAST: u16 = 2;
const STP: u16 = 4;
const LACP: u16 = 1;

/// What a kind counts.
struct Counted {
    /// The kind; its ports have the same name and `_slave` behind it.
    kind: &'static str,
    /// `LINK_XSTATS_TYPE_*`.
    attr: u16,
    sets: &'static [Set],
}

/// A set of counters that a word chooses.
struct Set {
    words: &'static [&'static str],
    help: &'static str,
    attr: u16,
    key: &'static str,
    /// Whether the counters are attributes, else they are members of a structure.
    nested: bool,
    lines: &'static [Line],
}

/// A line of counters. In JSON it may open an object, or end one.
struct Line {
    opens: &'static str,
    text: &'static str,
    counters: &'static [Counter],
    closes: bool,
}

/// Its JSON key, its text and its place: the number of the member of 64 bits, or of the attribute.
type Counter = (&'static str, &'static str, u16);

const fn line(opens: &'static str, text: &'static str, counters: &'static [Counter], closes: bool) -> Line {
    Line { opens, text, counters, closes }
}

const COUNTED: &[Counted] = &[
    Counted {
        kind: "bridge",
        attr: uapi::LINK_XSTATS_TYPE_BRIDGE as u16,
        sets: &[
            Set {
                words: &["igmp", "mcast"],
                help: "only those of IGMP and MLD",
                attr: MULTICAST,
                key: "multicast",
                nested: false,
                lines: MULTICAST_LINES,
            },
            Set {
                words: &["stp"],
                help: "only those of the spanning tree",
                attr: STP,
                key: "stp",
                nested: false,
                lines: STP_LINES,
            },
        ],
    },
    Counted {
        kind: "bond",
        attr: uapi::LINK_XSTATS_TYPE_BOND as u16,
        sets: &[Set {
            words: &["802.3ad", "lacp"],
            help: "only those of LACP",
            attr: LACP,
            key: "802.3ad",
            nested: true,
            lines: LACP_LINES,
        }],
    },
];

/// `struct br_mcast_stats`.
const MULTICAST_LINES: &[Line] = &[
    line("igmp_queries", "    IGMP queries:", &[], false),
    line("", "      RX: ", &[("rx_v1", "v1 ", 0), ("rx_v2", "v2 ", 2), ("rx_v3", "v3 ", 4)], false),
    line("", "      TX: ", &[("tx_v1", "v1 ", 1), ("tx_v2", "v2 ", 3), ("tx_v3", "v3 ", 5)], true),
    line("igmp_reports", "    IGMP reports:", &[], false),
    line("", "      RX: ", &[("rx_v1", "v1 ", 8), ("rx_v2", "v2 ", 10), ("rx_v3", "v3 ", 12)], false),
    line("", "      TX: ", &[("tx_v1", "v1 ", 9), ("tx_v2", "v2 ", 11), ("tx_v3", "v3 ", 13)], true),
    line("igmp_leaves", "    IGMP leaves: ", &[("rx", "RX: ", 6), ("tx", "TX: ", 7)], true),
    line("", "    IGMP parse errors: ", &[("igmp_parse_errors", "", 14)], false),
    line("mld_queries", "    MLD queries:", &[], false),
    line("", "      RX: ", &[("rx_v1", "v1 ", 15), ("rx_v2", "v2 ", 17)], false),
    line("", "      TX: ", &[("tx_v1", "v1 ", 16), ("tx_v2", "v2 ", 18)], true),
    line("mld_reports", "    MLD reports:", &[], false),
    line("", "      RX: ", &[("rx_v1", "v1 ", 21), ("rx_v2", "v2 ", 23)], false),
    line("", "      TX: ", &[("tx_v1", "v1 ", 22), ("tx_v2", "v2 ", 24)], true),
    line("mld_leaves", "    MLD leaves: ", &[("rx", "RX: ", 19), ("tx", "TX: ", 20)], true),
    line("", "    MLD parse errors: ", &[("mld_parse_errors", "", 25)], false),
];

/// `struct bridge_stp_xstats`.
const STP_LINES: &[Line] = &[
    line("", "    STP BPDU:  ", &[("rx_bpdu", "RX: ", 2), ("tx_bpdu", "TX: ", 3)], false),
    line("", "    STP TCN:   ", &[("rx_tcn", "RX: ", 4), ("tx_tcn", "TX: ", 5)], false),
    line(
        "",
        "    STP Transitions: ",
        &[("transition_blk", "Blocked: ", 0), ("transition_fwd", "Forwarding: ", 1)],
        false,
    ),
];

/// `BOND_3AD_STAT_*`.
const LACP_LINES: &[Line] = &[
    line("", "    LACPDU Rx ", &[("lacpdu_rx", "", 0)], false),
    line("", "    LACPDU Tx ", &[("lacpdu_tx", "", 1)], false),
    line("", "    LACPDU Unknown type Rx ", &[("lacpdu_unknown_rx", "", 2)], false),
    line("", "    LACPDU Illegal Rx ", &[("lacpdu_illegal_rx", "", 3)], false),
    line("", "    Marker Rx ", &[("marker_rx", "", 4)], false),
    line("", "    Marker Tx ", &[("marker_tx", "", 5)], false),
    line("", "    Marker response Rx ", &[("marker_response_rx", "", 6)], false),
    line("", "    Marker response Tx ", &[("marker_response_tx", "", 7)], false),
    line("", "    Marker unknown type Rx ", &[("marker_unknown_rx", "", 8)], false),
];

/// What may follow `xstats`.
pub fn grammar() -> Vec<Entry> {
    let kind = Entry {
        name: "type",
        argument: "bridge|bridge_slave|bond|bond_slave",
        help: "the kind of devices, or the ports of a kind",
    };
    let sets = COUNTED.iter().flat_map(|counted| counted.sets);
    let sets = sets.flat_map(|set| set.words.iter().map(|word| Entry { name: word, argument: "", help: set.help }));
    let device = Entry { name: "dev", argument: "DEV", help: "only those of DEV" };
    [kind].into_iter().chain(sets).chain([device]).collect()
}

const USAGE: &str = "Usage: ip link xstats type KIND [ WORDS of its ]\n";

/// Shows what a kind of devices, or the ports of such, count.
pub fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let Some(word) = words.next() else { return Err(Error::local("xstats: missing argument")) };
    if !matches(word, "type") {
        if matches(word, "help") {
            ip.view.out.text(USAGE);
            return Ok(());
        }
        return Err(wrong("unknown argument", word));
    }
    let name = words.next().ok_or_else(incomplete)?;
    let kind = kinds::by_name(name).filter(|kind| kind.takes != Takes::Nothing);
    let kind = kind.ok_or_else(|| wrong("invalid type", name))?.name;
    let base = kind.strip_suffix("_slave");
    let counted = COUNTED.iter().find(|counted| counted.kind == base.unwrap_or(kind));
    let counted = counted.ok_or_else(|| Error::local(format!("xstats: link type {kind} doesn't support xstats")))?;
    let (mut device, mut chosen) = (None, None);
    while let Some(word) = words.next() {
        let set = counted.sets.iter().find(|set| set.words.iter().any(|name| name.as_bytes() == word));
        match word {
            _ if set.is_some() => chosen = set.map(|set| set.attr),
            b"dev" => device = Some(ip.device(words.require()?)?),
            b"help" => {
                let sets: String = counted.sets.iter().map(|set| format!("[ {} ] ", set.words[0])).collect();
                ip.view.out.text(format_args!("Usage: ip link xstats type {kind} {sets}[ dev DEV ]\n"));
                return Ok(());
            }
            _ => return Err(wrong("unknown attribute", word)),
        }
    }
    let attr = if base.is_some() { uapi::IFLA_STATS_LINK_XSTATS_SLAVE } else { uapi::IFLA_STATS_LINK_XSTATS } as u16;
    ip.begin_json();
    ip.dump(&mut stats::dump(attr), |view, message| {
        let told = stats::decode(message).filter(|(index, _)| device.is_none_or(|device| *index == device));
        let Some((index, sets)) = told.and_then(|(index, kinds)| Some((index, kinds.table::<3>(attr)?))) else {
            return;
        };
        let Some(sets) = sets.nested(counted.attr) else { return };
        view.out.open_object("");
        let name = view.links.name(index);
        match view.out.is_json() {
            true => view.out.str("ifname", "", name, ""),
            false => {
                view.out.text(super::Padded(name, 16));
                view.out.text("\n");
            }
        }
        for attr in sets.filter(|attr| chosen.is_none_or(|chosen| attr.kind == chosen)) {
            if let Some(set) = counted.sets.iter().find(|set| set.attr == attr.kind) {
                show_set(view, set, attr.payload);
            }
        }
        view.out.close_object();
    })
}

/// Shows a set of counters of `kind`, by the word that chooses it, below a line that is still open.
pub fn show_suite(view: &mut View, xstats: &Table<'_, 3>, kind: &str, suite: &str) {
    let counted = COUNTED.iter().find(|counted| counted.kind == kind);
    let set = counted.and_then(|counted| counted.sets.iter().find(|set| set.words.contains(&suite)));
    let (Some(counted), Some(set)) = (counted, set) else { return };
    for attr in xstats.nested(counted.attr).into_iter().flatten().filter(|attr| attr.kind == set.attr) {
        view.out.line();
        show_set(view, set, attr.payload);
    }
}

fn show_set(view: &mut View, set: &Set, payload: &[u8]) {
    let attrs: Table<'_, 10> = if set.nested { Table::new(payload) } else { Table::new(&[]) };
    let counter = |place: u16| match set.nested {
        true => attrs.u64(place),
        false => payload.get(8 * usize::from(place)..)?.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes)),
    };
    view.out.open_object(set.key);
    for line in set.lines {
        let counters = line.counters.iter().filter_map(|(key, text, place)| Some((key, text, counter(*place)?)));
        let counters: Vec<_> = counters.collect();
        if counters.len() < line.counters.len() {
            continue;
        }
        if !line.opens.is_empty() {
            view.out.open_object(line.opens);
        }
        view.out.text(super::Padded("", 16));
        view.out.text(line.text);
        for (i, (key, text, value)) in counters.iter().enumerate() {
            view.out.num(key, text, *value, if i + 1 < counters.len() { " " } else { "" });
        }
        view.out.text("\n");
        if line.closes {
            view.out.close_object();
        }
    }
    view.out.close_object();
}
