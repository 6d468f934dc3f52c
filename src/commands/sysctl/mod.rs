//! `sysctl`: the kernel's parameters below `/proc/sys`, as procps shows and sets them.

mod read;
mod setting;
mod write;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::output::Out;
use crate::sys::{Regex, strerror};
use crate::words::getopt::{self, Item, Opt, Takes};
use crate::words::shown;

use setting::Settings;

/// Where the parameters are.
const ROOT: &str = "/proc/sys/";

const fn opt(short: u8, long: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Nothing, argument: "", help }
}

/// The options; the place of a row is what [`main`] goes by.
pub const OPTIONS: &[Opt] = &[
    opt(b'a', "all", "show every key"),
    opt(b'A', "", "the same as -a"),
    opt(b'X', "", "the same as -a"),
    opt(0, "deprecated", "show deprecated keys too"),
    opt(0, "dry-run", "show what would be set and set nothing"),
    opt(b'b', "binary", "show values without a newline"),
    opt(b'e', "ignore", "do not complain of unknown keys"),
    opt(b'N', "names", "show names without values"),
    opt(b'n', "values", "show values without names"),
    Opt { short: b'p', long: "load", takes: Takes::Perhaps, argument: "FILE", help: "set what a file says" },
    opt(b'f', "", "the same as -p, the file as a word of its own"),
    opt(0, "system", "set what the system's files say"),
    Opt { short: b'r', long: "pattern", takes: Takes::Argument, argument: "REGEX", help: "only keys like REGEX" },
    opt(b'q', "quiet", "do not show what is set"),
    opt(b'w', "write", "every word sets a key"),
    opt(b'o', "", "nothing"),
    opt(b'x', "", "nothing"),
    opt(b'd', "", "the same as -h"),
    opt(b'h', "help", "show this"),
    opt(b'V', "version", "show the version"),
];

/// What the options ask for.
#[derive(Default)]
struct Asked {
    all: bool,
    deprecated: bool,
    dry_run: bool,
    without_newline: bool,
    ignore_unknown: bool,
    names_only: bool,
    values_only: bool,
    load: bool,
    file: Option<Vec<u8>>,
    pattern: Option<Option<Regex>>,
    quiet: bool,
    write: bool,
}

impl Asked {
    /// Whether `text` is like the pattern, if there is one. A pattern that is none is like nothing.
    fn matches(&self, text: &[u8]) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.as_ref().is_some_and(|regex| regex.matches(text)))
    }
}

/// One run: what is asked and where the answer goes.
struct Sysctl {
    asked: Asked,
    out: Out,
}

impl Sysctl {
    /// Says `text` on stderr.
    fn warn(&mut self, text: &str) {
        self.out.complain(&format!("sysctl: {text}"));
    }

    fn warn_repeated(&mut self, rest: &[u8]) {
        self.warn(&format!("separators should not be repeated: {}", shown(rest)));
    }
}

/// Carries out a command line and gives the exit status.
pub fn main(words: &[&[u8]]) -> u8 {
    let mut sysctl = Sysctl { asked: Asked::default(), out: Out::new() };
    let status = run(&mut sysctl, words);
    let has_more = sysctl.out.has_more();
    match sysctl.out.finish() {
        None => status,
        // Why is known of what was written last.
        Some(errno) if has_more => {
            sysctl.warn(&format!("write error: {}", strerror(errno as i32)));
            1
        }
        Some(_) => {
            sysctl.warn("write error");
            1
        }
    }
}

fn run(sysctl: &mut Sysctl, words: &[&[u8]]) -> u8 {
    let mut operands = Vec::new();
    for item in getopt::read("sysctl", OPTIONS, words) {
        let (at, value) = match item {
            Ok(Item::Operand(word)) => {
                operands.push(word);
                continue;
            }
            Ok(Item::Option(at, value)) => (at, value),
            Err(text) => {
                sysctl.out.complain(&text);
                sysctl.out.text(usage());
                return 0;
            }
        };
        let asked = &mut sysctl.asked;
        match (OPTIONS[at].short, OPTIONS[at].long) {
            (b'a' | b'A' | b'X', _) => asked.all = true,
            (_, "deprecated") => asked.deprecated = true,
            (_, "dry-run") => asked.dry_run = true,
            (b'b', _) => asked.without_newline = true,
            (b'e', _) => asked.ignore_unknown = true,
            (b'N', _) => asked.names_only = true,
            (b'n', _) => asked.values_only = true,
            (b'p' | b'f', _) => {
                asked.load = true;
                asked.file = value.map(<[u8]>::to_vec).or(asked.file.take());
            }
            // Done where it stands: options behind it come too late, as in the stock tool.
            (_, "system") => {
                asked.ignore_unknown = true;
                let mut settings = Settings::default();
                let status = settings.load_system(sysctl);
                return status | write::all(sysctl, &settings);
            }
            (b'r', _) => asked.pattern = value.map(Regex::new),
            (b'q', _) => asked.quiet = true,
            (b'w', _) => asked.write = true,
            (b'h' | b'd', _) => {
                sysctl.out.text(usage());
                return 0;
            }
            (b'V', _) => {
                sysctl.out.text("sysctl from procps-ng 4.0.2\n");
                return 0;
            }
            _ => {}
        }
    }
    if sysctl.asked.all {
        return read::tree(sysctl, ROOT.as_bytes());
    }
    if sysctl.asked.load {
        return load(sysctl, &operands);
    }
    if operands.is_empty() {
        sysctl.out.flush();
        match words {
            [] => sysctl.out.complain(usage().trim_end()),
            _ => sysctl.warn("no variables specified\nTry `sysctl --help' for more information."),
        }
        return 1;
    }
    if sysctl.asked.names_only && sysctl.asked.quiet {
        sysctl.warn("options -N and -q cannot coexist\nTry `sysctl --help' for more information.");
        return 1;
    }
    // As in the stock tool, the statuses of keys that are shown are added up.
    let mut status: u8 = 0;
    for word in operands {
        if sysctl.asked.write || word.contains(&b'=') {
            status |= match setting::parse(sysctl, "command line", 0, word) {
                Some(setting) => write::one(sysctl, &setting.path, &setting),
                None => 1,
            };
        } else {
            status = status.wrapping_add(read::key(sysctl, word));
        }
    }
    status
}

/// Whether the file is one below the root, wherever its name leads; says so where it is not.
fn is_inside(sysctl: &mut Sysctl, path: &[u8]) -> bool {
    let real = std::fs::canonicalize(OsStr::from_bytes(path));
    let inside = real.is_ok_and(|real| real.as_os_str().as_bytes().starts_with(ROOT.as_bytes()));
    if !inside {
        sysctl.warn(&format!("Path is not under {ROOT}: {}", shown(path)));
    }
    inside
}

/// `-p`: the file in the option's own word, or `/etc/sysctl.conf`, and those behind the options.
fn load(sysctl: &mut Sysctl, operands: &[&[u8]]) -> u8 {
    let mut settings = Settings::default();
    let mut status = 0;
    match sysctl.asked.file.take() {
        Some(file) => status |= settings.load(sysctl, &file),
        None if operands.is_empty() => status |= settings.load(sysctl, setting::DEFAULT_FILE),
        None => {}
    }
    for file in operands {
        status |= settings.load(sysctl, file);
    }
    status | write::all(sysctl, &settings)
}

/// The summary of `sysctl --help`.
fn usage() -> String {
    let mut text = String::from("\nUsage:\n sysctl [options] [key[=value] ...]\n\nOptions:\n");
    for row in OPTIONS {
        let short = if row.short == 0 { "   ".to_string() } else { format!("-{},", char::from(row.short)) };
        let long = match (row.long, row.argument) {
            ("", _) => String::new(),
            (long, "") => format!("--{long}"),
            (long, argument) => format!("--{long} {argument}"),
        };
        let short = if long.is_empty() { short.replace(',', " ") } else { short };
        text += &format!("  {short} {long:<18} {}\n", row.help);
    }
    text + "\nKeys are the files below /proc/sys, with dots or slashes between their parts.\n"
}
