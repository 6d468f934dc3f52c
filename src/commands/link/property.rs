//! `ip link property`: alternative names.

use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::link::{self, Header};
use crate::rtnl::uapi;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{garbage, is_alt_name, matches, no_device, wrong};

/// `NLA_F_NESTED`, which the kernel insists on for this one nest.
const NESTED: u16 = 0x8000;

/// What follows `property`.
pub const GRAMMAR: &[Entry] = &[
    Entry { name: "add", argument: "", help: "give names" },
    Entry { name: "del", argument: "", help: "take names away" },
    Entry { name: "altname", argument: "NAME", help: "the name, up to 127 characters" },
    Entry { name: "dev", argument: "DEV", help: "the device" },
];

/// Gives a device alternative names, or takes them away.
pub fn property(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (kind, flags) = match words.next() {
        Some(word) if matches(word, "add") => (uapi::RTM_NEWLINKPROP as u16, NlmF::EXCL | NlmF::CREATE | NlmF::APPEND),
        Some(word) if matches(word, "del") => (uapi::RTM_DELLINKPROP as u16, NlmF::empty()),
        Some(word) if !matches(word, "help") => return Err(Error::words("Operator required")),
        _ => return Err(super::usage()),
    };
    let mut request = link::request(Rtm::from(kind), flags);
    let mut device = None;
    let list = request.open(uapi::IFLA_PROP_LIST as u16 | NESTED);
    while let Some(word) = words.next() {
        if matches(word, "altname") {
            let name = words.require()?;
            if name.is_empty() || !is_alt_name(name) {
                return Err(wrong("not a valid altname", name));
            }
            request.word(words.place() - 1).string(uapi::IFLA_ALT_IFNAME as u16, name);
            continue;
        }
        if matches(word, "help") {
            return Err(super::usage());
        }
        let name = if word == b"dev" { words.require()? } else { word };
        if device.is_some() {
            return Err(garbage("dev", name));
        }
        if name.is_empty() || !is_alt_name(name) {
            return Err(wrong("\"dev\" not a valid ifname", name));
        }
        device = Some(name);
    }
    request.close(list);
    let missing = || Error::words("Not enough of information: \"dev\" argument is required.");
    let name = device.ok_or_else(missing)?;
    let index = ip.view.links.index(name).ok_or_else(|| no_device(name))?;
    Header { family: ip.view.options.family, index, ..Header::default() }.patch(&mut request);
    ip.ask(&mut request)
}
