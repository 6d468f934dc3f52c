//! Ids of network namespaces: `struct rtgenmsg` and `NETNSA_*` (`linux/net_namespace.h`).

use std::os::fd::{AsRawFd, BorrowedFd};

use crate::netlink::{Message, NlmF, Request, Rtm, Table};

const NETNSA_NSID: u16 = 1;
const NETNSA_FD: u16 = 3;
const NETNSA_TARGET_NSID: u16 = 4;
const NETNSA_CURRENT_NSID: u16 = 5;

/// The id that the kernel chooses, and that of a namespace without one.
pub const UNASSIGNED: i32 = -1;

/// What the kernel tells of a namespace's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nsid {
    /// The id, [`UNASSIGNED`] without one; in the target namespace where one was named.
    pub id: i32,
    /// The id in this namespace, where another one was the target.
    pub current: Option<i32>,
    /// The message told that the id is gone.
    pub deleted: bool,
}

impl Nsid {
    /// Reads an `RTM_NEWNSID` or `RTM_DELNSID`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'_>) -> Option<Nsid> {
        let deleted = message.kind == u16::from(Rtm::Delnsid);
        if !deleted && message.kind != u16::from(Rtm::Newnsid) {
            return None;
        }
        let attrs: Table<'_, 6> = Table::new(message.body.get(4..)?);
        Some(Nsid { id: attrs.i32(NETNSA_NSID)?, current: attrs.i32(NETNSA_CURRENT_NSID), deleted })
    }
}

fn request(kind: Rtm) -> Request {
    let mut request = Request::new(kind, NlmF::empty());
    request.header(&[libc::AF_UNSPEC as u8]);
    request
}

/// Asks for the id of an open namespace.
pub fn get(namespace: BorrowedFd<'_>) -> Request {
    let mut request = request(Rtm::Getnsid);
    request.u32(NETNSA_FD, namespace.as_raw_fd().cast_unsigned());
    request
}

/// Asks what the id `id` of namespace `target` is here.
pub fn translate(id: i32, target: Option<i32>) -> Request {
    let mut request = request(Rtm::Getnsid);
    request.u32(NETNSA_NSID, id.cast_unsigned());
    add_target(&mut request, target);
    request
}

/// All ids, as namespace `target` has them.
pub fn dump(target: Option<i32>) -> Request {
    let mut request = request(Rtm::Getnsid);
    add_target(&mut request, target);
    request
}

/// Gives an open namespace the id `id`, or one of the kernel's choice.
pub fn set(namespace: BorrowedFd<'_>, id: i32) -> Request {
    let mut request = request(Rtm::Newnsid);
    request.u32(NETNSA_FD, namespace.as_raw_fd().cast_unsigned());
    request.u32(NETNSA_NSID, id.cast_unsigned());
    request
}

fn add_target(request: &mut Request, target: Option<i32>) {
    if let Some(target) = target {
        request.u32(NETNSA_TARGET_NSID, target.cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes() {
        let expected: &[u8] = &[
            36, 0, 0, 0, 90, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            0, 0, 0, 0, // rtgenmsg
            8, 0, 1, 0, 7, 0, 0, 0, // NETNSA_NSID
            8, 0, 4, 0, 2, 0, 0, 0, // NETNSA_TARGET_NSID
        ];
        assert_eq!(translate(7, Some(2)).finish(4).unwrap(), expected);
        let mut reply = expected[..28].to_vec();
        (reply[0], reply[4]) = (28, 88);
        let message = Messages::new(&reply).next().unwrap().unwrap();
        assert_eq!(Nsid::decode(&message), Some(Nsid { id: 7, current: None, deleted: false }));
    }
}
