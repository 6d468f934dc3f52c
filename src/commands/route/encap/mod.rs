//! How packets are wrapped: `encap KIND …`.

mod bpf;
mod ila;
mod ioam6;
mod options;
mod seg6;
mod tunnel;
mod xfrm;

use crate::commands::host::Host;
use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::rtnl::route::Encap;
use crate::rtnl::route::encap::{self, MPLS_DST, MPLS_TTL};
use crate::view::Lookup;
use crate::view::View;
use crate::words::Words;
use crate::words::prefix;
use crate::words::{garbage, number, wrong};

use tunnel::{IP, IP6};

/// The attributes of any kind.
type Attrs<'a> = Table<'a, 12>;

const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;
const MPLS: u8 = libc::AF_MPLS as u8;

/// `NLA_F_NESTED`, which nexthop objects must have.
const NESTED: u16 = 0x8000;

/// Reads `KIND ARGUMENTS` and appends them as attribute `attr`, the kind as `kind_attr`.
pub fn parse(
    lookup: &mut Lookup,
    words: &mut Words<'_>,
    request: &mut Request,
    attr: u16,
    kind_attr: u16,
) -> Result<()> {
    let word = words.require()?;
    if word == b"help" {
        return Err(usage());
    }
    let kind = encap::KINDS.iter().position(|name| name.as_bytes() == word).filter(|kind| *kind != 0);
    let kind = kind.ok_or_else(|| wrong("\"encap type\" value is invalid\n", word))?;
    if words.is_empty() {
        return Err(crate::words::incomplete());
    }
    if words.len() < 2 {
        return Err(Error::words("Error: unexpected end of line after \"encap\""));
    }
    request.word(words.place());
    let nest = request.open(attr | NESTED);
    match encap::KINDS[kind] {
        "mpls" => mpls(words, request)?,
        "ip" => tunnel::parse(IP, lookup, words, request)?,
        "ila" => ila::parse(words, request)?,
        "ip6" => tunnel::parse(IP6, lookup, words, request)?,
        "seg6" => seg6::parse(words, request)?,
        "bpf" => bpf::parse(words, request)?,
        "seg6local" => seg6::parse_local(lookup, words, request)?,
        "rpl" => seg6::parse_rpl(words, request)?,
        "ioam6" => ioam6::parse(words, request)?,
        _ => xfrm::parse(lookup, words, request)?,
    }
    request.close(nest);
    request.u16(kind_attr, kind as u16);
    Ok(())
}

fn usage() -> Error {
    Error::words(format!("Usage: ip route ... encap KIND ARGUMENTS, which are{}", summary()))
}

/// The kinds of wrapping, each on a line with its words.
pub fn summary() -> String {
    let words: [(&str, Vec<String>); 10] = [
        ("mpls LABELS", plain(&["ttl"])),
        ("ip", plain(&tunnel::words(IP))),
        ("ila LOCATOR", plain(&ila::words())),
        ("ip6", plain(&tunnel::words(IP6))),
        ("seg6", seg6::words()),
        ("bpf", plain(&bpf::words())),
        ("seg6local", seg6::local_words()),
        ("rpl", plain(seg6::RPL_WORDS)),
        ("ioam6", plain(ioam6::WORDS)),
        ("xfrm", plain(xfrm::WORDS)),
    ];
    let lines = words.map(|(kind, words)| format!("\n    {kind} [ {} ]", words.join(" | ")));
    lines.concat()
}

fn plain(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

fn byte(words: &mut Words<'_>, name: &str) -> Result<u8> {
    let word = words.require()?;
    let value = number(word, 0).and_then(|value| value.try_into().ok());
    value.ok_or_else(|| wrong(&format!("\"{name}\" value is invalid\n"), word))
}

fn mpls(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let labels = prefix::address(words.require()?, MPLS)?;
    request.attr(MPLS_DST, labels.bytes());
    let mut given = false;
    while words.take("ttl") {
        if std::mem::replace(&mut given, true) {
            return Err(garbage("ttl", words.require()?));
        }
        let ttl = byte(words, "ttl")?;
        request.u8(MPLS_TTL, ttl);
    }
    Ok(())
}

/// Shows how packets are wrapped.
pub fn show(view: &mut View, encap: &Encap<'_>) {
    let name = encap::KINDS.get(usize::from(encap.kind)).filter(|name| !name.is_empty()).unwrap_or(&"unknown");
    view.out.str("encap", " encap ", *name, " ");
    let attrs = Attrs::new(encap.attrs);
    match *name {
        "mpls" => show_mpls(view, &attrs),
        "ip" => tunnel::show(&mut view.out, IP, &attrs),
        "ila" => ila::show(&mut view.out, &attrs),
        "ip6" => tunnel::show(&mut view.out, IP6, &attrs),
        "seg6" => seg6::show(&mut view.out, &attrs),
        "bpf" => bpf::show(&mut view.out, &attrs),
        "seg6local" => seg6::show_local(view, &attrs),
        "rpl" => seg6::show_rpl(&mut view.out, &attrs),
        "ioam6" => ioam6::show(&mut view.out, &attrs),
        "xfrm" => xfrm::show(view, &attrs),
        _ => {}
    }
}

fn show_mpls(view: &mut View, attrs: &Attrs<'_>) {
    if let Some(labels) = attrs.get(MPLS_DST) {
        view.out.str("dst", " ", Host::Number(MPLS, labels), " ");
    }
    if let Some(ttl) = attrs.u8(MPLS_TTL) {
        view.out.num("ttl", "ttl ", ttl, " ");
    }
}
