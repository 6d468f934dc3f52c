//! Batches that are taken back.

#[path = "../common/mod.rs"]
mod common;

use std::fs;

use common::{Scratch, User, all, users};

/// A network without what changes by itself: no duplicate address detection. A bridge without ports takes a while to
/// notice that it has no carrier.
const NETWORK: &str = "
    for at in all default; do echo 0 > /proc/sys/net/ipv6/conf/$at/accept_dad; done
    ip link add e0 type veth peer name e1; ip link add hub type bridge; ip link set hub address 02:00:00:00:00:09
    for dev in e0 e1 hub; do echo 0 > /proc/sys/net/ipv6/conf/$dev/accept_dad; ip link set $dev up; done
    ip addr add 10.0.0.1/24 dev e0; ip addr add 10.0.0.2/24 dev e0; ip addr add 10.0.0.3/24 dev e0
    ip addr add 2001:db8::1/64 dev e0; ip addr add 2001:db8::2/64 dev e0
    ip route add 10.9.0.0/16 via 10.0.0.9; ip route add 10.10.0.0/16 via 10.9.0.1 onlink dev e0 metric 5
    ip -6 route add default via 2001:db8::9; ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev e0
    settle() { sleep 0.3; for try in $(seq 40); do ip link show hub | grep -q 'state DOWN' && break; sleep 0.1; done; }
    ip nexthop add id 1 via 10.0.0.21 dev e0; ip nexthop add id 2 via 10.0.0.22 dev e0; ip nexthop add id 3 via 10.0.0.23 dev e0
    ip nexthop add id 9 group 1,3/2; ip nexthop add id 8 group 1/2 type resilient buckets 8 idle_timer 60
    ip route add 10.11.0.0/16 nhid 9; ip route add 10.12.0.0/16 nhid 2
    ip rule add from 192.0.2.1 lookup 7; ip rule add from 192.0.2.2 priority 90 lookup 7
    ip rule add from 192.0.2.3 priority 90 iif e0 lookup 8; ip -6 rule add not fwmark 3 lookup 9
    snapshot() {
        ip link; ip addr; ip route show table all; ip -6 route show table all; ip neigh; ip netns; ip nexthop; ip rule
        ip -6 rule
    }
    ";

/// Every command that can be taken back.
const CHANGES: &str = "link add n0 type veth peer name n1
link set n0 up
addr add 10.5.0.1/24 dev n0
route add 10.99.0.0/16 via 10.5.0.2
route del 10.9.0.0/16
route replace 10.10.0.0/16 via 10.0.0.3 metric 5
route add 10.77.0.0/16 dev e0
addr del 10.0.0.1/24 dev e0
addr del 2001:db8::1/64 dev e0
addr add 10.0.0.4/24 dev e0
neigh replace 10.0.0.7 lladdr 02:00:00:00:00:08 dev e0
neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 dev e0
rule add from 192.0.2.9 lookup 7
rule del from 192.0.2.2
rule add from 192.0.2.8 priority 90 lookup 7
nexthop del id 1
nexthop replace id 2 via 10.0.0.29 dev e0
nexthop add blackhole
nexthop add id 5 blackhole
route add 10.13.0.0/16 nhid 5
link set e0 down
link set dev e0 mtu 1300 address 02:00:00:00:00:55 name e2
link set e1 name e0
link set e2 name e1
link set e0 master hub
link set hub promisc on arp off txqueuelen 77 group 5 alias center
netns add new
";

/// Runs the changes with a last line that fails, and gives status and stderr; nothing may have changed.
fn taken_back(scratch: &Scratch, user: User, last: &str) -> (Option<i32>, String) {
    fs::write(scratch.path("batch"), format!("{CHANGES}{last}\n")).unwrap();
    let script = format!(
        "{NETWORK} settle; snapshot > before; ip -atomic -batch batch; status=$?; settle; snapshot > after
        diff before after; exit $status"
    );
    let (status, out, error) = all(&scratch.lab(user, &["sh", "-c", &script]).output().unwrap());
    assert_eq!(out, "", "{user:?} {last}: {error}");
    (status, error)
}

#[test]
fn what_a_failing_batch_has_done_is_undone() {
    for &user in users() {
        let scratch = Scratch::new();
        let (status, error) = taken_back(&scratch, user, "route add 192.0.2.1/32 via 198.51.100.1");
        let count = CHANGES.lines().count();
        let failed = format!("Error: Nexthop has invalid gateway.\nCommand failed batch:{}\n", count + 1);
        assert_eq!((status, error), (Some(1), format!("{failed}Batch taken back: {count} commands undone\n")));
    }
}

#[test]
fn words_that_make_no_sense_undo_it_too() {
    let scratch = Scratch::new();
    let (status, error) = taken_back(&scratch, User::Myself, "route bogus");
    let count = CHANGES.lines().count();
    let said =
        format!("Command \"bogus\" is unknown, try \"ip route help\".\nBatch taken back: {count} commands undone\n");
    assert_eq!((status, error), (Some(255), said));
}

#[test]
fn what_cannot_be_taken_back_is_not_done() {
    let scratch = Scratch::new();
    for (line, what) in [
        ("link del lo", "link delete"),
        ("link set lo up dynamic on", "link set dynamic"),
        ("link set lo netns 1", "link set netns"),
        ("link add x0 netns 1 type veth", "link add netns"),
        ("rule flush", "rule flush"),
        ("addr flush dev lo", "address flush"),
        ("-4", ""),
    ] {
        let script = format!("printf 'link show lo\\n{line}\\n' | ip -atomic -batch - 2>&1 >/dev/null");
        let (status, out, _) = all(&scratch.lab(User::Myself, &["sh", "-c", &script]).output().unwrap());
        let refused = match what {
            "" => format!("Object \"{line}\" is unknown, try \"ip help\".\n"),
            what => format!("\"{what}\" cannot be taken back, so -atomic does not do it.\n"),
        };
        let said = format!("{refused}Command failed -:2\nBatch taken back: 0 commands undone\n");
        assert_eq!((status, out), (Some(1), said), "{line}");
    }
}

#[test]
fn a_batch_that_does_not_fail_stays() {
    let scratch = Scratch::new();
    fs::write(scratch.path("batch"), CHANGES).unwrap();
    let script =
        format!("{NETWORK} ip -atomic -batch batch; ip netns; ip -4 route show 10.10.0.0/16; ip -br link | wc -l");
    assert_eq!(scratch.says(User::Myself, &script), "new\n6\n");
}

#[test]
fn it_is_for_batches_that_stop() {
    let scratch = Scratch::new();
    for (words, why) in [
        ("-atomic link", "-atomic is for -batch."),
        ("-at -batch /dev/null", "Option \"-at\" is unknown, try \"ip -help\"."),
        (
            "-atomic -force -batch /dev/null",
            "-force goes on where -atomic takes everything back: give only one of them.",
        ),
    ] {
        let output = scratch.lab(User::Myself, &["sh", "-c", &format!("ip {words}")]).output().unwrap();
        assert_eq!(all(&output), (Some(255), String::new(), format!("{why}\n")));
    }
}
