//! `ip neighbour`: who is reached at which link-layer address.

mod change;
mod describe;
mod show;

pub use describe::describe;

use super::{Object, Verb};
use crate::rtnl::neigh::state;
use crate::words::keyword::entries;
use crate::words::{matches, number};

/// The object `neighbour`, in both spellings.
pub const fn neighbour(name: &'static str) -> Object {
    Object {
        name,
        called: "neigh",
        help: "link-layer addresses of neighbours (ARP and ND)",
        verbs: VERBS,
        default: show::show,
    }
}

const VERBS: &[Verb] = &[
    Verb { name: "add", help: "add an entry", grammar: || entries(change::KEYWORDS), run: change::add },
    Verb { name: "change", help: "change an entry", grammar: || entries(change::KEYWORDS), run: change::change },
    Verb { name: "chg", help: "", grammar: || entries(change::KEYWORDS), run: change::change },
    Verb {
        name: "replace",
        help: "change an entry, or add it",
        grammar: || entries(change::KEYWORDS),
        run: change::replace,
    },
    Verb { name: "delete", help: "remove an entry", grammar: || entries(change::KEYWORDS), run: change::delete },
    Verb { name: "get", help: "look an entry up", grammar: || change::GET.to_vec(), run: change::get },
    Verb { name: "show", help: "show entries", grammar: || entries(show::KEYWORDS), run: show::show },
    Verb { name: "lst", help: "", grammar: || entries(show::KEYWORDS), run: show::show },
    Verb { name: "list", help: "", grammar: || entries(show::KEYWORDS), run: show::show },
    Verb { name: "flush", help: "remove many entries", grammar: || entries(show::KEYWORDS), run: show::flush },
];

/// States by name, whether a beginning of the name will do, and in the order in which they are looked up.
const STATES: &[(&str, bool, u16)] = &[
    ("permanent", true, state::PERMANENT),
    ("reachable", true, state::REACHABLE),
    ("noarp", false, state::NOARP),
    ("none", false, state::NONE),
    ("stale", false, state::STALE),
    ("incomplete", false, state::INCOMPLETE),
    ("delay", false, state::DELAY),
    ("probe", false, state::PROBE),
    ("failed", true, state::FAILED),
];

/// What the argument of `nud` is called.
const STATE_NAMES: &str = "permanent|reachable|noarp|none|stale|incomplete|delay|probe|failed";

/// The state that `word` stands for: a name, or a number of one bit.
fn state(word: &[u8]) -> Option<u16> {
    let named = STATES.iter().find(|(name, short, _)| word == name.as_bytes() || (*short && matches(word, name)));
    match named {
        Some((_, _, state)) => Some(*state),
        None => number(word, 0).filter(|state| *state < 0x100 && state.count_ones() <= 1).map(|state| state as u16),
    }
}
