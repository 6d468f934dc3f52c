//! Programs of BPF as words name them: `pinned FILE`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

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
    let is_object = matches(word, "object-file") || word == b"obj";
    if !is_object && !["object-pinned", "pinned", "fd"].iter().any(|name| matches(word, name)) {
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
    if is_object {
        return Err(Error::words(why_not_loaded(path)));
    }
    let file = sys::bpf_object(path).map_err(|errno| {
        let why = sys::strerror(errno as i32);
        Error::words(format!("Couldn't retrieve pinned program '{}': {why}", shown(path)))
    })?;
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
    Ok(Program { file, name: [name, b":[*fsobj]"].concat() })
}

/// Why an object file is not loaded: most often it is none.
fn why_not_loaded(path: &[u8]) -> &'static str {
    /// `EM_BPF` (`linux/elf-em.h`).
    const BPF: u16 = 247;
    // Up to the machine that it is for, `Elf64_Ehdr` and `Elf32_Ehdr` are alike (elf(5)).
    let mut start = [0; 20];
    let read = File::open(OsStr::from_bytes(path)).and_then(|mut file| file.read_exact(&mut start));
    let machine = u16::from_ne_bytes([start[18], start[19]]);
    match read {
        Ok(()) if start.starts_with(b"\x7fELF") && [0, BPF].contains(&machine) => {
            "iplab loads no object files: pin the program with bpftool, and use \"pinned\""
        }
        Ok(()) if start.starts_with(b"\x7fELF") => {
            "ELF format error, ELF file not for eBPF?\nCannot initialize ELF context!"
        }
        _ => "Cannot initialize ELF context!",
    }
}
