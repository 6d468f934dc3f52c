//! Link kinds: one table in a file of its own for each. A new kind is a new file and one line in [`KINDS`].

mod amt;
mod bareudp;
mod batadv;
mod bond;
mod bond_slave;
mod bridge;
pub mod bridge_slave;
mod can;
mod dsa;
mod dummy;
mod erspan;
mod geneve;
mod gre;
mod gretap;
mod gtp;
mod hsr;
mod ifb;
mod ip6erspan;
mod ip6gre;
mod ip6gretap;
mod ip6tnl;
mod ipip;
mod ipoib;
mod ipvlan;
mod ipvtap;
pub mod macsec;
mod macvlan;
mod macvtap;
mod netdevsim;
mod netkit;
mod nlmon;
mod rmnet;
mod sit;
mod team;
mod team_slave;
mod tun;
mod tunnel;
mod vcan;
mod veth;
mod virt_wifi;
mod vlan;
mod vrf;
mod vrf_slave;
mod vti;
mod vti6;
mod vxcan;
mod vxlan;
mod wireguard;
mod wwan;
mod xfrm;

pub use veth::VETH_INFO_PEER;

use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::output::Out;
use crate::rows::{self, Row, Shown};
use crate::view::View;
use crate::words::Words;
use crate::words::{matches, shown};

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
    /// What is said of a word, `{}`, that is none of its keywords; where it is empty, only the usage is shown.
    pub unknown: &'static str,
    /// Whether `help` is a keyword behind its name.
    pub helps: bool,
    /// For kinds whose devices come in pairs.
    pub peer: Option<Peer>,
    /// What is done before the words are read.
    pub begin: fn(&mut Draft<'_>, &mut Words<'_>) -> Result<()>,
    /// What is done when all words have been read.
    pub finish: fn(&mut Draft<'_>) -> Result<()>,
    /// Shows what the rows do not, behind them.
    pub show: Option<fn(&mut Out, &Table<'_, ATTRS>)>,
    /// Shows what the device has counted besides packets (`IFLA_INFO_XSTATS`), for kinds that count it.
    pub show_counted: Option<fn(&mut Out, &[u8])>,
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
    /// They are keywords of its rows, or passed over.
    Loosely,
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
            unknown: "unknown command \"{}\"?",
            helps: true,
            peer: None,
            begin: |_, _| Ok(()),
            finish: |_| Ok(()),
            show: None,
            show_counted: None,
        }
    }

    /// A kind without attributes, whose words are passed over.
    const fn plain(name: &'static str, help: &'static str) -> Kind {
        Kind { takes: Takes::Anything, ..Kind::new(name, help, &[]) }
    }

    /// Reads words into the innermost open nest of `request`. `creates` is whether the device is made, not changed.
    pub fn read(
        &'static self,
        view: &mut View,
        words: &mut Words<'_>,
        request: &mut Request,
        creates: bool,
    ) -> Result<()> {
        (self.begin)(&mut Draft { kind: self, view, request, creates }, words)?;
        let mut seen = Vec::new();
        while let Some(word) = words.next() {
            let once = self.once.then_some(&mut seen);
            let known = rows::parse(self.rows, self.first, once, view, words, request)?;
            if !known && (self.takes != Takes::Loosely || word == b"help") {
                let asked = self.helps && matches(word, "help");
                return Err(if asked { Error::local(self.usage()) } else { self.unknown(word) });
            }
        }
        (self.finish)(&mut Draft { kind: self, view, request, creates })
    }

    /// Whether something of it is shown.
    pub fn has_data(&self) -> bool {
        self.show.is_some() || self.rows.iter().any(|row| row.shown != Shown::Never)
    }

    /// Whether the stock tool has a help for it.
    pub fn has_help(&self) -> bool {
        match self.takes {
            Takes::Rows | Takes::Loosely => true,
            Takes::Anything => self.rows.is_empty(),
            Takes::Nothing => false,
        }
    }

    /// Its keywords.
    pub fn usage(&self) -> String {
        let mut text = format!("Usage: ... {}", self.name);
        if matches!(self.takes, Takes::Rows | Takes::Loosely) {
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
            what => self.misused(&what.replace("{}", &shown(word))),
        }
    }
}

/// Every kind that has a table.
pub const KINDS: &[&Kind] = &[
    &amt::KIND,
    &bareudp::KIND,
    &batadv::KIND,
    &bond::KIND,
    &bond_slave::KIND,
    &bridge::KIND,
    &bridge_slave::KIND,
    &can::KIND,
    &dsa::KIND,
    &dummy::KIND,
    &erspan::KIND,
    &geneve::KIND,
    &gre::KIND,
    &gretap::KIND,
    &gtp::KIND,
    &hsr::KIND,
    &ifb::KIND,
    &ip6erspan::KIND,
    &ip6gre::KIND,
    &ip6gretap::KIND,
    &ip6tnl::KIND,
    &ipip::KIND,
    &ipoib::KIND,
    &ipvlan::KIND,
    &ipvtap::KIND,
    &macsec::KIND,
    &macvlan::KIND,
    &macvtap::KIND,
    &netdevsim::KIND,
    &netkit::KIND,
    &nlmon::KIND,
    &rmnet::KIND,
    &sit::KIND,
    &team::KIND,
    &team_slave::KIND,
    &tun::KIND,
    &vcan::KIND,
    &veth::KIND,
    &virt_wifi::KIND,
    &vlan::KIND,
    &vrf::KIND,
    &vrf_slave::KIND,
    &vti::KIND,
    &vti6::KIND,
    &vxcan::KIND,
    &vxlan::KIND,
    &wireguard::KIND,
    &wwan::KIND,
    &xfrm::KIND,
];

/// The kind called `name`.
pub fn by_name(name: &[u8]) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name.as_bytes() == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Ip;
    use crate::netlink::{NlmF, Rtm, Table};
    use crate::rows::Value;
    use crate::words::options::Options;

    /// What the words of a new link of a kind become: its attributes, or what is said of them.
    fn encoded(kind: &str, line: &str) -> std::result::Result<Vec<u8>, String> {
        let kind = by_name(kind.as_bytes()).unwrap();
        let mut view = Ip::new(Options::default()).view;
        let mut request = Request::new(Rtm::Newlink, NlmF::empty());
        let nest = request.open(2);
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        kind.read(&mut view, &mut Words::new(&words), &mut request, true).map_err(|error| error.to_string())?;
        request.close(nest);
        Ok(request.finish(1).unwrap()[20..].to_vec())
    }

    /// What attributes of a kind look like, as text or JSON.
    fn shown(kind: &str, bytes: &[u8], json: bool) -> String {
        let mut view = Ip::new(Options::default()).view;
        if json {
            view.out.begin_json(false);
            view.out.open_object("");
        }
        rows::show(&mut view, by_name(kind.as_bytes()).unwrap().rows, &Table::<ATTRS>::new(bytes));
        String::from_utf8(view.out.take()).unwrap()
    }

    /// Words, the bytes that the stock tool's request has for them (little-endian), and what is shown of those.
    #[cfg(target_endian = "little")]
    const GOLDEN: &[(&str, &str, &[u8], &str)] = &[
        (
            "vlan",
            "protocol 802.1ad id 5 reorder_hdr off gvrp on egress-qos-map 1:2",
            &[
                6, 0, 5, 0, 0x88, 0xa8, 0, 0, // protocol
                6, 0, 1, 0, 5, 0, 0, 0, // id
                12, 0, 2, 0, 2, 0, 0, 0, 3, 0, 0, 0, // flags, mask
                16, 0, 3, 0, 12, 0, 1, 0, 1, 0, 0, 0, 2, 0, 0, 0, // one mapping
            ],
            "protocol 802.1ad id 5 <GVRP> \n      egress-qos-map { 1:2 } ",
        ),
        (
            "vxlan",
            "id 258 remote 10.0.0.2 dstport 4789 srcport 1 2 noudpcsum ttl inherit label 0x12345",
            &[
                8, 0, 1, 0, 2, 1, 0, 0, // id
                8, 0, 2, 0, 10, 0, 0, 2, // group
                6, 0, 15, 0, 0x12, 0xb5, 0, 0, // port
                8, 0, 10, 0, 0, 1, 0, 2, // port range
                5, 0, 18, 0, 0, 0, 0, 0, // UDP checksum
                4, 0, 28, 0, // TTL inherited
                8, 0, 26, 0, 0, 1, 0x23, 0x45, // label
                5, 0, 7, 0, 1, 0, 0, 0, // learning
            ],
            "id 258 remote 10.0.0.2 srcport 1 2 dstport 4789 ttl inherit flowlabel 0x12345 noudpcsum ",
        ),
        (
            "gre",
            "remote 10.0.0.2 ikey 7 oseq csum tos inherit encap gue encap-dport 5555 encap-csum",
            &[
                8, 0, 7, 0, 10, 0, 0, 2, // remote
                8, 0, 4, 0, 0, 0, 0, 7, // key received
                6, 0, 2, 0, 0xa0, 0, 0, 0, // key and checksum received
                6, 0, 3, 0, 0x90, 0, 0, 0, // sequence and checksum sent
                5, 0, 9, 0, 1, 0, 0, 0, // TOS
                6, 0, 14, 0, 2, 0, 0, 0, // GUE
                6, 0, 17, 0, 0x15, 0xb3, 0, 0, // port
                6, 0, 15, 0, 1, 0, 0, 0, // UDP checksum
            ],
            "remote 10.0.0.2 local any ttl inherit tos inherit ikey 0.0.0.7 oseq icsum ocsum encap gue \
             encap-dport 5555 encap-csum noencap-csum6 noencap-remcsum ",
        ),
        (
            "ip6tnl",
            "mode ip6ip6 remote fe80::2 tclass 1f flowlabel 12345 encaplimit none fwmark inherit",
            &[
                5, 0, 9, 0, 41, 0, 0, 0, // protocol
                5, 0, 4, 0, 64, 0, 0, 0, // hop limit
                5, 0, 6, 0, 4, 0, 0, 0, // encapsulation limit
                6, 0, 15, 0, 0, 0, 0, 0, // encapsulation: none
                6, 0, 16, 0, 2, 0, 0, 0, // its flags
                6, 0, 17, 0, 0, 0, 0, 0, // its ports
                6, 0, 18, 0, 0, 0, 0, 0, //
                20, 0, 3, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, // remote
                8, 0, 7, 0, 0x01, 0xf1, 0x23, 0x45, // flow information
                8, 0, 8, 0, 0x21, 0, 0, 0, // limit ignored, mark inherited
                8, 0, 20, 0, 0, 0, 0, 0, // mark
            ],
            "ip6ip6 remote fe80::2 local any hoplimit 64 encaplimit none tclass 0x1f flowlabel 0x12345 fwmark inherit ",
        ),
        (
            "macsec",
            "address 2:0:0:0:0:1 port 258 encrypt on replay on window 32",
            &[
                12, 0, 1, 0, 2, 0, 0, 0, 0, 1, 1, 2, // channel id
                5, 0, 7, 0, 1, 0, 0, 0, // encrypt
                5, 0, 12, 0, 1, 0, 0, 0, // replay protection
                8, 0, 5, 0, 32, 0, 0, 0, // window
            ],
            "sci 0200000000010102 encrypt on replay on window 32 ",
        ),
        (
            "bond",
            "mode 4 miimon 100 arp_ip_target 10.0.0.1,10.0.0.2 xmit_hash_policy layer2+3",
            &[
                5, 0, 1, 0, 4, 0, 0, 0, // mode
                8, 0, 3, 0, 100, 0, 0, 0, // interval
                20, 0, 8, 0, 8, 0, 0, 0, 10, 0, 0, 1, 8, 0, 1, 0, 10, 0, 0, 2, // targets
                5, 0, 14, 0, 2, 0, 0, 0, // policy
            ],
            "mode 802.3ad miimon 100 arp_ip_target 10.0.0.1,10.0.0.2 xmit_hash_policy layer2+3 ",
        ),
    ];

    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes() {
        for (kind, line, bytes, text) in GOLDEN {
            assert_eq!(encoded(kind, line).as_deref(), Ok(*bytes), "{kind} {line}");
            let learning = if *kind == "vxlan" { bytes.len() - 8 } else { bytes.len() };
            assert_eq!(shown(kind, &bytes[..learning], false), *text);
        }
    }

    #[test]
    fn json() {
        let json = r#"[{"remote":"any","local":"any","ttl":0,"pmtudisc":false"#;
        assert_eq!(shown("gre", &[5, 0, 10, 0, 0, 0, 0, 0], true), json);
        assert_eq!(shown("bareudp", &[4, 0, 4, 0], true), r#"[{"multiproto":true"#);
        assert_eq!(shown("vlan", &[12, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0], true), r#"[{"flags":["REORDER_HDR"]"#);
    }

    #[test]
    fn what_is_refused() {
        for (kind, line, said) in [
            ("vxlan", "id 1 vni 2", "Error: either \"id\" is duplicate, or \"2\" is a garbage."),
            ("vxlan", "dstport 0", "vxlan: missing virtual network identifier"),
            ("vxlan", "group 10.0.0.1", "Error: argument \"10.0.0.1\" is wrong: invalid group address"),
            ("gre", "remote 239.1.1.1", "A broadcast tunnel requires a source address."),
            ("ipip", "ttl 4 nopmtudisc", "ttl != 0 and nopmtudisc are incompatible"),
            ("xfrm", "external if_id 3", "xfrmi: both 'external' and if_id/link cannot be specified"),
        ] {
            assert_eq!(encoded(kind, line), Err(said.to_string()), "{kind} {line}");
        }
    }

    #[test]
    fn no_words_panic() {
        for kind in KINDS.iter().filter(|kind| matches!(kind.takes, Takes::Rows | Takes::Loosely)) {
            for row in rows::each(kind.rows).filter(|row| !row.word.is_empty()) {
                for rest in ["", " ", " 0", " any", " inherit", " 1:1 2", " x y", " 1.2.3.4 1.2.3.4", " ::", " -1"] {
                    for no in ["", "no"] {
                        let _ = encoded(kind.name, &format!("{no}{}{rest}", row.word));
                    }
                }
            }
        }
    }

    #[test]
    fn short_attributes_are_passed_over() {
        for kind in KINDS {
            for attr in 0..ATTRS as u8 {
                for len in 0..20 {
                    let bytes =
                        [&[len + 4, 0, attr, 0][..], &vec![0xff; usize::from(len).next_multiple_of(4)]].concat();
                    shown(kind.name, &bytes, len % 2 == 0);
                }
            }
        }
    }

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
