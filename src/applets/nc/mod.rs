//! `nc`: connections of all kinds from and to a command line, as OpenBSD's netcat in Debian.

mod options;
mod relay;

use std::io::{IoSliceMut, IsTerminal};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use nix::sys::socket::sockopt::{ReuseAddr, ReusePort, SocketError};
use nix::sys::socket::{
    AddressFamily, Backlog, MsgFlags, SockFlag, SockType, SockaddrStorage, UnixAddr, accept4, bind, connect,
    getpeername, getsockname, getsockopt, listen, recvmsg, setsockopt, socket,
};
use nix::unistd::{unlink, write};

use super::host;
use super::text::say;
use crate::error::{Error, Result};
use crate::output::tell;
use crate::sys::{self, process, strerror};
use crate::words::shown;
use options::{Asked, fatal};
use relay::{End, relay};

pub use options::OPTIONS;

/// How long a UDP port may take to refuse a packet, in seconds, where no time is set.
const UDP_WAIT: u64 = 3;

/// `nc` with the words behind its name.
pub fn main(words: &[&[u8]]) -> u8 {
    // A reader or a peer that has gone is an end like others.
    let _ = process::disregard(Signal::SIGPIPE);
    let result = options::parse(words).and_then(|asked| match asked {
        Asked { listen: true, .. } => serve(&asked),
        Asked { unix: true, .. } => connect_unix(&asked),
        _ => connect_all(&asked),
    });
    result.unwrap_or_else(|error| tell(&error))
}

fn failed(errno: Errno) -> Error {
    fatal(strerror(errno as i32))
}

fn failed_at(what: &'static str) -> impl Fn(Errno) -> Error {
    move |errno| fatal(format!("{what}: {}", strerror(errno as i32)))
}

/// Connects to each of the ports; the status is 0 if one at least was there.
fn connect_all(asked: &Asked<'_>) -> Result<u8> {
    let host = asked.host.unwrap_or_default();
    let mut status = 1;
    for port in asked.all_ports()? {
        let Some((net, number)) = connect_one(asked, host, port)? else { continue };
        status = 0;
        if asked.verbose {
            let is_sure = if asked.udp { test_udp(asked, &net) } else { Some(true) };
            match is_sure {
                None => {
                    status = 1;
                    continue;
                }
                Some(true) => tell_connection(asked, host, &number, port),
                Some(false) => {}
            }
        }
        if !asked.scan && relay(asked, net.as_fd(), None)? == End::Quit {
            return Ok(0);
        }
    }
    Ok(status)
}

/// Connects to the first of the host's addresses that takes it; also gives its text.
fn connect_one(asked: &Asked<'_>, host: &[u8], port: u16) -> Result<Option<(OwnedFd, String)>> {
    let unknown = |why| fatal(format!("getaddrinfo for host \"{}\" port {port}: {why}", shown(host)));
    for mut address in addresses(asked, host).map_err(unknown)? {
        address.set_port(port);
        let Ok(net) = new_socket(asked, &address, SockFlag::SOCK_NONBLOCK) else { continue };
        if asked.source.is_some() || asked.port.is_some() {
            let own = own_address(asked, &address)?;
            bind(net.as_raw_fd(), &SockaddrStorage::from(own)).map_err(failed_at("bind failed"))?;
        }
        set_options(asked, &net, &address)?;
        let number = host::text(&address);
        match try_connect(asked, &net, &address) {
            Ok(()) => return Ok(Some((net, number))),
            Err((what, errno)) if asked.verbose => {
                let host = shown(host);
                let number = if asked.numeric || host == number { String::new() } else { format!(" ({number})") };
                let (protocol, why) = (asked.protocol(), strerror(errno as i32));
                say(&format!("nc: connect to {host}{number} port {port} ({protocol}) {what}: {why}"));
            }
            Err(_) => {}
        }
    }
    Ok(None)
}

fn addresses(asked: &Asked<'_>, host: &[u8]) -> std::result::Result<Vec<SocketAddr>, String> {
    if asked.numeric && host::number(host).is_none() {
        return Err("Name or service not known".into());
    }
    host::addresses(host, asked.family).map(|found| found.addresses)
}

fn new_socket(asked: &Asked<'_>, address: &SocketAddr, flags: SockFlag) -> nix::Result<OwnedFd> {
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let kind = if asked.udp { SockType::Datagram } else { SockType::Stream };
    socket(family, kind, flags | SockFlag::SOCK_CLOEXEC, None)
}

/// The own end of a connection to `peer`, from `-s` and `-p`.
fn own_address(asked: &Asked<'_>, peer: &SocketAddr) -> Result<SocketAddr> {
    let family = if peer.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let port = asked.port.map_or(Ok(0), |port| asked.own_port(port))?;
    let address = match asked.source {
        None => any(family),
        Some(source) => {
            let found = host::addresses(source, family).map_err(|why| fatal(format!("getaddrinfo: {why}")))?;
            found.addresses.first().copied().unwrap_or(any(family))
        }
    };
    Ok(SocketAddr::new(address.ip(), port))
}

/// The address that stands for all.
fn any(family: i32) -> SocketAddr {
    match family {
        libc::AF_INET6 => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        _ => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
    }
}

fn set_options(asked: &Asked<'_>, net: &OwnedFd, address: &SocketAddr) -> Result<()> {
    let set = |level, option, value: i32, what: &str| {
        let colon = if what.is_empty() { "" } else { ": " };
        sys::socket_option(net, level, option, &value.to_ne_bytes())
            .map_err(|errno| fatal(format!("{what}{colon}{}", strerror(errno as i32))))
    };
    if asked.broadcast {
        set(libc::SOL_SOCKET, libc::SO_BROADCAST, 1, "")?;
    }
    if let Some(bytes) = asked.receive_buffer {
        set(libc::SOL_SOCKET, libc::SO_RCVBUF, bytes, "set TCP receive buffer size")?;
    }
    if let Some(bytes) = asked.send_buffer {
        set(libc::SOL_SOCKET, libc::SO_SNDBUF, bytes, "set TCP send buffer size")?;
    }
    let is_v4 = address.is_ipv4();
    match asked.ttl {
        Some(ttl) if is_v4 => set(libc::IPPROTO_IP, libc::IP_TTL, ttl, "set IP TTL")?,
        Some(ttl) => set(libc::IPPROTO_IPV6, libc::IPV6_UNICAST_HOPS, ttl, "set IPv6 unicast hops")?,
        None => {}
    }
    match asked.least_ttl {
        Some(ttl) if is_v4 => set(libc::IPPROTO_IP, libc::IP_MINTTL, ttl, "set IP min TTL"),
        Some(ttl) => set(libc::IPPROTO_IPV6, libc::IPV6_MINHOPCOUNT, ttl, "set IPv6 min hop count"),
        None => Ok(()),
    }
}

/// Connects, and waits for that as long as is allowed.
fn try_connect(
    asked: &Asked<'_>,
    net: &OwnedFd,
    address: &SocketAddr,
) -> std::result::Result<(), (&'static str, Errno)> {
    match connect(net.as_raw_fd(), &SockaddrStorage::from(*address)) {
        Ok(()) => return Ok(()),
        Err(Errno::EINPROGRESS) => {}
        Err(errno) => return Err(("failed", errno)),
    }
    let timeout = asked.timeout.filter(|&seconds| seconds > 0);
    let timeout = timeout.map_or(PollTimeout::NONE, |seconds| {
        PollTimeout::try_from(seconds.saturating_mul(1000)).unwrap_or(PollTimeout::MAX)
    });
    let mut fds = [PollFd::new(net.as_fd(), PollFlags::POLLOUT)];
    loop {
        match poll(&mut fds, timeout) {
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(("failed", errno)),
            Ok(0) => return Err(("timed out", Errno::EINPROGRESS)),
            Ok(_) => break,
        }
    }
    match getsockopt(net, SocketError) {
        Ok(0) => Ok(()),
        Ok(errno) => Err(("failed", Errno::from_raw(errno))),
        Err(errno) => Err(("failed", errno)),
    }
}

/// Sends a few packets to see whether they are refused, which is nothing; whether the port can be said to be there.
///
/// Packets go out only where a person looks on or nothing else is asked for.
fn test_udp(asked: &Asked<'_>, net: &OwnedFd) -> Option<bool> {
    if !asked.scan && !std::io::stdin().is_terminal() {
        return Some(false);
    }
    let is_refused = || write(net, b"X") == Err(Errno::ECONNREFUSED);
    if write(net, b"X").is_err() || is_refused() {
        return None;
    }
    for _ in 0..asked.timeout.unwrap_or(UDP_WAIT) {
        std::thread::sleep(Duration::from_secs(1));
        if is_refused() {
            return None;
        }
    }
    Some(true)
}

fn tell_connection(asked: &Asked<'_>, host: &[u8], number: &str, port: u16) {
    let (host, protocol) = (shown(host), asked.protocol());
    let service = if asked.numeric { None } else { sys::service_name(port, protocol) };
    let service = service.map(|name| String::from_utf8_lossy(&name).into_owned());
    let service = service.as_deref().unwrap_or("*");
    let number = if asked.numeric || host == number { String::new() } else { format!(" ({number})") };
    say(&format!("Connection to {host}{number} {port} port [{protocol}/{service}] succeeded!"));
}

/// Waits for connections, for one or with `-k` for all that come.
fn serve(asked: &Asked<'_>) -> Result<u8> {
    let (path, server) = match asked.unix {
        true => (asked.host, listen_unix(asked, asked.host.unwrap_or_default()).map_err(failed)?),
        false => (None, listen_inet(asked)?),
    };
    loop {
        let end = match asked.udp {
            true => serve_datagrams(asked, &server)?,
            false => serve_stream(asked, &server, path)?,
        };
        if !asked.keep || end == End::Quit {
            return Ok(0);
        }
    }
}

fn listen_inet(asked: &Asked<'_>) -> Result<OwnedFd> {
    let getaddrinfo = |why| fatal(format!("getaddrinfo: {why}"));
    let port = asked.own_port(asked.ports.first().copied().unwrap_or_default())?;
    let found = match asked.host {
        None => vec![any(asked.family)],
        Some(host) => addresses(asked, host).map_err(getaddrinfo)?,
    };
    let mut last = Errno::EADDRNOTAVAIL;
    for mut address in found {
        address.set_port(port);
        let server = match new_socket(asked, &address, SockFlag::empty()) {
            Ok(server) => server,
            Err(errno) => {
                last = errno;
                continue;
            }
        };
        setsockopt(&server, ReuseAddr, &true).map_err(failed)?;
        setsockopt(&server, ReusePort, &true).map_err(failed)?;
        set_options(asked, &server, &address)?;
        if let Err(errno) = bind(server.as_raw_fd(), &SockaddrStorage::from(address)) {
            last = errno;
            continue;
        }
        if !asked.udp {
            listen(&server, Backlog::new(1).map_err(failed)?).map_err(failed_at("listen"))?;
        }
        if asked.verbose {
            let bound: SockaddrStorage = getsockname(server.as_raw_fd()).map_err(failed_at("getsockname"))?;
            report(asked, if asked.udp { "Bound on" } else { "Listening on" }, &bound);
        }
        return Ok(server);
    }
    Err(failed(last))
}

fn serve_stream(asked: &Asked<'_>, server: &OwnedFd, path: Option<&[u8]>) -> Result<End> {
    let (net, peer) = accept(server).map_err(failed_at("accept"))?;
    match path {
        Some(path) if asked.verbose => say(&format!("Connection received on {}", shown(path))),
        None if asked.verbose => report(asked, "Connection received on", &peer),
        _ => {}
    }
    relay(asked, net.as_fd(), None)
}

fn accept(server: &OwnedFd) -> nix::Result<(OwnedFd, SockaddrStorage)> {
    let net = loop {
        match accept4(server, SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC) {
            Err(Errno::EINTR) => {}
            result => break result?,
        }
    };
    let peer = getpeername(net.as_raw_fd())?;
    Ok((net, peer))
}

/// Who has sent the first packet, which stays where it is.
fn first_sender(server: &OwnedFd) -> nix::Result<Option<SockaddrStorage>> {
    let mut byte = [0];
    let mut slices = [IoSliceMut::new(&mut byte)];
    loop {
        match recvmsg(server.as_raw_fd(), &mut slices, None, MsgFlags::MSG_PEEK) {
            Err(Errno::EINTR) => {}
            result => return result.map(|got| got.address),
        }
    }
}

fn serve_datagrams(asked: &Asked<'_>, server: &OwnedFd) -> Result<End> {
    let mut peer = first_sender(server).map_err(failed_at("recvfrom"))?;
    if let Some(peer) = peer.as_ref().filter(|_| asked.verbose) {
        report(asked, "Connection received on", peer);
    }
    if asked.keep {
        return relay(asked, server.as_fd(), Some(&mut peer));
    }
    if let Some(peer) = &peer {
        connect(server.as_raw_fd(), peer).map_err(failed_at("connect"))?;
    }
    relay(asked, server.as_fd(), None)
}

/// Tells of an address, by name where names are wanted and there is one. The one that stands for all has none.
fn report(asked: &Asked<'_>, what: &str, address: &SockaddrStorage) {
    let Some(address) = sys::socket_address(address) else { return };
    let name = if asked.numeric || address.ip().is_unspecified() { None } else { host::name(&address) };
    say(&format!("{what} {} {}", name.unwrap_or_else(|| host::text(&address)), address.port()));
}

/// A name beginning with `@` is no file.
fn unix_address(path: &[u8]) -> nix::Result<UnixAddr> {
    match path {
        [] => Err(Errno::EINVAL),
        [b'@', name @ ..] => UnixAddr::new_abstract(name),
        path => UnixAddr::new(path),
    }
}

fn unix_socket(flags: SockFlag) -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC | flags, None)
}

fn listen_unix(asked: &Asked<'_>, path: &[u8]) -> nix::Result<OwnedFd> {
    let address = unix_address(path)?;
    let server = unix_socket(SockFlag::empty())?;
    if !path.starts_with(b"@") {
        let _ = unlink(path);
    }
    bind(server.as_raw_fd(), &address)?;
    if asked.verbose {
        say(&format!("Bound on {}", shown(path)));
    }
    listen(&server, Backlog::new(5)?)?;
    if asked.verbose {
        say(&format!("Listening on {}", shown(path)));
    }
    Ok(server)
}

fn connect_unix(asked: &Asked<'_>) -> Result<u8> {
    let path = asked.host.unwrap_or_default();
    let connected = unix_address(path).and_then(|address| {
        let net = unix_socket(SockFlag::empty())?;
        connect(net.as_raw_fd(), &address).map(|()| net)
    });
    match connected {
        Ok(net) if !asked.scan => relay(asked, net.as_fd(), None).map(|_| 0),
        Ok(_) => Ok(0),
        Err(errno) => Err(fatal(format!("{}: {}", shown(path), strerror(errno as i32)))),
    }
}
