//! Many requests at little cost: no ACK is asked for. The kernel is done with a request when sending it returns, so what
//! it has to say against it waits by then; what it says when all is well, a warning at most, is not heard.

use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};

use super::socket::{NLMSG_ERROR, send_to_kernel};
use super::{Direction, Error, Messages, NlmF, Request, Result, Socket, ack};
use crate::sys;

/// A message that the kernel passes over.
const NLMSG_NOOP: u16 = 1;

/// So many errors find room in a socket's receive buffer of the usual size.
const AT_ONCE: usize = 128;

/// For fewer requests, looking costs less than to see to it that a signal comes.
const WORTH_A_SIGNAL: usize = 8;

/// How it is noticed that the kernel has something to say. A look after each request costs a system call; a signal costs
/// nothing while there is nothing to say.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// Not tried yet.
    #[default]
    Untried,
    /// By a signal, which has come by when sending returns.
    Signal,
    /// By a signal, which is turned off while replies are waited for.
    Silenced,
    /// By looking.
    Look,
}

/// Requests that wait to be sent.
#[derive(Debug, Default)]
pub(super) struct Posted {
    bytes: Vec<u8>,
    count: usize,
}

impl Socket {
    /// Sees to it that what the kernel has to say is noticed.
    fn take_notice(&mut self) -> Result<()> {
        match self.notice {
            Notice::Signal | Notice::Look => {}
            Notice::Silenced if sys::set_async(&self.fd, true).is_ok() => self.notice = Notice::Signal,
            Notice::Silenced => self.notice = Notice::Look,
            Notice::Untried => {
                self.notice = match sys::watch(&self.fd) {
                    Ok(()) if self.is_told()? => Notice::Signal,
                    _ => Notice::Look,
                };
            }
        }
        Ok(())
    }

    /// Whether the signal comes by when sending returns, tried with a message that does nothing and has an ACK.
    fn is_told(&mut self) -> Result<bool> {
        sys::take_arrival();
        send_to_kernel(&self.fd, Request::new(NLMSG_NOOP, NlmF::ACK).finish(0)?)?;
        let told = sys::take_arrival();
        self.refusals(|_, _| {})?;
        Ok(told)
    }

    /// Turns the signal off: what is waited for needs none.
    pub(super) fn silence(&mut self) {
        if self.notice == Notice::Signal {
            // Where this fails a signal comes that nobody heeds.
            let _ = sys::set_async(&self.fd, false);
            self.notice = Notice::Silenced;
        }
    }

    /// Keeps `request` until [`Socket::settle`] or [`Socket::settle_in_turn`] sends it, and gives its sequence number.
    pub fn post(&mut self, request: &mut Request) -> Result<u32> {
        let sequence = self.next_sequence();
        let bytes = request.finish(sequence)?;
        if let Some(observer) = &mut self.observer {
            observer.message(Direction::Sent, bytes);
        }
        if self.posted.bytes.capacity() == 0 {
            // Errors that do not quote the request are small, whatever the request.
            let _ = sys::netlink_option(&self.fd, libc::NETLINK_CAP_ACK, 1);
        }
        self.posted.bytes.extend_from_slice(bytes);
        self.posted.count += 1;
        Ok(sequence)
    }

    /// Whether no more is to be posted before it is sent.
    pub fn is_full(&self) -> bool {
        self.posted.count >= AT_ONCE
    }

    /// Sends what has been posted in one piece, and hands to `each` the sequence number of each request that the kernel
    /// refuses. The kernel goes on behind these.
    pub fn settle(&mut self, each: impl FnMut(u32, Error)) -> Result<()> {
        self.take_posted(|socket, posted| {
            socket.silence();
            send_to_kernel(&socket.fd, posted)?;
            socket.refusals(each)
        })
    }

    /// Sends what has been posted one by one until the kernel refuses a request, whose sequence number goes to `each`;
    /// those behind it are not sent.
    ///
    /// To send ready requests in one go costs less than to make each when its turn comes: with every system call the
    /// processor forgets much of what it has learned of our own code.
    pub fn settle_in_turn(&mut self, mut each: impl FnMut(u32, Error)) -> Result<()> {
        let few = self.posted.count < WORTH_A_SIGNAL;
        self.take_posted(|socket, posted| {
            if !few {
                socket.take_notice()?;
            }
            let mut refused = false;
            for message in Messages::new(posted) {
                send_to_kernel(&socket.fd, message?.bytes)?;
                if few || socket.notice == Notice::Look || sys::take_arrival() {
                    socket.refusals(|sequence, error| {
                        refused = true;
                        each(sequence, error);
                    })?;
                }
                if refused {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Lets `send` have what has been posted, after which nothing is.
    fn take_posted(&mut self, send: impl FnOnce(&mut Self, &[u8]) -> Result<()>) -> Result<()> {
        if self.posted.count == 0 {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.posted.bytes);
        self.posted.count = 0;
        let sent = send(self, &bytes);
        bytes.clear();
        self.posted.bytes = bytes;
        sent
    }

    /// Receives what is there.
    fn refusals(&mut self, mut each: impl FnMut(u32, Error)) -> Result<()> {
        // A look costs less than trying to receive, and nearly always there is nothing.
        if recv(self.fd.as_raw_fd(), &mut [0], MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT) == Err(Errno::EAGAIN) {
            return Ok(());
        }
        loop {
            let len = match self.receive(MsgFlags::MSG_DONTWAIT) {
                Err(Error::System { errno: Errno::EAGAIN, .. }) => return Ok(()),
                other => other?,
            };
            for message in Messages::new(&self.buffer[..len]) {
                let message = message?;
                if let Some(observer) = &mut self.observer {
                    observer.message(Direction::Received, message.bytes);
                }
                if message.kind != NLMSG_ERROR || message.port != self.port {
                    continue;
                }
                if let Err(error) = ack::read(&message, true) {
                    each(message.sequence, error);
                }
            }
        }
    }
}
