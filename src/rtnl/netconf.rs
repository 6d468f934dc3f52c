//! Settings of devices that routing daemons watch: `struct netconfmsg` and `NETCONFA_*` (`linux/netconf.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Table};

/// `NETCONFA_*`.
pub mod attr {
    /// The device: its index, or one of the two below.
    pub const IFINDEX: u16 = 1;
    /// Packets are forwarded.
    pub const FORWARDING: u16 = 2;
    /// Whether source addresses are checked: off, strict, loose.
    pub const RP_FILTER: u16 = 3;
    /// Multicast packets are forwarded.
    pub const MC_FORWARDING: u16 = 4;
    /// Neighbours are answered for.
    pub const PROXY_NEIGH: u16 = 5;
    /// Routes by way of a device without carrier are passed over.
    pub const IGNORE_ROUTES_WITH_LINKDOWN: u16 = 6;
    /// MPLS packets are accepted.
    pub const INPUT: u16 = 7;
}

/// What holds for all devices (`NETCONFA_IFINDEX_ALL`).
pub const ALL: i32 = -1;
/// What holds for devices to come (`NETCONFA_IFINDEX_DEFAULT`).
pub const DEFAULT: i32 = -2;

/// The settings of a device in one family.
#[derive(Debug, Clone, Copy)]
pub struct Netconf<'a> {
    /// `AF_*`.
    pub family: u8,
    /// The message told that they are gone.
    pub deleted: bool,
    /// The settings, each 32 bits.
    pub attrs: Table<'a, 9>,
}

impl<'a> Netconf<'a> {
    /// Reads an `RTM_NEWNETCONF` or `RTM_DELNETCONF`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = message.kind == uapi::RTM_DELNETCONF as u16;
        if !deleted && message.kind != uapi::RTM_NEWNETCONF as u16 {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<4>()?;
        Some(Netconf { family: header[0], deleted, attrs: Table::new(attrs) })
    }

    /// The index of the device, [`ALL`] or [`DEFAULT`].
    pub fn index(&self) -> Option<i32> {
        self.attrs.i32(attr::IFINDEX)
    }
}

/// The settings of all devices in a family, 0 for all families.
pub fn dump(family: u8) -> Request {
    let mut request = Request::new(uapi::RTM_GETNETCONF as u16, NlmF::empty());
    request.header(&[family]);
    request
}

/// The settings of one device in a family.
pub fn get(family: u8, index: u32) -> Request {
    let mut request = dump(family);
    request.u32(attr::IFINDEX, index);
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes() {
        let mut request = get(2, 3);
        let expected: &[u8] = &[
            28, 0, 0, 0, 82, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            2, 0, 0, 0, // netconfmsg
            8, 0, 1, 0, 3, 0, 0, 0, // NETCONFA_IFINDEX
        ];
        assert_eq!(request.finish(5).unwrap(), expected);
        let mut reply = expected.to_vec();
        reply[4] = 80;
        let message = Messages::new(&reply).next().unwrap().unwrap();
        let netconf = Netconf::decode(&message).unwrap();
        assert_eq!((netconf.family, netconf.index(), netconf.deleted), (2, Some(3), false));
    }
}
