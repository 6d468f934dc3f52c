//! The namespaces of a lab, and who one is in them.

use std::fs;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Gid, Uid, getegid, geteuid};

use crate::error::{Error, Result};
use crate::sys::strerror;

/// Enters new namespaces; the next process made is the first of its PID namespace.
///
/// Root needs no user namespace, unless he is root without privileges, as in most containers.
pub fn enter() -> Result<()> {
    let (uid, gid) = (geteuid(), getegid());
    let mut spaces = CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWPID;
    // Not asked for, but a host name or a message queue set by root would otherwise be the host's.
    spaces |= CloneFlags::CLONE_NEWUTS | CloneFlags::CLONE_NEWIPC;
    if uid.is_root() {
        match unshare(spaces) {
            Err(Errno::EPERM) => {}
            result => return result.map_err(|errno| refusal(errno, &Limits::read())),
        }
    }
    unshare(spaces | CloneFlags::CLONE_NEWUSER)
        .and_then(|()| become_root(uid, gid))
        .map_err(|errno| refusal(errno, &Limits::read()))
}

/// Makes uid and gid 0 of the new user namespace stand for the user's own: all that the kernel lets anybody map.
fn become_root(uid: Uid, gid: Gid) -> nix::Result<()> {
    write("/proc/self/uid_map", &format!("0 {uid} 1"))?;
    match write("/proc/self/setgroups", "deny") {
        // Before Linux 3.19 there was no such file and no need.
        Ok(()) | Err(Errno::ENOENT) => {}
        Err(errno) => return Err(errno),
    }
    write("/proc/self/gid_map", &format!("0 {gid} 1"))
}

fn write(file: &str, text: &str) -> nix::Result<()> {
    fs::write(file, text).map_err(|error| super::errno(&error))
}

/// A mount that was refused although we are root of our namespaces: AppArmor's way to forbid them.
pub fn mount_refusal(what: &'static str, errno: Errno) -> Error {
    let limits = Limits::read();
    match (errno, limits.apparmor) {
        (Errno::EACCES | Errno::EPERM, Some(1)) => refusal(errno, &limits),
        _ => super::because(what)(errno),
    }
}

/// The settings by which systems forbid namespaces; nothing where the kernel has no such setting.
#[derive(Debug, Default)]
struct Limits {
    unprivileged: Option<u64>,
    apparmor: Option<u64>,
    exhausted: Option<&'static str>,
}

impl Limits {
    fn read() -> Self {
        let number = |file: &str| fs::read_to_string(file).ok()?.trim().parse().ok();
        let kinds = ["user", "mnt", "net", "pid", "uts", "ipc"];
        let file = |kind: &&str| format!("/proc/sys/user/max_{kind}_namespaces");
        Limits {
            unprivileged: number("/proc/sys/kernel/unprivileged_userns_clone"),
            apparmor: number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
            exhausted: kinds.into_iter().find(|kind| number(&file(kind)) == Some(0)),
        }
    }
}

/// What to say where the kernel refuses namespaces with `errno`: one sentence that names what would allow them.
fn refusal(errno: Errno, limits: &Limits) -> Error {
    let forbidden = "lab: this system does not let you make user namespaces";
    Error::local(match (errno, limits) {
        (Errno::EPERM, Limits { unprivileged: Some(0), .. }) => {
            format!("{forbidden}: \"sysctl -w kernel.unprivileged_userns_clone=1\" as root would allow it.")
        }
        (Errno::EPERM | Errno::EACCES, Limits { apparmor: Some(1), .. }) => format!(
            "{forbidden}: \"sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\" as root would allow it, or an \
             AppArmor profile with \"userns,\" for this program."
        ),
        (Errno::ENOSPC | Errno::EUSERS, Limits { exhausted: Some(kind), .. }) => format!(
            "lab: this system allows no {kind} namespaces: \"sysctl -w user.max_{kind}_namespaces=10000\" as root \
             would allow them."
        ),
        (Errno::ENOSPC | Errno::EUSERS, _) => {
            "lab: there are too many namespaces already: a higher user.max_*_namespaces (sysctl) would allow more."
                .into()
        }
        (Errno::EINVAL, _) => format!("{forbidden}: a kernel with CONFIG_USER_NS would allow it, or being root."),
        (Errno::EPERM, _) => format!(
            "{forbidden}: root would be allowed to, and in a container one run with \"--privileged\" or \
             \"--security-opt seccomp=unconfined\"."
        ),
        _ => format!("lab: namespaces: {}", strerror(errno as i32)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_would_allow_it() {
        let says = |errno, limits: &Limits, word| assert!(refusal(errno, limits).to_string().contains(word), "{word}");
        says(Errno::EPERM, &Limits::default(), "seccomp=unconfined");
        says(Errno::EPERM, &Limits { unprivileged: Some(1), ..Limits::default() }, "seccomp=unconfined");
        says(Errno::EPERM, &Limits { unprivileged: Some(0), ..Limits::default() }, "unprivileged_userns_clone=1");
        says(Errno::EACCES, &Limits { apparmor: Some(1), ..Limits::default() }, "restrict_unprivileged_userns=0");
        says(Errno::ENOSPC, &Limits { exhausted: Some("user"), ..Limits::default() }, "user.max_user_namespaces=10000");
        says(Errno::ENOSPC, &Limits::default(), "user.max_*_namespaces");
        says(Errno::EINVAL, &Limits::default(), "CONFIG_USER_NS");
    }
}
