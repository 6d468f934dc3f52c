//! Programs of BPF as words name them: `pinned FILE`.

use std::os::fd::OwnedFd;

use crate::error::{Error, Result};
use crate::sys;
use crate::words::{Words, matches, shown};

/// What may follow a keyword that takes a program.
pub const ARGUMENT: &str = "pinned FILE";

/// A program, and what it is called where the kernel keeps a name with it.
#[derive(Debug)]
pub struct Program {
    /// The program.
    pub file: OwnedFd,
    /// The name of its file, and how it was come by.
    pub name: Vec<u8>,
}

/// Reads `pinned FILE`, whose first word has been taken. Behind it may stand words that say what to take from an object
/// file; they mean nothing for a program that is pinned.
pub fn parse(words: &mut Words<'_>) -> Result<Program> {
    let word = words.current();
    if matches(word, "object-file") || word == b"obj" {
        words.require()?;
        return Err(Error::words("iplab loads no object files: pin the program with bpftool, and use \"pinned\""));
    }
    if !["object-pinned", "pinned", "fd"].iter().any(|name| matches(word, name)) {
        return Err(Error::words(format!("What mode is \"{}\"?", shown(word))));
    }
    let path = words.require()?;
    if words.peek().is_some_and(|word| matches(word, "section")) {
        words.next();
        words.require()?;
    }
    if words.take("program") {
        words.require()?;
    }
    if words.peek().is_some_and(|word| matches(word, "verbose")) {
        words.next();
    }
    let file = sys::bpf_object(path).map_err(|errno| {
        let why = sys::strerror(errno as i32);
        Error::words(format!("Couldn't retrieve pinned program '{}': {why}", shown(path)))
    })?;
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
    Ok(Program { file, name: [name, b":[*fsobj]"].concat() })
}
