//! What the kernel says of a request: `NLMSG_ERROR` and `NLMSG_DONE` with their extended ACKs.

use super::{Attrs, Error, Message, Result, align, message::HEADER};

/// `NLM_F_CAPPED`: the request is not quoted behind the error, only its header.
const CAPPED: u16 = 0x100;
/// `NLM_F_ACK_TLVS`: attributes follow.
const TLVS: u16 = 0x200;
const NLMSGERR_ATTR_MSG: u16 = 1;
const NLMSGERR_ATTR_OFFS: u16 = 2;

/// The kernel's no.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The errno, positive.
    pub errno: i32,
    /// The kernel's own words, where it has any.
    pub message: Option<String>,
    /// Where in the request the offending attribute begins, counted from the start of its header.
    pub offset: Option<u32>,
    /// A dump ended with it for want of the object asked about: the stock tools have no words for it.
    pub silent: bool,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.message {
            None if self.silent => Ok(()),
            Some(message) => write!(f, "Error: {}", sentence(message)),
            None => write!(f, "RTNETLINK answers: {}", crate::sys::strerror(self.errno)),
        }
    }
}

/// The kernel's message with the full stop that it may lack.
pub fn sentence(message: &str) -> String {
    match message.ends_with(['.', '\n']) {
        true => message.trim_end_matches('\n').to_string(),
        false => format!("{message}."),
    }
}

/// The kernel's yes, with the warning that it may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ack {
    /// What the kernel has to say although it did what was asked.
    pub warning: Option<String>,
}

/// Reads an `NLMSG_ERROR` or `NLMSG_DONE`.
///
/// Their bodies begin with a negative errno or 0; an `NLMSG_ERROR` goes on with the request that it is about, whole
/// unless capped. An `NLMSG_DONE` may be empty: older kernels say no more.
pub(super) fn read(message: &Message<'_>, is_error: bool) -> Result<Ack> {
    let errno = match message.body.first_chunk::<4>() {
        Some(word) => i32::from_ne_bytes(*word).wrapping_neg(),
        None if is_error => return Err(Error::Malformed("an error without its number")),
        None => 0,
    };
    let mut after = 4;
    if is_error {
        let quoted = message.body.get(4..8).map_or(0, |l| u32::from_ne_bytes([l[0], l[1], l[2], l[3]]) as usize);
        after += if message.flags & CAPPED != 0 { HEADER } else { align(quoted.max(HEADER)) };
    }
    let mut refusal = Refusal { errno, ..Refusal::default() };
    if message.flags & TLVS != 0 {
        for attr in Attrs::new(message.body.get(after..).unwrap_or(&[])) {
            match attr.kind {
                NLMSGERR_ATTR_MSG if !attr.str().is_empty() => {
                    refusal.message = Some(String::from_utf8_lossy(attr.str()).into_owned());
                }
                NLMSGERR_ATTR_OFFS => refusal.offset = attr.u32(),
                _ => {}
            }
        }
    }
    if !is_error && refusal.message.is_none() {
        match errno {
            libc::ENOENT | libc::EOPNOTSUPP => refusal.silent = true,
            libc::EMSGSIZE => refusal.message = Some("Buffer too small for object.".into()),
            _ => {}
        }
    }
    match errno {
        0 => Ok(Ack { warning: refusal.message }),
        _ => Err(Error::Refused(refusal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(flags: u16, body: &[u8]) -> Message<'_> {
        Message { kind: 2, flags, sequence: 1, port: 0, body, bytes: body, nsid: None, rest: &[] }
    }

    #[test]
    fn an_error_with_text_and_offset() {
        let mut body = (-17i32).to_ne_bytes().to_vec();
        body.extend([0; 16]);
        body.extend([8, 0, 1, 0, b'n', b'o', b'!', 0, 8, 0, 2, 0, 76, 0, 0, 0]);
        let expected = Refusal { errno: 17, message: Some("no!".into()), offset: Some(76), silent: false };
        assert_eq!(read(&message(CAPPED | TLVS, &body), true), Err(Error::Refused(expected)));
    }

    #[test]
    fn a_warning_on_success_behind_a_quoted_request() {
        let mut body = vec![0; 4];
        body.extend([20, 0, 0, 0]);
        body.extend([0; 16]);
        body.extend([7, 0, 1, 0, b'h', b'm', 0, 0]);
        assert_eq!(read(&message(TLVS, &body), true), Ok(Ack { warning: Some("hm".into()) }));
    }

    #[test]
    fn a_dump_that_ends_with_an_error() {
        let said = |errno: i32| read(&message(0, &(-errno).to_ne_bytes()), false).unwrap_err().to_string();
        assert_eq!(said(libc::ENOENT), "");
        assert_eq!(said(libc::EMSGSIZE), "Error: Buffer too small for object.");
        assert_eq!(said(libc::EPERM), "RTNETLINK answers: Operation not permitted");
    }

    #[test]
    fn short_ones_do_not_panic() {
        for len in 0..24 {
            let body = vec![0xff; len];
            for flags in [0, CAPPED, TLVS, CAPPED | TLVS] {
                let _ = read(&message(flags, &body), true);
                let _ = read(&message(flags, &body), false);
            }
        }
    }
}
