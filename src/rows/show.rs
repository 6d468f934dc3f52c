//! Attributes to text and JSON, by their rows.

use super::{Row, Shown, Value};
use crate::commands::host::Host;
use crate::netlink::Table;
use crate::output::{Address, Hardware, Hex, Joined, Out, Prefixed};
use crate::rtnl::ether_type;
use crate::view::View;
use crate::words::prefix::family_bits;

/// What is shown of an attribute that is not there.
const ABSENT: &[u8] = &[0; 16];

/// Shows every attribute of `table` that has a row, in the order of the rows.
pub fn show<const N: usize>(view: &mut View, rows: &[Row], table: &Table<'_, N>) {
    for row in rows {
        let payload = match table.get(row.attr) {
            Some(payload) if short(row, payload) => continue,
            None if row.shown == Shown::Even => ABSENT,
            None => continue,
            Some(payload) => payload,
        };
        let held = row.when.is_none_or(|when| when.holds(table.get(when.attr)));
        if !held || skipped(view, row, payload) {
            continue;
        }
        match row.value {
            Value::Nest(rows) => inside(view, row, |view| show(view, rows, &Table::<N>::new(payload))),
            Value::Group(rows) => inside(view, row, |view| show(view, rows, table)),
            _ => one(view, row, payload),
        }
    }
}

/// Shows what stands in a nest or group, in JSON as an object if it has a key.
fn inside(view: &mut View, row: &Row, fill: impl FnOnce(&mut View)) {
    label(&mut view.out, row);
    if row.key.is_empty() {
        return fill(view);
    }
    view.out.open_object(row.key);
    fill(view);
    view.out.close_object();
}

fn skipped(view: &View, row: &Row, payload: &[u8]) -> bool {
    match row.shown {
        Shown::Always | Shown::Even | Shown::OffInText => false,
        Shown::NonZeroInText if view.out.is_json() => false,
        Shown::NonZero | Shown::NonZeroInText => match row.value {
            Value::Bits(_, bits) => host(payload) & u64::from(bits) == 0,
            Value::Bit(bit) => host(&payload[..4]) >> bit & 1 == 0,
            _ => payload.iter().all(|&b| b == 0),
        },
        Shown::TextOnly => view.out.is_json(),
        Shown::Never => true,
    }
}

/// Whether `table` has an attribute that one of `rows` shows.
pub fn has<const N: usize>(rows: &[Row], table: &Table<'_, N>) -> bool {
    rows.iter().any(|row| table.has(row.attr))
}

/// Shows the attribute of `row`.
pub fn show_one(view: &mut View, row: &Row, payload: &[u8]) {
    if !short(row, payload) && !skipped(view, row, payload) {
        one(view, row, payload);
    }
}

fn one(view: &mut View, row: &Row, payload: &[u8]) {
    let out = &mut view.out;
    match row.value {
        Value::U8 | Value::U16 | Value::U32 | Value::U64 | Value::UpTo(_) | Value::RouteTable | Value::Protocol => {
            num(out, row, host(payload));
        }
        Value::I32 => num(out, row, host(payload) as u32 as i32),
        Value::Be16 | Value::Port => num(out, row, u16::from_be_bytes([payload[0], payload[1]])),
        Value::BeDigits(bytes) if out.is_json() => str(out, row, Prefixed(network(&payload[..bytes]))),
        Value::BeDigits(bytes) => str(out, row, Hex(network(&payload[..bytes]), 2 * bytes)),
        Value::Hex16 => str(out, row, Prefixed(host(&payload[..2]))),
        Value::Hex32 => str(out, row, Prefixed(host(&payload[..4]))),
        Value::BeHex32(_) => str(out, row, Prefixed(u32::from_be(host(&payload[..4]) as u32).into())),
        Value::U8Or(zero) => or_zero(out, row, host(&payload[..1]), zero),
        Value::U32Or(zero) => or_zero(out, row, host(&payload[..4]), zero),
        Value::Be16Or(zero) => or_zero(out, row, u16::from_be_bytes([payload[0], payload[1]]).into(), zero),
        Value::OnOff => {
            label(out, row);
            out.on_off(row.key, "", payload[0] != 0, "");
            behind(out, row);
        }
        Value::Mark(value) if payload[0] == value => {
            label(out, row);
            out.mark_set(row.key, "");
            behind(out, row);
        }
        Value::Mark(_) => {}
        Value::Flag => switch(out, row, payload.is_empty() || host(payload) != 0),
        Value::Switch => switch(out, row, payload[0] != 0),
        Value::Bits(_, bits) => switch(out, row, host(payload) & u64::from(bits) != 0),
        Value::Name(names) => match names.name(host(&payload[..names.bytes])) {
            "" => {}
            name => str(out, row, name),
        },
        Value::Numeric(_) => str(out, row, Address(payload)),
        Value::Address(_) if payload.iter().all(|&b| b == 0) => str(out, row, "any"),
        Value::Address(family) => {
            let host = Host::new(&view.options, &mut view.hosts, family as u8, payload);
            str(out, row, host);
        }
        Value::DsField if payload[0] == 1 && !out.is_json() => str(out, row, "inherit"),
        Value::DsField => str(out, row, Prefixed(payload[0].into())),
        Value::Bit(bit) => {
            if host(&payload[4..8]) & (1 << bit) != 0 {
                num(out, row, host(&payload[..4]) >> bit & 1);
            }
        }
        Value::EtherType => {
            let number = u16::from_be_bytes([payload[0], payload[1]]);
            match ether_type::name(number).filter(|_| !view.options.numeric) {
                Some(name) => str(out, row, name),
                None => str(out, row, format_args!("[{number}]")),
            }
        }
        Value::BridgeId => str(out, row, BridgeId(payload)),
        Value::Hardware => str(out, row, Hardware(payload)),
        Value::Device => {
            label(out, row);
            out.str(row.key, "", view.links.name(host(payload) as u32), "");
            behind(out, row);
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
        Value::Bytes => str(out, row, Joined(payload)),
        Value::Odd { show, .. } => show(row, out, payload),
        Value::Fixed(_) | Value::Nest(_) | Value::Group(_) => {}
    }
}

/// Whether `payload` is too short for the row's type: nothing is shown of it.
fn short(row: &Row, payload: &[u8]) -> bool {
    let need = match row.value {
        Value::U8 | Value::U8Or(_) | Value::OnOff | Value::Switch | Value::DsField | Value::Text => 1,
        Value::Protocol | Value::Mark(_) => 1,
        Value::U16 | Value::Be16 | Value::Port | Value::Be16Or(_) | Value::Hex16 | Value::EtherType => 2,
        Value::U32 | Value::I32 | Value::Device | Value::UpTo(_) | Value::RouteTable => 4,
        Value::Hex32 | Value::BeHex32(_) | Value::U32Or(_) => 4,
        Value::Bits(bytes, _) | Value::BeDigits(bytes) => bytes,
        Value::Name(names) => names.bytes,
        Value::Address(family) | Value::Numeric(family) => usize::from(family_bits(family as u8) / 8),
        Value::U64 | Value::Ticks | Value::Bit(_) | Value::BridgeId => 8,
        _ => 0,
    };
    payload.len() < need
}

fn label(out: &mut Out, row: &Row) {
    match row.frame {
        Some((before, _)) => lines(out, before),
        None if row.label.is_empty() => {}
        None => {
            out.text(row.label);
            out.text(" ");
        }
    }
}

/// What stands behind a value.
fn behind(out: &mut Out, row: &Row) {
    match row.frame {
        Some((_, behind)) => lines(out, behind),
        None => out.text(" "),
    }
}

/// Text in which `\` breaks the line.
fn lines(out: &mut Out, text: &str) {
    for (i, part) in text.split('\\').enumerate() {
        if i > 0 {
            out.line();
        }
        out.text(part);
    }
}

/// A number, in text the word that stands for 0.
fn or_zero(out: &mut Out, row: &Row, value: u64, zero: &str) {
    match value {
        0 if !out.is_json() => str(out, row, zero),
        _ => num(out, row, value),
    }
}

/// Whether it is on: the label, behind `no` if it is off.
fn switch(out: &mut Out, row: &Row, on: bool) {
    if !on || row.shown != Shown::OffInText {
        out.text(if on { "" } else { "no" });
        label(out, row);
    }
    if out.is_json() {
        out.bool(row.key, on, "");
    }
}

fn num(out: &mut Out, row: &Row, value: impl crate::output::Show) {
    label(out, row);
    out.num(row.key, "", value, "");
    behind(out, row);
}

fn str(out: &mut Out, row: &Row, value: impl crate::output::Show) {
    label(out, row);
    out.str(row.key, "", value, "");
    behind(out, row);
}

/// A number of one, two, four or eight bytes in host order; 0 where there are others.
pub fn host(payload: &[u8]) -> u64 {
    match *payload {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_ne_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_ne_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_ne_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    }
}

/// The same in network order, of at most eight bytes.
fn network(payload: &[u8]) -> u64 {
    payload.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
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
