//! What is run in a lab, and the environment that it finds.

use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::io::IsTerminal;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use nix::errno::Errno;

use super::executable::BIN;
use super::{MARK, because, errno, mounts, shell};
use crate::error::{Error, Result};
use crate::sys::{process, strerror};
use crate::words::shown;

/// Where PATH leads if it is not set, and what it is given of this if it lacks any: outside the lab an ordinary user's
/// often has no `sbin`, inside he is root.
const USUAL: [&[u8]; 6] = [b"/usr/local/sbin", b"/usr/local/bin", b"/usr/sbin", b"/usr/bin", b"/sbin", b"/bin"];

/// A program with its words and its environment.
pub struct Program {
    argv: Vec<CString>,
    env: Vec<CString>,
    path: Vec<u8>,
    files: Vec<shell::File>,
    /// It is a shell that talks with a person: the terminal is to be its own.
    pub interactive: bool,
}

impl Program {
    /// The program `argv`, or the user's shell where that is empty, to be run with the environment `vars`. A shell that is
    /// named and nothing else, at a terminal, is as good as the user's own.
    pub fn new(argv: &[&[u8]], vars: impl Iterator<Item = (OsString, OsString)>) -> Result<Self> {
        let mut env = Environment(vars.collect());
        let depth = env.get(MARK).and_then(|depth| depth.to_str()?.parse().ok()).unwrap_or(0_u32).saturating_add(1);
        let path = path(env.get("PATH").map(OsStr::as_bytes));
        env.set(MARK, depth.to_string());
        env.set("PATH", OsString::from_vec(path.clone()));
        // It leads into the /run that is covered.
        env.0.retain(|(name, _)| name != "XDG_RUNTIME_DIR");
        let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let shell = match argv {
            [] => Some(shell::of_user(&env)),
            [word] if is_terminal && shell::is_known(word) => Some(word.to_vec()),
            _ => None,
        };
        let interactive = is_terminal && shell.is_some();
        let (argv, files) = match shell {
            Some(shell) => shell::start(shell, &mut env, depth),
            None => (argv.iter().map(|word| word.to_vec()).collect(), Vec::new()),
        };
        let argv = argv.into_iter().map(CString::new).collect::<std::result::Result<_, _>>();
        let argv = argv.map_err(|_| Error::local("lab: a word of the command has a NUL in it"))?;
        Ok(Program { argv, env: env.strings(), path, files, interactive })
    }

    /// Writes the files that a shell is to read when it starts.
    pub fn write_files(&self) -> Result<()> {
        for file in &self.files {
            if let Some(directory) = file.directory {
                mounts::make_directory(directory)?;
            }
            fs::write(file.path, &file.text).map_err(|error| because("write to /run")(errno(&error)))?;
        }
        Ok(())
    }

    /// Becomes it, or gives the reason why not, with the status that shells have for that: 127 where it is not found.
    pub fn exec(&self) -> Error {
        let errno = process::exec(&self.argv, &self.env, &self.path);
        let status = if matches!(errno, Errno::ENOENT | Errno::ENOTDIR) { 127 } else { 126 };
        let program = self.argv.first().map(|word| shown(word.as_bytes())).unwrap_or_default();
        Error::local(format!("lab: cannot run \"{program}\": {}", strerror(errno as i32))).with_status(status)
    }
}

/// Environment variables, each name once.
pub struct Environment(Vec<(OsString, OsString)>);

impl Environment {
    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
    }

    /// Gives `name` a value.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.into(),
            None => self.0.push((name.into(), value.into())),
        }
    }

    fn strings(&self) -> Vec<CString> {
        let string = |(name, value): &(OsString, OsString)| [name.as_bytes(), b"=", value.as_bytes()].concat();
        self.0.iter().filter_map(|entry| CString::new(string(entry)).ok()).collect()
    }
}

/// PATH with our tools first.
fn path(old: Option<&[u8]>) -> Vec<u8> {
    let old = old.unwrap_or_default().split(|&b| b == b':').filter(|entry| !entry.is_empty()).collect::<Vec<_>>();
    let kept = old.iter().copied().filter(|entry| *entry != BIN.as_bytes());
    let missing = USUAL.into_iter().filter(|usual| !old.contains(usual));
    std::iter::once(BIN.as_bytes()).chain(kept).chain(missing).collect::<Vec<_>>().join(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_tools_come_first_and_once() {
        let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        assert_eq!(path(None), format!("{BIN}:{usual}").into_bytes());
        let old = format!("/x:/bin:/usr/bin:{BIN}");
        let new = format!("{BIN}:/x:/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin");
        assert_eq!(path(Some(old.as_bytes())), new.into_bytes());
    }

    #[test]
    fn a_lab_in_a_lab_counts() {
        let env = |vars: &[(&str, &str)]| {
            let vars = vars.iter().map(|(name, value)| (name.into(), value.into()));
            Program::new(&[b"true"], vars).map(|program| program.env).unwrap_or_default()
        };
        assert!(env(&[]).contains(&c"IPLAB_LAB=1".into()));
        assert!(env(&[(MARK, "1"), ("XDG_RUNTIME_DIR", "/run/user/1")]).contains(&c"IPLAB_LAB=2".into()));
        assert!(env(&[(MARK, "what")]).contains(&c"IPLAB_LAB=1".into()));
        assert_eq!(env(&[("XDG_RUNTIME_DIR", "/run/user/1")]).len(), 2);
    }
}
