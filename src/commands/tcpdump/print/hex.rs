//! Packets in hexadecimal and as text.

use super::{Printer, Shown};
use crate::packet::{Bytes, Cut};

const LINE: usize = 16;

fn is_graphic(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte)
}

impl Printer {
    /// What `-X`, `-x` and `-A` add.
    pub(super) fn dump(&mut self, bytes: Bytes<'_>, header_len: usize) {
        let from = |times: u8| if times > 1 { bytes } else { bytes.from(header_len) };
        // All of what there is is asked for: nothing can be missing.
        let _ = match (self.look.hex_ascii, self.look.hex, self.look.ascii) {
            (0, 0, 0) => Ok(()),
            (0, 0, times) if !from(times).is_empty() => {
                self.ascii(from(times));
                Ok(())
            }
            (0, times, _) if times > 0 => self.hex("\n\t", from(times), from(times).len()),
            (times, ..) if times > 0 => self.hex_ascii(from(times), from(times).len()),
            _ => Ok(()),
        };
    }

    /// `len` bytes in hexadecimal and as text.
    pub(super) fn hex_ascii(&mut self, bytes: Bytes<'_>, len: usize) -> Shown {
        for (number, line) in bytes.first(len).0.chunks(LINE).enumerate() {
            let mut hex = String::new();
            for pair in line.chunks(2) {
                hex.push(' ');
                pair.iter().for_each(|byte| hex.push_str(&format!("{byte:02x}")));
            }
            let text: String = line.iter().map(|&byte| if is_graphic(byte) { char::from(byte) } else { '.' }).collect();
            self.say(format_args!("\n\t0x{:04x}: {hex:<40}  {text}", number * LINE));
        }
        if bytes.has(len) { Ok(()) } else { Err(Cut) }
    }

    /// `len` bytes in hexadecimal, each line behind `indent`.
    pub(super) fn hex(&mut self, indent: &str, bytes: Bytes<'_>, len: usize) -> Shown {
        self.hex_from(indent, bytes, len, 0)
    }

    /// The same, counted from `offset`.
    pub(super) fn hex_from(&mut self, indent: &str, bytes: Bytes<'_>, len: usize, offset: usize) -> Shown {
        for (number, line) in bytes.first(len).0.chunks(LINE).enumerate() {
            self.say(format_args!("{indent}0x{:04x}: ", offset + number * LINE));
            for pair in line.chunks(2) {
                self.text(" ");
                pair.iter().for_each(|byte| self.say(format_args!("{byte:02x}")));
            }
        }
        if bytes.has(len) { Ok(()) } else { Err(Cut) }
    }

    /// What is not decoded further: as much of `len` bytes as there is.
    pub(super) fn unknown(&mut self, indent: &str, bytes: Bytes<'_>, len: usize) {
        let _ = self.hex(indent, bytes, len.min(bytes.len()));
    }

    fn ascii(&mut self, bytes: Bytes<'_>) {
        self.text("\n");
        for (at, &byte) in bytes.0.iter().enumerate() {
            match byte {
                b'\r' => {
                    // Not at the end of a line.
                    if bytes.0.len() - at > 2 && bytes.0[at + 1] != b'\n' {
                        self.text(".");
                    }
                }
                b'\t' | b' ' | b'\n' => self.out.push(byte),
                byte => self.out.push(if is_graphic(byte) { byte } else { b'.' }),
            }
        }
    }
}
