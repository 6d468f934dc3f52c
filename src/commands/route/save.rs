//! `ip route save`, `restore` and `showdump`: routes as the kernel's own messages in a file.

use std::io::{IsTerminal, Read};

use super::filter::Filter;
use super::list::no_main;
use super::show;
use crate::cli::Words;
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{Message, Messages, NlmF, Rtm};
use crate::rtnl::route::{Route, RouteRequest};

/// What such a file begins with, in the byte order of the machine.
const MAGIC: u32 = 0x4531_1224;
/// The longest message that is believed.
const LONGEST: usize = 16 * 1024;

/// Writes the routes that the words select to stdout.
pub fn save(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if std::io::stdout().is_terminal() {
        return Err(Error::local("Not sending a binary stream to stdout"));
    }
    ip.view.out.text(MAGIC.to_ne_bytes());
    let (mut filter, family) = Filter::parse(ip, words)?;
    let mut request = filter.dump(family);
    let result = ip.dump_unless(no_main(filter.table), &mut request, |view, message| {
        if Route::decode(message).is_some_and(|route| filter.accepts(&route)) {
            view.out.text(message.bytes);
            view.out.flush_if_full();
        }
    });
    result.map_err(|error| error.with_status(2))
}

/// Adds the routes that stdin holds: first those to addresses of this host, then those to its networks, then those by
/// way of others, as each needs the ones before it. A route that is there already is no error.
pub fn restore(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let file = read()?;
    for rank in 0..3 {
        each(&file, |message| {
            if Route::decode(message).is_none_or(|route| order(&route) != rank) {
                return Ok(());
            }
            let mut request = RouteRequest::from_body(Rtm::Newroute, NlmF::CREATE, message.body);
            match ip.ask(&mut request) {
                Err(Error::Netlink { error, .. }) if error.errno() == Some(libc::EEXIST) => {
                    ip.view.out.complain(&error.to_string());
                    Ok(())
                }
                result => result,
            }
        })?;
    }
    Ok(())
}

/// Shows the routes that stdin holds.
pub fn showdump(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let file = read()?;
    let mut filter = Filter::of_family(ip.view.options.family);
    each(&file, |message| {
        if let Some(route) = Route::decode(message)
            && filter.accepts(&route)
        {
            show::route(&mut ip.view, &filter, &route);
        }
        Ok(())
    })
}

/// Which routes must be there before others.
fn order(route: &Route<'_>) -> u32 {
    match (route.gateway(), route.prefsrc()) {
        (Some(_), _) => 2,
        (None, Some(source)) if route.dst() != Some(source) => 1,
        _ => 0,
    }
}

/// The messages in stdin, their mark before them taken off.
fn read() -> Result<Vec<u8>> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Error::local("Can't restore route dump from a terminal"));
    }
    let mut file = Vec::new();
    // What cannot be read is too short, and is told as that.
    let _ = stdin.read_to_end(&mut file);
    let magic = file.first_chunk().map(|magic| u32::from_ne_bytes(*magic));
    if magic != Some(MAGIC) {
        let (count, magic) = (u32::from(magic.is_some()), magic.unwrap_or(0));
        return Err(Error::local(format!("Magic mismatch ({count} elems, {magic:x} magic)")));
    }
    Ok(file.split_off(4))
}

/// Hands each message of a file to `each`, and ends at the first that is cut short or lies about its length.
fn each(file: &[u8], mut each: impl FnMut(&Message<'_>) -> Result<()>) -> Result<()> {
    let fail = |text: String| Error::local(text).with_status(2);
    let mut rest = file;
    while !rest.is_empty() {
        let truncated = || fail("rtnl-from_file: truncated message".to_string());
        let header = rest.first_chunk::<16>().ok_or_else(truncated)?;
        let len = u32::from_ne_bytes([header[0], header[1], header[2], header[3]]) as usize;
        if !(16..=LONGEST).contains(&len) {
            let at = file.len() - rest.len() + 4 + 16;
            return Err(fail(format!("!!!malformed message: len={} @{at}", (len as u32).cast_signed())));
        }
        let (message, behind) = rest.split_at_checked(len.next_multiple_of(4)).ok_or_else(truncated)?;
        if let Some(Ok(message)) = Messages::new(&message[..len]).next() {
            each(&message)?;
        }
        rest = behind;
    }
    Ok(())
}
