//! `can`: a controller of a CAN bus. Its devices are hardware, which is set up and not made.

mod show;

use super::{Draft, Kind};
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::row;
use crate::rows::{Row, Shown, Value, never_shown};
use crate::rtnl::bridge::NESTED;
use crate::rtnl::uapi;
use crate::view::View;
use crate::words::{Words, number_u32, shown};

/// Bits of `can_ctrlmode` (`CAN_CTRLMODE_*` in `linux/can/netlink.h`).
const TDC_AUTO: u32 = 0x200;
const TDC_MANUAL: u32 = 0x400;

/// Where the fields of a `struct can_bittiming` stand, numbers of 32 bits.
const BITRATE: usize = 0;
const SAMPLE_POINT: usize = 1;
const QUANTUM: usize = 2;
const PROP_SEG: usize = 3;
const PHASE_SEG1: usize = 4;
const PHASE_SEG2: usize = 5;
const SJW: usize = 6;
const PRESCALER: usize = 7;
/// How many there are.
const FIELDS: usize = 8;

/// `IFLA_CAN_TDC_*`.
const TDCV: u16 = 7;
const TDCO: u16 = 8;
const TDCF: u16 = 9;

const ROWS: &[Row] = &[
    set(row!(IFLA_CAN_BITTIMING, "bitrate", field::<BITRATE>(), "BITS", "bits in a second")),
    set(row!(IFLA_CAN_BITTIMING, "sample-point", SAMPLE, "POINT", "where in a bit it is read, 0.000 to 0.999")),
    set(row!(IFLA_CAN_BITTIMING, "tq", field::<QUANTUM>(), "NS", "the time quantum, in place of the bit rate")),
    set(row!(IFLA_CAN_BITTIMING, "prop-seg", field::<PROP_SEG>(), "TQ", "the propagation segment")),
    set(row!(IFLA_CAN_BITTIMING, "phase-seg1", field::<PHASE_SEG1>(), "TQ", "the first phase segment")),
    set(row!(IFLA_CAN_BITTIMING, "phase-seg2", field::<PHASE_SEG2>(), "TQ", "the second phase segment")),
    set(row!(IFLA_CAN_BITTIMING, "sjw", field::<SJW>(), "TQ", "how far it may jump to synchronise")),
    set(row!(
        IFLA_CAN_DATA_BITTIMING,
        "dbitrate",
        field::<BITRATE>(),
        "BITS",
        "bits in a second, of the data in CAN FD"
    )),
    set(row!(
        IFLA_CAN_DATA_BITTIMING,
        "dsample-point",
        SAMPLE,
        "POINT",
        "where in such a bit it is read, 0.000 to 0.999"
    )),
    set(row!(IFLA_CAN_DATA_BITTIMING, "dtq", field::<QUANTUM>(), "NS", "their time quantum, in place of the bit rate")),
    set(row!(IFLA_CAN_DATA_BITTIMING, "dprop-seg", field::<PROP_SEG>(), "TQ", "their propagation segment")),
    set(row!(IFLA_CAN_DATA_BITTIMING, "dphase-seg1", field::<PHASE_SEG1>(), "TQ", "their first phase segment")),
    set(row!(IFLA_CAN_DATA_BITTIMING, "dphase-seg2", field::<PHASE_SEG2>(), "TQ", "their second phase segment")),
    set(row!(IFLA_CAN_DATA_BITTIMING, "dsjw", field::<SJW>(), "TQ", "how far they may jump to synchronise")),
    set(row!(IFLA_CAN_TDC, "tdcv", compensation::<TDCV>(), "MTQ", "the measured delay of the transmitter")),
    set(row!(IFLA_CAN_TDC, "tdco", compensation::<TDCO>(), "MTQ", "what is added to it")),
    set(row!(IFLA_CAN_TDC, "tdcf", compensation::<TDCF>(), "MTQ", "the least delay that is compensated")),
    set(row!(IFLA_CAN_CTRLMODE, "loopback", switch::<0x1>(), "on|off", "receive what it sends itself")),
    set(row!(IFLA_CAN_CTRLMODE, "listen-only", switch::<0x2>(), "on|off", "never send, not even an acknowledgement")),
    set(row!(IFLA_CAN_CTRLMODE, "triple-sampling", switch::<0x4>(), "on|off", "read each bit three times")),
    set(row!(IFLA_CAN_CTRLMODE, "one-shot", switch::<0x8>(), "on|off", "never send again")),
    set(row!(IFLA_CAN_CTRLMODE, "berr-reporting", switch::<0x10>(), "on|off", "report errors on the bus")),
    set(row!(IFLA_CAN_CTRLMODE, "fd", switch::<0x20>(), "on|off", "CAN FD")),
    set(row!(IFLA_CAN_CTRLMODE, "fd-non-iso", switch::<0x80>(), "on|off", "CAN FD as it was before ISO 11898-1")),
    set(row!(IFLA_CAN_CTRLMODE, "presume-ack", switch::<0x40>(), "on|off", "do without acknowledgements")),
    set(row!(
        IFLA_CAN_CTRLMODE,
        "cc-len8-dlc",
        switch::<0x100>(),
        "on|off",
        "keep the raw length code of frames of 8 bytes"
    )),
    set(row!(IFLA_CAN_CTRLMODE, "tdc-mode", DELAY_MODE, "auto|manual|off", "compensate the delay of the transmitter")),
    set(row!(IFLA_CAN_RESTART, "restart", Value::Fixed(1), "", "return to the bus now")),
    set(row!(IFLA_CAN_RESTART_MS, "restart-ms", Value::U32, "MS", "return to the bus after this time, in ms")),
    set(row!(IFLA_CAN_TERMINATION, "termination", Value::U16, "OHM", "the resistor at the end of the bus")),
];

pub(super) const KIND: Kind = Kind {
    unknown: "unknown option \"{}\"",
    finish,
    show: Some(show::show),
    show_counted: Some(show::counted),
    ..Kind::new("can", "a controller of a CAN bus", ROWS)
};

/// What is set in single words is shown as a whole ([`show`]).
const fn set(row: Row) -> Row {
    row.wrong("invalid \"{}\" value\n").shown(Shown::Never)
}

/// What is made of several words stands behind the rest; bit timing only where it has a bit rate or a time quantum.
fn finish(draft: &mut Draft<'_>) -> Result<()> {
    let [timing, data_timing] = [uapi::IFLA_CAN_BITTIMING, uapi::IFLA_CAN_DATA_BITTIMING];
    for attr in [timing, data_timing, uapi::IFLA_CAN_CTRLMODE, uapi::IFLA_CAN_TDC | NESTED] {
        let Some(payload) = draft.request.payload(attr).map(<[u8]>::to_vec) else { continue };
        draft.request.remove(attr);
        let is_timing = [timing, data_timing].contains(&attr);
        if !is_timing || [BITRATE, QUANTUM].iter().any(|at| word_at(&payload, *at) != [0; 4]) {
            draft.request.put(attr, &payload);
        }
    }
    Ok(())
}

/// Number `at` of 32 bits.
fn word_at(payload: &[u8], at: usize) -> [u8; 4] {
    payload.as_chunks().0.get(at).copied().unwrap_or_default()
}

/// Sets number `at` of 32 bits in attribute `attr`, which has `count` of them.
fn put_word(request: &mut Request, attr: u16, count: usize, at: usize, value: u32) {
    let mut payload = request.payload(attr).map_or_else(|| vec![0; 4 * count], <[u8]>::to_vec);
    payload[4 * at..4 * (at + 1)].copy_from_slice(&value.to_ne_bytes());
    request.put(attr, &payload);
}

const fn field<const AT: usize>() -> Value {
    fn parse<const AT: usize>(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
        let word = words.require()?;
        let value = number_u32(word, 0).ok_or_else(|| row.refuse(word))?;
        put_word(request, row.attr, FIELDS, AT, value);
        Ok(())
    }
    Value::Odd { parse: parse::<AT>, show: never_shown }
}

/// A part of one, sent in thousandths.
const SAMPLE: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        let text = std::str::from_utf8(word).ok().map(str::trim_ascii_start);
        let point = text.and_then(|text| text.parse::<f32>().ok()).ok_or_else(|| row.refuse(word))?;
        put_word(request, row.attr, FIELDS, SAMPLE_POINT, (point * 1000.0) as u32);
        Ok(())
    },
    show: never_shown,
};

const fn compensation<const KIND: u16>() -> Value {
    fn parse<const KIND: u16>(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
        let word = words.require()?;
        let value = number_u32(word, 0).ok_or_else(|| row.refuse(word))?;
        let attr = row.attr | NESTED;
        let mut nest = request.payload(attr).map(<[u8]>::to_vec).unwrap_or_default();
        nest.extend(8u16.to_ne_bytes());
        nest.extend(KIND.to_ne_bytes());
        nest.extend(value.to_ne_bytes());
        request.put(attr, &nest);
        Ok(())
    }
    Value::Odd { parse: parse::<KIND>, show: never_shown }
}

const fn switch<const BITS: u32>() -> Value {
    fn parse<const BITS: u32>(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
        let on = match words.require()? {
            b"on" => true,
            b"off" => false,
            word => return Err(not_one_of(row, "\"on\" or \"off\"", word)),
        };
        set_mode(request, row.attr, BITS, if on { BITS } else { 0 });
        Ok(())
    }
    Value::Odd { parse: parse::<BITS>, show: never_shown }
}

const DELAY_MODE: Value = Value::Odd { parse: delay_mode, show: never_shown };

fn delay_mode(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let (mask, flags) = match words.require()? {
        b"auto" => (TDC_AUTO, TDC_AUTO),
        b"manual" => (TDC_MANUAL, TDC_MANUAL),
        b"off" => (TDC_AUTO | TDC_MANUAL, 0),
        word => return Err(not_one_of(row, "\"auto\", \"manual\" or \"off\"", word)),
    };
    set_mode(request, row.attr, mask, flags);
    Ok(())
}

fn not_one_of(row: &Row, list: &str, word: &[u8]) -> Error {
    Error::words(format!("Error: argument of \"{}\" must be {list}, not \"{}\"", row.word, shown(word)))
}

/// Adds to a `struct can_ctrlmode { __u32 mask, flags; }`. A flag that is on once stays on.
fn set_mode(request: &mut Request, attr: u16, mask: u32, flags: u32) {
    for (at, bits) in [mask, flags].into_iter().enumerate() {
        let old = request.payload(attr).map_or(0, |payload| u32::from_ne_bytes(word_at(payload, at)));
        put_word(request, attr, 2, at, old | bits);
    }
}
