//! `ip rule add` and `delete`.

use super::{DSCP_ALL, describe, dscp, flow_label, ip_protocol, mark, ports, usage, users};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Request};
use crate::rtnl::rule::{Header, Rule, request};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::named;
use crate::words::prefix::{self, Prefix};
use crate::words::{is_device_name, matches, number, number_i32, number_u32, wrong};

/// Deletes a rule, or adds one.
fn run(ip: &mut Ip, words: Words<'_>, kind: u32, flags: NlmF) -> Result<()> {
    let adds = kind == uapi::RTM_NEWRULE as u32;
    if words.is_empty() {
        let verb = if adds { "add" } else { "del" };
        return Err(Error::local(format!("\"ip rule {verb}\" requires arguments.")));
    }
    let action = if adds { uapi::FR_ACT_TO_TBL as u8 } else { 0 };
    let mut edit = Edit {
        lookup: Lookup::borrow(&mut ip.view),
        header: Header { family: ip.view.options.family, action, ..Header::default() },
        request: request(kind, flags),
        table: 0,
        table_given: !adds,
        l3mdev: false,
        warnings: Vec::new(),
    };
    let parsed = edit.read(words);
    let Edit { lookup, mut header, mut request, table, table_given, l3mdev, warnings } = edit;
    lookup.give_back(&mut ip.view);
    for warning in warnings {
        ip.view.out.complain(warning);
    }
    parsed?;
    if l3mdev && table != 0 {
        return Err(Error::local("table can not be specified for l3mdev rules").with_status(libc::EINVAL as u8));
    }
    if header.family == 0 {
        header.family = libc::AF_INET as u8;
    }
    if !table_given {
        header.table = uapi::rt_class_t::RT_TABLE_MAIN as u8;
    }
    request.body_mut()[..Header::LEN].copy_from_slice(&header.encode());
    ip.ask_echo(&mut request, |view, message| {
        if let Some(rule) = Rule::decode(message) {
            describe(view, &rule);
        }
    })
}

/// Adds a rule.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, uapi::RTM_NEWRULE as u32, NlmF::CREATE | NlmF::EXCL)
}

/// Deletes a rule.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    run(ip, words, uapi::RTM_DELRULE as u32, NlmF::empty())
}

/// A rule in the making.
pub struct Edit {
    lookup: Lookup,
    header: Header,
    request: Request,
    table: u32,
    table_given: bool,
    l3mdev: bool,
    warnings: Vec<&'static str>,
}

/// The words that make up a rule, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Edit>] = &[
    Keyword::exact("not", "", "packets that do not match", |e, _| {
        e.header.flags |= uapi::FIB_RULE_INVERT;
        Ok(())
    }),
    Keyword::exact("from", "PREFIX", "packets from PREFIX", |e, words| {
        e.header.src_len = e.prefix(words, uapi::FRA_SRC as u16)?.bits;
        Ok(())
    }),
    Keyword::exact("to", "PREFIX", "packets to PREFIX", |e, words| {
        e.header.dst_len = e.prefix(words, uapi::FRA_DST as u16)?.bits;
        Ok(())
    }),
    Keyword::new("preference", "NUMBER", "", Edit::priority),
    Keyword::new("order", "NUMBER", "", Edit::priority),
    Keyword::new("priority", "NUMBER", "its place: rules with lower numbers come first", Edit::priority),
    Keyword::exact("tos", "TOS", "packets with this TOS", Edit::tos),
    Keyword::new("dsfield", "TOS", "", Edit::tos),
    Keyword::exact("fwmark", "MARK[/MASK]", "packets with this firewall mark", |e, words| {
        let (mark, mask) = mark(words)?;
        e.here(words).u32(uapi::FRA_FWMARK as u16, mark);
        if let Some(mask) = mask {
            e.request.u32(uapi::FRA_FWMASK as u16, mask);
        }
        Ok(())
    }),
    Keyword::new("realms", "[ REALM/ ]REALM", "the realms of its packets", |e, words| {
        let word = words.require()?;
        let realms = named::realms(&mut e.lookup.names, word).ok_or_else(|| wrong("invalid realms\n", word))?;
        e.here(words).u32(uapi::FRA_FLOW as u16, realms);
        Ok(())
    }),
    Keyword::new("protocol", "RTPROTO", "who made the rule: kernel, boot, static", |e, words| {
        let word = words.require()?;
        let protocol = named::byte(&mut e.lookup.names, Kind::Protocol, word);
        let protocol = protocol.ok_or_else(|| wrong("\"protocol\" value is invalid\n", word))?;
        e.here(words).u8(uapi::FRA_PROTOCOL as u16, protocol);
        Ok(())
    }),
    Keyword::new("tun_id", "NUMBER", "packets that came by the tunnel with this id", |e, words| {
        let word = words.require()?;
        let id = number(word, 0).ok_or_else(|| wrong("\"tun_id\" value is invalid\n", word))?;
        e.here(words).attr(uapi::FRA_TUN_ID as u16, &id.to_be_bytes());
        Ok(())
    }),
    Keyword::new("table", "TABLE", "the table to look up: main, local, default or a number", Edit::table),
    Keyword::exact("lookup", "TABLE", "", Edit::table),
    Keyword::new("suppress_prefixlength", "BITS", "pass over routes to prefixes of at most BITS", Edit::suppress_bits),
    Keyword::exact("sup_pl", "BITS", "", Edit::suppress_bits),
    Keyword::new("suppress_ifgroup", "GROUP", "pass over routes by devices of GROUP", Edit::suppress_group),
    Keyword::exact("sup_group", "GROUP", "", Edit::suppress_group),
    Keyword::exact("dev", "DEV", "", Edit::iif),
    Keyword::exact("iif", "DEV", "packets that come by DEV, lo for those of this host", Edit::iif),
    Keyword::exact("oif", "DEV", "packets of sockets that are bound to DEV", |e, words| {
        e.device(words, uapi::FRA_OIFNAME as u16, "\"oif\" not a valid ifname")
    }),
    Keyword::exact("l3mdev", "", "look up the table of the packet's VRF", |e, _| {
        e.request.u8(uapi::FRA_L3MDEV as u16, 1);
        (e.l3mdev, e.table_given) = (true, true);
        Ok(())
    }),
    Keyword::exact("uidrange", "NUMBER-NUMBER", "packets of these users", |e, words| {
        let (first, last) = users(words)?;
        let bytes = [first.to_ne_bytes(), last.to_ne_bytes()].concat();
        e.here(words).attr(uapi::FRA_UID_RANGE as u16, &bytes);
        Ok(())
    }),
    Keyword::exact("nat", "ADDRESS", "", Edit::nat),
    Keyword::new("map-to", "ADDRESS", "", Edit::nat),
    Keyword::exact("ipproto", "PROTOCOL", "packets of a protocol: tcp, udp, a number", |e, words| {
        let protocol = ip_protocol(words)?;
        e.here(words).u8(uapi::FRA_IP_PROTO as u16, protocol);
        Ok(())
    }),
    Keyword::exact("sport", "PORT[-PORT]", "packets with these source ports", |e, words| {
        e.ports(words, uapi::FRA_SPORT_RANGE as u16, "invalid port range\n")
    }),
    Keyword::exact("dport", "PORT[-PORT]", "packets with these destination ports", |e, words| {
        e.ports(words, uapi::FRA_DPORT_RANGE as u16, "invalid dport range\n")
    }),
    Keyword::exact("dscp", "DSCP[/MASK]", "packets with this DSCP, the upper six bits of the TOS byte", |e, words| {
        let (dscp, mask) = dscp(&mut e.lookup.names, words)?;
        e.here(words).u8(uapi::FRA_DSCP as u16, dscp as u8);
        if mask != DSCP_ALL {
            e.request.u8(uapi::FRA_DSCP_MASK as u16, mask as u8);
        }
        Ok(())
    }),
    Keyword::exact("flowlabel", "LABEL[/MASK]", "packets with this flow label, of IPv6", |e, words| {
        let (label, mask) = flow_label(words)?;
        e.here(words).attr(uapi::FRA_FLOWLABEL as u16, &label.to_be_bytes());
        e.request.attr(uapi::FRA_FLOWLABEL_MASK as u16, &mask.to_be_bytes());
        Ok(())
    }),
];

/// What is done with its packets, where that is not looking up a table.
pub const ACTIONS: &[Keyword<Edit>] = &[
    Keyword::new("goto", "NUMBER", "go on with the rule of this priority", |e, words| {
        let word = words.require()?;
        let target = number_u32(word, 0).ok_or_else(|| wrong("invalid target\n", word))?;
        e.here(words).u32(uapi::FRA_GOTO as u16, target);
        e.header.action = uapi::FR_ACT_GOTO as u8;
        Ok(())
    }),
    Keyword::new("nop", "", "do nothing", |e, _| {
        e.header.action = uapi::FR_ACT_NOP as u8;
        Ok(())
    }),
];

impl Edit {
    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None => self.action(&mut words)?,
            }
        }
        Ok(())
    }

    /// Reads `[ type ] ACTION`, whose first word has been taken.
    fn action(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = if words.current() == b"type" { words.require()? } else { words.current() };
        if matches(word, "help") {
            return Err(usage());
        }
        match find(ACTIONS, word) {
            Some(keyword) => (keyword.take)(self, words)?,
            None => {
                let kind = named::route_kind(word).ok_or_else(|| wrong("Failed to parse rule type", word))?;
                self.header.action = kind;
            }
        }
        self.table_given = true;
        Ok(())
    }

    /// The request, with what is appended next said to come from the word taken last.
    fn here(&mut self, words: &Words<'_>) -> &mut Request {
        self.request.word(words.place() - 1)
    }

    fn prefix(&mut self, words: &mut Words<'_>, attr: u16) -> Result<Prefix> {
        let prefix = prefix::prefix(words.require()?, self.header.family)?;
        self.here(words).attr(attr, prefix.address.bytes());
        Ok(prefix)
    }

    fn priority(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let priority = number_u32(word, 0).ok_or_else(|| wrong("preference value is invalid\n", word))?;
        self.here(words).u32(uapi::FRA_PRIORITY as u16, priority);
        Ok(())
    }

    fn tos(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let tos = named::byte(&mut self.lookup.names, Kind::DsField, word);
        self.header.tos = tos.ok_or_else(|| wrong("TOS value is invalid\n", word))?;
        Ok(())
    }

    fn table(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let table = named::number(&mut self.lookup.names, Kind::Table, word);
        self.table = table.ok_or_else(|| wrong("invalid table ID\n", word))?;
        self.table_given = true;
        self.header.table = u8::try_from(self.table).unwrap_or(0);
        if self.table > 255 {
            let table = self.table;
            self.here(words).u32(uapi::FRA_TABLE as u16, table);
        }
        Ok(())
    }

    fn suppress_bits(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let bits = number_i32(word, 0).filter(|bits| *bits >= 0);
        let bits = bits.ok_or_else(|| wrong("suppress_prefixlength value is invalid\n", word))?;
        self.here(words).u32(uapi::FRA_SUPPRESS_PREFIXLEN as u16, bits.cast_unsigned());
        Ok(())
    }

    fn suppress_group(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let group = named::number(&mut self.lookup.names, Kind::Group, word);
        let group = group.ok_or_else(|| wrong("Invalid \"suppress_ifgroup\" value\n", word))?;
        self.here(words).u32(uapi::FRA_SUPPRESS_IFGROUP as u16, group);
        Ok(())
    }

    fn iif(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.device(words, uapi::FRA_IIFNAME as u16, "\"iif\"/\"dev\" not a valid ifname")
    }

    fn device(&mut self, words: &mut Words<'_>, attr: u16, why: &str) -> Result<()> {
        let name = words.require()?;
        if !is_device_name(name) {
            return Err(wrong(why, name));
        }
        self.here(words).string(attr, name);
        Ok(())
    }

    fn nat(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        self.warnings.push("Warning: route NAT is deprecated");
        let address = prefix::inet_address(word)?;
        self.here(words).attr(describe::NAT_ADDRESS, &address);
        self.header.action = uapi::RTN_NAT as u8;
        Ok(())
    }

    fn ports(&mut self, words: &mut Words<'_>, attr: u16, why: &str) -> Result<()> {
        let (first, last) = ports(words, why)?;
        let bytes = [first.to_ne_bytes(), last.to_ne_bytes()].concat();
        self.here(words).attr(attr, &bytes);
        Ok(())
    }
}
