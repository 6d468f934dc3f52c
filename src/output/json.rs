//! JSON as iproute2 lays it out: without blanks, or pretty with four blanks for each level and arrays on one line.

use super::Show;

/// Where in a JSON document the writer stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Json {
    pretty: bool,
    depth: u32,
    /// Something stands before the next value on this level, so that a comma is due, or a line break when closing.
    pending: bool,
}

impl Json {
    pub fn new(pretty: bool) -> Self {
        Json { pretty, depth: 0, pending: false }
    }

    /// Writes the comma that separates a value from the one before it.
    pub fn next(&mut self, buf: &mut Vec<u8>) {
        if self.pending {
            buf.push(b',');
        }
        self.pending = true;
    }

    /// Writes a member's name.
    pub fn name(&mut self, buf: &mut Vec<u8>, name: &str) {
        self.next(buf);
        self.indent(buf);
        self.string(buf, name);
        buf.extend_from_slice(if self.pretty { b": " } else { b":" });
    }

    /// Writes the name that a value opened next is to have, or makes room for an element where it has none.
    pub fn key(&mut self, buf: &mut Vec<u8>, name: &str) {
        if !name.is_empty() {
            self.name(buf, name);
            self.pending = false;
        }
    }

    /// Writes a string, escaped.
    pub fn string(&mut self, buf: &mut Vec<u8>, value: impl Show) {
        buf.push(b'"');
        let start = buf.len();
        value.put(buf);
        if buf[start..].iter().any(|&b| escape(b).is_some()) {
            let raw = buf.split_off(start);
            for byte in raw {
                match escape(byte) {
                    Some(letter) => buf.extend_from_slice(&[b'\\', letter]),
                    None => buf.push(byte),
                }
            }
        }
        buf.push(b'"');
    }

    pub fn open_object(&mut self, buf: &mut Vec<u8>) {
        self.open(buf, b'{');
    }

    pub fn close_object(&mut self, buf: &mut Vec<u8>) {
        self.close(buf, b'}');
    }

    pub fn open_array(&mut self, buf: &mut Vec<u8>) {
        self.open(buf, b'[');
        if self.pretty {
            buf.push(b' ');
        }
    }

    pub fn close_array(&mut self, buf: &mut Vec<u8>) {
        if self.pretty && self.pending {
            buf.push(b' ');
        }
        self.pending = false;
        self.close(buf, b']');
    }

    fn open(&mut self, buf: &mut Vec<u8>, bracket: u8) {
        self.next(buf);
        buf.push(bracket);
        self.depth += 1;
        self.pending = false;
    }

    fn close(&mut self, buf: &mut Vec<u8>, bracket: u8) {
        self.depth = self.depth.saturating_sub(1);
        if self.pending {
            self.indent(buf);
        }
        buf.push(bracket);
        self.pending = true;
    }

    fn indent(&self, buf: &mut Vec<u8>) {
        if self.pretty {
            buf.push(b'\n');
            buf.resize(buf.len() + 4 * self.depth as usize, b' ');
        }
    }
}

/// The letter that stands behind a backslash for `byte`; control characters without one go out as they are, as
/// iproute2's do.
fn escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\t' => b't',
        b'\n' => b'n',
        b'\r' => b'r',
        0x0c => b'f',
        0x08 => b'b',
        b'\\' | b'"' => byte,
        _ => return None,
    })
}
