//! `tcpdump`: packets as they pass, or from a file, as tcpdump 4.99 prints them.

mod capture;
mod input;
mod output;
mod print;

use std::net::{IpAddr, ToSocketAddrs};

use crate::error::{Error, Result};
use crate::packet::Link;
use crate::packet::bpf::{self, Filter, Target};
use crate::packet::pcap::{Header, MAX_SNAPLEN};
use crate::sys;
use crate::words::getopt::{self, Item, Opt, Takes};
use crate::words::shown;

use capture::Direction;
use output::Output;
use print::{Look, Names, Printer, Stamps};

const fn flag(short: u8, long: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Nothing, argument: "", help }
}

const fn argument(short: u8, long: &'static str, argument: &'static str, help: &'static str) -> Opt {
    Opt { short, long, takes: Takes::Argument, argument, help }
}

/// The options.
pub const OPTIONS: &[Opt] = &[
    argument(b'i', "interface", "DEV", "packets of this device, or of any"),
    argument(b'r', "", "FILE", "packets from a file, - for stdin"),
    argument(b'w', "", "FILE", "write them into a file, - for stdout, and print none"),
    argument(b'c', "", "COUNT", "end after so many packets"),
    argument(b's', "snapshot-length", "BYTES", "keep no more of each packet"),
    argument(b'Q', "direction", "DIRECTION", "only packets that come in, go out, or both: in, out, inout"),
    argument(b'F', "", "FILE", "the expression is in a file"),
    argument(b'y', "linktype", "TYPE", "what packets are to begin with"),
    argument(b'B', "buffer-size", "KIB", "the size of the kernel's buffer"),
    flag(b'n', "", "addresses and ports as numbers"),
    flag(b'N', "", "names of hosts without their domains"),
    flag(b'e', "", "show the link-layer header"),
    flag(b'v', "", "tell more, twice or three times still more"),
    flag(b'q', "", "tell less"),
    flag(b't', "", "no time; twice: seconds; three times: since the packet before; four: date; five: since the first"),
    flag(b'x', "", "also in hexadecimal, twice with the link-layer header"),
    flag(b'X', "", "also in hexadecimal and as text, twice with the link-layer header"),
    flag(b'A', "", "also as text, twice with the link-layer header"),
    flag(b'#', "number", "number the packets"),
    flag(b'S', "absolute-tcp-sequence-numbers", "TCP's numbers as they are"),
    flag(b'K', "dont-verify-checksums", "do not look at checksums"),
    flag(b'p', "no-promiscuous-mode", "only packets that the device takes anyway"),
    flag(b'l', "", "print each line at once"),
    flag(b'U', "packet-buffered", "write each packet at once"),
    flag(b'D', "list-interfaces", "list the devices"),
    flag(b'L', "list-data-link-types", "list what packets of the device can begin with"),
    flag(0, "count", "only count packets from a file"),
    flag(0, "print", "print packets that are written, too"),
    flag(0, "immediate-mode", "packets as they come, which they always do here"),
    flag(0, "micro", "times in microseconds"),
    flag(0, "nano", "times in nanoseconds"),
    argument(0, "time-stamp-precision", "PRECISION", "times in micro or nano seconds"),
    flag(0, "lengths", "the lengths of packets, which -v shows here"),
    flag(b'O', "no-optimize", ""),
    flag(b'f', "", ""),
    flag(b'u', "", ""),
    argument(b'Z', "relinquish-privileges", "USER", ""),
    argument(b'j', "time-stamp-type", "TYPE", ""),
    flag(0, "version", "show the version"),
    flag(b'h', "help", "show this"),
];

/// The version whose output this is.
const VERSION: &str = "tcpdump version 4.99.3\nlibpcap version 1.10.3\n";
const DEFAULT_BUFFER: i32 = 2 << 20;

/// What the command line asks for.
struct Asked {
    look: Look,
    numeric: bool,
    short_names: bool,
    stamp: u8,
    nanoseconds: bool,
    device: Option<Vec<u8>>,
    read: Option<Vec<u8>>,
    write: Option<Vec<u8>>,
    count: Option<u64>,
    snaplen: u32,
    direction: Direction,
    link: Option<Link>,
    buffer: i32,
    promiscuous: bool,
    line_buffered: bool,
    packet_buffered: bool,
    only_count: bool,
    print: bool,
    list_devices: bool,
    list_links: bool,
    expression: Vec<u8>,
}

impl Default for Asked {
    fn default() -> Self {
        Asked {
            look: Look::default(),
            numeric: false,
            short_names: false,
            stamp: 0,
            nanoseconds: false,
            device: None,
            read: None,
            write: None,
            count: None,
            snaplen: MAX_SNAPLEN,
            direction: Direction::Both,
            link: None,
            buffer: DEFAULT_BUFFER,
            promiscuous: true,
            line_buffered: false,
            packet_buffered: false,
            only_count: false,
            print: false,
            list_devices: false,
            list_links: false,
            expression: Vec::new(),
        }
    }
}

fn fail(text: impl std::fmt::Display) -> Error {
    Error::local(format!("tcpdump: {text}"))
}

/// Carries out a command line and gives the exit status.
pub fn main(words: &[&[u8]]) -> u8 {
    match run(words) {
        Ok(()) => 0,
        Err(error) => crate::output::tell(&error),
    }
}

fn run(words: &[&[u8]]) -> Result<()> {
    let asked = match parse(words)? {
        Some(asked) => asked,
        None => return Ok(()),
    };
    if asked.list_devices {
        return capture::list_devices();
    }
    match &asked.read {
        Some(file) => input::from_file(&asked, file),
        None => capture::live(&asked),
    }
}

/// Reads the command line; nothing where it has been answered already.
fn parse(words: &[&[u8]]) -> Result<Option<Asked>> {
    let mut asked = Asked::default();
    let mut operands: Vec<&[u8]> = Vec::new();
    for item in getopt::read("tcpdump", OPTIONS, words) {
        let (at, value) = match item {
            Ok(Item::Operand(word)) => {
                operands.push(word);
                continue;
            }
            Ok(Item::Option(at, value)) => (at, value.unwrap_or_default()),
            Err(text) => return Err(Error::local(format!("{text}\n{VERSION}{}", usage().trim_end()))),
        };
        match (OPTIONS[at].short, OPTIONS[at].long) {
            (b'h', _) => {
                print_text(&format!("{VERSION}{}", usage()));
                return Ok(None);
            }
            (_, "version") => {
                print_text(VERSION);
                return Ok(None);
            }
            (0, "time-stamp-precision") => {
                asked.nanoseconds = match value {
                    b"micro" => false,
                    b"nano" => true,
                    _ => return Err(fail("unable to parse time stamp precision")),
                }
            }
            (0, "micro") => asked.nanoseconds = false,
            (0, "nano") => asked.nanoseconds = true,
            (0, "count") => asked.only_count = true,
            (0, "print") => asked.print = true,
            (0, _) => {}
            (short, _) => option(&mut asked, short, value)?,
        }
    }
    if asked.stamp > 5 {
        return Err(fail("only -t, -tt, -ttt, -tttt, and -ttttt are supported"));
    }
    // -F has been read already, and holds.
    if asked.expression.is_empty() {
        asked.expression = operands.join(&b' ');
    }
    Ok(Some(asked))
}

fn option(asked: &mut Asked, short: u8, value: &[u8]) -> Result<()> {
    let look = &mut asked.look;
    let more = |times: &mut u8| *times = times.saturating_add(1);
    match short {
        b'i' => asked.device = Some(value.to_vec()),
        b'r' => asked.read = Some(value.to_vec()),
        b'w' => asked.write = Some(value.to_vec()),
        b'c' => {
            let count = number(value).filter(|count| (1..=i32::MAX as u64).contains(count));
            asked.count = Some(count.ok_or_else(|| fail(format!("invalid packet count {}", shown(value))))?);
        }
        b's' => {
            let snaplen = number(value).filter(|snaplen| *snaplen <= MAX_SNAPLEN.into());
            let wrong = || fail(format!("invalid snaplen {} (must be >= 0 and <= {MAX_SNAPLEN})", shown(value)));
            asked.snaplen = match snaplen.ok_or_else(wrong)? {
                0 => MAX_SNAPLEN,
                snaplen => snaplen as u32,
            };
        }
        b'Q' => {
            let wrong = || fail(format!("unknown capture direction `{}'", shown(value)));
            asked.direction = Direction::from_name(value).ok_or_else(wrong)?;
        }
        b'F' => asked.expression = input::expression(value)?,
        b'y' => {
            asked.link =
                Some(Link::from_name(value).ok_or_else(|| fail(format!("invalid data link type {}", shown(value))))?);
        }
        b'B' => {
            let bytes = number(value).filter(|size| *size > 0).and_then(|size| size.checked_mul(1024));
            let size = bytes.and_then(|bytes| i32::try_from(bytes).ok());
            asked.buffer = size.ok_or_else(|| fail(format!("invalid packet buffer size {}", shown(value))))?;
        }
        b'n' => asked.numeric = true,
        b'N' => asked.short_names = true,
        b'e' => look.link_layer = true,
        b'v' => more(&mut look.verbose),
        b'q' => look.quiet = true,
        b't' => more(&mut asked.stamp),
        b'x' => more(&mut look.hex),
        b'X' => more(&mut look.hex_ascii),
        b'A' => more(&mut look.ascii),
        b'#' => look.numbered = true,
        b'S' => look.absolute = true,
        b'K' => look.no_checksums = true,
        b'p' => asked.promiscuous = false,
        b'l' => asked.line_buffered = true,
        b'U' => asked.packet_buffered = true,
        b'D' => asked.list_devices = true,
        b'L' => asked.list_links = true,
        _ => {}
    }
    Ok(())
}

fn number(word: &[u8]) -> Option<u64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

fn print_text(text: &str) {
    let mut out = crate::output::Out::new();
    out.text(text);
    out.finish();
}

/// Writes a line on stderr. There is nobody to tell where that fails.
fn note(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The summary of `tcpdump --help`.
fn usage() -> String {
    let mut text = String::from("Usage: tcpdump [ OPTIONS ] [ EXPRESSION ]\n");
    for opt in OPTIONS.iter().filter(|opt| !opt.help.is_empty()) {
        let short = if opt.short == 0 { "  ".to_string() } else { format!("-{}", char::from(opt.short)) };
        let long = if opt.long.is_empty() { String::new() } else { format!("--{}", opt.long) };
        let left = [&short, long.as_str(), opt.argument].join(" ");
        text += &format!("        {:<38} {}\n", left.trim_end().replace("  ", " "), opt.help);
    }
    text
}

/// Names from the resolver and from the files below `/etc`.
struct Resolver;

impl bpf::Names for Resolver {
    fn host(&self, name: &str) -> Vec<IpAddr> {
        let mut found: Vec<IpAddr> = Vec::new();
        for address in (name, 0).to_socket_addrs().into_iter().flatten() {
            if !found.contains(&address.ip()) {
                found.push(address.ip());
            }
        }
        found
    }

    fn port(&self, name: &str) -> Option<(u16, Option<u8>)> {
        let services = sys::services();
        let port = |protocol: &str| {
            services.iter().find(|(known, _, its)| known == name && its == protocol).map(|(_, port, _)| *port)
        };
        match (port("tcp"), port("udp")) {
            (Some(tcp), Some(udp)) if tcp == udp => Some((tcp, None)),
            (Some(tcp), _) => Some((tcp, Some(6))),
            (None, Some(udp)) => Some((udp, Some(17))),
            (None, None) => None,
        }
    }

    fn protocol(&self, name: &str) -> Option<u8> {
        sys::ip_protocol(name.as_bytes())
    }

    fn ether(&self, name: &str) -> Option<[u8; 6]> {
        sys::ethers().into_iter().find(|(_, known)| known == name).map(|(address, _)| address)
    }

    fn net(&self, _: &str) -> Option<u32> {
        None
    }
}

/// The filter that is asked for.
fn compile(asked: &Asked, link: Link, live: bool, netmask: u32) -> Result<Filter> {
    let target = Target { link, live, netmask, snaplen: asked.snaplen, names: &Resolver };
    bpf::compile(&asked.expression, &target).map_err(fail)
}

/// Where packets go: each is printed or written, as is asked.
struct Sink {
    printer: Printer,
    output: Option<Output>,
    out: crate::output::Out,
    prints: bool,
    at_once: bool,
    link: Option<Link>,
    count: u64,
    most: Option<u64>,
}

impl Sink {
    fn new(asked: &Asked, link: Option<Link>, link_number: u32, snaplen: u32) -> Result<Sink> {
        use std::io::IsTerminal;
        let output = match &asked.write {
            Some(file) => Some(Output::new(file, link_number, snaplen, asked.nanoseconds, asked.packet_buffered)?),
            None => None,
        };
        let names = Names::new(asked.numeric, asked.short_names);
        Ok(Sink {
            printer: Printer::new(asked.look.clone(), names, Stamps::new(asked.stamp, asked.nanoseconds)),
            prints: (output.is_none() || asked.print) && !asked.only_count,
            output,
            out: crate::output::Out::new(),
            at_once: asked.line_buffered || std::io::stdout().is_terminal(),
            link,
            count: 0,
            most: asked.count,
        })
    }

    /// Whether all the packets that are wanted have been there.
    fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.count >= most)
    }

    fn packet(&mut self, header: &Header, packet: &[u8]) -> Result<()> {
        self.count += 1;
        if let Some(output) = &mut self.output {
            output.packet(header, packet)?;
        }
        if self.prints {
            self.printer.packet(self.link, header, packet, self.count);
            self.out.text(&self.printer.out[..]);
            self.printer.out.clear();
            match self.at_once {
                true => self.out.flush(),
                false => self.out.flush_if_full(),
            }
        }
        Ok(())
    }

    /// Writes what has gathered.
    fn flush(&mut self) {
        self.out.flush();
    }

    fn finish(&mut self) -> Result<()> {
        self.out.finish();
        self.output.as_mut().map_or(Ok(()), Output::finish)
    }
}
