//! `addrtype` (`struct xt_addrtype_info_v1` in `linux/netfilter/xt_addrtype.h`).

use super::{Bit, Kind, Row, Shape};

/// Where the flags are.
const FLAGS: usize = 4;

/// `RTN_*` in `linux/rtnetlink.h`, each a bit.
const TYPES: &[(&str, u16)] = &[
    ("UNSPEC", 1),
    ("UNICAST", 1 << 1),
    ("LOCAL", 1 << 2),
    ("BROADCAST", 1 << 3),
    ("ANYCAST", 1 << 4),
    ("MULTICAST", 1 << 5),
    ("BLACKHOLE", 1 << 6),
    ("UNREACHABLE", 1 << 7),
    ("PROHIBIT", 1 << 8),
    ("THROW", 1 << 9),
    ("NAT", 1 << 10),
    ("XRESOLVE", 1 << 11),
];

const SHAPE: Shape = Shape::Words { list: TYPES, wrong: ("addrtype: bad type ", '`', '\''), empty: "" };

const fn flag(name: &'static str, label: &'static str, bits: u32, help: &'static str) -> Row {
    Row::new(name, FLAGS, Shape::Flag(Bit { at: FLAGS, width: 4, bits }), "", help).group(1).label(label)
}

pub(super) static ADDRTYPE: Kind = Kind {
    revision: 1,
    needs: Some((&["src-type", "dst-type"], "addrtype: you must specify --src-type or --dst-type")),
    heading: " ADDRTYPE match",
    ..Kind::new(
        "addrtype",
        8,
        &[
            Row::new("src-type", 0, SHAPE, "TYPE[,…]", "what the source is here: LOCAL, UNICAST, BROADCAST …")
                .invert(FLAGS, 4, 1)
                .label("src-type"),
            Row::new("dst-type", 2, SHAPE, "TYPE[,…]", "what the destination is here")
                .invert(FLAGS, 4, 2)
                .label("dst-type"),
            flag("limit-iface-in", "limit-in", 4, "on the device that it came in by"),
            flag("limit-iface-out", "limit-out", 8, "on the device that it goes out by"),
        ],
        "what kind of address it is to this machine",
    )
};
