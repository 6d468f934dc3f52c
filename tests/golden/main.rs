//! What the stock tools asked the kernel, what it answered and what they showed, recorded once and played to ours: the
//! same words must make the same request, and the same answer the same text and JSON. Needs no kernel and no stock tool.
//!
//! A file is a play. A line behind `$ ` is a command. Behind it stand the requests that the stock tool made to change
//! something, `> ` and the message in hexadecimal, or what the kernel answered, `< `, and what was shown, `| `. Before it
//! stand the devices that there were, `= INDEX NAME FLAGS`. Lines behind `! ` were only run to set the stage, and lines
//! behind `~ ` came to nothing on the kernel that was there. `record` runs a file's commands and writes the file anew; `#`
//! begins a comment.
//!
//! Messages are recorded on a little-endian machine.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use iplab::commands::{IP, Ip, Program, bridge::BRIDGE};
use iplab::kinds::KINDS;
use iplab::netlink::{Attrs, Messages, NlmF, Socket};
use iplab::words::{Words, options::Options};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// Kinds that the recording kernel does not make, or whose attributes the recorded tool cannot show: their requests are
/// compared all the same.
const NOT_TOLD: &[&str] = &["amt", "bareudp", "dsa", "ipoib", "netdevsim", "netkit", "rmnet", "virt_wifi", "wwan"];

/// Attributes of tunnels that the stock tool always sends and ours leaves to the kernel, whose value is the same:
/// `IFLA_GRE_PMTUDISC`, `IFLA_GRE_ERSPAN_VER`.
const TAKEN_FOR_GRANTED: &[(u16, &[u8])] = &[(10, &[1]), (22, &[1])];

/// The length of `struct nlmsghdr`, and of `struct ifinfomsg`.
const HEADER: usize = 16;

/// A command, what it did and what it showed.
#[derive(Default, Clone)]
struct Act {
    devices: Vec<(u32, String, u32)>,
    line: String,
    requests: Vec<Vec<u8>>,
    answers: Vec<Vec<u8>>,
    text: String,
}

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut count = 0;
    if cfg!(target_endian = "little") {
        for path in plays() {
            let name = path.strip_prefix(HERE).unwrap().to_string_lossy().into_owned();
            let acts = acts(&fs::read_to_string(&path).unwrap());
            count += acts.len();
            trials.push(Trial::test(name, move || play(&acts)));
        }
        trials.push(Trial::test("every_kind_of_link_is_there", every_kind_of_link_is_there));
    }
    eprintln!("{count} commands are played");
    libtest_mimic::run(&arguments, trials).exit();
}

/// The files.
fn plays() -> Vec<PathBuf> {
    let entries = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut all: Vec<_> =
        entries(Path::new(HERE)).iter().filter(|path| path.is_dir()).flat_map(|path| entries(path)).collect();
    all.sort();
    all
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().map(|digit| char::from(digit).to_digit(16).unwrap() as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn acts(text: &str) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    let mut devices = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (mark, rest) = line.split_at(line.len().min(2));
        match (mark.trim_end(), acts.last_mut()) {
            ("=", _) => {
                let mut words = rest.split(' ');
                let mut word = || words.next().unwrap();
                let (index, name) = (word().parse().unwrap(), word().to_string());
                devices.push((index, name, u32::from_str_radix(word(), 16).unwrap()));
            }
            ("$", _) => {
                acts.push(Act { devices: devices.clone(), line: rest.into(), ..Act::default() });
            }
            (">", Some(act)) => act.requests.push(bytes(rest)),
            ("<", Some(act)) => act.answers.push(bytes(rest)),
            ("|", Some(act)) => act.text += &format!("{rest}\n"),
            ("!", _) => devices.clear(),
            ("#" | "~", _) => {}
            _ => panic!("what is {line:?}?"),
        }
        // A change changes what there is, and the list comes anew.
        if mark == "> " {
            devices.clear();
        }
    }
    acts
}

fn play(acts: &[Act]) -> Result<(), Failed> {
    let mut report = String::new();
    for act in acts {
        let (text, requests) = ours(act);
        if text != act.text {
            report += &format!("$ {}\n  stock: {:?}\n  ours:  {text:?}\n", act.line, act.text);
        }
        let differ = |(stock, ours): (&Vec<u8>, &Vec<u8>)| !same(stock, ours);
        if act.requests.len() != requests.len() || act.requests.iter().zip(&requests).any(differ) {
            report += &format!("$ {}\n", act.line);
            for (whose, requests) in [("stock", &act.requests), ("ours ", &requests)] {
                for request in requests {
                    report += &format!("  {whose}: {}\n", hex(&request[HEADER..]));
                }
            }
        }
    }
    if report.is_empty() { Ok(()) } else { Err(report.into()) }
}

/// What our tool shows of a command, and what it asks to change.
fn ours(act: &Act) -> (String, Vec<Vec<u8>>) {
    let line = words(&act.line);
    let line: Vec<&[u8]> = line.iter().map(String::as_bytes).collect();
    let program: &'static Program = if line[0] == b"bridge" { &BRIDGE } else { &IP };
    let mut words = Words::new(&line[1..]);
    let (options, _) = Options::parse(program.options, program.hint, &mut words).unwrap();
    let flags = SockFlag::SOCK_CLOEXEC;
    let (near, far) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags).unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kernel = {
        let (answers, requests) = (act.answers.clone(), Arc::clone(&requests));
        std::thread::spawn(move || answer(&far, &answers, &requests))
    };
    let mut ip = Ip::over(options, Socket::over(near));
    for (index, name, flags) in &act.devices {
        ip.view.links.learn(*index, name.as_bytes(), *flags);
    }
    let result = program.command(&mut ip, words);
    let mut text = String::from_utf8_lossy(&ip.view.out.take()).into_owned();
    if let Err(error) = result {
        text += &format!("status {}: {error}\n", error.status());
    }
    drop(ip);
    kernel.join().unwrap();
    let requests = std::mem::take(&mut *requests.lock().unwrap());
    (text, requests)
}

/// The words of a line; what stands between `'` is one word.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Is the kernel: answers what asks for objects with those that there are of that type, and takes all else for done.
fn answer(fd: &OwnedFd, answers: &[Vec<u8>], requests: &Mutex<Vec<Vec<u8>>>) {
    use std::os::fd::AsRawFd;
    let mut buffer = vec![0; 65536];
    while let Ok(len @ 1..) = recv(fd.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
        let request = &buffer[..len];
        let number = |at: usize| u16::from_ne_bytes([request[at], request[at + 1]]);
        let (kind, flags, sequence) = (number(4), number(6), &request[8..12]);
        let reply = |kind: u16, flags: u16, body: &[u8]| {
            let mut bytes = (HEADER as u32 + body.len() as u32).to_ne_bytes().to_vec();
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(flags.to_ne_bytes());
            bytes.extend(sequence);
            bytes.extend([0; 4]);
            bytes.extend(body);
            let _ = send(fd.as_raw_fd(), &bytes, MsgFlags::empty());
        };
        let verdict = |errno: i32| reply(2, 0, &[&errno.to_ne_bytes(), &request[..HEADER]].concat());
        if kind % 4 != 2 {
            requests.lock().unwrap().push(request.to_vec());
            verdict(0);
            continue;
        }
        let is_bridge = |message: &[u8]| message.get(HEADER) == Some(&(libc::AF_BRIDGE as u8));
        let is_dump = flags & NlmF::DUMP.bits() == NlmF::DUMP.bits();
        let index = request.get(HEADER + 4..HEADER + 8).filter(|index| kind == 18 && !is_dump && *index != [0; 4]);
        let its = |answer: &[u8]| u16::from_ne_bytes([answer[4], answer[5]]);
        let fits = |answer: &&Vec<u8>| {
            // A group is told by the type that asks for it.
            [kind, kind - 2].contains(&its(answer))
                && (kind != 18 || is_bridge(answer) == is_bridge(request))
                && index.is_none_or(|index| answer[HEADER + 4..HEADER + 8] == *index)
        };
        let mut fitting = answers.iter().filter(fits);
        if is_dump {
            fitting.for_each(|answer| reply(its(answer), NlmF::MULTI.bits(), &answer[HEADER..]));
            reply(3, NlmF::MULTI.bits(), &[0; 4]);
        } else {
            match fitting.next() {
                Some(answer) => reply(kind - 2, 0, &answer[HEADER..]),
                None => verdict(-libc::ENODEV),
            }
        }
    }
}

/// Whether two requests say the same. Sequence number, padding, the flags that ask for an ACK and the bit that says of an
/// attribute that it is nested may differ, and where the stock tool sends a zero, ours may leave it to the kernel.
fn same(stock: &[u8], ours: &[u8]) -> bool {
    let head = |bytes: &[u8]| {
        let flags = u16::from_ne_bytes([bytes[6], bytes[7]]) & !NlmF::ACK.bits();
        (bytes[4..6].to_vec(), flags, bytes.get(HEADER..HEADER + fixed_header(bytes)).map(<[u8]>::to_vec))
    };
    let rest = |bytes: &[u8]| Value::read(bytes.get(HEADER + fixed_header(bytes)..).unwrap_or_default());
    head(stock) == head(ours) && rest(stock).covers(&rest(ours))
}

/// The content of an attribute: bytes, or attributes in the order of their numbers.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Bytes(Vec<u8>),
    Nest(Vec<(u16, Value)>),
}

impl Value {
    fn read(bytes: &[u8]) -> Value {
        let all = Attrs::new(bytes).collect::<Vec<_>>();
        let whole: usize = all.iter().map(|attr| (attr.payload.len() + 4).next_multiple_of(4)).sum();
        // The last attribute of the stock tool's is not always padded.
        if all.is_empty() || whole < bytes.len() || whole > bytes.len() + 3 {
            return Value::Bytes(bytes.to_vec());
        }
        let mut all: Vec<_> = all.iter().map(|attr| (attr.kind, Value::read(attr.payload))).collect();
        all.sort();
        Value::Nest(all)
    }

    fn is_zero(&self) -> bool {
        matches!(self, Value::Bytes(bytes) if !bytes.is_empty() && bytes.iter().all(|&b| b == 0))
    }

    fn is_granted(&self, attr: u16) -> bool {
        matches!(self, Value::Bytes(bytes) if TAKEN_FOR_GRANTED.contains(&(attr, bytes)))
    }

    fn covers(&self, other: &Value) -> bool {
        let (own, others) = match (self, other) {
            (Value::Nest(own), Value::Nest(others)) => (own, others),
            // A text may end with a NUL or not.
            (Value::Bytes(own), Value::Bytes(other)) => {
                return own.strip_suffix(&[0]).unwrap_or(own) == other || own == other;
            }
            _ => return false,
        };
        let mut others = others.iter().peekable();
        for (kind, value) in own {
            match others.next_if(|(other, theirs)| other == kind && value.covers(theirs)) {
                None if !value.is_zero() && !value.is_granted(*kind) => return false,
                _ => {}
            }
        }
        others.next().is_none()
    }
}

/// The length of the fixed header behind a message's own.
fn fixed_header(message: &[u8]) -> usize {
    match u16::from_ne_bytes([message[4], message[5]]) {
        16..=19 | 108 | 109 => 16,
        20..=22 | 104..=106 | 84..=86 | 112..=114 => 8,
        24..=34 => 12,
        _ => 4,
    }
}

/// Each kind that has a table is in a request, and was told by a kernel unless it is one of those that none told.
fn every_kind_of_link_is_there() -> Result<(), Failed> {
    let mut asked = BTreeSet::new();
    let mut told = BTreeSet::new();
    for act in plays().iter().flat_map(|path| acts(&fs::read_to_string(path).unwrap())) {
        for (messages, kinds) in [(&act.requests, &mut asked), (&act.answers, &mut told)] {
            for message in messages.iter().flat_map(|bytes| Messages::new(bytes)).flatten() {
                let info = message.body.get(16..).filter(|_| matches!(message.kind, 16 | 17));
                let info = info.and_then(|attrs| Attrs::new(attrs).find(|attr| attr.kind == 18));
                for attr in info.iter().flat_map(|info| Attrs::new(info.payload)) {
                    match attr.kind {
                        1 => kinds.insert(String::from_utf8_lossy(attr.str()).into_owned()),
                        4 => kinds.insert(format!("{}_slave", String::from_utf8_lossy(attr.str()))),
                        _ => false,
                    };
                }
            }
        }
    }
    let missing = |there: &BTreeSet<String>, but: &[&str]| {
        let names = KINDS.iter().map(|kind| kind.name).filter(|name| !there.contains(*name) && !but.contains(name));
        names.collect::<Vec<_>>().join(" ")
    };
    let (not_asked, not_told) = (missing(&asked, &[]), missing(&told, NOT_TOLD));
    let listed = NOT_TOLD.iter().filter(|name| told.contains(**name)).copied().collect::<Vec<_>>().join(" ");
    if [&not_asked, &not_told, &listed].iter().all(|names| names.is_empty()) {
        return Ok(());
    }
    let text = format!("kinds that no request asks for: {not_asked}; that no answer tells of: {not_told}");
    Err(format!("{text}; that one tells of all the same: {listed}").into())
}
