//! `ip rule`: which table a packet's route is looked up in.

mod change;
mod describe;
mod filter;
mod list;

pub use describe::describe;
pub use filter::Filter;

use super::{Ip, Object, Run, Verb};
use crate::error::{Error, Result};
use crate::rtnl::route::{RTNL_FAMILY_IP6MR, RTNL_FAMILY_IPMR};
use crate::sys;
use crate::sys::names::{Kind, Names};
use crate::words::Words;
use crate::words::keyword::{Entry, entries};
use crate::words::named;
use crate::words::{is_space, leading_number, matches, number_u32, wrong};

/// Every bit of a DSCP.
const DSCP_ALL: u32 = 0x3f;
/// Every bit of a flow label.
const FLOW_LABEL_ALL: u32 = 0xf_ffff;

/// The object `rule`.
pub const RULE: Object =
    Object { name: "rule", called: "rule", help: "rules of routing", verbs: VERBS, default: list::show };

/// The object `mrule`: rules of multicast routing, which are rules of a family of their own.
pub const MRULE: Object = Object {
    name: "mrule",
    called: "mrule",
    help: "rules of multicast routing",
    verbs: MULTICAST_VERBS,
    default: multicast,
};

const MULTICAST_VERBS: &[Verb] = &{
    let mut verbs = [Verb::OWN; VERBS.len() + 1];
    let mut i = 0;
    while i < VERBS.len() {
        verbs[i + 1] = VERBS[i];
        i += 1;
    }
    verbs
};

/// A command of `ip mrule`: that of `ip rule`, for another family.
fn multicast(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let asked = ip.view.options.family;
    ip.view.options.family = match (i32::from(asked), asked) {
        (0 | libc::AF_INET, _) | (_, RTNL_FAMILY_IPMR) => RTNL_FAMILY_IPMR,
        (libc::AF_INET6, _) | (_, RTNL_FAMILY_IP6MR) => RTNL_FAMILY_IP6MR,
        _ => {
            let text = format!("Multicast rules are only supported for IPv4/IPv6, was: {asked}");
            return Err(Error::words(text));
        }
    };
    let result = match words.next() {
        None => list::show(ip, words),
        Some(word) => match VERBS.iter().find(|verb| matches(word, verb.name)) {
            Some(verb) => (verb.run)(ip, words),
            None if matches(word, "help") => Err(usage()),
            None => Err(crate::commands::IP.unknown_verb(&RULE, word)),
        },
    };
    ip.view.options.family = asked;
    result
}

const VERBS: &[Verb] = &[
    verb("list", "show rules", selects, list::show),
    verb("lst", "", selects, list::show),
    verb("show", "", selects, list::show),
    verb("save", "write rules to stdout, for restore", Vec::new, list::save),
    verb("restore", "add the rules that save has written, from stdin", Vec::new, list::restore),
    verb("add", "add a rule", modifies, change::add),
    verb("delete", "delete a rule", modifies, change::delete),
    verb("flush", "delete all rules but the first", selects, list::flush),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

fn selects() -> Vec<Entry> {
    entries(filter::KEYWORDS)
}

fn modifies() -> Vec<Entry> {
    [entries(change::KEYWORDS), entries(change::ACTIONS)].concat()
}

fn usage() -> Error {
    crate::commands::object_usage(&RULE)
}

/// What stands before a slash, and what behind it.
fn with_mask(word: &[u8]) -> (&[u8], Option<&[u8]>) {
    match word.iter().position(|&b| b == b'/') {
        Some(slash) => (&word[..slash], Some(&word[slash + 1..])),
        None => (word, None),
    }
}

/// Reads `MARK` or `MARK/MASK`.
fn mark(words: &mut Words<'_>) -> Result<(u32, Option<u32>)> {
    let (mark, mask) = with_mask(words.require()?);
    let mark = number_u32(mark, 0).ok_or_else(|| wrong("fwmark value is invalid\n", mark))?;
    let mask = mask.map(|mask| number_u32(mask, 0).ok_or_else(|| wrong("fwmask value is invalid\n", mask)));
    Ok((mark, mask.transpose()?))
}

/// Reads `DSCP` or `DSCP/MASK`: a number, or the name of a TOS byte.
fn dscp(names: &mut Names, words: &mut Words<'_>) -> Result<(u32, u32)> {
    let (dscp, mask) = with_mask(words.require()?);
    let named = || named::number(names, Kind::DsField, dscp).map(|field| field >> 2);
    let number = number_u32(dscp, 0).or_else(named).ok_or_else(|| wrong("invalid dscp", dscp))?;
    let mask = mask.map(|mask| number_u32(mask, 0).ok_or_else(|| wrong("invalid dscp mask", mask)));
    Ok((number, mask.transpose()?.unwrap_or(DSCP_ALL)))
}

/// Reads `LABEL` or `LABEL/MASK`.
fn flow_label(words: &mut Words<'_>) -> Result<(u32, u32)> {
    let (label, mask) = with_mask(words.require()?);
    let label = number_u32(label, 0).ok_or_else(|| wrong("invalid flowlabel", label))?;
    let mask = mask.map(|mask| number_u32(mask, 0).ok_or_else(|| wrong("invalid flowlabel mask", mask)));
    Ok((label, mask.transpose()?.unwrap_or(FLOW_LABEL_ALL)))
}

/// Reads a protocol above IP, by number or name.
fn ip_protocol(words: &mut Words<'_>) -> Result<u8> {
    let word = words.require()?;
    let number = number_u32(word, 10).and_then(|number| number.try_into().ok());
    number.or_else(|| sys::ip_protocol(word)).ok_or_else(|| wrong("Invalid \"ipproto\" value\n", word))
}

/// Reads `PORT` or `FIRST-LAST`. As C's `%hu` has it, what does not fit 16 bits loses its upper ones.
fn ports(words: &mut Words<'_>, why: &str) -> Result<(u16, u16)> {
    let word = words.require()?;
    let (first, last) = range(word).ok_or_else(|| wrong(why, word))?;
    Ok((first as u16, last.unwrap_or(first) as u16))
}

/// Reads `FIRST-LAST`, users by number.
fn users(words: &mut Words<'_>) -> Result<(u32, u32)> {
    let word = words.require()?;
    match range(word) {
        Some((first, Some(last))) => Ok((first as u32, last as u32)),
        _ => Err(wrong("invalid UID range\n", word)),
    }
}

/// Reads what C's `%u-%u` reads: the second number may be missing, and what follows is passed over.
fn range(word: &[u8]) -> Option<(u64, Option<u64>)> {
    let (first, rest) = leading_number(word, 10)?;
    let last = rest.strip_prefix(b"-").and_then(|rest| {
        let start = rest.iter().position(|&b| !is_space(b))?;
        leading_number(&rest[start..], 10)
    });
    Some((first, last.map(|(last, _)| last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_c_reads_them() {
        for (word, want) in [
            ("80", Some((80, None))),
            ("80-90", Some((80, Some(90)))),
            ("80-", Some((80, None))),
            ("80-x", Some((80, None))),
            ("80x", Some((80, None))),
            ("1- 2x", Some((1, Some(2)))),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(range(word.as_bytes()), want, "{word:?}");
        }
    }
}
