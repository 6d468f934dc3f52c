//! `ip address`: addresses of devices.

mod change;
mod describe;
mod filter;
mod flush;
mod save;
mod show;

pub use describe::describe;
pub use filter::Filter;

use super::{Object, Verb};
use crate::words::keyword::entries;

/// Flags of an address by name, in the order in which they are shown.
struct Flag {
    name: &'static str,
    bit: u32,
    /// Only the kernel sets it.
    read_only: bool,
    /// IPv4 has no such thing.
    inet6_only: bool,
    help: &'static str,
}

const fn flag(name: &'static str, bit: u32, read_only: bool, inet6_only: bool, help: &'static str) -> Flag {
    Flag { name, bit, read_only, inet6_only, help }
}

use crate::rtnl::addr::flag as bit;

const FLAGS: &[Flag] = &[
    flag("secondary", bit::SECONDARY, true, false, "not the first of its network"),
    flag("temporary", bit::SECONDARY, true, false, "made for privacy, and replaced from time to time"),
    flag("nodad", bit::NODAD, false, true, "without duplicate address detection"),
    flag("optimistic", bit::OPTIMISTIC, false, true, "usable before duplicate address detection is done"),
    flag("dadfailed", bit::DADFAILED, true, true, "somebody else has it"),
    flag("home", bit::HOMEADDRESS, false, true, "the home address of mobile IPv6"),
    flag("deprecated", bit::DEPRECATED, true, true, "not for new connections"),
    flag("tentative", bit::TENTATIVE, true, true, "duplicate address detection is under way"),
    flag("permanent", bit::PERMANENT, true, true, "does not expire"),
    flag("mngtmpaddr", bit::MANAGETEMPADDR, false, true, "temporary addresses are made from it"),
    flag("noprefixroute", bit::NOPREFIXROUTE, false, false, "without a route to its network"),
    flag("autojoin", bit::MCAUTOJOIN, false, false, "a multicast address whose group is joined"),
    flag("stable-privacy", bit::STABLE_PRIVACY, true, true, "made as RFC 7217 says"),
];

fn flag_by_name(word: &[u8]) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.name.as_bytes() == word)
}

/// The object `address`.
pub const ADDRESS: Object = Object {
    name: "address",
    called: "address",
    help: "addresses of devices",
    verbs: &[
        Verb { name: "add", help: "give a device an address", grammar: change::grammar, run: change::add },
        Verb { name: "change", help: "change an address", grammar: change::grammar, run: change::change },
        Verb { name: "chg", help: "", grammar: change::grammar, run: change::change },
        Verb { name: "replace", help: "change an address, or give it", grammar: change::grammar, run: change::replace },
        Verb { name: "delete", help: "take an address away", grammar: change::grammar, run: change::delete },
        Verb { name: "list", help: "", grammar: || entries(filter::KEYWORDS), run: show::show },
        Verb { name: "show", help: "show addresses", grammar: || entries(filter::KEYWORDS), run: show::show },
        Verb { name: "lst", help: "", grammar: || entries(filter::KEYWORDS), run: show::show },
        Verb {
            name: "flush",
            help: "take many addresses away",
            grammar: || entries(filter::KEYWORDS),
            run: flush::flush,
        },
        Verb {
            name: "save",
            help: "write addresses to stdout, for restore and showdump",
            grammar: || entries(filter::KEYWORDS),
            run: save::save,
        },
        Verb {
            name: "showdump",
            help: "show the addresses that save has written, from stdin",
            grammar: Vec::new,
            run: save::showdump,
        },
        Verb {
            name: "restore",
            help: "add the addresses that save has written, from stdin",
            grammar: Vec::new,
            run: save::restore,
        },
    ],
    default: show::show,
};
