//! The files that a lab has of its own: `/proc`, `/sys` and `/run`.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sys::statvfs::{FsFlags, statvfs};

use super::{because, namespaces};
use crate::error::Result;

/// Where a lab keeps what it needs.
pub const DIR: &str = "/run/iplab";

fn mount_new(kind: &str, target: &str, flags: MsFlags, options: Option<&str>) -> nix::Result<()> {
    mount(Some(kind), target, Some(kind), flags, options)
}

/// Shows at `target` also what is at `source`, with all that is mounted below it.
pub fn bind(source: &str, target: &str) -> nix::Result<()> {
    mount(Some(source), target, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)
}

/// Lets no mount out of the lab or into it.
pub fn make_private() -> Result<()> {
    let flags = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, flags, None::<&str>)
        .map_err(|errno| namespaces::mount_refusal("private mounts", errno))
}

/// Gives the lab a `/proc` of its own processes, and keeps `/proc/sys` from being written but for what belongs to the
/// network namespace: root's other keys are the host's, also for root of a user namespace that root made.
///
/// The kernel refuses a new one where the old is partly hidden, as containers without privileges have it (EPERM): there
/// the old one stays and shows the processes outside as well.
pub fn cover_proc() -> Result<()> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let fresh = match mount_new("proc", "/proc", flags | read_only("/proc"), None) {
        Ok(()) => true,
        Err(Errno::EPERM | Errno::EACCES) => false,
        Err(errno) => return Err(because("mount of /proc")(errno)),
    };
    bind("/proc/sys", "/proc/sys").map_err(because("mount of /proc/sys"))?;
    bind("/proc/sys/net", "/proc/sys/net").map_err(because("mount of /proc/sys/net"))?;
    let flags = flags | MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
    mount(None::<&str>, "/proc/sys", None::<&str>, flags, None::<&str>)
        .map_err(because("read-only mount of /proc/sys"))?;
    match (fresh, read_only("/proc/sys/net").is_empty()) {
        (true, true) => {}
        (true, false) => note("/proc is read-only here, and so is sysctl"),
        (false, true) => note("/proc cannot be mounted here: it also shows processes outside the lab"),
        (false, false) => note("/proc cannot be mounted here: it also shows processes outside, and sysctl only reads"),
    }
    Ok(())
}

/// Lets `/sys` show the lab's devices. Where that is refused, for the reasons of [`cover_proc`], it shows those outside:
/// little reads them there.
pub fn cover_sys() {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let _ = mount_new("sysfs", "/sys", flags | read_only("/sys"), None);
}

/// Gives the lab an empty `/run` with what it needs in it, `/run/netns` first: namespaces that are named in here have no
/// name outside.
pub fn cover_run() -> Result<()> {
    let links = links_in_run();
    mount_new("tmpfs", "/run", MsFlags::MS_NOSUID | MsFlags::MS_NODEV, Some("mode=755"))
        .map_err(because("mount of /run"))?;
    if fs::canonicalize("/var/run").is_ok_and(|path| path.is_dir() && path != Path::new("/run")) {
        bind("/run", "/var/run").map_err(because("mount of /var/run"))?;
    }
    make_directory("/run/netns")?;
    make_directory(DIR)?;
    for (name, target) in links {
        let _ = symlink(target, Path::new("/run").join(name));
    }
    Ok(())
}

/// Makes a directory.
pub fn make_directory(path: &str) -> Result<()> {
    let made = fs::DirBuilder::new().mode(0o755).create(path);
    made.map_err(|error| because("mkdir in /run")(super::errno(&error)))
}

/// The symbolic links that lead from `/run` elsewhere: on some systems PATH goes through one (NixOS).
fn links_in_run() -> Vec<(OsString, PathBuf)> {
    let link = |entry: fs::DirEntry| {
        entry.file_type().ok().filter(fs::FileType::is_symlink)?;
        let target = fs::read_link(entry.path()).ok().filter(|target| target.is_absolute())?;
        (!target.starts_with("/run")).then_some((entry.file_name(), target))
    };
    fs::read_dir("/run").into_iter().flatten().flatten().filter_map(link).collect()
}

/// A read-only mount cannot be covered by a writable one of its kind.
fn read_only(path: &str) -> MsFlags {
    match statvfs(path) {
        Ok(found) if found.flags().contains(FsFlags::ST_RDONLY) => MsFlags::MS_RDONLY,
        _ => MsFlags::empty(),
    }
}

/// Says what this lab lacks.
fn note(text: &str) {
    let _ = nix::unistd::write(std::io::stderr(), format!("lab: note: {text}\n").as_bytes());
}
