//! The grammar of a command as a table of keywords: parsing, help, man page and completions read the same rows.

use super::{Words, matches};
use crate::error::Result;

/// One keyword, its argument and what it is for: what help, man page and completions show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The keyword.
    pub name: &'static str,
    /// What its argument is called, empty for none. `DEV` and `NETNS` are completed with those that exist; words
    /// joined by `|` are completed as they are.
    pub argument: &'static str,
    /// One line of help. A spelling of another keyword has none.
    pub help: &'static str,
}

/// A keyword that fills in a `T`: a request in the making, or a filter.
pub struct Keyword<T: 'static> {
    /// The keyword and its help.
    pub entry: Entry,
    /// Whether any beginning of the word will do.
    pub abbreviated: bool,
    /// Reads what follows the keyword, which has been taken already.
    pub take: fn(&mut T, &mut Words<'_>) -> Result<()>,
}

impl<T> Keyword<T> {
    /// A keyword that any beginning of it stands for.
    pub const fn new(
        name: &'static str,
        argument: &'static str,
        help: &'static str,
        take: fn(&mut T, &mut Words<'_>) -> Result<()>,
    ) -> Self {
        Keyword { entry: Entry { name, argument, help }, abbreviated: true, take }
    }

    /// A keyword that must be written out.
    pub const fn exact(
        name: &'static str,
        argument: &'static str,
        help: &'static str,
        take: fn(&mut T, &mut Words<'_>) -> Result<()>,
    ) -> Self {
        Keyword { entry: Entry { name, argument, help }, abbreviated: false, take }
    }

    /// Whether `word` stands for this keyword.
    pub fn is(&self, word: &[u8]) -> bool {
        match self.abbreviated {
            true => matches(word, self.entry.name),
            false => word.len() == self.entry.name.len() && matches(word, self.entry.name),
        }
    }
}

/// The keyword of `table` with this name, for a table that has some words of another: to be evaluated by the compiler,
/// which takes no name that the table does not have.
pub const fn named<T>(table: &[Keyword<T>], name: &str) -> Keyword<T> {
    let mut i = 0;
    while i < table.len() {
        if same(table[i].entry.name, name) {
            return Keyword { entry: table[i].entry, abbreviated: table[i].abbreviated, take: table[i].take };
        }
        i += 1;
    }
    panic!("no such keyword")
}

/// Whether two texts are the same, for the compiler.
pub const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut i = 0;
    while i < one.len() && i < other.len() && one[i] == other[i] {
        i += 1;
    }
    i == one.len() && i == other.len()
}

/// The first keyword of `table` that `word` stands for. The order of the table decides between abbreviations.
pub fn find<T>(table: &'static [Keyword<T>], word: &[u8]) -> Option<&'static Keyword<T>> {
    table.iter().find(|keyword| keyword.is(word))
}

/// Reads words to the end: what `table` has a keyword for by that, and what it has none for by `other`, which finds the
/// word not taken.
pub fn read<T>(
    table: &'static [Keyword<T>],
    into: &mut T,
    mut words: Words<'_>,
    other: fn(&mut T, &mut Words<'_>) -> Result<()>,
) -> Result<()> {
    while let Some(word) = words.peek() {
        match find(table, word) {
            Some(keyword) => {
                words.next();
                (keyword.take)(into, &mut words)?;
            }
            None => other(into, &mut words)?,
        }
    }
    Ok(())
}

/// The entries of a table, for help and completions.
pub fn entries<T>(table: &'static [Keyword<T>]) -> Vec<Entry> {
    table.iter().map(|keyword| keyword.entry).collect()
}
