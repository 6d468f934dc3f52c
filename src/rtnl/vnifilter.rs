//! Networks that a VXLAN device takes packets of: `RTM_*TUNNEL` messages, `struct tunnel_msg` (`linux/if_link.h`).

use super::bridge::NESTED;
use super::uapi;
use crate::netlink::{Attrs, Message, NlmF, Request, Table};

/// `TUNNEL_MSG_FLAG_STATS`: counters are wanted.
const STATS: u8 = 1;

/// Networks of one device.
#[derive(Debug, Clone, Copy)]
pub struct Networks<'a> {
    /// The index of the device.
    pub index: u32,
    /// The message told that they are gone.
    pub deleted: bool,
    attrs: Attrs<'a>,
}

/// A network, or a range of them.
#[derive(Debug, Clone, Copy)]
pub struct Network<'a> {
    /// The first one's identifier.
    pub first: u32,
    /// The last one's.
    pub last: Option<u32>,
    /// Where packets go that have no other destination: a multicast group or a host, IPv4 or IPv6.
    pub destination: Option<&'a [u8]>,
    /// `VNIFILTER_ENTRY_STATS_*`.
    pub stats: Option<Table<'a, 10>>,
}

impl<'a> Networks<'a> {
    /// Reads an `RTM_NEWTUNNEL` or `RTM_DELTUNNEL`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = u32::from(message.kind) == uapi::RTM_DELTUNNEL as u32;
        if !deleted && u32::from(message.kind) != uapi::RTM_NEWTUNNEL as u32 {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<8>()?;
        let index = u32::from_ne_bytes([header[4], header[5], header[6], header[7]]);
        (i32::from(header[0]) == libc::AF_BRIDGE).then_some(Networks { index, deleted, attrs: Attrs::new(attrs) })
    }

    /// Its networks.
    pub fn entries(&self) -> impl Iterator<Item = Network<'a>> + use<'a> {
        self.attrs.filter(|attr| attr.kind == uapi::VXLAN_VNIFILTER_ENTRY as u16).map(|attr| {
            let attrs: Table<'a, 6> = Table::new(attr.payload);
            let group = attrs.get(uapi::VXLAN_VNIFILTER_ENTRY_GROUP as u16);
            let destination = group.or_else(|| attrs.get(uapi::VXLAN_VNIFILTER_ENTRY_GROUP6 as u16));
            Network {
                first: attrs.u32(uapi::VXLAN_VNIFILTER_ENTRY_START as u16).unwrap_or(0),
                last: attrs.u32(uapi::VXLAN_VNIFILTER_ENTRY_END as u16).filter(|last| *last != 0),
                destination: destination.filter(|address| address.iter().any(|&b| b != 0)),
                stats: attrs.table(uapi::VXLAN_VNIFILTER_ENTRY_STATS as u16),
            }
        })
    }
}

/// `struct tunnel_msg`.
fn header(index: u32, flags: u8) -> [u8; 8] {
    let mut bytes = [libc::AF_BRIDGE as u8, flags, 0, 0, 0, 0, 0, 0];
    bytes[4..].copy_from_slice(&index.to_ne_bytes());
    bytes
}

/// A dump of the networks of the device with `index`, 0 for all; with `stats` it has counters.
pub fn dump(index: u32, stats: bool) -> Request {
    let mut request = Request::new(uapi::RTM_GETTUNNEL as u16, NlmF::empty());
    request.header(&header(index, if stats { STATS } else { 0 }));
    request
}

/// The request of type `kind` (`RTM_*TUNNEL`) about networks of the device with `index`: ranges from the first to the
/// last, 0 for a single one, and where their packets go, 4 or 16 bytes.
pub fn change(kind: u32, index: u32, ranges: &[(u32, u32)], destination: Option<&[u8]>) -> Request {
    let mut request = Request::new(kind as u16, NlmF::empty());
    request.header(&header(index, 0));
    for (first, last) in ranges {
        request.nest(uapi::VXLAN_VNIFILTER_ENTRY as u16 | NESTED, |r| {
            r.u32(uapi::VXLAN_VNIFILTER_ENTRY_START as u16, *first);
            if *last != 0 {
                r.u32(uapi::VXLAN_VNIFILTER_ENTRY_END as u16, *last);
            }
            match destination {
                Some(group) if group.len() == 4 => {
                    r.attr(uapi::VXLAN_VNIFILTER_ENTRY_GROUP as u16, group);
                }
                Some(group) => {
                    r.attr(uapi::VXLAN_VNIFILTER_ENTRY_GROUP6 as u16, group);
                }
                None => {}
            }
        });
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_ranges() {
        let mut request = change(uapi::RTM_NEWTUNNEL as u32, 3, &[(10, 0), (20, 30)], Some(&[239, 1, 1, 1]));
        let expected: &[u8] = &[
            7, 0, 0, 0, 3, 0, 0, 0, // tunnel_msg
            20, 0, 1, 0x80, 8, 0, 1, 0, 10, 0, 0, 0, 8, 0, 3, 0, 239, 1, 1, 1, // 10
            28, 0, 1, 0x80, 8, 0, 1, 0, 20, 0, 0, 0, 8, 0, 2, 0, 30, 0, 0, 0, 8, 0, 3, 0, 239, 1, 1, 1, // 20-30
        ];
        let bytes = request.finish(1).unwrap();
        assert_eq!(&bytes[16..], expected);
        let message = Messages::new(bytes).next().unwrap().unwrap();
        let networks = Networks::decode(&message).unwrap();
        let all: Vec<_> = networks.entries().map(|n| (n.first, n.last, n.destination.map(<[u8]>::len))).collect();
        assert_eq!(all, [(10, None, Some(4)), (20, Some(30), Some(4))]);
    }
}
