//! `telnet`: a connection to type into, as inetutils has it. Options of the protocol are refused but for echo and
//! going ahead.

mod options;
mod protocol;
mod session;
mod terminal;

use std::io::stdin;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, bind, connect, socket};
use nix::unistd::read;

use super::host;
use super::text::{Text, say};
use crate::output::tell;
use crate::sys::{self, process, strerror};
use crate::words::shown;
use options::Asked;
use session::{Left, Session};
use terminal::{Mode, Terminal};

pub use options::OPTIONS;

/// The port of the protocol.
const PORT: u16 = 23;
const PROMPT: &str = "telnet> ";
const OPEN_USAGE: &str = "usage: open [ -4 ] [ -6 ] [ -b ADDRESS ] HOST [ PORT ]\n";

/// The commands of the prompt. They may be abbreviated.
const COMMANDS: &[(&str, &str)] = &[
    ("close", "end the connection"),
    ("open", "connect to a host"),
    ("quit", "end telnet"),
    ("status", "tell of the connection"),
    ("?", "show this"),
    ("help", ""),
];

/// `telnet` with the words behind its name.
pub fn main(words: &[&[u8]]) -> u8 {
    // A peer that has gone is told of by reading.
    let _ = process::disregard(Signal::SIGPIPE);
    let asked = match options::parse(words) {
        Ok(asked) => asked,
        Err(error) => return tell(&error),
    };
    let mut telnet = Telnet {
        terminal: Terminal::new(),
        text: Text::new(),
        session: None,
        typed: Vec::new(),
        is_at_end: false,
        asked,
    };
    let status = telnet.run();
    telnet.text.flush();
    status
}

struct Telnet<'a> {
    asked: Asked<'a>,
    terminal: Terminal,
    text: Text,
    session: Option<Session>,
    /// What has been typed at the prompt and not yet been read.
    typed: Vec<u8>,
    is_at_end: bool,
}

/// What a command at the prompt leads to.
enum Next {
    /// Another command.
    Prompt,
    /// Back to the connection, or to the prompt where there is none.
    Back,
    /// The end, with this status.
    End(u8),
}

impl Telnet<'_> {
    fn run(&mut self) -> u8 {
        if let Some(says) = &self.asked.says {
            self.text.put(says);
            return 0;
        }
        let escape = options::name(self.asked.escape);
        if self.asked.tells_escape {
            self.text.put(&format!("Telnet escape character is '{escape}'.\n"));
        }
        let is_given = self.asked.host.is_some();
        if let Some(host) = self.asked.host {
            let (asked, port) = (self.asked.clone(), self.asked.port);
            if !self.open(&asked, host, port) {
                return 1;
            }
        }
        loop {
            if let Some(status) = if self.session.is_some() { self.talk() } else { None } {
                return status;
            }
            if let Some(status) = self.commands() {
                return status;
            }
            if is_given && self.session.is_none() {
                return 0;
            }
        }
    }

    /// Lets the connection go on until the escape character is typed, or gives the exit status where it has ended.
    fn talk(&mut self) -> Option<u8> {
        self.text.flush();
        let session = self.session.as_mut()?;
        let left = session.run(&self.asked, &self.terminal);
        self.terminal.set(Mode::Prompt);
        match left {
            Ok(Left::Escaped(rest)) => {
                self.typed.extend(rest);
                self.text.put("\n");
                None
            }
            Ok(Left::Ended) => {
                say("Connection closed by foreign host.");
                Some(0)
            }
            Err(errno) => {
                say(&format!("telnet: {}", strerror(errno as i32)));
                Some(1)
            }
        }
    }

    /// Takes commands at the prompt until one leads back to the connection, or gives the exit status.
    fn commands(&mut self) -> Option<u8> {
        loop {
            self.text.put(PROMPT);
            if self.terminal.is_there() {
                self.text.flush();
            }
            let Some(line) = self.line() else {
                self.text.put("\n");
                return Some(0);
            };
            let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
            match self.command(&words) {
                Next::End(status) => return Some(status),
                Next::Back => return None,
                Next::Prompt => {}
            }
        }
    }

    /// The next line that is typed; nothing at the end of input.
    fn line(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.typed.iter().position(|&byte| byte == b'\n' || byte == b'\r') {
                let rest = self.typed.split_off(at + 1);
                return Some(std::mem::replace(&mut self.typed, rest));
            }
            if self.is_at_end {
                return Some(std::mem::take(&mut self.typed)).filter(|line| !line.is_empty());
            }
            let mut buffer = [0; 256];
            match read(stdin(), &mut buffer) {
                Err(Errno::EINTR) => {}
                Ok(0) | Err(_) => self.is_at_end = true,
                Ok(len) => self.typed.extend_from_slice(&buffer[..len]),
            }
        }
    }

    fn command(&mut self, words: &[&[u8]]) -> Next {
        let Some(word) = words.first() else {
            return if self.session.is_some() { Next::Back } else { Next::Prompt };
        };
        let word = word.to_ascii_lowercase();
        let found = COMMANDS.iter().find(|(name, _)| name.as_bytes().starts_with(&word));
        match (found.map(|(name, _)| *name), &self.session) {
            (None, _) => self.answer("?Invalid command\n"),
            (Some("?" | "help"), _) => {
                let rows = COMMANDS.iter().filter(|(_, help)| !help.is_empty());
                let rows: String = rows.map(|(name, help)| format!("{name:<8}\t{help}\n")).collect();
                self.answer(&format!("Commands may be abbreviated.  Commands are:\n\n{rows}"))
            }
            (Some("close"), None) => self.answer("?Need to be connected first.\n"),
            (Some("close"), Some(_)) => {
                self.end();
                Next::Back
            }
            (Some("quit"), _) => {
                self.end();
                Next::End(0)
            }
            (Some("status"), session) => {
                let text = session.as_ref().map_or("No connection.\n".into(), Session::describe);
                let escape = options::name(self.asked.escape);
                self.answer(&format!("{text}Escape character is '{escape}'.\n"));
                if self.session.is_some() { Next::Back } else { Next::Prompt }
            }
            (Some(_), Some(session)) => {
                let text = format!("?Already connected to {}\n", session.host);
                self.answer(&text)
            }
            (Some(_), None) => self.command_open(&words[1..]),
        }
    }

    fn answer(&mut self, text: &str) -> Next {
        self.text.put(text);
        Next::Prompt
    }

    fn end(&mut self) {
        if self.session.take().is_some() {
            self.text.put("Connection closed.\n");
        }
    }

    fn command_open(&mut self, words: &[&[u8]]) -> Next {
        let asked_for;
        let mut words = words.to_vec();
        if words.is_empty() {
            self.text.put("(to) ");
            self.text.flush();
            asked_for = self.line().unwrap_or_default();
            words.extend(asked_for.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()));
        }
        match options::parse(&words) {
            Ok(Asked { host: Some(host), port, family, source, says: None, .. }) => {
                let asked = Asked { family, source, ..Asked::default() };
                if self.open(&asked, host, port) { Next::Back } else { Next::Prompt }
            }
            _ => self.answer(OPEN_USAGE),
        }
    }

    /// Connects to the first of the host's addresses that takes it; what goes wrong is told.
    fn open(&mut self, asked: &Asked<'_>, host: &[u8], port: Option<&[u8]>) -> bool {
        if host.is_empty() {
            self.text.put(OPEN_USAGE);
            return false;
        }
        let (number, found) = match find(asked, host, port) {
            Ok(found) => found,
            Err(text) => {
                self.text.put(&text);
                return false;
            }
        };
        let mut found = found.into_iter().peekable();
        while let Some(mut address) = found.next() {
            address.set_port(number);
            self.text.put(&format!("Trying {}...\n", host::text(&address)));
            let failure = match dial(asked, address) {
                Ok(net) => {
                    let host = shown(host).into_owned();
                    let escape = options::name(self.asked.escape);
                    self.text.put(&format!("Connected to {host}.\nEscape character is '{escape}'.\n"));
                    self.session = Some(Session::new(net, host));
                    return true;
                }
                Err(failure) => failure,
            };
            let why = strerror(failure.errno as i32);
            match (failure.what, found.peek()) {
                ("connect", Some(_)) => say(&format!("Connection failed: {why}")),
                ("connect", None) => say(&format!("telnet: Unable to connect to remote host: {why}")),
                (what, _) => {
                    say(&format!("telnet: {what}: {why}"));
                    return false;
                }
            }
        }
        false
    }
}

/// The port and the addresses that are meant, or what is wrong with them.
fn find(asked: &Asked<'_>, host: &[u8], port: Option<&[u8]>) -> Result<(u16, Vec<SocketAddr>), String> {
    let name = shown(port.unwrap_or(b"telnet"));
    let failure = |why: &str| format!("Server lookup failure:  {}:{name}, {why}\n", shown(host));
    let number = match port {
        None => PORT,
        // A dash asks for negotiations to be begun here, which never is done.
        Some(word) => match word.strip_prefix(b"-").unwrap_or(word) {
            digits if digits.first().is_some_and(u8::is_ascii_digit) => match name.trim_start_matches('-').parse() {
                Ok(0) => return Err(format!("Port number {name} is out of range.\n")),
                Ok(number) => number,
                Err(_) if digits.iter().all(u8::is_ascii_digit) => {
                    return Err(format!("Port number {name} is out of range.\n"));
                }
                Err(_) => return Err(format!("Invalid port name '{name}'.\n")),
            },
            service => sys::service_port(service, Some("tcp"))
                .ok_or_else(|| failure("Servname not supported for ai_socktype"))?,
        },
    };
    let found = host::addresses(host, asked.family).map_err(|why| failure(&why))?;
    Ok((number, found.addresses))
}

/// A system call that failed.
struct Failure {
    what: &'static str,
    errno: Errno,
}

fn dial(asked: &Asked<'_>, address: SocketAddr) -> Result<TcpStream, Failure> {
    let at = |what| move |errno| Failure { what, errno };
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let net = socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).map_err(at("socket"))?;
    if let Some(source) = asked.source {
        let family = if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
        let found = host::addresses(source, family).ok().and_then(|found| found.addresses.first().copied());
        let own = found.ok_or(Failure { what: "bind", errno: Errno::EADDRNOTAVAIL })?;
        bind(net.as_raw_fd(), &SockaddrStorage::from(own)).map_err(at("bind"))?;
    }
    connect(net.as_raw_fd(), &SockaddrStorage::from(address)).map_err(at("connect"))?;
    Ok(net.into())
}
