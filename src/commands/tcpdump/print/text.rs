//! Protocols made of lines of text.

use super::{Printer, Shown};
use crate::packet::Bytes;

const HTTP: &[&str] = &[
    "GET",
    "PUT",
    "COPY",
    "HEAD",
    "LOCK",
    "MOVE",
    "POLL",
    "POST",
    "BCOPY",
    "BMOVE",
    "MKCOL",
    "TRACE",
    "LABEL",
    "MERGE",
    "DELETE",
    "SEARCH",
    "UNLOCK",
    "REPORT",
    "UPDATE",
    "NOTIFY",
    "BDELETE",
    "CONNECT",
    "OPTIONS",
    "CHECKIN",
    "PROPFIND",
    "CHECKOUT",
    "CCM_POST",
    "SUBSCRIBE",
    "PROPPATCH",
    "BPROPFIND",
    "BPROPPATCH",
    "UNCHECKOUT",
    "MKACTIVITY",
    "MKWORKSPACE",
    "UNSUBSCRIBE",
    "RPC_CONNECT",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
];
const RTSP: &[&str] = &[
    "DESCRIBE",
    "ANNOUNCE",
    "GET_PARAMETER",
    "OPTIONS",
    "PAUSE",
    "PLAY",
    "RECORD",
    "REDIRECT",
    "SETUP",
    "SET_PARAMETER",
    "TEARDOWN",
];
const SIP: &[&str] = &[
    "ACK",
    "BYE",
    "CANCEL",
    "DO",
    "INFO",
    "INVITE",
    "MESSAGE",
    "NOTIFY",
    "OPTIONS",
    "PRACK",
    "QAUTH",
    "REFER",
    "REGISTER",
    "SPRACK",
    "SUBSCRIBE",
    "UPDATE",
    "PUBLISH",
];
/// The longest word that may be a request's name.
const MAX_WORD: usize = 128;

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The word at `at`, and where the next one is; nothing where none is there.
fn word(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..)?;
    let len = rest.iter().position(|&b| is_blank(b) || !is_printable(b)).unwrap_or(rest.len());
    if len == 0 || len > MAX_WORD || rest.get(len).is_some_and(|&b| !is_blank(b)) {
        return None;
    }
    let blanks = rest[len..].iter().take_while(|&&b| b == b' ').count();
    Some((&rest[..len], at + len + blanks))
}

/// Whether a text begins with one of the requests, or with a reply: its second word has three digits.
fn is_first(requests: &[&str], bytes: &[u8], is_whole: bool) -> bool {
    // A word that may go on behind what was captured is none.
    let whole = |at: usize| word(bytes, at).filter(|(word, _)| is_whole || at + word.len() < bytes.len());
    let Some((first, next)) = whole(0) else { return false };
    if requests.iter().any(|request| request.as_bytes().eq_ignore_ascii_case(first)) {
        return true;
    }
    whole(next).is_some_and(|(second, _)| second.len() == 3 && second.iter().all(u8::is_ascii_digit))
}

impl Printer {
    pub(super) fn text_protocol(&mut self, name: &'static str, bytes: Bytes<'_>, length: u32) -> Shown {
        let (requests, is_above_tcp): (&[&str], bool) = match name {
            "http" => (HTTP, true),
            "rtsp" => (RTSP, true),
            "sip" => (SIP, false),
            _ => (&[], true),
        };
        self.protocol = name;
        if is_above_tcp {
            self.text(": ");
        }
        let length = length as usize;
        let is_whole = bytes.has(length);
        let bytes = bytes.first(length);
        self.protocol_name();
        if !requests.is_empty() && !is_first(requests, bytes.0, is_whole) {
            return Ok(());
        }
        if self.look.verbose == 0 {
            return self.line(": ", bytes, 0, length).map(drop);
        }
        self.say(format_args!(", length: {length}"));
        let mut at = 0;
        while at < length {
            match self.line("\n\t", bytes, at, length)? {
                Some(next) => at = next,
                None => break,
            }
        }
        Ok(())
    }

    /// The line at `at`, and where the next is; nothing where this one is no text, or has no end.
    fn line(&mut self, before: &str, bytes: Bytes<'_>, at: usize, length: usize) -> Result<Option<usize>, super::Cut> {
        let mut end = at;
        while end < length {
            let next = match bytes.u8(end)? {
                b'\n' => end + 1,
                b'\r' if end + 1 >= length => return Ok(None),
                b'\r' if bytes.u8(end + 1)? == b'\n' => end + 2,
                byte if !is_printable(byte) && byte != b'\t' => return Ok(None),
                _ => {
                    end += 1;
                    continue;
                }
            };
            self.text(before);
            self.out.extend_from_slice(bytes.slice(at, end - at)?);
            return Ok(Some(next));
        }
        self.text(before);
        self.out.extend_from_slice(bytes.slice(at, end - at)?);
        self.cut();
        Ok(None)
    }

    /// SSH's first line, in which both sides say what they are.
    pub(super) fn ssh(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "ssh";
        for (at, byte) in b"SSH-".iter().enumerate() {
            if bytes.u8(at)? != *byte {
                return Ok(());
            }
        }
        for at in 4..length as usize {
            match bytes.u8(at)? {
                b'\n' => {}
                b'\r' if at + 1 < length as usize && bytes.u8(at + 1)? == b'\n' => {}
                byte if is_printable(byte) => continue,
                _ => return Ok(()),
            }
            self.text(": SSH: ");
            self.out.extend_from_slice(bytes.slice(0, at)?);
            return Ok(());
        }
        Ok(())
    }
}
