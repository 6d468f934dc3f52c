//! Words to attributes, by their rows.

use super::{Row, Value, Wrong, each};
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::rtnl::ether_type;
use crate::sys::{ip_protocol, names};
use crate::view::View;
use crate::words::{Words, garbage, matches, number, number_i32, shown, wrong};
use crate::words::{lladdr, prefix};

/// Reads the argument of the row that the word taken last stands for, if there is one, and writes its attribute.
///
/// `first` are keywords that win over the order of the rows when a word abbreviates several. `once` are the attributes
/// that have been there already, where a second one is refused.
pub fn parse(
    rows: &'static [Row],
    first: &[&str],
    once: Option<&mut Vec<u16>>,
    view: &mut View,
    words: &mut Words<'_>,
    request: &mut Request,
) -> Result<bool> {
    let word = words.current();
    let early = first.iter().find(|name| matches(word, name));
    let stands = |row: &&Row| match early {
        Some(name) => row.stands(name.as_bytes(), true).is_some(),
        None => row.stands(word, false).is_some(),
    };
    let Some(row) = each(rows).find(stands) else { return Ok(false) };
    if let Some(seen) = once {
        check_once(row, seen, *words)?;
    }
    parse_row(row, view, words, request).map(|()| true)
}

/// Refuses a second value of an attribute.
fn check_once(row: &Row, seen: &mut Vec<u16>, mut words: Words<'_>) -> Result<()> {
    let typed = words.current();
    let takes = row.takes_argument();
    let word = if takes { words.require()? } else { typed };
    if seen.contains(&row.attr) {
        return Err(garbage(if takes { row.word.into() } else { shown(typed) }.as_ref(), word));
    }
    seen.push(row.attr);
    Ok(())
}

/// Reads the argument of `row`, whose keyword has been taken, and writes its attribute.
pub fn parse_row(row: &Row, view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let on = row.stands(words.current(), false) != Some(false);
    let place = words.place().saturating_sub(1);
    match row.value {
        Value::Flag if !on => return Ok(()),
        Value::Flag => request.word(place).put(row.attr, &[]),
        Value::Fixed(value) => request.word(place).put(row.attr, &value.to_ne_bytes()),
        Value::Mark(value) => request.word(place).put(row.attr, &[value]),
        Value::Switch => request.word(place).put(row.attr, &[u8::from(on)]),
        Value::Bits(bytes, bits) => set_bits(request.word(place), row.attr, bytes, bits, on),
        Value::Odd { parse, .. } => return parse(row, view, words, request),
        _ => {
            let word = words.require()?;
            request.word(words.place() - 1);
            return parse_value(row, word, view, request);
        }
    };
    Ok(())
}

/// Reads `word`, the argument of `row`, and writes its attribute.
fn parse_value(row: &Row, word: &[u8], view: &mut View, request: &mut Request) -> Result<()> {
    let invalid = || row.refuse(word);
    let limited = |bits: u32| number(word, 0).filter(|&value| bits == 64 || value >> bits == 0).ok_or_else(invalid);
    let up_to = |most: u32| Ok(limited(32)? as u32).and_then(|n| if n > most { Err(invalid()) } else { Ok(n) });
    let zero_or = |zero: &str, bits| if word == zero.as_bytes() { Ok(0) } else { limited(bits) };
    match row.value {
        Value::U8 => request.put(row.attr, &[limited(8)? as u8]),
        Value::U16 | Value::Hex16 => request.put(row.attr, &(limited(16)? as u16).to_ne_bytes()),
        Value::U32 | Value::Hex32 => request.put(row.attr, &(limited(32)? as u32).to_ne_bytes()),
        Value::U64 => request.put(row.attr, &limited(64)?.to_ne_bytes()),
        Value::I32 => request.put(row.attr, &number_i32(word, 0).ok_or_else(invalid)?.to_ne_bytes()),
        Value::Be16 => request.put(row.attr, &(limited(16)? as u16).to_be_bytes()),
        Value::Port => match limited(16)? as u16 {
            0 => return Err(invalid()),
            port => request.put(row.attr, &port.to_be_bytes()),
        },
        Value::Protocol => {
            let numbered = || limited(8).ok().map(|protocol| protocol as u8).filter(|protocol| *protocol != 0);
            request.put(row.attr, &[ip_protocol(word).or_else(numbered).ok_or_else(invalid)?])
        }
        Value::UpTo(most) => request.put(row.attr, &up_to(most)?.to_ne_bytes()),
        Value::BeHex32(most) => request.put(row.attr, &up_to(most)?.to_be_bytes()),
        Value::BeDigits(bytes) => {
            let digits = number(word, 16).filter(|value| bytes == 8 || value >> (8 * bytes) == 0);
            request.put(row.attr, &digits.ok_or_else(invalid)?.to_be_bytes()[8 - bytes..])
        }
        Value::U8Or(zero) => request.put(row.attr, &[zero_or(zero, 8)? as u8]),
        Value::U32Or(zero) => request.put(row.attr, &(zero_or(zero, 32)? as u32).to_ne_bytes()),
        Value::Be16Or(zero) => request.put(row.attr, &(zero_or(zero, 16)? as u16).to_be_bytes()),
        Value::OnOff => request.put(row.attr, &[u8::from(on_off(row.word, word)?)]),
        Value::Bit(bit) => {
            let on = limited(8)? != 0;
            set_bit(request, row.attr, bit, on)
        }
        Value::Name(names) => {
            let value = names.number(word).ok_or_else(invalid)?;
            match names.bytes {
                1 => request.put(row.attr, &[value as u8]),
                2 => request.put(row.attr, &(value as u16).to_ne_bytes()),
                4 => request.put(row.attr, &(value as u32).to_ne_bytes()),
                _ => request.put(row.attr, &value.to_ne_bytes()),
            }
        }
        Value::Address(family) => {
            let address = prefix::address(word, family as u8)?;
            if is_unset(row, address.bytes()) {
                request.remove(row.attr);
            } else {
                request.put(row.attr, address.bytes());
            }
            return Ok(());
        }
        Value::DsField if word == b"inherit" => request.put(row.attr, &[1]),
        Value::DsField => {
            let named = view.names.number(names::Kind::DsField, word).map(u64::from);
            let value = named.or_else(|| number(word, 16)).filter(|value| *value <= 255).ok_or_else(invalid)?;
            request.put(row.attr, &[value as u8])
        }
        Value::RouteTable => {
            let named = view.names.number(names::Kind::Table, word);
            let value = named.or_else(|| number(word, 0)?.try_into().ok()).ok_or_else(invalid)?;
            request.put(row.attr, &value.to_ne_bytes())
        }
        Value::EtherType => {
            let value = ether_type::number(word).or_else(|| number(word, 0)?.try_into().ok()).ok_or_else(invalid)?;
            request.put(row.attr, &value.to_be_bytes())
        }
        Value::Hardware => request.put(row.attr, &lladdr::parse(word)?),
        Value::Device => {
            let index = view.links.index(word).ok_or_else(invalid)?;
            request.put(row.attr, &index.to_ne_bytes())
        }
        Value::Text => request.string(row.attr, word),
        // Rows of these types take no word, or cannot be set; the test over all tables sees to it.
        Value::Numeric(_)
        | Value::BridgeId
        | Value::Ticks
        | Value::Bytes
        | Value::Flag
        | Value::Fixed(_)
        | Value::Mark(_)
        | Value::Switch
        | Value::Bits(..)
        | Value::Nest(_)
        | Value::Group(_)
        | Value::Odd { .. } => return Err(invalid()),
    };
    Ok(())
}

impl Row {
    /// What is said of `word`, which is no value of this row.
    pub fn refuse(&self, word: &[u8]) -> Error {
        match self.wrong {
            Wrong::Argument(why) => wrong(&why.replace("{}", self.word), word),
            Wrong::Says(text, status) => Error::words(text.replace("{}", &shown(word))).with_status(status),
        }
    }
}

/// Whether `payload` is an address that stands for none, which is not sent.
pub fn is_unset(row: &Row, payload: &[u8]) -> bool {
    matches!(row.value, Value::Address(_)) && payload.iter().all(|&b| b == 0)
}

/// `on` or `off`, or the beginning of one, as keywords of link kinds take it: else status 1 at once.
pub fn on_off(keyword: &str, word: &[u8]) -> Result<bool> {
    one_of(keyword, word, &["off", "on"]).map(|at| at == 1)
}

/// Which of `list` begins with `word`: else status 1 at once.
pub fn one_of(keyword: &str, word: &[u8], list: &[&str]) -> Result<usize> {
    list.iter().position(|name| matches(word, name)).ok_or_else(|| {
        let list: String = list.iter().map(|name| format!("\"{name}\", ")).collect();
        let text = format!("Error: argument of \"{keyword}\" must be one of {list}not \"{}\"", shown(word));
        Error::words(text).with_status(1)
    })
}

/// Sets or clears `bits` in attribute `attr`, a number of `bytes` bytes in host order, made if there is none yet.
pub fn set_bits(request: &mut Request, attr: u16, bytes: usize, bits: u32, on: bool) -> &mut Request {
    let old = request.payload(attr).map_or(0, |payload| super::show::host(payload) as u32);
    let new = if on { old | bits } else { old & !bits };
    match bytes {
        2 => request.put(attr, &(new as u16).to_ne_bytes()),
        _ => request.put(attr, &new.to_ne_bytes()),
    }
}

/// Sets or clears bit `bit` in an attribute of `values, mask`, made if it is not there yet.
pub fn set_bit(request: &mut Request, attr: u16, bit: u32, on: bool) -> &mut Request {
    if !request.patch_last(attr, |payload| merge(payload, bit, on)) {
        let mut payload = [0; 8];
        merge(&mut payload, bit, on);
        request.attr(attr, &payload);
    }
    request
}

fn merge(payload: &mut [u8], bit: u32, on: bool) {
    for (half, set) in payload.chunks_exact_mut(4).zip([on, true]) {
        let old = u32::from_ne_bytes([half[0], half[1], half[2], half[3]]) & !(1 << bit);
        half.copy_from_slice(&(old | u32::from(set) << bit).to_ne_bytes());
    }
}
