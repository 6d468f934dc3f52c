//! `ip ntable`: tables of neighbours and how long their entries are believed.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Request};
use crate::output::{Color, Hex, Prefixed};
use crate::row;
use crate::rows::{self, Row, Value};
use crate::rtnl::ntable::{NeighTable, request};
use crate::rtnl::uapi;
use crate::sys;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix::family_name;
use crate::words::{duplicate, missing, no_device, wrong};

const NAME: Entry = Entry { name: "name", argument: "NAME", help: "the table: arp_cache, ndisc_cache" };
const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "the parameters of DEV, none for those of no device" };

/// The object `ntable`, in both spellings.
pub const fn object(name: &'static str) -> Object {
    Object { name, called: "ntable", help: "tables of neighbours", verbs: VERBS, default: show }
}

const VERBS: &[Verb] = &[
    Verb { name: "change", help: "change parameters", grammar, run: change },
    Verb { name: "chg", help: "", grammar, run: change },
    Verb { name: "show", help: "show tables", grammar: || vec![DEV, NAME], run: show },
    Verb { name: "lst", help: "", grammar: || vec![DEV, NAME], run: show },
    Verb { name: "list", help: "", grammar: || vec![DEV, NAME], run: show },
];

fn grammar() -> Vec<Entry> {
    let rows = LIMITS.iter().chain(PARAMETERS.iter().copied().flatten()).filter(|row| !row.word.is_empty());
    [NAME, DEV].into_iter().chain(rows.map(Row::entry)).collect()
}

const WRONG: &str = "\"{}\" value is invalid";

/// What holds for a table.
const LIMITS: &[Row] = &[
    row!(NDTA_THRESH1, "thresh1", Value::U32, "NUMBER", "entries that are always kept").exact().wrong(WRONG),
    row!(NDTA_THRESH2, "thresh2", Value::U32, "NUMBER", "entries from which old ones go").exact().wrong(WRONG),
    row!(NDTA_THRESH3, "thresh3", Value::U32, "NUMBER", "entries at most").exact().wrong(WRONG),
    row!(NDTA_GC_INTERVAL, "gc_int", Value::U64, "MSEC", "how often old entries are looked for, in ms")
        .exact()
        .wrong(WRONG)
        .key("gc_interval"),
];

/// Parameters, a line each.
const PARAMETERS: [&[Row]; 4] = [
    &[
        row!(NDTPA_REFCNT, "refcnt", Value::U32, "", "who holds them").read_only(),
        row!(NDTPA_REACHABLE_TIME, "reachable", Value::U64, "", "how long an entry is believed, in ms").read_only(),
        row!(NDTPA_BASE_REACHABLE_TIME, "base_reachable", Value::U64, "MSEC", "the mean of that, in ms")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_RETRANS_TIME, "retrans", Value::U64, "MSEC", "time between questions, in ms").exact().wrong(WRONG),
    ],
    &[
        row!(NDTPA_GC_STALETIME, "gc_stale", Value::U64, "MSEC", "when an unused entry is old, in ms")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_DELAY_PROBE_TIME, "delay_probe", Value::U64, "MSEC", "time before the first question, in ms")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_QUEUE_LEN, "queue", Value::U32, "NUMBER", "packets that wait for an answer").exact().wrong(WRONG),
    ],
    &[
        row!(NDTPA_APP_PROBES, "app_probes", Value::U32, "NUMBER", "questions to a daemon").exact().wrong(WRONG),
        row!(NDTPA_UCAST_PROBES, "ucast_probes", Value::U32, "NUMBER", "questions to the neighbour itself")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_MCAST_PROBES, "mcast_probes", Value::U32, "NUMBER", "questions to all").exact().wrong(WRONG),
        row!(NDTPA_MCAST_REPROBES, "mcast_reprobes", Value::U32, "NUMBER", "questions to all once it is silent again")
            .newer()
            .wrong(WRONG),
    ],
    &[
        row!(NDTPA_ANYCAST_DELAY, "anycast_delay", Value::U64, "MSEC", "longest delay of an anycast answer, in ms")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_PROXY_DELAY, "proxy_delay", Value::U64, "MSEC", "longest delay of a proxy's answer, in ms")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_PROXY_QLEN, "proxy_queue", Value::U32, "NUMBER", "questions that wait for a proxy")
            .exact()
            .wrong(WRONG),
        row!(NDTPA_LOCKTIME, "locktime", Value::U64, "MSEC", "how long an entry is not changed, in ms")
            .exact()
            .wrong(WRONG),
    ],
];

/// `struct ndt_stats`, a line each.
const STATS: [&[&str]; 5] = [
    &["allocs", "destroys", "hash_grows"],
    &["res_failed", "lookups", "hits"],
    &["rcv_probes_mcast", "rcv_probes_ucast"],
    &["periodic_gc_runs", "forced_gc_runs"],
    &["table_fulls"],
];

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (mut device, mut name) = (None, None);
    while let Some(word) = words.next() {
        match word {
            b"dev" => {
                let word = words.require()?;
                let index = if word == b"none" { None } else { ip.view.links.index(word) };
                if index.is_none() && word != b"none" {
                    return Err(wrong("\"DEV\" is invalid", word));
                }
                device = Some(index);
            }
            b"name" => name = Some(words.require()?),
            _ => return Err(wrong("unknown", word)),
        }
    }
    let family = ip.view.options.family;
    ip.begin_json();
    let mut request = request(uapi::RTM_GETNEIGHTBL as u32, NlmF::empty(), family);
    let result = ip.dump(&mut request, |view, message| {
        let meant = |table: &NeighTable<'_>| {
            let index = table.parameters().map(|parameters| parameters.u32(uapi::NDTPA_IFINDEX as u16));
            (family == 0 || family == table.family)
                && name.is_none_or(|name| table.name().is_none_or(|its| its == name))
                && device.is_none_or(|device| index.is_none_or(|index| index == device))
        };
        if let Some(table) = NeighTable::decode(message).filter(meant) {
            describe(view, &table);
        }
    });
    result.map_err(|error| Error::words(error.to_string()).with_status(1))
}

fn describe(view: &mut View, table: &NeighTable<'_>) {
    let stats = view.options.stats > 0;
    view.out.open_object("");
    view.out.str("family", "", family_name(table.family), " ");
    if let Some(name) = table.name() {
        view.out.str("name", "", name, " ");
    }
    view.out.line();
    if rows::has(LIMITS, &table.attrs) {
        view.out.text("    ");
        rows::show(view, LIMITS, &table.attrs);
        view.out.line();
    }
    if stats {
        config(view, table);
    }
    if let Some(parameters) = table.parameters() {
        if let Some(index) = parameters.u32(uapi::NDTPA_IFINDEX as u16) {
            let View { out, links, .. } = view;
            out.text("    dev ");
            out.paint(Color::Device, |out| out.str("dev", "", links.name(index), " "));
            out.line();
        }
        for line in PARAMETERS {
            view.out.text("    ");
            rows::show(view, line, &parameters);
            view.out.line();
        }
    }
    if let (true, Some(counters)) = (stats, table.stats()) {
        let mut counters = counters.into_iter();
        view.out.text("    stats ");
        for (i, names) in STATS.iter().enumerate() {
            view.out.text(if i > 0 { "    " } else { "" });
            for name in *names {
                view.out.text(name);
                view.out.num(name, " ", counters.next().unwrap_or(0), " ");
            }
            view.out.line();
        }
    }
    view.out.text("\n");
    view.out.close_object();
    view.out.flush_if_full();
}

fn config(view: &mut View, table: &NeighTable<'_>) {
    let (Some((key, entry)), Some(config)) = (table.sizes(), table.config()) else { return };
    let [entries, last_flush, last_rand, hash, mask, chain, proxies] = config;
    let out = &mut view.out;
    out.num("key_length", "    config key_len ", key, " ");
    out.num("entry_size", "entry_size ", entry, " ");
    out.num("entries", "entries ", entries, " ");
    out.line();
    out.str("last_flush", "        last_flush ", ago(last_flush), " ");
    out.str("last_rand", "last_rand ", ago(last_rand), " ");
    out.line();
    out.num("hash_rnd", "        hash_rnd ", hash, " ");
    match out.is_json() {
        true => out.str("hash_mask", "", Prefixed(mask.into()), ""),
        false => out.str("hash_mask", "hash_mask ", Hex(mask.into(), 8), " "),
    }
    out.num("hash_chain_gc", "hash_chain_gc ", chain, " ");
    out.num("proxy_qlen", "proxy_qlen ", proxies, " ");
    out.line();
}

/// The moment that is some milliseconds ago.
fn ago(millis: u32) -> String {
    if millis == 0 {
        return "(error)".to_string();
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() as i64;
    let t = sys::calendar(now - i64::from(millis / 1000), true);
    let (month, day) = (t.month, t.day);
    format!("{}-{month:02}-{day:02} {:02}:{:02}:{:02}", t.year, t.hour, t.minute, t.second)
}

fn change(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let family = ip.view.options.family;
    let mut request = request(uapi::RTM_SETNEIGHTBL as u32, NlmF::REPLACE, family);
    let mut parameters = Request::new(0u16, NlmF::empty());
    let (mut named, mut changes, mut device) = (false, false, None);
    while let Some(word) = words.next() {
        match word {
            b"name" => {
                let name = words.require()?;
                if named {
                    return Err(duplicate("NAME", name));
                }
                named = true;
                request.word(words.place() - 1).string(uapi::NDTA_NAME as u16, name);
            }
            b"dev" => {
                let name = words.require()?;
                device = Some(ip.view.links.index(name).ok_or_else(|| no_device(name))?);
            }
            _ => {
                let view = &mut ip.view;
                let mut known = rows::parse(LIMITS, &[], None, view, &mut words, &mut request)?;
                for rows in PARAMETERS {
                    known = known || rows::parse(rows, &[], None, view, &mut words, &mut parameters)?;
                }
                if !known {
                    return Err(wrong("unknown", word));
                }
                changes = true;
            }
        }
    }
    if !named {
        return Err(missing("NAME"));
    }
    if !changes {
        return Err(Error::words("Not enough information: changeable attributes required."));
    }
    if let Some(index) = device {
        parameters.u32(uapi::NDTPA_IFINDEX as u16, index);
    }
    let bytes = parameters.body_mut();
    if !bytes.is_empty() {
        request.attr(uapi::NDTA_PARMS as u16, bytes);
    }
    // The stock tool leaves at once here, in the midst of a batch too.
    ip.ask(&mut request).map_err(|error| Error::words(error.to_string()).with_status(2))
}
