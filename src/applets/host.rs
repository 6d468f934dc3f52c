//! Hosts by number and by name.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::sys::{self, HostAddresses};
use crate::words::inet_aton;

/// What getaddrinfo(3) says of a name that nobody can have.
const UNKNOWN: &str = "Name or service not known";

/// Reads an address in numbers, the port 0: IPv4 as inet_aton(3) does, IPv6 perhaps with `%` and a device.
pub fn number(word: &[u8]) -> Option<SocketAddr> {
    if let Some(address) = inet_aton(word) {
        return Some(SocketAddr::from((address, 0)));
    }
    let mut parts = word.splitn(2, |&b| b == b'%');
    let address: Ipv6Addr = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let scope = match parts.next() {
        None => 0,
        Some(name) => match sys::device_index(name).filter(|_| has_scope(&address)) {
            Some(index) => index,
            None => std::str::from_utf8(name).ok()?.parse().ok()?,
        },
    };
    Some(SocketAddrV6::new(address, 0, 0, scope).into())
}

/// The addresses of a host, of the family `family` (`AF_*`) if that is not 0. No resolver is asked for numbers, nor for
/// what could be nothing else.
pub fn addresses(word: &[u8], family: i32) -> Result<HostAddresses, String> {
    if let Some(address) = number(word) {
        let wanted = match family {
            libc::AF_INET => address.is_ipv4(),
            libc::AF_INET6 => address.is_ipv6(),
            _ => true,
        };
        let found = HostAddresses { canonical: word.to_vec(), addresses: vec![address] };
        return if wanted { Ok(found) } else { Err("Address family for hostname not supported".into()) };
    }
    if word.is_empty() || word.contains(&b':') {
        return Err(UNKNOWN.into());
    }
    sys::host_addresses(word, family, libc::AI_CANONNAME).map_err(|why| why.to_string())
}

/// The text of an address, with the device that it belongs to if it holds on one link only.
pub fn text(address: &SocketAddr) -> String {
    let SocketAddr::V6(v6) = address else { return address.ip().to_string() };
    match v6.scope_id() {
        0 => v6.ip().to_string(),
        scope => match sys::device_name(scope).filter(|_| has_scope(v6.ip())) {
            Some(name) => format!("{}%{}", v6.ip(), String::from_utf8_lossy(&name)),
            None => format!("{}%{scope}", v6.ip()),
        },
    }
}

/// The name of the host with this address, where the resolver has one.
pub fn name(address: &SocketAddr) -> Option<String> {
    sys::host_name(address.ip()).map(|name| String::from_utf8_lossy(&name).into_owned())
}

/// Whether the address is unicast or multicast for one link.
fn has_scope(address: &Ipv6Addr) -> bool {
    address.is_unicast_link_local() || (address.is_multicast() && address.octets()[1] & 0xf == 2)
}

/// Whether the address is one for many hosts.
pub fn is_multicast(address: &SocketAddr) -> bool {
    match address.ip() {
        IpAddr::V4(address) => address.is_multicast(),
        IpAddr::V6(address) => address.is_multicast(),
    }
}

/// Whether the address holds on one link only.
pub fn is_link_local(address: &SocketAddr) -> bool {
    matches!(address, SocketAddr::V6(v6) if has_scope(v6.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ask_nobody() {
        for (word, text) in [
            ("127.1", Some("127.0.0.1:0")),
            ("::1", Some("[::1]:0")),
            ("fe80::1%7", Some("[fe80::1%7]:0")),
            ("fe80::1%no-such-device", None),
            ("1.2.3.4.5", None),
            ("", None),
        ] {
            assert_eq!(number(word.as_bytes()).map(|address| address.to_string()).as_deref(), text, "{word}");
        }
        assert_eq!(addresses(b"fe80::1%no-such-device", 0).unwrap_err(), UNKNOWN);
        assert!(addresses(b"::1", libc::AF_INET).is_err() && addresses(b"1.1.1.1", libc::AF_INET).is_ok());
    }
}
