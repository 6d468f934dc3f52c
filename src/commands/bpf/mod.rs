//! Programs of BPF as words name them: `pinned FILE` or `object FILE`.

mod object;

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use object::{Object, Which};

use crate::error::Error;
use crate::sys;
use crate::words::{Words, matches, shown};

/// What may follow a keyword that takes a program.
pub const ARGUMENT: &str = "pinned FILE|object FILE";

/// A program, and what it is called where the kernel keeps a name with it.
#[derive(Debug)]
pub struct Program {
    /// The program.
    pub file: OwnedFd,
    /// The name of its file, and how it was come by.
    pub name: Vec<u8>,
}

/// Why there is no program.
#[derive(Debug)]
pub struct Refused {
    /// What is said of it.
    pub error: Error,
    /// What a route says besides.
    pub why: Errno,
}

impl Refused {
    fn new(why: Errno, says: String) -> Refused {
        Refused { error: Error::words(says), why }
    }
}

/// What is wrong with the words, rather than with the program.
impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        Refused { error, why: Errno::EPERM }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        refused.error
    }
}

/// What a program is for: `BPF_PROG_TYPE_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the header's word for it")]
pub enum Kind {
    Xdp = 6,
    LwtIn = 10,
    LwtOut,
    LwtXmit,
    LwtSeg6local = 19,
}

/// The section that is loaded where no word says which.
const SECTION: &[u8] = b"prog";

/// Reads `pinned FILE` or `object FILE`, whose first word has been taken. Behind it may stand words that say what to
/// take from an object file; they mean nothing for a program that is pinned.
pub fn parse(words: &mut Words<'_>, kind: Kind) -> Result<Program, Refused> {
    let word = words.current();
    let is_object = matches(word, "object-file") || word == b"obj";
    if !is_object && !["object-pinned", "pinned", "fd"].iter().any(|name| matches(word, name)) {
        return Err(Refused::new(Errno::EPERM, format!("What mode is \"{}\"?", shown(word))));
    }
    let path = words.require()?;
    let mut section = SECTION;
    if words.peek().is_some_and(|word| matches(word, "section")) {
        words.next();
        section = words.require()?;
    }
    let program = if words.take("program") { Some(words.require()?) } else { None };
    if words.peek().is_some_and(|word| matches(word, "verbose")) {
        words.next();
    }
    let (file, how) = match is_object {
        true => (load(path, section, program, kind)?, section),
        false => (pinned(path)?, b"*fsobj".as_slice()),
    };
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
    Ok(Program { file, name: [name, b":[", how, b"]"].concat() })
}

fn pinned(path: &[u8]) -> Result<OwnedFd, Refused> {
    sys::bpf_object(path).map_err(|errno| {
        let why = sys::strerror(errno as i32);
        Refused::new(Errno::EPERM, format!("Couldn't retrieve pinned program '{}': {why}", shown(path)))
    })
}

/// Gives the kernel a program of an object file.
fn load(path: &[u8], section: &[u8], program: Option<&[u8]>, kind: Kind) -> Result<OwnedFd, Refused> {
    let no_object = |why| Refused::new(why, "Cannot initialize ELF context!".into());
    let path = OsStr::from_bytes(path);
    // A pipe or a device may have no end.
    let file = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).and_then(|_| std::fs::read(path).ok());
    let file = file.ok_or_else(|| no_object(Errno::EPERM))?;
    let object = Object::parse(&file).ok_or_else(|| match file.starts_with(b"\x7fELF") {
        true => {
            let says = "ELF format error, ELF file not for eBPF?\nCannot initialize ELF context!";
            Refused::new(Errno::EINVAL, says.into())
        }
        false => no_object(Errno::EINVAL),
    })?;
    let which = program.map_or(Which::Section(section), Which::Program);
    let code = object.code(which).ok_or_else(|| {
        let (what, name) = program.map_or(("sec", section), |program| ("prog", program));
        Refused::new(Errno::ENOENT, format!("object file doesn't contain {what} {}", shown(name)))
    })?;
    if code.is_open {
        let why = "has maps or calls functions: iplab loads none such. Pin it with bpftool, and use \"pinned\"";
        return Err(Refused::new(Errno::EOPNOTSUPP, format!("prog '{}' {why}", shown(code.name))));
    }
    sys::bpf_load(kind as u32, code.name, code.instructions, code.license).map_err(|errno| {
        let why = sys::strerror(errno as i32);
        Refused::new(errno, format!("prog '{}': BPF program load failed: {why}", shown(code.name)))
    })
}
