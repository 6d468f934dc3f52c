//! `route add` and `route del`.
//!
//! The stock tool asks by ioctl(2); these are the netlink requests that the kernel makes of those.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::super::{host, networks};
use super::{REFUSED, UNKNOWN_HOST, USAGE};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::route::{Header, Metric, RouteRequest};
use crate::sys;
use crate::words::{number_u32, shown};

/// What the advertised segment size lacks of an MTU: the headers of IPv4 and TCP, in bytes.
const HEADERS: u32 = 40;

/// The summary of `route add`.
pub fn usage(inet6: bool) -> String {
    let family = if inet6 { " -6" } else { "" };
    let target = if inet6 { "TARGET[/BITS]" } else { "{-host|-net} TARGET[/BITS] [netmask MASK]" };
    let more = if inet6 { "" } else { " [mss BYTES] [window BYTES] [irtt MS]" };
    format!(
        "Usage: route{family} add {target} [gw GATEWAY] [metric NUMBER]{more} [[dev] DEV]\n       \
         route{family} add {target} [metric NUMBER] reject\n       \
         route{family} del {target} [gw GATEWAY] [metric NUMBER] [[dev] DEV]"
    )
}

fn wrong(inet6: bool) -> Error {
    Error::words(usage(inet6)).with_status(USAGE)
}

const MISMATCH: &str = "netmask doesn't match route address";

/// Something is wrong with a mask.
fn bad_mask(text: &str) -> Error {
    Error::words(format!("route: {text}\n{}", usage(false))).with_status(USAGE)
}

/// What the kernel refuses, in the stock tool's words.
fn refused(adds: bool, error: Error) -> Error {
    match error {
        Error::Netlink { error, .. } => failed(adds, error.errno().unwrap_or(libc::EINVAL)),
        other => other,
    }
}

fn failed(adds: bool, errno: i32) -> Error {
    let call = if adds { "SIOCADDRT" } else { "SIOCDELRT" };
    Error::local(format!("{call}: {}", sys::strerror(errno))).with_status(REFUSED)
}

/// Words behind the target.
#[derive(Default)]
struct More<'a> {
    gateway: Option<&'a [u8]>,
    netmask: Option<&'a [u8]>,
    metric: Option<u32>,
    mss: Option<u32>,
    window: Option<u32>,
    irtt: Option<u32>,
    reject: bool,
    device: Option<&'a [u8]>,
}

impl<'a> More<'a> {
    fn parse(words: &[&'a [u8]], inet6: bool) -> Result<More<'a>> {
        let mut more = More::default();
        let mut words = words.iter().copied().peekable();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| wrong(inet6));
            let begins_with_digit = |word: &&[u8]| word.first().is_some_and(u8::is_ascii_digit);
            match word {
                b"metric" => {
                    let word = Some(value()?).filter(begins_with_digit).ok_or_else(|| wrong(inet6))?;
                    more.metric = Some(leading_number(word));
                }
                b"gw" | b"gateway" if more.gateway.is_none() => more.gateway = Some(value()?),
                b"gw" | b"gateway" => return Err(wrong(inet6)),
                b"netmask" if !inet6 => more.netmask = Some(value()?),
                b"mss" | b"mtu" if !inet6 => more.mss = Some(limited("MSS/MTU", value()?, MSS)?),
                b"window" if !inet6 => more.window = Some(limited("window", value()?, WINDOW)?),
                b"irtt" if !inet6 => more.irtt = Some(leading_number(value()?)),
                b"reject" if !inet6 => more.reject = true,
                b"mod" | b"dyn" | b"reinstate" => {}
                b"device" | b"dev" => more.device = Some(value()?),
                // A device without a keyword is the last word.
                _ if words.peek().is_none() && (inet6 || more.device.is_none()) => more.device = Some(word),
                _ => return Err(wrong(inet6)),
            }
        }
        Ok(more)
    }
}

/// What `mss` and `window` may be, in bytes.
const MSS: RangeInclusive<u32> = 64..=65536;
const WINDOW: RangeInclusive<u32> = 128..=u32::MAX;

fn limited(what: &str, word: &[u8], range: RangeInclusive<u32>) -> Result<u32> {
    let invalid = || Error::words(format!("route: Invalid {what}.\n{}", usage(false))).with_status(USAGE);
    Some(leading_number(word)).filter(|value| range.contains(value)).ok_or_else(invalid)
}

/// The number that `word` begins with, 0 where it begins with none.
fn leading_number(word: &[u8]) -> u32 {
    let end = word.iter().position(|b| !b.is_ascii_digit()).unwrap_or(word.len());
    number_u32(&word[..end], 10).unwrap_or(0)
}

fn no_device() -> Error {
    Error::local(format!("SIOGIFINDEX: {}", sys::strerror(libc::ENODEV))).with_status(REFUSED)
}

/// `-net` and `-host` as they reach here, for they are no options.
pub const NET: &[u8] = b"#net";
/// See [`NET`].
pub const HOST: &[u8] = b"#host";

/// How a target was named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Host,
    Network,
    Either,
}

/// Adds or deletes an IPv4 route.
pub fn inet(ip: &mut Ip, adds: bool, words: &[&[u8]]) -> Result<()> {
    let (named, words) = match words {
        [HOST, rest @ ..] => (Named::Host, rest),
        [NET, rest @ ..] => (Named::Network, rest),
        all => (Named::Either, all),
    };
    let (target, rest) = words.split_first().ok_or_else(|| wrong(false))?;
    let (word, bits) = match target.iter().position(|&b| b == b'/') {
        Some(at) => (&target[..at], Some(&target[at + 1..])),
        None => (*target, None),
    };
    let unknown = |error: Error| error.with_status(UNKNOWN_HOST);
    let dst = if word == b"default" { [0; 4] } else { host(word).map_err(unknown)? };
    let more = More::parse(rest, false)?;
    // A length of nothing or 0 is as good as none.
    let mut mask = match bits {
        None | Some(b"") => None,
        Some(bits) => match number_u32(bits, 0).ok_or_else(|| wrong(false))? {
            0 => None,
            bits @ 1..=32 => Some(u32::MAX << (32 - bits)),
            _ => return Err(bad_mask(MISMATCH)),
        },
    };
    let is_masked = mask.is_some() || more.netmask.is_some();
    if let Some(word) = more.netmask {
        if mask.is_some() {
            return Err(wrong(false));
        }
        let netmask = u32::from_be_bytes(host(word).map_err(unknown)?);
        if netmask.leading_ones() + netmask.trailing_zeros() != 32 && netmask != 0 {
            return Err(bad_mask(&format!("bogus netmask {}", shown(word))));
        }
        mask = Some(netmask);
    }
    // Without -net, an address is a host's, but for those of networks by name and the default route.
    let is_network = || word == b"default" || networks().iter().any(|(_, name)| name.as_bytes() == word);
    let is_host = named == Named::Host || (named == Named::Either && !is_network());
    let is_whole = |mask: u32| mask == u32::MAX;
    let number = u32::from_be_bytes(dst);
    let mask = match mask {
        Some(mask) if is_host && !is_whole(mask) => {
            // What the mask leaves of a host's number, as the stock tool says it.
            let text = format!("netmask {:08x} doesn't make sense with host route", !mask);
            return Err(bad_mask(&text));
        }
        Some(mask) => mask,
        None if is_host => u32::MAX,
        None => 0,
    };
    if number & !mask != 0 {
        // Without a mask the stock tool asks for one of length 0, and it is the kernel that finds the fault.
        return Err(if is_masked { bad_mask(MISMATCH) } else { failed(adds, libc::EINVAL) });
    }
    let gateway = match more.gateway {
        Some(word) => Some(host(word).map_err(unknown)?),
        None => None,
    };
    let device = match more.device {
        Some(name) => Some(ip.view.links.index(name).ok_or_else(|| failed(adds, libc::ENODEV))?),
        None => None,
    };
    if adds && gateway == Some([0; 4]) {
        return Err(failed(adds, libc::EINVAL));
    }
    if adds && gateway.is_none() && device.is_none() && !more.reject {
        return Err(failed(adds, libc::ENODEV));
    }
    let universe = gateway.is_some() || more.reject;
    let header = Header {
        family: libc::AF_INET as u8,
        table: libc::RT_TABLE_MAIN,
        protocol: if adds { libc::RTPROT_BOOT } else { 0 },
        scope: match (adds, universe) {
            (false, _) => libc::RT_SCOPE_NOWHERE,
            (true, true) => libc::RT_SCOPE_UNIVERSE,
            (true, false) => libc::RT_SCOPE_LINK,
        },
        kind: match (adds, more.reject) {
            (_, true) => libc::RTN_UNREACHABLE,
            (true, false) => libc::RTN_UNICAST,
            (false, false) => 0,
        },
        ..Header::default()
    };
    let (kind, flags) = if adds { (Rtm::Newroute, NlmF::CREATE) } else { (Rtm::Delroute, NlmF::empty()) };
    let mut request = RouteRequest::new(kind, flags, header);
    request.dst(&dst, mask.leading_ones() as u8);
    if let Some(gateway) = gateway {
        request.gateway(libc::AF_INET as u8, &gateway);
    }
    if let Some(index) = device {
        request.oif(index);
    }
    if let Some(metric) = more.metric {
        request.priority(metric);
    }
    for (metric, value) in [
        (Metric::AdvMss, more.mss.map(|mtu| mtu.saturating_sub(HEADERS))),
        (Metric::Window, more.window),
        (Metric::Rtt, more.irtt.map(|ms| ms << 3)),
    ] {
        if let Some(value) = value.filter(|_| adds) {
            request.metric(0, metric, value);
        }
    }
    request.write_metrics();
    ip.ask(&mut request.finish()).map_err(|error| refused(adds, error))
}

/// Adds or deletes an IPv6 route.
pub fn inet6(ip: &mut Ip, adds: bool, words: &[&[u8]]) -> Result<()> {
    let (target, rest) = words.split_first().ok_or_else(|| wrong(true))?;
    let (dst, bits) = match *target {
        b"default" => ([0; 16], 0),
        target => {
            let (word, bits) = match target.iter().position(|&b| b == b'/') {
                Some(at) => (&target[..at], number_u32(&target[at + 1..], 10).filter(|bits| *bits <= 128)),
                None => (target, Some(128)),
            };
            (host6(word)?, bits.ok_or_else(|| wrong(true))? as u8)
        }
    };
    let more = More::parse(rest, true)?;
    let gateway = match more.gateway {
        Some(word) => Some(numeric6(word)?),
        None => None,
    };
    let device = match more.device {
        Some(name) => Some(ip.view.links.index(name).ok_or_else(no_device)?),
        None => None,
    };
    let header = Header {
        family: libc::AF_INET6 as u8,
        table: libc::RT_TABLE_MAIN,
        protocol: if adds { libc::RTPROT_BOOT } else { 0 },
        kind: if adds { libc::RTN_UNICAST } else { 0 },
        ..Header::default()
    };
    let (kind, flags) = if adds { (Rtm::Newroute, NlmF::CREATE | NlmF::EXCL) } else { (Rtm::Delroute, NlmF::empty()) };
    let mut request = RouteRequest::new(kind, flags, header);
    request.dst(&dst, bits);
    if let Some(gateway) = gateway {
        request.gateway(libc::AF_INET6 as u8, &gateway);
    }
    if let Some(index) = device {
        request.oif(index);
    }
    request.priority(more.metric.unwrap_or(1));
    ip.ask(&mut request.finish()).map_err(|error| refused(adds, error))
}

/// The IPv6 address of a host, by number or by the resolver.
fn host6(word: &[u8]) -> Result<[u8; 16]> {
    let name = String::from_utf8_lossy(word);
    let failed = |code: i32, why: &str| Error::local(format!("getaddrinfo: {name}: {code}\n{name}: {why}"));
    if Ipv4Addr::from_str(&name).is_ok() {
        return Err(failed(EAI_ADDRFAMILY, NO_RESOLVER_ERROR));
    }
    let found = (name.as_ref(), 0).to_socket_addrs();
    let temporary = found.as_ref().is_err_and(super::super::is_temporary);
    let found = found.ok().and_then(|mut all| {
        all.find_map(|address| match address.ip() {
            IpAddr::V6(address) => Some(address.octets()),
            IpAddr::V4(_) => None,
        })
    });
    found.ok_or_else(|| match temporary {
        true => failed(libc::EAI_AGAIN, "Host name lookup failure"),
        false => failed(libc::EAI_NONAME, "Unknown host"),
    })
}

/// `EAI_ADDRFAMILY` (`netdb.h`): the name has addresses, but none of this family.
const EAI_ADDRFAMILY: i32 = -9;

/// What the C library says of a failure that its old resolver had no part in.
const NO_RESOLVER_ERROR: &str = "Resolver Error 0 (no error)";

/// An IPv6 address by number: the stock tool takes no other gateway.
fn numeric6(word: &[u8]) -> Result<[u8; 16]> {
    let name = String::from_utf8_lossy(word);
    let unknown = |_| Error::local(format!("{name}: {NO_RESOLVER_ERROR}")).with_status(UNKNOWN_HOST);
    Ipv6Addr::from_str(&name).map(|address| address.octets()).map_err(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_the_target() {
        let words: Vec<&[u8]> = "gw 10.0.0.2 metric 5 mss 1400 e0".split(' ').map(str::as_bytes).collect();
        let more = More::parse(&words, false).ok().unwrap();
        assert_eq!((more.metric, more.mss, more.device), (Some(5), Some(1400), Some(&b"e0"[..])));
        for line in ["metric abc", "metric", "foo bar", "gw"] {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            assert_eq!(More::parse(&words, false).err().unwrap().status(), USAGE, "{line}");
        }
    }
}
