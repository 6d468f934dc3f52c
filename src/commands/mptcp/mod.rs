//! `ip mptcp`: by which addresses Multipath TCP makes its subflows (`linux/mptcp_pm.h`, `linux/mptcp.h`).

mod endpoint;
mod limits;
mod monitor;

use super::genl::{self, Channel};
use super::{Ip, Object, Run, Verb};
use crate::error::{Error, Result};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::matches;

/// The object `mptcp`.
pub const MPTCP: Object =
    Object { name: "mptcp", called: "mptcp", help: "addresses of Multipath TCP", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    verb("endpoint add", "add an endpoint", endpoint::grammar, endpoint::add),
    verb("endpoint change", "change the flags of an endpoint", endpoint::grammar, endpoint::change),
    verb("endpoint delete", "delete an endpoint", endpoint::grammar, endpoint::delete),
    verb("endpoint show", "show endpoints", endpoint::grammar, endpoint::show),
    verb("endpoint flush", "delete all endpoints", Vec::new, endpoint::flush),
    verb("limits set", "set how many subflows there may be", limits::grammar, limits::set),
    verb("limits show", "show how many subflows there may be", Vec::new, limits::show),
    verb("monitor", "watch connections and their subflows", Vec::new, monitor::run),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

fn open() -> Result<Channel> {
    Channel::open("mptcp_pm", 1)
}

fn usage() -> Error {
    crate::commands::object_usage(&MPTCP)
}

fn unknown(word: &[u8]) -> Result<()> {
    open()?;
    Err(crate::commands::IP.unknown_verb(&MPTCP, word))
}

/// The family is looked for before the words are read. A wrong word behind `limits` is tried as a part of its own.
fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let Some(mut word) = words.next().filter(|word| !matches(word, "help")) else { return Err(usage()) };
    for (name, default) in [("endpoint", endpoint::show as Run), ("limits", limits::show)] {
        if !matches(word, name) {
            continue;
        }
        let Some(below) = words.next() else { return default(ip, words) };
        match genl::verb(VERBS, name, |verb| matches(below, verb)) {
            Some(verb) => return (verb.run)(ip, words),
            None if name == "endpoint" => return unknown(below),
            None => word = below,
        }
    }
    match words.next() {
        None if matches(word, "monitor") => monitor::run(ip, words),
        Some(more) if matches(word, "monitor") => unknown(more),
        _ => unknown(word),
    }
}
