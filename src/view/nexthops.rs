//! Nexthop objects by their ids.

use nix::sys::socket::SockProtocol;

use crate::netlink::{Message, Socket};
use crate::rtnl::nexthop::{self, Nexthop};

/// The nexthop objects that routes have been shown with, as the kernel told of them.
#[derive(Debug, Default)]
pub struct Nexthops(Vec<(u32, Vec<u8>)>);

impl Nexthops {
    /// Remembers, or forgets, what a message tells of.
    pub fn learn(&mut self, message: &Message<'_>) {
        if let Some(nexthop) = Nexthop::decode(message).filter(|nexthop| !nexthop.is_bucket) {
            self.0.retain(|(id, _)| *id != nexthop.id());
            if !nexthop.deleted {
                self.0.push((nexthop.id(), message.bytes.to_vec()));
            }
        }
    }

    /// Asks for one on a socket of its own, as this happens in the midst of a dump.
    pub fn find(&mut self, id: u32, family: u8) -> Option<&[u8]> {
        if !self.0.iter().any(|(known, _)| *known == id) {
            let mut socket = Socket::open(SockProtocol::NetlinkRoute).ok()?;
            let bytes = socket.get(&mut nexthop::get(family, id, 0), |message| message.bytes.to_vec()).ok()?;
            self.0.push((id, bytes));
        }
        self.0.iter().find(|(known, _)| *known == id).map(|(_, bytes)| bytes.as_slice())
    }
}
