//! Packets as they pass, as root and as an ordinary user, in a lab.

use std::process::Command;

use crate::common::{Scratch, User, all, is_installed, users};

/// Two namespaces joined by a veth pair: the lab's own at 10.0.0.1, `b` at 10.0.0.2. `listen` starts a capture and waits
/// until it listens.
const JOINED: &str = "
    ip netns add b
    ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
    ip addr add 10.0.0.1/24 dev v0
    ip -n b addr add 10.0.0.2/24 dev v1
    ip link set v0 up
    ip -n b link set v1 up
    ip -n b link set lo up
    listen() {
        tcpdump \"$@\" >out 2>err & dump=$!
        n=0
        until grep -qs 'listening on' err; do n=$((n + 1)); [ $n -lt 200 ]; sleep 0.05; done
    }
";

fn says(scratch: &Scratch, user: User, script: &str) -> String {
    scratch.says(user, &format!("cd $(mktemp -d)\n{JOINED}{script}"))
}

#[test]
fn ping_and_arp() {
    for &user in users() {
        let scratch = Scratch::new();
        let said = says(
            &scratch,
            user,
            "listen -nt -i v0 -c 4 'arp or icmp'
            ping -c 1 -W 2 10.0.0.2 >/dev/null; wait $dump
            sed 's/id [0-9]*/id N/' out; cat err",
        );
        let expected = "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28\n\
            ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02, length 28\n\
            IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64\n\
            IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64\n\
            tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n\
            listening on v0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n\
            4 packets captured\n4 packets received by filter\n0 packets dropped by kernel\n";
        assert_eq!(said, expected, "{user:?}");
    }
}

#[test]
fn any_device_and_the_loopback_once() {
    for &user in users() {
        let scratch = Scratch::new();
        let said = says(
            &scratch,
            user,
            "listen -nt -i any icmp
            ping -c 1 127.0.0.1 >/dev/null; ping -c 1 -W 2 10.0.0.2 >/dev/null; sleep 0.2
            kill -INT $dump; wait $dump; sed 's/id [0-9]*/id N/' out; head -3 err",
        );
        let expected = "lo    In  IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id N, seq 1, length 64\n\
            lo    In  IP 127.0.0.1 > 127.0.0.1: ICMP echo reply, id N, seq 1, length 64\n\
            v0    Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64\n\
            v0    In  IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64\n\n\
            tcpdump: data link type LINUX_SLL2\n\
            tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n\
            listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes\n";
        assert_eq!(said, expected, "{user:?}");
    }
}

/// What is not kept of a packet is part of its length still.
#[test]
fn short_snapshots() {
    let scratch = Scratch::new();
    let script = "for dev in v0 any; do
        listen -nt -i $dev -s 60 -c 1 icmp; ping -c 1 -W 2 10.0.0.2 >/dev/null; wait $dump; sed 's/id [0-9]*/id N/' out; done";
    let line = "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64\n";
    assert_eq!(says(&scratch, User::Myself, script), format!("{line}v0    Out {line}"));
}

/// A VXLAN between the two, as it passes underneath.
#[test]
fn what_a_tunnel_carries() {
    for &user in users() {
        let scratch = Scratch::new();
        let said = says(
            &scratch,
            user,
            "ip link add vx address 02:00:00:00:09:01 type vxlan id 42 dstport 4789 local 10.0.0.1 remote 10.0.0.2 dev v0 \
                2>/dev/null || { echo none; exit 0; }
            ip -n b link add vx address 02:00:00:00:09:02 type vxlan id 42 dstport 4789 local 10.0.0.2 remote 10.0.0.1 dev v1
            ip addr add 192.168.9.1/24 dev vx; ip -n b addr add 192.168.9.2/24 dev vx
            ip link set vx up; ip -n b link set vx up
            listen -nte -i v0 -c 2 'udp port 4789 and udp[36:2] = 0x0800 or udp[28:2] = 0x0800 and udp[39] = 1'
            ping -c 1 -W 3 192.168.9.2 >/dev/null; wait $dump; grep -A1 vni out | grep -o '02:00.*ICMP echo [a-z]*'",
        );
        let frame = |from: u8, to: u8, what: &str| {
            format!(
                "02:00:00:00:09:0{from} > 02:00:00:00:09:0{to}, ethertype IPv4 (0x0800), length 98: \
                 192.168.9.{from} > 192.168.9.{to}: ICMP echo {what}\n"
            )
        };
        assert!(said == "none\n" || said == frame(1, 2, "request") + &frame(2, 1, "reply"), "{said}");
    }
}

#[test]
fn one_direction() {
    for &user in users() {
        let scratch = Scratch::new();
        let said = says(
            &scratch,
            user,
            "listen -nt -i v0 -Q in -c 1 icmp; ping -c 1 -W 2 10.0.0.2 >/dev/null; wait $dump; cat out
            listen -nt -i v0 -c 1 'icmp and outbound'; ping -c 1 -W 2 10.0.0.2 >/dev/null; wait $dump; cat out",
        );
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines.len() == 2 && lines[0].contains("echo reply") && lines[1].contains("echo request"), "{said}");
    }
}

/// What is captured is read again, by us and, where it is there, by the stock tool.
#[test]
fn into_a_file() {
    for &user in users() {
        let scratch = Scratch::new();
        let file = scratch.path("file.pcap");
        let script = format!(
            "listen -i v0 -w {} -c 4 'icmp or arp'; ping -c 1 -W 2 10.0.0.2 >/dev/null; wait $dump; head -1 err",
            file.display()
        );
        let expected = "tcpdump: listening on v0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n";
        assert_eq!(says(&scratch, user, &script), expected, "{user:?}");
        for options in ["-nr", "-nvr", "-nevvr", "-nXr"] {
            let said = |mut command: Command| all(&command.args([options, "file.pcap"]).output().unwrap());
            let mut ours = scratch.command(user, scratch.path("iplab"));
            ours.arg("tcpdump");
            let ours = said(ours);
            assert!(ours.1.lines().count() >= 4, "{ours:?}");
            if is_installed("tcpdump") {
                assert_eq!(ours, said(scratch.command(User::Myself, "tcpdump")), "{user:?}");
            }
        }
    }
}

#[test]
fn what_cannot_be_listened_on() {
    let scratch = Scratch::new();
    for (words, text) in [
        ("-i nosuch0", "tcpdump: nosuch0: No such device exists\n(No such device exists)\n"),
        ("-i lo 'foo bar'", "tcpdump: can't parse filter expression: syntax error\n"),
        ("-i v9", "tcpdump: v9: That device is not up\n"),
    ] {
        let script = format!("ip link add v9 type veth peer name v8; tcpdump {words} 2>&1 || echo status $?");
        assert_eq!(scratch.says(User::Myself, &script), format!("{text}status 1\n"));
    }
}

#[test]
fn devices() {
    let scratch = Scratch::new();
    let expected =
        "1.any (Pseudo-device that captures on all interfaces) [Up, Running]\n2.lo [Up, Running, Loopback]\n";
    assert_eq!(scratch.says(User::Myself, "tcpdump -D"), expected);
}
