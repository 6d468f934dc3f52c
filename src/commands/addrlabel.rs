//! `ip addrlabel`: labels that choose among IPv6 source addresses.

use super::host::{self, Host};
use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::NlmF;
use crate::output::Color;
use crate::rtnl::addrlabel::{self, AddrLabel};
use crate::rtnl::uapi;
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix;
use crate::words::{number_u32, wrong};

const GRAMMAR: &[Entry] = &[
    Entry { name: "prefix", argument: "PREFIX", help: "the addresses" },
    Entry { name: "dev", argument: "DEV", help: "only with this device" },
    Entry { name: "label", argument: "NUMBER", help: "their label" },
];

/// The object `addrlabel`.
pub const ADDRLABEL: Object = Object {
    name: "addrlabel",
    called: "addrlabel",
    help: "labels that choose among IPv6 source addresses",
    verbs: &[
        Verb { name: "list", help: "show labels", grammar: Vec::new, run: show },
        Verb { name: "lst", help: "", grammar: Vec::new, run: show },
        Verb { name: "show", help: "", grammar: Vec::new, run: show },
        Verb { name: "add", help: "label a prefix", grammar: || GRAMMAR.to_vec(), run: add },
        Verb { name: "delete", help: "take a label away", grammar: || GRAMMAR.to_vec(), run: delete },
        Verb { name: "flush", help: "take all labels away", grammar: Vec::new, run: flush },
    ],
    default: show,
};

/// Shows a label on a line.
pub fn describe(view: &mut View, label: &AddrLabel<'_>) {
    let View { out, options, hosts, links, .. } = view;
    out.open_object("");
    if label.deleted {
        out.bool("deleted", true, "Deleted ");
    }
    if let Some(address) = label.address {
        out.text("prefix ");
        let color = host::color(label.family).unwrap_or(Color::Plain);
        let address = Host::new(options, hosts, label.family, address);
        out.paint(color, |out| out.str("address", "", address, ""));
        out.num("prefixlen", "/", label.prefix_len, " ");
    }
    if label.index != 0 {
        out.text("dev ");
        out.paint(Color::Device, |out| out.str("ifname", "", links.name(label.index), " "));
    }
    if let Some(label) = label.label {
        out.num("label", "label ", label, " ");
    }
    out.text("\n");
    out.close_object();
}

/// The family asked for: there are labels of IPv6 alone.
fn family(ip: &Ip) -> u8 {
    match ip.view.options.family {
        0 => libc::AF_INET6 as u8,
        family => family,
    }
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if !words.is_empty() {
        return Err(Error::local("\"ip addrlabel show\" does not take any arguments."));
    }
    ip.begin_json();
    let result = ip.dump(&mut addrlabel::dump(family(ip)), |view, message| {
        if let Some(label) = AddrLabel::decode(message) {
            describe(view, &label);
        }
    });
    result.map_err(|error| error.with_status(255))
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, uapi::RTM_NEWADDRLABEL as u32, NlmF::CREATE | NlmF::EXCL)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, uapi::RTM_DELADDRLABEL as u32, NlmF::empty())
}

fn change(ip: &mut Ip, mut words: Words<'_>, kind: u32, flags: NlmF) -> Result<()> {
    let (mut prefix, mut label, mut index) = (None, None, 0);
    while let Some(word) = words.next() {
        match word {
            b"prefix" => {
                let word = words.require()?;
                prefix = Some((prefix::prefix(word, ip.view.options.family)?, words.place() - 1));
            }
            b"dev" => {
                let name = words.require()?;
                index = ip.view.links.index(name).ok_or_else(|| wrong("dev is invalid\n", name))?;
            }
            b"label" => {
                let word = words.require()?;
                let number = number_u32(word, 0).filter(|label| *label != u32::MAX);
                label = Some((number.ok_or_else(|| wrong("label is invalid\n", word))?, words.place() - 1));
            }
            // The stock tool passes over all other words.
            _ => {}
        }
    }
    let missing = |what| Error::local(format!("Not enough information: \"{what}\" argument is required."));
    let (prefix, word) = prefix.ok_or_else(|| missing("prefix"))?;
    let label = label.ok_or_else(|| missing("label"))?;
    let prefix = (prefix.address.bytes(), prefix.bits, word);
    ip.ask(&mut addrlabel::change(kind, flags, family(ip), index, prefix, label))
}

fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if !words.is_empty() {
        return Err(Error::local("\"ip addrlabel flush\" does not allow extra arguments"));
    }
    let terminated = |error: Error| {
        let text = error.to_string();
        let said = text.strip_suffix("Dump terminated").map_or(format!("{text}\n"), str::to_string);
        Error::local(format!("{said}Flush terminated"))
    };
    let found = ip.collect(&mut addrlabel::dump(family(ip)), |message| {
        AddrLabel::decode(message).filter(|label| label.address.is_some()).map(|label| label.delete())
    });
    for mut request in found.map_err(terminated)? {
        ip.ask(&mut request).map_err(terminated)?;
    }
    Ok(())
}
