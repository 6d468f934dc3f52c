//! `ip route add` and the other verbs that change a route.

use super::filter::Filter;
use super::{Lookup, encap, show, usage, vrf_table};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::route::{Header, Metric, Route, RouteRequest};
use crate::rtnl::uapi::{self, rt_class_t, rt_scope_t, rtattr_type_t};
use crate::sys::names::Kind;
use crate::words::keyword::{self, Keyword};
use crate::words::named;
use crate::words::prefix::{self, Address};
use crate::words::{Words, garbage, leading_number, matches, no_device, number_u32, shown, wrong};

/// Adds a route.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Newroute, NlmF::CREATE | NlmF::EXCL)
}

/// Changes a route.
pub fn change(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Newroute, NlmF::REPLACE)
}

/// Changes a route, or adds it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Newroute, NlmF::CREATE | NlmF::REPLACE)
}

/// Adds a route before those to the same destination.
pub fn prepend(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Newroute, NlmF::CREATE)
}

/// Adds a route behind those to the same destination.
pub fn append(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Newroute, NlmF::CREATE | NlmF::APPEND)
}

/// Asks whether a route is there.
pub fn test(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Newroute, NlmF::EXCL)
}

/// Deletes a route.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, Rtm::Delroute, NlmF::empty())
}

fn run(ip: &mut Ip, words: Words<'_>, kind: Rtm, flags: NlmF) -> Result<()> {
    let mut edit = Edit::new(kind, flags, ip.view.options.family, Lookup::borrow(&mut ip.view));
    let parsed = edit.read(words);
    let Edit { lookup, request, vrf, .. } = edit;
    lookup.give_back(&mut ip.view);
    // A VRF that is none is found out before what stands behind it is read.
    let table = vrf.map(|(name, counts)| vrf_table(ip, &name).map(|table| (table, counts))).transpose()?;
    parsed?;
    let mut request = request;
    if let Some((table, true)) = table {
        request.table(table);
    }
    let mut request = request.finish();
    if !ip.view.options.echo {
        return ip.change(&mut request);
    }
    request.add_flags(NlmF::ECHO);
    let filter = Filter::all();
    ip.ask_with(&mut request, |view, message| {
        if let Some(route) = Route::decode(message) {
            if view.options.json {
                view.out.begin_json(view.options.pretty);
            }
            show::route(view, &filter, &route);
            view.out.end_json();
        }
    })
}

/// A route in the making.
pub(super) struct Edit {
    lookup: Lookup,
    request: RouteRequest,
    kind: Rtm,
    dst: bool,
    gateway: bool,
    nexthop_id: bool,
    several: bool,
    type_given: bool,
    table_given: bool,
    scope_given: bool,
    /// The number of the word that names the device.
    device: Option<usize>,
    /// The name of the VRF, and whether no other table has been named behind it.
    vrf: Option<(Vec<u8>, bool)>,
    hop: Hop,
}

/// What the header of one of several next hops holds.
#[derive(Default)]
struct Hop {
    flags: u8,
    hops: u8,
    ifindex: u32,
}

/// The words that make up a route, in the order in which an abbreviation is looked up.
pub(super) const KEYWORDS: &[Keyword<Edit>] = &[
    Keyword::exact("src", "ADDRESS", "the source address of packets that this host sends", |e, words| {
        let address = e.address(words)?;
        e.request.prefsrc(address.bytes());
        Ok(())
    }),
    Keyword::exact("as", "[ to ] LABELS", "MPLS: the labels that take the place of the destination's", |e, words| {
        let address = e.labels(words)?;
        e.family(address.family);
        Ok(())
    }),
    Keyword::exact("via", "[ FAMILY ] ADDRESS", "the next hop", |e, words| {
        if e.gateway {
            return Err(wrong("use nexthop syntax to specify multiple via\n", words.current()));
        }
        e.gateway = true;
        e.via(words)
    }),
    Keyword::exact("dev", "DEV", "the device that packets leave by", Edit::device),
    Keyword::exact("oif", "DEV", "", Edit::device),
    Keyword::exact("from", "PREFIX", "only packets from PREFIX", |e, words| {
        let prefix = prefix::prefix(words.require()?, e.request.header.family)?;
        e.family(prefix.address.family);
        e.request.word(words.place() - 1).src(prefix.address.bytes(), prefix.bits);
        Ok(())
    }),
    Keyword::exact("tos", "TOS", "only packets with this TOS", Edit::tos),
    Keyword::new("dsfield", "TOS", "", Edit::tos),
    Keyword::exact("expires", "SECONDS", "how long the route lives", |e, words| {
        let seconds = number(words, "expires")?;
        e.request.word(words.place() - 1).expires(seconds);
        Ok(())
    }),
    Keyword::new(
        "metric",
        "NUMBER",
        "of routes to one destination the one with the least metric is taken",
        Edit::metric,
    ),
    Keyword::new("priority", "NUMBER", "", Edit::metric),
    Keyword::exact("preference", "NUMBER", "", Edit::metric),
    Keyword::exact("scope", "SCOPE", "how far the destination is: host, link, global", |e, words| {
        let word = words.require()?;
        let scope = named::byte(&mut e.lookup.names, Kind::Scope, word);
        e.request.header.scope = scope.ok_or_else(|| wrong("invalid \"scope\" value\n", word))?;
        e.scope_given = true;
        Ok(())
    }),
    Keyword::exact("mtu", "[ lock ] BYTES", "the path's MTU; locked, it is not probed", |e, words| {
        e.known(words, Metric::Mtu, "mtu")
    }),
    Keyword::exact("hoplimit", "[ lock ] NUMBER", "the hop limit of packets, at most 255", |e, words| {
        e.lockable(words, Metric::HopLimit);
        let limit = number(words, "hoplimit")?;
        match limit {
            0..=255 => e.set(words, Metric::HopLimit, limit),
            _ => Err(invalid("hoplimit", words.current())),
        }
    }),
    Keyword::exact("advmss", "[ lock ] BYTES", "the segment size that TCP tells the peer", |e, words| {
        e.lockable(words, Metric::AdvMss);
        let size = number(words, "mss")?;
        e.set(words, Metric::AdvMss, size)
    }),
    Keyword::new("reordering", "[ lock ] PACKETS", "how much reordering TCP expects", |e, words| {
        e.known(words, Metric::Reordering, "reordering")
    }),
    Keyword::exact(
        "rtt",
        "[ lock ] TIME",
        "the round trip time: ms, s, or eighths of ms without a unit",
        |e, words| {
            e.lockable(words, Metric::Rtt);
            let (time, raw) = time(words, "rtt")?;
            e.set(words, Metric::Rtt, if raw { time } else { time.wrapping_mul(8) })
        },
    ),
    Keyword::exact("rto_min", "TIME", "the least time before TCP sends again, in ms without a unit", |e, words| {
        e.request.lock(Metric::RtoMin);
        let (time, _) = time(words, "rto_min")?;
        e.set(words, Metric::RtoMin, time)
    }),
    Keyword::new("window", "[ lock ] BYTES", "the greatest window that TCP announces", |e, words| {
        e.known(words, Metric::Window, "window")
    }),
    Keyword::new("cwnd", "[ lock ] PACKETS", "the greatest congestion window", |e, words| {
        e.known(words, Metric::Cwnd, "cwnd")
    }),
    Keyword::new("initcwnd", "[ lock ] PACKETS", "the congestion window of a new connection", |e, words| {
        e.known(words, Metric::InitCwnd, "initcwnd")
    }),
    Keyword::new("initrwnd", "[ lock ] PACKETS", "the receive window of a new connection", |e, words| {
        e.known(words, Metric::InitRwnd, "initrwnd")
    }),
    Keyword::new("features", "ecn | tcp_usec_ts", "what TCP does on this route", Edit::features),
    Keyword::new("quickack", "0 | 1", "whether TCP acknowledges at once", |e, words| {
        e.switch(words, Metric::QuickAck, "quickack")
    }),
    Keyword::new("congctl", "[ lock ] NAME", "the congestion control algorithm", |e, words| {
        e.lockable(words, Metric::Congestion);
        let name = words.require()?;
        e.request.congestion(words.place() - 1, name);
        Ok(())
    }),
    Keyword::new(
        "rttvar",
        "[ lock ] TIME",
        "the variance of the round trip time, in quarters of ms without a unit",
        |e, words| {
            e.lockable(words, Metric::RttVar);
            let (time, raw) = time(words, "rttvar")?;
            e.set(words, Metric::RttVar, if raw { time } else { time.wrapping_mul(4) })
        },
    ),
    Keyword::new("ssthresh", "[ lock ] PACKETS", "where slow start ends", |e, words| {
        e.known(words, Metric::SsThresh, "ssthresh")
    }),
    Keyword::new("realms", "[ REALM/ ]REALM", "the realms of its packets", Edit::realms),
    Keyword::exact("onlink", "", "the next hop is on the link, whatever the addresses say", |e, _| {
        e.request.header.flags |= uapi::RTNH_F_ONLINK;
        Ok(())
    }),
    Keyword::exact("nexthop", "NEXTHOP", "several next hops: via, dev, weight, onlink, realms, encap, as", |e, _| {
        e.several = true;
        Ok(())
    }),
    Keyword::exact("nhid", "ID", "the nexthop object to go by", |e, words| {
        let id = number(words, "id")?;
        e.nexthop_id = id != 0;
        e.request.word(words.place() - 1).nexthop_id(id);
        Ok(())
    }),
    Keyword::new("protocol", "RTPROTO", "who made the route: kernel, boot, static", |e, words| {
        let word = words.require()?;
        let protocol = named::byte(&mut e.lookup.names, Kind::Protocol, word);
        e.request.header.protocol = protocol.ok_or_else(|| invalid("protocol", word))?;
        Ok(())
    }),
    Keyword::new("table", "TABLE", "the table: main, local, default or a number", |e, words| {
        let word = words.require()?;
        let table = named::number(&mut e.lookup.names, Kind::Table, word).ok_or_else(|| invalid("table", word))?;
        e.request.word(words.place() - 1).table(table);
        e.table_given = true;
        if let Some((_, counts)) = &mut e.vrf {
            *counts = false;
        }
        Ok(())
    }),
    Keyword::new("vrf", "NAME", "the table of a VRF", |e, words| {
        e.vrf = Some((words.require()?.to_vec(), true));
        e.table_given = true;
        Ok(())
    }),
    Keyword::new("pref", "low | medium | high", "IPv6: which of several routers is preferred", |e, words| {
        let word = words.require()?;
        let value = match word {
            b"low" => 3,
            b"medium" => 0,
            b"high" => 1,
            _ => number_u32(word, 0).and_then(|value| value.try_into().ok()).ok_or_else(|| invalid("pref", word))?,
        };
        e.request.word(words.place() - 1).preference(value);
        Ok(())
    }),
    Keyword::exact(
        "encap",
        "KIND ARGUMENTS",
        "how packets are wrapped: mpls, ip, ip6, seg6, seg6local, xfrm",
        |e, words| e.encap(words),
    ),
    Keyword::exact(
        "ttl-propagate",
        "enabled | disabled",
        "MPLS: whether the TTL goes from label to packet",
        |e, words| {
            let word = words.require()?;
            let on = match word {
                _ if matches(word, "enabled") => true,
                _ if matches(word, "disabled") => false,
                _ => return Err(invalid("ttl-propagate", word)),
            };
            e.request.word(words.place() - 1).ttl_propagate(on);
            Ok(())
        },
    ),
    Keyword::new("fastopen_no_cookie", "0 | 1", "whether TCP Fast Open works without cookies", |e, words| {
        e.switch(words, Metric::FastopenNoCookie, "fastopen_no_cookie")
    }),
];

/// The words that make up one of several next hops.
const HOP: &[Keyword<Edit>] = &[
    Keyword::exact("via", "[ FAMILY ] ADDRESS", "its address", |e, words| e.via(words)),
    Keyword::exact("dev", "DEV", "its device", |e, words| {
        let name = words.require()?;
        let lost = || Error::words(format!("{}\nError: cannot parse nexthop", no_device(name)));
        e.hop.ifindex = e.lookup.links.index(name).ok_or_else(lost)?;
        Ok(())
    }),
    Keyword::exact("weight", "NUMBER", "its share of the packets, 1 to 256", |e, words| {
        let word = words.require()?;
        let weight = number_u32(word, 0).and_then(|weight| u8::try_from(weight.checked_sub(1)?).ok());
        e.hop.hops = weight.ok_or_else(|| wrong("\"weight\" is invalid\n", word))?;
        Ok(())
    }),
    Keyword::exact("onlink", "", "it is on the link, whatever the addresses say", |e, _| {
        e.hop.flags |= uapi::RTNH_F_ONLINK as u8;
        Ok(())
    }),
    Keyword::new("realms", "[ REALM/ ]REALM", "the realms of its packets", Edit::realms),
    Keyword::exact("encap", "KIND ARGUMENTS", "how its packets are wrapped", |e, words| e.encap(words)),
    Keyword::exact("as", "[ to ] LABELS", "MPLS: the labels of its packets", |e, words| e.labels(words).map(drop)),
];

fn invalid(what: &str, word: &[u8]) -> Error {
    wrong(&format!("\"{what}\" value is invalid\n"), word)
}

fn number(words: &mut Words<'_>, what: &str) -> Result<u32> {
    let word = words.require()?;
    number_u32(word, 0).ok_or_else(|| invalid(what, word))
}

/// Reads a time in milliseconds, and whether it had no unit: `200ms`, `1.5s`, `300`. Parts of one are rounded up.
fn time(words: &mut Words<'_>, what: &str) -> Result<(u32, bool)> {
    let word = words.require()?;
    duration(word).ok_or_else(|| invalid(what, word))
}

fn duration(word: &[u8]) -> Option<(u32, bool)> {
    let (value, unit) = match word.contains(&b'.') {
        true => {
            let end = word.iter().position(|b| !matches!(b, b'0'..=b'9' | b'.')).unwrap_or(word.len());
            let value: f64 = std::str::from_utf8(&word[..end]).ok()?.parse().ok()?;
            (value, &word[end..])
        }
        false => {
            // What is too long for 64 bits is no number.
            let (value, unit) = leading_number(word, 0).filter(|(value, _)| *value != u64::MAX)?;
            (value as f64, unit)
        }
    };
    let unit = unit.to_ascii_lowercase();
    let factor = match unit.as_slice() {
        b"" | b"ms" | b"msec" | b"msecs" => 1.0,
        b"s" | b"sec" | b"secs" => 1000.0,
        _ => return None,
    };
    Some(((value * factor).ceil() as u32, unit.is_empty()))
}

impl Edit {
    fn new(kind: Rtm, flags: NlmF, family: u8, lookup: Lookup) -> Self {
        let deleted = kind == Rtm::Delroute;
        let scope = if deleted { rt_scope_t::RT_SCOPE_NOWHERE } else { rt_scope_t::RT_SCOPE_UNIVERSE };
        let header = Header {
            family,
            table: rt_class_t::RT_TABLE_MAIN as u8,
            scope: scope as u8,
            protocol: if deleted { 0 } else { uapi::RTPROT_BOOT as u8 },
            kind: if deleted { 0 } else { uapi::RTN_UNICAST as u8 },
            ..Header::default()
        };
        Edit {
            lookup,
            request: RouteRequest::new(kind, flags, header),
            kind,
            dst: false,
            gateway: false,
            nexthop_id: false,
            several: false,
            type_given: false,
            table_given: false,
            scope_given: false,
            device: None,
            vrf: None,
            hop: Hop::default(),
        }
    }

    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            // No keyword begins with a digit, and most destinations do.
            let found = if word.first().is_some_and(u8::is_ascii_digit) { None } else { keyword::find(KEYWORDS, word) };
            match found {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None => self.destination(&mut words)?,
            }
            if self.several {
                words.back();
                break;
            }
        }
        if !self.dst {
            return Err(usage());
        }
        if let Some(place) = self.device {
            let name = words.at(place);
            let index = self.lookup.links.index(name).ok_or_else(|| no_device(name))?;
            self.request.word(place).oif(index);
        }
        self.request.write_metrics();
        if self.several {
            self.hops(&mut words)?;
        }
        self.fill_in();
        Ok(())
    }

    /// Reads `[ to ] [ TYPE ] PREFIX`, whose first word has been taken.
    fn destination(&mut self, words: &mut Words<'_>) -> Result<()> {
        let mut word = words.current();
        if word == b"to" {
            word = words.require()?;
        }
        if !word.first().is_some_and(u8::is_ascii_digit)
            && let Some(kind) = named::route_kind(word)
        {
            self.request.header.kind = kind;
            self.type_given = true;
            word = words.require()?;
        }
        if matches(word, "help") {
            return Err(usage());
        }
        if self.dst {
            return Err(garbage("to", word));
        }
        let prefix = prefix::prefix(word, self.request.header.family)?;
        self.family(prefix.address.family);
        self.request.word(words.place() - 1).dst(prefix.address.bytes(), prefix.bits);
        self.dst = true;
        Ok(())
    }

    /// Reads `nexthop …` to the end of the line.
    fn hops(&mut self, words: &mut Words<'_>) -> Result<()> {
        let list = self.request.open_hops();
        while let Some(word) = words.next() {
            if word != b"nexthop" {
                let text = format!("Error: \"nexthop\" or end of line is expected instead of \"{}\"", shown(word));
                return Err(Error::words(text));
            }
            if words.is_empty() {
                return Err(Error::words("Error: unexpected end of line after \"nexthop\""));
            }
            self.hop = Hop::default();
            let start = self.request.open_hop();
            while let Some(keyword) = words.peek().and_then(|word| keyword::find(HOP, word)) {
                words.next();
                (keyword.take)(self, words)?;
            }
            self.request.close_hop(start, self.hop.flags, self.hop.hops, self.hop.ifindex);
        }
        self.request.close_hops(list);
        Ok(())
    }

    /// Fills in what the words left open.
    fn fill_in(&mut self) {
        let header = &mut self.request.header;
        if header.family == 0 {
            header.family = libc::AF_INET as u8;
        }
        let kind = u32::from(header.kind);
        let is = |kinds: &[u32]| kinds.contains(&kind);
        let [local, nat, broadcast, anycast, multicast] = [
            uapi::RTN_LOCAL as u32,
            uapi::RTN_NAT as u32,
            uapi::RTN_BROADCAST as u32,
            uapi::RTN_ANYCAST as u32,
            uapi::RTN_MULTICAST as u32,
        ];
        if !self.table_given && is(&[local, broadcast, nat, anycast]) {
            header.table = rt_class_t::RT_TABLE_LOCAL as u8;
        }
        let direct = !self.gateway && !self.several && !self.nexthop_id;
        let scope = match i32::from(header.family) {
            _ if self.scope_given => None,
            libc::AF_INET6 | libc::AF_MPLS => Some(rt_scope_t::RT_SCOPE_UNIVERSE),
            _ if is(&[local, nat]) => Some(rt_scope_t::RT_SCOPE_HOST),
            _ if is(&[broadcast, multicast, anycast]) => Some(rt_scope_t::RT_SCOPE_LINK),
            _ if is(&[uapi::RTN_UNICAST as u32, 0]) && self.kind == Rtm::Delroute => Some(rt_scope_t::RT_SCOPE_NOWHERE),
            _ if is(&[uapi::RTN_UNICAST as u32, 0]) && direct => Some(rt_scope_t::RT_SCOPE_LINK),
            _ => None,
        };
        header.scope = scope.map_or(header.scope, |scope| scope as u8);
        if !self.type_given && i32::from(header.family) == libc::AF_MPLS {
            header.kind = uapi::RTN_UNICAST as u8;
        }
    }

    /// The first word that has a family gives the route its own.
    fn family(&mut self, family: u8) {
        let header = &mut self.request.header;
        if header.family == 0 {
            header.family = family;
        }
    }

    fn address(&mut self, words: &mut Words<'_>) -> Result<Address> {
        let address = prefix::address(words.require()?, self.request.header.family)?;
        self.family(address.family);
        self.request.word(words.place() - 1);
        Ok(address)
    }

    fn via(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let (family, word) = match prefix::family(word) {
            Some(family) => (family, words.require()?),
            None => (self.request.header.family, word),
        };
        let address = prefix::address(word, family)?;
        self.family(address.family);
        self.request.word(words.place() - 1).gateway(address.family, address.bytes());
        Ok(())
    }

    fn labels(&mut self, words: &mut Words<'_>) -> Result<Address> {
        words.take("to");
        let address = prefix::address(words.require()?, self.request.header.family)?;
        self.request.word(words.place() - 1).new_dst(address.bytes());
        Ok(address)
    }

    fn encap(&mut self, words: &mut Words<'_>) -> Result<()> {
        let (attr, kind) = (rtattr_type_t::RTA_ENCAP as u16, rtattr_type_t::RTA_ENCAP_TYPE as u16);
        encap::parse(&mut self.lookup, words, self.request.inner(), attr, kind)
    }

    fn tos(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let tos = named::byte(&mut self.lookup.names, Kind::DsField, word);
        self.request.header.tos = tos.ok_or_else(|| invalid("tos", word))?;
        Ok(())
    }

    fn metric(&mut self, words: &mut Words<'_>) -> Result<()> {
        let metric = number(words, "metric")?;
        self.request.word(words.place() - 1).priority(metric);
        Ok(())
    }

    fn realms(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let realms = named::realms(&mut self.lookup.names, word).ok_or_else(|| invalid("realm", word))?;
        self.request.word(words.place() - 1).realms(realms);
        Ok(())
    }

    fn device(&mut self, words: &mut Words<'_>) -> Result<()> {
        words.require()?;
        self.device = Some(words.place() - 1);
        Ok(())
    }

    fn lockable(&mut self, words: &mut Words<'_>, metric: Metric) {
        if words.take("lock") {
            self.request.lock(metric);
        }
    }

    fn set(&mut self, words: &mut Words<'_>, metric: Metric, value: u32) -> Result<()> {
        self.request.metric(words.place() - 1, metric, value);
        Ok(())
    }

    /// Reads `[ lock ] NUMBER`.
    fn known(&mut self, words: &mut Words<'_>, metric: Metric, what: &str) -> Result<()> {
        self.lockable(words, metric);
        let value = number(words, what)?;
        self.set(words, metric, value)
    }

    /// Reads `0` or `1`.
    fn switch(&mut self, words: &mut Words<'_>, metric: Metric, what: &str) -> Result<()> {
        match number(words, what)? {
            value @ (0 | 1) => self.set(words, metric, value),
            _ => Err(wrong(&format!("\"{what}\" value should be 0 or 1\n"), words.current())),
        }
    }

    fn features(&mut self, words: &mut Words<'_>) -> Result<()> {
        let feature = |word: Option<&[u8]>| match word? {
            b"ecn" => Some(uapi::RTAX_FEATURE_ECN),
            b"tcp_usec_ts" => Some(uapi::RTAX_FEATURE_TCP_USEC_TS),
            _ => None,
        };
        let word = words.require()?;
        let mut features = feature(Some(word)).ok_or_else(|| wrong("\"features\" value not valid\n", word))?;
        // A second feature; the same one again is none.
        if let Some(more) = feature(words.peek()).filter(|more| features & more == 0) {
            features |= more;
            words.next();
        }
        self.set(words, Metric::Features, features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (word, value) in [
            ("300", Some((300, true))),
            ("0x10", Some((16, true))),
            ("200ms", Some((200, false))),
            ("1.5S", Some((1500, false))),
            ("0.1", Some((1, true))),
            ("2secs", Some((2000, false))),
            ("99999999999999999999", None),
            ("1h", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(duration(word.as_bytes()), value, "{word:?}");
        }
    }
}
