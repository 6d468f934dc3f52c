//! `ip ila`: which locators are put in the place of others (Identifier-Locator Addressing).

use super::genl::Channel;
use super::link::Padded;
use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::output::{Color, Out, Show};
use crate::rows::{self, Row, Value};
use crate::rtnl::ila::{self, Locator};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{incomplete, matches};

const ADD: u8 = 1;
const DELETE: u8 = 2;
const GET: u8 = 3;

/// What can be set, in the order in which an abbreviation is looked up.
const ROWS: &[Row] = &[
    Row::new(ila::LOCATOR, "ILA_ATTR_LOCATOR", "loc", LOCATOR, "LOCATOR", "what is put there")
        .key("locator")
        .says("Bad locator: {}", 0),
    Row::new(
        ila::LOCATOR_MATCH,
        "ILA_ATTR_LOCATOR_MATCH",
        "loc_match",
        LOCATOR,
        "LOCATOR",
        "the locator to be replaced",
    )
    .key("locator_match")
    .says("Bad locator to match: {}", 0),
    Row::new(
        ila::CSUM_MODE,
        "ILA_ATTR_CSUM_MODE",
        "csum-mode",
        Value::Name(&ila::CSUM_MODES),
        "adj-transport|neutral-map|neutral-map-auto|no-action",
        "how checksums are kept right",
    )
    .key("csum_mode")
    .says("Bad csum-mode: {}", 0),
    Row::new(
        ila::IDENT_TYPE,
        "ILA_ATTR_IDENT_TYPE",
        "ident-type",
        Value::Name(&ila::IDENT_CHOICES),
        "luid|use-format",
        "the type of the identifier",
    )
    .key("ident_type")
    .says("Bad ident-type: {}", 0),
    Row::new(ila::IFINDEX, "ILA_ATTR_IFINDEX", "dev", Value::Device, "DEV", "only packets that come by DEV")
        .key("interface")
        .says("No such interface: {}", 0),
];

const LOCATOR: Value = Value::Odd { parse: locator, show: rows::never_shown };

fn locator(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let Locator(bytes) = Locator::parse(word).ok_or_else(|| row.refuse(word))?;
    request.word(words.place() - 1).put(row.attr, &bytes);
    Ok(())
}

/// The object `ila`.
pub const ILA: Object =
    Object { name: "ila", called: "ila", help: "locators that are replaced by others", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    Verb { name: "add", help: "add a locator", grammar, run: add },
    Verb { name: "delete", help: "delete a locator", grammar, run: delete },
    Verb { name: "show", help: "", grammar: Vec::new, run: list },
    Verb { name: "lst", help: "", grammar: Vec::new, run: list },
    Verb { name: "list", help: "show locators", grammar: Vec::new, run: list },
];

fn grammar() -> Vec<Entry> {
    rows::entries(ROWS).collect()
}

fn usage() -> Error {
    crate::commands::object_usage(&ILA)
}

/// The family is looked for before the words are read.
fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let word = words.next().filter(|word| !matches(word, "help")).ok_or_else(usage)?;
    match VERBS.iter().find(|verb| matches(word, verb.name)) {
        Some(verb) => (verb.run)(ip, words),
        None => open().and(Err(crate::commands::IP.unknown_verb(&ILA, word))),
    }
}

fn open() -> Result<Channel> {
    Channel::open("ila", 1)
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, ADD)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, DELETE)
}

/// As the stock tool does, a request whose words are wrong is sent all the same, with nothing in it.
fn change(ip: &mut Ip, words: Words<'_>, command: u8) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(command);
    if let Some(why) = parse(&mut ip.view, words, &mut request, command == ADD)? {
        ip.view.out.complain(&why);
        request = channel.request(command);
    }
    channel.ask(ip, &mut request)
}

/// Appends what the words ask for; gives what is wrong with them where the stock tool goes on.
fn parse(view: &mut View, mut words: Words<'_>, request: &mut Request, adds: bool) -> Result<Option<String>> {
    let mut seen = [false; 2];
    while let Some(word) = words.next() {
        let Some(row) = ROWS.iter().find(|row| row.stands(word, false).is_some()) else { return Err(usage()) };
        words.peek().ok_or_else(incomplete)?;
        match rows::parse_row(row, view, &mut words, request) {
            Err(why) => return Ok(Some(why.to_string())),
            Ok(()) if row.attr == ila::LOCATOR => seen[0] = true,
            Ok(()) if row.attr == ila::LOCATOR_MATCH => seen[1] = true,
            Ok(()) => {}
        }
    }
    Ok(match seen {
        [false, _] if adds => Some("ila: missing locator".into()),
        [_, false] if adds => Some("ila: missing locator0match".into()),
        _ => None,
    })
}

fn list(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    if !words.is_empty() {
        return Err(Error::local("\"ip ila show\" does not take any arguments."));
    }
    ip.begin_json();
    let mut request = channel.request(GET);
    channel.dump(ip, &mut request, describe).map_err(|error| error.with_status(255))
}

fn describe(view: &mut View, attrs: &[u8]) {
    let attrs = Table::<9>::new(attrs);
    let View { out, links, .. } = view;
    out.open_object("");
    for (attr, key) in [(ila::LOCATOR_MATCH, "locator_match"), (ila::LOCATOR, "locator")] {
        match attrs.get(attr).and_then(|payload| payload.first_chunk()) {
            Some(bytes) => column(out, key, Locator(*bytes), 20),
            None => column(out, key, "-", 20),
        }
    }
    match attrs.u32(ila::IFINDEX) {
        Some(index) => out.paint(Color::Device, |out| column(out, "interface", links.name(index), 16)),
        None => out.text(NOTHING),
    }
    match attrs.u8(ila::CSUM_MODE) {
        Some(mode) => out.str("csum_mode", "", ila::CSUM_MODES.name(mode.into()), ""),
        None => out.text(NOTHING),
    }
    match attrs.u8(ila::IDENT_TYPE) {
        Some(kind) => out.str("ident_type", "", ila::IDENT_TYPES.name(kind.into()), ""),
        None => out.text("-"),
    }
    out.line();
    out.close_object();
}

/// What stands in a column for an attribute that is not there.
const NOTHING: &str = "-          ";

/// A value, in text in a column of at least `width`.
fn column(out: &mut Out, key: &str, value: impl Show, width: usize) {
    if out.is_json() {
        return out.str(key, "", value, "");
    }
    out.text(Padded(value, width));
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
        let line = "loc 5:6:7:8 loc_match 1:2:3:4 csum-mode no-action ident-type luid";
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        assert_eq!(parse(&mut ip.view, Words::new(&words), &mut request, true).unwrap(), None);
        let expected: &[u8] = &[
            12, 0, 1, 0, 0, 5, 0, 6, 0, 7, 0, 8, 12, 0, 3, 0, 0, 1, 0, 2, 0, 3, 0, 4, 5, 0, 7, 0, 2, 0, 0, 0, 5, 0, 8,
            0, 1, 0, 0, 0,
        ];
        let message = Messages::new(request.finish(1).unwrap()).next().unwrap().unwrap();
        assert_eq!(message.body, expected);
        describe(&mut ip.view, message.body);
        let line = format!("{:20}{:20}-          no-actionluid\n", "1:2:3:4", "5:6:7:8");
        assert_eq!(ip.view.out.take(), line.as_bytes());
    }
}
