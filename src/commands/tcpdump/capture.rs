//! Packets as they pass, from a packet socket (packet(7)).

use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::{Asked, Sink, compile, fail, note, print_text};
use crate::error::{Error, Result};
use crate::packet::Link;
use crate::packet::bpf::{self, Instruction, for_cooked};
use crate::packet::pcap::Header;
use crate::sys::{self, Arrival};
use crate::words::shown;

/// What libpcap calls all devices together.
const ANY: &[u8] = b"any";
/// `ARPHRD_RAWIP` (`linux/if_arp.h`): packets begin with an IP header.
const RAW_IP: u16 = 519;
/// How long a captured packet's addresses are, and a tag.
const ADDRESSES: usize = 12;
const TAG: usize = 4;
/// How often `-v -w` tells how far it is.
const PROGRESS: Duration = Duration::from_secs(1);

/// Which packets are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
    Both,
}

impl Direction {
    pub fn from_name(name: &[u8]) -> Option<Direction> {
        match name {
            name if name.eq_ignore_ascii_case(b"in") => Some(Direction::In),
            name if name.eq_ignore_ascii_case(b"out") => Some(Direction::Out),
            name if name.eq_ignore_ascii_case(b"inout") => Some(Direction::Both),
            _ => None,
        }
    }
}

/// A device that can be listened on.
struct Device {
    name: Vec<u8>,
    flags: u32,
}

impl Device {
    fn is(&self, flag: i32) -> bool {
        self.flags & flag.cast_unsigned() != 0
    }

    /// How far from the best choice it is.
    fn rank(&self) -> u32 {
        let up = u32::from(!self.is(libc::IFF_UP)) * 4;
        up + u32::from(!self.is(libc::IFF_RUNNING)) * 2 + u32::from(self.is(libc::IFF_LOOPBACK))
    }

    fn title(&self) -> String {
        let state = if self.is(libc::IFF_RUNNING) { "Connected" } else { "Disconnected" };
        let up = if self.is(libc::IFF_UP) { "Up" } else { "none" };
        match (self.is(libc::IFF_LOOPBACK), self.is(libc::IFF_RUNNING)) {
            (true, true) => format!("[{up}, Running, Loopback]"),
            (true, false) => format!("[{up}, Loopback]"),
            (false, true) => format!("[{up}, Running, {state}]"),
            (false, false) => format!("[{up}, {state}]"),
        }
    }
}

/// The devices, the best choice first, as libpcap orders them.
fn devices() -> Result<Vec<Device>> {
    let found = nix::net::if_::if_nameindex().map_err(|errno| fail(sys::strerror(errno as i32)))?;
    let mut devices: Vec<Device> = found
        .iter()
        .map(|device| {
            let name = device.name().to_bytes().to_vec();
            Device { flags: sys::device_flags(&name), name }
        })
        .collect();
    devices.sort_by_key(Device::rank);
    Ok(devices)
}

/// How many of the devices stand before `any`, which is better than what is down or the loopback device.
fn before_any(devices: &[Device]) -> usize {
    devices.iter().take_while(|device| device.rank() == 0).count()
}

/// `-D`.
pub fn list_devices() -> Result<()> {
    let devices = devices()?;
    let mut lines: Vec<String> =
        devices.iter().map(|device| format!("{} {}", shown(&device.name), device.title())).collect();
    let any = "any (Pseudo-device that captures on all interfaces) [Up, Running]";
    lines.insert(before_any(&devices), any.into());
    let lines: String = lines.iter().enumerate().map(|(at, line)| format!("{}.{line}\n", at + 1)).collect();
    print_text(&lines);
    Ok(())
}

/// A socket that has packets, and how they are to be read.
struct Capture {
    fd: OwnedFd,
    link: Link,
    /// Run here where the kernel cannot.
    filter: Vec<Instruction>,
    snaplen: u32,
    direction: Direction,
    loopback: Option<u32>,
}

fn refused(name: &str, errno: Errno) -> Error {
    let why = sys::strerror(errno as i32);
    match errno {
        Errno::EPERM | Errno::EACCES => {
            fail(format!("{name}: You don't have permission to perform this capture on that device\n(socket: {why})"))
        }
        _ => fail(format!("{name}: {why}")),
    }
}

/// What packets of a device begin with.
fn link_of(asked: &Asked, name: &[u8], is_named: bool) -> Link {
    let own = match sys::device_type(name) {
        _ if name == ANY && is_named => Link::Cooked2,
        Some(libc::ARPHRD_ETHER | libc::ARPHRD_LOOPBACK) => Link::Ethernet,
        Some(libc::ARPHRD_NONE | RAW_IP) => Link::Raw,
        _ => Link::Cooked,
    };
    match asked.link {
        Some(link @ (Link::Cooked | Link::Cooked2)) if own != Link::Ethernet || name == ANY => link,
        _ => own,
    }
}

/// An option's integer that switches it on.
const ON: [u8; 4] = 1_i32.to_ne_bytes();

impl Capture {
    fn open(asked: &Asked, name: &[u8], link: Link) -> Result<Capture> {
        let named = shown(name);
        let index = match (name, sys::device_index(name)) {
            (ANY, _) => 0,
            (_, Some(index)) => index,
            (_, None) => return Err(fail(format!("{named}: No such device exists\n(No such device exists)"))),
        };
        let is_cooked = matches!(link, Link::Cooked | Link::Cooked2);
        let kind = if is_cooked { SockType::Datagram } else { SockType::Raw };
        let fd = socket(AddressFamily::Packet, kind, SockFlag::SOCK_CLOEXEC, None)
            .map_err(|errno| refused(&named, errno))?;
        if index != 0 && sys::device_flags(name) & libc::IFF_UP.cast_unsigned() == 0 {
            return Err(fail(format!("{named}: That device is not up")));
        }
        let compiled = compile(asked, link, true, netmask(name))?;
        let mut capture = Capture {
            fd,
            link,
            filter: compiled.program,
            snaplen: asked.snaplen,
            direction: asked.direction,
            loopback: sys::device_index(b"lo"),
        };
        capture.set_up(asked, name, index, compiled.looks_at_tags)?;
        Ok(capture)
    }

    /// The filter first: from the moment it is bound, the socket has packets.
    fn set_up(&mut self, asked: &Asked, name: &[u8], index: u32, looks_at_tags: bool) -> Result<()> {
        let failed = |errno| refused(&shown(name), errno);
        let kernels = match self.header_len() {
            // The kernel takes tags out before its filter runs.
            _ if looks_at_tags => None,
            0 => Some(self.filter.clone()),
            len => for_cooked(&self.filter, len),
        };
        if let Some(program) = kernels {
            let program: Vec<_> = program.iter().map(|step| (step.code, step.jt, step.jf, step.k)).collect();
            if sys::attach_filter(&self.fd, &program).is_ok() {
                self.filter.clear();
            }
        }
        // Less than is asked for will do.
        let _ = sys::socket_option(&self.fd, libc::SOL_SOCKET, libc::SO_RCVBUF, &asked.buffer.to_ne_bytes());
        let _ = sys::socket_option(&self.fd, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &asked.buffer.to_ne_bytes());
        sys::socket_option(&self.fd, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &ON).map_err(failed)?;
        sys::socket_option(&self.fd, libc::SOL_PACKET, libc::PACKET_AUXDATA, &ON).map_err(failed)?;
        sys::packet_bind(&self.fd, index).map_err(failed)?;
        if asked.promiscuous && index != 0 {
            sys::packet_promiscuous(&self.fd, index).map_err(failed)?;
        }
        Ok(())
    }

    fn header_len(&self) -> u32 {
        match self.link {
            Link::Cooked => 16,
            Link::Cooked2 => 20,
            Link::Ethernet | Link::Raw => 0,
        }
    }

    fn is_wanted(&self, arrival: &Arrival) -> bool {
        let is_out = arrival.packet_type == libc::PACKET_OUTGOING;
        match self.direction {
            // What goes out on the loopback device comes in as well, and is wanted once.
            _ if is_out && Some(arrival.device) == self.loopback => false,
            Direction::Both => true,
            Direction::In => !is_out,
            Direction::Out => is_out,
        }
    }

    /// The header that stands in for one that a device has not.
    fn made_up_header(&self, arrival: &Arrival) -> Vec<u8> {
        let (address, len) = arrival.address;
        let (packet, device) = (u16::from(arrival.packet_type), arrival.device_type);
        match self.link {
            Link::Cooked => [
                &packet.to_be_bytes()[..],
                &device.to_be_bytes(),
                &u16::from(len).to_be_bytes(),
                &address,
                &arrival.protocol.to_be_bytes(),
            ]
            .concat(),
            Link::Cooked2 => [
                &arrival.protocol.to_be_bytes()[..],
                &[0, 0],
                &arrival.device.to_be_bytes(),
                &device.to_be_bytes(),
                &[arrival.packet_type, len],
                &address,
            ]
            .concat(),
            Link::Ethernet | Link::Raw => Vec::new(),
        }
    }

    /// Puts a packet together as it was on the wire, into `whole`. Its header; nothing where it is not wanted.
    fn assemble(&self, asked: &Asked, arrival: &Arrival, packet: &[u8], whole: &mut Vec<u8>) -> Option<Header> {
        if !self.is_wanted(arrival) {
            return None;
        }
        *whole = self.made_up_header(arrival);
        let before = whole.len();
        whole.extend_from_slice(packet);
        let mut len = arrival.len + before;
        if let Some((ether_type, tci)) = arrival.tag {
            // Behind the addresses, or behind the made-up header, which then says that a tag follows.
            let tag = [ether_type.to_be_bytes(), tci.to_be_bytes()].concat();
            let at = match self.link {
                Link::Cooked => before - 2,
                Link::Cooked2 => 0,
                Link::Ethernet => ADDRESSES,
                Link::Raw => whole.len(),
            };
            match self.link {
                Link::Cooked2 => {
                    let inner = [whole[0], whole[1]];
                    whole[..2].copy_from_slice(&tag[..2]);
                    whole.splice(before..before, [tag[2], tag[3], inner[0], inner[1]]);
                    len += TAG;
                }
                Link::Cooked | Link::Ethernet if whole.len() >= at => {
                    whole.splice(at..at, tag);
                    len += TAG;
                }
                _ => {}
            }
        }
        whole.truncate(self.snaplen as usize);
        if !self.filter.is_empty() && bpf::run(&self.filter, whole, len as u32) == 0 {
            return None;
        }
        let (seconds, nanoseconds) = arrival.time;
        let fraction = if asked.nanoseconds { nanoseconds } else { nanoseconds / 1000 };
        Some(Header {
            seconds: seconds as u32,
            fraction: fraction as u32,
            captured: whole.len() as u32,
            len: len as u32,
        })
    }
}

/// The netmask of a device's first IPv4 address; 0 without one.
fn netmask(name: &[u8]) -> u32 {
    let addresses = nix::ifaddrs::getifaddrs().into_iter().flatten();
    let mut masks = addresses.filter(|address| address.interface_name.as_bytes() == name);
    masks.find_map(|address| Some(address.netmask?.as_sockaddr_in()?.ip().to_bits())).unwrap_or(0)
}

/// The signals that end a capture, to be read from a descriptor.
fn signals() -> nix::Result<SignalFd> {
    let mut set = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block()?;
    SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
}

/// Prints or writes packets as they pass.
pub fn live(asked: &Asked) -> Result<()> {
    let name = match &asked.device {
        Some(name) => name.clone(),
        None => devices()?.into_iter().find(|device| device.rank() == 0).map_or(ANY.to_vec(), |device| device.name),
    };
    let link = link_of(asked, &name, asked.device.is_some());
    if asked.list_links {
        return list_links(&name, link);
    }
    let capture = Capture::open(asked, &name, link)?;
    let named = shown(&name);
    if link == Link::Cooked2 || asked.link == Some(link) {
        note(&format!("tcpdump: data link type {}", link.name()));
    }
    let signals = signals().map_err(|errno| fail(sys::strerror(errno as i32)))?;
    let mut sink = Sink::new(asked, Some(link), link.number(), asked.snaplen)?;
    let before = match asked.look.verbose == 0 && asked.write.is_none() {
        true => "tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n",
        false => "tcpdump: ",
    };
    let (about, title) = (link.name(), link.title());
    note(&format!(
        "{before}listening on {named}, link-type {about} ({title}), snapshot length {} bytes",
        asked.snaplen
    ));
    let result = pass(asked, &capture, &signals, &mut sink);
    sink.finish()?;
    if matches!(result, Ok(true)) && asked.write.is_none() {
        print_text("\n");
    }
    let (taken, lost) = sys::packet_statistics(&capture.fd).unwrap_or_default();
    let line = |count: u64, what: &str| note(&format!("{count} packet{} {what}", if count == 1 { "" } else { "s" }));
    line(sink.count, "captured");
    line(taken.into(), "received by filter");
    line(lost.into(), "dropped by kernel");
    result.map(drop)
}

fn list_links(name: &[u8], link: Link) -> Result<()> {
    let links = match link {
        Link::Cooked | Link::Cooked2 => vec![Link::Cooked, Link::Cooked2],
        link => vec![link],
    };
    let lines: String = links.iter().map(|link| format!("  {} ({})\n", link.name(), link.title())).collect();
    note(&format!("Data link types for {} (use option -y to set):\n{}", shown(name), lines.trim_end()));
    Ok(())
}

/// Passes packets on until there are enough; whether a signal came before.
fn pass(asked: &Asked, capture: &Capture, signals: &SignalFd, sink: &mut Sink) -> Result<bool> {
    // With what the kernel takes out, and the header that is made up, there is never more.
    let mut buffer = vec![0; asked.snaplen as usize];
    let mut whole = Vec::new();
    let shows_progress = asked.write.is_some() && !asked.print && asked.look.verbose > 0;
    let mut progress = Instant::now();
    while !sink.is_full() {
        if shows_progress && progress.elapsed() >= PROGRESS {
            // Nobody to tell where that fails.
            let _ = write!(std::io::stderr(), "Got {}\r", sink.count);
            progress = Instant::now();
        }
        let arrival = match sys::packet_receive(&capture.fd, &mut buffer) {
            Ok(arrival) => arrival,
            Err(Errno::EAGAIN) => {
                sink.flush();
                let timeout = if shows_progress { PollTimeout::from(1000u16) } else { PollTimeout::NONE };
                let mut fds = [&capture.fd.as_fd(), &signals.as_fd()].map(|fd| PollFd::new(*fd, PollFlags::POLLIN));
                match poll(&mut fds, timeout) {
                    Ok(_) | Err(Errno::EINTR) => {}
                    Err(errno) => return Err(fail(sys::strerror(errno as i32))),
                }
                if fds[1].any() == Some(true) {
                    return Ok(true);
                }
                continue;
            }
            Err(Errno::EINTR) => continue,
            Err(Errno::ENETDOWN) => return Err(fail("pcap_loop: The interface disappeared")),
            Err(errno) => return Err(fail(format!("pcap_loop: {}", sys::strerror(errno as i32)))),
        };
        let packet = &buffer[..arrival.captured];
        if let Some(header) = capture.assemble(asked, &arrival, packet, &mut whole) {
            sink.packet(&header, &whole)?;
        }
        // A flood of packets must not keep a signal from being seen.
        if matches!(signals.read_signal(), Ok(Some(_))) {
            return Ok(true);
        }
    }
    Ok(false)
}
