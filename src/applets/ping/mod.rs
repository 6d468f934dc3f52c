//! `ping`: whether a host answers, and how fast, as iputils has it.

mod icmp;
mod options;
mod prepare;
mod run;
mod socket;
mod tally;

use std::net::SocketAddr;

use nix::sys::socket::{AddressFamily, SockType};

use super::host;
use super::text::{Text, say};
use crate::error::{Error, Result};
use crate::output::tell;
use crate::sys::strerror;
use crate::words::shown;
use options::{Asked, Command, fatal};
use prepare::Outcome;
use socket::Socket;

pub use options::OPTIONS;

/// `ping` with the words behind its name.
pub fn main(words: &[&[u8]]) -> u8 {
    start("ping", 0, words)
}

/// `ping4`: `ping -4`.
pub fn main4(words: &[&[u8]]) -> u8 {
    start("ping4", libc::AF_INET, words)
}

/// `ping6`: `ping -6`.
pub fn main6(words: &[&[u8]]) -> u8 {
    start("ping6", libc::AF_INET6, words)
}

fn start(program: &'static str, family: i32, words: &[&[u8]]) -> u8 {
    let mut text = Text::new();
    let result = options::parse(program, family, words).and_then(|command| match command {
        Command::Say(words) => {
            text.put(&words);
            Ok(0)
        }
        Command::Ping(asked) => ping(*asked, &mut text),
    });
    text.flush();
    result.unwrap_or_else(|error| tell(&error))
}

/// The sockets that could be had.
struct Sockets {
    v4: Option<Socket>,
    v6: Option<Socket>,
}

fn ping(mut asked: Asked<'_>, text: &mut Text) -> Result<u8> {
    if let Some(pattern) = &asked.pattern {
        asked.pattern = Some(self::pattern(&asked, pattern, text)?);
    }
    let mut sockets = Sockets::open(&mut asked)?;
    let program = asked.program;
    let unknown = |why: String| fatal(program, format!("{}: {why}", shown(asked.target)));
    let found = host::addresses(asked.target, 0).map_err(unknown)?;
    let mut addresses = found.addresses.iter().peekable();
    while let Some(address) = addresses.next() {
        if asked.verbose {
            let family = family_name(if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 });
            let canonical = if addresses.peek().is_none() || found.addresses.first() == Some(address) {
                shown(&found.canonical)
            } else {
                "".into()
            };
            text.put(&format!("ai->ai_family: {family}, ai->ai_canonname: '{canonical}'\n"));
        }
        let socket = match address {
            SocketAddr::V4(_) if asked.family != libc::AF_INET6 => sockets.v4.take(),
            SocketAddr::V6(_) if asked.family != libc::AF_INET => sockets.v6.take(),
            _ => continue,
        };
        let Some(socket) = socket else { continue };
        let has_more = addresses.peek().is_some();
        match prepare::prepare(asked.clone(), *address, &found.canonical, socket, has_more, text)? {
            Outcome::Ready(session) => return run::run(*session, text),
            Outcome::Unreachable(socket) if address.is_ipv4() => sockets.v4 = Some(socket),
            Outcome::Unreachable(socket) => sockets.v6 = Some(socket),
        }
    }
    Err(unknown("Address family for hostname not supported".into()))
}

impl Sockets {
    /// Opens those of the families that may be used, and leaves in `asked` the family that is left to use.
    fn open(asked: &mut Asked<'_>) -> Result<Self> {
        if asked.ident == Some(0) && asked.verbose {
            say(&format!("{}: WARNING: ident 0 => forcing raw socket", asked.program));
        }
        let mut kinds = ["0"; 2];
        let mut open = |at: usize, family, is_required| -> Result<Option<Socket>> {
            let (kind, socket) = Socket::open(family, asked.ident == Some(0));
            kinds[at] = if kind == SockType::Raw { "SOCK_RAW" } else { "SOCK_DGRAM" };
            match socket {
                Ok(socket) => Ok(Some(socket)),
                Err(errno) => {
                    if asked.verbose || is_required {
                        say(&format!("{}: socktype: {}", asked.program, kinds[at]));
                        say(&format!("{}: socket: {}", asked.program, strerror(errno as i32)));
                    }
                    if is_required && kind == SockType::Raw && !nix::unistd::geteuid().is_root() {
                        say(&format!("{}: => missing cap_net_raw+p capability or setuid?", asked.program));
                    }
                    if is_required { Err(Error::silent(2)) } else { Ok(None) }
                }
            }
        };
        let v4 = match asked.family {
            libc::AF_INET6 => None,
            family => open(0, AddressFamily::Inet, family == libc::AF_INET)?,
        };
        let v6 = match asked.family {
            libc::AF_INET => None,
            _ => open(1, AddressFamily::Inet6, v4.is_none())?,
        };
        match (asked.family, &v4, &v6) {
            (0, None, _) => asked.family = libc::AF_INET6,
            (0, _, None) => asked.family = libc::AF_INET,
            _ => {}
        }
        if asked.verbose {
            let number = |socket: &Option<Socket>| socket.as_ref().map_or(-1, Socket::number);
            say(&format!(
                "{}: sock4.fd: {} (socktype: {}), sock6.fd: {} (socktype: {}), hints.ai_family: {}\n",
                asked.program,
                number(&v4),
                kinds[0],
                number(&v6),
                kinds[1],
                family_name(asked.family)
            ));
        }
        let needs_scope = |address| host::is_link_local(&address) && !asked.target.contains(&b'%');
        if v6.as_ref().is_some_and(|socket| !socket.raw) && host::number(asked.target).is_some_and(needs_scope) {
            say(&format!(
                "{}: Warning: IPv6 link-local address on ICMP datagram socket may require ifname or scope-id => use: \
                 address%<ifname|scope-id>",
                asked.program
            ));
        }
        Ok(Sockets { v4, v6 })
    }
}

fn family_name(family: i32) -> &'static str {
    match family {
        libc::AF_INET => "AF_INET",
        libc::AF_INET6 => "AF_INET6",
        _ => "AF_UNSPEC",
    }
}

/// The bytes that the hex digits of `-p` stand for, at most 16, which are also shown.
fn pattern(asked: &Asked<'_>, digits: &[u8], text: &mut Text) -> Result<Vec<u8>> {
    if let Some(at) = digits.iter().position(|b| !b.is_ascii_hexdigit()) {
        let rest = shown(&digits[at..]);
        return Err(fatal(asked.program, format!("patterns must be specified as hex digits: {rest}")));
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Vec<u8> = digits.chunks(2).take(16).filter_map(byte).collect();
    if !asked.quiet {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        text.put(&format!("PATTERN: 0x{hex}\n"));
    }
    Ok(bytes)
}
