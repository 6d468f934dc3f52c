//! `bridge fdb add`, `append`, `replace` and `delete`.

use super::super::{placed, udp_port};
use super::{lladdr, usage, vni};
use crate::cli::Words;
use crate::cli::keyword::{Keyword, find};
use crate::cli::prefix::{self, Address};
use crate::cli::words::{atoi, garbage, matches, number_u32, shown, wrong};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::fdb::Spec;
use crate::rtnl::neigh::{Header, flag, state};

/// What the words say. Numbers beside values are those of the words they come from.
#[derive(Default)]
pub struct Change {
    family: u8,
    device: Option<Vec<u8>>,
    lladdr: Option<(Vec<u8>, usize)>,
    dst: Option<(Address, usize)>,
    nexthop: Option<(u32, usize)>,
    port: Option<(u16, usize)>,
    vni: Option<(u32, usize)>,
    src_vni: Option<(u32, usize)>,
    via: Option<(Vec<u8>, usize)>,
    vlan: Option<(u16, usize)>,
    state: u16,
    flags: u8,
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
    Keyword::exact("dst", "ADDRESS", "the tunnel's other end", |change, words| {
        let (word, place) = placed(words)?;
        if change.dst.is_some() {
            return Err(garbage("dst", word));
        }
        change.dst = Some((prefix::address(word, change.family)?, place));
        Ok(())
    }),
    Keyword::exact("nhid", "ID", "the nexthop that leads to the tunnel's other end", |change, words| {
        let (word, place) = placed(words)?;
        let id = number_u32(word, 0).ok_or_else(|| wrong("\"id\" value is invalid\n", word))?;
        change.nexthop = Some((id, place)).filter(|_| id != 0);
        Ok(())
    }),
    Keyword::exact("port", "PORT", "the tunnel's UDP port, by number or name", |change, words| {
        let (word, place) = placed(words)?;
        let port = udp_port(word).ok_or_else(|| wrong("invalid port\n", word))?;
        change.port = Some((port, place)).filter(|_| port != 0);
        Ok(())
    }),
    Keyword::exact("vni", "VNI", "the tunnel's network", |change, words| {
        let (word, place) = placed(words)?;
        change.vni = Some((vni(word).ok_or_else(|| wrong("invalid VNI\n", word))?, place));
        Ok(())
    }),
    Keyword::exact("src_vni", "VNI", "the network that packets come from", |change, words| {
        let (word, place) = placed(words)?;
        change.src_vni = Some((vni(word).ok_or_else(|| wrong("invalid src VNI\n", word))?, place));
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
    Keyword::new("vlan", "VID", "in this VLAN", |change, words| {
        if change.vlan.is_some() {
            return Err(garbage("vlan", words.current()));
        }
        let (word, place) = placed(words)?;
        change.vlan = u16::try_from(atoi(word) as i16).ok().map(|vid| (vid, place));
        Ok(())
    }),
    flag!(new, "use", USE, "the entry counts as used"),
    flag!(new, "extern_learn", EXT_LEARNED, "learned by somebody else than the kernel"),
    flag!(new, "sticky", STICKY, "the entry does not move to another port"),
];

impl Change {
    /// Takes a word that is no keyword for the address.
    fn take_lladdr(&mut self, word: &[u8], words: &mut Words<'_>) -> Result<()> {
        let word = if word == b"to" { words.require()? } else { word };
        if matches(word, "help") {
            return Err(usage());
        }
        if self.lladdr.is_some() {
            return Err(garbage("to", word));
        }
        self.lladdr = Some((word.to_vec(), words.place() - 1));
        Ok(())
    }

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
    let mut change = Change { family: ip.view.options.family, state: state::NOARP, ..Change::default() };
    while let Some(word) = words.next() {
        match find(KEYWORDS, word) {
            Some(keyword) => (keyword.take)(&mut change, &mut words)?,
            None => change.take_lladdr(word, &mut words)?,
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
    if change.nexthop.is_some() && (change.dst.is_some() || change.port.is_some() || change.vni.is_some()) {
        return Err(Error::local("dst, port, vni are mutually exclusive with nhid"));
    }
    let invalid = || Error::local(format!("Invalid mac address {}", shown(address)));
    let lladdr = lladdr(address).ok_or_else(invalid)?;
    let spec = Spec {
        header: change.header(ip.device(device)?),
        lladdr: (lladdr, *place),
        dst: change.dst.as_ref().map(|(dst, place)| (dst.bytes(), *place)),
        vlan: change.vlan,
        nexthop: change.nexthop,
        port: change.port,
        vni: change.vni,
        src_vni: change.src_vni,
        via,
        bridge: None,
    };
    ip.ask(&mut spec.encode(kind, flags))
}
