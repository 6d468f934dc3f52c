//! `bridge vlan`: which VLANs the ports of bridges are in.

mod change;
mod options;
mod show;

pub use show::describe;

use super::BRIDGE;
use super::filter::DEVICE_AND_VLAN;
use crate::commands::{Ip, Object, Verb};
use crate::error::{Error, Result};
use crate::words::Words;
use crate::words::keyword::{Entry, entries};
use crate::words::{atoi, shown};

/// The object `vlan`.
pub const OBJECT: Object = Object {
    name: "vlan",
    called: "vlan",
    help: "VLANs of ports",
    verbs: &[
        Verb { name: "add", help: "add VLANs to a port", grammar: || entries(change::KEYWORDS), run: change::add },
        Verb {
            name: "delete",
            help: "take VLANs from a port",
            grammar: || entries(change::KEYWORDS),
            run: change::delete,
        },
        Verb { name: "show", help: "show VLANs", grammar: || entries(DEVICE_AND_VLAN), run: show::show },
        Verb { name: "lst", help: "", grammar: || entries(DEVICE_AND_VLAN), run: show::show },
        Verb { name: "list", help: "", grammar: || entries(DEVICE_AND_VLAN), run: show::show },
        Verb {
            name: "tunnelshow",
            help: "show tunnels that VLANs are mapped to",
            grammar: || entries(DEVICE_AND_VLAN),
            run: show::tunnels,
        },
        Verb { name: "set", help: "set options of VLANs of a port", grammar: options::grammar, run: options::set },
        Verb {
            name: "global",
            help: "show options of VLANs on all ports, or set them",
            grammar: global_grammar,
            run: global,
        },
    ],
    default: show::show,
};

fn global_grammar() -> Vec<Entry> {
    let verbs = [
        Entry { name: "show", argument: "", help: "show them" },
        Entry { name: "set", argument: "", help: "set them" },
    ];
    verbs.into_iter().chain(options::global_grammar()).collect()
}

/// `bridge vlan global`, whose verbs must be written out, as it must itself.
fn global(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    if words.current() != b"global" {
        return Err(BRIDGE.unknown_verb(&OBJECT, words.current()));
    }
    match words.next() {
        None | Some(b"show" | b"lst" | b"list") => show::global(ip, words),
        Some(b"set") => options::global_set(ip, words),
        Some(_) => Err(BRIDGE.object_usage(&OBJECT)),
    }
}

/// Reads `VID` or `FIRST-LAST`. What is no number is 0, as the stock tool has it.
fn range(word: &[u8]) -> (i16, Option<i16>) {
    match word.iter().position(|&b| b == b'-') {
        Some(at) => (atoi(&word[..at]) as i16, Some(atoi(&word[at + 1..]) as i16)),
        None => (atoi(word) as i16, None),
    }
}

/// One more than the greatest number of a VLAN.
const VIDS: i16 = 4096;

fn invalid_vid(vid: i16) -> Error {
    Error::local(format!("Invalid VLAN ID \"{}\"", vid.cast_unsigned()))
}

fn invalid_range(vid: i16, last: i16) -> Error {
    Error::local(format!("Invalid VLAN range \"{}-{}\"", vid.cast_unsigned(), last.cast_unsigned()))
}

/// The part of a word before its first dash, as it is shown in a complaint.
fn before_dash(word: &[u8]) -> std::borrow::Cow<'_, str> {
    shown(word.split(|&b| b == b'-').next().unwrap_or_default())
}

fn incomplete_request() -> Error {
    Error::local("Device and VLAN ID are required arguments.")
}
