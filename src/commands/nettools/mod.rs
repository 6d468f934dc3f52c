//! `arp` and `route` as net-tools has them: what both need.

pub mod arp;
mod hardware;
pub mod route;

use std::net::SocketAddr;

use crate::error::Error;
use crate::output::Show;
use crate::sys::{self, Hosts};
use crate::words::getopt::{argument, flag, options_help};
use crate::words::{inet_aton, is_space, shown};

/// The version whose behaviour this is.
const VERSION: &str = "net-tools 2.10\n";
/// What the stock tools say of how they were built, which scripts have been seen to look for.
const ARP_FEATURES: &str = "+I18N +SELINUX\n\
    AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH\n\
    HW: (ether) +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB \
    +EUI64 \n";
const ROUTE_FEATURES: &str = "+NEW_ADDRT +RTF_IRTT +RTF_REJECT +I18N +SELINUX\n\
    AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH\n\
    HW:  +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 \n";

/// What is said where several families are named and one is wanted.
const ONE_FAMILY: &str = "Please don't supply more than one address family.";

/// Names with titles as the stock tools list them: three to a line.
fn listed<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let all: Vec<String> = all.map(|(name, title)| format!("{name} ({title}) ")).collect();
    let lines: Vec<String> = all.chunks(3).map(|line| format!("    {}", line.concat())).collect();
    lines.join("\n")
}

/// A device's name as the kernel's requests have it: what is too long is cut.
fn device_field(name: &[u8]) -> [u8; 16] {
    let mut field = [0; 16];
    field.iter_mut().take(15).zip(name).for_each(|(to, from)| *to = *from);
    field
}

/// `why` as herror(3) writes it: with the name before it if it has one.
fn of_host(name: &[u8], why: &str) -> Error {
    Error::local(if name.is_empty() { why.to_string() } else { format!("{}: {why}", shown(name)) })
}

/// What the C library's older functions say of a failure of getaddrinfo(3)'s.
fn resolver_words(code: i32) -> &'static str {
    match code {
        libc::EAI_AGAIN => "Host name lookup failure",
        EAI_ADDRFAMILY => NO_RESOLVER_ERROR,
        _ => "Unknown host",
    }
}

/// `EAI_ADDRFAMILY` (`netdb.h`): the name has addresses, but none of this family.
const EAI_ADDRFAMILY: i32 = -9;

/// What they say of a failure that they had no part in.
const NO_RESOLVER_ERROR: &str = "Resolver Error 0 (no error)";

/// What a word for an IPv4 address means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Host([u8; 4]),
    Network([u8; 4]),
}

impl Meaning {
    fn address(self) -> [u8; 4] {
        match self {
            Meaning::Host(address) | Meaning::Network(address) => address,
        }
    }
}

/// What of one name is looked for first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Host,
    Network,
}

/// What the word for an IPv4 address means: `default`, a number, or a name from `/etc/networks` or the resolver.
fn meaning(word: &[u8], first: First) -> Result<Meaning, Error> {
    if word == b"default" {
        return Ok(Meaning::Network([0; 4]));
    }
    // Behind white space, anything may follow a number.
    if let Some(address) = inet_aton(word.split(|&b| is_space(b)).next().unwrap_or_default()) {
        return Ok(Meaning::Host(address));
    }
    let network = || sys::network(word).map(Meaning::Network);
    match first {
        First::Host => resolved(word).map(Meaning::Host).or_else(|_| network().ok_or("Unknown host")),
        First::Network => network().map_or_else(|| resolved(word).map(Meaning::Host), Ok),
    }
    .map_err(|why| of_host(word, if word.is_empty() { "Unknown server error" } else { why }))
}

/// The IPv4 address that the resolver gives a name.
fn resolved(name: &[u8]) -> Result<[u8; 4], &'static str> {
    // No name is made of digits and dots alone: it is a number that is wrong.
    if name.iter().all(|&b| b == b'.' || b.is_ascii_digit()) && name.last() != Some(&b'.') {
        return Err("Unknown host");
    }
    let found = sys::host_addresses(name, libc::AF_INET, 0).map_err(|why| resolver_words(why.0))?;
    let address = found.addresses.iter().find_map(|address| match address {
        SocketAddr::V4(address) => Some(address.ip().octets()),
        SocketAddr::V6(_) => None,
    });
    address.ok_or("Unknown host")
}

/// The name of a host, where the resolver has one.
fn host_name(hosts: &mut Hosts, address: [u8; 4]) -> Option<String> {
    hosts.name(&address).map(|name| String::from_utf8_lossy(name).into_owned())
}

/// An address as numbers.
fn numeric(address: [u8; 4]) -> String {
    std::net::Ipv4Addr::from(address).to_string()
}

/// Appends `text`, cut or filled up to `width`.
fn column(line: &mut Vec<u8>, text: impl Show, width: usize) {
    let start = line.len();
    text.put(line);
    line.truncate(start + width);
    line.resize(start + width, b' ');
}
