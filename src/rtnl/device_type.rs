//! Device types by name: the `ARPHRD_*` of `linux/if_arp.h`.

/// Devices whose addresses are IPv4's, as `ipip` tunnels.
pub const TUNNEL: u16 = 768;
/// Devices whose addresses are IPv6's, as `ip6tnl`.
pub const TUNNEL6: u16 = 769;
/// `sit`.
pub const SIT: u16 = 776;
/// `gre`.
pub const IPGRE: u16 = 778;
/// `ip6gre`.
pub const IP6GRE: u16 = 823;
/// Ethernet.
pub const ETHER: u16 = 1;

const NAMES: &[(u16, &str)] = &[
    (1, "ether"),
    (772, "loopback"),
    (65534, "none"),
    (TUNNEL, "ipip"),
    (TUNNEL6, "tunnel6"),
    (SIT, "sit"),
    (IPGRE, "gre"),
    (IP6GRE, "gre6"),
    (512, "ppp"),
    (824, "netlink"),
    (280, "can"),
    (0, "netrom"),
    (2, "eether"),
    (3, "ax25"),
    (4, "pronet"),
    (5, "chaos"),
    (6, "ieee802"),
    (7, "arcnet"),
    (8, "atalk"),
    (15, "dlci"),
    (19, "atm"),
    (23, "metricom"),
    (24, "ieee1394"),
    (32, "infiniband"),
    (256, "slip"),
    (257, "cslip"),
    (258, "slip6"),
    (259, "cslip6"),
    (260, "rsrvd"),
    (264, "adapt"),
    (270, "rose"),
    (271, "x25"),
    (272, "hwx25"),
    (513, "hdlc"),
    (516, "lapb"),
    (517, "ddcmp"),
    (518, "rawhdlc"),
    (770, "frad"),
    (771, "skip"),
    (773, "ltalk"),
    (774, "fddi"),
    (775, "bif"),
    (777, "ip/ddp"),
    (779, "pimreg"),
    (780, "hippi"),
    (781, "ash"),
    (782, "econet"),
    (783, "irda"),
    (784, "fcpp"),
    (785, "fcal"),
    (786, "fcpl"),
    (787, "fcfb0"),
    (800, "tr"),
    (801, "ieee802.11"),
    (802, "ieee802.11/prism"),
    (803, "ieee802.11/radiotap"),
    (804, "ieee802.15.4"),
    (805, "ieee802.15.4/monitor"),
    (820, "phonet"),
    (821, "phonet_pipe"),
    (822, "caif"),
    (825, "6lowpan"),
    (65535, "void"),
];

/// The name of a device type.
pub fn name(number: u16) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// Whether link-layer addresses of `len` bytes on such a device are written as IP addresses.
pub fn has_ip_addresses(number: u16, len: usize) -> bool {
    match len {
        4 => matches!(number, TUNNEL | SIT | IPGRE),
        16 => matches!(number, TUNNEL6 | IP6GRE),
        _ => false,
    }
}
