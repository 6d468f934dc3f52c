//! How packets are wrapped: `encap KIND …`.

use crate::cli::Words;
use crate::cli::named;
use crate::cli::prefix;
use crate::cli::words::{garbage, no_device, number, number_u32, shown, wrong};
use crate::commands::View;
use crate::commands::context::Lookup;
use crate::commands::host::Host;
use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::output::{Address, Color, Out, Prefixed};
use crate::rtnl::route::Encap;
use crate::rtnl::route::encap::{
    self, MPLS_DST, MPLS_TTL, SEG6_SRH, SegmentHeader, TUNNEL_CSUM, TUNNEL_FLAGS, TUNNEL_KEY, TUNNEL_SEQ,
};
use crate::sys::names::Kind;

const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;
const MPLS: u8 = libc::AF_MPLS as u8;

/// `NLA_F_NESTED`, which nexthop objects must have.
const NESTED: u16 = 0x8000;

/// `SEG6_IPTUN_MODE_*`.
const SEG6_MODES: &[&str] = &["inline", "encap", "l2encap", "encap.red", "l2encap.red"];

/// What a tunnel adds to a packet: a word, the attribute and its type. The order is that of showing.
struct Field {
    word: &'static str,
    attr: u16,
    value: Value,
}

#[derive(Clone, Copy)]
enum Value {
    /// A tunnel's id, 64 bits in network order.
    Id,
    /// An address of this family.
    Address(u8),
    /// A byte.
    Byte,
    /// A TOS byte, by name or in hexadecimal.
    Tos,
}

const fn field(word: &'static str, attr: u16, value: Value) -> Field {
    Field { word, attr, value }
}

const IP: &[Field] = &[
    field("id", encap::TUNNEL_ID, Value::Id),
    field("src", encap::TUNNEL_SRC, Value::Address(INET)),
    field("dst", encap::TUNNEL_DST, Value::Address(INET)),
    field("ttl", encap::TUNNEL_TTL, Value::Byte),
    field("tos", encap::TUNNEL_TOS, Value::Tos),
];

const IP6: &[Field] = &[
    field("id", encap::TUNNEL_ID, Value::Id),
    field("src", encap::TUNNEL_SRC, Value::Address(INET6)),
    field("dst", encap::TUNNEL_DST, Value::Address(INET6)),
    field("hoplimit", encap::TUNNEL_TTL, Value::Byte),
    field("tc", encap::TUNNEL_TOS, Value::Tos),
];

/// What a tunnel's header says of itself, in the order of showing.
const FLAGS: &[(&str, &str, u16)] =
    &[("key", "key ", TUNNEL_KEY), ("csum", "csum ", TUNNEL_CSUM), ("seq", "seq ", TUNNEL_SEQ)];

/// Reads `KIND ARGUMENTS` and appends them as attribute `attr`, the kind as `kind_attr`.
pub fn parse(
    lookup: &mut Lookup,
    words: &mut Words<'_>,
    request: &mut Request,
    attr: u16,
    kind_attr: u16,
) -> Result<()> {
    let word = words.require()?;
    if word == b"help" {
        let kinds = encap::KINDS[1..].join(" | ");
        return Err(Error::words(format!("Usage: ip route ... encap {{ {kinds} }} ARGUMENTS")));
    }
    let kind = encap::KINDS.iter().position(|name| name.as_bytes() == word).filter(|kind| *kind != 0);
    let kind = kind.ok_or_else(|| wrong("\"encap type\" value is invalid\n", word))?;
    if words.is_empty() {
        return Err(crate::cli::words::incomplete());
    }
    if words.len() < 2 {
        return Err(Error::words("Error: unexpected end of line after \"encap\""));
    }
    request.word(words.place());
    let nest = request.open(attr | NESTED);
    match encap::KINDS[kind] {
        "mpls" => mpls(words, request)?,
        "ip" => tunnel(IP, lookup, words, request)?,
        "ip6" => tunnel(IP6, lookup, words, request)?,
        "seg6" => seg6(words, request)?,
        "xfrm" => xfrm(lookup, words, request)?,
        name => return Err(Error::words(format!("\"encap {name}\" is not in iplab yet"))),
    }
    request.close(nest);
    request.u16(kind_attr, kind as u16);
    Ok(())
}

fn byte(words: &mut Words<'_>, name: &str) -> Result<u8> {
    let word = words.require()?;
    let value = number(word, 0).and_then(|value| value.try_into().ok());
    value.ok_or_else(|| wrong(&format!("\"{name}\" value is invalid\n"), word))
}

fn mpls(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let labels = prefix::address(words.require()?, MPLS)?;
    request.attr(MPLS_DST, labels.bytes());
    let mut given = false;
    while words.take("ttl") {
        if std::mem::replace(&mut given, true) {
            return Err(garbage("ttl", words.require()?));
        }
        let ttl = byte(words, "ttl")?;
        request.u8(MPLS_TTL, ttl);
    }
    Ok(())
}

fn tunnel(fields: &[Field], lookup: &mut Lookup, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let (mut given, mut flags) = (Vec::new(), 0);
    while let Some(word) = words.next() {
        let field = fields.iter().find(|field| field.word.as_bytes() == word);
        let flag = FLAGS.iter().find(|(name, ..)| name.as_bytes() == word);
        let name = match (field, flag) {
            (Some(field), _) => field.word,
            (_, Some((name, ..))) => *name,
            // Some kernels fall over options of tunnels whose module is not there: they are not sent.
            _ if word.ends_with(b"_opts") => {
                return Err(Error::words(format!("\"{}\" is not in iplab yet", shown(word))));
            }
            _ => {
                words.back();
                break;
            }
        };
        let again = given.contains(&name);
        given.push(name);
        if let Some((_, _, bit)) = flag {
            if again {
                return Err(garbage(name, word));
            }
            flags |= bit;
        }
        let Some(field) = field else { continue };
        let word = words.require()?;
        if again {
            return Err(garbage(name, word));
        }
        let invalid = || wrong(&format!("\"{name}\" value is invalid\n"), word);
        match field.value {
            Value::Id => request.attr(field.attr, &number(word, 0).ok_or_else(invalid)?.to_be_bytes()),
            Value::Address(family) => request.attr(field.attr, prefix::address(word, family)?.bytes()),
            Value::Byte => {
                words.back();
                request.u8(field.attr, byte(words, name)?)
            }
            Value::Tos => {
                let tos = named::byte(&mut lookup.names, Kind::DsField, word);
                request.u8(field.attr, tos.ok_or_else(invalid)?)
            }
        };
    }
    if flags != 0 {
        request.attr(TUNNEL_FLAGS, &flags.to_be_bytes());
    }
    Ok(())
}

fn seg6(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let (mut mode, mut segments, mut hmac) = (None, None, None);
    loop {
        if words.take("mode") {
            let word = words.require()?;
            if mode.is_some() {
                return Err(garbage("mode", word));
            }
            let known = SEG6_MODES.iter().position(|name| name.as_bytes() == word);
            mode = Some(known.ok_or_else(|| wrong("\"mode\" value is invalid\n", word))?);
        } else if words.take("segs") {
            let word = words.require()?;
            if segments.is_some() {
                return Err(garbage("segs", word));
            }
            if mode.is_none() {
                return Err(wrong("\"segs\" provided before \"mode\"\n", word));
            }
            segments = Some(word);
        } else if words.take("hmac") {
            let word = words.require()?;
            if hmac.is_some() {
                return Err(garbage("hmac", word));
            }
            // A word that is no number is none to the stock tool.
            hmac = Some(number_u32(word, 0).unwrap_or(0));
        } else {
            break;
        }
    }
    let segments = segments.unwrap_or_default();
    let parse = |word: &[u8]| prefix::address(word, INET6).map(|address| address.bytes().try_into().unwrap_or([0; 16]));
    let path = segments.split(|&b| b == b',').filter(|word| !word.is_empty()).map(parse).collect::<Result<Vec<_>>>()?;
    let room = segments.split(|&b| b == b',').count();
    request.attr(SEG6_SRH, &SegmentHeader::encode(mode, &path, room, hmac.unwrap_or(0)));
    Ok(())
}

/// Reads which states and policies are meant. As with the stock tool every other word is passed over, to the end of the
/// line.
fn xfrm(lookup: &mut Lookup, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let usage = || Error::words("Usage: ip route ... encap xfrm if_id IF_ID [ link_dev LINK ]");
    let (mut id, mut link) = (None, None);
    while let Some(keyword) = words.next() {
        match keyword {
            b"if_id" => {
                let word = words.require()?;
                if id.is_some() {
                    return Err(garbage("if_id", word));
                }
                let number = number_u32(word, 0).filter(|id| *id != 0);
                id = Some(number.ok_or_else(|| wrong("\"if_id\" value is invalid\n", word))?);
            }
            b"link_dev" => {
                let word = words.require()?;
                if link.is_some() {
                    return Err(garbage("link_dev", word));
                }
                link = Some(lookup.links.index(word).ok_or_else(|| no_device(word).with_status(255))?);
            }
            b"help" => return Err(usage()),
            _ => {}
        }
    }
    let id = id.ok_or_else(usage)?;
    request.u32(encap::XFRM_IF_ID, id);
    if let Some(link) = link {
        request.u32(encap::XFRM_LINK, link);
    }
    Ok(())
}

/// Shows how packets are wrapped.
pub fn show(view: &mut View, encap: &Encap<'_>) {
    let name = encap::KINDS.get(usize::from(encap.kind)).filter(|name| !name.is_empty()).unwrap_or(&"unknown");
    view.out.str("encap", " encap ", *name, " ");
    let attrs: Table<'_, 9> = Table::new(encap.attrs);
    match *name {
        "mpls" => show_mpls(view, &attrs),
        "ip" => show_tunnel(&mut view.out, IP, &attrs),
        "ip6" => show_tunnel(&mut view.out, IP6, &attrs),
        "xfrm" => {
            if let Some(id) = attrs.u32(encap::XFRM_IF_ID) {
                view.out.num("if_id", "if_id ", id, " ");
            }
            if let Some(link) = attrs.u32(encap::XFRM_LINK) {
                view.out.str("link_dev", "link_dev ", view.links.name(link), " ");
            }
        }
        "seg6" => {
            if let Some(header) = attrs.get(SEG6_SRH).and_then(SegmentHeader::decode) {
                show_seg6(&mut view.out, &header);
            }
        }
        _ => {}
    }
}

fn show_mpls(view: &mut View, attrs: &Table<'_, 9>) {
    if let Some(labels) = attrs.get(MPLS_DST) {
        view.out.str("dst", " ", Host::Number(MPLS, labels), " ");
    }
    if let Some(ttl) = attrs.u8(MPLS_TTL) {
        view.out.num("ttl", "ttl ", ttl, " ");
    }
}

fn show_tunnel(out: &mut Out, fields: &[Field], attrs: &Table<'_, 9>) {
    for field in fields {
        let Some(payload) = attrs.get(field.attr) else { continue };
        let before = [field.word, " "].concat();
        match field.value {
            Value::Id => {
                let id = payload.first_chunk().map_or(0, |id| u64::from_be_bytes(*id));
                out.num(field.word, &before, id, " ");
            }
            Value::Address(family) => {
                let color = if family == INET { Color::Inet } else { Color::Inet6 };
                out.paint(color, |out| out.str(field.word, &before, Address(payload), " "));
            }
            Value::Byte | Value::Tos => {
                out.num(field.word, &before, payload.first().copied().unwrap_or(0), " ");
            }
        }
    }
    let flags = attrs.get(TUNNEL_FLAGS).and_then(|flags| flags.first_chunk()).map_or(0, |f| u16::from_be_bytes(*f));
    for (key, text, _) in FLAGS.iter().filter(|(_, _, bit)| flags & bit != 0) {
        out.bool(key, true, text);
    }
}

fn show_seg6(out: &mut Out, header: &SegmentHeader<'_>) {
    let mode = usize::try_from(header.mode).ok().and_then(|mode| SEG6_MODES.get(mode));
    out.str("mode", "mode ", *mode.unwrap_or(&"<unknown>"), " ");
    out.text(format_args!("segs {} [ ", u32::from(header.last) + 1));
    out.open_array("segs", "");
    for segment in header.path() {
        out.paint(Color::Inet6, |out| out.element("", Address(segment), " "));
    }
    out.close_array("] ");
    if let Some(key) = header.hmac() {
        match out.is_json() {
            true => out.str("hmac", "", Prefixed(key.into()), ""),
            false => out.text(format_args!("hmac {key:X} ")),
        }
    }
}
