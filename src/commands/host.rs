//! Addresses as they are shown: numbers of their family, or with `-resolve` the names of hosts.

use crate::output::{Address, Color, Hardware, Show};
use crate::sys::Hosts;
use crate::words::options::Options;

/// An address to be shown.
#[derive(Debug, Clone, Copy)]
pub enum Host<'a> {
    /// As numbers, in the manner of its `AF_*`.
    Number(u8, &'a [u8]),
    /// By its name.
    Name(&'a [u8]),
}

impl<'a> Host<'a> {
    /// The address, by name where `-resolve` asks for names and the resolver has one.
    #[inline]
    pub fn new(options: &Options, hosts: &'a mut Hosts, family: u8, address: &'a [u8]) -> Self {
        match options.resolve {
            true => hosts.name(address).map_or(Host::Number(family, address), Host::Name),
            false => Host::Number(family, address),
        }
    }
}

impl Show for Host<'_> {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        match *self {
            Host::Name(name) => name.put(buf),
            Host::Number(family, address) => match i32::from(family) {
                libc::AF_INET | libc::AF_INET6 => Address(address).put(buf),
                libc::AF_MPLS => labels(address, buf),
                libc::AF_PACKET => Hardware(address).put(buf),
                _ => "???".put(buf),
            },
        }
    }
}

/// The labels of a stack between slashes, up to the one that is marked as its last (`linux/mpls.h`).
fn labels(stack: &[u8], buf: &mut Vec<u8>) {
    for (i, entry) in stack.as_chunks::<4>().0.iter().enumerate() {
        let entry = u32::from_be_bytes(*entry);
        if i > 0 {
            buf.push(b'/');
        }
        (entry >> 12).put(buf);
        if entry & 0x100 != 0 {
            break;
        }
    }
}

/// The colour of addresses of this family, if they have one.
pub fn color(family: u8) -> Option<Color> {
    match i32::from(family) {
        libc::AF_INET => Some(Color::Inet),
        libc::AF_INET6 => Some(Color::Inet6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_in_its_manner() {
        for (family, bytes, text) in [
            (libc::AF_INET, &[10, 0, 0, 1][..], "10.0.0.1"),
            (libc::AF_MPLS, &[0, 1, 0x10, 0, 0, 2, 1, 0, 9, 9, 9, 9], "17/32"),
            (libc::AF_MPLS, &[0, 1, 0x10, 0, 0], "17"),
            (libc::AF_PACKET, &[1, 0xab], "01:ab"),
            (libc::AF_UNIX, &[1], "???"),
        ] {
            let mut buf = Vec::new();
            Host::Number(family as u8, bytes).put(&mut buf);
            assert_eq!(String::from_utf8(buf).unwrap(), text);
        }
    }
}
