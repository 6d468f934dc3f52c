//! `tcp` and `udp` (`struct xt_tcp`, `struct xt_udp` in `linux/netfilter/xt_tcpudp.h`).

use super::{Kind, Layout, Row, Shape};

/// No restriction: ports from 0 to 65535, on both sides.
const ALL: &[(usize, &[u8])] = &[(2, &[0xff, 0xff]), (6, &[0xff, 0xff])];

const TCP_PORTS: Shape = Shape::Ports { tcp: true };
const UDP_PORTS: Shape = Shape::Ports { tcp: false };
const FLAGS_TWICE: &str = "Only one of `--syn' or `--tcp-flags'  allowed";

/// Where `struct xt_tcp` has its inversions.
const TCP_INVERT: usize = 11;
/// Where `struct xt_udp` has its inversions.
const UDP_INVERT: usize = 8;

pub(super) static TCP: Kind = Kind {
    start: ALL,
    layout: Layout::Ports,
    heading: " tcp",
    ..Kind::new(
        "tcp",
        16,
        &[
            Row::new("source-port", 0, TCP_PORTS, "PORT[:PORT]", "from these ports")
                .short("sport")
                .invert(TCP_INVERT, 1, 1)
                .label("spt")
                .twice("Only one `--source-port' allowed"),
            Row::new("destination-port", 4, TCP_PORTS, "PORT[:PORT]", "to these ports")
                .short("dport")
                .invert(TCP_INVERT, 1, 2)
                .label("dpt")
                .twice("Only one `--destination-port' allowed"),
            Row::new("tcp-option", 8, Shape::TcpOption, "NUMBER", "with this TCP option")
                .invert(TCP_INVERT, 1, 8)
                .twice("Only one `--tcp-option' allowed"),
            Row::new(
                "tcp-flags",
                9,
                Shape::TcpFlags,
                "MASK SET",
                "of the flags in MASK those in SET are set, no others",
            )
            .invert(TCP_INVERT, 1, 4)
            .group(1)
            .twice(FLAGS_TWICE),
            Row::new("syn", 9, Shape::Syn, "", "the first packet of a connection")
                .invert(TCP_INVERT, 1, 4)
                .group(1)
                .twice(FLAGS_TWICE),
        ],
        "ports and flags of TCP",
    )
};

pub(super) static UDP: Kind = Kind {
    start: ALL,
    layout: Layout::Ports,
    heading: " udp",
    ..Kind::new(
        "udp",
        16,
        &[
            Row::new("source-port", 0, UDP_PORTS, "PORT[:PORT]", "from these ports")
                .short("sport")
                .invert(UDP_INVERT, 1, 1)
                .label("spt"),
            Row::new("destination-port", 4, UDP_PORTS, "PORT[:PORT]", "to these ports")
                .short("dport")
                .invert(UDP_INVERT, 1, 2)
                .label("dpt"),
        ],
        "ports of UDP",
    )
};
