//! `ip neighbour show` and `flush`.

use super::{STATE_NAMES, describe, state};
use crate::commands::ports::PortsOf;
use crate::commands::{Ip, neigh};
use crate::error::{Error, Result};
use crate::rtnl::neigh::{Neighbour, dump, flag, state as nud};
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::named;
use crate::words::prefix::{self, Prefix};
use crate::words::{duplicate, matches, wrong};

/// How often a flush is tried.
const ROUNDS: u32 = 10;
/// Stands for entries without a state in a mask of states.
const STATELESS: u32 = 0x100;
/// Every state.
const ANY: u32 = u32::MAX;

/// What the user has said of the entries.
pub struct Filter {
    lookup: Lookup,
    family: u8,
    device: Option<Vec<u8>>,
    index: Option<u32>,
    ports_of: PortsOf,
    master: Option<u32>,
    unused: bool,
    states: u32,
    states_given: bool,
    flushes: bool,
    flags: u8,
    protocol: u8,
    to: Option<Prefix>,
}

/// The grammar of a filter.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::exact("dev", "DEV", "only entries of DEV", |filter, words| {
        let word = words.require()?;
        if filter.device.is_some() {
            return Err(duplicate("dev", word));
        }
        filter.device = Some(word.to_vec());
        Ok(())
    }),
    Keyword::exact("master", "DEV", "only entries of the ports of DEV", |filter, words| filter.ports_of.master(words)),
    Keyword::exact("vrf", "DEV", "only entries of the ports of the VRF DEV", |filter, words| {
        filter.ports_of.vrf(words)
    }),
    Keyword::exact("nomaster", "", "only entries of devices that are nobody's port", |filter, _| {
        filter.ports_of.nobody();
        Ok(())
    }),
    Keyword::exact("unused", "", "only entries that nobody uses", |filter, _| {
        filter.unused = true;
        Ok(())
    }),
    Keyword::exact("nud", STATE_NAMES, "only entries in a state, all for every one", |filter, words| {
        let word = words.require()?;
        if !filter.states_given {
            filter.states_given = true;
            filter.states = 0;
        }
        filter.states |= match state(word) {
            Some(nud::NONE) => STATELESS,
            Some(state) => u32::from(state),
            None if word != b"all" => return Err(wrong("nud state is bad", word)),
            None if filter.flushes => ANY & !u32::from(nud::NOARP),
            None => ANY,
        };
        Ok(())
    }),
    Keyword::exact("proxy", "", "only proxy entries", |filter, _| {
        filter.flags = flag::PROXY;
        Ok(())
    }),
    Keyword::new("protocol", "PROTOCOL", "only entries that this one made", |filter, words| {
        let word = words.require()?;
        filter.protocol = match named::byte(&mut filter.lookup.names, Kind::Protocol, word) {
            None if word != b"all" => return Err(wrong("invalid \"protocol\"\n", word)),
            protocol => protocol.unwrap_or(0),
        };
        Ok(())
    }),
];

impl Filter {
    fn parse(ip: &mut Ip, words: Words<'_>, flushes: bool) -> Result<Filter> {
        let states = match flushes {
            true => ANY & !u32::from(nud::PERMANENT | nud::NOARP),
            false => 0xff & !u32::from(nud::NOARP),
        };
        let family = ip.view.options.family;
        let mut filter = Filter {
            lookup: Lookup::borrow(&mut ip.view),
            family,
            device: None,
            index: None,
            ports_of: PortsOf::default(),
            master: None,
            unused: false,
            states,
            states_given: false,
            flushes,
            flags: 0,
            protocol: 0,
            to: None,
        };
        let read = filter.read(words);
        std::mem::take(&mut filter.lookup).give_back(&mut ip.view);
        filter.master = filter.ports_of.look_up(ip)?;
        read?;
        if let Some(name) = &filter.device {
            filter.index = Some(ip.device(name)?);
        }
        Ok(filter)
    }

    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            if let Some(keyword) = find(KEYWORDS, word) {
                (keyword.take)(self, &mut words)?;
                continue;
            }
            let word = if word == b"to" { words.require()? } else { word };
            if matches(word, "help") {
                return Err(crate::commands::object_usage(&neigh::neighbour("neighbour")));
            }
            let prefix = prefix::prefix(word, self.family)?;
            if self.family == 0 {
                self.family = prefix.address.family;
            }
            self.to = Some(prefix);
        }
        Ok(())
    }

    #[inline]
    fn admits(&self, entry: &Neighbour<'_>) -> bool {
        let state = match entry.state {
            0 => STATELESS,
            state => u32::from(state),
        };
        let always = flag::PROXY | flag::EXT_LEARNED;
        (self.family == 0 || self.family == entry.family)
            && self.index.is_none_or(|index| entry.index == index)
            && (self.states & state != 0 || entry.flags & always != 0)
            && self.to.is_none_or(|to| to.address.begins(entry.dst().unwrap_or_default(), usize::from(to.bits)))
            && (self.protocol == 0 || self.protocol == entry.protocol())
            && !(self.unused && entry.cache().is_some_and(|cache| cache.references != 0))
    }
}

/// Shows neighbours.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, false)?;
    ip.begin_json();
    ip.dump(&mut dump(filter.family, filter.flags, filter.index, filter.master), |view, message| {
        if let Some(entry) = Neighbour::decode(message).filter(|entry| filter.admits(entry)) {
            describe(view, &entry, filter.index.is_none());
        }
    })
}

/// Removes neighbours until none is left that the filter admits.
pub fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if words.is_empty() {
        return Err(Error::local("Flush requires arguments."));
    }
    let mut filter = Filter::parse(ip, words, true)?;
    let show_stats = ip.view.options.stats;
    for round in 0..ROUNDS {
        let mut found = Vec::new();
        let mut request = dump(filter.family, filter.flags, filter.index, filter.master);
        ip.dump(&mut request, |view, message| {
            if let Some(entry) = Neighbour::decode(message).filter(|entry| filter.admits(entry)) {
                found.push(entry.delete());
                if show_stats > 1 {
                    describe(view, &entry, filter.index.is_none());
                }
            }
        })?;
        if found.is_empty() {
            if show_stats > 0 {
                match round {
                    0 => ip.view.out.text("Nothing to flush.\n"),
                    _ => {
                        let s = if round > 1 { "s" } else { "" };
                        ip.view.out.text(format_args!("*** Flush is complete after {round} round{s} ***\n"));
                    }
                }
            }
            return Ok(());
        }
        for request in &mut found {
            ip.ask(request).map_err(|error| {
                let text = format!("{error}\nFailed to send flush request: {}", crate::sys::strerror(libc::EINVAL));
                Error::words(text).with_status(1)
            })?;
        }
        if show_stats > 0 {
            let (round, count) = (round + 1, found.len());
            ip.view.out.text(format_args!("\n*** Round {round}, deleting {count} entries ***\n"));
        }
        filter.states &= !u32::from(nud::FAILED);
    }
    ip.view.out.text(format_args!("*** Flush not complete bailing out after {ROUNDS} rounds\n"));
    Err(Error::silent(1))
}
