//! `bridge`: ports, forwarding tables, VLANs and multicast groups of bridges, as bridge(8) has them.

mod fdb;
mod filter;
mod link;
mod mdb;
mod monitor;
mod mst;
mod vlan;
mod vni;

use super::Ip;
use crate::commands::Program;
use crate::error::{Error, Result};
use crate::words::Words;
use crate::words::options;
use crate::words::{leading_number, shown};

/// `bridge`. It leaves 255 for nearly all that fails.
pub static BRIDGE: Program = Program {
    name: "bridge",
    release: "6.1.0",
    options: options::BRIDGE,
    hint: "bridge help",
    objects: &[link::OBJECT, fdb::OBJECT, mdb::OBJECT, mst::OBJECT, vlan::OBJECT, vni::OBJECT, monitor::OBJECT],
    failure: Some(255),
};

/// `bridge` with the words behind its name.
pub fn main(words: &[&[u8]]) -> u8 {
    BRIDGE.run(words)
}

/// Says that nothing is known under `name`, which should be a `what`.
fn not_found(what: &str, name: &[u8]) -> Error {
    Error::local(format!("Cannot find {what} \"{}\"", shown(name)))
}

/// The index of the device called `name`; a complaint calls it a `what`.
fn index_of(ip: &mut Ip, what: &str, name: &[u8]) -> Result<u32> {
    ip.view.links.index(name).ok_or_else(|| not_found(what, name))
}

/// Takes the word behind the keyword taken last, and gives it with its number.
fn placed<'a>(words: &mut Words<'a>) -> Result<(&'a [u8], usize)> {
    let word = words.require()?;
    Ok((word, words.place() - 1))
}

/// Reads a number as C's `strtoul` does where the whole word must be read; an empty word is 0.
fn unsigned(word: &[u8]) -> Option<u64> {
    match leading_number(word, 0) {
        Some((value, b"")) => Some(value),
        None if word.is_empty() => Some(0),
        _ => None,
    }
}

/// A UDP port, by number or by the name of its service.
fn udp_port(word: &[u8]) -> Option<u16> {
    match unsigned(word) {
        Some(port) => port.try_into().ok(),
        None => crate::sys::service_port(word, Some("udp")),
    }
}
