//! `ip neighbour add`, `change`, `replace`, `delete` and `get`.

use super::{STATE_NAMES, describe, state};
use crate::commands::{Ip, neigh};
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::neigh::{Header, Neighbour, Spec, flag, state as nud};
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Entry, Keyword, find};
use crate::words::lladdr;
use crate::words::named;
use crate::words::prefix::{self, Address};
use crate::words::{duplicate, garbage, matches, wrong};

/// What the words say. Numbers beside values are those of the words they come from.
pub struct Change {
    lookup: Lookup,
    family: u8,
    dst: Option<(Address, usize)>,
    device: Option<Vec<u8>>,
    lladdr: Option<(Vec<u8>, usize)>,
    protocol: Option<(u8, usize)>,
    state: u16,
    flags: u8,
    ext_flags: u32,
}

/// The grammar of all verbs that change something.
pub const KEYWORDS: &[Keyword<Change>] = &[
    Keyword::new("lladdr", "LLADDR", "its link-layer address", |change, words| {
        let word = words.require()?;
        if change.lladdr.is_some() {
            return Err(duplicate("lladdr", word));
        }
        change.lladdr = Some((word.to_vec(), words.place() - 1));
        Ok(())
    }),
    Keyword::exact("nud", STATE_NAMES, "its state, permanent when nothing is said", |change, words| {
        let word = words.require()?;
        change.state = state(word).ok_or_else(|| wrong("nud state is bad", word))?;
        Ok(())
    }),
    Keyword::new("proxy", "ADDRESS", "answer for ADDRESS", Change::take_proxy),
    Keyword::exact("router", "", "it is a router", |change, _| {
        change.flags |= flag::ROUTER;
        Ok(())
    }),
    Keyword::exact("use", "", "use it at once, so that it is resolved", |change, _| {
        change.flags |= flag::USE;
        Ok(())
    }),
    Keyword::exact("managed", "", "keep it resolved", |change, _| {
        change.ext_flags |= flag::EXT_MANAGED;
        change.state = nud::NONE;
        Ok(())
    }),
    Keyword::new("extern_learn", "", "learned by somebody else than the kernel", |change, _| {
        change.flags |= flag::EXT_LEARNED;
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "the device", |change, words| {
        change.device = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::new("protocol", "PROTOCOL", "who made it", |change, words| {
        let word = words.require()?;
        let protocol = named::byte(&mut change.lookup.names, Kind::Protocol, word);
        let protocol = protocol.ok_or_else(|| wrong("\"protocol\" value is invalid\n", word))?;
        change.protocol = Some((protocol, words.place() - 1));
        Ok(())
    }),
];

/// The grammar of `get`.
pub const GET: &[Entry] = &[
    Entry { name: "to", argument: "ADDRESS", help: "the address, the keyword may be left out" },
    Entry { name: "proxy", argument: "ADDRESS", help: "the proxy entry for ADDRESS" },
    Entry { name: "dev", argument: "DEV", help: "the device" },
];

impl Change {
    fn new(family: u8) -> Self {
        Change {
            lookup: Lookup::default(),
            family,
            dst: None,
            device: None,
            lladdr: None,
            protocol: None,
            state: nud::PERMANENT,
            flags: 0,
            ext_flags: 0,
        }
    }

    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None => self.take_address(word, &mut words)?,
            }
        }
        Ok(())
    }

    fn take_proxy(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        if matches(word, "help") {
            return Err(usage());
        }
        if self.dst.is_some() {
            return Err(duplicate("address", word));
        }
        self.dst = Some((prefix::address(word, self.family)?, words.place() - 1));
        self.flags |= flag::PROXY;
        Ok(())
    }

    /// Takes a word that is no keyword for the address.
    fn take_address(&mut self, word: &[u8], words: &mut Words<'_>) -> Result<()> {
        let word = if word == b"to" { words.require()? } else { word };
        // The stock tool passes over `help` here, and reads the word behind it.
        let word = if matches(word, "help") { words.require()? } else { word };
        if self.dst.is_some() {
            return Err(garbage("to", word));
        }
        self.dst = Some((prefix::address(word, self.family)?, words.place() - 1));
        Ok(())
    }

    /// The address, where it is whole and there is a device to it; a proxy entry needs none.
    fn target(&self) -> Option<&(Address, usize)> {
        let placed = self.device.is_some() || self.flags & flag::PROXY != 0;
        self.dst.as_ref().filter(|(dst, _)| placed && dst.family != 0)
    }
}

fn usage() -> Error {
    crate::commands::object_usage(&neigh::neighbour("neighbour"))
}

/// Adds an entry.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newneigh, NlmF::CREATE | NlmF::EXCL)
}

/// Changes an entry.
pub fn change(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newneigh, NlmF::REPLACE)
}

/// Changes an entry, or adds it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newneigh, NlmF::CREATE | NlmF::REPLACE)
}

/// Removes an entry.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Delneigh, NlmF::empty())
}

fn modify(ip: &mut Ip, words: Words<'_>, kind: Rtm, flags: NlmF) -> Result<()> {
    let mut change = Change::new(ip.view.options.family);
    change.lookup = Lookup::borrow(&mut ip.view);
    let read = change.read(words);
    std::mem::take(&mut change.lookup).give_back(&mut ip.view);
    read?;
    let missing = || Error::words("Device and destination are required arguments.");
    let (dst, place) = change.target().ok_or_else(missing)?;
    let lladdr = match &change.lladdr {
        Some((word, place)) if word != b"null" => Some((lladdr::parse(word)?, *place)),
        _ => None,
    };
    let index = match &change.device {
        Some(name) => ip.device(name)?,
        None => 0,
    };
    let spec = Spec {
        header: Header { family: dst.family, index, state: change.state, flags: change.flags },
        dst: Some((dst.bytes(), *place)),
        lladdr: lladdr.as_ref().map(|(bytes, place)| (bytes.as_slice(), *place)),
        protocol: change.protocol,
        ext_flags: change.ext_flags,
    };
    match ip.ask(&mut spec.encode(kind, flags)) {
        // The stock tool leaves at once here, in the midst of a batch too.
        Err(error @ Error::Netlink { .. }) => Err(Error::Words { text: error.to_string(), status: error.status() }),
        other => other,
    }
}

/// Looks an entry up.
pub fn get(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut change = Change::new(ip.view.options.family);
    while let Some(word) = words.next() {
        match word {
            b"dev" => change.device = Some(words.require()?.to_vec()),
            _ if matches(word, "proxy") => change.take_proxy(&mut words)?,
            b"to" if words.peek().is_some_and(|word| matches(word, "help")) => return Err(usage()),
            _ if matches(word, "help") => return Err(usage()),
            _ => change.take_address(word, &mut words)?,
        }
    }
    let missing = || Error::local("Device and address are required arguments.");
    let (dst, place) = change.target().ok_or_else(missing)?;
    let index = match &change.device {
        Some(name) => ip.device(name)?,
        None => 0,
    };
    let spec = Spec {
        header: Header { family: dst.family, index, state: 0, flags: change.flags },
        dst: Some((dst.bytes(), *place)),
        ..Spec::default()
    };
    ip.get(&mut spec.encode(Rtm::Getneigh, NlmF::empty()), |view, message| {
        if view.options.json {
            view.out.begin_json(view.options.pretty);
        }
        if let Some(entry) = Neighbour::decode(message) {
            describe(view, &entry, true);
        }
    })
}
