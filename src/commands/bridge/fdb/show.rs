//! `bridge fdb show` and `get`.

use super::super::{index_of, placed};
use super::{describe, is_entry, lladdr, take_lladdr, take_vlan, usage, vni};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::fdb::Spec;
use crate::rtnl::neigh::{Header, Neighbour, dump, flag, state};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{atoi, duplicate, matches, number_u32, shown, wrong};

/// The status that is left where there is no such entry.
const NOT_THERE: u8 = 254;

/// What the user has said of the entries.
#[derive(Default)]
pub struct Filter {
    device: Option<Vec<u8>>,
    bridge: Option<Vec<u8>>,
    index: Option<u32>,
    vlan: u32,
    /// Bits of `NUD_*` of which one must be there; 0 for all entries.
    states: u32,
    dynamic: bool,
}

/// The grammar of `show`.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::exact("br", "DEV", "only entries of this bridge", |filter, words| {
        filter.bridge = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("brport", "DEV", "only entries of this device", Filter::take_device),
    Keyword::exact("dev", "DEV", "the same as brport", Filter::take_device),
    Keyword::exact("vlan", "VID", "only entries of this VLAN", |filter, words| {
        let word = words.require()?;
        if filter.vlan != 0 {
            return Err(duplicate("vlan", word));
        }
        filter.vlan = atoi(word).cast_unsigned();
        Ok(())
    }),
    Keyword::exact("state", "permanent|static|stale|reachable|all", "only entries in a state", |filter, words| {
        let word = words.require()?;
        filter.states |= states(word).ok_or_else(|| wrong("invalid state", word))?;
        Ok(())
    }),
    Keyword::exact("dynamic", "", "only entries that were learned", |filter, _| {
        filter.dynamic = true;
        Ok(())
    }),
];

/// The states that a word stands for, in the order in which an abbreviation is looked up.
const STATES: &[(&str, u16)] = &[
    ("permanent", state::PERMANENT),
    ("static", state::NOARP),
    ("temp", state::NOARP),
    ("stale", state::STALE),
    ("reachable", state::REACHABLE),
    ("dynamic", state::REACHABLE),
];

fn states(word: &[u8]) -> Option<u32> {
    match STATES.iter().find(|(name, _)| matches(word, name)) {
        Some((_, state)) => Some(u32::from(*state)),
        None if word == b"all" => Some(u32::MAX),
        None => number_u32(word, 0),
    }
}

impl Filter {
    fn take_device(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.device = Some(words.require()?.to_vec());
        Ok(())
    }

    fn admits(&self, entry: &Neighbour<'_>) -> bool {
        is_entry(entry)
            && self.index.is_none_or(|index| entry.index == index)
            && (self.states == 0 || u32::from(entry.state) & self.states != 0)
            && (self.vlan == 0 || u32::from(entry.vlan()) == self.vlan)
            && !(self.dynamic && entry.state & state::PERMANENT != 0)
    }
}

/// Shows entries; words that mean nothing are passed over, as the stock tool does.
pub fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut filter = Filter::default();
    while let Some(word) = words.next() {
        match find(KEYWORDS, word) {
            Some(keyword) => (keyword.take)(&mut filter, &mut words)?,
            None if matches(word, "help") => return Err(usage()),
            None => {}
        }
    }
    let bridge = filter.bridge.as_deref().map(|name| index_of(ip, "bridge device", name)).transpose()?;
    filter.index = filter.device.as_deref().map(|name| ip.device(name)).transpose()?;
    ip.begin_json();
    ip.dump(&mut dump(libc::AF_BRIDGE as u8, 0, filter.index, bridge), |view, message| {
        if let Some(entry) = Neighbour::decode(message).filter(|entry| filter.admits(entry)) {
            describe(view, &entry, filter.index.is_none());
        }
    })
}

/// Which entry is looked up. Numbers beside values are those of the words they come from.
#[derive(Default)]
pub struct Lookup {
    lladdr: Option<(Vec<u8>, usize)>,
    device: Option<Vec<u8>>,
    bridge: Option<(Vec<u8>, usize)>,
    vni: Option<(u32, usize)>,
    vlan: Option<(u16, usize)>,
    flags: u8,
    dynamic: bool,
}

/// The grammar of `get`, in the order in which an abbreviation is looked up.
pub const GET: &[Keyword<Lookup>] = &[
    Keyword::exact("brport", "DEV", "the port", Lookup::take_device),
    Keyword::exact("dev", "DEV", "the same as brport", Lookup::take_device),
    Keyword::exact("br", "DEV", "the bridge", |lookup, words| {
        let (word, place) = placed(words)?;
        lookup.bridge = Some((word.to_vec(), place));
        Ok(())
    }),
    Keyword::exact("vni", "VNI", "the tunnel's network", |lookup, words| {
        let (word, place) = placed(words)?;
        lookup.vni = Some((vni(word).ok_or_else(|| wrong("invalid VNI\n", word))?, place));
        Ok(())
    }),
    Keyword::exact("self", "", "in the device's own table", |lookup, _| {
        lookup.flags |= flag::SELF;
        Ok(())
    }),
    Keyword::new("master", "", "in the table of the bridge that it is a port of", |lookup, _| {
        lookup.flags |= flag::MASTER;
        Ok(())
    }),
    Keyword::new("vlan", "VID", "in this VLAN", |lookup, words| take_vlan(&mut lookup.vlan, words)),
    Keyword::new("dynamic", "", "only if it was learned", |lookup, _| {
        lookup.dynamic = true;
        Ok(())
    }),
];

impl Lookup {
    fn take_device(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.device = Some(words.require()?.to_vec());
        Ok(())
    }
}

/// Looks an entry up.
pub fn get(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut lookup = Lookup::default();
    while let Some(word) = words.next() {
        match find(GET, word) {
            Some(keyword) => (keyword.take)(&mut lookup, &mut words)?,
            None => take_lladdr(&mut lookup.lladdr, word, &mut words)?,
        }
    }
    let placed = lookup.device.is_some() || lookup.bridge.is_some();
    let Some((address, place)) = lookup.lladdr.as_ref().filter(|_| placed) else {
        return Err(Error::local("Device or master and address are required arguments."));
    };
    let invalid = || Error::local(format!("Invalid mac address {}", shown(address)));
    let lladdr = lladdr(address).ok_or_else(invalid)?;
    let index = lookup.device.as_deref().map(|name| ip.device(name)).transpose()?.unwrap_or(0);
    let bridge = match &lookup.bridge {
        Some((name, place)) => Some((index_of(ip, "bridge device", name)?, *place)),
        None => None,
    };
    let spec = Spec {
        header: Header { family: libc::AF_BRIDGE as u8, index, state: 0, flags: lookup.flags },
        lladdr: Some((lladdr, *place)),
        vlan: lookup.vlan,
        vni: lookup.vni,
        bridge,
        ..Spec::default()
    };
    let filter = Filter { dynamic: lookup.dynamic, ..Filter::default() };
    let found = ip.get(&mut spec.encode(Rtm::Getneigh, NlmF::empty()), |view, message| {
        view.begin_json();
        if let Some(entry) = Neighbour::decode(message).filter(|entry| filter.admits(entry)) {
            describe(view, &entry, true);
        }
    });
    found.map_err(|error| error.with_status(NOT_THERE))
}
