//! Messages as they are received.

use super::{Error, Result, align};

/// Length of `struct nlmsghdr`.
pub(crate) const HEADER: usize = 16;

/// One received message, borrowed from the receive buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// `nlmsg_type`, e.g. `RTM_NEWLINK`.
    pub kind: u16,
    /// `nlmsg_flags`.
    pub flags: u16,
    /// `nlmsg_seq`: the number of the request that it answers, 0 for a notification.
    pub sequence: u32,
    /// `nlmsg_pid`: the port id of the socket that it answers.
    pub port: u32,
    /// What follows the header: the family's fixed header, then attributes.
    pub body: &'a [u8],
    /// Header and body, as an observer sees them.
    pub bytes: &'a [u8],
    /// For messages heard with `NETLINK_LISTEN_ALL_NSID`: the namespace's id, -1 when it has none here.
    pub nsid: Option<i32>,
    /// The messages behind it that came in the same datagram.
    pub rest: &'a [u8],
}

/// Iterates over the messages of one datagram.
#[derive(Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// The messages in `datagram`.
    pub fn new(datagram: &'a [u8]) -> Self {
        Messages { rest: datagram }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let datagram = std::mem::take(&mut self.rest);
        let Some(header) = datagram.first_chunk::<HEADER>() else {
            return Some(Err(Error::Malformed("shorter than a header")));
        };
        let word = |at: usize| u32::from_ne_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let len = word(0) as usize;
        if len < HEADER || len > datagram.len() {
            return Some(Err(Error::Malformed("its length does not fit the datagram")));
        }
        self.rest = datagram.get(align(len)..).unwrap_or(&[]);
        Some(Ok(Message {
            kind: u16::from_ne_bytes([header[4], header[5]]),
            flags: u16::from_ne_bytes([header[6], header[7]]),
            sequence: word(8),
            port: word(12),
            body: &datagram[HEADER..len],
            bytes: &datagram[..len],
            nsid: None,
            rest: self.rest,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_of_two() {
        let mut bytes = vec![17, 0, 0, 0, 16, 0, 2, 0, 7, 0, 0, 0, 9, 0, 0, 0, 0xff, 0, 0, 0];
        bytes.extend([16, 0, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0]);
        let all: Vec<_> = Messages::new(&bytes).collect::<Result<_>>().unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].kind, all[0].sequence, all[0].port, all[0].body), (16, 7, 9, &[0xff][..]));
        assert_eq!((all[1].kind, all[1].body), (3, &[][..]));
    }

    #[test]
    fn lies_are_errors_and_end_the_datagram() {
        let mut zero = [0u8; 16];
        for (len, cut) in [(0u32, 16), (15, 16), (17, 16), (u32::MAX, 16), (16, 7)] {
            zero[..4].copy_from_slice(&len.to_ne_bytes());
            let mut messages = Messages::new(&zero[..cut]);
            assert!(matches!(messages.next(), Some(Err(Error::Malformed(_)))), "length {len}");
            assert!(messages.next().is_none());
        }
    }
}
