//! Namespaces that are named by a process, a path or a container.

#[path = "../common/mod.rs"]
mod common;

use common::{Scratch, User, text, users};

/// A namespace `a` with a process in it, whose id is `$P`.
const SET_UP: &str = "ip netns add a; ip netns exec a sleep 30 & P=$!; until ip netns pids a | grep -q .; do :; done; ";

#[test]
fn a_process_or_a_path_stands_for_a_namespace() {
    let scratch = Scratch::new();
    for &user in users() {
        for place in ["pid:$P", "/proc/$P/ns/net", "/run/netns/a"] {
            let script = format!(
                "{SET_UP} ip -n {place} link add one type veth peer name two; ip netns exec {place} ip link set one up
                ip link add x type veth peer name y netns {place}; ip link set x netns {place}
                ip -n a -br link | wc -l; [ \"$(ip netns pids {place})\" = $P ] && echo same; kill $P"
            );
            assert_eq!(scratch.says(user, &script), "5\nsame\n", "{user:?} {place}");
        }
    }
}

#[test]
fn a_container_stands_for_its_namespace() {
    let scratch = Scratch::new();
    let id = "0123456789abcdef".repeat(4);
    let script = format!(
        "echo inside > host; mount --bind host /etc/hostname; {SET_UP}
        echo 0::/docker/{id} > group; mount --bind group /proc/$P/cgroup; ip -n a link set lo up
        for name in {id} container:{id} {short} container:inside inside; do ip -n $name -br link show up | wc -l; done
        ip netns exec inside ip -br link show up | wc -l; ip link add x type veth peer name y netns inside
        ip -n a -br link | wc -l; [ \"$(ip netns pids inside)\" = $P ] && echo same
        ip netns add inside; ip -n inside -br link show up | wc -l; kill $P",
        short = &id[..12]
    );
    assert_eq!(scratch.says(User::Myself, &script), "1\n1\n1\n1\n1\n1\n2\nsame\n0\n");
}

#[test]
fn a_name_comes_first() {
    let scratch = Scratch::new();
    let script = format!("{SET_UP} ip netns add pid:$P; ip -n pid:$P link set lo up; ip -n a -br link; kill $P");
    assert!(scratch.says(User::Myself, &script).contains("DOWN"));
}

#[test]
fn what_is_not_there_is_told_as_ever() {
    let scratch = Scratch::new();
    for (line, status, why) in [
        ("ip -n pid:99999999 link", 255, "Cannot open network namespace \"pid:99999999\": No such file or directory"),
        (
            "ip -n container:none link",
            255,
            "Cannot open network namespace \"container:none\": No such file or directory",
        ),
        ("ip netns exec /no/where true", 255, "Invalid netns name \"/no/where\""),
        ("ip netns pids none", 1, "Cannot open network namespace: No such file or directory"),
    ] {
        let output = scratch.lab(User::Myself, &["sh", "-c", line]).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(status), format!("{why}\n")), "{line}");
    }
}
