//! `-batch`: commands from a file, one a line, on one socket.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::{Batch, Ip, Program, atomic};
use crate::error::{Error, Result};
use crate::words::{Words, is_space, matches, shown};

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
    ip.batch = Some(Batch::new(&shown(file)));
    if ip.view.options.atomic {
        if ip.view.options.force {
            return Err(Error::words("-force goes on where -atomic takes everything back: give only one of them."));
        }
        let begun = atomic::Atomic::begin(ip)?;
        if let Some(batch) = &mut ip.batch {
            batch.atomic = Some(Box::new(begun));
        }
    }
    let mut result = lines(program, ip, Lines { input: BufReader::new(input), number: 0 });
    result = result.and_then(|()| ip.settle());
    let failed = ip.batch.as_ref().is_some_and(|batch| batch.failed);
    if result.is_err() || failed {
        if let (Err(error), true) = (&result, ip.view.options.atomic) {
            ip.view.out.complain_of(error);
            result = Err(Error::silent(error.status()));
        }
        atomic::take_back(ip);
    }
    result?;
    if failed { Err(Error::silent(1)) } else { Ok(()) }
}

fn lines<R: Read>(program: &'static Program, ip: &mut Ip, mut lines: Lines<R>) -> Result<()> {
    let family = ip.view.options.family;
    let mut line = Vec::new();
    while lines.next(ip, &mut line)? {
        let words = match split(&line) {
            Ok(words) if words.is_empty() => continue,
            Ok(words) => words,
            Err(error) => return ip.settle().and(Err(error)),
        };
        // Names stay what they are only while lines change nothing but addresses and routes.
        let steady = is_change(program, &words);
        if !steady {
            ip.settle()?;
            ip.view.links.forget();
        }
        ip.batch.iter_mut().for_each(|batch| batch.line = lines.number);
        ip.view.options.family = family;
        let result = match ip.atomic() {
            Some(_) => atomic::line(program, ip, &words),
            None => program.command(ip, Words::new(&words)),
        };
        if !steady {
            ip.view.links.forget();
        }
        if let Err(error) = result {
            ip.settle()?;
            if matches!(error, Error::Words { .. }) {
                return Err(error);
            }
            let Ip { view, batch, .. } = ip;
            batch.iter_mut().for_each(|batch| batch.fail(view, lines.number, &error));
            ip.settle()?;
        }
    }
    Ok(())
}

/// Whether a line does nothing but change addresses or routes, as far as its words tell: what was asked for before it
/// need not be settled then.
fn is_change(program: &Program, words: &[&[u8]]) -> bool {
    let &[object, verb, ..] = words else { return false };
    let known = || program.object(object).is_some_and(|object| matches!(object.name, "address" | "route"));
    CHANGES.iter().any(|change| matches(verb, change)) && known()
}

const CHANGES: &[&str] = &["add", "append", "change", "chg", "delete", "prepend", "replace"];

struct Lines<R> {
    input: BufReader<R>,
    number: usize,
}

impl<R: Read> Lines<R> {
    /// Puts the next line into `line`, without its comment, lines that end in a backslash joined. False at the end.
    fn next(&mut self, ip: &mut Ip, line: &mut Vec<u8>) -> Result<bool> {
        line.clear();
        let mut more = self.read(ip, line)?;
        // A comment takes the backslash with it.
        while more && line.ends_with(b"\\\n") && !line.iter().any(ends) {
            line.truncate(line.len() - 2);
            more = self.read(ip, line)?;
            if !more {
                ip.complain("Missing continuation line")?;
            }
        }
        Ok(more)
    }

    /// Appends the next line of the file to `line`. False at its end.
    fn read(&mut self, ip: &mut Ip, line: &mut Vec<u8>) -> Result<bool> {
        // Whoever writes the lines one by one may look for what each has done before writing the next.
        if !self.input.buffer().contains(&b'\n') {
            ip.settle()?;
        }
        // A directory opens but cannot be read: the end, as iproute2 has it.
        let more = self.input.read_until(b'\n', line).unwrap_or(0) != 0;
        self.number += usize::from(more);
        Ok(more)
    }
}

/// Whether a line ends before this byte: a comment begins, or a NUL ends it as it does in C.
fn ends(byte: &u8) -> bool {
    matches!(byte, b'#' | 0)
}

/// Splits a line into words; a word that begins with a quote goes on to the next such quote. A comment begins inside of
/// quotes too.
fn split(line: &[u8]) -> Result<Vec<&[u8]>> {
    let leave = |text: &str| Error::words(text).with_status(1);
    let mut words = Vec::with_capacity(16);
    let mut rest = line;
    loop {
        let Some(start) = rest.iter().position(|&b| !is_space(b)) else { return Ok(words) };
        rest = &rest[start..];
        if ends(&rest[0]) {
            return Ok(words);
        }
        if words.len() >= MAX_WORDS {
            return Err(leave("Too many arguments to command"));
        }
        if let [quote @ (b'\'' | b'"'), quoted @ ..] = rest {
            let end = quoted.iter().position(|b| b == quote || ends(b)).filter(|&end| quoted[end] == *quote);
            let Some(end) = end else { return Err(leave("Unterminated quoted string")) };
            words.push(&quoted[..end]);
            rest = &quoted[end + 1..];
        } else {
            let end = rest.iter().position(|b| is_space(*b) || ends(b)).unwrap_or(rest.len());
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
        assert_eq!(split(b"a#b c").unwrap(), [&b"a"[..]]);
        assert_eq!(split(b"a \0 c").unwrap(), [&b"a"[..]]);
        assert!(split(b"'open").is_err());
        assert!(split(b"'a # b'").is_err());
    }
}
