//! `multiport` (`struct xt_multiport_v1` in `linux/netfilter/xt_multiport.h`).

use super::{Kind, Row, Shape};

/// Where the inversion is.
const INVERT: usize = 47;

const fn row(name: &'static str, short: &'static str, side: u8, help: &'static str) -> Row {
    Row::new(name, 0, Shape::PortList(side), "PORT[,PORT:PORT,…]", help).short(short).invert(INVERT, 1, 1).group(1)
}

pub(super) static MULTIPORT: Kind = Kind {
    revision: 1,
    needs: Some((&[], "multiport expection an option")),
    heading: " multiport ",
    ..Kind::new(
        "multiport",
        48,
        &[
            row("source-ports", "sports", 0, "from one of these ports, at most 15"),
            row("destination-ports", "dports", 1, "to one of these ports"),
            row("ports", "", 2, "from or to one of these ports"),
        ],
        "lists of ports",
    )
};
