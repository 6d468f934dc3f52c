//! `ip link add`, `set`, `replace` and `delete`: one grammar for all four.

use std::os::fd::AsRawFd;

use super::describe::{ADDR_GEN_MODES, LINK_MODES, OPER_STATES};
use super::{inet, vf, xdp};
use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::kinds::{self, Kind, Peer, Takes};
use crate::netlink::{NlmF, Request, Rtm};
use crate::row;
use crate::rows::{self, Row, Value};
use crate::rtnl::link::{self, Header, flag};
use crate::rtnl::uapi;
use crate::sys::names;
use crate::words::keyword::Entry;
use crate::words::lladdr;
use crate::words::named;
use crate::words::{
    Words, duplicate, garbage, is_alt_name, is_device_name, matches, no_device, number, number_i32, shown, wrong,
};

/// The longest alias that fits (`IFALIASZ`).
const ALIAS_MAX: usize = 256;
/// The most segments that the kernel's field holds.
const GSO_MAX_SEGS: u32 = 65535;
/// `NLA_F_NESTED`.
const NESTED: u16 = 0x8000;

/// A keyword of the grammar.
struct Keyword {
    entry: Entry,
    /// Another spelling.
    alias: &'static str,
    abbreviated: bool,
    means: Means,
}

/// What a keyword does.
#[derive(Clone, Copy)]
enum Means {
    /// `up` and `down`.
    Up(bool),
    /// A device flag switched on or off; the bit is set for `off` where it is a negation.
    Flag { bit: u32, negated: bool },
    /// An attribute, described by its row.
    Attr(Row),
    /// An attribute that may be there only once.
    Once(Row),
    /// The name of a new device, or a new name.
    Name,
    /// The index of a new device.
    Index,
    /// The device below.
    Link,
    /// A program that sees packets first; `XDP_FLAGS_*`.
    Xdp(u32),
    /// A virtual function; what follows is of it.
    Vf,
    /// Settings of IPv4; what follows is their names and values.
    Inet,
    /// Another namespace.
    Netns,
    /// The device to become a port of.
    Master,
    /// A VRF to become a port of.
    Vrf,
    /// Nobody's port.
    NoMaster,
    /// A description.
    Alias,
    /// The group.
    Group,
    /// How IPv6 link-local addresses are made.
    AddrGenMode,
    /// The namespace of the device below.
    LinkNetns,
    /// The same by its id.
    LinkNetnsId,
    /// Why the device is held down.
    ProtoDownReason,
    /// The kind; what follows is its grammar.
    Type,
}

const fn keyword(name: &'static str, argument: &'static str, help: &'static str, means: Means) -> Keyword {
    Keyword { entry: Entry { name, argument, help }, alias: "", abbreviated: false, means }
}

const fn attr(row: Row) -> Keyword {
    keyword(row.word, row.argument, row.help, Means::Attr(row))
}

const fn once(row: Row) -> Keyword {
    keyword(row.word, row.argument, row.help, Means::Once(row.wrong("Invalid \"{}\" value\n")))
}

impl Keyword {
    const fn abbreviated(mut self) -> Self {
        self.abbreviated = true;
        self
    }

    const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = alias;
        self
    }

    fn is(&self, word: &[u8]) -> bool {
        let whole = word == self.entry.name.as_bytes() || (!self.alias.is_empty() && word == self.alias.as_bytes());
        whole || (self.abbreviated && matches(word, self.entry.name))
    }
}

const INVALID: &str = "Invalid \"{}\" value\n";

/// The grammar, in iproute2's order of abbreviation.
const KEYWORDS: &[Keyword] = &[
    keyword("up", "", "switch it on", Means::Up(true)),
    keyword("down", "", "switch it off", Means::Up(false)),
    keyword("name", "NAME", "its name, or a new one", Means::Name),
    keyword("index", "NUMBER", "the index of a new device", Means::Index),
    keyword("link", "DEV", "the device below it", Means::Link).abbreviated(),
    attr(row!(IFLA_ADDRESS, "address", Value::Hardware, "LLADDR", "its link-layer address")).abbreviated(),
    attr(row!(IFLA_BROADCAST, "broadcast", Value::Hardware, "LLADDR", "its link-layer broadcast address"))
        .abbreviated()
        .alias("brd"),
    once(row!(IFLA_TXQLEN, "txqueuelen", Value::I32, "PACKETS", "how many packets may wait to be sent"))
        .abbreviated()
        .alias("qlen"),
    Keyword { entry: Entry { name: "txqlen", argument: "PACKETS", help: "" }, ..once_txqlen() },
    once(row!(IFLA_MTU, "mtu", Value::I32, "BYTES", "the largest packet, in bytes")),
    keyword("inet", "NAME on|off|NUMBER ...", "settings of IPv4, as in net.ipv4.conf.DEV", Means::Inet),
    xdp_keyword(xdp::MODES[0]),
    xdp_keyword(xdp::MODES[1]),
    xdp_keyword(xdp::MODES[2]),
    xdp_keyword(xdp::MODES[3]),
    keyword("netns", "NETNS", "move it to a namespace, by name, path, process or container", Means::Netns),
    keyword("multicast", "on|off", "whether it can multicast", Means::Flag { bit: flag::MULTICAST, negated: false }),
    keyword("allmulticast", "on|off", "receive all multicast", Means::Flag { bit: flag::ALLMULTI, negated: false }),
    keyword("promisc", "on|off", "receive everything", Means::Flag { bit: flag::PROMISC, negated: false }),
    keyword("trailers", "on|off", "use trailers", Means::Flag { bit: flag::NOTRAILERS, negated: true }),
    keyword("arp", "on|off", "resolve addresses", Means::Flag { bit: flag::NOARP, negated: true }),
    attr(row!(IFLA_CARRIER, "carrier", Value::OnOff, "on|off", "pretend that a cable is plugged in or out")),
    keyword("vf", "NUMBER ...", "what follows is of this virtual function", Means::Vf),
    keyword("master", "DEV", "make it a port of DEV", Means::Master).abbreviated(),
    keyword("vrf", "DEV", "make it a port of the VRF DEV", Means::Vrf),
    keyword("nomaster", "", "make it nobody's port", Means::NoMaster).abbreviated(),
    keyword(
        "dynamic",
        "on|off",
        "its addresses go when it goes down",
        Means::Flag { bit: flag::DYNAMIC, negated: false },
    )
    .abbreviated(),
    keyword("type", "KIND", "the kind of device; its own keywords follow", Means::Type).abbreviated(),
    keyword("alias", "TEXT", "a description of up to 255 characters", Means::Alias).abbreviated(),
    keyword("group", "GROUP", "the group it is in", Means::Group),
    attr(row!(
        IFLA_LINKMODE,
        "mode",
        Value::Odd { parse: parse_mode, show: |_, _, _| {} },
        "default|dormant",
        "when it counts as running"
    )),
    attr(row!(
        IFLA_OPERSTATE,
        "state",
        Value::Odd { parse: parse_state, show: |_, _, _| {} },
        "STATE",
        "its operational state (RFC 2863)"
    )),
    once(row!(IFLA_NUM_TX_QUEUES, "numtxqueues", Value::I32, "NUMBER", "transmit queues of a new device"))
        .abbreviated(),
    once(row!(IFLA_NUM_RX_QUEUES, "numrxqueues", Value::I32, "NUMBER", "receive queues of a new device")).abbreviated(),
    keyword(
        "addrgenmode",
        "eui64|none|stable_secret|random",
        "how IPv6 link-local addresses are made",
        Means::AddrGenMode,
    )
    .abbreviated(),
    keyword("link-netns", "NETNS", "the namespace of the device below it", Means::LinkNetns).abbreviated(),
    keyword("link-netnsid", "ID", "the same by its id", Means::LinkNetnsId).abbreviated(),
    attr(row!(IFLA_PROTO_DOWN, "protodown", Value::OnOff, "on|off", "hold its carrier down")),
    keyword("protodown_reason", "REASON on|off", "why its carrier is held down", Means::ProtoDownReason),
    attr(
        row!(IFLA_GSO_MAX_SIZE, "gso_max_size", Value::U32, "BYTES", "the largest packet to segment, in bytes")
            .wrong(INVALID),
    ),
    attr(row!(
        IFLA_GSO_MAX_SEGS,
        "gso_max_segs",
        Value::Odd { parse: parse_segments, show: |_, _, _| {} },
        "NUMBER",
        "the most segments of a packet"
    )),
    attr(
        row!(IFLA_GRO_MAX_SIZE, "gro_max_size", Value::U32, "BYTES", "the largest packet to join, in bytes")
            .wrong(INVALID),
    ),
    attr(
        row!(IFLA_GSO_IPV4_MAX_SIZE, "gso_ipv4_max_size", Value::U32, "BYTES", "the same of IPv4, in bytes")
            .wrong(INVALID),
    ),
    attr(
        row!(IFLA_GRO_IPV4_MAX_SIZE, "gro_ipv4_max_size", Value::U32, "BYTES", "the same of IPv4, in bytes")
            .wrong(INVALID),
    ),
    attr(row!(IFLA_PARENT_DEV_NAME, "parentdev", Value::Text, "NAME", "the parent device")),
];

const fn xdp_keyword((name, flags, help): xdp::Mode) -> Keyword {
    keyword(name, xdp::ARGUMENT, help, Means::Xdp(flags))
}

const fn once_txqlen() -> Keyword {
    once(row!(IFLA_TXQLEN, "txqueuelen", Value::I32, "PACKETS", "how many packets may wait to be sent")).abbreviated()
}

/// What may follow a verb.
pub fn grammar() -> Vec<Entry> {
    let all = KEYWORDS.iter().map(|keyword| keyword.entry);
    all.chain(vf::grammar()).chain(inet::grammar()).collect()
}

/// The whole names of the keywords among the words behind `set`, without their arguments; a word too many is one too.
pub fn keywords_of<'a>(words: &'a [&'a [u8]]) -> impl Iterator<Item = &'a str> {
    let mut words = words.iter();
    let mut named = false;
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            match KEYWORDS.iter().find(|keyword| keyword.is(word)) {
                Some(keyword) => {
                    if !keyword.entry.argument.is_empty() {
                        words.next();
                    }
                    return Some(keyword.entry.name);
                }
                None if *word == b"dev" => {}
                None if !named => named = true,
                None => return Some("..."),
            }
        }
    })
}

/// Makes a device.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newlink, NlmF::CREATE | NlmF::EXCL)
}

/// Changes a device.
pub fn set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newlink, NlmF::empty())
}

/// Changes a device, or makes it.
pub fn replace(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Newlink, NlmF::CREATE | NlmF::REPLACE)
}

/// Removes a device.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, Rtm::Dellink, NlmF::empty())
}

fn modify(ip: &mut Ip, mut words: Words<'_>, kind: Rtm, flags: NlmF) -> Result<()> {
    let creates = flags.contains(NlmF::CREATE);
    let mut request = link::request(kind, flags);
    let parsed = parse(ip, &mut words, &mut request, creates)?;
    match parsed.kind {
        Some(name) => {
            let device = (!creates).then_some(parsed.header.index);
            info(ip, &mut words, &mut request, name, device)?;
        }
        None if creates => return Err(Error::local("Not enough information: \"type\" argument is required")),
        None => {}
    }
    let family = ip.view.options.family;
    Header { family, ..parsed.header }.patch(&mut request);
    let result = ip.ask_echo(&mut request, super::show::echo);
    ip.view.links.forget();
    result
}

/// What the words in front of the kind have said.
struct Parsed<'a> {
    header: Header,
    kind: Option<&'a [u8]>,
}

/// Reads the words up to the kind's name, which is the last one taken; attributes go to `request`.
fn parse<'a>(ip: &mut Ip, words: &mut Words<'a>, request: &mut Request, creates: bool) -> Result<Parsed<'a>> {
    let mut parsed = Parsed { header: Header::default(), kind: None };
    let (mut name, mut device, mut lower) = (None, None, None);
    let (mut index, mut group, mut address) = (None, None, None);
    let (mut netns, mut lower_netns) = (false, false);
    let mut seen: Vec<u16> = Vec::new();
    while let Some(word) = words.next() {
        let keyword = KEYWORDS.iter().find(|keyword| keyword.is(word));
        let Some(keyword) = keyword else {
            if matches(word, "help") {
                return Err(super::usage());
            }
            let word = if word == b"dev" { words.require()? } else { word };
            if device != name {
                return Err(garbage("dev", word));
            }
            if word.is_empty() || !is_alt_name(word) {
                return Err(wrong("\"dev\" not a valid ifname", word));
            }
            device = Some(word);
            continue;
        };
        let header = &mut parsed.header;
        match keyword.means {
            Means::Up(up) => set_flag(header, flag::UP, up),
            Means::Flag { bit, negated } => {
                let word = words.require()?;
                set_flag(header, bit, flag_word(keyword.entry.name, word)? != negated);
            }
            Means::Attr(row) => {
                let is_there = !words.is_empty();
                rows::parse_row(&row, &mut ip.view, words, request).map_err(|error| match row.value {
                    Value::OnOff if is_there => error.with_status(libc::EINVAL as u8),
                    _ => error,
                })?;
                if row.attr == uapi::IFLA_ADDRESS as u16 {
                    address = Some(lladdr::parse(words.current())?.len());
                }
            }
            Means::Once(row) => {
                if seen.contains(&row.attr) {
                    let word = words.require()?;
                    return Err(duplicate(row.word, word));
                }
                seen.push(row.attr);
                rows::parse_row(&row, &mut ip.view, words, request)?;
            }
            Means::Name => {
                let word = words.require()?;
                if name.is_some() {
                    return Err(duplicate("name", word));
                }
                if !is_device_name(word) {
                    return Err(wrong("\"name\" not a valid ifname", word));
                }
                name = Some(word);
                device = device.or(name);
            }
            Means::Index => {
                let word = words.require()?;
                if index.is_some() {
                    return Err(duplicate("index", word));
                }
                let value = leading_number(word).filter(|value| *value > 0);
                index = Some(value.ok_or_else(|| wrong("Invalid \"index\" value", word))?);
            }
            Means::Xdp(flags) => {
                xdp::parse(ip, words, flags, device, request)?;
                device = device.filter(|device| !xdp::is_hardware(flags) || name != Some(device));
            }
            Means::Vf => {
                vf::parse(ip, words, device, request)?;
                device = device.filter(|device| name != Some(device));
            }
            Means::Inet => inet::parse(words, request)?,
            Means::Link => lower = Some(words.require()?),
            Means::Netns => {
                let word = words.require()?;
                if netns {
                    return Err(duplicate("netns", word));
                }
                netns = true;
                request.word(words.place() - 1);
                match crate::sys::netns::open(word) {
                    Ok(file) => {
                        request.u32(uapi::IFLA_NET_NS_FD as u16, file.as_raw_fd().cast_unsigned());
                        request.hold(file);
                    }
                    Err(_) => {
                        let pid = number_i32(word, 0).ok_or_else(|| wrong("Invalid \"netns\" value\n", word))?;
                        request.u32(uapi::IFLA_NET_NS_PID as u16, pid.cast_unsigned());
                    }
                }
            }
            Means::Master | Means::Vrf => {
                let word = words.require()?;
                let is_vrf = matches!(keyword.means, Means::Vrf);
                let index = ip.view.links.index(word).filter(|index| !is_vrf || ip.is_vrf(*index));
                let why = if is_vrf { "Not a valid VRF name\n" } else { "Device does not exist\n" };
                let index = index.ok_or_else(|| wrong(why, word))?;
                request.word(words.place() - 1).u32(uapi::IFLA_MASTER as u16, index);
            }
            Means::NoMaster => {
                request.word(words.place() - 1).u32(uapi::IFLA_MASTER as u16, 0);
            }
            Means::Alias => {
                let word = words.require()?;
                if word.len() >= ALIAS_MAX {
                    return Err(wrong("alias too long\n", word));
                }
                request.word(words.place() - 1).attr(uapi::IFLA_IFALIAS as u16, word);
            }
            Means::Group => {
                let word = words.require()?;
                if group.is_some() {
                    return Err(duplicate("group", word));
                }
                let value = named::number(&mut ip.view.names, names::Kind::Group, word);
                let value = value.ok_or_else(|| wrong("Invalid \"group\" value\n", word))?;
                request.word(words.place() - 1).u32(uapi::IFLA_GROUP as u16, value);
                group = Some(value);
            }
            Means::AddrGenMode => {
                let word = words.require()?;
                let mode = ADDR_GEN_MODES.iter().position(|mode| mode.as_bytes() == word);
                let mode = mode.ok_or_else(|| wrong("Invalid address generation mode\n", word))?;
                request.word(words.place() - 1).nest(uapi::IFLA_AF_SPEC as u16, |r| {
                    r.nest(libc::AF_INET6 as u16, |r| {
                        r.u8(uapi::IFLA_INET6_ADDR_GEN_MODE as u16, mode as u8);
                    });
                });
            }
            Means::LinkNetns | Means::LinkNetnsId => {
                let word = words.require()?;
                if lower_netns {
                    return Err(duplicate("link-netns/link-netnsid", word));
                }
                lower_netns = true;
                let id = match keyword.means {
                    Means::LinkNetns => {
                        ip.nsid_of(word)?.ok_or_else(|| wrong("Invalid \"link-netns\" value\n", word))?
                    }
                    _ => number_i32(word, 0).ok_or_else(|| wrong("Invalid \"link-netnsid\" value\n", word))?,
                };
                request.word(words.place() - 1).u32(uapi::IFLA_LINK_NETNSID as u16, id.cast_unsigned());
            }
            Means::ProtoDownReason => proto_down_reason(&mut ip.view, words, request)?,
            Means::Type => {
                parsed.kind = Some(words.require()?);
                break;
            }
        }
    }

    let name = name.or(device);
    let device = device.or(name);
    if !creates {
        check_address(ip, device, address)?;
        if index.is_some() && !netns {
            let text = "index can be used only when creating devices or when moving device to another netns.";
            return Err(Error::words(text));
        }
    }
    if group.is_some() && device.is_none() {
        if let Some(word) = words.peek() {
            return Err(Error::words(garbage_text(word)));
        }
        if creates {
            return Err(Error::words("group cannot be used when creating devices."));
        }
        parsed.kind = None;
        return Ok(parsed);
    }
    let new_name = if creates {
        if name != device {
            return Err(Error::words("both \"name\" and \"dev\" cannot be used when creating devices."));
        }
        if let Some(lower) = lower {
            let index = ip.view.links.index(lower).ok_or_else(|| no_device(lower))?;
            request.u32(uapi::IFLA_LINK as u16, index);
        }
        parsed.header.index = index.unwrap_or(0);
        name
    } else {
        let missing = || Error::words("Not enough information: \"dev\" argument is required.");
        let device = device.ok_or_else(missing)?;
        parsed.header.index = ip.view.links.index(device).ok_or_else(|| no_device(device))?;
        if let Some(index) = index {
            request.u32(uapi::IFLA_NEW_IFINDEX as u16, index);
        }
        name.filter(|name| *name != device)
    };
    if let Some(name) = new_name {
        request.string(uapi::IFLA_IFNAME as u16, name);
    }
    Ok(parsed)
}

/// Writes `IFLA_LINKINFO`: the kind and its attributes, from the words behind its name. `device` is the index of the one
/// that is changed, none for a new one.
fn info(ip: &mut Ip, words: &mut Words<'_>, request: &mut Request, name: &[u8], device: Option<u32>) -> Result<()> {
    let creates = device.is_none();
    let nest = request.open(uapi::IFLA_LINKINFO as u16);
    request.word(words.place() - 1).attr(uapi::IFLA_INFO_KIND as u16, name);
    match kinds::by_name(name).filter(|kind| kind.takes != Takes::Nothing) {
        Some(kind) if !words.is_empty() => {
            let is_slave = name.ends_with(b"_slave");
            let attr = if is_slave { uapi::IFLA_INFO_SLAVE_DATA } else { uapi::IFLA_INFO_DATA };
            let data = request.open(attr as u16);
            match kind.peer {
                _ if kind.takes == Takes::Anything => while words.next().is_some() {},
                Some(peer) => pair(ip, words, request, kind, peer, creates)?,
                None => options(ip, words, request, kind, device)?,
            }
            request.close(data);
        }
        _ => match words.peek() {
            Some(word) if matches(word, "help") => return Err(super::usage()),
            Some(word) => return Err(Error::local(garbage_text(word))),
            None => {}
        },
    }
    request.close(nest);
    Ok(())
}

/// The attributes of a kind, for the device with index `device` or for a new one.
fn options(
    ip: &mut Ip,
    words: &mut Words<'_>,
    request: &mut Request,
    kind: &'static Kind,
    device: Option<u32>,
) -> Result<()> {
    if let Some(device) = device.filter(|_| kind.keeps) {
        keep(ip, request, kind, device)?;
    }
    kind.read(&mut ip.view, words, request, device.is_none())
}

/// Copies the attributes that the device has.
fn keep(ip: &mut Ip, request: &mut Request, kind: &'static Kind, device: u32) -> Result<()> {
    let mut get = link::get(device, ip.view.options.family, 0);
    let known = ip.get(&mut get, |_, message| {
        let data = link::Link::decode(message)?.info()?.data::<{ kinds::ATTRS }>()?;
        for row in rows::each(kind.rows) {
            if let Some(payload) = data.get(row.attr).filter(|payload| !rows::is_unset(row, payload)) {
                request.put(row.attr, payload);
            }
        }
        Some(())
    });
    let failed = "Failed to get existing tunnel info.";
    match known {
        Ok(Some(())) => Ok(()),
        Ok(None) => Err(Error::local(failed)),
        Err(error) => Err(Error::local(format!("{error}\n{failed}"))),
    }
}

/// The attributes of a pair and, behind `peer`, its other device, in the grammar of a link.
fn pair(
    ip: &mut Ip,
    words: &mut Words<'_>,
    request: &mut Request,
    kind: &'static Kind,
    peer: Peer,
    creates: bool,
) -> Result<()> {
    while let Some(word) = words.next().filter(|word| *word != b"peer") {
        if kind.rows.is_empty() {
            // The one usage text that the stock tool writes on stdout.
            ip.view.out.text(format_args!("{}\n", kind.usage()));
            return Err(Error::silent(1));
        }
        if !rows::parse(kind.rows, kind.first, None, &mut ip.view, words, request)? {
            return Err(kind.unknown(word));
        }
    }
    while words.next().is_some() {
        if !rows::parse(peer.rows, &[], None, &mut ip.view, words, request)? {
            words.back();
            break;
        }
    }
    if words.is_empty() && !kind.rows.is_empty() {
        return Ok(());
    }
    let nest = request.open(peer.attr);
    let start = request.len();
    request.raw(&Header::default().encode());
    let peer = parse(ip, words, request, creates)?;
    if peer.kind.is_some() {
        return Err(duplicate("type", words.current()));
    }
    let header = Header { family: ip.view.options.family, ..peer.header };
    request.from_mut(start)[..16].copy_from_slice(&header.encode());
    request.close(nest);
    Ok(())
}

fn garbage_text(word: &[u8]) -> String {
    format!("Garbage instead of arguments \"{} ...\". Try \"ip link help\".", shown(word))
}

fn set_flag(header: &mut Header, bit: u32, on: bool) {
    header.change |= bit;
    header.flags = if on { header.flags | bit } else { header.flags & !bit };
}

fn flag_word(keyword: &str, word: &[u8]) -> Result<bool> {
    match word {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ => {
            let word = shown(word);
            let text = format!("Error: argument of \"{keyword}\" must be \"on\" or \"off\", not \"{word}\"");
            Err(Error::local(text))
        }
    }
}

/// A number at the beginning of a word, as C's `atoi` reads it.
fn leading_number(word: &[u8]) -> Option<u32> {
    let end = word.iter().position(|b| !b.is_ascii_digit()).unwrap_or(word.len());
    std::str::from_utf8(&word[..end]).ok()?.parse().ok()
}

/// Refuses a link-layer address of another length than the device's own.
fn check_address(ip: &mut Ip, device: Option<&[u8]>, len: Option<usize>) -> Result<()> {
    let (Some(device), Some(len)) = (device, len) else { return Ok(()) };
    let Some(index) = ip.view.links.index(device) else { return Ok(()) };
    match address_len(ip, index)? {
        Some(own) if own != len => Err(Error::local(format!("Invalid address length {len} - must be {own} bytes"))),
        _ => Ok(()),
    }
}

/// How long the link-layer address of the device with this index is.
pub(super) fn address_len(ip: &mut Ip, index: u32) -> Result<Option<usize>> {
    ip.get(&mut link::get(index, 0, link::EXT_SKIP_STATS), |_, message| {
        link::Link::decode(message).and_then(|link| link.attrs.get(uapi::IFLA_ADDRESS as u16)).map(<[u8]>::len)
    })
}

fn parse_mode(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    listed(row, LINK_MODES, "Invalid link mode\n", words, request)
}

fn parse_state(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    listed(row, OPER_STATES, "Invalid operstate\n", words, request)
}

/// One of a list of words, in upper or lower case.
fn listed(row: &Row, list: &[&str], why: &str, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let value = list.iter().position(|name| name.as_bytes().eq_ignore_ascii_case(word));
    let value = value.ok_or_else(|| wrong(why, word))?;
    request.word(words.place() - 1).u8(row.attr, value as u8);
    Ok(())
}

fn parse_segments(row: &Row, _: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let value = number(word, 0).and_then(|value| u32::try_from(value).ok()).filter(|value| *value <= GSO_MAX_SEGS);
    let value = value.ok_or_else(|| wrong("Invalid \"gso_max_segs\" value\n", word))?;
    request.word(words.place() - 1).u32(row.attr, value);
    Ok(())
}

fn proto_down_reason(view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let known = view.names.number(names::Kind::ProtoDownReason, word);
    let bit = known.or_else(|| number(word, 0)?.try_into().ok()).filter(|bit| *bit < 32);
    let bit = bit.ok_or_else(|| wrong("invalid protodown reason\n", word))?;
    let word = words.require()?;
    let on = match word {
        _ if matches(word, "on") => true,
        _ if matches(word, "off") => false,
        _ => flag_word("protodown_reason", word)?,
    };
    request.word(words.place() - 1).nest(uapi::IFLA_PROTO_DOWN_REASON as u16 | NESTED, |r| {
        r.u32(uapi::IFLA_PROTO_DOWN_REASON_MASK as u16, 1 << bit);
        r.u32(uapi::IFLA_PROTO_DOWN_REASON_VALUE as u16, u32::from(on) << bit);
    });
    Ok(())
}
