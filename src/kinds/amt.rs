//! `amt`: multicast by way of a tunnel that builds itself (RFC 7450).

use super::Kind;
use crate::error::Error;
use crate::output::Address;
use crate::row;
use crate::rows::{Names, Row, Value, parse_row};
use crate::words::prefix;

/// `AMT_MODE_*`.
static MODES: Names = Names::new(4, &[(0, "gateway"), (1, "relay")]);

const ROWS: &[Row] = &[
    row!(IFLA_AMT_MODE, "mode", MODE, "gateway|relay", "which end of the tunnel this is").exact(),
    row!(IFLA_AMT_GATEWAY_PORT, "gateway_port", Value::Be16, "PORT", "the UDP port of the gateway").exact().wrong("{}"),
    row!(IFLA_AMT_RELAY_PORT, "relay_port", Value::Be16, "PORT", "the UDP port of the relay").exact().wrong("{}"),
    row!(IFLA_AMT_LOCAL_IP, "local", ADDRESS, "ADDRESS", "this end").exact(),
    row!(IFLA_AMT_REMOTE_IP, "remote", ADDRESS, "", "the other end").read_only(),
    row!(IFLA_AMT_DISCOVERY_IP, "discovery", ADDRESS, "ADDRESS", "where a relay is looked for").exact(),
    row!(IFLA_AMT_LINK, "dev", Value::Device, "DEV", "the device below it")
        .exact()
        .key("link")
        .says("Cannot find device \"{}\"", 255),
    row!(IFLA_AMT_MAX_TUNNELS, "max_tunnels", Value::U32, "NUMBER", "how many gateways a relay serves")
        .exact()
        .wrong("{}"),
];

pub(super) const KIND: Kind = Kind::new("amt", "multicast by way of a tunnel", ROWS);

/// Shown without its keyword.
const MODE: Value = Value::Odd {
    parse: |row, view, words, request| {
        let named = Row { value: Value::Name(&MODES), ..*row };
        parse_row(&named, view, words, request).map_err(|_| Error::local(KIND.usage()))
    },
    show: |row, out, payload| {
        let mode = payload.first_chunk().map_or(0, |mode| u32::from_ne_bytes(*mode));
        out.str(row.key, "", MODES.name(mode.into()), " ");
    },
};

const ADDRESS: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        if request.payload(row.attr).is_some() {
            return Err(crate::words::garbage(row.word, word));
        }
        let address = prefix::address(word, 0)?;
        if address.is_ip() {
            request.word(words.place() - 1).put(row.attr, address.bytes());
        }
        Ok(())
    },
    show: |row, out, payload| {
        out.text(row.label);
        out.str(row.key, " ", Address(payload.get(..4).unwrap_or(payload)), " ");
    },
};
