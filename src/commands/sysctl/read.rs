//! Showing keys. A directory is read relative to itself, each file with one read.

use std::ffi::{CStr, CString, OsStr};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstatat};

use super::setting::{path, swap};
use super::{ROOT, Sysctl, is_inside};
use crate::sys::strerror;
use crate::words::shown;

/// The kernel clears as much memory as a read asks for, and no key is longer than a page.
const MOST: usize = 4095;

/// Keys that have a successor in milliseconds.
const DEPRECATED: &[&[u8]] = &[b"base_reachable_time", b"retrans_time"];

/// Shows one key, or all below a directory, and gives the exit status.
pub fn key(sysctl: &mut Sysctl, word: &[u8]) -> u8 {
    if word.is_empty() {
        sysctl.warn("\"\" is an unknown key");
        return 255;
    }
    let mut repeated = Vec::new();
    // The stock tool looks at the name twice.
    let name = swap(word, b'.', |rest| repeated.extend([rest.to_vec(), rest.to_vec()]));
    let mut path = path(word, |rest| repeated.push(rest.to_vec()));
    repeated.iter().for_each(|rest| sysctl.warn_repeated(rest));
    let stat = nix::sys::stat::stat(OsStr::from_bytes(&path));
    let stat = match stat {
        Ok(stat) => stat,
        Err(_) if sysctl.asked.ignore_unknown => return 0,
        Err(errno) => {
            sysctl.warn(&format!("cannot stat {}: {}", shown(&path), strerror(errno as i32)));
            return 1;
        }
    };
    if !is_readable(&stat) {
        return 0;
    }
    if !is_inside(sysctl, &path) {
        return 255;
    }
    if is_directory(&stat) {
        path.push(b'/');
        return tree(sysctl, &path);
    }
    if !sysctl.asked.matches(&name) {
        return 0;
    }
    if sysctl.asked.names_only {
        sysctl.out.text(&name);
        sysctl.out.text("\n");
        return 0;
    }
    let Ok(file) = CString::new(path) else { return 1 };
    match open(nix::fcntl::AT_FDCWD, &file) {
        Ok(file) => show(sysctl, &name, &file),
        Err(errno) => refuse(sysctl, &name, errno),
    }
}

/// Shows every key below the directory `path`, which ends in a slash.
pub fn tree(sysctl: &mut Sysctl, path: &[u8]) -> u8 {
    let directory = Dir::open(OsStr::from_bytes(path), OFlag::O_DIRECTORY | OFlag::O_RDONLY, Mode::empty());
    match directory {
        Ok(directory) => {
            let mut inner = path.strip_prefix(ROOT.as_bytes()).unwrap_or_default().to_vec();
            entries(sysctl, directory, &mut inner);
            0
        }
        Err(_) => {
            sysctl.warn(&format!("unable to open directory \"{}\"", shown(path)));
            1
        }
    }
}

/// Shows the keys of an open directory; `path` is its path below the root.
fn entries(sysctl: &mut Sysctl, mut directory: Dir, path: &mut Vec<u8>) {
    let Ok(place) = directory.as_fd().try_clone_to_owned() else { return };
    let len = path.len();
    for entry in directory.iter().flatten() {
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        path.truncate(len);
        path.extend_from_slice(name.to_bytes());
        let kind = entry.file_type().or_else(|| file_type(&place, name));
        if kind == Some(Type::Directory) {
            let flags = OFlag::O_DIRECTORY | OFlag::O_RDONLY;
            match Dir::openat(&place, name, flags, Mode::empty()) {
                Ok(inner) => {
                    path.push(b'/');
                    entries(sysctl, inner, path);
                }
                Err(errno) => {
                    let text = format!("unable to open directory \"{ROOT}{}/\"", shown(path));
                    sysctl.warn(&format!("{text}: {}", strerror(errno as i32)));
                }
            }
        } else if sysctl.asked.deprecated || !DEPRECATED.contains(&name.to_bytes()) {
            one(sysctl, &place, name, path);
        }
    }
    path.truncate(len);
}

fn file_type(place: &OwnedFd, name: &CStr) -> Option<Type> {
    let stat = fstatat(place, name, AtFlags::empty()).ok()?;
    Some(if is_directory(&stat) { Type::Directory } else { Type::File })
}

/// Shows one file of an open directory.
fn one(sysctl: &mut Sysctl, place: &OwnedFd, file: &CStr, path: &[u8]) {
    let mut repeated = Vec::new();
    let name = swap(path, b'.', |rest| repeated.push(rest.to_vec()));
    repeated.iter().chain(&repeated).for_each(|rest| sysctl.warn_repeated(rest));
    if !sysctl.asked.matches(&name) {
        return;
    }
    if sysctl.asked.names_only {
        if fstatat(place, file, AtFlags::empty()).is_ok_and(|stat| is_readable(&stat)) {
            sysctl.out.text(&name);
            sysctl.out.text("\n");
        }
        return;
    }
    match open(place, file) {
        Ok(file) => {
            show(sysctl, &name, &file);
        }
        // What nobody may read is passed over in silence.
        Err(Errno::EACCES) if fstatat(place, file, AtFlags::empty()).is_ok_and(|stat| !is_readable(&stat)) => {}
        Err(errno) => {
            refuse(sysctl, &name, errno);
        }
    }
    sysctl.out.flush_if_full();
}

fn open(place: impl AsFd, file: &CStr) -> nix::Result<OwnedFd> {
    openat(place, file, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())
}

fn is_readable(stat: &FileStat) -> bool {
    Mode::from_bits_truncate(stat.st_mode).contains(Mode::S_IRUSR)
}

fn is_directory(stat: &FileStat) -> bool {
    SFlag::from_bits_truncate(stat.st_mode & libc::S_IFMT) == SFlag::S_IFDIR
}

/// Shows the value in an open file: each of its lines behind the name.
fn show(sysctl: &mut Sysctl, name: &[u8], file: &OwnedFd) -> u8 {
    let mut buffer = [0; MOST];
    let mut value = match nix::unistd::read(file, &mut buffer) {
        Ok(0) => return 0,
        Ok(len) => &buffer[..len],
        Err(errno) => return refuse(sysctl, name, errno),
    };
    let Sysctl { asked, out } = sysctl;
    while !value.is_empty() {
        let end = value.iter().position(|&b| b == b'\n').map_or(value.len(), |at| at + 1);
        let line = &value[..end];
        value = &value[end..];
        if !asked.values_only && !asked.without_newline {
            out.text(name);
            out.text(" = ");
            out.text(line);
            if !line.ends_with(b"\n") {
                out.text("\n");
            }
        } else {
            out.text(if asked.without_newline { line.strip_suffix(b"\n").unwrap_or(line) } else { line });
        }
    }
    0
}

/// Says why a key cannot be read.
fn refuse(sysctl: &mut Sysctl, name: &[u8], errno: Errno) -> u8 {
    match errno {
        Errno::ENOENT if sysctl.asked.ignore_unknown => {}
        Errno::ENOENT => sysctl.warn(&format!("\"{}\" is an unknown key", shown(name))),
        Errno::EACCES | Errno::EPERM => sysctl.warn(&format!("permission denied on key '{}'", shown(name))),
        // IPv6's stable secrets while they are unset.
        Errno::EIO => {}
        _ => sysctl.warn(&format!("reading key \"{}\": {}", shown(name), strerror(errno as i32))),
    }
    1
}
