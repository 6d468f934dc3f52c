//! `route`: the routing tables.

mod change;
pub(super) mod families;
mod inet;
mod inet6;

use super::{ONE_FAMILY, ROUTE_FEATURES, VERSION, argument, flag, listed, options_help};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::words::getopt::{self, Item, Opt};
use crate::words::options::Options;
use crate::words::shown;

use families::{Action, FAMILIES, WORDS};

/// The options.
pub const OPTIONS: &[Opt] = &[
    argument(b'A', "protocol", "FAMILY", "the address family: inet, inet6 or another, or some with commas"),
    family("ax25"),
    family("x25"),
    family("ip"),
    family("ipx"),
    family("appletalk"),
    family("netrom"),
    family("inet"),
    family("inet6"),
    family("ddp"),
    family("rose"),
    family("unix"),
    family("bluetooth"),
    family("tcpip"),
    flag(b'v', "verbose", "tell what is done"),
    flag(b'n', "numeric", "addresses as numbers"),
    flag(b'e', "extend", "other columns; twice for all"),
    flag(b'F', "fib", "show the table, the default"),
    flag(b'C', "cache", "show the cache, which is always empty since Linux 3.6"),
    flag(b'4', "", "the same as -A inet"),
    flag(b'6', "", "the same as -A inet6"),
    flag(b'N', "symbolic", ""),
    flag(b'?', "", ""),
    flag(b'V', "version", "show the version"),
    flag(b'h', "help", "show this, or how a family's table is changed"),
];

/// Another spelling of `-A WORD`.
const fn family(word: &'static str) -> Opt {
    flag(b'A', word, "")
}

/// The status of words that make no sense.
const USAGE: u8 = 3;
/// The status of a host that is not known.
const UNKNOWN_HOST: u8 = 6;
/// The status of what the kernel refuses.
const REFUSED: u8 = 7;

/// What the command line asks for.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Asked {
    numeric: bool,
    /// How often `-e` was given, of which the lower two bits count.
    extended: u32,
    table: bool,
    cache: bool,
}

/// The names of the families that are asked for, by the words for them, with commas between.
fn add_families(families: &mut Vec<&'static str>, words: &[u8]) -> Result<()> {
    for word in words.split(|&b| b == b',') {
        let known = WORDS.iter().find(|(known, _)| known.as_bytes() == word);
        let unknown = || Error::local(format!("Unknown address family `{}'.", shown(word)));
        families.push(known.ok_or_else(unknown)?.1);
    }
    Ok(())
}

/// What is said of a family that is not there.
fn not_supported(names: &str) -> Error {
    Error::local(format!("Address family `{names}' not supported.")).with_status(USAGE)
}

fn no_routing(name: &str) -> Error {
    Error::local(format!("No routing for address family `{name}'.")).with_status(USAGE)
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
    let (mut asked, mut families, mut operands, mut help) = (Asked::default(), Vec::new(), Vec::new(), false);
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
            Ok(Item::Option(at, value)) => (at, value),
            Err(text) => {
                ip.view.out.complain(&text);
                help = true;
                continue;
            }
        };
        match OPTIONS[at].short {
            b'n' | b'N' => asked.numeric = true,
            b'e' => asked.extended = (asked.extended + 1) & 3,
            b'F' => asked.table = true,
            b'C' => asked.cache = true,
            b'4' => add_families(&mut families, b"inet")?,
            b'6' => add_families(&mut families, b"inet6")?,
            b'A' => add_families(&mut families, value.unwrap_or(OPTIONS[at].long.as_bytes()))?,
            b'V' => {
                ip.view.out.text(VERSION);
                ip.view.out.text(ROUTE_FEATURES);
                return Ok(());
            }
            b'h' | b'?' => help = true,
            _ => {}
        }
    }
    let (action, words) = match operands.split_first() {
        _ if help && families.is_empty() => {
            ip.view.out.text(usage());
            ip.view.out.text("\n");
            ip.view.out.complain(&list());
            return Ok(());
        }
        _ if help => (Action::Help, &[][..]),
        None => return show(ip, &asked, &families),
        Some((&b"add", words)) => (Action::Add, words),
        Some((&(b"del" | b"delete"), words)) => (Action::Delete, words),
        Some((&b"flush", words)) => (Action::Flush, words),
        Some(_) => return Err(Error::words(format!("{}\n{}", usage(), list())).with_status(USAGE)),
    };
    let names = if families.is_empty() { "inet".to_string() } else { families.join(",") };
    let Some(family) = families::named(names.as_bytes()) else {
        if families.len() > 1 {
            ip.view.out.complain(ONE_FAMILY);
        }
        return Err(not_supported(&names));
    };
    let edit = family.edit.ok_or_else(|| no_routing(family.name))?;
    edit(ip, &asked, action, words)
}

/// Shows the tables of the families named, that of IPv4 where none is.
fn show(ip: &mut Ip, asked: &Asked, names: &[&str]) -> Result<()> {
    let names = if names.is_empty() { &["inet"] } else { names };
    names.iter().try_for_each(|name| {
        let family = families::named(name.as_bytes()).ok_or_else(|| not_supported(name))?;
        let show = family.show.ok_or_else(|| no_routing(family.name))?;
        show(ip, asked)
    })
}

/// The families that have routing tables.
fn list() -> String {
    listed(FAMILIES.iter().filter(|family| family.show.is_some()).map(|family| (family.name, family.title)))
}

/// The summary of `route --help`.
fn usage() -> String {
    format!(
        "Usage: route [-nvee] [-FC] [-4|-6|-A FAMILY]            show the table\n       \
         route [-v] [-4|-6|-A FAMILY] {{add|del}} ...        change it\n       \
         route {{-h|--help}} [-4|-6|-A FAMILY], route {{-V|--version}}\n\n{}",
        options_help(OPTIONS).trim_end()
    )
}
