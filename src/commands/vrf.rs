//! `ip vrf`: virtual routing and forwarding, and which processes use which.
//!
//! A process uses a VRF by being in a cgroup `…/vrf/NAME`, which binds its sockets to the VRF's device.

use std::fs::{self, DirBuilder, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};

use super::{Ip, Object, Verb, route};
use crate::commands::link::Padded;
use crate::commands::netns::{become_command, in_child};
use crate::error::{Error, Result};
use crate::rtnl::link::{EXT_SKIP_STATS, Link, Select, dump};
use crate::rtnl::uapi;
use crate::sys::{self, netns};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{number_u32, shown, wrong};

/// Where the tree of cgroups is mounted where it is nowhere yet.
const CGROUP2: &str = "/var/run/cgroup2";
/// The processes of a cgroup.
const PROCESSES: &str = "cgroup.procs";

const NAME: Entry = Entry { name: "", argument: "NAME", help: "the VRF" };
const PID: Entry = Entry { name: "", argument: "PID", help: "a process" };
const COMMAND: Entry = Entry { name: "", argument: "COMMAND", help: "what to run, with its words" };

/// The object `vrf`.
pub const VRF: Object = Object {
    name: "vrf",
    called: "vrf",
    help: "virtual routing and forwarding",
    verbs: &[
        Verb { name: "identify", help: "show the VRF of a process", grammar: || vec![PID], run: identify },
        Verb { name: "pids", help: "show the processes of a VRF", grammar: || vec![NAME], run: pids },
        Verb { name: "exec", help: "run a command in a VRF", grammar: || vec![NAME, COMMAND], run: exec },
        Verb { name: "show", help: "show VRFs and their tables", grammar: || vec![NAME], run: show },
        Verb { name: "lst", help: "", grammar: || vec![NAME], run: show },
        Verb { name: "list", help: "", grammar: || vec![NAME], run: show },
    ],
    default: show,
};

fn because(what: &str, error: &std::io::Error) -> Error {
    Error::local(format!("{what}: {}", sys::strerror(error.raw_os_error().unwrap_or(libc::EIO))))
}

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    if words.len() > 1 {
        return Err(crate::commands::object_usage(&VRF));
    }
    if let Some(name) = words.next() {
        let table = route::vrf_table(ip, name).map_err(|_| Error::words("Invalid VRF"))?;
        ip.view.out.text(name);
        ip.view.out.text(format_args!(" {table}\n"));
        return Ok(());
    }
    let mut request = dump(&Select { ext_mask: EXT_SKIP_STATS, kind: Some(b"vrf"), ..Select::default() });
    let found = ip.collect(&mut request, |message| {
        let link = Link::decode(message)?;
        let info = link.info().filter(|info| info.kind() == Some(b"vrf"))?;
        let table = info.data::<2>()?.u32(uapi::IFLA_VRF_TABLE as u16)?;
        Some((link.name().to_vec(), table))
    });
    let found = found.map_err(|error| error.with_status(255))?;
    ip.begin_json();
    let out = &mut ip.view.out;
    out.text("Name              Table\n-----------------------\n");
    for (name, table) in &found {
        let (name_width, table_width) = if out.is_json() { (0, 0) } else { (16, 5) };
        out.open_object("");
        out.str("name", "", Padded(name, name_width), "");
        out.num("table", " ", format_args!("{table:table_width$}"), "");
        out.text("\n");
        out.close_object();
    }
    if found.is_empty() {
        out.text("No VRF has been configured\n");
    }
    Ok(())
}

fn identify(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let pid = match (words.next(), words.peek()) {
        (None, _) => std::process::id(),
        (_, Some(extra)) => return Err(wrong("Extra arguments specified\n", extra)),
        (Some(word), None) => number_u32(word, 10).ok_or_else(|| wrong("Invalid pid\n", word))?,
    };
    let groups = fs::read(format!("/proc/{}/cgroup", pid.cast_signed()))
        .map_err(|error| because("Failed to lookup vrf association", &error))?;
    if let Some(name) = own_group(&groups).and_then(|path| after(path, b"/vrf/")).filter(|name| !name.is_empty()) {
        ip.view.out.text(name);
        ip.view.out.text("\n");
    }
    Ok(())
}

/// The path of the cgroup that has no controllers, in a file of `/proc`.
fn own_group(groups: &[u8]) -> Option<&[u8]> {
    groups.split(|&b| b == b'\n').find_map(|line| after(line, b"::")).filter(|path| path.starts_with(b"/"))
}

/// What stands behind the first `mark` in `text`.
fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some(&text[at + mark.len()..])
}

fn invalid() -> Error {
    Error::local("Invalid VRF name")
}

/// The index of the VRF called `name`.
fn index(ip: &mut Ip, name: &[u8]) -> Result<u32> {
    ip.view.links.index(name).filter(|index| ip.is_vrf(*index)).ok_or_else(invalid)
}

fn pids(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (1, Some(name)) = (words.len(), words.next()) else { return Err(Error::local("Invalid arguments")) };
    index(ip, name)?;
    let root = cgroups()?;
    let namespace = namespace()?;
    let mut found = Vec::new();
    walk(&root, &namespace, name, &mut found);
    for file in found {
        for pid in String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).lines() {
            let command = fs::read_to_string(format!("/proc/{pid}/comm"));
            let command = command.as_deref().unwrap_or("<terminated?>").trim_end();
            ip.view.out.text(format_args!("{pid:>5}  {command}\n"));
        }
    }
    Ok(())
}

/// Finds the files of processes in `…/vrf/NAME` below `directory`, in this namespace's part of the tree.
fn walk(directory: &Path, namespace: &[u8], name: &[u8], found: &mut Vec<PathBuf>) {
    let here = directory.file_name().map(OsStrExt::as_bytes).unwrap_or_default();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name() == "vrf" {
            if namespace.is_empty() || here == namespace {
                found.push(path.join(std::ffi::OsStr::from_bytes(name)).join(PROCESSES));
            }
        } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, namespace, name, found);
        }
    }
}

/// Where the tree of cgroups is. It is mounted if it is nowhere.
fn cgroups() -> Result<PathBuf> {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mounted = mounts.lines().find_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (path, kind) = (words.next()?, words.next()?);
        (kind == "cgroup2").then(|| PathBuf::from(path))
    });
    if let Some(path) = mounted {
        return Ok(path);
    }
    let failed = || Error::local("Failed to mount cgroup2. Are CGROUPS enabled in your kernel?");
    make_path(Path::new(CGROUP2)).map_err(|why| Error::local(format!("{why}\n{}", failed())))?;
    mount(Some("none"), CGROUP2, Some("cgroup2"), MsFlags::empty(), None::<&str>).map_err(|_| failed())?;
    Ok(PathBuf::from(CGROUP2))
}

/// Makes a directory and those above it, or says which could not be made and why.
fn make_path(path: &Path) -> std::result::Result<(), String> {
    let above: Vec<&Path> = path.ancestors().collect();
    for directory in above.into_iter().rev().skip(1) {
        match DirBuilder::new().mode(0o755).create(directory) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                let why = sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
                return Err(format!("mkdir failed for {}: {why}", directory.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The directory that is this namespace's: its name and `-ns`, nothing where it has no name.
fn namespace() -> Result<Vec<u8>> {
    let name = netns::identify("self")?;
    Ok(name.map(|name| [name.as_bytes(), b"-ns"].concat()).unwrap_or_default())
}

fn exec(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let name = words.next().ok_or_else(|| Error::local("No VRF name specified"))?;
    if words.is_empty() {
        return Err(Error::local("No command specified"));
    }
    ip.view.out.flush();
    let command = words.rest();
    let run = |ip: &mut Ip| match switch(ip, name) {
        Ok(()) => become_command(command),
        Err(error) => error.with_status(255),
    };
    if ip.batch.is_some() { in_child(ip, run) } else { Err(run(ip)) }
}

/// Moves this process to the VRF called `name`, `default` for none.
fn switch(ip: &mut Ip, name: &[u8]) -> Result<()> {
    let device = if name == b"default" { None } else { Some(index(ip, name)?) };
    let root = cgroups()?;
    let namespace = namespace()?;
    let groups = fs::read("/proc/self/cgroup").map_err(|error| because("Failed to get base cgroup path", &error))?;
    let mut path = root.as_os_str().as_bytes().to_vec();
    path.extend(base(own_group(&groups).unwrap_or_default(), &namespace));
    if !namespace.is_empty() {
        path.push(b'/');
        path.extend(&namespace);
    }
    path.extend(b"/vrf/");
    if device.is_some() {
        path.extend(name);
    }
    let path = Path::new(std::ffi::OsStr::from_bytes(&path));
    make_path(path).map_err(|why| Error::local(format!("{why}\nFailed to setup vrf cgroup2 directory")))?;
    if let Some(device) = device {
        let directory = File::open(path).map_err(|error| {
            let why = sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
            Error::local(format!("Failed to open cgroup path: '{why}'"))
        })?;
        sys::bind_sockets(&directory, device).map_err(|errno| {
            let why = sys::strerror(errno as i32);
            Error::local(format!("Failed to bind the sockets of VRF {}: '{why}'", shown(name)))
        })?;
    }
    let file = fs::OpenOptions::new().read(true).append(true).open(path.join(PROCESSES));
    let mut file = file.map_err(|error| {
        let why = sys::strerror(error.raw_os_error().unwrap_or(libc::EIO));
        Error::local(format!("Failed to open cgroups.procs file: {why}."))
    })?;
    let pid = std::process::id().to_string();
    file.write_all(pid.as_bytes()).map_err(|_| Error::local("Failed to join cgroup"))
}

/// A process's cgroup without the parts that this namespace and a VRF have added.
fn base<'a>(group: &'a [u8], namespace: &[u8]) -> &'a [u8] {
    let end = group.windows(4).position(|window| window == b"/vrf").unwrap_or(group.len());
    let group = &group[..end];
    let group = match group.strip_suffix(namespace) {
        Some(rest) if !namespace.is_empty() && rest.ends_with(b"/") => rest,
        _ => group,
    };
    group.strip_suffix(b"/").unwrap_or(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cgroups_of_processes() {
        let groups = b"5:cpu:/x/vrf/no\n0::/a/one-ns/vrf/blue\n";
        let group = own_group(groups).unwrap();
        assert_eq!(after(group, b"/vrf/"), Some(&b"blue"[..]));
        assert_eq!(base(group, b"one-ns"), b"/a");
        assert_eq!((base(b"/", b""), base(b"/a/vrf", b""), base(b"/a", b"one-ns")), (&b""[..], &b"/a"[..], &b"/a"[..]));
        assert!(own_group(b"1:cpu:/\n").is_none());
    }
}
