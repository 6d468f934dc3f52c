//! `iplab tour`: a lesson, told and run step by step in a lab of its own.
//!
//! The process that is called reads the lesson; it then makes a lab, in which this program runs once more, with `--here`
//! and the lesson on its stdin.

mod lesson;
mod run;
mod shell;
mod terminal;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Seek, Write};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::dup2_stdin;

use crate::error::{Error, Result};
use crate::lab::{self, Sandbox};
use crate::output::tell;
use crate::words::read_command;
use lesson::{Lesson, parse};
use terminal::Learner;

const FILE: &str = "FILE";
const AUTO: &str = "auto";
const CHECK: &str = "check";
const HERE: &str = "here";
const LIST: &str = "list";
/// The file name that stands for stdin.
const STDIN: &str = "-";

/// The options, with their help: command line, manual and completions read them.
pub const OPTIONS: &[(&str, &str)] = &[
    (LIST, "List the lessons that are built in"),
    (CHECK, "Only read the lesson, and report its faults by their lines"),
    (AUTO, "Run through without waiting for keys"),
    (HERE, "Run in the lab that this is started in, not in a new one"),
];

/// The lessons that are built in, by their names; the first is the one to begin with.
pub const LESSONS: &[(&str, &str)] = &[
    ("containers", include_str!("lessons/containers.md")),
    ("vxlan", include_str!("lessons/vxlan.md")),
    ("mend", include_str!("lessons/mend.md")),
];

/// What may stand on its command line; help, manual and completions read this too.
pub fn grammar() -> Command {
    let flags = OPTIONS.iter().map(|(name, help)| Arg::new(*name).long(*name).help(*help).action(ArgAction::SetTrue));
    let file = Arg::new(FILE)
        .help("A lesson: the name of one that is built in, a Markdown file, or - for stdin")
        .default_value(LESSONS[0].0)
        .value_parser(value_parser!(OsString));
    Command::new("tour")
        .bin_name("iplab tour")
        .no_binary_name(true)
        .about("Walk through a lesson in a throw-away lab")
        .long_about(
            "Walk through a lesson in a throw-away lab with an outside world, as lab --internet makes it.\n\n\
             On a terminal, each command waits for a key: Enter runs it, s skips it, b goes back to the one before (which \
             undoes nothing), t opens a shell in the lab to try something, q quits. Elsewhere, or with --auto, the lesson \
             runs through.\n\n\
             A lesson is a Markdown file. In a block fenced as ```console, a line \"$ COMMAND\" is a command for sh, which \
             keeps variables and directory from one to the next. Lines behind it say what is expected: \"# succeeds\" (so \
             it is where nothing is said), \"# fails\", \"# prints TEXT\" and \"# prints not TEXT\", where TEXT is a part \
             of what it says on stdout and stderr.\n\n\
             The exit status is 0 if all that was run did as expected, else 1.",
        )
        .args(flags)
        .arg(file)
}

/// `iplab tour` with the words behind its name.
pub fn main(words: &[&[u8]]) -> u8 {
    match read_command(grammar(), words) {
        Ok(matches) => carry_out(&matches).unwrap_or_else(|error| tell(&error)),
        Err(status) => status,
    }
}

fn carry_out(matches: &ArgMatches) -> Result<u8> {
    if matches.get_flag(LIST) {
        return list();
    }
    let name = matches.get_one::<OsString>(FILE).map(OsString::as_os_str).unwrap_or_default();
    let text = read(name)?;
    let lesson = parsed(name, &text)?;
    let is_auto = matches.get_flag(AUTO);
    match (matches.get_flag(CHECK), matches.get_flag(HERE)) {
        (true, _) => {
            let count = lesson.steps.len();
            writeln!(io::stdout(), "{}: {count} commands, no faults", name.display()).map_err(|e| failed(&e))?;
            Ok(0)
        }
        (false, true) => here(&lesson, is_auto),
        (false, false) => in_lab(&text, is_auto),
    }
}

fn list() -> Result<u8> {
    for (name, text) in LESSONS {
        let lesson = parsed(OsStr::new(name), text)?;
        let line = format!("{name:<12} {} ({} commands)", lesson.title, lesson.steps.len());
        writeln!(io::stdout(), "{line}").map_err(|error| failed(&error))?;
    }
    Ok(0)
}

/// The text of a lesson.
fn read(name: &OsStr) -> Result<String> {
    if let Some((_, text)) = LESSONS.iter().find(|(known, _)| name == *known) {
        return Ok((*text).into());
    }
    let mut bytes = Vec::new();
    let result = match name == STDIN {
        true => io::stdin().read_to_end(&mut bytes).map(drop),
        false => fs::read(name).map(|read| bytes = read),
    };
    let wrong = |what: &str| Error::local(format!("tour: {}: {what}", name.display()));
    result.map_err(|error| wrong(&why(&error)))?;
    String::from_utf8(bytes).map_err(|_| wrong("not a text in UTF-8"))
}

fn parsed(name: &OsStr, text: &str) -> Result<Lesson> {
    let fault = |fault: &lesson::Fault| format!("{}:{}: {}", name.display(), fault.line, fault.text);
    parse(text).map_err(|faults| Error::local(faults.iter().map(fault).collect::<Vec<_>>().join("\n")))
}

/// Runs a lesson in a new lab.
fn in_lab(text: &str, is_auto: bool) -> Result<u8> {
    let is_auto = is_auto || !io::stdin().is_terminal() || !io::stdout().is_terminal();
    give_stdin(text).map_err(|error| failed(&error))?;
    let mut argv: Vec<&[u8]> = vec![b"iplab", b"tour", b"--here", STDIN.as_bytes()];
    if is_auto {
        argv.insert(2, b"--auto");
    }
    lab::run(&Sandbox { tools: lab::tools(), internet: true }, &argv)
}

/// Makes `text` what is read from stdin.
fn give_stdin(text: &str) -> io::Result<()> {
    let mut file = File::from(memfd_create("lesson", MFdFlags::MFD_CLOEXEC)?);
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(dup2_stdin(&file)?)
}

/// Runs a lesson in the lab where we are.
fn here(lesson: &Lesson, is_auto: bool) -> Result<u8> {
    if std::env::var_os(lab::MARK).is_none() {
        return Err(Error::local("tour: --here is for a lab, and this is none"));
    }
    let learner = if is_auto || !io::stdout().is_terminal() { None } else { Learner::meet() };
    run::run(lesson, learner, &mut io::stdout()).map_err(|error| failed(&error))
}

fn failed(error: &io::Error) -> Error {
    Error::local(format!("tour: {}", why(error)))
}

fn why(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), crate::sys::strerror)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lessons_have_no_faults() {
        grammar().debug_assert();
        for (name, text) in LESSONS {
            assert!(parse(text).is_ok_and(|lesson| !lesson.title.is_empty()), "{name}");
        }
    }
}
