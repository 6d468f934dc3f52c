//! `SNAT`, `DNAT`, `MASQUERADE`, `REDIRECT` (`linux/netfilter/nf_nat.h`).

use super::{Family, Kind, NatPart, Row, Shape};

/// Where a translation's fields lie, by bytes from the start of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nat {
    /// `NF_NAT_RANGE_*`, 32 bits in host order.
    pub flags: usize,
    /// The lowest address.
    pub low: usize,
    /// The highest address.
    pub high: usize,
    /// The length of an address.
    pub address_len: usize,
    /// The lowest port, in network order as all three.
    pub port_low: usize,
    /// The highest port.
    pub port_high: usize,
    /// The port that the lowest one is mapped from, where that can be said.
    pub base: Option<usize>,
}

/// `NF_NAT_RANGE_MAP_IPS`: there are addresses.
pub const MAP_IPS: u32 = 1;
/// `NF_NAT_RANGE_PROTO_SPECIFIED`: there are ports.
pub const PORTS: u32 = 2;
/// `NF_NAT_RANGE_PROTO_RANDOM`.
const RANDOM: u32 = 4;
/// `NF_NAT_RANGE_PERSISTENT`.
const PERSISTENT: u32 = 8;
/// `NF_NAT_RANGE_PROTO_RANDOM_FULLY`.
const RANDOM_FULLY: u32 = 16;
/// `NF_NAT_RANGE_PROTO_OFFSET`: there is a port to map from.
pub const OFFSET: u32 = 32;

impl Nat {
    /// `MAP_IPS`, `PORTS` and `OFFSET` among the flags in a block.
    pub fn has(&self, data: &[u8]) -> (bool, bool, bool) {
        let flags = super::u32_at(data, self.flags);
        (flags & MAP_IPS != 0, flags & PORTS != 0, flags & OFFSET != 0)
    }

    /// Adds to the flags.
    pub fn set(&self, data: &mut [u8], addresses: bool, ports: bool, offset: bool) {
        let bit = |is: bool, bit: u32| if is { bit } else { 0 };
        let bits = bit(addresses, MAP_IPS) | bit(ports, PORTS) | bit(offset, OFFSET);
        super::Bit { at: self.flags, width: 4, bits }.set(data);
    }
}

/// `struct nf_nat_ipv4_multi_range_compat` with one range.
const OLD: Nat = Nat { flags: 4, low: 8, high: 12, address_len: 4, port_low: 16, port_high: 18, base: None };
/// `struct nf_nat_range`.
const RANGE: Nat = Nat { flags: 0, low: 4, high: 20, address_len: 16, port_low: 36, port_high: 38, base: None };
/// `struct nf_nat_range2`.
const RANGE2: Nat = Nat { base: Some(40), ..RANGE };
/// The same with addresses of IPv4.
const RANGE2_V4: Nat = Nat { address_len: 4, ..RANGE2 };

const fn to(name: &'static str, nat: Nat, label: &'static str, help: &'static str) -> Row {
    let argument = match nat.base {
        None => "[ADDRESS[-ADDRESS]][:PORT[-PORT]]",
        Some(_) => "[ADDRESS[-ADDRESS]][:PORT[-PORT[/PORT]]]",
    };
    Row::new(name, 0, Shape::NatTo(nat, NatPart::Both), argument, help).required().label(label)
}

const fn ports(nat: Nat, label: &'static str) -> Row {
    Row::new("to-ports", 0, Shape::NatTo(nat, NatPart::Ports), "PORT[-PORT]", "the ports to use").label(label)
}

const fn random(nat: Nat) -> Row {
    Row::new("random", 0, Shape::NatFlag(nat, RANDOM), "", "choose ports at random").label("random")
}

const fn random_fully(nat: Nat) -> Row {
    Row::new("random-fully", 0, Shape::NatFlag(nat, RANDOM_FULLY), "", "choose ports fully at random")
        .label("random-fully")
}

const fn persistent(nat: Nat) -> Row {
    Row::new("persistent", 0, Shape::NatFlag(nat, PERSISTENT), "", "the same address for all connections of a client")
        .label("persistent")
}

const SOURCE: &str = "the address to send from";
const DESTINATION: &str = "the address to send to";

const SNAT_HELP: &str = "sends packets from another address";
const DNAT_HELP: &str = "sends packets to another address";
const MASQUERADE_HELP: &str = "sends packets from the address of the device that they leave by";
const REDIRECT_HELP: &str = "sends packets to this machine";

/// One range: the kernel's structure could hold more.
const ONE: &[(usize, &[u8])] = &[(0, &1u32.to_ne_bytes())];

const fn kind(name: &'static str, rows: &'static [Row], help: &'static str) -> Kind {
    Kind { family: Some(Family::V4), start: ONE, ..Kind::new(name, 24, rows, help) }
}

const fn kind6(name: &'static str, rows: &'static [Row], help: &'static str) -> Kind {
    Kind { family: Some(Family::V6), ..Kind::new(name, 40, rows, help) }
}

pub(super) static SNAT: Kind =
    kind("SNAT", &[to("to-source", OLD, "to:", SOURCE), random(OLD), random_fully(OLD), persistent(OLD)], SNAT_HELP);

pub(super) static SNAT6: Kind = Kind {
    revision: 1,
    ..kind6(
        "SNAT",
        &[to("to-source", RANGE, "to:", SOURCE), random(RANGE), random_fully(RANGE), persistent(RANGE)],
        SNAT_HELP,
    )
};

pub(super) static DNAT: Kind = Kind {
    family: Some(Family::V4),
    revision: 2,
    ..Kind::new(
        "DNAT",
        48,
        &[to("to-destination", RANGE2_V4, "to:", DESTINATION), random(RANGE2_V4), persistent(RANGE2_V4)],
        DNAT_HELP,
    )
};

pub(super) static DNAT6: Kind = Kind {
    family: Some(Family::V6),
    revision: 2,
    ..Kind::new(
        "DNAT",
        48,
        &[to("to-destination", RANGE2, "to:", DESTINATION), random(RANGE2), persistent(RANGE2)],
        DNAT_HELP,
    )
};

pub(super) static MASQUERADE: Kind =
    kind("MASQUERADE", &[ports(OLD, "masq ports: "), random(OLD), random_fully(OLD)], MASQUERADE_HELP);

pub(super) static MASQUERADE6: Kind =
    kind6("MASQUERADE", &[ports(RANGE, "masq ports: "), random(RANGE), random_fully(RANGE)], MASQUERADE_HELP);

pub(super) static REDIRECT: Kind = kind("REDIRECT", &[ports(OLD, "redir ports "), random(OLD)], REDIRECT_HELP);

pub(super) static REDIRECT6: Kind = kind6("REDIRECT", &[ports(RANGE, "redir ports "), random(RANGE)], REDIRECT_HELP);
