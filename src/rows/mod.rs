//! What an attribute is, said once.
//!
//! A [`Row`] names an attribute's number, the keyword that sets it, its type, its JSON key and when it is shown.
//! Parsing ([`parse`]), printing ([`show`]), help, completions and explaining loop over rows; the order of the rows is
//! the order of printing. What an attribute's value looks like as a word, as bytes and as text is its [`Value`].

mod parse;
mod show;

pub use parse::{on_off, parse, parse_row};
pub use show::{has, show, show_one};

use crate::cli::Words;
use crate::commands::View;
use crate::error::Result;
use crate::netlink::Request;
use crate::output::Out;

/// One attribute of an object.
#[derive(Clone, Copy)]
pub struct Row {
    /// Its number, e.g. `IFLA_BR_FORWARD_DELAY`.
    pub attr: u16,
    /// The kernel's name for it.
    pub name: &'static str,
    /// The keyword that sets it; empty when it can only be read.
    pub word: &'static str,
    /// Other spellings of the keyword.
    pub aliases: &'static [&'static str],
    /// Whether any beginning of the keyword will do.
    pub abbreviated: bool,
    /// What the keyword's argument is called, empty for none.
    pub argument: &'static str,
    /// One line of help, with the unit.
    pub help: &'static str,
    /// Its type: bytes, word and text.
    pub value: Value,
    /// What is said of a word that is no such value, with `{}` for the keyword.
    pub wrong: &'static str,
    /// Its JSON key.
    pub key: &'static str,
    /// What stands before its value in text.
    pub label: &'static str,
    /// When it is shown.
    pub shown: Shown,
}

/// When an attribute that is there is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Always.
    Always,
    /// When it is not zero.
    NonZero,
    /// Only in text.
    TextOnly,
    /// Never: it can only be set.
    Never,
}

/// The type of an attribute.
#[derive(Clone, Copy)]
pub enum Value {
    /// A byte, a decimal number in text.
    U8,
    /// 16 bits in host order.
    U16,
    /// 32 bits in host order.
    U32,
    /// 64 bits in host order.
    U64,
    /// 32 bits in host order, with sign.
    I32,
    /// 16 bits in network order: a port.
    Be16,
    /// 16 bits in host order, shown as `0x…`.
    Hex16,
    /// A byte that is `on` or `off`.
    OnOff,
    /// A bit in a `struct { __u32 values, mask; }` that is a number in text: several rows share the attribute.
    Bit(u32),
    /// One of a list of words that stand for a byte; the number is shown where there is no word.
    Word8(&'static [&'static str]),
    /// An EtherType in network order.
    EtherType,
    /// A bridge id: priority and address.
    BridgeId,
    /// A link-layer address.
    Hardware,
    /// A device's index, its name in text.
    Device,
    /// 64 bits of clock ticks (USER_HZ, 1/100 s), shown as seconds.
    Ticks,
    /// Text that ends with a NUL.
    Text,
    /// Bytes shown in hexadecimal without separators.
    Bytes,
    /// No payload: the keyword alone sets it.
    Flag,
    /// The keyword alone sets these 32 bits.
    Fixed(u32),
    /// More attributes.
    Nest(&'static [Row]),
    /// An oddity that reads its own words and writes its own text.
    Odd {
        /// Reads the words behind the keyword and appends the attribute.
        parse: fn(&Row, &mut View, &mut Words<'_>, &mut Request) -> Result<()>,
        /// Shows the payload.
        show: fn(&Row, &mut Out, &[u8]),
    },
}

impl Row {
    /// An attribute that `word` sets, and that is shown under that word in text and JSON.
    pub const fn new(
        attr: u16,
        name: &'static str,
        word: &'static str,
        value: Value,
        argument: &'static str,
        help: &'static str,
    ) -> Row {
        Row {
            attr,
            name,
            word,
            aliases: &[],
            abbreviated: true,
            argument,
            help,
            value,
            wrong: "invalid {}",
            key: word,
            label: word,
            shown: Shown::Always,
        }
    }

    /// The same, shown under another JSON key.
    pub const fn key(mut self, key: &'static str) -> Row {
        self.key = key;
        self
    }

    /// The same, with another word before its value in text.
    pub const fn label(mut self, label: &'static str) -> Row {
        self.label = label;
        self
    }

    /// The same, which can only be read.
    pub const fn read_only(mut self) -> Row {
        self.word = "";
        self
    }

    /// The same, whose keyword must be written out.
    pub const fn exact(mut self) -> Row {
        self.abbreviated = false;
        self
    }

    /// The same, with another complaint about a wrong value; `{}` is the keyword.
    pub const fn wrong(mut self, wrong: &'static str) -> Row {
        self.wrong = wrong;
        self
    }

    /// The same, with other spellings of its keyword.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Row {
        self.aliases = aliases;
        self
    }

    /// The same, shown at other times.
    pub const fn shown(mut self, shown: Shown) -> Row {
        self.shown = shown;
        self
    }
}

/// The row of `rows` that `word` sets, for a table that shows some of another's rows in an order of its own: to be
/// evaluated by the compiler, which takes no word that no row has.
pub const fn named(rows: &[Row], word: &str) -> Row {
    let mut i = 0;
    while i < rows.len() {
        if same(rows[i].word.as_bytes(), word.as_bytes()) {
            return rows[i];
        }
        i += 1;
    }
    panic!("no such row")
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut i = 0;
    while i < one.len() && i < other.len() && one[i] == other[i] {
        i += 1;
    }
    i == one.len() && i == other.len()
}

/// Writes a row: the attribute's constant, its keyword, type, argument and help.
#[macro_export]
macro_rules! row {
    ($attr:ident, $word:literal, $value:expr, $argument:literal, $help:literal) => {
        $crate::rows::Row::new($crate::rtnl::uapi::$attr as u16, stringify!($attr), $word, $value, $argument, $help)
    };
}
