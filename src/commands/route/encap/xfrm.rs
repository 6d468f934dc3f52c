//! `encap xfrm`: packets that an interface of IPsec takes.

use super::Attrs;
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::view::Lookup;
use crate::view::View;
use crate::words::{Words, garbage, number_u32, shown, wrong};

/// `LWT_XFRM_*` (`linux/lwtunnel.h`).
const ID: u16 = 1;
const LINK: u16 = 2;

/// The words.
pub const WORDS: &[&str] = &["if_id", "link_dev"];

/// Reads the words to the end of the line; those that mean nothing are passed over, as the stock tool does.
pub fn parse(lookup: &mut Lookup, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let usage = || Error::words("Usage: ip route ... encap xfrm if_id ID [ link_dev DEV ]");
    let (mut id, mut link) = (false, false);
    while let Some(word) = words.next() {
        match word {
            b"if_id" => {
                let word = words.require()?;
                if std::mem::replace(&mut id, true) {
                    return Err(garbage("if_id", word));
                }
                let value = number_u32(word, 0).filter(|value| *value != 0);
                let value = value.ok_or_else(|| wrong("\"if_id\" value is invalid\n", word))?;
                request.word(words.place() - 1).u32(ID, value);
            }
            b"link_dev" => {
                let word = words.require()?;
                if std::mem::replace(&mut link, true) {
                    return Err(garbage("link_dev", word));
                }
                let missing = || Error::words(format!("Cannot find device \"{}\"", shown(word)));
                request.word(words.place() - 1).u32(LINK, lookup.links.index(word).ok_or_else(missing)?);
            }
            b"help" => return Err(usage()),
            _ => {}
        }
    }
    if id { Ok(()) } else { Err(usage()) }
}

/// Shows them.
pub fn show(view: &mut View, attrs: &Attrs<'_>) {
    if let Some(id) = attrs.u32(ID) {
        view.out.num("if_id", "if_id ", id, " ");
    }
    if let Some(link) = attrs.u32(LINK) {
        view.out.str("link_dev", "link_dev ", view.links.name(link), " ");
    }
}
