//! The words of an expression.

use std::net::Ipv6Addr;

/// Protocols that stand before a primitive, or alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proto {
    /// The link layer.
    Link,
    /// One above the link layer, by its EtherType.
    Ether(&'static str, u16),
    /// One above IP, by its number.
    Ip(&'static str, u8),
}

impl Proto {
    pub const IP: Proto = Proto::Ether("ip", 0x0800);
    pub const IP6: Proto = Proto::Ether("ip6", 0x86dd);
    pub const ARP: Proto = Proto::Ether("arp", 0x0806);
    pub const RARP: Proto = Proto::Ether("rarp", 0x8035);

    /// What messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Proto::Link => "link",
            Proto::Ether(name, _) | Proto::Ip(name, _) => name,
        }
    }
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Proto(Proto),
    Number(u32),
    /// Two to four numbers with dots between.
    Dotted(String),
    Ip6(Ipv6Addr, String),
    Mac([u8; 6]),
    Name(String),
    And,
    Or,
    Not,
    /// A sign, or one of two characters as its own.
    Sign(&'static str),
    /// Any of the other words that have a meaning.
    Word(&'static str),
}

const PROTOS: &[Proto] = &[
    Proto::IP,
    Proto::IP6,
    Proto::ARP,
    Proto::RARP,
    Proto::Ether("atalk", 0x809b),
    Proto::Ether("aarp", 0x80f3),
    Proto::Ether("decnet", 0x6003),
    Proto::Ether("lat", 0x6004),
    Proto::Ether("sca", 0x6007),
    Proto::Ether("moprc", 0x6002),
    Proto::Ether("mopdl", 0x6001),
    Proto::Ip("tcp", 6),
    Proto::Ip("udp", 17),
    Proto::Ip("icmp", 1),
    Proto::Ip("icmp6", 58),
    Proto::Ip("igmp", 2),
    Proto::Ip("igrp", 9),
    Proto::Ip("pim", 103),
    Proto::Ip("vrrp", 112),
    Proto::Ip("carp", 112),
    Proto::Ip("ah", 51),
    Proto::Ip("esp", 50),
    Proto::Ip("sctp", 132),
];

const WORDS: &[&str] = &[
    "src",
    "dst",
    "host",
    "net",
    "mask",
    "port",
    "portrange",
    "proto",
    "gateway",
    "less",
    "greater",
    "byte",
    "broadcast",
    "multicast",
    "len",
    "inbound",
    "outbound",
    "ifindex",
    "vlan",
    "mpls",
    "pppoed",
    "pppoes",
    "geneve",
    "llc",
    "protochain",
    "ifname",
    "on",
    "type",
    "subtype",
    "dir",
    "direction",
    "radio",
    "iso",
    "stp",
    "ipx",
    "netbeui",
    "addr1",
    "addr2",
    "addr3",
    "addr4",
    "ra",
    "ta",
];

const LINK: &[&str] = &["ether", "link", "ppp", "slip", "fddi", "tr", "wlan"];

const NUMBERS: &[(&str, u32)] = &[
    ("icmptype", 0),
    ("icmpcode", 1),
    ("icmp-echoreply", 0),
    ("icmp-unreach", 3),
    ("icmp-sourcequench", 4),
    ("icmp-redirect", 5),
    ("icmp-echo", 8),
    ("icmp-routeradvert", 9),
    ("icmp-routersolicit", 10),
    ("icmp-timxceed", 11),
    ("icmp-paramprob", 12),
    ("icmp-tstamp", 13),
    ("icmp-tstampreply", 14),
    ("icmp-ireq", 15),
    ("icmp-ireqreply", 16),
    ("icmp-maskreq", 17),
    ("icmp-maskreply", 18),
    ("icmp6type", 0),
    ("icmp6code", 1),
    ("icmp6-destinationunreach", 1),
    ("icmp6-packettoobig", 2),
    ("icmp6-timeexceeded", 3),
    ("icmp6-parameterproblem", 4),
    ("icmp6-echo", 128),
    ("icmp6-echoreply", 129),
    ("icmp6-multicastlistenerquery", 130),
    ("icmp6-multicastlistenerreportv1", 131),
    ("icmp6-multicastlistenerdone", 132),
    ("icmp6-routersolicit", 133),
    ("icmp6-routeradvert", 134),
    ("icmp6-neighborsolicit", 135),
    ("icmp6-neighboradvert", 136),
    ("icmp6-redirect", 137),
    ("icmp6-routerrenum", 138),
    ("icmp6-nodeinformationquery", 139),
    ("icmp6-nodeinformationresponse", 140),
    ("icmp6-ineighbordiscoverysolicit", 141),
    ("icmp6-ineighbordiscoveryadvert", 142),
    ("icmp6-multicastlistenerreportv2", 143),
    ("icmp6-homeagentdiscoveryrequest", 144),
    ("icmp6-homeagentdiscoveryreply", 145),
    ("icmp6-mobileprefixsolicit", 146),
    ("icmp6-mobileprefixadvert", 147),
    ("icmp6-certpathsolicit", 148),
    ("icmp6-certpathadvert", 149),
    ("icmp6-multicastrouteradvert", 151),
    ("icmp6-multicastroutersolicit", 152),
    ("icmp6-multicastrouterterm", 153),
    ("tcpflags", 13),
    ("tcp-fin", 1),
    ("tcp-syn", 2),
    ("tcp-rst", 4),
    ("tcp-push", 8),
    ("tcp-ack", 16),
    ("tcp-urg", 32),
    ("tcp-ece", 64),
    ("tcp-cwr", 128),
];

const SIGNS: &[&str] = &[
    ">=", "<=", "!=", "==", "<<", ">>", "+", "-", "*", "/", "%", ":", "[", "]", "<", ">", "(", ")", "&", "|", "^", "=",
];

/// What the grammar says of an expression that is none.
pub const SYNTAX: &str = "can't parse filter expression: syntax error";

/// Cuts an expression into its words.
pub fn tokens(text: &[u8]) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let (token, len) = match first {
            b' ' | b'\t' | b'\r' | b'\n' => {
                rest = &rest[1..];
                continue;
            }
            b'\\' => escaped(rest)?,
            first if first.is_ascii_alphanumeric() => word(rest)?,
            b':' => ip6(rest).unwrap_or((Token::Sign(":"), 1)),
            _ => sign(rest).ok_or(SYNTAX)?,
        };
        tokens.push(token);
        rest = &rest[len..];
    }
    Ok(tokens)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many bytes at the beginning are what `wanted` says.
fn span(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&b| !wanted(b)).unwrap_or(bytes.len())
}

fn sign(bytes: &[u8]) -> Option<(Token, usize)> {
    if bytes.starts_with(b"&&") {
        return Some((Token::And, 2));
    }
    if bytes.starts_with(b"||") {
        return Some((Token::Or, 2));
    }
    if bytes[0] == b'!' && bytes.get(1) != Some(&b'=') {
        return Some((Token::Not, 1));
    }
    let sign = SIGNS.iter().find(|sign| bytes.starts_with(sign.as_bytes()))?;
    Some((Token::Sign(if *sign == "==" { "=" } else { sign }), sign.len()))
}

/// A name that would otherwise have a meaning.
fn escaped(bytes: &[u8]) -> Result<(Token, usize), String> {
    match span(&bytes[1..], |b| !b" !()\n\t".contains(&b)) {
        0 => Err(SYNTAX.into()),
        len => Ok((Token::Name(text(&bytes[1..=len])), len + 1)),
    }
}

fn ip6(bytes: &[u8]) -> Option<(Token, usize)> {
    let len = span(bytes, |b| b.is_ascii_hexdigit() || b == b':' || b == b'.');
    let word = std::str::from_utf8(&bytes[..len]).ok()?;
    Some((Token::Ip6(word.parse().ok()?, word.into()), len))
}

/// An Ethernet address in any of its spellings.
fn mac(bytes: &[u8]) -> Option<(Token, usize)> {
    let separated = |separator: u8, groups: usize, width: usize| {
        let len = span(bytes, |b| b.is_ascii_hexdigit() || b == separator);
        let word = std::str::from_utf8(&bytes[..len]).ok()?;
        let parts: Vec<&str> = word.split(char::from(separator)).collect();
        let fits = parts.len() == groups && parts.iter().all(|part| (1..=width).contains(&part.len()));
        fits.then_some((parts, len))
    };
    let mut address = [0; 6];
    for separator in *b":-." {
        if let Some((parts, len)) = separated(separator, 6, 2) {
            for (to, part) in address.iter_mut().zip(parts) {
                *to = u8::from_str_radix(part, 16).ok()?;
            }
            return Some((Token::Mac(address), len));
        }
    }
    let twelve = span(bytes, |b| b.is_ascii_hexdigit());
    let (parts, len) = match twelve {
        12 => (vec![std::str::from_utf8(&bytes[..12]).ok()?], 12),
        _ => separated(b'.', 3, 4).filter(|(parts, _)| parts.iter().all(|part| part.len() == 4))?,
    };
    let number = u64::from_str_radix(&parts.concat(), 16).ok()?;
    address.copy_from_slice(&number.to_be_bytes()[2..]);
    Some((Token::Mac(address), len))
}

/// Two to four numbers with dots between.
fn dotted(bytes: &[u8]) -> Option<(Token, usize)> {
    let len = span(bytes, |b| b.is_ascii_alphanumeric() || b == b'.');
    let word = text(&bytes[..len]);
    let parts: Vec<&str> = word.split('.').collect();
    let fits = (2..=4).contains(&parts.len()) && parts.iter().all(|part| digits(part.as_bytes()) == Some(part.len()));
    fits.then_some((Token::Dotted(word), len))
}

/// How long the number at the beginning is.
fn digits(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'0', b'x' | b'X', rest @ ..] if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
            Some(2 + span(rest, |b| b.is_ascii_hexdigit()))
        }
        [b'0'..=b'9', ..] => Some(span(bytes, |b| b.is_ascii_digit())),
        _ => None,
    }
}

fn number(word: &str) -> Result<Token, String> {
    let (digits, radix) = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&word[2..], 16),
        [b'0', _, ..] => (&word[1..], 8),
        _ => (word, 10),
    };
    match u32::from_str_radix(digits, radix) {
        Ok(number) => Ok(Token::Number(number)),
        Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => {
            Err(format!("number {word} overflows 32 bits"))
        }
        Err(_) => Err(format!("number {word} contains non-octal digit")),
    }
}

/// The longest word at the beginning that makes sense; of two as long, an address or a number before a name.
fn word(bytes: &[u8]) -> Result<(Token, usize), String> {
    let mut len = span(bytes, |b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    // No name ends in one of these.
    while len > 1 && matches!(bytes[len - 1], b'-' | b'_') {
        len -= 1;
    }
    for candidate in [mac(bytes), ip6(bytes), dotted(bytes)].into_iter().flatten() {
        if candidate.1 >= len {
            return Ok(candidate);
        }
    }
    let word = text(&bytes[..len]);
    if digits(bytes) == Some(len) {
        return Ok((number(&word)?, len));
    }
    let token = match word.as_str() {
        "and" => Token::And,
        "or" => Token::Or,
        "not" => Token::Not,
        "length" => Token::Word("len"),
        name => {
            let proto = PROTOS.iter().find(|proto| proto.name() == name).copied();
            let proto = proto.or_else(|| LINK.contains(&name).then_some(Proto::Link));
            let known = WORDS.iter().find(|known| **known == name);
            let constant = NUMBERS.iter().find(|(known, _)| *known == name);
            match (proto, known, constant) {
                (Some(proto), _, _) => Token::Proto(proto),
                (_, Some(known), _) => Token::Word(known),
                (_, _, Some((_, number))) => Token::Number(*number),
                _ => Token::Name(word),
            }
        }
    };
    Ok((token, len))
}
