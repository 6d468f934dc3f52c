//! `ip link show`.

use super::{Filter, Shape, describe};
use crate::cli::Words;
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::Message;
use crate::rtnl::link::{self, EXT_SKIP_STATS, EXT_VF, Link};

/// Shows links.
pub fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut filter = Filter::parse(&mut words)?;
    filter.resolve(ip)?;
    let counters = if ip.view.options.stats > 0 { 0 } else { EXT_SKIP_STATS };
    let wanted = if filter.no_functions { counters } else { counters | EXT_VF };
    let shape = Shape { links_only: true, family: libc::AF_PACKET as u8, queue: true };
    ip.begin_json();
    if let (Some(index), None) = (filter.index, filter.group) {
        let family = ip.view.options.family;
        return ip.get(&mut link::get(index, family, wanted), |view, message| {
            let Some(link) = Link::decode(message) else { return };
            view.out.open_object("");
            if filter.admits(&link) {
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
        if filter.admits(&link) {
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
