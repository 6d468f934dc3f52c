//! How packets are wrapped: `encap KIND …`.

use super::Lookup;
use crate::cli::Words;
use crate::commands::View;
use crate::error::{Error, Result};
use crate::rtnl::route::{Encap, RouteRequest};

pub(super) fn parse(_: &mut Lookup, _: &mut Words<'_>, _: &mut RouteRequest) -> Result<()> {
    Err(Error::words("no encap yet"))
}

pub(super) fn show(view: &mut View, _: &Encap<'_>) {
    view.out.str("encap", " encap ", "unknown", " ");
}
