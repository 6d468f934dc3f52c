//! Names of hosts and protocols, from the resolver and from `/etc/protocols`.

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
    protocol(|names, _| names.contains(&name)).map(|(_, number)| number)
}

/// The name that `/etc/protocols` gives the protocol above IP with this number.
pub fn ip_protocol_name(number: u8) -> Option<Vec<u8>> {
    protocol(|_, known| known == number).map(|(name, _)| name)
}

/// The first line of `/etc/protocols` that `fits` takes, by its names and its number: its first name and the number.
fn protocol(fits: impl Fn(&[&[u8]], u8) -> bool) -> Option<(Vec<u8>, u8)> {
    let file = std::fs::read("/etc/protocols").ok()?;
    file.split(|&b| b == b'\n').find_map(|line| {
        let line = line.split(|&b| b == b'#').next()?;
        let mut names: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let number = std::str::from_utf8(names.get(1)?).ok()?.parse().ok()?;
        names.remove(1);
        fits(&names, number).then(|| (names[0].to_vec(), number))
    })
}
