//! `ip sr`: what segment routing over IPv6 signs its headers with and sends its packets from (`linux/seg6_genl.h`).

use super::genl::{self, Channel};
use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::{Table, until_nul};
use crate::output::Address;
use crate::rows::{self, Names, Row, Value};
use crate::sys::secret;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix;
use crate::words::{matches, number_u32, wrong};

const SET_HMAC: u8 = 1;
const DUMP_HMAC: u8 = 2;
const SET_TUNSRC: u8 = 3;
const GET_TUNSRC: u8 = 4;

/// `SEG6_ATTR_*`.
const DST: u16 = 1;
const HMAC_KEY_ID: u16 = 3;
const SECRET: u16 = 4;
const SECRET_LEN: u16 = 5;
const ALG_ID: u16 = 6;

/// The longest secret that is shown, in bytes.
const LONGEST: usize = 63;

/// `SEG6_HMAC_ALGO_*`.
static ALGORITHMS: Names = Names { other: "<unknown>", ..Names::new(1, &[(1, "sha1"), (2, "sha256")]) };

/// What is shown of a key, but for the secret.
const ROWS: &[Row] = &[
    Row::new(HMAC_KEY_ID, "SEG6_ATTR_HMACKEYID", "", Value::U32, "KEYID", "the number of the key")
        .key("hmac")
        .label("hmac"),
    Row::new(ALG_ID, "SEG6_ATTR_ALGID", "", Value::Name(&ALGORITHMS), "sha1|sha256", "its algorithm")
        .key("algo")
        .label("algo"),
];

/// The object `sr`.
pub const SR: Object =
    Object { name: "sr", called: "sr", help: "segment routing over IPv6", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    Verb { name: "hmac show", help: "show the keys that headers are signed with", grammar: Vec::new, run: show_keys },
    Verb { name: "hmac set", help: "set a key, or delete it; its secret is asked for", grammar: key, run: set_key },
    Verb { name: "tunsrc show", help: "show the source of packets in tunnels", grammar: Vec::new, run: show_source },
    Verb {
        name: "tunsrc set",
        help: "set the source of packets in tunnels",
        grammar: || vec![ADDRESS],
        run: set_source,
    },
];

const ADDRESS: Entry = Entry { name: "", argument: "ADDRESS", help: "an address of IPv6" };

fn key() -> Vec<Entry> {
    ROWS.iter().map(Row::entry).collect()
}

fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let Some(word) = words.next().filter(|word| !matches(word, "help")) else {
        return Err(crate::commands::object_usage(&SR));
    };
    let part = ["hmac", "tunsrc"].into_iter().find(|part| matches(word, part)).ok_or_else(|| wrong("unknown", word))?;
    let word = words.require()?;
    let verb = genl::verb(VERBS, part, |name| matches(word, name)).ok_or_else(|| wrong("unknown", word))?;
    (verb.run)(ip, words)
}

fn open() -> Result<Channel> {
    Channel::open("SEG6", 1)
}

fn show_keys(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    ip.begin_json();
    let mut request = channel.request(DUMP_HMAC);
    let ended = channel.dump(ip, &mut request, describe);
    ended.map_err(|error| Error::words(error.to_string()).with_status(1))
}

fn describe(view: &mut View, attrs: &[u8]) {
    let attrs = Table::<7>::new(attrs);
    view.out.open_object("");
    let len = attrs.u8(SECRET_LEN).unwrap_or(0).into();
    if len > LONGEST {
        view.out.complain(&format!("HMAC secret length {len} > {LONGEST}, truncated"));
    }
    rows::show(view, ROWS, &attrs);
    let secret = attrs.get(SECRET).unwrap_or_default();
    let secret = until_nul(&secret[..secret.len().min(len).min(LONGEST)]);
    view.out.str("secret", "secret \"", secret, "\"\n");
    view.out.close_object();
}

fn set_key(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let word = words.require()?;
    let id = number_u32(word, 0).filter(|id| *id != 0).ok_or_else(|| wrong("hmac KEYID value is invalid", word))?;
    let word = words.require()?;
    let algorithm = ALGORITHMS.number(word).ok_or_else(|| wrong("hmac ALGO value is invalid", word))?;
    ip.view.out.flush();
    let secret = secret::ask("Enter secret for HMAC key ID (blank to delete): ");
    let mut channel = open()?;
    let mut request = channel.request(SET_HMAC);
    request.u32(HMAC_KEY_ID, id).u8(SECRET_LEN, secret.len() as u8).u8(ALG_ID, algorithm as u8);
    if !secret.is_empty() {
        request.attr(SECRET, &secret);
    }
    channel.ask(ip, &mut request).map_err(|error| error.with_status(1))
}

fn show_source(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(GET_TUNSRC);
    channel.get(ip, &mut request, |view, attrs| {
        view.begin_json();
        view.out.open_object("");
        if let Some(source) = Table::<2>::new(attrs).get(DST) {
            view.out.str("tunsrc", "tunsrc addr ", Address(source), "\n");
        }
        view.out.close_object();
    })
}

fn set_source(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut source = prefix::address(words.require()?, libc::AF_INET6 as u8)?.bytes().to_vec();
    source.resize(16, 0);
    let mut channel = open()?;
    let mut request = channel.request(SET_TUNSRC);
    request.attr(DST, &source);
    channel.ask(ip, &mut request).map_err(|error| error.with_status(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::options::Options;

    #[test]
    fn a_key_on_a_line() {
        let mut ip = Ip::new(Options::default());
        // As a 6.18 kernel told of `hmac set 2 sha1` with the secret "hallo".
        let attrs: &[u8] = &[
            8, 0, 3, 0, 2, 0, 0, 0, 5, 0, 5, 0, 5, 0, 0, 0, 5, 0, 6, 0, 1, 0, 0, 0, 9, 0, 4, 0, b'h', b'a', b'l', b'l',
            b'o', 0, 0, 0,
        ];
        describe(&mut ip.view, attrs);
        assert_eq!(ip.view.out.take(), b"hmac 2 algo sha1 secret \"hallo\"\n");
        describe(&mut ip.view, &[5, 0, 5, 0, 255]);
    }
}
