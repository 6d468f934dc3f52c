//! `route add` and `route del`, asked by ioctl(2) as the stock tool does: netlink has no words for some of what that means.

use std::net::{Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::super::{First, Meaning, NO_RESOLVER_ERROR, device_field, meaning, of_host, resolver_words};
use super::families::Action;
use super::{Asked, REFUSED, UNKNOWN_HOST, USAGE};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::sys::{self, Change, Inet6Route, InetRoute};
use crate::words::{atoi, leading_number, shown};

/// `RTF_*` (`linux/route.h`).
mod flag {
    pub const UP: u16 = 0x0001;
    pub const GATEWAY: u16 = 0x0002;
    pub const HOST: u16 = 0x0004;
    pub const REINSTATE: u16 = 0x0008;
    pub const DYNAMIC: u16 = 0x0010;
    pub const MODIFIED: u16 = 0x0020;
    pub const MTU: u16 = 0x0040;
    pub const WINDOW: u16 = 0x0080;
    pub const IRTT: u16 = 0x0100;
    pub const REJECT: u16 = 0x0200;
}

/// The summary of `route add`.
fn usage(inet6: bool) -> String {
    let family = if inet6 { " -6" } else { "" };
    let target = if inet6 { "TARGET[/BITS]" } else { "{-host|-net} TARGET[/BITS] [netmask MASK]" };
    let more = if inet6 { "" } else { " [mss BYTES] [window BYTES] [irtt MS]" };
    let reject =
        if inet6 { String::new() } else { format!("route{family} add {target} [metric NUMBER] reject\n       ") };
    format!(
        "Usage: route{family} add {target} [gw GATEWAY] [metric NUMBER]{more} [[dev] DEV]\n       {reject}\
         route{family} del {target} [gw GATEWAY] [metric NUMBER] [[dev] DEV]"
    )
}

/// What is said of IPv4 words that make no sense, and why if there is more to say than the summary.
fn wrong(why: &str) -> Error {
    let why = if why.is_empty() { String::new() } else { format!("{why}\n") };
    Error::words(why + &usage(false)).with_status(USAGE)
}

fn wrong6() -> Error {
    Error::words(usage(true)).with_status(USAGE)
}

/// What the kernel refuses, in the stock tool's words.
fn refused(call: &str, errno: nix::errno::Errno) -> Error {
    Error::local(format!("{call}: {}", sys::strerror(errno as i32))).with_status(REFUSED)
}

fn call(change: Change) -> &'static str {
    if change == Change::Add { "SIOCADDRT" } else { "SIOCDELRT" }
}

/// What `mss` may be, in bytes.
const MSS: RangeInclusive<i32> = 64..=65536;

/// `-net` and `-host` as they reach here, for they are no options.
pub const NET: &[u8] = b"#net";
/// See [`NET`].
pub const HOST: &[u8] = b"#host";

/// The mask of a length as the stock tool reads it: of the number, which may begin with `-`, the lower five bits count,
/// so that 32 is as good as none.
fn mask_of_length(word: &[u8]) -> Option<u32> {
    let bits = match leading_number(word, 0) {
        _ if word.is_empty() => 0,
        Some((bits, b"")) => bits as u32,
        _ => return None,
    };
    Some(!u32::MAX.wrapping_shr(bits))
}

/// Adds or deletes an IPv4 route.
pub fn inet(ip: &mut Ip, asked: &Asked, action: Action, words: &[&[u8]]) -> Result<()> {
    let change = match action {
        Action::Flush => return Err(wrong("Flushing `inet' routing table not supported")),
        _ if asked.cache => return Err(wrong("Modifying `inet' routing cache not supported")),
        Action::Add if !words.is_empty() => Change::Add,
        Action::Delete if !words.is_empty() => Change::Delete,
        _ => {
            ip.view.out.text(usage(false));
            ip.view.out.text("\n");
            return Ok(());
        }
    };
    let (named, words) = match words {
        [HOST, rest @ ..] => (Some(First::Host), rest),
        [NET, rest @ ..] => (Some(First::Network), rest),
        all => (None, all),
    };
    let (target, rest) = words.split_first().ok_or_else(|| wrong(""))?;
    let mut parts = target.splitn(2, |&b| b == b'/');
    let word = parts.next().unwrap_or_default();
    let mask = match parts.next() {
        Some(length) => Some(mask_of_length(length).ok_or_else(|| wrong(""))?),
        None => None,
    };
    let unknown = |error: Error| error.with_status(UNKNOWN_HOST);
    let found =
        meaning(word, if named == Some(First::Host) { First::Host } else { First::Network }).map_err(unknown)?;
    let is_network = named.map_or(matches!(found, Meaning::Network(_)), |named| named == First::Network);
    let mut route = InetRoute {
        dst: found.address(),
        mask: mask.map(u32::to_be_bytes),
        flags: if is_network { flag::UP } else { flag::UP | flag::HOST },
        ..InetRoute::default()
    };
    let netmask = read_inet(&mut route, rest)?.unwrap_or_default();
    if route.flags & flag::REJECT != 0 && route.device.is_none() {
        route.device = Some(device_field(b"lo"));
    }
    check_mask(&route, netmask)?;
    let fd = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None);
    let fd = fd.map_err(|errno| refused("socket", errno))?;
    sys::change_inet(&fd, change, &route).map_err(|errno| refused(call(change), errno))
}

/// Reads the words behind an IPv4 target into `route`, and gives that for its mask, if there is one.
fn read_inet<'a>(route: &mut InetRoute, words: &[&'a [u8]]) -> Result<Option<&'a [u8]>> {
    let unknown = |error: Error| error.with_status(UNKNOWN_HOST);
    let mut netmask = None;
    let mut words = words.iter().copied().peekable();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| wrong(""));
        match word {
            b"metric" => {
                let word = value()?;
                if !word.first().is_some_and(u8::is_ascii_digit) {
                    return Err(wrong(""));
                }
                route.metric = atoi(word).wrapping_add(1) as i16;
            }
            b"netmask" => {
                let word = value()?;
                if route.mask.is_some_and(|mask| mask != [0; 4]) {
                    return Err(wrong(""));
                }
                netmask = Some(word);
                route.mask = Some(meaning(word, First::Network).map_err(unknown)?.address());
            }
            b"gw" | b"gateway" => {
                let word = value()?;
                if route.gateway.is_some() {
                    return Err(wrong(""));
                }
                match meaning(word, First::Host).map_err(unknown)? {
                    Meaning::Host(address) => route.gateway = Some(address),
                    Meaning::Network(_) => {
                        return Err(wrong(&format!("route: {}: cannot use a NETWORK as gateway!", shown(word))));
                    }
                }
                route.flags |= flag::GATEWAY;
            }
            b"mss" | b"mtu" => {
                let mss = Some(atoi(value()?)).filter(|mss| MSS.contains(mss));
                route.mtu = mss.ok_or_else(|| wrong("route: Invalid MSS/MTU."))? as libc::c_ulong;
                route.flags |= flag::MTU;
            }
            b"window" => {
                // A negative one is a large one.
                let window = Some(atoi(value()?)).filter(|window| !(0..128).contains(window));
                route.window = window.ok_or_else(|| wrong("route: Invalid window."))? as libc::c_ulong;
                route.flags |= flag::WINDOW;
            }
            b"irtt" => {
                route.irtt = atoi(value()?) as u16;
                route.flags |= flag::IRTT;
            }
            b"reject" => route.flags |= flag::REJECT,
            b"mod" => route.flags |= flag::MODIFIED,
            b"dyn" => route.flags |= flag::DYNAMIC,
            b"reinstate" => route.flags |= flag::REINSTATE,
            _ if route.device.is_some() => return Err(wrong("")),
            b"device" | b"dev" => route.device = Some(device_field(value()?)),
            // A device without a keyword is the last word.
            word if words.peek().is_none() => route.device = Some(device_field(word)),
            _ => return Err(wrong("")),
        }
    }
    Ok(netmask)
}

/// Whether the mask of a route, `netmask` in the user's words, can be its.
fn check_mask(route: &InetRoute, netmask: &[u8]) -> Result<()> {
    let mask = route.mask.map_or(0, u32::from_be_bytes);
    if mask == 0 {
        return Ok(());
    }
    if route.flags & flag::HOST != 0 {
        return Err(wrong(&format!("route: netmask {:08x} doesn't make sense with host route", !mask)));
    }
    if !mask & (!mask).wrapping_add(1) != 0 {
        return Err(wrong(&format!("route: bogus netmask {}", shown(netmask))));
    }
    if u32::from_be_bytes(route.dst) & !mask != 0 {
        return Err(wrong("route: netmask doesn't match route address"));
    }
    Ok(())
}

/// Adds or deletes an IPv6 route.
pub fn inet6(ip: &mut Ip, _: &Asked, action: Action, words: &[&[u8]]) -> Result<()> {
    let change = match action {
        Action::Flush => {
            let text = format!("Flushing `inet6' routing table not supported\n{}", usage(true));
            return Err(Error::words(text).with_status(USAGE));
        }
        Action::Help => {
            ip.view.out.text(usage(true));
            ip.view.out.text("\n");
            return Ok(());
        }
        Action::Add => Change::Add,
        Action::Delete => Change::Delete,
    };
    let (target, rest) = words.split_first().ok_or_else(wrong6)?;
    let (dst, dst_len) = match *target {
        b"default" => ([0; 16], 0),
        target => {
            let mut parts = target.splitn(2, |&b| b == b'/');
            let word = parts.next().unwrap_or_default();
            let bits = u16::try_from(parts.next().map_or(128, atoi)).ok().filter(|bits| *bits <= 128);
            let bits = bits.ok_or_else(wrong6)?;
            (host6(word)?, bits)
        }
    };
    let flags = if dst_len == 128 { flag::UP | flag::HOST } else { flag::UP };
    let mut route = Inet6Route { dst, dst_len, metric: 1, flags: flags.into(), ..Inet6Route::default() };
    let device = read_inet6(&mut route, rest)?;
    let fd = socket(AddressFamily::Inet6, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None);
    let fd = fd.map_err(|errno| refused("socket", errno))?;
    if let Some(name) = device {
        let index = sys::if_index(&fd, &name[..name.len().min(15)]).and_then(|index| index.try_into().ok());
        route.index = index.ok_or_else(|| refused("SIOGIFINDEX", nix::errno::Errno::ENODEV))?;
    }
    sys::change_inet6(&fd, change, &route).map_err(|errno| refused(call(change), errno))
}

/// Reads the words behind an IPv6 target into `route`, and gives the last device among them.
fn read_inet6<'a>(route: &mut Inet6Route, words: &[&'a [u8]]) -> Result<Option<&'a [u8]>> {
    let mut device = None;
    let mut words = words.iter().copied().peekable();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(wrong6);
        match word {
            b"metric" => {
                let word = Some(value()?).filter(|word| word.first().is_some_and(u8::is_ascii_digit));
                route.metric = atoi(word.ok_or_else(wrong6)?).cast_unsigned();
            }
            b"gw" | b"gateway" => {
                let word = value()?;
                if route.flags & u32::from(flag::GATEWAY) != 0 {
                    return Err(wrong6());
                }
                route.gateway = numeric6(word)?;
                route.flags |= u32::from(flag::GATEWAY);
            }
            b"mod" => route.flags |= u32::from(flag::MODIFIED),
            b"dyn" => route.flags |= u32::from(flag::DYNAMIC),
            b"device" | b"dev" => device = Some(value()?),
            word if words.peek().is_none() => device = Some(word),
            _ => return Err(wrong6()),
        }
    }
    Ok(device)
}

/// The IPv6 address of a host, by number or by the resolver.
fn host6(word: &[u8]) -> Result<[u8; 16]> {
    if let Some(address) = std::str::from_utf8(word).ok().and_then(|text| Ipv6Addr::from_str(text).ok()) {
        return Ok(address.octets());
    }
    let found = sys::host_addresses(word, libc::AF_INET6, 0);
    let code = found.as_ref().map_or_else(|why| why.0, |_| libc::EAI_NONAME);
    let mut addresses = found.unwrap_or_default().addresses.into_iter();
    let address = addresses.find_map(|address| match address {
        SocketAddr::V6(address) => Some(address.ip().octets()),
        SocketAddr::V4(_) => None,
    });
    address.ok_or_else(|| {
        let why = if word.is_empty() { "Unknown server error" } else { resolver_words(code) };
        Error::local(format!("getaddrinfo: {}: {code}\n{}", shown(word), of_host(word, why)))
    })
}

/// An IPv6 address by number: the stock tool takes no other gateway.
fn numeric6(word: &[u8]) -> Result<[u8; 16]> {
    let address = std::str::from_utf8(word).ok().and_then(|text| Ipv6Addr::from_str(text).ok());
    let unknown = || of_host(word, NO_RESOLVER_ERROR).with_status(UNKNOWN_HOST);
    address.map(|address| address.octets()).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_the_target() {
        let read = |line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            let mut route = InetRoute::default();
            read_inet(&mut route, &words).map(|_| route).map_err(|error| error.status())
        };
        let route = read("gw 10.0.0.2 metric 5 mss 1400 window -1 e0").unwrap();
        assert_eq!((route.metric, route.mtu, route.window), (6, 1400, libc::c_ulong::MAX));
        assert_eq!((route.gateway, route.device), (Some([10, 0, 0, 2]), Some(device_field(b"e0"))));
        assert_eq!(read("metric 40000").unwrap().metric, -25535);
        for line in ["metric abc", "metric", "foo bar", "gw", "dev a dev b", "gw default", "mss 63", "window 127"] {
            assert_eq!(read(line).err(), Some(USAGE), "{line}");
        }
    }

    #[test]
    fn lengths_as_the_stock_tool_shifts_them() {
        for (word, mask) in [
            ("24", Some(0xffff_ff00)),
            ("0x18", Some(0xffff_ff00)),
            ("32", Some(0)),
            ("", Some(0)),
            ("-1", Some(0xffff_fffe)),
            ("40", Some(0xff00_0000)),
            ("x", None),
            ("24x", None),
        ] {
            assert_eq!(mask_of_length(word.as_bytes()), mask, "{word}");
        }
    }
}
