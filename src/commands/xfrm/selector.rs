//! `src PREFIX dst PREFIX dev DEV UPSPEC`: which packets.

use super::id::{address, bytes, prefix, same_family};
use super::values::number16;
use crate::error::{Error, Result};
use crate::output::{Show, spelled};
use crate::rtnl::xfrm::{Be, Selector};
use crate::sys::{self, Links};
use crate::view::View;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::prefix::{Prefix, inet_address};
use crate::words::{number, wrong};

/// Words that say which packets.
#[derive(Debug, Default)]
pub struct Draft {
    /// The family that is asked for, 0 for any.
    preferred: u8,
    links: Links,
    source: Option<Prefix>,
    destination: Option<Prefix>,
    selector: Selector,
    given: Given,
}

/// Which fields of a selector words have given.
#[derive(Debug, Default, Clone, Copy)]
pub struct Given {
    /// The protocol.
    pub protocol: bool,
    /// The source port, or a type.
    pub source_port: bool,
    /// The destination port, or a code, or a key.
    pub destination_port: bool,
    /// The device.
    pub device: bool,
    ports: bool,
    codes: bool,
    key: bool,
}

/// Ends and device.
pub const KEYWORDS: &[Keyword<Draft>] = &[
    Keyword::exact("src", "PREFIX", "packets from PREFIX", |d, words| {
        let prefix = d.prefix(words, "src")?;
        (d.selector.source, d.selector.source_bits) = (bytes(&prefix), prefix.bits);
        d.source = Some(prefix);
        Ok(())
    }),
    Keyword::exact("dst", "PREFIX", "packets to PREFIX", |d, words| {
        let prefix = d.prefix(words, "dst")?;
        (d.selector.destination, d.selector.destination_bits) = (bytes(&prefix), prefix.bits);
        d.destination = Some(prefix);
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "packets by way of DEV; none is any", |d, words| {
        let word = words.require()?;
        let index = match word {
            b"none" => Some(0),
            _ => d.links.index(word),
        };
        let index = index.ok_or_else(|| wrong("DEV value is invalid", word))?;
        d.selector.device = index.cast_signed();
        d.given.device = true;
        Ok(())
    }),
];

/// The protocol above IP and what it tells packets apart by.
pub const ABOVE: &[Keyword<Draft>] = &[
    Keyword::exact("proto", "PROTO", "packets of a protocol above IP: tcp, udp, a number, any", |d, words| {
        let word = words.require()?;
        let number = || number(word, 0).and_then(|number| number.try_into().ok());
        let protocol = if word == b"any" { Some(0) } else { sys::ip_protocol(word).or_else(number) };
        d.selector.protocol = protocol.ok_or_else(|| wrong("PROTO value is invalid", word))?;
        d.given.protocol = true;
        Ok(())
    }),
    Keyword::exact("sport", "PORT", "packets of tcp, udp, sctp or dccp from PORT", |d, words| {
        d.given.ports = true;
        let port = number16(words, "value after \"sport\" is invalid")?;
        d.selector.source_port = Be(port);
        d.selector.source_mask = if port == 0 { d.selector.source_mask } else { ALL };
        d.given.source_port = true;
        Ok(())
    }),
    Keyword::exact("dport", "PORT", "packets to PORT", |d, words| {
        d.given.ports = true;
        let port = number16(words, "value after \"dport\" is invalid")?;
        d.selector.destination_port = Be(port);
        d.selector.destination_mask = if port == 0 { d.selector.destination_mask } else { ALL };
        d.given.destination_port = true;
        Ok(())
    }),
    Keyword::exact("type", "NUMBER", "packets of icmp, ipv6-icmp or mobility-header of this type", |d, words| {
        d.given.codes = true;
        d.selector.source_port = Be(byte(words, "value after \"type\" is invalid")?);
        d.selector.source_mask = ALL;
        d.given.source_port = true;
        Ok(())
    }),
    Keyword::exact("code", "NUMBER", "packets of this code", |d, words| {
        d.given.codes = true;
        d.selector.destination_port = Be(byte(words, "value after \"code\" is invalid")?);
        d.selector.destination_mask = ALL;
        d.given.destination_port = true;
        Ok(())
    }),
    Keyword::exact("key", "KEY", "packets of gre with this key, a number or four", |d, words| {
        d.given.key = true;
        let word = words.require()?;
        let key = match word.contains(&b'.') {
            true => u32::from_be_bytes(inet_address(word)?),
            false => {
                let key = number(word, 0).and_then(|key| key.try_into().ok());
                key.ok_or_else(|| Error::words("value after \"key\" is invalid"))?
            }
        };
        d.selector.source_port = Be((key >> 16) as u16);
        d.selector.destination_port = Be(key as u16);
        (d.selector.source_mask, d.selector.destination_mask) = (ALL, ALL);
        d.given.destination_port = true;
        Ok(())
    }),
];

/// All bits of a port count.
const ALL: Be<u16> = Be(u16::MAX);

fn byte(words: &mut Words<'_>, why: &str) -> Result<u16> {
    let number = number16(words, why)?;
    if number > 0xff { Err(wrong(why, words.current())) } else { Ok(number) }
}

/// Whether a selector can begin with `word`.
pub fn begins(word: &[u8]) -> bool {
    find(KEYWORDS, word).or_else(|| find(ABOVE, word)).is_some()
}

/// Reads as many of the words as there are, changing `old`. The protocol above IP and its words stand together.
pub fn parse(words: &mut Words<'_>, links: &mut Links, preferred: u8, old: Selector) -> Result<(Selector, Given)> {
    let mut draft = Draft { preferred, links: std::mem::take(links), selector: old, ..Draft::default() };
    let read = draft.read(words);
    *links = std::mem::take(&mut draft.links);
    read?;
    same_family(draft.source.as_ref(), draft.destination.as_ref(), words)?;
    Ok((draft.selector, draft.given))
}

impl Draft {
    fn prefix(&mut self, words: &mut Words<'_>, of: &str) -> Result<Prefix> {
        let prefix = prefix(words, self.preferred, of)?;
        self.selector.family = prefix.address.family.into();
        Ok(prefix)
    }

    fn read(&mut self, words: &mut Words<'_>) -> Result<()> {
        let mut is_first = true;
        while let Some(word) = words.peek() {
            match find(KEYWORDS, word) {
                Some(keyword) => {
                    words.next();
                    (keyword.take)(self, words)?;
                }
                None if is_first && find(ABOVE, word).is_some() => {
                    is_first = false;
                    self.above(words)?;
                }
                None => break,
            }
        }
        Ok(())
    }

    fn above(&mut self, words: &mut Words<'_>) -> Result<()> {
        while let Some(keyword) = words.peek().and_then(|word| find(ABOVE, word)) {
            words.next();
            (keyword.take)(self, words)?;
        }
        let protocol = self.selector.protocol;
        let refuse = |what: &str| {
            let name = spelled(ProtocolName(protocol));
            Err(Error::words(format!("{what} invalid with PROTO value \"{name}\"")).with_status(1))
        };
        match i32::from(protocol) {
            0 | libc::IPPROTO_TCP | libc::IPPROTO_UDP | libc::IPPROTO_SCTP | libc::IPPROTO_DCCP => {}
            _ if self.given.ports => return refuse("\"sport\" and \"dport\" are"),
            _ => {}
        }
        match i32::from(protocol) {
            libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6 | libc::IPPROTO_MH => {}
            _ if self.given.codes => return refuse("\"type\" and \"code\" are"),
            _ => {}
        }
        match i32::from(protocol) {
            libc::IPPROTO_GRE => {}
            _ if self.given.key => return refuse("\"key\" is"),
            _ => {}
        }
        Ok(())
    }
}

/// The name of a protocol above IP, or its number.
pub struct ProtocolName(pub u8);

impl Show for ProtocolName {
    fn put(&self, buf: &mut Vec<u8>) {
        match sys::ip_protocol_name(self.0) {
            Some(name) => name.put(buf),
            None => self.0.put(buf),
        }
    }
}

/// Shows a selector on a line; `family` is that of its addresses where it does not say.
pub fn show(view: &mut View, selector: &Selector, family: u16) {
    let stats = view.options.stats > 0;
    let families = [selector.family, family, view.options.family.into()];
    let family = families.into_iter().find(|family| *family != 0).unwrap_or(0);
    let View { out, links, .. } = view;
    out.text("src ");
    out.text(address(family, &selector.source));
    out.text(format_args!("/{} dst ", selector.source_bits));
    out.text(address(family, &selector.destination));
    out.text(format_args!("/{} ", selector.destination_bits));
    if selector.protocol != 0 {
        out.text("proto ");
        out.text(ProtocolName(selector.protocol));
        out.text(" ");
    }
    let source = Some(selector.source_port.0).filter(|_| selector.source_mask.0 != 0);
    let destination = Some(selector.destination_port.0).filter(|_| selector.destination_mask.0 != 0);
    let mut number = |name: &str, value: Option<u16>| {
        if let Some(value) = value {
            out.text(format_args!("{name} {value} "));
        }
    };
    match i32::from(selector.protocol) {
        libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6 => {
            number("type", source);
            number("code", destination);
        }
        libc::IPPROTO_GRE if source.or(destination).is_some() => {
            let key = u32::from(selector.source_port.0) << 16 | u32::from(selector.destination_port.0);
            out.text(format_args!("key {key} "));
        }
        libc::IPPROTO_GRE => {}
        libc::IPPROTO_MH => {
            number("type", source);
            if let Some(port) = destination.filter(|_| stats) {
                // The stock tool leaves these bytes as they are.
                out.text(format_args!("(dport) 0x{:04x} ", port.to_be()));
            }
        }
        _ => {
            number("sport", source);
            number("dport", destination);
        }
    }
    if selector.device > 0 {
        out.text("dev ");
        out.text(links.name(selector.device.cast_unsigned()));
        out.text(" ");
    }
    if stats {
        out.text(format_args!("uid {}", selector.user));
    }
    out.line();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(Selector, usize)> {
        let all: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut words = Words::new(&all);
        parse(&mut words, &mut Links::default(), 0, Selector::default()).map(|(its, _)| (its, words.len()))
    }

    #[test]
    fn words_stop_where_another_thing_begins() {
        let (selector, left) = read("src 10.0.0.0/8 proto tcp sport 5 dst 10.1.0.0/16 proto udp").unwrap();
        assert_eq!((selector.source_bits, selector.destination_bits, left), (8, 16, 2));
        assert_eq!((selector.source_port, selector.source_mask, selector.protocol), (Be(5), ALL, 6));
        assert_eq!(read("dir in").unwrap().1, 2);
    }

    #[test]
    fn complaints() {
        for (line, text, status) in [
            ("proto udp type 1", "\"type\" and \"code\" are invalid with PROTO value \"udp\"", 1),
            ("proto gre sport 1", "\"sport\" and \"dport\" are invalid with PROTO value \"gre\"", 1),
            ("proto gre key x", "value after \"key\" is invalid", 255),
            ("proto icmp type 256", "Error: argument \"256\" is wrong: value after \"type\" is invalid", 255),
        ] {
            let error = read(line).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.status()), (text, status), "{line}");
        }
    }
}
