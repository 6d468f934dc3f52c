//! `enc`, `auth`, `auth-trunc`, `aead`, `comp`: algorithms and their keys.

use crate::error::Result;
use crate::output::Joined;
use crate::rtnl::xfrm::{Algorithm, Attributes, Shape, uapi};
use crate::view::View;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{missing, number, number_u32, shown, wrong};

/// The longest key, in bytes.
const LONGEST: usize = 512;

/// A kind of algorithm.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its word and what follows.
    pub entry: Entry,
    /// Its attribute.
    pub attr: u16,
    /// Whether it has a length of its own.
    pub shape: Shape,
    /// Whether it has a key.
    pub has_key: bool,
    /// What its own length is called.
    length: &'static str,
}

const fn kind(name: &'static str, argument: &'static str, help: &'static str, attr: u16, length: &'static str) -> Kind {
    let shape = if length.is_empty() { Shape::Plain } else { Shape::WithLength };
    let has_key = attr != uapi::XFRMA_ALG_COMP;
    Kind { entry: Entry { name, argument, help }, attr, shape, has_key, length }
}

const KEY: &str = "ALGO-NAME ALGO-KEYMAT";

/// Authentication.
pub static AUTH: Kind = kind("auth", KEY, "authentication, as hmac(sha256)", uapi::XFRMA_ALG_AUTH, "");
/// Authentication whose sums are cut.
pub static AUTH_TRUNC: Kind = kind(
    "auth-trunc",
    "ALGO-NAME ALGO-KEYMAT ALGO-TRUNC-LEN",
    "authentication with sums cut to so many bits",
    uapi::XFRMA_ALG_AUTH_TRUNC,
    "ALGO-TRUNC-LEN",
);
/// Encryption and authentication in one.
pub static AEAD: Kind = kind(
    "aead",
    "ALGO-NAME ALGO-KEYMAT ALGO-ICV-LEN",
    "both in one, as rfc4106(gcm(aes)), with sums of so many bits",
    uapi::XFRMA_ALG_AEAD,
    "ALGO-ICV-LEN",
);
/// Encryption.
pub static ENC: Kind = kind("enc", KEY, "encryption, as cbc(aes)", uapi::XFRMA_ALG_CRYPT, "");
/// Compression.
pub static COMP: Kind = kind("comp", "ALGO-NAME", "compression, as deflate", uapi::XFRMA_ALG_COMP, "");

/// All of them in the order of showing.
pub static KINDS: [&Kind; 5] = [&AUTH, &AUTH_TRUNC, &AEAD, &ENC, &COMP];

impl Kind {
    /// Reads what follows the word, and gives the attribute's payload.
    pub fn parse(&self, words: &mut Words<'_>) -> Result<Vec<u8>> {
        let name = words.next().ok_or_else(|| missing("ALGO-NAME"))?;
        let word = match self.has_key {
            true => words.next().ok_or_else(|| missing("ALGO-KEYMAT"))?,
            false => b"",
        };
        let bits = match self.length {
            "" => 0,
            length => {
                let word = words.next().ok_or_else(|| missing(length))?;
                number_u32(word, 0).ok_or_else(|| wrong(&format!("{length} value is invalid"), word))?
            }
        };
        let key = key(word)?;
        let key_bits = key.len() as u32 * 8;
        Ok(Algorithm { name, key_bits, bits, key: &key }.encode(self.shape))
    }

    /// Shows it behind `indent`.
    fn show(&self, view: &mut View, payload: &[u8], indent: &str, no_keys: bool) {
        let stats = view.options.stats > 0;
        let out = &mut view.out;
        out.text(indent);
        out.text(self.entry.name);
        out.text(" ");
        match Algorithm::decode(self.shape, payload) {
            None => out.text("(ERROR truncated)"),
            Some(algorithm) => {
                out.text(algorithm.name);
                out.text(" ");
                if no_keys {
                    out.text("<<Keys hidden>>");
                } else if !algorithm.key.is_empty() {
                    out.text("0x");
                    out.text(Joined(algorithm.key));
                    if stats {
                        out.text(format_args!(" ({} bits)", algorithm.key_bits));
                    }
                }
                if self.shape == Shape::WithLength {
                    out.text(format_args!(" {}", algorithm.bits.cast_signed()));
                }
            }
        }
        out.line();
    }
}

/// Reads a key: bytes in hexadecimal behind `0x`, of which an odd digit is the first byte, or the word itself.
fn key(word: &[u8]) -> Result<Vec<u8>> {
    let Some(digits) = word.strip_prefix(b"0x").filter(|digits| !digits.is_empty()) else {
        return short(word.to_vec(), word);
    };
    let padded = if digits.len() % 2 == 1 { [b"0", digits].concat() } else { digits.to_vec() };
    let byte = |pair: &[u8]| number(pair, 16).and_then(|byte| byte.try_into().ok());
    let bytes = padded.chunks_exact(2).map(byte).collect::<Option<Vec<u8>>>();
    if padded.len() / 2 > LONGEST {
        return short(padded, word);
    }
    bytes.ok_or_else(|| wrong("ALGO-KEYMAT value is invalid", word))
}

fn short(key: Vec<u8>, word: &[u8]) -> Result<Vec<u8>> {
    match key.len() > LONGEST {
        true => Err(wrong("ALGO-KEYMAT value makes buffer overflow\n", word)),
        false => Ok(key),
    }
}

/// Shows the algorithms among `attributes`, each on a line behind `indent`.
pub fn show(view: &mut View, attributes: &Attributes<'_>, indent: &str, no_keys: bool) {
    for kind in KINDS {
        // The kernel tells of authentication in both ways.
        let is_told_twice = kind.attr == uapi::XFRMA_ALG_AUTH && attributes.has(uapi::XFRMA_ALG_AUTH_TRUNC);
        if let Some(payload) = attributes.get(kind.attr).filter(|_| !is_told_twice) {
            kind.show(view, payload, indent, no_keys);
        }
    }
}

/// A quoted list of the words of `kinds`.
pub fn quoted(kinds: &[&Kind]) -> Vec<String> {
    kinds.iter().map(|kind| format!("\"{}\"", shown(kind.entry.name.as_bytes()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (word, bytes) in [
            ("hello", Some(&b"hello"[..])),
            ("0x0102ff", Some(&[1, 2, 255])),
            ("0x102", Some(&[1, 2])),
            ("0x", Some(b"0x")),
            ("", Some(b"")),
            ("0x1z", None),
            ("0x-1", None),
        ] {
            assert_eq!(key(word.as_bytes()).ok().as_deref(), bytes, "{word}");
        }
        assert!(key(&[b'a'; 512]).is_ok() && key(&[b'a'; 513]).is_err());
        assert!(key(&[b"0x", &[b'1'; 1025][..]].concat()).is_err());
    }
}
