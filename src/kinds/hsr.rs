//! `hsr`: two devices as one, each packet over both (IEC 62439-3).

use super::Kind;
use crate::row;
use crate::rows::{Row, Shown, Value};

const ROWS: &[Row] = &[
    row!(IFLA_HSR_SLAVE1, "slave1", Value::Device, "DEV", "one of the two").wrong("No such interface"),
    row!(IFLA_HSR_SLAVE2, "slave2", Value::Device, "DEV", "the other one").wrong("No such interface"),
    row!(IFLA_HSR_INTERLINK, "interlink", Value::Device, "INTERLINK-DEV", "the way to devices that know nothing of it")
        .exact()
        .wrong("No such interface"),
    row!(IFLA_HSR_SEQ_NR, "seq_nr", Value::U16, "", "the number of the next packet").label("sequence").read_only(),
    row!(IFLA_HSR_SUPERVISION_ADDR, "supervision_addr", Value::Hardware, "", "where supervision packets are sent")
        .label("supervision")
        .read_only(),
    row!(IFLA_HSR_MULTICAST_SPEC, "supervision", Value::U8, "BYTE", "the last byte of that address")
        .wrong("ADDR-BYTE is invalid")
        .shown(Shown::Never),
    row!(IFLA_HSR_VERSION, "version", Value::U8, "0|1", "the version of the protocol")
        .wrong("version is invalid")
        .shown(Shown::Never),
    row!(IFLA_HSR_PROTOCOL, "proto", Value::U8, "0|1", "the protocol: 0 HSR, 1 PRP").wrong("protocol is invalid"),
];

pub(super) const KIND: Kind = Kind {
    unknown: "what is \"{}\"?",
    first: &["supervision"],
    ..Kind::new("hsr", "two devices as one, each packet over both", ROWS)
};
