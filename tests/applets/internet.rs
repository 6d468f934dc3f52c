//! `iplab lab --internet`.

use std::process::Command;

use crate::common::{Scratch, User, all, is_installed, users};

fn lab(user: User, script: &str) -> (Option<i32>, String, String) {
    let scratch = Scratch::new();
    let mut command: Command = scratch.command(user, scratch.path("iplab"));
    all(&command.args(["lab", "--internet", "--", "sh", "-ec", script]).output().unwrap())
}

#[test]
fn the_world_outside_answers() {
    let script = "for to in 8.8.8.8 1.1.1.1 2001:4860:4860::8888 2606:4700:4700::1111 google.com; do
        ping -q -c1 -W2 $to >/dev/null || echo no answer from $to
    done
    ! ping -c1 nosuch.example
    printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w2 google.com 80 | grep -c 'Internet of this lab'
    printf 'HEAD / HTTP/1.0\\n\\n' | nc -w2 2606:4700:4700::1111 80 | head -1
    (printf 'GET / HTTP/1.0\\n\\n'; sleep 0.3) | telnet 1.1.1.1 80 2>/dev/null | grep -c Hello
    cat /etc/resolv.conf";
    for &user in users() {
        let (status, stdout, stderr) = lab(user, script);
        assert_eq!(stdout, "1\nHTTP/1.1 200 OK\r\n2\nnameserver 8.8.8.8\n", "{user:?}: {stderr}");
        assert_eq!(stderr, "ping: nosuch.example: Name or service not known\n", "{user:?}");
        assert_eq!(status, Some(0), "{user:?}");
    }
}

#[test]
fn it_knows_no_way_back_to_private_addresses() {
    for &user in users() {
        let (status, stdout, _) = lab(user, "ip addr add 192.168.52.1/24 dev lo; ping -c1 -W1 -I 192.168.52.1 8.8.8.8");
        assert_eq!(status, Some(1), "{user:?}: {stdout}");
        assert!(stdout.contains("100% packet loss"), "{user:?}: {stdout}");
    }
}

#[test]
fn address_translation_matters() {
    if !is_installed("iptables") {
        return;
    }
    let script = "ip netns add webapp; ip link add v0 type veth peer name v1 netns webapp
        ip addr add 192.168.52.5/24 dev v0; ip link set v0 up
        ip -n webapp addr add 192.168.52.2/24 dev v1; ip -n webapp link set v1 up
        ip -n webapp route add default via 192.168.52.5; sysctl -qw net.ipv4.ip_forward=1
        ! ip netns exec webapp ping -q -c1 -W1 8.8.8.8 >/dev/null
        iptables -t nat -A POSTROUTING -s 192.168.52.0/24 -j MASQUERADE
        ip netns exec webapp ping -q -c1 -W2 google.com >/dev/null && echo through";
    for &user in users() {
        let (status, stdout, stderr) = lab(user, script);
        assert_eq!((status, stdout.as_str()), (Some(0), "through\n"), "{user:?}: {stderr}");
    }
}

#[test]
fn it_dies_with_the_lab() {
    let (status, stdout, stderr) = lab(User::Myself, "readlink /proc/1/ns/pid; ps -o pid= -e 2>/dev/null | wc -l");
    assert_eq!((status, stderr.as_str()), (Some(0), ""));
    let namespace = stdout.lines().next().unwrap();
    let left = std::fs::read_dir("/proc").unwrap().flatten().filter(|process| {
        std::fs::read_link(process.path().join("ns/pid")).is_ok_and(|link| link.to_string_lossy() == namespace)
    });
    assert_eq!(left.count(), 0);
}
