//! What happens before the first probe: the way to the destination, and the socket set for it.

use std::net::{IpAddr, SocketAddr};

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::sys::socket::AddressFamily;
use nix::unistd::getuid;

use super::options::{Asked, fatal};
use super::run::Session;
use super::socket::{Socket, Way};
use crate::applets::host;
use crate::applets::text::{Text, say};
use crate::error::Result;
use crate::sys::{self, strerror};
use crate::words::{inet_aton, shown};

/// The shortest interval that ordinary users may ask for, in milliseconds.
const USERS_INTERVAL: i32 = 2;
/// The largest message that is made: the kernel refuses it as it would a larger one.
const LARGEST: usize = 1 << 20;

/// What came of it.
pub enum Outcome<'a> {
    /// All is ready.
    Ready(Box<Session<'a>>),
    /// There is no way to this address, and the host has others.
    Unreachable(Socket),
}

/// A system call that failed at `what`: status 2.
fn failed(asked: &Asked<'_>, what: &str) -> impl Fn(Errno) -> crate::error::Error {
    let (program, what) = (asked.program, what.to_string());
    move |errno| fatal(program, format!("{what}: {}", strerror(errno as i32)))
}

/// Makes `socket` ready to ping the host called `canonical` at `to`, and says that on `text`.
pub fn prepare<'a>(
    mut asked: Asked<'a>,
    mut to: SocketAddr,
    canonical: &[u8],
    socket: Socket,
    has_more: bool,
    text: &mut Text,
) -> Result<Outcome<'a>> {
    let is_v4 = to.is_ipv4();
    let host = match is_v4 && inet_aton(asked.target).is_none() {
        true => canonical,
        false => asked.target,
    };
    asked.numeric |= if is_v4 { inet_aton(asked.target).is_some() } else { asked.target.contains(&b':') };
    let wanted = if is_v4 { asked.source } else { asked.source6 };
    let source = match wanted.filter(|source| !source.is_unspecified()) {
        Some(source) => Some(given(&asked, source, &socket, &to)?),
        None => match find(&asked, &socket, &to, has_more)? {
            Some(source) => source,
            None => return Ok(Outcome::Unreachable(socket)),
        },
    };
    if is_v4
        && to.ip().is_unspecified()
        && let Some(source) = source
    {
        to = source;
    }
    let is_multicast = host::is_multicast(&to) || (is_v4 && asked.broadcast);
    if is_multicast {
        multicast(&mut asked, is_v4)?;
    }
    set(&asked, &socket, source, is_v4)?;
    let from = match source.filter(|_| asked.device.is_some() || asked.strict_source) {
        Some(source) => format!("from {} {}: ", host::text(&source), shown(asked.device.unwrap_or_default())),
        None => String::new(),
    };
    let mut session = Session::new(asked, socket, to, shown(host).into_owned());
    session.is_multicast = is_multicast;
    let data = session.asked.size;
    let (host, to) = (session.host.clone(), if is_v4 { host::text(&to) } else { session.name(&to) });
    text.put(&match is_v4 {
        true => format!("PING {host} ({to}) {from}{data}({}) bytes of data.\n", data + 28),
        false => format!("PING {host}({to}) {from}{data} data bytes\n"),
    });
    begin(&session.asked, &session.socket)?;
    Ok(Outcome::Ready(Box::new(session)))
}

/// Uses the source address that was asked for.
fn given(asked: &Asked<'_>, source: IpAddr, socket: &Socket, to: &SocketAddr) -> Result<SocketAddr> {
    let mut source = SocketAddr::new(source, 0);
    let Some(device) = asked.device else { return Ok(source) };
    if let SocketAddr::V6(v6) = &mut source {
        let unknown = || fatal(asked.program, format!("unknown iface: {}", shown(device)));
        let index = sys::device_index(device).ok_or_else(unknown)?;
        if host::is_link_local(&SocketAddr::V6(*v6)) {
            v6.set_scope_id(index);
        }
    }
    bind_to_device(asked, socket, device, to)?;
    Ok(source)
}

fn bind_to_device(asked: &Asked<'_>, socket: &Socket, device: &[u8], to: &SocketAddr) -> Result<()> {
    let Err(errno) = socket.bind_to_device(device) else { return Ok(()) };
    if to.is_ipv4() && host::is_multicast(to) {
        let unknown = || fatal(asked.program, format!("unknown iface: {}", shown(device)));
        let index = sys::device_index(device).ok_or_else(unknown)?.cast_signed();
        // `struct ip_mreqn`: two addresses that do not matter here, and the device.
        return socket
            .set_bytes(libc::IPPROTO_IP, libc::IP_MULTICAST_IF, &[&[0; 8][..], &index.to_ne_bytes()].concat())
            .map_err(failed(asked, "IP_MULTICAST_IF"));
    }
    let what = if to.is_ipv4() { "SO_BINDTODEVICE" } else { "setsockopt(SO_BINDTODEVICE)" };
    Err(failed(asked, &format!("{what} {}", shown(device)))(errno))
}

/// Finds the address that the kernel would send from. There is none, `None`, where the host may be reached otherwise.
fn find(asked: &Asked<'_>, socket: &Socket, to: &SocketAddr, has_more: bool) -> Result<Option<Option<SocketAddr>>> {
    let family = if to.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let way = Way::new(family).map_err(failed(asked, "socket"))?;
    let mut to = *to;
    if let Some(device) = asked.device {
        if let SocketAddr::V6(v6) = &mut to {
            let unknown = || fatal(asked.program, format!("unknown iface: {}", shown(device)));
            let index = sys::device_index(device).ok_or_else(unknown)?;
            if host::is_link_local(&SocketAddr::V6(*v6)) {
                v6.set_scope_id(index);
            }
            for socket in [way.socket(), socket] {
                // `struct in6_pktinfo`: no address, and the device.
                let info = [&[0; 16][..], &index.to_ne_bytes()].concat();
                socket
                    .set_bytes(libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, &info)
                    .map_err(failed(asked, "setsockopt(IPV6_PKTINFO)"))?;
            }
        }
        bind_to_device(asked, way.socket(), device, &to)?;
        bind_to_device(asked, socket, device, &to)?;
    }
    if to.is_ipv4() && asked.tos != 0 {
        let _ = way.socket().set(libc::IPPROTO_IP, libc::IP_TOS, asked.tos);
    }
    if let Some(mark) = asked.mark {
        set_mark(asked, way.socket(), mark);
    }
    // What is on one link has no way to be looked up: there the source is left open, as the stock tool leaves it.
    let chosen = if host::is_link_local(&to) { Ok(()) } else { way.choose(&to) };
    match chosen {
        Ok(()) => {}
        Err(Errno::EACCES) if to.is_ipv4() => broadcast(asked, &way, &to)?,
        Err(Errno::EHOSTUNREACH | Errno::ENETUNREACH) if has_more => return Ok(None),
        Err(errno) => return Err(failed(asked, "connect")(errno)),
    }
    let source = way.source().map_err(failed(asked, "getsockname"))?;
    if let (Some(device), Some(source)) = (asked.device, source)
        && !has_address(device, &source)
    {
        let device = shown(device);
        say(&format!("{}: Warning: source address might be selected on device other than: {device}", asked.program));
    }
    Ok(Some(source))
}

fn broadcast(asked: &Asked<'_>, way: &Way, to: &SocketAddr) -> Result<()> {
    if !asked.broadcast {
        let text = "Do you want to ping broadcast? Then -b. If not, check your local firewall rules";
        return Err(fatal(asked.program, text));
    }
    say("WARNING: pinging broadcast address");
    way.socket().set(libc::SOL_SOCKET, libc::SO_BROADCAST, 1).map_err(failed(asked, "cannot set broadcasting"))?;
    way.choose(to).map_err(failed(asked, "connect"))
}

/// Whether the device has this address.
fn has_address(device: &[u8], address: &SocketAddr) -> bool {
    getifaddrs().into_iter().flatten().any(|found| {
        found.interface_name.as_bytes() == device
            && found.address.as_ref().and_then(sys::socket_address).is_some_and(|found| found.ip() == address.ip())
    })
}

/// Ordinary users may not bother many hosts often, nor with fragments.
fn multicast(asked: &mut Asked<'_>, is_v4: bool) -> Result<()> {
    let what = if is_v4 { "broadcast" } else { "multicast" };
    let interval = asked.interval.unwrap_or(1000);
    if !getuid().is_root() && interval < 1000 {
        return Err(fatal(asked.program, format!("{what} ping with too short interval: {interval}")));
    }
    if !getuid().is_root() && asked.fragments.is_some_and(|how| how != libc::IP_PMTUDISC_DO) {
        return Err(fatal(asked.program, format!("{what} ping does not fragment")));
    }
    asked.fragments.get_or_insert(libc::IP_PMTUDISC_DO);
    Ok(())
}

fn set_mark(asked: &Asked<'_>, socket: &Socket, mark: u32) {
    if let Err(errno) = socket.set(libc::SOL_SOCKET, libc::SO_MARK, mark.cast_signed()) {
        say(&format!("{}: WARNING: failed to set mark: {mark}: {}", asked.program, strerror(errno as i32)));
    }
}

/// The options that differ between the families.
struct Names {
    level: i32,
    fragments: (i32, &'static str),
    bind: &'static str,
    looped: (i32, &'static str),
    many: (i32, &'static str),
    one: (i32, &'static str),
    tos: i32,
    /// What a fragment of a probe takes of the kernel's memory besides its data, in bytes.
    overhead: usize,
}

const V4: Names = Names {
    level: libc::IPPROTO_IP,
    fragments: (libc::IP_MTU_DISCOVER, "IP_MTU_DISCOVER"),
    bind: "bind",
    looped: (libc::IP_MULTICAST_LOOP, "cannot disable multicast loopback"),
    many: (libc::IP_MULTICAST_TTL, "cannot set multicast time-to-live"),
    one: (libc::IP_TTL, "cannot set unicast time-to-live"),
    tos: libc::IP_TOS,
    overhead: 20 + 16 + 64 + 160,
};

const V6: Names = Names {
    level: libc::IPPROTO_IPV6,
    fragments: (libc::IPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER"),
    bind: "bind icmp socket",
    looped: (libc::IPV6_MULTICAST_LOOP, "can't disable multicast loopback"),
    many: (libc::IPV6_MULTICAST_HOPS, "can't set multicast hop limit"),
    one: (libc::IPV6_UNICAST_HOPS, "can't set unicast hop limit"),
    tos: libc::IPV6_TCLASS,
    overhead: 40 + 16 + 64 + 160,
};

fn set(asked: &Asked<'_>, socket: &Socket, source: Option<SocketAddr>, is_v4: bool) -> Result<()> {
    let names = if is_v4 { &V4 } else { &V6 };
    let set = |(option, what): (i32, &str), value| socket.set(names.level, option, value).map_err(failed(asked, what));
    if asked.tos != 0 {
        set((names.tos, "setsockopt"), asked.tos)?;
    }
    if let Some(fragments) = asked.fragments {
        set(names.fragments, fragments)?;
    }
    let ident = asked.ident.filter(|ident| !socket.raw && *ident != 0);
    if let Some(mut source) = source.filter(|_| asked.strict_source || ident.is_some()) {
        source.set_port(ident.unwrap_or(0));
        socket.bind(&source).map_err(failed(asked, names.bind))?;
    }
    socket.listen().map_err(failed(asked, "setsockopt"))?;
    let message = asked.size.min(LARGEST) + 8;
    let estimate = message + message.div_ceil(512) * names.overhead;
    socket.prepare(asked, i32::try_from(estimate).unwrap_or(i32::MAX));
    if is_v4 && asked.broadcast {
        socket.set(libc::SOL_SOCKET, libc::SO_BROADCAST, 1).map_err(failed(asked, "cannot set broadcasting"))?;
    }
    if asked.no_loop {
        set(names.looped, 0)?;
    }
    if let Some(ttl) = asked.ttl {
        set(names.many, ttl)?;
        set(names.one, ttl)?;
    }
    Ok(())
}

/// The last checks, and what depends on the interval.
fn begin(asked: &Asked<'_>, socket: &Socket) -> Result<()> {
    let interval = interval(asked);
    if !getuid().is_root() && interval < USERS_INTERVAL {
        let text = format!("cannot flood; minimal interval allowed for user is {USERS_INTERVAL}ms");
        return Err(fatal(asked.program, text));
    }
    if interval >= i32::MAX / asked.preload {
        return Err(fatal(asked.program, format!("illegal preload and/or interval: {interval}")));
    }
    if let Some(mark) = asked.mark {
        set_mark(asked, socket, mark);
    }
    Ok(())
}

/// The time between probes, in milliseconds.
pub fn interval(asked: &Asked<'_>) -> i32 {
    asked.interval.unwrap_or(if asked.flood { 0 } else { 1000 })
}

/// A probe without its header: counted bytes, or the pattern over and over.
pub fn probe(asked: &Asked<'_>) -> Vec<u8> {
    let size = asked.size.min(LARGEST);
    let data: Vec<u8> = match asked.pattern.as_deref() {
        Some(pattern) if !pattern.is_empty() => pattern.iter().copied().cycle().take(size).collect(),
        Some(_) => vec![0; size],
        None => (0..size).map(|at| at as u8).collect(),
    };
    [&[0; super::icmp::HEADER][..], &data].concat()
}
