//! The words that make up a tunnel.

use super::{INET6 as FAMILY6, get, usage};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::tunnel::{
    DONT_FRAGMENT, FLOWINFO_FLOWLABEL, FLOWINFO_TCLASS, GRE_CSUM, GRE_KEY, GRE_SEQ, SPECIAL, Tunnel, flag,
};
use crate::sys::names::{Kind, Names};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::named;
use crate::words::prefix;
use crate::words::{garbage, is_device_name, matches, no_device, number, number_u32, shown, wrong};

const IPIP: u8 = libc::IPPROTO_IPIP as u8;
const GRE: u8 = libc::IPPROTO_GRE as u8;
const IPV6: u8 = libc::IPPROTO_IPV6 as u8;

/// A tunnel in the making.
pub struct Edit {
    /// What has been said of it.
    pub tunnel: Tunnel,
    family: u8,
    /// What is there already is read when the first word names it.
    changes: bool,
    count: u32,
    medium: Option<Vec<u8>>,
    isatap: bool,
    names: Names,
}

/// Modes of tunnels in IPv4: protocol, whether it is a VTI, whether it is ISATAP.
const MODES: &[(&str, u8, bool, bool)] = &[
    ("ipip", IPIP, false, false),
    ("ip/ip", IPIP, false, false),
    ("gre", GRE, false, false),
    ("gre/ip", GRE, false, false),
    ("sit", IPV6, false, false),
    ("ipv6/ip", IPV6, false, false),
    ("isatap", IPV6, false, true),
    ("vti", IPIP, true, false),
];

/// Modes of tunnels in IPv6: protocol, whether it is a VTI.
const MODES6: &[(&str, u8, bool)] = &[
    ("ipv6/ipv6", IPV6, false),
    ("ip6ip6", IPV6, false),
    ("vti6", IPV6, true),
    ("ip/ipv6", IPIP, false),
    ("ipv4/ipv6", IPIP, false),
    ("ipip6", IPIP, false),
    ("ip4ip6", IPIP, false),
    ("ip6gre", GRE, false),
    ("gre/ipv6", GRE, false),
    ("any/ipv6", 0, false),
    ("any", 0, false),
];

type Take = fn(&mut Edit, &mut Words<'_>) -> Result<()>;
const fn word(name: &'static str, help: &'static str, take: Take) -> Keyword<Edit> {
    Keyword::exact(name, "", help, take)
}

const KEY: Keyword<Edit> = Keyword::exact("key", "KEY", "its key, both ways", |e, words| {
    let key = key(words, "key")?;
    (e.tunnel.i_key, e.tunnel.o_key) = (key, key);
    e.both(GRE_KEY)
});
const IKEY: Keyword<Edit> = Keyword::exact("ikey", "KEY", "the key of what comes", |e, words| {
    e.tunnel.i_key = key(words, "ikey")?;
    e.input(GRE_KEY)
});
const OKEY: Keyword<Edit> = Keyword::exact("okey", "KEY", "the key of what goes", |e, words| {
    e.tunnel.o_key = key(words, "okey")?;
    e.output(GRE_KEY)
});
const SEQ: Keyword<Edit> = word("seq", "packets are numbered, both ways", |e, _| e.both(GRE_SEQ));
const ISEQ: Keyword<Edit> = word("iseq", "packets that come are numbered", |e, _| e.input(GRE_SEQ));
const OSEQ: Keyword<Edit> = word("oseq", "packets that go are numbered", |e, _| e.output(GRE_SEQ));
const CSUM: Keyword<Edit> = word("csum", "packets have a checksum, both ways", |e, _| e.both(GRE_CSUM));
const ICSUM: Keyword<Edit> = word("icsum", "packets that come have a checksum", |e, _| e.input(GRE_CSUM));
const OCSUM: Keyword<Edit> = word("ocsum", "packets that go have a checksum", |e, _| e.output(GRE_CSUM));
const DEV: Keyword<Edit> = Keyword::exact("dev", "DEV", "the device below", |e, words| {
    e.medium = Some(words.require()?.to_vec());
    Ok(())
});

/// The words of tunnels in IPv4.
pub const INET: &[Keyword<Edit>] = &[
    Keyword::exact("mode", "ipip|gre|sit|isatap|vti", "what it carries", |e, words| {
        let word = words.require()?;
        let mode = MODES.iter().find(|(name, ..)| name.as_bytes() == word);
        let (_, protocol, vti, isatap) = mode.ok_or_else(|| unknown_mode(word))?;
        if e.tunnel.protocol != 0 && e.tunnel.protocol != *protocol {
            return Err(Error::words("You managed to ask for more than one tunnel mode."));
        }
        e.tunnel.protocol = *protocol;
        e.isatap |= isatap;
        e.input(if *vti { SPECIAL } else { 0 })
    }),
    KEY,
    IKEY,
    OKEY,
    SEQ,
    ISEQ,
    OSEQ,
    CSUM,
    ICSUM,
    OCSUM,
    word("nopmtudisc", "packets may be fragmented", |e, _| {
        e.tunnel.fragment = 0;
        Ok(())
    }),
    word("pmtudisc", "packets are not fragmented", |e, _| {
        e.tunnel.fragment = DONT_FRAGMENT;
        Ok(())
    }),
    Keyword::exact("remote", "ADDRESS", "the other end, any for any", |e, words| {
        e.tunnel.remote[..4].copy_from_slice(&prefix::inet_address(words.require()?)?);
        Ok(())
    }),
    Keyword::exact("local", "ADDRESS", "our end, any for any", |e, words| {
        e.tunnel.local[..4].copy_from_slice(&prefix::inet_address(words.require()?)?);
        Ok(())
    }),
    DEV,
    Keyword::exact("ttl", "NUMBER|inherit", "the TTL of its packets", Edit::ttl),
    Keyword::exact("hoplimit", "NUMBER|inherit", "", Edit::ttl),
    Keyword::exact("hlim", "NUMBER|inherit", "", Edit::ttl),
    Keyword::exact("tos", "TOS|inherit", "the TOS of its packets", Edit::tos),
    Keyword::exact("tclass", "TOS|inherit", "", Edit::tos),
    Keyword::new("dsfield", "TOS|inherit", "", Edit::tos),
];

/// The words of tunnels in IPv6.
pub const INET6: &[Keyword<Edit>] = &[
    Keyword::exact("mode", "ip6ip6|ipip6|ip6gre|vti6|any", "what it carries, in IPv6", |e, words| {
        let word = words.require()?;
        let mode = MODES6.iter().find(|(name, ..)| name.as_bytes() == word);
        let (_, protocol, vti) = mode.ok_or_else(|| unknown_mode(word))?;
        e.tunnel.protocol = *protocol;
        e.input(if *vti { SPECIAL } else { 0 })
    }),
    Keyword::exact("remote", "ADDRESS", "the other end, any for any", |e, words| {
        e.tunnel.remote = address6(words)?;
        Ok(())
    }),
    Keyword::exact("local", "ADDRESS", "our end, any for any", |e, words| {
        e.tunnel.local = address6(words)?;
        Ok(())
    }),
    DEV,
    Keyword::exact("encaplimit", "NUMBER|none", "how often its packets may be wrapped again", |e, words| {
        match words.require()? {
            b"none" => e.tunnel.flags |= flag::IGN_ENCAP_LIMIT,
            word => {
                // A word that is no number is none to the stock tool.
                e.tunnel.encap_limit = number(word, 0).and_then(|limit| limit.try_into().ok()).unwrap_or(0);
                e.tunnel.flags &= !flag::IGN_ENCAP_LIMIT;
            }
        }
        Ok(())
    }),
    Keyword::exact("hoplimit", "NUMBER", "the hop limit of its packets", Edit::hop_limit),
    Keyword::exact("ttl", "NUMBER", "", Edit::hop_limit),
    Keyword::exact("hlim", "NUMBER", "", Edit::hop_limit),
    Keyword::exact("tclass", "CLASS|inherit", "the traffic class of its packets", Edit::traffic_class),
    Keyword::exact("tc", "CLASS|inherit", "", Edit::traffic_class),
    Keyword::exact("tos", "CLASS|inherit", "", Edit::traffic_class),
    Keyword::new("dsfield", "CLASS|inherit", "", Edit::traffic_class),
    Keyword::exact("flowlabel", "LABEL|inherit", "the flow label of its packets", Edit::flow_label),
    Keyword::exact("fl", "LABEL|inherit", "", Edit::flow_label),
    Keyword::exact("dscp", "inherit", "DSCP goes to the packet inside", |e, words| match words.require()? {
        b"inherit" => {
            e.tunnel.flags |= flag::RCV_DSCP_COPY;
            Ok(())
        }
        word => Err(wrong("not inherit", word)),
    }),
    word("allow-localremote", "the other end may be an address of this host", |e, _| {
        e.tunnel.flags |= flag::ALLOW_LOCAL_REMOTE;
        Ok(())
    }),
    word("noallow-localremote", "", |e, _| {
        e.tunnel.flags &= !flag::ALLOW_LOCAL_REMOTE;
        Ok(())
    }),
    KEY,
    IKEY,
    OKEY,
    SEQ,
    ISEQ,
    OSEQ,
    CSUM,
    ICSUM,
    OCSUM,
];

fn unknown_mode(word: &[u8]) -> Error {
    Error::words(format!("Unknown tunnel mode \"{}\"", shown(word)))
}

fn address6(words: &mut Words<'_>) -> Result<[u8; 16]> {
    let address = prefix::address(words.require()?, FAMILY6)?;
    Ok(address.bytes().try_into().unwrap_or_default())
}

/// Reads a key: a number, or four with dots between them.
fn key(words: &mut Words<'_>, name: &str) -> Result<[u8; 4]> {
    let word = words.require()?;
    if word.contains(&b'.') {
        return prefix::inet_address(word);
    }
    let invalid = || {
        let word = shown(word);
        Error::words(format!("invalid value for \"{name}\": \"{word}\"; it should be an unsigned integer"))
    };
    Ok(number_u32(word, 0).ok_or_else(invalid)?.to_be_bytes())
}

impl Edit {
    /// Reads the words of a tunnel of `family`, beginning with `tunnel`.
    pub fn parse(ip: &mut Ip, mut words: Words<'_>, family: u8, changes: bool, tunnel: Tunnel) -> Result<Tunnel> {
        let names = std::mem::take(&mut ip.view.names);
        let mut edit = Edit { tunnel, family, changes, count: 0, medium: None, isatap: false, names };
        let parsed = edit.read(&mut words);
        ip.view.names = std::mem::take(&mut edit.names);
        parsed?;
        if family != FAMILY6 {
            edit.settle_mode()?;
        }
        if let Some(name) = &edit.medium {
            edit.tunnel.link = ip.view.links.index(name).ok_or_else(|| no_device(name))?;
        }
        if family != FAMILY6 {
            edit.settle_group()?;
        }
        Ok(edit.tunnel)
    }

    fn read(&mut self, words: &mut Words<'_>) -> Result<()> {
        let table = if self.family == FAMILY6 { INET6 } else { INET };
        while let Some(word) = words.next() {
            match find(table, word) {
                Some(keyword) => (keyword.take)(self, words)?,
                None => self.name(words)?,
            }
            self.count += 1;
        }
        Ok(())
    }

    fn name(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = match words.current() {
            b"name" => words.require()?,
            word if matches(word, "help") => return Err(usage()),
            word => word,
        };
        if !self.tunnel.name.is_empty() {
            return Err(garbage("name", word));
        }
        if !is_device_name(word) {
            return Err(wrong("\"name\" not a valid ifname", word));
        }
        self.tunnel.name = word.to_vec();
        if self.changes && self.count == 0 {
            self.tunnel = get(self.family, word, [0; 256])?;
        }
        Ok(())
    }

    /// The mode that the name means where none is said.
    fn settle_mode(&mut self) -> Result<()> {
        let tunnel = &mut self.tunnel;
        if tunnel.protocol == 0 {
            let begins = |prefix: &[u8]| tunnel.name.starts_with(prefix);
            let (protocol, vti, isatap) = match () {
                () if begins(b"gre") => (GRE, false, false),
                () if begins(b"ipip") => (IPIP, false, false),
                () if begins(b"sit") => (IPV6, false, false),
                () if begins(b"isatap") => (IPV6, false, true),
                () if begins(b"vti") => (IPIP, true, false),
                () => (0, false, false),
            };
            tunnel.protocol = protocol;
            tunnel.i_flags |= if vti { SPECIAL } else { 0 };
            self.isatap |= isatap;
        }
        let keyed = (tunnel.i_flags | tunnel.o_flags) & GRE_KEY != 0;
        if keyed && tunnel.i_flags & SPECIAL == 0 && tunnel.protocol != GRE {
            return Err(Error::local("Keys are not allowed with ipip and sit tunnels"));
        }
        Ok(())
    }

    /// A tunnel to a multicast group has the group's address for a key.
    fn settle_group(&mut self) -> Result<()> {
        let tunnel = &mut self.tunnel;
        let remote = [tunnel.remote[0], tunnel.remote[1], tunnel.remote[2], tunnel.remote[3]];
        if remote[0] & 0xf0 == 0xe0 {
            if tunnel.i_key == [0; 4] {
                tunnel.i_key = remote;
                tunnel.i_flags |= GRE_KEY;
            }
            if tunnel.o_key == [0; 4] {
                tunnel.o_key = remote;
                tunnel.o_flags |= GRE_KEY;
            }
            if tunnel.local == [0; 16] {
                return Err(Error::local("A broadcast tunnel requires a source address"));
            }
        }
        tunnel.i_flags |= if self.isatap { SPECIAL } else { 0 };
        Ok(())
    }

    fn input(&mut self, flag: u16) -> Result<()> {
        self.tunnel.i_flags |= flag;
        Ok(())
    }

    fn output(&mut self, flag: u16) -> Result<()> {
        self.tunnel.o_flags |= flag;
        Ok(())
    }

    fn both(&mut self, flag: u16) -> Result<()> {
        self.input(flag)?;
        self.output(flag)
    }

    fn ttl(&mut self, words: &mut Words<'_>) -> Result<()> {
        match words.require()? {
            b"inherit" => Ok(()),
            _ => {
                words.back();
                self.number(words, "invalid TTL\n")
            }
        }
    }

    fn hop_limit(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.number(words, "invalid TTL")
    }

    fn number(&mut self, words: &mut Words<'_>, why: &str) -> Result<()> {
        let word = words.require()?;
        let ttl = number(word, 0).and_then(|ttl| ttl.try_into().ok());
        self.tunnel.ttl = ttl.ok_or_else(|| wrong(why, word))?;
        Ok(())
    }

    /// Reads `TOS`, `inherit` or `inherit/TOS`.
    fn tos(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let (first, rest) = match word.iter().position(|&b| b == b'/') {
            Some(slash) => (&word[..slash], Some(&word[slash + 1..])),
            None => (word, None),
        };
        let (inherit, value) = match first {
            b"inherit" => (1, rest),
            _ => (0, Some(first)),
        };
        self.tunnel.tos = inherit;
        if let Some(word) = value {
            let tos = named::byte(&mut self.names, Kind::DsField, word);
            self.tunnel.tos |= tos.ok_or_else(|| wrong("bad TOS value", first))?;
        }
        Ok(())
    }

    fn traffic_class(&mut self, words: &mut Words<'_>) -> Result<()> {
        let tunnel = &mut self.tunnel;
        tunnel.flowinfo &= !FLOWINFO_TCLASS;
        match words.require()? {
            b"inherit" => tunnel.flags |= flag::USE_ORIG_TCLASS,
            word => {
                let class = number_u32(word, 16).filter(|class| *class <= 0xff);
                tunnel.flowinfo |= class.ok_or_else(|| wrong("invalid TClass", word))? << 20;
                tunnel.flags &= !flag::USE_ORIG_TCLASS;
            }
        }
        Ok(())
    }

    fn flow_label(&mut self, words: &mut Words<'_>) -> Result<()> {
        let tunnel = &mut self.tunnel;
        tunnel.flowinfo &= !FLOWINFO_FLOWLABEL;
        match words.require()? {
            b"inherit" => tunnel.flags |= flag::USE_ORIG_FLOWLABEL,
            word => {
                let label = number_u32(word, 16).filter(|label| *label <= FLOWINFO_FLOWLABEL);
                tunnel.flowinfo |= label.ok_or_else(|| wrong("invalid Flowlabel", word))?;
                tunnel.flags &= !flag::USE_ORIG_FLOWLABEL;
            }
        }
        Ok(())
    }
}

/// The kernel's fallback device for tunnels like this one.
pub fn fallback(tunnel: &Tunnel, family: u8) -> Option<&'static str> {
    let vti = tunnel.i_flags & SPECIAL != 0;
    match (family == FAMILY6, tunnel.protocol) {
        (true, GRE) => Some("ip6gre0"),
        (true, _) if vti => Some("ip6_vti0"),
        (true, _) => Some("ip6tnl0"),
        (false, IPIP) if vti => Some("ip_vti0"),
        (false, IPIP) => Some("tunl0"),
        (false, GRE) => Some("gre0"),
        (false, IPV6) => Some("sit0"),
        (false, _) => None,
    }
}
