//! IPv4 (RFC 791), and what stands above either version.

use super::{Names16, Printer, Shown, flags, name_or, named, right_checksum};
use crate::packet::{Bytes, Cut, checksum};

pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
const ICMP: u8 = 1;
const IGMP: u8 = 2;
const IP: u8 = 4;
const IP6: u8 = 41;
const GRE: u8 = 47;
const ICMP6: u8 = 58;
const NONE: u8 = 59;

pub(super) const PROTOCOLS: &Names16 = &[
    (0, "Options"),
    (1, "ICMP"),
    (2, "IGMP"),
    (4, "IPIP"),
    (6, "TCP"),
    (8, "EGP"),
    (9, "IGRP"),
    (17, "UDP"),
    (33, "DCCP"),
    (41, "IPv6"),
    (43, "Routing"),
    (44, "Fragment"),
    (46, "RSVP"),
    (47, "GRE"),
    (50, "ESP"),
    (51, "AH"),
    (55, "Mobile IP"),
    (58, "ICMPv6"),
    (62, "Mobile IP (old)"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (103, "PIM"),
    (108, "Compressed IP"),
    (112, "VRRP"),
    (113, "PGM"),
    (132, "SCTP"),
    (135, "Mobility"),
    (143, "Ethernet"),
];

const OPTIONS: &Names16 = &[
    (0, "EOL"),
    (1, "NOP"),
    (68, "timestamp"),
    (130, "security"),
    (7, "RR"),
    (137, "SSRR"),
    (131, "LSRR"),
    (148, "RA"),
    (82, "traceroute"),
];

/// The header that something is carried by: addresses and checksums above need it.
#[derive(Clone, Copy)]
pub(super) struct Carrier<'a> {
    pub bytes: Bytes<'a>,
    pub is_ip6: bool,
}

impl Carrier<'_> {
    /// The protocol that the header itself names next.
    pub fn next(&self) -> Result<u8, Cut> {
        self.bytes.u8(if self.is_ip6 { 6 } else { 9 })
    }

    /// The addresses of both ends.
    pub fn addresses(&self) -> Result<(&[u8], &[u8]), Cut> {
        match self.is_ip6 {
            true => Ok((self.bytes.slice(8, 16)?, self.bytes.slice(24, 16)?)),
            false => Ok((self.bytes.slice(12, 4)?, self.bytes.slice(16, 4)?)),
        }
    }

    /// Where the packet goes in the end, which a routing header or a source route tells.
    fn destination(&self) -> Result<&[u8], Cut> {
        let (_, destination) = self.addresses()?;
        let found = if self.is_ip6 { self.routed6() } else { self.routed() };
        Ok(found.unwrap_or(destination))
    }

    fn routed(&self) -> Option<&[u8]> {
        let header = usize::from(self.bytes.u8(0).ok()? & 0xf) * 4;
        let mut at = 20;
        while at < header {
            let len = match self.bytes.u8(at).ok()? {
                0 => return None,
                1 => 1,
                kind => {
                    let len = usize::from(self.bytes.u8(at + 1).ok()?);
                    if len < 2 || at + len > header {
                        return None;
                    }
                    if matches!(kind, 131 | 137) && len >= 7 {
                        return self.bytes.slice(at + len - 4, 4).ok();
                    }
                    len
                }
            };
            at += len;
        }
        None
    }

    fn routed6(&self) -> Option<&[u8]> {
        let (mut next, mut at) = (self.bytes.u8(6).ok()?, 40);
        loop {
            let len = usize::from(self.bytes.u8(at + 1).ok()?);
            match next {
                0 | 60 | 62 | 135 => at += (len + 1) * 8,
                44 => at += 8,
                43 => {
                    return match self.bytes.u8(at + 2).ok()? {
                        0 | 2 if len % 2 == 0 && len > 0 => self.bytes.slice(at + 8 + (len / 2 - 1) * 16, 16).ok(),
                        4 if len % 2 == 0 => self.bytes.slice(at + 8, 16).ok(),
                        _ => None,
                    };
                }
                _ => return None,
            }
            next = self.bytes.u8(at).ok()?;
        }
    }

    /// The checksum over `data`, as it is above this header.
    pub fn checksum(&self, data: &[u8], protocol: u8) -> Result<u16, Cut> {
        let (source, _) = self.addresses()?;
        let len = (data.len() as u32).to_be_bytes();
        let tail = [0, 0, 0, protocol];
        Ok(checksum(&[source, self.destination()?, &len, &tail, data]))
    }
}

impl Printer {
    /// Both ends of a packet by name.
    pub(super) fn ends(&mut self, carrier: Carrier<'_>) -> Result<(String, String), Cut> {
        Ok(match carrier.is_ip6 {
            true => (self.ip6_address(carrier.bytes, 8)?, self.ip6_address(carrier.bytes, 24)?),
            false => (self.ip4(carrier.bytes, 12)?, self.ip4(carrier.bytes, 16)?),
        })
    }

    pub(super) fn ip(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "ip";
        match bytes.u8(0)? >> 4 {
            4 => {}
            version => {
                match version {
                    6 => self.text("IP6, wrong link-layer encapsulation"),
                    version => self.say(format_args!("IP{version}")),
                }
                self.invalid();
                return Ok(());
            }
        }
        if !self.look.link_layer {
            self.text("IP ");
        }
        if !bytes.has(20) {
            self.cut();
            return Ok(());
        }
        if length < 20 {
            self.say(format_args!("truncated-ip {length}"));
            return Ok(());
        }
        let header = u32::from(bytes.u8(0)? & 0xf) * 4;
        if header < 20 {
            self.say(format_args!("bad-hlen {header}"));
            return Ok(());
        }
        let len = u32::from(bytes.u16(2)?);
        if length < len {
            self.say(format_args!("truncated-ip - {} bytes missing! ", len - length));
        }
        if len < header {
            self.say(format_args!("bad-len {len}"));
            return Ok(());
        }
        let bytes = bytes.first(len as usize);
        let carrier = Carrier { bytes, is_ip6: false };
        let (offset, protocol) = (bytes.u16(6)?, bytes.u8(9)?);
        if self.look.verbose > 0 && !self.ip_header(bytes, header as usize)? {
            let (source, destination) = self.ends(carrier)?;
            self.say(format_args!("{source} > {destination}: "));
            self.cut();
            return Ok(());
        }
        if offset & 0x1fff != 0 {
            let (source, destination) = self.ends(carrier)?;
            self.say(format_args!("{source} > {destination}:"));
            self.protocol_number(protocol);
            return Ok(());
        }
        if !matches!(protocol, TCP | UDP) {
            let (source, destination) = self.ends(carrier)?;
            self.say(format_args!("{source} > {destination}: "));
        }
        if !bytes.has(header as usize) {
            self.say(format_args!(" [remaining caplen({}) < header length({header})]", bytes.len()));
            return Err(Cut);
        }
        let is_fragment = offset & 0x2000 != 0;
        self.above_ip(bytes.from(header as usize), len - header, carrier, protocol, is_fragment)
    }

    /// What `-v` tells of a header; false where its options are cut.
    fn ip_header(&mut self, bytes: Bytes<'_>, header: usize) -> Result<bool, Cut> {
        const FRAGMENT: &Names16 = &[(0x2000, "+"), (0x4000, "DF"), (0x8000, "rsvd")];
        let (tos, offset, ttl, protocol) = (bytes.u8(1)?, bytes.u16(6)?, bytes.u8(8)?, bytes.u8(9)?);
        let ecn = ["", ",ECT(1)", ",ECT(0)", ",CE"][usize::from(tos & 3)];
        self.say(format_args!("(tos 0x{tos:x}{ecn}"));
        if ttl > 0 {
            self.say(format_args!(", ttl {ttl}"));
        }
        self.say(format_args!(
            ", id {}, offset {}, flags [{}], proto {} ({protocol}), length {}",
            bytes.u16(4)?,
            u32::from(offset & 0x1fff) * 8,
            flags(FRAGMENT, u32::from(offset & 0xe000), "none", ", "),
            named(PROTOCOLS, protocol.into()).unwrap_or("unknown"),
            bytes.u16(2)?,
        ));
        let mut whole = true;
        if header > 20 {
            self.text(", options (");
            whole = self.ip_options(bytes.from(20), header - 20)?;
            if !whole {
                self.text(" [truncated-option]");
            }
            self.text(")");
        }
        if !self.look.no_checksums && bytes.has(header) {
            let sum = checksum(&[bytes.first(header).0]);
            if sum != 0 {
                let was = bytes.u16(10)?;
                self.say(format_args!(", bad cksum {was:x} (->{:x})!", right_checksum(was, sum)));
            }
        }
        self.text(")\n    ");
        Ok(whole)
    }

    /// The options of a header; false where they are cut.
    fn ip_options(&mut self, mut bytes: Bytes<'_>, mut left: usize) -> Result<bool, Cut> {
        let mut separator = "";
        while left > 0 {
            self.text(separator);
            separator = ",";
            let kind = bytes.u8(0)?;
            let name = name_or(OPTIONS, kind.into(), |number| format!("unknown {number}"));
            self.text(&name);
            let len = if kind < 2 { 1 } else { usize::from(bytes.u8(1)?) };
            if len < 1 || (kind >= 2 && len < 2) || len > left {
                self.say(format_args!(" [bad length {len}]"));
                return Ok(true);
            }
            if !bytes.has(len) {
                return Ok(false);
            }
            match kind {
                0 => return Ok(true),
                68 => self.ip_times(bytes.first(len))?,
                7 | 137 | 131 => self.ip_route(bytes.first(len))?,
                148 if len < 4 => self.say(format_args!(" [bad length {len}]")),
                148 if bytes.u16(2)? != 0 => self.say(format_args!(" value {}", bytes.u16(2)?)),
                _ => {}
            }
            bytes = bytes.from(len);
            left -= len;
        }
        Ok(true)
    }

    fn ip_route(&mut self, option: Bytes<'_>) -> Shown {
        let length = option.len();
        if length < 3 {
            self.say(format_args!(" [bad length {length}]"));
            return Ok(());
        }
        if (length + 1) & 3 != 0 {
            self.say(format_args!(" [bad length {length}]"));
        }
        let says = option.u8(2)?;
        let pointer = usize::from(says).wrapping_sub(1) & 0xffff_ffff;
        if pointer < 3 || (pointer.wrapping_add(1)) & 3 != 0 || pointer > length + 1 {
            self.say(format_args!(" [bad ptr {says}]"));
        }
        for at in (3..length).step_by(4) {
            let address = self.ip4(option, at)?;
            self.say(format_args!(" {address}{}", if pointer > at { "," } else { "" }));
        }
        Ok(())
    }

    fn ip_times(&mut self, option: Bytes<'_>) -> Shown {
        let length = option.len();
        if length < 4 {
            self.say(format_args!("[bad length {length}]"));
            return Ok(());
        }
        self.text(" TS{");
        let kind = option.u8(3)?;
        let hop = if kind & 0xf == 0 { 4 } else { 8 };
        if (length - 4) & (hop - 1) != 0 {
            self.say(format_args!("[bad length {length}]"));
        }
        let says = option.u8(2)?;
        let pointer = usize::from(says).wrapping_sub(1) & 0xffff_ffff;
        if pointer < 4 || (pointer.wrapping_sub(4)) & (hop - 1) != 0 || pointer > length + 1 {
            self.say(format_args!("[bad ptr {says}]"));
        }
        let mut at = 0;
        match kind & 0xf {
            0 => self.text("TSONLY"),
            1 => self.text("TS+ADDR"),
            3 => self.text("PRESPEC"),
            other => self.say(format_args!("[bad ts type {other}]")),
        }
        if matches!(kind & 0xf, 0 | 1 | 3) {
            at = 4;
            while at < length {
                let mark = if pointer == at { " ^ " } else { " " };
                let time = option.u32(at + hop - 4)?;
                let address = if hop == 8 { self.ip4(option, at)? } else { String::new() };
                self.say(format_args!("{mark}{time}@{address}"));
                at += hop;
            }
        }
        if pointer == at {
            self.text(" ^ ");
        }
        match kind >> 4 {
            0 => self.text("}"),
            missing => self.say(format_args!(" [{missing} hops not recorded]}} ")),
        }
        Ok(())
    }

    /// A protocol that is not decoded.
    fn protocol_number(&mut self, number: u8) {
        match self.names.protocol(number) {
            Some(name) => self.say(format_args!(" {name}")),
            None => self.say(format_args!(" ip-proto-{number}")),
        }
    }

    /// What is carried by either version.
    pub(super) fn above_ip(
        &mut self,
        bytes: Bytes<'_>,
        length: u32,
        carrier: Carrier<'_>,
        protocol: u8,
        is_fragment: bool,
    ) -> Shown {
        let wrong = match (protocol, carrier.is_ip6) {
            (ICMP | IGMP, true) => Some(4),
            (ICMP6, false) => Some(6),
            _ => None,
        };
        if let Some(version) = wrong {
            let name = named(PROTOCOLS, protocol.into()).unwrap_or("unknown");
            self.say(format_args!("[{name} requires IPv{version}]"));
            self.invalid();
            return Ok(());
        }
        match protocol {
            TCP => self.tcp(bytes, length, carrier, is_fragment),
            UDP => self.udp(bytes, length, carrier, is_fragment),
            ICMP => self.icmp(bytes, length, is_fragment),
            ICMP6 => self.icmp6(bytes, length, carrier, is_fragment),
            IGMP => self.igmp(bytes, length),
            IP => self.ip(bytes, length),
            IP6 => self.ip6(bytes, length),
            GRE => self.gre(bytes, length),
            NONE => {
                self.text("no next header");
                Ok(())
            }
            other => {
                self.protocol_number(other);
                self.say(format_args!(" {length}"));
                Ok(())
            }
        }
    }

    /// GRE version 0 (RFC 2784, 2890).
    fn gre(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        const FLAGS: &Names16 = &[
            (0x8000, "checksum present"),
            (0x4000, "routing present"),
            (0x2000, "key present"),
            (0x1000, "sequence# present"),
            (0x0800, "source routing present"),
            (0x0080, "ack present"),
        ];
        self.protocol = "gre";
        let bits = bytes.u16(0)?;
        self.say(format_args!("GREv{}", bits & 7));
        if bits & 7 != 0 {
            self.text(" unknown-version");
            return Ok(());
        }
        if self.look.verbose > 0 {
            let shown = flags(FLAGS, bits.into(), "none", ", ");
            self.say(format_args!(", Flags [{shown}]"));
        }
        let ether_type = bytes.u16(2)?;
        let mut at = 4;
        if bits & 0xc000 != 0 {
            if bits & 0x8000 != 0 && self.look.verbose > 0 {
                self.say(format_args!(", sum 0x{:x}", bytes.u16(at)?));
            }
            if bits & 0x8000 != 0 {
                at += 2;
                self.say(format_args!(", off 0x{:x}", bytes.u16(at)?));
                at += 2;
            }
        }
        if bits & 0x2000 != 0 {
            self.say(format_args!(", key=0x{:x}", bytes.u32(at)?));
            at += 4;
        }
        if bits & 0x1000 != 0 {
            self.say(format_args!(", seq {}", bytes.u32(at)?));
            at += 4;
        }
        let name = named(super::link::ETHER_TYPES, ether_type.into());
        if self.look.link_layer {
            self.say(format_args!(", proto {} (0x{ether_type:04x})", name.unwrap_or("unknown")));
        }
        self.say(format_args!(", length {length}"));
        self.text(if self.look.verbose == 0 { ": " } else { "\n\t" });
        let rest = length.wrapping_sub(at as u32);
        if !self.payload(ether_type, bytes.from(at), rest)? {
            self.say(format_args!("gre-proto-0x{ether_type:x}"));
        }
        Ok(())
    }
}
