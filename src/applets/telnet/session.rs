//! A connection: what is typed goes out, what comes is shown, until one side ends it.

use std::io::stdin;
use std::net::TcpStream;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::{read, write};

use super::options::Asked;
use super::protocol::{self, Reader};
use super::terminal::{Mode, Terminal};
use crate::applets::text::write_all;

/// How much is read at once, and held for a slow peer, in bytes.
const ROOM: usize = 16384;
/// Control-D, which is what an end of input at a terminal means.
const END_OF_INPUT: u8 = 4;

/// An open connection.
pub struct Session {
    net: TcpStream,
    /// The host as it was named.
    pub host: String,
    reader: Reader,
    to_net: Vec<u8>,
    typed: Vec<u8>,
    has_input: bool,
}

/// Why a connection is left.
#[derive(Debug, PartialEq, Eq)]
pub enum Left {
    /// The other side has ended it.
    Ended,
    /// The escape character was typed, and perhaps something behind it.
    Escaped(Vec<u8>),
}

impl Session {
    pub fn new(net: TcpStream, host: String) -> Self {
        // A peer that does not read shall not keep us from what it says.
        let _ = net.set_nonblocking(true);
        Session { net, host, reader: Reader::default(), to_net: Vec::new(), typed: Vec::new(), has_input: true }
    }

    /// How `status` describes the way of typing.
    pub fn describe(&self) -> String {
        let way = if self.reader.sends_keys() { "single character mode" } else { "obsolete linemode" };
        let signals = if self.reader.sends_keys() { "Catching signals locally\n" } else { "" };
        let echo = if self.reader.has_echo() { "Remote" } else { "Local" };
        format!("Connected to {}.\nOperating in {way}\n{signals}{echo} character echo\n", self.host)
    }

    /// Carries text both ways until there is a reason to stop.
    pub fn run(&mut self, asked: &Asked<'_>, terminal: &Terminal) -> nix::Result<Left> {
        let signals = Signals::new()?;
        let mut mode = None;
        loop {
            let wanted = match self.reader.sends_keys() {
                true => Mode::Keys,
                false => Mode::Lines { echo: !self.reader.has_echo(), escape: asked.escape },
            };
            if mode != Some(wanted) {
                terminal.set(wanted);
                mode = Some(wanted);
            }
            let [net, input, _] = self.wait(&signals)?;
            while let Ok(Some(signal)) = signals.0.read_signal() {
                let is_quit = signal.ssi_signo == Signal::SIGQUIT as u32;
                self.to_net.extend(if is_quit { protocol::ABORT } else { protocol::INTERRUPT });
            }
            if net.intersects(PollFlags::POLLIN | PollFlags::POLLHUP | PollFlags::POLLERR) && !self.show()? {
                return Ok(Left::Ended);
            }
            if !input.is_empty() {
                self.type_in(terminal);
            }
            let left = self.take_typed(asked);
            self.send();
            // Who has nothing more to say leaves, as the stock tool does.
            if !self.has_input && self.to_net.is_empty() {
                return Ok(Left::Ended);
            }
            if let Some(left) = left {
                return Ok(left);
            }
        }
    }

    fn wait(&self, signals: &Signals) -> nix::Result<[PollFlags; 3]> {
        let stdin = stdin();
        let out = if self.to_net.is_empty() { PollFlags::empty() } else { PollFlags::POLLOUT };
        let mut fds = vec![
            PollFd::new(self.net.as_fd(), PollFlags::POLLIN | out),
            PollFd::new(signals.0.as_fd(), PollFlags::POLLIN),
        ];
        if self.has_input && self.to_net.len() < ROOM {
            fds.push(PollFd::new(stdin.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut fds, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
        let events = |at: usize| fds.get(at).and_then(PollFd::revents).unwrap_or(PollFlags::empty());
        Ok([events(0), events(2), events(1)])
    }

    /// Shows what has come, and says whether more may.
    fn show(&mut self) -> nix::Result<bool> {
        let mut buffer = [0; ROOM];
        match read(&self.net, &mut buffer) {
            Err(Errno::EAGAIN | Errno::EINTR) => Ok(true),
            Ok(0) | Err(_) => Ok(false),
            Ok(len) => {
                let mut text = Vec::new();
                self.reader.read(&buffer[..len], &mut text, &mut self.to_net);
                write_all(std::io::stdout(), &text).map(|()| true)
            }
        }
    }

    fn type_in(&mut self, terminal: &Terminal) {
        let mut buffer = [0; ROOM];
        match read(stdin(), &mut buffer) {
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Ok(0) if terminal.is_there() => self.typed.push(END_OF_INPUT),
            Ok(0) | Err(_) => self.has_input = false,
            Ok(len) => self.typed.extend_from_slice(&buffer[..len]),
        }
    }

    /// Moves what has been typed on its way out, up to the escape character. Two of them stand for one.
    fn take_typed(&mut self, asked: &Asked<'_>) -> Option<Left> {
        let mut typed = std::mem::take(&mut self.typed);
        while let Some(at) = typed.iter().position(|byte| Some(*byte) == asked.escape) {
            protocol::write(&typed[..at], &mut self.to_net);
            let rest = typed.split_off(at + 1);
            if rest.first().copied() != asked.escape {
                return Some(Left::Escaped(rest));
            }
            protocol::write(&rest[..1], &mut self.to_net);
            typed = rest[1..].to_vec();
        }
        protocol::write(&typed, &mut self.to_net);
        None
    }

    /// Sends as much as the peer takes.
    fn send(&mut self) {
        while !self.to_net.is_empty() {
            match write(&self.net, &self.to_net) {
                Ok(len) => drop(self.to_net.drain(..len)),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                // What it said last can still be read.
                Err(_) => self.to_net.clear(),
            }
        }
    }
}

/// The signals that are the other side's while a connection is open.
struct Signals(SignalFd);

impl Signals {
    fn set() -> SigSet {
        let mut all = SigSet::empty();
        all.add(Signal::SIGINT);
        all.add(Signal::SIGQUIT);
        all
    }

    fn new() -> nix::Result<Self> {
        let all = Self::set();
        all.thread_block()?;
        SignalFd::with_flags(&all, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK).map(Signals)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        let _ = Self::set().thread_unblock();
    }
}
