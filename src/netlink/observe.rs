//! Watching a socket's messages pass.

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the kernel.
    Sent,
    /// From the kernel.
    Received,
}

/// Sees every message of a [`Socket`](super::Socket) in both directions, header included.
pub trait Observer {
    /// One whole message; `bytes` begins with its `struct nlmsghdr`.
    fn message(&mut self, direction: Direction, bytes: &[u8]);
}
