//! What a user types: one file or folder for each object and tool. Words become requests here, objects become output.

pub mod addr;
pub mod addrlabel;
pub mod atomic;
pub mod bridge;
mod context;
mod events;
pub mod host;
pub mod iptables;
pub mod link;
pub mod maddr;
pub mod monitor;
pub mod mroute;
pub mod neigh;
pub mod netconf;
pub mod netns;
pub mod nettools;
pub mod nexthop;
mod nsids;
pub mod ntable;
mod ports;
pub mod route;
pub mod rule;
mod saved;
pub mod sysctl;
pub mod tcp_metrics;
pub mod tcpdump;
pub mod token;
pub mod tunnel;
pub mod tuntap;
pub mod vrf;

pub use context::{Batch, Ip, View, because};

use crate::cli::Words;
use crate::cli::keyword::Entry;
use crate::error::Result;

/// Carries out a verb's command line, object and verb already taken.
pub type Run = fn(&mut Ip, Words<'_>) -> Result<()>;

/// One object of `ip`.
pub struct Object {
    /// Its name; any beginning of it will do.
    pub name: &'static str,
    /// What messages call it.
    pub called: &'static str,
    /// One line of help, empty for an object that is not here yet.
    pub help: &'static str,
    /// Its verbs in iproute2's order, the order in which an abbreviation is looked up.
    pub verbs: &'static [Verb],
    /// What is done without a verb.
    pub default: Run,
}

/// One verb of an object.
pub struct Verb {
    /// Its name; any beginning of it will do.
    pub name: &'static str,
    /// One line of help, empty for another spelling of a verb.
    pub help: &'static str,
    /// What may follow: the rows that its parser reads.
    pub grammar: fn() -> Vec<Entry>,
    /// Its command.
    pub run: Run,
}

/// The objects in iproute2's order, the order in which an abbreviation is looked up: `ip a` is address, `ip n` is
/// neighbour, `ip t` is tunnel. One that is not here yet still takes its abbreviations, so that none changes its
/// meaning when it comes.
pub const OBJECTS: &[Object] = &[
    addr::ADDRESS,
    addrlabel::ADDRLABEL,
    maddr::MADDRESS,
    route::OBJECT,
    rule::RULE,
    neigh::neighbour("neighbor"),
    neigh::neighbour("neighbour"),
    ntable::object("ntable"),
    ntable::object("ntbl"),
    link::LINK,
    absent("l2tp"),
    absent("fou"),
    absent("ila"),
    absent("macsec"),
    tunnel::object("tunnel"),
    tunnel::object("tunl"),
    tuntap::object("tuntap"),
    tuntap::object("tap"),
    token::OBJECT,
    tcp_metrics::object("tcpmetrics"),
    tcp_metrics::object("tcp_metrics"),
    monitor::MONITOR,
    absent("xfrm"),
    mroute::MROUTE,
    absent("mrule"),
    netns::NETNS,
    netconf::NETCONF,
    vrf::VRF,
    absent("sr"),
    nexthop::NEXTHOP,
    absent("mptcp"),
    absent("ioam"),
    absent("stats"),
];

const fn absent(name: &'static str) -> Object {
    Object { name, called: name, help: "", verbs: &[], default: not_here }
}

fn not_here(_: &mut Ip, _: Words<'_>) -> Result<()> {
    Err(crate::error::Error::words("This object is not in iplab yet: \"ip help\" lists what is."))
}
