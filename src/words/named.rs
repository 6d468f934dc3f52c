//! Words that are names of numbers, or the numbers themselves: tables, protocols, scopes, TOS, realms, kinds of routes.

use super::{Words, leading_number, matches, number_u32, wrong};
use crate::error::Result;
use crate::rtnl::uapi;
use crate::sys::names::{Kind, Names};

/// Reads the name of a number of this `kind`, or the number: hexadecimal for TOS, at most 255 but for tables and groups.
pub fn number(names: &mut Names, kind: Kind, word: &[u8]) -> Option<u32> {
    if let Some(number) = names.number(kind, word) {
        return Some(number);
    }
    match kind {
        Kind::DsField => number_u32(word, 16).filter(|&tos| tos <= 255),
        Kind::Table => number_u32(word, 0),
        // The lower 32 bits of a number, where these are none below zero.
        Kind::Group => match leading_number(word, 0)? {
            (group, b"") => (group as i32).try_into().ok(),
            _ => None,
        },
        _ => number_u32(word, 0).filter(|&number| number <= 255),
    }
}

/// As [`number`], for what fits a byte.
pub fn byte(names: &mut Names, kind: Kind, word: &[u8]) -> Option<u8> {
    number(names, kind, word)?.try_into().ok()
}

/// As [`byte`], for a filter that `all` turns off; `why` is what is said of another word.
pub fn byte_or_all(names: &mut Names, kind: Kind, words: &mut Words<'_>, why: &str) -> Result<Option<u8>> {
    let word = words.require()?;
    match byte(names, kind, word) {
        None if word != b"all" => Err(wrong(why, word)),
        number => Ok(number),
    }
}

/// Reads `TO`, `FROM/TO` or `FROM/`, realms by name or number, or both in one number: `FROM` is above 16 bits.
pub fn realms(names: &mut Names, word: &[u8]) -> Option<u32> {
    let mut pair = || {
        let (from, to) = match word.iter().position(|&b| b == b'/') {
            Some(slash) => (number(names, Kind::Realm, &word[..slash])?, &word[slash + 1..]),
            None => (0, word),
        };
        let to = if to.is_empty() { 0 } else { number(names, Kind::Realm, to)? };
        Some(from << 16 | to)
    };
    pair().or_else(|| number_u32(word, 0))
}

/// A kind of route (`RTN_*`): its number, its name, another name, whether a beginning of the name will do.
type RouteKind = (u8, &'static str, &'static str, bool);

/// The kinds of routes, in the order in which an abbreviation is looked up.
const ROUTE_KINDS: &[RouteKind] = &[
    (uapi::RTN_LOCAL as u8, "local", "", false),
    (uapi::RTN_NAT as u8, "nat", "", false),
    (uapi::RTN_BROADCAST as u8, "broadcast", "brd", true),
    (uapi::RTN_ANYCAST as u8, "anycast", "", true),
    (uapi::RTN_MULTICAST as u8, "multicast", "", true),
    (uapi::RTN_PROHIBIT as u8, "prohibit", "", true),
    (uapi::RTN_UNREACHABLE as u8, "unreachable", "", true),
    (uapi::RTN_BLACKHOLE as u8, "blackhole", "", true),
    (uapi::RTN_XRESOLVE as u8, "xresolve", "", true),
    (uapi::RTN_UNICAST as u8, "unicast", "", true),
    (uapi::RTN_THROW as u8, "throw", "", false),
];

/// Reads a kind of route, by name or number.
pub fn route_kind(word: &[u8]) -> Option<u8> {
    let named = ROUTE_KINDS.iter().find(|(_, name, other, abbreviated)| {
        let other = !other.is_empty() && word == other.as_bytes();
        other || if *abbreviated { matches(word, name) } else { word == name.as_bytes() }
    });
    match named {
        Some((kind, ..)) => Some(*kind),
        None => number_u32(word, 0)?.try_into().ok(),
    }
}

/// The name of a kind of route: `none` for 0, nothing for a number without a name.
pub fn route_kind_name(kind: u8) -> Option<&'static str> {
    match kind {
        0 => Some("none"),
        _ => ROUTE_KINDS.iter().find(|(known, ..)| *known == kind).map(|(_, name, ..)| *name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let names = &mut Names::default();
        assert_eq!(number(names, Kind::Table, b"main"), Some(254));
        assert_eq!(number(names, Kind::Table, b"4294967295"), Some(u32::MAX));
        assert_eq!(number(names, Kind::Table, b"4294967296"), None);
        assert_eq!(number(names, Kind::Protocol, b"256"), None);
        assert_eq!(number(names, Kind::DsField, b"10"), Some(16));
        assert_eq!(byte(names, Kind::Scope, b"link"), Some(253));
    }

    #[test]
    fn realms_in_all_forms() {
        for (word, value) in [
            ("5", Some(5)),
            ("1/2", Some(0x1_0002)),
            ("1/", Some(0x1_0000)),
            ("cosmos", Some(0)),
            ("0x10002", Some(0x1_0002)),
            ("/5", None),
            ("x", None),
        ] {
            assert_eq!(realms(&mut Names::default(), word.as_bytes()), value, "{word:?}");
        }
    }

    #[test]
    fn kinds_of_routes() {
        for (word, kind) in
            [("u", Some(7)), ("uni", Some(1)), ("loc", None), ("brd", Some(3)), ("7", Some(7)), ("256", None)]
        {
            assert_eq!(route_kind(word.as_bytes()), kind, "{word:?}");
        }
        assert_eq!((route_kind_name(0), route_kind_name(9), route_kind_name(12)), (Some("none"), Some("throw"), None));
    }
}
