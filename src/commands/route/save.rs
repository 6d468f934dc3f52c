//! `ip route save`, `restore` and `showdump`: routes as the kernel's own messages in a file.

use std::io::IsTerminal;

use super::filter::Filter;
use super::list::no_main;
use super::show;
use crate::commands::Ip;
use crate::commands::saved::Saved;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Request, Rtm};
use crate::rtnl::route::Route;
use crate::words::Words;

/// What such a file begins with, in the byte order of the machine.
const MAGIC: u32 = 0x4531_1224;

/// Writes the routes that the words select to stdout.
pub fn save(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if std::io::stdout().is_terminal() {
        return Err(Error::local("Not sending a binary stream to stdout"));
    }
    ip.view.out.text(MAGIC.to_ne_bytes());
    let (mut filter, family) = Filter::parse(ip, words)?;
    let mut request = filter.dump(family);
    let result = ip.dump_unless(no_main(filter.table), &mut request, |view, message| {
        if Route::decode(message).is_some_and(|route| filter.accepts(&route)) {
            view.out.text(message.bytes);
            view.out.flush_if_full();
        }
    });
    result.map_err(|error| error.with_status(2))
}

/// Adds the routes that stdin holds: first those to addresses of this host, then those to its networks, then those by
/// way of others, as each needs the ones before it. A route that is there already is no error.
pub fn restore(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let file = Saved::from_stdin(MAGIC, "route")?;
    for rank in 0..3 {
        file.each(|message| {
            if Route::decode(message).is_none_or(|route| order(&route) != rank) {
                return Ok(());
            }
            let mut request = Request::from_body(Rtm::Newroute, NlmF::CREATE, message.body);
            ip.ask_unless_there(&mut request)
        })?;
    }
    Ok(())
}

/// Shows the routes that stdin holds.
pub fn showdump(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let file = Saved::from_stdin(MAGIC, "route")?;
    let mut filter = Filter::of_family(ip.view.options.family);
    file.each(|message| {
        if let Some(route) = Route::decode(message)
            && filter.accepts(&route)
        {
            show::route(&mut ip.view, &filter, &route);
        }
        Ok(())
    })
}

/// Which routes must be there before others.
fn order(route: &Route<'_>) -> u32 {
    match (route.gateway(), route.prefsrc()) {
        (Some(_), _) => 2,
        (None, Some(source)) if route.dst() != Some(source) => 1,
        _ => 0,
    }
}
