//! Probes out, replies in, at their pace, until all is told.

use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::time::{Duration, Instant, SystemTime};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::icmp::{self, Echo, HEADER};
use super::options::{Asked, fatal};
use super::prepare::{interval, probe};
use super::socket::{Received, Reported, Socket};
use super::tally::{self, Run, Tally};
use crate::applets::host;
use crate::applets::text::{Text, say};
use crate::error::Result;
use crate::sys::strerror;

/// The shortest wait, in milliseconds.
const SHORTEST: i32 = 10;
/// The time of day that a probe carries: seconds and microseconds.
const STAMP: usize = 16;
/// The longest wait where the kernel has no room for a probe, in milliseconds.
const LONGEST_RETRY: i32 = 500;

/// A run of probes to one address.
pub struct Session<'a> {
    pub asked: Asked<'a>,
    pub socket: Socket,
    pub host: String,
    pub is_multicast: bool,
    to: SocketAddr,
    /// Any host of the subnet may answer for its routers.
    is_anycast: bool,
    ident: u16,
    probe: Vec<u8>,
    tally: Tally,
    /// The address told last, and its text.
    named: Option<(SocketAddr, String)>,
    latency: bool,
    is_timed: bool,
    pace: Pace,
}

/// When the next probe may be sent. Times are milliseconds.
struct Pace {
    interval: i32,
    preload: i32,
    tokens: i64,
    addend: i32,
    refusals: i32,
    begun: Instant,
    /// When the last probe was due.
    last: Option<Instant>,
    ends: Option<Instant>,
}

/// What came of reading the queue of errors.
#[derive(PartialEq, Eq)]
enum Told {
    Remote,
    Local,
    Foreign,
}

impl<'a> Session<'a> {
    pub fn new(asked: Asked<'a>, socket: Socket, to: SocketAddr, host: String) -> Self {
        let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0) as u16;
        let pace = Pace {
            interval: interval(&asked),
            preload: asked.preload,
            tokens: 0,
            addend: 0,
            refusals: 0,
            begun: Instant::now(),
            last: None,
            ends: None,
        };
        Session {
            is_multicast: false,
            is_anycast: matches!(to.ip(), std::net::IpAddr::V6(ip) if ip.octets()[8..] == [0; 8]),
            ident: asked.ident.unwrap_or(random),
            probe: probe(&asked),
            tally: Tally::new(),
            named: None,
            latency: asked.latency,
            is_timed: asked.size >= STAMP,
            pace,
            asked,
            socket,
            host,
            to,
        }
    }

    /// An address, and before it the host's name where names are wanted.
    pub fn name(&mut self, address: &SocketAddr) -> String {
        if let Some((known, text)) = &self.named
            && known == address
        {
            return text.clone();
        }
        let number = host::text(address);
        let text = match self.asked.numeric {
            true => number,
            false => format!("{} ({number})", host::name(address).unwrap_or_else(|| number.clone())),
        };
        self.named = Some((*address, text.clone()));
        text
    }
}

/// Sends probes until there is an end, and gives the exit status.
pub fn run(mut session: Session<'_>, text: &mut Text) -> Result<u8> {
    let signals = signals().map_err(|errno| fatal(session.asked.program, strerror(errno as i32)))?;
    let mut buffer = session.socket.buffer(session.asked.size.min(1 << 20));
    session.pace.begun = Instant::now();
    if session.asked.deadline != 0 {
        session.pace.ends = session.pace.begun.checked_add(Duration::from_secs(session.asked.deadline));
    }
    while !session.is_over() {
        let wait = session.send_what_is_due(text);
        match session.wait(wait, &signals)? {
            None => break,
            Some(events) if !events.is_empty() => session.receive_all(events, &mut buffer, text),
            Some(_) => {}
        }
    }
    let (tally, asked) = (&session.tally, &session.asked);
    let run = Run {
        timed: session.is_timed,
        paced: session.pace.interval == 0 || asked.flood || asked.adaptive,
        elapsed: session.pace.last.map_or(Duration::ZERO, |last| last - session.pace.begun),
    };
    text.put("\n");
    text.put(&tally.summary(&session.host, &run));
    Ok(tally.status(asked.deadline != 0, asked.count))
}

/// What ends the run or asks how it stands, even where a parent has it ignored.
fn signals() -> nix::Result<SignalFd> {
    let mut all = SigSet::empty();
    SigSet::empty().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    all.add(Signal::SIGINT);
    all.add(Signal::SIGQUIT);
    all.thread_block()?;
    SignalFd::with_flags(&all, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
}

impl Session<'_> {
    fn is_over(&self) -> bool {
        let (tally, asked) = (&self.tally, &self.asked);
        (asked.count != 0 && tally.received + tally.errors >= asked.count)
            || (asked.deadline != 0 && tally.errors != 0)
            || self.pace.ends.is_some_and(|ends| ends <= Instant::now())
    }

    /// Sends the probes whose time has come, and gives the milliseconds until the next.
    fn send_what_is_due(&mut self, text: &mut Text) -> i32 {
        loop {
            let mut next = self.pinger(text);
            if self.asked.count != 0 && self.tally.sent >= self.asked.count && self.asked.deadline == 0 {
                next = self.linger(next);
            }
            if next > 0 {
                return next;
            }
        }
    }

    /// After the last probe: sets the end, once, and waits until then.
    fn linger(&mut self, next: i32) -> i32 {
        if self.pace.ends.is_some() {
            return next;
        }
        let micros = match self.tally.received {
            0 => i64::from(self.asked.linger) * 1000,
            _ => (2 * self.tally.max).max(i64::from(self.pace.interval) * 1000),
        };
        let Ok(micros) = u64::try_from(micros) else { return next };
        if micros != 0 {
            self.pace.ends = Instant::now().checked_add(Duration::from_micros(micros));
        }
        next.max(i32::try_from(micros / 1000).unwrap_or(i32::MAX))
    }

    /// Sends a probe if that is due, and gives the milliseconds until the next is.
    fn pinger(&mut self, text: &mut Text) -> i32 {
        let asked = &self.asked;
        if asked.count != 0 && self.tally.sent >= asked.count && asked.deadline == 0 {
            return 1000;
        }
        if let Some(wait) = self.pace.take_token(self.tally.in_flight()) {
            return wait;
        }
        if asked.outstanding && self.tally.sent > 0 && !self.tally.has_reply(self.tally.sequence()) {
            let line = format!("{}no answer yet for icmp_seq={}\n", self.time_of_day(), self.tally.sequence());
            text.put(&line);
            text.flush();
        }
        loop {
            let Err(errno) = self.send() else {
                self.pace.refusals = 0;
                self.tally.sent += 1;
                if asked_dot(&self.asked) {
                    self.flood_mark(".", text);
                }
                return i32::try_from(i64::from(self.pace.interval) - self.pace.tokens).unwrap_or(0);
            };
            if let Some(wait) = self.refused(errno, text) {
                return wait;
            }
        }
    }

    fn send(&mut self) -> nix::Result<()> {
        let sequence = self.tally.sequence().wrapping_add(1);
        self.tally.begin(sequence);
        if self.is_timed {
            let now = time_of_day();
            let stamp = [now / 1_000_000, now % 1_000_000].map(i64::to_ne_bytes).concat();
            self.probe[HEADER..HEADER + STAMP].copy_from_slice(&stamp);
        }
        let kind = icmp::REQUEST[usize::from(self.to.is_ipv6())];
        Echo { kind, ident: self.ident, sequence }.write(&mut self.probe);
        self.socket.send(&self.probe, &self.to)
    }

    /// A probe could not be sent: the milliseconds until the next, or nothing where it is to be tried again at once.
    fn refused(&mut self, errno: Errno, text: &mut Text) -> Option<i32> {
        let mut tell = false;
        match errno {
            Errno::ENOBUFS | Errno::ENOMEM => {
                // No room: slower, for a while.
                self.pace.tokens = 0;
                let smoothed = self.tally.smoothed;
                self.pace.addend += if smoothed < 8 * 50_000 { smoothed / 8 } else { 50_000 };
                if self.asked.adaptive {
                    self.pace.adapt(self.tally.smoothed);
                }
                let wait = (self.pace.interval / 2).clamp(SHORTEST, LONGEST_RETRY);
                self.pace.refusals += 1;
                if self.pace.refusals.saturating_mul(wait) < self.asked.linger {
                    return Some(wait);
                }
                tell = true;
            }
            Errno::EAGAIN => {
                self.pace.tokens += i64::from(self.pace.interval);
                return Some(SHORTEST);
            }
            _ => match self.take_error(text) {
                Ok(Told::Remote) => tell = true,
                Ok(Told::Foreign) => return None,
                Ok(Told::Local) | Err(_) => {}
            },
        }
        // Counted as sent, to come to an end.
        self.tally.sent += 1;
        if tell && !self.asked.quiet {
            match self.asked.flood {
                true => self.flood_mark("E", text),
                false => self.complain(&format!("sendmsg: {}", strerror(errno as i32)), text),
            }
        }
        self.pace.tokens = 0;
        Some(self.pace.interval.max(SHORTEST))
    }

    /// Waits for a message or an error, at most `milliseconds`; nothing where a signal ends the run.
    fn wait(&self, milliseconds: i32, signals: &SignalFd) -> Result<Option<PollFlags>> {
        let mut wait = milliseconds;
        if wait <= SHORTEST && self.tally.in_flight() != 0 {
            wait = SHORTEST;
        }
        if let Some(ends) = self.pace.ends {
            let left = ends.saturating_duration_since(Instant::now()).as_micros().div_ceil(1000);
            wait = wait.min(i32::try_from(left).unwrap_or(i32::MAX));
        }
        let mut fds =
            [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN), PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::try_from(wait.max(0)).unwrap_or(PollTimeout::MAX)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(fatal(self.asked.program, format!("poll: {}", strerror(errno as i32)))),
        }
        let events = fds[0].revents().unwrap_or(PollFlags::empty());
        while let Ok(Some(signal)) = signals.read_signal() {
            if signal.ssi_signo == Signal::SIGINT as u32 {
                return Ok(None);
            }
            say(&self.tally.status_line(self.is_timed));
        }
        Ok(Some(events))
    }

    /// Takes what has come in, until nothing is left or nothing more is expected.
    fn receive_all(&mut self, events: PollFlags, buffer: &mut [u8], text: &mut Text) {
        let mut has_error = events.contains(PollFlags::POLLERR);
        loop {
            match self.socket.receive(buffer) {
                Ok(Some(received)) => self.take(&received, &buffer[received.message.clone()], text),
                Ok(None) => {}
                Err(Errno::EINTR) => return,
                Err(Errno::EAGAIN) if !has_error => return,
                Err(_) => {
                    has_error = false;
                    if self.take_error(text).is_err() {
                        return;
                    }
                }
            }
            if self.tally.in_flight() == 0 {
                return;
            }
        }
    }

    /// A message has come in.
    fn take(&mut self, received: &Received, message: &[u8], text: &mut Text) {
        let Some(echo) = Echo::read(message) else { return };
        if echo.kind == icmp::REPLY[usize::from(self.to.is_ipv6())] {
            if self.is_ours(echo.ident) {
                self.take_reply(received, message, echo.sequence, text);
            }
        } else if self.to.is_ipv4() {
            self.take_notice(received, message, text);
        }
    }

    fn is_ours(&self, ident: u16) -> bool {
        !self.socket.raw || ident == self.ident
    }

    fn take_reply(&mut self, received: &Received, message: &[u8], sequence: u16, text: &mut Text) {
        self.tally.acknowledge(sequence);
        let time = message
            .get(HEADER..HEADER + STAMP)
            .filter(|_| self.is_timed)
            .map(|stamp| self.measure(received, stamp, text));
        let repeated = self.tally.reply(sequence);
        if self.asked.quiet {
            return;
        }
        let bell = if self.asked.audible { "\x07" } else { "" };
        if self.asked.flood {
            self.flood_mark(&format!("\x08 \x08{bell}"), text);
            return;
        }
        let mut line = format!(
            "{}{} bytes from {}: icmp_seq={sequence}",
            self.time_of_day(),
            message.len(),
            self.name(&received.from)
        );
        if self.asked.verbose && (self.socket.raw || self.asked.ident.is_some()) {
            line += &format!(" ident={}", self.ident);
        }
        if let Some(hops) = received.hops {
            line += &format!(" ttl={hops}");
        }
        if message.len() < self.asked.size + HEADER {
            text.put(&(line + " (truncated)\n"));
            text.flush();
            return;
        }
        if let Some(time) = time {
            line += &format!(" time={} ms", tally::time(time));
        }
        if repeated && (!self.is_multicast || self.asked.verbose) {
            line += " (DUP!)";
        }
        if !self.is_multicast && !self.is_anycast && received.from.ip() != self.to.ip() {
            line += " (DIFFERENT ADDRESS!)";
        }
        line += &damage(&self.probe, message);
        text.put(&(line + bell + "\n"));
        text.flush();
    }

    /// The time that a reply took, from the time of day that is in it.
    fn measure(&mut self, received: &Received, stamp: &[u8], text: &mut Text) -> i64 {
        let number = |at: usize| stamp.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| i64::from_ne_bytes(*b));
        let sent = number(0).wrapping_mul(1_000_000).wrapping_add(number(8));
        let mut now = received.at.filter(|_| !self.latency).unwrap_or_else(time_of_day);
        let mut time = now.wrapping_sub(sent);
        if time < 0 {
            self.complain(&format!("Warning: time of day goes back ({time}us), taking countermeasures"), text);
            if !self.latency {
                self.latency = true;
                now = time_of_day();
                time = now.wrapping_sub(sent);
            }
            time = time.max(0);
        }
        self.tally.time(time);
        if self.asked.adaptive {
            self.pace.adapt(self.tally.smoothed);
        }
        time
    }

    /// A host on the way has something to say of a probe, on a raw IPv4 socket: what it asks for is told, errors come by
    /// the queue of errors as well.
    fn take_notice(&mut self, received: &Received, message: &[u8], text: &mut Text) {
        let Some(packet) = message.get(HEADER..) else { return };
        let header = usize::from(packet.first().copied().unwrap_or(0) & 0xf) * 4;
        let (Some(to), Some(echo)) = (packet.get(16..20), packet.get(header..).and_then(Echo::read)) else { return };
        let is_ours = matches!(self.to.ip(), std::net::IpAddr::V4(ip) if ip.octets() == to);
        if header < 20 || !is_ours || echo.kind != icmp::REQUEST[0] || !self.is_ours(echo.ident) {
            return;
        }
        if !matches!(message[0], icmp::REDIRECT | icmp::SOURCE_QUENCH) {
            self.tally.acknowledge(echo.sequence);
            return;
        }
        if self.asked.quiet || self.asked.flood {
            return;
        }
        let from = self.name(&received.from);
        let mut line = format!("{}From {from}: icmp_seq={} ", self.time_of_day(), echo.sequence);
        line += &icmp::words(message[0], message[1], 0);
        if message[0] == icmp::REDIRECT
            && let Some(gateway) = message[4..].first_chunk::<4>()
        {
            line += &format!("(New nexthop: {})", self.name(&SocketAddr::from((*gateway, 0))));
        }
        text.put(&(line + "\n"));
        if self.asked.verbose {
            text.put(&icmp::header_lines(&packet[..header.min(packet.len())]));
        }
    }

    /// Takes an error from the queue and tells of it.
    fn take_error(&mut self, text: &mut Text) -> nix::Result<Told> {
        let Some(reported) = self.socket.receive_error()? else { return Ok(Told::Local) };
        match reported {
            Reported::Local { errno, info } => {
                if self.asked.quiet {
                    return Ok(Told::Local);
                }
                self.tally.errors += 1;
                let mtu = if self.to.is_ipv4() { "=" } else { ": " };
                match (self.asked.flood, errno) {
                    (true, _) => self.flood_mark("E", text),
                    (_, libc::EMSGSIZE) => {
                        self.complain(&format!("local error: message too long, mtu{mtu}{info}"), text)
                    }
                    _ => self.complain(&format!("local error: {}", strerror(errno)), text),
                }
                Ok(Told::Local)
            }
            Reported::Remote { from, to, message, kind, code, info } => {
                let echo = Echo::read(&message).filter(|echo| {
                    let request = icmp::REQUEST[usize::from(self.to.is_ipv6())];
                    to.ip() == self.to.ip() && echo.kind == request && self.is_ours(echo.ident)
                });
                let Some(echo) = echo else { return Ok(Told::Foreign) };
                if self.to.is_ipv4() {
                    self.tally.acknowledge(echo.sequence);
                    if self.socket.raw {
                        // From now on errors come by the queue alone.
                        let _ = self.socket.filter(&[icmp::REPLY[0], icmp::SOURCE_QUENCH, icmp::REDIRECT]);
                    }
                }
                self.tally.errors += 1;
                if self.asked.quiet {
                    return Ok(Told::Remote);
                }
                if self.asked.flood {
                    self.flood_mark("\x08E", text);
                    return Ok(Told::Remote);
                }
                let words =
                    if self.to.is_ipv4() { icmp::words(kind, code, info) } else { icmp::words6(kind, code, info) };
                let from = self.name(&from);
                text.put(&format!("{}From {from} icmp_seq={} {words}\n", self.time_of_day(), echo.sequence));
                text.flush();
                Ok(Told::Remote)
            }
        }
    }

    /// Says something on stderr, behind what has been said on stdout.
    fn complain(&self, complaint: &str, text: &mut Text) {
        text.flush();
        say(&format!("{}: {complaint}", self.asked.program));
    }

    /// The time of day before a line, where it is wanted.
    fn time_of_day(&self) -> String {
        let now = time_of_day();
        if self.asked.time_of_day { format!("[{}.{:06}] ", now / 1_000_000, now % 1_000_000) } else { String::new() }
    }

    /// Writes a mark of a flood, at once.
    fn flood_mark(&self, mark: &str, text: &mut Text) {
        text.put(mark);
        text.flush();
    }
}

fn asked_dot(asked: &Asked<'_>) -> bool {
    asked.flood && !asked.quiet
}

impl Pace {
    /// The milliseconds until a probe may be sent, or nothing where that is now: no more than one in each interval, and
    /// `preload` ahead of time.
    fn take_token(&mut self, in_flight: i64) -> Option<i32> {
        let now = Instant::now();
        let Some(last) = self.last else {
            self.last = Some(now);
            self.tokens = i64::from(self.interval) * i64::from(self.preload - 1);
            return None;
        };
        let mut tokens = i64::try_from((now - last).as_millis()).unwrap_or(i64::MAX);
        if self.interval == 0 && tokens < i64::from(SHORTEST) && in_flight >= i64::from(self.preload) {
            // A flood without replies has an end at a hundred probes a second.
            return i32::try_from(i64::from(SHORTEST) - tokens).ok();
        }
        let interval = i64::from(self.interval);
        tokens = tokens.saturating_add(self.tokens).min(interval * i64::from(self.preload));
        if tokens < interval {
            return i32::try_from(interval - tokens).ok();
        }
        self.last = Some(now);
        self.tokens = tokens - interval;
        None
    }

    /// Lets the interval follow the times of replies.
    fn adapt(&mut self, smoothed: i32) {
        let estimate = if smoothed == 0 { self.interval.saturating_mul(1000) } else { smoothed / 8 };
        self.interval = estimate.saturating_add(self.addend).saturating_add(500) / 1000;
        if !nix::unistd::getuid().is_root() {
            self.interval = self.interval.max(2);
        }
    }
}

/// Microseconds since 1970.
fn time_of_day() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Where the data of a reply differ from those of the probe, and the whole of them.
fn damage(probe: &[u8], reply: &[u8]) -> String {
    let start = HEADER + STAMP;
    let (Some(sent), Some(came)) = (probe.get(start..), reply.get(start..)) else { return String::new() };
    let Some(at) = sent.iter().zip(came).position(|(sent, came)| sent != came) else { return String::new() };
    let mut text = format!("\nwrong data byte #{} should be 0x{:x} but was 0x{:x}", at + STAMP, sent[at], came[at]);
    for (at, byte) in came.iter().take(sent.len()).enumerate().map(|(at, byte)| (at + STAMP, byte)) {
        if at % 32 == STAMP {
            text += &format!("\n#{at}\t");
        }
        text += &format!("{byte:x} ");
    }
    text
}
