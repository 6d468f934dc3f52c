//! ICMPv6 (RFC 4443) with neighbour discovery (RFC 4861) and multicast listeners (RFC 2710, 3810).

use super::ip::{Carrier, TCP, UDP};
use super::names::colons;
use super::{Names16, Printer, Shown, flags, name_or, named, right_checksum};
use crate::packet::{Bytes, Cut};

const ICMP6: u8 = 58;
const UNREACHABLE: u8 = 1;
const TOO_BIG: u8 = 2;
const TIME_EXCEEDED: u8 = 3;
const PARAMETER: u8 = 4;
const ECHO: u8 = 128;
const ECHO_REPLY: u8 = 129;
const QUERY: u8 = 130;
const REPORT: u8 = 131;
const DONE: u8 = 132;
const ROUTER_SOLICITATION: u8 = 133;
const ROUTER_ADVERTISEMENT: u8 = 134;
const NEIGHBOR_SOLICITATION: u8 = 135;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;
const REDIRECT: u8 = 137;
const REPORT2: u8 = 143;
/// The header of the packet that an error is about begins here.
const ORIGINAL: usize = 8;

const TYPES: &Names16 = &[
    (1, "destination unreachable"),
    (2, "packet too big"),
    (3, "time exceeded in-transit"),
    (4, "parameter problem"),
    (128, "echo request"),
    (129, "echo reply"),
    (130, "multicast listener query"),
    (131, "multicast listener report"),
    (132, "multicast listener done"),
    (133, "router solicitation"),
    (134, "router advertisement"),
    (135, "neighbor solicitation"),
    (136, "neighbor advertisement"),
    (137, "redirect"),
    (138, "router renumbering"),
    (141, "inverse neighbor solicitation"),
    (142, "inverse neighbor advertisement"),
    (143, "multicast listener report v2"),
    (144, "ha discovery request"),
    (145, "ha discovery reply"),
    (146, "mobile router solicitation"),
    (147, "mobile router advertisement"),
    (139, "who-are-you request"),
    (140, "who-are-you reply"),
    (201, "mtrace message"),
    (200, "mtrace response"),
    (155, "RPL"),
];

const UNREACHABLE_CODES: &Names16 = &[
    (0, "unreachable route"),
    (1, " unreachable prohibited"),
    (2, "beyond scope"),
    (3, "unreachable address"),
    (4, "unreachable port"),
];

const ND_OPTIONS: &Names16 = &[
    (1, "source link-address"),
    (2, "destination link-address"),
    (3, "prefix info"),
    (4, "redirected header"),
    (5, "mtu"),
    (25, "rdnss"),
    (31, "dnssl"),
    (7, "advertisement interval"),
    (8, "homeagent information"),
    (24, "route info"),
];

fn preference(bits: u8) -> &'static str {
    ["medium", "high", "rsv", "low"][usize::from(bits >> 3 & 3)]
}

fn lifetime(seconds: u32) -> String {
    if seconds == u32::MAX { "infinity".into() } else { format!("{seconds}s") }
}

impl Printer {
    pub(super) fn icmp6(&mut self, bytes: Bytes<'_>, length: u32, carrier: Carrier<'_>, is_fragment: bool) -> Shown {
        self.protocol = "icmp6";
        if length == 0 {
            self.text("ICMP6, length 0");
            self.invalid();
            return Ok(());
        }
        let verbose = self.look.verbose > 0;
        if verbose && !is_fragment && bytes.has(length as usize) {
            let was = bytes.u16(2)?;
            match carrier.checksum(bytes.first(length as usize).0, ICMP6)? {
                0 => self.text("[icmp6 sum ok] "),
                sum => {
                    let right = right_checksum(was, sum);
                    self.say(format_args!("[bad icmp6 cksum 0x{was:04x} -> 0x{right:04x}!] "));
                }
            }
        }
        let kind = bytes.u8(0)?;
        let name = name_or(TYPES, kind.into(), |number| format!("unknown icmp6 type ({number})"));
        self.say(format_args!("ICMP6, {name}"));
        if verbose && matches!(kind, ROUTER_SOLICITATION..=REDIRECT | 145 | 147) {
            self.say(format_args!(", length {length}"));
        }
        let code = bytes.u8(1)?;
        let is_done = self.icmp6_message(bytes, length, kind, code)?;
        if !is_done && !verbose {
            self.say(format_args!(", length {length}"));
        }
        Ok(())
    }

    /// What a message says; true where nothing is to follow it.
    fn icmp6_message(&mut self, bytes: Bytes<'_>, length: u32, kind: u8, code: u8) -> Result<bool, Cut> {
        let verbose = self.look.verbose > 0;
        // Where options begin, if they are shown.
        let mut options = None;
        match kind {
            UNREACHABLE => return self.unreachable6(bytes, length, code),
            TOO_BIG => self.say(format_args!(", mtu {}", bytes.u32(4)?)),
            TIME_EXCEEDED => match code {
                0 => {
                    let to = self.ip6_address(bytes, ORIGINAL + 24)?;
                    self.say(format_args!(" for {to}"));
                }
                1 => self.text(" (reassembly)"),
                code => self.say(format_args!(", unknown code ({code})")),
            },
            PARAMETER => {
                bytes.slice(ORIGINAL + 24, 16)?;
                let what = match code {
                    0 => "erroneous",
                    1 => "next header",
                    2 => "option",
                    3 => "incomplete header chain",
                    code => {
                        self.say(format_args!(", code-#{code}"));
                        return Ok(false);
                    }
                };
                self.say(format_args!(", {what} - octet {}", bytes.u32(4)?));
            }
            ECHO | ECHO_REPLY => self.say(format_args!(", id {}, seq {}", bytes.u16(4)?, bytes.u16(6)?)),
            QUERY if length >= 28 => self.listener_query2(bytes, length as usize)?,
            QUERY if length != 24 => self.say(format_args!(" unknown-version (len {length}) ")),
            QUERY | REPORT | DONE => {
                if bytes.has(24) {
                    self.say(format_args!("max resp delay: {} ", bytes.u16(4)?));
                    let group = self.ip6_address(bytes, 8)?;
                    self.say(format_args!("addr: {group}"));
                }
            }
            REPORT2 if length < 8 => self.say(format_args!(" [invalid len {length}]")),
            REPORT2 => self.group_records(bytes, length as usize, 16, "v2-report")?,
            ROUTER_SOLICITATION => options = Some(8),
            ROUTER_ADVERTISEMENT => {
                if verbose {
                    self.router_advertisement(bytes)?;
                }
                options = Some(16);
            }
            NEIGHBOR_SOLICITATION => {
                let target = self.ip6_address(bytes, 8)?;
                self.say(format_args!(", who has {target}"));
                options = Some(24);
            }
            NEIGHBOR_ADVERTISEMENT => {
                const FLAGS: &Names16 =
                    &[(0x8000_0000, "router"), (0x4000_0000, "solicited"), (0x2000_0000, "override")];
                let target = self.ip6_address(bytes, 8)?;
                self.say(format_args!(", tgt is {target}"));
                if verbose {
                    let shown = flags(FLAGS, bytes.u32(4)?, "none", ", ");
                    self.say(format_args!(", Flags [{shown}]"));
                }
                options = Some(24);
            }
            REDIRECT => {
                let (to, target) = (self.ip6_address(bytes, 24)?, self.ip6_address(bytes, 8)?);
                self.say(format_args!(", {to} to {target}"));
                options = Some(40);
            }
            // Named, but not decoded.
            138..=142 | 145 | 147 | 155 | 200 | 201 => {}
            144 | 146 => self.say(format_args!(", id 0x{:04x}", bytes.u16(4)?)),
            _ => {
                self.say(format_args!(", length {length}"));
                if self.look.verbose <= 1 {
                    self.unknown("\n\t", bytes, length as usize);
                }
                return Ok(true);
            }
        }
        if let Some(at) = options.filter(|_| verbose)
            && !self.nd_options(bytes.from(at), i64::from(length) - at as i64)?
        {
            self.cut();
            return Ok(true);
        }
        Ok(false)
    }

    fn unreachable6(&mut self, bytes: Bytes<'_>, length: u32, code: u8) -> Result<bool, Cut> {
        let text = name_or(UNREACHABLE_CODES, code.into(), |number| format!("unknown unreach code ({number})"));
        self.say(format_args!(", {text}"));
        match code {
            0 | 1 | 3 => {
                let to = self.ip6_address(bytes, ORIGINAL + 24)?;
                self.say(format_args!(" {to}"));
            }
            2 => {
                let (to, from) = (self.ip6_address(bytes, ORIGINAL + 24)?, self.ip6_address(bytes, ORIGINAL + 8)?);
                self.say(format_args!(" {to}, source address {from}"));
            }
            4 => {
                let original = bytes.from(ORIGINAL);
                let Some((protocol, port)) = upper_layer(original) else {
                    self.cut();
                    return Ok(true);
                };
                let to = self.ip6_address(original, 24)?;
                let name = if protocol == TCP { "tcp" } else { "udp" };
                let port = self.names.port(port, protocol == TCP);
                self.say(format_args!(", {to} {name} port {port}"));
            }
            _ if self.look.verbose <= 1 => {
                self.unknown("\n\t", bytes, length as usize);
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }

    fn router_advertisement(&mut self, bytes: Bytes<'_>) -> Shown {
        const FLAGS: &Names16 =
            &[(0x80, "managed"), (0x40, "other stateful"), (0x20, "home agent"), (0x02, "ipv6 only")];
        let bits = bytes.u8(5)?;
        self.say(format_args!(
            "\n\thop limit {}, Flags [{}], pref {}, router lifetime {}s, reachable time {}ms, retrans timer {}ms",
            bytes.u8(4)?,
            flags(FLAGS, bits.into(), "none", ", "),
            preference(bits),
            bytes.u16(6)?,
            bytes.u32(8)?,
            bytes.u32(12)?,
        ));
        Ok(())
    }

    /// The options of neighbour discovery; false where they are cut or wrong.
    fn nd_options(&mut self, bytes: Bytes<'_>, mut left: i64) -> Result<bool, Cut> {
        let mut option = bytes;
        while !option.is_empty() {
            if !option.has(2) {
                return Ok(false);
            }
            if left <= 0 {
                return Ok(true);
            }
            let (kind, units) = (option.u8(0)?, usize::from(option.u8(1)?));
            let len = units * 8;
            if units == 0 || !option.has(len) {
                return Ok(false);
            }
            let name = named(ND_OPTIONS, kind.into()).unwrap_or("unknown");
            self.say(format_args!("\n\t  {name} option ({kind}), length {len} ({units}): "));
            if named(ND_OPTIONS, kind.into()).is_none() && self.look.verbose <= 1 {
                self.unknown("\n\t  ", option.from(2), len - 2);
                return Ok(true);
            }
            if !self.nd_option(kind, option, units, bytes)? {
                return Ok(false);
            }
            if self.look.verbose > 1 {
                self.unknown("\n\t    ", option.from(2), len - 2);
            }
            option = option.from(len);
            left -= len as i64;
        }
        Ok(true)
    }

    fn nd_option(&mut self, kind: u8, option: Bytes<'_>, units: usize, all: Bytes<'_>) -> Result<bool, Cut> {
        const PREFIX_FLAGS: &Names16 = &[(0x80, "onlink"), (0x40, "auto"), (0x20, "router")];
        let len = units * 8;
        match kind {
            1 | 2 => {
                let address = colons(option.slice(2, len - 2)?);
                self.text(&address);
            }
            3 => {
                let prefix = self.ip6_address(option, 16)?;
                let bad = if units == 4 { "" } else { "badlen" };
                self.say(format_args!(
                    "{prefix}/{}{bad}, Flags [{}], valid time {}, pref. time {}",
                    option.u8(2)?,
                    flags(PREFIX_FLAGS, option.u8(3)?.into(), "none", ", "),
                    lifetime(option.u32(4)?),
                    lifetime(option.u32(8)?),
                ));
            }
            4 => self.unknown("\n\t    ", all, len),
            5 => {
                let bad = if units == 1 { "" } else { "bad option length" };
                self.say(format_args!(" {}{bad}", option.u32(4)?));
            }
            7 => self.say(format_args!(" {}ms", option.u32(4)?)),
            8 => self.say(format_args!(" preference {}, lifetime {}", option.u16(4)?, option.u16(6)?)),
            24 => {
                let mut prefix = [0; 16];
                if units > 3 {
                    return Ok(false);
                }
                let given = option.slice(8, len - 8)?;
                prefix[..given.len()].copy_from_slice(given);
                let prefix = self.names.ip6(prefix);
                self.say(format_args!(
                    " {prefix}/{}, pref={}, lifetime={}",
                    option.u8(2)?,
                    preference(option.u8(3)?),
                    lifetime(option.u32(4)?),
                ));
            }
            25 => {
                self.say(format_args!(" lifetime {}s,", option.u32(4)?));
                for server in 0..(units - 1) / 2 {
                    let server = self.ip6_address(option, 8 + server * 16)?;
                    self.say(format_args!(" addr: {server}"));
                }
            }
            31 => {
                self.say(format_args!(" lifetime {}s, domain(s):", option.u32(4)?));
                // Names are read from the first option on, which is what compressed ones would count from.
                let start = all.len() - option.len();
                let mut at = start + 8;
                while at < start + len && all.u8(at)? != 0 {
                    self.text(" ");
                    match self.domain_name(all, at)? {
                        Some(next) => at = next,
                        None => return Ok(false),
                    }
                }
            }
            _ => {}
        }
        Ok(true)
    }

    fn listener_query2(&mut self, bytes: Bytes<'_>, length: usize) -> Shown {
        self.text(" v2");
        let code = u32::from(bytes.u16(4)?);
        let delay = if code < 32768 { code } else { ((code & 0x0fff) | 0x1000) << (((code & 0x7000) >> 12) + 3) };
        let verbose = self.look.verbose > 0;
        if verbose {
            self.say(format_args!(" [max resp delay={delay}]"));
        }
        let group = self.ip6_address(bytes, 8)?;
        self.say(format_args!(" [gaddr {group}"));
        if verbose {
            let bits = bytes.u8(24)?;
            if bits & 8 != 0 {
                self.text(" sflag");
            }
            if bits & 7 != 0 {
                self.say(format_args!(" robustness={}", bits & 7));
            }
            let code = u32::from(bytes.u8(25)?);
            let interval = if code < 128 { code } else { ((code & 0x0f) | 0x10) << (((code & 0x70) >> 4) + 3) };
            self.say(format_args!(" qqi={interval}"));
        }
        let sources = usize::from(bytes.u16(26)?);
        if sources > 0 {
            if length < 28 + sources * 16 {
                self.text(" [invalid number of sources]");
            } else if self.look.verbose > 1 {
                self.group_sources(bytes.from(28), sources, 16)?;
            } else {
                self.say(format_args!(", {sources} source(s)"));
            }
        }
        self.text("]");
        Ok(())
    }
}

/// The protocol above the headers of a packet, if it has ports, and the port that it went to.
fn upper_layer(bytes: Bytes<'_>) -> Option<(u8, u16)> {
    let (mut next, mut at) = (bytes.u8(6).ok()?, 40);
    loop {
        let len = |unit: usize, more: usize| bytes.u8(at + 1).map(|len| (usize::from(len) + more) * unit).ok();
        let advance = match next {
            TCP | UDP => return Some((next, bytes.u16(at + 2).ok()?)),
            0 | 43 | 60 => len(8, 1)?,
            44 if bytes.u16(at + 2).ok()? & 0xfff8 == 0 => 8,
            51 => len(4, 2)?,
            _ => return None,
        };
        next = bytes.u8(at).ok()?;
        at += advance;
    }
}
