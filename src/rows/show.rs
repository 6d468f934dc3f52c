//! Attributes to text and JSON, by their rows.

use super::{Row, Shown, Value};
use crate::commands::View;
use crate::netlink::Table;
use crate::output::{Hardware, Hex, Out, Prefixed};
use crate::rtnl::ether_type;

/// Shows every attribute of `table` that has a row, in the order of the rows.
pub fn show<const N: usize>(view: &mut View, rows: &[Row], table: &Table<'_, N>) {
    for row in rows {
        if let Some(payload) = table.get(row.attr) {
            show_one(view, row, payload);
        }
    }
}

/// Whether `table` has an attribute that one of `rows` shows.
pub fn has<const N: usize>(rows: &[Row], table: &Table<'_, N>) -> bool {
    rows.iter().any(|row| table.has(row.attr))
}

/// Shows the attribute of `row`.
pub fn show_one(view: &mut View, row: &Row, payload: &[u8]) {
    let skip = match row.shown {
        Shown::Always => false,
        Shown::NonZero => payload.iter().all(|&b| b == 0),
        Shown::TextOnly => view.out.is_json(),
        Shown::Never => true,
    };
    if skip || short(row, payload) {
        return;
    }
    let out = &mut view.out;
    match row.value {
        Value::U8 | Value::U16 | Value::U32 | Value::U64 => num(out, row, host(payload)),
        Value::I32 => num(out, row, host(payload) as u32 as i32),
        Value::Be16 => num(out, row, u16::from_be_bytes([payload[0], payload[1]])),
        Value::Hex16 => str(out, row, Prefixed(host(&payload[..2]))),
        Value::OnOff => {
            label(out, row);
            out.on_off(row.key, "", payload[0] != 0, " ");
        }
        Value::Bit(bit) => {
            if host(&payload[4..8]) & (1 << bit) != 0 {
                num(out, row, host(&payload[..4]) >> bit & 1);
            }
        }
        Value::Word8(words) => match words.get(usize::from(payload[0])) {
            Some(word) => str(out, row, *word),
            None if out.is_json() => out.num(&format!("{}_index", row.key), "", payload[0], ""),
            None => str(out, row, format_args!("({})", payload[0])),
        },
        Value::EtherType => {
            let number = u16::from_be_bytes([payload[0], payload[1]]);
            match ether_type::name(number) {
                Some(name) => str(out, row, name),
                None => str(out, row, format_args!("[{number}]")),
            }
        }
        Value::BridgeId => str(out, row, BridgeId(payload)),
        Value::Hardware => str(out, row, Hardware(payload)),
        Value::Device => {
            label(out, row);
            out.str(row.key, "", view.links.name(host(payload) as u32), " ");
        }
        Value::Ticks => {
            let ticks = host(payload);
            let (seconds, hundredths) = (ticks / 100, ticks % 100);
            if out.is_json() {
                out.num(row.key, "", format_args!("{seconds}.{hundredths:02}"), "");
            } else {
                str(out, row, format_args!("{seconds:4}.{hundredths:02}"));
            }
        }
        Value::Text => str(out, row, crate::netlink::until_nul(payload)),
        Value::Bytes => {
            label(out, row);
            out.str(row.key, "", Joined(payload), " ");
        }
        Value::Odd { show, .. } => show(row, out, payload),
        Value::Flag | Value::Fixed(_) | Value::Nest(_) => {}
    }
}

/// Whether `payload` is too short for the row's type: nothing is shown of it.
fn short(row: &Row, payload: &[u8]) -> bool {
    let need = match row.value {
        Value::U8 | Value::OnOff | Value::Word8(_) | Value::Text => 1,
        Value::U16 | Value::Be16 | Value::Hex16 | Value::EtherType => 2,
        Value::U32 | Value::I32 | Value::Device => 4,
        Value::U64 | Value::Ticks | Value::Bit(_) | Value::BridgeId => 8,
        _ => 0,
    };
    payload.len() < need
}

fn label(out: &mut Out, row: &Row) {
    out.text(row.label);
    out.text(" ");
}

fn num(out: &mut Out, row: &Row, value: impl crate::output::Show) {
    label(out, row);
    out.num(row.key, "", value, " ");
}

fn str(out: &mut Out, row: &Row, value: impl crate::output::Show) {
    label(out, row);
    out.str(row.key, "", value, " ");
}

/// A number of one to eight bytes in host order.
fn host(payload: &[u8]) -> u64 {
    match *payload {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_ne_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_ne_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_ne_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    }
}

/// `struct ifla_bridge_id`, as `8000.2:0:0:0:3:0`: no digit is padded.
struct BridgeId<'a>(&'a [u8]);

impl crate::output::Show for BridgeId<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        Hex(u64::from(u16::from_be_bytes([self.0[0], self.0[1]])), 4).put(buf);
        for (i, byte) in self.0[2..8].iter().enumerate() {
            buf.push(if i == 0 { b'.' } else { b':' });
            Hex(u64::from(*byte), 1).put(buf);
        }
    }
}

struct Joined<'a>(&'a [u8]);

impl crate::output::Show for Joined<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        for byte in self.0 {
            Hex(u64::from(*byte), 2).put(buf);
        }
    }
}
