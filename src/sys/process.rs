//! Processes: made, waited for, replaced by a program.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::os::fd::IntoRawFd;

use nix::errno::Errno;
use nix::unistd::{AccessFlags, access, execve};

use super::ffi::closed_standard_files;
pub use super::ffi::{Disposition, child, disregard, heed, sibling, wait};

/// The stock tools that this program is where it is called by their names.
pub const NAMES: &[&str] = &[
    "ip",
    "bridge",
    "arp",
    "route",
    "sysctl",
    "nc",
    "ping",
    "ping4",
    "ping6",
    "telnet",
    "tcpdump",
    "iptables",
    "ip6tables",
    "iptables-save",
    "ip6tables-save",
];

/// Becomes the program `argv[0]`, looked for in the directories of `path` unless it has a `/`, with the environment
/// `env`. Comes back only with the reason why not, much as execvp(3) would: a file that may not be run outweighs its
/// absence elsewhere, and one without a format of its own is a script for `/bin/sh`. A directory that may not be searched
/// has nothing to offer, though: PATH may well lead into another user's home.
pub fn exec(argv: &[CString], env: &[CString], path: &[u8]) -> Errno {
    let Some(program) = argv.first().filter(|program| !program.is_empty()) else { return Errno::ENOENT };
    if program.as_bytes().contains(&b'/') {
        return exec_file(program, argv, env);
    }
    let mut refused = None;
    for directory in path.split(|&b| b == b':') {
        let directory: &[u8] = if directory.is_empty() { b"." } else { directory };
        let Ok(file) = CString::new([directory, b"/", program.as_bytes()].concat()) else { continue };
        match exec_file(&file, argv, env) {
            Errno::ENOENT | Errno::ENOTDIR => {}
            Errno::EACCES if access(file.as_c_str(), AccessFlags::F_OK).is_err() => {}
            Errno::EACCES => refused = Some(Errno::EACCES),
            errno => return errno,
        }
    }
    refused.unwrap_or(Errno::ENOENT)
}

fn exec_file(file: &CStr, argv: &[CString], env: &[CString]) -> Errno {
    let Err(errno) = execve(file, argv, env);
    if errno != Errno::ENOEXEC {
        return errno;
    }
    let words = [c"/bin/sh", file].into_iter().chain(argv.iter().skip(1).map(CString::as_c_str));
    let Err(errno) = execve(c"/bin/sh", &words.collect::<Vec<_>>(), env);
    errno
}

/// Puts something into the places of stdin, stdout and stderr where the caller has closed them: else the next file that
/// is opened, a socket say, would be taken for one of them. Reading and writing go on to fail there with EBADF.
pub fn occupy_standard_files() {
    for (at, _) in closed_standard_files().iter().enumerate().filter(|(_, closed)| **closed) {
        let file = File::options().read(at != 0).write(at == 0).open("/dev/null");
        // It is the lowest that is free, so it is this one; it stays open as long as the process.
        let _ = file.map(IntoRawFd::into_raw_fd);
    }
}
