//! Telnet's commands (RFC 854).

use super::{Printer, Shown};
use crate::packet::{Bytes, Cut};

const FIRST: u8 = 236;
const COMMANDS: &[&str] = &[
    "EOF", "SUSP", "ABORT", "EOR", "SE", "NOP", "DMARK", "BRK", "IP", "AO", "AYT", "EC", "EL", "GA", "SB", "WILL",
    "WONT", "DO", "DONT", "IAC",
];
const OPTIONS: &[&str] = &[
    "BINARY",
    "ECHO",
    "RCP",
    "SUPPRESS GO AHEAD",
    "NAME",
    "STATUS",
    "TIMING MARK",
    "RCTE",
    "NAOL",
    "NAOP",
    "NAOCRD",
    "NAOHTS",
    "NAOHTD",
    "NAOFFD",
    "NAOVTS",
    "NAOVTD",
    "NAOLFD",
    "EXTEND ASCII",
    "LOGOUT",
    "BYTE MACRO",
    "DATA ENTRY TERMINAL",
    "SUPDUP",
    "SUPDUP OUTPUT",
    "SEND LOCATION",
    "TERMINAL TYPE",
    "END OF RECORD",
    "TACACS UID",
    "OUTPUT MARKING",
    "TTYLOC",
    "3270 REGIME",
    "X.3 PAD",
    "NAWS",
    "TSPEED",
    "LFLOW",
    "LINEMODE",
    "XDISPLOC",
    "OLD-ENVIRON",
    "AUTHENTICATION",
    "ENCRYPT",
    "NEW-ENVIRON",
];
const SUBCOMMANDS: &[&str] = &["IS", "SEND", "INFO"];
const IAC: u8 = 255;
const SE: u8 = 240;
const SB: u8 = 250;

impl Printer {
    pub(super) fn telnet(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "telnet";
        let in_full = self.look.hex_ascii > 0 && self.look.verbose > 2;
        let (mut at, mut first) = (0, true);
        while at < length as usize && bytes.u8(at)? == IAC {
            let Some((text, len)) = command(bytes.from(at), length as usize - at)? else { break };
            if in_full {
                self.text(if first { "\nTelnet:" } else { "" });
                self.hex_from("\n", bytes.from(at), len, at)?;
                match 8usize.checked_sub(len) {
                    Some(missing) => self.say(format_args!("{:1$}\t", "", missing * 3)),
                    None => self.text("\n\t\t\t\t"),
                }
            } else {
                self.text(if first { " [telnet " } else { ", " });
            }
            self.text(&text);
            first = false;
            at += len;
        }
        self.text(match (first, in_full) {
            (true, _) => "",
            (false, true) => "\n",
            (false, false) => "]",
        });
        Ok(())
    }
}

fn named(table: &[&str], number: u8) -> String {
    table.get(usize::from(number)).map_or_else(|| format!("{number:#x}"), |name| (*name).to_string())
}

/// A command in words, and its length; nothing where it does not end in `length` bytes.
fn command(bytes: Bytes<'_>, length: usize) -> Result<Option<(String, usize)>, Cut> {
    if length < 2 {
        return Ok(None);
    }
    let code = bytes.u8(1)?;
    if code == IAC {
        return Ok(Some(("IAC IAC".into(), 2)));
    }
    let Some(name) = code.checked_sub(FIRST).and_then(|at| COMMANDS.get(usize::from(at))) else { return Ok(None) };
    if code < SB {
        return Ok(Some(((*name).to_string(), 2)));
    }
    if length < 3 {
        return Ok(None);
    }
    let option = bytes.u8(2)?;
    let mut text = format!("{name} {}", named(OPTIONS, option));
    if code != SB {
        return Ok(Some((text, 3)));
    }
    let mut end = 3;
    while length > end + 1 && (bytes.u8(end)?, bytes.u8(end + 1)?) != (IAC, SE) {
        end += 1;
    }
    if end >= length || bytes.u8(end)? != IAC {
        return Ok(None);
    }
    for at in 3..end {
        let byte = bytes.u8(at)?;
        let shown = match byte {
            byte if at == 3 => named(SUBCOMMANDS, byte),
            0 => "0".into(),
            byte => format!("{byte:#x}"),
        };
        text = format!("{text} {shown}");
    }
    Ok(Some((format!("{text} SE"), end + 2)))
}
