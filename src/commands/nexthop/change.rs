//! `ip nexthop add`, `replace` and `delete`.

use super::{describe, device, id, usage};
use crate::commands::Ip;
use crate::commands::route::parse_encap;
use crate::error::Result;
use crate::netlink::{NlmF, Request};
use crate::rows::on_off;
use crate::rtnl::nexthop::{self, GROUP_TYPES, Header, Nexthop, attr, request};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::named;
use crate::words::prefix;
use crate::words::{number, number_u32, wrong};

/// Makes an object.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, uapi::RTM_NEWNEXTHOP as u32, NlmF::CREATE | NlmF::EXCL)
}

/// Changes an object, or makes it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, uapi::RTM_NEWNEXTHOP as u32, NlmF::CREATE | NlmF::REPLACE)
}

/// Takes an object away.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, uapi::RTM_DELNEXTHOP as u32, NlmF::empty())
}

fn run(ip: &mut Ip, mut words: Words<'_>, kind: u32, flags: NlmF) -> Result<()> {
    let header = Header { family: ip.view.options.family, ..Header::default() };
    let mut edit = Edit { lookup: Lookup::borrow(&mut ip.view), header, request: request(kind, flags, 0) };
    let parsed = edit.read(&mut words);
    let Edit { lookup, header, mut request } = edit;
    lookup.give_back(&mut ip.view);
    parsed?;
    request.body_mut()[..Header::LEN].copy_from_slice(&header.encode());
    ip.ask_echo(&mut request, |view, message| {
        if let Some(nexthop) = Nexthop::decode(message) {
            describe(view, &nexthop);
        }
    })
}

/// An object in the making.
pub struct Edit {
    lookup: Lookup,
    header: Header,
    request: Request,
}

/// The words that make up an object, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Edit>] = &[
    Keyword::exact("id", "ID", "its id; the kernel finds one where none is given", |e, words| {
        let id = id(words)?;
        e.here(words).u32(attr::ID, id);
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "the device that packets leave by", |e, words| {
        let index = device(&mut e.lookup.links, words)?;
        e.here(words).u32(attr::OIF, index);
        e.family(libc::AF_INET as u8);
        Ok(())
    }),
    Keyword::exact("via", "[ FAMILY ] ADDRESS", "the address of the next hop", |e, words| {
        let family = prefix::family(words.require()?).unwrap_or_else(|| {
            words.back();
            e.header.family
        });
        let word = words.require()?;
        let address = prefix::address(word, family)?;
        e.family(address.family);
        if e.header.family != address.family {
            return Err(wrong("address family mismatch\n", word));
        }
        e.here(words).attr(attr::GATEWAY, address.bytes());
        Ok(())
    }),
    Keyword::exact("encap", "TYPE HEADER", "how packets are wrapped, as with routes", |e, words| {
        parse_encap(&mut e.lookup, words, &mut e.request, attr::ENCAP, attr::ENCAP_TYPE)
    }),
    Keyword::exact("blackhole", "", "packets are dropped", |e, words| {
        e.here(words).attr(attr::BLACKHOLE, &[]);
        e.family(libc::AF_INET as u8);
        Ok(())
    }),
    Keyword::exact("fdb", "", "it is for a bridge's forwarding table", |e, words| {
        e.here(words).attr(attr::FDB, &[]);
        Ok(())
    }),
    Keyword::exact("onlink", "", "the next hop is on the link, whatever the addresses say", |e, _| {
        e.header.flags |= uapi::RTNH_F_ONLINK;
        Ok(())
    }),
    Keyword::exact("group", "ID[,WEIGHT][/...]", "a group of these objects", |e, words| {
        let members = group(words.require()?)?;
        e.here(words).attr(attr::GROUP, &nexthop::group(&members));
        Ok(())
    }),
    Keyword::exact(
        "type",
        "mpath | resilient [ buckets NUMBER ] [ idle_timer SECONDS ] [ unbalanced_timer SECONDS ]",
        "how a group chooses among its members",
        Edit::group_type,
    ),
    Keyword::new("protocol", "RTPROTO", "who made it: kernel, boot, static", |e, words| {
        let word = words.require()?;
        let protocol = named::byte(&mut e.lookup.names, Kind::Protocol, word);
        e.header.protocol = protocol.ok_or_else(|| wrong("\"protocol\" value is invalid\n", word))?;
        Ok(())
    }),
    Keyword::exact("hw_stats", "on|off", "let hardware count the packets that members of a group take", |e, words| {
        let on = on_off("hw_stats", words.require()?).map_err(|error| error.with_status(libc::EINVAL as u8))?;
        e.here(words).u32(attr::HW_STATS_ENABLE, on.into());
        Ok(())
    }),
];

/// Reads `ID[,WEIGHT]/ID[,WEIGHT]/…`: ids, and one less than the weights. A complaint about it quotes its first number.
fn group(word: &[u8]) -> Result<Vec<(u32, u16)>> {
    let first = word.split(|b| b"/,".contains(b)).next().unwrap_or_default();
    let invalid = || wrong("\"group\" value is invalid\n", first);
    let member = |member: &[u8]| {
        let (id, weight) = match member.iter().position(|&b| b == b',') {
            Some(comma) => (&member[..comma], Some(&member[comma + 1..])),
            None => (member, None),
        };
        let id = number_u32(id, 0).ok_or_else(invalid)?;
        let Some(word) = weight else { return Ok((id, 0)) };
        let less = number(word, 0).and_then(|weight| u16::try_from(weight.checked_sub(1)?).ok());
        Ok((id, less.ok_or_else(|| wrong("\"weight\" is invalid\n", word))?))
    };
    word.split(|&b| b == b'/').map(member).collect()
}

impl Edit {
    fn read(&mut self, words: &mut Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, words)?,
                None if word == b"help" => return Err(usage()),
                None => return Err(wrong("", word)),
            }
        }
        Ok(())
    }

    /// The request, with what is appended next said to come from the word taken last.
    fn here(&mut self, words: &Words<'_>) -> &mut Request {
        self.request.word(words.place() - 1)
    }

    /// Settles the family where nothing has yet.
    fn family(&mut self, family: u8) {
        if self.header.family == 0 {
            self.header.family = family;
        }
    }

    fn group_type(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let kind = GROUP_TYPES.iter().position(|name| name.as_bytes() == word);
        let kind = kind.ok_or_else(|| wrong("\"type\" value is invalid\n", word))?;
        if GROUP_TYPES[kind] == "resilient" && !words.is_empty() {
            let (mut buckets, mut idle, mut unbalanced) = (None, None, None);
            loop {
                if words.take("buckets") {
                    let word = words.require()?;
                    let number = number(word, 0).and_then(|number| number.try_into().ok());
                    buckets = Some(number.ok_or_else(|| wrong("invalid buckets value", word))?);
                } else if words.take("idle_timer") {
                    idle = Some(ticks(words, "invalid idle timer value")?);
                } else if words.take("unbalanced_timer") {
                    unbalanced = Some(ticks(words, "invalid unbalanced timer value")?);
                } else {
                    break;
                }
            }
            nexthop::resilient(self.here(words), buckets, idle, unbalanced);
        }
        self.request.u16(attr::GROUP_TYPE, kind as u16);
        Ok(())
    }
}

/// Reads a time in seconds and gives it in clock ticks (USER_HZ, 1/100 s).
fn ticks(words: &mut Words<'_>, why: &str) -> Result<u32> {
    let word = words.require()?;
    let seconds = number_u32(word, 0).filter(|seconds| *seconds < u32::MAX / 100);
    seconds.map(|seconds| seconds * 100).ok_or_else(|| wrong(why, word))
}
