//! The socket of one family: probes out, replies and errors in.

use std::io::IoSliceMut;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrStorage, bind, connect,
    getsockname, recvmsg, sendto, socket,
};

use super::icmp::HEADER;
use super::options::Asked;
use crate::sys;

/// Room for all that the kernel says of one message.
const CONTROL: usize = 512;
/// The longest header of an IPv4 packet, with what ICMP may add.
const MORE: usize = 60 + 76;
/// Extension headers of IPv6.
const MORE6: usize = 4096 + 56;
/// `ICMP_FILTER` (`linux/icmp.h`).
const ICMP_FILTER: i32 = 1;
/// `ICMPV6_FILTER` (`linux/icmpv6.h`).
const ICMPV6_FILTER: i32 = 1;
/// `SO_EE_ORIGIN_LOCAL` (`linux/errqueue.h`).
const ORIGIN_LOCAL: u8 = 1;

/// A socket for ICMP messages.
pub struct Socket {
    fd: OwnedFd,
    family: AddressFamily,
    /// It hears the replies of all; else the kernel keeps them apart.
    pub raw: bool,
}

/// A message that came in.
pub struct Received {
    pub from: SocketAddr,
    /// Where in the buffer the ICMP message lies.
    pub message: std::ops::Range<usize>,
    /// The time to live that was left of it.
    pub hops: Option<i32>,
    /// Microseconds since 1970, where the kernel told.
    pub at: Option<i64>,
}

/// An error that came in for a message sent before.
pub enum Reported {
    /// From our own kernel.
    Local { errno: i32, info: u32 },
    /// From a host on the way, about this message to this destination.
    Remote { from: SocketAddr, to: SocketAddr, message: [u8; HEADER], kind: u8, code: u8, info: u32 },
}

impl Socket {
    /// Opens a socket: one for datagrams if that is allowed and `raw` not wanted, else a raw one.
    pub fn open(family: AddressFamily, raw: bool) -> (SockType, nix::Result<Self>) {
        let protocol = if family == AddressFamily::Inet { SockProtocol::Icmp } else { SockProtocol::IcmpV6 };
        let open = |kind| {
            let fd = socket(family, kind, SockFlag::SOCK_CLOEXEC, protocol)?;
            Ok(Socket { fd, family, raw: kind == SockType::Raw })
        };
        if !raw {
            match open(SockType::Datagram) {
                Err(Errno::EACCES | Errno::EPROTONOSUPPORT) => {}
                Err(Errno::EAFNOSUPPORT) if family == AddressFamily::Inet => {}
                result => return (SockType::Datagram, result),
            }
        }
        (SockType::Raw, open(SockType::Raw))
    }

    fn is_v4(&self) -> bool {
        self.family == AddressFamily::Inet
    }

    /// Its number.
    pub fn number(&self) -> i32 {
        self.fd.as_raw_fd()
    }

    /// Sets an integer option.
    pub fn set(&self, level: i32, option: i32, value: i32) -> nix::Result<()> {
        sys::socket_option(&self.fd, level, option, &value.to_ne_bytes())
    }

    /// Sets an option to some bytes.
    pub fn set_bytes(&self, level: i32, option: i32, value: &[u8]) -> nix::Result<()> {
        sys::socket_option(&self.fd, level, option, value)
    }

    /// Sends and receives on this device only.
    pub fn bind_to_device(&self, name: &[u8]) -> nix::Result<()> {
        sys::socket_option(&self.fd, libc::SOL_SOCKET, libc::SO_BINDTODEVICE, &[name, b"\0"].concat())
    }

    /// Sends from this address.
    pub fn bind(&self, address: &SocketAddr) -> nix::Result<()> {
        bind(self.fd.as_raw_fd(), &SockaddrStorage::from(*address))
    }

    /// Hears only what a ping is to hear, and of each message all there is to know.
    pub fn listen(&self) -> nix::Result<()> {
        if self.is_v4() {
            if self.raw {
                self.filter(&[0, 3, 4, 5, 11, 12])?;
            } else {
                self.set(libc::IPPROTO_IP, libc::IP_RECVTTL, 1)?;
            }
            return self.set(libc::IPPROTO_IP, libc::IP_RECVERR, 1);
        }
        self.set(libc::IPPROTO_IPV6, libc::IPV6_RECVERR, 1)?;
        if self.raw {
            // A set bit blocks its type.
            let mut blocked = [u32::MAX; 8];
            blocked[usize::from(super::icmp::REPLY[1] / 32)] &= !(1 << (super::icmp::REPLY[1] % 32));
            let blocked: Vec<u8> = blocked.iter().flat_map(|word| word.to_ne_bytes()).collect();
            sys::socket_option(&self.fd, libc::IPPROTO_ICMPV6, ICMPV6_FILTER, &blocked)?;
        }
        self.set(libc::IPPROTO_IPV6, libc::IPV6_RECVHOPLIMIT, 1)
    }

    /// Lets only these types of message in, on a raw IPv4 socket.
    pub fn filter(&self, kinds: &[u8]) -> nix::Result<()> {
        let blocked = !kinds.iter().fold(0_u32, |kinds, kind| kinds | 1 << kind);
        sys::socket_option(&self.fd, libc::SOL_RAW, ICMP_FILTER, &blocked.to_ne_bytes())
    }

    /// Sets what both families have, from the command line; `estimate` is what one probe takes of the kernel's memory.
    pub fn prepare(&self, asked: &Asked<'_>, estimate: i32) {
        let send = if asked.send_buffer == 0 { estimate } else { asked.send_buffer };
        let _ = self.set(libc::SOL_SOCKET, libc::SO_SNDBUF, send);
        let _ = self.set(libc::SOL_SOCKET, libc::SO_RCVBUF, estimate.saturating_mul(asked.preload).max(65536));
        if asked.debug {
            let _ = self.set(libc::SOL_SOCKET, libc::SO_DEBUG, 1);
        }
        if asked.dont_route {
            let _ = self.set(libc::SOL_SOCKET, libc::SO_DONTROUTE, 1);
        }
        if !asked.latency {
            let _ = self.set(libc::SOL_SOCKET, libc::SO_TIMESTAMP, 1);
        }
    }

    /// A buffer that holds any reply to a probe with `size` bytes of data.
    pub fn buffer(&self, size: usize) -> Vec<u8> {
        vec![0; size + if self.is_v4() { MORE } else { MORE6 }]
    }

    /// Sends a message.
    pub fn send(&self, message: &[u8], to: &SocketAddr) -> nix::Result<()> {
        // Addresses of raw IPv6 sockets have a protocol for a port, or none.
        sendto(self.fd.as_raw_fd(), message, &SockaddrStorage::from(*to), MsgFlags::empty()).map(drop)
    }

    /// Takes a message that has come in, if there is one. It is none of ours where nothing but a header fits in it.
    pub fn receive(&self, buffer: &mut [u8]) -> nix::Result<Option<Received>> {
        let mut control = [0; CONTROL];
        let mut slices = [IoSliceMut::new(buffer)];
        let got = recvmsg::<SockaddrStorage>(self.number(), &mut slices, Some(&mut control), MsgFlags::MSG_DONTWAIT)?;
        let (mut hops, mut at) = (None, None);
        for message in got.cmsgs().into_iter().flatten() {
            match message {
                ControlMessageOwned::ScmTimestamp(time) => at = Some(time.tv_sec() * 1_000_000 + time.tv_usec()),
                ControlMessageOwned::Ipv4Ttl(left) | ControlMessageOwned::Ipv6HopLimit(left) => hops = Some(left),
                _ => {}
            }
        }
        let (len, from) = (got.bytes, got.address.as_ref().and_then(sys::socket_address));
        let Some(from) = from else { return Ok(None) };
        let mut start = 0;
        if self.is_v4() && self.raw && len > 8 {
            start = usize::from(buffer[0] & 0xf) * 4;
            hops = Some(i32::from(buffer[8]));
        }
        if self.is_v4() && !self.raw && hops.is_none() {
            hops = Some(0);
        }
        let fits = len >= start + HEADER && (start == 0 || start >= 20);
        Ok(fits.then_some(Received { from, message: start..len, hops, at }))
    }

    /// Takes an error that has been reported, if there is one.
    pub fn receive_error(&self) -> nix::Result<Option<Reported>> {
        let (mut message, mut control) = ([0; HEADER], [0; CONTROL]);
        let mut slices = [IoSliceMut::new(&mut message)];
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let got = recvmsg::<SockaddrStorage>(self.number(), &mut slices, Some(&mut control), flags)?;
        let reported = got.cmsgs().into_iter().flatten().find_map(|message| match message {
            ControlMessageOwned::Ipv4RecvErr(error, from) => {
                let from = from.map(|from| Ipv4Addr::from(u32::from_be(from.sin_addr.s_addr)));
                Some((error, from.map(|from| SocketAddr::V4(SocketAddrV4::new(from, 0)))))
            }
            ControlMessageOwned::Ipv6RecvErr(error, from) => {
                let from = from
                    .map(|from| SocketAddrV6::new(Ipv6Addr::from(from.sin6_addr.s6_addr), 0, 0, from.sin6_scope_id));
                Some((error, from.map(SocketAddr::V6)))
            }
            _ => None,
        });
        let (len, to) = (got.bytes, got.address.as_ref().and_then(sys::socket_address));
        Ok(match (reported, to) {
            (Some((error, _)), _) if error.ee_origin == ORIGIN_LOCAL => {
                Some(Reported::Local { errno: error.ee_errno.cast_signed(), info: error.ee_info })
            }
            (Some((error, Some(from))), Some(to)) if len == HEADER => Some(Reported::Remote {
                from,
                to,
                message,
                kind: error.ee_type,
                code: error.ee_code,
                info: error.ee_info,
            }),
            _ => None,
        })
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// The way to a destination as the routing table has it, found with a socket of its own that sends nothing.
pub struct Way {
    socket: Socket,
}

impl Way {
    /// A way that is not yet chosen.
    pub fn new(family: AddressFamily) -> nix::Result<Self> {
        let fd = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
        Ok(Way { socket: Socket { fd, family, raw: false } })
    }

    /// The socket, to set what changes the way.
    pub fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Chooses the way to `to`.
    pub fn choose(&self, to: &SocketAddr) -> nix::Result<()> {
        let mut to = *to;
        // Any port will do but 0.
        to.set_port(1025);
        connect(self.socket.number(), &SockaddrStorage::from(to))
    }

    /// The address that packets on it come from.
    pub fn source(&self) -> nix::Result<Option<SocketAddr>> {
        let mut source = sys::socket_address(&getsockname::<SockaddrStorage>(self.socket.number())?);
        if let Some(source) = &mut source {
            source.set_port(0);
        }
        Ok(source)
    }
}
