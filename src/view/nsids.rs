//! Names of namespaces by the ids that they have here.

use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;

use nix::sys::socket::SockProtocol;

use crate::netlink::Socket;
use crate::rtnl::nsid::{self, Nsid};
use crate::sys::netns;

/// Ids and names, read when the first is asked for.
#[derive(Debug, Default)]
pub struct Nsids {
    known: Option<Vec<(i32, Vec<u8>)>>,
}

impl Nsids {
    /// The name of the namespace with id `id`.
    pub fn name(&mut self, id: i32) -> Option<&[u8]> {
        self.load();
        let known = self.known.as_ref()?;
        known.iter().find(|(its, _)| *its == id).map(|(_, name)| name.as_slice())
    }

    /// Reads ids and names if that has not been done.
    pub fn load(&mut self) {
        self.known.get_or_insert_with(read);
    }

    /// Forgets everything: what comes next is in another network namespace.
    pub fn forget(&mut self) {
        self.known = None;
    }
}

/// Reads all on a socket of its own, as this happens in the midst of a dump. What cannot be read has no name.
fn read() -> Vec<(i32, Vec<u8>)> {
    let Ok(mut socket) = Socket::open(SockProtocol::NetlinkRoute) else { return Vec::new() };
    let mut any = false;
    if socket.dump(&mut nsid::dump(None), |_| any = true).is_err() || !any {
        return Vec::new();
    }
    let Ok(names) = netns::names() else { return Vec::new() };
    let with_id = |name: std::ffi::OsString| {
        let name = name.into_vec();
        let id = id(&mut socket, &name)?;
        Some((id, name))
    };
    names.filter_map(with_id).collect()
}

/// The id that the namespace called `name` has, if it has any.
pub fn id(socket: &mut Socket, name: &[u8]) -> Option<i32> {
    let file = netns::open(name).ok()?;
    let reply = socket.get(&mut nsid::get(file.as_fd()), Nsid::decode).ok()??;
    Some(reply.id).filter(|id| *id >= 0)
}
