//! Names for addresses and ports.

use std::collections::HashMap;
use std::net::Ipv6Addr;

use crate::sys::Hosts;

/// Names of vendors that tcpdump has for the first half of an Ethernet address.
const VENDORS: &[(u32, &str)] = &[
    (0x000000, "Ethernet"),
    (0x00000c, "Cisco"),
    (0x00005e, "IANA"),
    (0x000081, "Nortel Networks SONMP"),
    (0x0000f8, "Cisco bridged"),
    (0x0080c2, "Ethernet bridged"),
    (0x00a03e, "ATM Forum"),
    (0x00e02f, "DOCSIS Spanning Tree"),
    (0x080007, "Appletalk"),
    (0x009069, "Juniper"),
    (0x080009, "Hewlett-Packard"),
    (0x0080c2, "IEEE 802.1 Private"),
    (0x00120f, "IEEE 802.3 Private"),
    (0x0012bb, "ANSI/TIA"),
];

/// What addresses and ports are called.
#[derive(Default)]
pub struct Names {
    /// `-n`: nothing has a name.
    numeric: bool,
    /// `-N`: only the first part of a host's name.
    short: bool,
    hosts: Hosts,
    services: HashMap<(u16, bool), String>,
    ethers: HashMap<[u8; 6], String>,
}

impl Names {
    pub fn new(numeric: bool, short: bool) -> Self {
        let mut names = Names { numeric, short, ..Names::default() };
        if !numeric {
            for (name, port, protocol) in crate::sys::services() {
                let is_tcp = protocol == "tcp";
                if is_tcp || protocol == "udp" {
                    names.services.entry((port, is_tcp)).or_insert(name);
                }
            }
            names.ethers = crate::sys::ethers().into_iter().collect();
            names.ethers.entry([0xff; 6]).or_insert_with(|| "Broadcast".into());
        }
        names
    }

    fn host(&mut self, address: &[u8], number: String) -> String {
        if self.numeric {
            return number;
        }
        match self.hosts.name(address) {
            Some(name) => {
                let name = String::from_utf8_lossy(name);
                match name.split_once('.') {
                    Some((first, _)) if self.short => first.to_string(),
                    _ => name.into_owned(),
                }
            }
            None => number,
        }
    }

    pub fn ip4(&mut self, address: [u8; 4]) -> String {
        let [a, b, c, d] = address;
        self.host(&address, format!("{a}.{b}.{c}.{d}"))
    }

    pub fn ip6(&mut self, address: [u8; 16]) -> String {
        self.host(&address, ip6_number(address))
    }

    pub fn mac(&self, address: [u8; 6]) -> String {
        if let Some(name) = self.ethers.get(&address) {
            return name.clone();
        }
        let [a, b, c, ..] = address;
        let number = colons(&address);
        if self.numeric {
            return number;
        }
        let vendor = u32::from_be_bytes([0, a, b, c]);
        let vendor = VENDORS.iter().find(|(known, _)| *known == vendor).map_or("Unknown", |(_, name)| name);
        format!("{number} (oui {vendor})")
    }

    pub fn port(&self, port: u16, is_tcp: bool) -> String {
        self.services.get(&(port, is_tcp)).cloned().unwrap_or_else(|| port.to_string())
    }

    /// The name of a protocol above IP.
    pub fn protocol(&self, number: u8) -> Option<String> {
        if self.numeric {
            return None;
        }
        crate::sys::ip_protocol_name(number).map(|name| String::from_utf8_lossy(&name).into_owned())
    }
}

/// Bytes in hexadecimal with colons between.
pub fn colons(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(":")
}

/// An IPv6 address as inet_ntop(3) writes it: `::1.2.3.4` too, where the standard library does not.
pub fn ip6_number(address: [u8; 16]) -> String {
    let ip = Ipv6Addr::from(address);
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => {
            let [.., a, b, c, d] = address;
            format!("::{a}.{b}.{c}.{d}")
        }
        _ => ip.to_string(),
    }
}
