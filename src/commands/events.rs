//! What the `monitor` of `ip` and that of `bridge` share: hearing events, reading them from a file, showing times.

use std::convert::Infallible;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::saved::Saved;
use super::{Ip, View};
use crate::error::{Error, Result};
use crate::netlink::{self, Heard, Message, Socket};
use crate::output::Out;
use crate::sys;
use crate::words::keyword::{Keyword, entries, find};
use crate::words::options::Timestamp;
use crate::words::{Words, matches, shown};

/// `NLMSG_TSTAMP` of iproute2's rtmon: the time of what follows in a file.
pub const TIMESTAMP: u16 = 15;

/// How much the kernel may have waiting for us, in bytes: the events of many thousand routes at once.
pub const ROOM: usize = 64 << 20;

/// Reads into `asked` the words behind `name`, a monitor whose keywords are those of `tables`, in their order.
pub fn parse<T>(name: &str, tables: &[&'static [Keyword<T>]], asked: &mut T, mut words: Words<'_>) -> Result<()> {
    while let Some(word) = words.next() {
        match tables.iter().find_map(|table| find(table, word)) {
            Some(keyword) => (keyword.take)(asked, &mut words)?,
            None if matches(word, "help") => {
                let entries = tables.iter().flat_map(|table| entries(table));
                let words = entries.map(|entry| format!("[ {} ]", format!("{} {}", entry.name, entry.argument).trim()));
                return Err(Error::words(format!("Usage: {name} {}", words.collect::<Vec<_>>().join(" "))));
            }
            None => {
                return Err(Error::words(format!("Argument \"{}\" is unknown, try \"{name} help\".", shown(word))));
            }
        }
    }
    Ok(())
}

/// Hands what `socket` hears to `each`, until something fails.
pub fn hear(
    view: &mut View,
    socket: &mut Socket,
    mut each: impl FnMut(&mut View, &Message<'_>),
) -> netlink::Result<Infallible> {
    socket.listen(|heard| match heard {
        Heard::Event(message) => {
            each(view, message);
            view.out.flush_if_full();
        }
        Heard::Lost(errno) => {
            let errno = errno as i32;
            view.out.complain(&format!("netlink receive error {} ({errno})", sys::strerror(errno)));
        }
        Heard::Silence => view.out.flush(),
    })
}

/// Hands what rtmon has written to `file` to `each`.
pub fn from_file(ip: &mut Ip, file: &[u8], mut each: impl FnMut(&mut View, &Message<'_>)) -> Result<()> {
    let bytes = std::fs::read(std::ffi::OsStr::from_bytes(file)).map_err(|error| {
        let why = sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
        Error::words(format!("Cannot fopen: {why}"))
    })?;
    let result = Saved::new(bytes).each(|message| {
        each(&mut ip.view, message);
        Ok(())
    });
    result.map_err(|error| error.with_status(1))
}

/// Shows what time it is, where `-timestamp` asks for it.
pub fn show_now(view: &mut View) {
    if let Some(timestamp) = view.options.timestamp {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        show_time(&mut view.out, timestamp, now);
    }
}

/// Shows which namespace tells it, by its id here.
pub fn show_namespace(view: &mut View, message: &Message<'_>) {
    match message.nsid.filter(|nsid| *nsid >= 0) {
        Some(nsid) => view.out.text(format_args!("[nsid {nsid}]")),
        None => view.out.text("[nsid current]"),
    }
}

fn show_time(out: &mut Out, timestamp: Timestamp, since_epoch: Duration) {
    let (seconds, micros) = (since_epoch.as_secs() as i64, since_epoch.subsec_micros());
    match timestamp {
        Timestamp::Long => {
            out.text("Timestamp: ");
            out.text(sys::ctime(seconds));
            out.text(format_args!(" {micros} usec\n"));
        }
        Timestamp::Short => {
            let t = sys::calendar(seconds, true);
            let (year, month, day) = (t.year, t.month, t.day);
            let (hour, minute, second) = (t.hour, t.minute, t.second);
            out.text(format_args!("[{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}] "));
        }
    }
}

/// The time that a file tells: seconds and microseconds.
pub fn file_time(out: &mut Out, message: &Message<'_>) {
    let Some([a, b, c, d, e, f, g, h]) = message.body.first_chunk().copied() else { return };
    out.text("Timestamp: ");
    out.text(sys::ctime(u32::from_ne_bytes([a, b, c, d]).into()));
    out.text(format_args!(" {} us\n", u32::from_ne_bytes([e, f, g, h])));
}
