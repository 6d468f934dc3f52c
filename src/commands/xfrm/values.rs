//! Names of numbers and how words are read as them: parser, printer, help, man page and completions read the same tables.

use crate::error::Result;
use crate::output::{Hex, Out, Show};
use crate::rows::Names;
use crate::rtnl::xfrm::{Mark, uapi};
use crate::sys;
use crate::words::Words;
use crate::words::{incomplete, number, number_u32, wrong};

/// Protocols of states.
pub static PROTOCOLS: Names = Names::new(
    1,
    &[
        (libc::IPPROTO_ESP as u64, "esp"),
        (libc::IPPROTO_AH as u64, "ah"),
        (libc::IPPROTO_COMP as u64, "comp"),
        (libc::IPPROTO_ROUTING as u64, "route2"),
        (libc::IPPROTO_DSTOPTS as u64, "hao"),
        (uapi::IPSEC_PROTO_ANY as u64, "ipsec-any"),
    ],
);
/// Their names.
pub const PROTOCOL_WORDS: &str = "esp|ah|comp|route2|hao|ipsec-any";

/// How a state changes packets, in the order in which an abbreviation is looked up.
pub static MODES: Names = Names {
    abbreviated: true,
    ..Names::new(
        1,
        &[
            (uapi::XFRM_MODE_TRANSPORT as u64, "transport"),
            (uapi::XFRM_MODE_TUNNEL as u64, "tunnel"),
            (uapi::XFRM_MODE_ROUTEOPTIMIZATION as u64, "ro"),
            (uapi::XFRM_MODE_IN_TRIGGER as u64, "in_trigger"),
            (uapi::XFRM_MODE_BEET as u64, "beet"),
        ],
    )
};
/// Their names.
pub const MODE_WORDS: &str = "transport|tunnel|ro|in_trigger|beet";

/// Flags of states.
pub static STATE_FLAGS: Names = Names::new(
    1,
    &[
        (uapi::XFRM_STATE_NOECN as u64, "noecn"),
        (uapi::XFRM_STATE_DECAP_DSCP as u64, "decap-dscp"),
        (uapi::XFRM_STATE_NOPMTUDISC as u64, "nopmtudisc"),
        (uapi::XFRM_STATE_WILDRECV as u64, "wildrecv"),
        (uapi::XFRM_STATE_ICMP as u64, "icmp"),
        (uapi::XFRM_STATE_AF_UNSPEC as u64, "af-unspec"),
        (uapi::XFRM_STATE_ALIGN4 as u64, "align4"),
        (uapi::XFRM_STATE_ESN as u64, "esn"),
    ],
);
/// Their names.
pub const STATE_FLAG_WORDS: &str = "noecn|decap-dscp|nopmtudisc|wildrecv|icmp|af-unspec|align4|esn";

/// More flags of states.
pub static EXTRA_FLAGS: Names = Names::new(
    4,
    &[
        (uapi::XFRM_SA_XFLAG_DONT_ENCAP_DSCP as u64, "dont-encap-dscp"),
        (uapi::XFRM_SA_XFLAG_OSEQ_MAY_WRAP as u64, "oseq-may-wrap"),
    ],
);
/// Their names.
pub const EXTRA_FLAG_WORDS: &str = "dont-encap-dscp|oseq-may-wrap";

/// Which way the packets of a state go.
pub static STATE_DIRECTIONS: Names =
    Names::new(1, &[(uapi::XFRM_SA_DIR_IN as u64, "in"), (uapi::XFRM_SA_DIR_OUT as u64, "out")]);
/// Their names.
pub const STATE_DIRECTION_WORDS: &str = "in|out";

/// How the packets of a state are wrapped once more.
pub static ENCAPS: Names = Names::new(
    2,
    &[
        (uapi::UDP_ENCAP_ESPINUDP_NON_IKE as u64, "espinudp-nonike"),
        (uapi::UDP_ENCAP_ESPINUDP as u64, "espinudp"),
        (uapi::TCP_ENCAP_ESPINTCP as u64, "espintcp"),
    ],
);

/// Which way the packets of a policy go.
pub static DIRECTIONS: Names = Names::new(
    1,
    &[
        (uapi::XFRM_POLICY_IN as u64, "in"),
        (uapi::XFRM_POLICY_OUT as u64, "out"),
        (uapi::XFRM_POLICY_FWD as u64, "fwd"),
    ],
);
/// Their names.
pub const DIRECTION_WORDS: &str = "in|out|fwd";

/// What a policy does.
pub static ACTIONS: Names =
    Names::new(1, &[(uapi::XFRM_POLICY_ALLOW as u64, "allow"), (uapi::XFRM_POLICY_BLOCK as u64, "block")]);
/// Their names.
pub const ACTION_WORDS: &str = "allow|block";

/// Kinds of policies.
pub static KINDS: Names =
    Names::new(1, &[(uapi::XFRM_POLICY_TYPE_MAIN as u64, "main"), (uapi::XFRM_POLICY_TYPE_SUB as u64, "sub")]);
/// Their names.
pub const KIND_WORDS: &str = "main|sub";

/// Flags of policies.
pub static POLICY_FLAGS: Names =
    Names::new(1, &[(uapi::XFRM_POLICY_LOCALOK as u64, "localok"), (uapi::XFRM_POLICY_ICMP as u64, "icmp")]);
/// Their names.
pub const POLICY_FLAG_WORDS: &str = "localok|icmp";

/// Whether packets need the state of a template.
pub static LEVELS: Names = Names::new(1, &[(0, "required"), (1, "use")]);
/// Their names.
pub const LEVEL_WORDS: &str = "required|use";

/// What shares a state (`XFRM_SHARE_*`).
pub static SHARES: Names = Names::new(1, &[(0, "any"), (1, "session"), (2, "user"), (3, "unique")]);

/// A number's name, or the number.
pub struct Named(pub &'static Names, pub u64);

impl Show for Named {
    fn put(&self, buf: &mut Vec<u8>) {
        match self.0.name(self.1) {
            "" => self.1.put(buf),
            name => name.put(buf),
        }
    }
}

/// Shows the names of the bits that are set in `flags`, and the rest in hexadecimal.
pub fn show_flags(out: &mut Out, names: &Names, flags: u32) {
    let mut rest = u64::from(flags);
    for (bit, name) in names.names {
        if rest & bit != 0 {
            rest &= !bit;
            out.text(name);
            out.text(if rest == 0 { "" } else { " " });
        }
    }
    if rest != 0 {
        out.text(Hex(rest, 1));
    }
}

/// Reads flags: a number with `0x` is all of them, names are added to `old`. Where there is no name, nothing is read.
pub fn flags(words: &mut Words<'_>, names: &Names, old: u32, most: u32, why: &str) -> Result<u32> {
    let word = words.peek().ok_or_else(incomplete)?;
    if word.len() > 2 && word.starts_with(b"0x") {
        words.next();
        return number_u32(word, 16).filter(|flags| *flags <= most).ok_or_else(|| wrong(why, word));
    }
    let mut flags = old;
    while let Some(bit) = words.peek().and_then(|word| names.number(word)) {
        words.next();
        flags |= bit as u32;
    }
    Ok(flags)
}

/// Reads the name of a number.
pub fn named(words: &mut Words<'_>, names: &Names, why: &str) -> Result<u8> {
    let word = words.require()?;
    names.number(word).map(|number| number as u8).ok_or_else(|| wrong(why, word))
}

/// Reads a mode of a state.
pub fn mode(words: &mut Words<'_>) -> Result<u8> {
    named(words, &MODES, "MODE value is invalid")
}

/// Reads which way the packets of a policy go.
pub fn direction(words: &mut Words<'_>) -> Result<u8> {
    named(words, &DIRECTIONS, "DIR value is invalid")
}

/// Reads a kind of policies.
pub fn kind(words: &mut Words<'_>) -> Result<u8> {
    named(words, &KINDS, "PTYPE value is invalid")
}

/// Reads what a policy does.
pub fn action(words: &mut Words<'_>) -> Result<u8> {
    named(words, &ACTIONS, "ACTION value is invalid\n")
}

/// Reads the flags of a state.
pub fn state_flags(words: &mut Words<'_>, old: u8) -> Result<u8> {
    Ok(flags(words, &STATE_FLAGS, old.into(), 0xff, "FLAG value is invalid")? as u8)
}

/// Reads the flags of a policy.
pub fn policy_flags(words: &mut Words<'_>, old: u8) -> Result<u8> {
    Ok(flags(words, &POLICY_FLAGS, old.into(), 0xff, "FLAG value is invalid")? as u8)
}

/// Reads 32 bits.
pub fn number32(words: &mut Words<'_>, why: &str) -> Result<u32> {
    let word = words.require()?;
    number_u32(word, 0).ok_or_else(|| wrong(why, word))
}

/// Reads 64 bits.
pub fn number64(words: &mut Words<'_>, why: &str) -> Result<u64> {
    let word = words.require()?;
    number(word, 0).ok_or_else(|| wrong(why, word))
}

/// Reads 16 bits.
pub fn number16(words: &mut Words<'_>, why: &str) -> Result<u16> {
    let word = words.require()?;
    number(word, 0).and_then(|value| value.try_into().ok()).ok_or_else(|| wrong(why, word))
}

/// Reads 8 bits.
pub fn number8(words: &mut Words<'_>, why: &str) -> Result<u8> {
    let word = words.require()?;
    number(word, 0).and_then(|value| value.try_into().ok()).ok_or_else(|| wrong(why, word))
}

/// Reads what finds a state for a template.
pub fn reqid(words: &mut Words<'_>) -> Result<u32> {
    number32(words, "REQID value is invalid")
}

/// Reads `MARK [ mask MASK ]`; all bits count where no mask is given.
pub fn mark(words: &mut Words<'_>) -> Result<Mark> {
    let value = number32(words, "MARK value is invalid\n")?;
    let mask = match words.take("mask") {
        true => number32(words, "MASK value is invalid\n")?,
        false => u32::MAX,
    };
    Ok(Mark { value, mask })
}

/// A moment, `-` for none.
pub struct Moment(pub u64);

impl Show for Moment {
    fn put(&self, buf: &mut Vec<u8>) {
        if self.0 == 0 {
            return buf.push(b'-');
        }
        let t = sys::calendar(self.0.cast_signed(), true);
        let (year, month, day) = (t.year, t.month, t.day);
        let (hour, minute, second) = (t.hour, t.minute, t.second);
        format_args!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}").put(buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_by_name_and_number() {
        let read = |line: &str, old| {
            let all: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            let mut words = Words::new(&all);
            flags(&mut words, &STATE_FLAGS, old, 0xff, "").map(|flags| (flags, words.len())).ok()
        };
        assert_eq!(read("noecn esn mode", 2), Some((131, 1)));
        assert_eq!(read("0x10 esn", 2), Some((16, 1)));
        assert_eq!(read("mode", 2), Some((2, 1)));
        assert_eq!((read("0x100", 0), read("0xz", 0)), (None, None));
    }

    #[test]
    fn flags_are_shown_with_what_has_no_name() {
        for (flags, text) in [(0, ""), (1, "localok"), (3, "localok icmp"), (5, "localok 4"), (0x40, "40")] {
            let mut out = Out::new();
            show_flags(&mut out, &POLICY_FLAGS, flags);
            assert_eq!(out.take(), text.as_bytes());
        }
    }
}
