//! `ip mroute`: the routes of multicast packets.

use super::{Ip, Object, Verb, View};
use crate::commands::host::Host;
use crate::commands::link::Padded;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::output::{Color, General, Show};
use crate::rtnl::route::{Header, RTNL_FAMILY_IP6MR, RTNL_FAMILY_IPMR, Route, RouteRequest};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, entries, read};
use crate::words::named;
use crate::words::prefix::{self, Prefix};
use crate::words::{matches, no_device, wrong};

const SHOW: Verb = Verb { name: "show", help: "show multicast routes", grammar: || entries(KEYWORDS), run: show };

/// The object `mroute`.
pub const MROUTE: Object = Object {
    name: "mroute",
    called: "mroute",
    help: "multicast routes",
    verbs: &[Verb { name: "list", help: "", ..SHOW }, SHOW, Verb { name: "lst", help: "", ..SHOW }],
    default: show,
};

/// Which routes are meant.
#[derive(Default)]
pub struct Filter {
    lookup: Lookup,
    /// The family, 0 for all.
    family: u8,
    /// The table, 0 for all.
    table: u32,
    /// The index of the device that packets come by, 0 for any.
    iif: u32,
    iif_name: Option<Vec<u8>>,
    from: Option<Prefix>,
    to: Option<Prefix>,
}

/// The words of `ip mroute show`, in the order in which an abbreviation is looked up.
const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::new("table", "TABLE", "routes of TABLE, or of all tables", |f, words| {
        let word = words.require()?;
        f.table = match (named::number(&mut f.lookup.names, Kind::Table, word), word) {
            (Some(table), _) => table,
            (None, b"all") => 0,
            (None, b"help") => return Err(usage()),
            (None, _) => return Err(wrong("table id value is invalid\n", word)),
        };
        Ok(())
    }),
    Keyword::exact("iif", "DEV", "routes of packets that come by DEV", |f, words| {
        f.iif_name = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::new("from", "PREFIX", "routes of packets from PREFIX", |f, words| {
        f.from = Some(prefix::prefix(words.require()?, f.family)?);
        Ok(())
    }),
    Keyword::exact("to", "PREFIX", "routes to groups in PREFIX, the keyword may be left out", Filter::to),
];

fn usage() -> Error {
    crate::commands::object_usage(&MROUTE)
}

impl Filter {
    /// Lets every route pass that packets take which come by this device, 0 for any.
    pub fn by_way_of(iif: u32) -> Self {
        Filter { iif, ..Filter::default() }
    }

    fn to(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        if matches(word, "help") {
            return Err(usage());
        }
        self.to = Some(prefix::prefix(word, self.family)?);
        Ok(())
    }

    fn admits(&self, route: &Route<'_>) -> bool {
        let within = |wanted: Option<Prefix>, address: Option<&[u8]>| match (wanted, address) {
            (Some(wanted), Some(address)) => wanted.address.begins(address, wanted.bits.into()),
            _ => true,
        };
        (self.table == 0 || self.table == route.table)
            && (self.iif == 0 || route.iif() == Some(self.iif))
            && (self.family == 0 || self.family == route.family)
            && within(self.to, route.dst())
            && within(self.from, route.src())
    }
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let (family, table) = match i32::from(ip.view.options.family) {
        // The table has always been asked for with IPv4, though it is where the routes are in any case.
        0 | libc::AF_INET => (RTNL_FAMILY_IPMR, uapi::rt_class_t::RT_TABLE_DEFAULT as u32),
        libc::AF_INET6 => (RTNL_FAMILY_IP6MR, 0),
        _ => return Ok(()),
    };
    let mut filter = Filter { lookup: Lookup::borrow(&mut ip.view), family, table, ..Filter::default() };
    let parsed = read(KEYWORDS, &mut filter, words, Filter::to);
    std::mem::take(&mut filter.lookup).give_back(&mut ip.view);
    parsed?;
    if let Some(name) = &filter.iif_name {
        filter.iif = ip.view.links.index(name).ok_or_else(|| no_device(name))?;
    }
    let header = Header { family, ..Header::default() };
    let mut request = RouteRequest::new(Rtm::Getroute, NlmF::empty(), header);
    if filter.table != 0 {
        request.table_filter(filter.table);
    }
    ip.begin_json();
    let result = ip.dump(&mut request.finish(), |view, message| {
        if let Some(route) = Route::decode(message) {
            describe(view, &filter, &route);
        }
    });
    if result.is_err() {
        ip.view.out.end_json();
    }
    result.map_err(|error| Error::words(error.to_string()).with_status(1))
}

/// `(SOURCE,GROUP)`.
struct Pair<'a>(u8, Option<&'a [u8]>, Option<&'a [u8]>);

impl Show for Pair<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        buf.push(b'(');
        address(self.0, self.1, buf);
        buf.push(b',');
        address(self.0, self.2, buf);
        buf.push(b')');
    }
}

fn address(family: u8, address: Option<&[u8]>, buf: &mut Vec<u8>) {
    match address {
        Some(address) => Host::Number(family, address).put(buf),
        None => "unknown".put(buf),
    }
}

/// Shows a route on a line if `filter` lets it pass.
pub fn describe(view: &mut View, filter: &Filter, route: &Route<'_>) {
    if route.kind != uapi::RTN_MULTICAST as u8 || !filter.admits(route) {
        return;
    }
    let (family, stats, details) = (route.address_family(), view.options.stats > 0, view.options.details > 0);
    view.out.open_object("");
    if route.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    let View { out, links, .. } = view;
    if out.is_json() {
        for (key, bytes) in [("src", route.src()), ("dst", route.dst())] {
            let mut text = Vec::new();
            address(family, bytes, &mut text);
            out.str(key, "", text, "");
        }
    } else {
        out.text(Padded(Pair(family, route.src(), route.dst()), 32));
        out.text(" Iif: ");
    }
    match route.iif().filter(|index| *index != 0) {
        Some(index) => {
            let width = if out.is_json() { 0 } else { 10 };
            out.paint(Color::Device, |out| out.str("iif", "", Padded(links.name(index), width), " "));
        }
        None => out.str("iif", "", "unresolved", " "),
    }
    if let Some(hops) = route.next_hops() {
        out.open_array("multipath", "");
        for (i, hop) in hops.enumerate() {
            out.open_object("");
            out.text(if i == 0 { "Oifs: " } else { "" });
            out.paint(Color::Device, |out| out.str("oif", "", links.name(hop.ifindex), ""));
            match hop.hops {
                0 | 1 => out.text(" "),
                ttl => out.num("ttl", "(ttl ", ttl, ") "),
            }
            out.close_object();
        }
        out.close_array("");
    }
    let unresolved = route.flags & uapi::RTNH_F_UNRESOLVED != 0;
    out.str("state", " State: ", if unresolved { "unresolved" } else { "resolved" }, "");
    if route.flags & uapi::RTNH_F_OFFLOAD != 0 {
        out.mark_set("offload", " offload");
    }
    if let (true, Some([packets, bytes, wrong])) = (stats, route.multicast_stats()) {
        out.line();
        out.num("packets", "  ", packets, " packets,");
        out.num("bytes", " ", bytes, " bytes");
        if wrong != 0 {
            out.num("wrong_if", ", ", wrong, " arrived on wrong iif.");
        }
    }
    if let (true, Some(ticks)) = (stats, route.multicast_age()) {
        match out.is_json() {
            true => out.num("expires", "", General(ticks as f64 / 100.0), ""),
            false => out.num("expires", ", Age ", format_args!("{}.{:02}", ticks / 100, ticks % 100), ""),
        }
    }
    let table = route.table;
    if table != 0 && (table != uapi::rt_class_t::RT_TABLE_MAIN as u32 || details) && filter.table == 0 {
        view.out.str("table", " Table: ", view.names.get(Kind::Table, table), "");
    }
    view.out.text("\n");
    view.out.close_object();
    view.out.flush_if_full();
}
