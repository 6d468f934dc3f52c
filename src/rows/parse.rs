//! Words to attributes, by their rows.

use super::{Row, Value};
use crate::cli::lladdr;
use crate::cli::words::{Words, matches, number, number_i32, shown, wrong};
use crate::commands::View;
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::rtnl::ether_type;

/// Reads the argument of the row that the word taken last stands for, if there is one, and appends its attribute.
///
/// `first` are keywords that win over the order of the rows when a word abbreviates several.
pub fn parse(
    rows: &[Row],
    first: &[&str],
    view: &mut View,
    words: &mut Words<'_>,
    request: &mut Request,
) -> Result<bool> {
    let word = words.current();
    let early = first.iter().find(|name| matches(word, name));
    let stands = |row: &&Row| match early {
        Some(name) => row.word == *name,
        None if row.word.is_empty() => false,
        None if row.abbreviated && matches(word, row.word) => true,
        None => word == row.word.as_bytes() || row.aliases.iter().any(|alias| word == alias.as_bytes()),
    };
    match rows.iter().find(stands) {
        Some(row) => parse_row(row, view, words, request).map(|()| true),
        None => Ok(false),
    }
}

/// Reads the argument of `row`, whose keyword has been taken, and appends its attribute.
pub fn parse_row(row: &Row, view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    match row.value {
        Value::Flag => {
            request.word(words.place() - 1).attr(row.attr, &[]);
            return Ok(());
        }
        Value::Fixed(value) => {
            request.word(words.place() - 1).u32(row.attr, value);
            return Ok(());
        }
        Value::Odd { parse, .. } => return parse(row, view, words, request),
        _ => {}
    }
    let word = words.require()?;
    request.word(words.place() - 1);
    let invalid = || wrong(&row.wrong.replace("{}", row.word), word);
    let limited = |bits: u32| number(word, 0).filter(|&value| bits == 64 || value >> bits == 0).ok_or_else(invalid);
    match row.value {
        Value::U8 => request.u8(row.attr, limited(8)? as u8),
        Value::U16 | Value::Hex16 => request.u16(row.attr, limited(16)? as u16),
        Value::U32 => request.u32(row.attr, limited(32)? as u32),
        Value::U64 => request.u64(row.attr, limited(64)?),
        Value::I32 => request.u32(row.attr, number_i32(word, 0).ok_or_else(invalid)?.cast_unsigned()),
        Value::Be16 => request.attr(row.attr, &(limited(16)? as u16).to_be_bytes()),
        Value::OnOff => request.u8(row.attr, u8::from(on_off(row.word, word)?)),
        Value::Bit(bit) => {
            let on = limited(8)? != 0;
            set_bit(request, row.attr, bit, on)
        }
        Value::Word8(names) => match names.iter().position(|name| name.as_bytes() == word) {
            Some(value) => request.u8(row.attr, value as u8),
            None => request.u8(row.attr, limited(8)? as u8),
        },
        Value::EtherType => {
            let value = ether_type::number(word).or_else(|| number(word, 0)?.try_into().ok()).ok_or_else(invalid)?;
            request.attr(row.attr, &value.to_be_bytes())
        }
        Value::Hardware => request.attr(row.attr, &lladdr::parse(word)?),
        Value::Device => match view.links.index(word) {
            Some(index) => request.u32(row.attr, index),
            None => return Err(wrong("Device does not exist\n", word)),
        },
        Value::Text => request.string(row.attr, word),
        // Rows of these types cannot be set; the test over all tables sees to it.
        Value::BridgeId
        | Value::Ticks
        | Value::Bytes
        | Value::Flag
        | Value::Fixed(_)
        | Value::Nest(_)
        | Value::Odd { .. } => return Err(invalid()),
    };
    Ok(())
}

/// `on` or `off`, as keywords of link kinds take it: else status 1 at once.
pub fn on_off(keyword: &str, word: &[u8]) -> Result<bool> {
    match word {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ => {
            let text =
                format!("Error: argument of \"{keyword}\" must be one of \"off\", \"on\", not \"{}\"", shown(word));
            Err(Error::words(text).with_status(1))
        }
    }
}

/// Sets or clears bit `bit` in an attribute of `values, mask`, made if it is not there yet.
fn set_bit(request: &mut Request, attr: u16, bit: u32, on: bool) -> &mut Request {
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
