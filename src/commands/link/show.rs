//! `ip link show`.

use super::{Shape, describe};
use crate::commands::addr::Filter;
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::Message;
use crate::rtnl::link::{self, EXT_SKIP_STATS, EXT_VF, Link};
use crate::words::Words;

/// Shows links.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    // The words are those of a listing of addresses, though what they say of addresses counts for nothing here; but with
    // a label, which no link has, none is shown.
    let filter = Filter::parse_for(ip, words, libc::AF_PACKET as u8, &super::LINK)?;
    let (shown, filter) = (filter.label.is_none(), filter.link);
    let counters = if ip.view.options.stats > 0 { 0 } else { EXT_SKIP_STATS };
    let wanted = if filter.no_functions { counters } else { counters | EXT_VF };
    let shape = Shape { links_only: true, family: libc::AF_PACKET as u8, queue: true };
    ip.begin_json();
    if let (Some(index), None) = (filter.index, filter.group) {
        let family = ip.view.options.family;
        return ip.get(&mut link::get(index, family, wanted), |view, message| {
            let Some(link) = Link::decode(message) else { return };
            view.out.open_object("");
            if shown && filter.admits(&link) {
                describe(view, &link, &shape);
            }
            view.out.close_object();
        });
    }
    let select = filter.select(libc::AF_PACKET as u8, wanted);
    ip.dump(&mut link::dump(&select), |view, message| {
        let Some(link) = Link::decode(message) else { return };
        super::learn_ahead(view, message, link.index);
        view.out.open_object("");
        if shown && filter.admits(&link) {
            describe(view, &link, &shape);
        }
        view.out.close_object();
        view.out.flush_if_full();
    })
}

/// Shows what the kernel made of a request, for `-echo`.
pub fn echo(view: &mut View, message: &Message<'_>) {
    if let Some(link) = Link::decode(message) {
        describe(view, &link, &Shape { links_only: false, family: 0, queue: false });
    }
}
