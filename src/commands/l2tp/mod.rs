//! `ip l2tp`: tunnels and Ethernet sessions of L2TPv3 (`linux/l2tp.h`).

mod attrs;
mod show;

use super::genl::{self, Channel};
use super::{Ip, Object, Verb, View};
use crate::cli::keyword::Entry;
use crate::cli::object_usage;
use crate::cli::words::{Words, matches, missing, shown};
use crate::error::{Error, Result};
use crate::netlink::{Attrs, NlmF, Request};
use crate::rows;
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
    grammar().into_iter().filter(|entry| matches!(entry.name, "tunnel" | "session" | "tunnel_id" | "session_id")).collect()
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
        let mut draft = Request::new(0u16, NlmF::empty());
        draft.top();
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

    /// A request with those of `attrs` that are there.
    fn request(&self, channel: &Channel, command: u8, attrs: &[u16]) -> Request {
        let mut request = channel.request(command);
        for attr in attrs {
            if let Some(payload) = self.draft.payload(*attr) {
                request.attr(*attr, payload);
            }
        }
        request
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
        let (all, ports) = TUNNEL_ATTRS;
        let attrs = if is_udp { [all, ports].concat() } else { all.to_vec() };
        done = channel.ask(ip, &mut said.request(&channel, TUNNEL_CREATE, &attrs));
    }
    if session {
        // One command may make both. The stock tool leaves with the status of the session.
        if let Err(error) = done {
            ip.view.out.complain_of(&error);
        }
        done = channel.ask(ip, &mut said.request(&channel, SESSION_CREATE, SESSION_ATTRS));
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
    let mut request = match said.has(SESSION_ID) {
        true => said.request(&channel, SESSION_DELETE, &[CONN_ID, SESSION_ID]),
        false => said.request(&channel, TUNNEL_DELETE, &[CONN_ID]),
    };
    channel.ask(ip, &mut request)
}

/// Shows all, whatever numbers are named: the kernel does not choose among them.
fn list(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let said = Said::read(&mut ip.view, words)?;
    let named = said.has(CONN_ID);
    let (command, attrs, show): (u8, &[u16], fn(&mut View, &[u8])) = match said.session {
        true if named && said.has(SESSION_ID) => (SESSION_GET, &[CONN_ID, SESSION_ID], show::session),
        true => (SESSION_GET, &[], show::session),
        false if named => (TUNNEL_GET, &[CONN_ID], show::tunnel),
        false => (TUNNEL_GET, &[], show::tunnel),
    };
    let mut request = said.request(&channel, command, attrs);
    let mut known = said.draft;
    ip.begin_json();
    channel.dump(ip, &mut request, |view, attrs| {
        remember(&mut known, attrs);
        show(view, known.body());
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
