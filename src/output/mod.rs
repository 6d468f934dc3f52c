//! The sink: what a command has to say, as text, one line for each object, or JSON, from one description.
//!
//! A field is written once, as its JSON key, the text before it, the value and the text behind it:
//! `out.num("mtu", "mtu ", 1500, " ")` gives `mtu 1500 ` or `"mtu":1500`. All goes into one buffer that is written
//! when it is full, when the command ends, or when [`Out::flush`] is called.

mod color;
mod json;
mod value;

pub use color::{Color, ColorMode};
pub use value::{Address, General, Hardware, Hex, Integer, Joined, Prefixed, Show, Tenths, spelled};

use std::io::{IsTerminal, Write};
use std::os::fd::AsFd;

use crate::error::Error;
use json::Json;

/// How much is gathered before it is written.
const FULL: usize = 64 * 1024;

/// Where and how a command's output goes.
pub struct Out {
    buf: Vec<u8>,
    json: Option<Json>,
    palette: Option<color::Palette>,
    oneline: bool,
    /// Bytes that have left the buffer, so that a place in the output can be named.
    written: u64,
    /// Each flush is a line or a batch of events that somebody waits for.
    failed: Option<nix::errno::Errno>,
}

/// A place in the output, see [`Out::mark`].
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    at: u64,
    json: Option<Json>,
}

impl Out {
    /// A sink for plain text on stdout.
    pub fn new() -> Self {
        Out { buf: Vec::with_capacity(4096), json: None, palette: None, oneline: false, written: 0, failed: None }
    }

    /// Makes each object one line of text: [`Out::line`] writes `\` where it otherwise breaks.
    pub fn set_oneline(&mut self, on: bool) {
        self.oneline = on;
    }

    /// Turns colour on as `mode` says; [`ColorMode::Auto`] asks whether stdout is a terminal.
    pub fn set_color(&mut self, mode: ColorMode) {
        let on = match mode {
            ColorMode::Never => false,
            ColorMode::Always => true,
            ColorMode::Auto => std::io::stdout().is_terminal(),
        };
        self.palette = on.then(color::Palette::from_environment);
    }

    /// Begins a JSON document, an array of objects. [`Out::end_json`] ends it.
    pub fn begin_json(&mut self, pretty: bool) {
        let mut json = Json::new(pretty);
        json.open_array(&mut self.buf);
        self.json = Some(json);
    }

    /// Ends the JSON document, if one was begun, with a newline.
    pub fn end_json(&mut self) {
        if let Some(mut json) = self.json.take() {
            json.close_array(&mut self.buf);
            self.buf.push(b'\n');
        }
    }

    /// Whether the output is JSON.
    pub fn is_json(&self) -> bool {
        self.json.is_some()
    }

    /// Whether text is one line for each object.
    pub fn is_oneline(&self) -> bool {
        self.oneline
    }

    /// Text that JSON leaves out.
    #[inline]
    pub fn text(&mut self, value: impl Show) {
        if self.json.is_none() {
            value.put(&mut self.buf);
        }
    }

    /// Text that JSON does not leave out, where a stock command writes some between the objects of its document.
    pub fn raw(&mut self, value: impl Show) {
        value.put(&mut self.buf);
    }

    /// The break between two lines of one object: a newline, or `\` where each object is one line.
    #[inline]
    pub fn line(&mut self) {
        self.text(if self.oneline { "\\" } else { "\n" });
    }

    /// A number.
    #[inline]
    pub fn num(&mut self, key: &str, before: &str, value: impl Show, after: &str) {
        match &mut self.json {
            Some(json) => {
                json.name(&mut self.buf, key);
                value.put(&mut self.buf);
            }
            None => self.put_text(before, value, after),
        }
    }

    /// Text, quoted in JSON.
    #[inline]
    pub fn str(&mut self, key: &str, before: &str, value: impl Show, after: &str) {
        match &mut self.json {
            Some(json) => {
                json.name(&mut self.buf, key);
                json.string(&mut self.buf, value);
            }
            None => self.put_text(before, value, after),
        }
    }

    /// Text without a key: an element of an array.
    #[inline]
    pub fn element(&mut self, before: &str, value: impl Show, after: &str) {
        match &mut self.json {
            Some(json) => {
                json.next(&mut self.buf);
                json.string(&mut self.buf, value);
            }
            None => self.put_text(before, value, after),
        }
    }

    /// A number without a key: an element of an array.
    pub fn num_element(&mut self, before: &str, value: impl Show, after: &str) {
        match &mut self.json {
            Some(json) => {
                json.next(&mut self.buf);
                value.put(&mut self.buf);
            }
            None => self.put_text(before, value, after),
        }
    }

    /// The names of the bits in `flags`, `<A,B> ` in text and an array in JSON; what is left without a name as a number.
    pub fn flags(&mut self, key: &str, flags: u32, names: &[(u32, &str)]) {
        let mut rest = flags;
        self.open_array(key, "<");
        for (bit, name) in names {
            if rest >> bit & 1 != 0 {
                rest &= !(1 << bit);
                self.element("", *name, if rest == 0 { "" } else { "," });
            }
        }
        if rest != 0 {
            self.element("", Hex(rest.into(), 1), "");
        }
        self.close_array("> ");
    }

    /// A word that is there or not: `text`, or `null` under `key`.
    pub fn mark_set(&mut self, key: &str, text: &str) {
        match &mut self.json {
            Some(json) => {
                json.name(&mut self.buf, key);
                self.buf.extend_from_slice(b"null");
            }
            None => self.buf.extend_from_slice(text.as_bytes()),
        }
    }

    /// A truth: `true` or `false` in JSON, the given text otherwise.
    pub fn bool(&mut self, key: &str, value: bool, text: &str) {
        match &mut self.json {
            Some(json) => {
                json.name(&mut self.buf, key);
                (if value { "true" } else { "false" }).put(&mut self.buf);
            }
            None => self.buf.extend_from_slice(text.as_bytes()),
        }
    }

    /// A switch: `true` or `false` in JSON, `on` or `off` in text.
    pub fn on_off(&mut self, key: &str, before: &str, value: bool, after: &str) {
        if self.json.is_some() {
            self.bool(key, value, "");
        } else {
            self.put_text(before, if value { "on" } else { "off" }, after);
        }
    }

    /// Whatever `write` writes, in `color`. JSON has no colours.
    pub fn paint(&mut self, color: Color, write: impl FnOnce(&mut Self)) {
        match (&self.palette, &self.json) {
            (Some(palette), None) if color != Color::Plain => {
                self.buf.extend_from_slice(palette.code(color).as_bytes());
                write(self);
                self.buf.extend_from_slice(color::CLEAR.as_bytes());
            }
            _ => write(self),
        }
    }

    /// Opens an object; `key` is empty for an element of an array. Text shows nothing.
    pub fn open_object(&mut self, key: &str) {
        if let Some(json) = &mut self.json {
            json.key(&mut self.buf, key);
            json.open_object(&mut self.buf);
        }
    }

    /// Closes the object opened last.
    pub fn close_object(&mut self) {
        if let Some(json) = &mut self.json {
            json.close_object(&mut self.buf);
        }
        if self.buf.len() >= FULL {
            self.flush();
        }
    }

    /// Opens an array; `text` is what text shows in its place.
    pub fn open_array(&mut self, key: &str, text: &str) {
        match &mut self.json {
            Some(json) => {
                json.key(&mut self.buf, key);
                json.open_array(&mut self.buf);
            }
            None => self.buf.extend_from_slice(text.as_bytes()),
        }
    }

    /// Closes the array opened last; `text` is what text shows in its place.
    pub fn close_array(&mut self, text: &str) {
        match &mut self.json {
            Some(json) => json.close_array(&mut self.buf),
            None => self.buf.extend_from_slice(text.as_bytes()),
        }
    }

    /// This place, to come back to with [`Out::rewind`].
    pub fn mark(&self) -> Mark {
        Mark { at: self.written + self.buf.len() as u64, json: self.json }
    }

    /// Takes back everything since `mark`. False, with nothing taken back, when some of it has been written already.
    pub fn rewind(&mut self, mark: Mark) -> bool {
        let Some(len) = mark.at.checked_sub(self.written) else { return false };
        self.buf.truncate(len as usize);
        self.json = mark.json;
        true
    }

    /// Writes when the buffer is full: to be called after each object of a long text listing.
    #[inline]
    pub fn flush_if_full(&mut self) {
        if self.buf.len() >= FULL {
            self.flush();
        }
    }

    /// Writes what has gathered. An error is kept for [`Out::finish`]: a reader that went away is no error of ours.
    pub fn flush(&mut self) {
        let stdout = std::io::stdout();
        let mut rest = &self.buf[..];
        while !rest.is_empty() && self.failed.is_none() {
            match nix::unistd::write(stdout.as_fd(), rest) {
                Ok(len) => rest = &rest[len..],
                Err(nix::errno::Errno::EINTR) => {}
                Err(errno) => self.failed = Some(errno),
            }
        }
        self.written += self.buf.len() as u64;
        self.buf.clear();
    }

    /// Whether something waits to be written.
    pub fn has_more(&self) -> bool {
        !self.buf.is_empty()
    }

    /// Writes the rest and tells what went wrong with writing, if anything did.
    pub fn finish(&mut self) -> Option<nix::errno::Errno> {
        self.flush();
        self.failed.take()
    }

    /// Writes `text` and a newline on stderr, after all that stdout has been given so far.
    pub fn complain(&mut self, text: &str) {
        self.flush();
        let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
    }

    /// Writes what `error` has to say on stderr, as [`Out::complain`] does.
    pub fn complain_of(&mut self, error: &Error) {
        let text = error.to_string();
        if !text.is_empty() {
            self.complain(&text);
        }
    }

    /// What has gathered and not been written: for tests of what an object looks like.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buf)
    }

    #[inline]
    fn put_text(&mut self, before: &str, value: impl Show, after: &str) {
        before.put(&mut self.buf);
        value.put(&mut self.buf);
        after.put(&mut self.buf);
    }
}

impl Default for Out {
    fn default() -> Self {
        Out::new()
    }
}

/// Writes what `error` has to say on stderr, and gives its exit status.
pub fn tell(error: &Error) -> u8 {
    let text = error.to_string();
    if !text.is_empty() {
        say(&text);
    }
    error.status()
}

/// Writes a line on stderr. Where that takes nothing there is no one to tell.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(out: &mut Out) -> String {
        out.open_object("");
        out.str("ifname", "", "lo", ": ");
        out.num("mtu", "mtu ", 65536u32, " ");
        out.open_array("flags", "<");
        out.element("", "UP", "");
        out.element(",", "LOWER_UP", "");
        out.close_array("> ");
        out.mark_set("dynamic", "dynamic ");
        out.line();
        out.open_array("none", "");
        out.close_array("");
        out.close_object();
        out.end_json();
        String::from_utf8(out.take()).unwrap()
    }

    #[test]
    fn one_description_many_outputs() {
        let mut out = Out::new();
        assert_eq!(sample(&mut out), "lo: mtu 65536 <UP,LOWER_UP> dynamic \n");
        out.set_oneline(true);
        assert_eq!(sample(&mut out), "lo: mtu 65536 <UP,LOWER_UP> dynamic \\");
        out.begin_json(false);
        let json = "[{\"ifname\":\"lo\",\"mtu\":65536,\"flags\":[\"UP\",\"LOWER_UP\"],\"dynamic\":null,\"none\":[]}]\n";
        assert_eq!(sample(&mut out), json);
        out.begin_json(true);
        let pretty = "[ {\n        \"ifname\": \"lo\",\n        \"mtu\": 65536,\n        \"flags\": [ \"UP\",\"LOWER_UP\" ],\
                      \n        \"dynamic\": null,\n        \"none\": [ ]\n    } ]\n";
        assert_eq!(sample(&mut out), pretty);
    }

    #[test]
    fn rewinding_restores_the_commas() {
        let mut out = Out::new();
        out.begin_json(false);
        let mark = out.mark();
        out.open_object("");
        out.close_object();
        assert!(out.rewind(mark));
        out.open_object("");
        out.close_object();
        out.end_json();
        assert_eq!(out.take(), b"[{}]\n");
    }
}
