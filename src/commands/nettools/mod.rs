//! `arp` and `route` as net-tools has them: what both need.

pub mod arp;
pub mod route;

use std::net::{IpAddr, ToSocketAddrs};

use crate::cli::getopt::{Opt, Takes};
use crate::cli::words::shown;
use crate::error::Error;
use crate::sys;

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

const fn flag(short: u8, long: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Nothing, argument: "", help }
}

const fn argument(short: u8, long: &'static str, argument: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Argument, argument, help }
}

/// The lines of a usage text that tell of the options.
fn options_help(table: &[Opt]) -> String {
    let mut text = String::new();
    for opt in table.iter().filter(|opt| !opt.help.is_empty()) {
        let short = if opt.short == 0 { "  ".to_string() } else { format!("-{}", char::from(opt.short)) };
        let long = if opt.long.is_empty() { String::new() } else { format!("--{}", opt.long) };
        text += &format!("        {:<26} {}\n", format!("{short} {long} {}", opt.argument).trim_end(), opt.help);
    }
    text
}

/// Families by name, and whether `route` can show them.
fn family(word: &[u8]) -> Option<i32> {
    match word {
        b"inet" => Some(libc::AF_INET),
        b"inet6" => Some(libc::AF_INET6),
        _ => None,
    }
}

/// Reads an IPv4 address as inet_aton(3) does: one to four numbers, decimal, `0x` hex or `0` octal, the last of which
/// fills all bytes that are left.
fn inet_aton(word: &[u8]) -> Option<[u8; 4]> {
    let parts: Vec<&[u8]> = word.split(|&b| b == b'.').collect();
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || parts.iter().any(|part| !part.first().is_some_and(u8::is_ascii_digit)) {
        return None;
    }
    let mut address = 0u32;
    for part in first {
        address = address << 8 | u32::from(u8::try_from(crate::cli::words::number(part, 0)?).ok()?);
    }
    let bits = 32 - 8 * first.len() as u32;
    let rest = crate::cli::words::number(last, 0).filter(|rest| rest >> bits == 0)?;
    let high = if bits == 32 { 0 } else { address << bits };
    Some((high | rest as u32).to_be_bytes())
}

/// Whether the resolver might find the name at another time: that much the library's text tells.
fn is_temporary(error: &std::io::Error) -> bool {
    error.to_string().contains("emporary")
}

/// The IPv4 address of a host, by number or by the resolver.
fn host(word: &[u8]) -> Result<[u8; 4], Error> {
    if let Some(address) = inet_aton(word) {
        return Ok(address);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_one_to_four_parts() {
        for (word, address) in [
            ("10.0.0.2", Some([10, 0, 0, 2])),
            ("10", Some([0, 0, 0, 10])),
            ("172.16", Some([172, 0, 0, 16])),
            ("1.2.256", Some([1, 2, 1, 0])),
            ("0x7f.1", Some([127, 0, 0, 1])),
            ("256.1", None),
            ("1.2.3.4.5", None),
            ("x", None),
            ("1..2", None),
        ] {
            assert_eq!(inet_aton(word.as_bytes()), address, "{word}");
        }
    }
}
