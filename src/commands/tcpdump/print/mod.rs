//! Packets as tcpdump prints them: one file for each protocol.
//!
//! What is printed stands in the order of the bytes that it is made of. Where a field is missing, [`Cut`] ends the packet's
//! line with the protocol's mark, `[|tcp]`; what came before stays.

mod arp;
mod bootp;
mod dns;
mod hex;
mod icmp;
mod icmp6;
mod igmp;
mod ip;
mod ip6;
mod link;
mod names;
mod tcp;
mod telnet;
mod text;
mod time;
mod udp;
mod vxlan;

use std::fmt;
use std::io::Write;

use crate::packet::pcap::{Header, MAX_SNAPLEN};
use crate::packet::{Bytes, Cut, Link};

pub use names::Names;
pub use time::Stamps;

/// A line is printed as far as the packet goes.
type Shown = Result<(), Cut>;

/// What the options say of how packets look.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// `-e`: the link-layer header.
    pub link_layer: bool,
    /// `-v`, how often.
    pub verbose: u8,
    /// `-q`: less.
    pub quiet: bool,
    /// `-X`, `-XX`.
    pub hex_ascii: u8,
    /// `-x`, `-xx`.
    pub hex: u8,
    /// `-A`, `-AA`.
    pub ascii: u8,
    /// `-K`: no checksums.
    pub no_checksums: bool,
    /// `-S`: TCP's numbers as they are.
    pub absolute: bool,
    /// `-#`: the packet's number.
    pub numbered: bool,
}

/// Prints packets into a buffer.
pub struct Printer {
    /// What has been printed.
    pub out: Vec<u8>,
    look: Look,
    names: Names,
    stamps: Stamps,
    conversations: tcp::Conversations,
    /// The protocol that a cut is blamed on.
    protocol: &'static str,
}

impl Printer {
    pub fn new(look: Look, names: Names, stamps: Stamps) -> Self {
        let conversations = tcp::Conversations::default();
        Printer { out: Vec::new(), look, names, stamps, conversations, protocol: "" }
    }

    /// Prints a packet, the `count`th. `link` is nothing for a type that is not known here.
    pub fn packet(&mut self, link: Option<Link>, header: &Header, packet: &[u8], count: u64) {
        if self.look.numbered {
            self.say(format_args!("{count:5}  "));
        }
        if self.is_invalid(header) {
            return;
        }
        self.stamp(header);
        self.protocol = "";
        let bytes = Bytes(packet);
        let mut header_len = 0;
        let shown = match link {
            Some(Link::Ethernet) => self.ethernet_frame(bytes, header.len).map(|len| header_len = len),
            Some(Link::Raw) => self.raw(bytes, header.len),
            Some(Link::Cooked) => self.cooked(bytes, header.len).map(|len| header_len = len),
            Some(Link::Cooked2) => self.cooked2(bytes, header.len).map(|len| header_len = len),
            None => {
                self.text("UNSUPPORTED");
                self.hex_ascii(bytes, bytes.len())
            }
        };
        if shown.is_err() {
            self.cut();
            header_len = 0;
        }
        self.dump(bytes, header_len);
        self.text("\n");
    }

    /// Says what is wrong with the lengths of a packet, if anything is.
    fn is_invalid(&mut self, header: &Header) -> bool {
        let Header { captured, len, .. } = *header;
        let mut wrong = Vec::new();
        if captured == 0 {
            wrong.push(" caplen==0".to_string());
        }
        if len == 0 {
            wrong.push(" len==0".to_string());
        } else if len < captured {
            wrong.push(format!(" len({len}) < caplen({captured})"));
        }
        for (name, value) in [("caplen", captured), ("len", len)] {
            if value > MAX_SNAPLEN {
                wrong.push(format!(" {name}({value}) > {MAX_SNAPLEN}"));
            }
        }
        if wrong.is_empty() {
            return false;
        }
        self.say(format_args!("[Invalid header:{}]\n", wrong.join(",")));
        true
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn say(&mut self, text: fmt::Arguments<'_>) {
        // Writing into a Vec does not fail.
        let _ = self.out.write_fmt(text);
    }

    /// The mark of a packet that ends too early.
    fn cut(&mut self) {
        let protocol = self.protocol;
        self.say(format_args!(" [|{protocol}]"));
    }

    fn invalid(&mut self) {
        self.text(" (invalid)");
    }

    /// The protocol's name in capitals.
    fn protocol_name(&mut self) {
        self.text(&self.protocol.to_ascii_uppercase());
    }

    /// A byte of a text: control characters as `^A`, others than ASCII as `M-a`.
    fn character(&mut self, byte: u8) {
        let mut byte = byte;
        if !byte.is_ascii() {
            self.text("M-");
            byte &= 0x7f;
        }
        if !(b' '..=b'~').contains(&byte) {
            self.text("^");
            byte ^= 0x40;
        }
        self.out.push(byte);
    }

    /// `len` bytes of a text; whether there were so many.
    fn characters(&mut self, bytes: Bytes<'_>, len: usize) -> bool {
        bytes.first(len).0.iter().for_each(|byte| self.character(*byte));
        bytes.has(len)
    }

    /// A duration as `1h2m3s`.
    fn duration(&mut self, mut seconds: u32) {
        if seconds == 0 {
            self.text("0s");
        }
        for (unit, name) in [(31_536_000, 'y'), (604_800, 'w'), (86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')] {
            if seconds >= unit {
                self.say(format_args!("{}{name}", seconds / unit));
                seconds %= unit;
            }
        }
    }

    fn ip4(&mut self, bytes: Bytes<'_>, at: usize) -> Result<String, Cut> {
        Ok(self.names.ip4(bytes.array(at)?))
    }

    fn ip6_address(&mut self, bytes: Bytes<'_>, at: usize) -> Result<String, Cut> {
        Ok(self.names.ip6(bytes.array(at)?))
    }

    /// An address of IPv4 where `width` is 4, else of IPv6.
    fn address(&mut self, bytes: Bytes<'_>, at: usize, width: usize) -> Result<String, Cut> {
        if width == 4 { self.ip4(bytes, at) } else { self.ip6_address(bytes, at) }
    }

    fn mac(&mut self, bytes: Bytes<'_>, at: usize) -> Result<String, Cut> {
        Ok(self.names.mac(bytes.array(at)?))
    }
}

/// A table of names for numbers.
type Names16 = [(u32, &'static str)];

/// The name of a number.
fn named(table: &Names16, number: u32) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// The name of a number, or something else in its place.
fn name_or(table: &Names16, number: u32, other: impl FnOnce(u32) -> String) -> String {
    named(table, number).map_or_else(|| other(number), str::to_string)
}

/// The names of the bits that are set, or `none`.
fn flags(table: &Names16, bits: u32, none: &str, separator: &str) -> String {
    let set: Vec<&str> =
        table.iter().filter(|(bit, _)| *bit != 0 && bits & bit == *bit).map(|(_, name)| *name).collect();
    if set.is_empty() { none.to_string() } else { set.join(separator) }
}

/// What a checksum should have been, from what it was and what the sum came to.
fn right_checksum(was: u16, sum: u16) -> u16 {
    let total = u32::from(was) + u32::from(sum);
    (total + (total >> 16)) as u16
}

#[cfg(test)]
mod tests;
