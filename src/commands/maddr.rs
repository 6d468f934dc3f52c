//! `ip maddress`: multicast addresses that devices listen to, from `/proc/net`, which netlink does not show whole.

use super::host::{self, Host};
use super::{Ip, Object, Verb, View, because};
use crate::commands::link::Padded;
use crate::error::{Error, Result};
use crate::output::{Color, Hardware};
use crate::sys;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::lladdr;
use crate::words::prefix::family_name;
use crate::words::{duplicate, garbage, is_device_name, matches, wrong};

const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;
const PACKET: u8 = libc::AF_PACKET as u8;
/// The length of an Ethernet address.
const ETHER_LEN: usize = 6;
/// How long an address that outgrows a device request is said to be.
const TOO_LONG: usize = 15;

const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "the device" };
const ADDRESS: Entry = Entry { name: "address", argument: "LLADDR", help: "the address, the keyword may be left out" };

/// The object `maddress`.
pub const MADDRESS: Object = Object {
    name: "maddress",
    called: "maddr",
    help: "multicast addresses of devices",
    verbs: &[
        Verb { name: "add", help: "listen to an address", grammar: || vec![ADDRESS, DEV], run: add },
        Verb { name: "delete", help: "listen no more", grammar: || vec![ADDRESS, DEV], run: delete },
        Verb { name: "list", help: "show addresses", grammar: || vec![DEV], run: show },
        Verb { name: "show", help: "", grammar: || vec![DEV], run: show },
        Verb { name: "lst", help: "", grammar: || vec![DEV], run: show },
    ],
    default: show,
};

/// An address that a device listens to.
#[derive(Debug, PartialEq, Eq)]
struct Entered {
    index: u32,
    name: Vec<u8>,
    family: u8,
    address: Vec<u8>,
    users: u32,
    /// Made by hand.
    is_static: bool,
}

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut device = None;
    while let Some(word) = words.next() {
        let word = match word {
            b"dev" => words.require()?,
            _ if matches(word, "help") => return Err(crate::commands::object_usage(&MADDRESS)),
            _ => word,
        };
        if device.is_some() {
            return Err(garbage("dev", word));
        }
        device = Some(word);
    }
    let family = ip.view.options.family;
    let mut found = Vec::new();
    for (its, file, read) in [
        (PACKET, "/proc/net/dev_mcast", read_dev as fn(&str) -> Vec<Entered>),
        (INET, "/proc/net/igmp", read_igmp),
        (INET6, "/proc/net/igmp6", read_igmp6),
    ] {
        if family == 0 || family == its {
            found.extend(read(&std::fs::read_to_string(file).unwrap_or_default()));
        }
    }
    found.retain(|entered| device.is_none_or(|name| entered.name == name));
    found.sort_by_key(|entered| entered.index);
    ip.begin_json();
    list(&mut ip.view, &found);
    Ok(())
}

fn list(view: &mut View, found: &[Entered]) {
    let mut headed = 0;
    for entered in found {
        if entered.index != headed || view.out.is_oneline() {
            if headed != 0 {
                view.out.close_array("");
                view.out.close_object();
            }
            headed = entered.index;
            view.out.open_object("");
            view.out.num("ifindex", "", entered.index, ":");
            view.out.paint(Color::Device, |out| out.str("ifname", "\t", &entered.name, ""));
            view.out.line();
            view.out.open_array("maddr", "");
        }
        describe(view, entered);
    }
    if headed != 0 {
        view.out.close_array("");
        view.out.close_object();
    }
}

fn describe(view: &mut View, entered: &Entered) {
    let View { out, options, hosts, .. } = view;
    out.text("\t");
    out.open_object("");
    if entered.family == PACKET {
        out.text("link  ");
        out.paint(Color::Hardware, |out| out.str("link", "", Hardware(&entered.address), ""));
    } else {
        let name = family_name(entered.family);
        out.str("family", "", Padded(name, if out.is_json() { 0 } else { 5 }), " ");
        let address = Host::new(options, hosts, entered.family, &entered.address);
        let color = host::color(entered.family).unwrap_or(Color::Plain);
        out.paint(color, |out| out.str("address", "", address, ""));
    }
    if entered.users != 1 {
        out.num("users", " users ", entered.users, "");
    }
    if entered.is_static {
        out.str("features", " ", "static", "");
    }
    out.text("\n");
    out.close_object();
}

/// Reads lines of `INDEX NAME USERS STATIC ADDRESS`.
fn read_dev(text: &str) -> Vec<Entered> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [index, name, users, by_hand, address, ..] = words[..] else { return None };
        let mut entered = entered(PACKET, index, name, users, address)?;
        entered.is_static = by_hand != "0";
        Some(entered)
    };
    text.lines().filter_map(line).collect()
}

/// Reads lines of `INDEX NAME ADDRESS USERS …`.
fn read_igmp6(text: &str) -> Vec<Entered> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [index, name, address, users, ..] = words[..] else { return None };
        entered(INET6, index, name, users, address)
    };
    text.lines().filter_map(line).collect()
}

/// Reads lines of `INDEX NAME : …`, each followed by lines of a tab, an address in the machine's byte order and users.
fn read_igmp(text: &str) -> Vec<Entered> {
    let (mut index, mut name) = ("", "");
    let mut found = Vec::new();
    for line in text.lines().skip(1) {
        let mut words = line.split_ascii_whitespace();
        if !line.starts_with('\t') {
            index = words.next().unwrap_or_default();
            name = words.next().map(|name| name.strip_suffix(':').unwrap_or(name)).unwrap_or_default();
            continue;
        }
        let (Some(address), Some(users)) = (words.next(), words.next()) else { continue };
        found.extend(entered(INET, index, name, users, address).map(|mut entered| {
            if cfg!(target_endian = "little") {
                entered.address.reverse();
            }
            entered
        }));
    }
    found
}

fn entered(family: u8, index: &str, name: &str, users: &str, address: &str) -> Option<Entered> {
    let digits = address.as_bytes().as_chunks::<2>().0;
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    Some(Entered {
        index: index.parse().ok()?,
        name: name.as_bytes().to_vec(),
        family,
        address: digits.iter().map(byte).collect::<Option<_>>()?,
        users: users.parse().ok()?,
        is_static: false,
    })
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, sys::Multicast::Add)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, sys::Multicast::Delete)
}

fn change(ip: &mut Ip, mut words: Words<'_>, change: sys::Multicast) -> Result<()> {
    let (mut device, mut address) = (None, [0; ETHER_LEN]);
    while let Some(word) = words.next() {
        if word == b"dev" {
            let word = words.require()?;
            if device.is_some() {
                return Err(duplicate("dev", word));
            }
            if !is_device_name(word) {
                return Err(wrong("\"dev\" not a valid ifname", word));
            }
            device = Some(word);
            continue;
        }
        let word = if matches(word, "address") { words.require()? } else { word };
        if matches(word, "help") {
            return Err(crate::commands::object_usage(&MADDRESS));
        }
        if address[0] != 0 {
            return Err(duplicate("address", word));
        }
        // The stock tool leaves at once where it is none.
        let bytes = lladdr::parse(word).map_err(|error| Error::words(error.to_string()).with_status(1))?;
        address = bytes[..].try_into().map_err(|_| {
            let len = bytes.len().min(TOO_LONG);
            let text = format!("Error: Invalid address length {len} - must be {ETHER_LEN} bytes");
            Error::words(text).with_status(1)
        })?;
    }
    let device = device.ok_or_else(|| Error::words("Not enough information: \"dev\" is required."))?;
    let family = match ip.view.options.family {
        family @ (INET | INET6 | PACKET) => family,
        _ => INET,
    };
    sys::if_multicast(family, device, change, &address).map_err(|errno| because("ioctl", errno))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_shows() {
        let igmp = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
                    1\tlo        :     1      V3\n\t\t\t\t010000E0     2 0:00000000\t\t0\n";
        let found = read_igmp(igmp);
        assert_eq!((found.len(), found[0].index, found[0].users, &found[0].name[..]), (1, 1, 2, &b"lo"[..]));
        if cfg!(target_endian = "little") {
            assert_eq!(found[0].address, [224, 0, 0, 1]);
        }
        let found = read_dev("2    eth0            1     1     01005e000001\nshort line\n");
        assert_eq!((found.len(), found[0].is_static), (1, true));
        assert_eq!(found[0].address, [1, 0, 0x5e, 0, 0, 1]);
        assert_eq!(read_igmp6("1 lo ff020000000000000000000000000001 1 0000000C 0")[0].address[15], 1);
        assert!(read_igmp("").is_empty() && read_igmp6("1 lo zz 1").is_empty());
    }
}
