//! `ip xfrm state`: how packets are protected.

mod change;
mod describe;
mod select;

pub use describe::describe;

use super::{id, joined, limits, selector};
use crate::commands::{Object, Run, Verb};
use crate::words::keyword::{Entry, entries};

/// The part `state`, and `sa`.
pub const fn object(name: &'static str) -> Object {
    let help = match name.as_bytes() {
        b"state" => "how packets are protected",
        _ => "",
    };
    Object { name, called: "xfrm state", help, verbs: VERBS, default: select::list }
}

const VERBS: &[Verb] = &[
    verb("add", "make a state", modifies, change::add),
    verb("update", "change a state", modifies, change::update),
    verb("allocspi", "let the kernel choose an index", wants_spi, change::alloc_spi),
    verb("delete", "delete a state", names, change::delete),
    verb("deleteall", "delete many states", selects, select::delete_all),
    verb("delall", "", selects, select::delete_all),
    verb("list", "show states", selects, select::list),
    verb("show", "", selects, select::list),
    verb("lst", "", selects, select::list),
    verb("get", "show one state", names, change::get),
    verb("flush", "delete all states", || entries(change::FLUSH), change::flush),
    verb("count", "show how many there are", Vec::new, select::count),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

fn modifies() -> Vec<Entry> {
    let [packets, above] = [entries(selector::KEYWORDS), entries(selector::ABOVE)];
    let [ids, limits] = [entries(id::KEYWORDS), entries(limits::KEYWORDS)];
    joined(&[&ids, &entries(change::KEYWORDS), &limits, &packets, &above])
}

fn wants_spi() -> Vec<Entry> {
    joined(&[&entries(id::KEYWORDS), &entries(change::SPI)])
}

fn names() -> Vec<Entry> {
    joined(&[&entries(id::KEYWORDS), &entries(change::WHICH)])
}

fn selects() -> Vec<Entry> {
    joined(&[&entries(id::KEYWORDS), &entries(select::KEYWORDS)])
}
