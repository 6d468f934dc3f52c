//! `ip route show`.

use super::filter::Filter;
use super::show;
use crate::commands::Ip;
use crate::error::Result;
use crate::netlink;
use crate::rtnl::route::Route;
use crate::rtnl::uapi;
use crate::words::Words;

/// Shows the routes that the words select: without any those of IPv4's main table.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let (mut filter, family) = Filter::parse(ip, words)?;
    let mut request = filter.dump(family);
    ip.begin_json();
    let table = filter.table;
    let result = ip.dump_unless(no_main(table), &mut request, |view, message| {
        if let Some(route) = Route::decode(message)
            && filter.accepts(&route)
        {
            show::route(view, &filter, &route);
        }
    });
    result.map_err(|error| error.with_status(2))
}

/// A namespace in which nothing has been routed yet has no main table, which is no error.
pub(super) fn no_main(table: u32) -> impl Fn(&netlink::Error) -> bool {
    move |error| table == uapi::rt_class_t::RT_TABLE_MAIN as u32 && error.errno() == Some(libc::ENOENT)
}
