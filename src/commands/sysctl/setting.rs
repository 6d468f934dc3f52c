//! Keys and values as they are written: on the command line, in files, in the system's directories.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use super::{ROOT, Sysctl};
use crate::sys::{self, strerror};
use crate::words::{is_space, shown};

/// What `-p` reads when no file is named.
pub const DEFAULT_FILE: &[u8] = b"/etc/sysctl.conf";

/// Where the system's files are: of two with one name the first counts.
const DIRECTORIES: &[&str] =
    &["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

/// One line: a key and its value, or a key that patterns shall pass over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its file.
    pub path: Vec<u8>,
    /// What to write.
    pub value: Vec<u8>,
    /// A failure does not count.
    pub may_fail: bool,
    /// No value: patterns pass over it.
    pub excluded: bool,
}

/// Settings in the order in which they were read.
#[derive(Debug, Default)]
pub struct Settings {
    /// All of them.
    pub list: Vec<Setting>,
}

/// Turns dots into slashes or the other way round, by the first separator that there is: where that is `to` already,
/// nothing is changed.
pub fn swap(text: &[u8], to: u8, mut repeated: impl FnMut(&[u8])) -> Vec<u8> {
    let from = if to == b'/' { b'.' } else { b'/' };
    let mut swapped = text.to_vec();
    let is_separator = |b: &u8| matches!(b, b'/' | b'.');
    match text.iter().find(|b| is_separator(b)) {
        Some(first) if *first == from => {}
        _ => return swapped,
    }
    let mut warned = false;
    for at in 0..text.len() {
        if !is_separator(&text[at]) {
            continue;
        }
        if !warned && text.get(at + 1).is_some_and(is_separator) {
            repeated(&swapped[at..]);
            warned = true;
        }
        swapped[at] = if text[at] == from { to } else { from };
    }
    swapped
}

/// The file of a key; `repeated` is told of separators that stand one upon the other.
pub fn path(key: &[u8], repeated: impl FnMut(&[u8])) -> Vec<u8> {
    [ROOT.as_bytes(), &swap(key, b'/', repeated)].concat()
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&b| !is_space(b)).map_or(0, |at| at + 1);
    &text[..end]
}

fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&b| !is_space(b)).unwrap_or(text.len());
    &text[start..]
}

/// Reads one line of `source` with its newline, if it has one; nothing where it is empty, a comment or not like the
/// pattern, and where it is wrong, which is said.
pub fn parse(sysctl: &mut Sysctl, source: &str, number: usize, line: &[u8]) -> Option<Setting> {
    let line = trim_start(line.split(|&b| b == 0).next().unwrap_or_default());
    if line.len() < 2 || matches!(line[0], b'#' | b';') || !sysctl.asked.matches(line) {
        return None;
    }
    let marked = line[0] == b'-';
    let bare = if marked { &line[1..] } else { line };
    let bare = if marked { bare.strip_prefix(b"-").unwrap_or(bare) } else { bare };
    let (key, value) = match bare.iter().position(|&b| b == b'=') {
        Some(at) => (&bare[..at], Some(trim_end(trim_start(&bare[at + 1..])))),
        None if marked => (bare, None),
        None => {
            sysctl.warn(&format!("{source}({number}): invalid syntax, continuing..."));
            return None;
        }
    };
    let mut repeated = Vec::new();
    let path = path(trim_end(key), |rest| repeated.push(rest.to_vec()));
    repeated.iter().for_each(|rest| sysctl.warn_repeated(rest));
    let excluded = value.is_none();
    Some(Setting { path, value: value.unwrap_or_default().to_vec(), may_fail: marked, excluded })
}

impl Settings {
    /// Reads a file, all files that a pattern stands for up to the first that cannot be read, or stdin for `-`.
    pub fn load(&mut self, sysctl: &mut Sysctl, name: &[u8]) -> u8 {
        let mut number = 0;
        for file in sys::glob_files(name) {
            let status = match file.as_slice() {
                b"-" => {
                    self.read(sysctl, "-", std::io::stdin(), &mut number);
                    0
                }
                file => self.load_file(sysctl, file, &mut number),
            };
            if status != 0 {
                return status;
            }
        }
        0
    }

    /// `number` is how many lines there were before, as procps counts through all files of a pattern.
    fn load_file(&mut self, sysctl: &mut Sysctl, file: &[u8], number: &mut usize) -> u8 {
        match File::open(OsStr::from_bytes(file)) {
            Ok(input) => {
                self.read(sysctl, &shown(file), input, number);
                0
            }
            Err(error) => {
                let why = strerror(error.raw_os_error().unwrap_or(libc::EIO));
                sysctl.warn(&format!("cannot open \"{}\": {why}", shown(file)));
                1
            }
        }
    }

    fn read(&mut self, sysctl: &mut Sysctl, source: &str, input: impl Read, number: &mut usize) {
        let mut input = BufReader::new(input);
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line).is_ok_and(|len| len > 0) {
            *number += 1;
            self.list.extend(parse(sysctl, source, *number, &line));
            line.clear();
        }
    }

    /// Reads the files that the system applies when it starts, and names each.
    pub fn load_system(&mut self, sysctl: &mut Sysctl) -> u8 {
        let mut files = BTreeMap::new();
        for directory in DIRECTORIES {
            for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
                let name = entry.file_name().into_vec();
                if name.ends_with(b".conf") {
                    files.entry(name).or_insert_with(|| entry.path().into_os_string().into_vec());
                }
            }
        }
        let mut files: Vec<Vec<u8>> = files.into_values().collect();
        if Path::new(OsStr::from_bytes(DEFAULT_FILE)).is_file() {
            files.push(DEFAULT_FILE.to_vec());
        }
        let mut status = 0;
        for file in files {
            if !sysctl.asked.quiet {
                sysctl.out.text(format_args!("* Applying {} ...\n", shown(&file)));
            }
            status |= self.load(sysctl, &file);
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_separator_decides() {
        let swap = |text: &str, to| String::from_utf8(swap(text.as_bytes(), to, |_| {})).unwrap();
        assert_eq!(swap("net.ipv4.conf.eth0/5.forwarding", b'/'), "net/ipv4/conf/eth0.5/forwarding");
        assert_eq!(swap("net/ipv4/conf/eth0.5/forwarding", b'/'), "net/ipv4/conf/eth0.5/forwarding");
        assert_eq!(swap("net/ipv4/conf/eth0.5/forwarding", b'.'), "net.ipv4.conf.eth0/5.forwarding");
        assert_eq!(swap("kernel", b'.'), "kernel");
    }

    #[test]
    fn lines_of_a_file() {
        let mut sysctl = Sysctl { asked: super::super::Asked::default(), out: crate::output::Out::new() };
        let mut line = |text: &str| parse(&mut sysctl, "f", 1, text.as_bytes());
        let setting = line("  -net/ipv4/x  =  1 2 \n").unwrap();
        assert_eq!(setting.value, b"1 2");
        assert!(setting.may_fail && setting.path == b"/proc/sys/net/ipv4/x");
        assert!(line("-net.ipv4.y").unwrap().excluded);
        assert_eq!((line("# x=1"), line("; x=1"), line(""), line("=")), (None, None, None, None));
    }
}
