//! `ip mptcp limits`: how many subflows a connection may have.

use super::open;
use crate::commands::Ip;
use crate::error::Result;
use crate::netlink::{Request, Table};
use crate::rows::{self, Row, Value};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::wrong;

const SET: u8 = 5;
const GET: u8 = 6;

const ROWS: &[Row] = &[
    Row::new(
        2,
        "MPTCP_PM_ATTR_RCV_ADD_ADDRS",
        "add_addr_accepted",
        Value::U32,
        "NUMBER",
        "how many addresses of a peer are accepted",
    )
    .wrong("invalid add_addr_accepted\n"),
    Row::new(3, "MPTCP_PM_ATTR_SUBFLOWS", "subflows", Value::U32, "NUMBER", "how many more subflows there may be")
        .wrong("invalid subflows\n"),
];

/// What may follow.
pub fn grammar() -> Vec<Entry> {
    rows::entries(ROWS).collect()
}

fn parse(ip: &mut Ip, mut words: Words<'_>, request: &mut Request) -> Result<()> {
    while let Some(word) = words.next() {
        if !rows::parse(ROWS, &[], None, &mut ip.view, &mut words, request)? {
            return Err(wrong("unknown limit", word));
        }
    }
    Ok(())
}

/// Sets limits.
pub fn set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(SET);
    parse(ip, words, &mut request)?;
    channel.ask(ip, &mut request)
}

/// Shows the limits; no JSON, as the stock tool has none here.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(GET);
    parse(ip, words, &mut request)?;
    channel.get(ip, &mut request, |view, attrs| {
        rows::show(view, ROWS, &Table::<4>::new(attrs));
        view.out.text("\n");
    })
}
