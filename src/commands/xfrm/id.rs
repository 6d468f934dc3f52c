//! `src ADDR dst ADDR proto XFRM-PROTO spi SPI`: which state.

use super::values::{MODES, Named, PROTOCOL_WORDS, PROTOCOLS, named, number32};
use crate::commands::host::Host;
use crate::error::{Error, Result};
use crate::rtnl::xfrm::{self, Address, Be};
use crate::view::View;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::prefix::{self, Prefix};
use crate::words::{missing, wrong};

/// Words that say which state.
#[derive(Debug, Default)]
pub struct Draft {
    /// The family that is asked for, 0 for any.
    preferred: u8,
    /// The family of the address that came last.
    family: Option<u8>,
    source: Option<Prefix>,
    destination: Option<Prefix>,
    protocol: Option<u8>,
    spi: Option<u32>,
}

/// Those words.
pub const KEYWORDS: &[Keyword<Draft>] = &[
    Keyword::exact("src", "ADDR", "the end that packets come from", |d, words| {
        d.source = Some(d.prefix(words, "src")?);
        Ok(())
    }),
    Keyword::exact("dst", "ADDR", "the end that packets go to", |d, words| {
        d.destination = Some(d.prefix(words, "dst")?);
        Ok(())
    }),
    Keyword::exact("proto", PROTOCOL_WORDS, "the protocol", |d, words| {
        d.protocol = Some(named(words, &PROTOCOLS, "XFRM-PROTO value is invalid")?);
        Ok(())
    }),
    Keyword::exact("spi", "SPI", "the security parameter index", |d, words| {
        d.spi = Some(number32(words, "SPI value is invalid")?);
        Ok(())
    }),
];

/// Reads an address with or without the length of a prefix, for the keyword `of`.
pub fn prefix(words: &mut Words<'_>, preferred: u8, of: &str) -> Result<Prefix> {
    let word = words.require()?;
    let prefix = prefix::prefix(word, preferred)?;
    match prefix.address.family {
        0 => Err(wrong(&format!("value after \"{of}\" has an unrecognized address family"), word)),
        _ => Ok(prefix),
    }
}

/// The bytes of an address as the kernel has them.
pub fn bytes(prefix: &Prefix) -> Address {
    let mut address = Address::default();
    for (to, from) in address.iter_mut().zip(prefix.address.bytes()) {
        *to = *from;
    }
    address
}

/// Refuses two addresses of different families.
pub fn same_family(source: Option<&Prefix>, destination: Option<&Prefix>, words: &Words<'_>) -> Result<()> {
    let differ = source.zip(destination).is_some_and(|(one, other)| one.address.family != other.address.family);
    let why = "the same address family is required between values after \"src\" and \"dst\"";
    if differ { Err(wrong(why, words.current())) } else { Ok(()) }
}

/// What has been read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parsed {
    /// The state's id.
    pub id: xfrm::Id,
    /// This end.
    pub source: Address,
    /// The family, where an address was given.
    pub family: Option<u8>,
    /// How many bits of `source` count.
    pub source_bits: u8,
    /// How many bits of the destination count.
    pub destination_bits: u8,
    /// Whether a protocol was given.
    pub has_protocol: bool,
    /// Whether an index was given.
    pub has_spi: bool,
}

impl Draft {
    fn prefix(&mut self, words: &mut Words<'_>, of: &str) -> Result<Prefix> {
        let prefix = prefix(words, self.preferred, of)?;
        self.family = Some(prefix.address.family);
        Ok(prefix)
    }
}

/// Reads as many of the words as there are. `strict` wants a protocol.
pub fn parse(words: &mut Words<'_>, preferred: u8, strict: bool) -> Result<Parsed> {
    let mut draft = Draft { preferred, ..Draft::default() };
    while let Some(keyword) = words.peek().and_then(|word| find(KEYWORDS, word)) {
        words.next();
        (keyword.take)(&mut draft, words)?;
    }
    let Draft { family, source, destination, protocol, spi, .. } = draft;
    same_family(source.as_ref(), destination.as_ref(), words)?;
    let number = protocol.unwrap_or(0);
    let refuse = |text: String| Err(Error::words(text).with_status(1));
    let name = PROTOCOLS.name(number.into());
    match spi.unwrap_or(0) {
        0 => {}
        _ if is_route_optimization(number) => {
            return refuse(format!("\"spi\" is invalid with XFRM-PROTO value \"{name}\""));
        }
        spi if i32::from(number) == libc::IPPROTO_COMP && spi >= 0x1_0000 => {
            return refuse(format!("SPI value is too large with XFRM-PROTO value \"{name}\""));
        }
        _ => {}
    }
    if strict && number == 0 {
        return Err(missing("XFRM-PROTO"));
    }
    let destination_bits = destination.map_or(0, |prefix| prefix.bits);
    let destination = destination.as_ref().map(bytes).unwrap_or_default();
    Ok(Parsed {
        id: xfrm::Id { destination, spi: Be(spi.unwrap_or(0)), protocol: number },
        source: source.as_ref().map(bytes).unwrap_or_default(),
        family,
        source_bits: source.map_or(0, |prefix| prefix.bits),
        destination_bits,
        has_protocol: protocol.is_some(),
        has_spi: spi.is_some(),
    })
}

/// Whether it is one of the protocols of IPsec proper.
pub fn is_ipsec(protocol: u8) -> bool {
    matches!(i32::from(protocol), libc::IPPROTO_ESP | libc::IPPROTO_AH | libc::IPPROTO_COMP)
}

/// Whether it is one of the protocols of Mobile IPv6's route optimization.
pub fn is_route_optimization(protocol: u8) -> bool {
    matches!(i32::from(protocol), libc::IPPROTO_ROUTING | libc::IPPROTO_DSTOPTS)
}

/// An address of `family` to be shown.
pub fn address(family: u16, address: &Address) -> Host<'_> {
    let len = if i32::from(family) == libc::AF_INET { 4 } else { 16 };
    Host::Number(u8::try_from(family).unwrap_or(0), &address[..len])
}

/// Two ends, the protocol between them and its index.
pub struct Ends<'a> {
    /// This end.
    pub source: &'a Address,
    /// The other end, protocol and index.
    pub id: &'a xfrm::Id,
    /// `XFRM_MODE_*`.
    pub mode: u8,
    /// What finds the state.
    pub reqid: u32,
    /// `AF_*`.
    pub family: u16,
    /// Whether an index of 0 is shown too.
    pub with_spi: bool,
}

impl Ends<'_> {
    /// Shows them on two lines, the second behind `indent`.
    pub fn show(&self, view: &mut View, indent: &str) {
        let stats = view.options.stats > 0;
        let out = &mut view.out;
        out.text("src ");
        out.text(address(self.family, self.source));
        out.text(" dst ");
        out.text(address(self.family, &self.id.destination));
        out.line();
        out.text(indent);
        out.text("\tproto ");
        out.text(Named(&PROTOCOLS, self.id.protocol.into()));
        out.text(" ");
        spi(view, self.id, self.with_spi);
        let (reqid, out) = (self.reqid, &mut view.out);
        out.text("reqid ");
        out.text(reqid);
        if stats {
            out.text(format_args!("(0x{reqid:08x})"));
        }
        out.text(" mode ");
        out.text(Named(&MODES, self.mode.into()));
        out.line();
    }
}

/// Shows an index that is not 0, or is wanted even so.
pub fn spi(view: &mut View, id: &xfrm::Id, always: bool) {
    let (spi, stats) = (id.spi.0, view.options.stats > 0);
    if stats || always || spi != 0 {
        view.out.text(format_args!("spi 0x{spi:08x}"));
        if stats {
            view.out.text(format_args!("({spi})"));
        }
        view.out.text(" ");
    }
}
