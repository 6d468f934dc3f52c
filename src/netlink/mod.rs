//! The socket layer: netlink requests written, replies read borrowed.
//!
//! Nothing here knows a link from a route. A [`Request`] is built from a message type, a fixed header and attributes;
//! a [`Socket`] sends it and hands each [`Message`] of the reply to a closure as slices into one receive buffer.
//! netlink(7) and the kernel's `Documentation/userspace-api/netlink/intro.rst` are the sources of its rules.

mod ack;
mod attr;
mod batch;
mod genl;
mod message;
mod observe;
mod request;
mod socket;

pub use ack::{Ack, Refusal, sentence};
pub(crate) use attr::until_nul;
pub use attr::{Attr, Attrs, Table};
pub use genl::Family;
pub use message::{Message, Messages};
pub use observe::{Direction, Observer};
pub use request::Request;
pub use socket::{Dump, Heard, Socket};

pub use neli::consts::nl::NlmF;
pub use neli::consts::rtnl::Rtm;

use nix::errno::Errno;

/// What can go wrong between a request and its reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A system call on the socket failed.
    #[error("{call}: {}", crate::sys::strerror(*.errno as i32))]
    System {
        /// The call, as its man page names it.
        call: &'static str,
        /// What the kernel answered.
        errno: Errno,
    },
    /// The kernel read the request and refused it.
    #[error("{0}")]
    Refused(Refusal),
    /// A message was longer than the receive buffer, so its end is lost.
    #[error("netlink message truncated")]
    Truncated,
    /// The bytes received are no netlink: a length that lies, or a message cut short.
    #[error("malformed netlink message: {0}")]
    Malformed(&'static str),
    /// A reply that belongs to no request of this socket.
    #[error("netlink reply with sequence number {got}, expected {expected}")]
    Alien {
        /// The sequence number of the request under way.
        expected: u32,
        /// The one the message carried.
        got: u32,
    },
    /// More attributes than a netlink length field can count.
    #[error("netlink request too long")]
    TooLong,
}

impl Error {
    /// The errno behind this error, where the kernel gave one.
    pub fn errno(&self) -> Option<i32> {
        match self {
            Error::System { errno, .. } => Some(*errno as i32),
            Error::Refused(refusal) => Some(refusal.errno),
            _ => None,
        }
    }
}

/// Result of the socket layer.
pub type Result<T> = std::result::Result<T, Error>;

/// Rounds a length up to netlink's alignment of four bytes (`NLMSG_ALIGN`, `NLA_ALIGN`).
pub(crate) const fn align(len: usize) -> usize {
    (len + 3) & !3
}
