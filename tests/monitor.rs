//! `ip monitor` in a burst of events.

mod common;

use common::{Scratch, all, users};

/// Adds the routes in the file `routes`, each of which is an event, and prints how many were seen and what was said.
const BURST: &str = "
    ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
    : > /run/seen; ip monitor route > /run/seen 2> /run/said & monitor=$!
    until grep -q '^192.0.2.1' /run/seen; do ip route add 192.0.2.1 dev v0; ip route del 192.0.2.1; sleep 0.05; done
    ip -force -batch routes
    ip route add 192.0.2.2 dev v0
    until grep -q '^192.0.2.2' /run/seen || [ -s /run/said ]; do sleep 0.05; done
    kill $monitor; grep -c '^10[.]' /run/seen; cat /run/said";

#[test]
fn no_event_is_lost_unsaid() {
    for &user in users() {
        let scratch = Scratch::new();
        let lines: String = (0..50_000u32)
            .map(|at| format!("route add 10.{}.{}.{} dev v0\n", at >> 16, at >> 8 & 255, at & 255))
            .collect();
        std::fs::write(scratch.path("routes"), lines).unwrap();
        let (status, stdout, stderr) = all(&scratch.lab(user, &["sh", "-c", BURST]).output().unwrap());
        assert_eq!((status, stderr.as_str()), (Some(0), ""), "{user:?}: {stdout}");
        let (seen, said) = stdout.split_once('\n').unwrap();
        assert!(seen == "50000" || said.contains("No buffer space available"), "{user:?}: {seen} seen, said: {said:?}");
    }
}
