//! The command line of `telnet`, and of its command `open`.

use crate::error::{Error, Result};
use crate::words::getopt::{self, Item, Opt, argument, flag};
use crate::words::shown;

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(b'4', "ipv4", "IPv4 only"),
    flag(b'6', "ipv6", "IPv6 only"),
    flag(b'a', "login", "nothing: no user is told to the other side"),
    argument(b'b', "bind", "ADDRESS", "the own address"),
    flag(b'c', "no-rc", "nothing: no file is read"),
    argument(b'e', "escape", "CHAR", "the escape character, ^] when nothing is said"),
    flag(b'E', "no-escape", "no escape character"),
    flag(b'K', "no-login", "nothing: no user is told to the other side"),
    argument(b'l', "user", "USER", "nothing: no user is told to the other side"),
    flag(b'?', "help", "show this"),
    flag(b'V', "version", "show the version"),
];

/// Options of the stock tool that are not there.
const LACKING: &[u8] = b"8dLnrxkX";

/// The status of options that make no sense.
const USAGE: u8 = 64;

/// Control-], which is the escape character if there is no other.
pub const ESCAPE: u8 = 0x1d;

/// What the command line asks for.
#[derive(Debug, Default, Clone)]
pub struct Asked<'a> {
    /// `AF_INET`, `AF_INET6`, or 0 for either.
    pub family: i32,
    pub source: Option<&'a [u8]>,
    /// As `-e` and `-E` set it; nothing for none.
    pub escape: Option<u8>,
    /// `-e` was there, so the escape character is told.
    pub tells_escape: bool,
    pub host: Option<&'a [u8]>,
    pub port: Option<&'a [u8]>,
    /// All there is to do is to say this on stdout.
    pub says: Option<String>,
}

/// Reads a command line.
pub fn parse<'a>(words: &[&'a [u8]]) -> Result<Asked<'a>> {
    let mut asked = Asked { escape: Some(ESCAPE), ..Asked::default() };
    let mut operands = Vec::new();
    for item in getopt::read("telnet", OPTIONS, words) {
        let (at, value) = match item {
            Ok(Item::Operand(word)) => {
                operands.push(word);
                continue;
            }
            Ok(Item::Option(at, value)) => (at, value.unwrap_or_default()),
            Err(text) => return Err(complaint(&text)),
        };
        match OPTIONS[at].short {
            b'4' => asked.family = libc::AF_INET,
            b'6' => asked.family = libc::AF_INET6,
            b'b' => asked.source = Some(value),
            b'e' => (asked.escape, asked.tells_escape) = (character(value), true),
            b'E' => asked.escape = None,
            b'?' => {
                let options = getopt::options_help(OPTIONS);
                asked.says = Some(format!("Usage: telnet [OPTION...] [HOST [PORT]]\n{options}"));
                return Ok(asked);
            }
            b'V' => {
                asked.says = Some("telnet (GNU inetutils) 2.4\n".into());
                return Ok(asked);
            }
            _ => {}
        }
    }
    match *operands {
        [] => {}
        [host] => asked.host = Some(host),
        [host, port] => (asked.host, asked.port) = (Some(host), Some(port)),
        _ => return Err(Error::local("telnet: too many arguments")),
    }
    Ok(asked)
}

fn complaint(text: &str) -> Error {
    let letter = text.strip_suffix('\'').and_then(|text| text.bytes().last()).unwrap_or_default();
    if text.contains("invalid option") && LACKING.contains(&letter) {
        return Error::local(format!("telnet: option -{} is not supported", char::from(letter)));
    }
    let hint = "Try 'telnet --help' or 'telnet --usage' for more information.";
    Error::local(format!("{text}\n{hint}")).with_status(USAGE)
}

/// The character that a word names: `^A` is control-A.
fn character(word: &[u8]) -> Option<u8> {
    match *word {
        [] => None,
        [b'^', b'?', ..] => Some(0x7f),
        [b'^', letter, ..] => Some(letter & 0x1f),
        [letter, ..] => Some(letter),
    }
}

/// A character as it is shown.
pub fn name(character: Option<u8>) -> String {
    match character {
        None => "off".into(),
        Some(0x7f) => "^?".into(),
        Some(control @ 0..0x20) => format!("^{}", char::from(control | 0x40)),
        Some(other) => shown(&[other]).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_characters() {
        for (word, text) in [("^]", "^]"), ("x", "x"), ("", "off"), ("^A", "^A"), ("^?", "^?"), ("ab", "a")] {
            assert_eq!(name(character(word.as_bytes())), text, "{word}");
        }
    }

    #[test]
    fn complaints() {
        for (line, text) in [("-x", "telnet: option -x is not supported"), ("a b c", "telnet: too many arguments")] {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            assert_eq!(parse(&words).map(drop).map_err(|error| error.to_string()), Err(text.into()));
        }
    }
}
