//! `ip xfrm policy`: which packets are protected.

mod change;
mod defaults;
mod describe;
mod select;
mod template;

pub use defaults::describe as describe_defaults;
pub use describe::{describe, info, kind};

use super::{id, joined, limits, selector};
use crate::commands::{Object, Run, Verb};
use crate::words::keyword::{Entry, entries};

/// The part `policy`.
pub const POLICY: Object = Object {
    name: "policy",
    called: "xfrm policy",
    help: "which packets are protected",
    verbs: VERBS,
    default: select::list,
};

const VERBS: &[Verb] = &[
    verb("add", "make a policy", modifies, change::add),
    verb("update", "change a policy, or make it", modifies, change::update),
    verb("delete", "delete a policy", names, change::delete),
    verb("deleteall", "delete many policies", selects, select::delete_all),
    verb("delall", "", selects, select::delete_all),
    verb("list", "show policies", selects, select::list),
    verb("show", "", selects, select::list),
    verb("lst", "", selects, select::list),
    verb("get", "show one policy", names, change::get),
    verb("flush", "delete all policies", || entries(change::FLUSH), change::flush),
    verb("count", "show how many there are", Vec::new, select::count),
    verb("set", "when policies are found by a hash", || entries(defaults::THRESHOLDS), defaults::set_thresholds),
    verb("setdefault", "what is done without a policy", || entries(defaults::KEYWORDS), defaults::set),
    verb("getdefault", "show what is done without a policy", Vec::new, defaults::get),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

fn packets() -> Vec<Entry> {
    [entries(selector::KEYWORDS), entries(selector::ABOVE)].concat()
}

fn modifies() -> Vec<Entry> {
    let [limits, templates] = [entries(limits::KEYWORDS), entries(template::KEYWORDS)];
    joined(&[&packets(), &entries(change::KEYWORDS), &limits, &templates, &entries(id::KEYWORDS)])
}

fn names() -> Vec<Entry> {
    joined(&[&packets(), &entries(change::WHICH)])
}

fn selects() -> Vec<Entry> {
    joined(&[&packets(), &entries(select::KEYWORDS)])
}
