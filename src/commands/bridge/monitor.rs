//! `bridge monitor`: what changes, as it changes.

use nix::sys::socket::SockProtocol;

use super::{fdb, link, mdb, vlan, vni};
use crate::commands::events;
use crate::commands::link::{dump_names, learn};
use crate::commands::{Ip, Object, View};
use crate::error::{Error, Result};
use crate::netlink::{Message, Socket};
use crate::rtnl::link::Link;
use crate::rtnl::mdb::{Event, Mdb};
use crate::rtnl::neigh::Neighbour;
use crate::rtnl::uapi::rtnetlink_groups as group;
use crate::rtnl::vlan::Vlans;
use crate::rtnl::vnifilter::Networks;
use crate::words::Words;
use crate::words::keyword::Keyword;

/// The object `monitor`, which has no verbs.
pub const OBJECT: Object =
    Object { name: "monitor", called: "monitor", help: "watch changes as they happen", verbs: &[], default: run };

/// What can be watched, a bit each.
const LINK: u8 = 1;
const FDB: u8 = 1 << 1;
const MDB: u8 = 1 << 2;
const VLAN: u8 = 1 << 3;
const VNI: u8 = 1 << 4;
/// What is watched when nothing is said: VLANs and networks came later.
const USUAL: u8 = LINK | FDB | MDB;

/// Where it is told of, and what is said where that fails.
const GROUPS: &[(u8, group, &str)] = &[
    (LINK, group::RTNLGRP_LINK, ""),
    (FDB, group::RTNLGRP_NEIGH, ""),
    (MDB, group::RTNLGRP_MDB, ""),
    (VLAN, group::RTNLGRP_BRVLAN, "Failed to add bridge vlan group to list"),
    (VNI, group::RTNLGRP_TUNNEL, "Failed to add bridge vni group to list"),
];

/// What is to be watched.
pub struct Asked {
    objects: u8,
    /// All that is usual, unless an object is named behind it.
    usual: bool,
    file: Option<Vec<u8>>,
    label: bool,
}

const KEYWORDS: &[Keyword<Asked>] = &[
    Keyword::new("file", "FILE", "read what rtmon has written, in place of listening", |asked, words| {
        asked.file = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::new("link", "", "ports and links", |asked, _| asked.watch(LINK)),
    Keyword::new("fdb", "", "entries of forwarding tables", |asked, _| asked.watch(FDB)),
    Keyword::new("mdb", "", "multicast groups", |asked, _| asked.watch(MDB)),
    Keyword::new("vlan", "", "VLANs", |asked, _| asked.watch(VLAN)),
    Keyword::exact("vni", "", "networks of VXLAN devices", |asked, _| asked.watch(VNI)),
    Keyword::exact("all", "", "everything, each with its label", |asked, _| {
        asked.objects |= VLAN | VNI;
        asked.usual = true;
        asked.label = true;
        Ok(())
    }),
];

impl Asked {
    fn watch(&mut self, object: u8) -> Result<()> {
        self.objects |= object;
        self.usual = false;
        Ok(())
    }

    fn parse(words: Words<'_>) -> Result<Asked> {
        let mut asked = Asked { objects: 0, usual: true, file: None, label: false };
        events::parse("bridge monitor", &[KEYWORDS], &mut asked, words)?;
        Ok(asked)
    }

    fn objects(&self) -> u8 {
        self.objects | if self.usual { USUAL } else { 0 }
    }
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let asked = Asked::parse(words)?;
    if let Some(file) = &asked.file {
        return events::from_file(ip, file, |view, message| event(view, message, asked.label));
    }
    let leave = |status| move |error| Error::words(Error::from(error).to_string()).with_status(status);
    let mut socket = Socket::open(SockProtocol::NetlinkRoute).map_err(leave(1))?;
    socket.make_room(events::ROOM);
    for (object, group, said) in GROUPS.iter().filter(|(object, ..)| asked.objects() & object != 0) {
        socket.join(*group as u32).map_err(|error| match USUAL & object {
            0 => Error::words(*said).with_status(1),
            _ => leave(1)(error),
        })?;
    }
    // Names stay what they are now, as with the stock tool: a link's own events have its new one.
    let _ = ip.dump(&mut dump_names(), learn);
    match events::hear(&mut ip.view, &mut socket, |view, message| event(view, message, asked.label)) {
        Ok(never) => match never {},
        Err(error) => Err(leave(2)(error)),
    }
}

/// Shows one event.
fn event(view: &mut View, message: &Message<'_>, label: bool) {
    let head = |view: &mut View, name: &str| {
        events::show_now(view);
        view.out.text(if label { name } else { "" });
    };
    if message.kind == events::TIMESTAMP {
        events::file_time(&mut view.out, message);
    } else if let Some(link) = Link::decode(message).filter(link::is_shown) {
        head(view, "[LINK]");
        link::describe(view, &link);
    } else if let Some(entry) = Neighbour::decode(message).filter(fdb::is_entry) {
        head(view, "[NEIGH]");
        fdb::describe(view, &entry, true);
    } else if let Some(mdb) = Mdb::decode(message).filter(|mdb| mdb.event != Event::There) {
        head(view, "[MDB]");
        mdb::describe(view, &mdb);
    } else if let Some(vlans) = Vlans::decode(message) {
        head(view, "[VLAN]");
        vlan::describe(view, &vlans);
    } else if let Some(networks) = Networks::decode(message) {
        head(view, "[TUNNEL]");
        vni::describe(view, &networks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_objects() {
        let asked = |line: &str| {
            let words: Vec<&[u8]> = line.split_terminator(' ').map(str::as_bytes).collect();
            Asked::parse(Words::new(&words)).map(|asked| (asked.objects(), asked.label))
        };
        assert_eq!(asked("").unwrap(), (USUAL, false));
        assert_eq!(asked("li m").unwrap(), (LINK | MDB, false));
        assert_eq!(asked("link all").unwrap(), (0x1f, true));
        assert_eq!(asked("all fdb").unwrap(), (FDB | VLAN | VNI, true));
        assert!(asked("vn").is_err() && asked("al").is_err());
    }
}
