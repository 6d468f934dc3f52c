//! `bridge mdb add`, `replace`, `delete` and `flush`.
//!
//! `replace`, `flush` and the attributes of tunnels came with release 6.3 and later of the stock tool.

use super::super::{BRIDGE, placed, udp_port, unsigned};
use super::{OBJECT, usage};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::NlmF;
use crate::rtnl::mdb::{EXCLUDE, Entry, INCLUDE, PERMANENT, Spec};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::words::keyword::{Keyword, find};
use crate::words::{Words, lladdr, named};
use crate::words::{atoi, matches, shown};

/// `NLM_F_BULK`: all entries that match are meant. Only a deletion has it, elsewhere the bit is `NLM_F_EXCL`.
const BULK: NlmF = NlmF::EXCL;

/// A word and its number.
type Word = Option<(Vec<u8>, usize)>;

/// What the words say; they are understood when all have been read.
#[derive(Default)]
pub struct Change {
    device: Word,
    port: Word,
    group: Word,
    vid: i16,
    permanent: Option<bool>,
    source: Word,
    mode: Word,
    sources: Word,
    protocol: Word,
    dst: Word,
    dst_port: Word,
    vni: Word,
    src_vni: Word,
    via: Word,
}

/// A keyword whose argument is kept as it is.
macro_rules! kept {
    ($name:literal, $argument:literal, $field:ident, $help:literal) => {
        Keyword::exact($name, $argument, $help, |change, words| {
            let (word, place) = placed(words)?;
            change.$field = Some((word.to_vec(), place));
            Ok(())
        })
    };
}

const DEV: Keyword<Change> = kept!("dev", "DEV", device, "the bridge");
const PORT: Keyword<Change> = kept!("port", "DEV", port, "the port");
const GROUP: Keyword<Change> = kept!("grp", "ADDRESS", group, "the group");
const SOURCE: Keyword<Change> = kept!("src", "ADDRESS", source, "only packets of this source");
const PROTOCOL: Keyword<Change> = kept!("proto", "PROTOCOL", protocol, "who makes it");
const DST: Keyword<Change> = kept!("dst", "ADDRESS", dst, "the tunnel's other end");
const DST_PORT: Keyword<Change> = kept!("dst_port", "PORT", dst_port, "the tunnel's UDP port, by number or name");
const VNI: Keyword<Change> = kept!("vni", "VNI", vni, "the tunnel's network");
const SRC_VNI: Keyword<Change> = kept!("src_vni", "VNI", src_vni, "the network that packets come from");
const VID: Keyword<Change> = Keyword::exact("vid", "VID", "the VLAN", |change, words| {
    change.vid = atoi(words.require()?) as i16;
    Ok(())
});

/// The grammar of `add`, `replace` and `delete`.
pub const KEYWORDS: &[Keyword<Change>] = &[
    DEV,
    GROUP,
    PORT,
    Keyword::exact("permanent", "", "it does not age", |change, _| {
        change.permanent = Some(true);
        Ok(())
    }),
    Keyword::exact("temp", "", "it ages, as it does when nothing is said", |_, _| Ok(())),
    VID,
    SOURCE,
    kept!("filter_mode", "include|exclude", mode, "only packets of the sources in the list, or of all others"),
    kept!("source_list", "ADDRESS[,ADDRESS]...", sources, "the list of sources"),
    PROTOCOL,
    DST,
    DST_PORT,
    VNI,
    SRC_VNI,
    kept!("via", "DEV", via, "the device that the tunnel's packets leave by"),
];

/// The grammar of `get`.
pub const GET: &[Keyword<Change>] = &[DEV, GROUP, VID, SOURCE, SRC_VNI];

/// The grammar of `flush`.
pub const FLUSH: &[Keyword<Change>] = &[
    DEV,
    PORT,
    VID,
    SRC_VNI,
    PROTOCOL,
    Keyword::exact("permanent", "", "only entries made by hand", |change, _| {
        change.permanent = Some(true);
        Ok(())
    }),
    Keyword::exact("nopermanent", "", "only entries that age", |change, _| {
        change.permanent = Some(false);
        Ok(())
    }),
    DST,
    DST_PORT,
    VNI,
];

impl Change {
    /// Reads the words of `table`; others are passed over, as the stock tool does. Where `abbreviated`, any beginning
    /// of `help` asks for it.
    pub fn parse(mut words: Words<'_>, table: &'static [Keyword<Change>], abbreviated: bool) -> Result<Change> {
        let mut change = Change::default();
        while let Some(word) = words.next() {
            match find(table, word) {
                Some(keyword) => (keyword.take)(&mut change, &mut words)?,
                None if word == b"help" || abbreviated && matches(word, "help") => return Err(usage()),
                None => {}
            }
        }
        Ok(change)
    }

    /// The bridge and the group, where both have been named.
    pub fn is_whole(&self) -> bool {
        self.device.is_some() && self.group.is_some()
    }

    /// What is asked, understood in the order in which the stock tool complains.
    pub fn resolve(&self, ip: &mut Ip) -> Result<Spec> {
        let device = index(ip, &self.device)?.map_or(0, |(index, _)| index);
        let port = index(ip, &self.port)?.map_or(0, |(index, _)| index);
        let (protocol, group) = match &self.group {
            Some((word, _)) => group(word)?,
            None => (0, [0; 16]),
        };
        let state = if self.permanent == Some(true) { PERMANENT } else { 0 };
        let entry = Entry { port, state, flags: 0, vid: self.vid.cast_unsigned(), group, protocol };
        let place = self.group.as_ref().map_or(0, |(_, place)| *place);
        let names = &mut ip.view.names;
        Ok(Spec {
            index: device,
            entry: (entry, place),
            source: understood(&self.source, "source address", address)?,
            mode: understood(&self.mode, "filter mode", mode)?,
            sources: sources(&self.sources)?,
            protocol: understood(&self.protocol, "protocol value", |word| named::byte(names, Kind::Protocol, word))?,
            dst: understood(&self.dst, "underlay destination address", address)?,
            dst_port: understood(&self.dst_port, "destination port", udp_port)?,
            vni: understood(&self.vni, "destination VNI", any_vni)?,
            src_vni: understood(&self.src_vni, "source VNI", any_vni)?,
            via: index(ip, &self.via)?,
            state_mask: 0,
        })
    }
}

/// The index of the device that a word names, where there is one.
fn index(ip: &mut Ip, word: &Word) -> Result<Option<(u32, usize)>> {
    let Some((name, place)) = word else { return Ok(None) };
    Ok(Some((ip.device(name)?, *place)))
}

/// What `read` makes of a word, where there is one.
fn understood<T>(word: &Word, what: &str, read: impl FnOnce(&[u8]) -> Option<T>) -> Result<Option<(T, usize)>> {
    let Some((word, place)) = word else { return Ok(None) };
    let invalid = || Error::local(format!("Invalid {what} \"{}\"", shown(word)));
    Ok(Some((read(word).ok_or_else(invalid)?, *place)))
}

/// An IPv4 or IPv6 address as inet_pton(3) reads it.
fn address(word: &[u8]) -> Option<Vec<u8>> {
    match std::str::from_utf8(word).ok()?.parse().ok()? {
        std::net::IpAddr::V4(address) => Some(address.octets().to_vec()),
        std::net::IpAddr::V6(address) => Some(address.octets().to_vec()),
    }
}

fn mode(word: &[u8]) -> Option<u8> {
    match word {
        b"include" => Some(INCLUDE),
        b"exclude" => Some(EXCLUDE),
        _ => None,
    }
}

/// A network's identifier; the kernel checks its range.
fn any_vni(word: &[u8]) -> Option<u32> {
    unsigned(word).filter(|vni| *vni != u64::MAX).map(|vni| vni as u32)
}

fn sources(word: &Word) -> Result<Option<(Vec<Vec<u8>>, usize)>> {
    let Some((list, place)) = word else { return Ok(None) };
    let source = |word: &[u8]| {
        let invalid = || Error::local(format!("Invalid source entry \"{}\" in source list", shown(word)));
        address(word).ok_or_else(invalid)
    };
    Ok(Some((list.split(|&b| b == b',').map(source).collect::<Result<_>>()?, *place)))
}

/// A group's `ETH_P_*` and address: of IP, or of the link layer with 0 for the former.
fn group(word: &[u8]) -> Result<(u16, [u8; 16])> {
    let mut bytes = [0; 16];
    let mut fill = |protocol: i32, address: &[u8]| {
        bytes[..address.len()].copy_from_slice(address);
        Ok((protocol as u16, bytes))
    };
    match address(word) {
        Some(address) if address.len() == 4 => return fill(libc::ETH_P_IP, &address),
        Some(address) => return fill(libc::ETH_P_IPV6, &address),
        None => {}
    }
    // The stock tool cuts the word in reading it, and shows what is left before the first colon.
    let left = if word.contains(&b'.') { word } else { word.split(|&b| b == b':').next().unwrap_or_default() };
    let invalid = format!("Invalid address \"{}\"", shown(left));
    match lladdr::parse(word) {
        Ok(address) if address.len() == 6 => fill(0, &address),
        Ok(_) => Err(Error::local(invalid)),
        Err(error) => Err(Error::local(format!("{error}\n{invalid}"))),
    }
}

/// Adds an entry.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::RTM_NEWMDB as u32, NlmF::CREATE | NlmF::EXCL)
}

/// Changes an entry, or adds it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if words.current() != b"replace" {
        return Err(BRIDGE.unknown_verb(&OBJECT, words.current()));
    }
    modify(ip, words, uapi::RTM_NEWMDB as u32, NlmF::CREATE | NlmF::REPLACE)
}

/// Removes an entry.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::RTM_DELMDB as u32, NlmF::empty())
}

fn modify(ip: &mut Ip, words: Words<'_>, kind: u32, flags: NlmF) -> Result<()> {
    let change = Change::parse(words, KEYWORDS, true)?;
    if !change.is_whole() || change.port.is_none() {
        return Err(Error::local("Device, group address and port name are required arguments."));
    }
    let mut spec = change.resolve(ip)?;
    if kind == uapi::RTM_DELMDB as u32 {
        spec.entry.0.state = 0;
    }
    ip.ask(&mut spec.encode(kind, flags))
}

/// Removes all entries that the words describe.
pub fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if words.current() != b"flush" {
        return Err(BRIDGE.unknown_verb(&OBJECT, words.current()));
    }
    let change = Change::parse(words, FLUSH, false)?;
    if change.device.is_none() {
        return Err(Error::local("Device is a required argument."));
    }
    let mut spec = change.resolve(ip)?;
    spec.state_mask = if change.permanent.is_some() { PERMANENT } else { 0 };
    ip.ask(&mut spec.encode(uapi::RTM_DELMDB as u32, BULK))
}
