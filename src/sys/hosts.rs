//! Names of hosts, networks, protocols and services, from the resolver and from files in `/etc`.

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

/// Looks through a file whose lines are a name, a value and other names: what `pick` makes of the first line that it
/// takes. It is given the value and the names, the first of which is the proper one.
fn look_up<T>(path: &str, mut pick: impl FnMut(&[u8], &[&[u8]]) -> Option<T>) -> Option<T> {
    let file = std::fs::read(path).ok()?;
    file.split(|&b| b == b'\n').find_map(|line| {
        let line = line.split(|&b| b == b'#').next()?;
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let (first, value) = (words.next()?, words.next()?);
        let names: Vec<&[u8]> = std::iter::once(first).chain(words).collect();
        pick(value, &names)
    })
}

fn number<T: std::str::FromStr>(word: &[u8]) -> Option<T> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// The number of the protocol above IP that `/etc/protocols` gives this name or alias.
pub fn ip_protocol(name: &[u8]) -> Option<u8> {
    look_up("/etc/protocols", |value, names| number(value).filter(|_| names.contains(&name)))
}

/// The name that `/etc/protocols` gives the protocol above IP with this number.
pub fn ip_protocol_name(protocol: u8) -> Option<Vec<u8>> {
    look_up("/etc/protocols", |value, names| {
        names.first().filter(|_| number(value) == Some(protocol)).map(|name| name.to_vec())
    })
}

/// Port and protocol as `/etc/services` writes them: `80/tcp`.
fn service(value: &[u8]) -> Option<(u16, &[u8])> {
    let slash = value.iter().position(|&b| b == b'/')?;
    Some((number(&value[..slash])?, &value[slash + 1..]))
}

/// The port that `/etc/services` gives this name or alias, with this protocol if one is named.
pub fn service_port(name: &[u8], protocol: Option<&str>) -> Option<u16> {
    look_up("/etc/services", |value, names| {
        let (port, its) = service(value)?;
        let is_it = protocol.is_none_or(|protocol| protocol.as_bytes() == its) && names.contains(&name);
        is_it.then_some(port)
    })
}

/// The name that `/etc/services` gives this port with this protocol.
pub fn service_name(port: u16, protocol: &str) -> Option<Vec<u8>> {
    look_up("/etc/services", |value, names| {
        names.first().filter(|_| service(value) == Some((port, protocol.as_bytes()))).map(|name| name.to_vec())
    })
}

/// The address that `/etc/networks` gives the network with this name or alias, in capitals or not.
pub fn network(name: &[u8]) -> Option<[u8; 4]> {
    look_up("/etc/networks", |value, names| {
        names.iter().any(|known| known.eq_ignore_ascii_case(name)).then(|| network_address(value))
    })
}

/// The name that `/etc/networks` gives the network with this address.
pub fn network_name(address: [u8; 4]) -> Option<Vec<u8>> {
    networks().into_iter().find(|(known, _)| *known == address).map(|(_, name)| name)
}

/// The networks in `/etc/networks`: address and name.
pub fn networks() -> Vec<([u8; 4], Vec<u8>)> {
    let mut found = Vec::new();
    look_up("/etc/networks", |value, names| {
        found.extend(names.first().map(|name| (network_address(value), name.to_vec())));
        None::<()>
    });
    found
}

/// An address of up to four numbers; those that are missing at its end are 0. One that is wrong is 255.255.255.255.
fn network_address(word: &[u8]) -> [u8; 4] {
    let mut address = [0; 4];
    for (at, part) in word.split(|&b| b == b'.').enumerate() {
        match (address.get_mut(at), number(part)) {
            (Some(byte), Some(number)) => *byte = number,
            _ => return [255; 4],
        }
    }
    address
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
