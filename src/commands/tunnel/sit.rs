//! `ip tunnel prl` and `6rd`: what tunnels of IPv6 in IPv4 know of routers and prefixes.

use super::{INET, INET6, family};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::tunnel::{Room, Router, SixRd};
use crate::sys::{self, TunnelCall};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix;
use crate::words::{is_device_name, shown, wrong};

const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "the tunnel" };

/// The words of `prl`.
pub const PRL: &[Entry] = &[
    Entry { name: "prl-default", argument: "ADDRESS", help: "add a default router" },
    Entry { name: "prl-nodefault", argument: "ADDRESS", help: "add a router that is no default router" },
    Entry { name: "prl-delete", argument: "ADDRESS", help: "take a router away" },
    DEV,
];

/// The words of `6rd`.
pub const SIXRD: &[Entry] = &[
    Entry { name: "6rd-prefix", argument: "PREFIX", help: "the IPv6 prefix" },
    Entry { name: "6rd-relay_prefix", argument: "PREFIX", help: "the part of IPv4 addresses that is left out" },
    Entry { name: "6rd-reset", argument: "", help: "forget the prefixes" },
    DEV,
];

/// IPv6 has neither of these verbs.
fn check(ip: &Ip, words: &Words<'_>, verb: &str) -> Result<()> {
    match family(ip, words)? {
        INET6 => Err(Error::words(format!("Command \"{verb}\" is unknown, try \"ip -f inet6 tunnel help\"."))),
        _ => Ok(()),
    }
}

fn device<'a>(words: &mut Words<'a>) -> Result<&'a [u8]> {
    let name = words.require()?;
    if is_device_name(name) { Ok(name) } else { Err(wrong("\"dev\" not a valid ifname", name)) }
}

fn ask(name: Option<&[u8]>, call: Option<TunnelCall>, mut room: Room) -> Result<()> {
    let name = name.ok_or_else(|| Error::words("Must specify device"))?;
    // Without a word that says what to do the stock tool makes call number 0, which no device knows.
    let (number, result) = match call {
        Some(call) => (call.number(), sys::if_tunnel(INET, name, call, &mut room)),
        None => (0, Err(nix::errno::Errno::ENOTTY)),
    };
    let what = format!("{}: ioctl {number:x} failed", shown(name));
    result.map_err(|errno| crate::commands::because(&what, errno))
}

/// Changes the routers of an ISATAP tunnel.
pub fn prl(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words, "prl")?;
    let mut router = Router { address: [0; 4], is_default: false };
    let (mut name, mut call) = (None, None);
    while let Some(word) = words.next() {
        let its = match word {
            b"prl-default" => TunnelCall::AddPrl,
            b"prl-nodefault" => TunnelCall::AddPrl,
            b"prl-delete" => TunnelCall::DeletePrl,
            b"dev" => {
                name = Some(device(&mut words)?);
                continue;
            }
            _ => return Err(Error::words(format!("Invalid PRL parameter \"{}\"", shown(word)))),
        };
        router.address = prefix::inet_address(words.require()?)?;
        router.is_default |= word == b"prl-default";
        if call.replace(its).is_some() {
            return Err(Error::words("One PRL entry at a time"));
        }
    }
    ask(name, call, router.encode())
}

/// Changes the prefixes of a 6rd tunnel.
pub fn sixrd(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words, "6rd")?;
    let mut sixrd = SixRd::default();
    let (mut name, mut call) = (None, None);
    while let Some(word) = words.next() {
        match word {
            b"6rd-prefix" => {
                let prefix = prefix::prefix(words.require()?, INET6)?;
                sixrd.prefix = (prefix.address.bytes().try_into().unwrap_or_default(), prefix.bits.into());
                call = Some(TunnelCall::Add6rd);
            }
            b"6rd-relay_prefix" => {
                let prefix = prefix::prefix(words.require()?, INET)?;
                sixrd.relay = (prefix.address.bytes().try_into().unwrap_or_default(), prefix.bits.into());
                call = Some(TunnelCall::Add6rd);
            }
            b"6rd-reset" => call = Some(TunnelCall::Delete6rd),
            b"dev" => name = Some(device(&mut words)?),
            _ => return Err(Error::words(format!("Invalid 6RD parameter \"{}\"", shown(word)))),
        }
    }
    ask(name, call, sixrd.encode())
}
