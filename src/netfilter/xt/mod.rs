//! Matches and targets: one table for each.
//!
//! An extension is a block of bytes, the kernel's own `struct xt_…`. Its [`Kind`] says how long the block is, what it
//! holds before anything is said, and which options there are; a [`Row`] says of an option where in the block its value
//! lies and what [`Shape`] it has. Parsing, saving, listing and help loop over these rows; the bytes go to the kernel
//! and come back as they are, but for the few kinds that iptables-nft writes in nf_tables' own expressions
//! ([`Layout`]).

mod addrtype;
mod comment;
mod conntrack;
mod icmp;
mod limit;
mod log;
mod mac;
mod mark;
mod multiport;
mod nat;
mod ports;
mod reject;

pub use super::encode::has_ports;

pub use icmp::IcmpType;
pub use limit::{SCALE, UNITS, per_unit};
pub use nat::Nat;

use super::Family;

/// A match or target of one revision.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the kernel.
    pub name: &'static str,
    /// The word behind `-m` or `-j`.
    pub word: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// Its revision.
    pub revision: u32,
    /// The family that has it, if not both.
    pub family: Option<Family>,
    /// The length of its block in bytes, aligned to 8 as x_tables wants it.
    pub size: usize,
    /// What the block holds at first, by offset: it is zero elsewhere.
    pub start: &'static [(usize, &'static [u8])],
    /// Its options, in the order in which they are shown.
    pub rows: &'static [Row],
    /// At least one of these options must be given, or any if none is named; else this is said.
    pub needs: Option<(&'static [&'static str], &'static str)>,
    /// How it is written in a rule.
    pub layout: Layout,
    /// What stands before its options in a listing.
    pub heading: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// How an extension is written in a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// As its block of bytes.
    Block,
    /// As comparisons of header fields, where it asks for anything and for no TCP option.
    Ports,
    /// As a comparison of the packet's mark.
    Mark,
    /// As a limit.
    Limit,
}

/// A bit that says whether something is so: a byte or word in the block, and the bits in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bit {
    /// Where it is.
    pub at: usize,
    /// How many bytes, in host order.
    pub width: usize,
    /// The bits.
    pub bits: u32,
}

/// An option.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name, without `--`.
    pub name: &'static str,
    /// The spelling that is shown, where that is another.
    pub short: &'static str,
    /// What its argument is called, empty for none.
    pub argument: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Where its value lies, by bytes from the start of the block.
    pub at: usize,
    /// What its value is.
    pub shape: Shape,
    /// What `!` before it sets; nothing where it cannot be inverted.
    pub invert: Option<Bit>,
    /// What says that it is there.
    pub present: Option<Bit>,
    /// Whether it has to be given.
    pub required: bool,
    /// Options of the same group, if not 0, exclude each other.
    pub group: u8,
    /// What stands before its value in a listing.
    pub label: &'static str,
    /// What is said when it stands there twice; empty for the usual words.
    pub twice: &'static str,
}

/// What the value of an option is, in words and in bytes.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Two ports in host order, 0 and 65535 when nothing is said; `tcp` reads them in its own way.
    Ports {
        /// `tcp`'s way, with the names that services have with TCP.
        tcp: bool,
    },
    /// Which TCP flags are looked at, and which of these are set.
    TcpFlags,
    /// The flags that begin a connection.
    Syn,
    /// A byte that is not 0.
    TcpOption,
    /// A type of message, the lowest and the highest code.
    Icmp(&'static [IcmpType]),
    /// 16 bits, each a word of the list.
    Words {
        /// Words with their bits, in the order in which they are shown.
        list: &'static [(&'static str, u16)],
        /// What is said of a wrong word, with the quotes around it if it is not the last: that one stands in `"`.
        wrong: (&'static str, char, char),
        /// What is said of an empty list; empty for the same as of a wrong word.
        empty: &'static str,
    },
    /// 16 bits: a protocol above IP.
    Protocol,
    /// An address of 16 bytes, its mask behind it.
    Address,
    /// A lowest and a highest port, each 16 bits in host order; the highest is at this place.
    PortRange(usize),
    /// Two numbers of 32 bits.
    Range32,
    /// `ORIGINAL` or `REPLY`, which is kept as an inversion.
    Direction(Bit),
    /// A mark and its mask.
    Mark,
    /// What is done with the mark, kept as a value and a mask of 32 bits.
    SetMark(MarkAction),
    /// Text in a field of so many bytes, with at least one byte in it where that is wanted.
    Text {
        /// The size of the field.
        size: usize,
        /// Not empty, and without a line break.
        line: bool,
    },
    /// A list of ports and ranges of ports; the number tells on which side they are.
    PortList(u8),
    /// No argument: bits that are set.
    Flag(Bit),
    /// A link-layer address.
    Mac,
    /// Packets in a time.
    Rate,
    /// A number of 32 bits up to 10,000.
    Burst,
    /// 32 bits, a number for each word: name and other name.
    Choice(&'static [(u32, &'static str, &'static str)]),
    /// A byte: how grave a message is.
    Level,
    /// A prefix of a log message.
    LogFlag(u8),
    /// Addresses and ports to translate to.
    NatTo(Nat, NatPart),
    /// A flag of a translation.
    NatFlag(Nat, u32),
}

/// What an option of a translation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NatPart {
    /// Addresses, ports or both.
    Both,
    /// Ports alone.
    Ports,
}

/// What is done with a packet's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkAction {
    /// The bits of the mask are cleared, then those of the value flipped.
    Xset,
    /// The bits of the mask are cleared, then those of the value set.
    Set,
    /// Other bits are cleared.
    And,
    /// These bits are set.
    Or,
    /// These bits are flipped.
    Xor,
}

impl Row {
    const fn new(name: &'static str, at: usize, shape: Shape, argument: &'static str, help: &'static str) -> Row {
        Row {
            name,
            short: "",
            argument,
            help,
            at,
            shape,
            invert: None,
            present: None,
            required: false,
            group: 0,
            label: "",
            twice: "",
        }
    }

    const fn short(mut self, short: &'static str) -> Row {
        self.short = short;
        self
    }

    const fn invert(mut self, at: usize, width: usize, bits: u32) -> Row {
        self.invert = Some(Bit { at, width, bits });
        self
    }

    const fn present(mut self, at: usize, width: usize, bits: u32) -> Row {
        self.present = Some(Bit { at, width, bits });
        self
    }

    const fn required(mut self) -> Row {
        self.required = true;
        self
    }

    const fn group(mut self, group: u8) -> Row {
        self.group = group;
        self
    }

    const fn label(mut self, label: &'static str) -> Row {
        self.label = label;
        self
    }

    const fn twice(mut self, twice: &'static str) -> Row {
        self.twice = twice;
        self
    }

    /// The spelling that is shown.
    pub fn shown(&self) -> &'static str {
        if self.short.is_empty() { self.name } else { self.short }
    }

    /// Whether `!` stands before it.
    pub fn is_inverted(&self, data: &[u8]) -> bool {
        self.invert.is_some_and(|bit| bit.is_set(data))
    }
}

impl Bit {
    /// Whether any of its bits is set in `data`.
    pub fn is_set(&self, data: &[u8]) -> bool {
        self.word(data) & self.bits != 0
    }

    /// Sets its bits in `data`.
    pub fn set(&self, data: &mut [u8]) {
        self.put(data, self.word(data) | self.bits);
    }

    /// Clears its bits in `data`.
    pub fn clear(&self, data: &mut [u8]) {
        self.put(data, self.word(data) & !self.bits);
    }

    fn word(&self, data: &[u8]) -> u32 {
        match self.width {
            1 => u32::from(u8_at(data, self.at)),
            2 => u32::from(u16_at(data, self.at)),
            _ => u32_at(data, self.at),
        }
    }

    fn put(&self, data: &mut [u8], word: u32) {
        match self.width {
            1 => put(data, self.at, &[word as u8]),
            2 => put(data, self.at, &(word as u16).to_ne_bytes()),
            _ => put(data, self.at, &word.to_ne_bytes()),
        }
    }
}

/// The byte at `at`, 0 where there is none.
pub fn u8_at(data: &[u8], at: usize) -> u8 {
    data.get(at).copied().unwrap_or(0)
}

/// The 16 bits in host order at `at`.
pub fn u16_at(data: &[u8], at: usize) -> u16 {
    data.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u16::from_ne_bytes(*word))
}

/// The 32 bits in host order at `at`.
pub fn u32_at(data: &[u8], at: usize) -> u32 {
    data.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u32::from_ne_bytes(*word))
}

/// The bytes from `at` on.
pub fn bytes_at(data: &[u8], at: usize, len: usize) -> &[u8] {
    data.get(at..at + len).unwrap_or_default()
}

/// Writes `bytes` at `at`, as far as there is room.
pub fn put(data: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in data.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}

/// A match or target of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// One that has a table here.
    Known(&'static Kind, Vec<u8>),
    /// Somebody else's: its name, its revision, its block.
    Foreign(Vec<u8>, u32, Vec<u8>),
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Kind {}

impl Kind {
    const fn new(name: &'static str, size: usize, rows: &'static [Row], help: &'static str) -> Kind {
        Kind {
            name,
            word: name,
            aliases: &[],
            revision: 0,
            family: None,
            size,
            start: &[],
            rows,
            needs: None,
            layout: Layout::Block,
            heading: "",
            help,
        }
    }

    /// Its block before anything is said.
    pub fn block(&self) -> Vec<u8> {
        let mut data = vec![0; self.size];
        for (at, bytes) in self.start {
            put(&mut data, *at, bytes);
        }
        data
    }

    fn is_for(&self, family: Family) -> bool {
        self.family.is_none_or(|its| its == family)
    }
}

/// The matches.
pub static MATCHES: &[&Kind] = &[
    &ports::TCP,
    &ports::UDP,
    &icmp::ICMP,
    &icmp::ICMP6,
    &conntrack::STATE,
    &conntrack::CONNTRACK,
    &mark::MATCH,
    &comment::COMMENT,
    &multiport::MULTIPORT,
    &addrtype::ADDRTYPE,
    &mac::MAC,
    &limit::LIMIT,
];

/// The targets.
pub static TARGETS: &[&Kind] = &[
    &reject::REJECT,
    &reject::REJECT6,
    &nat::MASQUERADE,
    &nat::MASQUERADE6,
    &nat::SNAT,
    &nat::SNAT6,
    &nat::DNAT,
    &nat::DNAT6,
    &nat::REDIRECT,
    &nat::REDIRECT6,
    &mark::TARGET,
    &log::LOG,
];

fn by_word(kinds: &[&'static Kind], family: Family, word: &[u8]) -> Option<&'static Kind> {
    let is = |name: &str| name.as_bytes() == word;
    kinds
        .iter()
        .copied()
        .find(|kind| kind.is_for(family) && (is(kind.word) || kind.aliases.iter().any(|name| is(name))))
}

/// The match called `word`.
pub fn match_by_word(family: Family, word: &[u8]) -> Option<&'static Kind> {
    by_word(MATCHES, family, word)
}

/// The target called `word`.
pub fn target_by_word(family: Family, word: &[u8]) -> Option<&'static Kind> {
    by_word(TARGETS, family, word)
}

/// An extension as it was read: `kinds` are the matches or the targets.
pub(super) fn received(kinds: &[&'static Kind], family: Family, name: &[u8], revision: u32, info: &[u8]) -> Extension {
    let is_it = |kind: &Kind| {
        kind.name.as_bytes() == name
            && kind.revision == revision
            && kind.is_for(family)
            && kind.size <= info.len()
            && (kind.name != conntrack::NAME || conntrack::is_state(info) == (kind.word == "state"))
    };
    match kinds.iter().find(|kind| is_it(kind)) {
        Some(kind) => Extension::Known(kind, info[..kind.size].to_vec()),
        None => Extension::Foreign(name.to_vec(), revision, info.to_vec()),
    }
}
