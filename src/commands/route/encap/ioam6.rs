//! `encap ioam6`: packets in which routers write down what they see (RFC 9197).

use super::{Attrs, INET6};
use crate::error::Result;
use crate::netlink::Request;
use crate::output::{Address, Color, Hex, Out};
use crate::words::prefix;
use crate::words::{Words, garbage, missing, number_u32, wrong};

/// `IOAM6_IPTUNNEL_*` (`linux/ioam6_iptunnel.h`).
const MODE: u16 = 1;
const DESTINATION: u16 = 2;
const TRACE: u16 = 3;
const FREQUENCY_K: u16 = 4;
const FREQUENCY_N: u16 = 5;
const SOURCE: u16 = 6;

/// `IOAM6_IPTUNNEL_MODE_*` from 1.
const MODES: &[&str] = &["inline", "encap", "auto"];
const INLINE: u8 = 1;

/// `IOAM6_IPTUNNEL_FREQ_MAX`.
const FREQUENCY_MAX: u32 = 1_000_000;
/// The longest word for a frequency.
const FREQUENCY_LEN: usize = 15;
/// `IOAM6_TRACE_DATA_SIZE_MAX`, in bytes.
const SIZE_MAX: u16 = 244;

/// The words.
pub const WORDS: &[&str] = &["freq", "mode", "tunsrc", "tundst", "trace", "prealloc", "type", "ns", "size"];

/// Reads the words, which come in a fixed order up to `prealloc`.
pub fn parse(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let (k, n) = if words.take("freq") { frequency(words.require()?)? } else { (1, 1) };
    let mode = match words.take("mode") {
        false => INLINE,
        true => {
            let word = words.require()?;
            let known = MODES.iter().position(|name| name.as_bytes() == word);
            known.ok_or_else(|| wrong("Invalid mode", word))? as u8 + 1
        }
    };
    let mut end = |name: &str| {
        if !words.take(name) {
            return Ok(None);
        }
        if mode == INLINE {
            return Err(wrong(&format!("Inline mode does not need {name}"), words.current()));
        }
        prefix::address(words.require()?, INET6).map(Some)
    };
    let (source, destination) = (end("tunsrc")?, end("tundst")?);
    if mode != INLINE && destination.is_none() {
        return Err(missing("tundst"));
    }
    for word in ["trace", "prealloc"] {
        if !words.take(word) {
            return Err(missing(word));
        }
    }
    let trace = trace(words)?;
    request.u32(FREQUENCY_K, k).u32(FREQUENCY_N, n).u8(MODE, mode);
    for (attr, address) in [(SOURCE, source), (DESTINATION, destination)] {
        if let Some(address) = address {
            request.attr(attr, address.bytes());
        }
    }
    request.attr(TRACE, &trace);
    Ok(())
}

/// `K/N`: into K of N packets.
fn frequency(word: &[u8]) -> Result<(u32, u32)> {
    if word.len() > FREQUENCY_LEN {
        return Err(wrong("Invalid frequency (too long)", word));
    }
    let parts: Option<Vec<u32>> = word.split(|&b| b == b'/').map(|part| number_u32(part, 10)).collect();
    let Some(&[k, n]) = parts.as_deref() else { return Err(wrong("Invalid frequency (malformed)", word)) };
    for (name, value) in [("k", k), ("n", n)] {
        if !(1..=FREQUENCY_MAX).contains(&value) {
            return Err(wrong(&format!("Out of bound \"{name}\" frequency"), word));
        }
    }
    if k > n {
        return Err(wrong("Frequency with k > n is forbidden", word));
    }
    Ok((k, n))
}

/// Reads `type`, `ns` and `size` in any order: `struct ioam6_trace_hdr` (`linux/ioam6.h`).
fn trace(words: &mut Words<'_>) -> Result<[u8; 8]> {
    let (mut kind, mut namespace, mut size) = (None, None, None);
    while let Some(name @ (b"type" | b"ns" | b"size")) = words.peek() {
        words.next();
        let word = words.require()?;
        let again = |name| Err(garbage(name, word));
        let value = number_u32(word, 0);
        let short = value.and_then(|value| u16::try_from(value).ok());
        match name {
            b"type" if kind.is_some() => return again("type"),
            b"ns" if namespace.is_some() => return again("ns"),
            b"size" if size.is_some() => return again("size"),
            b"type" => kind = Some(value.filter(|value| *value != 0).ok_or_else(|| wrong("Invalid trace type", word))?),
            b"ns" => namespace = Some(short.ok_or_else(|| wrong("Invalid namespace ID", word))?),
            _ => {
                let value = short.filter(|value| *value != 0).ok_or_else(|| wrong("Invalid trace size", word))?;
                if value % 4 != 0 {
                    return Err(wrong("Trace size must be a 4-octet multiple", word));
                }
                if value > SIZE_MAX {
                    return Err(wrong("Trace size is too big", word));
                }
                size = Some(value);
            }
        }
    }
    let kind = kind.ok_or_else(|| missing("type"))?;
    let namespace = namespace.ok_or_else(|| missing("ns"))?;
    let size = size.ok_or_else(|| missing("size"))?;
    if words.is_empty() {
        // The stock tool takes the last word of a line once more, as what stands behind all this.
        words.back();
    }
    let mut bytes = [0; 8];
    bytes[..2].copy_from_slice(&namespace.to_be_bytes());
    bytes[3] = (size / 4) as u8;
    bytes[4..].copy_from_slice(&(kind << 8).to_be_bytes());
    Ok(bytes)
}

/// Shows them.
pub fn show(out: &mut Out, attrs: &Attrs<'_>) {
    let all = (attrs.u8(MODE), attrs.u32(FREQUENCY_K), attrs.u32(FREQUENCY_N), attrs.get(TRACE));
    let (Some(mode), Some(k), Some(n), Some(trace)) = all else { return };
    out.num("freqk", "freq ", k, "");
    out.num("freqn", "/", n, " ");
    let destination = attrs.get(DESTINATION);
    if destination.is_none() && mode != INLINE {
        return;
    }
    let name = mode.checked_sub(1).and_then(|mode| MODES.get(usize::from(mode)));
    out.str("mode", "mode ", *name.unwrap_or(&"<unknown>"), " ");
    if let Some(address) = destination.filter(|_| mode != INLINE) {
        out.paint(Color::Inet6, |out| out.str("tundst", "tundst ", Address(address), " "));
    }
    let &[a, b, _, length, c, d, e, ..] = trace else { return };
    out.mark_set("trace", "trace ");
    out.mark_set("prealloc", "prealloc ");
    let kind = u32::from_be_bytes([0, c, d, e]);
    match out.is_json() {
        true => out.str("type", "", Hex(kind.into(), 1), ""),
        false => out.text(format_args!("type {kind:#08x} ")),
    }
    out.num("ns", "ns ", u16::from_be_bytes([a, b]), " ");
    out.num("size", "size ", u32::from(length & 0x7f) * 4, " ");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::{NlmF, Rtm};

    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes_of_the_stock_tool() {
        let line = "trace prealloc type 0x800000 ns 1 size 12 dev v0";
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut request = Request::new(Rtm::Newroute, NlmF::empty());
        let mut words = Words::new(&words);
        parse(&mut words, &mut request).unwrap();
        assert_eq!(words.rest(), [&b"dev"[..], b"v0"]);
        let expected: &[u8] = &[
            8, 0, 4, 0, 1, 0, 0, 0, 8, 0, 5, 0, 1, 0, 0, 0, 5, 0, 1, 0, 1, 0, 0, 0, 12, 0, 3, 0, 0, 1, 0, 3, 0x80, 0,
            0, 0,
        ];
        let bytes = &request.finish(1).unwrap()[16..];
        assert_eq!(bytes, expected);
        let shown = |json| {
            let mut out = Out::new();
            if json {
                out.begin_json(false);
                out.open_object("");
            }
            show(&mut out, &Attrs::new(bytes));
            String::from_utf8(out.take()).unwrap()
        };
        assert_eq!(shown(false), "freq 1/1 mode inline trace prealloc type 0x800000 ns 1 size 12 ");
        let json =
            r#"[{"freqk":1,"freqn":1,"mode":"inline","trace":null,"prealloc":null,"type":"800000","ns":1,"size":12"#;
        assert_eq!(shown(true), json);
    }
}
