//! The socket itself: the only place of the crate that talks netlink.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, NetlinkAddr, SockProtocol, bind, getsockname, recvmsg, send, setsockopt, sockopt,
};

use super::batch::{Notice, Posted};
use super::{Ack, Direction, Error, Message, Messages, NlmF, Observer, Refusal, Request, Result, ack};
use crate::sys;

pub(super) const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLMSG_OVERRUN: u16 = 4;
/// The first message type that is not netlink's own.
const NLMSG_MIN_TYPE: u16 = 0x10;

/// The kernel fills at most 32 KiB for each receive of a dump, whatever the buffer's size.
const BUFFER: usize = 32 * 1024;

/// What a socket's send buffer holds without being asked (`net.core.wmem_default`, half of which is overhead).
const ROOM: usize = 100 * 1024;

/// How a dump ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dump {
    /// It shows one state of the kernel.
    Whole,
    /// The kernel's tables changed meanwhile (`NLM_F_DUMP_INTR`): entries may be missing or there twice.
    Interrupted,
}

/// What [`Socket::listen`] hears.
#[derive(Debug)]
pub enum Heard<'a> {
    /// An event.
    Event(&'a Message<'a>),
    /// More was told than there was room for: some of it is lost.
    Lost(Errno),
    /// Nothing more for now.
    Silence,
}

/// A netlink socket of one protocol, with extended ACKs and strict checking on.
pub struct Socket {
    pub(super) fd: OwnedFd,
    pub(super) port: u32,
    sequence: u32,
    pub(super) buffer: Vec<u8>,
    pub(super) observer: Option<Box<dyn Observer>>,
    pub(super) posted: Posted,
    pub(super) notice: Notice,
    /// The other end is no kernel, and has no address.
    paired: bool,
}

fn system(call: &'static str) -> impl FnOnce(Errno) -> Error {
    move |errno| Error::System { call, errno }
}

impl Socket {
    /// Opens a socket of `protocol` (`NETLINK_ROUTE`, …) in the calling thread's network namespace.
    pub fn open(protocol: SockProtocol) -> Result<Self> {
        Socket::open_number(protocol as i32)
    }

    /// As [`Socket::open`], for a protocol by its number.
    pub fn open_number(protocol: i32) -> Result<Self> {
        let fd = sys::netlink_socket(protocol).map_err(system("Cannot open netlink socket"))?;
        // Kernels before 4.12 and 4.20 lack these two: there, less is said and checked, and nothing else changes.
        let _ = sys::netlink_option(&fd, libc::NETLINK_EXT_ACK, 1);
        let _ = sys::netlink_option(&fd, libc::NETLINK_GET_STRICT_CHK, 1);
        bind(fd.as_raw_fd(), &NetlinkAddr::new(0, 0)).map_err(system("Cannot bind netlink socket"))?;
        let address: NetlinkAddr = getsockname(fd.as_raw_fd()).map_err(system("Cannot getsockname"))?;
        Ok(Socket {
            fd,
            port: address.pid(),
            sequence: 0,
            buffer: vec![0; BUFFER],
            observer: None,
            posted: Posted::default(),
            notice: Notice::default(),
            paired: false,
        })
    }

    /// A socket whose other end is no kernel: a connected pair that keeps datagrams whole, for tests. Replies must have
    /// port id 0.
    pub fn over(fd: OwnedFd) -> Self {
        Socket {
            fd,
            port: 0,
            sequence: 0,
            buffer: vec![0; BUFFER],
            observer: None,
            posted: Posted::default(),
            notice: Notice::default(),
            paired: true,
        }
    }

    /// Lets `observer` see every message from here on.
    pub fn observe(&mut self, observer: Option<Box<dyn Observer>>) {
        self.observer = observer;
    }

    /// Turns strict checking of dump requests off, for families whose dumps predate it.
    pub fn lenient(&mut self) {
        let _ = sys::netlink_option(&self.fd, libc::NETLINK_GET_STRICT_CHK, 0);
    }

    /// Sends `request` and waits for its ACK.
    pub fn ask(&mut self, request: &mut Request) -> Result<Ack> {
        self.ask_with(request, |_| {})
    }

    /// As [`Socket::ask`]; messages that come before the ACK, as `NLM_F_ECHO` brings them, go to `each`.
    pub fn ask_with(&mut self, request: &mut Request, mut each: impl FnMut(&Message<'_>)) -> Result<Ack> {
        request.add_flags(NlmF::ACK);
        self.send(request)?;
        self.receive_until(|message| match message.kind {
            NLMSG_ERROR => Some(ack::read(message, true)),
            _ => {
                each(message);
                None
            }
        })
    }

    /// Sends `request`, which has exactly one reply, and hands that to `read`.
    pub fn get<T>(&mut self, request: &mut Request, mut read: impl FnMut(&Message<'_>) -> T) -> Result<T> {
        self.send(request)?;
        self.receive_until(|message| match message.kind {
            NLMSG_ERROR => match ack::read(message, true) {
                Ok(_) => Some(Err(Error::Malformed("an ACK where a reply was due"))),
                Err(error) => Some(Err(error)),
            },
            _ => Some(Ok(read(message))),
        })
    }

    /// Sends `request` as a dump and hands each object of the reply to `each`, as it arrives.
    pub fn dump(&mut self, request: &mut Request, mut each: impl FnMut(&Message<'_>)) -> Result<Dump> {
        request.add_flags(NlmF::DUMP);
        self.send(request)?;
        let mut end = Dump::Whole;
        self.receive_until(|message| {
            if message.flags & NlmF::DUMP_INTR.bits() != 0 {
                end = Dump::Interrupted;
            }
            match message.kind {
                NLMSG_DONE => Some(ack::read(message, false).map(drop)),
                NLMSG_ERROR => Some(ack::read(message, true).map(drop)),
                _ => {
                    each(message);
                    None
                }
            }
        })?;
        Ok(end)
    }

    /// Sends `requests` in one piece, for a protocol that carries them out together or not at all (nfnetlink's batches).
    ///
    /// Gives what the kernel refused, by the number of the request: nothing has been done then. It is over with the
    /// verdict on request number `last`, which must ask for an ACK, or with a refusal of the first, which is for all.
    pub fn batch(&mut self, requests: &mut [Request], last: usize) -> Result<Vec<(usize, Refusal)>> {
        let first = self.sequence.wrapping_add(1).max(1);
        let mut bytes = Vec::new();
        for (sequence, request) in (first..).zip(requests) {
            self.sequence = sequence;
            let message = request.finish(sequence)?;
            if let Some(observer) = &mut self.observer {
                observer.message(Direction::Sent, message);
            }
            bytes.extend_from_slice(message);
        }
        if bytes.len() > ROOM {
            // Only root may pass the limit. What finds no room is refused as a whole when it is sent.
            let room = 2 * bytes.len();
            let _ = setsockopt(&self.fd, sockopt::SndBufForce, &room)
                .or_else(|_| setsockopt(&self.fd, sockopt::SndBuf, &room));
        }
        send_to_kernel(&self.fd, &bytes)?;
        let mut refused = Vec::new();
        self.receive_since(first, |message| {
            let at = message.sequence.wrapping_sub(first) as usize;
            if message.kind != NLMSG_ERROR {
                return None;
            }
            let failed = match ack::read(message, true) {
                Ok(_) => false,
                Err(Error::Refused(refusal)) => {
                    refused.push((at, refusal));
                    true
                }
                Err(error) => return Some(Err(error)),
            };
            (at == last || (at == 0 && failed)).then_some(Ok(()))
        })?;
        Ok(refused)
    }

    /// Joins a multicast group (`RTNLGRP_*`).
    pub fn join(&mut self, group: u32) -> Result<()> {
        sys::netlink_option(&self.fd, libc::NETLINK_ADD_MEMBERSHIP, group as i32)
            .map_err(system("Cannot join netlink group"))
    }

    /// Joins what other namespaces with an id here tell too; [`Message::nsid`] says which one it was.
    pub fn hear_all_namespaces(&mut self) -> Result<()> {
        sys::netlink_option(&self.fd, libc::NETLINK_LISTEN_ALL_NSID, 1).map_err(system("NETLINK_LISTEN_ALL_NSID"))
    }

    /// Makes room for `bytes` of what has not been received yet; without privileges the kernel may give less.
    pub fn make_room(&mut self, bytes: usize) {
        if setsockopt(&self.fd, sockopt::RcvBufForce, &bytes).is_err() {
            let _ = setsockopt(&self.fd, sockopt::RcvBuf, &bytes);
        }
    }

    /// Hands what the groups tell to `each`, until something fails.
    pub fn listen(&mut self, mut each: impl FnMut(Heard<'_>)) -> Result<std::convert::Infallible> {
        let mut quiet = false;
        loop {
            // Who waits for output gets it when all that is there has been read, not before: that keeps up in a burst.
            let flags = if quiet { MsgFlags::empty() } else { MsgFlags::MSG_DONTWAIT };
            let (len, nsid) = match self.hear(flags) {
                Ok(heard) => heard,
                Err(Error::System { errno: Errno::EAGAIN, .. }) => {
                    each(Heard::Silence);
                    quiet = true;
                    continue;
                }
                Err(Error::System { errno: errno @ Errno::ENOBUFS, .. }) => {
                    each(Heard::Lost(errno));
                    continue;
                }
                Err(error) => return Err(error),
            };
            quiet = false;
            for message in Messages::new(&self.buffer[..len]) {
                let message = Message { nsid, ..message? };
                if let Some(observer) = &mut self.observer {
                    observer.message(Direction::Received, message.bytes);
                }
                each(Heard::Event(&message));
            }
        }
    }

    /// Receives one datagram of a group: its length, and the namespace that it is from.
    fn hear(&mut self, flags: MsgFlags) -> Result<(usize, Option<i32>)> {
        loop {
            let mut control = nix::cmsg_space!(i32);
            let mut slices = [IoSliceMut::new(&mut self.buffer)];
            match recvmsg::<NetlinkAddr>(self.fd.as_raw_fd(), &mut slices, Some(&mut control), flags) {
                Ok(got) if got.address.is_some_and(|from| from.pid() != 0) => {}
                Ok(got) if got.flags.contains(MsgFlags::MSG_TRUNC) => return Err(Error::Truncated),
                Ok(got) if got.bytes == 0 => return Err(Error::Malformed("EOF on netlink")),
                Ok(got) => {
                    let nsid = got.cmsgs().into_iter().flatten().find_map(|control| match control {
                        ControlMessageOwned::Unknown(unknown)
                            if unknown.cmsg_header.cmsg_level == libc::SOL_NETLINK
                                && unknown.cmsg_header.cmsg_type == libc::NETLINK_LISTEN_ALL_NSID =>
                        {
                            unknown.data_bytes.first_chunk().map(|bytes| i32::from_ne_bytes(*bytes))
                        }
                        _ => None,
                    });
                    return Ok((got.bytes, nsid));
                }
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(Error::System { call: "netlink receive error", errno }),
            }
        }
    }

    pub(super) fn next_sequence(&mut self) -> u32 {
        self.sequence = self.sequence.wrapping_add(1).max(1);
        self.sequence
    }

    /// Sends a request whose reply will be waited for.
    fn send(&mut self, request: &mut Request) -> Result<()> {
        self.silence();
        let sequence = self.next_sequence();
        let bytes = request.finish(sequence)?;
        if let Some(observer) = &mut self.observer {
            observer.message(Direction::Sent, bytes);
        }
        send_to_kernel(&self.fd, bytes)
    }

    /// Receives until `read` has an answer for the request sent last.
    fn receive_until<T>(&mut self, read: impl FnMut(&Message<'_>) -> Option<Result<T>>) -> Result<T> {
        self.receive_since(self.sequence, read)
    }

    /// Receives until `read` has an answer for the requests sent since number `first`.
    fn receive_since<T>(&mut self, first: u32, mut read: impl FnMut(&Message<'_>) -> Option<Result<T>>) -> Result<T> {
        loop {
            let len = self.receive(MsgFlags::empty())?;
            for message in Messages::new(&self.buffer[..len]) {
                let message = message?;
                if let Some(observer) = &mut self.observer {
                    observer.message(Direction::Received, message.bytes);
                }
                if message.sequence.wrapping_sub(first) > self.sequence.wrapping_sub(first) {
                    // A request given up half-way leaves its replies behind: older numbers are passed over.
                    if self.sequence.wrapping_sub(message.sequence) < u32::MAX / 2 {
                        continue;
                    }
                    return Err(Error::Alien { expected: self.sequence, got: message.sequence });
                }
                if message.port != self.port || (message.kind < NLMSG_MIN_TYPE && !is_verdict(message.kind)) {
                    continue;
                }
                if message.kind == NLMSG_OVERRUN {
                    return Err(Error::Malformed("data lost"));
                }
                if let Some(result) = read(&message) {
                    return result;
                }
            }
        }
    }

    /// Receives one datagram from the kernel into the buffer and gives its length.
    pub(super) fn receive(&mut self, flags: MsgFlags) -> Result<usize> {
        loop {
            let mut slices = [IoSliceMut::new(&mut self.buffer)];
            match recvmsg::<NetlinkAddr>(self.fd.as_raw_fd(), &mut slices, None, flags) {
                // Anybody may send to our port; only the kernel (port 0) is listened to.
                Ok(got) if !self.paired && got.address.is_some_and(|from| from.pid() != 0) => {}
                Ok(got) if got.flags.contains(MsgFlags::MSG_TRUNC) => return Err(Error::Truncated),
                Ok(got) if got.bytes == 0 => return Err(Error::Malformed("EOF on netlink")),
                Ok(got) => return Ok(got.bytes),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(Error::System { call: "netlink receive error", errno }),
            }
        }
    }
}

/// Sends whole messages. A socket that is not connected sends to the kernel.
pub(super) fn send_to_kernel(fd: &OwnedFd, bytes: &[u8]) -> Result<()> {
    loop {
        match send(fd.as_raw_fd(), bytes, MsgFlags::empty()) {
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(Error::System { call: "Cannot talk to rtnetlink", errno }),
        }
    }
}

fn is_verdict(kind: u16) -> bool {
    matches!(kind, NLMSG_ERROR | NLMSG_DONE | NLMSG_OVERRUN)
}
