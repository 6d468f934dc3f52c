//! ICMP (RFC 792).

use super::ip::{TCP, UDP};
use super::{Names16, Printer, Shown, name_or, named, right_checksum};
use crate::packet::{Bytes, Cut, checksum};

const ECHO_REPLY: u8 = 0;
const UNREACHABLE: u8 = 3;
const QUENCH: u8 = 4;
const REDIRECT: u8 = 5;
const ECHO: u8 = 8;
const ADVERTISEMENT: u8 = 9;
const TIME_EXCEEDED: u8 = 11;
const PARAMETER: u8 = 12;
const TIMESTAMP: u8 = 13;
const TIMESTAMP_REPLY: u8 = 14;
const MASK_REPLY: u8 = 18;

const OTHERS: &Names16 = &[
    (4, "source quench"),
    (10, "router solicitation"),
    (15, "information request"),
    (16, "information reply"),
    (17, "address mask request"),
];

/// The header of the packet that an error is about begins here.
const ORIGINAL: usize = 8;
/// Extensions begin behind so much of it (RFC 4884).
const EXTENSION: usize = 136;

fn time_of_day(milliseconds: u32) -> String {
    let (seconds, milliseconds) = (milliseconds / 1000, milliseconds % 1000);
    format!("{:02}:{:02}:{:02}.{milliseconds:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

impl Printer {
    pub(super) fn icmp(&mut self, bytes: Bytes<'_>, length: u32, is_fragment: bool) -> Shown {
        self.protocol = "icmp";
        let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
        let text = self.icmp_message(bytes, kind, code)?;
        self.say(format_args!("ICMP {text}, length {length}"));
        if self.look.verbose == 0 {
            return Ok(());
        }
        if !is_fragment && bytes.has(length as usize) {
            let sum = checksum(&[bytes.first(length as usize).0]);
            if sum != 0 {
                let was = bytes.u16(2)?;
                self.say(format_args!(" (wrong icmp cksum {was:x} (->{:x})!)", right_checksum(was, sum)));
            }
        }
        if matches!(kind, UNREACHABLE | QUENCH | REDIRECT | TIME_EXCEEDED | PARAMETER) {
            self.text("\n\t");
            let original = bytes.from(ORIGINAL);
            let len = original.u16(2)?;
            self.ip(original.first(len.into()), len.into())?;
        }
        self.protocol = "icmp";
        if length as usize > EXTENSION && matches!(kind, UNREACHABLE | TIME_EXCEEDED | PARAMETER) {
            self.icmp_extension(bytes, length as usize)?;
        }
        Ok(())
    }

    fn icmp_message(&mut self, bytes: Bytes<'_>, kind: u8, code: u8) -> Result<String, Cut> {
        Ok(match kind {
            ECHO | ECHO_REPLY => {
                let name = if kind == ECHO { "request" } else { "reply" };
                format!("echo {name}, id {}, seq {}", bytes.u16(4)?, bytes.u16(6)?)
            }
            UNREACHABLE => self.unreachable(bytes, code)?,
            REDIRECT => {
                let (destination, gateway) = (self.ip4(bytes, ORIGINAL + 16)?, self.ip4(bytes, 4)?);
                match code {
                    0 => format!("redirect {destination} to net {gateway}"),
                    1 => format!("redirect {destination} to host {gateway}"),
                    2 => format!("redirect-tos {destination} to net {gateway}"),
                    3 => format!("redirect-tos {destination} to host {gateway}"),
                    code => format!("redirect-#{code} {destination} to {gateway}"),
                }
            }
            ADVERTISEMENT => self.advertisement(bytes)?,
            TIME_EXCEEDED => {
                bytes.u32(ORIGINAL + 16)?;
                match code {
                    0 => "time exceeded in-transit".into(),
                    1 => "ip reassembly time exceeded".into(),
                    code => format!("time exceeded-#{code}"),
                }
            }
            PARAMETER if code != 0 => format!("parameter problem - code {code}"),
            PARAMETER => format!("parameter problem - octet {}", bytes.u8(4)?),
            MASK_REPLY => format!("address mask is 0x{:08x}", bytes.u32(8)?),
            TIMESTAMP => format!("time stamp query id {} seq {}", bytes.u16(4)?, bytes.u16(6)?),
            TIMESTAMP_REPLY => format!(
                "time stamp reply id {} seq {}: org {}, recv {}, xmit {}",
                bytes.u16(4)?,
                bytes.u16(6)?,
                time_of_day(bytes.u32(8)?),
                time_of_day(bytes.u32(12)?),
                time_of_day(bytes.u32(16)?),
            ),
            kind => name_or(OTHERS, kind.into(), |number| format!("type-#{number}")),
        })
    }

    fn unreachable(&mut self, bytes: Bytes<'_>, code: u8) -> Result<String, Cut> {
        if code == 3 {
            return self.port_unreachable(bytes.from(ORIGINAL));
        }
        let to = self.ip4(bytes, ORIGINAL + 16)?;
        Ok(match code {
            0 => format!("net {to} unreachable"),
            1 => format!("host {to} unreachable"),
            2 => format!("{to} protocol {} unreachable", bytes.u8(ORIGINAL + 9)?),
            4 => match bytes.u16(6)? {
                0 => format!("{to} unreachable - need to frag"),
                mtu => format!("{to} unreachable - need to frag (mtu {mtu})"),
            },
            5 => format!("{to} unreachable - source route failed"),
            6 => format!("net {to} unreachable - unknown"),
            7 => format!("host {to} unreachable - unknown"),
            8 => format!("{to} unreachable - source host isolated"),
            9 => format!("net {to} unreachable - admin prohibited"),
            10 => format!("host {to} unreachable - admin prohibited"),
            11 => format!("net {to} unreachable - tos prohibited"),
            12 => format!("host {to} unreachable - tos prohibited"),
            13 => format!("host {to} unreachable - admin prohibited filter"),
            14 => format!("host {to} unreachable - host precedence violation"),
            15 => format!("host {to} unreachable - precedence cutoff"),
            code => format!("{to} unreachable - #{code}"),
        })
    }

    fn port_unreachable(&mut self, original: Bytes<'_>) -> Result<String, Cut> {
        let protocol = original.u8(9)?;
        let header = usize::from(original.u8(0)? & 0xf) * 4;
        let port = original.u16(header + 2)?;
        let to = self.ip4(original, 16)?;
        Ok(match protocol {
            TCP => format!("{to} tcp port {} unreachable", self.names.port(port, true)),
            UDP => format!("{to} udp port {} unreachable", self.names.port(port, false)),
            other => format!("{to} protocol {other} port {port} unreachable"),
        })
    }

    /// Routers that make themselves known (RFC 1256).
    fn advertisement(&mut self, bytes: Bytes<'_>) -> Result<String, Cut> {
        let lifetime = bytes.u16(6)?;
        let (hours, minutes, seconds) = (lifetime / 3600, lifetime / 60 % 60, lifetime % 60);
        let lifetime = match (hours, minutes) {
            (0, 0) => format!("{seconds}"),
            (0, _) => format!("{minutes}:{seconds:02}"),
            _ => format!("{hours}:{minutes:02}:{seconds:02}"),
        };
        let (count, size) = (bytes.u8(4)?, bytes.u8(5)?);
        let mut text = format!("router advertisement lifetime {lifetime} {count}:");
        if size != 2 {
            return Ok(format!("{text} [size {size}]"));
        }
        for router in 0..usize::from(count) {
            let address = self.ip4(bytes, 8 + router * 8)?;
            text += &format!(" {{{address} {}}}", bytes.u32(12 + router * 8)?);
        }
        Ok(text)
    }

    /// What stands behind the original packet (RFC 4884).
    fn icmp_extension(&mut self, bytes: Bytes<'_>, length: usize) -> Shown {
        const OBJECTS: &Names16 = &[(1, "MPLS Stack Entry"), (2, "Interface Identification")];
        bytes.u8(EXTENSION + 4)?;
        let mut left = length - EXTENSION;
        let whole = bytes.slice(EXTENSION, left).ok();
        let sum = whole.map(|whole| checksum(&[whole]));
        if bytes.u8(5)? == 0 && sum.is_some_and(|sum| sum != 0) {
            return Ok(());
        }
        let version = bytes.u8(EXTENSION)? >> 4;
        self.say(format_args!("\n\tICMP Multi-Part extension v{version}"));
        if version != 2 {
            self.text(" packet not supported");
            return Ok(());
        }
        if let Some(sum) = sum {
            let wrong = if sum == 0 { "" } else { "in" };
            self.say(format_args!(", checksum 0x{:04x} ({wrong}correct), length {left}", bytes.u16(EXTENSION + 2)?));
        }
        let mut at = EXTENSION + 4;
        left = left.saturating_sub(4);
        while left > 4 {
            let (len, class, kind) = (usize::from(bytes.u16(at)?), bytes.u8(at + 2)?, bytes.u8(at + 3)?);
            let name = named(OBJECTS, class.into()).unwrap_or("unknown");
            self.say(format_args!("\n\t  {name} Object ({class}), Class-Type: {kind}, length {len}"));
            at += 4;
            left -= 4;
            let Some(len) = len.checked_sub(4).filter(|_| class != 0) else { return Ok(()) };
            if (class, kind) == (1, 1) {
                let label = bytes.u32(at)?;
                let bottom = if label & 0x100 == 0 { "" } else { ", [S]" };
                self.say(format_args!("\n\t    label {}, tc {}{bottom}", label >> 12, label >> 9 & 7));
                self.say(format_args!(", ttl {}", label & 0xff));
            } else {
                self.unknown("\n\t    ", bytes.from(at), len);
            }
            if left < len {
                return Ok(());
            }
            left -= len;
            at += len;
        }
        Ok(())
    }
}
