//! Addresses behind `-s` and `-d`: `10/8`, `10.0.0.0/255.0.0.0`, names of hosts and networks, lists of all these.

use std::net::{IpAddr, Ipv6Addr, ToSocketAddrs};

use super::complaint::wrong;
use crate::error::{Error, Result};
use crate::netfilter::{Family, Net};
use crate::sys;
use crate::words::{is_space, number, shown};

/// The longest name of a host that is looked at.
const LONGEST: usize = 255;

/// Reads a list. A name may stand for several addresses.
pub(super) fn nets(family: Family, word: &[u8]) -> Result<Vec<Net>> {
    let mut found = Vec::new();
    for part in word.split(|&b| b == b',') {
        let start = part.iter().position(|&b| !is_space(b)).unwrap_or(part.len());
        let part = &part[start..];
        if part.len() > LONGEST {
            return Err(wrong(family, "Hostname too long"));
        }
        let (name, mask) = match part.iter().rposition(|&b| b == b'/') {
            Some(slash) => (&part[..slash], mask(family, &part[slash + 1..])?),
            None => (part, whole(family)),
        };
        // Where no bit counts the name does not either: `any/0`.
        let all = if mask == [0; 16] { vec![[0; 16]] } else { addresses(family, name)? };
        found.extend(all.into_iter().map(|mut address| {
            address.iter_mut().zip(mask).for_each(|(byte, mask)| *byte &= mask);
            Net { address, mask, inverted: false }
        }));
    }
    Ok(found)
}

fn whole(family: Family) -> [u8; 16] {
    prefix_mask(family.address_len() as u32 * 8)
}

/// A mask of so many bits.
pub(super) fn prefix_mask(bits: u32) -> [u8; 16] {
    let mask = match bits {
        0 => 0,
        bits => u128::MAX << 128u32.saturating_sub(bits),
    };
    mask.to_be_bytes()
}

fn mask(family: Family, word: &[u8]) -> Result<[u8; 16]> {
    let written = match family {
        Family::V4 => dotted(word, true).map(widen),
        Family::V6 => ipv6(word),
    };
    let bits = || number(word, 0).filter(|&bits| bits <= family.address_len() as u64 * 8);
    let mask = written.or_else(|| Some(prefix_mask(bits()? as u32)));
    mask.ok_or_else(|| wrong(family, &format!("invalid mask `{}' specified", shown(word))))
}

/// The addresses that a word stands for: one by number, or those of a network or host.
fn addresses(family: Family, word: &[u8]) -> Result<Vec<[u8; 16]>> {
    let numeric = match family {
        Family::V4 => dotted(word, false).or_else(|| sys::network(word)).map(widen),
        Family::V6 => ipv6(word),
    };
    if let Some(address) = numeric {
        return Ok(vec![address]);
    }
    let found = hosts(family, word);
    if found.is_empty() { Err(not_found(family, word)) } else { Ok(found) }
}

fn not_found(family: Family, word: &[u8]) -> Error {
    wrong(family, &format!("host/network `{}' not found", shown(word)))
}

/// The addresses that the resolver has for a host.
pub(super) fn hosts(family: Family, word: &[u8]) -> Vec<[u8; 16]> {
    let found = std::str::from_utf8(word).ok().and_then(|name| (name, 0).to_socket_addrs().ok());
    let address = |ip| match (ip, family) {
        (IpAddr::V4(ip), Family::V4) => Some(widen(ip.octets())),
        (IpAddr::V6(ip), Family::V6) => Some(ip.octets()),
        _ => None,
    };
    found.into_iter().flatten().filter_map(|socket| address(socket.ip())).collect()
}

/// An IPv4 address in a field for both.
pub(super) fn widen([a, b, c, d]: [u8; 4]) -> [u8; 16] {
    [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// Reads an IPv6 address.
pub(super) fn ipv6(word: &[u8]) -> Option<[u8; 16]> {
    Some(std::str::from_utf8(word).ok()?.parse::<Ipv6Addr>().ok()?.octets())
}

/// Reads four numbers. A network may lack the last ones, which are 0 then; a mask may not.
pub(super) fn dotted(word: &[u8], is_mask: bool) -> Option<[u8; 4]> {
    let parts: Vec<&[u8]> = word.splitn(4, |&b| b == b'.').collect();
    if is_mask && parts.len() < 4 {
        return None;
    }
    let mut address = [0; 4];
    for (byte, part) in address.iter_mut().zip(parts) {
        *byte = u8::try_from(number(part, 0)?).ok()?;
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str) -> Option<([u8; 4], [u8; 4])> {
        let nets = nets(Family::V4, word.as_bytes()).ok()?;
        let net = nets.first()?;
        Some((*net.address.first_chunk()?, *net.mask.first_chunk()?))
    }

    #[test]
    fn networks_as_iptables_reads_them() {
        for (word, expected) in [
            ("10.1.2.3/8", Some(([10, 0, 0, 0], [255, 0, 0, 0]))),
            ("10", Some(([10, 0, 0, 0], [255; 4]))),
            ("10.1/12", Some(([10, 0, 0, 0], [255, 240, 0, 0]))),
            ("1.2.3.4/255.0.255.0", Some(([1, 0, 3, 0], [255, 0, 255, 0]))),
            ("any/0", Some(([0; 4], [0; 4]))),
            ("1.2.3.4/33", None),
            ("1.2.3.256", None),
        ] {
            assert_eq!(read(word), expected, "{word}");
        }
        assert_eq!(nets(Family::V4, b"1.1.1.1,2.2.2.2").unwrap().len(), 2);
        assert_eq!(nets(Family::V6, b"2001:db8::1/32").unwrap()[0].address[..5], [0x20, 1, 0xd, 0xb8, 0]);
    }
}
