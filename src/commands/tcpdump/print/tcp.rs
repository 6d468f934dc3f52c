//! TCP (RFC 9293) with its options.

use std::collections::HashMap;

use super::ip::{Carrier, TCP};
use super::{Names16, Printer, Shown, flags, name_or, right_checksum};
use crate::packet::{Bytes, Cut};

/// The first numbers of both directions by both ends, the lower port first.
pub(super) type Conversations = HashMap<(Vec<u8>, Vec<u8>, u16, u16), (u32, u32)>;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;
const URG: u8 = 0x20;

const FLAGS: &Names16 = &[(1, "F"), (2, "S"), (4, "R"), (8, "P"), (16, "."), (32, "U"), (64, "E"), (128, "W")];

const OPTIONS: &Names16 = &[
    (0, "eol"),
    (1, "nop"),
    (2, "mss"),
    (3, "wscale"),
    (4, "sackOK"),
    (5, "sack"),
    (6, "echo"),
    (7, "echoreply"),
    (8, "TS"),
    (11, "cc"),
    (12, "ccnew"),
    (13, ""),
    (19, "md5"),
    (20, "scps"),
    (28, "uto"),
    (29, "tcp-ao"),
    (30, "mptcp"),
    (34, "tfo"),
    (254, "exp"),
];

/// Why the options of a segment are not shown to the end.
enum Stop {
    /// The option makes no sense.
    Bad,
    /// Its value is cut.
    Missing,
    /// It begins behind the end.
    Cut,
}

impl From<Cut> for Stop {
    fn from(_: Cut) -> Self {
        Stop::Cut
    }
}

/// What numbers of the other direction are counted from.
struct Base {
    sequence: u32,
    acknowledged: u32,
    reversed: bool,
}

impl Printer {
    pub(super) fn tcp(&mut self, bytes: Bytes<'_>, length: u32, carrier: Carrier<'_>, is_fragment: bool) -> Shown {
        self.protocol = "tcp";
        let (source, destination) = self.ends(carrier)?;
        if !bytes.has(4) {
            self.say(format_args!("{source} > {destination}:"));
            self.cut();
            return Ok(());
        }
        let (from, to) = (bytes.u16(0)?, bytes.u16(2)?);
        let (from_name, to_name) = (self.names.port(from, true), self.names.port(to, true));
        match carrier.next()? == TCP {
            true => self.say(format_args!("{source}.{from_name} > {destination}.{to_name}: ")),
            false => self.say(format_args!("{from_name} > {to_name}: ")),
        }
        if !bytes.has(20) {
            self.cut();
            return Ok(());
        }
        let header = u32::from(bytes.u8(12)? >> 4) * 4;
        if header < 20 {
            let rest = length.wrapping_sub(header);
            self.say(format_args!(" tcp {rest} [bad hdr length {header} - too short, < 20]"));
            return Ok(());
        }
        if self.look.quiet {
            self.say(format_args!("tcp {}", length.wrapping_sub(header)));
            if header > length {
                self.say(format_args!(" [bad hdr length {header} - too long, > {length}]"));
            }
            return Ok(());
        }
        let bits = bytes.u8(13)?;
        let shown = flags(FLAGS, bits.into(), "none", "");
        self.say(format_args!("Flags [{shown}]"));
        let (mut sequence, mut acknowledged) = (bytes.u32(4)?, bytes.u32(8)?);
        let base = self.relate(carrier, (from, to), bits, &mut sequence, &mut acknowledged)?;
        if header > length {
            self.say(format_args!(" [bad hdr length {header} - too long, > {length}]"));
            return Ok(());
        }
        if self.look.verbose > 0 && !self.look.no_checksums && !is_fragment && bytes.has(length as usize) {
            let (was, sum) = (bytes.u16(16)?, carrier.checksum(bytes.first(length as usize).0, TCP)?);
            self.say(format_args!(", cksum 0x{was:04x}"));
            match sum {
                0 => self.text(" (correct)"),
                sum => self.say(format_args!(" (incorrect -> 0x{:04x})", right_checksum(was, sum))),
            }
        }
        let data = length - header;
        if self.look.verbose > 1 || data > 0 || bits & (SYN | FIN | RST) != 0 {
            self.say(format_args!(", seq {sequence}"));
            if data > 0 {
                self.say(format_args!(":{}", sequence.wrapping_add(data)));
            }
        }
        if bits & ACK != 0 {
            self.say(format_args!(", ack {acknowledged}"));
        }
        self.say(format_args!(", win {}", bytes.u16(14)?));
        if bits & URG != 0 {
            self.say(format_args!(", urg {}", bytes.u16(18)?));
        }
        if header > 20 && !self.tcp_options(bytes, header as usize, &base)? {
            return Ok(());
        }
        self.say(format_args!(", length {data}"));
        if data == 0 {
            return Ok(());
        }
        if !bytes.has(header as usize) {
            self.say(format_args!(" [remaining caplen({}) < header length({header})]", bytes.len()));
            return Err(Cut);
        }
        let payload = bytes.from(header as usize);
        if bits & RST != 0 && self.look.verbose > 0 {
            self.reset_reason(payload, data);
            return Ok(());
        }
        self.above_tcp(payload, data, from, to)
    }

    /// Makes the numbers of a segment relative to the first of its conversation.
    fn relate(
        &mut self,
        carrier: Carrier<'_>,
        (from, to): (u16, u16),
        bits: u8,
        sequence: &mut u32,
        acknowledged: &mut u32,
    ) -> Result<Base, Cut> {
        if self.look.absolute || bits & ACK == 0 {
            return Ok(Base { sequence: 0, acknowledged: 0, reversed: false });
        }
        let (source, destination) = carrier.addresses()?;
        let reversed = from > to || (from == to && source > destination);
        let key = match reversed {
            true => (destination.to_vec(), source.to_vec(), to, from),
            false => (source.to_vec(), destination.to_vec(), from, to),
        };
        let known = self.conversations.get(&key).copied();
        let first = match known.filter(|_| bits & SYN == 0) {
            Some((forth, back)) => {
                let (own, other) = if reversed { (back, forth) } else { (forth, back) };
                *sequence = sequence.wrapping_sub(own);
                *acknowledged = acknowledged.wrapping_sub(other);
                (forth, back)
            }
            None => {
                let (own, other) = (*sequence, acknowledged.wrapping_sub(1));
                let first = if reversed { (other, own) } else { (own, other) };
                self.conversations.insert(key, first);
                first
            }
        };
        Ok(Base { sequence: first.0, acknowledged: first.1, reversed })
    }

    /// The options; false where the line ends with them.
    fn tcp_options(&mut self, bytes: Bytes<'_>, header: usize, base: &Base) -> Result<bool, Cut> {
        self.text(", options [");
        let (mut at, mut separator) = (20, "");
        while at < header {
            self.text(separator);
            // Behind the first of them a mark says that the bracket ends here, too.
            let was_first = separator.is_empty();
            separator = ",";
            match self.tcp_option(bytes, &mut at, header, base) {
                Ok(true) => {}
                Ok(false) => break,
                Err(Stop::Bad) => {
                    self.text("[bad opt]");
                    self.text(if was_first { "" } else { "]" });
                    return Ok(false);
                }
                Err(Stop::Cut) => return Err(Cut),
                Err(Stop::Missing) => {
                    self.cut();
                    self.text(if was_first { "" } else { ">" });
                    return Ok(false);
                }
            }
        }
        self.text("]");
        Ok(true)
    }

    /// One option; false where it is the last.
    fn tcp_option(&mut self, bytes: Bytes<'_>, at: &mut usize, header: usize, base: &Base) -> Result<bool, Stop> {
        let kind = bytes.u8(*at)?;
        let len = match kind {
            0 | 1 => 1,
            _ => {
                let len = usize::from(bytes.u8(*at + 1)?);
                if len < 2 || len > header - *at {
                    return Err(Stop::Bad);
                }
                len
            }
        };
        let name = name_or(OPTIONS, kind.into(), |number| format!("unknown-{number}"));
        self.text(&name);
        let value = bytes.from(*at + 2);
        let left = (header - *at).saturating_sub(2);
        // `wanted` bytes of the value, which must lie in the header and in the packet.
        let take = |wanted: usize| match (wanted > left, value.has(wanted)) {
            (true, _) => Err(Stop::Bad),
            (false, false) => Err(Stop::Missing),
            (false, true) => Ok(value.first(wanted)),
        };
        let used = match kind {
            0 | 1 | 4 => 0,
            2 => {
                self.say(format_args!(" {}", take(2)?.u16(0)?));
                2
            }
            3 => {
                self.say(format_args!(" {}", take(1)?.u8(0)?));
                1
            }
            5 => {
                self.selective(len - 2, &take, base)?;
                len - 2
            }
            6 | 7 | 11 | 12 | 13 => {
                self.say(format_args!(" {}", take(4)?.u32(0)?));
                4
            }
            8 => {
                let value = take(8)?;
                self.say(format_args!(" val {} ecr {}", value.u32(0)?, value.u32(4)?));
                8
            }
            19 => {
                let value = take(16)?;
                self.text(" shared secret not supplied with -M, can't check - ");
                self.digits(value);
                16
            }
            20 => {
                let value = take(2)?;
                self.say(format_args!(" cap {:02x} id {}", value.u8(0)?, value.u8(1)?));
                2
            }
            28 => {
                let number = take(2)?.u16(0)?;
                let seconds = if number & 1 == 1 { u32::from(number >> 1) * 60 } else { u32::from(number >> 1) };
                self.say(format_args!(" 0x{number:x} {seconds}"));
                2
            }
            29 if len < 4 => {
                self.invalid();
                len - 2
            }
            29 => {
                self.say(format_args!(" keyid {}", take(1)?.u8(0)?));
                self.say(format_args!(" rnextkeyid {}", take(2)?.u8(1)?));
                if len > 4 {
                    self.text(" mac 0x");
                }
                for at in 2..len - 2 {
                    let byte = take(at + 1)?.u8(at)?;
                    self.say(format_args!("{byte:02x}"));
                }
                len - 2
            }
            34 => {
                let value = take(len - 2)?;
                self.text(" ");
                self.fast_open(value);
                len - 2
            }
            254 => {
                let value = take(len - 2)?;
                if value.len() < 2 {
                    return Err(Stop::Bad);
                }
                self.text("-");
                match value.u16(0)? {
                    0xf989 => {
                        self.text("tfo");
                        self.fast_open(value.from(2));
                    }
                    magic => self.say(format_args!("{magic:04x}")),
                }
                len - 2
            }
            _ => {
                if len > 2 {
                    self.text(" 0x");
                }
                for byte in 0..len - 2 {
                    let byte = take(byte + 1)?.u8(byte)?;
                    self.say(format_args!("{byte:02x}"));
                }
                len - 2
            }
        };
        let whole = used + if kind < 2 { 1 } else { 2 };
        if whole != len {
            self.say(format_args!("[len {len}]"));
        }
        *at += whole;
        Ok(kind != 0)
    }

    fn digits(&mut self, bytes: Bytes<'_>) {
        bytes.0.iter().for_each(|byte| self.say(format_args!("{byte:02x}")));
    }

    fn fast_open(&mut self, cookie: Bytes<'_>) {
        match cookie.len() {
            0 => self.text(" cookiereq"),
            len if len % 2 != 0 || !(4..=16).contains(&len) => self.invalid(),
            _ => {
                self.text(" cookie ");
                self.digits(cookie);
            }
        }
    }

    fn selective<'a>(
        &mut self,
        len: usize,
        take: &impl Fn(usize) -> Result<Bytes<'a>, Stop>,
        base: &Base,
    ) -> Result<(), Stop> {
        if !len.is_multiple_of(8) {
            self.text(" invalid sack");
            return Ok(());
        }
        self.say(format_args!(" {} ", len / 8));
        let first = if base.reversed { base.sequence } else { base.acknowledged };
        for at in (0..len).step_by(8) {
            let value = take(at + 8)?;
            let (start, end) = (value.u32(at)?.wrapping_sub(first), value.u32(at + 4)?.wrapping_sub(first));
            self.say(format_args!("{{{start}:{end}}}"));
        }
        Ok(())
    }

    /// What a RST carries may say why it was sent (RFC 1122).
    fn reset_reason(&mut self, bytes: Bytes<'_>, length: u32) {
        const MOST: u32 = 30;
        self.text(if bytes.has(length as usize) { " [RST" } else { " [!RST" });
        if length > MOST {
            self.text("+");
        }
        self.text(" ");
        self.characters(bytes, length.min(MOST) as usize);
        self.text("]");
    }

    fn above_tcp(&mut self, bytes: Bytes<'_>, length: u32, from: u16, to: u16) -> Shown {
        let either = |ports: &[u16]| ports.contains(&from) || ports.contains(&to);
        if either(&[23]) {
            self.telnet(bytes, length)
        } else if either(&[25]) {
            self.text_protocol("smtp", bytes, length)
        } else if either(&[43]) {
            self.text_protocol("whois", bytes, length)
        } else if either(&[22]) {
            self.ssh(bytes, length)
        } else if either(&[21]) {
            self.text_protocol("ftp", bytes, length)
        } else if either(&[80, 8080]) {
            self.text_protocol("http", bytes, length)
        } else if either(&[554, 8554]) {
            self.text_protocol("rtsp", bytes, length)
        } else if either(&[53]) {
            self.dns_stream(bytes, length)
        } else {
            Ok(())
        }
    }
}
