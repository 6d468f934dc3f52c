//! `ip route`.

mod encap;
mod filter;
mod flush;
mod get;
mod list;
mod modify;
mod save;
mod show;

pub use encap::{parse as parse_encap, show as show_encap};
pub use filter::{Cached, Filter};
pub use show::{device, flags, gateway, route as show_route};

use super::{Ip, Object, Run, Verb};
use crate::error::{Error, Result};
use crate::rtnl::route::{RouteRequest, Vrf, vrf};
use crate::rtnl::uapi;
use crate::view::Lookup;
use crate::words::keyword::{Entry, entries};
use crate::words::wrong;

/// The object `route`.
pub const OBJECT: Object = Object { name: "route", called: "route", help: "routes", verbs: VERBS, default: list::show };

const VERBS: &[Verb] = &[
    verb("add", "add a route", modifies, modify::add),
    verb("change", "change a route", modifies, modify::change),
    verb("chg", "", modifies, modify::change),
    verb("replace", "change a route, or add it where there is none", modifies, modify::replace),
    verb("prepend", "add a route before those to the same destination", modifies, modify::prepend),
    verb("append", "add a route behind those to the same destination", modifies, modify::append),
    verb("test", "", modifies, modify::test),
    verb("delete", "delete a route", modifies, modify::delete),
    verb("list", "show routes", selects, list::show),
    verb("show", "", selects, list::show),
    verb("lst", "", selects, list::show),
    verb("get", "show the route that a packet would take", || entries(get::KEYWORDS), get::run),
    verb("flush", "delete routes", selects, flush::run),
    verb("save", "write routes to stdout, for restore", selects, save::save),
    verb("restore", "add the routes that save has written, from stdin", Vec::new, save::restore),
    verb("showdump", "show the routes that save has written, from stdin", Vec::new, save::showdump),
    verb("help", "", Vec::new, |_, _| Err(usage())),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

fn modifies() -> Vec<Entry> {
    entries(modify::KEYWORDS)
}

fn selects() -> Vec<Entry> {
    entries(filter::KEYWORDS)
}

fn usage() -> Error {
    Error::words(format!("{}\nKIND ARGUMENTS :={}", crate::commands::object_usage(&OBJECT), encap::summary()))
}

/// Asks the kernel for the VRF called `name`.
fn find_vrf(ip: &mut Ip, name: &[u8]) -> Result<Vrf> {
    let mut request = RouteRequest::vrf(name, ip.view.options.family);
    let found = match ip.get(&mut request, |_, message| vrf(message)) {
        Ok(found) => found,
        Err(Error::Netlink { error, .. }) if error.errno().is_some() => None,
        Err(error) => return Err(error),
    };
    found.ok_or_else(|| wrong("Invalid VRF\n", name))
}

/// The table of the VRF called `name`. `default` is the main table where no device has that name.
pub fn vrf_table(ip: &mut Ip, name: &[u8]) -> Result<u32> {
    match find_vrf(ip, name) {
        Ok(Vrf { table: Some(table), .. }) if table != 0 => Ok(table),
        _ if name == b"default" => Ok(uapi::rt_class_t::RT_TABLE_MAIN as u32),
        Err(error) => Err(error),
        Ok(_) => Err(wrong("Invalid VRF\n", name)),
    }
}
