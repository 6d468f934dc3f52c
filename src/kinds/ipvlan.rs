//! `ipvlan`: devices on another device that share its link-layer address and are told apart by IP address.

use super::{Draft, Kind};
use crate::error::Result;
use crate::row;
use crate::rows::{Names, Row, Shown, Value};
use crate::rtnl::uapi;

const FLAGS: u16 = uapi::IFLA_IPVLAN_FLAGS as u16;

/// `IPVLAN_F_PRIVATE` and `IPVLAN_F_VEPA`; neither is bridge.
const PRIVATE: u16 = 1;
const VEPA: u16 = 2;

/// `IPVLAN_MODE_*`.
static MODES: Names = Names { other: "unknown", ..Names::new(2, &[(0, "l2"), (1, "l3"), (2, "l3s")]) };

const ROWS: &[Row] = &[
    row!(IFLA_IPVLAN_MODE, "mode", Value::Name(&MODES), "l3|l3s|l2", "the layer on which packets are told apart")
        .label(" mode")
        .says("Error: argument of \"mode\" must be either \"l2\", \"l3\" or \"l3s\"", 1),
    row!(IFLA_IPVLAN_FLAGS, "private", relation::<PRIVATE>(), "", "the devices do not reach each other"),
    row!(IFLA_IPVLAN_FLAGS, "vepa", relation::<VEPA>(), "", "they reach each other by way of the switch outside")
        .shown(Shown::Never),
    row!(IFLA_IPVLAN_FLAGS, "bridge", relation::<0>(), "", "they reach each other").shown(Shown::Never),
];

pub(super) const KIND: Kind = Kind {
    unknown: "unknown option \"{}\"?",
    finish,
    ..Kind::new("ipvlan", "another device's link-layer address, an IP address of its own", ROWS)
};

/// One of three words, once.
const fn relation<const FLAG: u16>() -> Value {
    Value::Odd {
        parse: |_, _, words, request| {
            if request.payload(FLAGS).is_some() {
                return Err(KIND.unknown(words.current()));
            }
            request.word(words.place() - 1).put(FLAGS, &FLAG.to_ne_bytes());
            Ok(())
        },
        show: |_, out, payload| {
            let flags = payload.first_chunk().map_or(0, |flags| u16::from_ne_bytes(*flags));
            match flags {
                _ if flags & PRIVATE != 0 => out.bool("private", true, "private "),
                _ if flags & VEPA != 0 => out.bool("vepa", true, "vepa "),
                _ => out.bool("bridge", true, "bridge "),
            }
        },
    }
}

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    draft.default(FLAGS, &[0; 2]);
    Ok(())
}
