//! `bridge fdb add`, `append`, `replace` and `delete`.

use super::super::placed;
use super::tunnel::{self, Tunnel};
use super::{lladdr, take_lladdr, take_vlan};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::fdb::{Spec, notify};
use crate::rtnl::neigh::{Header, flag, state};
use crate::words::Words;
use crate::words::keyword::{Entry, Keyword, entries, find};
use crate::words::shown;

/// What the words say. Numbers beside values are those of the words they come from.
#[derive(Default)]
pub struct Change {
    device: Option<Vec<u8>>,
    lladdr: Option<(Vec<u8>, usize)>,
    tunnel: Tunnel,
    via: Option<(Vec<u8>, usize)>,
    vlan: Option<(u16, usize)>,
    state: u16,
    flags: u8,
    notify: u8,
    keeps_age: bool,
}

/// A keyword that sets a flag.
macro_rules! flag {
    ($new:ident, $name:literal, $flag:ident, $help:literal) => {
        Keyword::$new($name, "", $help, |change, _| {
            change.flags |= flag::$flag;
            Ok(())
        })
    };
}

/// The grammar, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Change>] = &[
    Keyword::exact("dev", "DEV", "the device", |change, words| {
        change.device = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("via", "DEV", "the device that the tunnel's packets leave by", |change, words| {
        let (word, place) = placed(words)?;
        change.via = Some((word.to_vec(), place));
        Ok(())
    }),
    flag!(exact, "self", SELF, "in the device's own table; so it is when nothing is said"),
    flag!(new, "master", MASTER, "in the table of the bridge that it is a port of"),
    flag!(new, "router", ROUTER, "a router is behind the address"),
    Keyword::new("local", "", "the address is the bridge's own; so it is when nothing is said", |change, _| {
        change.state |= state::PERMANENT;
        Ok(())
    }),
    Keyword::new("permanent", "", "the same as local", |change, _| {
        change.state |= state::PERMANENT;
        Ok(())
    }),
    Keyword::new("temp", "", "the same as static", |change, _| {
        change.state |= state::REACHABLE;
        Ok(())
    }),
    Keyword::new("static", "", "the entry does not age", |change, _| {
        change.state |= state::REACHABLE;
        Ok(())
    }),
    Keyword::new("dynamic", "", "the entry ages", |change, _| {
        change.state = (change.state | state::REACHABLE) & !state::NOARP;
        Ok(())
    }),
    Keyword::new("vlan", "VID", "in this VLAN", |change, words| take_vlan(&mut change.vlan, words)),
    flag!(new, "use", USE, "the entry counts as used"),
    flag!(new, "extern_learn", EXT_LEARNED, "learned by somebody else than the kernel"),
    flag!(new, "sticky", STICKY, "the entry does not move to another port"),
    Keyword::exact("activity_notify", "", "tell when the entry ages, and when it is used again", |change, _| {
        change.notify |= notify::ACTIVITY;
        Ok(())
    }),
    Keyword::exact("inactive", "", "the entry begins as aged", |change, _| {
        change.notify |= notify::INACTIVE;
        Ok(())
    }),
    Keyword::exact("norefresh", "", "the change does not count as use", |change, _| {
        change.keeps_age = true;
        Ok(())
    }),
];

/// What may follow.
pub fn grammar() -> Vec<Entry> {
    entries(KEYWORDS).into_iter().chain(entries(tunnel::KEYWORDS)).collect()
}

impl Change {
    /// State and flags, with what is assumed where nothing is said.
    fn header(&self, index: u32) -> Header {
        let assumed = |said: bool, bit| if said { 0 } else { bit };
        let flags = self.flags | assumed(self.flags & (flag::SELF | flag::MASTER) != 0, flag::SELF);
        let said = self.state & (state::PERMANENT | state::REACHABLE) != 0;
        let state = self.state | if said { 0 } else { state::PERMANENT };
        Header { family: libc::AF_BRIDGE as u8, index, state, flags }
    }
}

/// Adds an entry.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newneigh, NlmF::CREATE | NlmF::EXCL)
}

/// Adds one more destination to an entry.
pub fn append(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newneigh, NlmF::CREATE | NlmF::APPEND)
}

/// Changes an entry, or adds it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newneigh, NlmF::CREATE | NlmF::REPLACE)
}

/// Removes an entry.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Delneigh, NlmF::empty())
}

fn modify(ip: &mut Ip, mut words: Words<'_>, kind: Rtm, flags: NlmF) -> Result<()> {
    let tunnel = Tunnel::new(ip.view.options.family);
    let mut change = Change { tunnel, state: state::NOARP, ..Change::default() };
    while let Some(word) = words.next() {
        match (find(KEYWORDS, word), find(tunnel::KEYWORDS, word)) {
            (Some(keyword), _) => (keyword.take)(&mut change, &mut words)?,
            (None, Some(keyword)) => (keyword.take)(&mut change.tunnel, &mut words)?,
            (None, None) => take_lladdr(&mut change.lladdr, word, &mut words)?,
        }
    }
    // The stock tool leaves at once here, in the midst of a batch too.
    let via = match &change.via {
        Some((name, place)) => Some((ip.device(name).map_err(|error| Error::words(error.to_string()))?, *place)),
        None => None,
    };
    let (Some(device), Some((address, place))) = (&change.device, &change.lladdr) else {
        return Err(Error::local("Device and address are required arguments."));
    };
    if change.tunnel.nexthop.is_some() && change.tunnel.is_spelled_out() {
        return Err(Error::local("dst, port, vni are mutually exclusive with nhid"));
    }
    let invalid = || Error::local(format!("Invalid mac address {}", shown(address)));
    let lladdr = lladdr(address).ok_or_else(invalid)?;
    let spec = Spec {
        header: change.header(ip.device(device)?),
        lladdr: Some((lladdr, *place)),
        vlan: change.vlan,
        via,
        notify: change.notify,
        keeps_age: change.keeps_age,
        ..change.tunnel.spec()
    };
    ip.ask(&mut spec.encode(kind, flags))
}
