//! The options that stand between `ip` or `bridge` and its object.

use crate::error::{Error, Result};
use crate::output::ColorMode;

use super::{Words, matches, number_u32, shown, wrong};

/// What the options before the object ask for. A count is how often an option was given.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `-family`, `-4`, `-6`, `-0`, `-M`, `-B`: an `AF_*`, 0 when nothing is said.
    pub family: u8,
    /// `-stats`.
    pub stats: u32,
    /// `-details`.
    pub details: u32,
    /// `-oneline`.
    pub oneline: bool,
    /// `-brief`.
    pub brief: bool,
    /// `-json`.
    pub json: bool,
    /// `-pretty`.
    pub pretty: bool,
    /// `-color`.
    pub color: ColorMode,
    /// `-human`.
    pub human: bool,
    /// `-iec`.
    pub iec: bool,
    /// `-resolve`.
    pub resolve: bool,
    /// `-Numeric`.
    pub numeric: bool,
    /// `-timestamp`, `-tshort`.
    pub timestamp: Option<Timestamp>,
    /// `-netns NAME`.
    pub netns: Option<Vec<u8>>,
    /// `-all`.
    pub all: bool,
    /// `-echo`.
    pub echo: bool,
    /// `-force`.
    pub force: bool,
    /// `-batch FILE`.
    pub batch: Option<Vec<u8>>,
    /// `-atomic`.
    pub atomic: bool,
    /// `-loops N`: how often a flush is tried, 0 for ever; 10 when nothing is said.
    pub loops: Option<u32>,
    /// `-compressvlans`.
    pub compress_vlans: bool,
    /// `-rcvbuf N`: the receive buffer of monitor, in bytes.
    pub rcvbuf: Option<u32>,
}

/// How `monitor` writes the time of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timestamp {
    /// `Timestamp: Tue Nov 24 14:00:00 2026 123456 usec`.
    Long,
    /// `[2026-11-24T14:00:00.123456]`.
    Short,
}

/// What an option does with [`Options`]; the word is its argument, empty for an option that takes none.
type Apply = fn(&mut Options, &[u8]) -> Result<Asked>;

/// What is to be done once an option has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Read on.
    More,
    /// `-help`, or an option without its argument.
    Usage,
    /// `-Version`.
    Version,
}

/// One option: parsing, help, man page and completions read this row.
pub struct Row {
    /// The whole word behind one dash.
    pub name: &'static str,
    /// Whether a beginning of the word will do, as [`matches`] has it.
    pub abbreviated: bool,
    /// What its argument is called, empty for none.
    pub argument: &'static str,
    /// One line of help.
    pub help: &'static str,
    apply: Apply,
}

const FORCE: Row = row("force", "", "go on with a batch when a line fails", |o, _| set(&mut o.force));
const HELP: Row = row("help", "", "show a summary", |_, _| Ok(Asked::Usage));
const VERSION: Row = row("Version", "", "show the version", |_, _| Ok(Asked::Version));
const STATS: Row = row("stats", "", "more statistics; twice for still more", |o, _| count(&mut o.stats));
const STATISTICS: Row = row("statistics", "", "the same as -stats", |o, _| count(&mut o.stats));
const DETAILS: Row = row("details", "", "more details", |o, _| count(&mut o.details));
const ONELINE: Row = row("oneline", "", "one line for each object", |o, _| set(&mut o.oneline));
const INET: Row = exact("4", "the same as -family inet", |o, _| family(o, libc::AF_INET));
const INET6: Row = exact("6", "the same as -family inet6", |o, _| family(o, libc::AF_INET6));
const JSON: Row = row("json", "", "JSON", |o, _| set(&mut o.json));
const PRETTY: Row = row("pretty", "", "JSON with line breaks", |o, _| set(&mut o.pretty));
const TIMESTAMP: Row = row("timestamp", "", "monitor: the time before each event", |o, _| {
    o.timestamp = o.timestamp.or(Some(Timestamp::Long));
    Ok(Asked::More)
});
const BATCH: Row = row("batch", "FILE", "read commands from FILE, - for stdin", |o, word| {
    o.batch = Some(word.to_vec());
    Ok(Asked::More)
});
const COLOR: Row = row("color", "", "colours: -color=always, -color=auto (on a terminal), -color=never", |o, word| {
    o.color = match word {
        b"" | b"always" => ColorMode::Always,
        b"auto" => ColorMode::Auto,
        _ => ColorMode::Never,
    };
    Ok(Asked::More)
});
const NETNS: Row = row("netns", "NETNS", "work in the network namespace NETNS", |o, word| {
    o.netns = Some(word.to_vec());
    Ok(Asked::More)
});

/// The options of `ip` in the order in which an abbreviation is looked up.
pub const IP: &[Row] = &[
    row("loops", "COUNT", "try a flush at most COUNT times, 0: until it is done", |o, word| {
        o.loops = Some(number_u32(word, 10).unwrap_or(0));
        Ok(Asked::More)
    }),
    row("family", "FAMILY", "the protocol family: inet, inet6, mpls, bridge or link", |o, word| match word {
        b"help" => Ok(Asked::Usage),
        b"inet" => family(o, libc::AF_INET),
        b"inet6" => family(o, libc::AF_INET6),
        b"link" => family(o, libc::AF_PACKET),
        b"mpls" => family(o, libc::AF_MPLS),
        b"bridge" => family(o, libc::AF_BRIDGE),
        _ => Err(wrong("invalid protocol family", word)),
    }),
    INET,
    INET6,
    exact("0", "the same as -family link", |o, _| family(o, libc::AF_PACKET)),
    exact("M", "the same as -family mpls", |o, _| family(o, libc::AF_MPLS)),
    exact("B", "the same as -family bridge", |o, _| family(o, libc::AF_BRIDGE)),
    row("human", "", "statistics with readable units", |o, _| set(&mut o.human)),
    row("human-readable", "", "the same as -human", |o, _| set(&mut o.human)),
    row("iec", "", "readable units are powers of 1024", |o, _| set(&mut o.iec)),
    STATS,
    STATISTICS,
    DETAILS,
    row("resolve", "", "names for addresses, where the resolver has any", |o, _| set(&mut o.resolve)),
    ONELINE,
    TIMESTAMP,
    row("tshort", "", "monitor: the time in a short form", |o, _| {
        o.timestamp = Some(Timestamp::Short);
        Ok(Asked::More)
    }),
    VERSION,
    FORCE,
    BATCH,
    row("brief", "", "the essentials in columns", |o, _| set(&mut o.brief)),
    JSON,
    PRETTY,
    row("rcvbuf", "SIZE", "the size of the receive buffer in bytes", |o, word| {
        let invalid = || Error::words(format!("Invalid rcvbuf size '{}'", shown(word)));
        o.rcvbuf = Some(number_u32(word, 0).ok_or_else(invalid)?);
        Ok(Asked::More)
    }),
    COLOR,
    HELP,
    NETNS,
    row("Numeric", "", "numbers in place of names", |o, _| set(&mut o.numeric)),
    row("all", "", "netns: every namespace", |o, _| set(&mut o.all)),
    exact("echo", "show what the kernel has made of the request", |o, _| set(&mut o.echo)),
    // Not of the stock tool: behind all of its options and never abbreviated, so that none changes its meaning.
    exact("atomic", "take a batch back when a line fails", |o, _| set(&mut o.atomic)),
];

/// The options of `bridge` in the order in which an abbreviation is looked up.
pub const BRIDGE: &[Row] = &[
    HELP,
    VERSION,
    STATS,
    STATISTICS,
    DETAILS,
    ONELINE,
    TIMESTAMP,
    row("family", "FAMILY", "the protocol family of addresses: inet or inet6", |o, word| match word {
        b"help" => Ok(Asked::Usage),
        b"inet" => family(o, libc::AF_INET),
        b"inet6" => family(o, libc::AF_INET6),
        _ => Err(wrong("invalid protocol family", word)),
    }),
    INET,
    INET6,
    NETNS,
    COLOR,
    row("compressvlans", "", "neighbouring VLANs as ranges", |o, _| set(&mut o.compress_vlans)),
    FORCE,
    JSON,
    PRETTY,
    BATCH,
];

const fn row(name: &'static str, argument: &'static str, help: &'static str, apply: Apply) -> Row {
    Row { name, abbreviated: true, argument, help, apply }
}

const fn exact(name: &'static str, help: &'static str, apply: Apply) -> Row {
    Row { name, abbreviated: false, argument: "", help, apply }
}

fn family(options: &mut Options, family: libc::c_int) -> Result<Asked> {
    options.family = family as u8;
    Ok(Asked::More)
}

fn set(flag: &mut bool) -> Result<Asked> {
    *flag = true;
    Ok(Asked::More)
}

fn count(counter: &mut u32) -> Result<Asked> {
    *counter += 1;
    Ok(Asked::More)
}

impl Options {
    /// Takes the options at the beginning of `words`, up to the first word without a dash or behind `--`.
    ///
    /// An unknown option is an error that names `hint` as what to try.
    pub fn parse(rows: &'static [Row], hint: &str, words: &mut Words<'_>) -> Result<(Options, Asked)> {
        let mut options = Options::default();
        while let Some(word) = words.peek() {
            if word.first() != Some(&b'-') {
                break;
            }
            words.next();
            if word == b"--" {
                break;
            }
            let word = if word.starts_with(b"--") { &word[1..] } else { word };
            let unknown = || Error::words(format!("Option \"{}\" is unknown, try \"{hint}\".", shown(word)));
            let (row, value) = find(rows, &word[1..]).ok_or_else(unknown)?;
            let value = match (row.argument.is_empty(), words.peek()) {
                (true, _) => value,
                (false, Some(next)) => {
                    words.next();
                    next
                }
                // The one option whose absent argument is taken for a name, as the C library prints a null pointer.
                (false, None) if row.name == "netns" => b"(null)",
                (false, None) => return Ok((options, Asked::Usage)),
            };
            match (row.apply)(&mut options, value)? {
                Asked::More => {}
                asked => return Ok((options, asked)),
            }
        }
        Ok((options, Asked::More))
    }
}

/// The row of `rows` that `word`, one dash or two included, stands for.
pub fn by_word(rows: &'static [Row], word: &[u8]) -> Option<&'static Row> {
    let word = word.strip_prefix(b"-")?;
    find(rows, word.strip_prefix(b"-").unwrap_or(word)).map(|(row, _)| row)
}

/// The row that `word`, without its dash, stands for, and what follows its `=`.
fn find<'a>(rows: &'static [Row], word: &'a [u8]) -> Option<(&'static Row, &'a [u8])> {
    // A dash alone abbreviates everything, so it is the first.
    if word.is_empty() {
        return Some((rows.first()?, word));
    }
    rows.iter().find_map(|row| match row.name {
        "color" => {
            let (name, value) = match word.iter().position(|&b| b == b'=') {
                Some(at) => (&word[..at], &word[at + 1..]),
                None => (word, &b""[..]),
            };
            let known = matches!(value, b"" | b"always" | b"auto" | b"never");
            // Before a `=`, nothing at all is an abbreviation too.
            (row.name.as_bytes().starts_with(name) && known).then_some((row, value))
        }
        name if row.abbreviated => matches(word, name).then_some((row, &b""[..])),
        name => (word == name.as_bytes()).then_some((row, &b""[..])),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<(Options, Asked, usize)> {
        let all: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut words = Words::new(&all);
        let (options, asked) = Options::parse(IP, "ip -help", &mut words)?;
        Ok((options, asked, words.place()))
    }

    #[test]
    fn abbreviations_go_by_the_order_of_the_table() {
        let (options, _, taken) = parse("-s -s --d -o -j -p -br -h link -x").unwrap();
        assert_eq!((options.stats, options.details, taken), (2, 1, 8));
        assert!(options.oneline && options.json && options.pretty && options.brief && options.human);
        assert_eq!(parse("-c=auto a").unwrap().0.color, ColorMode::Auto);
        assert_eq!(parse("-= a").unwrap().0.color, ColorMode::Always);
        assert_eq!(parse("-t a").unwrap().0.timestamp, Some(Timestamp::Long));
        assert_eq!(parse("-n ns -b -").unwrap().0.batch.as_deref(), Some(&b"-"[..]));
        assert_eq!(parse("-b").unwrap().1, Asked::Usage);
        assert_eq!(parse("-V link").unwrap().1, Asked::Version);
        assert_eq!(parse("-- -4").unwrap().2, 1);
    }

    #[test]
    fn unknown_ones_are_named() {
        for word in ["-c=bogus", "-ech", "--y"] {
            let shown = word.strip_prefix("-").filter(|w| w.starts_with('-')).unwrap_or(word);
            let text = parse(word).unwrap_err().to_string();
            assert_eq!(text, format!("Option \"{shown}\" is unknown, try \"ip -help\"."));
        }
    }
}
