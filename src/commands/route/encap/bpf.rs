//! `encap bpf`: programs that see a route's packets.

use super::Attrs;
use crate::commands::bpf::{self, Kind};
use crate::error::{Error, Result};
use crate::netlink::{Request, Table, until_nul};
use crate::output::Out;
use crate::sys::strerror;
use crate::words::{Words, number_u32, wrong};

use std::os::fd::AsRawFd;

/// The words for programs and their attributes (`LWT_BPF_*` in `linux/lwtunnel.h`), in the order of showing.
const PROGRAMS: &[(&str, u16, Kind)] = &[("in", 1, Kind::LwtIn), ("out", 2, Kind::LwtOut), ("xmit", 3, Kind::LwtXmit)];
const HEADROOM: u16 = 4;

/// `LWT_BPF_PROG_*`.
const FILE: u16 = 1;
const NAME: u16 = 2;

/// The words.
pub fn words() -> Vec<&'static str> {
    PROGRAMS.iter().map(|(word, ..)| *word).chain(["headroom"]).collect()
}

/// Reads the words.
pub fn parse(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let mut headroom = false;
    while let Some(word) = words.next() {
        let known = PROGRAMS.iter().find(|(name, ..)| name.as_bytes() == word);
        match (known, word) {
            (Some((_, attr, kind)), _) => {
                words.require()?;
                program(words, request, *attr, *kind)?;
            }
            (None, b"headroom") => {
                let word = words.require()?;
                let value = number_u32(word, 0).filter(|value| *value != 0);
                let value = value.ok_or_else(|| wrong("headroom is invalid\n", word))?;
                if !std::mem::replace(&mut headroom, true) {
                    request.word(words.place() - 1).u32(HEADROOM, value);
                }
            }
            (None, b"help") => {
                let words = PROGRAMS.iter().map(|(word, ..)| format!("[ {word} {} ] ", bpf::ARGUMENT));
                let words: String = words.collect();
                return Err(Error::words(format!("Usage: ip route ... encap bpf {words}[ headroom BYTES ]")));
            }
            _ => {
                words.back();
                break;
            }
        }
    }
    Ok(())
}

/// Reads a program whose first word has been taken, and appends it as attribute `attr`.
pub fn program(words: &mut Words<'_>, request: &mut Request, attr: u16, kind: Kind) -> Result<()> {
    let program = bpf::parse(words, kind).map_err(|bpf::Refused { error, why }| {
        match words.is_empty() && error.to_string().starts_with("Command") {
            true => error,
            false => Error::words(format!("{error}\nFailed to parse eBPF program: {}", strerror(why as i32))),
        }
    })?;
    request.nest(attr, |r| {
        r.u32(FILE, program.file.as_raw_fd().cast_unsigned());
        r.string(NAME, &program.name);
    });
    request.hold(program.file);
    Ok(())
}

/// Shows them.
pub fn show(out: &mut Out, attrs: &Attrs<'_>) {
    for (word, attr, _) in PROGRAMS {
        if let Some(payload) = attrs.get(*attr) {
            show_program(out, word, payload);
        }
    }
    if let Some(headroom) = attrs.u32(HEADROOM) {
        out.num("headroom", " ", headroom, " ");
    }
}

/// Shows the name of a program.
pub fn show_program(out: &mut Out, word: &str, payload: &[u8]) {
    let name = Table::<3>::new(payload).get(NAME).map(until_nul);
    match (out.is_json(), name) {
        (true, _) => out.str(word, "", name.unwrap_or(b"<unknown>"), ""),
        (false, Some(name)) => {
            out.text(word);
            out.str(word, " ", name, " ");
        }
        (false, None) => {
            out.text(word);
            out.text(" ");
        }
    }
}
