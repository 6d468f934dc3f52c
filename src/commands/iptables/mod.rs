//! `iptables`, `ip6tables` and their listings `iptables-save`, `ip6tables-save`, as iptables-nft has them.

mod address;
mod change;
mod complaint;
mod help;
mod list;
mod names;
mod options;
mod save;
mod show;
mod values;
mod words;

pub use options::{OPTIONS, SAVE_OPTIONS};

use nix::sys::socket::SockProtocol;

use crate::error::{Error, Result};
use crate::netfilter::{Family, Ruleset, builtin};
use crate::netlink::{self, Socket};
use crate::output::Out;
use crate::sys;
use options::command;
use words::{Asked, Command};

/// `iptables`: carries out a command line and gives the exit status.
pub fn main4(words: &[&[u8]]) -> u8 {
    finish(|out| run(out, Family::V4, words))
}

/// `ip6tables`.
pub fn main6(words: &[&[u8]]) -> u8 {
    finish(|out| run(out, Family::V6, words))
}

/// `iptables-save`.
pub fn save4(words: &[&[u8]]) -> u8 {
    finish(|out| show::save(out, Family::V4, words))
}

/// `ip6tables-save`.
pub fn save6(words: &[&[u8]]) -> u8 {
    finish(|out| show::save(out, Family::V6, words))
}

fn finish(run: impl FnOnce(&mut Out) -> Result<()>) -> u8 {
    let mut out = Out::new();
    let result = run(&mut out);
    out.finish();
    match result {
        Ok(()) => 0,
        Err(error) => crate::output::tell(&error),
    }
}

fn run(out: &mut Out, family: Family, words: &[&[u8]]) -> Result<()> {
    let asked = match words::parse(out, family, words)? {
        Asked::Text(text) => {
            out.text(text);
            return Ok(());
        }
        Asked::Command(command) => command,
    };
    let unknown = || {
        let name = String::from_utf8_lossy(asked.table);
        complaint::unknown(family, &format!("table '{name}' does not exist"))
    };
    let table = builtin::table(asked.table).ok_or_else(unknown)?;
    let mut socket = open(family)?;
    let shows = command::LIST | command::LIST_RULES;
    if asked.commands & shows != 0 {
        let ruleset = read(&mut socket, family, table)?;
        let shown = show::show(out, &ruleset, &asked);
        out.flush();
        shown?;
        if asked.commands & !shows == 0 {
            return Ok(());
        }
    }
    change::carry_out(out, &mut socket, family, table, &Command { commands: asked.commands & !shows, ..*asked })
}

/// The socket that the tables are reached through.
fn open(family: Family) -> Result<Socket> {
    Socket::open(SockProtocol::NetlinkNetFilter).map_err(|error| trouble(family, &error))
}

/// A table as it is now.
fn read(socket: &mut Socket, family: Family, table: &'static builtin::Table) -> Result<Ruleset> {
    Ruleset::read(socket, family, table).map_err(|error| trouble(family, &error))
}

/// Something went wrong on the way to the kernel, or it does not let us look.
fn trouble(family: Family, error: &netlink::Error) -> Error {
    let text = match error.errno() {
        Some(libc::EPERM) => "Permission denied (you must be root)".to_string(),
        Some(errno) => sys::strerror(errno),
        None => error.to_string(),
    };
    complaint::refused(family, &format!("Could not fetch rule set generation id: {text}"))
}
