//! Which rules are meant: the words of `show` and `flush`.

use super::{DSCP_ALL, dscp, flow_label, ip_protocol, mark, ports, users};
use crate::commands::Ip;
use crate::error::Result;
use crate::rtnl::rule::Rule;
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, read};
use crate::words::named;
use crate::words::prefix::{self, Prefix};
use crate::words::{is_device_name, number, number_u32, wrong};

/// Which rules are meant.
#[derive(Default)]
pub struct Filter {
    /// The family, 0 for all.
    family: u8,
    priority: Option<u32>,
    inverted: bool,
    src: Option<Prefix>,
    dst: Option<Prefix>,
    tos: Option<u8>,
    mark: u32,
    mask: u32,
    iif: Option<Vec<u8>>,
    oif: Option<Vec<u8>>,
    l3mdev: bool,
    users: Option<(u32, u32)>,
    ip_protocol: u8,
    sport: (u16, u16),
    dport: (u16, u16),
    /// Value and mask; a mask of 0 asks for nothing.
    dscp: (u32, u32),
    flow_label: (u32, u32),
    tunnel: u64,
    table: u32,
    protocol: Option<u8>,
}

/// A filter in the making.
pub struct Parser {
    filter: Filter,
    lookup: Lookup,
    /// The family of addresses.
    family: u8,
}

/// The words of `ip rule show`, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Parser>] = &[
    Keyword::new("preference", "NUMBER", "", Parser::priority),
    Keyword::new("order", "NUMBER", "", Parser::priority),
    Keyword::new("priority", "NUMBER", "rules with this priority", Parser::priority),
    Keyword::exact("not", "", "rules for packets that do not match", |p, _| {
        p.filter.inverted = true;
        Ok(())
    }),
    Keyword::exact("tos", "TOS", "rules for a TOS", Parser::tos),
    Keyword::exact("dsfield", "TOS", "", Parser::tos),
    Keyword::exact("fwmark", "MARK[/MASK]", "rules for a firewall mark", |p, words| {
        let (mark, mask) = mark(words)?;
        p.filter.mark = mark;
        p.filter.mask = mask.unwrap_or(p.filter.mask);
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "", Parser::iif),
    Keyword::exact("iif", "DEV", "rules for packets that come by DEV", Parser::iif),
    Keyword::exact("oif", "DEV", "rules for sockets that are bound to DEV", |p, words| {
        p.filter.oif = Some(device(words, "\"oif\" not a valid ifname")?);
        Ok(())
    }),
    Keyword::exact("l3mdev", "", "rules that look up the table of a VRF", |p, _| {
        p.filter.l3mdev = true;
        Ok(())
    }),
    Keyword::exact("uidrange", "NUMBER-NUMBER", "rules for these users", |p, words| {
        p.filter.users = Some(users(words)?);
        Ok(())
    }),
    Keyword::new("tun_id", "NUMBER", "rules for the tunnel with this id", |p, words| {
        let word = words.require()?;
        p.filter.tunnel = number(word, 0).ok_or_else(|| wrong("\"tun_id\" value is invalid\n", word))?;
        Ok(())
    }),
    Keyword::new("lookup", "TABLE", "", Parser::table),
    Keyword::new("table", "TABLE", "rules that look up TABLE", Parser::table),
    Keyword::new("from", "PREFIX", "rules for packets from within PREFIX", Parser::from),
    Keyword::new("src", "PREFIX", "", Parser::from),
    Keyword::new("protocol", "RTPROTO", "flush: rules made by RTPROTO", |p, words| {
        p.filter.protocol = named::byte_or_all(&mut p.lookup.names, Kind::Protocol, words, "invalid \"protocol\"\n")?;
        Ok(())
    }),
    Keyword::exact("ipproto", "PROTOCOL", "rules for a protocol", |p, words| {
        p.filter.ip_protocol = ip_protocol(words)?;
        Ok(())
    }),
    Keyword::exact("sport", "PORT[-PORT]", "rules for these source ports", |p, words| {
        p.filter.sport = ports(words, "invalid port range\n")?;
        Ok(())
    }),
    Keyword::exact("dport", "PORT[-PORT]", "rules for these destination ports", |p, words| {
        p.filter.dport = ports(words, "invalid dport range\n")?;
        Ok(())
    }),
    Keyword::exact("dscp", "DSCP[/MASK]", "rules for a DSCP", |p, words| {
        p.filter.dscp = dscp(&mut p.lookup.names, words)?;
        Ok(())
    }),
    Keyword::exact("flowlabel", "LABEL[/MASK]", "rules for a flow label", |p, words| {
        p.filter.flow_label = flow_label(words)?;
        Ok(())
    }),
    Keyword::new("dst", "PREFIX", "", Parser::to),
    Keyword::new("to", "PREFIX", "rules for packets to within PREFIX, the keyword may be left out", Parser::to),
];

fn device(words: &mut Words<'_>, why: &str) -> Result<Vec<u8>> {
    let name = words.require()?;
    if is_device_name(name) { Ok(name.to_vec()) } else { Err(wrong(why, name)) }
}

impl Parser {
    fn priority(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let priority = number_u32(word, 0).ok_or_else(|| wrong("preference value is invalid\n", word))?;
        self.filter.priority = Some(priority);
        Ok(())
    }

    fn tos(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let tos = named::byte(&mut self.lookup.names, Kind::DsField, word);
        self.filter.tos = Some(tos.ok_or_else(|| wrong("TOS value is invalid\n", word))?);
        Ok(())
    }

    fn iif(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.filter.iif = Some(device(words, "\"iif\"/\"dev\" not a valid ifname")?);
        Ok(())
    }

    fn table(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let table = named::number(&mut self.lookup.names, Kind::Table, word);
        self.filter.table = table.ok_or_else(|| wrong("table id value is invalid\n", word))?;
        Ok(())
    }

    fn from(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.filter.src = Some(prefix::prefix(words.require()?, self.family)?);
        Ok(())
    }

    fn to(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.filter.dst = Some(prefix::prefix(words.require()?, self.family)?);
        Ok(())
    }
}

impl Filter {
    /// Lets every rule of `family` pass, 0 for all.
    pub fn of_family(family: u8) -> Self {
        Filter { family, ..Filter::default() }
    }

    /// Reads the words of a listing and gives the filter and the family to be dumped.
    pub fn parse(ip: &mut Ip, words: Words<'_>) -> Result<(Filter, u8)> {
        let asked = ip.view.options.family;
        let family = if asked == 0 { libc::AF_INET as u8 } else { asked };
        let lookup = Lookup::borrow(&mut ip.view);
        let mut parser = Parser { filter: Filter::of_family(asked), lookup, family };
        let parsed = read(KEYWORDS, &mut parser, words, Parser::to);
        parser.lookup.give_back(&mut ip.view);
        parsed.map(|()| (parser.filter, family))
    }

    /// Whether `rule` is meant by a listing.
    pub fn admits(&self, rule: &Rule<'_>) -> bool {
        let (header, attrs) = (&rule.header, &rule.attrs);
        let number = |attr: u32| attrs.u32(attr as u16).unwrap_or(0);
        let is = |wanted: u32, value: u32| wanted == 0 || wanted == value;
        let named = |wanted: &Option<Vec<u8>>, attr: u32| {
            wanted.as_ref().is_none_or(|wanted| attrs.str(attr as u16) == Some(wanted))
        };
        let within = |wanted: &Option<Prefix>, attr: u32, bits: u8| {
            wanted.filter(|wanted| wanted.address.family != 0).is_none_or(|wanted| {
                wanted.address.family == header.family
                    && wanted.bits <= bits
                    && attrs.get(attr as u16).is_none_or(|at| wanted.address.begins(at, wanted.bits.into()))
            })
        };
        let ports = |wanted: (u16, u16), attr: u32| wanted.0 == 0 || rule.ports(attr as u16) == Some(wanted);
        let masked = |wanted: (u32, u32), its: Option<(u32, u32)>| wanted.1 == 0 || its == Some(wanted);
        (self.family == 0 || self.family == header.family)
            && self.priority.is_none_or(|priority| priority == rule.priority().unwrap_or(0))
            && !(self.inverted && header.flags & uapi::FIB_RULE_INVERT == 0)
            && within(&self.src, uapi::FRA_SRC as u32, header.src_len)
            && within(&self.dst, uapi::FRA_DST as u32, header.dst_len)
            && self.tos.is_none_or(|tos| tos == header.tos)
            && is(self.mark, number(uapi::FRA_FWMARK as u32))
            && is(self.mask, number(uapi::FRA_FWMASK as u32))
            && named(&self.iif, uapi::FRA_IIFNAME as u32)
            && named(&self.oif, uapi::FRA_OIFNAME as u32)
            && !(self.l3mdev && attrs.u8(uapi::FRA_L3MDEV as u16).unwrap_or(0) == 0)
            && self.users.is_none_or(|users| rule.users() == Some(users))
            && is(self.ip_protocol.into(), attrs.u8(uapi::FRA_IP_PROTO as u16).unwrap_or(0).into())
            && ports(self.sport, uapi::FRA_SPORT_RANGE as u32)
            && ports(self.dport, uapi::FRA_DPORT_RANGE as u32)
            && masked(self.dscp, rule.dscp().map(|(dscp, mask)| (dscp.into(), mask.map_or(DSCP_ALL, u32::from))))
            && masked(self.flow_label, rule.flow_label())
            && (self.tunnel == 0 || rule.tunnel() == Some(self.tunnel))
            && is(self.table, rule.table())
    }

    /// Whether `rule` is meant by a flush, which asks for the protocol too. The rule with priority 0 stays.
    pub fn flushes(&self, rule: &Rule<'_>) -> bool {
        let made = rule.protocol().is_none_or(|its| self.protocol.is_none_or(|protocol| protocol == its));
        rule.priority().is_some() && made && self.admits(rule)
    }
}
