//! `arp` and `route` as net-tools has them: what both need.

pub mod arp;
pub mod route;

use std::fs;
use std::net::{IpAddr, ToSocketAddrs};

use crate::error::Error;
use crate::sys;
use crate::words::getopt::{argument, flag, options_help};
use crate::words::{inet_aton, shown};

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

/// Families by name, and whether `route` can show them.
fn family(word: &[u8]) -> Option<i32> {
    match word {
        b"inet" => Some(libc::AF_INET),
        b"inet6" => Some(libc::AF_INET6),
        _ => None,
    }
}

/// Whether the resolver might find the name at another time: that much the library's text tells.
fn is_temporary(error: &std::io::Error) -> bool {
    error.to_string().contains("emporary")
}

/// The IPv4 address of a host or a network, by number, from `/etc/networks`, or by the resolver.
fn host(word: &[u8]) -> Result<[u8; 4], Error> {
    match word {
        b"default" => return Ok([0; 4]),
        b"" => return Err(Error::local("Unknown server error")),
        _ => {}
    }
    if let Some(address) = inet_aton(word) {
        return Ok(address);
    }
    if let Some((number, _)) = networks().iter().find(|(_, name)| name.as_bytes() == word) {
        return Ok(number.to_be_bytes());
    }
    let found = match std::str::from_utf8(word) {
        // No name is made of digits and dots alone: it is a number that is wrong.
        Ok(name) if name.bytes().all(|b| b == b'.' || b.is_ascii_digit()) && !name.ends_with('.') => {
            return Err(Error::local(format!("{name}: Unknown host")));
        }
        Ok(name) => (name, 0).to_socket_addrs(),
        Err(_) => return Err(Error::local(format!("{}: Unknown host", shown(word)))),
    };
    match found {
        Ok(mut all) => all.find_map(|address| match address.ip() {
            IpAddr::V4(address) => Some(address.octets()),
            IpAddr::V6(_) => None,
        }),
        Err(error) if is_temporary(&error) => {
            return Err(Error::local(format!("{}: Host name lookup failure", shown(word))));
        }
        Err(_) => None,
    }
    .ok_or_else(|| Error::local(format!("{}: Unknown host", shown(word))))
}

/// The name of a host, where the resolver has one.
fn host_name(address: [u8; 4]) -> Option<String> {
    let name = sys::host_name(IpAddr::from(address))?;
    Some(String::from_utf8_lossy(&name).into_owned())
}

/// An address as numbers.
fn numeric(address: [u8; 4]) -> String {
    std::net::Ipv4Addr::from(address).to_string()
}

/// The names of networks in `/etc/networks`.
fn networks() -> Vec<(u32, String)> {
    let text = fs::read_to_string("/etc/networks").unwrap_or_default();
    let entry = |line: &str| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let (name, number) = (words.next()?, words.next()?);
        Some((network_number(number)?, name.to_string()))
    };
    text.lines().filter_map(entry).collect()
}

/// A network's number with trailing zeroes left out or not: `169.254` and `169.254.0.0` are the same.
fn network_number(word: &str) -> Option<u32> {
    let parts = word.split('.').count();
    let whole = if parts < 4 { format!("{word}{}", ".0".repeat(4 - parts)) } else { word.to_string() };
    inet_aton(whole.as_bytes()).map(u32::from_be_bytes)
}
