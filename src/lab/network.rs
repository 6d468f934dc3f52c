//! The network that a lab begins with.

use nix::sys::socket::SockProtocol;

use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm, Socket};
use crate::rtnl::link;

/// Every network namespace begins with `lo` as its first device, and that is down.
const LOOPBACK: u32 = 1;

/// Sets `lo` up, which gives it its addresses.
pub fn set_loopback_up() -> Result<()> {
    let mut request = link::request(Rtm::Newlink, NlmF::empty());
    let up = link::flag::UP;
    link::Header { index: LOOPBACK, flags: up, change: up, ..link::Header::default() }.patch(&mut request);
    let result = Socket::open(SockProtocol::NetlinkRoute).and_then(|mut socket| socket.ask(&mut request));
    result.map(drop).map_err(|error| Error::local(format!("lab: lo cannot be set up: {error}")))
}
