//! The same script in two fresh labs, once with the stock tools first on PATH and once with ours.

use std::path::Path;

use regex::Regex;

use crate::common::{Scratch, User, all, is_installed, users};

/// What differs from run to run, and what stands for it.
const CHANGING: &[(&str, &str)] = &[
    (r"time=[0-9.]+ ms", "time=T ms"),
    (r"time [0-9]+ms", "time Tms"),
    (r"= [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms", "= T ms"),
    (r"ewma [0-9./]+ ms", "ewma T ms"),
    (r"(?m)^\[[0-9.]+\]", "[T]"),
    (r"ident=[0-9]+", "ident=I"),
    (r"fe80::[0-9a-f:]+", "fe80::L"),
    (r"received on ([^ ]+) [0-9]{5}\b", "received on $1 PORT"),
];

/// Defines `r`, which shows a command, what it says and its status.
const SHOW: &str =
    "r() { echo \"\\$ $*\"; timeout 8 \"$@\" </dev/null 2>/run/err; echo \"= $?\"; sed 's/^/E /' /run/err; }\n";

fn says(user: User, script: &str, prelude: &str) -> String {
    let scratch = Scratch::new();
    let output = scratch.lab(user, &["sh", "-c", &format!("{prelude}\n{SHOW}{script}")]).output().unwrap();
    let (status, stdout, stderr) = all(&output);
    let mut text = format!("{stdout}{stderr}\n{status:?}");
    for (pattern, to) in CHANGING {
        text = Regex::new(pattern).unwrap().replace_all(&text, *to).into_owned();
    }
    text
}

/// Whether the script says the same with ours as with the stock tools, for everybody.
fn same(programs: &[&str], script: &str) {
    if !programs.iter().all(|program| is_installed(program)) || !Path::new("/usr/bin").is_dir() {
        return;
    }
    for &user in users() {
        let ours = says(user, script, "");
        let stock = says(user, script, "export PATH=/usr/bin:/bin:$PATH");
        assert!(ours.lines().count() > 10, "{user:?}:\n{ours}");
        for (line, (ours, stock)) in ours.lines().zip(stock.lines()).enumerate() {
            assert_eq!(ours, stock, "{user:?}: line {line}, ours first");
        }
        assert_eq!(ours, stock, "{user:?}");
    }
}

/// A neighbour at 10.0.0.2 and fd00::2 that forwards, and leads nowhere.
const NEIGHBOUR: &str = "\
    ip netns add b; ip link add v0 type veth peer name v1 netns b
    ip addr add 10.0.0.1/24 dev v0; ip addr add fd00::1/64 dev v0 nodad; ip link set v0 up
    ip -n b addr add 10.0.0.2/24 dev v1; ip -n b addr add fd00::2/64 dev v1 nodad
    ip -n b link set v1 up; ip -n b link set lo up
    ip netns exec b sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    ip route add default via 10.0.0.2; ip route add default via fd00::2; sleep 0.3\n";

#[test]
fn ping_replies_and_errors() {
    same(
        &["ping"],
        &[
            NEIGHBOUR,
            "r ping -c2 -i0.2 10.0.0.2; r ping -c1 fd00::2; r ping -q -c2 -i0.2 10.0.0.2; r ping -D -c1 10.0.0.2
             r ping -c1 localhost; r ping -4 -c1 ::1; r ping -6 -c1 127.0.0.1; r ping -v -c1 10.0.0.2; r ping -c1 0
             r ping -c1 -W1 8.8.8.8; r ping -c1 -W1 2001:db8::8; r ping -c2 -i0.3 -W1 -O 10.0.0.77
             r ping -c1 -t1 -W1 8.8.8.8; r ping -M do -s 3000 -c1 -W1 10.0.0.2; r ping -M do -s 3000 -c1 -W1 fd00::2
             for size in 0 8 15 16 1472 65507; do r ping -c1 -s $size 127.0.0.1; done
             r ping -w1 -i0.4 127.0.0.1; r ping -w1 -c5 -i0.4 127.0.0.1; r ping -A -c3 127.0.0.1; r ping -l3 -c3 127.0.0.1
             r ping -I v0 -c1 10.0.0.2; r ping -I 10.0.0.1 -c1 10.0.0.2; r ping -I lo -c1 -W1 10.0.0.2
             r ping -I v0 -c1 fd00::2; r ping -I ::1 -c1 ::1; r ping -I v0 -c1 -W1 ff02::1; r ping -p ff -c1 127.0.0.1
             r ping -b -c1 -W1 10.0.0.255; r ping -c1 10.0.0.255; r ping -Q 0x10 -c1 127.0.0.1; r ping -e 77 -v -c1 ::1",
        ]
        .concat(),
    );
}

#[test]
fn ping_over_a_datagram_socket() {
    same(
        &["ping"],
        &[
            "sysctl -qw net.ipv4.ping_group_range='0 0'\n",
            NEIGHBOUR,
            "r ping -v -c1 10.0.0.2; r ping -v -c1 fd00::2; r ping -c1 -W1 8.8.8.8; r ping -c1 -W1 2001:db8::8
             r ping -e 9 -v -c1 10.0.0.2; r ping -e 0 -v -c1 10.0.0.2; r ping -c1 -W1 fe80::1",
        ]
        .concat(),
    );
}

#[test]
fn ping_complaints() {
    same(
        &["ping"],
        "r ping; r ping -c0 x; r ping -c x x; r ping -s -1 x; r ping -t 256 x; r ping -t 0 -c1 127.0.0.1; r ping -i inf x
         r ping -i x -c1 127.0.0.1; r ping -W -1 x; r ping -4 -6 x; r ping -M x x; r ping -Q 999 x; r ping -p zz x
         r ping -I nosuch -c1 127.0.0.1; r ping -I nosuch -c1 ::1; r ping -I x:y ::1; r ping -I 9.9.9.9 127.0.0.1
         r ping 1.2.3.4; r ping 2001:db8::1; r ping ''; r ping fe80::1%nosuch; r ping -l 70000 x; r ping -V",
    );
}

/// Starts a server in the background, and waits for it.
const SERVE: &str = "bg() { timeout 2 \"$@\" >/run/heard 2>&1 </dev/null & B=$!; sleep 0.4; }\n\
    heard() { wait $B; echo \"heard = $?\"; cat /run/heard; }\n";

#[test]
fn nc_connects_listens_and_scans() {
    same(
        &["nc"],
        &[
            SERVE,
            "bg nc -lvn 4444; r nc -zvn 127.0.0.1 4444; heard; bg nc -lv 127.0.0.1 4444; r nc -zv localhost 4444; heard
             bg nc -6lvn 4444; echo hello | nc -N ::1 4444; echo $?; heard
             bg nc -lvnk 4444; for i in 1 2; do echo m$i | nc -N 127.0.0.1 4444; echo $?; done; heard
             bg nc -lvn -p 4444 -s 127.0.0.1; r nc -vn -p 5555 -s 127.0.0.1 -N 127.0.0.1 4444; heard
             bg nc -ulvn 4445; echo udp | nc -u -q0 127.0.0.1 4445; echo $?; heard
             bg nc -ulkn 4446; for i in 1 2; do echo u$i | nc -u -q0 127.0.0.1 4446; echo $?; done; heard
             bg nc -lvU /run/s; echo unix | nc -NU /run/s; echo $?; heard
             (echo served | timeout 5 nc -lN 4444) & sleep 0.4; r nc 127.0.0.1 4444; wait
             bg nc -l 4444 -w1; r nc -d -w1 127.0.0.1 4444; heard
             r nc -zv 127.0.0.1 4440-4442; r nc -zv localhost 4440; r nc -z 127.0.0.1 4440; r nc -v ::1 4440
             r nc -v 10.9.9.9 4440; r nc -uz 127.0.0.1 4440; r nc -uzv -w1 127.0.0.1 4440; r nc -U /run/nosuch",
        ]
        .concat(),
    );
}

#[test]
fn nc_complaints() {
    same(
        &["nc"],
        "r nc -l; r nc 127.0.0.1; r nc -lz 4; r nc -k h 4; r nc h nosuch; r nc h 99999; r nc h 0; r nc h 4x; r nc h 4-x
         r nc -w x h 1; r nc -w -1 h 1; r nc -q x h 1; r nc -w 9999999999 h 1; r nc -n localhost 80; r nc -4 ::1 80
         r nc -6 127.0.0.1 80; r nc -l 1.2.3.4 4444; r nc -s 1.2.3.4 127.0.0.1 4440; r nc -l nosuch; r nc -lU
         r nc -lU /run/x 5",
    );
}

#[test]
fn telnet_sessions() {
    same(
        &["telnet", "nc"],
        "srv() { (printf \"$1\"; sleep ${2:-0.7}) | timeout 5 /usr/bin/nc -nlN 4444 >/run/heard & B=$!; sleep 0.4; }
         heard() { wait $B; od -An -tx1 /run/heard; }
         r telnet 127.0.0.1 4445; r telnet localhost 4445; r telnet ::1 4445; r telnet 127.0.0.1 nosuch
         r telnet 127.0.0.1 99999; r telnet 127.0.0.1 0; r telnet 127.0.0.1 4445x; r telnet 10.9.9.9; r telnet a b c
         r telnet -4 ::1 4445; r telnet -6 127.0.0.1 4445; r telnet -Q; r telnet -e x 127.0.0.1 4445
         srv 'welcome\\r\\n'; (echo hello; sleep 1) | timeout 4 telnet 127.0.0.1 4444; echo $?; heard
         srv 'a\\nb\\rc\\r\\0d\\r\\n\\377\\377e'; (sleep 1) | timeout 4 telnet localhost 4444 | od -c; heard
         srv '\\377\\375\\001\\377\\375\\003\\377\\373\\001\\377\\373\\003x'; (sleep 1) | timeout 4 telnet 127.1 4444; heard
         srv '\\377\\375\\006\\377\\376\\001\\377\\375\\052\\377\\373\\052x'; (sleep 1) | timeout 4 telnet ::ffff:127.0.0.1 4444; heard
         srv 'w' 2; (sleep 0.3; printf 'one\\n'; sleep 0.4; printf '\\035'; sleep 0.3; printf 'status\\n'; sleep 0.3
         printf 'two\\n'; sleep 0.3; printf '\\035'; sleep 0.3; printf 'zz\\nclose\\n'; sleep 1) | timeout 4 telnet 127.0.0.1 4444
         heard; echo quit | telnet; r telnet",
    );
}
