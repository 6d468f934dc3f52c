//! Addresses: `struct ifaddrmsg` and the `IFA_*` attributes behind it (rtnetlink(7), `linux/if_addr.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Rtm, Table};

/// Address flags that have a meaning here (`IFA_F_*` in `linux/if_addr.h`).
pub mod flag {
    /// IPv4: another address of the network came first. IPv6: temporary.
    pub const SECONDARY: u32 = 0x01;
    /// No duplicate address detection.
    pub const NODAD: u32 = 0x02;
    /// Usable before duplicate address detection is done.
    pub const OPTIMISTIC: u32 = 0x04;
    /// Somebody else has it.
    pub const DADFAILED: u32 = 0x08;
    /// Mobile IPv6: the home address.
    pub const HOMEADDRESS: u32 = 0x10;
    /// No longer for new connections.
    pub const DEPRECATED: u32 = 0x20;
    /// Duplicate address detection is under way.
    pub const TENTATIVE: u32 = 0x40;
    /// Does not expire.
    pub const PERMANENT: u32 = 0x80;
    /// Temporary addresses are made from it.
    pub const MANAGETEMPADDR: u32 = 0x100;
    /// It makes no route to its network.
    pub const NOPREFIXROUTE: u32 = 0x200;
    /// A multicast address whose group is joined.
    pub const MCAUTOJOIN: u32 = 0x400;
    /// Made by RFC 7217.
    pub const STABLE_PRIVACY: u32 = 0x800;
}

/// A lifetime without end, in seconds.
pub const FOREVER: u32 = u32::MAX;

/// The last of the kernel's own ways to make an address: `IFAPROT_KERNEL_LL`.
pub const KERNEL: u8 = 3;

/// An address as the kernel tells of it, its attributes borrowed from the receive buffer.
#[derive(Debug, Clone, Copy)]
pub struct Address<'a> {
    /// `AF_INET` or `AF_INET6`.
    pub family: u8,
    /// The length of its network's prefix, in bits.
    pub prefix_len: u8,
    /// `IFA_F_*`.
    pub flags: u32,
    /// `RT_SCOPE_*`: how far it is known.
    pub scope: u8,
    /// The index of its device.
    pub index: u32,
    /// The message told that the address is gone.
    pub deleted: bool,
    /// Its `IFA_*` attributes.
    pub attrs: Table<'a, 16>,
    body: &'a [u8],
}

impl<'a> Address<'a> {
    /// Reads an `RTM_NEWADDR` or `RTM_DELADDR`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = message.kind == u16::from(Rtm::Deladdr);
        if !deleted && message.kind != u16::from(Rtm::Newaddr) {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<8>()?;
        let attrs: Table<'a, 16> = Table::new(attrs);
        Some(Address {
            family: header[0],
            prefix_len: header[1],
            flags: attrs.u32(uapi::IFA_FLAGS as u16).unwrap_or(u32::from(header[2])),
            scope: header[3],
            index: u32::from_ne_bytes([header[4], header[5], header[6], header[7]]),
            deleted,
            attrs,
            body: message.body,
        })
    }

    /// The address itself.
    pub fn local(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::IFA_LOCAL as u16).or_else(|| self.attrs.get(uapi::IFA_ADDRESS as u16))
    }

    /// The address at the other end, where that is another one.
    pub fn peer(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::IFA_ADDRESS as u16).filter(|peer| Some(*peer) != self.local())
    }

    /// The broadcast address.
    pub fn broadcast(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::IFA_BROADCAST as u16)
    }

    /// The anycast address.
    pub fn anycast(&self) -> Option<&'a [u8]> {
        self.attrs.get(uapi::IFA_ANYCAST as u16)
    }

    /// Its label: the device's name, with `:` and more behind it.
    pub fn label(&self) -> Option<&'a [u8]> {
        self.attrs.str(uapi::IFA_LABEL as u16)
    }

    /// The metric of the route to its network.
    pub fn metric(&self) -> Option<u32> {
        self.attrs.u32(uapi::IFA_RT_PRIORITY as u16)
    }

    /// Who made it, 0 where nobody has said: `IFAPROT_*`, up to [`KERNEL`] the kernel.
    pub fn protocol(&self) -> u8 {
        self.attrs.u8(uapi::IFA_PROTO as u16).unwrap_or(0)
    }

    /// Valid and preferred lifetime in seconds, [`FOREVER`] without end: `struct ifa_cacheinfo`.
    pub fn lifetimes(&self) -> Option<(u32, u32)> {
        let info = self.attrs.get(uapi::IFA_CACHEINFO as u16)?;
        let word = |at: usize| Some(u32::from_ne_bytes(*info.get(at..)?.first_chunk()?));
        Some((word(4)?, word(0)?))
    }

    /// The request that takes this very address away.
    pub fn delete(&self) -> Request {
        let mut request = Request::new(Rtm::Deladdr, NlmF::empty());
        request.header(self.body);
        request
    }
}

/// The fixed header of an address request: `struct ifaddrmsg`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// `AF_*`.
    pub family: u8,
    /// The length of the prefix, in bits.
    pub prefix_len: u8,
    /// The lower eight of `IFA_F_*`.
    pub flags: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// The index of the device.
    pub index: u32,
}

impl Header {
    fn encode(&self) -> [u8; 8] {
        let [a, b, c, d] = self.index.to_ne_bytes();
        [self.family, self.prefix_len, self.flags, self.scope, a, b, c, d]
    }
}

/// An address to be added, changed or removed. Each value is there with the number of the word it comes from.
#[derive(Debug, Clone, Default)]
pub struct Spec<'a> {
    /// The fixed header; the flags are in [`Spec::flags`].
    pub header: Header,
    /// `IFA_LOCAL`.
    pub local: Option<(&'a [u8], usize)>,
    /// `IFA_ADDRESS`.
    pub address: Option<(&'a [u8], usize)>,
    /// `IFA_BROADCAST`.
    pub broadcast: Option<(&'a [u8], usize)>,
    /// `IFA_ANYCAST`.
    pub anycast: Option<(&'a [u8], usize)>,
    /// `IFA_LABEL`.
    pub label: Option<(&'a [u8], usize)>,
    /// `IFA_RT_PRIORITY`.
    pub metric: Option<(u32, usize)>,
    /// `IFA_PROTO`.
    pub protocol: Option<(u8, usize)>,
    /// `IFA_F_*`.
    pub flags: u32,
    /// Valid and preferred lifetime in seconds: `IFA_CACHEINFO`.
    pub lifetimes: Option<(u32, u32)>,
}

impl Spec<'_> {
    /// The request of type `kind` about this address.
    pub fn encode(&self, kind: Rtm, flags: NlmF) -> Request {
        let mut request = Request::new(kind, flags);
        let wide = self.flags > 0xff;
        let header = Header { flags: if wide { 0 } else { self.flags as u8 }, ..self.header };
        request.header(&header.encode());
        for (attr, value) in [
            (uapi::IFA_LOCAL, self.local),
            (uapi::IFA_ADDRESS, self.address),
            (uapi::IFA_BROADCAST, self.broadcast),
            (uapi::IFA_ANYCAST, self.anycast),
        ] {
            if let Some((bytes, word)) = value {
                request.word(word).attr(attr as u16, bytes);
            }
        }
        if let Some((label, word)) = self.label {
            request.word(word).string(uapi::IFA_LABEL as u16, label);
        }
        if let Some((metric, word)) = self.metric {
            request.word(word).u32(uapi::IFA_RT_PRIORITY as u16, metric);
        }
        if let Some((protocol, word)) = self.protocol {
            request.word(word).u8(uapi::IFA_PROTO as u16, protocol);
        }
        if wide {
            request.u32(uapi::IFA_FLAGS as u16, self.flags);
        }
        if let Some((valid, preferred)) = self.lifetimes {
            let mut info = [0; 16];
            info[..4].copy_from_slice(&preferred.to_ne_bytes());
            info[4..8].copy_from_slice(&valid.to_ne_bytes());
            request.attr(uapi::IFA_CACHEINFO as u16, &info);
        }
        request
    }
}

/// A dump of addresses: of a family, 0 for all, and of one device, 0 for all.
pub fn dump(family: u8, index: u32) -> Request {
    let mut request = Request::new(Rtm::Getaddr, NlmF::empty());
    request.header(&Header { family, index, ..Header::default() }.encode());
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_an_address() {
        let spec = Spec {
            header: Header { family: 2, prefix_len: 24, scope: 0, index: 3, flags: 0 },
            local: Some((&[192, 168, 52, 1], 1)),
            address: Some((&[192, 168, 52, 1], 1)),
            flags: flag::NOPREFIXROUTE,
            lifetimes: Some((60, 30)),
            ..Spec::default()
        };
        let mut request = spec.encode(Rtm::Newaddr, NlmF::CREATE | NlmF::EXCL);
        let expected: &[u8] = &[
            68, 0, 0, 0, 20, 0, 1, 6, 9, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            2, 24, 0, 0, 3, 0, 0, 0, // ifaddrmsg
            8, 0, 2, 0, 192, 168, 52, 1, // IFA_LOCAL
            8, 0, 1, 0, 192, 168, 52, 1, // IFA_ADDRESS
            8, 0, 8, 0, 0, 2, 0, 0, // IFA_FLAGS
            20, 0, 6, 0, 30, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // IFA_CACHEINFO
        ];
        assert_eq!(request.finish(9).unwrap(), expected);
        let message = Messages::new(expected).next().unwrap().unwrap();
        let address = Address::decode(&message).unwrap();
        assert_eq!((address.index, address.prefix_len, address.flags), (3, 24, flag::NOPREFIXROUTE));
        assert_eq!((address.local(), address.peer()), (Some(&[192, 168, 52, 1][..]), None));
        assert_eq!(address.lifetimes(), Some((60, 30)));
    }
}
