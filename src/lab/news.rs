//! What the processes of a lab tell the one that waits for it outside.

use std::io::{IoSliceMut, Result as IoResult};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::sockopt::PassCred;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, MsgFlags, SockFlag, SockType, UnixCredentials, recvmsg, send, setsockopt,
    socketpair,
};
use nix::unistd::Pid;

use crate::error::Error;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The sender is the lab's PID 1.
    Init,
    /// The sender is about to become the command.
    Command,
    /// The command has stopped.
    Stopped,
    /// The command has ended, with this exit status.
    Ended(u8),
    /// There is no lab, or no command in it.
    Failed {
        /// Why.
        text: String,
        /// The exit status that this is worth.
        status: u8,
    },
}

/// The end that tells. It is closed where a process becomes the command.
pub struct Teller(OwnedFd);

/// The end that listens.
pub struct Listener(OwnedFd);

/// The two ends of one line.
pub fn line() -> nix::Result<(Listener, Teller)> {
    let (listener, teller) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
    // A process in a PID namespace cannot tell its number outside; the kernel can.
    setsockopt(&listener, PassCred, &true)?;
    Ok((Listener(listener), Teller(teller)))
}

impl Teller {
    /// Tells `news`; an error if nobody listens any more.
    pub fn tell(&self, news: &News) -> nix::Result<()> {
        send(self.0.as_raw_fd(), &news.encode(), MsgFlags::MSG_NOSIGNAL).map(drop)
    }
}

impl Listener {
    /// Waits for the next piece of news and who it is from. There is none when all who could tell are gone.
    pub fn next(&self) -> Option<(News, Pid)> {
        let mut bytes = [0; 4096];
        loop {
            match self.receive(&mut bytes) {
                Err(error) if error.raw_os_error() == Some(Errno::EINTR as i32) => {}
                Err(_) | Ok((0, _)) => return None,
                Ok((len, from)) => return News::decode(&bytes[..len]).map(|news| (news, from)),
            }
        }
    }

    fn receive(&self, bytes: &mut [u8]) -> IoResult<(usize, Pid)> {
        let mut control = nix::cmsg_space!(UnixCredentials);
        let mut slices = [IoSliceMut::new(bytes)];
        let got = recvmsg::<()>(self.0.as_raw_fd(), &mut slices, Some(&mut control), MsgFlags::empty())?;
        let from = got.cmsgs()?.find_map(|message| match message {
            ControlMessageOwned::ScmCredentials(who) => Some(Pid::from_raw(who.pid())),
            _ => None,
        });
        Ok((got.bytes, from.unwrap_or(Pid::from_raw(0))))
    }
}

impl From<&Error> for News {
    fn from(error: &Error) -> Self {
        News::Failed { text: error.to_string(), status: error.status() }
    }
}

impl News {
    fn encode(&self) -> Vec<u8> {
        match self {
            News::Init => vec![b'i'],
            News::Command => vec![b'c'],
            News::Stopped => vec![b's'],
            News::Ended(status) => vec![b'e', *status],
            News::Failed { text, status } => [&[b'f', *status], text.as_bytes()].concat(),
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [b'i'] => News::Init,
            [b'c'] => News::Command,
            [b's'] => News::Stopped,
            [b'e', status] => News::Ended(*status),
            [b'f', status, text @ ..] => {
                News::Failed { text: String::from_utf8_lossy(text).into_owned(), status: *status }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_arrive_as_they_were_told() {
        let failed = News::Failed { text: "no such thing".into(), status: 127 };
        let all = [News::Init, News::Command, News::Stopped, News::Ended(7), failed];
        let (listener, teller) = line().unwrap();
        all.iter().for_each(|news| teller.tell(news).unwrap());
        drop(teller);
        for news in all {
            assert_eq!(listener.next(), Some((news, nix::unistd::getpid())));
        }
        assert_eq!(listener.next(), None);
        assert_eq!(News::decode(b"e"), None);
    }

    #[test]
    fn telling_nobody_is_an_error() {
        let (listener, teller) = line().unwrap();
        drop(listener);
        assert_eq!(teller.tell(&News::Init), Err(Errno::EPIPE));
    }
}
