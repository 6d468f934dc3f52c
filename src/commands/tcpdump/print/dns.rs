//! DNS (RFC 1035), above UDP or TCP, and multicast DNS (RFC 6762).

use super::names::ip6_number;
use super::{Names16, Printer, Shown, name_or};
use crate::packet::{Bytes, Cut};

const OPERATIONS: [&str; 16] = [
    "",
    " inv_q",
    " stat",
    " op3",
    " notify",
    " update",
    " op6",
    " op7",
    " op8",
    " updateA",
    " updateD",
    " updateDA",
    " updateM",
    " updateMA",
    " zoneInit",
    " zoneRef",
];

const REPLIES: [&str; 24] = [
    "",
    " FormErr",
    " ServFail",
    " NXDomain",
    " NotImp",
    " Refused",
    " YXDomain",
    " YXRRSet",
    " NXRRSet",
    " NotAuth",
    " NotZone",
    " Resp11",
    " Resp12",
    " Resp13",
    " Resp14",
    " NoChange",
    " BadVers",
    "Resp17",
    " Resp18",
    " Resp19",
    " Resp20",
    "Resp21",
    " Resp22",
    " BadCookie",
];

const TYPES: &Names16 = &[
    (1, "A"),
    (2, "NS"),
    (3, "MD"),
    (4, "MF"),
    (5, "CNAME"),
    (6, "SOA"),
    (7, "MB"),
    (8, "MG"),
    (9, "MR"),
    (10, "NULL"),
    (11, "WKS"),
    (12, "PTR"),
    (13, "HINFO"),
    (14, "MINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (18, "AFSDB"),
    (19, "X25"),
    (20, "ISDN"),
    (21, "RT"),
    (22, "NSAP"),
    (23, "NSAP_PTR"),
    (24, "SIG"),
    (25, "KEY"),
    (26, "PX"),
    (27, "GPOS"),
    (28, "AAAA"),
    (29, "LOC"),
    (30, "NXT"),
    (31, "EID"),
    (32, "NIMLOC"),
    (33, "SRV"),
    (34, "ATMA"),
    (35, "NAPTR"),
    (36, "KX"),
    (37, "CERT"),
    (38, "A6"),
    (39, "DNAME"),
    (40, "SINK"),
    (41, "OPT"),
    (42, "APL"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (99, "SPF"),
    (100, "UINFO"),
    (101, "UID"),
    (102, "GID"),
    (103, "UNSPEC"),
    (104, "UNSPECA"),
    (249, "TKEY"),
    (250, "TSIG"),
    (251, "IXFR"),
    (252, "AXFR"),
    (253, "MAILB"),
    (254, "MAILA"),
    (255, "ANY"),
    (256, "URI"),
];

const CLASSES: &Names16 = &[(1, "IN"), (3, "CHAOS"), (4, "HS"), (255, "ANY")];

const EDNS: &Names16 = &[
    (1, "LLQ"),
    (2, "UL"),
    (3, "NSID"),
    (5, "DAU"),
    (6, "DHU"),
    (7, "N3U"),
    (8, "ECS"),
    (9, "EXPIRE"),
    (10, "COOKIE"),
    (11, "KEEPALIVE"),
    (12, "PADDING"),
    (13, "CHAIN"),
    (14, "KEY-TAG"),
    (16, "CLIENT-TAG"),
    (17, "SERVER-TAG"),
];

const IN: u16 = 1;
const OPT: u16 = 41;
const HEADER: usize = 12;
/// The most characters of a name that are printed.
const MAX_NAME: usize = 255;

/// Where the next thing stands, or nothing: what was looked for is cut or makes no sense.
type Next = Result<Option<usize>, Cut>;

/// The place behind the name at `at`.
fn skip_name(bytes: Bytes<'_>, mut at: usize) -> Option<usize> {
    loop {
        let len = bytes.u8(at).ok()?;
        at += 1;
        match len >> 6 {
            _ if len == 0 => return Some(at),
            0 => at += usize::from(len),
            3 => return Some(at + 1),
            1 if len == 0x41 => {
                let bits = match bytes.u8(at).ok()? {
                    0 => 256,
                    bits => usize::from(bits),
                };
                at += 1 + bits.div_ceil(8);
            }
            _ => return None,
        }
    }
}

/// The whole code of a reply: its upper bits stand in the OPT record, behind all others that come before it.
fn reply_code(bytes: Bytes<'_>, flags: u16, counts: [u16; 4]) -> u16 {
    let low = flags & 0xf;
    let find = || {
        let mut at = HEADER;
        for _ in 0..counts[0] {
            at = skip_name(bytes, at)? + 4;
            bytes.u8(at).ok()?;
        }
        for _ in 0..u32::from(counts[1]) + u32::from(counts[2]) {
            at = skip_name(bytes, at)? + 8;
            at += 2 + usize::from(bytes.u16(at).ok()?);
            bytes.u8(at).ok()?;
        }
        for _ in 0..counts[3] {
            at = skip_name(bytes, at)?;
            if bytes.u16(at).ok()? == OPT {
                return bytes.u8(at + 4).ok();
            }
            at += 8;
            at += 2 + usize::from(bytes.u16(at).ok()?);
            bytes.u8(at).ok()?;
        }
        None
    };
    low | find().map_or(0, |high| u16::from(high) << 4)
}

impl Printer {
    /// DNS above TCP: its length stands before it.
    pub(super) fn dns_stream(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "domain";
        let Some(length) = length.checked_sub(2) else {
            self.say(format_args!(" [DNS over TCP: length {length} < 2]"));
            self.invalid();
            return Ok(());
        };
        let says = bytes.u16(0)?;
        if u32::from(says) != length {
            self.say(format_args!(" [prefix length({says}) != length({length})]"));
            self.invalid();
            return Ok(());
        }
        self.text(" ");
        self.dns(bytes.from(2), length, false)
    }

    pub(super) fn dns(&mut self, bytes: Bytes<'_>, length: u32, is_multicast: bool) -> Shown {
        self.protocol = "domain";
        if length < HEADER as u32 {
            self.say(format_args!("domain [length {length} < {HEADER}]"));
            self.invalid();
            return Ok(());
        }
        if !bytes.has(HEADER) {
            return Err(Cut);
        }
        let (id, flags) = (bytes.u16(0)?, bytes.u16(2)?);
        let counts = [bytes.u16(4)?, bytes.u16(6)?, bytes.u16(8)?, bytes.u16(10)?];
        let is_whole = match flags & 0x8000 == 0 {
            true => self.query(bytes, id, flags, counts, is_multicast)?,
            false => self.reply(bytes, id, flags, counts, is_multicast)?,
        };
        match is_whole {
            true => self.say(format_args!(" ({length})")),
            false => self.cut(),
        }
        Ok(())
    }

    fn reply(&mut self, bytes: Bytes<'_>, id: u16, flags: u16, counts: [u16; 4], mdns: bool) -> Result<bool, Cut> {
        let code = reply_code(bytes, flags, counts);
        let known = REPLIES.get(usize::from(code)).map(|text| (*text).to_string());
        let set = |bit: u16, text: &'static str| if flags & bit == 0 { "" } else { text };
        self.say(format_args!(
            "{id}{}{}{}{}{}{}",
            OPERATIONS[usize::from(flags >> 11 & 0xf)],
            known.unwrap_or_else(|| format!(" Resp{}", code & 0xfff)),
            set(0x0400, "*"),
            if flags & 0x0080 == 0 { "-" } else { "" },
            set(0x0200, "|"),
            set(0x0020, "$"),
        ));
        let [questions, answers, authorities, additional] = counts;
        if questions != 1 {
            self.say(format_args!(" [{questions}q]"));
        }
        let mut at = HEADER;
        for question in 0..questions {
            if question > 0 {
                self.text(",");
            }
            let next = match self.look.verbose {
                2.. => {
                    self.text(" q:");
                    self.question(bytes, at, mdns)?
                }
                _ => skip_name(bytes, at).map(|at| at + 4),
            };
            match next {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        self.say(format_args!(" {answers}/{authorities}/{additional}"));
        if answers > 0 {
            match self.records(bytes, at, answers, mdns)? {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        self.further_records(bytes, at, [authorities, additional], mdns)
    }

    fn query(&mut self, bytes: Bytes<'_>, id: u16, flags: u16, counts: [u16; 4], mdns: bool) -> Result<bool, Cut> {
        let set = |bit: u16, text: &'static str| if flags & bit == 0 { "" } else { text };
        let operation = flags >> 11 & 0xf;
        self.say(format_args!("{id}{}{}{}", OPERATIONS[usize::from(operation)], set(0x0100, "+"), set(0x0010, "%")));
        if flags & 0x6cf != 0 {
            self.say(format_args!(" [b2&3=0x{flags:x}]"));
        }
        let [questions, answers, authorities, additional] = counts;
        if operation == 1 {
            if questions != 0 {
                self.say(format_args!(" [{questions}q]"));
            }
            if answers != 1 {
                self.say(format_args!(" [{answers}a]"));
            }
        } else {
            if answers != 0 {
                self.say(format_args!(" [{answers}a]"));
            }
            if questions != 1 {
                self.say(format_args!(" [{questions}q]"));
            }
        }
        if authorities != 0 {
            self.say(format_args!(" [{authorities}n]"));
        }
        if additional != 0 {
            self.say(format_args!(" [{additional}au]"));
        }
        let mut at = HEADER;
        for question in 0..questions {
            if question > 0 && at >= bytes.len() {
                return Ok(false);
            }
            match self.question(bytes, at, mdns)? {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        if self.look.verbose < 2 {
            return Ok(true);
        }
        if answers > 0 {
            match self.records(bytes, at, answers, mdns)? {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        self.further_records(bytes, at, [authorities, additional], mdns)
    }

    /// What `-vv` adds: the other sections.
    fn further_records(&mut self, bytes: Bytes<'_>, at: usize, counts: [u16; 2], mdns: bool) -> Result<bool, Cut> {
        let mut at = at;
        if self.look.verbose < 2 {
            return Ok(true);
        }
        for (count, name) in counts.into_iter().zip([" ns:", " ar:"]) {
            if count == 0 {
                continue;
            }
            if at >= bytes.len() {
                return Ok(false);
            }
            self.text(name);
            match self.records(bytes, at, count, mdns)? {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    fn records(&mut self, bytes: Bytes<'_>, at: usize, count: u16, mdns: bool) -> Next {
        let mut at = at;
        for record in 0..count {
            if record > 0 {
                if at >= bytes.len() {
                    return Ok(None);
                }
                self.text(",");
            }
            match self.record(bytes, at, mdns)? {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    fn class(&mut self, class: u16) {
        if class != IN {
            let name = name_or(CLASSES, class.into(), |number| format!("(Class {number})"));
            self.say(format_args!(" {name}"));
        }
    }

    fn question(&mut self, bytes: Bytes<'_>, at: usize, mdns: bool) -> Next {
        let Some(end) = skip_name(bytes, at).filter(|end| bytes.slice(*end, 4).is_ok()) else { return Ok(None) };
        let (kind, class) = (bytes.u16(end)?, bytes.u16(end + 2)?);
        let name = name_or(TYPES, kind.into(), |number| format!("Type{number}"));
        self.say(format_args!(" {name}"));
        self.class(if mdns { class & 0x7fff } else { class });
        if mdns {
            self.text(if class & 0x8000 == 0 { " (QM)" } else { " (QU)" });
        }
        self.text("? ");
        Ok(self.domain_name(bytes, at)?.map(|next| next + 4))
    }

    fn record(&mut self, bytes: Bytes<'_>, at: usize, mdns: bool) -> Next {
        let end = match self.look.verbose {
            0 => skip_name(bytes, at),
            _ => {
                self.text(" ");
                match self.domain_name(bytes, at)? {
                    Some(end) => Some(end),
                    None => return Ok(None),
                }
            }
        };
        let Some(at) = end.filter(|end| bytes.slice(*end, 10).is_ok()) else { return Ok(Some(bytes.len())) };
        let (kind, class) = (bytes.u16(at)?, bytes.u16(at + 2)?);
        if kind != OPT {
            self.class(if mdns { class & 0x7fff } else { class });
        }
        if mdns && class & 0x8000 != 0 {
            self.text(" (Cache flush)");
        }
        if kind != OPT && self.look.verbose > 2 {
            self.text(" [");
            self.duration(bytes.u32(at + 4)?);
            self.text("]");
        }
        let len = usize::from(bytes.u16(at + 8)?);
        let (data, end) = (at + 10, at + 10 + len);
        let name = name_or(TYPES, kind.into(), |number| format!("Type{number}"));
        self.say(format_args!(" {name}"));
        if end > bytes.len() {
            return Ok(None);
        }
        let is_whole = match kind {
            OPT => {
                let class = if mdns { class & 0x7fff } else { class };
                self.extension(bytes, data, end, class, bytes.u16(at + 6)?)?
            }
            _ => self.record_data(bytes, kind, data, end)?,
        };
        Ok(is_whole.then_some(end))
    }

    /// What a record holds; false where it is cut.
    fn record_data(&mut self, bytes: Bytes<'_>, kind: u16, at: usize, end: usize) -> Result<bool, Cut> {
        let named = |next: Option<usize>| next.is_some();
        match kind {
            // A
            1 => match bytes.array::<4>(at) {
                Ok([a, b, c, d]) => self.say(format_args!(" {a}.{b}.{c}.{d}")),
                Err(Cut) => return Ok(false),
            },
            // AAAA
            28 => match bytes.array(at) {
                Ok(address) => {
                    let address = ip6_number(address);
                    self.say(format_args!(" {address}"));
                }
                Err(Cut) => return Ok(false),
            },
            // NS, CNAME, PTR, DNAME
            2 | 5 | 12 | 39 => {
                self.text(" ");
                return Ok(named(self.domain_name(bytes, at)?));
            }
            // SOA
            6 if self.look.verbose > 0 => return self.authority(bytes, at),
            // MX
            15 => {
                self.text(" ");
                if bytes.u16(at).is_err() || !named(self.domain_name(bytes, at + 2)?) {
                    return Ok(false);
                }
                self.say(format_args!(" {}", bytes.u16(at)?));
            }
            // TXT
            16 => {
                let mut at = at;
                while at < end {
                    self.text(" \"");
                    let Ok(len) = bytes.u8(at).map(usize::from) else { return Ok(false) };
                    if !self.characters(bytes.from(at + 1), len) {
                        return Ok(false);
                    }
                    self.text("\"");
                    at += 1 + len;
                }
            }
            // SRV
            33 => {
                self.text(" ");
                if bytes.slice(at, 6).is_err() || !named(self.domain_name(bytes, at + 6)?) {
                    return Ok(false);
                }
                self.say(format_args!(":{} {} {}", bytes.u16(at + 4)?, bytes.u16(at)?, bytes.u16(at + 2)?));
            }
            // URI
            256 => {
                self.say(format_args!(" {} {} ", bytes.u16(at)?, bytes.u16(at + 2)?));
                return Ok(self.characters(bytes.from(at + 4), (end - at).saturating_sub(4)));
            }
            // UNSPECA
            104 => return Ok(self.characters(bytes.from(at), end - at)),
            // TSIG
            250 if self.look.verbose > 0 => return self.signature(bytes, at),
            _ => {}
        }
        Ok(true)
    }

    fn authority(&mut self, bytes: Bytes<'_>, at: usize) -> Result<bool, Cut> {
        let mut at = at;
        for _ in 0..2 {
            self.text(" ");
            match self.domain_name(bytes, at)? {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        if bytes.slice(at, 20).is_err() {
            return Ok(false);
        }
        for number in 0..5 {
            self.say(format_args!(" {}", bytes.u32(at + number * 4)?));
        }
        Ok(true)
    }

    fn signature(&mut self, bytes: Bytes<'_>, at: usize) -> Result<bool, Cut> {
        self.text(" ");
        let Some(at) = self.domain_name(bytes, at)? else { return Ok(false) };
        let mut at = at + 6;
        for name in ["fudge", "maclen", "origid", "error", "otherlen"] {
            let Ok(number) = bytes.u16(at) else { return Ok(false) };
            self.say(format_args!(" {name}={number}"));
            at += 2 + if name == "maclen" { usize::from(number) } else { 0 };
        }
        Ok(true)
    }

    /// EDNS (RFC 6891).
    fn extension(&mut self, bytes: Bytes<'_>, at: usize, end: usize, size: u16, bits: u16) -> Result<bool, Cut> {
        self.say(format_args!(" UDPsize={size}"));
        if bits & 0x8000 != 0 {
            self.text(" DO");
        }
        let mut at = at;
        if at < end {
            self.text(" [");
            while at < end {
                let (Ok(kind), Ok(len)) = (bytes.u16(at), bytes.u16(at + 2)) else { return Ok(false) };
                let name = name_or(EDNS, kind.into(), |number| format!("Opt{number}"));
                self.text(&name);
                let Ok(value) = bytes.slice(at + 4, len.into()) else { return Ok(false) };
                if !value.is_empty() {
                    self.text(" ");
                    self.extension_option(kind, Bytes(value))?;
                }
                at += 4 + value.len();
                if at < end {
                    self.text(",");
                }
            }
            self.text("]");
        }
        Ok(true)
    }

    fn extension_option(&mut self, kind: u16, value: Bytes<'_>) -> Shown {
        match (kind, value.len()) {
            // COOKIE
            (10, 8 | 16..=40) => {
                for (at, byte) in value.0.iter().enumerate() {
                    self.say(format_args!("{}{byte:02x}", if at == 8 { " " } else { "" }));
                }
            }
            (10, _) => self.invalid(),
            // KEEPALIVE, in tenths of a second
            (11, 2) => self.say(format_args!("{:.1} sec", f64::from(value.u16(0)?) / 10.0)),
            // EXPIRE
            (9, 4) => self.say(format_args!("{} sec", value.u32(0)?)),
            (9 | 11, _) => self.invalid(),
            // PADDING
            (12, len) => self.say(format_args!("({len})")),
            // ECS
            (8, _) => self.client_subnet(value)?,
            _ => value.0.iter().for_each(|byte| self.say(format_args!("{byte:02x}"))),
        }
        Ok(())
    }

    /// The network that a query comes from (RFC 7871).
    fn client_subnet(&mut self, value: Bytes<'_>) -> Shown {
        if !value.has(4) {
            self.invalid();
            return Ok(());
        }
        let (family, source, scope) = (value.u16(0)?, value.u8(2)?, value.u8(3)?);
        let given = value.from(4).0;
        let bits = match family {
            1 => 32,
            2 => 128,
            _ => 0,
        };
        if bits == 0 || source > bits || scope > bits || usize::from(source.div_ceil(8)) != given.len() {
            self.invalid();
            return Ok(());
        }
        let mut address = [0; 16];
        address[..given.len()].copy_from_slice(given);
        let [a, b, c, d, ..] = address;
        let shown = if family == 1 { format!("{a}.{b}.{c}.{d}") } else { ip6_number(address) };
        self.say(format_args!("{shown}/{source}/{scope}"));
        Ok(())
    }

    /// The name at `at`, whose parts may stand before it in `bytes`, and the place behind it.
    pub(super) fn domain_name(&mut self, bytes: Bytes<'_>, at: usize) -> Next {
        let (mut at, mut end, mut limit, mut printed) = (at, None, at, 0);
        let Ok(first) = bytes.u8(at) else { return Ok(None) };
        if first == 0 {
            self.text(".");
            return Ok(Some(at + 1));
        }
        loop {
            let Ok(len) = bytes.u8(at) else { return Ok(None) };
            at += 1;
            match len >> 6 {
                _ if len == 0 => break,
                3 => {
                    end = end.or(Some(at + 1));
                    let Ok(low) = bytes.u8(at) else { return Ok(None) };
                    let offset = usize::from(u16::from_be_bytes([len & 0x3f, low]));
                    // Backwards only, or this would not end.
                    if offset >= limit {
                        self.text("<BAD PTR>");
                        return Ok(None);
                    }
                    limit = offset;
                    at = offset;
                    continue;
                }
                0 => {
                    let len = usize::from(len);
                    let shown = len.min(MAX_NAME.saturating_sub(printed));
                    if printed < MAX_NAME && !self.characters(bytes.from(at), shown) {
                        return Ok(None);
                    }
                    printed += len;
                    at += len;
                }
                1 => {
                    self.say(format_args!("<ELT {}>", len & 0x3f));
                    return Ok(None);
                }
                _ => {
                    self.text("<BAD LABEL TYPE>");
                    return Ok(None);
                }
            }
            if printed <= MAX_NAME {
                self.text(".");
            }
            printed += 1;
        }
        if printed > MAX_NAME {
            self.text("<DOMAIN NAME TOO LONG>");
        }
        Ok(end.or(Some(at)))
    }
}
