//! `ip route get`.

use super::filter::Filter;
use super::{Lookup, find_vrf, show, usage};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::rtnl::route::{Header, Route, RouteRequest};
use crate::rtnl::uapi;
use crate::sys::names::Kind;
use crate::words::keyword::{self, Keyword};
use crate::words::named;
use crate::words::prefix;
use crate::words::{Words, matches, number_u32, wrong};

/// What is to be looked up.
pub(super) struct Get {
    lookup: Lookup,
    request: RouteRequest,
    dst: bool,
    from: bool,
    connected: bool,
    fibmatch: bool,
    mark: u32,
    iif: Option<Vec<u8>>,
    oif: Option<Vec<u8>>,
    vrf: Option<Vec<u8>>,
    warnings: Vec<String>,
}

/// The words of `ip route get`, in the order in which an abbreviation is looked up.
pub(super) const KEYWORDS: &[Keyword<Get>] = &[
    Keyword::exact("tos", "TOS", "the TOS of the packet", Get::tos),
    Keyword::new("dsfield", "TOS", "", Get::tos),
    Keyword::new("from", "ADDRESS", "the source address of the packet", |g, words| {
        let word = words.require()?;
        if matches(word, "help") {
            return Err(usage());
        }
        g.from = true;
        let prefix = prefix::prefix(word, g.request.header.family)?;
        g.family(prefix.address.family);
        g.request.word(words.place() - 1).src(prefix.address.bytes(), prefix.bits);
        Ok(())
    }),
    Keyword::new("iif", "DEV", "the device that the packet came by", |g, words| {
        g.iif = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::new("mark", "NUMBER", "the firewall mark of the packet", |g, words| {
        let word = words.require()?;
        g.mark = number_u32(word, 0).ok_or_else(|| wrong("invalid mark value", word))?;
        Ok(())
    }),
    Keyword::new("oif", "DEV", "the device that the packet must leave by", Get::oif),
    Keyword::exact("dev", "DEV", "", Get::oif),
    Keyword::new("notify", "", "", |g, _| {
        g.request.header.flags |= uapi::RTM_F_NOTIFY;
        Ok(())
    }),
    Keyword::new("connected", "", "look the route up twice", |g, _| {
        g.connected = true;
        Ok(())
    }),
    Keyword::new("vrf", "NAME", "the VRF that the packet belongs to", |g, words| {
        let name = words.require()?;
        g.oif = Some(name.to_vec());
        g.vrf = Some(name.to_vec());
        Ok(())
    }),
    Keyword::new("uid", "NUMBER", "the user whose packet it is", |g, words| {
        let word = words.require()?;
        let uid = number_u32(word, 0).ok_or_else(|| wrong("invalid UID\n", word))?;
        g.request.word(words.place() - 1).uid(uid);
        Ok(())
    }),
    Keyword::new("fibmatch", "", "show the route itself, not what becomes of it", |g, _| {
        g.fibmatch = true;
        Ok(())
    }),
    Keyword::exact("as", "[ to ] LABELS", "", |g, words| {
        words.take("to");
        let address = prefix::address(words.require()?, g.request.header.family)?;
        g.family(address.family);
        g.request.word(words.place() - 1).new_dst(address.bytes());
        Ok(())
    }),
    Keyword::new("sport", "NUMBER", "the source port of the packet", |g, words| {
        let port = port(words, "invalid sport\n")?;
        g.request.word(words.place() - 1).source_port(port);
        Ok(())
    }),
    Keyword::new("dport", "NUMBER", "the destination port of the packet", |g, words| {
        let port = port(words, "invalid dport\n")?;
        g.request.word(words.place() - 1).destination_port(port);
        Ok(())
    }),
    Keyword::new("ipproto", "PROTOCOL", "the protocol above IP: tcp, udp, a number", |g, words| {
        let word = words.require()?;
        let number = number_u32(word, 10).and_then(|number| number.try_into().ok());
        let protocol = number.or_else(|| crate::sys::ip_protocol(word));
        let protocol = protocol.ok_or_else(|| wrong("Invalid \"ipproto\" value\n", word))?;
        g.request.word(words.place() - 1).ip_protocol(protocol);
        Ok(())
    }),
    Keyword::exact("flowlabel", "NUMBER", "the IPv6 flow label of the packet", |g, words| {
        let word = words.require()?;
        let label = number_u32(word, 0).ok_or_else(|| wrong("invalid flowlabel", word))?;
        g.request.word(words.place() - 1).flow_label(label);
        Ok(())
    }),
];

fn port(words: &mut Words<'_>, why: &str) -> Result<u16> {
    let word = words.require()?;
    number_u32(word, 0).and_then(|port| port.try_into().ok()).ok_or_else(|| wrong(why, word))
}

/// Shows the route that a packet would take.
pub fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let header = Header { family: ip.view.options.family, ..Header::default() };
    let mut get = Get {
        lookup: Lookup::borrow(&mut ip.view),
        request: RouteRequest::new(Rtm::Getroute, NlmF::empty(), header),
        dst: false,
        from: false,
        connected: false,
        fibmatch: false,
        mark: 0,
        iif: None,
        oif: None,
        vrf: None,
        warnings: Vec::new(),
    };
    let parsed = get.read(words);
    let Get { lookup, mut request, dst, from, connected, fibmatch, mark, iif, oif, vrf, warnings } = get;
    lookup.give_back(&mut ip.view);
    for warning in warnings {
        ip.view.out.complain(&warning);
    }
    // A VRF that is none is found out before what stands behind it is read.
    if let Some(name) = &vrf {
        find_vrf(ip, name)?;
    }
    parsed?;
    if !dst {
        return Err(Error::local("need at least a destination address"));
    }
    if let Some(name) = &iif {
        request.iif(ip.device(name)?);
    }
    if let Some(name) = &oif {
        request.oif(ip.device(name)?);
    }
    if mark != 0 {
        request.mark(mark);
    }
    let header = &mut request.header;
    if header.family == 0 {
        header.family = libc::AF_INET as u8;
    }
    // IPv6 tells the table without being asked.
    if i32::from(header.family) == libc::AF_INET {
        header.flags |= uapi::RTM_F_LOOKUP_TABLE;
    }
    if fibmatch {
        header.flags |= uapi::RTM_F_FIB_MATCH;
    }
    let filter = Filter::all();
    let mut request = request.finish();
    let source = ip.get(&mut request, |view, message| {
        if view.options.json {
            view.out.begin_json(view.options.pretty);
        }
        let route = Route::decode(message)?;
        show::route(view, &filter, &route);
        route.prefsrc().or(route.src()).map(drop)
    })?;
    ip.view.out.end_json();
    if !connected || from {
        return Ok(());
    }
    // The stock tool puts the source address that was found into the reply, not into the request that it sends again,
    // and what comes of that is text in any case.
    source.ok_or_else(|| Error::local("Failed to connect the route"))?;
    ip.get(&mut request, |view, message| {
        if let Some(route) = Route::decode(message) {
            show::route(view, &filter, &route);
        }
    })
}

impl Get {
    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.next() {
            match keyword::find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None => self.destination(&mut words)?,
            }
        }
        Ok(())
    }

    /// Reads `[ to ] ADDRESS`, whose first word has been taken.
    fn destination(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = if words.current() == b"to" { words.require()? } else { words.current() };
        if matches(word, "help") {
            return Err(usage());
        }
        let prefix = prefix::prefix(word, self.request.header.family)?;
        self.family(prefix.address.family);
        let family = self.request.header.family;
        let whole = match i32::from(family) {
            libc::AF_INET | libc::AF_INET6 => prefix::family_bits(family),
            _ => prefix.bits,
        };
        if prefix.bits != whole {
            let bits = prefix.bits;
            let text = format!("Warning: /{bits} as prefix is invalid, only /{whole} (or none) is supported.");
            self.warnings.push(text);
        }
        self.request.word(words.place() - 1).dst(prefix.address.bytes(), whole);
        self.dst = true;
        Ok(())
    }

    fn family(&mut self, family: u8) {
        let header = &mut self.request.header;
        if header.family == 0 {
            header.family = family;
        }
    }

    fn tos(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let tos = named::byte(&mut self.lookup.names, Kind::DsField, word);
        self.request.header.tos = tos.ok_or_else(|| wrong("TOS value is invalid\n", word))?;
        Ok(())
    }

    fn oif(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.oif = Some(words.require()?.to_vec());
        Ok(())
    }
}
