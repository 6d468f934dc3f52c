//! Command lines of words that the grammars have, and of others. Nothing can be opened: no line reaches a kernel.

use std::sync::LazyLock;

use fastrand::Rng;
use iplab::cli::{Grammar, TOOLS};
use iplab::commands::{Object, parts};

use crate::mutate::mutate;
use crate::worker::Input;

/// What arguments are, and what they are not.
const VALUES: &[&str] = &[
    "lo",
    "eth0",
    "if7",
    "10.0.0.1",
    "10.0.0.0/8",
    "fe80::1/64",
    "::",
    "default",
    "any",
    "0",
    "1",
    "-1",
    "255",
    "65536",
    "4294967296",
    "18446744073709551616",
    "0x10",
    "1:2",
    "1-2",
    "1,2",
    "1/2",
    "02:00:00:00:00:01",
    "all",
    "none",
    "on",
    "off",
    "",
    "-",
    "--",
    "!",
    "/",
    ":",
    ",",
    "1s",
    "10ms",
    "1.5",
    "blue",
    "type",
    "bridge",
    "vlan",
    "vxlan",
    "gre",
    "sit",
    "geneve",
    "bond",
    "macvlan",
    "veth",
    "peer",
    "via",
    "inet6",
    "encap",
    "mpls",
    "ip",
    "seg6",
    "bpf",
    "nexthop",
    "group",
    "\u{e9}\u{20ac}",
    "a-name-that-is-longer-than-any-device-may-have",
];

/// Objects whose commands do more to the machine than to send requests.
const LEFT_OUT: &[&str] = &["netns", "vrf", "monitor"];

/// Every word of every grammar.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let programs = TOOLS.iter().filter_map(|tool| match tool.grammar {
        Grammar::Program(program) => Some(program.objects),
        _ => None,
    });
    let objects = programs.flatten().filter(|object| is_tried(object));
    let verbs = objects.flat_map(|object| object.verbs.iter().chain(parts(object).iter().flat_map(|part| part.verbs)));
    let mut words: Vec<&str> = verbs.flat_map(|verb| (verb.grammar)()).map(|entry| entry.name).collect();
    words.sort_unstable();
    words.dedup();
    words
});

fn is_tried(object: &Object) -> bool {
    !LEFT_OUT.contains(&object.name)
}

fn argument(rng: &mut Rng, name: &str) -> Vec<u8> {
    let choices: Vec<&str> = name.split(['|', ' ']).collect();
    let word = match rng.u8(0..10) {
        0..3 => choices[rng.usize(0..choices.len())],
        3 => WORDS[rng.usize(0..WORDS.len())],
        _ => VALUES[rng.usize(0..VALUES.len())],
    };
    match rng.u8(0..8) {
        0 => mutate(rng, word.as_bytes(), b"0123456789abcdef:/.,-+x"),
        _ => word.into(),
    }
}

/// A word, or its beginning.
fn shortened(rng: &mut Rng, word: &str) -> Vec<u8> {
    let len = if rng.u8(0..6) == 0 { rng.usize(0..=word.len()) } else { word.len() };
    word.as_bytes()[..len].to_vec()
}

fn keywords(rng: &mut Rng, entries: &[(&str, &str)], line: &mut Vec<Vec<u8>>) {
    for _ in 0..rng.usize(0..8) {
        if entries.is_empty() || rng.u8(0..5) == 0 {
            line.push(argument(rng, ""));
            continue;
        }
        let (name, value) = entries[rng.usize(0..entries.len())];
        line.push(shortened(rng, name));
        if !value.is_empty() && rng.u8(0..10) != 0 {
            line.push(argument(rng, value));
        }
    }
}

fn line(rng: &mut Rng) -> Vec<Vec<u8>> {
    // `lab` is a command with its words: it would carry them out.
    let tools: Vec<_> = TOOLS.iter().filter(|tool| !matches!(tool.grammar, Grammar::Command(_))).collect();
    // Half of the lines are for those that have most words.
    let tool = if rng.bool() { tools[rng.usize(0..2)] } else { tools[rng.usize(0..tools.len())] };
    let mut line = vec![tool.name.into()];
    match tool.grammar {
        Grammar::Program(program) => {
            let switches: Vec<_> = program.options.iter().filter(|row| row.argument.is_empty()).collect();
            for _ in 0..rng.usize(0..3) {
                line.push(format!("-{}", switches[rng.usize(0..switches.len())].name).into());
            }
            let objects: Vec<_> = program.objects.iter().filter(|object| is_tried(object)).collect();
            let mut object = objects[rng.usize(0..objects.len())];
            line.push(object.name.into());
            let parts: Vec<_> = parts(object).iter().filter(|part| is_tried(part)).collect();
            if !parts.is_empty() {
                object = parts[rng.usize(0..parts.len())];
                line.push(object.name.into());
            }
            if !object.verbs.is_empty() {
                let verb = &object.verbs[rng.usize(0..object.verbs.len())];
                line.push(verb.name.into());
                let entries = (verb.grammar)();
                let entries: Vec<_> = entries.iter().map(|entry| (entry.name, entry.argument)).collect();
                keywords(rng, &entries, &mut line);
            }
        }
        Grammar::Options(options) => {
            let names: Vec<(String, &str)> = options
                .iter()
                .map(|option| match option.short {
                    0 => (format!("--{}", option.long), option.argument),
                    short => (format!("-{}", char::from(short)), option.argument),
                })
                .collect();
            let names: Vec<_> = names.iter().map(|(name, argument)| (&name[..], *argument)).collect();
            keywords(rng, &names, &mut line);
        }
        Grammar::Command(_) => {}
    }
    line
}

pub fn lines(rng: &mut Rng, input: &mut Input<'_>) {
    let mut line = line(rng);
    // No word of a command line has a NUL.
    line.iter_mut().for_each(|word| word.retain(|byte| *byte != 0));
    input.set(&line.join(&0));
    let words: Vec<&[u8]> = line.iter().map(Vec::as_slice).collect();
    input.closed(|| {
        iplab::cli::run(&words);
    });
}
