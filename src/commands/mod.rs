//! What a user types: one file or folder for each object and tool. Words become requests here, objects become output.

pub mod addr;
pub mod addrlabel;
pub mod atomic;
mod batch;
mod bpf;
pub mod bridge;
mod context;
mod events;
pub mod fou;
mod genl;
pub mod host;
pub mod ila;
pub mod ioam;
pub mod iptables;
pub mod l2tp;
pub mod link;
pub mod macsec;
pub mod maddr;
pub mod monitor;
pub mod mptcp;
pub mod mroute;
pub mod neigh;
pub mod netconf;
pub mod netns;
pub mod nettools;
pub mod nexthop;
pub mod ntable;
mod ports;
mod program;
pub mod route;
pub mod rule;
mod saved;
pub mod sr;
pub mod stats;
pub mod sysctl;
pub mod tcp_metrics;
pub mod tcpdump;
pub mod token;
pub mod tunnel;
pub mod tuntap;
pub mod vrf;
pub mod xfrm;

pub use context::{Batch, Ip, because};
pub use program::Program;

pub use crate::view::View;

use crate::error::{Error, Result};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::options;

/// `ip`.
pub static IP: Program = Program {
    name: "ip",
    release: "iproute2-6.1.0",
    options: options::IP,
    hint: "ip -help",
    objects: OBJECTS,
    failure: None,
};

/// `ip` with the words behind its name.
pub fn ip(words: &[&[u8]]) -> u8 {
    IP.run(words)
}

/// The summary of `ip OBJECT help`.
pub fn object_usage(object: &Object) -> Error {
    IP.object_usage(object)
}

/// Carries out a verb's command line, object and verb already taken.
pub type Run = fn(&mut Ip, Words<'_>) -> Result<()>;

/// One object of `ip`.
pub struct Object {
    /// Its name; any beginning of it will do.
    pub name: &'static str,
    /// What messages call it.
    pub called: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Its verbs in iproute2's order, the order in which an abbreviation is looked up. Where [`Verb::OWN`] is first, the
    /// object reads its verb itself, by `default`, and these are for help.
    pub verbs: &'static [Verb],
    /// What is done without a verb.
    pub default: Run,
}

/// One verb of an object.
#[derive(Clone, Copy)]
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

impl Verb {
    /// Stands before the verbs of an object that has its own way to choose among them.
    pub const OWN: Verb = Verb { name: "", help: "", grammar: Vec::new, run: |_, _| Ok(()) };
}

/// The objects in iproute2's order, the order in which an abbreviation is looked up: `ip a` is address, `ip n` is
/// neighbour, `ip t` is tunnel.
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
    l2tp::L2TP,
    fou::FOU,
    ila::ILA,
    macsec::MACSEC,
    tunnel::object("tunnel"),
    tunnel::object("tunl"),
    tuntap::object("tuntap"),
    tuntap::object("tap"),
    token::OBJECT,
    tcp_metrics::object("tcpmetrics"),
    tcp_metrics::object("tcp_metrics"),
    monitor::MONITOR,
    xfrm::XFRM,
    mroute::MROUTE,
    rule::MRULE,
    netns::NETNS,
    netconf::NETCONF,
    vrf::VRF,
    sr::SR,
    nexthop::NEXTHOP,
    mptcp::MPTCP,
    ioam::IOAM,
    stats::STATS,
];

/// The parts of an object whose commands have one word more, as `ip xfrm state add`: each has verbs of its own. Most
/// objects have none.
pub fn parts(object: &Object) -> &'static [Object] {
    match object.name {
        "xfrm" => xfrm::PARTS,
        _ => &[],
    }
}

/// The words that may follow an object, or a part of one, that has no verbs.
pub fn words(object: &Object) -> Vec<Entry> {
    match object.called {
        "xfrm monitor" => xfrm::monitor_words(),
        _ => Vec::new(),
    }
}
