//! Link kinds: one table in a file of its own for each. A new kind is a new file and one line in [`KINDS`].

mod bridge;
mod bridge_slave;
mod veth;

pub use veth::VETH_INFO_PEER;

use crate::rows::Row;

/// One more than the highest attribute of any kind.
pub const ATTRS: usize = 64;

/// A kind of link, or what a kind gives to its ports (`bridge_slave`).
pub struct Kind {
    /// Its name, as the kernel has it.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Its attributes.
    pub rows: &'static [Row],
    /// Keywords that win over the order of the rows when a word abbreviates several.
    pub first: &'static [&'static str],
    /// What a word that is none of its keywords is called.
    pub unknown: &'static str,
    /// For kinds whose devices come in pairs: the attribute that holds the peer, a link of its own.
    pub peer: Option<u16>,
}

impl Kind {
    const fn new(name: &'static str, help: &'static str, rows: &'static [Row]) -> Kind {
        Kind { name, help, rows, first: &[], unknown: "unknown command", peer: None }
    }
}

/// Every kind that has a table.
pub const KINDS: &[&Kind] = &[&bridge::KIND, &bridge_slave::KIND, &veth::KIND];

/// The kind called `name`.
pub fn by_name(name: &[u8]) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name.as_bytes() == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Value;

    #[test]
    fn every_row_is_complete_and_none_is_there_twice() {
        for kind in KINDS {
            for (i, row) in kind.rows.iter().enumerate() {
                let place = format!("{} {}", kind.name, row.name);
                assert!(usize::from(row.attr) < ATTRS, "{place}: ATTRS is too small");
                assert!(!row.help.is_empty() && !row.help.ends_with('.'), "{place}: help");
                let settable = !matches!(row.value, Value::BridgeId | Value::Ticks | Value::Bytes | Value::Nest(_));
                assert!(settable || row.word.is_empty(), "{place}: a type that no word can set");
                for other in &kind.rows[..i] {
                    assert!(row.word.is_empty() || row.word != other.word, "{place}: the keyword is there twice");
                    let clash = !row.key.is_empty() && row.key == other.key;
                    assert!(!clash || row.shown != other.shown, "{place}: the key is there twice");
                }
            }
        }
    }
}
