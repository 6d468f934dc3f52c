//! The options that need no match or target: their table, and which go with which command.

use crate::words::getopt::{Opt, Takes};

const fn opt(short: u8, long: &'static str, takes: Takes, argument: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes, argument, help }
}

/// The options of `iptables` and `ip6tables`.
pub const OPTIONS: &[Opt] = &[
    opt(b'A', "append", Takes::Argument, "CHAIN", "add a rule at the end of a chain"),
    opt(b'D', "delete", Takes::Argument, "CHAIN", "delete a rule, written out or by its number"),
    opt(b'C', "check", Takes::Argument, "CHAIN", "tell by the exit status whether there is such a rule"),
    opt(b'I', "insert", Takes::Argument, "CHAIN", "add a rule before the one with a number, else as the first"),
    opt(b'R', "replace", Takes::Argument, "CHAIN", "put a rule in the place of the one with a number"),
    opt(b'L', "list", Takes::Perhaps, "CHAIN", "list rules in columns"),
    opt(b'S', "list-rules", Takes::Perhaps, "CHAIN", "list rules as the words that make them"),
    opt(b'F', "flush", Takes::Perhaps, "CHAIN", "delete all rules"),
    opt(b'Z', "zero", Takes::Perhaps, "CHAIN", "set counters to 0"),
    opt(b'N', "new-chain", Takes::Argument, "CHAIN", "make a chain"),
    opt(b'X', "delete-chain", Takes::Perhaps, "CHAIN", "delete a chain, or all that are empty"),
    opt(b'E', "rename-chain", Takes::Argument, "CHAIN", "give a chain another name"),
    opt(b'P', "policy", Takes::Argument, "CHAIN", "what becomes of packets that no rule decides on: ACCEPT or DROP"),
    opt(b's', "source", Takes::Argument, "ADDRESS[/MASK]", "packets from these addresses"),
    opt(b'd', "destination", Takes::Argument, "ADDRESS[/MASK]", "packets to these addresses"),
    opt(b's', "src", Takes::Argument, "ADDRESS[/MASK]", ""),
    opt(b'd', "dst", Takes::Argument, "ADDRESS[/MASK]", ""),
    opt(b'p', "protocol", Takes::Argument, "PROTO", "packets of this protocol: tcp, udp, icmp …"),
    opt(b'i', "in-interface", Takes::Argument, "DEV", "packets that come in by this device; + ends a beginning"),
    opt(b'j', "jump", Takes::Argument, "TARGET", "what to do with packets: a target or a chain"),
    opt(b't', "table", Takes::Argument, "TABLE", "the table: filter, nat, mangle, raw, security"),
    opt(b'm', "match", Takes::Argument, "MATCH", "a further condition, with options of its own"),
    opt(b'n', "numeric", Takes::Nothing, "", "numbers instead of names"),
    opt(b'o', "out-interface", Takes::Argument, "DEV", "packets that go out by this device"),
    opt(b'v', "verbose", Takes::Nothing, "", "show more"),
    opt(b'w', "wait", Takes::Perhaps, "SECONDS", "nothing: there is no lock to wait for"),
    opt(b'W', "wait-interval", Takes::Perhaps, "MICROSECONDS", ""),
    opt(b'x', "exact", Takes::Nothing, "", "counters in full"),
    opt(b'f', "fragments", Takes::Nothing, "", "later fragments only, IPv4"),
    opt(b'V', "version", Takes::Nothing, "", "show the version"),
    opt(b'h', "help", Takes::Perhaps, "", "show this, and the options of the matches before it"),
    opt(0, "line-numbers", Takes::Nothing, "", "numbers before rules"),
    opt(b'M', "modprobe", Takes::Argument, "COMMAND", ""),
    opt(b'c', "set-counters", Takes::Argument, "PACKETS BYTES", "what the rule has counted so far"),
    opt(b'g', "goto", Takes::Argument, "CHAIN", "go on in a chain without coming back"),
    opt(b'4', "ipv4", Takes::Nothing, "", ""),
    opt(b'6', "ipv6", Takes::Nothing, "", ""),
];

/// The options of `iptables-save` and `ip6tables-save`.
pub const SAVE_OPTIONS: &[Opt] = &[
    opt(b'c', "counters", Takes::Nothing, "", "with counters"),
    opt(b't', "table", Takes::Argument, "TABLE", "only this table"),
    opt(b'f', "file", Takes::Argument, "FILE", "into a file"),
    opt(b'M', "modprobe", Takes::Argument, "COMMAND", ""),
    opt(b'V', "version", Takes::Nothing, "", "show the version"),
];

/// A command, as a bit: `-L` and `-S` go together with `-Z`.
pub(super) mod command {
    pub const INSERT: u16 = 1;
    pub const DELETE: u16 = 1 << 1;
    pub const DELETE_NUMBER: u16 = 1 << 2;
    pub const REPLACE: u16 = 1 << 3;
    pub const APPEND: u16 = 1 << 4;
    pub const LIST: u16 = 1 << 5;
    pub const FLUSH: u16 = 1 << 6;
    pub const ZERO: u16 = 1 << 7;
    pub const NEW_CHAIN: u16 = 1 << 8;
    pub const DELETE_CHAIN: u16 = 1 << 9;
    pub const SET_POLICY: u16 = 1 << 10;
    pub const RENAME_CHAIN: u16 = 1 << 11;
    pub const LIST_RULES: u16 = 1 << 12;
    pub const ZERO_NUMBER: u16 = 1 << 13;
    pub const CHECK: u16 = 1 << 14;

    /// Those that a rule stands behind.
    pub const WITH_RULE: u16 = INSERT | DELETE | REPLACE | APPEND | CHECK;

    /// The letter of the first of these.
    pub fn letter(commands: u16) -> char {
        let letters = b"IDDRALFZNXPESZC";
        letters.get(15 - commands.leading_zeros() as usize).map_or('?', |&letter| char::from(letter))
    }
}

/// Options that may stand there once: their letter, as it is shown, and the commands that they go with.
pub(super) const ONCE: &[(char, u16)] = {
    use command::{APPEND, INSERT, LIST, REPLACE, SET_POLICY, WITH_RULE};
    &[
        ('n', LIST),
        ('s', WITH_RULE),
        ('d', WITH_RULE),
        ('p', WITH_RULE),
        ('j', WITH_RULE),
        ('v', u16::MAX),
        ('x', LIST),
        ('i', WITH_RULE),
        ('o', WITH_RULE),
        ('0', LIST),
        ('c', INSERT | REPLACE | APPEND | SET_POLICY),
        ('f', WITH_RULE),
    ]
};
