//! `ip tuntap`: devices whose other end is a program.

use std::fs::{File, OpenOptions};

use nix::unistd::{Group, User};

use super::{Ip, Object, Verb, View, because};
use crate::error::{Error, Result};
use crate::netlink;
use crate::output::{Color, Prefixed};
use crate::rtnl::link::{Link, Select, dump};
use crate::sys;
use crate::words::Words;
use crate::words::keyword::{Keyword, entries, find};
use crate::words::{garbage, is_device_name, leading_number, matches, number, shown, wrong};

/// Where programs get their end.
const DEVICE: &str = "/dev/net/tun";

/// `IFF_*` of `linux/if_tun.h`.
const TUN: u16 = 0x0001;
const TAP: u16 = 0x0002;
const MULTI_QUEUE: u16 = 0x0100;
const PERSIST: u16 = 0x0800;
/// `IFF_NO_PI` and, of a device that is there, `IFF_NOFILTER`.
const NO_PI: u16 = 0x1000;
const ONE_QUEUE: u16 = 0x2000;
const VNET_HDR: u16 = 0x4000;
const EXCLUSIVE: u16 = 0x8000;

/// The object `tuntap`, and `tap`.
pub const fn object(name: &'static str) -> Object {
    Object { name, called: "tuntap", help: "devices whose other end is a program", verbs: VERBS, default: show }
}

const VERBS: &[Verb] = &[
    Verb { name: "add", help: "make a device", grammar: || entries(KEYWORDS), run: add },
    Verb { name: "delete", help: "remove a device", grammar: || entries(KEYWORDS), run: delete },
    Verb { name: "show", help: "show devices", grammar: Vec::new, run: show },
    Verb { name: "lst", help: "", grammar: Vec::new, run: show },
    Verb { name: "list", help: "", grammar: Vec::new, run: show },
];

/// A device in the making.
struct Spec {
    name: Vec<u8>,
    flags: u16,
    /// The owner and the group are read; else their words are names.
    adds: bool,
    user: Option<u32>,
    group: Option<u32>,
}

/// The words of `add` and `delete`, in the order in which an abbreviation is looked up.
const KEYWORDS: &[Keyword<Spec>] = &[
    Keyword::new("mode", "tun|tap", "IP packets, or Ethernet frames", |s, words| {
        let word = words.require()?;
        let (mode, other) = match word {
            _ if matches(word, "tun") => (TUN, TAP),
            _ if matches(word, "tap") => (TAP, TUN),
            _ => return Err(Error::words(format!("Unknown tunnel mode \"{}\"", shown(word)))),
        };
        if s.flags & other != 0 {
            return Err(Error::words("You managed to ask for more than one tunnel mode."));
        }
        s.flags |= mode;
        Ok(())
    }),
    Keyword::new("user", "USER", "who may use it", |s, words| {
        if !s.adds {
            return s.name(words);
        }
        let word = words.require()?;
        let named = || Some(User::from_name(std::str::from_utf8(word).ok()?).ok()??.uid.as_raw());
        let user = id(word).or_else(named).ok_or_else(|| unknown("user", word))?;
        s.user = Some(user).filter(|user| *user != u32::MAX);
        Ok(())
    }),
    Keyword::new("group", "GROUP", "which group may use it", |s, words| {
        if !s.adds {
            return s.name(words);
        }
        let word = words.require()?;
        let named = || Some(Group::from_name(std::str::from_utf8(word).ok()?).ok()??.gid.as_raw());
        let group = id(word).or_else(named).ok_or_else(|| unknown("group", word))?;
        s.group = Some(group).filter(|group| *group != u32::MAX);
        Ok(())
    }),
    Keyword::new("pi", "", "four bytes of information before each packet", |s, _| {
        s.flags &= !NO_PI;
        Ok(())
    }),
    Keyword::new("one_queue", "", "", |s, _| s.set(ONE_QUEUE)),
    Keyword::new("vnet_hdr", "", "a virtio header before each packet", |s, _| s.set(VNET_HDR)),
    Keyword::new("multi_queue", "", "several programs may share it", |s, _| s.set(MULTI_QUEUE)),
    Keyword::new("dev", "DEV", "its name", |s, words| {
        let word = words.require()?;
        s.take_name(word, "\"dev\" not a valid ifname")
    }),
    Keyword::new("name", "DEV", "its name, the keyword may be left out", |s, words| {
        words.require()?;
        s.name(words)
    }),
];

/// A number as C's `strtol` reads it, which must be the whole word.
fn id(word: &[u8]) -> Option<u32> {
    leading_number(word, 10).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number as u32)
}

fn unknown(what: &str, word: &[u8]) -> Error {
    Error::words(format!("invalid {what} \"{}\"", shown(word)))
}

impl Spec {
    fn parse(mut words: Words<'_>, adds: bool) -> Result<Spec> {
        let mut spec = Spec { name: Vec::new(), flags: NO_PI, adds, user: None, group: None };
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(&mut spec, &mut words)?,
                None if matches(word, "help") => return Err(crate::commands::object_usage(&object("tuntap"))),
                None => spec.name(&mut words)?,
            }
        }
        match spec.flags & (TUN | TAP) {
            0 => Err(Error::local("You failed to specify a tunnel mode")),
            _ => Ok(spec),
        }
    }

    fn set(&mut self, flag: u16) -> Result<()> {
        self.flags |= flag;
        Ok(())
    }

    /// Takes the word taken last for the name.
    fn name(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.current();
        if !self.name.is_empty() {
            return Err(garbage("name", word));
        }
        self.take_name(word, "\"name\" not a valid ifname")
    }

    fn take_name(&mut self, word: &[u8], why: &str) -> Result<()> {
        if !is_device_name(word) {
            return Err(wrong(why, word));
        }
        self.name = word.to_vec();
        Ok(())
    }
}

fn open() -> Result<File> {
    OpenOptions::new().read(true).write(true).open(DEVICE).map_err(|error| {
        let why = sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
        Error::local(format!("open: {why}"))
    })
}

fn add(_: &mut Ip, words: Words<'_>) -> Result<()> {
    let spec = Spec::parse(words, true)?;
    let file = open()?;
    let failed = |call: &'static str| move |errno| because(&format!("ioctl({call})"), errno);
    sys::tun_attach(&file, &spec.name, spec.flags | EXCLUSIVE).map_err(failed("TUNSETIFF"))?;
    if let Some(user) = spec.user {
        sys::tun_set(&file, sys::Tun::Owner, user).map_err(failed("TUNSETOWNER"))?;
    }
    if let Some(group) = spec.group {
        sys::tun_set(&file, sys::Tun::Group, group).map_err(failed("TUNSETGROUP"))?;
    }
    sys::tun_set(&file, sys::Tun::Persist, 1).map_err(failed("TUNSETPERSIST"))
}

fn delete(_: &mut Ip, words: Words<'_>) -> Result<()> {
    let spec = Spec::parse(words, false)?;
    let file = open()?;
    let failed = |call: &'static str| move |errno| because(&format!("ioctl({call})"), errno);
    sys::tun_attach(&file, &spec.name, spec.flags).map_err(failed("TUNSETIFF"))?;
    sys::tun_set(&file, sys::Tun::Persist, 0).map_err(failed("TUNSETPERSIST"))
}

fn show(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    ip.begin_json();
    ip.dump(&mut dump(&Select { kind: Some(b"tun"), ..Select::default() }), |view, message| {
        if let Some(link) = Link::decode(message).filter(is_tun) {
            describe(view, link.name());
        }
    })
}

fn is_tun(link: &Link<'_>) -> bool {
    let kind = link.info().and_then(|info| info.kind());
    let (ether, none) = (linux_raw_sys::if_arp::ARPHRD_ETHER, linux_raw_sys::if_arp::ARPHRD_NONE);
    kind == Some(b"tun") && [ether, none].contains(&u32::from(link.device_type))
}

fn describe(view: &mut View, name: &[u8]) {
    let read = |view: &mut View, property: &str| match read_property(name, property) {
        Ok(value) => Some(value),
        Err(said) => {
            view.out.complain(&said);
            None
        }
    };
    let Some(flags) = read(view, "tun_flags") else { return };
    let Some(owner) = read(view, "owner") else { return };
    let Some(group) = read(view, "group") else { return };
    let details = view.options.details > 0;
    let out = &mut view.out;
    out.open_object("");
    out.paint(Color::Device, |out| out.str("ifname", "", name, ":"));
    out.open_array("flags", "");
    let bits = flags as u16;
    for (shown, name) in [
        (bits & TUN != 0, "tun"),
        (bits & TAP != 0, "tap"),
        (bits & NO_PI == 0, "pi"),
        (bits & ONE_QUEUE != 0, "one_queue"),
        (bits & MULTI_QUEUE != 0, "multi_queue"),
        (bits & VNET_HDR != 0, "vnet_hdr"),
        (bits & PERSIST != 0, "persist"),
        (bits & NO_PI == 0, "filter"),
    ] {
        if shown {
            out.element(" ", name, "");
        }
    }
    let known = TUN | TAP | NO_PI | ONE_QUEUE | MULTI_QUEUE | VNET_HDR | PERSIST;
    let rest = flags & !i64::from(known);
    if rest != 0 {
        out.element(" ", Prefixed(rest.cast_unsigned()), "");
    }
    out.close_array("");
    if owner != -1 {
        out.num("user", " user ", owner, "");
    }
    if group != -1 {
        out.num("group", " group ", group, "");
    }
    if details {
        out.line();
        out.text("\tAttached to processes:");
        out.open_array("processes", "");
        for (pid, command) in processes(name) {
            out.str("name", "", command, "");
            out.num("pid", "(", pid, ")");
        }
        out.close_array("");
    }
    out.close_object();
    out.text("\n");
}

/// A number in the directory of a device below `/sys`.
fn read_property(name: &[u8], property: &str) -> std::result::Result<i64, String> {
    let path = format!("/sys/class/net/{}/{property}", shown(name));
    let text = std::fs::read(&path).map_err(|error| {
        let why = sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
        format!("fopen {path}: {why}")
    })?;
    let text = netlink::until_nul(&text);
    let text = text.split(|&b| b == b'\n').next().unwrap_or_default();
    // One below zero wraps around, and back again.
    let value = number(text, 0).map(|value| value as i64);
    value.ok_or_else(|| format!("value \"{}\" in file {path} is not a number", shown(text)))
}

/// The processes that hold the other end of the device called `name`: their ids and commands.
fn processes(name: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut found = Vec::new();
    for path in sys::glob(b"/proc/[0-9]*/fd/[0-9]*") {
        let path = String::from_utf8_lossy(&path).into_owned();
        let Some((pid, fd)) = path.strip_prefix("/proc/").and_then(|rest| rest.split_once("/fd/")) else { continue };
        let Ok(pid) = pid.parse() else { continue };
        let is_tun = std::fs::read_link(&path).is_ok_and(|target| target.as_os_str() == DEVICE);
        if !is_tun || pid == std::process::id() {
            continue;
        }
        let info = std::fs::read(format!("/proc/{pid}/fdinfo/{fd}")).unwrap_or_default();
        let held = |line: &[u8]| line.strip_prefix(b"iff:").is_some_and(|rest| rest.trim_ascii() == name);
        if info.split(|&b| b == b'\n').any(held) {
            let command = std::fs::read(format!("/proc/{pid}/comm")).unwrap_or_else(|_| b"<NULL>".to_vec());
            found.push((pid, command.trim_ascii_end().to_vec()));
        }
    }
    found
}
