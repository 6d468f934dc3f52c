//! `ip address add`, `change`, `replace` and `delete`: one grammar for all four.

use super::{ADDRESS, FLAGS, flag_by_name};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::addr::{self, FOREVER, Header, Spec, flag};
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Entry, Keyword, entries, find};
use crate::words::named;
use crate::words::prefix::{self, Address, Prefix};
use crate::words::{duplicate, garbage, matches, number_u32, shown, wrong};

/// What the words say. Numbers beside values are those of the words they come from.
#[derive(Default)]
struct Change {
    lookup: Lookup,
    family: u8,
    local: Option<(Prefix, usize)>,
    /// The local address as it was written.
    written: Vec<u8>,
    peer: Option<(Prefix, usize)>,
    broadcast: Option<(Broadcast, usize)>,
    anycast: Option<(Address, usize)>,
    scope: Option<u8>,
    device: Option<Vec<u8>>,
    label: Option<(Vec<u8>, usize)>,
    metric: Option<(u32, usize)>,
    protocol: Option<(u8, usize)>,
    valid: Option<u32>,
    preferred: Option<u32>,
    flags: u32,
    warnings: Vec<String>,
}

/// The broadcast address of the network.
#[derive(Clone, Copy)]
enum Broadcast {
    /// Spelled out.
    Is(Address),
    /// `+`: all host bits set.
    Ones,
    /// `-`: all host bits clear.
    Zeroes,
}

const KEYWORDS: &[Keyword<Change>] = &[
    Keyword::exact("peer", "PREFIX", "the address at the other end of a point-to-point link", take_peer),
    Keyword::exact("remote", "PREFIX", "", take_peer),
    Keyword::new("broadcast", "ADDRESS|+|-", "the broadcast address; + and - make it from the prefix", take_broadcast),
    Keyword::exact("brd", "ADDRESS|+|-", "", take_broadcast),
    Keyword::exact("anycast", "ADDRESS", "the anycast address", |change, words| {
        let word = words.require()?;
        if change.anycast.is_some() {
            return Err(duplicate("anycast", word));
        }
        let address = prefix::address(word, change.family)?;
        change.settle(address.family);
        change.anycast = Some((address, words.place() - 1));
        Ok(())
    }),
    Keyword::exact("scope", "SCOPE", "how far it is known: global, link, host or a number", |change, words| {
        let word = words.require()?;
        let scope = named::byte(&mut change.lookup.names, Kind::Scope, word);
        change.scope = Some(scope.ok_or_else(|| wrong("invalid scope value.", word))?);
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "the device", |change, words| {
        change.device = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("label", "LABEL", "the device's name, with more behind it", |change, words| {
        change.label = Some((words.require()?.to_vec(), words.place() - 1));
        Ok(())
    }),
    Keyword::new("metric", "NUMBER", "the metric of the route to its network", take_metric),
    Keyword::new("priority", "NUMBER", "", take_metric),
    Keyword::new("preference", "NUMBER", "", take_metric),
    Keyword::new("valid_lft", "SECONDS|forever", "how long it is valid, in s", |change, words| {
        if change.valid.is_some() {
            return Err(duplicate("valid_lft", words.current()));
        }
        change.valid = Some(lifetime(words.require()?, "valid_lft value")?);
        Ok(())
    }),
    Keyword::new("preferred_lft", "SECONDS|forever", "how long it is preferred, in s", |change, words| {
        if change.preferred.is_some() {
            return Err(duplicate("preferred_lft", words.current()));
        }
        change.preferred = Some(lifetime(words.require()?, "preferred_lft value")?);
        Ok(())
    }),
    Keyword::exact("proto", "ADDRPROTO", "who made it", |change, words| {
        let word = words.require()?;
        let protocol = named::byte(&mut change.lookup.names, Kind::AddressProtocol, word);
        let protocol = protocol.ok_or_else(|| wrong("\"proto\" value is invalid\n", word))?;
        change.protocol = Some((protocol, words.place() - 1));
        Ok(())
    }),
];

/// What may follow a verb.
pub fn grammar() -> Vec<Entry> {
    let local = Entry { name: "local", argument: "PREFIX", help: "the address, the keyword may be left out" };
    let flags = FLAGS.iter().filter(|flag| !flag.read_only);
    let flags = flags.map(|flag| Entry { name: flag.name, argument: "", help: flag.help });
    [local].into_iter().chain(entries(KEYWORDS)).chain(flags).collect()
}

/// Gives a device an address.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newaddr, NlmF::CREATE | NlmF::EXCL)
}

/// Changes an address.
pub fn change(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newaddr, NlmF::REPLACE)
}

/// Changes an address, or gives it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newaddr, NlmF::CREATE | NlmF::REPLACE)
}

/// Takes an address away.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Deladdr, NlmF::empty())
}

impl Change {
    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None if flag_by_name(word).is_some() => self.take_flag(word),
                None => self.take_local(word, &mut words)?,
            }
        }
        Ok(())
    }

    fn take_local(&mut self, word: &[u8], words: &mut Words<'_>) -> Result<()> {
        let word = if word == b"local" { words.require()? } else { word };
        if matches(word, "help") {
            return Err(crate::commands::object_usage(&ADDRESS));
        }
        if self.local.is_some_and(|(local, _)| !local.address.bytes().is_empty()) {
            return Err(garbage("local", word));
        }
        let prefix = prefix::prefix(word, self.family)?;
        self.settle(prefix.address.family);
        self.written = word.to_vec();
        self.local = Some((prefix, words.place() - 1));
        Ok(())
    }

    fn take_flag(&mut self, word: &[u8]) {
        let Some(flag) = flag_by_name(word) else { return };
        if flag.read_only {
            self.warnings.push(format!("Warning: {} option is not mutable from userspace", flag.name));
        } else if flag.inet6_only && self.family != libc::AF_INET6 as u8 {
            self.warnings.push(format!("Warning: {} option can be set only for IPv6 addresses", flag.name));
        } else {
            self.flags |= flag.bit;
        }
    }

    /// The first address that is read decides on the family, if nothing has yet.
    fn settle(&mut self, family: u8) {
        if self.family == 0 {
            self.family = family;
        }
    }
}

fn take_peer(change: &mut Change, words: &mut Words<'_>) -> Result<()> {
    let word = words.require()?;
    if change.peer.is_some() {
        return Err(duplicate("peer", word));
    }
    let prefix = prefix::prefix(word, change.family)?;
    change.settle(prefix.address.family);
    change.peer = Some((prefix, words.place() - 1));
    Ok(())
}

fn take_broadcast(change: &mut Change, words: &mut Words<'_>) -> Result<()> {
    let word = words.require()?;
    if change.broadcast.is_some() {
        return Err(duplicate("broadcast", word));
    }
    let broadcast = match word {
        b"+" => Broadcast::Ones,
        b"-" => Broadcast::Zeroes,
        _ => {
            let address = prefix::address(word, change.family)?;
            change.settle(address.family);
            Broadcast::Is(address)
        }
    };
    change.broadcast = Some((broadcast, words.place() - 1));
    Ok(())
}

fn take_metric(change: &mut Change, words: &mut Words<'_>) -> Result<()> {
    let word = words.require()?;
    let metric = number_u32(word, 0).ok_or_else(|| wrong("\"metric\" value is invalid\n", word))?;
    change.metric = Some((metric, words.place() - 1));
    Ok(())
}

fn lifetime(word: &[u8], what: &str) -> Result<u32> {
    match word {
        b"forever" => Ok(FOREVER),
        _ => number_u32(word, 0).ok_or_else(|| wrong(what, word)),
    }
}

fn modify(ip: &mut Ip, words: Words<'_>, kind: Rtm, flags: NlmF) -> Result<()> {
    let family = ip.view.options.family;
    let mut change = Change { lookup: Lookup::borrow(&mut ip.view), family, ..Change::default() };
    let read = change.read(words);
    std::mem::take(&mut change.lookup).give_back(&mut ip.view);
    for warning in &change.warnings {
        ip.complain(warning)?;
    }
    read?;
    let deletes = kind == Rtm::Deladdr;
    let device = change.device.as_deref();
    let device = device.ok_or_else(|| Error::local("Not enough information: \"dev\" argument is required."))?;

    // Without a peer the address stands at both ends; a deletion without a prefix length leaves that open.
    let wildcard = change.local.filter(|(local, _)| {
        deletes && change.peer.is_none() && local.address.family == libc::AF_INET as u8 && !local.given
    });
    if let Some((local, _)) = wildcard {
        let bits = 8 * local.address.bytes().len();
        ip.complain(&format!(
            "Warning: Executing wildcard deletion to stay compatible with old scripts.\n         \
             Explicitly specify the prefix length ({}/{bits}) to avoid this warning.\n         \
             This special behaviour is likely to disappear in further releases,\n         fix your scripts!",
            shown(&change.written)
        ))?;
    }
    let peer = change.peer.or(change.local.filter(|_| wildcard.is_none()));
    let bits = change.peer.map(|(peer, _)| peer.bits).filter(|bits| *bits != 0);
    let local_bits = change.local.map_or(0, |(local, _)| local.bits);
    let broadcast = match change.broadcast {
        Some((Broadcast::Is(address), word)) => Some((address.bytes().to_vec(), word)),
        Some((made, word)) if !deletes => {
            if change.family != libc::AF_INET as u8 {
                return Err(Error::local("Broadcast can be set only for IPv4 addresses"));
            }
            peer.and_then(|(peer, _)| made_broadcast(&peer, matches!(made, Broadcast::Ones))).map(|b| (b, word))
        }
        _ => None,
    };
    let loopback = change.local.is_some_and(|(local, _)| {
        local.address.family == libc::AF_INET as u8 && local.address.bytes().first() == Some(&127)
    });
    let default_scope = if loopback && !deletes { libc::RT_SCOPE_HOST } else { libc::RT_SCOPE_UNIVERSE };
    let index = ip.device(device)?;
    let lifetimes = lifetimes(&change)?;
    if change.flags & flag::MCAUTOJOIN != 0 && !change.local.is_some_and(|(local, _)| local.address.is_multicast()) {
        return Err(Error::local("autojoin needs multicast address"));
    }
    let spec = Spec {
        header: Header {
            family: change.family,
            prefix_len: bits.unwrap_or(local_bits),
            scope: change.scope.unwrap_or(default_scope),
            index,
            flags: 0,
        },
        local: change.local.as_ref().map(|(local, word)| (local.address.bytes(), *word)),
        address: peer.as_ref().map(|(peer, word)| (peer.address.bytes(), *word)),
        broadcast: broadcast.as_ref().map(|(bytes, word)| (bytes.as_slice(), *word)),
        anycast: change.anycast.as_ref().map(|(address, word)| (address.bytes(), *word)),
        label: change.label.as_ref().map(|(label, word)| (label.as_slice(), *word)),
        metric: change.metric,
        protocol: change.protocol,
        flags: change.flags,
        lifetimes,
    };
    let mut request = spec.encode(kind, flags);
    if !ip.view.options.echo {
        return ip.change(&mut request);
    }
    ip.ask_echo(&mut request, |view, message| {
        if let Some(address) = addr::Address::decode(message) {
            super::describe(view, &address, true);
        }
    })
}

/// The broadcast address of the network that `prefix` is in; networks of two addresses and less have none.
fn made_broadcast(prefix: &Prefix, ones: bool) -> Option<Vec<u8>> {
    let bytes = prefix.address.bytes().first_chunk::<4>().filter(|_| prefix.bits <= 30)?;
    let host = u32::MAX.checked_shr(u32::from(prefix.bits)).unwrap_or(0);
    let address = u32::from_be_bytes(*bytes);
    Some(if ones { address | host } else { address & !host }.to_be_bytes().to_vec())
}

fn lifetimes(change: &Change) -> Result<Option<(u32, u32)>> {
    if change.valid.is_none() && change.preferred.is_none() {
        return Ok(None);
    }
    let (valid, preferred) = (change.valid.unwrap_or(FOREVER), change.preferred.unwrap_or(FOREVER));
    if valid == 0 {
        return Err(Error::local("valid_lft is zero"));
    }
    if valid < preferred {
        return Err(Error::local("preferred_lft is greater than valid_lft"));
    }
    Ok(Some((valid, preferred)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Change> {
        let all: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut change = Change::default();
        change.read(Words::new(&all)).map(|()| change)
    }

    #[test]
    fn keywords_in_any_order() {
        let change = parse("dev e0 brd + 10.0.0.1/24 noprefixroute metric 5").ok().unwrap();
        assert_eq!(change.device.as_deref(), Some(&b"e0"[..]));
        assert_eq!((change.flags, change.metric, change.family), (flag::NOPREFIXROUTE, Some((5, 7)), 2));
        let (local, word) = change.local.unwrap();
        assert_eq!((local.address.bytes(), local.bits, word), (&[10, 0, 0, 1][..], 24, 4));
        assert_eq!(made_broadcast(&local, true), Some(vec![10, 0, 0, 255]));
        assert_eq!(made_broadcast(&local, false), Some(vec![10, 0, 0, 0]));
    }

    #[test]
    fn a_second_address_is_garbage() {
        let text = parse("10.0.0.1/24 10.0.0.2/24").err().unwrap().to_string();
        assert_eq!(text, "Error: either \"local\" is duplicate, or \"10.0.0.2/24\" is a garbage.");
    }
}
