//! Prefixes that routers advertise: `struct prefixmsg` and `PREFIX_*` (`linux/rtnetlink.h`, `linux/if_addr.h`).

use super::uapi;
use crate::netlink::{Message, Table};

/// Its addresses are on the link (`IF_PREFIX_ONLINK` of the kernel's `net/if_inet6.h`).
pub const ON_LINK: u8 = 1;
/// Addresses are made from it (`IF_PREFIX_AUTOCONF`).
pub const AUTOCONF: u8 = 2;
/// `ND_OPT_PREFIX_INFORMATION`: the option of a router advertisement that a prefix comes in.
const PREFIX_INFORMATION: u8 = 3;

/// A prefix that a router advertised.
#[derive(Debug, Clone, Copy)]
pub struct Prefix<'a> {
    /// The index of the device.
    pub index: u32,
    /// Its length, in bits.
    pub bits: u8,
    /// [`ON_LINK`], [`AUTOCONF`].
    pub flags: u8,
    attrs: Table<'a, 3>,
}

impl<'a> Prefix<'a> {
    /// Reads an `RTM_NEWPREFIX` of IPv6; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let (header, attrs) = message.body.split_first_chunk::<12>()?;
        let [family, _, _, _, a, b, c, d, kind, bits, flags, _] = *header;
        let is_prefix = message.kind == uapi::RTM_NEWPREFIX as u16
            && i32::from(family) == libc::AF_INET6
            && kind == PREFIX_INFORMATION;
        is_prefix.then(|| Prefix { index: u32::from_ne_bytes([a, b, c, d]), bits, flags, attrs: Table::new(attrs) })
    }

    /// The prefix itself.
    pub fn address(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::PREFIX_ADDRESS as u16)
    }

    /// Preferred and valid lifetime in seconds: `struct prefix_cacheinfo`.
    pub fn lifetimes(&self) -> Option<(u32, u32)> {
        let [a, b, c, d, e, f, g, h] = *self.attrs.get(uapi::PREFIX_CACHEINFO as u16)?.first_chunk()?;
        Some((u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])))
    }
}
