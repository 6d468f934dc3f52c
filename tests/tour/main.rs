//! `iplab tour`: the lessons that are built in, lessons with faults, and a learner at a terminal.

#[path = "../common/mod.rs"]
mod common;
mod terminal;

use std::fs;

use common::{Scratch, User, all, users};

fn tour(scratch: &Scratch, user: User, words: &[&str]) -> (Option<i32>, String, String) {
    let mut command = scratch.command(user, scratch.path("iplab"));
    all(&command.arg("tour").args(words).output().unwrap())
}

/// What lies in `scratch`.
fn left(scratch: &Scratch) -> Vec<String> {
    let names = fs::read_dir(&scratch.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn lessons_run_through() {
    for &user in users() {
        for lesson in ["containers", "vxlan", "mend"] {
            let scratch = Scratch::new();
            let (status, stdout, stderr) = tour(&scratch, user, &["--auto", lesson]);
            assert_eq!(status, Some(0), "{user:?} {lesson}: {stdout}{stderr}");
            assert!(!stdout.contains("NOT AS EXPECTED"), "{user:?} {lesson}: {stdout}");
            assert!(stdout.trim_end().ends_with("commands did as expected."), "{user:?} {lesson}: {stdout}");
            assert_eq!(left(&scratch), ["iplab"]);
        }
    }
}

#[test]
fn what_the_readme_shows_is_true() {
    for &user in users() {
        let scratch = Scratch::new();
        fs::write(scratch.path("README.md"), include_str!("../../README.md")).unwrap();
        let (status, stdout, stderr) = tour(&scratch, user, &["--auto", "README.md"]);
        assert_eq!(status, Some(0), "{user:?}: {stdout}{stderr}");
    }
}

#[test]
fn lessons_are_listed() {
    let scratch = Scratch::new();
    let (status, stdout, _) = tour(&scratch, User::Myself, &["--list"]);
    assert_eq!(status, Some(0));
    let names: Vec<&str> = stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["containers", "vxlan", "mend"]);
}

#[test]
fn a_broken_lesson_is_not_run() {
    let scratch = Scratch::new();
    fs::write(scratch.path("x.md"), "# X\n\n```console\n$ touch was-here\nwhat\n# is this\n```\n").unwrap();
    let faults = "x.md:5: neither a command, \"$ COMMAND\", nor an expectation, \"# ...\"\n\
                  x.md:6: expected \"# succeeds\", \"# fails\", \"# prints TEXT\" or \"# prints not TEXT\"\n";
    for words in [&["--check", "x.md"][..], &["--auto", "x.md"], &["x.md"]] {
        assert_eq!(tour(&scratch, User::Myself, words), (Some(1), String::new(), faults.into()), "{words:?}");
    }
    assert_eq!(left(&scratch), ["iplab", "x.md"]);
    let (status, _, stderr) = tour(&scratch, User::Myself, &["none.md"]);
    assert_eq!((status, stderr.as_str()), (Some(1), "tour: none.md: No such file or directory\n"));
    fs::write(scratch.path("y.md"), b"\xff").unwrap();
    let (status, _, stderr) = tour(&scratch, User::Myself, &["y.md"]);
    assert_eq!((status, stderr.as_str()), (Some(1), "tour: y.md: not a text in UTF-8\n"));
    let (status, _, stderr) = tour(&scratch, User::Myself, &["--here", "vxlan"]);
    assert_eq!((status, stderr.as_str()), (Some(1), "tour: --here is for a lab, and this is none\n"));
}

#[test]
fn one_shell_runs_a_lesson_to_its_end() {
    let lesson = "```console\n$ x=1; cd /run\n$ echo $x $PWD\n# prints 1 /run\n$ if then\n# fails\n$ echo $x\n# prints 1\n\
                  $ sleep 1000 & cat\n$ exit 3\n# fails\n$ echo again-$x\n# prints again-\n$ false\n$ true\n# prints no\n```\n";
    for &user in users() {
        let scratch = Scratch::new();
        fs::write(scratch.path("x.md"), lesson).unwrap();
        assert_eq!(
            tour(&scratch, user, &["--check", "x.md"]),
            (Some(0), "x.md: 9 commands, no faults\n".into(), "".into())
        );
        let (status, stdout, stderr) = tour(&scratch, user, &["--auto", "x.md"]);
        let summary = "\n7 of 9 commands did as expected, 2 did not.\n\
                       line 14: false: it should succeed, and ended with status 1\n\
                       line 15: true: it should print \"no\"\n";
        assert!(status == Some(1) && stdout.ends_with(summary), "{user:?}: {stdout}{stderr}");
    }
}
