//! `ip address save`, `restore` and `showdump`: addresses as the kernel's own messages in a file.
//!
//! The stock tool leaves at once when any of them is done, in the midst of a batch too.

use std::io::IsTerminal;

use super::describe;
use super::filter::Filter;
use crate::commands::Ip;
use crate::commands::saved::Saved;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Request};
use crate::rtnl::addr::{self, Address};
use crate::words::Words;

/// What such a file begins with, in the byte order of the machine.
const MAGIC: u32 = 0x4736_1222;

/// Writes addresses to stdout. Of the filter, only the device counts.
pub fn save(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words)?;
    if std::io::stdout().is_terminal() {
        return Err(leave(Error::local("Not sending a binary stream to stdout")));
    }
    ip.view.out.text(MAGIC.to_ne_bytes());
    // In a batch the stock tool does not ask for strict checking, without which the kernel does not look at the device.
    let device = filter.link.index.filter(|_| ip.batch.is_none());
    let mut request = addr::dump(ip.view.options.family, device.unwrap_or(0));
    let written = ip.dump(&mut request, |view, message| {
        view.out.text(message.bytes);
        view.out.flush_if_full();
    });
    Err(written.map_err(leave).err().unwrap_or_else(done))
}

/// Adds the addresses that stdin holds. One that is there already is said, and no error.
pub fn restore(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let restored = Saved::from_stdin(MAGIC, "address").and_then(|file| {
        file.each(|message| {
            let mut request = Request::new(message.kind, NlmF::CREATE);
            request.header(message.body);
            ip.ask_unless_there(&mut request)
        })
    });
    Err(restored.map_err(|error| leave(error.with_status(255))).err().unwrap_or_else(done))
}

/// Shows the addresses that stdin holds.
pub fn showdump(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let file = Saved::from_stdin(MAGIC, "address").map_err(|error| leave(error.with_status(255)))?;
    ip.begin_json();
    ip.view.out.open_object("");
    ip.view.out.open_array("addr_info", "");
    let shown = file.each(|message| {
        let view = &mut ip.view;
        view.out.open_object("");
        if let Some(address) = Address::decode(message) {
            view.out.num("index", "if", address.index, ":");
            view.out.line();
            describe(view, &address, false);
        }
        view.out.close_object();
        Ok(())
    });
    ip.view.out.close_array("");
    ip.view.out.close_object();
    if ip.view.options.json {
        ip.view.out.end_json();
    }
    Err(shown.map_err(|error| leave(error.with_status(255))).err().unwrap_or_else(done))
}

/// The same error as one that ends a batch.
fn leave(error: Error) -> Error {
    Error::Words { text: error.to_string(), status: error.status() }
}

/// What ends a batch without an error.
fn done() -> Error {
    Error::Words { text: String::new(), status: 0 }
}
