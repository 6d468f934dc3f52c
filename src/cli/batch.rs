//! `-batch`: commands from a file, one a line, on one socket.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::Program;
use super::words::{Words, is_space, shown};
use crate::commands::Ip;
use crate::error::{Error, Result};

/// iproute2 takes this many words in a line.
const MAX_WORDS: usize = 511;

/// Carries out the lines of `file`, `-` for stdin.
///
/// The first line that fails ends the batch, or with `-force` is only said; words that make no sense end it either way.
pub fn run(program: &'static Program, ip: &mut Ip, file: &[u8]) -> Result<()> {
    let input: Box<dyn Read> = if file == b"-" {
        Box::new(std::io::stdin())
    } else {
        match File::open(Path::new(std::ffi::OsStr::from_bytes(file))) {
            Ok(file) => Box::new(file),
            Err(error) => {
                let why = crate::sys::strerror(error.raw_os_error().unwrap_or_default());
                let text = format!("Cannot open file \"{}\" for reading: {why}", shown(file));
                return Err(Error::local(text));
            }
        }
    };
    let mut lines = Lines { input: BufReader::new(input), number: 0 };
    ip.in_batch = true;
    let family = ip.view.options.family;
    let mut failed = false;
    while let Some(line) = lines.next(ip) {
        let words = split(&line)?;
        if words.is_empty() {
            continue;
        }
        ip.view.options.family = family;
        match program.command(ip, Words::new(&words)) {
            Ok(()) => {}
            Err(error @ Error::Words { .. }) => return Err(error),
            Err(error) => {
                ip.view.out.complain_of(&error);
                ip.view.out.complain(&format!("Command failed {}:{}", shown(file), lines.number));
                failed = true;
                if !ip.view.options.force {
                    break;
                }
            }
        }
    }
    if failed { Err(Error::silent(1)) } else { Ok(()) }
}

struct Lines<R> {
    input: BufReader<R>,
    number: usize,
}

impl<R: Read> Lines<R> {
    /// The next line without its comment, lines that end in a backslash joined.
    fn next(&mut self, ip: &mut Ip) -> Option<Vec<u8>> {
        let mut line = self.read()?;
        while line.ends_with(b"\\\n") {
            line.truncate(line.len() - 2);
            match self.read() {
                Some(more) => line.extend(more),
                None => {
                    ip.view.out.complain("Missing continuation line");
                    return None;
                }
            }
        }
        Some(line)
    }

    fn read(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        // A directory opens but cannot be read: the end, as iproute2 has it.
        if self.input.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return None;
        }
        self.number += 1;
        // A comment takes the line's end with it; a NUL ends it too, as it does in C.
        if let Some(at) = line.iter().position(|&b| b == b'#' || b == 0) {
            line.truncate(at);
        }
        Some(line)
    }
}

/// Splits a line into words; a word that begins with a quote goes on to the next such quote.
fn split(line: &[u8]) -> Result<Vec<&[u8]>> {
    let leave = |text: &str| Error::words(text).with_status(1);
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        let Some(start) = rest.iter().position(|&b| !is_space(b)) else { return Ok(words) };
        rest = &rest[start..];
        if words.len() >= MAX_WORDS {
            return Err(leave("Too many arguments to command"));
        }
        if let [quote @ (b'\'' | b'"'), quoted @ ..] = rest {
            let Some(end) = quoted.iter().position(|b| b == quote) else {
                return Err(leave("Unterminated quoted string"));
            };
            words.push(&quoted[..end]);
            rest = &quoted[end + 1..];
        } else {
            let end = rest.iter().position(|&b| is_space(b)).unwrap_or(rest.len());
            words.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_quotes() {
        assert_eq!(split(b" link  set 'a b' up\n").unwrap(), [&b"link"[..], b"set", b"a b", b"up"]);
        assert_eq!(split(b"a'b \"\"c").unwrap(), [&b"a'b"[..], b"", b"c"]);
        assert!(split(b"'open").is_err());
    }
}
