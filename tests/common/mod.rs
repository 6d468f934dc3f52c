//! What suites share: somebody who runs the program, in a place of his own.

// Each suite is a crate of its own and uses a part of this.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Somebody who runs the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// Whoever runs this suite: root, or an ordinary user.
    Myself,
    /// An ordinary user in root's suite.
    Nobody,
}

/// A directory that anybody may read, with the program in it. It goes when the test has ended.
pub struct Scratch(pub PathBuf);

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    pub fn new() -> Self {
        let name = format!("iplab-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        // A lab's user has to be able to make files in it.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        // Were it copied by this process, a fork of another thread's could hold it open for writing: then it cannot be run.
        assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_iplab")).arg(&path).status().unwrap().success());
        Scratch(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// `program` as `user`, with an environment that is the same everywhere.
    pub fn command(&self, user: User, program: impl AsRef<OsStr>) -> Command {
        let mut command = match user {
            User::Myself => Command::new(program),
            User::Nobody => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
                command
            }
        };
        command.current_dir(&self.0).env("HOME", &self.0).env("PATH", PATH).env("SHELL", "/bin/sh");
        command.env_remove(iplab::lab::MARK).stdin(Stdio::null());
        command
    }

    /// `iplab lab -- WORDS` as `user`.
    pub fn lab(&self, user: User, words: &[&str]) -> Command {
        let mut command = self.command(user, self.path("iplab"));
        command.args(["lab", "--"]).args(words);
        command
    }

    /// What the shell script `script` says in a lab; it must end well.
    pub fn says(&self, user: User, script: &str) -> String {
        let output = self.lab(user, &["sh", "-ec", script]).output().unwrap();
        assert!(output.status.success(), "{user:?}: {script}: {output:?}");
        assert_eq!(text(&output.stderr), "", "{user:?}: {script}");
        text(&output.stdout)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A command's exit status with what it said on stdout and on stderr.
pub fn all(output: &Output) -> (Option<i32>, String, String) {
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Everybody whom this suite can be.
pub fn users() -> &'static [User] {
    if is_root() { &[User::Myself, User::Nobody] } else { &[User::Myself] }
}

/// Whether a program that a test needs is there. Where it is not, the test is left out and says so, but fails in CI,
/// which has installed all of them.
pub fn is_installed(program: &str) -> bool {
    let found = PATH.split(':').any(|directory| Path::new(directory).join(program).exists());
    assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !found {
        eprintln!("left out: {program} is not installed");
    }
    found
}
