//! `ip nexthop`: next hops and groups of them that routes share.

mod bucket;
mod change;
mod describe;
mod list;

pub use describe::{bucket as describe_bucket, describe, show_id};

use super::{Ip, Object, Run, Verb};
use crate::error::{Error, Result};
use crate::sys::Links;
use crate::words::Words;
use crate::words::keyword::{Entry, entries};
use crate::words::{number_u32, wrong};

/// The object `nexthop`.
pub const NEXTHOP: Object = Object {
    name: "nexthop",
    called: "nexthop",
    help: "next hops that routes share",
    verbs: VERBS,
    default: list::show,
};

const ID: Entry = Entry { name: "id", argument: "ID", help: "the object's id" };

const VERBS: &[Verb] = &[
    verb("add", "make a next hop or a group", modifies, change::add),
    verb("replace", "change one, or make it", modifies, change::replace),
    verb("delete", "take one away", || vec![ID], change::delete),
    verb("list", "show next hops", selects, list::show),
    verb("show", "", selects, list::show),
    verb("lst", "", selects, list::show),
    verb("get", "show one next hop", || vec![ID], list::get),
    verb("flush", "take many away", selects, list::flush),
    verb("bucket", "show the buckets of resilient groups: list, get", || entries(bucket::KEYWORDS), bucket::run),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

fn selects() -> Vec<Entry> {
    entries(list::KEYWORDS)
}

fn modifies() -> Vec<Entry> {
    entries(change::KEYWORDS)
}

fn usage() -> Error {
    crate::commands::object_usage(&NEXTHOP)
}

fn id(words: &mut Words<'_>) -> Result<u32> {
    let word = words.require()?;
    number_u32(word, 0).ok_or_else(|| wrong("invalid id value", word))
}

fn device(links: &mut Links, words: &mut Words<'_>) -> Result<u32> {
    let name = words.require()?;
    links.index(name).ok_or_else(|| wrong("Device does not exist\n", name))
}

/// The VRF called `name`.
fn vrf(ip: &mut Ip, name: &[u8]) -> Result<u32> {
    let index = ip.view.links.index(name).filter(|index| ip.is_vrf(*index));
    index.ok_or_else(|| wrong("Invalid VRF\n", name))
}
