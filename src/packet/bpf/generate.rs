//! Primitives as conditions.

use std::net::Ipv6Addr;

use libc::{
    BPF_ABS, BPF_ADD, BPF_ALU, BPF_AND, BPF_B, BPF_DIV, BPF_H, BPF_IMM, BPF_IND, BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JMP,
    BPF_JSET, BPF_LD, BPF_LDX, BPF_LEN, BPF_LSH, BPF_MEM, BPF_MISC, BPF_MOD, BPF_MSH, BPF_NEG, BPF_RSH, BPF_ST,
    BPF_SUB, BPF_TAX, BPF_W, BPF_X,
};

use super::assemble::{Condition, Step};
use super::lexer::{Proto, SYNTAX};
use super::{Link, Target};

pub type Result<T> = std::result::Result<T, String>;

/// Which end of a packet is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dir {
    #[default]
    Any,
    Src,
    Dst,
    Either,
    Both,
}

/// What kind of thing an identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A host where nothing is said.
    #[default]
    Default,
    Host,
    Net,
    Port,
    PortRange,
    Proto,
    Gateway,
}

/// What stands before an identifier, and holds for those that follow it with nothing before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Qualifiers {
    pub proto: Option<Proto>,
    pub dir: Dir,
    pub kind: Kind,
}

/// A number that a packet is asked for.
pub struct Value {
    steps: Vec<Step>,
    register: u32,
    guard: Option<Condition>,
    constant: Option<u32>,
}

const TCP: u8 = 6;
const UDP: u8 = 17;
const SCTP: u8 = 132;
const FRAGMENT: u8 = 44;
const ICMP6: u8 = 58;
const IP: u16 = 0x0800;
const IP6: u16 = 0x86dd;
/// The greatest number in the place of an EtherType that is a length (IEEE 802.3).
const MAX_LENGTH: u32 = 1500;

/// Turns primitives into conditions, in the order in which they stand: `vlan` moves all that follow it.
pub struct Generator<'a> {
    pub target: &'a Target<'a>,
    link_type: u32,
    payload: u32,
    pub looks_at_tags: bool,
    used: [bool; libc::BPF_MEMWORDS as usize],
}

impl<'a> Generator<'a> {
    pub fn new(target: &'a Target<'a>) -> Self {
        let (link_type, payload) = match target.link {
            Link::Ethernet => (12, 14),
            Link::Raw => (0, 0),
            Link::Cooked => (14, 16),
            Link::Cooked2 => (0, 20),
        };
        Generator { target, link_type, payload, looks_at_tags: false, used: Default::default() }
    }

    fn payload(&self, size: u32, at: u32, value: u32) -> Condition {
        equal(size, self.payload + at, value, u32::MAX)
    }

    /// Whether the payload is of this EtherType.
    pub fn ether_type(&self, number: u32) -> Condition {
        match (self.target.link, number) {
            (Link::Raw, _) => {
                let version = match number as u16 {
                    IP => 0x40,
                    IP6 => 0x60,
                    // Nothing else is in there: the version is never this.
                    _ => 0x1ff,
                };
                equal(BPF_B, 0, version, 0xf0)
            }
            (Link::Ethernet, ..=MAX_LENGTH) => {
                let is_length = test(load(BPF_H, self.link_type), BPF_JGT, MAX_LENGTH).not();
                is_length.and(self.payload(BPF_B, 0, number))
            }
            _ => equal(BPF_H, self.link_type, number, u32::MAX),
        }
    }

    /// A protocol that stands alone.
    pub fn protocol(&self, proto: Proto) -> Result<Condition> {
        Ok(match proto {
            Proto::Link => return Err("link layer applied in wrong context".into()),
            Proto::Ether(_, number) => self.ether_type(number.into()),
            Proto::Ip("icmp" | "igmp" | "igrp" | "vrrp" | "carp", number) => self.above_ip(number.into()),
            Proto::Ip("icmp6", number) => self.above_ip6(number.into()),
            Proto::Ip(_, number) => self.above_either(number.into()),
        })
    }

    fn above_ip(&self, number: u32) -> Condition {
        self.ether_type(IP.into()).and(self.payload(BPF_B, 9, number))
    }

    fn above_ip6(&self, number: u32) -> Condition {
        let behind_fragment = self.payload(BPF_B, 6, FRAGMENT.into()).and(self.payload(BPF_B, 40, number));
        self.ether_type(IP6.into()).and(self.payload(BPF_B, 6, number).or(behind_fragment))
    }

    fn above_either(&self, number: u32) -> Condition {
        self.above_ip(number).or(self.above_ip6(number))
    }

    /// `proto NUMBER`.
    fn proto_number(&self, number: u32, q: Qualifiers) -> Result<Condition> {
        if q.dir != Dir::Any {
            return Err("direction applied to 'proto'".into());
        }
        Ok(match q.proto {
            None => self.above_either(number),
            Some(Proto::Link) => self.ether_type(number),
            Some(Proto::IP) => self.above_ip(number),
            Some(Proto::IP6) => self.above_ip6(number),
            Some(Proto::Ether(name @ ("arp" | "rarp"), _)) => {
                return Err(format!("{name} does not encapsulate another protocol"));
            }
            Some(proto) => return Err(format!("'{} proto' is bogus", proto.name())),
        })
    }

    /// An address at one end, both, or either.
    fn ends(&self, dir: Dir, end: impl Fn(bool) -> Condition) -> Condition {
        match dir {
            Dir::Src => end(true),
            Dir::Dst => end(false),
            Dir::Both => end(true).and(end(false)),
            Dir::Any | Dir::Either => end(true).or(end(false)),
        }
    }

    fn ip_ends(&self, ether_type: u16, places: [u32; 2], address: u32, mask: u32, dir: Dir) -> Condition {
        let ends = self.ends(dir, |is_src| equal(BPF_W, self.payload + places[usize::from(!is_src)], address, mask));
        self.ether_type(ether_type.into()).and(ends)
    }

    /// A host or network of IPv4.
    pub fn ip_host(&self, address: u32, mask: u32, q: Qualifiers) -> Result<Condition> {
        let typed = if q.kind == Kind::Net { "net" } else { "host" };
        let ip = || self.ip_ends(IP, [12, 16], address, mask, q.dir);
        let arp = |ether_type| self.ip_ends(ether_type, [14, 24], address, mask, q.dir);
        match q.proto {
            None => Ok(ip().or(arp(0x0806)).or(arp(0x8035))),
            Some(Proto::IP) => Ok(ip()),
            Some(Proto::ARP) => Ok(arp(0x0806)),
            Some(Proto::RARP) => Ok(arp(0x8035)),
            Some(Proto::Link) => Err(format!("link-layer modifier applied to {typed}")),
            Some(Proto::IP6) => Err("'ip6' modifier applied to ip host".into()),
            Some(Proto::Ip(name, _)) => Err(format!("'{name}' modifier applied to {typed}")),
            Some(Proto::Ether(name, _)) => {
                Err(format!("{} host filtering not implemented", if name == "atalk" { "AppleTalk" } else { name }))
            }
        }
    }

    /// A host or network of IPv6.
    pub fn ip6_host(&self, address: Ipv6Addr, prefix: u32, q: Qualifiers) -> Result<Condition> {
        match q.proto {
            None | Some(Proto::IP6) => {}
            Some(proto) => {
                let typed = if q.kind == Kind::Net { "net" } else { "host" };
                return Err(match proto {
                    Proto::Link => format!("link-layer modifier applied to ip6 {typed}"),
                    proto => format!("'{}' modifier applied to ip6 {typed}", proto.name()),
                });
            }
        }
        let mask = if prefix == 0 { 0 } else { u128::MAX << (128 - prefix) };
        let address = address.to_bits();
        let ends = self.ends(q.dir, |is_src| {
            let start = self.payload + if is_src { 8 } else { 24 };
            let word = |word: u32| {
                let part = |whole: u128| (whole >> (96 - 32 * word)) as u32;
                equal(BPF_W, start + 4 * word, part(address), part(mask))
            };
            word(3).and(word(2)).and(word(1)).and(word(0))
        });
        Ok(self.ether_type(IP6.into()).and(ends))
    }

    /// A host by its Ethernet address.
    pub fn mac(&self, address: [u8; 6], q: Qualifiers) -> Result<Condition> {
        if q.proto != Some(Proto::Link) || !matches!(q.kind, Kind::Default | Kind::Host) {
            return Err("ethernet address used in non-ether expression".into());
        }
        if self.target.link != Link::Ethernet {
            return Err(
                "ethernet addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel".into()
            );
        }
        Ok(self.mac_ends(address, q.dir))
    }

    fn mac_ends(&self, [a, b, c, d, e, f]: [u8; 6], dir: Dir) -> Condition {
        self.ends(dir, |is_src| {
            let start = if is_src { 6 } else { 0 };
            let last = equal(BPF_W, start + 2, u32::from_be_bytes([c, d, e, f]), u32::MAX);
            last.and(equal(BPF_H, start, u32::from_be_bytes([0, 0, a, b]), u32::MAX))
        })
    }

    fn not_a_later_fragment(&self) -> Condition {
        test(load(BPF_H, self.payload + 6), BPF_JSET, 0x1fff).not()
    }

    /// What loads the 16 bits at `at` of the header above IPv4, whose own is of any length.
    fn behind_ip(&self, size: u32, at: u32) -> Vec<Step> {
        vec![(BPF_LDX | BPF_MSH | BPF_B, self.payload), (BPF_LD | BPF_IND | size, self.payload + at)]
    }

    /// A port, or any of a range, above IPv4 or IPv6.
    fn ports(&self, first: u16, last: u16, protocol: Option<u8>, dir: Dir) -> Condition {
        let (first, last) = (u32::from(first.min(last)), u32::from(first.max(last)));
        let within = |steps: Vec<Step>| match first == last {
            true => test(steps, BPF_JEQ, first),
            false => test(steps.clone(), BPF_JGE, first).and(test(steps, BPF_JGT, last).not()),
        };
        let place = |is_src: bool| if is_src { 0 } else { 2 };
        let protocols = [TCP, UDP, SCTP].into_iter().filter(|number| protocol.is_none_or(|only| only == *number));
        let is_one = |at: u32| {
            let each = protocols.clone().map(|number| self.payload(BPF_B, at, number.into()));
            each.reduce(Condition::or).unwrap_or_else(|| self.payload(BPF_B, at, TCP.into()))
        };
        let ip6 = self.ends(dir, |is_src| within(load(BPF_H, self.payload + 40 + place(is_src))));
        let ip6 = self.ether_type(IP6.into()).and(is_one(6)).and(ip6);
        let ip = self.ends(dir, |is_src| within(self.behind_ip(BPF_H, place(is_src))));
        let ip = self.ether_type(IP.into()).and(is_one(9)).and(self.not_a_later_fragment()).and(ip);
        ip6.or(ip)
    }

    /// The protocol that a port belongs to, from what stands before it.
    fn port_protocol(&self, q: Qualifiers) -> Result<Option<u8>> {
        match q.proto {
            None => Ok(None),
            Some(Proto::Ip("tcp" | "udp" | "sctp", number)) => Ok(Some(number)),
            Some(_) => {
                Err(format!("illegal qualifier of '{}'", if q.kind == Kind::Port { "port" } else { "portrange" }))
            }
        }
    }

    /// An identifier that is a number.
    pub fn number(&self, number: u32, q: Qualifiers) -> Result<Condition> {
        match q.kind {
            Kind::Default | Kind::Host | Kind::Net => {
                if q.proto == Some(Proto::Link) {
                    return Err("illegal link layer address".into());
                }
                // A short number is the beginning of a network's.
                let shift = if q.kind == Kind::Net && number != 0 { number.leading_zeros() / 8 * 8 } else { 0 };
                self.ip_host(number << shift, u32::MAX << shift, q)
            }
            Kind::Port | Kind::PortRange => {
                let protocol = self.port_protocol(q)?;
                let port = u16::try_from(number).map_err(|_| format!("illegal port number {number} > 65535"))?;
                Ok(self.ports(port, port, protocol, q.dir))
            }
            Kind::Proto => self.proto_number(number, q),
            Kind::Gateway => Err("'gateway' requires a name".into()),
        }
    }

    /// An identifier that is two to four numbers with dots between: an address, or the beginning of one.
    pub fn dotted(&self, word: &str, q: Qualifiers) -> Result<Condition> {
        let modifier = match q.kind {
            Kind::Port => Some("port"),
            Kind::PortRange => Some("portrange"),
            Kind::Proto => Some("proto"),
            _ => None,
        };
        if let Some(modifier) = modifier {
            return Err(format!("'{modifier}' modifier applied to ip host"));
        }
        let (address, bits) = address(word)?;
        match q.kind {
            Kind::Gateway => Err("'gateway' requires a name".into()),
            _ if q.proto == Some(Proto::Link) => Err("illegal link layer address".into()),
            _ => self.ip_host(address, prefix_mask(bits), q),
        }
    }

    /// A network: an address and how many of its bits count.
    pub fn net(&self, word: &str, prefix: u32, q: Qualifiers) -> Result<Condition> {
        let (address, _) = address(word)?;
        if prefix > 32 {
            return Err("mask length must be <= 32".into());
        }
        self.net_of(address, prefix_mask(prefix), q, || format!("{word}/{prefix}"))
    }

    /// A network: an address and a mask.
    pub fn net_mask(&self, word: &str, mask: &str, q: Qualifiers) -> Result<Condition> {
        let (net, _) = address(word)?;
        self.net_of(net, address(mask)?.0, q, || format!("{word} mask {mask}"))
    }

    fn net_of(&self, net: u32, mask: u32, q: Qualifiers, shown: impl Fn() -> String) -> Result<Condition> {
        if net & !mask != 0 {
            return Err(format!("non-network bits set in \"{}\"", shown()));
        }
        match q.kind {
            Kind::Net => self.ip_host(net, mask, q),
            _ => Err("Mask syntax for networks only".into()),
        }
    }

    /// An IPv6 address, or a network of it.
    pub fn ip6(&self, address: Ipv6Addr, word: &str, prefix: u32, q: Qualifiers) -> Result<Condition> {
        if prefix > 128 {
            return Err("mask length must be <= 128".into());
        }
        let host_bits = if prefix == 0 { u128::MAX } else { !(u128::MAX << (128 - prefix)) };
        if address.to_bits() & host_bits != 0 {
            return Err(format!("non-network bits set in \"{word}/{prefix}\""));
        }
        match q.kind {
            Kind::Default | Kind::Host if prefix != 128 => Err("Mask syntax for networks only".into()),
            Kind::Default | Kind::Host | Kind::Net => self.ip6_host(address, prefix, q),
            _ => Err("invalid qualifier against IPv6 address".into()),
        }
    }

    /// An identifier that is a name.
    pub fn name(&self, name: &str, q: Qualifiers) -> Result<Condition> {
        match q.kind {
            Kind::Net => {
                let net = self.target.names.net(name).ok_or_else(|| format!("unknown network '{name}'"))?;
                self.number(net, q)
            }
            Kind::Default | Kind::Host => self.host_name(name, q),
            Kind::Port => self.port_name(name, q),
            Kind::PortRange => self.port_range(name, q),
            Kind::Gateway => Err("'gateway' not supported in this configuration".into()),
            Kind::Proto => self.proto_name(name, q),
        }
    }

    fn host_name(&self, name: &str, q: Qualifiers) -> Result<Condition> {
        use std::net::IpAddr;
        if q.proto == Some(Proto::Link) {
            if self.target.link != Link::Ethernet {
                return Err(
                    "only ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel supports link-level host name".into(),
                );
            }
            let address = self.target.names.ether(name).ok_or_else(|| format!("unknown ether host '{name}'"))?;
            return Ok(self.mac_ends(address, q.dir));
        }
        let found = self.target.names.host(name);
        if found.is_empty() {
            return Err(format!("unknown host '{name}'"));
        }
        let mut any: Option<Condition> = None;
        for address in found {
            let condition = match address {
                IpAddr::V4(address) if q.proto != Some(Proto::IP6) => self.ip_host(address.to_bits(), u32::MAX, q)?,
                IpAddr::V6(address) if q.proto != Some(Proto::IP) => self.ip6_host(address, 128, q)?,
                _ => continue,
            };
            any = Some(match any {
                Some(any) => any.or(condition),
                None => condition,
            });
        }
        any.ok_or_else(|| format!("unknown host '{name}' for specified address family"))
    }

    /// The protocol of a named port, where that of the qualifier does not forbid it.
    fn agree(&self, q: Qualifiers, known: Option<u8>, what: &str, name: &str) -> Result<Option<u8>> {
        let wanted = self.port_protocol(q)?;
        match (wanted, known) {
            (Some(wanted), Some(known)) if wanted != known => {
                let known = if known == TCP { "tcp" } else { "udp" };
                Err(format!("{what} '{name}' is {known}"))
            }
            (wanted, known) => Ok(wanted.or(known)),
        }
    }

    fn port_name(&self, name: &str, q: Qualifiers) -> Result<Condition> {
        self.port_protocol(q)?;
        let (port, known) = self.target.names.port(name).ok_or_else(|| format!("unknown port '{name}'"))?;
        let protocol = self.agree(q, known, "port", name)?;
        Ok(self.ports(port, port, protocol, q.dir))
    }

    fn port_range(&self, name: &str, q: Qualifiers) -> Result<Condition> {
        self.port_protocol(q)?;
        let unknown = || format!("unknown port in range '{name}'");
        let (first, last) = name.split_once('-').ok_or_else(unknown)?;
        let end = |part: &str| match part.parse::<u32>() {
            Ok(number) => match u16::try_from(number) {
                Ok(port) => Ok((port, None)),
                Err(_) => Err(format!("illegal port number {number} > 65535")),
            },
            Err(_) => self.target.names.port(part).ok_or_else(unknown),
        };
        let ((first, one), (last, other)) = (end(first)?, end(last)?);
        let protocol = one.filter(|_| one == other);
        let protocol = self.agree(q, protocol, "port in range", name)?;
        Ok(self.ports(first, last, protocol, q.dir))
    }

    fn proto_name(&self, name: &str, q: Qualifiers) -> Result<Condition> {
        let number = match q.proto {
            None | Some(Proto::IP | Proto::IP6) => {
                self.target.names.protocol(name).ok_or_else(|| format!("unknown ip proto '{name}'"))?.into()
            }
            Some(Proto::Link) => ether_proto(name).ok_or_else(|| format!("unknown ether proto '{name}'"))?,
            Some(_) => return Err(format!("unknown protocol: {name}")),
        };
        self.proto_number(number, q)
    }

    /// `broadcast`.
    pub fn broadcast(&self, proto: Option<Proto>) -> Result<Condition> {
        match proto {
            None | Some(Proto::Link) if self.target.link == Link::Ethernet => Ok(self.mac_ends([0xff; 6], Dir::Dst)),
            None | Some(Proto::Link) => Err("not a broadcast link".into()),
            Some(Proto::IP) => {
                let host = !self.target.netmask;
                let at = self.payload + 16;
                Ok(self.ether_type(IP.into()).and(equal(BPF_W, at, 0, host).or(equal(BPF_W, at, host, host))))
            }
            Some(_) => Err("only link-layer/IP broadcast filters supported".into()),
        }
    }

    /// `multicast`.
    pub fn multicast(&self, proto: Option<Proto>) -> Result<Condition> {
        match proto {
            None | Some(Proto::Link) if self.target.link == Link::Ethernet => Ok(test(load(BPF_B, 0), BPF_JSET, 1)),
            Some(Proto::IP) => Ok(self.ether_type(IP.into()).and(test(load(BPF_B, self.payload + 16), BPF_JGE, 224))),
            Some(Proto::IP6) => Ok(self.ether_type(IP6.into()).and(self.payload(BPF_B, 24, 255))),
            _ => Err("link-layer multicast filters supported only on ethernet/FDDI/token ring/ARCNET/802.11/ATM \
                      LANE/Fibre Channel"
                .into()),
        }
    }

    /// `less` and `greater`: at most, at least so many bytes.
    pub fn length(&self, is_at_least: bool, len: u32) -> Condition {
        let steps = vec![(BPF_LD | BPF_LEN, 0)];
        if is_at_least { test(steps, BPF_JGE, len) } else { test(steps, BPF_JGT, len).not() }
    }

    /// `byte INDEX SIGN VALUE`.
    pub fn byte(&self, at: u32, sign: &str, value: u32) -> Condition {
        let mut steps = load(BPF_B, at);
        match sign {
            "=" => test(steps, BPF_JEQ, value),
            "<" => test(steps, BPF_JGE, value).not(),
            ">" => test(steps, BPF_JGT, value),
            sign => {
                steps.push((BPF_ALU | if sign == "&" { BPF_AND } else { libc::BPF_OR }, value));
                test(steps, BPF_JEQ, 0).not()
            }
        }
    }

    /// `outbound` and `inbound`.
    pub fn direction(&self, is_out: bool) -> Result<Condition> {
        let outgoing = u32::from(libc::PACKET_OUTGOING);
        let out = match self.target.link {
            Link::Cooked => equal(BPF_H, 0, outgoing, u32::MAX),
            Link::Cooked2 => equal(BPF_B, 10, outgoing, u32::MAX),
            _ if self.target.live => {
                equal(BPF_B, (libc::SKF_AD_OFF + libc::SKF_AD_PKTTYPE).cast_unsigned(), outgoing, u32::MAX)
            }
            link => {
                return Err(format!("inbound/outbound not supported on {} when reading savefiles", link.title()));
            }
        };
        Ok(if is_out { out } else { out.not() })
    }

    /// `ifindex NUMBER`.
    pub fn device(&self, index: u32) -> Result<Condition> {
        match self.target.link {
            Link::Cooked2 => Ok(equal(BPF_W, 4, index, u32::MAX)),
            _ if self.target.live => {
                Ok(equal(BPF_W, (libc::SKF_AD_OFF + libc::SKF_AD_IFINDEX).cast_unsigned(), index, u32::MAX))
            }
            link => Err(format!("ifindex not supported on {} when reading savefiles", link.title())),
        }
    }

    /// `vlan`, `vlan NUMBER`: what follows is looked for behind the tag.
    pub fn vlan(&mut self, number: Option<u32>) -> Result<Condition> {
        if let Some(number) = number.filter(|number| *number > 0xfff) {
            return Err(format!("VLAN tag {number} greater than maximum 4095"));
        }
        if self.target.link != Link::Ethernet {
            return Err(format!("no VLAN support for {}", self.target.link.title()));
        }
        self.looks_at_tags = true;
        let tagged = self.ether_type(0x8100).or(self.ether_type(0x88a8)).or(self.ether_type(0x9100));
        let condition = match number {
            None => tagged,
            Some(number) => tagged.and(equal(BPF_H, self.payload, number, 0xfff)),
        };
        self.link_type += 4;
        self.payload += 4;
        Ok(condition)
    }

    fn register(&mut self) -> Result<u32> {
        let free = self.used.iter().position(|used| !used).ok_or("out of registers needed to evaluate expression")?;
        self.used[free] = true;
        Ok(free as u32)
    }

    fn free(&mut self, register: u32) {
        self.used[register as usize] = false;
    }

    fn value(&mut self, mut steps: Vec<Step>, guard: Option<Condition>, constant: Option<u32>) -> Result<Value> {
        let register = self.register()?;
        steps.push((BPF_ST, register));
        Ok(Value { steps, register, guard, constant })
    }

    /// A number that is written down.
    pub fn constant(&mut self, number: u32) -> Result<Value> {
        self.value(vec![(BPF_LD | BPF_IMM, number)], None, Some(number))
    }

    /// `len`.
    pub fn packet_length(&mut self) -> Result<Value> {
        self.value(vec![(BPF_LD | BPF_LEN, 0)], None, None)
    }

    /// `-VALUE`.
    pub fn negated(&mut self, of: Value) -> Result<Value> {
        let mut steps = of.steps;
        steps.extend([(BPF_LD | BPF_MEM, of.register), (BPF_ALU | BPF_NEG, 0)]);
        self.free(of.register);
        self.value(steps, of.guard, None)
    }

    /// Two values with a sign between.
    pub fn calculated(&mut self, sign: &str, left: Value, right: Value) -> Result<Value> {
        let code = match sign {
            "+" => BPF_ADD,
            "-" => BPF_SUB,
            "*" => libc::BPF_MUL,
            "/" => BPF_DIV,
            "%" => BPF_MOD,
            "&" => BPF_AND,
            "|" => libc::BPF_OR,
            "^" => libc::BPF_XOR,
            "<<" => BPF_LSH,
            _ => BPF_RSH,
        };
        match (code, right.constant) {
            (BPF_DIV, Some(0)) => return Err("division by zero".into()),
            (BPF_MOD, Some(0)) => return Err("modulus by zero".into()),
            (BPF_LSH | BPF_RSH, Some(32..)) => return Err("shift by more than 31 bits".into()),
            _ => {}
        }
        let mut steps = left.steps;
        steps.extend(right.steps);
        steps.extend([
            (BPF_LDX | BPF_MEM, right.register),
            (BPF_LD | BPF_MEM, left.register),
            (BPF_ALU | BPF_X | code, 0),
        ]);
        self.free(left.register);
        self.free(right.register);
        self.value(steps, both(left.guard, right.guard), None)
    }

    /// `PROTO[INDEX:SIZE]`.
    pub fn loaded(&mut self, proto: Proto, index: Value, size: u32) -> Result<Value> {
        let size = match size {
            1 => BPF_B,
            2 => BPF_H,
            4 => BPF_W,
            _ => return Err("data size must be 1, 2, or 4".into()),
        };
        let mut steps = index.steps;
        let plain = [(BPF_LDX | BPF_MEM, index.register)];
        let (start, guard) = match proto {
            Proto::Link => {
                steps.extend(plain);
                (0, None)
            }
            Proto::Ether(..) => {
                steps.extend(plain);
                (self.payload, Some(self.protocol(proto)?))
            }
            Proto::Ip("icmp6", _) => {
                steps.extend(plain);
                let is_icmp6 = self.ether_type(IP6.into()).and(self.payload(BPF_B, 6, ICMP6.into()));
                (self.payload + 40, Some(is_icmp6))
            }
            Proto::Ip("ah" | "esp", _) => return Err("unsupported index operation".into()),
            Proto::Ip(..) => {
                steps.extend([
                    (BPF_LDX | BPF_MSH | BPF_B, self.payload),
                    (BPF_LD | BPF_MEM, index.register),
                    (BPF_ALU | BPF_ADD | BPF_X, 0),
                    (BPF_MISC | BPF_TAX, 0),
                ]);
                // Headers of IPv6 are not looked behind.
                let is_there = self.ether_type(IP.into()).and(self.protocol(proto)?);
                (self.payload, Some(is_there.and(self.not_a_later_fragment())))
            }
        };
        steps.push((BPF_LD | BPF_IND | size, start));
        self.free(index.register);
        self.value(steps, both(index.guard, guard), None)
    }

    /// Two values compared.
    pub fn compared(&mut self, sign: &str, left: Value, right: Value) -> Result<Condition> {
        let mut steps = left.steps;
        steps.extend(right.steps);
        steps.extend([(BPF_LDX | BPF_MEM, right.register), (BPF_LD | BPF_MEM, left.register)]);
        self.free(left.register);
        self.free(right.register);
        let greater = |code| Condition::Test(steps.clone(), (BPF_JMP | BPF_X | code, 0));
        let condition = match sign {
            ">" => greater(BPF_JGT),
            ">=" => greater(BPF_JGE),
            "<=" => greater(BPF_JGT).not(),
            "<" => greater(BPF_JGE).not(),
            sign => {
                let mut steps = steps;
                steps.push((BPF_ALU | BPF_SUB | BPF_X, 0));
                let equal = test(steps, BPF_JEQ, 0);
                if sign == "=" { equal } else { equal.not() }
            }
        };
        Ok(match both(left.guard, right.guard) {
            Some(guard) => guard.and(condition),
            None => condition,
        })
    }
}

fn both(first: Option<Condition>, second: Option<Condition>) -> Option<Condition> {
    match (first, second) {
        (Some(first), Some(second)) => Some(first.and(second)),
        (first, second) => first.or(second),
    }
}

fn load(size: u32, at: u32) -> Vec<Step> {
    vec![(BPF_LD | BPF_ABS | size, at)]
}

fn test(steps: Vec<Step>, code: u32, value: u32) -> Condition {
    Condition::Test(steps, (BPF_JMP | code, value))
}

fn equal(size: u32, at: u32, value: u32, mask: u32) -> Condition {
    if mask == 0 && value == 0 {
        // Always so: nothing is loaded, so that nothing can be missing.
        return test(vec![(BPF_LD | BPF_LEN, 0)], BPF_JGE, 0);
    }
    let mut steps = load(size, at);
    if mask != u32::MAX {
        steps.push((BPF_ALU | BPF_AND, mask));
    }
    test(steps, BPF_JEQ, value)
}

fn prefix_mask(prefix: u32) -> u32 {
    if prefix == 0 { 0 } else { u32::MAX << (32 - prefix) }
}

/// One to four numbers with dots between, moved to the upper end, and how many bits they are.
fn address(word: &str) -> Result<(u32, u32)> {
    let invalid = || format!("invalid IPv4 address '{word}'");
    let mut address = 0u32;
    let mut bits = 0;
    for part in word.split('.') {
        let part: u32 = part.parse().map_err(|_| invalid())?;
        if part > 255 || bits == 32 {
            return Err(invalid());
        }
        address |= part << (24 - bits);
        bits += 8;
    }
    if bits == 0 { Err(SYNTAX.into()) } else { Ok((address, bits)) }
}

/// EtherTypes and 802.2 service access points by name (libpcap's `nametoaddr.c`).
fn ether_proto(name: &str) -> Option<u32> {
    Some(match name {
        "ip" => 0x0800,
        "ip6" => 0x86dd,
        "arp" => 0x0806,
        "rarp" => 0x8035,
        "atalk" => 0x809b,
        "aarp" => 0x80f3,
        "decnet" => 0x6003,
        "lat" => 0x6004,
        "loopback" => 0x9000,
        "mopdl" => 0x6001,
        "moprc" => 0x6002,
        "sca" => 0x6007,
        "iso" => 0xfe,
        "stp" => 0x42,
        "ipx" => 0xe0,
        "netbeui" => 0xf0,
        _ => return None,
    })
}
