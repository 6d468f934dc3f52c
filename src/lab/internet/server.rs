//! The services of the outside world: names on port 53, a page on port 80.

use std::io::{ErrorKind, Read, Result, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::dns;

const DNS_PORT: u16 = 53;
const HTTP_PORT: u16 = 80;
/// The longest request that is read, in bytes.
const LONGEST: usize = 8192;
/// How many connections there may be at once; the oldest makes room.
const CONNECTIONS: usize = 64;
/// The page.
const PAGE: &str = "<!DOCTYPE html>\n<title>Hello</title>\n<h1>Hello from the Internet of this lab</h1>\n";

/// The sockets of the services. They stay in the namespace in which they were opened.
pub struct Server {
    names: Vec<UdpSocket>,
    pages: TcpListener,
}

/// A connection to the page: what has been asked so far, and whether it has been answered.
struct Visit {
    stream: TcpStream,
    asked: Vec<u8>,
    is_answered: bool,
}

impl Server {
    /// Opens the sockets, those for names on each of `hosts`: an answer has to come from where the question went.
    pub fn open(hosts: impl Iterator<Item = IpAddr>) -> Result<Self> {
        let names = hosts.map(|host| {
            let socket = UdpSocket::bind((host, DNS_PORT))?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        });
        let any = SocketAddr::from((Ipv6Addr::UNSPECIFIED, HTTP_PORT));
        let pages = TcpListener::bind(any).or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, HTTP_PORT)))?;
        pages.set_nonblocking(true)?;
        Ok(Server { names: names.collect::<Result<_>>()?, pages })
    }

    /// Serves for as long as the lab lives, and gives the exit status where that becomes impossible.
    pub fn serve(self) -> u8 {
        let mut visits: Vec<Visit> = Vec::new();
        loop {
            let names = self.names.iter().map(AsFd::as_fd);
            let fds = names.chain([self.pages.as_fd()]).chain(visits.iter().map(|visit| visit.stream.as_fd()));
            let mut fds: Vec<PollFd> = fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
            match poll(&mut fds, PollTimeout::NONE) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return 1,
            }
            self.names.iter().for_each(answer_questions);
            visits.retain_mut(Visit::goes_on);
            while let Ok((stream, _)) = self.pages.accept() {
                if stream.set_nonblocking(true).is_ok() {
                    visits.push(Visit { stream, asked: Vec::new(), is_answered: false });
                }
            }
            visits.drain(..visits.len().saturating_sub(CONNECTIONS));
        }
    }
}

fn answer_questions(socket: &UdpSocket) {
    let mut question = [0; 1500];
    while let Ok((len, from)) = socket.recv_from(&mut question) {
        if let Some(answer) = dns::answer(&question[..len]) {
            let _ = socket.send_to(&answer, from);
        }
    }
}

impl Visit {
    /// Reads what has come and answers when the request is whole; whether the visitor is still there.
    fn goes_on(&mut self) -> bool {
        let mut buffer = [0; 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return false,
                Ok(_) if self.is_answered => {}
                Ok(len) => self.asked.extend_from_slice(&buffer[..len]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
            if self.asked.len() > LONGEST {
                return false;
            }
        }
        if !self.is_answered && is_whole(&self.asked) {
            self.is_answered = true;
            // It fits into any socket's buffer.
            let _ = self.stream.write_all(response(&self.asked).as_bytes());
            let _ = self.stream.shutdown(Shutdown::Write);
            self.asked.clear();
        }
        true
    }
}

/// Whether the request ends with an empty line, as one without a body does.
fn is_whole(request: &[u8]) -> bool {
    request.windows(4).any(|end| end == b"\r\n\r\n") || request.windows(2).any(|end| end == b"\n\n")
}

fn response(request: &[u8]) -> String {
    let (status, body) = match request {
        [b'G', b'E', b'T', b' ', ..] => ("200 OK", PAGE),
        [b'H', b'E', b'A', b'D', b' ', ..] => ("200 OK", ""),
        _ => ("501 Not Implemented", ""),
    };
    let len = if status.starts_with("200") { PAGE.len() } else { 0 };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n\
         {body}"
    )
}
