//! `ip link`: show, make, change and remove devices.

mod afstats;
mod change;
mod describe;
mod filter;
mod inet;
mod property;
mod show;
mod stats;
mod vf;
mod xdp;
mod xstats;

pub use afstats::{Counter, mpls_counters, table};
pub use change::keywords_of;
pub use describe::{LinkAddress, Padded, Shape, describe, name_and_flags};
pub use filter::{Filter, KEYWORDS as FILTER_KEYWORDS};
pub use stats::{Column, counters, human, stats};
pub use xstats::show_suite;

use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::kinds;
use crate::netlink::{Message, Messages, Request};
use crate::rtnl::link as rtnl;
use crate::words::Words;
use crate::words::keyword::entries;

/// A dump that tells the names of all devices.
pub fn dump_names() -> Request {
    rtnl::dump(&rtnl::Select { ext_mask: rtnl::EXT_SKIP_STATS, ..rtnl::Select::default() })
}

/// Remembers the name of a device that a message tells of, or forgets it.
pub fn learn(view: &mut View, message: &Message<'_>) {
    match rtnl::Link::decode(message) {
        Some(link) if link.deleted => view.links.unlearn(link.index),
        Some(link) => view.links.learn(link.index, link.name(), link.flags),
        None => {}
    }
}

/// As [`learn`], for a dump that is shown as it comes: what has come with the message is learned too, so that the names of
/// peers, which mostly stand close by, need not be asked for one by one.
pub fn learn_ahead(view: &mut View, message: &Message<'_>, index: u32) {
    let first = !view.links.knows(index);
    learn(view, message);
    if first {
        Messages::new(message.rest).map_while(std::result::Result::ok).for_each(|message| learn(view, &message));
    }
}

/// The object `link`.
pub const LINK: Object = Object {
    name: "link",
    called: "link",
    help: "devices: show, make, change, remove",
    verbs: &[
        Verb { name: "add", help: "make a device", grammar: change::grammar, run: change::add },
        Verb { name: "set", help: "change a device", grammar: change::grammar, run: change::set },
        Verb { name: "change", help: "", grammar: change::grammar, run: change::set },
        Verb { name: "replace", help: "change a device, or make it", grammar: change::grammar, run: change::replace },
        Verb { name: "delete", help: "remove a device", grammar: change::grammar, run: change::delete },
        Verb { name: "show", help: "show devices", grammar: || entries(filter::KEYWORDS), run: show::show },
        Verb { name: "lst", help: "", grammar: || entries(filter::KEYWORDS), run: show::show },
        Verb { name: "list", help: "", grammar: || entries(filter::KEYWORDS), run: show::show },
        Verb {
            name: "xstats",
            help: "show counters of a kind of devices",
            grammar: xstats::grammar,
            run: xstats::show,
        },
        Verb { name: "afstats", help: "show counters of MPLS", grammar: || vec![afstats::DEV], run: afstats::show },
        Verb {
            name: "property",
            help: "give or take an alternative name",
            grammar: || property::GRAMMAR.to_vec(),
            run: property::property,
        },
        Verb { name: "help", help: "", grammar: Vec::new, run: help },
    ],
    default: show::show,
};

/// The keywords of a kind, or the summary of all verbs.
fn help(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let kind = words.next().and_then(kinds::by_name).filter(|kind| kind.has_help());
    let kind = kind.ok_or_else(usage)?;
    ip.view.out.text(format_args!("{}\n", kind.usage()));
    Ok(())
}

/// The summary of all verbs, and the kinds of links.
fn usage() -> Error {
    let kinds = kinds::KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(" | ");
    Error::words(format!("{}\nKIND := {{ {kinds} }}", crate::commands::object_usage(&LINK)))
}
