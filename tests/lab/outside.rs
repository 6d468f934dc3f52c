//! What the host sees of labs, labs of each other, and what is said where there can be none.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::common::{Scratch, User, all, is_root, text, users};
use iplab::lab::{Sandbox, run};

/// All of the host that a lab could change.
fn host() -> Vec<String> {
    let files =
        ["/proc/self/mountinfo", "/proc/net/route", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/kernel/hostname"];
    let mut host: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for directory in ["/run", "/run/netns", "/sys/class/net", "/etc"] {
        let names = fs::read_dir(directory).into_iter().flatten().flatten();
        let mut names: Vec<String> = names.map(|entry| entry.path().display().to_string()).collect();
        names.sort();
        host.push(names.join(" "));
    }
    host
}

#[test]
fn the_host_is_left_as_it_was() {
    let scratch = Scratch::new();
    let before = host();
    for &user in users() {
        let script = "ip link add v1 type veth peer name v2; ip link set v1 up; hostname other; \
            echo 1 > /proc/sys/net/ipv4/ip_forward; mkdir /run/netns/x; mount -t tmpfs none /run/netns/x; \
            mount -t tmpfs none /mnt; touch /mnt/file; mount --bind /run/netns /etc; sleep 1000 &";
        scratch.says(user, script);
    }
    assert_eq!(host(), before);
}

#[test]
fn labs_at_once_do_not_see_each_other() {
    let scratch = Scratch::new();
    let count = 10;
    for &user in users() {
        let script = "read ready; ip link add mine$0 type veth peer name peer$0; touch /run/netns/mine$0; echo ready; \
            read all; ip -br link | wc -l; ls /run/netns; set -- /proc/[0-9]*/; echo $#; ip -br link | grep -o \"^mine[0-9]*\"";
        let mut labs = Vec::new();
        for number in 0..count {
            let mut lab = scratch.lab(user, &["sh", "-ec", script, &number.to_string()]);
            labs.push(lab.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
        }
        // All are there before the first looks around.
        use std::io::{Read, Write};
        for lab in &mut labs {
            lab.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
            lab.stdout.as_mut().unwrap().read_exact(&mut [0; 6]).unwrap();
        }
        for (number, mut lab) in labs.into_iter().enumerate() {
            lab.stdin.take().unwrap().write_all(b"\n").unwrap();
            let output = lab.wait_with_output().unwrap();
            // Its processes are init and the shell.
            let expected = format!("3\nmine{number}\n2\nmine{number}\n");
            assert_eq!(text(&output.stdout), expected, "{user:?}");
        }
    }
}

#[test]
fn a_process_of_many_threads_can_run_labs() {
    let before = fs::read_link("/proc/self/ns/net").unwrap();
    let threads: Vec<_> = (0..4_u8)
        .map(|number| {
            std::thread::spawn(move || {
                let script = format!("test $(id -u) = 0 && test ! -e /run/iplab/bin/ip && exit {number}");
                let status = run(&Sandbox::default(), &[b"sh", b"-c", script.as_bytes()]);
                assert_eq!(status.unwrap(), number);
                let error = run(&Sandbox::default(), &[b"no-such-program"]).unwrap_err();
                assert_eq!(error.status(), 127);
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(fs::read_link("/proc/self/ns/net").unwrap(), before);
}

#[test]
fn a_command_line_that_makes_no_sense() {
    let scratch = Scratch::new();
    let run = |words: &[&str]| all(&scratch.command(User::Myself, scratch.path("iplab")).args(words).output().unwrap());
    let (status, stdout, stderr) = run(&["lab", "--no-such-option"]);
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("--no-such-option") && stderr.contains("Usage: iplab lab"), "{stderr}");
    let (status, stdout, stderr) = run(&["lab", "--help"]);
    assert_eq!((status, stderr.as_str()), (Some(0), ""));
    assert!(stdout.contains("Usage: iplab lab [--internet] [-- COMMAND [WORD]...]"), "{stdout}");
}

#[test]
fn the_program_may_lie_anywhere() {
    let scratch = Scratch::new();
    fs::set_permissions(scratch.path("iplab"), fs::Permissions::from_mode(0o755)).unwrap();
    for &user in users() {
        // Below the /run that the lab covers.
        let covered =
            "mkdir /run/x; cp /run/iplab/iplab /run/x/other; /run/x/other lab -- ip -V; ls /run/iplab/bin >/dev/null";
        assert!(scratch.says(user, covered).contains("iplab"));
        // Nowhere any more.
        let gone = "cp iplab gone; exec 3<gone; rm gone; exec /proc/self/fd/3 lab -- sh -c 'ip -V; iplab ip -V'";
        let output = scratch.command(user, "sh").args(["-ec", gone]).output().unwrap();
        assert_eq!(text(&output.stdout).lines().count(), 2, "{output:?}");
    }
}

#[test]
fn a_system_without_namespaces_is_told_what_would_allow_them() {
    let scratch = Scratch::new();
    for &user in users() {
        let script = "echo 0 > /proc/sys/user/max_net_namespaces; ./iplab lab -- true";
        let output = scratch.command(user, "unshare").args(["-Ur", "sh", "-c", script]).output().unwrap();
        let text = "lab: this system allows no net namespaces: \"sysctl -w user.max_net_namespaces=10000\" as root would \
            allow them.\n";
        assert_eq!(all(&output), (Some(1), String::new(), text.into()), "{user:?}");
    }
}

#[test]
fn where_proc_is_hidden_the_lab_says_what_it_lacks() {
    if !is_root() {
        eprintln!("left out: only root can hide a part of /proc from an ordinary user");
        return;
    }
    let scratch = Scratch::new();
    let lab = "setpriv --reuid=65534 --regid=65534 --clear-groups ./iplab lab -- sh -c 'id -u; cat /proc/net/dev | wc -l; \
        echo 1 > /proc/sys/net/ipv4/ip_forward; exit 3'";
    let hide = "mount -t tmpfs none /proc/tty";
    let run = |script: String| {
        all(&scratch.command(User::Myself, "unshare").args(["-m", "sh", "-c", &script]).output().unwrap())
    };
    let (status, stdout, stderr) = run(format!("{hide}; {lab}"));
    assert_eq!((status, stdout.as_str()), (Some(3), "0\n3\n"));
    assert_eq!(stderr, "lab: note: /proc cannot be mounted here: it also shows processes outside the lab\n");
    let (status, _, stderr) =
        run(format!("{hide}; mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; {lab}"));
    assert_eq!(status, Some(3));
    let note = "lab: note: /proc cannot be mounted here: it also shows processes outside, and sysctl only reads\n";
    assert!(stderr.starts_with(note) && stderr.contains("Read-only file system"), "{stderr}");
}
