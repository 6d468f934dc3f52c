//! `ip stats`: what is counted of devices, in groups, subgroups and suites.

use super::{Ip, Object, Run, Verb, View, link};
use crate::error::{Error, Result};
use crate::netlink::{Message, Table};
use crate::output::{Color, Out};
use crate::rows;
use crate::rtnl::link::Stats;
use crate::rtnl::stats::{self, HardwareStats, Kinds};
use crate::rtnl::uapi;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{garbage, is_device_name, no_device, shown, wrong};

const LINK_64: u16 = uapi::IFLA_STATS_LINK_64 as u16;
const XSTATS: u16 = uapi::IFLA_STATS_LINK_XSTATS as u16;
const XSTATS_SLAVE: u16 = uapi::IFLA_STATS_LINK_XSTATS_SLAVE as u16;
const OFFLOAD: u16 = uapi::IFLA_STATS_LINK_OFFLOAD_XSTATS as u16;
const AF_SPEC: u16 = uapi::IFLA_STATS_AF_SPEC as u16;

const CPU_HIT: u16 = uapi::IFLA_OFFLOAD_XSTATS_CPU_HIT as u16;
const INFO: u16 = uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO as u16;
const L3_STATS: u16 = uapi::IFLA_OFFLOAD_XSTATS_L3_STATS as u16;

/// `MPLS_STATS_LINK` (`linux/mpls.h`).
const MPLS_STATS_LINK: u16 = 1;

/// What a name is of, by its place in the path.
const LEVELS: [&str; 3] = ["group", "subgroup", "suite"];

/// Statistics that are shown together.
struct Suite {
    /// The names of its group, subgroup and itself, as many as it has.
    path: &'static [&'static str],
    /// The attribute (`IFLA_STATS_*`) that holds it.
    attr: u16,
    /// What is asked for inside the attribute, a bit for each (`IFLA_OFFLOAD_XSTATS_*` less one).
    nested: u32,
    /// Shows it behind the line that is open.
    show: fn(&mut View, &Suite, &Kinds<'_>),
}

/// All of them, in the order in which iproute2 6.1 shows them.
const SUITES: &[Suite] = &[
    Suite { path: &["afstats", "mpls"], attr: AF_SPEC, nested: 0, show: mpls },
    Suite { path: &["link"], attr: LINK_64, nested: 0, show: counters },
    Suite { path: &["offload", "l3_stats"], attr: OFFLOAD, nested: bit(L3_STATS) | bit(INFO), show: l3_stats },
    Suite { path: &["offload", "hw_stats_info"], attr: OFFLOAD, nested: bit(INFO), show: hardware },
    Suite { path: &["offload", "cpu_hit"], attr: OFFLOAD, nested: bit(CPU_HIT), show: cpu_hit },
    Suite { path: &["xstats_slave", "bond", "802.3ad"], attr: XSTATS_SLAVE, nested: 0, show: xstats },
    Suite { path: &["xstats", "bond", "802.3ad"], attr: XSTATS, nested: 0, show: xstats },
    Suite { path: &["xstats_slave", "bridge", "mcast"], attr: XSTATS_SLAVE, nested: 0, show: xstats },
    Suite { path: &["xstats_slave", "bridge", "stp"], attr: XSTATS_SLAVE, nested: 0, show: xstats },
    Suite { path: &["xstats", "bridge", "mcast"], attr: XSTATS, nested: 0, show: xstats },
    Suite { path: &["xstats", "bridge", "stp"], attr: XSTATS, nested: 0, show: xstats },
];

const fn bit(attr: u16) -> u32 {
    1 << (attr - 1)
}

const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "the device" };

const SHOW: &[Entry] = &[
    DEV,
    Entry { name: "group", argument: "link|offload|xstats|xstats_slave|afstats", help: "only these; may be repeated" },
    Entry {
        name: "subgroup",
        argument: "cpu_hit|hw_stats_info|l3_stats|bridge|bond|mpls",
        help: "only these of the group; may be repeated",
    },
    Entry { name: "suite", argument: "stp|mcast|802.3ad", help: "only these of the subgroup; may be repeated" },
];

const SET: &[Entry] = &[
    DEV,
    Entry { name: "l3_stats", argument: "on|off", help: "whether hardware counts what is routed by the device" },
];

/// The object `stats`.
pub const STATS: Object =
    Object { name: "stats", called: "stats", help: "what is counted of devices", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    verb("show", "show counters", || SHOW.to_vec(), show),
    verb("set", "count more, or less", || SET.to_vec(), set),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

/// What the stock tool leaves with where it has said what is wrong with a word.
const INVALID: u8 = libc::EINVAL as u8;

fn invalid(text: String) -> Error {
    Error::local(text).with_status(INVALID)
}

fn usage() -> Error {
    crate::commands::object_usage(&STATS).with_status(0)
}

fn strange(word: &[u8]) -> Error {
    invalid(format!("What is \"{}\"?\n{}", shown(word), usage()))
}

fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    match words.next() {
        None => show(ip, words),
        Some(b"help") => Err(usage()),
        Some(b"show") => {
            // The verb is worth one `-stats`, `-details` another.
            let (stats, details) = (ip.view.options.stats, ip.view.options.details);
            ip.view.options.stats += details + 1;
            let result = show(ip, words);
            ip.view.options.stats = stats;
            result
        }
        Some(b"set") => set(ip, words),
        Some(word) => {
            let word = shown(word);
            Err(Error::local(format!("Command \"{word}\" is unknown, try \"ip stats help\".")))
        }
    }
}

/// Which suites are meant.
#[derive(Default)]
struct Chosen<'a> {
    /// A bit for each of [`SUITES`].
    suites: u16,
    /// The names that were given last: of a group, a subgroup in it, a suite in that.
    path: Vec<&'a [u8]>,
}

impl<'a> Chosen<'a> {
    /// A name of this level: what was chosen before is complete unless this goes deeper.
    fn name(&mut self, level: usize, name: &'a [u8]) -> Result<()> {
        if let Some(missing) = LEVELS[..level].get(self.path.len()) {
            let (what, name) = (LEVELS[level], shown(name));
            return Err(invalid(format!("Error: {what} {name} requested without selecting a {missing} first")));
        }
        if self.path.len() > level {
            self.choose()?;
        }
        self.path.truncate(level);
        self.path.push(name);
        Ok(())
    }

    /// Adds the suites that the path leads to.
    fn choose(&mut self) -> Result<()> {
        let is = |path: &[&str], names: &[&[u8]]| path.iter().map(|name| name.as_bytes()).eq(names.iter().copied());
        let begins = |suite: &Suite, len: usize| suite.path.get(..len).is_some_and(|path| is(path, &self.path[..len]));
        for (at, name) in self.path.iter().enumerate() {
            let (level, name) = (LEVELS[at], shown(name));
            let inside = at.checked_sub(1).map(|above| (LEVELS[above], shown(self.path[above])));
            if SUITES.iter().any(|suite| at > 0 && is(suite.path, &self.path[..at])) {
                let (above, leaf) = inside.unwrap_or_default();
                return Err(invalid(format!("Error: {level} {name} requested inside leaf {above} {leaf}")));
            }
            if !SUITES.iter().any(|suite| begins(suite, at + 1)) {
                let inside = inside.map_or("top-level".into(), |(_, name)| name);
                return Err(invalid(format!("Error: no {level} named {name} found inside {inside}")));
            }
        }
        let found = SUITES.iter().enumerate().filter(|(_, suite)| begins(suite, self.path.len()));
        self.suites |= found.fold(0, |found, (at, _)| found | 1 << at);
        Ok(())
    }
}

/// The suites with a bit in `chosen`.
fn suites(chosen: u16) -> impl Iterator<Item = &'static Suite> {
    SUITES.iter().enumerate().filter(move |(at, _)| chosen & 1 << at != 0).map(|(_, suite)| suite)
}

fn device<'a>(words: &mut Words<'a>, before: Option<&[u8]>) -> Result<&'a [u8]> {
    let name = words.require()?;
    if before.is_some() {
        return Err(garbage("dev", name));
    }
    if is_device_name(name) { Ok(name) } else { Err(wrong("\"dev\" not a valid ifname", name)) }
}

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (mut chosen, mut name) = (Chosen::default(), None);
    while let Some(word) = words.next() {
        match (word, LEVELS.iter().position(|level| level.as_bytes() == word)) {
            (b"dev", _) => name = Some(device(&mut words, name)?),
            (b"help", _) => return Err(usage()),
            (_, Some(level)) => chosen.name(level, words.require()?)?,
            _ => return Err(strange(word)),
        }
    }
    chosen.choose()?;
    let chosen = chosen.suites;
    let index = match name {
        Some(name) => ip.view.links.index(name).ok_or_else(|| no_device(name))?,
        None => 0,
    };
    let (mask, nested) =
        suites(chosen).fold((0, 0), |(mask, nested), suite| (mask | bit(suite.attr), nested | suite.nested));
    let mut request = stats::get(index, mask, nested);
    ip.begin_json();
    if index != 0 {
        return ip.get(&mut request, |view, message| describe(view, chosen, message));
    }
    let dumped = ip.dump(&mut request, |view, message| {
        describe(view, chosen, message);
        view.out.line();
        view.out.flush_if_full();
    });
    dumped.map_err(|error| error.with_status(2))
}

/// Shows what a message tells of these suites, each of them on a line and those below.
fn describe(view: &mut View, chosen: u16, message: &Message<'_>) {
    let Some((index, kinds)) = stats::decode(message) else { return };
    for suite in suites(chosen) {
        head(view, index);
        for (level, name) in LEVELS.iter().zip(suite.path) {
            view.out.text(format_args!(" {level} "));
            view.out.str(level, "", *name, "");
        }
        (suite.show)(view, suite, &kinds);
        view.out.close_object();
        view.out.line();
    }
}

fn head(view: &mut View, index: u32) {
    let View { out, links, .. } = view;
    out.open_object("");
    out.num("ifindex", "", index, ":");
    out.paint(Color::Device, |out| out.str("ifname", " ", links.name(index), ":"));
}

/// Shows an event, as `ip monitor` has it: whether hardware counts.
pub fn describe_event(view: &mut View, message: &Message<'_>) {
    let Some((index, kinds)) = stats::decode(message) else { return };
    head(view, index);
    info(view, &kinds);
    view.out.close_object();
    view.out.line();
}

fn mpls(view: &mut View, _: &Suite, kinds: &Kinds<'_>) {
    let of_families = kinds.nested(AF_SPEC).into_iter().flatten();
    let mpls = of_families.filter(|attr| i32::from(attr.kind) == libc::AF_MPLS).last();
    let Some(mpls) = mpls.and_then(|attr| Table::<2>::new(attr.payload).get(MPLS_STATS_LINK)) else { return };
    view.out.line();
    view.out.open_object("mpls_stats");
    link::mpls_counters(view, "    ", mpls);
    view.out.close_object();
}

fn counters(view: &mut View, _: &Suite, kinds: &Kinds<'_>) {
    view.out.line();
    if let Some(payload) = kinds.get(LINK_64) {
        link::counters(view, &Stats::decode(payload, 8), None);
    }
}

fn cpu_hit(view: &mut View, _: &Suite, kinds: &Kinds<'_>) {
    view.out.line();
    if let Some(payload) = stats::offload(kinds).and_then(|offload| offload.get(CPU_HIT)) {
        link::counters(view, &Stats::decode(payload, 8), None);
    }
}

fn hardware(view: &mut View, _: &Suite, kinds: &Kinds<'_>) {
    info(view, kinds);
}

/// Which of its statistics hardware counts.
fn info(view: &mut View, kinds: &Kinds<'_>) {
    let Some(payload) = stats::offload(kinds).and_then(|offload| offload.get(INFO)) else { return };
    let out = &mut view.out;
    out.line();
    out.open_object("info");
    if let Some(l3) = HardwareStats::decode(payload) {
        out.text("    l3_stats");
        out.open_object("l3_stats");
        switches(out, &l3);
        out.close_object();
    }
    out.close_object();
}

fn switches(out: &mut Out, hardware: &HardwareStats) {
    if let Some(on) = hardware.requested {
        out.on_off("request", " ", on, "");
    }
    if let Some(on) = hardware.used {
        out.on_off("used", " used ", on, "");
    }
}

/// The counters in a `struct rtnl_hw_stats64`.
const HARDWARE: [&[link::Counter]; 2] = [
    &[
        ("bytes", "bytes", 2, 9),
        ("packets", "packets", 0, 7),
        ("errors", "errors", 4, 6),
        ("dropped", "dropped", 6, 7),
        ("multicast", "mcast", 8, 7),
    ],
    &[("bytes", "bytes", 3, 9), ("packets", "packets", 1, 7), ("errors", "errors", 5, 6), ("dropped", "dropped", 7, 7)],
];

fn l3_stats(view: &mut View, _: &Suite, kinds: &Kinds<'_>) {
    let Some(offload) = stats::offload(kinds) else { return };
    let Some(info) = offload.get(INFO) else { return };
    view.out.open_object("info");
    if let Some(l3) = HardwareStats::decode(info) {
        switches(&mut view.out, &l3);
    }
    view.out.close_object();
    if let Some(payload) = offload.get(L3_STATS) {
        view.out.line();
        view.out.open_object("stats64");
        link::table(view, "    ", HARDWARE, payload);
        view.out.close_object();
    }
}

fn xstats(view: &mut View, suite: &Suite, kinds: &Kinds<'_>) {
    if let (Some(xstats), [_, kind, name]) = (kinds.table::<3>(suite.attr), suite.path) {
        link::show_suite(view, &xstats, kind, name);
    }
}

fn set(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (mut name, mut on) = (None, None);
    while let Some(word) = words.next() {
        match word {
            b"dev" => name = Some(device(&mut words, name)?),
            b"l3_stats" => {
                let word = words.require()?;
                if on.is_some() {
                    return Err(invalid("A statistics suite to toggle was already given.".into()));
                }
                on = Some(rows::on_off("l3_stats", word).map_err(|error| invalid(error.to_string()))?);
            }
            b"help" => return Err(usage()),
            _ => return Err(strange(word)),
        }
    }
    let missing = |what| Error::words(format!("Not enough information: {what} is required."));
    let name = name.ok_or_else(|| missing("\"dev\" argument"))?;
    let on = on.ok_or_else(|| missing("stat type to toggle"))?;
    let index = ip.view.links.index(name).ok_or_else(|| no_device(name))?;
    ip.ask(&mut stats::set_l3(index, on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_suites() {
        let chosen = |line: &str| {
            let mut chosen = Chosen::default();
            for pair in line.split_whitespace().collect::<Vec<_>>().chunks_exact(2) {
                let level = LEVELS.iter().position(|level| *level == pair[0]).unwrap();
                chosen.name(level, pair[1].as_bytes()).map_err(|error| error.to_string())?;
            }
            chosen.choose().map_err(|error| error.to_string())?;
            Ok::<_, String>(suites(chosen.suites).map(|suite| suite.path.join("/")).collect::<Vec<_>>())
        };
        assert_eq!(chosen("").unwrap().len(), SUITES.len());
        assert_eq!(chosen("group link").unwrap(), ["link"]);
        assert_eq!(
            chosen("group xstats subgroup bridge suite stp suite mcast group link").unwrap(),
            ["link", "xstats/bridge/mcast", "xstats/bridge/stp"]
        );
        for (line, why) in [
            ("subgroup x", "Error: subgroup x requested without selecting a group first"),
            ("group offload suite x", "Error: suite x requested without selecting a subgroup first"),
            ("group x", "Error: no group named x found inside top-level"),
            ("group link subgroup x", "Error: subgroup x requested inside leaf group link"),
            ("group offload subgroup l3_stats suite x", "Error: suite x requested inside leaf subgroup l3_stats"),
            ("group xstats subgroup bridge suite x", "Error: no suite named x found inside bridge"),
        ] {
            assert_eq!(chosen(line), Err(why.to_string()), "{line}");
        }
    }
}
