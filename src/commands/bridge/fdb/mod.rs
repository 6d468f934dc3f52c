//! `bridge fdb`: which address is reached through which port.

mod change;
mod describe;
mod flush;
mod show;
mod tunnel;

pub use describe::{describe, is_entry};

use super::{BRIDGE, placed, unsigned};
use crate::commands::{Object, Verb};
use crate::error::{Error, Result};
use crate::words::keyword::entries;
use crate::words::{Words, atoi, garbage, leading_number, matches};

/// The object `fdb`.
pub const OBJECT: Object = Object {
    name: "fdb",
    called: "fdb",
    help: "forwarding tables",
    verbs: &[
        Verb { name: "add", help: "add an entry", grammar: change::grammar, run: change::add },
        Verb { name: "append", help: "add one more destination", grammar: change::grammar, run: change::append },
        Verb { name: "replace", help: "change an entry, or add it", grammar: change::grammar, run: change::replace },
        Verb { name: "delete", help: "remove an entry", grammar: change::grammar, run: change::delete },
        Verb { name: "get", help: "look an entry up", grammar: || entries(show::GET), run: show::get },
        Verb { name: "show", help: "show entries", grammar: || entries(show::KEYWORDS), run: show::show },
        Verb { name: "lst", help: "", grammar: || entries(show::KEYWORDS), run: show::show },
        Verb { name: "list", help: "", grammar: || entries(show::KEYWORDS), run: show::show },
        Verb { name: "flush", help: "remove many entries", grammar: flush::grammar, run: flush::flush },
    ],
    default: show::show,
};

/// Reads the VLAN behind its keyword, which may stand once; the number of its word is kept beside it.
fn take_vlan(vlan: &mut Option<(u16, usize)>, words: &mut Words<'_>) -> Result<()> {
    if vlan.is_some() {
        return Err(garbage("vlan", words.current()));
    }
    let (word, place) = placed(words)?;
    *vlan = u16::try_from(atoi(word) as i16).ok().map(|vid| (vid, place));
    Ok(())
}

/// Takes `word`, which is no keyword, for the address, or the one behind it where it is `to`; the number of its word is
/// kept beside it.
fn take_lladdr(lladdr: &mut Option<(Vec<u8>, usize)>, word: &[u8], words: &mut Words<'_>) -> Result<()> {
    let word = if word == b"to" { words.require()? } else { word };
    if matches(word, "help") {
        return Err(usage());
    }
    if lladdr.is_some() {
        return Err(garbage("to", word));
    }
    *lladdr = Some((word.to_vec(), words.place() - 1));
    Ok(())
}

fn usage() -> Error {
    BRIDGE.object_usage(&OBJECT)
}

/// Reads an Ethernet address as C's `%hhx:%hhx:…` does: of each number the low byte, and what follows is passed over.
fn lladdr(word: &[u8]) -> Option<[u8; 6]> {
    let mut bytes = [0; 6];
    let mut rest = word;
    for (i, byte) in bytes.iter_mut().enumerate() {
        if i > 0 {
            rest = rest.strip_prefix(b":")?;
        }
        let (value, behind) = leading_number(rest, 16)?;
        *byte = value as u8;
        rest = behind;
    }
    Some(bytes)
}

/// A VXLAN network identifier: 24 bits.
fn vni(word: &[u8]) -> Option<u32> {
    unsigned(word).filter(|vni| vni >> 24 == 0)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_scanf_reads_them() {
        assert_eq!(lladdr(b"2:0:0:0:0:1"), Some([2, 0, 0, 0, 0, 1]));
        assert_eq!(lladdr(b"102:0x3: 4:5:6:7zz"), Some([2, 3, 4, 5, 6, 7]));
        for word in ["", "1:2:3:4:5", "1:2:3:4:5:", "1-2-3-4-5-6", "x"] {
            assert_eq!(lladdr(word.as_bytes()), None, "{word:?}");
        }
        assert_eq!(
            (vni(b"0x10"), vni(b""), vni(b"16777216"), vni(b"-1"), vni(b"1x")),
            (Some(16), Some(0), None, None, None)
        );
    }
}
