//! `route`: the main routing table.

mod change;
mod inet;
mod inet6;

use std::io::Write;

use super::{ROUTE_FEATURES, VERSION, argument, family, flag, options_help};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::words::getopt::{self, Item, Opt};
use crate::words::options::Options;
use crate::words::shown;

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(b'v', "verbose", "tell what is done"),
    flag(b'n', "numeric", "addresses as numbers"),
    flag(b'e', "extend", "other columns; twice for all"),
    flag(b'F', "fib", "show the table, the default"),
    flag(b'C', "cache", "show the cache, which is always empty since Linux 3.6"),
    flag(b'4', "inet", "the same as -A inet"),
    flag(b'6', "inet6", "the same as -A inet6"),
    argument(b'A', "", "FAMILY", "the address family: inet or inet6, or both with a comma"),
    flag(b'N', "symbolic", ""),
    flag(b'?', "", ""),
    flag(b'V', "version", "show the version"),
    flag(b'h', "help", "show this"),
];

/// The status of words that make no sense.
const USAGE: u8 = 3;
/// The status of a host that is not known.
const UNKNOWN_HOST: u8 = 6;
/// The status of what the kernel refuses.
const REFUSED: u8 = 7;

/// What the command line asks for.
#[derive(Debug, Default, Clone, Copy)]
struct Asked {
    numeric: bool,
    /// How often `-e` was given.
    extended: u32,
    table: bool,
    cache: bool,
}

/// The address families named: each is shown, only one can be changed.
#[derive(Default)]
struct Families(Vec<i32>);

impl Families {
    fn name(word: i32) -> &'static str {
        if word == libc::AF_INET6 { "inet6" } else { "inet" }
    }

    /// The one whose table is to be changed, IPv4 where none is named. True for IPv6.
    fn one(&self) -> Result<bool> {
        match self.0[..] {
            [] => Ok(false),
            [family] => Ok(family == libc::AF_INET6),
            _ => {
                let names: Vec<_> = self.0.iter().copied().map(Self::name).collect();
                let text = "Please don't supply more than one address family.";
                let text = format!("{text}\nAddress family `{}' not supported.", names.join(","));
                Err(Error::words(text).with_status(USAGE))
            }
        }
    }
}

/// Carries out a command line and gives the exit status.
pub fn main(words: &[&[u8]]) -> u8 {
    let mut ip = Ip::new(Options::default());
    let result = run(&mut ip, words);
    ip.view.out.finish();
    match result {
        Ok(()) => 0,
        Err(error) => crate::output::tell(&error),
    }
}

fn run<'a>(ip: &mut Ip, words: &[&'a [u8]]) -> Result<()> {
    let (mut asked, mut families, mut operands) = (Asked::default(), Families::default(), Vec::new());
    // Options stand anywhere; these two are no options, which the stock tool writes in this manner too.
    let written = |word: &&'a [u8]| match *word {
        b"-net" => change::NET,
        b"-host" => change::HOST,
        word => word,
    };
    let words: Vec<&[u8]> = words.iter().map(written).collect();
    for item in getopt::read("route", OPTIONS, &words) {
        let (at, value) = match item {
            Ok(Item::Operand(word)) => {
                operands.push(word);
                continue;
            }
            Ok(Item::Option(at, value)) => (at, value.unwrap_or_default()),
            Err(text) => {
                ip.view.out.complain(&text);
                return help(ip);
            }
        };
        match OPTIONS[at].short {
            b'n' | b'N' => asked.numeric = true,
            b'e' => asked.extended += 1,
            b'F' => asked.table = true,
            b'C' => asked.cache = true,
            b'4' => families.0.push(libc::AF_INET),
            b'6' => families.0.push(libc::AF_INET6),
            b'A' => {
                for name in value.split(|&b| b == b',') {
                    let unknown = || Error::words(format!("Unknown address family `{}'.", shown(name)));
                    families.0.push(family(name).ok_or_else(|| unknown().with_status(1))?);
                }
            }
            b'V' => {
                ip.view.out.text(VERSION);
                ip.view.out.text(ROUTE_FEATURES);
                return Ok(());
            }
            b'h' | b'?' => return help(ip),
            _ => {}
        }
    }
    let Some((verb, words)) = operands.split_first() else {
        if families.0.is_empty() {
            families.0.push(libc::AF_INET);
        }
        return families.0.iter().try_for_each(|&family| show(ip, &asked, family == libc::AF_INET6));
    };
    if !matches!(*verb, b"add" | b"del" | b"delete" | b"flush") {
        return Err(Error::words(usage()).with_status(USAGE));
    }
    let inet6 = families.one()?;
    match (*verb, words) {
        (b"flush", _) => Err(not_supported(inet6)),
        (_, []) if !inet6 => {
            ip.view.out.text(change::usage(inet6));
            ip.view.out.text("\n");
            Ok(())
        }
        (verb, words) if inet6 => change::inet6(ip, verb == b"add", words),
        (verb, words) => change::inet(ip, verb == b"add", words),
    }
}

fn not_supported(inet6: bool) -> Error {
    let family = if inet6 { "inet6" } else { "inet" };
    let usage = change::usage(inet6);
    Error::words(format!("Flushing `{family}' routing table not supported\n{usage}")).with_status(USAGE)
}

fn show(ip: &mut Ip, asked: &Asked, inet6: bool) -> Result<()> {
    if asked.table || !asked.cache {
        match inet6 {
            true => inet6::show(ip, asked)?,
            false => inet::show(ip, asked)?,
        }
    }
    if asked.cache {
        match inet6 {
            true => inet6::show_cache(ip),
            false => inet::show_cache(ip, asked),
        }
    }
    Ok(())
}

fn help(ip: &mut Ip) -> Result<()> {
    ip.view.out.text(usage());
    ip.view.out.text("\n");
    ip.view.out.flush();
    let _ = std::io::stderr().write_all(b"    Address families: inet (IPv4), inet6 (IPv6)\n");
    Ok(())
}

/// The summary of `route --help`.
fn usage() -> String {
    format!(
        "Usage: route [-nvee] [-FC] [-4|-6]            show the table\n       \
         route [-v] [-4|-6] {{add|del}} ...        change it\n       \
         route {{-h|--help}}, route {{-V|--version}}\n\n{}",
        options_help(OPTIONS).trim_end()
    )
}
