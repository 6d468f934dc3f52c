//! Link-layer addresses as words.

use super::prefix;
use super::{is_space, shown};
use crate::error::{Error, Result};

/// The longest link-layer address (`MAX_ADDR_LEN` in the kernel's `netdevice.h`).
const MAX_LEN: usize = 32;

/// Reads `52:54:0:1:2:3`, or `192.0.2.1` for devices whose addresses are IPv4's.
///
/// A group is read as C's `%x` reads it: what follows its hexadecimal digits is passed over.
pub fn parse(word: &[u8]) -> Result<Vec<u8>> {
    let invalid = |part: &[u8]| Error::local(format!("\"{}\" is invalid lladdr.", shown(part)));
    if word.contains(&b'.') {
        let address = prefix::try_address(word, libc::AF_INET as u8);
        return Ok(address.ok_or_else(|| invalid(word))?.bytes().to_vec());
    }
    let groups = word.split(|&b| b == b':').take(MAX_LEN);
    groups.map(|group| group_value(group).ok_or_else(|| invalid(group))).collect()
}

fn group_value(group: &[u8]) -> Option<u8> {
    let start = group.iter().position(|&b| !is_space(b))?;
    let digits = group[start..].strip_prefix(b"+").unwrap_or(&group[start..]);
    let digits = digits.strip_prefix(b"0x").or_else(|| digits.strip_prefix(b"0X")).unwrap_or(digits);
    let end = digits.iter().position(|b| !b.is_ascii_hexdigit()).unwrap_or(digits.len());
    u8::from_str_radix(std::str::from_utf8(&digits[..end]).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_iproute2_reads_them() {
        assert_eq!(parse(b"52:54:0:a:B:ff").unwrap(), [0x52, 0x54, 0, 10, 11, 255]);
        assert_eq!(parse(b"192.0.2.1").unwrap(), [192, 0, 2, 1]);
        assert_eq!(parse(b"1.2").unwrap(), [1, 2, 0, 0]);
        assert_eq!(parse(b"1x:2").unwrap(), [1, 2]);
        for (word, named) in [("type", "type"), ("1:zz", "zz"), ("1:100", "100"), ("", ""), ("1.x", "1.x")] {
            assert_eq!(parse(word.as_bytes()).unwrap_err().to_string(), format!("\"{named}\" is invalid lladdr."));
        }
    }
}
