//! `ip l2tp`: tunnels and Ethernet sessions of L2TPv3 (`linux/l2tp.h`).

mod attrs;
mod show;

use super::genl::{self, Channel};
use super::{Ip, Object, Verb, View};
use crate::commands::object_usage;
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Request};
use crate::rows;
use crate::words::keyword::Entry;
use crate::words::{Words, matches, missing, shown};
use attrs::*;

const TUNNEL_CREATE: u8 = 1;
const TUNNEL_DELETE: u8 = 2;
const TUNNEL_GET: u8 = 4;
const SESSION_CREATE: u8 = 5;
const SESSION_DELETE: u8 = 6;
const SESSION_GET: u8 = 8;

/// The object `l2tp`.
pub const L2TP: Object =
    Object { name: "l2tp", called: "l2tp", help: "tunnels of L2TPv3 and their sessions", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    Verb { name: "add", help: "make a tunnel or a session", grammar, run: add },
    Verb { name: "delete", help: "delete a tunnel or a session", grammar: identity, run: delete },
    Verb { name: "show", help: "show tunnels or sessions", grammar: identity, run: list },
    Verb { name: "lst", help: "", grammar: identity, run: list },
    Verb { name: "list", help: "", grammar: identity, run: list },
];

const WHICH: [Entry; 2] = [
    Entry { name: "tunnel", argument: "", help: "a tunnel" },
    Entry { name: "session", argument: "", help: "a session, which has a device of its own" },
];

fn grammar() -> Vec<Entry> {
    WHICH.into_iter().chain(rows::entries(WORDS)).collect()
}

/// The words that say which one is meant.
fn identity() -> Vec<Entry> {
    grammar()
        .into_iter()
        .filter(|entry| matches!(entry.name, "tunnel" | "session" | "tunnel_id" | "session_id"))
        .collect()
}

fn open() -> Result<Channel> {
    Channel::open("l2tp", 1)
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    genl::run(&L2TP, open, ip, words)
}

/// What a command says.
struct Said {
    tunnel: bool,
    session: bool,
    /// Every attribute that was named, and the defaults of others: more than one request may have.
    draft: Request,
}

impl Said {
    fn read(view: &mut View, mut words: Words<'_>) -> Result<Said> {
        if words.is_empty() {
            return Err(object_usage(&L2TP));
        }
        let mut draft = genl::draft();
        defaults(&mut draft);
        let mut said = Said { tunnel: false, session: false, draft };
        while let Some(word) = words.next() {
            match word {
                b"tunnel" => said.tunnel = true,
                b"session" => said.session = true,
                _ if rows::parse(WORDS, &[], None, view, &mut words, &mut said.draft)? => {}
                _ if matches(word, "help") => return Err(object_usage(&L2TP)),
                _ => {
                    let usage = object_usage(&L2TP);
                    return Err(Error::words(format!("Unknown command: {}\n{usage}", shown(word))));
                }
            }
        }
        match said.tunnel || said.session {
            true => Ok(said),
            false => Err(missing("tunnel or session")),
        }
    }

    /// Whether an attribute is there and not zero.
    fn has(&self, attr: u16) -> bool {
        self.draft.payload(attr).is_some_and(|payload| payload.iter().any(|&byte| byte != 0))
    }

    /// Refuses a command that lacks what one of these needs: whether it is needed, the attribute, its word.
    fn require(&self, needs: &[(bool, u16, &str)]) -> Result<()> {
        match needs.iter().find(|(needed, attr, _)| *needed && !self.has(*attr)) {
            Some((_, _, word)) => Err(missing(word)),
            None => Ok(()),
        }
    }

    /// The same for an address, which may be zero and of either family.
    fn require_address(&self, attrs: [u16; 2], word: &str) -> Result<()> {
        match attrs.iter().any(|attr| self.draft.payload(*attr).is_some()) {
            true => Ok(()),
            false => Err(missing(word)),
        }
    }

    /// Those of `attrs` that are there.
    fn pick(&self, attrs: &[u16]) -> Request {
        let mut draft = genl::draft();
        for attr in attrs {
            if let Some(payload) = self.draft.payload(*attr) {
                draft.attr(*attr, payload);
            }
        }
        draft
    }

    /// What is sent of a new tunnel.
    fn tunnel(&self) -> Request {
        let (all, ports) = TUNNEL_ATTRS;
        self.pick(&if self.is_udp() { [all, ports].concat() } else { all.to_vec() })
    }

    fn is_udp(&self) -> bool {
        !self.has(ENCAP_TYPE)
    }
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let said = Said::read(&mut ip.view, words)?;
    let Said { tunnel, session, .. } = said;
    said.require(&[
        (true, CONN_ID, "tunnel_id"),
        (session, PEER_SESSION_ID, "peer_session_id"),
        (session, SESSION_ID, "session_id"),
        (tunnel, PEER_CONN_ID, "peer_tunnel_id"),
    ])?;
    let mut done = Ok(());
    if tunnel {
        said.require_address([IP_SADDR, IP6_SADDR], "local")?;
        said.require_address([IP_DADDR, IP6_DADDR], "remote")?;
        let is_udp = said.is_udp();
        said.require(&[(is_udp, UDP_SPORT, "udp_sport"), (is_udp, UDP_DPORT, "udp_dport")])?;
        done = channel.ask(ip, &mut channel.request_of(TUNNEL_CREATE, &said.tunnel()));
    }
    if session {
        // One command may make both. The stock tool leaves with the status of the session.
        if let Err(error) = done {
            ip.view.out.complain_of(&error);
        }
        done = channel.ask(ip, &mut channel.request_of(SESSION_CREATE, &said.pick(SESSION_ATTRS)));
    }
    done
}

/// What is sent of a new tunnel, and what besides of one in UDP.
const TUNNEL_ATTRS: (&[u16], &[u16]) = (
    &[CONN_ID, PEER_CONN_ID, PROTO_VERSION, ENCAP_TYPE, IP_SADDR, IP6_SADDR, IP_DADDR, IP6_DADDR],
    &[UDP_SPORT, UDP_DPORT, UDP_CSUM, UDP_ZERO_CSUM6_TX, UDP_ZERO_CSUM6_RX],
);

/// What is sent of a new session.
const SESSION_ATTRS: &[u16] = &[
    CONN_ID,
    PEER_CONN_ID,
    SESSION_ID,
    PEER_SESSION_ID,
    PW_TYPE,
    L2SPEC_TYPE,
    L2SPEC_LEN,
    RECV_SEQ,
    SEND_SEQ,
    COOKIE,
    PEER_COOKIE,
    IFNAME,
];

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let said = Said::read(&mut ip.view, words)?;
    said.require(&[(said.tunnel, CONN_ID, "tunnel_id"), (said.session, SESSION_ID, "session_id")])?;
    let (command, attrs): (u8, &[u16]) = match said.has(SESSION_ID) {
        true => (SESSION_DELETE, &[CONN_ID, SESSION_ID]),
        false => (TUNNEL_DELETE, &[CONN_ID]),
    };
    channel.ask(ip, &mut channel.request_of(command, &said.pick(attrs)))
}

/// Shows all, whatever numbers are named: the kernel does not choose among them.
fn list(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let said = Said::read(&mut ip.view, words)?;
    let named = said.has(CONN_ID);
    let is_session = said.session;
    let attrs: &[u16] = match is_session {
        true if named && said.has(SESSION_ID) => &[CONN_ID, SESSION_ID],
        false if named => &[CONN_ID],
        _ => &[],
    };
    let command = if is_session { SESSION_GET } else { TUNNEL_GET };
    let mut request = channel.request_of(command, &said.pick(attrs));
    let mut known = said.draft;
    ip.begin_json();
    channel.dump(ip, &mut request, |view, attrs| {
        remember(&mut known, attrs);
        match is_session {
            true => show::session(view, known.body()),
            false => show::tunnel(view, known.body()),
        }
    })
}

/// The stock tool keeps what a message does not say from the one before, and at first from the command's own words.
fn remember(known: &mut Request, attrs: &[u8]) {
    for attr in [IP_SADDR, IP6_SADDR, IP_DADDR, IP6_DADDR, UDP_ZERO_CSUM6_TX, UDP_ZERO_CSUM6_RX] {
        known.remove(attr);
    }
    for attr in Attrs::new(attrs) {
        known.put(attr.kind, attr.payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::options::Options;

    fn view() -> View {
        Ip::new(Options::default()).view
    }

    fn read(line: &str) -> std::result::Result<Said, String> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        Said::read(&mut view(), Words::new(&words)).map_err(|error| error.to_string())
    }

    /// The stock tool's bytes.
    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes() {
        let tunnel = "tunnel tid 1 ptid 2 local 10.0.0.1 remote 10.0.0.2 udp_sport 5000 udp_dport 6000 udp_csum on";
        let bytes: &[u8] = &[
            8, 0, 9, 0, 1, 0, 0, 0, 8, 0, 10, 0, 2, 0, 0, 0, // ids
            5, 0, 7, 0, 3, 0, 0, 0, 6, 0, 2, 0, 0, 0, 0, 0, // version, encapsulation
            8, 0, 24, 0, 10, 0, 0, 1, 8, 0, 25, 0, 10, 0, 0, 2, // addresses
            6, 0, 26, 0, 0x88, 0x13, 0, 0, 6, 0, 27, 0, 0x70, 0x17, 0, 0, // ports
            5, 0, 13, 0, 1, 0, 0, 0, // checksums
        ];
        assert_eq!(read(tunnel).unwrap().tunnel().body(), bytes);
        let session = "session name l2b tid 1 sid 3 psid 4 cookie 00112233 peer_cookie 0123456789abcdef seq both";
        let bytes: &[u8] = &[
            8, 0, 9, 0, 1, 0, 0, 0, 8, 0, 10, 0, 0, 0, 0, 0, 8, 0, 11, 0, 3, 0, 0, 0, 8, 0, 12, 0, 4, 0, 0,
            0, // ids
            6, 0, 1, 0, 5, 0, 0, 0, 5, 0, 5, 0, 1, 0, 0, 0, 5, 0, 6, 0, 4, 0, 0, 0, // Ethernet, sublayer
            5, 0, 18, 0, 1, 0, 0, 0, 5, 0, 19, 0, 1, 0, 0, 0, // numbering
            8, 0, 15, 0, 0x00, 0x11, 0x22, 0x33, 12, 0, 16, 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd,
            0xef, // cookies
            8, 0, 8, 0, b'l', b'2', b'b', 0, // device
        ];
        assert_eq!(read(session).unwrap().pick(SESSION_ATTRS).body(), bytes);
    }

    #[test]
    fn what_is_refused() {
        for (line, said) in [
            ("tid 5", "Error: argument \"tunnel or session\" is required"),
            ("tunnel tid x", "Error: argument \"x\" is wrong: invalid ID\n"),
            ("tunnel encap gre", "Unknown tunnel encapsulation \"gre\""),
            (
                "session cookie 012345678",
                "Error: argument \"012345678\" is wrong: cookie must be either 8 or 16 hex digits\n",
            ),
            ("session name a/b", "Error: argument \"a/b\" is wrong: \"name\" not a valid ifname"),
        ] {
            assert_eq!(read(line).err(), Some(said.to_string()), "{line}");
        }
    }

    #[test]
    fn what_a_message_does_not_say_is_kept() {
        let mut known = read("session cookie 01020304").unwrap().draft;
        let mut shown = |id: u8, more: &[u8]| {
            let mut view = view();
            let mut message = vec![8, 0, 11, 0];
            message.extend(u32::from(id).to_ne_bytes());
            message.extend(more);
            remember(&mut known, &message);
            show::session(&mut view, known.body());
            String::from_utf8(view.out.take()).unwrap()
        };
        assert!(shown(1, &[]).ends_with("peer offset 0\n  cookie 01020304\n"));
        assert!(shown(2, &[8, 0, 15, 0, 9, 9, 9, 9]).ends_with("  cookie 09090909\n"));
        assert!(shown(3, &[]).starts_with("Session 3 in tunnel 0\n  Peer session 0, tunnel 0\n"));
        assert!(shown(4, &[5, 0, 18, 0, 1, 0, 0, 0]).ends_with("  cookie 09090909\n  sequence numbering: recv\n"));
    }
}
