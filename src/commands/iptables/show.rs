//! Listings of whole chains and tables: `-L`, `-S`, iptables-save.

use std::fs::File;
use std::io::Write;

use super::complaint::{self, VERSION, program};
use super::list::{self, Format, policy_name};
use super::options::{SAVE_OPTIONS, command};
use super::save::{self, Counting};
use super::words::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};
use crate::netfilter::{Chain, Family, Ruleset, StoredRule, builtin};
use crate::output::{Out, Show};
use crate::sys;
use crate::words::getopt::{self, Item};
use crate::words::shown;

/// Shows what `-L` or `-S` asks for. Where there are rules that iptables does not know these are shown as such, and the
/// complaint comes behind.
pub(super) fn show(out: &mut Out, ruleset: &Ruleset, asked: &Command<'_>) -> Result<()> {
    let family = ruleset.family;
    let mut chains = ruleset.all_chains();
    if let Some(name) = asked.chain {
        chains.retain(|chain| chain.name == name);
        if chains.is_empty() {
            return Err(incompatible(ruleset, Some(name)));
        }
    }
    if ruleset.is_tainted {
        out.text(tainted(ruleset));
    }
    let mut buf = Vec::new();
    let are_all_read = match asked.commands & command::LIST_RULES {
        0 => columns(&mut buf, ruleset, &chains, asked),
        _ => words(&mut buf, ruleset, &chains, asked),
    };
    out.text(&buf);
    warn_of_legacy(out, family, "");
    if are_all_read { Ok(()) } else { Err(incompatible(ruleset, asked.chain)) }
}

fn incompatible(ruleset: &Ruleset, chain: Option<&[u8]>) -> Error {
    let chain = chain.map(|chain| format!("chain `{}' in ", shown(chain))).unwrap_or_default();
    let text = format!("{chain}table `{}' is incompatible, use 'nft' tool.", ruleset.table.name);
    complaint::other(ruleset.family, &text)
}

fn tainted(ruleset: &Ruleset) -> String {
    format!("# Table `{}' contains incompatible base-chains, use 'nft' tool to list them.\n", ruleset.table.name)
}

/// Says so if there are rules of the kernel's older packet filter.
fn warn_of_legacy(out: &mut Out, family: Family, suffix: &str) {
    let (file, name) = match family {
        Family::V4 => ("/proc/net/ip_tables_names", "ip"),
        Family::V6 => ("/proc/net/ip6_tables_names", "ip6"),
    };
    if std::fs::read(file).is_ok_and(|names| !names.is_empty()) {
        let tool = format!("{name}tables-legacy");
        out.complain(&format!("# Warning: {tool} tables present, use {tool}{suffix} to see them"));
    }
}

/// The rules to be shown of a chain, with their numbers.
fn chosen<'a>(
    ruleset: &'a Ruleset,
    chain: &'a Chain,
    number: Option<usize>,
) -> impl Iterator<Item = (usize, &'a StoredRule)> {
    let rules = ruleset.rules_of(&chain.name).enumerate().map(|(at, rule)| (at + 1, rule));
    rules.filter(move |(at, _)| number.is_none_or(|number| number == *at))
}

/// Appends chains in columns. Tells whether all rules could be read.
fn columns(buf: &mut Vec<u8>, ruleset: &Ruleset, chains: &[Chain], asked: &Command<'_>) -> bool {
    let format = Format {
        verbose: asked.verbose,
        numeric: asked.numeric,
        exact: asked.exact,
        line_numbers: asked.line_numbers,
        plain: false,
    };
    let number = asked.number.filter(|_| asked.chain.is_some());
    let mut are_all_read = true;
    for (at, chain) in chains.iter().enumerate() {
        if number.is_none() {
            (if at > 0 { "\n" } else { "" }).put(buf);
            list::header(buf, chain, ruleset.rules_of(&chain.name).count(), format);
        }
        for (at, rule) in chosen(ruleset, chain, number) {
            match rule.decode(ruleset.family) {
                Ok(rule) => list::rule(buf, ruleset.family, at, &rule, format),
                Err(names) => {
                    are_all_read = false;
                    list::unreadable(buf, at, &names, format);
                }
            }
        }
    }
    are_all_read
}

/// Appends chains as the words that make them. Tells whether all rules could be read.
fn words(buf: &mut Vec<u8>, ruleset: &Ruleset, chains: &[Chain], asked: &Command<'_>) -> bool {
    let number = asked.number.filter(|_| asked.chain.is_some());
    for chain in chains.iter().filter(|_| number.is_none()) {
        match chain.builtin {
            Some(_) => {
                "-P ".put(buf);
                chain.name.put(buf);
                format_args!(" {}", policy_name(chain.policy.unwrap_or(1))).put(buf);
                if asked.verbose {
                    format_args!(" -c {} {}", chain.counters.packets, chain.counters.bytes).put(buf);
                }
            }
            None => {
                "-N ".put(buf);
                chain.name.put(buf);
            }
        }
        buf.push(b'\n');
    }
    let counting = if asked.verbose { Counting::Words } else { Counting::None };
    let mut are_all_read = true;
    for chain in chains {
        for (at, rule) in chosen(ruleset, chain, number) {
            are_all_read &= rule_words(buf, ruleset.family, at, rule, counting);
        }
    }
    are_all_read
}

/// Appends a rule, as a comment if it is none of iptables'. Tells whether it could be read.
fn rule_words(buf: &mut Vec<u8>, family: Family, at: usize, rule: &StoredRule, counting: Counting) -> bool {
    match rule.decode(family) {
        Ok(decoded) => {
            save::rule(buf, family, &rule.chain, &decoded, counting);
            true
        }
        Err(unreadable) => {
            "# -A ".put(buf);
            rule.chain.put(buf);
            format_args!(", rule {at}: not a rule of iptables: {}\n", unreadable.0.join(", ")).put(buf);
            false
        }
    }
}

/// `iptables-save` and its fellow.
pub(super) fn save(out: &mut Out, family: Family, words: &[&[u8]]) -> Result<()> {
    let name = format!("{}-save", program(family));
    let (mut wanted, mut counting, mut file) = (None, Counting::None, None);
    for item in getopt::read(&name, SAVE_OPTIONS, words) {
        match item {
            Err(text) => {
                let more = format!("{text}\nLook at manual page `{name}.8' for more information.");
                return Err(Error::local(more));
            }
            Ok(Item::Operand(_)) => return Err(Error::local("Unknown arguments found on commandline")),
            Ok(Item::Option(at, value)) => match SAVE_OPTIONS[at].short {
                b'c' => counting = Counting::Brackets,
                b't' => wanted = value,
                b'f' => file = value,
                b'V' => {
                    out.text(format_args!("{name} {VERSION}\n"));
                    return Ok(());
                }
                _ => {}
            },
        }
    }
    let tables: Vec<&'static builtin::Table> = match wanted {
        None => builtin::TABLES.iter().collect(),
        Some(word) => match builtin::table(word) {
            Some(table) => vec![table],
            None => return Err(Error::local(format!("Table `{}' does not exist", shown(word)))),
        },
    };
    let mut socket = super::open(family)?;
    let mut buf = Vec::new();
    for table in tables {
        let ruleset = super::read(&mut socket, family, table)?;
        if ruleset.exists || wanted.is_some() {
            save_table(&mut buf, &ruleset, &name, counting);
        }
    }
    match file {
        None => out.text(&buf),
        Some(path) => {
            use std::os::unix::ffi::OsStrExt;
            let written = File::create(std::ffi::OsStr::from_bytes(path)).and_then(|mut file| file.write_all(&buf));
            let errno = |error: std::io::Error| sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
            written.map_err(|error| Error::local(format!("Failed to open file, error: {}", errno(error))))?;
        }
    }
    warn_of_legacy(out, family, "-save");
    Ok(())
}

fn save_table(buf: &mut Vec<u8>, ruleset: &Ruleset, name: &str, counting: Counting) {
    if ruleset.is_tainted {
        tainted(ruleset).put(buf);
    }
    format_args!("# Generated by {name} {VERSION} on {}\n", now()).put(buf);
    format_args!("*{}\n", ruleset.table.name).put(buf);
    let chains = ruleset.all_chains();
    for chain in &chains {
        let policy = if chain.builtin.is_some() { policy_name(chain.policy.unwrap_or(1)) } else { "-" };
        buf.push(b':');
        chain.name.put(buf);
        format_args!(" {policy} [{}:{}]\n", chain.counters.packets, chain.counters.bytes).put(buf);
    }
    for chain in &chains {
        for (at, rule) in chosen(ruleset, chain, None) {
            rule_words(buf, ruleset.family, at, rule, counting);
        }
    }
    format_args!("COMMIT\n# Completed on {}\n", now()).put(buf);
}

/// The time, as these files tell it.
fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    sys::ctime(now.as_secs().cast_signed())
}
