//! Types of devices, and how net-tools reads and writes the link-layer addresses of each.

use std::fmt::Write;

use crate::words::{atoi, leading_number, shown};

/// A type of devices.
pub struct Type {
    /// `ARPHRD_*` (`linux/if_arp.h`), -1 for none.
    pub number: i32,
    /// Its name.
    pub name: &'static str,
    /// Its title; empty for one whose devices have no ARP.
    pub title: &'static str,
    form: Form,
}

/// How the addresses of a type are written.
enum Form {
    /// Not at all.
    None,
    /// With nothing.
    Nothing,
    /// So many bytes in hexadecimal, capitals or not.
    Bytes { len: usize, separator: &'static str, capitals: bool, single: Single },
    /// A call sign of amateur radio and a number: `N0CALL-1`.
    CallSign,
    /// Ten digits.
    Rose,
    /// Up to 15 digits, and perhaps how many of them count: `12345/3`.
    X25,
    /// Hexadecimal numbers with colons between.
    Ash,
    /// A number, which is only shown.
    Dlci,
    /// Four bytes, the last first, which are only shown.
    Irda,
}

/// Whether one digit may stand for a byte.
#[derive(PartialEq, Eq)]
enum Single {
    Allowed,
    Wrong,
}

const fn without_arp(number: i32, name: &'static str) -> Type {
    Type { number, name, title: "", form: Form::None }
}

const fn bytes(number: i32, name: &'static str, title: &'static str, len: usize, single: Single) -> Type {
    Type { number, name, title, form: Form::Bytes { len, separator: ":", capitals: true, single } }
}

const fn other(number: i32, name: &'static str, title: &'static str, form: Form) -> Type {
    Type { number, name, title, form }
}

/// What is meant where no type is named.
pub const ETHER: &Type = &Type {
    number: 1,
    name: "ether",
    title: "Ethernet",
    form: Form::Bytes { len: 6, separator: ":", capitals: false, single: Single::Allowed },
};

/// All types, in the order in which they are listed.
pub const TYPES: &[&Type] = &[
    &without_arp(772, "loop"),
    &without_arp(256, "slip"),
    &without_arp(257, "cslip"),
    &without_arp(258, "slip6"),
    &without_arp(259, "cslip6"),
    &without_arp(264, "adaptive"),
    &other(781, "ash", "Ash", Form::Ash),
    ETHER,
    &other(3, "ax25", "AMPR AX.25", Form::CallSign),
    &other(0, "netrom", "AMPR NET/ROM", Form::CallSign),
    &other(270, "rose", "AMPR ROSE", Form::Rose),
    &other(768, "tunnel", "", Form::Nothing),
    &without_arp(512, "ppp"),
    &without_arp(513, "hdlc"),
    &without_arp(516, "lapb"),
    &bytes(7, "arcnet", "ARCnet", 1, Single::Wrong),
    &other(15, "dlci", "Frame Relay DLCI", Form::Dlci),
    &without_arp(770, "frad"),
    &without_arp(776, "sit"),
    &Type {
        number: 774,
        name: "fddi",
        title: "Fiber Distributed Data Interface",
        form: Form::Bytes { len: 6, separator: "-", capitals: true, single: Single::Wrong },
    },
    &bytes(780, "hippi", "HIPPI", 6, Single::Wrong),
    &other(783, "irda", "IrLAP", Form::Irda),
    &without_arp(782, "ec"),
    &other(271, "x25", "generic X.25", Form::X25),
    &bytes(27, "eui64", "Generic EUI-64", 8, Single::Allowed),
    &UNKNOWN,
];

/// What stands for all types that net-tools does not know: their addresses are shown as 16 bytes.
const UNKNOWN: Type = Type {
    number: -1,
    name: "unspec",
    title: "",
    form: Form::Bytes { len: 16, separator: "-", capitals: true, single: Single::Wrong },
};

/// The type with this name.
pub fn named(name: &[u8]) -> Option<&'static Type> {
    TYPES.iter().copied().find(|known| known.name.as_bytes() == name)
}

/// The type with this number.
pub fn numbered(number: u16) -> Option<&'static Type> {
    TYPES.iter().copied().find(|known| known.number == number.into())
}

/// The name of a device's type, and an address as its devices have them.
pub fn described(number: u16, address: &[u8; 14]) -> (&'static str, String) {
    let known = numbered(number).filter(|known| !matches!(known.form, Form::None)).unwrap_or(&UNKNOWN);
    (known.name, known.shown(address))
}

impl Type {
    /// Whether its devices have ARP.
    pub fn has_arp(&self) -> bool {
        !self.title.is_empty()
    }

    /// Reads an address, over what was in the stock tool's buffer `before`: its end may be left out. The error is what
    /// the stock tool says of it on its own account.
    pub fn read(&self, word: &[u8], before: [u8; 14]) -> Result<[u8; 14], &'static str> {
        let mut address = before;
        match &self.form {
            Form::Bytes { len, single, .. } => read_bytes(word, &mut address[..*len], single).ok_or("")?,
            Form::CallSign => read_call_sign(word, &mut address).ok_or("")?,
            Form::Rose => {
                let pairs = word.as_chunks::<2>().0;
                if word.len() != 10 {
                    return Err("");
                }
                for (byte, [high, low]) in address.iter_mut().zip(pairs) {
                    *byte = high.wrapping_sub(b'0') << 4 | low.wrapping_sub(b'0');
                }
            }
            Form::X25 => {
                let (digits, _) = x25_address(word).map_err(|_| "")?;
                address.iter_mut().zip(digits).for_each(|(byte, digit)| *byte = *digit);
            }
            // No device has such an address, and the kernel looks at the type first.
            Form::Ash => check_ash(word).ok_or("Malformed Ash address")?,
            Form::None | Form::Nothing | Form::Dlci | Form::Irda => return Err(""),
        }
        Ok(address)
    }

    fn shown(&self, address: &[u8; 14]) -> String {
        match &self.form {
            Form::Bytes { len, separator, capitals, .. } => {
                let byte = |at| {
                    let byte: u8 = address.get(at).copied().unwrap_or(0);
                    if *capitals { format!("{byte:02X}") } else { format!("{byte:02x}") }
                };
                (0..*len).map(byte).collect::<Vec<_>>().join(separator)
            }
            Form::CallSign => call_sign(address),
            Form::Rose => address[..5].iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }),
            Form::X25 => {
                let end = address.iter().position(|&b| b == 0).unwrap_or(address.len());
                shown(&address[..end]).into_owned()
            }
            Form::Ash => {
                let hops = address.iter().take_while(|&&hop| hop != 0xc9 && hop != 0xff);
                format!("[{}]", hops.map(|hop| format!("{hop:x}")).collect::<String>())
            }
            Form::Dlci => i16::from_ne_bytes([address[0], address[1]]).to_string(),
            Form::Irda => {
                let [a, b, c, d, ..] = address;
                format!("{d:02x}:{c:02x}:{b:02x}:{a:02x}")
            }
            Form::None | Form::Nothing => String::new(),
        }
    }
}

/// Reads groups of hexadecimal digits, with colons where one likes, and anything behind the last. Nothing where a group is
/// none.
fn read_bytes(word: &[u8], address: &mut [u8], single: &Single) -> Option<()> {
    let digit = |b: u8| char::from(b).to_digit(16).map(|digit| digit as u8);
    let mut rest = word;
    for byte in address {
        let Some((&high, after)) = rest.split_first() else { break };
        let high = digit(high)?;
        (*byte, rest) = match after {
            // The colon of a single digit is no colon between groups: one of those may follow.
            [b':', more @ ..] if *single == Single::Allowed => (high, more),
            [] if *single == Single::Allowed => (high, after),
            [low, more @ ..] => (high << 4 | digit(*low)?, more),
            [] => return None,
        };
        rest = rest.strip_prefix(b":").unwrap_or(rest);
    }
    Some(())
}

/// Reads up to six letters and digits, and a number behind a `-`: each byte is shifted left by one bit, and blanks fill
/// what is missing (`ax25_address`, `linux/ax25.h`).
fn read_call_sign(word: &[u8], address: &mut [u8; 14]) -> Option<()> {
    let (name, number) = match word.iter().position(|&b| b == b'-') {
        Some(at) => (&word[..at], atoi(&word[at + 1..])),
        None => (word, 0),
    };
    if name.len() > 6 || !name.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    for (at, byte) in address[..6].iter_mut().enumerate() {
        *byte = name.get(at).map_or(b' ', u8::to_ascii_uppercase) << 1;
    }
    address[6] = (number << 1) as u8;
    Some(())
}

/// A call sign as it is shown.
pub fn call_sign(address: &[u8]) -> String {
    let letters = address.iter().take(6).map(|byte| byte >> 1).take_while(|&b| b != b' ');
    let mut text: String = letters.map(char::from).collect();
    match address.get(6).map_or(0, |byte| byte >> 1 & 0xf) {
        0 => {}
        number => write!(text, "-{number}").unwrap_or_default(),
    }
    text
}

/// Reads an X.25 address: its digits, and how many of them count. The error is what `route` says of it.
pub fn x25_address(word: &[u8]) -> Result<(&[u8], usize), &'static str> {
    if word.len() > 18 {
        return Err("Address can't exceed eighteen digits with sigdigits");
    }
    let (digits, count) = match word.iter().position(|&b| b == b'/') {
        Some(at) => (&word[..at], usize::try_from(atoi(&word[at + 1..])).unwrap_or(usize::MAX)),
        None => (word, word.len()),
    };
    match (1..=15).contains(&digits.len()) && count <= digits.len() {
        true => Ok((digits, count)),
        false => Err("Invalid address"),
    }
}

fn check_ash(word: &[u8]) -> Option<()> {
    let mut rest = word;
    for _ in 0..64 {
        match leading_number(rest, 16).map_or(rest, |(_, after)| after) {
            [] => break,
            [b':', more @ ..] => rest = more,
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, word: &str) -> Option<Vec<u8>> {
        let address = named(name.as_bytes()).unwrap().read(word.as_bytes(), [9; 14]).ok()?;
        Some(address.iter().copied().take_while(|&b| b != 9).collect())
    }

    #[test]
    fn addresses_as_each_type_has_them() {
        for (name, word, bytes) in [
            ("ether", "2:0:0:0:0:a", Some(&[2, 0, 0, 0, 0, 10][..])),
            ("ether", "2:1", Some(&[2, 1])),
            ("ether", "2::1", Some(&[2, 1])),
            ("ether", "020000:00:000a99", Some(&[2, 0, 0, 0, 0, 10])),
            ("ether", "zz", None),
            ("fddi", "2:0", None),
            ("fddi", "02:00", Some(&[2, 0])),
            ("ax25", "n0call-1", Some(&[0x9c, 0x60, 0x86, 0x82, 0x98, 0x98, 2])),
            ("netrom", "a", Some(&[0x82, 0x40, 0x40, 0x40, 0x40, 0x40, 0])),
            ("ax25", "toolong", None),
            ("rose", "1234567890", Some(&[0x12, 0x34, 0x56, 0x78, 0x90])),
            ("rose", "1", None),
            ("x25", "12/1", Some(b"12")),
            ("x25", "12/3", None),
            ("ash", "1:2:", Some(&[])),
            ("ash", "1:x", None),
            ("loop", "1", None),
        ] {
            assert_eq!(read(name, word).as_deref(), bytes, "{name} {word}");
        }
    }

    #[test]
    fn addresses_as_they_are_shown() {
        let address = [0x9c, 0x60, 0x86, 0x82, 0x98, 0x98, 2, 0, 0, 0, 0, 0, 0, 0];
        for (number, expected) in [
            (1, ("ether", "9c:60:86:82:98:98")),
            (774, ("fddi", "9C-60-86-82-98-98")),
            (3, ("ax25", "N0CALL-1")),
            (768, ("tunnel", "")),
            (772, ("unspec", "9C-60-86-82-98-98-02-00-00-00-00-00-00-00-00-00")),
            (270, ("rose", "9c60868298")),
        ] {
            let (name, text) = described(number, &address);
            assert_eq!((name, text.as_str()), expected);
        }
    }
}
