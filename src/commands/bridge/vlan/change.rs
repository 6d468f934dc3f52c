//! `bridge vlan add` and `delete`.

use super::super::index_of;
use super::{VIDS, before_dash, incomplete_request, invalid_range, invalid_vid, range};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::Rtm;
use crate::rtnl::bridge::{FLAGS_MASTER, FLAGS_SELF};
use crate::rtnl::vlan::{self, Info, flag};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{matches, number_u32, wrong};

/// What the words say.
#[derive(Default)]
pub struct Change {
    device: Option<Vec<u8>>,
    vid: Option<i16>,
    last: Option<i16>,
    flags: u16,
    vlan_flags: u16,
    tunnels: Option<(u32, u32)>,
}

/// The grammar.
pub const KEYWORDS: &[Keyword<Change>] = &[
    Keyword::exact("dev", "DEV", "the port, or the bridge", |change, words| {
        change.device = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("vid", "VID[-VID]", "the VLANs", |change, words| {
        let (vid, last) = range(words.require()?);
        // -1 is what the stock tool knows an absent one by. A last one stays from an earlier range.
        change.vid = Some(vid).filter(|vid| *vid != -1);
        change.last = last.or(change.last);
        Ok(())
    }),
    Keyword::exact("self", "", "ask the device itself", |change, _| {
        change.flags |= FLAGS_SELF;
        Ok(())
    }),
    Keyword::exact("master", "", "ask the bridge that it is a port of", |change, _| {
        change.flags |= FLAGS_MASTER;
        Ok(())
    }),
    Keyword::exact("pvid", "", "untagged packets that come in belong to it", |change, _| {
        change.vlan_flags |= flag::PVID;
        Ok(())
    }),
    Keyword::exact("untagged", "", "its packets go out untagged", |change, _| {
        change.vlan_flags |= flag::UNTAGGED;
        Ok(())
    }),
    Keyword::exact("tunnel_info", "id ID[-ID]", "the tunnels that it is mapped to", |change, words| {
        let word = words.require()?;
        if !matches(word, "id") {
            return Err(wrong("tunnel id expected", word));
        }
        let (_, old) = change.tunnels.unwrap_or_default();
        let (first, last) = tunnel_ids(words.require()?)?;
        change.tunnels = Some((first, last.unwrap_or(old)));
        Ok(())
    }),
];

/// Reads `ID` or `FIRST-LAST`, each of 24 bits.
fn tunnel_ids(word: &[u8]) -> Result<(u32, Option<u32>)> {
    let invalid = || wrong("invalid tun id", before_dash(word).as_bytes());
    let id = |word: &[u8]| number_u32(word, 0).filter(|id| id >> 24 == 0).ok_or_else(invalid);
    match word.iter().position(|&b| b == b'-') {
        Some(at) => Ok((id(&word[..at])?, Some(id(&word[at + 1..])?))),
        None => Ok((id(word)?, None)),
    }
}

/// Adds VLANs to a port, or changes them.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Setlink)
}

/// Takes VLANs from a port.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Dellink)
}

/// Words that mean nothing are passed over, as the stock tool does.
fn modify(ip: &mut Ip, mut words: Words<'_>, kind: Rtm) -> Result<()> {
    let mut change = Change::default();
    while let Some(word) = words.next() {
        match find(KEYWORDS, word) {
            Some(keyword) => (keyword.take)(&mut change, &mut words)?,
            None if matches(word, "help") => {
                words.require()?;
            }
            None => {}
        }
    }
    let (Some(device), Some(vid)) = (&change.device, change.vid) else { return Err(incomplete_request()) };
    let index = index_of(ip, "bridge device", device)?;
    if vid >= VIDS {
        return Err(invalid_vid(vid));
    }
    if let Some(last) = change.last {
        if last >= VIDS || vid >= last {
            return Err(invalid_range(vid, last));
        }
        if change.vlan_flags & flag::PVID != 0 {
            return Err(Error::local("pvid cannot be configured for a vlan range"));
        }
    }
    let request = vlan::Change {
        index,
        flags: change.flags,
        first: Info { flags: change.vlan_flags, vid: vid.cast_unsigned() },
        last: change.last.map(i16::cast_unsigned),
        tunnels: change.tunnels,
    };
    ip.ask(&mut request.encode(kind))
}
