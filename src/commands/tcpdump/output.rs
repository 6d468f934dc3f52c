//! Packets into a file.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;

use super::fail;
use crate::error::Result;
use crate::packet::pcap::{Header, file_header, packet_header};
use crate::sys;
use crate::words::shown;

/// A file that packets are written into.
pub struct Output {
    file: BufWriter<Box<dyn Write>>,
    name: String,
    at_once: bool,
}

fn why(error: &io::Error) -> String {
    sys::strerror(error.raw_os_error().unwrap_or(libc::EIO))
}

impl Output {
    /// Opens the file called `name`, `-` for stdout, and writes its header.
    pub fn new(name: &[u8], link: u32, snaplen: u32, nanoseconds: bool, at_once: bool) -> Result<Output> {
        let shown = shown(name).into_owned();
        let file: Box<dyn Write> = match name {
            b"-" => Box::new(io::stdout()),
            name => {
                let file = File::create(OsStr::from_bytes(name));
                Box::new(file.map_err(|error| fail(format!("{shown}: {}", why(&error))))?)
            }
        };
        let mut output = Output { file: BufWriter::new(file), name: shown, at_once };
        output.write(&[&file_header(link, snaplen, nanoseconds)])?;
        Ok(output)
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<()> {
        let mut result = parts.iter().try_for_each(|part| self.file.write_all(part));
        if self.at_once && result.is_ok() {
            result = self.file.flush();
        }
        result.map_err(|error| fail(format!("Unable to write output to {}: {}", self.name, why(&error))))
    }

    /// Adds a packet.
    pub fn packet(&mut self, header: &Header, packet: &[u8]) -> Result<()> {
        self.write(&[&packet_header(header), packet])
    }

    /// Writes the rest.
    pub fn finish(&mut self) -> Result<()> {
        self.at_once = true;
        self.write(&[])
    }
}
