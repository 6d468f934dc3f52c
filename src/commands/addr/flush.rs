//! `ip address flush`.

use super::describe;
use super::filter::Filter;
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::rtnl::addr::{self, Address};
use crate::words::Words;

/// How often a flush is tried when `-loops` says nothing.
const ROUNDS: u32 = 10;

/// Takes away every address that the filter admits, until none is left.
pub fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if words.is_empty() {
        return Err(Error::local("Flush requires arguments."));
    }
    if ip.view.options.family == libc::AF_PACKET as u8 {
        return Err(Error::local("Cannot flush link addresses."));
    }
    let filter = Filter::parse(ip, words)?;
    let limit = ip.view.options.loops.unwrap_or(ROUNDS);
    let mut round = 0;
    while limit == 0 || round < limit {
        let found = matching(ip, &filter)?;
        if found.is_empty() || (round > 0 && filter.primary_only()) {
            return done(ip, round);
        }
        round += 1;
        for mut request in found.iter().cloned() {
            remove(ip, &mut request)?;
        }
        if ip.view.options.stats > 0 {
            let count = found.len();
            ip.view.out.text(format_args!("\n*** Round {round}, deleting {count} addresses ***\n"));
        }
        if filter.primary_only() {
            return done(ip, round);
        }
    }
    Err(Error::local(format!("*** Flush remains incomplete after {limit} rounds. ***")))
}

fn done(ip: &mut Ip, rounds: u32) -> Result<()> {
    if ip.view.options.stats > 0 {
        match rounds {
            0 => ip.view.out.text("Nothing to flush.\n"),
            _ => {
                let s = if rounds > 1 { "s" } else { "" };
                ip.view.out.text(format_args!("*** Flush is complete after {rounds} round{s} ***\n"));
            }
        }
    }
    Ok(())
}

/// The requests that take the addresses away which are there now; twice `-stats` shows these.
fn matching(ip: &mut Ip, filter: &Filter) -> Result<Vec<Request>> {
    let mut request = addr::dump(filter.family, filter.link.index.unwrap_or(0));
    let stored = ip.store(&mut request, |message| Address::decode(message).map(|address| address.index))?;
    let mut found = Vec::new();
    for address in stored.all().filter_map(|message| Address::decode(&message)) {
        if filter.admits(&mut ip.view, &address) {
            found.push(address.delete());
            if ip.view.options.stats > 1 {
                describe(&mut ip.view, &address, true);
            }
        }
    }
    Ok(found)
}

/// An address that has gone with an earlier one is no error.
fn remove(ip: &mut Ip, request: &mut Request) -> Result<()> {
    match ip.ask(request) {
        Err(Error::Netlink { error, .. }) if error.errno() == Some(libc::EADDRNOTAVAIL) => Ok(()),
        Err(Error::Netlink { error, .. }) => {
            let why = crate::sys::strerror(error.errno().unwrap_or(libc::EINVAL));
            Err(Error::local(format!("{error}\nFailed to send flush request: {why}")))
        }
        other => other,
    }
}
