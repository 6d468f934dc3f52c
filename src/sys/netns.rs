//! Named network namespaces: files below `/run/netns` on which namespaces are mounted, as ip-netns(8) has them.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Error as IoError, ErrorKind, Result as IoResult};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::statvfs::{FsFlags, statvfs};

use super::{containers, strerror};
use crate::error::{Error, Result};

/// Where the names are.
pub const DIR: &str = "/run/netns";
/// Where a namespace's own configuration files are.
const ETC: &str = "/etc/netns";
/// The namespace that this process is in.
const SELF: &str = "/proc/self/ns/net";
/// The longest name of a file.
const NAME_MAX: usize = 255;

/// Whether `name` can be a namespace's: a file name, and neither `.` nor `..`.
pub fn is_valid_name(name: &[u8]) -> bool {
    !name.is_empty() && name.len() <= NAME_MAX && !name.contains(&b'/') && name != b"." && name != b".."
}

/// The file of the namespace called `name`.
pub fn path(name: &[u8]) -> PathBuf {
    Path::new(DIR).join(OsStr::from_bytes(name))
}

/// The file of the namespace that `name` stands for: a name below [`DIR`] before all else, a path, `pid:` and a process
/// id, `container:` and what [`containers::find`] takes, or that alone.
///
/// What begins as a number does is no container on its own, as a number is a process for the stock tool; an id is longer.
fn file(name: &[u8]) -> PathBuf {
    let named = path(name);
    if name.contains(&b'/') {
        return PathBuf::from(OsStr::from_bytes(name));
    }
    if named.symlink_metadata().is_ok() {
        return named;
    }
    let Ok(text) = std::str::from_utf8(name) else { return named };
    let number = text.starts_with(|c: char| matches!(c, '0'..='9' | '+' | '-')) && text.len() < 12;
    match (text.strip_prefix("pid:"), text.strip_prefix("container:")) {
        (Some(pid), _) => Path::new("/proc").join(pid).join("ns/net"),
        (_, Some(container)) => containers::find(container).unwrap_or(named),
        _ if number => named,
        _ => containers::find(text).unwrap_or(named),
    }
}

/// Opens the namespace that `name` stands for: a name, a path, `pid:PID`, or a running container.
pub fn open(name: &[u8]) -> IoResult<OwnedFd> {
    Ok(File::open(file(name))?.into())
}

/// The names there are, in the directory's order; an error of kind `NotFound` where there is no directory.
pub fn names() -> IoResult<impl Iterator<Item = OsString>> {
    Ok(fs::read_dir(DIR)?.flatten().map(|entry| entry.file_name()))
}

/// How many files there are among the names that no namespace is mounted on: they are still on the directory's own file
/// system.
pub fn strays() -> usize {
    let Ok(place) = fs::metadata(DIR) else { return 0 };
    let is_stray = |entry: &fs::DirEntry| {
        entry.file_type().is_ok_and(|kind| kind.is_file())
            && fs::metadata(entry.path()).is_ok_and(|meta| meta.dev() == place.dev())
    };
    fs::read_dir(DIR).into_iter().flatten().flatten().filter(is_stray).count()
}

fn failed(what: impl std::fmt::Display, errno: Errno) -> Error {
    Error::local(format!("{what}: {}", strerror(errno as i32)))
}

fn io_failed(what: impl std::fmt::Display, error: &IoError) -> Error {
    Error::local(format!("{what}: {}", strerror(error.raw_os_error().unwrap_or(libc::EIO))))
}

/// Enters the namespace called `name`: sockets opened from here on are in it.
pub fn enter(name: &[u8]) -> Result<()> {
    let shown = String::from_utf8_lossy(name);
    let file = open(name).map_err(|error| io_failed(format!("Cannot open network namespace \"{shown}\""), &error))?;
    setns(&file, CloneFlags::CLONE_NEWNET)
        .map_err(|errno| failed(format!("setting the network namespace \"{shown}\" failed"), errno))
}

/// Does `work` in the namespace called `name` and comes back: sockets that it opens stay there.
pub fn within<T>(name: &[u8], work: impl FnOnce() -> Result<T>) -> Result<T> {
    let home = File::open(SELF).map_err(|error| io_failed("Cannot open init namespace", &error))?;
    enter(name)?;
    let result = work();
    setns(home, CloneFlags::CLONE_NEWNET).map_err(|errno| failed("setns", errno))?;
    result
}

/// Gives this process the files that go with the namespace it has entered: a `/sys` that shows its devices, and what
/// `/etc/netns/NAME` holds in place of `/etc`'s. What cannot be done comes back in words, and the rest is done.
///
/// Containers without privileges may not mount `/sys`, which is no reason not to run a command.
pub fn mount_files(name: &[u8]) -> Result<Vec<String>> {
    unshare(CloneFlags::CLONE_NEWNS).map_err(|errno| failed("unshare failed", errno))?;
    // Nothing mounted here may be seen outside.
    mount(Some(""), "/", Some("none"), MsFlags::MS_SLAVE | MsFlags::MS_REC, None::<&str>)
        .map_err(|errno| failed("\"mount --make-rslave /\" failed", errno))?;
    let mut warnings = Vec::new();
    let mut flags = MsFlags::empty();
    if umount2("/sys", MntFlags::MNT_DETACH).is_err()
        && statvfs("/sys").is_ok_and(|sys| sys.flags().contains(FsFlags::ST_RDONLY))
    {
        // A read-only mount cannot be hidden by a writable one.
        flags = MsFlags::MS_RDONLY;
    }
    if let Err(errno) = mount(Some(OsStr::from_bytes(name)), "/sys", Some("sysfs"), flags, None::<&str>) {
        let why = strerror(errno as i32);
        warnings.push(format!("Warning: mount of /sys failed: {why}; it shows the devices of another namespace"));
    }
    let etc = is_valid_name(name).then(|| Path::new(ETC).join(OsStr::from_bytes(name)));
    for entry in etc.map(fs::read_dir).into_iter().flatten().flatten().flatten() {
        let (from, to) = (entry.path(), Path::new("/etc").join(entry.file_name()));
        if let Err(errno) = mount(Some(&from), &to, Some("none"), MsFlags::MS_BIND, None::<&str>) {
            let why = strerror(errno as i32);
            warnings.push(format!("Bind {} -> {} failed: {why}", from.display(), to.display()));
        }
    }
    Ok(warnings)
}

/// What a name is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A new namespace.
    New,
    /// The namespace of a process.
    Process(i32),
}

/// Gives a namespace a name. Of two that give the same name one fails; where anything fails nothing is left.
pub fn add(name: &[u8], source: Source) -> Result<()> {
    make_directory()?;
    share_directory()?;
    let file = path(name);
    OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o0)
        .open(&file)
        .map_err(|error| io_failed(format!("Cannot create namespace file \"{}\"", file.display()), &error))?;
    let result = match source {
        Source::New => in_new_namespace(name, || bind(SELF, &file)),
        Source::Process(pid) => bind(&format!("/proc/{pid}/ns/net"), &file),
    };
    if result.is_err() {
        let _ = fs::remove_file(&file);
    }
    result
}

fn bind(namespace: &str, file: &Path) -> Result<()> {
    mount(Some(namespace), file, Some("none"), MsFlags::MS_BIND, None::<&str>)
        .map_err(|errno| failed(format!("Bind {namespace} -> {} failed", file.display()), errno))
}

/// Does `work` in a new network namespace and comes back.
fn in_new_namespace(name: &[u8], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let home = File::open(SELF).map_err(|error| io_failed("Cannot open init namespace", &error))?;
    unshare(CloneFlags::CLONE_NEWNET).map_err(|errno| {
        failed(format!("Failed to create a new network namespace \"{}\"", String::from_utf8_lossy(name)), errno)
    })?;
    let result = work();
    setns(home, CloneFlags::CLONE_NEWNET).map_err(|errno| failed("setns", errno))?;
    result
}

/// Makes [`DIR`] if it is not there.
pub fn make_directory() -> Result<()> {
    match DirBuilder::new().mode(0o755).create(DIR) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(io_failed(format!("mkdir {DIR} failed"), &error)),
        _ => Ok(()),
    }
}

/// Makes [`DIR`] a shared mount, so that a name taken away in one mount namespace is gone in all.
///
/// A lock on the directory keeps processes that do this at once from mounting it one upon the other.
fn share_directory() -> Result<()> {
    let directory =
        File::open(DIR).map_err(|error| io_failed(format!("Cannot open netns runtime directory \"{DIR}\""), &error))?;
    let _lock = Flock::lock(directory, FlockArg::LockExclusive);
    let share = || mount(Some(""), DIR, Some("none"), MsFlags::MS_SHARED | MsFlags::MS_REC, None::<&str>);
    match share() {
        // No mount point yet.
        Err(Errno::EINVAL) => {
            mount(Some(DIR), DIR, Some("none"), MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)
                .map_err(|errno| failed(format!("mount --bind {DIR} {DIR} failed"), errno))?;
            share().map_err(|errno| failed(format!("mount --make-shared {DIR} failed"), errno))
        }
        other => other.map_err(|errno| failed(format!("mount --make-shared {DIR} failed"), errno)),
    }
}

/// Takes a name away. Its namespace lives on while a process, a socket or another name holds it.
pub fn delete(name: &[u8]) -> Result<()> {
    let file = path(name);
    let _ = umount2(&file, MntFlags::MNT_DETACH);
    fs::remove_file(&file)
        .map_err(|error| io_failed(format!("Cannot remove namespace file \"{}\"", file.display()), &error))
}

/// Device and inode: what two files of the same namespace have in common.
type Identity = (u64, u64);

fn identity(file: &Path) -> IoResult<Identity> {
    fs::metadata(file).map(|meta| (meta.dev(), meta.ino()))
}

/// The last name that the namespace of process `pid` has (`self` for this one), if it has any.
pub fn identify(pid: &str) -> Result<Option<OsString>> {
    let wanted = identity(&Path::new("/proc").join(pid).join("ns/net"))
        .map_err(|error| io_failed("Cannot open network namespace", &error))?;
    match names() {
        Ok(names) => Ok(names.filter(|name| identity(&path(name.as_bytes())).is_ok_and(|id| id == wanted)).last()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let why = strerror(error.raw_os_error().unwrap_or(libc::EIO));
            Err(Error::local(format!("Failed to open directory {DIR}:{why}")))
        }
    }
}

/// The processes in the namespace that `name` stands for, as for [`open`], in the order of `/proc`.
pub fn processes(name: &[u8]) -> Result<Vec<String>> {
    let wanted = identity(&file(name)).map_err(|error| io_failed("Cannot open network namespace", &error))?;
    let proc = fs::read_dir("/proc").map_err(|error| io_failed("Open of /proc failed", &error))?;
    let pids = proc.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let pids = pids.filter(|name| name.bytes().all(|b| b.is_ascii_digit()));
    let inside = |pid: &String| identity(&Path::new("/proc").join(pid).join("ns/net")).is_ok_and(|id| id == wanted);
    Ok(pids.filter(inside).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_directory_are_none() {
        for name in ["", ".", "..", "a/b", "/", "../x"] {
            assert!(!is_valid_name(name.as_bytes()), "{name:?}");
        }
        assert!(!is_valid_name(&[b'a'; 256]));
        assert!(is_valid_name(&[b'a'; 255]) && is_valid_name(b"...") && is_valid_name(b"-x \xff"));
    }
}
