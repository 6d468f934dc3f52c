//! `encap seg6`, `seg6local` and `rpl`: the way that a packet takes, written into it (RFC 8754, 8986, 6554).

use super::bpf::{self, program};
use super::{Attrs, INET, INET6};
use crate::commands::bpf::Kind as Program;
use crate::commands::link::human;
use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::output::{Address, Color, Out, Prefixed};
use crate::rtnl::route::encap::{self, LocalAction, RplHeader, SEG6_SRC, SEG6_SRH, SegmentHeader};
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::view::View;
use crate::words::{Words, garbage, number_u32, shown, wrong};
use crate::words::{named, prefix};

/// `SEG6_IPTUN_MODE_*`.
const MODES: &[&str] = &["inline", "encap", "l2encap", "encap.red", "l2encap.red"];
const INLINE: usize = 0;

/// The words of `seg6`.
pub fn words() -> Vec<String> {
    let mode = format!("mode {{ {} }}", MODES.join(" | "));
    [mode].into_iter().chain(["tunsrc", "segs", "hmac"].map(String::from)).collect()
}

/// The words of `rpl`.
pub const RPL_WORDS: &[&str] = &["segs"];

/// Reads a path as `segs` has it, and for how many segments there is room.
fn path(word: &[u8]) -> Result<(Vec<[u8; 16]>, usize)> {
    let parse = |word: &[u8]| prefix::address(word, INET6).map(|address| address.bytes().try_into().unwrap_or([0; 16]));
    let path = word.split(|&b| b == b',').filter(|word| !word.is_empty()).map(parse).collect::<Result<Vec<_>>>()?;
    Ok((path, word.split(|&b| b == b',').count()))
}

/// Reads the id of a key. A word that is no number is none to the stock tool.
fn key(words: &mut Words<'_>, given: &mut Vec<&'static str>) -> Result<u32> {
    Ok(number_u32(once(words, given, "hmac")?, 0).unwrap_or(0))
}

/// Takes the word behind the keyword `name`, which may be there only once.
fn once<'a>(words: &mut Words<'a>, given: &mut Vec<&'static str>, name: &'static str) -> Result<&'a [u8]> {
    let word = words.require()?;
    if given.contains(&name) {
        return Err(garbage(name, word));
    }
    given.push(name);
    Ok(word)
}

/// Reads the words of `seg6`.
pub fn parse(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let mut given = Vec::new();
    let (mut mode, mut segments, mut hmac, mut source) = (None, None, 0, None);
    loop {
        if words.take("mode") {
            let word = once(words, &mut given, "mode")?;
            let known = MODES.iter().position(|name| name.as_bytes() == word);
            mode = Some(known.ok_or_else(|| wrong("\"mode\" value is invalid\n", word))?);
        } else if words.take("tunsrc") {
            let word = words.require()?;
            let why = match mode {
                None => "\"tunsrc\" provided before \"mode\"\n",
                Some(INLINE) => "\"tunsrc\" invalid with inline mode\n",
                Some(_) => "",
            };
            if !why.is_empty() {
                return Err(wrong(why, word));
            }
            words.back();
            source = Some(prefix::address(once(words, &mut given, "tunsrc")?, INET6)?);
        } else if words.take("segs") {
            let word = once(words, &mut given, "segs")?;
            if mode.is_none() {
                return Err(wrong("\"segs\" provided before \"mode\"\n", word));
            }
            segments = Some(word);
        } else if words.take("hmac") {
            hmac = key(words, &mut given)?;
        } else {
            break;
        }
    }
    let (path, room) = path(segments.unwrap_or_default())?;
    request.attr(SEG6_SRH, &SegmentHeader::encode(mode, &path, room, hmac));
    if let Some(source) = source {
        request.attr(SEG6_SRC, source.bytes());
    }
    Ok(())
}

/// Shows what `seg6` has set.
pub fn show(out: &mut Out, attrs: &Attrs<'_>) {
    let Some(header) = attrs.get(SEG6_SRH).and_then(SegmentHeader::decode) else { return };
    let mode = usize::try_from(header.mode).ok().and_then(|mode| MODES.get(mode));
    out.str("mode", "mode ", *mode.unwrap_or(&"<unknown>"), " ");
    show_header(out, &header);
}

fn show_header(out: &mut Out, header: &SegmentHeader<'_>) {
    show_path(out, u32::from(header.last) + 1, header.path());
    if let Some(key) = header.hmac() {
        match out.is_json() {
            true => out.str("hmac", "", Prefixed(key.into()), ""),
            false => out.text(format_args!("hmac {key:X} ")),
        }
    }
}

fn show_path<'a>(out: &mut Out, count: u32, path: impl Iterator<Item = &'a [u8; 16]>) {
    out.text(format_args!("segs {count} [ "));
    out.open_array("segs", "");
    for segment in path {
        out.paint(Color::Inet6, |out| out.element("", Address(segment), " "));
    }
    out.close_array("] ");
}

/// Reads the words of `rpl`.
pub fn parse_rpl(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let (mut given, mut segments) = (Vec::new(), &[][..]);
    while words.take("segs") {
        segments = once(words, &mut given, "segs")?;
    }
    let (path, room) = path(segments)?;
    request.attr(encap::RPL_SRH, &RplHeader::encode(&path, room));
    Ok(())
}

/// Shows what `rpl` has set.
pub fn show_rpl(out: &mut Out, attrs: &Attrs<'_>) {
    if let Some(header) = attrs.get(encap::RPL_SRH).and_then(RplHeader::decode) {
        show_path(out, header.left.into(), header.path());
    }
}

/// What `seg6local` can be told: a word, its attribute (`SEG6_LOCAL_*`) and its type. The order is that of showing.
struct Field {
    word: &'static str,
    attr: u16,
    value: Value,
}

#[derive(Clone, Copy)]
enum Value {
    Action,
    /// A segment routing header, behind `segs`.
    Header,
    Table,
    /// An address of this family.
    Address(u8),
    Device,
    Program,
    /// Counters, which begin at zero.
    Counters,
    Flavors,
}

const fn field(word: &'static str, attr: u16, value: Value) -> Field {
    Field { word, attr, value }
}

const LOCAL: &[Field] = &[
    field("action", 1, Value::Action),
    field("srh", 2, Value::Header),
    field("table", 3, Value::Table),
    field("vrftable", 9, Value::Table),
    field("nh4", 4, Value::Address(INET)),
    field("nh6", 5, Value::Address(INET6)),
    field("iif", 6, Value::Device),
    field("oif", 7, Value::Device),
    field("endpoint", 8, Value::Program),
    field("count", 10, Value::Counters),
    field("flavors", 11, Value::Flavors),
];

/// `SEG6_LOCAL_FLV_OP_*` from 1.
const FLAVORS: &[&str] = &["psp", "usp", "usd", "next-csid"];
const NEXT_CSID: u32 = 1 << 4;

/// `SEG6_LOCAL_FLV_*`, the words of those that are numbers, and what they are called in a complaint.
const OPERATION: u16 = 1;
const LENGTHS: &[(&str, u16, &str)] = &[("lblen", 2, "locator-block"), ("nflen", 3, "locator-node function")];

/// `SEG6_LOCAL_CNT_*`.
const COUNTERS: &[(&str, u16)] = &[("packets", 2), ("bytes", 3), ("errors", 4)];

/// The words of `seg6local`.
pub fn local_words() -> Vec<String> {
    let one_of = |word: &str, names: Vec<&str>| format!("{word} {{ {} }}", names.join(" | "));
    let words = LOCAL.iter().map(|field| match field.value {
        Value::Action => one_of(field.word, LocalAction::names().collect()),
        Value::Flavors => one_of(field.word, FLAVORS.to_vec()),
        _ => field.word.to_string(),
    });
    words.collect()
}

/// Reads the words of `seg6local`.
pub fn parse_local(lookup: &mut Lookup, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let mut given = Vec::new();
    let (mut action, mut header) = (None, None);
    while let Some(field) = words.peek().and_then(|word| LOCAL.iter().find(|field| field.word.as_bytes() == word)) {
        words.next();
        if let Value::Counters = field.value {
            words.back();
            once(words, &mut given, field.word)?;
            let nest = request.open(field.attr);
            for (_, attr) in COUNTERS {
                request.u64(*attr, 0);
            }
            request.close(nest);
            continue;
        }
        let word = once(words, &mut given, field.word)?;
        let place = words.place() - 1;
        match field.value {
            Value::Action => {
                let known = LocalAction::by_name(word).ok_or_else(|| wrong("\"action\" value is invalid\n", word))?;
                request.word(place).u32(field.attr, known.0);
                action = Some(known);
            }
            Value::Table => {
                let why = if field.word == "table" { "invalid table id\n" } else { "invalid vrf table id\n" };
                let table = named::number(&mut lookup.names, Kind::Table, word).ok_or_else(|| wrong(why, word))?;
                request.word(place).u32(field.attr, table);
            }
            Value::Address(family) => {
                request.word(place).attr(field.attr, prefix::address(word, family)?.bytes());
            }
            Value::Device => {
                let missing = || Error::words(format!("Cannot find device \"{}\"", shown(word)));
                let index = lookup.links.index(word).ok_or_else(missing)?;
                request.word(place).u32(field.attr, index);
            }
            Value::Program => program(words, request.word(place), field.attr, Program::LwtSeg6local)?,
            Value::Flavors => flavors(word, words, request.word(place), field.attr)?,
            Value::Header => {
                if word != b"segs" {
                    return Err(wrong("missing \"segs\" attribute for srh\n", word));
                }
                let segments = words.require()?;
                header = Some((field.attr, segments, 0));
                if words.is_empty() {
                    // The stock tool takes the last word of a line once more, as what stands behind all this.
                    words.back();
                    break;
                }
                if words.take("hmac") {
                    header = Some((field.attr, segments, key(words, &mut given)?));
                }
            }
            Value::Counters => {}
        }
    }
    let action = action.ok_or_else(|| Error::words("Missing action type"))?;
    if let Some((attr, segments, key)) = header {
        let (path, room) = path(segments)?;
        let mode = usize::from(action == LocalAction::END_B6_ENCAPS);
        request.attr(attr, SegmentHeader::encode(Some(mode), &path, room, key).get(4..).unwrap_or_default());
    }
    Ok(())
}

/// Reads names with commas between them, and lengths that one of them can have.
fn flavors(word: &[u8], words: &mut Words<'_>, request: &mut Request, attr: u16) -> Result<()> {
    let invalid = || wrong("invalid \"flavors\" attribute\n", word);
    let mut mask = 0u32;
    for name in word.split(|&b| b == b',').filter(|name| !name.is_empty()) {
        let known = FLAVORS.iter().position(|flavor| flavor.as_bytes().eq_ignore_ascii_case(name));
        let bit = 2 << known.ok_or_else(invalid)?;
        if mask & bit != 0 {
            return Err(invalid());
        }
        mask |= bit;
    }
    if word.is_empty() {
        return Err(invalid());
    }
    let nest = request.open(attr);
    request.u32(OPERATION, mask);
    for (name, attr, what) in LENGTHS.iter().filter(|_| mask & NEXT_CSID != 0) {
        if words.take(name) {
            let word = words.require()?;
            let length = number_u32(word, 0).and_then(|length| u8::try_from(length).ok());
            let length = length.ok_or_else(|| wrong(&format!("\"{what} length\" value is invalid\n"), word))?;
            request.u8(*attr, length);
        }
    }
    request.close(nest);
    Ok(())
}

/// Shows what `seg6local` has set.
pub fn show_local(view: &mut View, attrs: &Attrs<'_>) {
    for field in LOCAL {
        let Some(payload) = attrs.get(field.attr) else {
            if matches!(field.value, Value::Action) {
                return;
            }
            continue;
        };
        let before = [field.word, " "].concat();
        let number = payload.first_chunk().map_or(0, |number| u32::from_ne_bytes(*number));
        match field.value {
            Value::Action => view.out.str(field.word, &before, LocalAction(number).name(), " "),
            Value::Header => {
                if let Some(header) = SegmentHeader::decode_bare(payload) {
                    view.out.open_object(field.word);
                    show_header(&mut view.out, &header);
                    view.out.close_object();
                }
            }
            Value::Table => view.out.str(field.word, &before, view.names.get(Kind::Table, number), " "),
            Value::Address(_) => view.out.str(field.word, &before, Address(payload), " "),
            Value::Device => view.out.str(field.word, &before, view.links.name(number), " "),
            Value::Program => bpf::show_program(&mut view.out, field.word, payload),
            Value::Counters => {
                if view.options.stats > 0 {
                    show_counters(view, &Table::new(payload));
                }
            }
            Value::Flavors => show_flavors(view, &Table::new(payload)),
        }
    }
}

fn show_counters(view: &mut View, counters: &Table<'_, 5>) {
    view.out.open_object("stats64");
    for (name, attr) in COUNTERS {
        number(view, name, counters.u64(*attr).unwrap_or(0));
    }
    view.out.close_object();
}

fn show_flavors(view: &mut View, attrs: &Table<'_, 4>) {
    if let Some(mask) = attrs.u32(OPERATION) {
        view.out.open_array("flavors", "flavors ");
        let mut comma = "";
        for (_, name) in FLAVORS.iter().enumerate().filter(|(i, _)| mask & 2 << i != 0) {
            view.out.element(comma, *name, "");
            comma = ",";
        }
        view.out.close_array(" ");
    }
    for (name, attr, _) in LENGTHS {
        if let Some(length) = attrs.u8(*attr) {
            number(view, name, length.into());
        }
    }
}

/// Shows a number, in text as it is for people.
fn number(view: &mut View, key: &str, value: u64) {
    if view.out.is_json() {
        return view.out.num(key, "", value, "");
    }
    view.out.text(format_args!("{key} {} ", human(&view.options, value)));
}
