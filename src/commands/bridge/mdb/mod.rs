//! `bridge mdb`: which multicast groups are wanted behind which port.

mod change;
mod describe;
mod show;

pub use describe::{describe, router_port_stats};

use super::BRIDGE;
use super::filter::DEVICE_AND_VLAN;
use crate::commands::{Object, Verb};
use crate::error::Error;
use crate::words::keyword::entries;

/// The object `mdb`.
pub const OBJECT: Object = Object {
    name: "mdb",
    called: "mdb",
    help: "multicast groups",
    verbs: &[
        Verb { name: "add", help: "add an entry", grammar: || entries(change::KEYWORDS), run: change::add },
        Verb { name: "delete", help: "remove an entry", grammar: || entries(change::KEYWORDS), run: change::delete },
        Verb { name: "show", help: "show entries", grammar: || entries(DEVICE_AND_VLAN), run: show::show },
        Verb { name: "lst", help: "", grammar: || entries(DEVICE_AND_VLAN), run: show::show },
        Verb { name: "list", help: "", grammar: || entries(DEVICE_AND_VLAN), run: show::show },
        Verb {
            name: "replace",
            help: "change an entry, or add it",
            grammar: || entries(change::KEYWORDS),
            run: change::replace,
        },
        Verb { name: "get", help: "look an entry up", grammar: || entries(change::GET), run: show::get },
        Verb { name: "flush", help: "remove many entries", grammar: || entries(change::FLUSH), run: change::flush },
    ],
    default: show::show,
};

fn usage() -> Error {
    BRIDGE.object_usage(&OBJECT)
}
