//! What an attribute is, said once.
//!
//! A [`Row`] names an attribute's number, the keyword that sets it, its type, its JSON key and when it is shown.
//! Parsing ([`parse`]), printing ([`show`]), help, completions and explaining loop over rows; the order of the rows is
//! the order of printing. What an attribute's value looks like as a word, as bytes and as text is its [`Value`].

mod parse;
mod show;

pub use parse::{is_unset, on_off, one_of, parse, parse_row, set_bit, set_bits};
pub use show::{has, host, show, show_one};

use crate::error::Result;
use crate::netlink::Request;
use crate::output::Out;
use crate::view::View;
use crate::words::Words;
use crate::words::keyword::{Entry, same};
use crate::words::matches;

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
    /// Whether the keyword may stand behind `no`, which clears what it sets.
    pub negatable: bool,
    /// What the keyword's argument is called, empty for none.
    pub argument: &'static str,
    /// One line of help, with the unit.
    pub help: &'static str,
    /// Its type: bytes, word and text.
    pub value: Value,
    /// What is said of a word that is no such value.
    pub wrong: Wrong,
    /// Its JSON key.
    pub key: &'static str,
    /// What stands before its value in text.
    pub label: &'static str,
    /// What stands before and behind its value in text, in place of the label and a space; `\` breaks the line as it
    /// does with `-oneline`.
    pub frame: Option<(&'static str, &'static str)>,
    /// When it is shown.
    pub shown: Shown,
    /// What else must hold for it to be shown.
    pub when: Option<When>,
}

/// What is said of a word that is not what its keyword wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// `Error: argument "…" is wrong: ` and this, with `{}` for the keyword.
    Argument(&'static str),
    /// This and nothing else, with `{}` for the word, and the exit status.
    Says(&'static str, u8),
}

/// A condition on bits of another attribute, a number in host order. An attribute without payload has all bits set,
/// one that is not there none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The attribute.
    pub attr: u16,
    /// The bits.
    pub bits: u64,
    /// Whether one of them must be set, or none.
    pub set: bool,
}

/// When an attribute that is there is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Always.
    Always,
    /// Always, as zero where the attribute is not there.
    Even,
    /// When it is not zero.
    NonZero,
    /// Always in JSON, in text only when it is off.
    OffInText,
    /// Always in JSON, in text only when it is not zero.
    NonZeroInText,
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
    /// The same, which no word sets to 0.
    Port,
    /// A byte: the protocol above IP, in words also its name; only a name sets it to 0.
    Protocol,
    /// A byte that the keyword sets to this. What is shown is that it is this, `null` in JSON.
    Mark(u8),
    /// 16 bits in host order, shown as `0x…`.
    Hex16,
    /// A number of 4 or 8 bytes in network order: all its hexadecimal digits, `0x…` in JSON.
    BeDigits(usize),
    /// A byte that is `on` or `off`.
    OnOff,
    /// A bit in a `struct { __u32 values, mask; }` that is a number in text: several rows share the attribute.
    Bit(u32),
    /// 32 bits in host order, shown as `0x…`.
    Hex32,
    /// At most this, as 32 bits in host order.
    UpTo(u32),
    /// At most this, as 32 bits in network order, shown as `0x…`: a flow label.
    BeHex32(u32),
    /// A byte; the word stands for 0.
    U8Or(&'static str),
    /// 32 bits in host order; the word stands for 0.
    U32Or(&'static str),
    /// A port in network order; the word stands for 0.
    Be16Or(&'static str),
    /// A byte that the keyword sets to 1 and, behind `no`, to 0.
    Switch,
    /// Bits of a number of 2 or 4 bytes in host order that the keyword sets and, behind `no`, clears. Rows may share the
    /// attribute.
    Bits(usize, u32),
    /// A number with names.
    Name(&'static Names),
    /// An address of IPv4 or IPv6 (`AF_*`); zero is `any`. With `-resolve` it is shown by name.
    Address(i32),
    /// An address of IPv4 or IPv6 (`AF_*`) that is always shown in numbers.
    Numeric(i32),
    /// A TOS byte in hexadecimal or by name; 1 is `inherit`.
    DsField,
    /// A routing table's number, in words also its name.
    RouteTable,
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
    /// No payload: the keyword alone sets it, behind `no` it does nothing.
    Flag,
    /// The keyword alone sets these 32 bits.
    Fixed(u32),
    /// More attributes, in JSON an object.
    Nest(&'static [Row]),
    /// More rows on the same attributes, in JSON an object if there is a key. The row's own attribute decides whether
    /// they are shown.
    Group(&'static [Row]),
    /// An oddity that reads its own words and writes its own text.
    Odd {
        /// Reads the words behind the keyword and appends the attribute.
        parse: fn(&Row, &mut View, &mut Words<'_>, &mut Request) -> Result<()>,
        /// Shows the payload.
        show: fn(&Row, &mut Out, &[u8]),
    },
}

/// Names of a number.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// How many bytes the number has, in host order.
    pub bytes: usize,
    /// Numbers and their names; of several names for a number the first is shown.
    pub names: &'static [(u64, &'static str)],
    /// What is shown for a number without a name, nothing where this is empty.
    pub other: &'static str,
    /// Whether a word may be the number too.
    pub numbers: bool,
    /// Whether any beginning of a name will do.
    pub abbreviated: bool,
}

impl Names {
    /// Names that must be written out; a number without a name is not shown.
    pub const fn new(bytes: usize, names: &'static [(u64, &'static str)]) -> Names {
        Names { bytes, names, other: "", numbers: false, abbreviated: false }
    }

    /// The number called `word`.
    pub fn number(&self, word: &[u8]) -> Option<u64> {
        let is = |name: &str| word == name.as_bytes() || (self.abbreviated && matches(word, name));
        let digits = || crate::words::number(word, 10).filter(|n| self.names.iter().any(|(known, _)| known == n));
        let named = || self.names.iter().find(|(_, name)| is(name)).map(|(number, _)| *number);
        if self.numbers { digits().or_else(named) } else { named() }
    }

    /// The name of `number`.
    pub fn name(&self, number: u64) -> &'static str {
        self.names.iter().find(|(known, _)| *known == number).map_or(self.other, |(_, name)| name)
    }
}

impl When {
    fn holds(&self, payload: Option<&[u8]>) -> bool {
        let bits = match payload {
            None => 0,
            Some([]) => u64::MAX,
            Some(payload) => host(payload),
        };
        (bits & self.bits != 0) == self.set
    }
}

/// For a [`Value::Odd`] that can only be read.
pub fn never_set(row: &Row, _: &mut View, words: &mut Words<'_>, _: &mut Request) -> Result<()> {
    Err(row.refuse(words.current()))
}

/// For a [`Value::Odd`] that is shown by other rows.
pub fn never_shown(_: &Row, _: &mut Out, _: &[u8]) {}

/// What help says of the keywords of `rows`.
pub fn entries(rows: &'static [Row]) -> impl Iterator<Item = Entry> {
    each(rows).filter(|row| !row.word.is_empty()).map(Row::entry)
}

/// Rows and, in their place, those of groups.
pub fn each(rows: &'static [Row]) -> impl Iterator<Item = &'static Row> {
    rows.iter().flat_map(|row| match row.value {
        Value::Group(rows) => rows.iter(),
        _ => std::slice::from_ref(row).iter(),
    })
}

impl Row {
    /// Whether `word` stands for this row's keyword, and if so whether it sets or clears. `whole` takes no abbreviation.
    pub fn stands(&self, word: &[u8], whole: bool) -> Option<bool> {
        let is = |word: &[u8], name: &str| {
            !name.is_empty() && (word == name.as_bytes() || (!whole && self.abbreviated && matches(word, name)))
        };
        if is(word, self.word) || self.aliases.iter().any(|alias| is(word, alias)) {
            return Some(true);
        }
        let negated = self.negatable && !self.word.is_empty() && word.starts_with(b"n") && {
            let is = |name: &str| is(word, &format!("no{name}"));
            is(self.word) || self.aliases.iter().any(|alias| is(alias))
        };
        negated.then_some(false)
    }

    /// Whether the row's keyword takes a word behind it.
    pub fn takes_argument(&self) -> bool {
        !self.argument.is_empty()
    }

    /// What help says of its keyword.
    pub const fn entry(&self) -> Entry {
        Entry { name: self.word, argument: self.argument, help: self.help }
    }

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
            negatable: matches!(value, Value::Switch | Value::Bits(..)),
            argument,
            help,
            value,
            wrong: Wrong::Argument("invalid {}"),
            key: word,
            label: word,
            frame: None,
            shown: Shown::Always,
            when: None,
        }
    }

    /// An attribute that `word` sets, to be written out, and that is shown by other rows if at all.
    pub const fn input(
        attr: u16,
        name: &'static str,
        word: &'static str,
        value: Value,
        argument: &'static str,
        help: &'static str,
    ) -> Row {
        Row::new(attr, name, word, value, argument, help).exact().shown(Shown::Never)
    }

    /// The same, which release 6.1 of the stock tool does not know: to be written out, and shown once it is set.
    pub const fn newer(self) -> Row {
        self.exact().shown(Shown::NonZero)
    }

    /// Rows that stand here, shown without an object around them.
    pub const fn inline(rows: &'static [Row]) -> Row {
        Row::new(0, "", "", Value::Group(rows), "", "").shown(Shown::Even)
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

    /// The same, with other text before and behind its value; see [`Row::frame`].
    pub const fn frame(mut self, before: &'static str, behind: &'static str) -> Row {
        self.frame = Some((before, behind));
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
        self.wrong = Wrong::Argument(wrong);
        self
    }

    /// The same, with a complaint and exit status of its own; `{}` is the word.
    pub const fn says(mut self, wrong: &'static str, status: u8) -> Row {
        self.wrong = Wrong::Says(wrong, status);
        self
    }

    /// The same, whose keyword can stand behind `no`.
    pub const fn negatable(mut self) -> Row {
        self.negatable = true;
        self
    }

    /// The same, whose keyword cannot stand behind `no`.
    pub const fn one_way(mut self) -> Row {
        self.negatable = false;
        self
    }

    /// The same, shown when one of `bits` is set in attribute `attr`.
    pub const fn when(mut self, attr: u16, bits: u64) -> Row {
        self.when = Some(When { attr, bits, set: true });
        self
    }

    /// The same, shown when none of `bits` is set in attribute `attr`.
    pub const fn unless(mut self, attr: u16, bits: u64) -> Row {
        self.when = Some(When { attr, bits, set: false });
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
        if same(rows[i].word, word) {
            return rows[i];
        }
        i += 1;
    }
    panic!("no such row")
}

/// Writes a row: the attribute's constant, its keyword, type, argument and help.
#[macro_export]
macro_rules! row {
    // A row that several kinds have, each with an attribute of its own: a function that takes number and name.
    ($attr:ident, $shared:path) => {
        $shared($crate::rtnl::uapi::$attr as u16, stringify!($attr))
    };
    ($attr:ident, $word:literal, $value:expr, $argument:literal, $help:literal) => {
        $crate::rows::Row::new($crate::rtnl::uapi::$attr as u16, stringify!($attr), $word, $value, $argument, $help)
    };
}
