//! Words about the tunnel that leads to an address behind a VXLAN device.

use super::super::{placed, udp_port};
use super::vni;
use crate::rtnl::fdb::Spec;
use crate::words::keyword::Keyword;
use crate::words::prefix::{self, Address};
use crate::words::{garbage, number_u32, wrong};

/// What the words say. Numbers beside values are those of the words they come from.
#[derive(Debug, Default)]
pub struct Tunnel {
    family: u8,
    dst: Option<(Address, usize)>,
    /// The nexthop that leads to its other end.
    pub nexthop: Option<(u32, usize)>,
    port: Option<(u16, usize)>,
    vni: Option<(u32, usize)>,
    src_vni: Option<(u32, usize)>,
}

/// The grammar.
pub const KEYWORDS: &[Keyword<Tunnel>] = &[
    Keyword::exact("dst", "ADDRESS", "the tunnel's other end", |tunnel, words| {
        let (word, place) = placed(words)?;
        if tunnel.dst.is_some() {
            return Err(garbage("dst", word));
        }
        tunnel.dst = Some((prefix::address(word, tunnel.family)?, place));
        Ok(())
    }),
    Keyword::exact("nhid", "ID", "the nexthop that leads to the tunnel's other end", |tunnel, words| {
        let (word, place) = placed(words)?;
        let id = number_u32(word, 0).ok_or_else(|| wrong("\"id\" value is invalid\n", word))?;
        tunnel.nexthop = Some((id, place)).filter(|_| id != 0);
        Ok(())
    }),
    Keyword::exact("port", "PORT", "the tunnel's UDP port, by number or name", |tunnel, words| {
        let (word, place) = placed(words)?;
        let port = udp_port(word).ok_or_else(|| wrong("invalid port\n", word))?;
        tunnel.port = Some((port, place)).filter(|_| port != 0);
        Ok(())
    }),
    Keyword::exact("vni", "VNI", "the tunnel's network", |tunnel, words| {
        let (word, place) = placed(words)?;
        tunnel.vni = Some((vni(word).ok_or_else(|| wrong("invalid VNI\n", word))?, place));
        Ok(())
    }),
    Keyword::exact("src_vni", "VNI", "the network that packets come from", |tunnel, words| {
        let (word, place) = placed(words)?;
        tunnel.src_vni = Some((vni(word).ok_or_else(|| wrong("invalid src VNI\n", word))?, place));
        Ok(())
    }),
];

impl Tunnel {
    /// No tunnel; addresses are of `family`, 0 for any.
    pub fn new(family: u8) -> Self {
        Tunnel { family, ..Tunnel::default() }
    }

    /// Whether more than the nexthop says where the other end is.
    pub fn is_spelled_out(&self) -> bool {
        self.dst.is_some() || self.port.is_some() || self.vni.is_some()
    }

    /// An entry with this tunnel and nothing else.
    pub fn spec(&self) -> Spec<'_> {
        Spec {
            dst: self.dst.as_ref().map(|(dst, place)| (dst.bytes(), *place)),
            nexthop: self.nexthop,
            port: self.port,
            vni: self.vni,
            src_vni: self.src_vni,
            ..Spec::default()
        }
    }
}
