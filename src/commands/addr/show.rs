//! `ip address show`.

use super::describe;
use super::filter::Filter;
use crate::commands::context::Stored;
use crate::commands::link::{self, Shape};
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::Message;
use crate::rtnl::addr::{self, Address};
use crate::rtnl::link::{EXT_SKIP_STATS, EXT_VF, Link, Stats, dump, flag, get};
use crate::words::Words;

/// Shows addresses below their links.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words)?;
    ip.begin_json();
    let links_only = filter.family == libc::AF_PACKET as u8;
    let addresses = match links_only {
        true => Stored::default(),
        false => {
            let mut request = addr::dump(filter.family, filter.link.index.unwrap_or(0));
            ip.store(&mut request, |message| Address::decode(message).map(|address| address.index))?
        }
    };
    let mask = EXT_VF | if ip.view.options.stats > 0 { 0 } else { EXT_SKIP_STATS };
    match filter.link.index {
        Some(index) => ip.get(&mut get(index, filter.family, mask), |view, message| {
            one(view, message, &filter, &addresses);
        }),
        None => {
            let family = ip.view.options.family;
            let select = filter.link.select(family, mask);
            ip.dump(&mut dump(&select), |view, message| one(view, message, &filter, &addresses))
        }
    }
}

/// One link and its addresses.
fn one(view: &mut View, message: &Message<'_>, filter: &Filter, addresses: &Stored) {
    let Some(link) = Link::decode(message) else { return };
    link::learn_ahead(view, message, link.index);
    let links_only = filter.family == libc::AF_PACKET as u8;
    if !links_only && !is_wanted(view, &link, filter, addresses) {
        return;
    }
    view.out.open_object("");
    let headed = view.options.brief || !view.options.oneline || links_only;
    let admitted = filter.link.admits(&link);
    let described = headed && admitted && filter.label.is_none();
    if described {
        link::describe(view, &link, &Shape { links_only: false, family: filter.family, queue: true });
    }
    if !links_only && (admitted || !headed) {
        view.out.open_array("addr_info", "");
        for address in addresses.of(link.index).filter_map(|message| Address::decode(&message)) {
            let hidden = filter.link.up && link.flags & flag::UP == 0;
            if hidden || (filter.family != 0 && filter.family != address.family) {
                continue;
            }
            view.out.open_object("");
            if filter.admits(view, &address) {
                describe(view, &address, view.options.oneline || view.options.echo);
            }
            view.out.close_object();
        }
        view.out.close_array("");
        if view.options.brief {
            view.out.text("\n");
        }
    }
    if described
        && !view.options.brief
        && view.options.stats > 0
        && let Some(counters) = Stats::of(&link)
    {
        link::stats(view, &link, &counters);
        view.out.line();
    }
    view.out.close_object();
    view.out.flush_if_full();
}

/// Whether the link has an address that is asked for, or none at all where any will do.
fn is_wanted(view: &mut View, link: &Link<'_>, filter: &Filter, addresses: &Stored) -> bool {
    let mut none = true;
    for address in addresses.of(link.index).filter_map(|message| Address::decode(&message)) {
        none = false;
        if filter.admits(view, &address) {
            return true;
        }
    }
    none && filter.family == 0
}
