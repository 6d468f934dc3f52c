//! The words of a command line, taken one by one, and the complaints that iproute2 has about them.

pub mod getopt;
pub mod keyword;
pub mod lladdr;
pub mod named;
pub mod options;
pub mod prefix;

pub use options::Options;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::error::{Error, Result};

/// A command line being read from left to right. Words are bytes: names of devices and namespaces need not be UTF-8.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    all: &'a [&'a [u8]],
    at: usize,
}

impl<'a> Words<'a> {
    /// The words in `all`, from the first.
    pub fn new(all: &'a [&'a [u8]]) -> Self {
        Words { all, at: 0 }
    }

    /// The next word, left where it is.
    pub fn peek(&self) -> Option<&'a [u8]> {
        self.all.get(self.at).copied()
    }

    /// The word behind the next one.
    pub fn peek_second(&self) -> Option<&'a [u8]> {
        self.all.get(self.at + 1).copied()
    }

    /// The word taken last.
    pub fn current(&self) -> &'a [u8] {
        self.at.checked_sub(1).and_then(|at| self.all.get(at)).copied().unwrap_or_default()
    }

    /// Takes the next word, which must be there.
    pub fn require(&mut self) -> Result<&'a [u8]> {
        self.next().ok_or_else(incomplete)
    }

    /// Puts the word taken last back.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Takes the next word if it is exactly `word`.
    pub fn take(&mut self, word: &str) -> bool {
        let there = self.peek() == Some(word.as_bytes());
        self.at += usize::from(there);
        there
    }

    /// Word number `place`, counted from the first; empty where there are not so many.
    pub fn at(&self, place: usize) -> &'a [u8] {
        self.all.get(place).copied().unwrap_or_default()
    }

    /// How many words have been taken: the number of the next one.
    pub fn place(&self) -> usize {
        self.at
    }

    /// The words not yet taken.
    pub fn rest(&self) -> &'a [&'a [u8]] {
        &self.all[self.at..]
    }

    /// How many words are left.
    pub fn len(&self) -> usize {
        self.all.len() - self.at
    }

    /// Whether all words have been taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }
}

/// Reads the words behind a tool's name as clap does. Where they are none of its grammar, or ask for help, that has been
/// said and the exit status is given.
pub fn read_command(grammar: clap::Command, words: &[&[u8]]) -> std::result::Result<clap::ArgMatches, u8> {
    grammar.try_get_matches_from(words.iter().map(|word| OsStr::from_bytes(word))).map_err(|error| {
        let _ = error.print();
        u8::try_from(error.exit_code()).unwrap_or(2)
    })
}

/// Whether `word` is `keyword` or its beginning, as iproute2 lets nearly every keyword be abbreviated. Never when empty.
pub fn matches(word: &[u8], keyword: &str) -> bool {
    // The first byte tells nearly all words apart, and costs less than a call that compares the rest.
    word.first().is_some_and(|first| keyword.as_bytes().first() == Some(first)) && keyword.as_bytes().starts_with(word)
}

/// A word as it is shown in a message.
pub fn shown(word: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(word)
}

/// A word is missing at the end.
pub fn incomplete() -> Error {
    Error::words("Command line is not complete. Try option \"help\"")
}

/// A required argument is not there.
pub fn missing(keyword: &str) -> Error {
    Error::words(format!("Error: argument \"{keyword}\" is required"))
}

/// `word` cannot be what stands here, for the reason `why`.
pub fn wrong(why: &str, word: &[u8]) -> Error {
    Error::words(format!("Error: argument \"{}\" is wrong: {why}", shown(word)))
}

/// `keyword` is there a second time, with `word`.
pub fn duplicate(keyword: &str, word: &[u8]) -> Error {
    Error::words(format!("Error: duplicate \"{keyword}\": \"{}\" is the second value.", shown(word)))
}

/// `word` is no keyword, and what it could otherwise be, a `keyword`, is there already.
pub fn garbage(keyword: &str, word: &[u8]) -> Error {
    Error::words(format!("Error: either \"{keyword}\" is duplicate, or \"{}\" is a garbage.", shown(word)))
}

/// There is no device called `name`.
pub fn no_device(name: &[u8]) -> Error {
    Error::local(format!("Cannot find device \"{}\"", shown(name)))
}

/// Whether `name` can be a device's: 1 to 15 bytes, no `/`, no white space (`check_ifname`, IFNAMSIZ).
pub fn is_device_name(name: &[u8]) -> bool {
    !name.is_empty() && name.len() < 16 && is_alt_name(name)
}

/// Whether `name` can be an alternative device name: up to 127 bytes, no `/`, no white space.
pub fn is_alt_name(name: &[u8]) -> bool {
    name.len() < 128 && !name.iter().any(|&b| b == b'/' || is_space(b))
}

/// C's `isspace` in the C locale.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Reads a number as C's `strtoull` with base 0 does: decimal, `0x` hex, `0` octal, leading blanks and `+` allowed.
/// `base` 10 or 16 fixes the base. The whole word must be a number of at most 64 bits; a `-` wraps around, as in C.
pub fn number(word: &[u8], base: u32) -> Option<u64> {
    let start = word.iter().position(|&b| !is_space(b))?;
    let (negative, digits) = match &word[start..] {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (digits, base) = match (digits, base) {
        ([b'0', b'x' | b'X', rest @ ..], 0 | 16) if !rest.is_empty() => (rest, 16),
        ([b'0', _, ..], 0) => (digits, 8),
        (_, 0) => (digits, 10),
        _ => (digits, base),
    };
    if digits.is_empty() || !digits[0].is_ascii_alphanumeric() {
        return None;
    }
    let value = u64::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()?;
    Some(if negative { value.wrapping_neg() } else { value })
}

/// Reads the number that `word` begins with as C's `strtoul` does, and gives what stands behind it.
///
/// Base 0, 10 or 16 as for [`number`]. A `-` wraps around and a number beyond 64 bits is the greatest, as in C.
pub fn leading_number(word: &[u8], base: u32) -> Option<(u64, &[u8])> {
    let start = word.iter().position(|&b| !is_space(b))?;
    let (negative, digits) = match &word[start..] {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (digits, base) = match (digits, base) {
        ([b'0', b'x' | b'X', digit, ..], 0 | 16) if digit.is_ascii_hexdigit() => (&digits[2..], 16),
        ([b'0', ..], 0) => (digits, 8),
        (_, 0) => (digits, 10),
        _ => (digits, base),
    };
    let mut rest = digits;
    let mut sum = Some(0u64);
    while let [byte, more @ ..] = rest
        && let Some(digit) = char::from(*byte).to_digit(base)
    {
        sum = sum.and_then(|sum| sum.checked_mul(base.into())?.checked_add(digit.into()));
        rest = more;
    }
    let sum = match sum {
        _ if rest.len() == digits.len() => return None,
        Some(sum) if negative => sum.wrapping_neg(),
        Some(sum) => sum,
        None => u64::MAX,
    };
    Some((sum, rest))
}

/// Reads a number as C's `atoi` does: whatever `word` begins with, 0 where that is no number.
pub fn atoi(word: &[u8]) -> i32 {
    leading_number(word, 10).map_or(0, |(number, _)| number as i32)
}

/// As [`number`], for a value of at most 32 bits.
pub fn number_u32(word: &[u8], base: u32) -> Option<u32> {
    number(word, base)?.try_into().ok()
}

/// As [`number`], for a signed value.
pub fn number_i32(word: &[u8], base: u32) -> Option<i32> {
    let value = i32::try_from(number(word, base)? as i64).ok()?;
    // One whose sign is not the word's has wrapped around.
    let negative = word.iter().find(|&&b| !is_space(b)) == Some(&b'-');
    (value == 0 || (value < 0) == negative).then_some(value)
}

/// Reads pairs of hexadecimal digits, at most `most` of them; what follows is passed over. Nothing where a pair is none or
/// there is half of one.
///
/// A pair is read as C's `strtoul` reads it: a blank or `+` may stand for its first digit.
pub fn hex_bytes(word: &[u8], most: usize) -> Option<Vec<u8>> {
    let (pairs, []) = word.as_chunks::<2>() else { return None };
    let byte = |pair: &[u8; 2]| match leading_number(pair, 16) {
        Some((number, b"")) => u8::try_from(number).ok(),
        _ => None,
    };
    pairs.iter().take(most).map(byte).collect()
}

/// Reads an IPv4 address as inet_aton(3) does: one to four numbers, decimal, `0x` hex or `0` octal, the last of which
/// fills all bytes that are left.
pub fn inet_aton(word: &[u8]) -> Option<[u8; 4]> {
    let parts: Vec<&[u8]> = word.split(|&b| b == b'.').collect();
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || parts.iter().any(|part| !part.first().is_some_and(u8::is_ascii_digit)) {
        return None;
    }
    let mut address = 0u32;
    for part in first {
        address = address << 8 | u32::from(u8::try_from(number(part, 0)?).ok()?);
    }
    let bits = 32 - 8 * first.len() as u32;
    let rest = number(last, 0).filter(|rest| rest >> bits == 0)?;
    let high = if bits == 32 { 0 } else { address << bits };
    Some((high | rest as u32).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (word, base, value) in [
            ("10", 0, Some(10)),
            ("010", 0, Some(8)),
            ("0x1f", 0, Some(31)),
            ("ff", 16, Some(255)),
            ("0", 0, Some(0)),
            (" 7", 0, Some(7)),
            ("+7", 0, Some(7)),
            ("08", 0, None),
            ("7x", 0, None),
            ("-7", 0, Some(u64::MAX - 6)),
            ("-0", 0, Some(0)),
            ("+-7", 0, None),
            ("-18446744073709551616", 0, None),
            ("", 0, None),
            ("0x", 0, None),
            ("18446744073709551615", 0, Some(u64::MAX)),
            ("18446744073709551616", 0, None),
        ] {
            assert_eq!(number(word.as_bytes(), base), value, "{word:?}");
        }
        assert_eq!(number_i32(b"-1", 0), Some(-1));
        assert_eq!(number_i32(b" -0x10", 0), Some(-16));
        assert_eq!(number_i32(b"-2147483649", 0), None);
        assert_eq!(number_i32(b"18446744073709551615", 0), None);
        assert_eq!(number_i32(b"--1", 0), None);
    }

    #[test]
    fn numbers_at_the_beginning() {
        for (word, base, value) in [
            ("10.8", 0, Some((10, ".8"))),
            ("0x1fg", 0, Some((31, "g"))),
            ("08", 0, Some((0, "8"))),
            ("0x", 0, Some((0, "x"))),
            ("-1", 0, Some((u64::MAX, ""))),
            ("99999999999999999999s", 0, Some((u64::MAX, "s"))),
            ("x", 0, None),
            ("", 0, None),
        ] {
            let value = value.map(|(value, rest): (u64, &str)| (value, rest.as_bytes()));
            assert_eq!(leading_number(word.as_bytes(), base), value, "{word:?}");
        }
    }

    #[test]
    fn pairs_of_digits() {
        for (word, bytes) in [
            ("", Some(vec![])),
            ("0aFf", Some(vec![10, 255])),
            (" 1+2", Some(vec![1, 2])),
            ("010203zz", Some(vec![1, 2, 3])),
            ("-1", None),
            ("0x", None),
            ("1 ", None),
            ("123", None),
        ] {
            assert_eq!(hex_bytes(word.as_bytes(), 3), bytes, "{word:?}");
        }
    }

    #[test]
    fn abbreviation() {
        assert!(matches(b"a", "address") && matches(b"address", "address"));
        assert!(!matches(b"", "address") && !matches(b"addresses", "address"));
    }

    #[test]
    fn addresses_in_one_to_four_parts() {
        for (word, address) in [
            ("10.0.0.2", Some([10, 0, 0, 2])),
            ("10", Some([0, 0, 0, 10])),
            ("172.16", Some([172, 0, 0, 16])),
            ("1.2.256", Some([1, 2, 1, 0])),
            ("0x7f.1", Some([127, 0, 0, 1])),
            ("256.1", None),
            ("1.2.3.4.5", None),
            ("x", None),
            ("1..2", None),
        ] {
            assert_eq!(inet_aton(word.as_bytes()), address, "{word}");
        }
    }
}
