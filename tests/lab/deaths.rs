//! Whoever is killed: nothing of a lab is left.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::common::{Scratch, User, users};

/// A process as /proc tells of it.
struct Process {
    pid: i32,
    parent: i32,
    zombie: bool,
    network: Option<PathBuf>,
}

fn processes() -> Vec<Process> {
    let process = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        let zombie = matches!(fields.next()?, "Z" | "X");
        let network = fs::read_link(entry.path().join("ns/net")).ok();
        Some(Process { pid, parent: fields.next()?.parse().ok()?, zombie, network })
    };
    fs::read_dir("/proc").unwrap().flatten().filter_map(process).collect()
}

/// The processes of a lab, the one outside first, then init, then the command.
fn family(outside: i32) -> Vec<i32> {
    let all = processes();
    let mut family = vec![outside];
    let mut at = 0;
    while let Some(&parent) = family.get(at) {
        family.extend(all.iter().filter(|process| process.parent == parent).map(|process| process.pid));
        at += 1;
    }
    family
}

/// A lab with two jobs in the background, one of them in a session of its own.
fn start(scratch: &Scratch, user: User) -> (Child, Vec<i32>) {
    let script = "trap '' HUP INT TERM; sleep 1000 & setsid sleep 1000 & sleep 1000; true";
    let lab = scratch.lab(user, &["sh", "-c", script]).stdout(Stdio::null()).spawn().unwrap();
    let pid = lab.id() as i32;
    let family = wait_for("a lab to come up", || Some(family(pid)).filter(|family| family.len() == 6));
    (lab, family)
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        sleep(Duration::from_millis(5));
    }
}

/// Sends `signal` to the member of a lab that `whom` counts, waits until none is left, and gives the lab's exit status.
fn after(signal: Signal, whom: usize, scratch: &Scratch, user: User) -> Option<i32> {
    let (mut lab, family) = start(scratch, user);
    let network = fs::read_link(format!("/proc/{}/ns/net", family[2])).unwrap();
    assert_ne!(network, fs::read_link("/proc/self/ns/net").unwrap());
    kill(Pid::from_raw(family[whom]), signal).unwrap();
    let status = lab.wait().unwrap();
    let members: HashSet<i32> = family.into_iter().collect();
    wait_for("a lab's end", || {
        // A zombie that has lost its parent is the system's to bury.
        let left = |process: &Process| {
            members.contains(&process.pid) && !process.zombie || process.network.as_ref() == Some(&network)
        };
        (!processes().iter().any(left)).then_some(())
    });
    status.code()
}

#[test]
fn the_process_outside_is_killed() {
    let scratch = Scratch::new();
    for &user in users() {
        assert_eq!(after(Signal::SIGKILL, 0, &scratch, user), None);
        assert_eq!(after(Signal::SIGTERM, 0, &scratch, user), None);
    }
}

#[test]
fn init_is_killed() {
    let scratch = Scratch::new();
    for &user in users() {
        assert_eq!(after(Signal::SIGKILL, 1, &scratch, user), Some(137));
    }
}

#[test]
fn the_command_is_killed() {
    let scratch = Scratch::new();
    for &user in users() {
        assert_eq!(after(Signal::SIGKILL, 2, &scratch, user), Some(137));
    }
}

#[test]
fn the_process_outside_is_killed_while_the_lab_is_made() {
    let scratch = Scratch::new();
    for &user in users() {
        for delay in (0..40).map(|step| step * 150) {
            let marker = format!("early-{}-{delay}-{user:?}", std::process::id());
            let mut lab = scratch.lab(user, &["sh", "-c", "sleep 1000; true", &marker]).spawn().unwrap();
            sleep(Duration::from_micros(delay));
            lab.kill().unwrap();
            lab.wait().unwrap();
            wait_for("an unfinished lab's end", || {
                let marked = |process: &Process| {
                    let words = fs::read(format!("/proc/{}/cmdline", process.pid)).unwrap_or_default();
                    words.windows(marker.len()).any(|part| part == marker.as_bytes())
                };
                (!processes().iter().any(marked)).then_some(())
            });
        }
    }
}
