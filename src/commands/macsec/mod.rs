//! `ip macsec`: keys and channels of encrypted Ethernet (`linux/if_macsec.h`). The devices are made by `ip link`.

mod attrs;
mod show;

use super::genl::{self, Channel};
use super::{Ip, Object, Verb, View};
use crate::cli::keyword::Entry;
use crate::cli::object_usage;
use crate::cli::words::{Words, shown};
use crate::error::{Error, Result};
use crate::kinds::macsec::{self, OFFLOAD};
use crate::netlink::Request;
use crate::rows::{self, Row};
use attrs::*;

const GET_TXSC: u8 = 0;
const UPD_OFFLOAD: u8 = 10;

/// What is done to channels and associations, and the commands for it.
struct Change {
    /// Whether there must be a key, or there must be none; nothing where only the number counts.
    key: Option<bool>,
    /// To a channel that is received.
    rxsc: u8,
    /// To an association to send by.
    txsa: u8,
    /// To one to receive by.
    rxsa: u8,
}

const ADD: Change = Change { key: Some(true), rxsc: 1, txsa: 4, rxsa: 7 };
const SET: Change = Change { key: Some(false), rxsc: 3, txsa: 6, rxsa: 9 };
const DELETE: Change = Change { key: None, rxsc: 2, txsa: 5, rxsa: 8 };

/// The object `macsec`.
pub const MACSEC: Object =
    Object { name: "macsec", called: "macsec", help: "keys of encrypted Ethernet", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    Verb { name: "show", help: "show devices with their channels", grammar: || vec![DEV], run: list },
    Verb { name: "add", help: "add a channel to receive, or an association", grammar: whole, run: add },
    Verb { name: "set", help: "change one", grammar: whole, run: set },
    Verb { name: "delete", help: "delete one", grammar: which, run: delete },
    Verb {
        name: "offload",
        help: "let the hardware do it",
        grammar: || vec![DEV, Entry { name: "", argument: "off|phy|mac", help: "what the hardware does" }],
        run: offload,
    },
];

const DEV: Entry = Entry { name: "", argument: "DEV", help: "the device" };

/// The words that say which one is meant.
const WHICH: [Entry; 6] = [
    Entry { name: "tx", argument: "", help: "what is sent" },
    Entry { name: "rx", argument: "", help: "a channel that is received: its id, or its port and address" },
    Entry { name: "sci", argument: "SCI", help: "the id of that channel, hexadecimal" },
    Entry { name: "port", argument: "PORT", help: "its port, from 1" },
    Entry { name: "address", argument: "LLADDR", help: "its address" },
    Entry { name: "sa", argument: "0|1|2|3", help: "an association" },
];

fn which() -> Vec<Entry> {
    [DEV].into_iter().chain(WHICH).collect()
}

fn whole() -> Vec<Entry> {
    which().into_iter().chain(rows::entries(SA_WORDS)).collect()
}

fn open() -> Result<Channel> {
    Channel::open("macsec", 1)
}

fn usage() -> Error {
    object_usage(&MACSEC)
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    genl::run(&MACSEC, open, ip, words)
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, &ADD)
}

fn set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, &SET)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, &DELETE)
}

/// The index of the device that the next word names.
fn device(ip: &mut Ip, words: &mut Words<'_>) -> Result<u32> {
    let name = words.next().ok_or_else(usage)?;
    let missing = || Error::local(format!("Device \"{}\" does not exist.", shown(name)));
    ip.index_of(name)?.ok_or_else(missing)
}

fn change(ip: &mut Ip, mut words: Words<'_>, change: &Change) -> Result<()> {
    let mut channel = open()?;
    let index = device(ip, &mut words)?;
    let view = &mut ip.view;
    let mut request = match words.next() {
        Some(b"tx") => {
            let number = association(&mut words)?.ok_or_else(usage)?;
            let mut request = channel.request(change.txsa);
            request.u32(IFINDEX, index);
            put_association(&mut request, view, words, number, change)?;
            request
        }
        Some(b"rx") => {
            let sci = macsec::Channel::read(view, &mut words, false)?.sci;
            let sci = sci.ok_or_else(|| Error::words(format!("expected sci\n{}", usage())))?;
            let number = association(&mut words)?;
            let mut request = channel.request(if number.is_some() { change.rxsa } else { change.rxsc });
            request.u32(IFINDEX, index);
            let nest = request.open(RXSC_CONFIG);
            request.put(RXSC_SCI, &sci);
            if number.is_none() && change.key.is_some() {
                read(RXSC_WORDS, view, &mut words, &mut request)?;
            }
            request.close(nest);
            if let Some(number) = number {
                put_association(&mut request, view, words, number, change)?;
            }
            request
        }
        _ => return Err(usage()),
    };
    channel.ask(ip, &mut request)
}

/// Takes `sa` and the number of an association, if they come next.
fn association(words: &mut Words<'_>) -> Result<Option<u8>> {
    match words.take("sa") {
        true => macsec::association(words.require()?).map(Some),
        false => Ok(None),
    }
}

fn read(rows: &'static [Row], view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    while let Some(word) = words.next() {
        if !rows::parse(rows, &[], None, view, words, request)? {
            return Err(Error::words(format!("macsec: unknown command \"{}\"?\n{}", shown(word), usage())));
        }
    }
    Ok(())
}

/// Appends an association. Words behind the number of one to delete are passed over.
fn put_association(
    request: &mut Request,
    view: &mut View,
    mut words: Words<'_>,
    number: u8,
    change: &Change,
) -> Result<()> {
    let nest = request.open(SA_CONFIG);
    request.put(SA_AN, &[number]);
    if let Some(needs_key) = change.key {
        read(SA_WORDS, view, &mut words, request)?;
        let (has_key, packet) = (request.payload(SA_KEY).is_some(), request.payload(SA_PN).map(<[u8]>::len));
        match (needs_key, has_key) {
            (true, false) => return Err(Error::local("cannot create SA without key")),
            (true, true) if packet.is_none() => return Err(Error::local("must specify a packet number != 0")),
            (false, true) => return Err(Error::local("cannot change key on SA")),
            _ => {}
        }
        if packet != Some(8) {
            request.remove(SA_SALT);
            request.remove(SA_SSCI);
        }
    }
    request.close(nest);
    Ok(())
}

fn offload(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let index = device(ip, &mut words)?;
    let word = words.next().ok_or_else(usage)?;
    let kind = macsec::listed("offload", word, &OFFLOAD)
        .map_err(|error| Error::words(format!("{error}\n{}", usage())))?;
    let mut request = channel.request(UPD_OFFLOAD);
    request.u32(IFINDEX, index);
    let nest = request.open(OFFLOAD_CONFIG);
    request.u8(OFFLOAD_TYPE, kind);
    request.close(nest);
    channel.ask(ip, &mut request)
}

fn list(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let wanted = if words.is_empty() { None } else { Some(device(ip, &mut words)?) };
    if !words.is_empty() {
        return Err(usage());
    }
    ip.begin_json();
    let mut request = channel.request(GET_TXSC);
    channel.dump(ip, &mut request, |view, attrs| show::device(view, attrs, wanted))
}
