//! `arp`: the ARP cache.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::ffi::OsStrExt;

use super::{ARP_FEATURES, VERSION, argument, family, flag, host, host_name, numeric, options_help};
use crate::commands::link::LinkAddress;
use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::output::Show;
use crate::rtnl::link::Link;
use crate::rtnl::neigh::{Header, Neighbour, Spec, dump, flag as ntf, state};
use crate::rtnl::route::{self, Route, RouteRequest};
use crate::rtnl::{link, uapi};
use crate::sys;
use crate::words::getopt::{self, Item, Opt};
use crate::words::options::Options;
use crate::words::{is_space, shown};

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(b'a', "all", "show hosts in the style of BSD"),
    flag(b'e', "", "show hosts in the style of Linux"),
    flag(b's', "set", "set an entry: HOST LLADDR [temp] [pub] [netmask MASK] [dev DEV]"),
    flag(b'd', "delete", "delete an entry: HOST [pub]"),
    flag(b'v', "verbose", "tell what is done"),
    flag(b'n', "numeric", "addresses as numbers"),
    argument(b'i', "device", "DEV", "only this device"),
    flag(b'D', "use-device", "LLADDR is a device, whose address is meant"),
    argument(b'A', "protocol", "FAMILY", "the address family, inet"),
    argument(b'p', "", "FAMILY", "the same as -A"),
    flag(b'f', "file", "set the entries in a file, /etc/ethers when none is named"),
    argument(b'H', "hw-type", "TYPE", "the type of device, ether when nothing is said"),
    argument(b't', "", "TYPE", "the same as -H"),
    flag(b'N', "symbolic", ""),
    flag(b'?', "", ""),
    flag(b'V', "version", "show the version"),
    flag(b'h', "help", "show this"),
];

/// Device types by the names that net-tools has for them, with their titles.
const TYPES: &[(u16, &str, &str)] = &[
    (781, "ash", "Ash"),
    (1, "ether", "Ethernet"),
    (3, "ax25", "AMPR AX.25"),
    (0, "netrom", "AMPR NET/ROM"),
    (270, "rose", "AMPR ROSE"),
    (7, "arcnet", "ARCnet"),
    (15, "dlci", "Frame Relay DLCI"),
    (774, "fddi", "Fiber Distributed Data Interface"),
    (780, "hippi", "HIPPI"),
    (783, "irda", "IrLAP"),
    (271, "x25", "generic X.25"),
    (27, "eui64", "Generic EUI-64"),
];

/// Other types of devices that net-tools knows: they have no ARP.
const OTHER_TYPES: &[&[u8]] = &[
    b"unspec",
    b"loop",
    b"slip",
    b"cslip",
    b"slip6",
    b"cslip6",
    b"adaptive",
    b"tunnel",
    b"ppp",
    b"hdlc",
    b"lapb",
    b"frad",
    b"sit",
    b"ec",
];

/// Families that net-tools knows and that have no ARP.
const OTHER_FAMILIES: &[&[u8]] = &[b"unix", b"inet6", b"ax25", b"netrom", b"rose", b"ipx", b"ddp", b"x25", b"ash"];

/// `ARPHRD_ETHER`, the type of device that is meant where none is named.
const ETHER: u16 = libc::ARPHRD_ETHER;

/// What is to be done: of several options that say so the last counts.
#[derive(Default)]
enum Action {
    #[default]
    Show,
    Set,
    Delete,
    Load,
}

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    action: Action,
    bsd: bool,
    linux: bool,
    verbose: bool,
    numeric: bool,
    from_device: bool,
    device: Option<Vec<u8>>,
    device_type: Option<u16>,
}

/// Carries out a command line and gives the exit status.
pub fn main(words: &[&[u8]]) -> u8 {
    let mut ip = Ip::new(Options::default());
    let result = run(&mut ip, words);
    ip.view.out.finish();
    match result {
        Ok(()) => 0,
        Err(error) => crate::output::tell(&error),
    }
}

fn run(ip: &mut Ip, words: &[&[u8]]) -> Result<()> {
    let mut asked = Asked::default();
    let mut operands = Vec::new();
    for item in getopt::read("arp", OPTIONS, words) {
        let (at, value) = match item {
            Ok(Item::Operand(word)) => {
                operands.push(word);
                continue;
            }
            Ok(Item::Option(at, value)) => (at, value.unwrap_or_default()),
            Err(text) => return Err(Error::words(format!("{text}\n{}", usage())).with_status(3)),
        };
        match OPTIONS[at].short {
            b'a' => (asked.action, asked.bsd) = (Action::Show, true),
            b'e' => asked.linux = true,
            b's' => asked.action = Action::Set,
            b'd' => asked.action = Action::Delete,
            b'f' => asked.action = Action::Load,
            b'v' => asked.verbose = true,
            b'n' => asked.numeric = true,
            b'D' => asked.from_device = true,
            b'i' => asked.device = Some(value.to_vec()).filter(|name| !name.is_empty()),
            b'A' | b'p' if family(value) == Some(libc::AF_INET) => {}
            b'A' | b'p' if OTHER_FAMILIES.contains(&value) => {
                return Err(Error::words(format!("arp: {}: kernel only supports 'inet'.", shown(value))));
            }
            b'A' | b'p' => {
                return Err(Error::words(format!("arp: {}: unknown address family.", shown(value))));
            }
            b'H' | b't' if OTHER_TYPES.contains(&value) => {
                return Err(Error::words(format!("arp: {}: hardware type without ARP support.", shown(value))));
            }
            b'H' | b't' => {
                let known = TYPES.iter().find(|(_, name, _)| name.as_bytes() == value);
                let unknown = || Error::words(format!("arp: {}: unknown hardware type.", shown(value)));
                asked.device_type = Some(known.ok_or_else(unknown)?.0);
            }
            b'N' => ip.view.out.complain("arp: -N not yet supported."),
            b'V' => {
                ip.view.out.text(VERSION);
                ip.view.out.text(ARP_FEATURES);
                return Ok(());
            }
            b'?' => return Err(wrong_usage()),
            b'h' => {
                ip.view.out.text(usage());
                ip.view.out.text("\n");
                ip.view.out.complain(&types_help());
                return Ok(());
            }
            _ => {}
        }
    }
    // The style of Linux wins wherever it is named.
    asked.bsd &= !asked.linux;
    match asked.action {
        Action::Show => show(ip, &asked, operands.first().copied()),
        Action::Set => set(ip, &asked, &operands),
        Action::Delete => delete(ip, &asked, &operands),
        Action::Load => load(ip, &asked, operands.first().copied().unwrap_or(b"/etc/ethers")),
    }
}

/// An entry to be shown.
struct Entry<'a> {
    address: [u8; 4],
    device: &'a [u8],
    device_type: u16,
    lladdr: Option<&'a [u8]>,
    permanent: bool,
    published: bool,
}

/// Shows the cache, or the entry of one host: one dump of neighbours, one of proxy entries.
fn show(ip: &mut Ip, asked: &Asked, name: Option<&[u8]>) -> Result<()> {
    let wanted = name.map(host).transpose().map_err(|error| error.with_status(255))?;
    let (mut entries, mut found) = (0, 0);
    for flags in [0, ntf::PROXY] {
        let mut types = Types::default();
        ip.dump(&mut dump(libc::AF_INET as u8, flags, None, None), |view, message| {
            let Some(entry) = Neighbour::decode(message).filter(is_shown) else {
                return;
            };
            let Some(&address) = entry.dst().and_then(<[u8]>::first_chunk::<4>) else { return };
            entries += 1;
            let device_type = types.of(view, entry.index);
            let valid = state::PERMANENT | state::REACHABLE | state::PROBE | state::STALE | state::DELAY;
            let published = flags != 0;
            let entry = Entry {
                address,
                device: view.links.name(entry.index),
                device_type,
                lladdr: entry.lladdr().filter(|_| entry.state & valid != 0),
                permanent: published || entry.state & state::PERMANENT != 0,
                published,
            };
            let is_wanted = wanted.is_none_or(|wanted| wanted == address)
                && asked.device.as_deref().is_none_or(|device| device == entry.device)
                && asked.device_type.is_none_or(|device_type| device_type == entry.device_type);
            if !is_wanted {
                return;
            }
            let out = &mut view.out;
            if found == 0 && !asked.bsd {
                out.text("Address                  HWtype  HWaddress           Flags Mask            Iface\n");
            }
            found += 1;
            let name = if asked.numeric { None } else { host_name(address) };
            let mut line = Vec::with_capacity(96);
            match asked.bsd {
                true => bsd(&entry, name, &mut line),
                false => columns(&entry, name, &mut line),
            }
            out.text(&line);
            out.flush_if_full();
        })?;
    }
    if asked.verbose {
        let skipped = entries - found;
        ip.view.out.text(format_args!("Entries: {entries}\tSkipped: {skipped}\tFound: {found}\n"));
    }
    match (name, wanted) {
        _ if found != 0 => {}
        (Some(name), Some(address)) if !asked.bsd => {
            ip.view.out.text(format_args!("{} ({}) -- no entry\n", shown(name), numeric(address)));
        }
        (None, _) if asked.device.is_none() && asked.device_type.is_none() => {}
        _ => ip.view.out.text(format_args!("arp: in {entries} entries no match found.\n")),
    }
    Ok(())
}

/// Whether the kernel's own text of the cache has the entry: proxies, and what has been asked for or found out.
fn is_shown(entry: &Neighbour<'_>) -> bool {
    entry.flags & ntf::PROXY != 0 || entry.state & !state::NOARP != 0
}

/// The type of the device last asked for: entries of a device stand together.
#[derive(Default)]
struct Types {
    last: Option<(u32, u16)>,
}

impl Types {
    fn of(&mut self, view: &mut View, index: u32) -> u16 {
        match self.last {
            Some((known, device_type)) if known == index => device_type,
            _ => {
                let device_type = if index == 0 { 0 } else { view.links.device_type(index) };
                self.last = Some((index, device_type));
                device_type
            }
        }
    }
}

/// Appends `text`, cut or filled up to `width`.
fn column(line: &mut Vec<u8>, text: impl Show, width: usize) {
    let start = line.len();
    text.put(line);
    line.truncate(start + width);
    line.resize(start + width, b' ');
}

fn columns(entry: &Entry<'_>, name: Option<String>, line: &mut Vec<u8>) {
    match name {
        Some(name) => column(line, name, 23),
        None => column(line, crate::output::Address(&entry.address), 23),
    }
    line.extend_from_slice(b"  ");
    match entry.lladdr {
        _ if entry.published => {
            column(line, "*", 8);
            column(line, "<from_interface>", 20);
        }
        Some(lladdr) => {
            column(line, type_name(entry.device_type), 8);
            column(line, LinkAddress(lladdr, entry.device_type), 20);
        }
        None => {
            column(line, "", 8);
            column(line, "(incomplete)", 20);
        }
    }
    let flags = match (entry.lladdr, entry.permanent, entry.published) {
        (_, _, true) => "MP",
        (Some(_), true, _) => "CM",
        (Some(_), false, _) => "C",
        (None, _, _) => "",
    };
    column(line, flags, 22);
    entry.device.put(line);
    line.push(b'\n');
}

fn bsd(entry: &Entry<'_>, name: Option<String>, line: &mut Vec<u8>) {
    match name {
        Some(name) => name.put(line),
        None => line.push(b'?'),
    }
    line.extend_from_slice(b" (");
    crate::output::Address(&entry.address).put(line);
    line.extend_from_slice(b") at ");
    match entry.lladdr {
        _ if entry.published => line.extend_from_slice(b"<from_interface> "),
        Some(lladdr) => {
            LinkAddress(lladdr, entry.device_type).put(line);
            format_args!(" [{}] ", type_name(entry.device_type)).put(line);
        }
        None => line.extend_from_slice(b"<incomplete> "),
    }
    if entry.permanent && (entry.published || entry.lladdr.is_some()) {
        line.extend_from_slice(b"PERM ");
    }
    if entry.published {
        line.extend_from_slice(b"PUB ");
    }
    line.extend_from_slice(b"on ");
    entry.device.put(line);
    line.push(b'\n');
}

fn type_name(device_type: u16) -> &'static str {
    TYPES.iter().find(|(known, _, _)| *known == device_type).map_or("ether", |(_, name, _)| name)
}

/// The words behind host and address.
#[derive(Default)]
struct Flags {
    temporary: bool,
    published: bool,
    unpublished: bool,
    netmask: Option<[u8; 4]>,
    device: Option<Vec<u8>>,
}

impl Flags {
    fn parse(words: &[&[u8]]) -> Result<Flags> {
        let mut flags = Flags::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                b"temp" => flags.temporary = true,
                b"pub" => flags.published = true,
                b"priv" => flags.published = false,
                b"trail" | b"auto" => {}
                b"dontpub" => flags.unpublished = true,
                b"dev" => flags.device = Some(words.next().ok_or_else(wrong_usage)?.to_vec()),
                b"netmask" => {
                    let word = words.next().ok_or_else(wrong_usage)?;
                    flags.netmask = match *word {
                        b"255.255.255.255" => None,
                        word => Some(host(word).map_err(|error| error.with_status(255))?),
                    };
                }
                _ => return Err(wrong_usage()),
            }
        }
        Ok(flags)
    }
}

/// The status where words are wrong: it ends a file too.
const WRONG_USAGE: u8 = 3;

fn wrong_usage() -> Error {
    Error::words(usage()).with_status(WRONG_USAGE)
}

/// What the stock tool's request to the kernel is called, and why it failed.
fn refused(call: &str, errno: i32) -> Error {
    Error::local(format!("{call}: {}", sys::strerror(errno))).with_status(255)
}

/// The device that `address` is reached through without a router.
fn device_to(ip: &mut Ip, address: [u8; 4]) -> std::result::Result<u32, i32> {
    let header = route::Header { family: libc::AF_INET as u8, ..route::Header::default() };
    let mut request = RouteRequest::new(Rtm::Getroute, NlmF::empty(), header);
    request.dst(&address, 32);
    let found = ip.get(&mut request.finish(), |_, message| {
        let route = Route::decode(message)?;
        route.oif().filter(|_| route.gateway().is_none())
    });
    match found {
        Ok(Some(index)) => Ok(index),
        Ok(None) => Err(libc::ENETUNREACH),
        Err(Error::Netlink { error, .. }) => Err(error.errno().unwrap_or(libc::EINVAL)),
        Err(_) => Err(libc::EINVAL),
    }
}

/// Where an entry belongs: the device named, or the one that leads to the host.
fn place(ip: &mut Ip, asked: &Asked, flags: &Flags, address: [u8; 4]) -> std::result::Result<u32, i32> {
    match flags.device.as_ref().or(asked.device.as_ref()) {
        Some(name) => ip.view.links.index(name).ok_or(libc::ENODEV),
        None if flags.published => Ok(0),
        None => device_to(ip, address),
    }
}

/// Sets an entry: host, link-layer address, flags.
fn set(ip: &mut Ip, asked: &Asked, words: &[&[u8]]) -> Result<()> {
    let need = |text: &str| Error::local(format!("arp: {text}")).with_status(255);
    let name = words.first().ok_or_else(|| need("need host name"))?;
    let address = host(name).map_err(|error| error.with_status(255))?;
    let word = words.get(1).ok_or_else(|| need("need hardware address"))?;
    let wanted_type = asked.device_type.unwrap_or(ETHER);
    let (lladdr, device_type) = match asked.from_device {
        true => device_address(ip, word).ok_or_else(|| {
            let why = sys::strerror(libc::ENODEV);
            need(&format!("cant get HW-Address for `{}': {why}.", shown(word)))
        })?,
        false => (hardware(word, address).ok_or_else(|| need("invalid hardware address"))?, wanted_type),
    };
    if asked.from_device && asked.verbose {
        let mut text = Vec::new();
        format_args!("arp: device `{}' has HW address {} `", shown(word), type_name(device_type)).put(&mut text);
        LinkAddress(&lladdr, device_type).put(&mut text);
        ip.view.out.complain(&format!("{}'.", shown(&text)));
    }
    let flags = Flags::parse(&words[2..])?;
    if asked.verbose {
        ip.view.out.complain("arp: SIOCSARP()");
    }
    let fail = |errno| refused("SIOCSARP", errno);
    if flags.netmask.is_some() || (flags.unpublished && !flags.published) {
        return Err(fail(libc::EINVAL));
    }
    let index = match place(ip, asked, &flags, address).map_err(fail)? {
        0 => owner(ip, &lladdr)?.ok_or_else(|| fail(libc::ENODEV))?,
        index => index,
    };
    // Else the kernel takes the address for one of another type (arp(7)).
    if !flags.published && ip.view.links.device_type(index) != device_type {
        return Err(fail(libc::EINVAL));
    }
    let state = match (flags.published, flags.temporary) {
        (false, true) => state::STALE,
        _ => state::PERMANENT,
    };
    let spec = Spec {
        header: Header {
            family: libc::AF_INET as u8,
            index,
            state,
            flags: if flags.published { ntf::PROXY } else { 0 },
        },
        dst: Some((&address, 0)),
        lladdr: Some((lladdr.as_slice(), 1)).filter(|_| !flags.published),
        ..Spec::default()
    };
    ask(ip, &spec, Rtm::Newneigh, NlmF::CREATE | NlmF::REPLACE).map_err(fail)
}

/// Sends a request and gives the errno of a refusal.
fn ask(ip: &mut Ip, spec: &Spec<'_>, kind: Rtm, flags: NlmF) -> std::result::Result<(), i32> {
    match ip.ask(&mut spec.encode(kind, flags)) {
        Ok(()) => Ok(()),
        Err(Error::Netlink { error, .. }) => Err(error.errno().unwrap_or(libc::EINVAL)),
        Err(_) => Err(libc::EINVAL),
    }
}

/// Deletes the entry of a host, or its proxy entry.
fn delete(ip: &mut Ip, asked: &Asked, words: &[&[u8]]) -> Result<()> {
    let missing = || Error::local("arp: need host name").with_status(255);
    let name = words.first().ok_or_else(missing)?;
    let address = host(name).map_err(|error| error.with_status(255))?;
    if asked.verbose {
        words[1..].iter().for_each(|word| ip.view.out.complain(&format!("args={}", shown(word))));
    }
    let flags = Flags::parse(&words[1..])?;
    let call = if flags.published { "SIOCDARP(pub)" } else { "SIOCDARP(dontpub)" };
    if asked.verbose {
        ip.view.out.complain(&format!("arp: {call}"));
    }
    let fail = |errno| refused(call, errno);
    if flags.netmask.is_some() || (flags.unpublished && !flags.published) {
        return Err(fail(libc::EINVAL));
    }
    let index = place(ip, asked, &flags, address).map_err(fail)?;
    let spec = Spec {
        header: Header {
            family: libc::AF_INET as u8,
            index,
            state: 0,
            flags: if flags.published { ntf::PROXY } else { 0 },
        },
        dst: Some((&address, 0)),
        ..Spec::default()
    };
    match ask(ip, &spec, Rtm::Delneigh, NlmF::empty()) {
        Ok(()) => Ok(()),
        Err(libc::ENOENT | libc::ENXIO) => {
            ip.view.out.text(format_args!("No ARP entry for {}\n", shown(name)));
            Err(Error::silent(255))
        }
        Err(errno) => Err(fail(errno)),
    }
}

/// The Ethernet address that `word` is: up to six groups of one or two hexadecimal digits, with colons where one likes
/// and anything behind the sixth.
///
/// Groups that are missing are taken from two zeroes and the host's address, which is what the stock tool's buffer
/// holds from before.
fn hardware(word: &[u8], [a, b, c, d]: [u8; 4]) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16).map(|digit| digit as u8);
    let mut address = vec![0, 0, a, b, c, d];
    let mut rest = word;
    for byte in &mut address {
        let Some((&high, after)) = rest.split_first() else { break };
        *byte = digit(high)?;
        rest = after;
        if let Some((&low, after)) = rest.split_first().filter(|(low, _)| **low != b':') {
            *byte = *byte << 4 | digit(low)?;
            rest = after;
        }
        rest = rest.strip_prefix(b":").unwrap_or(rest);
    }
    Some(address)
}

/// The link-layer address of the device called `name`, and its type.
fn device_address(ip: &mut Ip, name: &[u8]) -> Option<(Vec<u8>, u16)> {
    let index = ip.view.links.index(name)?;
    let mut request = link::get(index, 0, link::EXT_SKIP_STATS);
    ip.get(&mut request, |_, message| {
        let link = Link::decode(message)?;
        Some((link.attrs.get(uapi::IFLA_ADDRESS as u16)?.to_vec(), link.device_type))
    })
    .ok()?
}

/// The device that has this link-layer address: it is the one that answers for others with it.
fn owner(ip: &mut Ip, lladdr: &[u8]) -> Result<Option<u32>> {
    let select = link::Select { ext_mask: link::EXT_SKIP_STATS, ..link::Select::default() };
    let found = ip.collect(&mut link::dump(&select), |message| {
        let link = Link::decode(message)?;
        (link.attrs.get(uapi::IFLA_ADDRESS as u16) == Some(lladdr)).then_some(link.index)
    })?;
    Ok(found.first().copied())
}

/// Sets the entries in a file: a line is what follows `-s`.
fn load(ip: &mut Ip, asked: &Asked, file: &[u8]) -> Result<()> {
    let name = shown(file).into_owned();
    let input = File::open(OsStr::from_bytes(file))
        .map_err(|_| Error::local(format!("arp: cannot open etherfile {name} !")).with_status(255))?;
    let mut input = BufReader::new(input);
    let (mut line, mut number) = (Vec::new(), 0);
    while input.read_until(b'\n', &mut line).is_ok_and(|len| len > 0) {
        let line = std::mem::take(&mut line);
        number += 1;
        if asked.verbose {
            ip.view.out.flush();
            let _ = std::io::stderr().write_all(&[b">> ", line.as_slice()].concat());
        }
        let words: Vec<&[u8]> = line.split(|&b| is_space(b)).filter(|word| !word.is_empty()).collect();
        match words.first() {
            None => continue,
            Some(_) if line.starts_with(b"#") => continue,
            Some(_) if words.len() < 2 => {
                ip.view.out.complain(&format!("arp: format error on line {number} of etherfile {name} !"));
                continue;
            }
            Some(_) => {}
        }
        if let Err(error) = set(ip, asked, &words) {
            if error.status() == WRONG_USAGE {
                return Err(error);
            }
            ip.view.out.complain_of(&error);
            ip.view.out.complain(&format!("arp: cannot set entry on line {number} of etherfile {name} !"));
        }
    }
    Ok(())
}

/// The summary of `arp --help`.
fn usage() -> String {
    format!(
        "Usage:\n  arp [-vn] [-H TYPE] [-i DEV] [-ae] [HOST]\n  arp [-v] [-i DEV] -d HOST [pub]\n  \
         arp [-vD] [-H TYPE] [-i DEV] -s HOST LLADDR [temp|pub]\n  arp [-vD] [-H TYPE] [-i DEV] -f [FILE]\n\n{}",
        options_help(OPTIONS).trim_end()
    )
}

fn types_help() -> String {
    let types: Vec<String> = TYPES.iter().map(|(_, name, title)| format!("{name} ({title})")).collect();
    format!("  Types of devices: {}", types.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_as_net_tools_writes_them() {
        let mut entry = Entry {
            address: [10, 0, 0, 3],
            device: b"v0",
            device_type: 1,
            lladdr: Some(&[2, 0, 0, 0, 0, 3]),
            permanent: true,
            published: false,
        };
        let mut line = Vec::new();
        columns(&entry, None, &mut line);
        bsd(&entry, None, &mut line);
        entry.lladdr = None;
        columns(&entry, Some("a-name-of-more-than-twenty-three".into()), &mut line);
        let expected = "10.0.0.3                 ether   02:00:00:00:00:03   CM                    v0\n\
                        ? (10.0.0.3) at 02:00:00:00:00:03 [ether] PERM on v0\n\
                        a-name-of-more-than-twe          (incomplete)                              v0\n";
        assert_eq!(String::from_utf8(line).unwrap(), expected);
        assert_eq!(hardware(b"2:0:0:0:0:a", [9; 4]), Some(vec![2, 0, 0, 0, 0, 10]));
        assert_eq!(hardware(b"2:1", [10, 0, 0, 9]), Some(vec![2, 1, 10, 0, 0, 9]));
        assert_eq!(hardware(b"020000:00:000a99", [9; 4]), Some(vec![2, 0, 0, 0, 0, 10]));
        assert_eq!((hardware(b"zz", [0; 4]), hardware(b"2::1", [0; 4])), (None, None));
    }
}
