//! `-batch` with `-atomic`: what the lines have changed is taken back when one of them fails.
//!
//! Some changes bring others with them: a device that goes down loses its routes, an address takes its network's route
//! along. So it is not each line that is turned round. What is there is read before the first line, every request tells
//! what it touches, and in the end these devices, addresses, neighbours, nexthop objects, routes and rules are made what
//! they were. What others change elsewhere meanwhile is left alone, but for nexthop objects and rules: where a line has
//! named one, all of them are made what they were.

use std::collections::HashSet;

use super::Ip;
use crate::commands::Program;
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Message, NlmF, Request, Rtm};
use crate::rtnl::addr::{self, Address};
use crate::rtnl::link::{self, Header, Link, Select};
use crate::rtnl::neigh::{self, Neighbour};
use crate::rtnl::nexthop::{self, Nexthop};
use crate::rtnl::route::{self, Route, RouteRequest};
use crate::rtnl::rule::{self, Rule};
use crate::rtnl::uapi::{self, rt_class_t::RT_TABLE_LOCAL, rtattr_type_t as rta};
use crate::sys::netns;
use crate::words::{matches, shown};

/// Verbs that change nothing, of any object.
const HARMLESS: &[&str] = &[
    "show",
    "list",
    "lst",
    "get",
    "save",
    "showdump",
    "test",
    "help",
    "identify",
    "pids",
    "list-id",
    "count",
    "getdefault",
];
/// Verbs that can be taken back, by object.
const CHANGES: &[(&str, &[&str])] = &[
    ("address", &["add", "change", "chg", "replace", "delete"]),
    ("route", &["add", "change", "chg", "replace", "delete"]),
    ("neighbor", &["add", "change", "chg", "replace", "delete"]),
    ("neighbour", &["add", "change", "chg", "replace", "delete"]),
    ("link", &["add", "set"]),
    ("netns", &["add"]),
    ("nexthop", &["add", "replace", "delete"]),
    ("rule", &["add", "delete"]),
];
/// What of a device can be set back.
const SETTINGS: &[&str] = &[
    "up",
    "down",
    "name",
    "address",
    "mtu",
    "master",
    "nomaster",
    "arp",
    "promisc",
    "multicast",
    "allmulticast",
    "txqueuelen",
    "txqlen",
    "qlen",
    "group",
    "alias",
];
/// The flags of a device that can be set.
const DEVICE_FLAGS: u32 =
    link::flag::UP | link::flag::NOARP | link::flag::PROMISC | link::flag::MULTICAST | link::flag::ALLMULTI;
/// How often what is missing is tried again: a route may need another one first.
const ROUNDS: usize = 5;
/// The flags of an address that its state sets (`IFA_F_*`).
const STATE_FLAGS: u32 =
    addr::flag::OPTIMISTIC | addr::flag::DADFAILED | addr::flag::DEPRECATED | addr::flag::TENTATIVE | PERMANENT;
const PERMANENT: u32 = addr::flag::PERMANENT;

/// What there is beside devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Address,
    Neighbour,
    Nexthop,
    Route,
    Rule,
}

/// In the order in which one needs another.
const KINDS: [Kind; 5] = [Kind::Address, Kind::Neighbour, Kind::Nexthop, Kind::Route, Kind::Rule];

/// One of them, as a request would make it.
#[derive(Debug, Clone)]
struct Item {
    /// Those with the same key stand in an order, or in each other's way.
    key: Vec<u8>,
    /// Header and attributes, without what changes by itself.
    body: Vec<u8>,
    /// How long it lives, as an attribute.
    life: Vec<u8>,
    /// Its device, where it has just one.
    device: Option<u32>,
    /// The kernel made it, along with something else.
    automatic: bool,
}

/// What can be set of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Device {
    index: u32,
    name: Vec<u8>,
    /// Those of [`DEVICE_FLAGS`] that are set.
    flags: u32,
    address: Vec<u8>,
    alias: Vec<u8>,
    /// What of it is a number, in the order of [`NUMBERS`].
    numbers: [Option<u32>; NUMBERS.len()],
}

/// Numbers that can be set of a device. One without a master has no such attribute.
const NUMBERS: [u16; 4] =
    [uapi::IFLA_MASTER as u16, uapi::IFLA_MTU as u16, uapi::IFLA_TXQLEN as u16, uapi::IFLA_GROUP as u16];

impl Device {
    fn master(&self) -> Option<u32> {
        self.numbers[0]
    }
}

/// What there was before the first line, and what has been touched since.
#[derive(Debug, Default)]
pub struct Atomic {
    devices: Vec<Device>,
    items: Vec<Vec<Item>>,
    /// Devices that requests have named, by index.
    touched: HashSet<u32>,
    /// Keys of neighbours and routes that requests have named.
    keys: HashSet<Vec<u8>>,
    /// Requests have named nexthop objects, or rules: which, they need not say.
    nexthops: bool,
    rules: bool,
    made_devices: Vec<u32>,
    made_namespaces: Vec<Vec<u8>>,
    /// Lines carried out that change something.
    count: usize,
}

impl Atomic {
    /// Reads what there is.
    pub fn begin(ip: &mut Ip) -> Result<Self> {
        let devices = devices(ip)?;
        let items = KINDS.iter().map(|kind| kind.read(ip)).collect::<Result<_>>()?;
        Ok(Atomic { devices, items, ..Atomic::default() })
    }

    /// Notes what a request is about to change.
    pub fn touch(&mut self, kind: u16, body: &[u8]) {
        let index = body.get(4..8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_ne_bytes);
        match Rtm::from(kind) {
            Rtm::Newlink => {
                let attrs = Attrs::new(body.get(16..).unwrap_or_default());
                let master = attrs.filter(|attr| attr.kind == uapi::IFLA_MASTER as u16).find_map(|attr| attr.u32());
                let old = self.devices.iter().find(|device| device.index == index).and_then(Device::master);
                self.touched.extend([Some(index), master, old].into_iter().flatten().filter(|index| *index != 0));
            }
            Rtm::Newaddr | Rtm::Deladdr => self.touched.extend([index]),
            Rtm::Newneigh | Rtm::Delneigh => self.keys.extend(neighbour_key(body)),
            Rtm::Newroute | Rtm::Delroute => self.keys.extend(Route::read(body).map(|route| route_key(&route))),
            Rtm::Newrule | Rtm::Delrule => self.rules = true,
            Rtm::UnrecognizedConst(kind) if is_nexthop(kind) => self.nexthops = true,
            _ => {}
        }
    }

    /// Whether an item is one that the lines may have made or changed.
    fn is_ours(&self, kind: Kind, item: &Item) -> bool {
        match kind {
            Kind::Address => item.device.is_some_and(|device| self.touched.contains(&device)),
            Kind::Nexthop => self.nexthops,
            Kind::Rule => self.rules,
            Kind::Neighbour | Kind::Route => self.keys.contains(&item.key) && !item.automatic,
        }
    }

    /// Whether an item may have gone because of the lines.
    fn may_be_gone(&self, kind: Kind, item: &Item) -> bool {
        match kind {
            Kind::Rule => return self.rules,
            // A nexthop object takes along the groups and routes that need it.
            Kind::Nexthop | Kind::Route if self.nexthops => return !item.automatic,
            _ => {}
        }
        let device = item.device.map_or(!self.touched.is_empty(), |device| self.touched.contains(&device));
        self.keys.contains(&item.key) || (device && !item.automatic)
    }

    /// Makes everything what it was; gives the number of differences that are left.
    fn restore(&self, ip: &mut Ip) -> Result<usize> {
        for name in &self.made_namespaces {
            netns::delete(name)?;
        }
        for index in self.made_devices.iter().rev() {
            // The other end of a pair has gone with the first; what is left is found below.
            let _ = change(ip, Header { index: *index, ..Header::default() }, Rtm::Dellink, |_| {});
        }
        let mut left = 0;
        for _ in 0..ROUNDS {
            left = self.restore_devices(ip)?;
            for (kind, then) in KINDS.into_iter().zip(&self.items) {
                left += self.restore_items(ip, kind, then)?;
            }
            if left == 0 {
                break;
            }
        }
        Ok(left)
    }

    /// Sets devices back; gives the number of those that were not as they should be.
    fn restore_devices(&self, ip: &mut Ip) -> Result<usize> {
        let now = devices(ip)?;
        let mut wrong = now.iter().filter(|device| self.made_devices.contains(&device.index)).count();
        for then in self.devices.iter().filter(|device| self.touched.contains(&device.index)) {
            let Some(now_it) = now.iter().find(|device| device.index == then.index) else { continue };
            if now_it == then {
                continue;
            }
            wrong += 1;
            // Two that have changed names stand in each other's way.
            if now.iter().any(|other| other.index != then.index && other.name == then.name) {
                let spare = format!("iplab{}", then.index);
                let _ = set(ip, then.index, now_it.flags, |r| {
                    r.string(uapi::IFLA_IFNAME as u16, spare.as_bytes());
                });
                continue;
            }
            let write = |r: &mut Request| write_device(r, now_it, then);
            if set(ip, then.index, then.flags, write).is_err() {
                // Some may be changed only while they are down.
                let _ = set(ip, then.index, then.flags & !link::flag::UP, |_| {});
                let _ = set(ip, then.index, then.flags, write);
            }
        }
        Ok(wrong)
    }

    /// Removes what is new and brings back what has gone; gives the number of differences there were.
    fn restore_items(&self, ip: &mut Ip, kind: Kind, then: &[Item]) -> Result<usize> {
        let known: HashSet<&[u8]> = then.iter().map(|item| item.body.as_slice()).collect();
        let mut now = kind.read(ip)?;
        let mut wrong = 0;
        for item in now.iter().filter(|item| !known.contains(item.body.as_slice()) && self.is_ours(kind, item)) {
            wrong += 1;
            let _ = ip.ask(&mut kind.delete(item));
        }
        if wrong > 0 {
            now = kind.read(ip)?;
        }
        let present: HashSet<&[u8]> = now.iter().map(|item| item.body.as_slice()).collect();
        let mut done: HashSet<&[u8]> = HashSet::new();
        for gone in then.iter().filter(|item| !present.contains(item.body.as_slice()) && self.may_be_gone(kind, item)) {
            wrong += 1;
            if done.insert(&gone.key) {
                let of_key = |items: &[Item]| items.iter().filter(|item| item.key == gone.key).cloned().collect();
                kind.rebuild(ip, of_key(&now), of_key(then));
            }
        }
        Ok(wrong)
    }
}

impl Kind {
    fn read(self, ip: &mut Ip) -> Result<Vec<Item>> {
        match self {
            Kind::Address => ip.collect(&mut addr::dump(0, 0), address),
            Kind::Neighbour => {
                let mut found = ip.collect(&mut neigh::dump(0, 0, None, None), neighbour)?;
                found.extend(ip.collect(&mut neigh::dump(0, neigh::flag::PROXY, None, None), neighbour)?);
                Ok(found)
            }
            Kind::Nexthop => ip.collect(&mut nexthop::Select::default().dump(), nexthop),
            Kind::Rule => ip.collect(&mut rule::dump(0), rule),
            Kind::Route => {
                let header = route::Header::default();
                ip.collect(&mut RouteRequest::new(Rtm::Getroute, NlmF::empty(), header).finish(), route)
            }
        }
    }

    /// The request that makes an item, behind those with the same key.
    fn add(self, item: &Item) -> Request {
        let inet = item.body.first() == Some(&(libc::AF_INET as u8));
        let (kind, flags) = match self {
            Kind::Address => (uapi::RTM_NEWADDR, NlmF::CREATE | NlmF::EXCL),
            Kind::Neighbour => (uapi::RTM_NEWNEIGH, NlmF::CREATE | NlmF::REPLACE),
            Kind::Nexthop => (uapi::RTM_NEWNEXTHOP, NlmF::CREATE | NlmF::REPLACE),
            Kind::Route if inet => (uapi::RTM_NEWROUTE, NlmF::CREATE | NlmF::APPEND),
            Kind::Route => (uapi::RTM_NEWROUTE, NlmF::CREATE | NlmF::EXCL),
            Kind::Rule => (uapi::RTM_NEWRULE, NlmF::CREATE | NlmF::EXCL),
        };
        let mut request = Request::from_body(kind as u16, flags, &item.body);
        request.header(&item.life);
        request
    }

    fn delete(self, item: &Item) -> Request {
        let kind = match self {
            Kind::Address => uapi::RTM_DELADDR,
            Kind::Neighbour => uapi::RTM_DELNEIGH,
            Kind::Nexthop => {
                return nexthop::delete(item.key.first_chunk().map_or(0, |id| u32::from_ne_bytes(*id)));
            }
            Kind::Route => uapi::RTM_DELROUTE,
            Kind::Rule => uapi::RTM_DELRULE,
        };
        Request::from_body(kind as u16, NlmF::empty(), &item.body)
    }

    /// Makes the items of one key, in their order. What cannot be made yet is found missing in the next round.
    fn rebuild(self, ip: &mut Ip, mut now: Vec<Item>, mut then: Vec<Item>) {
        // The kernel puts an IPv6 address before the others, not behind them.
        if self == Kind::Address && then.first().and_then(|item| item.body.first()) == Some(&(libc::AF_INET6 as u8)) {
            now.reverse();
            then.reverse();
        }
        let same = now.iter().zip(&then).take_while(|(now, then)| now.body == then.body).count();
        for item in now.iter().skip(same).filter(|item| then.iter().any(|then| then.body == item.body)) {
            let _ = ip.ask(&mut self.delete(item));
        }
        for item in then.iter().skip(same) {
            let _ = ip.ask(&mut self.add(item));
        }
    }
}

fn devices(ip: &mut Ip) -> Result<Vec<Device>> {
    let mut request = link::dump(&Select { ext_mask: link::EXT_SKIP_STATS, ..Select::default() });
    ip.collect(&mut request, |message| {
        let link = Link::decode(message)?;
        Some(Device {
            index: link.index,
            name: link.name().to_vec(),
            flags: link.flags & DEVICE_FLAGS,
            address: link.attrs.get(uapi::IFLA_ADDRESS as u16).unwrap_or_default().to_vec(),
            alias: link.attrs.get(uapi::IFLA_IFALIAS as u16).unwrap_or_default().to_vec(),
            numbers: NUMBERS.map(|attr| link.attrs.u32(attr)),
        })
    })
}

fn write_device(request: &mut Request, now: &Device, then: &Device) {
    for (attr, (now, then)) in NUMBERS.iter().zip(now.numbers.iter().zip(then.numbers)) {
        if *now != then {
            request.u32(*attr, then.unwrap_or(0));
        }
    }
    if now.address != then.address {
        request.attr(uapi::IFLA_ADDRESS as u16, &then.address);
    }
    if now.alias != then.alias {
        request.attr(uapi::IFLA_IFALIAS as u16, &then.alias);
    }
    if now.name != then.name {
        request.string(uapi::IFLA_IFNAME as u16, &then.name);
    }
}

fn set(ip: &mut Ip, index: u32, flags: u32, write: impl FnOnce(&mut Request)) -> Result<()> {
    change(ip, Header { index, flags, change: DEVICE_FLAGS, ..Header::default() }, Rtm::Newlink, write)
}

fn change(ip: &mut Ip, header: Header, kind: Rtm, write: impl FnOnce(&mut Request)) -> Result<()> {
    let mut request = link::request(kind, NlmF::empty());
    header.patch(&mut request);
    write(&mut request);
    ip.ask(&mut request)
}

/// The attributes of a message that `keep` wants, behind `header`.
fn body(header: &[u8], attrs: &[u8], keep: impl Fn(u16) -> bool) -> Vec<u8> {
    let mut request = Request::new(0u16, NlmF::empty());
    request.header(header);
    for attr in Attrs::new(attrs).filter(|attr| keep(attr.kind)) {
        request.attr(attr.kind, attr.payload);
    }
    request.body_mut().to_vec()
}

fn address(message: &Message<'_>) -> Option<Item> {
    let found = Address::decode(message)?;
    let (header, attrs) = message.body.split_at_checked(8)?;
    let mut header = header.to_vec();
    header[2] &= !(STATE_FLAGS as u8);
    let varying = [uapi::IFA_CACHEINFO as u16, uapi::IFA_FLAGS as u16];
    let mut stable = body(&header, attrs, |kind| !varying.contains(&kind));
    let flags = found.flags & !STATE_FLAGS;
    stable.extend(body(&[], &attribute(uapi::IFA_FLAGS as u16, flags), |_| true));
    let life = body(&[], attrs, |kind| kind == uapi::IFA_CACHEINFO as u16);
    let mut key = vec![found.family];
    key.extend(found.index.to_ne_bytes());
    Some(Item { key, body: stable, life, device: Some(found.index), automatic: false })
}

fn attribute(kind: u16, value: u32) -> Vec<u8> {
    let mut request = Request::new(0u16, NlmF::empty());
    request.u32(kind, value).body_mut().to_vec()
}

/// A neighbour that has a link-layer address or is a proxy entry; the state of one that is not permanent changes by
/// itself.
fn neighbour(message: &Message<'_>) -> Option<Item> {
    let found = Neighbour::decode(message)?;
    let proxy = found.flags & neigh::flag::PROXY != 0;
    let fixed = found.state & (neigh::state::PERMANENT | neigh::state::NOARP);
    let passing = neigh::state::INCOMPLETE | neigh::state::FAILED;
    if !proxy && (found.state & passing != 0 || found.state == neigh::state::NONE) {
        return None;
    }
    let state = if proxy || fixed != 0 { fixed } else { neigh::state::STALE };
    let (header, attrs) = message.body.split_at_checked(12)?;
    let mut header = header.to_vec();
    header[8..10].copy_from_slice(&state.to_ne_bytes());
    let kept = [uapi::NDA_DST, uapi::NDA_LLADDR, uapi::NDA_PROTOCOL, uapi::NDA_FLAGS_EXT];
    let body = body(&header, attrs, |kind| kept.iter().any(|it| *it as u16 == kind));
    let automatic = !proxy && fixed != neigh::state::PERMANENT;
    let key = neighbour_key(message.body)?;
    Some(Item { key, body, life: Vec::new(), device: Some(found.index), automatic })
}

/// Family, device, whether it is a proxy entry, address.
fn neighbour_key(body: &[u8]) -> Option<Vec<u8>> {
    let (header, attrs) = body.split_at_checked(12)?;
    let mut key = vec![b'n', header[0], header[10] & neigh::flag::PROXY];
    key.extend(&header[4..8]);
    key.extend(Attrs::new(attrs).find(|attr| attr.kind == uapi::NDA_DST as u16)?.payload);
    Some(key)
}

fn route(message: &Message<'_>) -> Option<Item> {
    let found = Route::decode(message)?;
    if !matches!(i32::from(found.family), libc::AF_INET | libc::AF_INET6) {
        return None;
    }
    let (header, attrs) = message.body.split_at_checked(route::Header::LEN)?;
    let mut header = header.to_vec();
    let flags = found.flags & (uapi::RTNH_F_ONLINK | uapi::RTNH_F_PERVASIVE);
    header[8..].copy_from_slice(&flags.to_ne_bytes());
    let by_object = found.nexthop_id().is_some();
    let body = body(&header, attrs, |kind| {
        let of_object = [rta::RTA_GATEWAY, rta::RTA_VIA, rta::RTA_OIF, rta::RTA_MULTIPATH];
        let implied = by_object && of_object.iter().any(|it| *it as u16 == kind);
        !implied && kind != rta::RTA_CACHEINFO as u16
    });
    let expires = found.cache().map_or(0, |cache| cache.expires).max(0).cast_unsigned() / neigh::USER_HZ;
    let life = if expires == 0 { Vec::new() } else { attribute(rta::RTA_EXPIRES as u16, expires) };
    let kernel = u32::from(found.protocol) == uapi::RTPROT_KERNEL;
    let automatic = kernel && found.table == RT_TABLE_LOCAL as u32;
    Some(Item { key: route_key(&found), body, life, device: found.oif(), automatic })
}

/// Whether a type of messages (`RTM_*`) is about nexthop objects.
fn is_nexthop(kind: u16) -> bool {
    kind == uapi::RTM_NEWNEXTHOP as u16 || kind == uapi::RTM_DELNEXTHOP as u16
}

/// A nexthop object; its key is its id. Scope, the state of the link and how long a group has been out of balance are for
/// the kernel to know.
fn nexthop(message: &Message<'_>) -> Option<Item> {
    use nexthop::attr::{FDB, GROUP_UNBALANCED_TIME, NESTED, OIF, RES_GROUP};
    let found = Nexthop::decode(message)?;
    let flags = found.header.flags & uapi::RTNH_F_ONLINK;
    let header = nexthop::Header { scope: 0, flags, ..found.header };
    let attrs = message.body.get(nexthop::Header::LEN..)?;
    let mut request = Request::new(0u16, NlmF::empty());
    request.header(&body(&header.encode(), attrs, |kind| kind <= FDB && kind != RES_GROUP));
    if let Some(parameters) = found.attrs.get(RES_GROUP) {
        request.attr(RES_GROUP | NESTED, &body(&[], parameters, |kind| kind != GROUP_UNBALANCED_TIME));
    }
    let body = request.body_mut().to_vec();
    let device = found.attrs.u32(OIF);
    Some(Item { key: found.id().to_ne_bytes().to_vec(), body, life: Vec::new(), device, automatic: false })
}

/// A rule of IPv4 or IPv6; those of one key are asked in their order.
fn rule(message: &Message<'_>) -> Option<Item> {
    let found = Rule::decode(message)?;
    if !matches!(i32::from(found.header.family), libc::AF_INET | libc::AF_INET6) {
        return None;
    }
    let flags = found.header.flags & uapi::FIB_RULE_INVERT;
    let header = rule::Header { flags, ..found.header };
    let body = body(&header.encode(), message.body.get(rule::Header::LEN..)?, |_| true);
    let mut key = vec![b'u', found.header.family];
    key.extend(found.priority().unwrap_or(0).to_ne_bytes());
    Some(Item { key, body, life: Vec::new(), device: None, automatic: false })
}

/// Family, table, destination.
fn route_key(route: &Route<'_>) -> Vec<u8> {
    let family = if route.family == 0 { libc::AF_INET as u8 } else { route.family };
    let table = if route.table == 0 { uapi::rt_class_t::RT_TABLE_MAIN as u32 } else { route.table };
    let mut key = vec![b'r', family, route.dst_len];
    key.extend(table.to_ne_bytes());
    // An IPv6 destination may be asked for with bits behind its prefix.
    for (at, byte) in (0u32..).zip(route.dst().unwrap_or_default()) {
        let bits = u32::from(route.dst_len).saturating_sub(8 * at).min(8);
        if bits > 0 {
            key.push(byte & (0xff00u16 >> bits) as u8);
        }
    }
    key
}

/// What a line does that can be taken back.
enum Change<'a> {
    Link,
    Namespace(Option<&'a [u8]>),
    Other,
}

fn refused(what: &str) -> Error {
    Error::local(format!("\"{what}\" cannot be taken back, so -atomic does not do it."))
}

/// As [`examine`], for a part of an object: nothing that a part changes is taken back.
fn examine_part<'a>(object: &super::Object, part: &super::Object, verb: Option<&[u8]>) -> Result<Option<Change<'a>>> {
    let verb = verb.and_then(|word| part.verbs.iter().find(|verb| matches(word, verb.name)));
    match verb.filter(|verb| !HARMLESS.contains(&verb.name)) {
        Some(verb) => Err(refused(&format!("{} {} {}", object.name, part.name, verb.name))),
        None => Ok(None),
    }
}

/// Finds out what a line does; one that cannot be taken back is refused.
fn examine<'a>(program: &Program, family: u8, words: &[&'a [u8]]) -> Result<Option<Change<'a>>> {
    let Some(object) = words.first().and_then(|word| program.object(word)) else { return Ok(None) };
    let Some(word) = words.get(1) else { return Ok(None) };
    if let Some(part) = super::parts(object).iter().find(|part| matches(word, part.name)) {
        return examine_part(object, part, words.get(2).copied());
    }
    // A verb that is unknown is refused as ever.
    let Some(verb) = object.verbs.iter().find(|verb| matches(word, verb.name)) else { return Ok(None) };
    if HARMLESS.contains(&verb.name) {
        return Ok(None);
    }
    let refuse = |what: &str| Err(refused(&format!("{} {}{what}", object.name, verb.name)));
    let known = CHANGES.iter().any(|(name, verbs)| *name == object.name && verbs.contains(&verb.name));
    if !known || !matches!(i32::from(family), libc::AF_UNSPEC | libc::AF_INET | libc::AF_INET6) {
        return refuse("");
    }
    match (object.name, verb.name) {
        ("link", "add") if words.contains(&&b"netns"[..]) => refuse(" netns"),
        ("link", "add") => Ok(Some(Change::Link)),
        ("link", _) => match super::link::keywords_of(&words[2..]).find(|word| !SETTINGS.contains(word)) {
            Some(word) => refuse(&format!(" {word}")),
            None => Ok(Some(Change::Other)),
        },
        ("netns", _) => Ok(Some(Change::Namespace(words.get(2).copied()))),
        _ => Ok(Some(Change::Other)),
    }
}

/// Carries out a line of an atomic batch.
pub fn line(program: &'static Program, ip: &mut Ip, words: &[&[u8]]) -> Result<()> {
    let Some(change) = examine(program, ip.view.options.family, words)? else { return run(program, ip, words) };
    let before = if matches!(change, Change::Link) { devices(ip)? } else { Vec::new() };
    let result = run(program, ip, words);
    let after = if matches!(change, Change::Link) { devices(ip)? } else { Vec::new() };
    let Some(atomic) = ip.atomic() else { return result };
    let is_new = |device: &&Device| before.iter().all(|old| old.index != device.index);
    atomic.made_devices.extend(after.iter().filter(is_new).map(|device| device.index));
    if result.is_ok() {
        atomic.count += 1;
        if let Change::Namespace(name) = change {
            atomic.made_namespaces.extend(name.map(<[u8]>::to_vec));
        }
    }
    result
}

fn run(program: &'static Program, ip: &mut Ip, words: &[&[u8]]) -> Result<()> {
    program.command(ip, crate::words::Words::new(words))
}

/// Takes everything back, which ends the batch, and says so.
pub fn take_back(ip: &mut Ip) {
    let Some(atomic) = ip.batch.take().and_then(|batch| batch.atomic) else { return };
    let said = match atomic.restore(ip) {
        Ok(0) => format!("Batch taken back: {} commands undone", atomic.count),
        Ok(left) => format!("Batch not wholly taken back: {left} things are not as they were"),
        Err(error) => format!("Batch not taken back: {}", shown(error.to_string().as_bytes())),
    };
    ip.view.out.complain(&said);
}
