//! `ip token`: the lower half of IPv6 addresses that are made from advertised prefixes.

use super::{Ip, Object, Verb};
use crate::commands::host::Host;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::output::Color;
use crate::rtnl::link::{Header, Link, Select, dump, flag, request};
use crate::rtnl::uapi;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix;
use crate::words::{matches, wrong};

const INET6: u8 = libc::AF_INET6 as u8;
const LOOPBACK: u32 = 1 << 3;

const TOKEN: Entry = Entry { name: "", argument: "TOKEN", help: "the lower 64 bits, as ::1:2:3:4" };
const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "the device" };

/// The object `token`.
pub const OBJECT: Object = Object {
    name: "token",
    called: "token",
    help: "the lower half of IPv6 addresses",
    verbs: &[
        Verb { name: "list", help: "show tokens", grammar: || vec![DEV], run: show },
        Verb { name: "lst", help: "", grammar: || vec![DEV], run: show },
        Verb { name: "show", help: "", grammar: || vec![DEV], run: show },
        Verb { name: "set", help: "set the token of a device", grammar: || vec![TOKEN, DEV], run: set },
        Verb { name: "add", help: "", grammar: || vec![TOKEN, DEV], run: set },
        Verb { name: "delete", help: "take the token of a device away", grammar: || vec![DEV], run: delete },
        Verb { name: "get", help: "", grammar: || vec![DEV], run: show },
    ],
    default: show,
};

fn device(ip: &mut Ip, words: &mut Words<'_>) -> Result<u32> {
    let name = words.require()?;
    ip.view.links.index(name).ok_or_else(|| wrong("dev is invalid\n", name))
}

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut wanted = None;
    while let (Some(word), None) = (words.next(), wanted) {
        if word == b"dev" {
            wanted = Some(device(ip, &mut words)?);
        }
    }
    ip.begin_json();
    ip.dump(&mut dump(&Select { family: INET6, ..Select::default() }), |view, message| {
        let shown = |link: &Link<'_>| {
            link.family == INET6
                && link.flags & (LOOPBACK | flag::NOARP) == 0
                && wanted.is_none_or(|index| index == link.index)
        };
        let Some(link) = Link::decode(message).filter(shown) else { return };
        let inet6 = link.attrs.table::<16>(uapi::IFLA_PROTINFO as u16);
        let Some(token) = inet6.and_then(|inet6| inet6.get(uapi::IFLA_INET6_TOKEN as u16)) else { return };
        let (out, options, hosts) = (&mut view.out, &view.options, &mut view.hosts);
        out.open_object("");
        out.text("token ");
        out.paint(Color::Inet6, |out| out.str("token", "", Host::new(options, hosts, INET6, token), ""));
        out.text(" dev ");
        out.paint(Color::Device, |out| out.str("ifname", "", view.links.name(link.index), "\n"));
        out.close_object();
    })
}

fn set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, None)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, Some(vec![0; 16]))
}

fn change(ip: &mut Ip, mut words: Words<'_>, mut token: Option<Vec<u8>>) -> Result<()> {
    let mut index = None;
    while let Some(word) = words.next() {
        if word == b"dev" {
            match index {
                None => index = Some(device(ip, &mut words)?),
                Some(_) => drop(words.require()?),
            }
        } else if matches(word, "help") {
            return Err(crate::commands::object_usage(&OBJECT));
        } else if token.is_none() {
            token = Some(prefix::prefix(word, INET6)?.address.bytes().to_vec());
        }
    }
    let token = token.ok_or_else(|| Error::local("Not enough information: token is required."))?;
    let missing = || Error::local("Not enough information: \"dev\" argument is required.");
    let index = index.ok_or_else(missing)?;
    let mut request = request(Rtm::Setlink, NlmF::empty());
    Header { family: INET6, index, ..Header::default() }.patch(&mut request);
    request.nest(uapi::IFLA_AF_SPEC as u16, |r| {
        r.nest(u16::from(INET6), |r| {
            r.attr(uapi::IFLA_INET6_TOKEN as u16, &token);
        });
    });
    ip.ask(&mut request)
}
