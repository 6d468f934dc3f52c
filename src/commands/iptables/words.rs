//! A command line of iptables: words to what is asked.

use super::complaint::{tell_usage, wrong};
use super::names::{self, quoted};
use super::options::{ONCE, OPTIONS, command};
use super::values::Context;
use super::{address, help};
use crate::error::{Error, Result};
use crate::netfilter::xt::{self, Extension, Kind};
use crate::netfilter::{Counters, Family, Interface, Net, Rule, Target};
use crate::output::Out;
use crate::words::getopt::{Opt, Scanned, Scanner, Takes};
use crate::words::{is_space, leading_number, number, shown};

/// Names of chains and targets are shorter than this (`XT_EXTENSION_MAXNAMELEN`).
const NAME_LEN: usize = 29;
/// `IFNAMSIZ` without its NUL.
const DEVICE_LEN: usize = 15;

/// What a command line asks for.
pub(super) enum Asked<'a> {
    /// Something to be done.
    Command(Box<Command<'a>>),
    /// Only this text on stdout.
    Text(String),
}

/// A command with all that belongs to it.
#[derive(Default)]
pub(super) struct Command<'a> {
    /// What is to be done: bits of [`command`].
    pub commands: u16,
    /// The table's name.
    pub table: &'a [u8],
    /// The chain.
    pub chain: Option<&'a [u8]>,
    /// The number of a rule, from 1.
    pub number: Option<usize>,
    /// A chain's new name.
    pub new_name: &'a [u8],
    /// A chain's new policy.
    pub policy: Option<&'a [u8]>,
    /// `-v`.
    pub verbose: bool,
    /// `-n`.
    pub numeric: bool,
    /// `-x`.
    pub exact: bool,
    /// `--line-numbers`.
    pub line_numbers: bool,
    /// The rule, but for its addresses.
    pub rule: Rule,
    /// The addresses behind `-s`: a rule is made for each.
    pub sources: Vec<Net>,
    /// Those behind `-d`.
    pub destinations: Vec<Net>,
}

/// An extension that the line has named, with what has been said of it.
struct Loaded {
    kind: &'static Kind,
    data: Vec<u8>,
    /// Which of its rows have been given, as bits.
    given: u32,
}

/// The options that an extension brings.
struct Brought {
    kind: &'static Kind,
    opts: Vec<Opt>,
    /// Which row each option is.
    rows: Vec<usize>,
}

struct Parser<'a, 'w> {
    /// Where warnings go.
    out: &'w mut Out,
    family: Family,
    scanner: Scanner<'a, 'w>,
    command: Command<'a>,
    /// `!` stands before what comes next.
    invert: bool,
    /// Options of [`ONCE`] that have been given, as bits.
    given: u16,
    brought: Vec<Brought>,
    matches: Vec<Loaded>,
    target: Option<Loaded>,
    jump: Option<&'a [u8]>,
    goto: bool,
    protocol_word: Option<Vec<u8>>,
    /// The match of the protocol has been loaded for an option of its own.
    protocol_used: bool,
    source: Option<&'a [u8]>,
    destination: Option<&'a [u8]>,
    not_source: bool,
    not_destination: bool,
    waits: bool,
    has_interval: bool,
}

/// Reads a command line. What is odd but not wrong is said on stderr at once.
pub(super) fn parse<'a>(out: &mut Out, family: Family, words: &[&'a [u8]]) -> Result<Asked<'a>> {
    let mut parser = Parser {
        out,
        family,
        scanner: Scanner::new(words),
        command: Command { table: b"filter", ..Command::default() },
        invert: false,
        given: 0,
        brought: Vec::new(),
        matches: Vec::new(),
        target: None,
        jump: None,
        goto: false,
        protocol_word: None,
        protocol_used: false,
        source: None,
        destination: None,
        not_source: false,
        not_destination: false,
        waits: false,
        has_interval: false,
    };
    if let Some(text) = parser.words()? {
        return Ok(Asked::Text(text));
    }
    parser.finish().map(|command| Asked::Command(Box::new(command)))
}

impl<'a> Parser<'a, '_> {
    fn wrong(&self, text: &str) -> Error {
        wrong(self.family, text)
    }

    /// Takes all words. Gives a text where only that is wanted.
    fn words(&mut self) -> Result<Option<String>> {
        loop {
            let before = self.scanner.clone();
            let found = {
                let mut tables: Vec<&[Opt]> = vec![OPTIONS];
                tables.extend(self.brought.iter().rev().map(|brought| brought.opts.as_slice()));
                self.scanner.next(&tables)
            };
            match found {
                None => break,
                Some(Scanned::Option { table: 0, row, value }) => {
                    if let Some(text) = self.option(&OPTIONS[row], value)? {
                        return Ok(Some(text));
                    }
                }
                Some(Scanned::Option { table, row, value }) => {
                    let brought = &self.brought[self.brought.len() - table];
                    let (kind, row) = (brought.kind, brought.rows[row]);
                    self.extension_option(kind, row, value)?;
                }
                Some(Scanned::Operand(b"!")) => {
                    if self.invert {
                        return Err(self.wrong("multiple consecutive ! not allowed"));
                    }
                    self.invert = true;
                    continue;
                }
                Some(Scanned::Operand(word)) => {
                    return Err(tell_usage(self.family, &format!("Bad argument `{}'\n", shown(word))));
                }
                Some(Scanned::Wrong(problem)) => {
                    if self.load_protocol() {
                        self.scanner = before;
                        continue;
                    }
                    let word = quoted(self.scanner.current());
                    return Err(match problem.wants_argument() {
                        true => self.wrong(&format!("option \"{word}\" requires an argument")),
                        false => self.wrong(&format!("unknown option \"{word}\"")),
                    });
                }
            }
            self.invert = false;
        }
        Ok(None)
    }

    /// The match of the rule's protocol is loaded when an option asks for it. Tells whether it has been now.
    fn load_protocol(&mut self) -> bool {
        let Some(word) = &self.protocol_word else { return false };
        let numeric = self.command.numeric;
        let name = match number(word, 0).and_then(|protocol| u8::try_from(protocol).ok()) {
            Some(protocol) => names::protocol_name(protocol, !numeric),
            None => Some(word.clone()),
        };
        let Some(kind) = name.and_then(|name| xt::match_by_word(self.family, &name)) else { return false };
        let is_loaded = self.matches.iter().any(|loaded| loaded.kind == kind);
        if is_loaded && self.protocol_used {
            return false;
        }
        self.protocol_used = true;
        self.load_match(kind);
        true
    }

    fn load_match(&mut self, kind: &'static Kind) {
        self.bring(kind);
        self.matches.push(Loaded { kind, data: kind.block(), given: 0 });
    }

    /// Lets the options of an extension be found.
    fn bring(&mut self, kind: &'static Kind) {
        if self.brought.iter().any(|brought| brought.kind == kind) {
            return;
        }
        let mut brought = Brought { kind, opts: Vec::new(), rows: Vec::new() };
        for (at, row) in kind.rows.iter().enumerate() {
            let takes = if row.argument.is_empty() { Takes::Nothing } else { Takes::Argument };
            for long in [row.name, row.short].into_iter().filter(|name| !name.is_empty()) {
                brought.opts.push(Opt { short: 0, long, takes, argument: row.argument, help: row.help });
                brought.rows.push(at);
            }
        }
        self.brought.push(brought);
    }

    /// The next word if it can be an argument that stands on its own.
    fn argument(&mut self) -> Option<&'a [u8]> {
        let word = self.scanner.peek()?;
        if matches!(word.first(), Some(b'-' | b'!')) { None } else { self.scanner.take() }
    }

    fn rule_number(&mut self) -> Result<Option<usize>> {
        let Some(word) = self.argument() else { return Ok(None) };
        let found = number(word, 0).filter(|&number| (1..=i32::MAX as u64).contains(&number));
        let invalid = || self.wrong(&format!("Invalid rule number `{}'", shown(word)));
        found.map(|number| Some(number as usize)).ok_or_else(invalid)
    }

    fn add_command(&mut self, new: u16, others: u16) -> Result<()> {
        if self.invert {
            return Err(self.wrong("unexpected '!' flag"));
        }
        let clash = self.command.commands & !others;
        if clash != 0 {
            let (new, old) = (command::letter(new), command::letter(clash));
            return Err(self.wrong(&format!("Cannot use -{new} with -{old}")));
        }
        self.command.commands |= new;
        Ok(())
    }

    /// Remembers that an option of [`ONCE`] is there; `!` before it is right only where `may_invert` says so.
    fn once(&mut self, letter: char, may_invert: bool) -> Result<()> {
        let at = ONCE.iter().position(|(its, _)| *its == letter).unwrap_or_default();
        if self.given >> at & 1 != 0 {
            return Err(self.wrong(&format!("multiple -{letter} flags not allowed")));
        }
        self.given |= 1 << at;
        if self.invert && !may_invert {
            return Err(self.wrong(&format!("cannot have ! before -{letter}")));
        }
        Ok(())
    }

    /// One of iptables' own options. Gives a text where only that is wanted.
    fn option(&mut self, opt: &Opt, value: Option<&'a [u8]>) -> Result<Option<String>> {
        let word = value.unwrap_or_default();
        match opt.short {
            b'A' | b'C' | b'D' | b'I' | b'R' | b'N' | b'E' | b'P' => self.chain_command(opt.short, word)?,
            b'L' | b'S' | b'F' | b'Z' | b'X' => self.table_command(opt.short, value)?,
            b's' => {
                self.once('s', true)?;
                (self.source, self.not_source) = (Some(word), self.invert);
            }
            b'd' => {
                self.once('d', true)?;
                (self.destination, self.not_destination) = (Some(word), self.invert);
            }
            b'p' => self.protocol(word)?,
            b'i' | b'o' => self.device(opt.short, word)?,
            b'f' => {
                if self.family == Family::V6 {
                    return Err(self.wrong("`-f' is not supported in IPv6, use -m frag instead"));
                }
                self.once('f', true)?;
                self.command.rule.fragment = Some(self.invert);
            }
            b'j' => self.jump(word)?,
            b'g' => {
                self.once('j', false)?;
                self.goto = true;
                self.jump = Some(self.target_name(word)?);
            }
            b'm' => self.load_named(word)?,
            b't' => {
                if self.invert {
                    return Err(self.wrong("unexpected ! flag before --table"));
                }
                self.command.table = word;
            }
            b'c' => self.counters(word)?,
            b'n' => {
                self.once('n', false)?;
                self.command.numeric = true;
            }
            b'v' => {
                if !self.command.verbose {
                    self.once('v', false)?;
                }
                self.command.verbose = true;
            }
            b'x' => {
                self.once('x', false)?;
                self.command.exact = true;
            }
            0 => {
                self.once('0', false)?;
                self.command.line_numbers = true;
            }
            b'w' => self.wait(value)?,
            b'W' => self.wait_interval(value)?,
            b'V' => return Ok(Some(help::version(self.family))),
            b'h' => return Ok(Some(self.help())),
            b'4' if self.family == Family::V4 => {}
            b'6' if self.family == Family::V6 => {}
            b'4' | b'6' => return Err(tell_usage(self.family, "")),
            _ => {}
        }
        Ok(None)
    }

    /// A command that wants a chain.
    fn chain_command(&mut self, letter: u8, chain: &'a [u8]) -> Result<()> {
        let bit = match letter {
            b'A' => command::APPEND,
            b'C' => command::CHECK,
            b'D' => command::DELETE,
            b'I' => command::INSERT,
            b'R' => command::REPLACE,
            b'E' => command::RENAME_CHAIN,
            b'P' => command::SET_POLICY,
            _ => command::NEW_CHAIN,
        };
        if bit == command::NEW_CHAIN {
            self.check_chain_name(chain)?;
        }
        self.add_command(bit, 0)?;
        self.command.chain = Some(chain);
        match bit {
            command::DELETE => {
                self.command.number = self.rule_number()?;
                if self.command.number.is_some() {
                    self.command.commands = command::DELETE_NUMBER;
                }
            }
            command::REPLACE => match self.rule_number()? {
                None => return Err(self.wrong("-R requires a rule number")),
                number => self.command.number = number,
            },
            command::INSERT => self.command.number = Some(self.rule_number()?.unwrap_or(1)),
            command::RENAME_CHAIN => match self.argument() {
                None => return Err(self.wrong("-E requires old-chain-name and new-chain-name")),
                Some(name) => self.command.new_name = name,
            },
            command::SET_POLICY => match self.argument() {
                None => return Err(self.wrong("-P requires a chain and a policy")),
                policy => self.command.policy = policy,
            },
            _ => {}
        }
        Ok(())
    }

    /// A command that is for one chain or for all.
    fn table_command(&mut self, letter: u8, value: Option<&'a [u8]>) -> Result<()> {
        let (bit, others) = match letter {
            b'L' => (command::LIST, command::ZERO | command::ZERO_NUMBER),
            b'S' => (command::LIST_RULES, command::ZERO | command::ZERO_NUMBER),
            b'Z' => (command::ZERO, command::LIST | command::LIST_RULES),
            b'F' => (command::FLUSH, 0),
            _ => (command::DELETE_CHAIN, 0),
        };
        self.add_command(bit, others)?;
        if let Some(chain) = value.or_else(|| self.argument()) {
            self.command.chain = Some(chain);
        }
        if matches!(letter, b'L' | b'S' | b'Z')
            && let Some(number) = self.rule_number()?
        {
            self.command.number = Some(number);
            if letter == b'Z' {
                self.command.commands = command::ZERO_NUMBER;
            }
        }
        Ok(())
    }

    fn check_chain_name(&self, name: &[u8]) -> Result<()> {
        if name.len() >= NAME_LEN {
            return Err(self.too_long(name));
        }
        if let Some(first @ (b'-' | b'!')) = name.first() {
            return Err(self.wrong(&format!("chain name not allowed to start with `{}'", char::from(*first))));
        }
        if is_verdict(name) || name.is_empty() || xt::target_by_word(self.family, name).is_some() {
            return Err(self.wrong("chain name may not clash with target name"));
        }
        if name.iter().any(|&b| is_space(b)) {
            return Err(self.wrong(&format!("Invalid chain name `{}'", shown(name))));
        }
        Ok(())
    }

    fn too_long(&self, name: &[u8]) -> Error {
        self.wrong(&format!("chain name `{}' too long (must be under {NAME_LEN} chars)", shown(name)))
    }

    fn protocol(&mut self, word: &[u8]) -> Result<()> {
        self.once('p', true)?;
        let word = word.to_ascii_lowercase();
        let unknown = || self.wrong(&format!("unknown protocol \"{}\" specified", shown(&word)));
        let protocol = names::protocol(&word).ok_or_else(unknown)?;
        if protocol == 0 && self.invert {
            return Err(self.wrong("rule would never match protocol"));
        }
        // Routing, fragment, AH and destination options are headers before the protocol's.
        if self.family == Family::V6 && matches!(protocol, 43 | 44 | 51 | 60) && !self.invert {
            let text = format!("Warning: never matched protocol: {}. use extension match instead.", shown(&word));
            self.out.complain(&text);
        }
        (self.command.rule.protocol, self.command.rule.not_protocol) = (protocol, self.invert);
        self.protocol_word = Some(word);
        Ok(())
    }

    fn device(&mut self, letter: u8, name: &[u8]) -> Result<()> {
        if name.is_empty() {
            return Err(self.wrong("Empty interface is likely to be undesired"));
        }
        self.once(char::from(letter), true)?;
        if name.len() > DEVICE_LEN {
            let text = format!("interface name `{}' must be shorter than IFNAMSIZ ({DEVICE_LEN})", shown(name));
            return Err(self.wrong(&text));
        }
        if name.iter().any(|b| matches!(b, b'/' | b' ')) {
            let text = "' ('/' and ' ' are not allowed by the kernel).";
            self.out.complain(&format!("Warning: weird character in interface `{}{text}", shown(name)));
        }
        let interface = Some(Interface { name: name.to_vec(), inverted: self.invert });
        match letter {
            b'i' => self.command.rule.input = interface,
            _ => self.command.rule.output = interface,
        }
        Ok(())
    }

    fn target_name(&self, name: &'a [u8]) -> Result<&'a [u8]> {
        let text = match name {
            [] => "Invalid target name (too short)".to_string(),
            _ if name.len() >= NAME_LEN => {
                format!("Invalid target name `{}' ({} chars max)", shown(name), NAME_LEN - 1)
            }
            _ if name.iter().any(|&b| is_space(b)) => format!("Invalid target name `{}'", shown(name)),
            _ => return Ok(name),
        };
        Err(self.wrong(&text))
    }

    fn jump(&mut self, name: &'a [u8]) -> Result<()> {
        self.once('j', false)?;
        self.jump = Some(self.target_name(name)?);
        if let Some(kind) = xt::target_by_word(self.family, name) {
            self.bring(kind);
            self.target = Some(Loaded { kind, data: kind.block(), given: 0 });
        }
        Ok(())
    }

    /// `-m`.
    fn load_named(&mut self, name: &[u8]) -> Result<()> {
        if self.invert {
            return Err(self.wrong("unexpected ! flag before --match"));
        }
        if name.len() >= NAME_LEN {
            return Err(self.wrong(&format!("Invalid match name \"{}\" ({} chars max)", shown(name), NAME_LEN - 1)));
        }
        let missing = || self.wrong(&format!("Couldn't load match `{}':No such file or directory\n", shown(name)));
        let kind = xt::match_by_word(self.family, name).ok_or_else(missing)?;
        self.load_match(kind);
        Ok(())
    }

    fn counters(&mut self, word: &'a [u8]) -> Result<()> {
        self.once('c', false)?;
        let (packets, bytes) = match word.iter().skip(1).position(|&b| b == b',') {
            Some(comma) => (&word[..=comma], Some(&word[comma + 2..])),
            None => (word, self.argument()),
        };
        let bytes = bytes.ok_or_else(|| self.wrong("-c requires packet and byte counter"))?;
        let read = |word: &[u8], what: &str| {
            let value = leading_number(word, 10).map(|(value, _)| value);
            value.ok_or_else(|| self.wrong(&format!("-c {what} counter not numeric")))
        };
        self.command.rule.counters = Counters { packets: read(packets, "packet")?, bytes: read(bytes, "byte")? };
        Ok(())
    }

    fn wait(&mut self, value: Option<&'a [u8]>) -> Result<()> {
        let Some(word) = value.or_else(|| self.argument()) else {
            self.waits = true;
            return Ok(());
        };
        let (seconds, _) = leading_number(word, 0).ok_or_else(|| self.wrong("wait seconds not numeric"))?;
        self.waits = seconds != 0;
        Ok(())
    }

    fn wait_interval(&mut self, value: Option<&'a [u8]>) -> Result<()> {
        let Some(word) = value.or_else(|| self.argument()) else {
            return Err(self.wrong("wait interval value required"));
        };
        match leading_number(word, 10) {
            None => Err(self.wrong("wait interval not numeric")),
            Some((interval, _)) if interval > 999_999 => {
                Err(self.wrong(&format!("too long usec wait {interval} > 999999 usec")))
            }
            Some(_) => {
                self.has_interval = true;
                self.out.complain("Ignoring deprecated --wait-interval option.");
                Ok(())
            }
        }
    }

    fn help(&mut self) -> String {
        if self.matches.is_empty() {
            self.load_protocol();
        }
        let kinds = self.matches.iter().chain(&self.target).map(|loaded| loaded.kind);
        help::usage(self.family, kinds)
    }

    /// An option of a match or target.
    fn extension_option(&mut self, kind: &'static Kind, at: usize, value: Option<&'a [u8]>) -> Result<()> {
        let row = &kind.rows[at];
        let is_target = self.target.as_ref().is_some_and(|target| target.kind == kind);
        let loaded = match is_target {
            true => self.target.as_mut(),
            false => self.matches.iter_mut().rev().find(|loaded| loaded.kind == kind),
        };
        let Some(loaded) = loaded else { return Ok(()) };
        let family = self.family;
        let same = |other: usize| {
            other == at || (!row.twice.is_empty() && row.group != 0 && kind.rows[other].group == row.group)
        };
        if (0..kind.rows.len()).any(|other| loaded.given >> other & 1 != 0 && same(other)) {
            let text = format!("{}: option \"--{}\" can only be used once.\n", kind.word, row.name);
            return Err(wrong(family, if row.twice.is_empty() { &text } else { row.twice }));
        }
        if self.invert && row.invert.is_none() {
            let text = format!("{}: option \"--{}\" cannot be inverted.\n", kind.word, row.name);
            return Err(wrong(family, &text));
        }
        let mut second: &[u8] = b"";
        if let xt::Shape::TcpFlags = row.shape {
            match self.scanner.peek() {
                Some(word) if !matches!(word.first(), Some(b'-' | b'!')) => second = word,
                _ => return Err(wrong(family, "--tcp-flags requires two args.")),
            }
            self.scanner.take();
        }
        let protocol = (self.command.rule.protocol, self.command.rule.not_protocol);
        let context = Context { family, protocol, kind, row, word: value.unwrap_or_default(), second };
        context.read(&mut loaded.data)?;
        if let Some(bit) = row.present {
            bit.set(&mut loaded.data);
        }
        if let Some(bit) = row.invert.filter(|_| self.invert) {
            bit.set(&mut loaded.data);
        }
        loaded.given |= 1 << at;
        Ok(())
    }

    /// Checks what only the whole line shows.
    fn finish(mut self) -> Result<Command<'a>> {
        let drops = self.command.policy == Some(b"DROP") || self.jump == Some(b"DROP");
        if self.command.table == b"nat" && drops {
            let text = "\nThe \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n";
            return Err(self.wrong(text));
        }
        if self.has_interval && !self.waits {
            return Err(self.wrong("--wait-interval only makes sense with --wait\n"));
        }
        for loaded in self.matches.iter().chain(&self.target) {
            self.check_extension(loaded)?;
        }
        if !self.scanner.rest().is_empty() {
            return Err(self.wrong("unknown arguments found on commandline"));
        }
        if self.command.commands == 0 {
            return Err(self.wrong("no command specified"));
        }
        if self.invert {
            return Err(self.wrong("nothing appropriate following !"));
        }
        self.addresses()?;
        self.check_options()?;
        self.target();
        self.command.rule.matches = std::mem::take(&mut self.matches)
            .into_iter()
            .map(|loaded| Extension::Known(loaded.kind, loaded.data))
            .collect();
        self.check_ports()?;
        Ok(self.command)
    }

    fn check_extension(&self, loaded: &Loaded) -> Result<()> {
        let kind = loaded.kind;
        let is_given = |at: usize| loaded.given >> at & 1 != 0;
        let given = || kind.rows.iter().enumerate().filter(|(at, _)| is_given(*at));
        if let Some((rows, text)) = kind.needs
            && !given().any(|(_, row)| rows.is_empty() || rows.contains(&row.name))
        {
            return Err(self.wrong(text));
        }
        for (at, row) in kind.rows.iter().enumerate() {
            if row.required && !is_given(at) {
                return Err(self.wrong(&format!("{}: option \"--{}\" must be specified\n", kind.word, row.name)));
            }
            let other = given().find(|(other, its)| *other != at && row.group != 0 && its.group == row.group);
            if let Some((_, other)) = other.filter(|_| is_given(at)) {
                let (word, name, other) = (kind.word, row.name, other.name);
                return Err(
                    self.wrong(&format!("{word}: option \"--{name}\" cannot be used together with \"--{other}\".\n"))
                );
            }
        }
        Ok(())
    }

    fn addresses(&mut self) -> Result<()> {
        let read = |word: Option<&[u8]>, inverted: bool| -> Result<Vec<Net>> {
            match word {
                None => Ok(vec![Net::default()]),
                Some(word) => {
                    let nets = address::nets(self.family, word)?;
                    Ok(nets.into_iter().map(|net| Net { inverted, ..net }).collect())
                }
            }
        };
        let sources = read(self.source, self.not_source)?;
        let destinations = read(self.destination, self.not_destination)?;
        let is_many = sources.len() > 1 || destinations.len() > 1;
        if is_many && (self.not_source || self.not_destination) {
            return Err(self.wrong("! not allowed with multiple source or destination IP addresses"));
        }
        if is_many && self.command.commands == command::REPLACE {
            return Err(self.wrong("Replacement rule does not specify a unique address"));
        }
        (self.command.sources, self.command.destinations) = (sources, destinations);
        Ok(())
    }

    fn check_options(&self) -> Result<()> {
        let commands = self.command.commands;
        for (at, (letter, legal)) in ONCE.iter().enumerate() {
            if self.given >> at & 1 != 0 && commands & legal == 0 {
                return Err(self.wrong(&format!("Illegal option `-{letter}' with this command")));
            }
        }
        let Some(chain) = self.command.chain else { return Ok(()) };
        if chain.len() >= NAME_LEN {
            return Err(self.too_long(chain));
        }
        let cannot = match chain {
            b"PREROUTING" | b"INPUT" if self.command.rule.output.is_some() => 'o',
            b"POSTROUTING" | b"OUTPUT" if self.command.rule.input.is_some() => 'i',
            _ => return Ok(()),
        };
        match commands & (command::WITH_RULE | command::DELETE_NUMBER) {
            0 => Ok(()),
            _ => Err(self.wrong(&format!("Can't use -{cannot} with {}\n", shown(chain)))),
        }
    }

    fn target(&mut self) {
        self.command.rule.target = match (self.target.take(), self.jump) {
            (_, Some(chain)) if self.goto => Target::Goto(chain.to_vec()),
            (Some(loaded), _) => Target::Extension(Extension::Known(loaded.kind, loaded.data)),
            (None, None) => Target::None,
            (None, Some(b"ACCEPT")) => Target::Accept,
            (None, Some(b"DROP")) => Target::Drop,
            (None, Some(b"RETURN")) => Target::Return,
            // No chain either: the kernel is asked, and has none.
            (None, Some(b"QUEUE")) => Target::Extension(Extension::Foreign(b"QUEUE".to_vec(), 0, vec![0; 8])),
            (None, Some(chain)) => Target::Jump(chain.to_vec()),
        };
    }

    /// Comparisons of ports mean something only behind a comparison of the protocol.
    fn check_ports(&self) -> Result<()> {
        let rule = &self.command.rule;
        for (name, protocol) in [("tcp", 6), ("udp", 17)] {
            let asks = rule.matches.iter().any(|extension| {
                matches!(extension, Extension::Known(kind, data) if kind.name == name && xt::has_ports(kind, data))
            });
            if asks && rule.protocol != protocol {
                let upper = name.to_ascii_uppercase();
                return Err(self.wrong(&format!("{upper} match requires '-p {name}'")));
            }
        }
        Ok(())
    }
}

/// Whether a target is a verdict rather than an extension.
fn is_verdict(name: &[u8]) -> bool {
    matches!(name, b"ACCEPT" | b"DROP" | b"RETURN" | b"QUEUE")
}
