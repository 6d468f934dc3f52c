//! `ip tunnel`: tunnels in IPv4 and IPv6, made and shown by the calls of old, which need the kernel's fallback devices.

mod change;
mod describe;
mod grammar;
mod show;
mod sit;

use super::{Object, Verb};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::tunnel::{Room, Tunnel};
use crate::sys::{self, TunnelCall};
use crate::words::Words;
use crate::words::keyword::{Entry, entries};

const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;

/// The object `tunnel`, and `tunl`.
pub const fn object(name: &'static str) -> Object {
    Object { name, called: "tunnel", help: "tunnels in IPv4 and IPv6", verbs: VERBS, default: show::show }
}

const VERBS: &[Verb] = &[
    Verb { name: "add", help: "make a tunnel", grammar: words, run: change::add },
    Verb { name: "change", help: "change a tunnel", grammar: words, run: change::change },
    Verb { name: "delete", help: "remove a tunnel", grammar: words, run: change::delete },
    Verb { name: "show", help: "show tunnels", grammar: words, run: show::show },
    Verb { name: "lst", help: "", grammar: words, run: show::show },
    Verb { name: "list", help: "", grammar: words, run: show::show },
    Verb { name: "prl", help: "routers of an ISATAP tunnel", grammar: || sit::PRL.to_vec(), run: sit::prl },
    Verb { name: "6rd", help: "prefixes of a 6rd tunnel", grammar: || sit::SIXRD.to_vec(), run: sit::sixrd },
];

fn words() -> Vec<Entry> {
    let mut all = entries(grammar::INET);
    all.extend(entries(grammar::INET6).into_iter().filter(|entry| !all.contains(entry)).collect::<Vec<_>>());
    all
}

fn usage() -> Error {
    crate::commands::object_usage(&object("tunnel"))
}

/// Modes of tunnels in IPv6, which choose the family.
const INET6_MODES: &[&str] = &[
    "ipv6/ipv6",
    "ip6ip6",
    "vti6",
    "ip/ipv6",
    "ipv4/ipv6",
    "ipip6",
    "ip4ip6",
    "ip6gre",
    "gre/ipv6",
    "any/ipv6",
    "any",
];

/// The family that the options ask for, or that a mode among the words means.
fn family(ip: &Ip, words: &Words<'_>) -> Result<u8> {
    let mode = words.rest().iter().position(|word| *word == b"mode").and_then(|at| words.rest().get(at + 1));
    if mode.is_some_and(|mode| INET6_MODES.iter().any(|name| name.as_bytes() == *mode)) {
        return Ok(INET6);
    }
    match ip.view.options.family {
        0 | INET => Ok(INET),
        INET6 => Ok(INET6),
        family => Err(Error::words(format!("Unsupported protocol family: {family}"))),
    }
}

fn failed(what: &str, name: &[u8], errno: nix::errno::Errno) -> Error {
    super::because(&format!("{what} tunnel \"{}\" failed", String::from_utf8_lossy(name)), errno)
}

/// What the kernel tells of the tunnel called `name`; `room` says what is asked for.
fn get(family: u8, name: &[u8], mut room: Room) -> Result<Tunnel> {
    sys::if_tunnel(family, name, TunnelCall::Get, &mut room).map_err(|errno| failed("get", name, errno))?;
    Ok(Tunnel::decode(&room, family == INET6))
}
