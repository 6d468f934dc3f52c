//! `state` and `conntrack` (`struct xt_conntrack_mtinfo3` in `linux/netfilter/xt_conntrack.h`).

use super::{Bit, Kind, Row, Shape, u16_at};

/// The kernel's name for both.
pub(super) const NAME: &str = "conntrack";

/// Where the flags are that say which fields count.
const PRESENT: usize = 146;
/// Where the inversions are, with the same bits.
const INVERT: usize = 148;
/// Where the states are.
const STATES: usize = 150;
/// `XT_CONNTRACK_STATE`.
const STATE_BIT: u16 = 1;
/// `XT_CONNTRACK_STATE_ALIAS`: written as `-m state`.
const ALIAS_BIT: u16 = 1 << 13;
/// `XT_CONNTRACK_DIRECTION`.
const DIRECTION: u32 = 1 << 12;

/// `XT_CONNTRACK_STATE_*`.
const STATE_LIST: &[(&str, u16)] = &[
    ("INVALID", 1),
    ("NEW", 1 << 3),
    ("RELATED", 1 << 2),
    ("ESTABLISHED", 1 << 1),
    ("UNTRACKED", 1 << 8),
    ("SNAT", 1 << 6),
    ("DNAT", 1 << 7),
];

/// `IPS_*` in `linux/netfilter/nf_conntrack_common.h`.
const STATUS_LIST: &[(&str, u16)] =
    &[("NONE", 0), ("EXPECTED", 1), ("SEEN_REPLY", 2), ("ASSURED", 4), ("CONFIRMED", 8)];

/// Whether the block was written as `-m state`.
pub(super) fn is_state(data: &[u8]) -> bool {
    u16_at(data, PRESENT) & ALIAS_BIT != 0
}

const fn row(name: &'static str, at: usize, shape: Shape, bit: u32, argument: &'static str, help: &'static str) -> Row {
    Row::new(name, at, shape, argument, help).invert(INVERT, 2, bit).present(PRESENT, 2, bit).label(name)
}

pub(super) static STATE: Kind = Kind {
    word: "state",
    revision: 3,
    start: &[(PRESENT, &(STATE_BIT | ALIAS_BIT).to_ne_bytes())],
    ..Kind::new(
        NAME,
        168,
        &[row(
            "state",
            STATES,
            Shape::Words {
                list: STATE_LIST.split_at(5).0,
                wrong: ("Bad state ", '"', '"'),
                empty: "\"--state\" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED",
            },
            STATE_BIT as u32,
            "STATE[,…]",
            "states of the connection: INVALID, NEW, RELATED, ESTABLISHED, UNTRACKED",
        )
        .required()],
        "the state of the connection",
    )
};

pub(super) static CONNTRACK: Kind = Kind {
    revision: 3,
    needs: Some((&[], "conntrack: At least one option is required")),
    ..Kind::new(
        NAME,
        168,
        &[
            row(
                "ctstate",
                STATES,
                Shape::Words { list: STATE_LIST, wrong: ("Bad ctstate ", '"', '"'), empty: "" },
                STATE_BIT as u32,
                "STATE[,…]",
                "states of the connection, and whether it is translated: SNAT, DNAT",
            ),
            row("ctproto", 136, Shape::Protocol, 2, "PROTO", "the protocol of the connection"),
            row("ctorigsrc", 0, Shape::Address, 4, "ADDRESS[/MASK]", "who opened it"),
            row("ctorigdst", 32, Shape::Address, 8, "ADDRESS[/MASK]", "to whom"),
            row("ctreplsrc", 64, Shape::Address, 16, "ADDRESS[/MASK]", "who answers"),
            row("ctrepldst", 96, Shape::Address, 32, "ADDRESS[/MASK]", "whom the answers go to"),
            row("ctorigsrcport", 138, Shape::PortRange(154), 1 << 8, "PORT[:PORT]", "the port of who opened it"),
            row("ctorigdstport", 140, Shape::PortRange(156), 1 << 9, "PORT[:PORT]", "the port it was opened to"),
            row("ctreplsrcport", 142, Shape::PortRange(158), 1 << 10, "PORT[:PORT]", "the port that answers"),
            row("ctrepldstport", 144, Shape::PortRange(160), 1 << 11, "PORT[:PORT]", "the port answers go to"),
            row(
                "ctstatus",
                152,
                Shape::Words { list: STATUS_LIST, wrong: ("Bad ctstatus ", '"', '"'), empty: "" },
                64,
                "STATUS[,…]",
                "NONE, EXPECTED, SEEN_REPLY, ASSURED, CONFIRMED",
            ),
            row("ctexpire", 128, Shape::Range32, 128, "TIME[:TIME]", "the time it has left, in s"),
            Row::new(
                "ctdir",
                0,
                Shape::Direction(Bit { at: INVERT, width: 2, bits: DIRECTION }),
                "ORIGINAL|REPLY",
                "the way of the packet",
            )
            .present(PRESENT, 2, DIRECTION)
            .label("ctdir"),
        ],
        "all that is known of the connection",
    )
};
