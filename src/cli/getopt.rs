//! Options as getopt_long(3) reads them, for the tools that are not iproute2's.

use super::words::shown;

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
    let has_names = table.iter().any(|opt| !opt.long.is_empty());
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            b"--" => operands.extend(words.by_ref()),
            [b'-', b'-', long @ ..] if has_names => items.push(long_option(program, table, long, &mut words)),
            [b'-', letters @ ..] if !letters.is_empty() => {
                short_options(program, table, letters, &mut words, &mut items);
            }
            _ => operands.push(word),
        }
    }
    items.extend(operands.into_iter().map(|word| Ok(Item::Operand(word))));
    items
}

fn long_option<'a>(
    program: &str,
    table: &[Opt],
    word: &'a [u8],
    rest: &mut impl Iterator<Item = &'a [u8]>,
) -> Result<Item<'a>, String> {
    let (name, value) = match word.iter().position(|&b| b == b'=') {
        Some(at) => (&word[..at], Some(&word[at + 1..])),
        None => (word, None),
    };
    let exact = table.iter().position(|opt| !opt.long.is_empty() && opt.long.as_bytes() == name);
    let begun: Vec<usize> = (0..table.len())
        .filter(|&at| !table[at].long.is_empty() && table[at].long.as_bytes().starts_with(name))
        .collect();
    let at = match (exact, begun.as_slice()) {
        (Some(at), _) | (None, &[at]) => at,
        (None, []) => return Err(format!("{program}: unrecognized option '--{}'", shown(name))),
        (None, many) => {
            let names: String = many.iter().map(|&at| format!(" '--{}'", table[at].long)).collect();
            return Err(format!("{program}: option '--{}' is ambiguous; possibilities:{names}", shown(name)));
        }
    };
    let opt = &table[at];
    match (opt.takes, value) {
        (Takes::Nothing, Some(_)) => Err(format!("{program}: option '--{}' doesn't allow an argument", opt.long)),
        (Takes::Argument, None) => match rest.next() {
            Some(value) => Ok(Item::Option(at, Some(value))),
            None => Err(format!("{program}: option '--{}' requires an argument", opt.long)),
        },
        (_, value) => Ok(Item::Option(at, value)),
    }
}

fn short_options<'a>(
    program: &str,
    table: &[Opt],
    letters: &'a [u8],
    rest: &mut impl Iterator<Item = &'a [u8]>,
    items: &mut Vec<Result<Item<'a>, String>>,
) {
    for (i, letter) in letters.iter().enumerate() {
        let Some(at) = table.iter().position(|opt| opt.short == *letter && *letter != 0) else {
            items.push(Err(format!("{program}: invalid option -- '{}'", shown(&[*letter]))));
            continue;
        };
        let attached = Some(&letters[i + 1..]).filter(|attached| !attached.is_empty());
        match table[at].takes {
            Takes::Nothing => {
                items.push(Ok(Item::Option(at, None)));
                continue;
            }
            Takes::Perhaps => items.push(Ok(Item::Option(at, attached))),
            Takes::Argument => items.push(match attached.or_else(|| rest.next()) {
                Some(value) => Ok(Item::Option(at, Some(value))),
                None => Err(format!("{program}: option requires an argument -- '{}'", char::from(*letter))),
            }),
        }
        return;
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
