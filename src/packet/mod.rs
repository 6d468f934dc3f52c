//! Packets: the file format of captures, and filters in classic BPF. Pure: no socket, no file, no words of a user but a
//! filter's.
//!
//! Why this is written here and not taken from a crate. Frames: etherparse checks a header as a whole and refuses one that
//! is cut or lies, where tcpdump prints each field up to the one that is missing; so frames are walked field by field, on
//! [`Bytes`]. Files: pcap-file's last finished release dates from 2022 and says only that a buffer is incomplete, where
//! tcpdump tells what was tried and what there was; the format is forty lines.

pub mod bpf;
mod bytes;
pub mod pcap;

pub use bytes::{Bytes, Cut, checksum};

/// What the first bytes of a packet are: the link-layer header types of capture files that are known here
/// (`LINKTYPE_*`, <https://www.tcpdump.org/linktypes.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// An Ethernet header.
    Ethernet,
    /// An IP header.
    Raw,
    /// A "cooked" header of 16 bytes, as Linux makes for devices without one.
    Cooked,
    /// A "cooked" header of 20 bytes, with the device.
    Cooked2,
}

impl Link {
    const ALL: [Link; 4] = [Link::Ethernet, Link::Raw, Link::Cooked, Link::Cooked2];

    /// The number in a file's header.
    pub fn number(self) -> u32 {
        match self {
            Link::Ethernet => 1,
            Link::Raw => 101,
            Link::Cooked => 113,
            Link::Cooked2 => 276,
        }
    }

    /// The type with this number.
    pub fn from_number(number: u32) -> Option<Link> {
        // 12 is what libpcap itself calls 101.
        let number = if number == 12 { 101 } else { number };
        Self::ALL.into_iter().find(|link| link.number() == number)
    }

    /// The name that tcpdump's `-y` has for it.
    pub fn name(self) -> &'static str {
        match self {
            Link::Ethernet => "EN10MB",
            Link::Raw => "RAW",
            Link::Cooked => "LINUX_SLL",
            Link::Cooked2 => "LINUX_SLL2",
        }
    }

    /// The type that is called `name`, upper or lower case.
    pub fn from_name(name: &[u8]) -> Option<Link> {
        Self::ALL.into_iter().find(|link| link.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// What it is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Link::Ethernet => "Ethernet",
            Link::Raw => "Raw IP",
            Link::Cooked => "Linux cooked v1",
            Link::Cooked2 => "Linux cooked v2",
        }
    }
}
