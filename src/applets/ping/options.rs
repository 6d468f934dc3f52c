//! The command line of `ping`.

use std::net::{IpAddr, SocketAddr};

use crate::applets::host;
use crate::applets::text::say;
use crate::error::{Error, Result};
use crate::words::getopt::{self, Item, Opt, argument, flag};
use crate::words::shown;

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(b'4', "", "IPv4 only"),
    flag(b'6', "", "IPv6 only"),
    flag(b'a', "", "ring the bell at each reply"),
    flag(b'A', "", "send as fast as replies come"),
    flag(b'b', "", "allow a broadcast address"),
    flag(b'B', "", "keep the source address"),
    argument(b'c', "", "COUNT", "end after so many replies"),
    flag(b'd', "", "debug the socket"),
    flag(b'D', "", "show the time of day before each line"),
    argument(b'e', "", "IDENT", "the identifier of the probes"),
    flag(b'f', "", "flood: a dot for each probe, taken back by its reply"),
    flag(b'h', "", "show this"),
    flag(b'?', "", ""),
    argument(b'i', "", "SECONDS", "the time between probes, 1 when nothing is said"),
    argument(b'I', "", "DEV|ADDRESS", "the device to send on, or the address to send from"),
    argument(b'l', "", "COUNT", "send so many without waiting for replies"),
    flag(b'L', "", "do not hear one's own multicast"),
    argument(b'm', "", "MARK", "the mark of the probes"),
    argument(b'M', "", "HOW", "fragments: do (forbid them), want or dont"),
    flag(b'n', "", "addresses as numbers"),
    flag(b'O', "", "tell of each probe that has no reply yet"),
    argument(b'p', "", "HEX", "the bytes to fill probes with"),
    flag(b'q', "", "only the summary"),
    argument(b'Q', "", "TOS", "the type of service, or traffic class"),
    flag(b'r', "", "no gateway"),
    argument(b's', "", "BYTES", "the size of what is sent, 56 when nothing is said"),
    argument(b'S', "", "BYTES", "the size of the socket's send buffer"),
    argument(b't', "", "TTL", "the time to live, or hop limit"),
    flag(b'U', "", "times from program to program"),
    flag(b'v', "", "tell more"),
    flag(b'V', "", "show the version"),
    argument(b'w', "", "SECONDS", "end after this time"),
    argument(b'W', "", "SECONDS", "wait this long for the last replies, 10 when nothing is said"),
];

/// Options of the stock tool that are not there.
const LACKING: &[u8] = b"CRTFN";

/// The version whose behaviour this is.
const VERSION: &str = "ping from iputils 20221126\n\
    libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n";

/// How many probes sequence numbers tell apart.
pub const SEQUENCES: i64 = 0x10000;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The name that complaints begin with.
    pub program: &'static str,
    /// `AF_INET`, `AF_INET6`, or 0 for either.
    pub family: i32,
    /// The destination.
    pub target: &'a [u8],
    pub audible: bool,
    pub adaptive: bool,
    pub broadcast: bool,
    /// Send from `source` and no other address.
    pub strict_source: bool,
    /// 0 for no end.
    pub count: i64,
    pub debug: bool,
    pub time_of_day: bool,
    pub ident: Option<u16>,
    pub flood: bool,
    /// Milliseconds, where asked for.
    pub interval: Option<i32>,
    pub device: Option<&'a [u8]>,
    pub source: Option<IpAddr>,
    pub source6: Option<IpAddr>,
    pub preload: i32,
    pub no_loop: bool,
    pub mark: Option<u32>,
    /// `IP_PMTUDISC_*`, the same numbers for IPv6.
    pub fragments: Option<i32>,
    pub numeric: bool,
    pub outstanding: bool,
    pub pattern: Option<Vec<u8>>,
    pub quiet: bool,
    pub tos: i32,
    pub dont_route: bool,
    pub size: usize,
    pub send_buffer: i32,
    pub ttl: Option<i32>,
    pub latency: bool,
    pub verbose: bool,
    /// Seconds, 0 for none.
    pub deadline: u64,
    /// Milliseconds.
    pub linger: i32,
}

/// What is to be done.
pub enum Command<'a> {
    /// Send probes.
    Ping(Box<Asked<'a>>),
    /// Say this on stdout, and no more.
    Say(String),
}

/// Something that cannot be done: status 2.
pub fn fatal(program: &str, text: impl std::fmt::Display) -> Error {
    Error::local(format!("{program}: {text}")).with_status(2)
}

/// Reads a command line.
pub fn parse<'a>(program: &'static str, family: i32, words: &[&'a [u8]]) -> Result<Command<'a>> {
    let mut asked = Asked {
        program,
        family,
        target: b"",
        audible: false,
        adaptive: false,
        broadcast: false,
        strict_source: false,
        count: 0,
        debug: false,
        time_of_day: false,
        ident: None,
        flood: false,
        interval: None,
        device: None,
        source: None,
        source6: None,
        preload: 1,
        no_loop: false,
        mark: None,
        fragments: None,
        numeric: false,
        outstanding: false,
        pattern: None,
        quiet: false,
        tos: 0,
        dont_route: false,
        size: 56,
        send_buffer: 0,
        ttl: None,
        latency: false,
        verbose: false,
        deadline: 0,
        linger: 10_000,
    };
    let mut operands = Vec::new();
    for item in getopt::read(program, OPTIONS, words) {
        match item {
            Ok(Item::Operand(word)) => operands.push(word),
            Ok(Item::Option(at, value)) => match OPTIONS[at].short {
                b'V' => return Ok(Command::Say(VERSION.into())),
                b'h' | b'?' => return Err(Error::local(usage()).with_status(2)),
                letter => asked.take(letter, value.unwrap_or_default())?,
            },
            Err(text) => return Err(complaint(program, &text)),
        }
    }
    match operands.as_slice() {
        [] => Err(Error::local(format!("{program}: usage error: Destination address required"))),
        [target] => {
            asked.target = target;
            Ok(Command::Ping(Box::new(asked)))
        }
        [.., _] => Err(fatal(program, "source routes are not supported")),
    }
}

fn complaint(program: &str, text: &str) -> Error {
    let letter = text.strip_suffix('\'').and_then(|text| text.bytes().last()).unwrap_or_default();
    if text.contains("invalid option") && LACKING.contains(&letter) {
        return fatal(program, format!("option -{} is not supported", char::from(letter)));
    }
    Error::local(format!("{text}\n{}", usage())).with_status(2)
}

fn usage() -> String {
    format!("\nUsage\n  ping [options] <destination>\n\nOptions:\n{}", getopt::options_help(OPTIONS).trim_end())
}

impl<'a> Asked<'a> {
    fn take(&mut self, letter: u8, value: &'a [u8]) -> Result<()> {
        match letter {
            b'4' => self.family(libc::AF_INET)?,
            b'6' => self.family(libc::AF_INET6)?,
            b'a' => self.audible = true,
            b'A' => self.adaptive = true,
            b'b' => self.broadcast = true,
            b'B' => self.strict_source = true,
            b'c' => self.count = self.number(value, 1, i64::MAX)?,
            b'd' => self.debug = true,
            b'D' => self.time_of_day = true,
            b'e' => self.ident = Some(self.number(value, 0, 0xffff)? as u16),
            b'f' => (self.flood, self.numeric) = (true, true),
            b'i' => self.interval = Some(self.milliseconds(value, "bad timing interval", f64::NEG_INFINITY)?),
            b'I' => self.from(value)?,
            b'l' => self.preload = self.preload(value)?,
            b'L' => self.no_loop = true,
            b'm' => self.mark = Some(self.number(value, 0, i64::from(u32::MAX))? as u32),
            b'M' => self.fragments = Some(self.fragments(value)?),
            b'n' => self.numeric = true,
            b'O' => self.outstanding = true,
            b'p' => self.pattern = Some(value.to_vec()),
            b'q' => self.quiet = true,
            b'Q' => self.tos = self.tos(value)?,
            b'r' => self.dont_route = true,
            b's' => self.size = self.number(value, 0, i64::from(i32::MAX))? as usize,
            b'S' => self.send_buffer = self.number(value, 1, i64::from(i32::MAX))? as i32,
            b't' => self.ttl = Some(self.number(value, 0, 255)? as i32),
            b'U' => self.latency = true,
            b'v' => self.verbose = true,
            b'w' => self.deadline = self.number(value, 0, i64::from(i32::MAX))? as u64,
            b'W' => self.linger = self.milliseconds(value, "bad linger time", 0.0)?,
            _ => {}
        }
        Ok(())
    }

    fn family(&mut self, family: i32) -> Result<()> {
        if self.family != 0 && self.family != family {
            return Err(fatal(self.program, "only one -4 or -6 option may be specified"));
        }
        self.family = family;
        Ok(())
    }

    /// A whole number as strtol(3) reads it.
    fn number(&self, word: &[u8], min: i64, max: i64) -> Result<i64> {
        let invalid = |why: &str| Error::local(format!("{}: invalid argument: '{}'{why}", self.program, shown(word)));
        let text = shown(word);
        let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid(""));
        }
        let number: i64 = text.parse().map_err(|_| invalid(": Numerical result out of range"))?;
        if !(min..=max).contains(&number) {
            return Err(invalid(&format!(": out of range: {min} <= value <= {max}")));
        }
        Ok(number)
    }

    /// Seconds as strtod(3) reads them, in milliseconds. What stands behind the number is told and left.
    fn milliseconds(&self, word: &[u8], what: &str, min: f64) -> Result<i32> {
        let wrong = |why: &str| fatal(self.program, format!("{what}: {}{why}", shown(word)));
        if word.is_empty() {
            return Err(wrong(""));
        }
        let (number, rest) = decimal(word);
        if !rest.is_empty() {
            say(&format!("{0}: option argument contains garbage: {1}", self.program, shown(rest)));
            say(&format!("{}: this will become fatal error in the future", self.program));
        }
        if !number.is_finite() || number.is_subnormal() {
            return Err(wrong(": Numerical result out of range"));
        }
        if number < min || number > f64::from(i32::MAX) / 1000.0 {
            return Err(wrong(""));
        }
        Ok((number * 1000.0) as i32)
    }

    fn from(&mut self, word: &'a [u8]) -> Result<()> {
        if word.contains(&b':') {
            let (address, device) = match word.iter().position(|&b| b == b'%') {
                Some(at) => (&word[..at], Some(&word[at + 1..])),
                None => (word, self.device),
            };
            let Some(SocketAddr::V6(address)) = host::number(address) else {
                return Err(fatal(self.program, format!("invalid source address: {}", shown(word))));
            };
            (self.source6, self.device, self.strict_source) = (Some((*address.ip()).into()), device, true);
        } else if let Some(address) = std::str::from_utf8(word).ok().and_then(|word| word.parse::<IpAddr>().ok()) {
            (self.source, self.strict_source) = (Some(address), true);
        } else {
            self.device = Some(word);
        }
        Ok(())
    }

    fn preload(&self, word: &[u8]) -> Result<i32> {
        let preload = self.number(word, 1, SEQUENCES)? as i32;
        if preload > 3 && !nix::unistd::getuid().is_root() {
            return Err(fatal(self.program, format!("cannot set preload to value greater than 3: {preload}")));
        }
        Ok(preload)
    }

    fn fragments(&self, word: &[u8]) -> Result<i32> {
        match word {
            b"do" => Ok(libc::IP_PMTUDISC_DO),
            b"dont" => Ok(libc::IP_PMTUDISC_DONT),
            b"want" => Ok(libc::IP_PMTUDISC_WANT),
            _ => Err(fatal(self.program, format!("invalid -M argument: {}", shown(word)))),
        }
    }

    fn tos(&self, word: &[u8]) -> Result<i32> {
        let text = shown(word);
        let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(hex) => i32::from_str_radix(hex, 16),
            None => text.parse(),
        };
        match number {
            Err(_) => Err(fatal(self.program, format!("bad TOS value: {text}"))),
            Ok(tos) if tos > 255 => {
                Err(fatal(self.program, format!("the decimal value of TOS bits must be in range 0-255: {tos}")))
            }
            Ok(tos) => Ok(tos),
        }
    }
}

/// The number that a word begins with, 0 if with none, and what follows it.
fn decimal(word: &[u8]) -> (f64, &[u8]) {
    let longest = (1..=word.len()).rev().find_map(|len| {
        let number = std::str::from_utf8(&word[..len]).ok()?.trim_start().parse().ok()?;
        Some((number, &word[len..]))
    });
    longest.unwrap_or((0.0, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(line: &str) -> String {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        match parse("ping", 0, &words) {
            Ok(_) => String::new(),
            Err(error) => format!("{error} = {}", error.status()),
        }
    }

    #[test]
    fn complaints() {
        for (line, text) in [
            ("-c 0 x", "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807 = 1"),
            (
                "-c 99999999999999999999 x",
                "ping: invalid argument: '99999999999999999999': Numerical result out of range = 1",
            ),
            ("-s x x", "ping: invalid argument: 'x' = 1"),
            ("-i inf x", "ping: bad timing interval: inf: Numerical result out of range = 2"),
            ("-W -1 x", "ping: bad linger time: -1 = 2"),
            ("-4 -6 x", "ping: only one -4 or -6 option may be specified = 2"),
            ("-M x x", "ping: invalid -M argument: x = 2"),
            ("-Q 0x1z x", "ping: bad TOS value: 0x1z = 2"),
            ("-I x:y x", "ping: invalid source address: x:y = 2"),
            ("-R x", "ping: option -R is not supported = 2"),
            ("-n", "ping: usage error: Destination address required = 1"),
            ("-c 1 -i 0.2 -W 1.5 x", ""),
        ] {
            assert_eq!(says(line), text, "{line}");
        }
    }

    #[test]
    fn numbers_with_a_tail() {
        assert_eq!(decimal(b"0.2"), (0.2, &b""[..]));
        assert_eq!(decimal(b"1x"), (1.0, &b"x"[..]));
        assert_eq!(decimal(b"x"), (0.0, &b"x"[..]));
        assert_eq!(decimal(b"1\xff"), (1.0, &b"\xff"[..]));
    }
}
