//! Options as getopt_long(3) reads them, for the tools that are not iproute2's.

use super::shown;

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// An argument, in the same word or the next.
    Argument,
    /// An argument in the same word, or nothing.
    Perhaps,
}

/// One option: parsing, usage, man page and completions read this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opt {
    /// Its letter, 0 for none.
    pub short: u8,
    /// Its long name, empty for none.
    pub long: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What its argument is called, empty for none.
    pub argument: &'static str,
    /// One line of help, empty for another spelling.
    pub help: &'static str,
}

/// An option without an argument.
pub const fn flag(short: u8, long: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Nothing, argument: "", help }
}

/// An option with an argument.
pub const fn argument(short: u8, long: &'static str, argument: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Argument, argument, help }
}

/// The lines of a usage text that tell of the options.
pub fn options_help(table: &[Opt]) -> String {
    let mut text = String::new();
    for opt in table.iter().filter(|opt| !opt.help.is_empty()) {
        let short = if opt.short == 0 { "  ".to_string() } else { format!("-{}", char::from(opt.short)) };
        let long = if opt.long.is_empty() { String::new() } else { format!("--{}", opt.long) };
        text += &format!("        {:<26} {}\n", format!("{short} {long} {}", opt.argument).trim_end(), opt.help);
    }
    text
}

/// What stands on a command line, in the order in which getopt_long(3) hands it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// An option, by its place in the table, and its argument.
    Option(usize, Option<&'a [u8]>),
    /// A word that is no option.
    Operand(&'a [u8]),
}

/// Reads a command line: options first, wherever they stand, then operands. `--` ends the options. Where no option has a
/// long name, `--x` is read as getopt(3) does, a letter `-` and others.
///
/// Each item is an option, an operand or a complaint in the C library's words, `program` before it.
pub fn read<'a>(program: &str, table: &[Opt], words: &[&'a [u8]]) -> Vec<Result<Item<'a>, String>> {
    let mut items = Vec::new();
    let mut operands = Vec::new();
    let mut scanner = Scanner::new(words);
    while let Some(found) = scanner.next(&[table]) {
        match found {
            Scanned::Option { row, value, .. } => items.push(Ok(Item::Option(row, value))),
            Scanned::Operand(word) => operands.push(word),
            Scanned::Wrong(problem) => items.push(Err(problem.complaint(program))),
        }
    }
    operands.extend(scanner.rest());
    items.extend(operands.into_iter().map(|word| Ok(Item::Operand(word))));
    items
}

/// Takes a command line item by item, in its order. The options may become more under way.
#[derive(Debug, Clone)]
pub struct Scanner<'a, 'w> {
    words: &'w [&'a [u8]],
    at: usize,
    /// What is left of a word of letters.
    letters: &'a [u8],
}

/// What a scan comes upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned<'a> {
    /// An option: its table, its place there, its argument.
    Option {
        /// The number of the table.
        table: usize,
        /// The place in the table.
        row: usize,
        /// The argument.
        value: Option<&'a [u8]>,
    },
    /// A word that is no option.
    Operand(&'a [u8]),
    /// A word that looks like an option.
    Wrong(Problem<'a>),
}

/// Why a word that looks like an option is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem<'a> {
    /// No option has this letter.
    Letter(u8),
    /// No option has this name.
    Name(&'a [u8]),
    /// Several names begin like this.
    Ambiguous(&'a [u8], Vec<&'static str>),
    /// This option takes no argument.
    NoArgument(&'static str),
    /// This option wants an argument.
    LetterWants(u8),
    /// This option wants an argument.
    NameWants(&'static str),
}

impl Problem<'_> {
    /// The C library's words, `program` before them.
    pub fn complaint(&self, program: &str) -> String {
        match self {
            Problem::Letter(letter) => format!("{program}: invalid option -- '{}'", shown(&[*letter])),
            Problem::Name(name) => format!("{program}: unrecognized option '--{}'", shown(name)),
            Problem::Ambiguous(name, names) => {
                let names: String = names.iter().map(|name| format!(" '--{name}'")).collect();
                format!("{program}: option '--{}' is ambiguous; possibilities:{names}", shown(name))
            }
            Problem::NoArgument(name) => format!("{program}: option '--{name}' doesn't allow an argument"),
            Problem::LetterWants(letter) => {
                format!("{program}: option requires an argument -- '{}'", char::from(*letter))
            }
            Problem::NameWants(name) => format!("{program}: option '--{name}' requires an argument"),
        }
    }

    /// Whether what is missing is an argument.
    pub fn wants_argument(&self) -> bool {
        matches!(self, Problem::LetterWants(_) | Problem::NameWants(_))
    }
}

impl<'a, 'w> Scanner<'a, 'w> {
    /// A scan of `words` from the first.
    pub fn new(words: &'w [&'a [u8]]) -> Self {
        Scanner { words, at: 0, letters: &[] }
    }

    /// The next item. `--` and the end of the words end it.
    pub fn next(&mut self, tables: &[&[Opt]]) -> Option<Scanned<'a>> {
        if !self.letters.is_empty() {
            return Some(self.letter(tables));
        }
        let word = self.take()?;
        Some(match word {
            b"--" => return None,
            [b'-', b'-', long @ ..] if tables.iter().copied().flatten().any(|opt| !opt.long.is_empty()) => {
                self.long_option(tables, long)
            }
            [b'-', letters @ ..] if !letters.is_empty() => {
                self.letters = letters;
                self.letter(tables)
            }
            _ => Scanned::Operand(word),
        })
    }

    /// The next word, left where it is.
    pub fn peek(&self) -> Option<&'a [u8]> {
        self.words.get(self.at).copied()
    }

    /// Takes the next word, whatever it is.
    pub fn take(&mut self) -> Option<&'a [u8]> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    /// The word taken last.
    pub fn current(&self) -> &'a [u8] {
        self.at.checked_sub(1).and_then(|at| self.words.get(at)).copied().unwrap_or_default()
    }

    /// The words not yet taken.
    pub fn rest(&self) -> &'w [&'a [u8]] {
        &self.words[self.at..]
    }

    fn long_option(&mut self, tables: &[&[Opt]], word: &'a [u8]) -> Scanned<'a> {
        let (name, value) = match word.iter().position(|&b| b == b'=') {
            Some(at) => (&word[..at], Some(&word[at + 1..])),
            None => (word, None),
        };
        let all = || {
            let places = tables
                .iter()
                .enumerate()
                .flat_map(|(at, table)| table.iter().enumerate().map(move |(row, opt)| (at, row, *opt)));
            places.filter(|(_, _, opt)| !opt.long.is_empty())
        };
        let exact = all().find(|(_, _, opt)| opt.long.as_bytes() == name);
        let begun: Vec<_> = all().filter(|(_, _, opt)| opt.long.as_bytes().starts_with(name)).collect();
        // Several spellings of one option are no matter.
        let is_first = |opt: &Opt| opt.short != 0 && (opt.short, opt.takes) == (begun[0].2.short, begun[0].2.takes);
        let (table, row, opt) = match (exact, begun.as_slice()) {
            (Some(found), _) | (None, &[found]) => found,
            (None, &[found, ..]) if begun.iter().all(|(_, _, opt)| is_first(opt)) => found,
            (None, []) => return Scanned::Wrong(Problem::Name(name)),
            (None, many) => {
                let names = many.iter().map(|(_, _, opt)| opt.long).collect();
                return Scanned::Wrong(Problem::Ambiguous(name, names));
            }
        };
        let value = match (opt.takes, value) {
            (Takes::Nothing, Some(_)) => return Scanned::Wrong(Problem::NoArgument(opt.long)),
            (Takes::Argument, None) => match self.take() {
                Some(value) => Some(value),
                None => return Scanned::Wrong(Problem::NameWants(opt.long)),
            },
            (_, value) => value,
        };
        Scanned::Option { table, row, value }
    }

    /// Takes one letter of a word of letters, with the argument that the rest or the next word is.
    fn letter(&mut self, tables: &[&[Opt]]) -> Scanned<'a> {
        let letter = self.letters[0];
        self.letters = &self.letters[1..];
        let find = |(at, table): (usize, &&[Opt])| {
            let row = table.iter().position(|opt| opt.short == letter && letter != 0)?;
            Some((at, row, table[row].takes))
        };
        let Some((table, row, takes)) = tables.iter().enumerate().find_map(find) else {
            return Scanned::Wrong(Problem::Letter(letter));
        };
        if takes == Takes::Nothing {
            return Scanned::Option { table, row, value: None };
        }
        let attached = Some(std::mem::take(&mut self.letters)).filter(|attached| !attached.is_empty());
        let value = match takes {
            Takes::Argument => attached.or_else(|| self.take()),
            _ => attached,
        };
        match value {
            None if takes == Takes::Argument => Scanned::Wrong(Problem::LetterWants(letter)),
            value => Scanned::Option { table, row, value },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn opt(short: u8, long: &'static str, takes: Takes) -> Opt {
        Opt { short, long, takes, argument: "", help: "" }
    }

    const TABLE: &[Opt] = &[
        opt(b'a', "all", Takes::Nothing),
        opt(b'p', "load", Takes::Perhaps),
        opt(b'r', "pattern", Takes::Argument),
        opt(0, "version", Takes::Nothing),
        opt(0, "values", Takes::Nothing),
        opt(b'f', "inet", Takes::Nothing),
        opt(b'f', "inet6", Takes::Nothing),
    ];

    fn items(line: &'static str) -> Vec<Result<Item<'static>, String>> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        read("t", TABLE, &words)
    }

    #[test]
    fn letters_names_and_operands() {
        let expected = [
            Ok(Item::Option(0, None)),
            Ok(Item::Option(2, Some(&b"x"[..]))),
            Ok(Item::Option(1, Some(&b"f"[..]))),
            Ok(Item::Option(1, None)),
            Ok(Item::Option(2, Some(&b"z"[..]))),
            Ok(Item::Operand(&b"k"[..])),
            Ok(Item::Operand(&b"-a"[..])),
        ];
        assert_eq!(items("--ine"), [Ok(Item::Option(5, None))]);
        assert_eq!(items("-arx k -pf --load --pat=z -- -a"), expected);
    }

    #[test]
    fn letters_alone() {
        let complaint = |letter| Err(format!("t: invalid option -- '{letter}'"));
        let found = read("t", &[opt(b'a', "", Takes::Nothing)], &[b"--ab"]);
        assert_eq!(found, [complaint('-'), Ok(Item::Option(0, None)), complaint('b')]);
    }

    #[test]
    fn complaints() {
        for (line, text) in [
            ("-Z", "t: invalid option -- 'Z'"),
            ("--bogus", "t: unrecognized option '--bogus'"),
            ("--v", "t: option '--v' is ambiguous; possibilities: '--version' '--values'"),
            ("-r", "t: option requires an argument -- 'r'"),
            ("--pattern", "t: option '--pattern' requires an argument"),
            ("--all=1", "t: option '--all' doesn't allow an argument"),
        ] {
            assert_eq!(items(line), [Err(text.to_string())]);
        }
    }
}
