//! `ip tcp_metrics`: what TCP remembers of hosts (`linux/tcp_metrics.h`).

use super::genl::Channel;
use super::host::{self, Host};
use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Family, Message, NlmF, Request, Socket, Table};
use crate::output::{Color, General, Joined, Out};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix::{self, Prefix};
use crate::words::{garbage, matches, missing, shown};

const NAME: &str = "tcp_metrics";
const VERSION: u8 = 1;
const GET: u8 = 1;
const DELETE: u8 = 2;

const ADDR_IPV4: u16 = 1;
const ADDR_IPV6: u16 = 2;
const AGE: u16 = 3;
const TW_TSVAL: u16 = 4;
const TW_TS_STAMP: u16 = 5;
const VALS: u16 = 6;
const FOPEN_MSS: u16 = 7;
const FOPEN_SYN_DROPS: u16 = 8;
const FOPEN_SYN_DROP_TS: u16 = 9;
const FOPEN_COOKIE: u16 = 10;
const SADDR_IPV4: u16 = 11;
const SADDR_IPV6: u16 = 12;
/// The longest Fast Open cookie that is shown, in bytes.
const COOKIE: usize = 16;

const GRAMMAR: &[Entry] = &[
    Entry { name: "address", argument: "PREFIX", help: "of hosts in PREFIX, the keyword may be left out" },
    Entry { name: "source", argument: "ADDRESS", help: "of connections from ADDRESS" },
];

/// The object `tcp_metrics`, in both spellings.
pub const fn object(name: &'static str) -> Object {
    Object { name, called: "tcp_metrics", help: "what TCP remembers of hosts", verbs: VERBS, default: show }
}

const VERBS: &[Verb] = &[
    Verb { name: "list", help: "", grammar: || GRAMMAR.to_vec(), run: show },
    Verb { name: "lst", help: "", grammar: || GRAMMAR.to_vec(), run: show },
    Verb { name: "show", help: "show what is remembered", grammar: || GRAMMAR.to_vec(), run: show },
    Verb { name: "delete", help: "forget a host", grammar: || GRAMMAR.to_vec(), run: delete },
    Verb { name: "remove", help: "", grammar: || GRAMMAR.to_vec(), run: delete },
    Verb { name: "flush", help: "forget many hosts", grammar: || GRAMMAR.to_vec(), run: flush },
];

/// Which hosts are meant.
struct Selected {
    family: u8,
    dst: Option<Prefix>,
    src: Option<Prefix>,
}

/// The attribute for a whole address; nothing for a shorter prefix.
fn exact(prefix: Option<&Prefix>, attrs: [u16; 2]) -> Option<(u16, &[u8])> {
    let prefix = prefix?;
    let bytes = prefix.address.bytes();
    match bytes.len() {
        4 if prefix.bits == 32 => Some((attrs[0], bytes)),
        16 if prefix.bits == 128 => Some((attrs[1], bytes)),
        _ => None,
    }
}

impl Selected {
    fn parse(ip: &Ip, mut words: Words<'_>, whole: bool) -> Result<Selected> {
        let family = ip.view.options.family;
        if !matches!(i32::from(family), 0 | libc::AF_INET | libc::AF_INET6) {
            return Err(Error::local(format!("Unsupported protocol family: {family}")));
        }
        let mut selected = Selected { family, dst: None, src: None };
        let specific = |word: &[u8]| {
            let word = shown(word);
            Error::local(format!("Error: a specific IP address is expected rather than \"{word}\""))
        };
        while let Some(word) = words.next() {
            let (who, is_source) = match word {
                b"src" => ("src", true),
                b"source" => ("source", true),
                b"addr" => ("addr", false),
                b"address" => ("address", false),
                _ => {
                    words.back();
                    ("address", false)
                }
            };
            let word = words.require()?;
            if matches(word, "help") {
                return Err(crate::commands::object_usage(&object(NAME)));
            }
            let slot = if is_source { &mut selected.src } else { &mut selected.dst };
            if slot.is_some() {
                return Err(garbage(who, word));
            }
            let prefix = prefix::prefix(word, family)?;
            if (is_source || whole) && exact(Some(&prefix), [SADDR_IPV4, SADDR_IPV6]).is_none() {
                return Err(specific(word));
            }
            *slot = Some(prefix);
            // The stock tool passes over the word behind an address.
            words.next();
        }
        Ok(selected)
    }

    fn dst(&self) -> Option<(u16, &[u8])> {
        exact(self.dst.as_ref(), [ADDR_IPV4, ADDR_IPV6])
    }

    fn src(&self) -> Option<(u16, &[u8])> {
        exact(self.src.as_ref(), [SADDR_IPV4, SADDR_IPV6])
    }

    fn admits(&self, remembered: &Remembered<'_>) -> bool {
        let fits = |wanted: &Option<Prefix>, family: u8, address: &[u8]| match wanted {
            Some(wanted) if wanted.address.family == 0 => true,
            Some(wanted) => wanted.address.family == family && wanted.address.begins(address, wanted.bits.into()),
            None => self.family == 0 || self.family == family,
        };
        fits(&self.dst, remembered.family, remembered.dst)
            && remembered.src.is_none_or(|(_, family, address)| fits(&self.src, family, address))
    }
}

/// What TCP remembers of a host.
struct Remembered<'a> {
    attrs: Table<'a, 13>,
    /// The attribute that holds the address.
    attr: u16,
    family: u8,
    dst: &'a [u8],
    /// The attribute, the family and the address of our own end.
    src: Option<(u16, u8, &'a [u8])>,
}

impl<'a> Remembered<'a> {
    fn decode(family: Family, message: &Message<'a>) -> Option<Self> {
        let (command, attrs) = family.decode(message)?;
        if command != GET {
            return None;
        }
        let attrs: Table<'a, 13> = Table::new(attrs);
        let address = |inet: u16, inet6: u16| match (attrs.get(inet), attrs.get(inet6)) {
            (Some(bytes), _) => Some((inet, libc::AF_INET as u8, bytes)),
            (_, Some(bytes)) => Some((inet6, libc::AF_INET6 as u8, bytes)),
            _ => None,
        };
        let (attr, family, dst) = address(ADDR_IPV4, ADDR_IPV6)?;
        Some(Remembered { attrs, attr, family, dst, src: address(SADDR_IPV4, SADDR_IPV6) })
    }

    /// The request to forget it.
    fn delete(&self, family: Family) -> Request {
        let mut request = family.request(DELETE, NlmF::empty());
        request.attr(self.attr, self.dst);
        if let Some((attr, _, address)) = self.src {
            request.attr(attr, address);
        }
        request
    }
}

fn open() -> Result<(Socket, Family)> {
    let Channel { socket, family } = Channel::open(NAME, VERSION)?;
    Ok((socket, family))
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let selected = Selected::parse(ip, words, false)?;
    let (mut socket, family) = open()?;
    let mut request = family.request(GET, NlmF::empty());
    let view = &mut ip.view;
    let each = |view: &mut View, message: &Message<'_>| {
        if let Some(found) = Remembered::decode(family, message).filter(|found| selected.admits(found)) {
            describe(view, &found, false);
        }
    };
    if let Some((attr, address)) = selected.dst() {
        request.attr(attr, address);
        if let Some((attr, address)) = selected.src() {
            request.attr(attr, address);
        }
        return Ok(socket.get(&mut request, |message| each(view, message))?);
    }
    ip.begin_json();
    let view = &mut ip.view;
    let end = socket.dump(&mut request, |message| each(view, message));
    end.map(drop).map_err(|error| Error::words(format!("{error}\nDump terminated")).with_status(1))
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let selected = Selected::parse(ip, words, true)?;
    match selected.dst() {
        Some(_) => forget(&selected),
        None => Err(missing("address")),
    }
}

/// Forgets one host, or all where none is named.
fn forget(selected: &Selected) -> Result<()> {
    let (mut socket, family) = open()?;
    let mut request = family.request(DELETE, NlmF::empty());
    for (attr, address) in [selected.dst(), selected.src()].into_iter().flatten() {
        request.attr(attr, address);
    }
    socket.ask(&mut request)?;
    Ok(())
}

fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let selected = Selected::parse(ip, words, false)?;
    let any = |prefix: &Option<Prefix>| prefix.is_none_or(|prefix| prefix.bits == 0);
    if selected.dst().is_some() || (any(&selected.dst) && any(&selected.src) && selected.family == 0) {
        return forget(&selected);
    }
    let (mut socket, family) = open()?;
    let stats = ip.view.options.stats;
    for round in 0u32.. {
        let mut found = Vec::new();
        let view = &mut ip.view;
        let end = socket.dump(&mut family.request(GET, NlmF::empty()), |message| {
            if let Some(its) = Remembered::decode(family, message).filter(|its| selected.admits(its)) {
                found.push(its.delete(family));
                if stats > 1 {
                    describe(view, &its, true);
                }
            }
        });
        end.map_err(|error| Error::words(format!("{error}\nFlush terminated")).with_status(1))?;
        let out = &mut ip.view.out;
        if found.is_empty() {
            match round {
                0 => out.complain("Nothing to flush."),
                _ if stats > 0 => {
                    let s = if round > 1 { "s" } else { "" };
                    out.text(format_args!("*** Flush is complete after {round} round{s} ***\n"));
                }
                _ => {}
            }
            return Ok(());
        }
        for request in &mut found {
            let failed = |error| Error::words(format!("{error}\nFailed to send flush request")).with_status(1);
            socket.ask(request).map_err(failed)?;
        }
        if stats > 0 {
            out.text(format_args!("\n*** Round {}, deleting {} entries ***\n", round + 1, found.len()));
        }
    }
    Ok(())
}

fn describe(view: &mut View, found: &Remembered<'_>, deleted: bool) {
    let View { out, options, hosts, .. } = view;
    let attrs = &found.attrs;
    out.open_object("");
    if deleted {
        out.bool("deleted", true, "Deleted ");
    }
    let color = host::color(found.family).unwrap_or(Color::Plain);
    let dst = Host::new(options, hosts, found.family, found.dst);
    out.paint(color, |out| out.str("dst", "", dst, ""));
    if let Some(age) = attrs.u64(AGE) {
        fraction(out, "age", " age ", age as f64 / 1000.0, "sec");
    }
    if let Some(stamp) = attrs.i32(TW_TS_STAMP) {
        let value = attrs.u32(TW_TSVAL).unwrap_or(0);
        out.str("tw_ts_stamp", " tw_ts ", format_args!("{value}/{stamp}"), " ago");
    }
    if let Some(values) = attrs.nested(VALS) {
        metrics(out, values);
    }
    if let Some(mss) = attrs.u16(FOPEN_MSS) {
        out.num("fopen_miss", " fo_mss ", mss, "");
    }
    if let Some(drops) = attrs.u16(FOPEN_SYN_DROPS) {
        out.num("fopen_syn_drops", " fo_syn_drops ", drops, "");
        let ago = attrs.u64(FOPEN_SYN_DROP_TS).unwrap_or(0);
        fraction(out, "fopen_syn_drop_ts", "/", ago as f64 / 1_000_000.0, "usec ago");
    }
    if let Some(cookie) = attrs.get(FOPEN_COOKIE) {
        out.str("fo_cookie", " fo_cookie ", Joined(&cookie[..cookie.len().min(COOKIE)]), "");
    }
    if let Some((_, family, address)) = found.src {
        out.str("source", " source ", Host::new(options, hosts, family, address), "");
    }
    out.text("\n");
    out.close_object();
    out.flush_if_full();
}

/// A number with three decimals in text.
fn fraction(out: &mut Out, key: &str, before: &str, value: f64, after: &str) {
    match out.is_json() {
        true => out.num(key, "", General(value), ""),
        false => out.num(key, before, format_args!("{value:.3}"), after),
    }
}

/// `TCP_METRIC_*`, each numbered one higher than in the header. Times come in eighths or quarters, of ms or µs.
fn metrics(out: &mut Out, values: Attrs<'_>) {
    let (mut rtt, mut rttvar) = (0, 0);
    for value in values {
        let Some(number) = value.u32() else { continue };
        let wide = u64::from(number);
        match value.kind {
            1 if rtt == 0 => rtt = (wide * 1000) >> 3,
            2 if rttvar == 0 => rttvar = (wide * 1000) >> 2,
            1 | 2 => {}
            6 => rtt = wide >> 3,
            7 => rttvar = wide >> 2,
            3 => out.num("ssthresh", " ssthresh ", number, ""),
            4 => out.num("cwnd", " cwnd ", number, ""),
            5 => out.num("reordering", " reordering ", number, ""),
            kind => {
                let name = format!(" metric_{} ", kind.wrapping_sub(1));
                out.num(&name, &format!(" {name} "), number, "");
            }
        }
    }
    for (key, before, micros) in [("rtt", " rtt ", rtt), ("rttvar", " rttvar ", rttvar)] {
        match micros {
            0 => {}
            _ if out.is_json() => out.num(key, "", General(micros as f64 / 1_000_000.0), ""),
            _ => out.num(key, before, micros, "us"),
        }
    }
}
