//! IPv6 (RFC 8200) with its extension headers.

use super::ip::{Carrier, PROTOCOLS, TCP, UDP};
use super::{Printer, Shown, named};
use crate::packet::{Bytes, Cut};

const HEADER: usize = 40;
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const DESTINATION: u8 = 60;

impl Printer {
    pub(super) fn ip6(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "ip6";
        if !bytes.has(HEADER) {
            self.cut();
            return Ok(());
        }
        if length < HEADER as u32 {
            self.say(format_args!("truncated-ip6 {length}"));
            return Ok(());
        }
        if !self.look.link_layer {
            self.text("IP6 ");
        }
        let first = bytes.u32(0)?;
        if first >> 28 != 6 {
            self.say(format_args!("version error: {} != 6", first >> 28));
            return Ok(());
        }
        let payload = u32::from(bytes.u16(4)?);
        let len = if payload == 0 { length + HEADER as u32 } else { payload + HEADER as u32 };
        if length < len && payload != 0 {
            self.say(format_args!("truncated-ip6 - {} bytes missing!", len - length));
        }
        let next = bytes.u8(6)?;
        if self.look.verbose > 0 {
            self.text("(");
            if first & 0x0ff0_0000 != 0 {
                self.say(format_args!("class 0x{:02x}, ", (first & 0x0ff0_0000) >> 20));
            }
            if first & 0x000f_ffff != 0 {
                self.say(format_args!("flowlabel 0x{:05x}, ", first & 0x000f_ffff));
            }
            let name = named(PROTOCOLS, next.into()).unwrap_or("unknown");
            let hops = bytes.u8(7)?;
            self.say(format_args!("hlim {hops}, next-header {name} ({next}) payload length: {payload}) "));
        }
        self.ip6_payload(bytes.first(len as usize), len, payload, next)
    }

    fn ip6_payload(&mut self, bytes: Bytes<'_>, len: u32, payload: u32, next: u8) -> Shown {
        let carrier = Carrier { bytes, is_ip6: true };
        let (mut next, mut at, mut is_fragment, mut extended) = (next, HEADER, false, false);
        if !matches!(next, TCP | UDP) {
            let (source, destination) = self.ends(carrier)?;
            self.say(format_args!("{source} > {destination}: "));
        }
        loop {
            let Some(rest) = len.checked_sub(at as u32) else {
                self.cut();
                return Ok(());
            };
            let header = bytes.from(at);
            let advance = match next {
                HOP_BY_HOP if extended => {
                    self.text("[The Hop-by-Hop Options header don't follow the IPv6 header]");
                    self.invalid();
                    return Ok(());
                }
                HOP_BY_HOP => {
                    let advance = self.ip6_options("hbhopt", "HBH ", header, true)?;
                    if payload == 0 {
                        self.text("[No valid Jumbo Payload Hop-by-Hop option found]");
                        self.invalid();
                        return Ok(());
                    }
                    advance
                }
                DESTINATION => self.ip6_options("dstopt", "DSTOPT ", header, self.look.verbose > 0)?,
                FRAGMENT => {
                    is_fragment = true;
                    let advance = self.fragment(header, at, payload)?;
                    advance.filter(|advance| header.len() > *advance)
                }
                ROUTING if header.is_empty() => {
                    self.cut();
                    return Ok(());
                }
                ROUTING => self.routing(header)?,
                _ => {
                    if payload == 0 && extended {
                        self.cut();
                        return Ok(());
                    }
                    let (header, rest) = if payload == 0 { (header.first(0), 0) } else { (header, rest) };
                    return self.above_ip(header, rest, carrier, next, is_fragment);
                }
            };
            let Some(advance) = advance else { return Ok(()) };
            extended = true;
            next = header.u8(0)?;
            at += advance;
            self.protocol = "ip6";
            // The loop goes on while there is something behind what was looked at last.
            if header.is_empty() {
                return Ok(());
            }
        }
    }

    /// The options of a header and its length; nothing where they are cut.
    fn ip6_options(
        &mut self,
        protocol: &'static str,
        name: &str,
        header: Bytes<'_>,
        are_read: bool,
    ) -> Result<Option<usize>, Cut> {
        self.protocol = protocol;
        let len = (usize::from(header.u8(1)?) + 1) * 8;
        if !header.has(len) {
            self.cut();
            return Ok(None);
        }
        self.text(name);
        if are_read && !self.ip6_each_option(header.first(len).from(2))? {
            self.cut();
            return Ok(None);
        }
        Ok(Some(len))
    }

    fn ip6_each_option(&mut self, mut options: Bytes<'_>) -> Result<bool, Cut> {
        let verbose = self.look.verbose > 0;
        while !options.is_empty() {
            let kind = options.u8(0)?;
            if kind != 0 && !options.has(2) {
                return Ok(false);
            }
            let len = if kind == 0 { 1 } else { usize::from(options.u8(1)?) + 2 };
            if !options.has(len) {
                return Ok(false);
            }
            match kind {
                0 if verbose => self.text("(pad1)"),
                1 if verbose => self.text("(padn)"),
                0 | 1 => {}
                5 if options.len() < 4 => {
                    self.text("(rtalert: trunc)");
                    return Ok(false);
                }
                5 if len != 4 => {
                    self.say(format_args!("(rtalert: invalid len {})", len - 2));
                    return Ok(false);
                }
                5 if verbose => self.say(format_args!("(rtalert: 0x{:04x}) ", options.u16(2)?)),
                5 => {}
                0xc2 if len != 6 => {
                    self.say(format_args!("(jumbo: invalid len {})", len - 2));
                    return Ok(false);
                }
                0xc2 if verbose => self.say(format_args!("(jumbo: {} - payload len != 0) ", options.u32(2)?)),
                0xc2 => {}
                _ if verbose => self.say(format_args!("(opt_type 0x{kind:02x}: len={})", len - 2)),
                _ => {}
            }
            options = options.from(len);
        }
        if verbose {
            self.text(" ");
        }
        Ok(true)
    }

    fn fragment(&mut self, header: Bytes<'_>, at: usize, payload: u32) -> Result<Option<usize>, Cut> {
        const LEN: usize = 8;
        self.protocol = "frag6";
        let offset = header.u16(2)? & 0xfff8;
        let rest = (HEADER as u64 + u64::from(payload)).wrapping_sub((at + LEN) as u64);
        if self.look.verbose > 0 {
            self.say(format_args!("frag (0x{:08x}:{offset}|{rest})", header.u32(4)?));
        } else {
            self.say(format_args!("frag ({offset}|{rest})"));
        }
        if offset != 0 {
            return Ok(None);
        }
        self.text(" ");
        Ok(Some(LEN))
    }

    fn routing(&mut self, header: Bytes<'_>) -> Result<Option<usize>, Cut> {
        self.protocol = "rt6";
        self.text("RT6");
        let len = header.u8(1)?;
        self.say(format_args!(" (len={len}"));
        let kind = header.u8(2)?;
        self.say(format_args!(", type={kind}"));
        if kind == 0 {
            self.text(" [Deprecated]");
        }
        self.say(format_args!(", segleft={}", header.u8(3)?));
        match kind {
            0 | 2 => {
                let reserved = header.u32(4)?;
                if reserved != 0 || self.look.verbose > 0 {
                    self.say(format_args!(", rsv=0x{reserved:x}"));
                }
            }
            4 => {
                self.say(format_args!(", last-entry={}", header.u8(4)?));
                let bits = header.u8(5)?;
                if bits != 0 || self.look.verbose > 0 {
                    self.say(format_args!(", flags=0x{bits:x}"));
                }
                self.say(format_args!(", tag={:x}", header.u16(6)?));
            }
            _ => {
                self.text(" (unknown type)");
                self.invalid();
                return Ok(None);
            }
        }
        if len % 2 == 1 {
            self.say(format_args!(" (invalid length {len})"));
            self.invalid();
            return Ok(None);
        }
        for segment in 0..usize::from(len / 2) {
            let address = self.ip6_address(header, 8 + segment * 16)?;
            self.say(format_args!(", [{segment}]{address}"));
        }
        self.text(") ");
        Ok(Some((usize::from(len) + 1) * 8))
    }
}
