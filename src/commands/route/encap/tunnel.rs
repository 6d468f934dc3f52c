//! `encap ip` and `encap ip6`: what a tunnel that takes its header from each packet is told.

use super::options::{self, OPTIONS};
use super::{Attrs, INET, INET6, byte};
use crate::error::Result;
use crate::netlink::Request;
use crate::output::{Address, Color, Out};
use crate::rtnl::route::encap::{self, TUNNEL_CSUM, TUNNEL_FLAGS, TUNNEL_KEY, TUNNEL_SEQ};
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::{Words, garbage, number, wrong};
use crate::words::{named, prefix};

/// What a tunnel adds to a packet: a word, the attribute and its type. The order is that of showing.
pub struct Field {
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

/// What IPv4 adds.
pub const IP: &[Field] = &[
    field("id", encap::TUNNEL_ID, Value::Id),
    field("src", encap::TUNNEL_SRC, Value::Address(INET)),
    field("dst", encap::TUNNEL_DST, Value::Address(INET)),
    field("ttl", encap::TUNNEL_TTL, Value::Byte),
    field("tos", encap::TUNNEL_TOS, Value::Tos),
];

/// What IPv6 adds.
pub const IP6: &[Field] = &[
    field("id", encap::TUNNEL_ID, Value::Id),
    field("src", encap::TUNNEL_SRC, Value::Address(INET6)),
    field("dst", encap::TUNNEL_DST, Value::Address(INET6)),
    field("hoplimit", encap::TUNNEL_TTL, Value::Byte),
    field("tc", encap::TUNNEL_TOS, Value::Tos),
];

/// What a tunnel's header says of itself, in the order of showing.
const FLAGS: &[(&str, &str, u16)] =
    &[("key", "key ", TUNNEL_KEY), ("csum", "csum ", TUNNEL_CSUM), ("seq", "seq ", TUNNEL_SEQ)];

/// The words, for help.
pub fn words(fields: &[Field]) -> Vec<&'static str> {
    let flags = FLAGS.iter().map(|(name, ..)| *name);
    fields.iter().map(|field| field.word).chain(flags).chain(OPTIONS.iter().map(|options| options.name)).collect()
}

/// Reads what is added, to the first word that is none of it.
pub fn parse(fields: &[Field], lookup: &mut Lookup, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let (mut given, mut flags) = (Vec::new(), 0);
    while let Some(word) = words.next() {
        let field = fields.iter().find(|field| field.word.as_bytes() == word);
        let flag = FLAGS.iter().find(|(name, ..)| name.as_bytes() == word);
        let name = match (field, flag) {
            (Some(field), _) => field.word,
            (_, Some((name, ..))) => *name,
            _ => match options::by_name(word) {
                Some(_) if given.contains(&"opts") => return Err(garbage("opts", word)),
                Some(options) => {
                    given.push("opts");
                    options.parse(words, request)?;
                    continue;
                }
                None => {
                    words.back();
                    break;
                }
            },
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

/// Shows what is added.
pub fn show(out: &mut Out, fields: &[Field], attrs: &Attrs<'_>) {
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
    if let Some(payload) = attrs.get(encap::TUNNEL_OPTIONS) {
        options::show(out, payload);
    }
}
