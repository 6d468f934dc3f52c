//! What may stand next on a command line: the completions of every shell ask here, and the tables answer.
//!
//! `iplab __complete WORD …` gets the words typed so far, the name of the tool first and the word under the cursor last,
//! and prints a candidate to a line: the word, and behind a tab what it is.

use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::tools::{Grammar, TOOLS, by_name};
use crate::commands::{self, IP, Object, Program};
use crate::kinds::KINDS;
use crate::output::Out;
use crate::sys::netns;
use crate::tour;
use crate::words::getopt::{Opt, Takes};
use crate::words::keyword::Entry;
use crate::words::{matches, options, shown};

/// The word behind `iplab` that asks for candidates.
pub const NAME: &[u8] = b"__complete";

/// A word that may stand next, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The word.
    pub word: String,
    /// One line of help, empty where there is none.
    pub help: &'static str,
}

fn candidate(word: impl Into<String>, help: &'static str) -> Candidate {
    Candidate { word: word.into(), help }
}

/// Prints the candidates for the last of `words`.
pub fn main(words: &[&[u8]]) -> u8 {
    let mut out = Out::new();
    for Candidate { word, help } in candidates(words) {
        out.text(format_args!("{word}\t{help}\n"));
    }
    out.finish();
    0
}

/// The candidates for the last of `words`, of which the first is the name of a tool.
pub fn candidates(words: &[&[u8]]) -> Vec<Candidate> {
    let Some((&last, before)) = words.split_last() else { return Vec::new() };
    let mut found = match before.split_first() {
        Some((tool, before)) => of_tool(tool, before, last),
        None => Vec::new(),
    };
    found.retain(|candidate| candidate.word.as_bytes().starts_with(last));
    found
}

fn of_tool(name: &[u8], before: &[&[u8]], last: &[u8]) -> Vec<Candidate> {
    let name = name.rsplit(|&b| b == b'/').next().unwrap_or(name);
    let Some(tool) = by_name(name) else {
        return match before.split_first() {
            None => tools().chain(objects(&IP)).collect(),
            Some((first, rest)) if by_name(first).is_some() && !is_object(first) => of_tool(first, rest, last),
            Some(_) => of_program(&IP, before, last),
        };
    };
    match tool.grammar {
        Grammar::Program(program) => of_program(program, before, last),
        Grammar::Options(table) if last.starts_with(b"-") => options_of(table),
        Grammar::Options(table) => match (awaited(table, before), tool.name) {
            (Some("DEV"), _) => devices(),
            (Some(_), _) => Vec::new(),
            (None, "sysctl") => keys(last),
            (None, "arp" | "route") => devices(),
            (None, _) => Vec::new(),
        },
        Grammar::Command(_) if tool.name == "tour" => {
            let options = tour::OPTIONS.iter().map(|(name, help)| candidate(format!("--{name}"), help));
            options.chain(tour::LESSONS.iter().map(|(name, _)| candidate(*name, "a lesson"))).collect()
        }
        Grammar::Command(_) => match before.iter().position(|word| *word == b"--") {
            Some(at) => of_command(&before[at + 1..], last),
            None => vec![candidate("--", "the command follows"), candidate("--help", "show a summary")],
        },
    }
}

/// A command of its own behind ours, where it is one of our tools.
fn of_command(before: &[&[u8]], last: &[u8]) -> Vec<Candidate> {
    match before.split_first() {
        Some((tool, rest)) if by_name(tool).is_some() || *tool == b"iplab" => of_tool(tool, rest, last),
        _ => Vec::new(),
    }
}

fn is_object(word: &[u8]) -> bool {
    IP.objects.iter().any(|object| object.name.as_bytes() == word)
}

fn tools() -> impl Iterator<Item = Candidate> {
    TOOLS.iter().map(|tool| candidate(tool.name, tool.help))
}

fn objects(program: &'static Program) -> impl Iterator<Item = Candidate> {
    program.objects.iter().filter(|object| !object.help.is_empty()).map(|object| candidate(object.name, object.help))
}

/// `ip` or `bridge`: options, an object, its verb, keywords.
fn of_program(program: &'static Program, before: &[&[u8]], last: &[u8]) -> Vec<Candidate> {
    let mut rest = before;
    while let Some((word, behind)) = rest.split_first().filter(|(word, _)| word.starts_with(b"-")) {
        rest = behind;
        let Some(row) = options::by_word(program.options, word).filter(|row| !row.argument.is_empty()) else {
            continue;
        };
        let Some((argument, behind)) = rest.split_first() else { return values(row.argument) };
        if row.argument == "NETNS" {
            // The devices to be shown are that namespace's; where it cannot be entered there are none to show.
            let _ = netns::enter(argument);
        }
        rest = behind;
    }
    let Some((object, rest)) = rest.split_first() else {
        return if last.starts_with(b"-") { options_of_program(program) } else { objects(program).collect() };
    };
    let Some(object) = program.object(object) else { return Vec::new() };
    of_object(object, rest, last)
}

/// An object: its part if it has such, its verb, keywords.
fn of_object(object: &Object, before: &[&[u8]], last: &[u8]) -> Vec<Candidate> {
    let parts = commands::parts(object);
    match before.split_first() {
        None if !parts.is_empty() => {
            let parts = parts.iter().filter(|part| !part.help.is_empty());
            parts.map(|part| candidate(part.name, part.help)).chain([candidate("help", "show a summary")]).collect()
        }
        Some((word, rest)) if !parts.is_empty() => match parts.iter().find(|part| matches(word, part.name)) {
            Some(part) => of_object(part, rest, last),
            None => Vec::new(),
        },
        _ if object.verbs.is_empty() => of_grammar(&commands::words(object), before, last),
        _ => match object.verbs.iter().find_map(|verb| Some((verb, behind(verb.name, before)?))) {
            Some((verb, rest)) => of_grammar(&(verb.grammar)(), rest, last),
            None => verbs(object, before),
        },
    }
}

fn options_of_program(program: &Program) -> Vec<Candidate> {
    program.options.iter().map(|row| candidate(format!("-{}", row.name), row.help)).collect()
}

fn options_of(table: &[Opt]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for opt in table.iter().filter(|opt| !opt.help.is_empty()) {
        if opt.short != 0 {
            found.push(candidate(format!("-{}", char::from(opt.short)), opt.help));
        }
        if !opt.long.is_empty() {
            found.push(candidate(format!("--{}", opt.long), opt.help));
        }
    }
    found
}

/// What the argument is called that the last word asks for, if that is an option with one.
fn awaited(table: &[Opt], before: &[&[u8]]) -> Option<&'static str> {
    let word = before.last()?;
    let is = |opt: &&Opt| match word.strip_prefix(b"--") {
        Some(long) => opt.long.as_bytes() == long,
        None => word.len() == 2 && word[0] == b'-' && word[1] == opt.short,
    };
    table.iter().find(is).filter(|opt| opt.takes == Takes::Argument).map(|opt| opt.argument)
}

/// The words behind those of the verb called `name`, some of which has two words; nothing where it is another.
fn behind<'a>(name: &str, before: &'a [&'a [u8]]) -> Option<&'a [&'a [u8]]> {
    let mut rest = before;
    for part in name.split(' ') {
        let (word, behind) = rest.split_first()?;
        rest = matches(word, part).then_some(behind)?;
    }
    Some(rest)
}

/// The words of verbs that may stand behind `before`.
fn verbs(object: &Object, before: &[&[u8]]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for verb in object.verbs.iter().filter(|verb| !verb.help.is_empty()) {
        let mut parts = verb.name.split(' ');
        if !before.iter().all(|word| parts.next().is_some_and(|part| matches(word, part))) {
            continue;
        }
        let Some(part) = parts.next().filter(|part| !found.iter().any(|known| known.word == *part)) else { continue };
        found.push(candidate(part, if parts.next().is_some() { "" } else { verb.help }));
    }
    if before.is_empty() {
        found.push(candidate("help", "show a summary"));
    }
    found
}

/// What may follow where these are the words.
fn of_grammar(grammar: &[Entry], before: &[&[u8]], last: &[u8]) -> Vec<Candidate> {
    // Words in fixed places: the names of namespaces, and the command behind one.
    if let Some(first) = grammar.first().filter(|entry| entry.name.is_empty()) {
        return match (before, grammar.get(1)) {
            ([], _) => values(first.argument),
            ([name, command @ ..], Some(second)) if second.argument == "COMMAND" => {
                let _ = netns::enter(name);
                of_command(command, last)
            }
            ([_], Some(second)) => values(second.argument),
            _ => Vec::new(),
        };
    }
    let kind = before.windows(2).rev().find(|pair| pair[0] == b"type").and_then(|pair| crate::kinds::by_name(pair[1]));
    let of_kind = kind.map(|kind| kind.rows).unwrap_or_default();
    let argument = before.last().and_then(|word| {
        let named = |name: &str| name.as_bytes() == *word;
        let keyword = grammar.iter().find(|entry| !entry.name.is_empty() && named(entry.name));
        let row = of_kind.iter().find(|row| !row.word.is_empty() && named(row.word));
        row.map(|row| row.argument).or(keyword.map(|entry| entry.argument))
    });
    if let Some(argument) = argument.filter(|argument| !argument.is_empty()) {
        return values(argument);
    }
    let used =
        |entry: &&Entry| !entry.name.is_empty() && !entry.help.is_empty() && !before.contains(&entry.name.as_bytes());
    let keywords = grammar.iter().filter(used).map(|entry| candidate(entry.name, entry.help));
    let rows = of_kind.iter().filter(|row| !row.word.is_empty()).map(|row| candidate(row.word, row.help));
    let mut found: Vec<Candidate> = keywords.chain(rows).collect();
    // `dev` may be left out.
    if before.is_empty() && grammar.iter().any(|entry| entry.name == "dev") {
        found.extend(devices());
    }
    found
}

/// What an argument of this name may be.
fn values(argument: &str) -> Vec<Candidate> {
    match argument {
        "DEV" => devices(),
        "NETNS" => namespaces(),
        "KIND" | "TYPE" => KINDS.iter().map(|kind| candidate(kind.name, kind.help)).collect(),
        words if words.contains('|') => {
            // More arguments may follow the first, and it may be left out where it stands in brackets.
            let words = words.replace(" | ", "|");
            let words = words.trim_matches(['[', ' ']).split(' ').next().unwrap_or_default().trim_end_matches(']');
            let plain = |word: &&str| word.bytes().any(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            words.split('|').filter(plain).map(|word| candidate(word, "")).collect()
        }
        _ => Vec::new(),
    }
}

fn devices() -> Vec<Candidate> {
    let Ok(all) = nix::net::if_::if_nameindex() else { return Vec::new() };
    all.iter().map(|device| candidate(shown(device.name().to_bytes()), "device")).collect()
}

fn namespaces() -> Vec<Candidate> {
    let Ok(names) = netns::names() else { return Vec::new() };
    names.map(|name| candidate(shown(name.as_bytes()), "network namespace")).collect()
}

/// Keys of `sysctl` a part further than `typed`.
fn keys(typed: &[u8]) -> Vec<Candidate> {
    let typed = shown(typed);
    let separator = if typed.contains('/') { '/' } else { '.' };
    let parent = typed.rfind(separator).map_or("", |at| &typed[..=at]);
    // A part is not to lead out of the directory.
    if parent.split(separator).any(|part| part == "..") {
        return Vec::new();
    }
    let directory = parent.split(separator).map(|part| match separator {
        '.' => part.replace('/', "."),
        _ => part.to_string(),
    });
    let Ok(entries) = fs::read_dir(format!("/proc/sys/{}", directory.collect::<Vec<_>>().join("/"))) else {
        return Vec::new();
    };
    let mut found: Vec<Candidate> = entries
        .flatten()
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = if separator == '.' { name.replace('.', "/") } else { name };
            let end = if entry.path().is_dir() { separator.to_string() } else { String::new() };
            candidate(format!("{parent}{name}{end}"), "")
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        candidates(&words).into_iter().map(|candidate| candidate.word).collect()
    }

    #[test]
    fn tools_objects_verbs_and_keywords() {
        assert_eq!(words("iplab ne"), ["neighbor", "neighbour", "netns", "netconf", "nexthop"]);
        assert_eq!(words("iplab ip ne"), words("ip ne"));
        assert_eq!(words("ip -j netn"), ["netns"]);
        assert_eq!(words("ip -net"), ["-netns"]);
        assert_eq!(words("ip netns e"), ["exec"]);
        assert_eq!(words("ip link add x type ve"), ["veth"]);
        assert_eq!(words("ip link add x type bridge vlan_f"), ["vlan_filtering"]);
        assert_eq!(words("ip link add x type bridge vlan_filtering "), ["0", "1"]);
        assert_eq!(words("ip address add 10.0.0.1/24 sc"), ["scope"]);
        assert_eq!(words("arp --num"), ["--numeric"]);
        assert_eq!(words("iplab lab -- ip netns e"), ["exec"]);
        assert_eq!(words("iplab route a"), words("ip route a"));
        assert_eq!(words("bridge -com"), ["-compressvlans"]);
        assert_eq!(words("iplab bridge fdb fl"), ["flush"]);
        assert_eq!(words("bridge link set dev lo hair"), ["hairpin"]);
        assert_eq!(words("bridge link set dev lo hairpin "), ["on", "off"]);
        assert_eq!(words("ip nothing "), Vec::<String>::new());
        assert_eq!(words("ip xfrm "), ["state", "policy", "monitor", "help"]);
        assert_eq!(words("ip xfrm st"), ["state"]);
        assert_eq!(words("ip x p setd"), ["setdefault"]);
        assert_eq!(words("ip xfrm state add repl"), {
            ["replay-window", "replay-seq", "replay-seq-hi", "replay-oseq", "replay-oseq-hi"]
        });
        assert_eq!(words("ip xfrm state add offload p"), ["packet"]);
        assert_eq!(words("ip xfrm policy add dir "), ["in", "out", "fwd"]);
        assert_eq!(words("ip xfrm monitor policy ac"), ["acquire"]);
        assert_eq!(words("sysctl kernel.ostyp"), ["kernel.ostype"]);
        assert_eq!(words("sysctl kernel/ostyp"), ["kernel/ostype"]);
    }

    #[test]
    fn devices_that_exist() {
        for line in ["ip link show l", "ip link show dev l", "ip addr add 10.0.0.1/8 dev l", "arp -i l"] {
            assert!(words(line).contains(&"lo".to_string()), "{line}: {:?}", words(line));
        }
    }
}
