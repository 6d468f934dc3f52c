//! What is asked: the name we are called by, global options, objects and verbs, the words behind them.

mod batch;
pub mod getopt;
pub mod keyword;
pub mod lladdr;
pub mod named;
pub mod options;
pub mod prefix;
mod tools;
pub mod words;

pub use options::Options;
pub use tools::{TOOLS, Tool};
pub use words::Words;

use crate::commands::{Ip, OBJECTS, Object, Run};
use crate::error::{Error, Result};
use options::Asked;
use words::{matches, shown};

/// Carries out a whole command line, the name of the program first, and gives the exit status.
pub fn run(words: &[&[u8]]) -> u8 {
    let name = words.first().map(|path| path.rsplit(|&b| b == b'/').next().unwrap_or(path)).unwrap_or_default();
    let rest = words.get(1..).unwrap_or_default();
    match tools::by_name(name) {
        Some(tool) => (tool.run)(rest),
        None => tools::iplab(rest),
    }
}

/// `ip` with the words behind its name.
pub fn ip(words: &[&[u8]]) -> u8 {
    let mut words = Words::new(words);
    let (options, asked) = match Options::parse(&mut words) {
        Ok(parsed) => parsed,
        Err(error) => return tell(&error),
    };
    match asked {
        Asked::More => {}
        Asked::Usage => return tell(&usage()),
        Asked::Version => {
            println!("ip utility, iplab-{}", env!("CARGO_PKG_VERSION"));
            return 0;
        }
    }
    let mut ip = Ip::new(options);
    let result = match ip.enter_netns() {
        Err(error) => Err(error),
        Ok(()) => match ip.view.options.batch.take() {
            Some(file) => batch::run(&mut ip, &file),
            None => command(&mut ip, words),
        },
    };
    ip.view.out.finish();
    match result {
        Ok(()) => 0,
        Err(error) => tell(&error),
    }
}

/// One command: an object, its verb and words.
fn command(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let Some(word) = words.next() else { return Err(usage()) };
    if matches(word, "help") {
        return Err(usage());
    }
    let unknown = || Error::local(format!("Object \"{}\" is unknown, try \"ip help\".", shown(word)));
    let object = object(word).ok_or_else(unknown)?;
    let result = verb(object, &mut words).and_then(|run| run(ip, words));
    ip.view.out.end_json();
    result
}

/// Takes the verb of `object`, if there is one, and gives its command.
fn verb(object: &'static Object, words: &mut Words<'_>) -> Result<Run> {
    if object.verbs.is_empty() {
        return Ok(object.default);
    }
    let Some(word) = words.next() else { return Ok(object.default) };
    if let Some(verb) = object.verbs.iter().find(|verb| matches(word, verb.name)) {
        return Ok(verb.run);
    }
    if matches(word, "help") {
        return Err(object_usage(object));
    }
    let text = format!("Command \"{}\" is unknown, try \"ip {} help\".", shown(word), object.called);
    Err(Error::words(text))
}

/// The summary of `ip OBJECT help`: each verb with the keywords that may follow it.
pub fn object_usage(object: &Object) -> Error {
    let mut text = String::new();
    for verb in object.verbs.iter().filter(|verb| !verb.help.is_empty()) {
        text += &format!("{} ip {} {}", if text.is_empty() { "Usage:" } else { "\n      " }, object.called, verb.name);
        for entry in (verb.grammar)().iter().filter(|entry| !entry.help.is_empty()) {
            text += &format!(" [ {} ]", format!("{} {}", entry.name, entry.argument).trim());
        }
    }
    Error::words(text)
}

/// The object that `word` stands for.
pub fn object(word: &[u8]) -> Option<&'static Object> {
    OBJECTS.iter().find(|object| matches(word, object.name))
}

/// Writes what `error` has to say on stderr, and gives its exit status.
pub fn tell(error: &Error) -> u8 {
    let text = error.to_string();
    if !text.is_empty() {
        eprintln!("{text}");
    }
    error.status()
}

/// The summary of `ip help`.
fn usage() -> Error {
    let list = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>().join(" | ");
    let objects = list(&mut OBJECTS.iter().filter(|o| !o.help.is_empty()).map(|o| o.name.to_string()));
    let options = list(&mut options::ROWS.iter().map(|row| match row.argument {
        "" => format!("-{}", row.name),
        argument => format!("-{} {argument}", row.name),
    }));
    Error::words(format!(
        "Usage: ip [ OPTIONS ] OBJECT {{ COMMAND | help }}\n       ip [ -force ] -batch FILE\n\
         where  OBJECT := {{ {objects} }}\n       OPTIONS := {{ {options} }}"
    ))
}
