//! Files of kernel messages, as `save` writes them and `monitor file` reads them.

use std::io::{IsTerminal, Read};

use crate::error::{Error, Result};
use crate::netlink::{Message, Messages};

/// The longest message that is believed.
const LONGEST: usize = 16 * 1024;

/// The messages of a file.
pub struct Saved {
    bytes: Vec<u8>,
    /// Where they begin.
    start: usize,
}

impl Saved {
    /// The messages in stdin behind `magic`; `what` is what they tell of, for messages.
    pub fn from_stdin(magic: u32, what: &str) -> Result<Saved> {
        let mut stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Err(Error::local(format!("Can't restore {what} dump from a terminal")));
        }
        let mut bytes = Vec::new();
        // What cannot be read is too short, and is told as that.
        let _ = stdin.read_to_end(&mut bytes);
        // Of a shorter file what there is counts.
        let mut first = [0; 4];
        first.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        let got = u32::from_ne_bytes(first);
        if got != magic {
            let count = u32::from(bytes.len() >= first.len());
            return Err(Error::local(format!("Magic mismatch ({count} elems, {got:x} magic)")));
        }
        Ok(Saved { bytes, start: 4 })
    }

    /// A file that is all messages.
    pub fn new(bytes: Vec<u8>) -> Saved {
        Saved { bytes, start: 0 }
    }

    /// Hands each message to `each`, and ends at the first that is cut short or lies about its length.
    pub fn each(&self, mut each: impl FnMut(&Message<'_>) -> Result<()>) -> Result<()> {
        let fail = |text: String| Error::local(text).with_status(2);
        let mut rest = &self.bytes[self.start..];
        while !rest.is_empty() {
            let truncated = || fail("rtnl-from_file: truncated message".to_string());
            let header = rest.first_chunk::<16>().ok_or_else(truncated)?;
            let len = u32::from_ne_bytes([header[0], header[1], header[2], header[3]]) as usize;
            if !(16..=LONGEST).contains(&len) {
                let at = self.bytes.len() - rest.len() + 16;
                return Err(fail(format!("!!!malformed message: len={} @{at}", (len as u32).cast_signed())));
            }
            let (message, behind) = rest.split_at_checked(len.next_multiple_of(4)).ok_or_else(truncated)?;
            if let Some(Ok(message)) = Messages::new(&message[..len]).next() {
                each(&message)?;
            }
            rest = behind;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_lies_ends() {
        let mut bytes = vec![20, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
        let count = |bytes: &[u8]| {
            let mut count = 0;
            let end = Saved::new(bytes.to_vec()).each(|message| {
                count += message.body.len();
                Ok(())
            });
            (count, end.map_err(|error| error.to_string()))
        };
        assert_eq!(count(&bytes), (4, Ok(())));
        bytes.push(0);
        assert_eq!(count(&bytes), (4, Err("rtnl-from_file: truncated message".into())));
        bytes[0] = 15;
        assert_eq!(count(&bytes), (0, Err("!!!malformed message: len=15 @16".into())));
    }
}
