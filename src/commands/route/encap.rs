//! How packets are wrapped: `encap KIND …`.

use crate::cli::Words;
use crate::commands::View;
use crate::commands::context::Lookup;
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::rtnl::route::Encap;

/// Reads `KIND ARGUMENTS` and appends them as attribute `attr`, the kind as `kind_attr`.
pub fn parse(_: &mut Lookup, _: &mut Words<'_>, _: &mut Request, _attr: u16, _kind_attr: u16) -> Result<()> {
    Err(Error::words("no encap yet"))
}

/// Shows how packets are wrapped.
pub fn show(view: &mut View, _: &Encap<'_>) {
    view.out.str("encap", " encap ", "unknown", " ");
}
