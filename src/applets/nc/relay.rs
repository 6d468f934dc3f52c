//! Between stdin, a socket and stdout, until there is nothing left to carry.

use std::io::stdin;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, Shutdown, SockaddrStorage, recvfrom, sendto, shutdown};
use nix::unistd::{read, write};

use super::options::{Asked, fatal};
use crate::error::Result;
use crate::sys::strerror;

/// How much is held in each direction, in bytes.
const ROOM: usize = 16384;

/// What ends a relay.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing is left to carry.
    Done,
    /// `-q` asks for the end of the program.
    Quit,
}

/// The four ends of a relay, in the order in which they are polled.
#[derive(Clone, Copy)]
enum Of {
    Stdin,
    NetOut,
    NetIn,
    Stdout,
}

/// What is carried between stdin, a socket and stdout.
struct Relay<'a, 'n> {
    asked: &'a Asked<'a>,
    net: BorrowedFd<'n>,
    /// Which of the four ends are still in use.
    open: [bool; 4],
    to_net: Vec<u8>,
    to_stdout: Vec<u8>,
    /// Who sent last: those who are not connected are answered there.
    peer: Option<&'n mut Option<SockaddrStorage>>,
    packets: i64,
    quit_at: Option<Instant>,
}

/// Carries what stdin has to `net`, and what that has to stdout. Where there is a `peer`, `net` is not connected, and the
/// peer is whoever sent last.
pub fn relay<'n>(asked: &Asked<'_>, net: BorrowedFd<'n>, peer: Option<&'n mut Option<SockaddrStorage>>) -> Result<End> {
    let mut relay = Relay {
        asked,
        net,
        open: [!asked.detached, true, true, true],
        to_net: Vec::new(),
        to_stdout: Vec::new(),
        peer,
        packets: 0,
        quit_at: None,
    };
    while !relay.is_done() {
        match relay.wait()? {
            Some(events) => relay.carry(events),
            None if relay.quit_at.is_some_and(|at| at <= Instant::now()) => return Ok(End::Quit),
            None => return Ok(End::Done),
        }
        if relay.has_quit() {
            return Ok(End::Quit);
        }
    }
    Ok(End::Done)
}

impl Relay<'_, '_> {
    fn is_open(&self, of: Of) -> bool {
        self.open[of as usize]
    }

    fn close(&mut self, of: Of) {
        self.open[of as usize] = false;
    }

    fn is_done(&self) -> bool {
        let is_empty = self.to_net.is_empty() && self.to_stdout.is_empty();
        let no_input = !self.is_open(Of::Stdin) && !self.is_open(Of::NetIn);
        let no_output = !self.is_open(Of::NetOut) && !self.is_open(Of::Stdout);
        (no_input && is_empty) || no_output || (self.asked.listen && !self.is_open(Of::NetIn) && is_empty)
    }

    /// Whether the program is to end since stdin has. Sets the time for that.
    fn has_quit(&mut self) -> bool {
        if self.is_open(Of::Stdin) || !self.to_net.is_empty() || self.asked.detached {
            return false;
        }
        match self.asked.quit {
            Some(0) => true,
            Some(seconds) => {
                let at = Instant::now().checked_add(Duration::from_secs(seconds));
                self.quit_at = self.quit_at.or(at);
                false
            }
            None => false,
        }
    }

    /// Waits until an end has something to say; nothing where that took too long.
    fn wait(&self) -> Result<Option<[PollFlags; 4]>> {
        let stdin = stdin();
        let stdout = std::io::stdout();
        let wanted = |is_wanted, flag| if is_wanted { flag } else { PollFlags::empty() };
        let ends = [
            (stdin.as_fd(), wanted(self.to_net.len() < ROOM, PollFlags::POLLIN)),
            (self.net, wanted(!self.to_net.is_empty(), PollFlags::POLLOUT)),
            (self.net, wanted(self.to_stdout.len() < ROOM, PollFlags::POLLIN)),
            (stdout.as_fd(), wanted(!self.to_stdout.is_empty(), PollFlags::POLLOUT)),
        ];
        let open: Vec<usize> = (0..ends.len()).filter(|&at| self.open[at]).collect();
        let mut fds: Vec<PollFd> = open.iter().map(|&at| PollFd::new(ends[at].0, ends[at].1)).collect();
        let count = loop {
            match poll(&mut fds, self.timeout()) {
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(fatal(format!("polling error: {}", strerror(errno as i32)))),
                Ok(count) => break count,
            }
        };
        let mut events = [PollFlags::empty(); 4];
        for (at, fd) in open.into_iter().zip(&fds) {
            events[at] = fd.revents().unwrap_or(PollFlags::empty());
        }
        Ok((count != 0).then_some(events))
    }

    fn timeout(&self) -> PollTimeout {
        let quit = self.quit_at.map(|at| at.saturating_duration_since(Instant::now()));
        let idle = self.asked.timeout.map(Duration::from_secs);
        let least = quit.into_iter().chain(idle).min();
        // A part of a millisecond is one, or the wait would end early.
        least.map_or(PollTimeout::NONE, |time| {
            PollTimeout::try_from(time.as_micros().div_ceil(1000)).unwrap_or(PollTimeout::MAX)
        })
    }

    /// Does what the ends are ready for.
    fn carry(&mut self, events: [PollFlags; 4]) {
        let [stdin, net_out, net_in, stdout] = events;
        let hung_up = |events: PollFlags| events.contains(PollFlags::POLLHUP);
        for (at, events) in events.iter().enumerate() {
            if events.intersects(PollFlags::POLLERR | PollFlags::POLLNVAL) {
                self.open[at] = false;
            }
        }
        // What has hung up may still have something to read.
        if hung_up(stdin) && !stdin.contains(PollFlags::POLLIN) && self.to_net.len() < ROOM {
            self.close(Of::Stdin);
        }
        if hung_up(net_in) && !net_in.contains(PollFlags::POLLIN) && self.to_stdout.len() < ROOM {
            self.close(Of::NetIn);
        }
        if hung_up(net_out) {
            self.close_net_out();
        }
        if hung_up(stdout) {
            self.close(Of::Stdout);
        }
        if !self.is_open(Of::NetOut) {
            self.close(Of::Stdin);
        }
        if !self.is_open(Of::Stdout) && self.is_open(Of::NetIn) {
            self.stop_listening();
        }
        if stdin.contains(PollFlags::POLLIN) {
            self.read_stdin();
        }
        if net_out.contains(PollFlags::POLLOUT) {
            self.write_net();
        }
        if net_in.contains(PollFlags::POLLIN) {
            self.read_net();
        }
        if stdout.contains(PollFlags::POLLOUT) {
            self.write_stdout();
        }
        if !self.is_open(Of::Stdin) && self.to_net.is_empty() {
            self.close_net_out();
        }
        if !self.is_open(Of::NetIn) && self.to_stdout.is_empty() {
            self.close(Of::Stdout);
        }
    }

    /// Nothing more goes out, which the peer is told if that is wanted.
    fn close_net_out(&mut self) {
        if self.is_open(Of::NetOut) && self.asked.shutdown {
            let _ = shutdown(self.net.as_raw_fd(), Shutdown::Write);
        }
        self.close(Of::NetOut);
    }

    fn stop_listening(&mut self) {
        let _ = shutdown(self.net.as_raw_fd(), Shutdown::Read);
        self.close(Of::NetIn);
    }

    fn read_stdin(&mut self) {
        let mut buffer = [0; ROOM];
        match read(stdin(), &mut buffer[..ROOM.saturating_sub(self.to_net.len())]) {
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Ok(0) | Err(_) => self.close(Of::Stdin),
            Ok(len) if self.asked.crlf => with_crlf(&mut self.to_net, &buffer[..len]),
            Ok(len) => self.to_net.extend_from_slice(&buffer[..len]),
        }
    }

    fn write_net(&mut self) {
        let sent = match self.peer.as_ref().and_then(|peer| peer.as_ref()) {
            Some(peer) => sendto(self.net.as_raw_fd(), &self.to_net, peer, MsgFlags::empty()),
            None => write(self.net, &self.to_net),
        };
        match sent {
            Ok(len) => drop(self.to_net.drain(..len)),
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(_) => self.close(Of::NetOut),
        }
    }

    fn read_net(&mut self) {
        let mut buffer = [0; ROOM];
        let free = &mut buffer[..ROOM.saturating_sub(self.to_stdout.len())];
        let came = match &mut self.peer {
            None => read(self.net, free),
            Some(peer) => recvfrom::<SockaddrStorage>(self.net.as_raw_fd(), free).map(|(len, from)| {
                if let Some(from) = from.filter(|from| peer.as_ref() != Some(from)) {
                    if self.asked.verbose && peer.is_some() {
                        super::report(self.asked, "Connection received on", &from);
                    }
                    **peer = Some(from);
                }
                len
            }),
        };
        match came {
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(_) => self.close(Of::NetIn),
            Ok(0) => self.stop_listening(),
            Ok(len) => self.to_stdout.extend_from_slice(&buffer[..len]),
        }
        self.packets += 1;
        if self.asked.limit > 0 && self.packets >= self.asked.limit {
            self.stop_listening();
            self.close(Of::Stdin);
        }
    }

    fn write_stdout(&mut self) {
        match write(std::io::stdout(), &self.to_stdout) {
            Ok(len) => drop(self.to_stdout.drain(..len)),
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(_) => self.close(Of::Stdout),
        }
    }
}

/// Adds lines, each ended by CR LF.
fn with_crlf(to: &mut Vec<u8>, bytes: &[u8]) {
    for &byte in bytes {
        if byte == b'\n' && to.last() != Some(&b'\r') {
            to.push(b'\r');
        }
        to.push(byte);
    }
}
