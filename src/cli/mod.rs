//! What is asked: the name we are called by, global options, objects and verbs, the words behind them.

mod batch;
pub mod complete;
pub mod getopt;
pub mod keyword;
pub mod lladdr;
pub mod named;
pub mod options;
pub mod prefix;
mod program;
mod tools;
pub mod words;

pub use options::Options;
pub use program::Program;
pub use tools::{Grammar, TOOLS, Tool};
pub use words::Words;

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

use crate::commands::{OBJECTS, Object};
use crate::error::Error;

/// Carries out a whole command line, the name of the program first, and gives the exit status.
pub fn run(words: &[&[u8]]) -> u8 {
    let name = words.first().map(|path| path.rsplit(|&b| b == b'/').next().unwrap_or(path)).unwrap_or_default();
    let rest = words.get(1..).unwrap_or_default();
    match tools::by_name(name) {
        Some(tool) => (tool.run)(rest),
        None => tools::iplab(rest),
    }
}

/// `ip`.
pub static IP: Program = Program {
    name: "ip",
    release: "iproute2-6.1.0",
    options: options::IP,
    hint: "ip -help",
    objects: OBJECTS,
    failure: None,
};

/// `ip` with the words behind its name.
pub fn ip(words: &[&[u8]]) -> u8 {
    IP.run(words)
}

/// The summary of `ip OBJECT help`.
pub fn object_usage(object: &Object) -> Error {
    IP.object_usage(object)
}

/// Reads the words behind a tool's name as clap does. Where they are none of its grammar, or ask for help, that has been
/// said and the exit status is given.
pub fn read_command(grammar: clap::Command, words: &[&[u8]]) -> Result<clap::ArgMatches, u8> {
    grammar.try_get_matches_from(words.iter().map(|word| OsStr::from_bytes(word))).map_err(|error| {
        let _ = error.print();
        u8::try_from(error.exit_code()).unwrap_or(2)
    })
}

/// Writes what `error` has to say on stderr, and gives its exit status.
pub fn tell(error: &Error) -> u8 {
    let text = error.to_string();
    if !text.is_empty() {
        say(&text);
    }
    error.status()
}

/// Writes a line on stderr. Where that takes nothing there is no one to tell.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
