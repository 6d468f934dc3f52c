//! The values of options: words to bytes in an extension's block.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::address;
use super::complaint::wrong;
use super::names::{self, quoted};
use crate::error::{Error, Result};
use crate::netfilter::Family;
use crate::netfilter::xt::{Bit, IcmpType, Kind, MarkAction, Nat, NatPart, Row, SCALE, Shape, UNITS, put, u8_at};
use crate::words::{is_space, leading_number, number, shown};

/// What a value is read for.
pub(super) struct Context<'a> {
    /// The family.
    pub family: Family,
    /// The rule's protocol as far as it is known, and whether it is any other.
    pub protocol: (u8, bool),
    /// The extension.
    pub kind: &'static Kind,
    /// The option.
    pub row: &'static Row,
    /// Its argument, empty for none.
    pub word: &'a [u8],
    /// The word behind its argument, for the option that has two.
    pub second: &'a [u8],
}

impl Context<'_> {
    fn wrong(&self, text: &str) -> Error {
        wrong(self.family, text)
    }

    /// `EXTENSION: TEXT for option "--OPTION"…` with the empty line that stands behind these.
    fn bad(&self, before: &str, after: &str) -> Error {
        self.wrong(&format!("{}: {before} option \"--{}\"{after}\n", self.kind.word, self.row.name))
    }

    fn out_of_range(&self, max: u64) -> Error {
        self.bad("bad value for", &format!(", or out of range (0-{max})."))
    }

    /// Puts the value that the words are into the extension's block.
    pub fn read(&self, data: &mut [u8]) -> Result<()> {
        let at = self.row.at;
        match self.row.shape {
            Shape::Ports { tcp } => {
                let (low, high) = if tcp { self.tcp_ports()? } else { self.ports()? };
                put_u16(data, at, low);
                put_u16(data, at + 2, high);
            }
            Shape::TcpFlags => put(data, at, &[self.flags(self.word)?, self.flags(self.second)?]),
            Shape::Syn => put(data, at, &[0x17, 0x02]),
            Shape::TcpOption => {
                let option = number(self.word, 0).and_then(|n| u8::try_from(n).ok()).filter(|&n| n != 0);
                let bad = || self.wrong(&format!("Bad TCP option \"{}\"", shown(self.word)));
                put(data, at, &[option.ok_or_else(bad)?]);
            }
            Shape::Icmp(types) => put(data, at, &self.icmp(types)?),
            Shape::Words { list, wrong, empty } => put_u16(data, at, self.words(list, wrong, empty)?),
            Shape::Protocol => {
                let unknown = || self.wrong(&format!("unknown protocol \"{}\" specified", shown(self.word)));
                put_u16(data, at, names::protocol(self.word).ok_or_else(unknown)?.into());
            }
            Shape::Address => {
                let (address, mask) = self.host_and_mask()?;
                put(data, at, &address);
                put(data, at + 16, &mask);
            }
            Shape::PortRange(high_at) => {
                let (low, high) = self.ports()?;
                put_u16(data, at, low);
                put_u16(data, high_at, high);
            }
            Shape::Range32 => {
                let (low, high) = self.range32()?;
                put(data, at, &low.to_ne_bytes());
                put(data, at + 4, &high.to_ne_bytes());
            }
            Shape::Direction(bit) => self.direction(bit, data)?,
            Shape::Mark => self.put_mark(data, self.mark_and_mask()?),
            Shape::SetMark(action) => self.put_mark(data, self.set_mark(action)?),
            Shape::Text { size, line } => put(data, at, &self.text(size, line)?),
            Shape::PortList(side) => self.port_list(side, data)?,
            Shape::Flag(bit) => bit.set(data),
            Shape::LogFlag(bit) => put(data, at, &[u8_at(data, at) | bit]),
            Shape::Mac => put(data, at, &self.mac()?),
            Shape::Rate => put(data, at, &self.rate()?.to_ne_bytes()),
            Shape::Burst => {
                let burst = number(self.word, 0).filter(|&n| n <= 10_000).ok_or_else(|| self.out_of_range(10_000))?;
                put(data, at, &(burst as u32).to_ne_bytes());
            }
            Shape::Choice(list) => put(data, at, &self.choice(list)?.to_ne_bytes()),
            Shape::Level => put(data, at, &[self.level()?]),
            Shape::NatTo(nat, part) => self.nat(nat, part, data)?,
            Shape::NatFlag(nat, bits) => Bit { at: nat.flags, width: 4, bits }.set(data),
        }
        Ok(())
    }

    /// Ports as `tcp` reads them: `LOW:HIGH`, either of which may be left out.
    fn tcp_ports(&self) -> Result<(u16, u16)> {
        let one = |word: &[u8]| {
            names::port(word, "tcp")
                .ok_or_else(|| self.wrong(&format!("invalid port/service `{}' specified", shown(word))))
        };
        let Some(colon) = self.word.iter().position(|&b| b == b':') else {
            return one(self.word).map(|port| (port, port));
        };
        let (low, high) = (&self.word[..colon], &self.word[colon + 1..]);
        let low = if low.is_empty() { 0 } else { one(low)? };
        let high = if high.is_empty() { u16::MAX } else { one(high)? };
        if low > high { Err(self.wrong("invalid portrange (min > max)")) } else { Ok((low, high)) }
    }

    /// Ports as the others read them.
    fn ports(&self) -> Result<(u16, u16)> {
        let parts: Vec<&[u8]> = self.word.split(|&b| b == b':').collect();
        if parts.len() > 2 {
            return Err(self.bad("Too many components for", " (max: 2)"));
        }
        let mut ports = [0, u16::MAX];
        for (port, part) in ports.iter_mut().zip(&parts).filter(|(_, part)| !part.is_empty()) {
            let unknown = || self.wrong(&format!("Port \"{}\" does not resolve to anything.\n", shown(part)));
            *port = names::any_port(part).ok_or_else(unknown)?;
        }
        Ok(if parts.len() == 1 { (ports[0], ports[0]) } else { (ports[0], ports[1]) })
    }

    fn flags(&self, word: &[u8]) -> Result<u8> {
        const FLAGS: &[(&str, u8)] = &[
            ("FIN", 0x01),
            ("SYN", 0x02),
            ("RST", 0x04),
            ("PSH", 0x08),
            ("ACK", 0x10),
            ("URG", 0x20),
            ("ALL", 0x3f),
            ("NONE", 0),
        ];
        let mut parts = word.split(|&b| b == b',').filter(|part| !part.is_empty());
        parts.try_fold(0, |sum, part| {
            let flag = FLAGS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(part));
            let unknown = || self.wrong(&format!("Unknown TCP flag `{}'", shown(part)));
            Ok(sum | flag.ok_or_else(unknown)?.1)
        })
    }

    /// Type, lowest and highest code: any beginning of a name, or `TYPE[/CODE]` in numbers.
    fn icmp(&self, types: &[IcmpType]) -> Result<[u8; 3]> {
        let family = if self.family == Family::V4 { "ICMP" } else { "ICMPv6" };
        let word = shown(self.word);
        let mut named = types.iter().filter(|(name, ..)| begins(name, self.word));
        match (named.next(), named.next()) {
            (Some(&(_, number, low, high)), None) => return Ok([number, low, high]),
            (Some((first, ..)), Some((second, ..))) => {
                let text = format!("Ambiguous {family} type `{word}': `{first}' or `{second}'?");
                return Err(self.wrong(&text));
            }
            _ => {}
        }
        let unknown = |what: &str| self.wrong(&format!("Unknown {family} {what} `{word}'"));
        let (number, rest) = byte_range(self.word).ok_or_else(|| unknown("type"))?;
        let first = |rest: &[u8]| self.wrong(&format!("unknown character {}", shown(&rest[..1])));
        match rest {
            [] => Ok([number.0, 0, 0xff]),
            [b'/', code @ ..] => {
                let (code, rest) = byte_range(code).ok_or_else(|| unknown("code"))?;
                if rest.is_empty() { Ok([number.0, code.0, code.1]) } else { Err(first(rest)) }
            }
            rest => Err(first(rest)),
        }
        .and_then(|found| match number.0 == number.1 {
            true => Ok(found),
            false => Err(self.wrong(&format!("{family} type range not supported"))),
        })
    }

    /// A list of words, any beginning of each, in either case.
    fn words(&self, list: &[(&str, u16)], (text, open, close): (&str, char, char), empty: &str) -> Result<u16> {
        let mut bits = 0;
        let mut rest = self.word;
        loop {
            let comma = rest.iter().position(|&b| b == b',');
            let word = &rest[..comma.unwrap_or(rest.len())];
            let found = list.iter().find(|(name, _)| begins(name, word)).filter(|_| !word.is_empty());
            match (found, comma) {
                (Some((_, bit)), _) => bits |= bit,
                (None, None) if rest.is_empty() && !empty.is_empty() => return Err(self.wrong(empty)),
                (None, None) => return Err(self.wrong(&format!("{text}\"{}\"", shown(rest)))),
                (None, Some(_)) => return Err(self.wrong(&format!("{text}{open}{}{close}", shown(rest)))),
            }
            match comma {
                Some(comma) => rest = &rest[comma + 1..],
                None => return Ok(bits),
            }
        }
    }

    /// An address with or without a mask. Unlike `-s`, bits beyond the mask are kept.
    fn host_and_mask(&self) -> Result<([u8; 16], [u8; 16])> {
        let (host, mask) = match self.word.iter().position(|&b| b == b'/') {
            Some(slash) => (&self.word[..slash], Some(&self.word[slash + 1..])),
            None => (self.word, None),
        };
        let found = address::hosts(self.family, host);
        let unknown = || self.wrong("getaddrinfo: Name or service not known\n");
        let address = *found.first().ok_or_else(unknown)?;
        if found.iter().any(|other| *other != address) {
            return Err(self.wrong(&format!("{} resolves to more than one address\n", shown(host))));
        }
        let Some(mask) = mask else { return Ok((address, [0xff; 16])) };
        let bits = self.family.address_len() as u64 * 8;
        if let Some(bits) = number(mask, 0).filter(|&given| given <= bits) {
            return Ok((address, address::prefix_mask(bits as u32)));
        }
        let whole = match self.family {
            Family::V4 => address::dotted(mask, true).map(address::widen),
            Family::V6 => address::ipv6(mask),
        };
        let text = format!(", neither a valid network mask nor valid CIDR (0-{bits}).");
        whole.map(|mask| (address, mask)).ok_or_else(|| self.bad("bad value for", &text))
    }

    fn range32(&self) -> Result<(u32, u32)> {
        let parts: Vec<&[u8]> = self.word.split(|&b| b == b':').collect();
        if parts.len() > 2 {
            return Err(self.bad("Too many components for", " (max: 2)"));
        }
        let mut bounds = [0, u32::MAX];
        for (bound, part) in bounds.iter_mut().zip(&parts).filter(|(_, part)| !part.is_empty()) {
            let near = || format!(" near \"{}\", or out of range (0-{}).", shown(part), u32::MAX);
            let (value, rest) = leading(part, u32::MAX).ok_or_else(|| self.bad("bad value for", &near()))?;
            if !rest.is_empty() {
                let text = format!(
                    "{}: Argument to \"--{}\" has unexpected characters near \"{}\".\n",
                    self.kind.word,
                    self.row.name,
                    shown(rest)
                );
                return Err(self.wrong(&text));
            }
            *bound = value;
        }
        Ok(if parts.len() == 1 { (bounds[0], bounds[0]) } else { (bounds[0], bounds[1]) })
    }

    fn direction(&self, bit: Bit, data: &mut [u8]) -> Result<()> {
        if self.word.eq_ignore_ascii_case(b"ORIGINAL") {
            bit.clear(data);
        } else if self.word.eq_ignore_ascii_case(b"REPLY") {
            bit.set(data);
        } else {
            let text = format!("conntrack: Bad value for \"--ctdir\" option: \"{}\"", shown(self.word));
            return Err(self.wrong(&text));
        }
        Ok(())
    }

    fn mark_and_mask(&self) -> Result<(u32, u32)> {
        let bad = || self.bad("bad integer value for", ", or out of range.");
        let garbage = || self.bad("trailing garbage after value for", ".");
        let (value, rest) = leading(self.word, u32::MAX).ok_or_else(bad)?;
        match rest {
            [] => Ok((value, u32::MAX)),
            [b'/', mask @ ..] => match leading(mask, u32::MAX).ok_or_else(bad)? {
                (mask, []) => Ok((value, mask)),
                _ => Err(garbage()),
            },
            _ => Err(garbage()),
        }
    }

    fn set_mark(&self, action: MarkAction) -> Result<(u32, u32)> {
        let bits = || {
            let bits = number(self.word, 0).and_then(|n| u32::try_from(n).ok());
            bits.ok_or_else(|| self.out_of_range(u32::MAX.into()))
        };
        Ok(match action {
            MarkAction::Xset => self.mark_and_mask()?,
            MarkAction::Set => {
                let (value, mask) = self.mark_and_mask()?;
                (value, value | mask)
            }
            MarkAction::And => (0, !bits()?),
            MarkAction::Or => (bits()?, bits()?),
            MarkAction::Xor => (bits()?, 0),
        })
    }

    fn put_mark(&self, data: &mut [u8], (value, mask): (u32, u32)) {
        put(data, self.row.at, &value.to_ne_bytes());
        put(data, self.row.at + 4, &mask.to_ne_bytes());
    }

    /// Text that fills its field, cut so that a NUL is left.
    fn text(&self, size: usize, line: bool) -> Result<Vec<u8>> {
        if line && self.word.is_empty() {
            return Err(self.wrong("Argument must have a minimum length of 1 characters\n"));
        }
        if line && self.word.contains(&b'\n') {
            return Err(self.wrong("Newlines not allowed in --log-prefix"));
        }
        let mut field = self.word[..self.word.len().min(size - 1)].to_vec();
        field.resize(size, 0);
        Ok(field)
    }

    fn port_list(&self, side: u8, data: &mut [u8]) -> Result<()> {
        const MOST: usize = 15;
        let only = "multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP";
        let none = "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'";
        let protocol = match self.protocol {
            (_, true) => None,
            (protocol, false) => names::port_protocol(protocol),
        };
        let text = if self.protocol == (0, false) { none } else { only };
        let protocol = protocol.ok_or_else(|| self.wrong(text))?;
        let port = |word: &[u8]| {
            names::port(word, protocol)
                .ok_or_else(|| self.wrong(&format!("invalid port/service `{}' specified", shown(word))))
        };
        let mut ports = Vec::new();
        for part in self.word.split(|&b| b == b',') {
            let colon = part.iter().position(|&b| b == b':');
            if ports.len() + usize::from(colon.is_some()) >= MOST {
                return Err(self.wrong("too many ports specified"));
            }
            let low = port(&part[..colon.unwrap_or(part.len())])?;
            ports.push((low, colon.is_some()));
            if let Some(colon) = colon {
                let high = port(&part[colon + 1..])?;
                if low >= high {
                    return Err(self.wrong("invalid portrange specified"));
                }
                ports.push((high, false));
            }
        }
        put(data, 0, &[side, ports.len() as u8]);
        for (at, (port, begins)) in ports.iter().enumerate() {
            put_u16(data, 2 + 2 * at, *port);
            put(data, 32 + at, &[u8::from(*begins)]);
        }
        Ok(())
    }

    fn mac(&self) -> Result<[u8; 6]> {
        let parts: Vec<&[u8]> = self.word.split(|&b| b == b':').collect();
        let byte = |part: &&[u8]| match part {
            part if part.len() > 2 => None,
            [] => Some(0),
            part => u8::from_str_radix(std::str::from_utf8(part).ok()?, 16).ok(),
        };
        let bytes: Option<Vec<u8>> = parts.iter().map(byte).collect();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| self.wrong("Invalid MAC address specified."))
    }

    /// The time from packet to packet.
    fn rate(&self) -> Result<u32> {
        let bad = || self.wrong(&format!("bad rate \"{}\"'", quoted(self.word)));
        let (count, unit) = match self.word.iter().position(|&b| b == b'/') {
            Some(slash) => (&self.word[..slash], Some(&self.word[slash + 1..])),
            None => (self.word, None),
        };
        let seconds = match unit {
            None => 1,
            Some(unit) => {
                let long = ["day", "hour", "minute", "second"];
                // Seconds are looked at first, but no two begin alike.
                let at = long.iter().position(|name| begins(name, unit)).filter(|_| !unit.is_empty());
                UNITS.get(at.ok_or_else(bad)?).ok_or_else(bad)?.1
            }
        };
        let count = atoi(count).filter(|&count| count > 0).ok_or_else(bad)?;
        match SCALE * seconds / count {
            0 => Err(self.wrong(&format!("Rate too fast \"{}\"", shown(self.word)))),
            period => Ok(period),
        }
    }

    /// Any beginning of a name, in either case.
    fn choice(&self, list: &[(u32, &str, &str)]) -> Result<u32> {
        let found = list.iter().find(|(_, name, other)| begins(name, self.word) || begins(other, self.word));
        let unknown = || self.wrong(&format!("unknown reject type \"{}\"", shown(self.word)));
        found.map(|(number, _, _)| *number).ok_or_else(unknown)
    }

    fn level(&self) -> Result<u8> {
        const NAMES: &[(&str, u8)] = &[
            ("alert", 1),
            ("crit", 2),
            ("debug", 7),
            ("emerg", 0),
            ("error", 3),
            ("info", 6),
            ("notice", 5),
            ("panic", 0),
            ("warning", 4),
        ];
        let numeric = number(self.word, 0).filter(|&level| level <= 7).map(|level| level as u8);
        let named = || NAMES.iter().find(|(name, _)| name.as_bytes() == self.word).map(|(_, level)| *level);
        let unknown = || self.wrong(&format!("log level \"{}\" unknown\n", shown(self.word)));
        numeric.or_else(named).ok_or_else(unknown)
    }

    fn nat(&self, nat: Nat, part: NatPart, data: &mut [u8]) -> Result<()> {
        if part == NatPart::Ports {
            return self.nat_ports(nat, self.word, data);
        }
        let word = self.word;
        let colon_of = |from: usize| word[from..].iter().position(|&b| b == b':').map(|at| from + at);
        let bracket = word.iter().position(|&b| b == b'[');
        let invalid = || self.wrong("Invalid address format");
        // In brackets, or else with at most one colon: then that is where the port begins.
        let (addresses, colon) = match bracket {
            None => {
                let colon = colon_of(0).filter(|&at| colon_of(at + 1).is_none());
                (&word[..colon.unwrap_or(word.len())], colon)
            }
            Some(_) if self.family == Family::V4 => return Err(invalid()),
            Some(open) => {
                let close = word.iter().position(|&b| b == b']').filter(|&close| close > open).ok_or_else(invalid)?;
                (&word[open + 1..close], colon_of(close))
            }
        };
        if let Some(colon) = colon {
            self.nat_ports(nat, &word[colon + 1..], data)?;
            if addresses.is_empty() {
                return Ok(());
            }
        }
        nat.set(data, true, false, false);
        let mut parts = addresses.splitn(2, |&b| b == b'-');
        let low = self.nat_address(parts.next().unwrap_or_default())?;
        let high = parts.next().map(|part| self.nat_address(part)).transpose()?;
        put(data, nat.low, &low);
        put(data, nat.high, high.as_deref().unwrap_or(&low));
        Ok(())
    }

    fn nat_address(&self, word: &[u8]) -> Result<Vec<u8>> {
        let text = std::str::from_utf8(word).ok();
        let address = text.and_then(|text| match self.family {
            Family::V4 => text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets().to_vec()),
            Family::V6 => text.parse::<Ipv6Addr>().ok().map(|ip| ip.octets().to_vec()),
        });
        address.ok_or_else(|| self.wrong(&format!("Bad IP address \"{}\"", shown(word))))
    }

    /// `PORT[-PORT[/PORT]]`, the first by name too where it stands alone.
    fn nat_ports(&self, nat: Nat, word: &[u8], data: &mut [u8]) -> Result<()> {
        let invalid = |word: &[u8]| self.wrong(&format!("Port `{}' not valid", shown(word)));
        // TCP, UDP, SCTP, DCCP, ICMP.
        if !matches!(self.protocol.0, 6 | 17 | 132 | 33 | 1) {
            return Err(self.wrong("Need TCP, UDP, SCTP or DCCP with port specification"));
        }
        let service = || crate::sys::service_port(word, None).map(|port| (port, &b""[..]));
        let (low, rest) = leading_u16(word).or_else(service).ok_or_else(|| invalid(word))?;
        let mut high = low;
        let mut base = None;
        match rest {
            [] => {}
            [b'-', range @ ..] => {
                let rest;
                (high, rest) = leading_u16(range).ok_or_else(|| invalid(range))?;
                if high < low {
                    return Err(self.wrong(&format!("Port range `{}' funky", shown(range))));
                }
                match rest {
                    [] => {}
                    [b'/', port @ ..] => {
                        let numeric = leading_u16(port).map(|(port, _)| port).filter(|&port| port > 0);
                        let port =
                            numeric.or_else(|| crate::sys::service_port(port, None)).ok_or_else(|| invalid(port))?;
                        base = Some(port);
                    }
                    rest => return Err(self.wrong(&format!("Garbage after port range: `{}'", shown(rest)))),
                }
            }
            [b':', ..] => return Err(self.wrong("Invalid port:port syntax - use dash")),
            rest => return Err(self.wrong(&format!("Garbage after port value: `{}'", shown(rest)))),
        }
        put(data, nat.port_low, &low.to_be_bytes());
        put(data, nat.port_high, &high.to_be_bytes());
        match (base, nat.base) {
            (Some(port), Some(at)) => put(data, at, &port.to_be_bytes()),
            (Some(_), None) => return Err(self.wrong("Shifted portmap ranges not supported with this kernel")),
            (None, _) => {}
        }
        nat.set(data, false, true, base.is_some());
        Ok(())
    }
}

fn put_u16(data: &mut [u8], at: usize, value: u16) {
    put(data, at, &value.to_ne_bytes());
}

/// Whether `word` is the beginning of `name`, in either case.
fn begins(name: &str, word: &[u8]) -> bool {
    name.as_bytes().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Reads the number that `word` begins with, and gives what stands behind it. Unlike C's function it takes no minus.
fn leading(word: &[u8], max: u32) -> Option<(u32, &[u8])> {
    let start = word.iter().position(|&b| !is_space(b)).unwrap_or(0);
    let (value, rest) = leading_number(word, 0).filter(|_| word.get(start) != Some(&b'-'))?;
    Some((u32::try_from(value).ok().filter(|&value| value <= max)?, rest))
}

fn leading_u16(word: &[u8]) -> Option<(u16, &[u8])> {
    let (value, rest) = leading(word, u16::MAX.into())?;
    Some((value as u16, rest))
}

/// `LOW[:HIGH]`, each a byte, and what stands behind.
fn byte_range(word: &[u8]) -> Option<((u8, u8), &[u8])> {
    let (low, rest) = leading(word, 255)?;
    let (high, rest) = match rest {
        [b':', high @ ..] => leading(high, 255)?,
        rest => (low, rest),
    };
    Some(((low as u8, high as u8), rest))
}

/// Reads a decimal number as C's `atoi` does: the digits that `word` begins with.
fn atoi(word: &[u8]) -> Option<u32> {
    leading_number(word, 10).and_then(|(value, _)| u32::try_from(value).ok())
}
