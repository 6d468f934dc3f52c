//! The user's shell in a lab: his own settings, our tools first on PATH, and a prompt that says where one is.
//!
//! Each family of shells has its own way to be told: a file read when it starts, which reads the user's own and then sets
//! these two. What is typed in a lab is not added to the user's history, which would be left behind.

use std::os::unix::ffi::OsStrExt;

use super::executable::BIN;
use super::program::Environment;

/// A file that a shell reads when it starts.
pub struct File {
    /// Its directory, if that is to be made.
    pub directory: Option<&'static str>,
    /// Its path.
    pub path: &'static str,
    /// What is in it.
    pub text: String,
}

const DEFAULT: &[u8] = b"/bin/sh";
const BASH: &str = "/run/iplab/bashrc";
const FISH: &str = "/run/iplab/config.fish";
const SH: &str = "/run/iplab/shrc";
const ZSH: &str = "/run/iplab/zsh";

/// The shell that the user has chosen.
pub fn of_user(env: &Environment) -> Vec<u8> {
    // Accounts that are not for people have a program instead of a shell that only says so.
    let is_shell = |path: &&[u8]| path.starts_with(b"/") && !matches!(name(path), b"nologin" | b"false");
    env.get("SHELL").map(OsStrExt::as_bytes).filter(is_shell).unwrap_or(DEFAULT).to_vec()
}

/// Whether a program of this name or path is a shell.
pub fn is_known(path: &[u8]) -> bool {
    matches!(name(path), b"sh" | b"bash" | b"dash" | b"ash" | b"ksh" | b"mksh" | b"zsh" | b"fish")
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&b| b == b'/').next().unwrap_or(path)
}

/// The words that start `shell` in the lab number `depth`, and the files it needs, with what it needs of the environment
/// set in `env`.
pub fn start(shell: Vec<u8>, env: &mut Environment, depth: u32) -> (Vec<Vec<u8>>, Vec<File>) {
    let prompt = if depth > 1 { format!("(lab {depth}) ") } else { "(lab) ".into() };
    let file = |path, text: &str| File {
        directory: None,
        path,
        text: text.replace("@BIN@", BIN).replace("@PROMPT@", &prompt),
    };
    match name(&shell) {
        b"bash" => (vec![shell, b"--rcfile".into(), BASH.into()], vec![file(BASH, include_str!("rc/bash"))]),
        b"fish" => {
            let source = format!("source {FISH}");
            (vec![shell, b"--init-command".into(), source.into()], vec![file(FISH, include_str!("rc/fish"))])
        }
        b"zsh" => {
            if let Some(user) = env.get("ZDOTDIR").map(ToOwned::to_owned) {
                env.set("IPLAB_ZDOTDIR", user);
            }
            env.set("ZDOTDIR", ZSH);
            let first = File { directory: Some(ZSH), ..file("/run/iplab/zsh/.zshenv", include_str!("rc/zshenv")) };
            (vec![shell], vec![first, file("/run/iplab/zsh/.zshrc", include_str!("rc/zshrc"))])
        }
        _ => {
            if let Some(user) = env.get("ENV").map(ToOwned::to_owned) {
                env.set("IPLAB_ENV", user);
            }
            env.set("ENV", SH);
            (vec![shell], vec![file(SH, include_str!("rc/sh"))])
        }
    }
}
