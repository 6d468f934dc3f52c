//! The file format of captures: a header of 24 bytes, then each packet behind one of 16 (pcap-savefile(5)).

use std::io::{self, Read};

/// The most bytes of a packet that are ever asked for (libpcap's `MAXIMUM_SNAPLEN`).
pub const MAX_SNAPLEN: u32 = 262_144;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
const FILE_HEADER: usize = 24;
const PACKET_HEADER: usize = 16;

/// When a packet was seen, and how long it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    /// Seconds since 1970.
    pub seconds: u32,
    /// Behind the second: microseconds, or nanoseconds where [`FileHeader::nanoseconds`] says so.
    pub fraction: u32,
    /// Bytes captured.
    pub captured: u32,
    /// Bytes that the packet had.
    pub len: u32,
}

/// What a file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileHeader {
    /// Whether its numbers are in the other byte order.
    swapped: bool,
    /// Whether it counts nanoseconds.
    pub nanoseconds: bool,
    /// The most bytes of a packet that it holds.
    pub snaplen: u32,
    /// What packets begin with, see [`super::Link`].
    pub link: u32,
}

/// Why a file cannot be read, or not further.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system says no.
    #[error("error reading dump file: {0}")]
    Io(String),
    /// It ends too early.
    #[error("truncated dump file; tried to read {wanted} {what} bytes, only got {got}")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// How much of it was wanted.
        wanted: usize,
        /// How much there was.
        got: usize,
    },
    /// It does not begin as such a file does.
    #[error("unknown file format")]
    Format,
    /// Its version is too old or too new.
    #[error("unsupported pcap savefile version {0}.{1}")]
    Version(u16, u16),
    /// It is older than any program that is still around.
    #[error("archaic pcap savefile format")]
    Archaic,
    /// A packet says that it is longer than any is.
    #[error("invalid packet capture length {0}, bigger than {1} of {2}")]
    Length(u32, &'static str, u32),
}

fn io_error(error: &io::Error) -> Error {
    Error::Io(crate::sys::strerror(error.raw_os_error().unwrap_or(libc::EIO)))
}

/// Fills `buffer`, or tells how much there was.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut got = 0;
    while got < buffer.len() {
        match input.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(len) => got += len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(io_error(&error)),
        }
    }
    Ok(got)
}

/// Reads packets one after the other.
pub struct Reader<R> {
    input: R,
    /// What the file says of itself.
    pub header: FileHeader,
    buffer: Vec<u8>,
}

impl<R: Read> Reader<R> {
    /// Reads the header of a file.
    pub fn new(mut input: R) -> Result<Self, Error> {
        let mut bytes = [0; FILE_HEADER];
        let short = |got| Error::Truncated { what: "file header", wanted: FILE_HEADER, got };
        let (magic, rest) = bytes.split_at_mut(4);
        match fill(&mut input, magic)? {
            4 => {}
            // libpcap counts from the magic number only where that was read.
            got => return Err(Error::Truncated { what: "file header", wanted: 4, got }),
        }
        let magic = u32::from_ne_bytes([magic[0], magic[1], magic[2], magic[3]]);
        let (swapped, nanoseconds) = match (magic, magic.swap_bytes()) {
            (MICROSECONDS, _) => (false, false),
            (_, MICROSECONDS) => (true, false),
            (NANOSECONDS, _) => (false, true),
            (_, NANOSECONDS) => (true, true),
            _ => return Err(Error::Format),
        };
        match fill(&mut input, rest)? {
            got if got == FILE_HEADER - 4 => {}
            got => return Err(short(got)),
        }
        let mut header = FileHeader { swapped, nanoseconds, snaplen: 0, link: 0 };
        match (header.u16(&bytes, 4), header.u16(&bytes, 6)) {
            (0 | 1, _) => return Err(Error::Archaic),
            (2, 0..=4) => {}
            (major, minor) => return Err(Error::Version(major, minor)),
        }
        header.snaplen = header.u32(&bytes, 16);
        header.link = header.u32(&bytes, 20) & 0x03ff_ffff;
        if header.snaplen == 0 || i32::try_from(header.snaplen).is_err() {
            // Written by a program that knows no limit.
            header.snaplen = MAX_SNAPLEN;
        }
        Ok(Reader { input, header, buffer: Vec::new() })
    }

    /// The next packet; nothing at the end.
    pub fn packet(&mut self) -> Result<Option<(Header, &[u8])>, Error> {
        let mut bytes = [0; PACKET_HEADER];
        match fill(&mut self.input, &mut bytes)? {
            PACKET_HEADER => {}
            0 => return Ok(None),
            got => return Err(Error::Truncated { what: "header", wanted: PACKET_HEADER, got }),
        }
        let field = |at| self.header.u32(&bytes, at);
        let mut header = Header { seconds: field(0), fraction: field(4), captured: field(8), len: field(12) };
        if header.captured > MAX_SNAPLEN {
            return Err(match self.header.snaplen {
                snaplen if header.captured > snaplen => Error::Length(header.captured, "snaplen", snaplen),
                _ => Error::Length(header.captured, "maximum", MAX_SNAPLEN),
            });
        }
        self.buffer.resize(header.captured as usize, 0);
        let got = fill(&mut self.input, &mut self.buffer)?;
        if got < self.buffer.len() {
            return Err(Error::Truncated { what: "captured", wanted: self.buffer.len(), got });
        }
        // Some systems wrote more than they said.
        header.captured = header.captured.min(self.header.snaplen);
        Ok(Some((header, &self.buffer[..header.captured as usize])))
    }
}

impl FileHeader {
    fn u16(&self, bytes: &[u8], at: usize) -> u16 {
        let number = bytes.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_ne_bytes);
        if self.swapped { number.swap_bytes() } else { number }
    }

    fn u32(&self, bytes: &[u8], at: usize) -> u32 {
        let number = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_ne_bytes);
        if self.swapped { number.swap_bytes() } else { number }
    }
}

/// The header of a new file, in this machine's byte order.
pub fn file_header(link: u32, snaplen: u32, nanoseconds: bool) -> [u8; FILE_HEADER] {
    let mut bytes = [0; FILE_HEADER];
    let magic = if nanoseconds { NANOSECONDS } else { MICROSECONDS };
    bytes[..4].copy_from_slice(&magic.to_ne_bytes());
    bytes[4..6].copy_from_slice(&2u16.to_ne_bytes());
    bytes[6..8].copy_from_slice(&4u16.to_ne_bytes());
    bytes[16..20].copy_from_slice(&snaplen.to_ne_bytes());
    bytes[20..24].copy_from_slice(&link.to_ne_bytes());
    bytes
}

/// What stands before a packet.
pub fn packet_header(header: &Header) -> [u8; PACKET_HEADER] {
    let mut bytes = [0; PACKET_HEADER];
    for (to, from) in bytes.chunks_mut(4).zip([header.seconds, header.fraction, header.captured, header.len]) {
        to.copy_from_slice(&from.to_ne_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(order: fn(u32) -> [u8; 4], order16: fn(u16) -> [u8; 2], magic: u32, packet: &[u8], says: u32) -> Vec<u8> {
        let mut bytes = order(magic).to_vec();
        bytes.extend([order16(2), order16(4)].concat());
        bytes.extend([order(0), order(0), order(65535), order(1)].concat());
        bytes.extend([order(7), order(8), order(says), order(99)].concat());
        bytes.extend(packet);
        bytes
    }

    #[test]
    fn either_byte_order() {
        for bytes in [
            file(u32::to_be_bytes, u16::to_be_bytes, NANOSECONDS, b"abc", 3),
            file(u32::to_le_bytes, u16::to_le_bytes, NANOSECONDS, b"abc", 3),
        ] {
            let mut reader = Reader::new(&bytes[..]).unwrap();
            assert!(reader.header.nanoseconds && reader.header.snaplen == 65535 && reader.header.link == 1);
            let expected = Header { seconds: 7, fraction: 8, captured: 3, len: 99 };
            assert_eq!(reader.packet().unwrap(), Some((expected, &b"abc"[..])));
            assert!(reader.packet().unwrap().is_none());
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let header = Header { seconds: 1, fraction: 2, captured: 2, len: 60 };
        let bytes = [&file_header(276, 96, false)[..], &packet_header(&header), b"xy"].concat();
        let mut reader = Reader::new(&bytes[..]).unwrap();
        assert_eq!((reader.header.snaplen, reader.header.link, reader.header.nanoseconds), (96, 276, false));
        assert_eq!(reader.packet().unwrap(), Some((header, &b"xy"[..])));
    }

    #[test]
    fn cut_and_lying_files() {
        let whole = file(u32::to_ne_bytes, u16::to_ne_bytes, MICROSECONDS, b"abc", 5);
        let fails = |bytes: &[u8]| match Reader::new(bytes) {
            Ok(mut reader) => reader.packet().map(drop).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        let cut = "truncated dump file; tried to read";
        assert_eq!(fails(&whole), format!("{cut} 5 captured bytes, only got 3"));
        assert_eq!(fails(&whole[..30]), format!("{cut} 16 header bytes, only got 6"));
        assert_eq!(fails(&whole[..10]), format!("{cut} 24 file header bytes, only got 6"));
        assert_eq!(fails(b""), format!("{cut} 4 file header bytes, only got 0"));
        assert_eq!(fails(b"hello"), "unknown file format");
        let lie = file(u32::to_ne_bytes, u16::to_ne_bytes, MICROSECONDS, b"", u32::MAX);
        assert!(fails(&lie).starts_with("invalid packet capture length 4294967295"));
    }
}
