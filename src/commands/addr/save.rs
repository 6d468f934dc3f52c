//! `ip address save`, `restore` and `showdump`: addresses as the kernel's own messages in a file.

use std::io::IsTerminal;

use super::describe;
use super::filter::Filter;
use crate::cli::Words;
use crate::commands::Ip;
use crate::commands::saved::Saved;
use crate::error::{Error, Result};
use crate::rtnl::addr::{self, Address};

/// What such a file begins with, in the byte order of the machine.
const MAGIC: u32 = 0x4736_1222;

/// Writes addresses to stdout: those of the device and the family that are asked for. The rest of the filter does not
/// count, as the stock tool has it.
pub fn save(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, &mut words)?;
    if std::io::stdout().is_terminal() {
        return Err(Error::local("Not sending a binary stream to stdout"));
    }
    ip.view.out.text(MAGIC.to_ne_bytes());
    let mut request = addr::dump(ip.view.options.family, filter.link.index.unwrap_or(0));
    ip.dump(&mut request, |view, message| {
        view.out.text(message.bytes);
        view.out.flush_if_full();
    })
}

/// Gives the devices the addresses that stdin holds. An address that is there already is no error.
pub fn restore(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let restore = |file: Saved| {
        file.each(|message| match Address::decode(message) {
            Some(address) => ip.restore(&mut address.add()),
            None => Ok(()),
        })
    };
    saved().and_then(restore).map_err(failed)
}

/// Shows the addresses that stdin holds.
pub fn showdump(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let file = saved().map_err(failed)?;
    ip.begin_json();
    ip.view.out.open_object("");
    ip.view.out.open_array("addr_info", "");
    let result = file.each(|message| {
        if let Some(address) = Address::decode(message) {
            let out = &mut ip.view.out;
            out.open_object("");
            out.num("index", "if", address.index, ":");
            out.line();
            describe(&mut ip.view, &address, false);
            ip.view.out.close_object();
        }
        Ok(())
    });
    ip.view.out.close_array("");
    ip.view.out.close_object();
    result.map_err(failed)
}

fn saved() -> Result<Saved> {
    Saved::from_stdin(MAGIC, "address")
}

/// The stock tool leaves 255 whatever fails.
fn failed(error: Error) -> Error {
    error.with_status(255)
}
