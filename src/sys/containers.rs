//! Running containers, found by their processes: no engine is asked, so none has to be there.
//!
//! Docker, Podman, containerd and CRI-O put a container's processes into a control group whose name has the container's
//! id in it, 64 hexadecimal digits (cgroups(7) on `/proc/PID/cgroup`).

use std::fs;
use std::path::{Path, PathBuf};

/// The digits of an id.
const ID: usize = 64;
/// The fewest digits that stand for an id, as many as `docker ps` shows.
const PREFIX: usize = 12;
/// Where Docker keeps a directory for each container.
const DOCKER: &str = "var/lib/docker/containers";
/// The file in which Podman (containers/storage) lists its containers.
const PODMAN: &str = "var/lib/containers/storage/overlay-containers/containers.json";

/// The network namespace of the running container with this name, host name, id or beginning of an id.
pub fn find(name: &str) -> Option<PathBuf> {
    find_below(Path::new("/"), name)
}

fn find_below(root: &Path, name: &str) -> Option<PathBuf> {
    let mut members = members(&root.join("proc"));
    members.sort_unstable();
    let is_id = |id: &str| name.len() >= PREFIX && id.starts_with(name);
    let named = |id: &str| has_name(root, id, name);
    let hosted = |pid: u32| {
        let file = root.join(format!("proc/{pid}/root/etc/hostname"));
        fs::read_to_string(file).is_ok_and(|host| host.trim_end() == name)
    };
    let by_id = members.iter().find(|(_, id)| is_id(id));
    let found = by_id.or_else(|| members.iter().find(|(_, id)| named(id)));
    let (pid, _) = found.or_else(|| members.iter().find(|(pid, _)| hosted(*pid)))?;
    Some(root.join(format!("proc/{pid}/ns/net")))
}

/// The processes in containers, each with its container's id.
fn members(proc: &Path) -> Vec<(u32, String)> {
    let pids = fs::read_dir(proc).into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let member = |pid: u32| {
        let groups = fs::read_to_string(proc.join(format!("{pid}/cgroup"))).ok()?;
        Some((pid, groups.lines().find_map(id_in)?.to_string()))
    };
    pids.filter_map(member).collect()
}

/// The innermost container id in the path of a control group.
fn id_in(path: &str) -> Option<&str> {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    path.split(|c| !is_hex(c)).rfind(|run| run.len() == ID)
}

/// Whether an engine's own files, where they can be read, give container `id` this name.
fn has_name(root: &Path, id: &str, name: &str) -> bool {
    let docker = fs::read_to_string(root.join(DOCKER).join(id).join("config.v2.json"));
    if docker.is_ok_and(|text| text.contains(&format!("\"Name\":\"/{name}\""))) {
        return true;
    }
    let podman = fs::read_to_string(root.join(PODMAN)).unwrap_or_default();
    let mut entries = podman.split("\"id\":\"").filter(|entry| entry.starts_with(id));
    entries.any(|entry| entry.contains(&format!("\"names\":[\"{name}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const POD: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    #[test]
    fn ids_stand_in_the_names_of_control_groups() {
        for line in ["0::/system.slice/docker-ID.scope", "4:memory:/docker/ID", "0::/machine.slice/libpod-ID.scope/c"] {
            assert_eq!(id_in(&line.replace("ID", WEB)), Some(WEB));
        }
        let nested = format!("0::/docker/{WEB}/kubepods/cri-containerd-{POD}.scope");
        assert_eq!(id_in(&nested), Some(POD));
        assert_eq!(id_in("0::/user.slice/user-1000.slice"), None);
        assert_eq!(id_in(&format!("0::/docker/{WEB}0")), None);
    }

    #[test]
    fn containers_are_found_by_id_name_and_host_name() {
        let root = std::env::temp_dir().join(format!("iplab-containers-{}", std::process::id()));
        let write = |path: &str, text: String| {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("proc/7/cgroup", format!("0::/docker/{WEB}\n"));
        write("proc/12/cgroup", format!("0::/docker/{WEB}\n"));
        write("proc/30/cgroup", format!("0::/libpod-{POD}.scope\n"));
        write("proc/30/root/etc/hostname", "inside\n".into());
        write("proc/9/cgroup", "0::/init.scope\n".into());
        write("proc/9/root/etc/hostname", "host\n".into());
        write(&format!("{DOCKER}/{WEB}/config.v2.json"), "{\"Name\":\"/web\"}".into());
        write(PODMAN, format!("[{{\"id\":\"{WEB}\",\"names\":[\"x\"]}},{{\"id\":\"{POD}\",\"names\":[\"pod\"]}}]"));
        let found = |name: &str| find_below(&root, name).map(|path| path.strip_prefix(&root).unwrap().to_path_buf());
        for name in [WEB, &WEB[..12], "web"] {
            assert_eq!(found(name), Some("proc/7/ns/net".into()), "{name}");
        }
        for name in [&POD[..20], "pod", "inside"] {
            assert_eq!(found(name), Some("proc/30/ns/net".into()), "{name}");
        }
        for name in [&WEB[..11], "host", "we", ""] {
            assert_eq!(found(name), None, "{name}");
        }
        fs::remove_dir_all(&root).unwrap();
    }
}
