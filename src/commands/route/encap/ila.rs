//! `encap ila`: addresses whose first half is where a host is (Identifier-Locator Addressing).

use super::Attrs;
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::output::Out;
use crate::rows::Names;
use crate::rtnl::ila::{self, Locator};
use crate::words::{Words, shown, wrong};

/// A setting: its word, its attribute, its JSON key and its values.
type Setting = (&'static str, u16, &'static str, &'static Names);

const SETTINGS: &[Setting] = &[
    ("csum-mode", ila::CSUM_MODE, "csum_mode", &ila::CSUM_MODES),
    ("ident-type", ila::IDENT_TYPE, "ident_type", &ila::IDENT_TYPES),
    ("hook-type", 9, "hook_type", &HOOKS),
];

/// `ILA_HOOK_*`.
static HOOKS: Names = Names { other: "unknown", ..Names::new(1, &[(0, "output"), (1, "input")]) };

/// The words.
pub fn words() -> Vec<&'static str> {
    SETTINGS.iter().map(|(word, ..)| *word).collect()
}

/// Reads a locator and the words behind it.
pub fn parse(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let missing = || Error::local(format!("Bad locator: {}", shown(word)));
    request.word(words.place() - 1).attr(ila::LOCATOR, &Locator::parse(word).ok_or_else(missing)?.0);
    while let Some((name, attr, _, values)) =
        words.peek().and_then(|word| SETTINGS.iter().find(|(name, ..)| name.as_bytes() == word))
    {
        words.next();
        let word = words.require()?;
        let values = if *attr == ila::IDENT_TYPE { &ila::IDENT_CHOICES } else { *values };
        let value = values.number(word);
        let value = value.ok_or_else(|| wrong(&format!("\"{name}\" value is invalid\n"), word))?;
        request.word(words.place() - 1).u8(*attr, value as u8);
    }
    Ok(())
}

/// Shows them.
pub fn show(out: &mut Out, attrs: &Attrs<'_>) {
    if let Some(bytes) = attrs.get(ila::LOCATOR).and_then(|payload| payload.first_chunk()) {
        out.str("locator", " ", Locator(*bytes), " ");
    }
    for (word, attr, key, values) in SETTINGS {
        if let Some(value) = attrs.u8(*attr) {
            out.text(" ");
            out.text(*word);
            out.str(key, " ", values.name(value.into()), " ");
        }
    }
}
