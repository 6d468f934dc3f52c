//! Names of hosts, protocols and services, from the resolver, `/etc/protocols` and `/etc/services`.

use super::ffi;

/// The names of hosts asked for so far.
#[derive(Debug, Default)]
pub struct Hosts {
    known: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Hosts {
    /// The name of the host with this IPv4 or IPv6 address, where the resolver has one. Each is asked for once.
    pub fn name(&mut self, address: &[u8]) -> Option<&[u8]> {
        let at = match self.known.iter().position(|(known, _)| known == address) {
            Some(at) => at,
            None => {
                self.known.push((address.to_vec(), ask(address)));
                self.known.len() - 1
            }
        };
        self.known[at].1.as_deref()
    }
}

fn ask(address: &[u8]) -> Option<Vec<u8>> {
    use std::net::{IpAddr, Ipv6Addr};
    let address = match *address {
        [a, b, c, d] => IpAddr::from([a, b, c, d]),
        // One mapped into IPv6 is looked up as IPv4.
        _ => Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_canonical(),
    };
    ffi::host_name(address)
}

/// The number of the protocol above IP that `/etc/protocols` gives this name or alias.
pub fn ip_protocol(name: &[u8]) -> Option<u8> {
    numbered("/etc/protocols", name, |number| number.parse().ok())
}

/// The UDP port of the service that `/etc/services` gives this name or alias.
pub fn udp_port(name: &[u8]) -> Option<u16> {
    numbered("/etc/services", name, |number| number.strip_suffix("/udp")?.parse().ok())
}

/// What `read` makes of the number in a line `NAME NUMBER ALIAS …` of `file` that has `name`.
fn numbered<T>(file: &str, name: &[u8], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let file = std::fs::read(file).ok()?;
    file.split(|&b| b == b'\n').find_map(|line| {
        let line = line.split(|&b| b == b'#').next()?;
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let (first, number) = (words.next()?, words.next()?);
        let named = first == name || words.any(|alias| alias == name);
        read(std::str::from_utf8(number).ok().filter(|_| named)?)
    })
}
