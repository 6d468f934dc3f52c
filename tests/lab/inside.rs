//! What a lab is like inside.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::common::{PATH, Scratch, all, text, users};

#[test]
fn one_is_root_of_an_empty_network() {
    let scratch = Scratch::new();
    for &user in users() {
        assert_eq!(scratch.says(user, "id -u; id -g"), "0\n0\n");
        assert_eq!(scratch.says(user, "tail -n +3 /proc/net/dev | cut -d: -f1"), "    lo\n");
        assert_eq!(scratch.says(user, "ls /sys/class/net"), "lo\n");
        let link = scratch.says(user, "ip -o link show");
        assert!(link.starts_with("1: lo: <LOOPBACK,UP,LOWER_UP> "), "{link}");
        let link = scratch.says(user, "ip link add one type veth peer name two; ip -br link");
        assert_eq!(link.lines().count(), 3, "{link}");
    }
}

#[test]
fn our_tools_come_first() {
    let scratch = Scratch::new();
    for &user in users() {
        let names = scratch.says(user, "ls /run/iplab/bin");
        assert!(["ip", "iplab", "iptables"].iter().all(|tool| names.lines().any(|name| name == *tool)), "{names}");
        assert_eq!(scratch.says(user, "command -v ip"), "/run/iplab/bin/ip\n");
        assert!(scratch.says(user, "ip -V").contains("iplab"));
        assert_eq!(scratch.says(user, "iplab ip -V"), scratch.says(user, "ip -V"));
        assert!(!names.lines().any(|name| name == "lab"));
        // Where an ordinary user's PATH has no sbin, root's still has.
        let path = scratch.lab(user, &["sh", "-c", "echo $PATH"]).env("PATH", "/bin:/usr/bin").output().unwrap();
        assert!(text(&path.stdout).starts_with("/run/iplab/bin:/bin:/usr/bin:/usr/local/sbin:"), "{path:?}");
    }
}

#[test]
fn processes_are_its_own() {
    let scratch = Scratch::new();
    for &user in users() {
        assert_eq!(scratch.says(user, "echo $$; echo /proc/[0-9]*"), "2\n/proc/1 /proc/2\n");
        assert_eq!(scratch.says(user, "echo $IPLAB_LAB"), "1\n");
        // An orphan is taken in, and reaped when it ends.
        let states = "(sleep 0.05 &); sleep 0.3; cat /proc/[0-9]*/stat | cut -d' ' -f3 | grep -c Z || true";
        assert_eq!(scratch.says(user, states), "0\n");
    }
}

#[test]
fn only_the_networks_part_of_proc_sys_can_be_written() {
    let scratch = Scratch::new();
    for &user in users() {
        let panic = fs::read_to_string("/proc/sys/kernel/panic").unwrap();
        let forward = "echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward";
        assert_eq!(scratch.says(user, forward), "1\n");
        for key in ["kernel/panic", "vm/swappiness", "fs/file-max", "user/max_net_namespaces"] {
            let words = ["sh", "-c", &format!("cat /proc/sys/{key} >/dev/null && ! echo 17 > /proc/sys/{key}")];
            let output = scratch.lab(user, &words).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{user:?} {key}");
            assert!(text(&output.stderr).contains("Read-only file system"), "{user:?} {key}");
        }
        assert_eq!(fs::read_to_string("/proc/sys/kernel/panic").unwrap(), panic);
    }
}

#[test]
fn run_is_private() {
    let scratch = Scratch::new();
    let before = names("/run");
    for &user in users() {
        let found = scratch.says(user, "ls -d /run/netns; ls /run/netns; find /run -type f ! -path '/run/iplab/*'");
        assert_eq!(found, "/run/netns\n");
        scratch.says(user, "touch /run/a-file /run/netns/a-name; mkdir /run/a-directory; test -e /var/run/a-file");
    }
    assert_eq!(names("/run"), before);
}

fn names(directory: &str) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn the_exit_status_is_the_commands() {
    let scratch = Scratch::new();
    fs::write(scratch.path("plain"), "no program").unwrap();
    for &user in users() {
        let status = |words: &[&str]| all(&scratch.lab(user, words).output().unwrap());
        let quiet = |status| (Some(status), String::new(), String::new());
        let says = |status, text: &str| (Some(status), String::new(), format!("lab: cannot run {text}\n"));
        assert_eq!(status(&["true"]), quiet(0));
        assert_eq!(status(&["sh", "-c", "exit 7"]), quiet(7));
        assert_eq!(status(&["sh", "-c", "exit 255"]), quiet(255));
        assert_eq!(status(&["sh", "-c", "kill -9 $$"]), quiet(137));
        assert_eq!(status(&["sh", "-c", "kill -TERM $$"]), quiet(143));
        assert_eq!(status(&["sh", "-c", "kill -40 $$"]), quiet(168));
        assert_eq!(status(&["no-such-program"]), says(127, "\"no-such-program\": No such file or directory"));
        assert_eq!(status(&["/no/such/program"]), says(127, "\"/no/such/program\": No such file or directory"));
        assert_eq!(status(&["./plain"]), says(126, "\"./plain\": Permission denied"));
        assert_eq!(status(&["/"]), says(126, "\"/\": Permission denied"));
        assert_eq!(status(&[""]), says(127, "\"\": No such file or directory"));
    }
}

#[test]
fn words_and_files_pass_unchanged() {
    let scratch = Scratch::new();
    for &user in users() {
        let mut lab = scratch.lab(user, &["printf", "%s|", "-x", "--", "a b", ""]);
        lab.arg(OsStr::from_bytes(b"\xff")).arg("w".repeat(10_000));
        let output = lab.output().unwrap();
        assert_eq!(output.stdout, [b"-x|--|a b||\xff|".to_vec(), b"w".repeat(10_000), b"|".to_vec()].concat());
        let mut lab = scratch.lab(user, &["sh", "-c", "cat; pwd; echo $KEPT; echo err >&2"]);
        lab.stdin(fs::File::open("/proc/self/comm").unwrap()).env("KEPT", "yes").stderr(Stdio::piped());
        let (status, stdout, stderr) = all(&lab.output().unwrap());
        assert_eq!((status, stderr.as_str()), (Some(0), "err\n"));
        assert!(stdout.ends_with(&format!("{}\nyes\n", scratch.0.display())), "{stdout}");
    }
}

#[test]
fn without_a_command_it_is_the_users_shell() {
    let scratch = Scratch::new();
    fs::write(scratch.path("script"), "echo $0 in lab $IPLAB_LAB\nexit 4\n").unwrap();
    for &user in users() {
        let shells = [("/bin/sh", "/bin/sh"), ("/usr/sbin/nologin", "/bin/sh"), ("", "/bin/sh")];
        for (shell, runs) in shells {
            let mut lab = scratch.command(user, scratch.path("iplab"));
            lab.arg("lab").env("SHELL", shell).stdin(fs::File::open(scratch.path("script")).unwrap());
            assert_eq!(all(&lab.output().unwrap()), (Some(4), format!("{runs} in lab 1\n"), String::new()));
        }
    }
}

#[test]
fn labs_nest() {
    let scratch = Scratch::new();
    for &user in users() {
        let script = "touch /run/netns/outer; ip link add v1 type veth peer name v2; \
            iplab lab -- sh -ec 'echo $IPLAB_LAB $$; ls /run/netns; ip -br link | wc -l; echo $PATH; exit 6' || echo $?; \
            ls /run/netns; ip -br link | wc -l";
        let path = format!("/run/iplab/bin:{PATH}:/usr/local/sbin");
        assert_eq!(scratch.says(user, script), format!("2 2\n1\n{path}\n6\nouter\n3\n"));
    }
}
