//! The command line of `nc`.

use crate::error::{Error, Result};
use crate::sys;
use crate::words::getopt::{self, Item, Opt, argument, flag};
use crate::words::shown;

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(b'4', "", "IPv4 only"),
    flag(b'6', "", "IPv6 only"),
    flag(b'b', "", "allow broadcast addresses"),
    flag(b'C', "", "end lines that are sent with CR LF"),
    flag(b'd', "", "do not read stdin"),
    flag(b'h', "", "show this"),
    argument(b'I', "", "BYTES", "the size of the receive buffer"),
    flag(b'k', "", "go on listening after a connection"),
    flag(b'l', "", "listen"),
    argument(b'M', "", "TTL", "the time to live, or hop limit"),
    argument(b'm', "", "TTL", "the lowest time to live that is taken"),
    flag(b'N', "", "tell the peer when stdin has ended"),
    flag(b'n', "", "addresses and ports as numbers"),
    argument(b'O', "", "BYTES", "the size of the send buffer"),
    argument(b'p', "", "PORT", "the own port"),
    argument(b'q', "", "SECONDS", "end so long after stdin has"),
    flag(b'r', "", "take the ports in any order"),
    argument(b's', "", "ADDRESS", "the own address"),
    flag(b'U', "", "a socket in the file system"),
    flag(b'u', "", "UDP"),
    flag(b'v', "", "tell of connections"),
    argument(b'W', "", "COUNT", "end after so many packets"),
    argument(b'w', "", "SECONDS", "end after so long without anything"),
    flag(b'z', "", "only look whether ports are open"),
];

/// Options of the stock tool that are not there.
const LACKING: &[u8] = b"DFiPSTtVXxZ";

/// The version whose behaviour this is.
const VERSION: &str = "OpenBSD netcat (Debian patchlevel 1.219-1)";
/// The largest buffer that may be asked for, in bytes.
const LARGEST_BUFFER: i64 = 65536 << 14;

/// What the command line asks for.
#[derive(Debug, Default, Clone)]
pub struct Asked<'a> {
    /// `AF_INET`, `AF_INET6`, or 0 for either.
    pub family: i32,
    pub broadcast: bool,
    pub crlf: bool,
    pub detached: bool,
    pub receive_buffer: Option<i32>,
    pub keep: bool,
    pub listen: bool,
    pub ttl: Option<i32>,
    pub least_ttl: Option<i32>,
    pub shutdown: bool,
    pub numeric: bool,
    pub send_buffer: Option<i32>,
    pub port: Option<&'a [u8]>,
    /// Seconds.
    pub quit: Option<u64>,
    pub random: bool,
    pub source: Option<&'a [u8]>,
    pub unix: bool,
    pub udp: bool,
    pub verbose: bool,
    pub limit: i64,
    /// Seconds.
    pub timeout: Option<u64>,
    pub scan: bool,
    /// The host, or the path with `-U`.
    pub host: Option<&'a [u8]>,
    pub ports: Vec<&'a [u8]>,
}

/// Something that cannot be done: status 1.
pub fn fatal(text: impl std::fmt::Display) -> Error {
    Error::local(format!("nc: {text}"))
}

/// Reads a command line.
pub fn parse<'a>(words: &[&'a [u8]]) -> Result<Asked<'a>> {
    let mut asked = Asked::default();
    let mut operands = Vec::new();
    for item in getopt::read("nc", OPTIONS, words) {
        match item {
            Ok(Item::Operand(word)) => operands.push(word),
            Ok(Item::Option(at, value)) => asked.take(OPTIONS[at].short, value.unwrap_or_default())?,
            Err(text) => return Err(complaint(&text)),
        }
    }
    asked.place(&operands)?;
    Ok(asked)
}

fn complaint(text: &str) -> Error {
    let letter = text.strip_suffix('\'').and_then(|text| text.bytes().last()).unwrap_or_default();
    if text.contains("invalid option") && LACKING.contains(&letter) {
        return fatal(format!("option -{} is not supported", char::from(letter)));
    }
    Error::local(format!("{text}\n{}", usage()))
}

fn usage() -> String {
    "usage: nc [ OPTIONS ] [ HOST ] [ PORT | FIRST-LAST ] ...".into()
}

impl<'a> Asked<'a> {
    fn take(&mut self, letter: u8, value: &'a [u8]) -> Result<()> {
        let most = i64::from(i32::MAX);
        match letter {
            b'4' => self.family = libc::AF_INET,
            b'6' => self.family = libc::AF_INET6,
            b'b' => self.broadcast = true,
            b'C' => self.crlf = true,
            b'd' => self.detached = true,
            b'h' => {
                let options = getopt::options_help(OPTIONS);
                return Err(Error::local(format!("{VERSION}\n{}\n{}", usage(), options.trim_end())).with_status(0));
            }
            b'I' => self.receive_buffer = Some(number("TCP receive window", value, 1, LARGEST_BUFFER)? as i32),
            b'k' => self.keep = true,
            b'l' => self.listen = true,
            b'M' => self.ttl = Some(ttl("ttl", value)?),
            b'm' => self.least_ttl = Some(ttl("minttl", value)?),
            b'N' => self.shutdown = true,
            b'n' => self.numeric = true,
            b'O' => self.send_buffer = Some(number("TCP send window", value, 1, LARGEST_BUFFER)? as i32),
            b'p' => self.port = Some(value),
            b'q' => {
                self.quit = u64::try_from(number("quit timer", value, i64::from(i32::MIN), most)?).ok();
                self.shutdown |= self.quit.is_some();
            }
            b'r' => self.random = true,
            b's' => self.source = Some(value),
            b'U' => self.unix = true,
            b'u' => self.udp = true,
            b'v' => self.verbose = true,
            b'W' => self.limit = number("receive limit", value, 1, most)?,
            b'w' => self.timeout = u64::try_from(number("timeout", value, 0, most / 1000)?).ok(),
            b'z' => self.scan = true,
            _ => {}
        }
        Ok(())
    }

    /// Finds out what the operands are, and whether all goes together.
    fn place(&mut self, operands: &[&'a [u8]]) -> Result<()> {
        match *operands {
            [] if self.listen => {
                self.host = self.source;
                self.ports.extend(self.port);
            }
            [one] if self.port.is_none() && self.source.is_none() => {
                if self.unix {
                    self.host = Some(one);
                } else if self.listen {
                    self.ports.push(one);
                }
            }
            [host, ref ports @ ..] if !ports.is_empty() => {
                if self.listen && (self.port.is_some() || self.source.is_some() || ports.len() > 1) {
                    return Err(Error::local(usage()));
                }
                self.host = Some(host);
                self.ports.extend_from_slice(ports);
            }
            _ => return Err(Error::local(usage())),
        }
        let wrong = match self {
            Asked { unix: true, .. } if !self.ports.is_empty() => "cannot use port with -U",
            Asked { unix: true, host: None, .. } => "missing socket pathname",
            Asked { unix: true, udp: true, .. } => "datagrams with -U are not supported",
            Asked { unix: false, .. } if self.ports.is_empty() => "missing port number",
            Asked { listen: true, scan: true, .. } => "cannot use -z and -l",
            Asked { listen: false, keep: true, .. } => "must use -l with -k",
            _ => return Ok(()),
        };
        Err(fatal(wrong))
    }

    /// `tcp` or `udp`.
    pub fn protocol(&self) -> &'static str {
        if self.udp { "udp" } else { "tcp" }
    }

    /// The ports to connect to, in their order.
    pub fn all_ports(&self) -> Result<Vec<u16>> {
        let mut all = Vec::new();
        for word in &self.ports {
            let range = word.iter().position(|&b| b == b'-').filter(|_| word[0].is_ascii_digit());
            match (sys::service_port(word, Some(self.protocol())), range) {
                (Some(port), _) => all.push(port),
                (None, Some(at)) => {
                    let (last, first) = (port(&word[at + 1..])?, port(&word[..at])?);
                    all.extend(first.min(last)..=first.max(last));
                }
                (None, None) => all.push(port(word)?),
            }
        }
        if self.random {
            let random = std::hash::RandomState::new();
            all.sort_by_cached_key(|port| std::hash::BuildHasher::hash_one(&random, port));
        }
        Ok(all)
    }

    /// The port that `word` means where getaddrinfo(3) is asked: a number, however large, or a service.
    pub fn own_port(&self, word: &[u8]) -> Result<u16> {
        let number = std::str::from_utf8(word).ok().and_then(|word| word.parse::<u64>().ok());
        let port = number.map(|number| number as u16).or_else(|| sys::service_port(word, Some(self.protocol())));
        port.ok_or_else(|| fatal("getaddrinfo: Servname not supported for ai_socktype"))
    }
}

fn port(word: &[u8]) -> Result<u16> {
    Ok(number("port number", word, 1, 65535)? as u16)
}

fn ttl(what: &str, word: &[u8]) -> Result<i32> {
    let wrong = |why| fatal(format!("{what} is {why}"));
    whole(word, 0, 255).map(|ttl| ttl as i32).map_err(wrong)
}

fn number(what: &str, word: &[u8], min: i64, max: i64) -> Result<i64> {
    whole(word, min, max).map_err(|why| fatal(format!("{what} {why}: {}", shown(word))))
}

/// A whole number, or what strtonum(3) finds wrong with it.
fn whole(word: &[u8], min: i64, max: i64) -> std::result::Result<i64, &'static str> {
    let text = std::str::from_utf8(word).map_err(|_| "invalid")?.trim_start();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err("invalid");
    }
    match text.parse::<i64>() {
        Err(_) if text.starts_with('-') => Err("too small"),
        Err(_) => Err("too large"),
        Ok(number) if number < min => Err("too small"),
        Ok(number) if number > max => Err("too large"),
        Ok(number) => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(line: &'static str) -> std::result::Result<Vec<u16>, String> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        parse(&words).and_then(|asked| asked.all_ports()).map_err(|error| error.to_string())
    }

    #[test]
    fn ports_and_ranges() {
        assert_eq!(ports("h 80"), Ok(vec![80]));
        assert_eq!(ports("h 3-1 9"), Ok(vec![1, 2, 3, 9]));
        assert_eq!(ports("h 65534-65535"), Ok(vec![65534, 65535]));
        for (line, text) in [
            ("h 0", "nc: port number too small: 0"),
            ("h 70000", "nc: port number too large: 70000"),
            ("h 4x", "nc: port number invalid: 4x"),
            ("h 4-x", "nc: port number invalid: x"),
            ("h", "nc: missing port number"),
            ("-l", "nc: missing port number"),
            ("-lz 4", "nc: cannot use -z and -l"),
            ("-k h 4", "nc: must use -l with -k"),
            ("-w x h 4", "nc: timeout invalid: x"),
            ("-x p h 4", "nc: option -x is not supported"),
        ] {
            assert_eq!(ports(line), Err(text.into()), "{line}");
        }
    }
}
