//! Setting keys.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::setting::{Setting, Settings, swap};
use super::{ROOT, Sysctl, is_inside};
use crate::sys::{glob, strerror};
use crate::words::shown;

/// Sets what the settings say, in their order. A pattern passes over keys that are named elsewhere among them.
pub fn all(sysctl: &mut Sysctl, settings: &Settings) -> u8 {
    let mut status = 0;
    for setting in settings.list.iter().filter(|setting| !setting.excluded) {
        if !setting.path.iter().any(|b| matches!(b, b'*' | b'?' | b'[')) {
            status |= one(sysctl, &setting.path, setting);
            continue;
        }
        for path in glob(&setting.path) {
            if settings.list.iter().all(|other| other.path != path) {
                status |= one(sysctl, &path, setting);
            }
        }
    }
    status
}

/// Sets the key whose file is `path` to the value of `setting`.
pub fn one(sysctl: &mut Sysctl, path: &[u8], setting: &Setting) -> u8 {
    let file = Path::new(OsStr::from_bytes(path));
    let meta = match fs::metadata(file) {
        Ok(meta) => meta,
        Err(_) if sysctl.asked.ignore_unknown => return 0,
        Err(error) => {
            let why = strerror(error.raw_os_error().unwrap_or(libc::EIO));
            sysctl.warn(&format!("cannot stat {}: {why}", shown(path)));
            return 1;
        }
    };
    if !is_inside(sysctl, path) {
        return 1;
    }
    let mut repeated = Vec::new();
    let key = swap(path.strip_prefix(ROOT.as_bytes()).unwrap_or(path), b'.', |rest| repeated.push(rest.to_vec()));
    repeated.iter().for_each(|rest| sysctl.warn_repeated(rest));
    let key = key.as_slice();
    if meta.mode() & libc::S_IWUSR == 0 || meta.is_dir() {
        sysctl.warn(&format!("setting key \"{}\": {}", shown(key), strerror(libc::EINVAL)));
        return 0;
    }
    let status = if sysctl.asked.dry_run { 0 } else { write(sysctl, key, file, setting) };
    if (status == 0 && !sysctl.asked.quiet) || sysctl.asked.dry_run {
        let asked = &sysctl.asked;
        if !asked.names_only && !asked.values_only && !asked.without_newline {
            sysctl.out.text(key);
            sysctl.out.text(" = ");
        }
        sysctl.out.text(&setting.value);
        if asked.names_only || !asked.without_newline {
            sysctl.out.text("\n");
        }
    }
    status
}

/// Writes the value with a newline. A failure is said; the status of a key that cannot be opened is 0 where the setting
/// may fail, and the value is shown all the same.
fn write(sysctl: &mut Sysctl, key: &[u8], file: &Path, setting: &Setting) -> u8 {
    let ignoring = if setting.may_fail { ", ignoring" } else { "" };
    let error = match OpenOptions::new().write(true).truncate(true).open(file) {
        Ok(open) => {
            // In one piece: the kernel takes each write for a whole value.
            let line = [&setting.value, &b"\n"[..]].concat();
            let Err(errno) = nix::unistd::write(&open, &line) else { return 0 };
            sysctl.warn(&format!("setting key \"{}\": {}", shown(key), strerror(errno as i32)));
            return 1;
        }
        Err(error) => error,
    };
    match error.raw_os_error() {
        Some(libc::ENOENT) if sysctl.asked.ignore_unknown => return 0,
        Some(libc::ENOENT) => sysctl.warn(&format!("\"{}\" is an unknown key{ignoring}", shown(key))),
        Some(libc::EPERM | libc::EROFS | libc::EACCES) => {
            sysctl.warn(&format!("permission denied on key \"{}\"{ignoring}", shown(key)));
        }
        other => {
            let why = strerror(other.unwrap_or(libc::EIO));
            sysctl.warn(&format!("setting key \"{}\"{ignoring}: {why}", shown(key)));
        }
    }
    u8::from(!setting.may_fail)
}
