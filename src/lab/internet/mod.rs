//! The outside world of a lab: a namespace `internet` behind a veth `wan`, with a few hosts that answer.
//!
//! ```text
//! lab                              internet
//! wan 203.0.113.2 ──────────── eth0 203.0.113.1
//!     2001:db8::2                   2001:db8::1      lo: 8.8.8.8, 1.1.1.1, …
//! ```
//!
//! It knows no way back to private addresses, so that nobody behind the lab gets an answer without address translation.
//! The kernel answers ping; names and a page come from [`server`], a process of the lab that ends with it.

mod dns;
mod server;

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use nix::sys::socket::SockProtocol;

use super::network::{LOOPBACK, set_up};
use super::{because, errno, mounts};
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm, Socket};
use crate::rtnl::addr::{self, flag as ifa};
use crate::rtnl::link;
use crate::rtnl::route::{self, RouteRequest};
use crate::rtnl::uapi;
use crate::sys::{self, netns, process};
use server::Server;

/// The name of the namespace.
const NAME: &str = "internet";
/// The lab's device that leads there.
const WAN: &str = "wan";
/// The device at the other end.
const FAR: &str = "eth0";
/// The lab's addresses on the way there, with the lengths of their prefixes (RFC 5737, RFC 3849).
const HERE: [(IpAddr, u8); 2] =
    [(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 2)), 24), (IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2)), 64)];
/// The addresses at the other end.
const THERE: [(IpAddr, u8); 2] =
    [(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)), 24), (IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 64)];
/// The hosts that it holds, which have names as well as a page: those of two well-known resolvers.
const HOSTS: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8)),
    IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888)),
    IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111)),
];
/// What the lab asks for names.
const RESOLVER: &str = "nameserver 8.8.8.8\n";
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Makes it, with all that leads there.
pub fn build() -> Result<()> {
    netns::add(NAME.as_bytes(), netns::Source::New).map_err(failed)?;
    let there = netns::open(NAME.as_bytes()).map_err(|error| because("internet")(errno(&error)))?;
    let mut socket = open()?;
    join(&mut socket, &there)?;
    let wan = index(WAN)?;
    set_up(&mut socket, wan).map_err(failed)?;
    for (address, len) in usable(&HERE) {
        give(&mut socket, wan, address, len)?;
    }
    let server = netns::within(NAME.as_bytes(), furnish)?;
    for (address, _) in usable(&THERE) {
        lead_out(&mut socket, wan, address)?;
    }
    process::child(server, |server| {
        // Keys typed at the terminal are for the lab's own commands.
        let _ = nix::unistd::setsid();
        server.serve()
    })
    .map_err(because("fork"))?;
    name_resolver()
}

/// Gives the namespace that we are in its addresses, and gives out its services.
fn furnish() -> Result<Server> {
    let mut socket = open()?;
    set_up(&mut socket, LOOPBACK).map_err(failed)?;
    let far = index(FAR)?;
    set_up(&mut socket, far).map_err(failed)?;
    for (address, len) in usable(&THERE) {
        give(&mut socket, far, address, len)?;
    }
    let hosts = usable(&HOSTS.map(|host| (host, if host.is_ipv4() { 32 } else { 128 })));
    for (host, len) in &hosts {
        give(&mut socket, LOOPBACK, *host, *len)?;
    }
    Server::open(hosts.iter().map(|(host, _)| *host)).map_err(|error| because("server")(errno(&error)))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::local(format!("lab: internet: {error}"))
}

fn open() -> Result<Socket> {
    Socket::open(SockProtocol::NetlinkRoute).map_err(failed)
}

fn index(name: &str) -> Result<u32> {
    sys::device_index(name.as_bytes()).ok_or_else(|| failed(format!("there is no device {name}")))
}

/// Those of the addresses that the kernel can have: it may be without IPv6.
fn usable(addresses: &[(IpAddr, u8)]) -> Vec<(IpAddr, u8)> {
    let has_ipv6 = Path::new("/proc/sys/net/ipv6").exists();
    addresses.iter().copied().filter(|(address, _)| has_ipv6 || address.is_ipv4()).collect()
}

/// Joins the lab to the namespace `there`: a pair of devices.
fn join(socket: &mut Socket, there: &OwnedFd) -> Result<()> {
    let mut request = link::request(Rtm::Newlink, NlmF::CREATE | NlmF::EXCL);
    request.string(uapi::IFLA_IFNAME as u16, WAN.as_bytes());
    request.nest(uapi::IFLA_LINKINFO as u16, |request| {
        request.attr(uapi::IFLA_INFO_KIND as u16, b"veth");
        request.nest(uapi::IFLA_INFO_DATA as u16, |request| {
            request.nest(crate::kinds::VETH_INFO_PEER, |request| {
                request.raw(&link::Header::default().encode()).string(uapi::IFLA_IFNAME as u16, FAR.as_bytes());
                request.u32(uapi::IFLA_NET_NS_FD as u16, there.as_raw_fd().cast_unsigned());
            });
        });
    });
    socket.ask(&mut request).map(drop).map_err(failed)
}

fn bytes(address: IpAddr) -> (i32, Vec<u8>) {
    match address {
        IpAddr::V4(address) => (libc::AF_INET, address.octets().to_vec()),
        IpAddr::V6(address) => (libc::AF_INET6, address.octets().to_vec()),
    }
}

/// Gives a device an address, at once: nobody else can have it.
fn give(socket: &mut Socket, index: u32, address: IpAddr, prefix_len: u8) -> Result<()> {
    let (family, bytes) = bytes(address);
    let spec = addr::Spec {
        header: addr::Header { family: family as u8, prefix_len, index, ..addr::Header::default() },
        local: Some((&bytes, 0)),
        address: Some((&bytes, 0)),
        flags: if address.is_ipv6() { ifa::NODAD } else { 0 },
        ..addr::Spec::default()
    };
    socket.ask(&mut spec.encode(Rtm::Newaddr, NlmF::CREATE | NlmF::EXCL)).map(drop).map_err(failed)
}

/// Adds a default route.
fn lead_out(socket: &mut Socket, index: u32, gateway: IpAddr) -> Result<()> {
    let (family, bytes) = bytes(gateway);
    let header = route::Header {
        family: family as u8,
        table: uapi::rt_class_t::RT_TABLE_MAIN as u8,
        protocol: uapi::RTPROT_BOOT as u8,
        kind: uapi::RTN_UNICAST as u8,
        ..route::Header::default()
    };
    let mut request = RouteRequest::new(Rtm::Newroute, NlmF::CREATE | NlmF::EXCL, header);
    request.gateway(family as u8, &bytes);
    request.oif(index);
    socket.ask(&mut request.finish()).map(drop).map_err(failed)
}

/// Lets the lab's programs ask the resolver there. Where they can read no such file there is nothing to cover, and a link
/// into `/run`, which the lab has covered, leads to a file of its own.
fn name_resolver() -> Result<()> {
    let file = format!("{}/resolv.conf", mounts::DIR);
    let write = |path: &Path| fs::write(path, RESOLVER).map_err(|error| because("resolv.conf")(errno(&error)));
    let Ok(link) = fs::read_link(RESOLV_CONF) else {
        if Path::new(RESOLV_CONF).exists() {
            write(Path::new(&file))?;
            mounts::bind(&file, RESOLV_CONF).map_err(because("mount of /etc/resolv.conf"))?;
        }
        return Ok(());
    };
    let target = Path::new("/etc").join(link);
    if target.exists() {
        write(Path::new(&file))?;
        return mounts::bind(&file, RESOLV_CONF).map_err(because("mount of /etc/resolv.conf"));
    }
    if let Some(directory) = target.parent() {
        let _ = fs::create_dir_all(directory);
    }
    // A link that leads nowhere else either was of no use before.
    let _ = write(&target);
    Ok(())
}
