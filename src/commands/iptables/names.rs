//! Numbers with names: protocols, ports, addresses.

use std::net::{IpAddr, Ipv6Addr};

use crate::netfilter::Family;
use crate::output::{Address, Show};
use crate::sys;
use crate::words::{number, shown};

/// The protocols that have names of their own here, the one that is shown first (`linux/in.h`).
const PROTOCOLS: &[(&str, u8)] = &[
    ("tcp", 6),
    ("sctp", 132),
    ("udp", 17),
    ("udplite", 136),
    ("icmp", 1),
    ("ipv6-icmp", 58),
    ("icmpv6", 58),
    ("esp", 50),
    ("ah", 51),
    ("mobility-header", 135),
    ("ipv6-mh", 135),
    ("mh", 135),
    ("all", 0),
];

/// A protocol by number or name.
pub(super) fn protocol(word: &[u8]) -> Option<u8> {
    if let Some(protocol) = number(word, 0).and_then(|protocol| u8::try_from(protocol).ok()) {
        return Some(protocol);
    }
    let own = PROTOCOLS.iter().find(|(name, _)| name.as_bytes() == word);
    own.map(|(_, protocol)| *protocol).or_else(|| sys::ip_protocol(word))
}

/// The name of a protocol; only with `look_up` those that `/etc/protocols` knows.
pub(super) fn protocol_name(protocol: u8, look_up: bool) -> Option<Vec<u8>> {
    let own = PROTOCOLS.iter().find(|(_, its)| *its == protocol).map(|(name, _)| name.as_bytes().to_vec());
    own.or_else(|| if look_up { sys::ip_protocol_name(protocol) } else { None })
}

/// The name under which a protocol's ports are in `/etc/services`, for those that have ports.
pub(super) fn port_protocol(protocol: u8) -> Option<&'static str> {
    match protocol {
        6 => Some("tcp"),
        17 => Some("udp"),
        136 => Some("udplite"),
        132 => Some("sctp"),
        33 => Some("dccp"),
        _ => None,
    }
}

/// A port by number or by the name of a service.
pub(super) fn port(word: &[u8], protocol: &str) -> Option<u16> {
    let numeric = number(word, 0).and_then(|port| u16::try_from(port).ok());
    numeric.or_else(|| sys::service_port(word, Some(protocol)))
}

/// A port as glibc's getaddrinfo(3) reads it: by decimal number, of which the lower 16 bits are taken, or by the name of
/// a service with any protocol.
pub(super) fn any_port(word: &[u8]) -> Option<u16> {
    match std::str::from_utf8(word).ok()?.parse::<u64>() {
        Ok(port) => Some(port as u16),
        Err(_) => sys::service_port(word, None),
    }
}

/// Appends a port, by name where it has one and numbers are not wanted.
pub(super) fn put_port(buf: &mut Vec<u8>, port: u16, protocol: &str, numeric: bool) {
    match if numeric { None } else { sys::service_name(port, protocol) } {
        Some(name) => name.put(buf),
        None => port.put(buf),
    }
}

/// The bits of a mask if they are its first ones.
pub(super) fn prefix_len(mask: &[u8]) -> Option<u32> {
    let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let first = mask.iter().take_while(|&&byte| byte == 0xff).count() * 8;
    let next = mask.get(first / 8).map_or(0, |byte| byte.leading_ones());
    (first as u32 + next == ones).then_some(ones)
}

/// Appends `/MASK` as a number of bits or as a mask, nothing if all bits count and `always` is not set.
pub(super) fn put_mask(buf: &mut Vec<u8>, mask: &[u8], always: bool) {
    match prefix_len(mask) {
        Some(bits) if bits as usize == mask.len() * 8 && !always => {}
        Some(bits) => format_args!("/{bits}").put(buf),
        None => {
            buf.push(b'/');
            Address(mask).put(buf);
        }
    }
}

/// Appends an address, by name where it has one and numbers are not wanted.
pub(super) fn put_address(buf: &mut Vec<u8>, family: Family, address: &[u8], numeric: bool) {
    let name = if numeric { None } else { host_name(family, address) };
    match name {
        Some(name) => name.put(buf),
        None => Address(address).put(buf),
    }
}

fn host_name(family: Family, address: &[u8]) -> Option<Vec<u8>> {
    match family {
        Family::V4 => {
            let address: [u8; 4] = address.try_into().ok()?;
            sys::host_name(IpAddr::from(address)).or_else(|| sys::network_name(address))
        }
        Family::V6 => {
            let address: [u8; 16] = address.try_into().ok()?;
            sys::host_name(IpAddr::V6(Ipv6Addr::from(address)))
        }
    }
}

/// A word as it is shown in a message.
pub(super) fn quoted(word: &[u8]) -> String {
    shown(word).into_owned()
}
