//! `encap ila`: addresses whose first half is where a host is (Identifier-Locator Addressing).

use super::Attrs;
use crate::cli::words::{Words, leading_number, shown, wrong};
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::output::Out;
use crate::rows::Names;

/// `ILA_ATTR_LOCATOR` (`linux/ila.h`).
const LOCATOR: u16 = 1;

/// A setting: its word, its attribute, its JSON key and its values.
type Setting = (&'static str, u16, &'static str, &'static Names);

const SETTINGS: &[Setting] = &[
    ("csum-mode", 7, "csum_mode", &CSUM_MODES),
    ("ident-type", 8, "ident_type", &IDENT_TYPES),
    ("hook-type", 9, "hook_type", &HOOKS),
];

const fn names(names: &'static [(u64, &'static str)]) -> Names {
    Names { other: "unknown", ..Names::new(1, names) }
}

/// `ILA_CSUM_*`.
static CSUM_MODES: Names =
    names(&[(0, "adj-transport"), (1, "neutral-map"), (2, "no-action"), (3, "neutral-map-auto")]);
/// `ILA_ATYPE_*`.
static IDENT_TYPES: Names = names(&[
    (0, "iid"),
    (1, "luid"),
    (2, "virt-v4"),
    (3, "virt-uni-v6"),
    (4, "virt-multi-v6"),
    (5, "nonlocal-addr"),
    (32, "use-format"),
]);
/// The types of identifiers that the kernel lets one choose.
const CHOICES: &[&str] = &["luid", "use-format"];
/// `ILA_HOOK_*`.
static HOOKS: Names = names(&[(0, "output"), (1, "input")]);

/// The words.
pub fn words() -> Vec<&'static str> {
    SETTINGS.iter().map(|(word, ..)| *word).collect()
}

/// Reads a locator and the words behind it.
pub fn parse(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let missing = || Error::local(format!("Bad locator: {}", shown(word)));
    request.word(words.place() - 1).attr(LOCATOR, &locator(word).ok_or_else(missing)?);
    while let Some((name, attr, _, values)) =
        words.peek().and_then(|word| SETTINGS.iter().find(|(name, ..)| name.as_bytes() == word))
    {
        words.next();
        let word = words.require()?;
        let chosen = |number: &u64| *name != "ident-type" || CHOICES.contains(&values.name(*number));
        let value = values.number(word).filter(chosen);
        let value = value.ok_or_else(|| wrong(&format!("\"{name}\" value is invalid\n"), word))?;
        request.word(words.place() - 1).u8(*attr, value as u8);
    }
    Ok(())
}

/// Up to four groups of 16 bits, hexadecimal, as `2001:0:1:2`; those that are not there are zero.
fn locator(word: &[u8]) -> Option<[u8; 8]> {
    let mut bytes = [0; 8];
    let groups: Vec<&[u8]> = word.split(|&b| b == b':').collect();
    if groups.len() > 4 {
        return None;
    }
    for (bytes, group) in bytes.chunks_exact_mut(2).zip(groups) {
        let (value, b"") = leading_number(group, 16)? else { return None };
        bytes.copy_from_slice(&u16::try_from(value).ok()?.to_be_bytes());
    }
    Some(bytes)
}

/// Shows them.
pub fn show(out: &mut Out, attrs: &Attrs<'_>) {
    if let Some(bytes) = attrs.get(LOCATOR).and_then(|payload| payload.first_chunk::<8>()) {
        let groups: Vec<String> =
            bytes.chunks_exact(2).map(|pair| format!("{:x}", u16::from_be_bytes([pair[0], pair[1]]))).collect();
        out.str("locator", " ", groups.join(":"), " ");
    }
    for (word, attr, key, values) in SETTINGS {
        if let Some(value) = attrs.u8(*attr) {
            out.text(" ");
            out.text(*word);
            out.str(key, " ", values.name(value.into()), " ");
        }
    }
}
