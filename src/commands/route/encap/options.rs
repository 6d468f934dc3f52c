//! Options of a tunnel's header: `geneve_opts`, `vxlan_opts`, `erspan_opts`.
//!
//! Some kernels fall over them where the tunnel's module is not loaded.

use super::NESTED;
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Request, Table};
use crate::output::Out;
use crate::rtnl::route::encap::TUNNEL_OPTIONS;
use crate::words::{Words, number_u32, wrong};

/// A kind of options.
pub struct Options {
    /// The keyword, also the JSON key.
    pub name: &'static str,
    /// `LWTUNNEL_IP_OPTS_*`.
    attr: u16,
    /// What separates several sets of options.
    sets: Option<u8>,
    /// What separates the fields of a set.
    separator: Option<u8>,
    /// The fields, numbered from 1 (`LWTUNNEL_IP_OPT_*`).
    fields: &'static [Field],
    show: fn(&mut Out, &[u8]),
}

/// The type of a field.
#[derive(Clone, Copy)]
enum Field {
    /// A byte.
    U8,
    /// 16 bits in network order.
    Be16,
    /// 32 bits in network order.
    Be32,
    /// 32 bits in host order.
    U32,
    /// Bytes in hexadecimal.
    Bytes,
}

/// All kinds of options.
pub const OPTIONS: &[Options] = &[
    Options {
        name: "geneve_opts",
        attr: 1,
        sets: Some(b','),
        separator: Some(b':'),
        fields: &[Field::Be16, Field::U8, Field::Bytes],
        show: show_geneve,
    },
    Options { name: "vxlan_opts", attr: 2, sets: None, separator: None, fields: &[Field::U32], show: show_vxlan },
    Options {
        name: "erspan_opts",
        attr: 3,
        sets: None,
        separator: Some(b':'),
        fields: &[Field::U8, Field::Be32, Field::U8, Field::U8],
        show: show_erspan,
    },
];

/// The options that `word` is the keyword of.
pub fn by_name(word: &[u8]) -> Option<&'static Options> {
    OPTIONS.iter().find(|options| options.name.as_bytes() == word)
}

/// What is wrong with a word.
enum Fault {
    Value,
    TooMany,
}

impl Options {
    /// Reads the word behind the keyword.
    pub fn parse(&self, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
        let word = words.require()?;
        let all = request.word(words.place() - 1).open(TUNNEL_OPTIONS | NESTED);
        for set in word.split(|b| self.sets == Some(*b)) {
            self.set(set, request).map_err(|fault| {
                // The stock tool has cut the word into its parts when it complains.
                let end = word.iter().position(|b| self.sets == Some(*b) || self.separator == Some(*b));
                let error = wrong(&format!("\"{}\" value is invalid\n", self.name), &word[..end.unwrap_or(word.len())]);
                match fault {
                    Fault::Value => error,
                    Fault::TooMany => Error::words(format!("Unknown \"geneve_opts\" type\n{error}")),
                }
            })?;
        }
        request.close(all);
        Ok(())
    }

    /// One set; a field that is empty is left out.
    fn set(&self, set: &[u8], request: &mut Request) -> std::result::Result<(), Fault> {
        let nest = request.open(self.attr | NESTED);
        for (i, part) in set.split(|b| self.separator == Some(*b)).enumerate() {
            let field = self.fields.get(i).ok_or(Fault::TooMany)?;
            if part.is_empty() && self.separator.is_some() {
                continue;
            }
            request.attr(i as u16 + 1, &field.bytes(part).ok_or(Fault::Value)?);
        }
        request.close(nest);
        Ok(())
    }
}

impl Field {
    fn bytes(self, word: &[u8]) -> Option<Vec<u8>> {
        match self {
            Field::U8 => Some(vec![number_u32(word, 0)?.try_into().ok()?]),
            Field::Be16 => Some(u16::try_from(number_u32(word, 0)?).ok()?.to_be_bytes().to_vec()),
            Field::Be32 => Some(number_u32(word, 0)?.to_be_bytes().to_vec()),
            Field::U32 => Some(number_u32(word, 0)?.to_ne_bytes().to_vec()),
            Field::Bytes => {
                let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
                word.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
            }
        }
    }
}

/// Shows the options in a `LWTUNNEL_IP_OPTS`.
pub fn show(out: &mut Out, payload: &[u8]) {
    let all: Table<'_, 4> = Table::new(payload);
    let Some((options, payload)) = OPTIONS.iter().find_map(|o| Some((o, all.get(o.attr)?))) else { return };
    out.line();
    out.text("\t");
    out.text(options.name);
    out.text(" ");
    out.open_array(options.name, "");
    (options.show)(out, payload);
    out.close_array("");
}

/// Class, type and data stand one behind the other, once for each set.
fn show_geneve(out: &mut Out, payload: &[u8]) {
    let (mut class, mut kind) = (0, 0);
    let mut attrs = Attrs::new(payload);
    while let Some(attr) = attrs.next() {
        match attr.kind {
            1 => class = attr.payload.first_chunk().map_or(0, |class| u16::from_be_bytes(*class)),
            2 => kind = attr.u8().unwrap_or(0),
            3 => {
                out.open_object("");
                out.num("class", "", class, "");
                out.num("type", ":", kind, "");
                let data: String = attr.payload.iter().map(|byte| format!("{byte:02x}")).collect();
                out.str("data", ":", data, if attrs.rest().is_empty() { " " } else { "," });
                out.close_object();
            }
            _ => {}
        }
    }
}

fn show_vxlan(out: &mut Out, payload: &[u8]) {
    out.open_object("");
    out.num("gbp", "", Table::<2>::new(payload).u32(1).unwrap_or(0), " ");
    out.close_object();
}

/// The first version has an index, the second direction and hardware id.
fn show_erspan(out: &mut Out, payload: &[u8]) {
    let fields: Table<'_, 5> = Table::new(payload);
    let version = fields.u8(1).unwrap_or(0);
    let first = version == 1;
    let byte = |attr| fields.u8(attr).filter(|_| !first).unwrap_or(0);
    out.open_object("");
    out.num("ver", "", version, "");
    out.num("index", ":", fields.u32(2).filter(|_| first).map_or(0, u32::from_be), "");
    out.num("dir", ":", byte(3), "");
    out.num("hwid", ":", byte(4), " ");
    out.close_object();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::{NlmF, Rtm};

    fn encoded(name: &str, word: &str) -> std::result::Result<Vec<u8>, String> {
        let mut request = Request::new(Rtm::Newroute, NlmF::empty());
        let words = [name.as_bytes(), word.as_bytes()];
        let mut words = Words::new(&words);
        words.next();
        let options = by_name(name.as_bytes()).unwrap();
        options.parse(&mut words, &mut request).map_err(|error| error.to_string())?;
        Ok(request.finish(1).unwrap()[16..].to_vec())
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes_of_the_stock_tool() {
        let two = "0:1:01020304,0xff:2:aabbccdd";
        let bytes = [
            60, 0, 8, 0x80, 28, 0, 1, 0x80, 6, 0, 1, 0, 0, 0, 0, 0, 5, 0, 2, 0, 1, 0, 0, 0, 8, 0, 3, 0, 1, 2, 3, 4, 28,
            0, 1, 0x80, 6, 0, 1, 0, 0, 0xff, 0, 0, 5, 0, 2, 0, 2, 0, 0, 0, 8, 0, 3, 0, 0xaa, 0xbb, 0xcc, 0xdd,
        ];
        assert_eq!(encoded("geneve_opts", two).unwrap(), bytes);
        let bytes = [16, 0, 8, 0x80, 12, 0, 2, 0x80, 8, 0, 1, 0, 0, 1, 0, 0];
        assert_eq!(encoded("vxlan_opts", "256").unwrap(), bytes);
        let bytes = [24, 0, 8, 0x80, 20, 0, 3, 0x80, 5, 0, 1, 0, 1, 0, 0, 0, 8, 0, 2, 0, 0, 0, 1, 0];
        assert_eq!(encoded("erspan_opts", "1:256").unwrap(), bytes);
    }

    #[test]
    fn what_is_refused() {
        for (name, word, said) in [
            ("geneve_opts", "x:1:02,1", "Error: argument \"x\" is wrong: \"geneve_opts\" value is invalid\n"),
            ("vxlan_opts", "1:2", "Error: argument \"1:2\" is wrong: \"vxlan_opts\" value is invalid\n"),
            ("vxlan_opts", "", "Error: argument \"\" is wrong: \"vxlan_opts\" value is invalid\n"),
            (
                "erspan_opts",
                "1:2:3:4:5",
                "Unknown \"geneve_opts\" type\nError: argument \"1\" is wrong: \"erspan_opts\" value is invalid\n",
            ),
        ] {
            assert_eq!(encoded(name, word), Err(said.to_string()));
        }
    }

    #[test]
    fn what_is_shown() {
        let shown = |bytes: &[u8], json| {
            let mut out = Out::new();
            if json {
                out.begin_json(false);
                out.open_object("");
            }
            show(&mut out, bytes);
            String::from_utf8(out.take()).unwrap()
        };
        let geneve = [
            44, 0, 1, 0x80, 6, 0, 1, 0, 0, 5, 0, 0, 5, 0, 2, 0, 1, 0, 0, 0, 8, 0, 3, 0, 1, 2, 3, 4, 6, 0, 1, 0, 0, 7,
            0, 0, 4, 0, 3, 0, 0, 0, 0, 0,
        ];
        assert_eq!(shown(&geneve, false), "\n\tgeneve_opts 5:1:01020304,7:1:,");
        assert!(shown(&geneve, true).starts_with(r#"[{"geneve_opts":[{"class":5,"type":1,"data":"01020304"}"#));
        let erspan = [28, 0, 3, 0x80, 5, 0, 1, 0, 2, 0, 0, 0, 5, 0, 3, 0, 1, 0, 0, 0, 5, 0, 4, 0, 9, 0, 0, 0];
        assert_eq!(shown(&erspan, false), "\n\terspan_opts 2:0:1:9 ");
    }
}
