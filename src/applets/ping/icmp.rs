//! ICMP messages: echoes as bytes, errors in words (RFC 792, RFC 4443).

/// `ICMP_ECHO` and `ICMPV6_ECHO_REQUEST`.
pub const REQUEST: [u8; 2] = [8, 128];
/// `ICMP_ECHOREPLY` and `ICMPV6_ECHO_REPLY`.
pub const REPLY: [u8; 2] = [0, 129];
/// `ICMP_REDIRECT`.
pub const REDIRECT: u8 = 5;
/// `ICMP_SOURCE_QUENCH`.
pub const SOURCE_QUENCH: u8 = 4;
/// The length of an echo's header.
pub const HEADER: usize = 8;

/// The header of an echo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echo {
    pub kind: u8,
    pub ident: u16,
    pub sequence: u16,
}

impl Echo {
    /// Reads a header; nothing where the message is too short for one.
    pub fn read(message: &[u8]) -> Option<Self> {
        let &[kind, _, _, _, i0, i1, s0, s1] = message.first_chunk::<HEADER>()?;
        Some(Echo { kind, ident: u16::from_be_bytes([i0, i1]), sequence: u16::from_be_bytes([s0, s1]) })
    }

    /// Writes the header to the front of `message`, with a checksum of the whole.
    pub fn write(&self, message: &mut [u8]) {
        let ([i0, i1], [s0, s1]) = (self.ident.to_be_bytes(), self.sequence.to_be_bytes());
        if let Some(header) = message.first_chunk_mut::<HEADER>() {
            *header = [self.kind, 0, 0, 0, i0, i1, s0, s1];
        }
        let sum = checksum(message).to_be_bytes();
        if let Some(field) = message.get_mut(2..4) {
            field.copy_from_slice(&sum);
        }
    }
}

/// The Internet checksum of `bytes`; 0 where they have a right one within (RFC 1071).
pub fn checksum(bytes: &[u8]) -> u16 {
    let (words, last) = bytes.as_chunks::<2>();
    let mut sum: u64 = words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum();
    sum += last.first().map_or(0, |&byte| u64::from(byte) << 8);
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// Codes of `ICMP_DEST_UNREACH`, from 0.
const UNREACHABLE: [&str; 16] = [
    "Destination Net Unreachable",
    "Destination Host Unreachable",
    "Destination Protocol Unreachable",
    "Destination Port Unreachable",
    "",
    "Source Route Failed",
    "Destination Net Unknown",
    "Destination Host Unknown",
    "Source Host Isolated",
    "Destination Net Prohibited",
    "Destination Host Prohibited",
    "Destination Net Unreachable for Type of Service",
    "Destination Host Unreachable for Type of Service",
    "Packet filtered",
    "Precedence Violation",
    "Precedence Cutoff",
];

/// Codes of `ICMP_REDIRECT`, from 0.
const REDIRECTS: [&str; 4] =
    ["Redirect Network", "Redirect Host", "Redirect Type of Service and Network", "Redirect Type of Service and Host"];

/// An ICMP message in words. `info` is the MTU or the place of the problem.
pub fn words(kind: u8, code: u8, info: u32) -> String {
    match (kind, code) {
        (3, 4) => format!("Frag needed and DF set (mtu = {info})"),
        (3, _) => match UNREACHABLE.get(usize::from(code)) {
            Some(text) => (*text).into(),
            None => format!("Dest Unreachable, Bad Code: {code}"),
        },
        (SOURCE_QUENCH, _) => "Source Quench".into(),
        (11, 0) => "Time to live exceeded".into(),
        (11, 1) => "Frag reassembly time exceeded".into(),
        (11, _) => format!("Time exceeded, Bad Code: {code}"),
        (12, _) => format!("Parameter problem: pointer = {info}"),
        (REDIRECT, _) => match REDIRECTS.get(usize::from(code)) {
            Some(text) => (*text).into(),
            None => format!("Redirect, Bad Code: {code}"),
        },
        _ => format!("Bad ICMP type: {kind}"),
    }
}

/// An ICMPv6 message in words. `info` is the MTU or the place of the problem.
pub fn words6(kind: u8, code: u8, info: u32) -> String {
    match (kind, code) {
        (1, _) => {
            let why = match code {
                0 => "No route",
                1 => "Administratively prohibited",
                2 => "Beyond scope of source address",
                3 => "Address unreachable",
                4 => "Port unreachable",
                _ => return format!("Destination unreachable: Unknown code {code}"),
            };
            format!("Destination unreachable: {why}")
        }
        (2, 0) => format!("Packet too big: mtu={info}"),
        (2, _) => format!("Packet too big: mtu={info}, code={code}"),
        (3, 0) => "Time exceeded: Hop limit".into(),
        (3, 1) => "Time exceeded: Defragmentation failure".into(),
        (3, _) => format!("Time exceeded: code {code}"),
        (4, 0) => format!("Parameter problem: Wrong header field at {info}"),
        (4, 1) => format!("Parameter problem: Unknown header at {info}"),
        (4, 2) => format!("Parameter problem: Unknown option at {info}"),
        (4, _) => format!("Parameter problem: code {code} at {info}"),
        _ => format!("unknown icmp type: {kind}"),
    }
}

/// The header of an IPv4 packet that a message is about, in two lines; options are left out.
pub fn header_lines(packet: &[u8]) -> String {
    let Some(header) = packet.first_chunk::<20>() else { return String::new() };
    // Fields are shown as they lie in memory.
    let word = |at: usize| u16::from_ne_bytes([header[at], header[at + 1]]);
    let address = |at: usize| std::net::Ipv4Addr::new(header[at], header[at + 1], header[at + 2], header[at + 3]);
    format!(
        "Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n {:x}  {:x}  {:02x} {:04x} {:04x}   {:x} \
         {:04x}  {:02x}  {:02x} {:04x} {}  {} \n",
        header[0] >> 4,
        header[0] & 0xf,
        header[1],
        word(2),
        word(4),
        word(6) >> 13,
        word(6) & 0x1fff,
        header[8],
        header[9],
        word(10),
        address(12),
        address(16),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_and_its_checksum() {
        let mut message = [0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd, 0xef];
        let echo = Echo { kind: 8, ident: 0x1234, sequence: 1 };
        echo.write(&mut message);
        assert_eq!(message, [8, 0, 0x4a, 0xfc, 0x12, 0x34, 0, 1, 0xab, 0xcd, 0xef]);
        assert_eq!((Echo::read(&message), checksum(&message)), (Some(echo), 0));
        assert_eq!(Echo::read(&message[..7]), None);
    }
}
