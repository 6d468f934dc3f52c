//! The IPv6 tables as columns. They are read from `/proc/net/ipv6_route`: netlink does not tell how often an entry is
//! referred to, and that is a column.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::Ipv6Addr;

use super::Asked;
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::output::{Address, Show};
use crate::sys;

/// `RTF_*` (`linux/route.h`, `linux/ipv6_route.h`) and the letter of each, in the order in which they are shown.
const FLAGS: &[(u32, char)] = &[
    (0x0002, 'G'),
    (0x0004, 'H'),
    (0x0001_0000, 'D'),
    (0x0004_0000, 'A'),
    (CACHE, 'C'),
    (0x0002_0000, 'a'),
    (0x0040_0000, 'e'),
    (0x0020, 'm'),
    (0x0020_0000, 'n'),
    (0x0200_0000, 'f'),
];
const REJECT: u32 = 0x0200;
const CACHE: u32 = 0x0100_0000;

const HEADER: &str = "Destination                    Next Hop                   Flag Met Ref  Use If\n";

/// Shows all tables, in the kernel's order.
pub fn show(ip: &mut Ip, asked: &Asked) -> Result<()> {
    let file = File::open("/proc/net/ipv6_route").map_err(|error| {
        let why = sys::strerror(error.raw_os_error().unwrap_or(libc::ENOENT));
        Error::local(format!("/proc/net/ipv6_route: {why}\nINET6 (IPv6) not configured in this system."))
    })?;
    ip.view.out.text("Kernel IPv6 routing table\n");
    ip.view.out.text(HEADER);
    for line in BufReader::new(file).lines().map_while(std::io::Result::ok) {
        let Some(entry) = Entry::parse(&line).filter(|entry| entry.flags & CACHE == 0) else { continue };
        ip.view.out.text(entry.line(asked.numeric));
        ip.view.out.flush_if_full();
    }
    Ok(())
}

/// Cached entries are shown no more by the kernel.
pub fn show_cache(ip: &mut Ip) {
    ip.view.out.text("Kernel IPv6 routing cache\n");
    ip.view.out.text(HEADER);
}

struct Entry {
    dst: [u8; 16],
    bits: u8,
    next_hop: [u8; 16],
    metric: u32,
    references: u32,
    uses: u32,
    flags: u32,
    device: String,
}

impl Entry {
    /// Reads a line: destination, its length, source, its length, next hop, metric, references, uses, flags, device;
    /// numbers are hexadecimal.
    fn parse(line: &str) -> Option<Entry> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let &[dst, bits, _, _, next_hop, metric, references, uses, flags, device] = words.as_slice() else {
            return None;
        };
        let address = |word: &str| Some(u128::from_str_radix(word, 16).ok()?.to_be_bytes());
        let number = |word: &str| u32::from_str_radix(word, 16).ok();
        Some(Entry {
            dst: address(dst)?,
            bits: u8::from_str_radix(bits, 16).ok()?,
            next_hop: address(next_hop)?,
            metric: number(metric)?,
            references: number(references)?,
            uses: number(uses)?,
            flags: number(flags)?,
            device: device.to_string(),
        })
    }

    fn line(&self, numeric: bool) -> String {
        let dst = format!("{}/{}", name(self.dst, numeric), self.bits);
        let next_hop = name(self.next_hop, numeric);
        let mut flags = String::from(if self.flags & REJECT != 0 { "!" } else { "U" });
        flags.extend(FLAGS.iter().filter(|(bit, _)| self.flags & bit != 0).map(|(_, letter)| letter));
        let Entry { metric, references, uses, device, .. } = self;
        let metric = metric.cast_signed();
        format!("{dst:<30} {next_hop:<26} {flags:<4} {metric:<3} {references:<1}{uses:>7} {device}\n")
    }
}

/// An address by its name: `[::]` for none, that of the host, or as numbers, which of one mapped from IPv4 are those.
fn name(address: [u8; 16], numeric: bool) -> String {
    let found = match numeric {
        true => None,
        false if address == [0; 16] => Some(b"[::]".to_vec()),
        false => sys::host_name(Ipv6Addr::from(address).into()),
    };
    let mut text = Vec::new();
    match (found, Ipv6Addr::from(address).to_ipv4_mapped()) {
        (Some(name), _) => name.put(&mut text),
        (None, Some(mapped)) => Address(&mapped.octets()).put(&mut text),
        (None, None) => Address(&address).put(&mut text),
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernels_table() {
        let line = "20010db8000000000000000000000000 40 00000000000000000000000000000000 00 \
                    00000000000000000000000000000000 00000100 00000003 00000000 00000001       v0";
        let entry = Entry::parse(line).unwrap();
        assert_eq!(
            entry.line(true),
            "2001:db8::/64                  ::                         U    256 3      0 v0\n"
        );
        assert!(Entry::parse("too short").is_none());
    }
}
