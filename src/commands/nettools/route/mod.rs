//! `route`: the main routing table.

mod change;
mod inet;
mod inet6;

use std::io::Write;

use super::{ROUTE_FEATURES, VERSION, argument, family, flag, options_help};
use crate::cli::Options;
use crate::cli::getopt::{self, Item, Opt};
use crate::cli::words::shown;
use crate::commands::Ip;
use crate::error::{Error, Result};

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(b'v', "verbose", "tell what is done"),
    flag(b'n', "numeric", "addresses as numbers"),
    flag(b'e', "extend", "other columns; twice for all"),
    flag(b'F', "fib", "show the table, the default"),
    flag(b'C', "cache", "show the cache, which is always empty since Linux 3.6"),
    flag(b'4', "inet", "the same as -A inet"),
    flag(b'6', "inet6", "the same as -A inet6"),
    argument(b'A', "", "FAMILY", "the address family: inet or inet6"),
    flag(b'N', "symbolic", ""),
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
    inet6: bool,
}

/// Carries out a command line and gives the exit status.
pub fn main(words: &[&[u8]]) -> u8 {
    let mut ip = Ip::new(Options::default());
    let result = run(&mut ip, words);
    ip.view.out.finish();
    match result {
        Ok(()) => 0,
        Err(error) => crate::cli::tell(&error),
    }
}

fn run(ip: &mut Ip, words: &[&[u8]]) -> Result<()> {
    let mut asked = Asked::default();
    // The verb ends the options: what follows it may begin with a dash.
    let verb = words.iter().position(|word| matches!(*word, b"add" | b"del" | b"delete" | b"flush"));
    let (options, rest) = words.split_at(verb.unwrap_or(words.len()));
    for item in getopt::read("route", OPTIONS, options) {
        let (at, value) = match item {
            Ok(Item::Operand(_)) => return Err(Error::words(usage()).with_status(USAGE)),
            Ok(Item::Option(at, value)) => (at, value.unwrap_or_default()),
            Err(text) => {
                ip.view.out.complain(&text);
                return help(ip);
            }
        };
        match OPTIONS[at].short {
            b'n' => asked.numeric = true,
            b'e' => asked.extended += 1,
            b'F' => asked.table = true,
            b'C' => asked.cache = true,
            b'4' => asked.inet6 = false,
            b'6' => asked.inet6 = true,
            b'A' => match family(value) {
                Some(family) => asked.inet6 = family == libc::AF_INET6,
                None => {
                    let text = format!("Unknown address family `{}'.", shown(value));
                    return Err(Error::words(text).with_status(1));
                }
            },
            b'V' => {
                ip.view.out.text(VERSION);
                ip.view.out.text(ROUTE_FEATURES);
                return Ok(());
            }
            b'h' => return help(ip),
            _ => {}
        }
    }
    match rest.split_first() {
        None => show(ip, &asked),
        Some((&b"flush", _)) => Err(not_supported(&asked)),
        Some((_, [])) if !asked.inet6 => {
            ip.view.out.text(change::usage(asked.inet6));
            ip.view.out.text("\n");
            Ok(())
        }
        Some((verb, words)) if asked.inet6 => change::inet6(ip, *verb == b"add", words),
        Some((verb, words)) => change::inet(ip, *verb == b"add", words),
    }
}

fn not_supported(asked: &Asked) -> Error {
    let family = if asked.inet6 { "inet6" } else { "inet" };
    let usage = change::usage(asked.inet6);
    Error::words(format!("Flushing `{family}' routing table not supported\n{usage}")).with_status(USAGE)
}

fn show(ip: &mut Ip, asked: &Asked) -> Result<()> {
    if asked.table || !asked.cache {
        match asked.inet6 {
            true => inet6::show(ip, asked)?,
            false => inet::show(ip, asked)?,
        }
    }
    if asked.cache {
        match asked.inet6 {
            true => inet6::show_cache(ip),
            false => inet::show_cache(ip),
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
