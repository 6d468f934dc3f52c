//! Values written straight into the output buffer, without formatting machinery and without allocation.

/// Something that can write itself into a buffer.
pub trait Show {
    /// Appends the text of this value.
    fn put(&self, buf: &mut Vec<u8>);
}

/// The text of a value, for a message.
pub fn spelled(value: impl Show) -> String {
    let mut buf = Vec::new();
    value.put(&mut buf);
    String::from_utf8_lossy(&buf).into_owned()
}

impl<T: Show + ?Sized> Show for &T {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        (**self).put(buf);
    }
}

impl Show for str {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(self.as_bytes());
    }
}

impl Show for String {
    fn put(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(self.as_bytes());
    }
}

impl Show for [u8] {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(self);
    }
}

impl Show for Vec<u8> {
    fn put(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(self);
    }
}

impl<const N: usize> Show for [u8; N] {
    fn put(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(self);
    }
}

impl Show for char {
    fn put(&self, buf: &mut Vec<u8>) {
        let mut room = [0; 4];
        buf.extend_from_slice(self.encode_utf8(&mut room).as_bytes());
    }
}

/// Formatted text, for the rare field that needs it.
impl Show for std::fmt::Arguments<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        let _ = std::io::Write::write_fmt(buf, *self);
    }
}

/// Whole numbers, in decimal.
pub trait Integer: Copy {
    /// Absolute value and whether it is negative.
    fn parts(self) -> (u64, bool);
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Integer for $type {
            #[inline]
            #[allow(unused_comparisons)]
            fn parts(self) -> (u64, bool) {
                let wide = self as i128;
                (wide.unsigned_abs() as u64, wide < 0)
            }
        }
        impl Show for $type {
            #[inline]
            fn put(&self, buf: &mut Vec<u8>) {
                let (value, negative) = self.parts();
                if negative {
                    buf.push(b'-');
                }
                decimal(value, buf);
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 usize i32 i64);

/// Appends `value` in decimal.
#[inline]
fn decimal(mut value: u64, buf: &mut Vec<u8>) {
    if value < 10 {
        buf.push(b'0' + value as u8);
        return;
    }
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    while value != 0 {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    buf.extend_from_slice(&digits[at..]);
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A number in hexadecimal with at least `.1` digits, without `0x`.
#[derive(Debug, Clone, Copy)]
pub struct Hex(pub u64, pub usize);

impl Show for Hex {
    fn put(&self, buf: &mut Vec<u8>) {
        let used = (16 - self.0.leading_zeros() as usize / 4).max(1);
        for digit in (0..used.max(self.1)).rev() {
            let value = if digit < 16 { self.0 >> (4 * digit) } else { 0 };
            buf.push(DIGITS[(value & 15) as usize]);
        }
    }
}

/// Bytes in hexadecimal without separators.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'a>(pub &'a [u8]);

impl Show for Joined<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        for byte in self.0 {
            Hex(u64::from(*byte), 2).put(buf);
        }
    }
}

/// A number as C's `%#x` writes it: `0x1f`, but `0`.
#[derive(Debug, Clone, Copy)]
pub struct Prefixed(pub u64);

impl Show for Prefixed {
    fn put(&self, buf: &mut Vec<u8>) {
        if self.0 != 0 {
            buf.extend_from_slice(b"0x");
        }
        Hex(self.0, 1).put(buf);
    }
}

/// A number of tenths, shown with one decimal.
#[derive(Debug, Clone, Copy)]
pub struct Tenths(pub u64);

impl Show for Tenths {
    fn put(&self, buf: &mut Vec<u8>) {
        decimal(self.0 / 10, buf);
        buf.push(b'.');
        decimal(self.0 % 10, buf);
    }
}

/// A number as C's `%g` writes it: six digits, without zeroes at their end.
#[derive(Debug, Clone, Copy)]
pub struct General(pub f64);

impl Show for General {
    fn put(&self, buf: &mut Vec<u8>) {
        let trim = |text: &str| match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
            false => text.to_string(),
        };
        let scientific = format!("{:.5e}", self.0);
        let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.put(buf) };
        match exponent.parse::<i32>() {
            Ok(exponent @ -4..=5) => trim(&format!("{:.*}", (5 - exponent) as usize, self.0)).put(buf),
            Ok(exponent) => {
                let sign = if exponent < 0 { '-' } else { '+' };
                format_args!("{}e{sign}{:02}", trim(mantissa), exponent.abs()).put(buf);
            }
            Err(_) => scientific.put(buf),
        }
    }
}

/// Bytes as `aa:bb:cc`: a link-layer address.
#[derive(Debug, Clone, Copy)]
pub struct Hardware<'a>(pub &'a [u8]);

impl Show for Hardware<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        for (i, byte) in self.0.iter().enumerate() {
            if i > 0 {
                buf.push(b':');
            }
            buf.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
}

/// An address of a family, as inet_ntop(3) writes it: 4 bytes are IPv4, 16 are IPv6, others are shown as
/// [`Hardware`].
#[derive(Debug, Clone, Copy)]
pub struct Address<'a>(pub &'a [u8]);

impl Show for Address<'_> {
    #[inline]
    fn put(&self, buf: &mut Vec<u8>) {
        if let Ok(bytes) = <&[u8; 4]>::try_from(self.0) {
            inet(bytes, buf);
        } else if let Ok(bytes) = <&[u8; 16]>::try_from(self.0) {
            inet6(bytes, buf);
        } else {
            Hardware(self.0).put(buf);
        }
    }
}

#[inline]
fn inet(bytes: &[u8; 4], buf: &mut Vec<u8>) {
    let mut text = [0u8; 16];
    let mut at = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        if i > 0 {
            text[at] = b'.';
            at += 1;
        }
        if byte >= 100 {
            text[at] = b'0' + byte / 100;
            at += 1;
        }
        if byte >= 10 {
            text[at] = b'0' + byte / 10 % 10;
            at += 1;
        }
        text[at] = b'0' + byte % 10;
        at += 1;
    }
    buf.extend_from_slice(&text[..at]);
}

/// The longest run of two or more zero groups becomes `::`; the last four bytes are dotted where they hold an IPv4
/// address (`::a.b.c.d` and `::ffff:a.b.c.d`), as the C library does.
fn inet6(bytes: &[u8; 16], buf: &mut Vec<u8>) {
    let group = |i: usize| u16::from_be_bytes([bytes[2 * i], bytes[2 * i + 1]]);
    let (mut best, mut best_len) = (8, 1);
    let mut i = 0;
    while i < 8 {
        let start = i;
        while i < 8 && group(i) == 0 {
            i += 1;
        }
        if i - start > best_len {
            (best, best_len) = (start, i - start);
        }
        i += 1;
    }
    let mut i = 0;
    while i < 8 {
        if i == best {
            buf.extend_from_slice(b"::");
            i += best_len;
            continue;
        }
        if i > 0 && i != best + best_len {
            buf.push(b':');
        }
        if i == 6 && best == 0 && (best_len == 6 || (best_len == 5 && group(5) == 0xffff)) {
            inet(&[bytes[12], bytes[13], bytes[14], bytes[15]], buf);
            return;
        }
        Hex(u64::from(group(i)), 1).put(buf);
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(spelled(0u8), "0");
        assert_eq!(spelled(u64::MAX), "18446744073709551615");
        assert_eq!(spelled(i32::MIN), "-2147483648");
        assert_eq!(spelled(Hex(0, 1)), "0");
        assert_eq!(spelled(Hex(0x1f, 4)), "001f");
        assert_eq!(spelled(Hex(u64::MAX, 1)), "ffffffffffffffff");
        assert_eq!(spelled(Tenths(1234)), "123.4");
    }

    #[test]
    fn six_digits_as_c_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (0.000_012, "1.2e-05"),
            (1.0, "1"),
            (1.5, "1.5"),
            (12.345_678, "12.3457"),
            (100.0, "100"),
            (120_000.4, "120000"),
            (999_999.9, "1e+06"),
            (4_294_967.295, "4.29497e+06"),
        ] {
            assert_eq!(spelled(General(value)), text);
        }
    }

    #[test]
    fn addresses_as_inet_ntop_writes_them() {
        for text in [
            "0.0.0.0",
            "10.20.200.255",
            "::",
            "::1",
            "fe80::1",
            "1:0:0:2::3",
            "2001:db8::",
            "1:2:3:4:5:6:7:8",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "1::3:4:5:6:7:8",
            "0:1::",
            "1:2:3:4:5:6:0:8",
            "::2:0:0:0:0:1",
        ] {
            let text = if text == "1::3:4:5:6:7:8" { "1:0:3:4:5:6:7:8" } else { text };
            let bytes = match text.parse().unwrap() {
                std::net::IpAddr::V4(a) => a.octets().to_vec(),
                std::net::IpAddr::V6(a) => a.octets().to_vec(),
            };
            let expected = if text == "::2:0:0:0:0:1" { "0:0:2::1" } else { text };
            assert_eq!(spelled(Address(&bytes)), expected);
        }
        assert_eq!(spelled(Hardware(&[0, 0xab, 1])), "00:ab:01");
    }
}
