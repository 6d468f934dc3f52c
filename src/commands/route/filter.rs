//! Which routes are meant: the words of `show`, `flush` and `save`.

use super::Lookup;
use crate::commands::Ip;
use crate::error::Result;
use crate::netlink::{NlmF, Request, Rtm};
use crate::rtnl::route::{Header, Route, RouteRequest};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::words::keyword::{self, Keyword};
use crate::words::named;
use crate::words::prefix::{self, Prefix};
use crate::words::{Words, matches, number_u32, wrong};

const MAIN: u32 = uapi::rt_class_t::RT_TABLE_MAIN as u32;
const LOCAL: u32 = uapi::rt_class_t::RT_TABLE_LOCAL as u32;

/// Whether the routes that the kernel has made for itself from others are meant (`RTM_F_CLONED`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cached {
    /// They are not.
    #[default]
    No,
    /// They alone are.
    Only,
    /// They too.
    Too,
}

/// Which routes are meant. What a filter fixes to one value is not shown of the routes that pass it.
#[derive(Debug, Default)]
pub struct Filter {
    /// The family, 0 for all.
    pub family: u8,
    /// The table, 0 for all.
    pub table: u32,
    /// Cached routes.
    pub cached: Cached,
    /// Who made it.
    pub protocol: Option<u8>,
    /// How far it reaches.
    pub scope: Option<u8>,
    /// TOS.
    pub tos: Option<u8>,
    /// The index of the outgoing device.
    pub oif: Option<u32>,
    /// The index of the incoming device.
    pub iif: Option<u32>,
    /// The metric.
    pub metric: Option<u32>,
    /// Realms, and the bits of them that count.
    pub realms: Option<(u32, u32)>,
    /// The next hop.
    pub via: Option<Prefix>,
    /// The preferred source address.
    pub prefsrc: Option<Prefix>,
    kind: Option<u8>,
    /// A VRF's table is meant without the routes to its own addresses.
    remote: bool,
    mark: Option<u32>,
    dst: Range,
    src: Range,
    /// Whether IPv6 has been seen to have tables: kernels without them put everything into one.
    inet6_tables: bool,
}

/// Prefixes between two.
#[derive(Debug, Default)]
struct Range {
    /// What lies in it.
    within: Option<Prefix>,
    /// What it lies in.
    around: Option<Prefix>,
}

impl Range {
    fn accepts(&self, family: u8, address: Option<&[u8]>, bits: u8) -> bool {
        let address = address.unwrap_or(&[]);
        // A prefix without a family is `default`, which is of any, or `any`, which says nothing.
        let says = |prefix: &&Prefix| prefix.address.family != 0 || prefix.given;
        let of_family = |prefix: &Prefix| prefix.address.family == 0 || prefix.address.family == family;
        self.within.as_ref().filter(says).is_none_or(|prefix| {
            of_family(prefix) && prefix.bits <= bits && prefix.address.begins(address, prefix.bits.into())
        }) && self.around.as_ref().filter(says).is_none_or(|prefix| {
            of_family(prefix) && prefix.bits >= bits && prefix.address.begins(address, bits.into())
        })
    }
}

/// Whether an address lies in `prefix`; a prefix without a family says nothing.
fn lies_in(prefix: Option<&Prefix>, family: u8, address: Option<&[u8]>) -> bool {
    prefix.filter(|prefix| prefix.address.family != 0).is_none_or(|prefix| {
        prefix.address.family == family && prefix.address.begins(address.unwrap_or(&[]), prefix.bits.into())
    })
}

fn is(wanted: Option<u32>, value: Option<u32>) -> bool {
    wanted.is_none_or(|wanted| wanted == value.unwrap_or(0))
}

impl Filter {
    /// Lets every route pass.
    pub fn all() -> Self {
        Filter { cached: Cached::Too, ..Filter::default() }
    }

    /// Lets every route of `family` pass that is not from the cache; 0 for all families.
    pub fn of_family(family: u8) -> Self {
        Filter { family, ..Filter::default() }
    }

    /// Whether `route` is meant.
    pub fn accepts(&mut self, route: &Route<'_>) -> bool {
        let cloned = route.flags & uapi::RTM_F_CLONED != 0;
        let cached = match self.cached {
            Cached::No => !cloned,
            Cached::Only => cloned,
            Cached::Too => true,
        };
        cached
            && (self.family == 0 || self.family == route.family)
            && self.accepts_table(route)
            && self.protocol.is_none_or(|protocol| protocol == route.protocol)
            && self.scope.is_none_or(|scope| scope == route.scope)
            && self.kind.is_none_or(|kind| kind == route.kind)
            && !(self.remote && [uapi::RTN_LOCAL as u8, uapi::RTN_BROADCAST as u8].contains(&route.kind))
            && self.tos.is_none_or(|tos| tos == route.tos)
            && self.dst.accepts(route.family, route.dst(), route.dst_len)
            && self.src.accepts(route.family, route.src(), route.src_len)
            && self.accepts_via(route)
            && lies_in(self.prefsrc.as_ref(), route.family, route.prefsrc())
            && self.realms.is_none_or(|(realms, mask)| (route.realms().unwrap_or(0) ^ realms) & mask == 0)
            && is(self.iif, route.iif())
            && is(self.oif, route.oif())
            && is(self.mark, route.mark())
            && is(self.metric, route.priority())
    }

    fn accepts_table(&mut self, route: &Route<'_>) -> bool {
        let inet6 = i32::from(route.family) == libc::AF_INET6;
        self.inet6_tables |= inet6 && route.table != MAIN;
        if inet6 && !self.inet6_tables {
            let local = route.kind == uapi::RTN_LOCAL as u8;
            return match self.table {
                0 => true,
                LOCAL => local,
                MAIN => !local,
                _ => false,
            };
        }
        self.table == 0 || self.table == route.table
    }

    fn accepts_via(&self, route: &Route<'_>) -> bool {
        let Some(wanted) = &self.via else { return true };
        match route.via() {
            Some(via) => lies_in(Some(wanted), via.family, Some(via.address)),
            None => lies_in(Some(wanted), route.family, route.gateway()),
        }
    }

    /// The request that dumps these routes; the kernel leaves out what it can of the others.
    pub fn dump(&self, family: u8) -> Request {
        let flags = if self.cached == Cached::Only { uapi::RTM_F_CLONED } else { 0 };
        let header = Header { family, protocol: self.protocol.unwrap_or(0), flags, ..Header::default() };
        let mut request = RouteRequest::new(Rtm::Getroute, NlmF::empty(), header);
        if self.table != 0 {
            request.table_filter(self.table);
        }
        if let Some(oif) = self.oif {
            request.oif(oif);
        }
        request.finish()
    }

    /// Reads the words of a listing and gives the filter and the family to be dumped.
    pub fn parse(ip: &mut Ip, words: Words<'_>) -> Result<(Filter, u8)> {
        let family = ip.view.options.family;
        let mut parser = Parser {
            filter: Filter { family, table: MAIN, ..Filter::default() },
            lookup: Lookup::borrow(&mut ip.view),
            oif: None,
            iif: None,
            vrf: None,
        };
        let parsed = parser.read(words);
        parser.lookup.give_back(&mut ip.view);
        let Parser { mut filter, oif, iif, vrf, .. } = parser;
        if let Some(name) = vrf {
            filter.table = super::vrf_table(ip, &name)?;
        }
        parsed?;
        let family = if family == 0 && filter.table != 0 { libc::AF_INET as u8 } else { family };
        let mut index = |name: Option<Vec<u8>>| name.map(|name| ip.device(&name)).transpose();
        (filter.iif, filter.oif) = (index(iif)?, index(oif)?);
        Ok((filter, family))
    }
}

pub(super) struct Parser {
    filter: Filter,
    lookup: Lookup,
    oif: Option<Vec<u8>>,
    iif: Option<Vec<u8>>,
    vrf: Option<Vec<u8>>,
}

/// The words of `ip route show`, in the order in which an abbreviation is looked up.
pub(super) const KEYWORDS: &[Keyword<Parser>] = &[
    Keyword::new("table", "TABLE", "routes of TABLE, or of all tables, or those in the cache", |p, words| {
        let word = words.require()?;
        match named::number(&mut p.lookup.names, Kind::Table, word) {
            Some(table) => {
                p.filter.table = table;
                p.vrf = None;
            }
            None => match word {
                b"all" => p.filter.table = 0,
                b"cache" => p.filter.cached = Cached::Only,
                b"help" => return Err(super::usage()),
                _ => return Err(wrong("table id value is invalid\n", word)),
            },
        }
        Ok(())
    }),
    Keyword::new("vrf", "NAME", "routes of the table of a VRF", |p, words| {
        p.vrf = Some(words.require()?.to_vec());
        p.filter.remote = true;
        p.filter.kind = None;
        Ok(())
    }),
    Keyword::new("cached", "", "routes in the cache", Parser::cached),
    Keyword::new("cloned", "", "", Parser::cached),
    Keyword::exact("tos", "TOS", "routes for a TOS", Parser::tos),
    Keyword::new("dsfield", "TOS", "", Parser::tos),
    Keyword::new("protocol", "RTPROTO", "routes made by RTPROTO", |p, words| {
        p.filter.protocol = named::byte_or_all(&mut p.lookup.names, Kind::Protocol, words, "invalid \"protocol\"\n")?;
        Ok(())
    }),
    Keyword::new("scope", "SCOPE", "routes of a scope", |p, words| {
        p.filter.scope = named::byte_or_all(&mut p.lookup.names, Kind::Scope, words, "invalid \"scope\"\n")?;
        Ok(())
    }),
    Keyword::new("type", "TYPE", "routes of a type", |p, words| {
        let word = words.require()?;
        let kind = named::route_kind(word).ok_or_else(|| wrong("node type value is invalid\n", word))?;
        (p.filter.kind, p.filter.remote) = (Some(kind), false);
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "routes by way of DEV", Parser::oif),
    Keyword::exact("oif", "DEV", "", Parser::oif),
    Keyword::exact("iif", "DEV", "cached routes of packets that came by DEV", |p, words| {
        p.iif = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("mark", "NUMBER", "cached routes of packets with a mark", |p, words| {
        let word = words.require()?;
        p.filter.mark = Some(number_u32(word, 0).ok_or_else(|| wrong("invalid mark value", word))?);
        Ok(())
    }),
    Keyword::new("metric", "NUMBER", "routes with a metric", Parser::metric),
    Keyword::new("priority", "NUMBER", "", Parser::metric),
    Keyword::exact("preference", "NUMBER", "", Parser::metric),
    Keyword::exact("via", "[ FAMILY ] PREFIX", "routes by way of a next hop in PREFIX", |p, words| {
        let word = words.require()?;
        let (family, word) = match prefix::family(word) {
            Some(family) => (family, words.require()?),
            None => (p.filter.family, word),
        };
        p.filter.via = Some(prefix::prefix(word, family)?);
        Ok(())
    }),
    Keyword::exact("src", "PREFIX", "routes with a preferred source address in PREFIX", |p, words| {
        p.filter.prefsrc = Some(p.prefix(words)?);
        Ok(())
    }),
    Keyword::new("realms", "[ REALM/ ]REALM", "routes with these realms", |p, words| {
        let word = words.require()?;
        let realms = named::realms(&mut p.lookup.names, word).ok_or_else(|| wrong("invalid realms\n", word))?;
        let mut mask = u32::MAX;
        if realms & 0xffff == 0 && word.ends_with(b"/") {
            mask &= !0xffff;
        }
        if realms >> 16 == 0 && (word.starts_with(b"/") || !word.contains(&b'/')) {
            mask &= 0xffff;
        }
        p.filter.realms = Some((realms, mask));
        Ok(())
    }),
    Keyword::new("from", "[ root | match | exact ] PREFIX", "routes for packets from PREFIX", |p, words| {
        range(&mut p.filter.src, p.filter.family, words)
    }),
    Keyword::new("to", "[ root | match | exact ] PREFIX", "routes within, around or exactly to PREFIX", |p, words| {
        range(&mut p.filter.dst, p.filter.family, words)
    }),
];

impl Parser {
    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            match keyword::find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None => {
                    words.back();
                    range(&mut self.filter.dst, self.filter.family, &mut words)?;
                }
            }
        }
        Ok(())
    }

    fn prefix(&self, words: &mut Words<'_>) -> Result<Prefix> {
        prefix::prefix(words.require()?, self.filter.family)
    }

    fn cached(&mut self, _: &mut Words<'_>) -> Result<()> {
        self.filter.cached = Cached::Only;
        Ok(())
    }

    fn tos(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let tos = named::byte(&mut self.lookup.names, Kind::DsField, word);
        self.filter.tos = Some(tos.ok_or_else(|| wrong("TOS value is invalid\n", word))?);
        Ok(())
    }

    fn oif(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.oif = Some(words.require()?.to_vec());
        Ok(())
    }

    fn metric(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let metric = number_u32(word, 0).ok_or_else(|| wrong("\"metric\" value is invalid\n", word))?;
        self.filter.metric = Some(metric);
        Ok(())
    }
}

/// Reads `root PREFIX`, `match PREFIX`, `exact PREFIX` or `PREFIX`, which means exact.
fn range(range: &mut Range, family: u8, words: &mut Words<'_>) -> Result<()> {
    let word = words.require()?;
    let (root, around) = (matches(word, "root"), matches(word, "match"));
    if !root && !around && !matches(word, "exact") {
        words.back();
    }
    let prefix = Some(prefix::prefix(words.require()?, family)?);
    if !around {
        range.within = prefix;
    }
    if !root {
        range.around = prefix;
    }
    Ok(())
}
