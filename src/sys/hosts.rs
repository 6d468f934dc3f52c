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
    entry("/etc/protocols", |names, number| names.contains(&name).then(|| number.parse().ok())?)
}

/// The name that `/etc/protocols` gives the protocol above IP with this number.
pub fn ip_protocol_name(wanted: u8) -> Option<Vec<u8>> {
    entry("/etc/protocols", |names, number| {
        (number.parse() == Ok(wanted)).then(|| names.first().map(|name| name.to_vec()))?
    })
}

/// The port that `/etc/services` gives this name or alias with the protocol `protocol`, `tcp` or `udp`.
pub fn service_port(name: &[u8], protocol: &str) -> Option<u16> {
    entry("/etc/services", |names, number| {
        let (port, over) = number.split_once('/')?;
        (over == protocol && names.contains(&name)).then(|| port.parse().ok())?
    })
}

/// The name that `/etc/services` gives this port with the protocol `protocol`.
pub fn service_name(port: u16, protocol: &str) -> Option<String> {
    let wanted = format!("{port}/{protocol}");
    entry("/etc/services", |names, number| {
        (number == wanted).then(|| names.first().map(|name| String::from_utf8_lossy(name).into_owned()))?
    })
}

/// The first that `take` makes of the entries of a file: a name, a number, aliases; comments begin with `#`.
fn entry<T>(file: &str, take: impl Fn(&[&[u8]], &str) -> Option<T>) -> Option<T> {
    let file = std::fs::read(file).ok()?;
    file.split(|&b| b == b'\n').find_map(|line| {
        let line = line.split(|&b| b == b'#').next()?;
        let mut names: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        if names.len() < 2 {
            return None;
        }
        let number = std::str::from_utf8(names.remove(1)).ok()?;
        take(&names, number)
    })
}

/// The lines of a file, each as its words; comments begin with `#`.
fn words_of(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let words =
        |line: &str| line.split('#').next().unwrap_or_default().split_whitespace().map(str::to_string).collect();
    text.lines().map(words).collect()
}

/// The services in `/etc/services`: name, port and protocol, aliases too.
pub fn services() -> Vec<(String, u16, String)> {
    let mut found = Vec::new();
    for words in words_of("/etc/services") {
        let [name, place, aliases @ ..] = words.as_slice() else { continue };
        let Some((port, protocol)) = place.split_once('/') else { continue };
        let Ok(port) = port.parse() else { continue };
        found.extend([name].into_iter().chain(aliases).map(|name| (name.clone(), port, protocol.to_string())));
    }
    found
}

/// The hosts in `/etc/ethers`: link-layer address and name.
pub fn ethers() -> Vec<([u8; 6], String)> {
    let read = |words: Vec<String>| {
        let [address, name] = words.as_slice() else { return None };
        let mut bytes = [0; 6];
        let parts: Vec<&str> = address.split(':').collect();
        if parts.len() != bytes.len() {
            return None;
        }
        for (to, part) in bytes.iter_mut().zip(parts) {
            *to = u8::from_str_radix(part, 16).ok()?;
        }
        Some((bytes, name.clone()))
    };
    words_of("/etc/ethers").into_iter().filter_map(read).collect()
}
