//! What parsing and printing share: options, the sink, and names for the numbers that the kernel goes by.

mod nexthops;
pub mod nsids;

pub use nexthops::Nexthops;
pub use nsids::Nsids;

use crate::netlink::{self, Ack};
use crate::output::Out;
use crate::sys::names::Names;
use crate::sys::{Hosts, Links};
use crate::words::Options;

/// What printing needs: everything but the socket.
pub struct View {
    /// The options before the object.
    pub options: Options,
    /// Where output goes.
    pub out: Out,
    /// Names of tables, protocols, scopes.
    pub names: Names,
    /// Names of devices.
    pub links: Links,
    /// Names of namespaces.
    pub nsids: Nsids,
    /// The nexthop objects that routes go by.
    pub nexthops: Nexthops,
    /// Names of hosts, for `-resolve`.
    pub hosts: Hosts,
}

impl View {
    /// Begins a JSON document if JSON is asked for.
    pub fn begin_json(&mut self) {
        if self.options.json {
            self.out.begin_json(self.options.pretty);
        }
    }

    /// Says what the kernel warns of.
    pub fn warn(&mut self, ack: &Ack) {
        if let Some(warning) = &ack.warning {
            self.out.complain(&format!("Warning: {}", netlink::sentence(warning)));
        }
    }
}

/// What parsing looks up, borrowed from the view for as long as it takes.
#[derive(Debug, Default)]
pub struct Lookup {
    /// Names of numbers.
    pub names: Names,
    /// Names of devices.
    pub links: Links,
}

impl Lookup {
    /// Takes it out of the view.
    pub fn borrow(view: &mut View) -> Self {
        Lookup { names: std::mem::take(&mut view.names), links: std::mem::take(&mut view.links) }
    }

    /// Puts it back.
    pub fn give_back(self, view: &mut View) {
        (view.names, view.links) = (self.names, self.links);
    }
}
