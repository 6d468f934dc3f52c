//! `bridge mdb show` and `get`.

use super::super::BRIDGE;
use super::super::filter::{DEVICE_AND_VLAN, Filter};
use super::OBJECT;
use super::change::{Change, GET};
use super::describe::{entries, routers};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::NlmF;
use crate::rtnl::mdb::{self, Mdb};
use crate::rtnl::uapi;
use crate::words::Words;

/// The status that is left where there is no such entry.
const NOT_THERE: u8 = 254;

/// Shows entries, and with `-details` the ports with a multicast router behind them.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE_AND_VLAN)?;
    ip.begin_json();
    ip.view.out.open_object("");
    ip.view.out.open_array("mdb", "");
    ip.dump(&mut mdb::dump(), |view, message| {
        if let Some(mdb) = Mdb::decode(message).filter(|mdb| filter.admits(mdb.index)) {
            entries(view, &mdb, &filter);
        }
    })?;
    ip.view.out.close_array("");
    ip.view.out.open_object("router");
    ip.dump(&mut mdb::dump(), |view, message| {
        if let Some(mdb) = Mdb::decode(message).filter(|mdb| filter.admits(mdb.index)) {
            routers(view, &mdb);
        }
    })?;
    ip.view.out.close_object();
    ip.view.out.close_object();
    Ok(())
}

/// Looks an entry up. The verb came with release 6.7 of the stock tool.
pub fn get(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if words.current() != b"get" {
        return Err(BRIDGE.unknown_verb(&OBJECT, words.current()));
    }
    let change = Change::parse(words, GET, false)?;
    if !change.is_whole() {
        return Err(Error::local("Device and group address are required arguments."));
    }
    let spec = change.resolve(ip)?;
    let found = ip.get(&mut spec.encode(uapi::RTM_GETMDB as u32, NlmF::empty()), |view, message| {
        view.begin_json();
        if let Some(mdb) = Mdb::decode(message) {
            entries(view, &mdb, &Filter::default());
        }
    });
    found.map_err(|error| error.with_status(NOT_THERE))
}
