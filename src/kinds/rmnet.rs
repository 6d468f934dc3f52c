//! `rmnet`: a channel of a modem's, by the number that stands before its packets (MAP).

use super::Kind;
use crate::row;
use crate::rows::{Row, Shown, Value, on_off, set_bit};

const ROWS: &[Row] = &[
    row!(IFLA_RMNET_MUX_ID, "mux_id", Value::U16, "ID", "the number of the channel, 1 to 254")
        .wrong("mux_id is invalid"),
    flag(row!(IFLA_RMNET_FLAGS, "ingress-deaggregation", bit::<0>(), "on|off", "take packets apart that came as one")),
    flag(row!(IFLA_RMNET_FLAGS, "ingress-commands", bit::<1>(), "on|off", "heed the modem's commands")),
    flag(row!(
        IFLA_RMNET_FLAGS,
        "ingress-mapv4-checksum",
        bit::<2>(),
        "on|off",
        "checksums of MAP 4 come with packets"
    )),
    flag(row!(IFLA_RMNET_FLAGS, "egress-mapv4-checksum", bit::<3>(), "on|off", "checksums of MAP 4 go with packets")),
    flag(row!(
        IFLA_RMNET_FLAGS,
        "ingress-mapv5-checksum",
        bit::<4>(),
        "on|off",
        "checksums of MAP 5 come with packets"
    )),
    flag(row!(IFLA_RMNET_FLAGS, "egress-mapv5-checksum", bit::<5>(), "on|off", "checksums of MAP 5 go with packets")),
];

pub(super) const KIND: Kind = Kind::new("rmnet", "a channel of a modem", ROWS);

/// Release 6.1 of the stock tool does not know them.
const fn flag(row: Row) -> Row {
    row.exact().shown(Shown::Never)
}

/// A bit in `struct ifla_rmnet_flags { __u32 flags, mask; }`: `RMNET_FLAGS_*`.
const fn bit<const BIT: u32>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            let on = on_off(row.word, words.require()?)?;
            set_bit(request.word(words.place() - 1), row.attr, BIT, on);
            Ok(())
        },
        show: crate::rows::never_shown,
    }
}
