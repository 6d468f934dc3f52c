//! The process outside: makes the lab and waits until it has ended.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, getpgid, getpgrp};

use super::news::{self, News, Teller};
use super::terminal::Terminal;
use super::{Lab, because, init, namespaces};
use crate::error::{Error, Result};
use crate::sys::process;

/// Makes a lab, waits until it has ended, and gives its command's exit status.
pub fn run(lab: &Lab<'_>) -> Result<u8> {
    let line = news::line().map_err(because("socketpair"))?;
    let (maker, (listener, teller)) = process::child(line, |(listener, teller)| {
        // Only then can init find out that nobody listens.
        drop(listener);
        if let Err(error) = make_init(lab, &teller) {
            let _ = teller.tell(&News::from(&error));
        }
        0
    })
    .map_err(because("fork"))?;
    drop(teller);
    let (mut first, mut command) = (maker, None);
    let result = loop {
        match listener.next() {
            Some((News::Init, init)) => {
                let _ = process::wait(maker, 0);
                first = init;
            }
            Some((News::Command, pid)) => command = Some(pid),
            Some((News::Stopped, _)) => suspend(command, lab.terminal.as_ref()),
            Some((News::Ended(status), _)) => break Some(Ok(status)),
            Some((News::Failed { text, status }, _)) => break Some(Err(Error::Local { text, status })),
            None => break None,
        }
    };
    // Every process of the lab has ended when its init has.
    let (_, ended) = process::wait(first, 0).map_err(because("wait"))?;
    result.unwrap_or_else(|| Ok(status(ended)))
}

/// Enters the namespaces and makes the first process in them, as a child of the process outside, since the one that is
/// here has no other task: user and PID namespaces cannot be entered by a process that may have threads.
fn make_init(lab: &Lab<'_>, teller: &Teller) -> Result<()> {
    namespaces::enter()?;
    process::sibling(|| init::live(lab, teller)).map(drop).map_err(because("clone"))
}

/// The command has stopped itself, as a shell does on `suspend`: stops all of us, so that the shell that we were started
/// from has the terminal, until that lets us go on.
fn suspend(command: Option<Pid>, terminal: Option<&Terminal>) {
    // What stops our own process group has stopped us as well, and what lets us go on has let go on the command.
    let group = getpgid(command).ok().filter(|group| command.is_some() && *group != getpgrp());
    let Some(group) = group else { return };
    if let Some(terminal) = terminal.filter(|terminal| terminal.front() == Some(group)) {
        terminal.give(getpgrp());
    }
    let _ = kill(Pid::from_raw(0), Signal::SIGTSTP);
    if let Some(terminal) = terminal.filter(|terminal| terminal.front() == Some(getpgrp())) {
        terminal.give(group);
    }
    let _ = killpg(group, Signal::SIGCONT);
}

/// The exit status of a process that ended, 128 and the signal's number for one that was killed.
pub fn status(ended: ExitStatus) -> u8 {
    let status = ended.code().or(ended.signal().map(|signal| 128 + signal));
    status.and_then(|status| u8::try_from(status).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_counts_from_128() {
        assert_eq!(status(ExitStatus::from_raw(7 << 8)), 7);
        assert_eq!(status(ExitStatus::from_raw(9)), 137);
        assert_eq!(status(ExitStatus::from_raw(64 | 0x80)), 192);
    }
}
