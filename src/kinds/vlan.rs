//! `vlan`: the packets of another device that carry a VLAN tag (IEEE 802.1Q).

use super::Kind;
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Request};
use crate::output::Out;
use crate::row;
use crate::rows::{Row, Shown, Value, set_bit};
use crate::rtnl::uapi;
use crate::view::View;
use crate::words::{Words, number_u32, shown, wrong};

/// `VLAN_FLAG_*` in `linux/if_vlan.h` by their bits, in the order in which they are shown.
const FLAGS: &[(u32, &str)] =
    &[(0, "REORDER_HDR"), (1, "GVRP"), (3, "MVRP"), (2, "LOOSE_BINDING"), (4, "BRIDGE_BINDING")];

const ROWS: &[Row] = &[
    row!(IFLA_VLAN_PROTOCOL, "protocol", Value::EtherType, "802.1Q|802.1ad", "the tag's protocol")
        .wrong("protocol is invalid"),
    row!(IFLA_VLAN_ID, "id", Value::U16, "VID", "the VLAN, up to 4094").wrong("id is invalid"),
    row!(IFLA_VLAN_FLAGS, "reorder_hdr", flag::<0>(), "on|off", "show packets without their tag").key("flags"),
    row!(IFLA_VLAN_FLAGS, "gvrp", flag::<1>(), "on|off", "announce the VLAN by GVRP").shown(Shown::Never),
    row!(IFLA_VLAN_FLAGS, "mvrp", flag::<3>(), "on|off", "announce the VLAN by MVRP").shown(Shown::Never),
    row!(IFLA_VLAN_FLAGS, "loose_binding", flag::<2>(), "on|off", "do not follow the state of the device below")
        .shown(Shown::Never),
    row!(
        IFLA_VLAN_FLAGS,
        "bridge_binding",
        flag::<4>(),
        "on|off",
        "follow the state of the bridge's ports in this VLAN"
    )
    .shown(Shown::Never),
    row!(IFLA_VLAN_INGRESS_QOS, "ingress-qos-map", MAP, "FROM:TO...", "the tag's priorities to those of packets")
        .key("ingress_qos"),
    row!(IFLA_VLAN_EGRESS_QOS, "egress-qos-map", MAP, "FROM:TO...", "priorities of packets to those of the tag")
        .key("egress_qos"),
];

pub(super) const KIND: Kind = Kind::new("vlan", "the packets of a device that carry a VLAN tag", ROWS);

/// A bit in `struct ifla_vlan_flags { __u32 flags, mask; }`.
const fn flag<const BIT: u32>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            let on = match words.require()? {
                b"on" => true,
                b"off" => false,
                word => {
                    let (keyword, word) = (row.word, shown(word));
                    let text = format!("Error: argument of \"{keyword}\" must be \"on\" or \"off\", not \"{word}\"");
                    return Err(Error::local(text));
                }
            };
            set_bit(request.word(words.place() - 1), row.attr, BIT, on);
            Ok(())
        },
        show: show_flags,
    }
}

fn show_flags(row: &Row, out: &mut Out, payload: &[u8]) {
    let Some(&[a, b, c, d]) = payload.first_chunk() else { return };
    out.flags(row.key, u32::from_ne_bytes([a, b, c, d]), FLAGS);
}

/// Any number of `FROM:TO`: `struct ifla_vlan_qos_mapping { __u32 from, to; }`.
const MAP: Value = Value::Odd {
    parse: map,
    show: |row, out, payload| {
        out.open_array(row.key, "");
        out.line();
        out.text("      ");
        out.text(row.label);
        out.text(" { ");
        for pair in Attrs::new(payload).filter_map(|attr| attr.payload.first_chunk::<8>()) {
            let [from, to] = [0, 4].map(|at| u32::from_ne_bytes([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]]));
            out.open_object("");
            out.num("from", "", from, ":");
            out.num("to", "", to, " ");
            out.close_object();
        }
        out.close_array("} ");
    },
};

fn map(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    if words.is_empty() {
        return words.require().map(drop);
    }
    let nest = request.open(row.attr);
    while let Some((word, colon)) = words.peek().and_then(|word| Some((word, word.iter().position(|&b| b == b':')?))) {
        let (from, to) = (&word[..colon], &word[colon + 1..]);
        let pair = number_u32(from, 0).zip(number_u32(to, 0));
        let (key, value) = pair.ok_or_else(|| wrong(&format!("invalid {}", row.word), from))?;
        let pair = [key.to_ne_bytes(), value.to_ne_bytes()].concat();
        request.word(words.place()).attr(uapi::IFLA_VLAN_QOS_MAPPING as u16, &pair);
        words.next();
    }
    request.close(nest);
    Ok(())
}
