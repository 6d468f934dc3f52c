//! `arp`: the ARP cache.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::hardware::{self, ETHER, TYPES, Type};
use super::route::families;
use super::{
    ARP_FEATURES, First, ONE_FAMILY, VERSION, argument, column, device_field, flag, host_name, listed, meaning,
    numeric, options_help,
};
use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::output::Show;
use crate::rtnl::neigh::{Neighbour, dump, flag as ntf, state};
use crate::sys::{self, ArpEntry, Change, Hardware};
use crate::words::getopt::{self, Item, Opt};
use crate::words::options::Options;
use crate::words::shown;

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
struct Asked {
    action: Action,
    /// `-a`, which wants the style of BSD unless `linux` is asked for too.
    bsd: bool,
    linux: bool,
    verbose: bool,
    numeric: bool,
    from_device: bool,
    /// `-i`, or the device that a line of a file has named since.
    device: Option<Vec<u8>>,
    device_type: Option<&'static Type>,
    family: &'static str,
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
    let mut asked = Asked {
        action: Action::Show,
        bsd: false,
        linux: false,
        verbose: false,
        numeric: false,
        from_device: false,
        device: None,
        device_type: None,
        family: "inet",
    };
    let mut operands = Vec::new();
    for item in getopt::read("arp", OPTIONS, words) {
        let (at, value) = match item {
            Ok(Item::Operand(word)) => {
                operands.push(word);
                continue;
            }
            Ok(Item::Option(at, value)) => (at, value.unwrap_or_default()),
            Err(text) => return Err(Error::words(format!("{text}\n{}\n{}", usage(), types_help())).with_status(3)),
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
            b'i' => asked.device = device_named(value),
            b'A' | b'p' => match families::named(value) {
                Some(family) => asked.family = family.name,
                None => {
                    if value.contains(&b',') {
                        ip.view.out.complain(ONE_FAMILY);
                    }
                    return Err(Error::words(format!("arp: {}: unknown address family.", shown(value))));
                }
            },
            b'H' | b't' => {
                let unknown = || Error::words(format!("arp: {}: unknown hardware type.", shown(value)));
                asked.device_type = Some(hardware::named(value).ok_or_else(unknown)?);
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
    if asked.family != "inet" {
        return Err(Error::words(format!("arp: {}: kernel only supports 'inet'.", asked.family)));
    }
    if let Some(unfit) = asked.device_type.filter(|device_type| !device_type.has_arp()) {
        return Err(Error::words(format!("arp: {}: hardware type without ARP support.", unfit.name)));
    }
    match asked.action {
        Action::Show => show(ip, &asked, operands.first().copied()),
        Action::Set => set(ip, &mut asked, &operands),
        Action::Delete => delete(ip, &mut asked, &operands),
        Action::Load => load(ip, &mut asked, operands.first().copied().unwrap_or(b"/etc/ethers")),
    }
}

/// A device by its name, of which what is too long is cut; nothing for no name.
fn device_named(name: &[u8]) -> Option<Vec<u8>> {
    Some(name[..name.len().min(15)].to_vec()).filter(|name| !name.is_empty())
}

/// The address of a host.
fn host(word: &[u8]) -> Result<[u8; 4]> {
    meaning(word, First::Network).map(super::Meaning::address).map_err(|error| error.with_status(255))
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
    let bsd_style = asked.bsd && !asked.linux;
    let wanted = name.map(host).transpose()?;
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
                && asked.device_type.is_none_or(|device_type| device_type.number == entry.device_type.into());
            if !is_wanted {
                return;
            }
            let out = &mut view.out;
            if found == 0 && !bsd_style {
                out.text("Address                  HWtype  HWaddress           Flags Mask            Iface\n");
            }
            found += 1;
            let name = if asked.numeric { None } else { host_name(&mut view.hosts, address) };
            let mut line = Vec::with_capacity(96);
            match bsd_style {
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
            column(line, address_text(lladdr, entry.device_type), 20);
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
            address_text(lladdr, entry.device_type).put(line);
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
    hardware::numbered(device_type).unwrap_or(ETHER).name
}

/// A link-layer address as `/proc/net/arp` has it: call signs where the device's type has those, else at most nine bytes
/// (`arp_format_neigh_entry`, net/ipv4/arp.c).
fn address_text(address: &[u8], device_type: u16) -> String {
    match device_type {
        libc::ARPHRD_AX25 | libc::ARPHRD_NETROM => hardware::call_sign(address),
        _ => address.iter().take(9).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"),
    }
}

/// `ATF_*` (`linux/if_arp.h`).
mod atf {
    pub const COMPLETE: u16 = 0x02;
    pub const PERMANENT: u16 = 0x04;
    pub const PUBLISHED: u16 = 0x08;
    pub const TRAILERS: u16 = 0x10;
    pub const NETMASK: u16 = 0x20;
    pub const UNPUBLISHED: u16 = 0x40;
}

/// What the words behind host and address say.
#[derive(Default)]
struct Said<'a> {
    /// `pub` is there.
    published: bool,
    /// `priv` is there.
    private: bool,
    /// `pub` is there and no `priv` behind it.
    publishes: bool,
    netmask: Option<&'a [u8]>,
}

/// Reads the words behind host and address into `entry`. `tell` is told of each but for the values.
fn read_flags<'a>(
    asked: &mut Asked,
    entry: &mut ArpEntry,
    words: &[&'a [u8]],
    mut tell: impl FnMut(&[u8]),
) -> Result<Said<'a>> {
    let mut said = Said::default();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        tell(word);
        match word {
            b"temp" => entry.flags &= !atf::PERMANENT,
            b"pub" => (said.published, said.publishes) = (true, true),
            b"priv" => (said.private, said.publishes) = (true, false),
            b"trail" => entry.flags |= atf::TRAILERS,
            b"dontpub" => entry.flags |= atf::UNPUBLISHED,
            b"auto" => {}
            b"dev" => asked.device = device_named(words.next().ok_or_else(wrong_usage)?),
            b"netmask" => {
                let word = words.next().ok_or_else(wrong_usage)?;
                if word != b"255.255.255.255" {
                    said.netmask = Some(word);
                    entry.netmask = Some(host(word)?);
                    entry.flags |= atf::NETMASK;
                }
            }
            _ => return Err(wrong_usage()),
        }
    }
    Ok(said)
}

/// The status where words are wrong: it ends a file too.
const WRONG_USAGE: u8 = 3;

fn wrong_usage() -> Error {
    Error::words(format!("{}\n{}", usage(), types_help())).with_status(WRONG_USAGE)
}

/// What the stock tool's request to the kernel is called, and why it failed.
fn refused(call: &str, errno: nix::errno::Errno) -> Error {
    Error::local(format!("{call}: {}", sys::strerror(errno as i32))).with_status(255)
}

fn missing(what: &str) -> Error {
    Error::local(format!("arp: need {what}")).with_status(255)
}

/// The socket that the cache is changed on.
fn inet_socket() -> Result<OwnedFd> {
    socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
        .map_err(|errno| refused("socket", errno))
}

/// Sets an entry: host, link-layer address, flags.
fn set(ip: &mut Ip, asked: &mut Asked, words: &[&[u8]]) -> Result<()> {
    let fd = inet_socket()?;
    let name = words.first().ok_or_else(|| missing("host name"))?;
    let address = host(name)?;
    let word = words.get(1).ok_or_else(|| missing("hardware address"))?;
    let hardware = match asked.from_device {
        true => device_address(ip, asked, &fd, word)?,
        false => {
            let wanted = asked.device_type.unwrap_or(ETHER);
            // The stock tool reads into the buffer in which the host's address is, behind a port.
            let mut before = [0; 14];
            before[2..6].copy_from_slice(&address);
            let read = wanted.read(word, before);
            let invalid = |why| Error::local(format!("{why}arp: invalid hardware address")).with_status(255);
            (wanted.number as u16, read.map_err(invalid)?)
        }
    };
    let mut entry = ArpEntry { address, hardware, flags: atf::PERMANENT | atf::COMPLETE, ..ArpEntry::default() };
    if read_flags(asked, &mut entry, &words[2..], |_| {})?.publishes {
        entry.flags |= atf::PUBLISHED;
    }
    entry.device = device_field(asked.device.as_deref().unwrap_or_default());
    if asked.verbose {
        ip.view.out.complain("arp: SIOCSARP()");
    }
    sys::change_arp(&fd, Change::Add, &entry).map_err(|errno| refused("SIOCSARP", errno))
}

/// Type and link-layer address of the device called `name`.
fn device_address(ip: &mut Ip, asked: &Asked, fd: &OwnedFd, name: &[u8]) -> Result<Hardware> {
    let (number, address) = sys::if_hardware(fd, &name[..name.len().min(15)]).map_err(|errno| {
        let why = sys::strerror(errno as i32);
        Error::local(format!("arp: cant get HW-Address for `{}': {why}.", shown(name))).with_status(255)
    })?;
    if asked.device_type.is_some_and(|wanted| wanted.number != number.into()) {
        return Err(Error::local("arp: protocol type mismatch.").with_status(255));
    }
    if asked.verbose {
        let (type_name, text) = hardware::described(number, &address);
        ip.view.out.complain(&format!("arp: device `{}' has HW address {type_name} `{text}'.", shown(name)));
    }
    Ok((number, address))
}

/// Deletes the entry of a host, or that with which its address is answered for, whichever there is.
fn delete(ip: &mut Ip, asked: &mut Asked, words: &[&[u8]]) -> Result<()> {
    let fd = inet_socket()?;
    let name = words.first().ok_or_else(|| missing("host name"))?;
    let hardware = (asked.device_type.map_or(0, |device_type| device_type.number as u16), [0; 14]);
    let mut entry = ArpEntry { address: host(name)?, hardware, flags: atf::PERMANENT, ..ArpEntry::default() };
    let verbose = asked.verbose;
    let tell = |word: &[u8]| {
        if verbose {
            ip.view.out.complain(&format!("args={}", shown(word)));
        }
    };
    let said = read_flags(asked, &mut entry, &words[1..], tell)?;
    entry.device = device_field(asked.device.as_deref().unwrap_or_default());
    let is_either = said.published == said.private;
    for (is_wanted, call, more) in [
        (is_either || said.private, "SIOCDARP(dontpub)", 0),
        (is_either || said.published, "SIOCDARP(pub)", atf::PUBLISHED),
    ] {
        if !is_wanted {
            continue;
        }
        entry.flags |= more;
        if asked.verbose {
            ip.view.out.complain(&format!("arp: {call}"));
        }
        match sys::change_arp(&fd, Change::Delete, &entry) {
            Ok(()) => return Ok(()),
            Err(nix::errno::Errno::ENXIO | nix::errno::Errno::ENOENT) => {}
            Err(errno) => return Err(refused(call, errno)),
        }
    }
    // The netmask has taken the place of the name.
    ip.view.out.text(format_args!("No ARP entry for {}\n", shown(said.netmask.unwrap_or(name))));
    Err(Error::silent(255))
}

/// How long a line of a file may be, in bytes: the rest of a longer one is a line of its own.
const LINE: u64 = 1023;

/// Sets the entries in a file: a line is what follows `-s`, or an address and a host as in ethers(5).
fn load(ip: &mut Ip, asked: &mut Asked, file: &[u8]) -> Result<()> {
    let name = shown(file).into_owned();
    let input = File::open(OsStr::from_bytes(file))
        .map_err(|_| Error::local(format!("arp: cannot open etherfile {name} !")).with_status(255))?;
    let mut input = BufReader::new(input);
    let (mut line, mut number) = (Vec::new(), 0);
    while input.by_ref().take(LINE).read_until(b'\n', &mut line).is_ok_and(|len| len > 0) {
        let line = std::mem::take(&mut line);
        let line = line.split(|&b| b == 0).next().unwrap_or_default();
        number += 1;
        if asked.verbose {
            ip.view.out.flush();
            let _ = std::io::stderr().write_all(&[b">> ", line].concat());
        }
        let line = line.split(|&b| b == b'\n').next().unwrap_or_default();
        if matches!(line, [] | [b'#', ..]) {
            continue;
        }
        let words = words_of(line);
        let mut words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        if words.len() < 2 {
            ip.view.out.complain(&format!("arp: format error on line {number} of etherfile {name} !"));
            continue;
        }
        if words[0].contains(&b':') {
            words.swap(0, 1);
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

/// How many words of a line are read.
const MOST_WORDS: usize = 31;

/// The words of a line, with blanks and tabs between; one in quotes ends at the next that has no backslash before it.
fn words_of(line: &[u8]) -> Vec<Vec<u8>> {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    let skip = |text: &mut &[u8]| *text = &text[text.iter().position(|b| !is_blank(b)).unwrap_or(text.len())..];
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() && words.len() < MOST_WORDS {
        skip(&mut rest);
        let (word, after) = match rest {
            [quote @ (b'"' | b'\''), inner @ ..] => {
                let ends = |at: &usize| inner[*at] == *quote && (*at == 0 || inner[*at - 1] != b'\\');
                match (0..inner.len()).find(ends) {
                    Some(at) => (&inner[..at], &inner[at + 1..]),
                    None => (inner, &[][..]),
                }
            }
            _ => rest.split_at(rest.iter().position(is_blank).unwrap_or(rest.len())),
        };
        words.push(word.to_vec());
        rest = after;
        skip(&mut rest);
    }
    words
}

/// The summary of `arp --help`.
fn usage() -> String {
    format!(
        "Usage:\n  arp [-vn] [-H TYPE] [-i DEV] [-ae] [HOST]\n  arp [-v] [-i DEV] -d HOST [pub]\n  \
         arp [-vD] [-H TYPE] [-i DEV] -s HOST LLADDR [temp|pub]\n  arp [-vD] [-H TYPE] [-i DEV] -f [FILE]\n\n{}",
        options_help(OPTIONS).trim_end()
    )
}

/// The types of devices that have ARP.
fn types_help() -> String {
    listed(TYPES.iter().filter(|known| known.has_arp()).map(|known| (known.name, known.title)))
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
        assert_eq!(address_text(&[1; 20], 32), "01:01:01:01:01:01:01:01:01");
    }

    #[test]
    fn words_of_a_line() {
        let words = |line: &str| -> Vec<String> {
            words_of(line.as_bytes()).iter().map(|word| shown(word).into_owned()).collect()
        };
        assert_eq!(words("a  b\t\"c d\"e 'f"), ["a", "b", "c d", "e", "f"]);
        assert_eq!(words("  "), [""]);
        assert_eq!(words(&"a ".repeat(40)).len(), MOST_WORDS);
    }
}
