//! The network that a lab begins with.

use nix::sys::socket::SockProtocol;

use crate::error::{Error, Result};
use crate::netlink::{self, NlmF, Rtm, Socket};
use crate::rtnl::link;

/// Every network namespace begins with `lo` as its first device, and that is down.
pub const LOOPBACK: u32 = 1;

/// Sets `lo` up, which gives it its addresses.
pub fn set_loopback_up() -> Result<()> {
    let result = Socket::open(SockProtocol::NetlinkRoute).and_then(|mut socket| set_up(&mut socket, LOOPBACK));
    result.map_err(|error| Error::local(format!("lab: lo cannot be set up: {error}")))
}

/// Sets the device with `index` up.
pub fn set_up(socket: &mut Socket, index: u32) -> netlink::Result<()> {
    let mut request = link::request(Rtm::Newlink, NlmF::empty());
    let up = link::flag::UP;
    link::Header { index, flags: up, change: up, ..link::Header::default() }.patch(&mut request);
    socket.ask(&mut request).map(drop)
}
