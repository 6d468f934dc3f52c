//! Link kinds: one table in a file of its own for each. A new kind is a new file and one line in [`KINDS`].

mod bareudp;
mod bond;
mod bond_slave;
mod bridge;
mod bridge_slave;
mod dummy;
mod erspan;
mod geneve;
mod gre;
mod gretap;
mod hsr;
mod ifb;
mod ip6erspan;
mod ip6gre;
mod ip6gretap;
mod ip6tnl;
mod ipip;
mod ipvlan;
mod ipvtap;
mod macsec;
mod macvlan;
mod macvtap;
mod netdevsim;
mod netkit;
mod nlmon;
mod sit;
mod team;
mod team_slave;
mod tun;
mod tunnel;
mod vcan;
mod veth;
mod vlan;
mod vrf;
mod vrf_slave;
mod vti;
mod vti6;
mod vxlan;
mod wireguard;
mod xfrm;

use crate::cli::Words;
use crate::commands::View;
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::rows::{self, Row};

/// One more than the highest attribute of any kind.
pub const ATTRS: usize = 64;

/// A kind of link, or what a kind gives to its ports (`bridge_slave`).
pub struct Kind {
    /// Its name, as the kernel has it.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Its attributes.
    pub rows: &'static [Row],
    /// What is done with the words behind its name.
    pub takes: Takes,
    /// Keywords that win over the order of the rows when a word abbreviates several.
    pub first: &'static [&'static str],
    /// Whether an attribute may be there only once.
    pub once: bool,
    /// Whether a change sends all that the device has, as the kernel sets the rest to its defaults.
    pub keeps: bool,
    /// What a word that is none of its keywords is called; where it is empty, only the usage is shown.
    pub unknown: &'static str,
    /// For kinds whose devices come in pairs.
    pub peer: Option<Peer>,
    /// What is done before the words are read.
    pub begin: fn(&mut Draft<'_>, &mut Words<'_>) -> Result<()>,
    /// What is done when all words have been read.
    pub finish: fn(&mut Draft<'_>) -> Result<()>,
}

/// The other device of a pair.
#[derive(Clone, Copy)]
pub struct Peer {
    /// The attribute that holds it, a whole `struct ifinfomsg` with attributes.
    pub attr: u16,
    /// What can be said of it behind `peer`, before the words of a link.
    pub rows: &'static [Row],
}

/// What is done with the words behind a kind's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// They are keywords of its rows.
    Rows,
    /// They are passed over, as the stock tool does.
    Anything,
    /// They are refused.
    Nothing,
}

/// The attributes of a link of some kind while its words are read: the innermost open nest of `request`.
pub struct Draft<'a> {
    /// The kind.
    pub kind: &'static Kind,
    /// What the names are looked up in.
    pub view: &'a mut View,
    /// The request for the link.
    pub request: &'a mut Request,
    /// The device is made, not changed.
    pub creates: bool,
}

impl Draft<'_> {
    /// Whether attribute `attr` is there.
    pub fn has(&self, attr: u16) -> bool {
        self.request.payload(attr).is_some()
    }

    /// Whether attribute `attr` is there and not zero.
    pub fn is_on(&self, attr: u16) -> bool {
        self.request.payload(attr).is_some_and(|payload| payload.is_empty() || payload.iter().any(|&b| b != 0))
    }

    /// Writes attribute `attr` unless it is there.
    pub fn default(&mut self, attr: u16, payload: &[u8]) {
        if !self.has(attr) {
            self.request.put(attr, payload);
        }
    }
}

impl Kind {
    const fn new(name: &'static str, help: &'static str, rows: &'static [Row]) -> Kind {
        Kind {
            name,
            help,
            rows,
            takes: Takes::Rows,
            first: &[],
            once: false,
            keeps: false,
            unknown: "unknown command",
            peer: None,
            begin: |_, _| Ok(()),
            finish: |_| Ok(()),
        }
    }

    /// A kind without attributes, whose words are passed over.
    const fn plain(name: &'static str, help: &'static str) -> Kind {
        Kind { takes: Takes::Anything, ..Kind::new(name, help, &[]) }
    }

    /// Its keywords.
    pub fn usage(&self) -> String {
        let mut text = format!("Usage: ... {}", self.name);
        if self.takes == Takes::Rows {
            for row in rows::each(self.rows).filter(|row| !row.word.is_empty()) {
                let no = if row.negatable { "[no]" } else { "" };
                let space = if row.argument.is_empty() { "" } else { " " };
                text += &format!("\n    [ {no}{}{space}{} ]", row.word, row.argument);
            }
        }
        if self.peer.is_some() {
            text += " [ peer [ name NAME ] [ WORDS of ip link add ] ]";
        }
        text
    }

    /// The kind's name and `text`, then its usage, and status 1.
    fn misused(&self, text: &str) -> Error {
        Error::local(format!("{}: {text}\n{}", self.name, self.usage()))
    }

    /// What is said of a word that is none of its keywords.
    pub fn unknown(&self, word: &[u8]) -> Error {
        match self.unknown {
            "" => Error::local(self.usage()),
            what => self.misused(&format!("{what} \"{}\"?", crate::cli::words::shown(word))),
        }
    }
}

/// Every kind that has a table.
pub const KINDS: &[&Kind] = &[
    &bareudp::KIND,
    &bond::KIND,
    &bond_slave::KIND,
    &bridge::KIND,
    &bridge_slave::KIND,
    &dummy::KIND,
    &erspan::KIND,
    &geneve::KIND,
    &gre::KIND,
    &gretap::KIND,
    &hsr::KIND,
    &ifb::KIND,
    &ip6erspan::KIND,
    &ip6gre::KIND,
    &ip6gretap::KIND,
    &ip6tnl::KIND,
    &ipip::KIND,
    &ipvlan::KIND,
    &ipvtap::KIND,
    &macsec::KIND,
    &macvlan::KIND,
    &macvtap::KIND,
    &netdevsim::KIND,
    &netkit::KIND,
    &nlmon::KIND,
    &sit::KIND,
    &team::KIND,
    &team_slave::KIND,
    &tun::KIND,
    &vcan::KIND,
    &veth::KIND,
    &vlan::KIND,
    &vrf::KIND,
    &vrf_slave::KIND,
    &vti::KIND,
    &vti6::KIND,
    &vxlan::KIND,
    &wireguard::KIND,
    &xfrm::KIND,
];

/// The kind called `name`.
pub fn by_name(name: &[u8]) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name.as_bytes() == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Shown, Value};

    #[test]
    fn every_row_is_complete_and_none_is_there_twice() {
        for kind in KINDS {
            let all: Vec<&Row> = rows::each(kind.rows).collect();
            for (i, row) in all.iter().enumerate() {
                let place = format!("{} {}", kind.name, row.name);
                assert!(usize::from(row.attr) < ATTRS, "{place}: ATTRS is too small");
                assert!(!row.help.is_empty() && !row.help.ends_with('.'), "{place}: help");
                let settable = !matches!(row.value, Value::BridgeId | Value::Ticks | Value::Bytes | Value::Nest(_));
                assert!(settable || row.word.is_empty(), "{place}: a type that no word can set");
                for other in &all[..i] {
                    assert!(row.word.is_empty() || row.word != other.word, "{place}: the keyword is there twice");
                    let clash = !row.key.is_empty() && row.key == other.key;
                    let apart = row.shown != other.shown || row.when != other.when || row.shown == Shown::Never;
                    assert!(!clash || apart, "{place}: the key is there twice");
                }
            }
        }
    }
}
