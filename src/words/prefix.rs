//! Addresses and prefixes as words: `10/8`, `1.2.3.4`, `fe80::1/64`, `default`, `100/200` (MPLS), `52:54:0:0:0:1`.

use crate::error::{Error, Result};

use super::lladdr;
use super::{leading_number, number_u32, shown};

/// The longest address: a stack of 32 MPLS labels. The kernel takes 30 (`MAX_NEW_LABELS`).
const LONGEST: usize = 128;
/// An MPLS label has 20 bits and stands above 12 others in its entry (`linux/mpls.h`).
const LABEL_BITS: u32 = 20;
const LABEL_SHIFT: u32 = 12;
/// Marks the last entry of a stack.
const LABEL_LAST: u32 = 1 << 8;

/// An address of one of the families `AF_INET`, `AF_INET6`, `AF_MPLS`, `AF_PACKET`.
///
/// `default`, `any` and `all` are addresses too: of the family that was asked for, zero throughout.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// Its `AF_*`; `AF_UNSPEC` for a `default`, `any` or `all` of any family.
    pub family: u8,
    len: u16,
    bytes: [u8; LONGEST],
}

/// An address and how many of its bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// The address.
    pub address: Address,
    /// The length in bits, that of a whole address where none was written: 32, 128, or 20 for MPLS.
    pub bits: u8,
    /// Whether a length was written; `default` is one of length 0, `any` and `all` are not.
    pub given: bool,
}

impl Address {
    fn zero(family: u8, len: usize) -> Self {
        Address { family, len: len as u16, bytes: [0; LONGEST] }
    }

    fn new(family: u8, bytes: &[u8]) -> Self {
        let mut address = Address::zero(family, bytes.len().min(LONGEST));
        for (to, from) in address.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        address
    }

    /// The address as the kernel takes it; empty for `any` and `all`, and for a `default` of any family.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether it is the zero address of IPv4 or IPv6.
    pub fn is_unspecified(&self) -> bool {
        self.is_ip() && self.bytes.iter().all(|&b| b == 0)
    }

    /// Whether it is a multicast address of IPv4 or IPv6.
    pub fn is_multicast(&self) -> bool {
        match i32::from(self.family) {
            libc::AF_INET => self.bytes[0] & 0xf0 == 0xe0,
            libc::AF_INET6 => self.bytes[0] == 0xff,
            _ => false,
        }
    }

    /// The address of IPv4 or IPv6 that these bytes are.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.len() {
            4 => Some(Address::new(libc::AF_INET as u8, bytes)),
            16 => Some(Address::new(libc::AF_INET6 as u8, bytes)),
            _ => None,
        }
    }

    /// Whether it is one of IPv4 or IPv6; words such as `any` are of no family where none was asked for.
    pub fn is_ip(&self) -> bool {
        matches!(i32::from(self.family), libc::AF_INET | libc::AF_INET6)
    }

    /// Whether the first `bits` bits of `other` are those of this address. Bytes that `other` lacks are zero.
    pub fn begins(&self, other: &[u8], bits: usize) -> bool {
        begins(&self.bytes, other, bits)
    }
}

/// Whether the first `bits` bits of two addresses are the same. Bytes that one of them lacks are zero.
pub fn begins(one: &[u8], other: &[u8], bits: usize) -> bool {
    let bits = bits.min(8 * LONGEST);
    let differ = |i: usize| one.get(i).unwrap_or(&0) ^ other.get(i).unwrap_or(&0);
    let (whole, rest) = (bits / 8, bits % 8);
    (0..whole).all(|i| differ(i) == 0) && (rest == 0 || differ(whole) & !(0xff >> rest) == 0)
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "family {} {:02x?}", self.family, self.bytes())
    }
}

/// The families that have a name, as `-family` and `via` take them.
const FAMILIES: &[(i32, &str)] = &[
    (libc::AF_INET, "inet"),
    (libc::AF_INET6, "inet6"),
    (libc::AF_PACKET, "link"),
    (libc::AF_MPLS, "mpls"),
    (libc::AF_BRIDGE, "bridge"),
];

/// The family called `word`.
pub fn family(word: &[u8]) -> Option<u8> {
    FAMILIES.iter().find(|(_, name)| name.as_bytes() == word).map(|(family, _)| *family as u8)
}

/// The name of a family, `???` where it has none.
pub fn family_name(family: u8) -> &'static str {
    FAMILIES.iter().find(|(known, _)| *known == i32::from(family)).map_or("???", |(_, name)| name)
}

/// The length of a whole address in bits: 32, 128, 20 for MPLS, 0 for other families.
pub fn family_bits(family: u8) -> u8 {
    match i32::from(family) {
        libc::AF_INET => 32,
        libc::AF_INET6 => 128,
        libc::AF_MPLS => LABEL_BITS as u8,
        _ => 0,
    }
}

/// Reads an address of `family`, `AF_UNSPEC` for one of IPv4 or IPv6.
///
/// The stock tool leaves with status 1 where it is none, a forced batch too.
pub fn address(word: &[u8], family: u8) -> Result<Address> {
    read(word, family).map_err(|said| expected("address", word, family, said))
}

/// As [`address`], without a complaint.
pub fn try_address(word: &[u8], family: u8) -> Option<Address> {
    read(word, family).ok()
}

/// Reads an IPv4 address for what knows no other; `any` is zero. The stock tool leaves with status 1 where it is none.
pub fn inet_address(word: &[u8]) -> Result<[u8; 4]> {
    let expected =
        || Error::words(format!("Error: an IP address is expected rather than \"{}\"", shown(word))).with_status(1);
    let address = try_address(word, libc::AF_INET as u8).ok_or_else(expected)?;
    Ok(address.bytes().try_into().unwrap_or_default())
}

/// Reads an address with or without the length of a prefix: `10/8`, `10.0.0.0/255.0.0.0`, `1.2.3.4`, `default`.
///
/// The stock tool leaves with status 1 where it is none, a forced batch too.
pub fn prefix(word: &[u8], family: u8) -> Result<Prefix> {
    if i32::from(family) == libc::AF_PACKET {
        let text = format!("Error: \"{}\" may be inet prefix, but it is not allowed in this context.", shown(word));
        return Err(Error::words(text).with_status(1));
    }
    read_prefix(word, family).map_err(|said| expected("prefix", word, family, said))
}

/// As [`prefix`], without a complaint.
pub fn try_prefix(word: &[u8], family: u8) -> Option<Prefix> {
    read_prefix(word, family).ok()
}

/// Something said before the complaint itself.
type Said = Option<String>;

fn expected(what: &str, word: &[u8], family: u8, said: Said) -> Error {
    let name = if family == 0 { "any valid" } else { family_name(family) };
    let said = said.map(|text| text + "\n").unwrap_or_default();
    Error::words(format!("{said}Error: {name} {what} is expected rather than \"{}\".", shown(word))).with_status(1)
}

fn read(word: &[u8], family: u8) -> std::result::Result<Address, Said> {
    let wanted = i32::from(family);
    match word {
        b"default" | b"all" | b"any" if wanted == libc::AF_MPLS => Err(None),
        b"default" => Ok(Address::zero(family, usize::from(family_bits(family) / 8))),
        b"all" | b"any" => Ok(Address::zero(family, 0)),
        _ if wanted == libc::AF_PACKET => match lladdr::parse(word) {
            Ok(bytes) => Ok(Address::new(family, &bytes)),
            Err(error) => Err(Some(error.to_string())),
        },
        _ if word.contains(&b':') => {
            let text = std::str::from_utf8(word).map_err(|_| None)?;
            let address: std::net::Ipv6Addr = text.parse().map_err(|_| None)?;
            match wanted {
                0 | libc::AF_INET6 => Ok(Address::new(libc::AF_INET6 as u8, &address.octets())),
                _ => Err(None),
            }
        }
        _ if wanted == libc::AF_MPLS => labels(word),
        _ if matches!(wanted, 0 | libc::AF_INET) => inet(word).ok_or(None),
        _ => Err(None),
    }
}

/// IPv4 with up to four parts, each decimal, octal or hexadecimal. Missing parts are zero at the end: `10.8` is
/// 10.8.0.0, unlike what inet_aton(3) makes of it.
fn inet(word: &[u8]) -> Option<Address> {
    let mut bytes = [0; 4];
    let mut rest = word;
    for (i, byte) in bytes.iter_mut().enumerate() {
        let (value, behind) = leading_number(rest, 0)?;
        *byte = u8::try_from(value).ok()?;
        match behind {
            [] => break,
            [b'.', more @ ..] if i < 3 => rest = more,
            _ => return None,
        }
    }
    Some(Address::new(libc::AF_INET as u8, &bytes))
}

/// Labels between slashes, the outermost first.
fn labels(word: &[u8]) -> std::result::Result<Address, Said> {
    let mut address = Address::zero(libc::AF_MPLS as u8, 0);
    let mut rest = word;
    loop {
        let at = usize::from(address.len);
        let room = address.bytes.get_mut(at..at + 4).ok_or_else(|| Some("Error: too many labels.".to_string()))?;
        let (label, behind) = leading_number(rest, 0).filter(|(label, _)| *label < 1 << LABEL_BITS).ok_or(None)?;
        let entry = (label as u32) << LABEL_SHIFT;
        address.len += 4;
        match behind {
            [] => {
                room.copy_from_slice(&(entry | LABEL_LAST).to_be_bytes());
                return Ok(address);
            }
            [b'/', more @ ..] => {
                room.copy_from_slice(&entry.to_be_bytes());
                rest = more;
            }
            _ => return Err(None),
        }
    }
}

fn read_prefix(word: &[u8], family: u8) -> std::result::Result<Prefix, Said> {
    let Some(slash) = word.iter().position(|&b| b == b'/') else {
        let address = read(word, family)?;
        let zero = matches!(word, b"default" | b"any" | b"all");
        let bits = if zero { 0 } else { family_bits(address.family) };
        return Ok(Prefix { address, bits, given: word == b"default" });
    };
    let (host, len) = (&word[..slash], &word[slash + 1..]);
    let address = read(host, family)?;
    if matches!(host, b"default" | b"any" | b"all") {
        return Err(None);
    }
    let bits = number_u32(len, 0).or_else(|| netmask(len)).ok_or(None)?;
    match u8::try_from(bits) {
        Ok(bits) if bits <= family_bits(address.family) => Ok(Prefix { address, bits, given: true }),
        _ => Err(None),
    }
}

/// The length that a netmask such as 255.255.0.0 stands for.
fn netmask(word: &[u8]) -> Option<u32> {
    let address = read(word, libc::AF_INET as u8).ok()?;
    let mask = u32::from_be_bytes(*address.bytes.first_chunk()?);
    (mask.leading_ones() + mask.trailing_zeros() == 32).then(|| mask.leading_ones())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INET: u8 = libc::AF_INET as u8;
    const INET6: u8 = libc::AF_INET6 as u8;
    const MPLS: u8 = libc::AF_MPLS as u8;
    const PACKET: u8 = libc::AF_PACKET as u8;

    #[test]
    fn addresses_of_ipv4() {
        for (word, bytes) in [
            ("1.2.3.4", Some([1, 2, 3, 4])),
            ("10.8", Some([10, 8, 0, 0])),
            ("10", Some([10, 0, 0, 0])),
            ("010.0x10", Some([8, 16, 0, 0])),
            ("default", Some([0; 4])),
            ("256", None),
            ("1.2.3.4.5", None),
            ("1.", None),
            ("-1", None),
            ("1.2.3.4 ", None),
            ("", None),
        ] {
            let got = try_address(word.as_bytes(), INET).map(|a| a.bytes().to_vec());
            assert_eq!(got, bytes.map(|b: [u8; 4]| b.to_vec()), "{word:?}");
        }
        assert_eq!(try_address(b"any", INET).unwrap().bytes(), []);
        assert!(try_address(b"::1", INET).is_none() && try_address(b"1.2.3.4", INET6).is_none());
    }

    #[test]
    fn prefixes() {
        for (word, family, want) in [
            ("10/8", 0, Some((INET, 8, true))),
            ("10.0.0.0/255.255.0.0", 0, Some((INET, 16, true))),
            ("10.0.0.0/0.0.0.0", 0, Some((INET, 0, true))),
            ("1.2.3.4", 0, Some((INET, 32, false))),
            ("fe80::/10", 0, Some((INET6, 10, true))),
            ("default", 0, Some((0, 0, true))),
            ("any", INET6, Some((INET6, 0, false))),
            ("100", MPLS, Some((MPLS, 20, false))),
            ("10/255.0.255.0", 0, None),
            ("10/33", 0, None),
            ("10/", 0, None),
            ("default/8", 0, None),
            ("100/200", MPLS, None),
        ] {
            let got = try_prefix(word.as_bytes(), family).map(|p| (p.address.family, p.bits, p.given));
            assert_eq!(got, want, "{word:?}");
        }
    }

    #[test]
    fn label_stacks_and_link_layer_addresses() {
        let stack = address(b"16/0x20/48", MPLS).unwrap();
        assert_eq!(stack.bytes(), [0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 0]);
        assert!(try_address(b"1048576", MPLS).is_none() && try_address(b"any", MPLS).is_none());
        let many = vec!["16"; 33].join("/");
        let said = address(many.as_bytes(), MPLS).unwrap_err().to_string();
        assert!(said.starts_with("Error: too many labels.\nError: mpls address is expected"), "{said}");
        assert_eq!(address(b"52:54:0:A:ff:1", PACKET).unwrap().bytes(), [0x52, 0x54, 0, 10, 255, 1]);
        let said = address(b"00:zz", PACKET).unwrap_err().to_string();
        assert_eq!(said, "\"zz\" is invalid lladdr.\nError: link address is expected rather than \"00:zz\".");
    }

    #[test]
    fn complaints() {
        for (word, family, text) in [
            ("x", 0, "Error: any valid prefix is expected rather than \"x\"."),
            ("x", INET6, "Error: inet6 prefix is expected rather than \"x\"."),
            ("x", PACKET, "Error: \"x\" may be inet prefix, but it is not allowed in this context."),
        ] {
            let error = prefix(word.as_bytes(), family).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.status()), (text, 1));
        }
    }

    #[test]
    fn bits_compared() {
        let net = address(b"10.128.0.0", INET).unwrap();
        assert!(net.begins(&[10, 255, 1, 1], 9) && !net.begins(&[10, 255, 1, 1], 10));
        assert!(net.begins(&[10, 128], 32) && net.begins(&[], 0));
    }
}
