//! Answers of a name server that knows one name (RFC 1035).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The name that there is, in labels.
const NAME: [&[u8]; 2] = [b"google", b"com"];
/// Its addresses.
const ADDRESSES: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8)), IpAddr::V6(Ipv6Addr::new(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888))];
const TYPE_A: u16 = 1;
const TYPE_AAAA: u16 = 28;
const CLASS_IN: u16 = 1;
/// How long an answer may be kept, in seconds.
const TTL: u32 = 60;
const HEADER: usize = 12;
/// It is an answer; recursion was desired or not, as the question says, and is to be had.
const ANSWER: [u8; 2] = [0x80, 0x80];
const FORMAT_ERROR: u8 = 1;
const NO_SUCH_NAME: u8 = 3;
const NOT_IMPLEMENTED: u8 = 4;

/// The answer to `question`; none where it is not one at all.
pub fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let &[i0, i1, f0, _, q0, q1, ..] = question.first_chunk::<HEADER>()?;
    if f0 & 0x80 != 0 {
        return None;
    }
    let head = |code: u8, questions: u16, answers: u16| {
        let ([n0, n1], [a0, a1]) = (questions.to_be_bytes(), answers.to_be_bytes());
        vec![i0, i1, ANSWER[0] | f0 & 0x79, ANSWER[1] | code, n0, n1, a0, a1, 0, 0, 0, 0]
    };
    if f0 & 0x78 != 0 {
        return Some(head(NOT_IMPLEMENTED, 0, 0));
    }
    let asked = name(&question[HEADER..]).filter(|_| [q0, q1] == [0, 1]);
    let Some((labels, len)) = asked else { return Some(head(FORMAT_ERROR, 0, 0)) };
    let Some([t0, t1, c0, c1]) = question[HEADER + len..].first_chunk::<4>() else {
        return Some(head(FORMAT_ERROR, 0, 0));
    };
    let (kind, class) = (u16::from_be_bytes([*t0, *t1]), u16::from_be_bytes([*c0, *c1]));
    let is_known = labels.len() == NAME.len() && labels.iter().zip(NAME).all(|(a, b)| a.eq_ignore_ascii_case(b));
    let address = ADDRESSES
        .iter()
        .find(|address| is_known && class == CLASS_IN && kind == if address.is_ipv4() { TYPE_A } else { TYPE_AAAA });
    let mut bytes = head(if is_known { 0 } else { NO_SUCH_NAME }, 1, address.is_some().into());
    bytes.extend_from_slice(&question[HEADER..HEADER + len + 4]);
    if let Some(address) = address {
        let address = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        // The name is the one that the question has, by its place.
        bytes.extend([0xc0, HEADER as u8]);
        bytes.extend([*t0, *t1, *c0, *c1]);
        bytes.extend(TTL.to_be_bytes());
        bytes.extend((address.len() as u16).to_be_bytes());
        bytes.extend(address);
    }
    Some(bytes)
}

/// The labels of a name and how many bytes it takes; nothing where it has no end, or leads elsewhere.
fn name(bytes: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut labels = Vec::new();
    let mut at = 0;
    loop {
        let len = usize::from(*bytes.get(at)?);
        at += 1;
        if len == 0 {
            return Some((labels, at));
        }
        if len > 63 {
            return None;
        }
        labels.push(bytes.get(at..at + len)?);
        at += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &[u8], kind: u8) -> Vec<u8> {
        [&[0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], name, &[0, kind, 0, 1]].concat()
    }

    #[test]
    fn one_name_has_addresses() {
        let bytes = answer(&question(b"\x06GooGle\x03com\0", 1)).unwrap();
        assert_eq!(bytes[..HEADER], [0xab, 0xcd, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
        assert_eq!(bytes[bytes.len() - 16..], [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 8, 8, 8, 8]);
        let bytes = answer(&question(b"\x06google\x03com\0", 28)).unwrap();
        assert_eq!((bytes[7], bytes.last()), (1, Some(&0x88)));
        let bytes = answer(&question(b"\x06google\x03com\0", 15)).unwrap();
        assert_eq!((bytes[3] & 0xf, bytes[7]), (0, 0));
    }

    #[test]
    fn others_have_none() {
        let bytes = answer(&question(b"\x07example\x03com\0", 1)).unwrap();
        assert_eq!((bytes[3] & 0xf, bytes[7]), (NO_SUCH_NAME, 0));
        let whole = question(b"\x06google\x03com\0", 1);
        for len in 0..whole.len() {
            let code = answer(&whole[..len]).map(|bytes| bytes[3] & 0xf);
            assert_eq!(code, (len >= HEADER).then_some(FORMAT_ERROR), "{len}");
        }
        assert_eq!(answer(&[0xff; 12]), None);
        assert_eq!(answer(&question(b"\xc0\x0c", 1)).map(|bytes| bytes[3] & 0xf), Some(FORMAT_ERROR));
    }
}
