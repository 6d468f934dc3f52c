//! `ip xfrm`: IPsec. States say how packets are protected, policies which packets are.

mod algorithm;
mod attributes;
mod id;
mod limits;
mod monitor;
mod policy;
mod selector;
mod state;
mod values;

use super::{Ip, Object, View, context};
use crate::commands::IP;
use crate::error::{Error, Result};
use crate::netlink::{self, Message, Request, Socket};
use crate::rtnl::xfrm::uapi;
use crate::words::Words;
use crate::words::keyword::{Entry, entries};
use crate::words::matches;

/// The object `xfrm`.
pub const XFRM: Object =
    Object { name: "xfrm", called: "xfrm", help: "IPsec: states and policies", verbs: &[], default: run };

/// Its parts, in the order in which an abbreviation is looked up.
pub const PARTS: &[Object] = &[state::object("state"), state::object("sa"), policy::POLICY, monitor::MONITOR];

/// The words behind `ip xfrm monitor`.
pub fn monitor_words() -> Vec<Entry> {
    entries(monitor::KEYWORDS)
}

/// What stands behind `ip xfrm`: a part, its verb and words.
fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let part = words.next().and_then(|word| PARTS.iter().find(|part| matches(word, part.name)));
    let part = part.ok_or_else(usage)?;
    let run = IP.verb(part, &mut words)?;
    run(ip, words)
}

fn usage() -> Error {
    let parts: Vec<&str> = PARTS.iter().filter(|part| !part.help.is_empty()).map(|part| part.name).collect();
    Error::words(format!("Usage: ip xfrm {{ {} }} {{ COMMAND | help }}", parts.join(" | ")))
}

/// Joins tables of words, each word once.
fn joined(tables: &[&[Entry]]) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for entry in tables.iter().copied().flatten() {
        if all.iter().all(|known| known.name != entry.name) {
            all.push(*entry);
        }
    }
    all
}

/// The stock tool leaves at once where anything fails, a forced batch too.
fn leave(error: impl std::fmt::Display, status: u8) -> Error {
    Error::words(error.to_string()).with_status(status)
}

fn open() -> Result<Socket> {
    Socket::open_number(uapi::NETLINK_XFRM).map_err(|error| leave(error, 1))
}

/// Sends `request` and waits for its ACK; a warning of the kernel's goes to stderr.
fn ask(ip: &mut Ip, request: &mut Request) -> Result<()> {
    let ack = open()?.ask(request).map_err(|error| leave(error, 2))?;
    if let Some(warning) = ack.warning {
        ip.view.out.complain(&format!("Warning: {}", netlink::sentence(&warning)));
    }
    Ok(())
}

/// Sends `request` and hands its one reply to `show`.
fn get<T>(ip: &mut Ip, request: &mut Request, mut show: impl FnMut(&mut View, &Message<'_>) -> T) -> Result<T> {
    open()?.get(request, |message| show(&mut ip.view, message)).map_err(|error| leave(error, 2))
}

/// Sends `request` as a dump and hands each object to `each`.
fn dump(ip: &mut Ip, request: &mut Request, mut each: impl FnMut(&mut View, &Message<'_>)) -> Result<()> {
    let end = open()?.dump(request, |message| each(&mut ip.view, message));
    end.map(drop).map_err(context::terminated)
}

/// Deletes what a dump finds, in rounds until it finds nothing: `each` gives the request that deletes an object. `failed`
/// is what is said where that fails.
fn delete_all(
    ip: &mut Ip,
    dump: u16,
    failed: &str,
    mut each: impl FnMut(&mut View, &Message<'_>) -> Option<Request>,
) -> Result<()> {
    /// How many bytes of requests the stock tool sends in one round.
    const ROUND: usize = 8192;
    let mut socket = open()?;
    let told = ip.view.options.stats > 1;
    for round in 0u64.. {
        let view = &mut ip.view;
        if told {
            view.out.complain(&format!("Delete-all round = {round}"));
        }
        let (mut found, mut len) = (Vec::new(), 0);
        let end = socket.dump(&mut crate::rtnl::xfrm::bare_request(dump), |message| {
            if let Some(request) = each(view, message).filter(|request| len + request.len() <= ROUND) {
                len += request.len();
                found.push(request);
            }
        });
        end.map_err(|error| leave(format!("{error}\nDelete-all terminated"), 1))?;
        if found.is_empty() {
            if told {
                view.out.complain("Delete-all completed");
            }
            return Ok(());
        }
        let mut refused = Ok(());
        let posted = found.iter_mut().try_for_each(|request| socket.post(request).map(drop));
        let sent = posted.and_then(|()| socket.settle_in_turn(|_, error| refused = Err(error)));
        if let Err(error) = sent.and(refused) {
            let why = error.errno().map_or_else(|| error.to_string(), crate::sys::strerror);
            return Err(leave(format!("{failed}: {why}"), 1));
        }
        if told {
            view.out.complain(&format!("Delete-all nlmsg count = {}", found.len()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Names;

    #[test]
    fn what_the_tables_say_of_arguments_is_what_they_take() {
        let words = |names: &Names| names.names.iter().map(|(_, name)| *name).collect::<Vec<_>>().join("|");
        for (names, argument) in [
            (&values::PROTOCOLS, values::PROTOCOL_WORDS),
            (&values::MODES, values::MODE_WORDS),
            (&values::STATE_FLAGS, values::STATE_FLAG_WORDS),
            (&values::EXTRA_FLAGS, values::EXTRA_FLAG_WORDS),
            (&values::DIRECTIONS, values::DIRECTION_WORDS),
            (&values::STATE_DIRECTIONS, values::STATE_DIRECTION_WORDS),
            (&values::ACTIONS, values::ACTION_WORDS),
            (&values::KINDS, values::KIND_WORDS),
            (&values::POLICY_FLAGS, values::POLICY_FLAG_WORDS),
            (&values::LEVELS, values::LEVEL_WORDS),
        ] {
            assert_eq!(words(names), argument);
        }
    }
}
