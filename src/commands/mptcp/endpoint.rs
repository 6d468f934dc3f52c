//! `ip mptcp endpoint`: the addresses that subflows are made by.

use super::open;
use crate::commands::host::Host;
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::{Request, Table};
use crate::output::{Hex, Out};
use crate::rows::{self, Row, Shown, Value};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix;
use crate::words::{is_device_name, missing, wrong};

const ADD: u8 = 1;
const DELETE: u8 = 2;
const GET: u8 = 3;
const FLUSH: u8 = 4;
const SET_FLAGS: u8 = 7;

/// `MPTCP_PM_ATTR_ADDR`, a nest.
const ADDR: u16 = 1;
const NESTED: u16 = 1 << 15;

/// `MPTCP_PM_ADDR_ATTR_*`.
const FAMILY: u16 = 1;
const ID: u16 = 2;
const ADDR4: u16 = 3;
const ADDR6: u16 = 4;
const PORT: u16 = 5;
const FLAGS: u16 = 6;
const IF_IDX: u16 = 7;

/// `MPTCP_PM_ADDR_FLAG_*`.
const SIGNAL: u32 = 1;
const SUBFLOW: u32 = 1 << 1;
const BACKUP: u32 = 1 << 2;
const FULLMESH: u32 = 1 << 3;
const IMPLICIT: u32 = 1 << 4;
const LAMINAR: u32 = 1 << 5;
const KNOWN: u32 = SIGNAL | SUBFLOW | BACKUP | FULLMESH | IMPLICIT | LAMINAR;

/// What is set and shown behind the address, in the order in which it is shown.
const ROWS: &[Row] = &[
    Row::new(PORT, "MPTCP_PM_ADDR_ATTR_PORT", "port", Value::U16, "PORT", "the port that is announced with a signal")
        .wrong("expected port")
        .shown(Shown::NonZero),
    Row::new(ID, "MPTCP_PM_ADDR_ATTR_ID", "id", Value::U8, "NUMBER", "its number, 1 to 255").wrong("invalid ID\n"),
    flag("signal", SIGNAL, "announce the address to the peer"),
    flag("subflow", SUBFLOW, "make subflows from the address"),
    flag("backup", BACKUP, "use its subflows only when no other works"),
    flag("fullmesh", FULLMESH, "make a subflow to each address of the peer"),
    flag("implicit", IMPLICIT, ""),
    flag("laminar", LAMINAR, "answer an announced address by a subflow from this one"),
    flag("nobackup", 0, "use its subflows like others"),
    flag("nofullmesh", 0, "do not make a subflow to each address of the peer"),
    Row::new(FLAGS, "MPTCP_PM_ADDR_ATTR_FLAGS", "", Value::Odd { parse: rows::never_set, show: raw_flags }, "", ""),
    Row::new(IF_IDX, "MPTCP_PM_ADDR_ATTR_IF_IDX", "dev", Value::Device, "DEV", "the device that has the address")
        .wrong("device does not exist\n")
        .shown(Shown::NonZero),
];

const fn flag(word: &'static str, bits: u32, help: &'static str) -> Row {
    let row = Row::new(FLAGS, "MPTCP_PM_ADDR_ATTR_FLAGS", word, Value::Bits(4, bits), "", help);
    row.exact().one_way().shown(Shown::NonZero)
}

/// Shows the flags that have no name.
fn raw_flags(_: &Row, out: &mut Out, payload: &[u8]) {
    let flags = payload.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes)) & !KNOWN;
    if flags != 0 {
        out.str("rawflags", "rawflags ", Hex(flags.into(), 2), " ");
    }
}

const ADDRESS: Entry = Entry { name: "", argument: "ADDRESS", help: "the address" };

/// What may follow.
pub fn grammar() -> Vec<Entry> {
    rows::entries(ROWS).filter(|entry| !entry.help.is_empty()).chain([ADDRESS]).collect()
}

/// Adds an endpoint.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, ADD)
}

/// Changes the flags of an endpoint.
pub fn change(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, SET_FLAGS)
}

/// Deletes an endpoint.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, DELETE)
}

fn modify(ip: &mut Ip, words: Words<'_>, command: u8) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(command);
    parse(&mut ip.view, words, &mut request, command)?;
    channel.ask(ip, &mut request)
}

/// Deletes all endpoints.
pub fn flush(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(FLUSH);
    channel.ask(ip, &mut request)
}

/// Shows one endpoint, or all.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(GET);
    if words.is_empty() {
        ip.begin_json();
        return channel.dump(ip, &mut request, describe).map_err(|error| error.with_status(2));
    }
    parse(&mut ip.view, words, &mut request, GET)?;
    channel.get(ip, &mut request, |view, attrs| {
        view.begin_json();
        describe(view, attrs);
    })
}

/// Reads the words of an endpoint into the attribute that holds it.
fn parse(view: &mut View, mut words: Words<'_>, request: &mut Request, command: u8) -> Result<()> {
    let nest = request.open(ADDR | NESTED);
    let number = |request: &Request, attr: u16| request.payload(attr).map(|payload| rows::host(payload) as u32);
    let mut address = None;
    while let Some(word) = words.next() {
        if let Some(name) = words.peek().filter(|name| is_dev(word) && !is_device_name(name)) {
            return Err(wrong("invalid interface name\n", name));
        }
        if !rows::parse(ROWS, &["id", "dev"], None, view, &mut words, request)? {
            address = Some((prefix::address(word, 0)?, words.place() - 1));
            continue;
        }
        let flags = number(request, FLAGS).unwrap_or(0);
        let of_flag = ROWS.iter().any(|row| row.attr == FLAGS && row.stands(word, true).is_some());
        if of_flag && command == ADD && flags & SIGNAL != 0 && flags & FULLMESH != 0 {
            return Err(wrong("flags mustn't have both signal and fullmesh", word));
        }
        if of_flag && command == SET_FLAGS && flags & !(BACKUP | FULLMESH) != 0 {
            return Err(wrong("invalid flags, backup and fullmesh only", word));
        }
    }
    let id = number(request, ID);
    match (command, id, address.is_some()) {
        (ADD, _, false) => return Err(missing("ADDRESS")),
        (DELETE, None, _) => return Err(missing("ID")),
        (DELETE, Some(1..), true) => return Err(wrong("invalid for non-zero id address\n", b"ADDRESS")),
        (DELETE, Some(0), false) => return Err(wrong("address is needed for deleting id 0 address\n", b"ID")),
        _ => {}
    }
    let has_port = number(request, PORT).is_some_and(|port| port != 0);
    if command == ADD && has_port && number(request, FLAGS).unwrap_or(0) & SIGNAL == 0 {
        return Err(wrong("flags must have signal when using port", b"port"));
    }
    if command == SET_FLAGS && has_port && id.is_some() {
        return Err(wrong("port can't be used with id", b"port"));
    }
    if let Some((address, place)) = address {
        let inet = i32::from(address.family) == libc::AF_INET;
        request.word(place).u16(FAMILY, address.family.into());
        request.attr(if inet { ADDR4 } else { ADDR6 }, address.bytes());
    }
    request.close(nest);
    Ok(())
}

fn is_dev(word: &[u8]) -> bool {
    crate::words::matches(word, "dev")
}

fn describe(view: &mut View, attrs: &[u8]) {
    let Some(attrs) = Table::<2>::new(attrs).table::<8>(ADDR) else { return };
    let View { out, options, hosts, .. } = view;
    out.open_object("");
    let family = attrs.u8(FAMILY).unwrap_or(0);
    let address = if i32::from(family) == libc::AF_INET { attrs.get(ADDR4) } else { attrs.get(ADDR6) };
    if let Some(address) = address {
        out.str("address", "", Host::new(options, hosts, family, address), " ");
    }
    rows::show(view, ROWS, &attrs);
    view.out.text("\n");
    view.out.close_object();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::{Messages, NlmF};
    use crate::words::options::Options;

    #[test]
    fn golden_bytes_and_back() {
        let mut ip = Ip::new(Options::default());
        let mut request = Request::new(0x20u16, NlmF::empty());
        let words: Vec<&[u8]> = "10.0.0.2 subflow backup id 7".split(' ').map(str::as_bytes).collect();
        parse(&mut ip.view, Words::new(&words), &mut request, ADD).unwrap();
        let expected: &[u8] = &[
            36, 0, 1, 0x80, 8, 0, 6, 0, 6, 0, 0, 0, 5, 0, 2, 0, 7, 0, 0, 0, 6, 0, 1, 0, 2, 0, 0, 0, 8, 0, 3, 0, 10, 0,
            0, 2,
        ];
        let message = Messages::new(request.finish(1).unwrap()).next().unwrap().unwrap();
        assert_eq!(message.body, expected);
        describe(&mut ip.view, message.body);
        assert_eq!(ip.view.out.take(), b"10.0.0.2 id 7 subflow backup \n");
    }
}
