//! `ip netconf`: settings of devices that routing daemons watch.

use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::output::Color;
use crate::rtnl::netconf::{ALL, DEFAULT, Netconf, attr, dump, get};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::prefix::family_name;
use crate::words::shown;

const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "only those of DEV" };

/// The object `netconf`.
pub const NETCONF: Object = Object {
    name: "netconf",
    called: "netconf",
    help: "settings of devices",
    verbs: &[
        Verb { name: "show", help: "show settings", grammar: || vec![DEV], run: show },
        Verb { name: "lst", help: "", grammar: || vec![DEV], run: show },
        Verb { name: "list", help: "", grammar: || vec![DEV], run: show },
    ],
    default: show,
};

/// How source addresses are checked, by number.
const RP_FILTERS: &[&str] = &["off", "strict", "loose"];

/// Shows settings on a line.
pub fn describe(view: &mut View, netconf: &Netconf<'_>) {
    let View { out, links, .. } = view;
    let attrs = &netconf.attrs;
    out.open_object("");
    if netconf.deleted {
        out.bool("deleted", true, "Deleted ");
    }
    out.str("family", "", family_name(netconf.family), " ");
    if let Some(index) = netconf.index() {
        let name: &[u8] = match index {
            ALL => b"all",
            DEFAULT => b"default",
            _ => links.name(index.cast_unsigned()),
        };
        out.paint(Color::Device, |out| out.str("interface", "", name, " "));
    }
    if let Some(on) = attrs.u32(attr::FORWARDING) {
        out.on_off("forwarding", "forwarding ", on != 0, " ");
    }
    if let Some(mode) = attrs.u32(attr::RP_FILTER) {
        match RP_FILTERS.get(mode as usize) {
            Some(name) => out.str("rp_filter", "rp_filter ", *name, " "),
            None => out.num("rp_filter", "rp_filter ", mode, " "),
        }
    }
    for (attr, key, before) in [
        (attr::MC_FORWARDING, "mc_forwarding", "mc_forwarding "),
        (attr::PROXY_NEIGH, "proxy_neigh", "proxy_neigh "),
        (attr::IGNORE_ROUTES_WITH_LINKDOWN, "ignore_routes_with_linkdown", "ignore_routes_with_linkdown "),
        (attr::INPUT, "input", "input "),
    ] {
        if let Some(on) = attrs.u32(attr) {
            out.on_off(key, before, on != 0, " ");
        }
    }
    out.close_object();
    out.text("\n");
    out.flush_if_full();
}

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let family = ip.view.options.family;
    let mut index = None;
    while let Some(word) = words.next() {
        // The stock tool passes over all other words.
        if word == b"dev" {
            let name = words.require()?;
            let missing = || Error::local(format!("Device \"{}\" does not exist.", shown(name)));
            index = Some(ip.view.links.index(name).ok_or_else(missing)?);
        }
    }
    if let (Some(index), true) = (index, family != 0) {
        // Text whatever is asked for, and nothing where the family has no settings for the device.
        let _ = ip.get(&mut get(family, index), |view, message| {
            if let Some(netconf) = Netconf::decode(message) {
                describe(view, &netconf);
            }
        });
        return Ok(());
    }
    ip.begin_json();
    let result = ip.dump(&mut dump(family), |view, message| {
        let meant = |netconf: &Netconf<'_>| {
            let fits = index.is_none_or(|index| netconf.index() == Some(index.cast_signed()));
            fits && (family == 0 || netconf.family == family)
        };
        if let Some(netconf) = Netconf::decode(message).filter(meant) {
            describe(view, &netconf);
        }
    });
    result.map_err(|error| Error::words(error.to_string()).with_status(1))
}
