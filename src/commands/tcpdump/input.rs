//! Packets, and expressions, from a file.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::OsStrExt;

use super::{Asked, Sink, compile, fail, note, print_text};
use crate::error::Result;
use crate::packet::bpf;
use crate::packet::pcap::Reader;
use crate::packet::{Link, pcap};
use crate::sys;
use crate::words::shown;

fn why(error: &io::Error) -> String {
    sys::strerror(error.raw_os_error().unwrap_or(libc::EIO))
}

/// An expression in a file: `#` begins a comment.
pub fn expression(name: &[u8]) -> Result<Vec<u8>> {
    let text = std::fs::read(OsStr::from_bytes(name));
    let text = text.map_err(|error| fail(format!("can't open {}: {}", shown(name), why(&error))))?;
    let lines = text.split(|&byte| byte == b'\n').map(|line| line.split(|&byte| byte == b'#').next());
    Ok(lines.flatten().collect::<Vec<_>>().join(&b' '))
}

/// Prints or writes the packets in the file called `name`.
pub fn from_file(asked: &Asked, name: &[u8]) -> Result<()> {
    let file: Box<dyn Read> = match name {
        b"-" => Box::new(io::stdin()),
        name => {
            let file = File::open(OsStr::from_bytes(name));
            Box::new(file.map_err(|error| fail(format!("{}: {}", shown(name), why(&error))))?)
        }
    };
    let mut reader = Reader::new(BufReader::new(file)).map_err(fail)?;
    let header = reader.header;
    let link = Link::from_number(header.link);
    let about = match link {
        Some(link) => format!("{} ({})", link.name(), link.title()),
        None => header.link.to_string(),
    };
    note(&format!("reading from file {}, link-type {about}, snapshot length {}", shown(name), header.snaplen));
    let filter = match link {
        Some(link) => compile(asked, link, false, 0)?.program,
        None if asked.expression.is_empty() => Vec::new(),
        None => return Err(fail(format!("a filter cannot be used with link-type {about}"))),
    };
    let mut sink = Sink::new(asked, link, header.link, header.snaplen)?;
    let result = pass(asked, &mut reader, &filter, &mut sink);
    sink.finish()?;
    if asked.only_count && result.is_ok() {
        print_text(&format!("{} packet{}\n", sink.count, if sink.count == 1 { "" } else { "s" }));
    }
    result
}

fn pass(asked: &Asked, reader: &mut Reader<impl Read>, filter: &[bpf::Instruction], sink: &mut Sink) -> Result<()> {
    let in_nanoseconds = reader.header.nanoseconds;
    let broken = |error: pcap::Error| fail(format!("pcap_loop: {error}"));
    while !sink.is_full() {
        let Some((mut header, packet)) = reader.packet().map_err(broken)? else { break };
        if !filter.is_empty() && bpf::run(filter, packet, header.len) == 0 {
            continue;
        }
        header.fraction = match (in_nanoseconds, asked.nanoseconds) {
            (true, false) => header.fraction / 1000,
            (false, true) => header.fraction.wrapping_mul(1000),
            _ => header.fraction,
        };
        sink.packet(&header, packet)?;
    }
    Ok(())
}
