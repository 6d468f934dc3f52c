//! Which addresses are shown or flushed.

use super::{ADDRESS, flag_by_name};
use crate::commands::{Ip, Object, View, link};
use crate::error::Result;
use crate::rtnl::addr::{Address, flag};
use crate::sys;
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::named;
use crate::words::prefix::{self, Prefix};
use crate::words::{matches, number_u32, wrong};

/// What the user has said of the addresses to be shown.
#[derive(Debug, Default)]
pub struct Filter {
    /// What was said of their links.
    pub link: link::Filter,
    /// The family: that of `-family`, or of the prefix.
    pub family: u8,
    /// Only addresses in this prefix.
    pub to: Option<Prefix>,
    /// Only addresses of this scope.
    pub scope: Option<u8>,
    /// Only addresses whose label is like this.
    pub label: Option<Vec<u8>>,
    /// Only addresses that this one made, or nobody said who.
    pub protocol: Option<u8>,
    /// `IFA_F_*` as they shall be.
    pub flags: u32,
    /// Which of them are asked for.
    pub flag_mask: u32,
}

/// The keywords of a filter on addresses; those on links stand behind them, names of flags before.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::exact("to", "PREFIX", "only addresses in PREFIX", |filter, words| {
        let prefix = prefix::prefix(words.require()?, filter.family)?;
        if filter.family == 0 {
            filter.family = prefix.address.family;
        }
        filter.to = Some(prefix);
        Ok(())
    }),
    Keyword::exact("scope", "SCOPE", "only addresses of a scope: link, host, global, all …", |filter, words| {
        let word = words.require()?;
        filter.scope = match named::byte(&mut filter.link.lookup.names, Kind::Scope, word) {
            None if word != b"all" => return Err(wrong("invalid \"scope\"\n", word)),
            scope => scope,
        };
        Ok(())
    }),
    Keyword::exact("label", "PATTERN", "only addresses whose label is like PATTERN", |filter, words| {
        filter.label = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("proto", "NUMBER", "only addresses made by this one, or nobody said by whom", |filter, words| {
        let word = words.require()?;
        let protocol = number_u32(word, 0).and_then(|number| number.try_into().ok());
        filter.protocol = Some(protocol.ok_or_else(|| wrong("\"proto\" value is invalid\n", word))?);
        Ok(())
    }),
    on_link("up", "", "only devices that are up"),
    on_link("group", "GROUP", "only devices of a group"),
    on_link("master", "DEV", "only ports of DEV"),
    on_link("vrf", "DEV", "only ports of the VRF DEV"),
    on_link("nomaster", "", "only devices that are nobody's port"),
    on_link("type", "KIND", "only devices of a kind, or ports of a KIND_slave"),
    on_link("dev", "DEV", "only this device"),
];

/// A keyword that says something of the link.
const fn on_link(name: &'static str, argument: &'static str, help: &'static str) -> Keyword<Filter> {
    Keyword::exact(name, argument, help, |filter, words| match find(link::FILTER_KEYWORDS, words.current()) {
        Some(keyword) => (keyword.take)(&mut filter.link, words),
        None => Ok(()),
    })
}

impl Filter {
    /// Reads the words of a filter, to the end.
    pub fn parse(ip: &mut Ip, words: Words<'_>) -> Result<Filter> {
        let family = ip.view.options.family;
        Filter::parse_for(ip, words, family, &ADDRESS)
    }

    /// As [`Filter::parse`], for the listing of another `object` and addresses of `family`.
    pub fn parse_for(ip: &mut Ip, words: Words<'_>, family: u8, object: &Object) -> Result<Filter> {
        let mut filter = Filter { family, ..Filter::default() };
        filter.link.lookup = Lookup::borrow(&mut ip.view);
        let read = filter.read(words, object);
        filter.link.finish(ip, read)?;
        Ok(filter)
    }

    fn read(&mut self, mut words: Words<'_>, object: &Object) -> Result<()> {
        while let Some(word) = words.next() {
            if self.take_flag(word) {
                continue;
            }
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None if matches(word, "help") => return Err(crate::commands::object_usage(object)),
                None => self.link.set_device(word)?,
            }
        }
        Ok(())
    }

    /// Takes the name of a flag, with `-` before it for its absence.
    fn take_flag(&mut self, word: &[u8]) -> bool {
        let (mut wanted, name) = match word.strip_prefix(b"-") {
            Some(name) => (false, name),
            None => (true, word),
        };
        let name: &[u8] = match name {
            b"dynamic" => b"permanent",
            b"primary" => b"secondary",
            name => name,
        };
        wanted ^= word.ends_with(b"dynamic") || word.ends_with(b"primary");
        let Some(flag) = flag_by_name(name) else { return false };
        self.flags = if wanted { self.flags | flag.bit } else { self.flags & !flag.bit };
        self.flag_mask |= flag.bit;
        true
    }

    /// Whether only first addresses are asked for.
    pub fn primary_only(&self) -> bool {
        self.flag_mask & !self.flags & flag::SECONDARY != 0
    }

    /// Whether `address` is asked for.
    pub fn admits(&self, view: &mut View, address: &Address<'_>) -> bool {
        self.link.index.is_none_or(|index| address.index == index)
            && self.scope.is_none_or(|scope| address.scope == scope)
            && (self.flags ^ address.flags) & self.flag_mask == 0
            && self.protocol.is_none_or(|protocol| [0, protocol].contains(&address.protocol()))
            && (self.family == 0 || self.family == address.family)
            && self.label.as_deref().is_none_or(|pattern| {
                let label = address.label().unwrap_or_else(|| view.links.name(address.index));
                sys::fnmatch(pattern, label)
            })
            && self.to.is_none_or(|prefix| {
                let local = address.local().unwrap_or_default();
                prefix.address.begins(local, usize::from(prefix.bits))
            })
    }
}
