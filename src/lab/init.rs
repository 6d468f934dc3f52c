//! The lab's PID 1: furnishes it, starts the command, takes in orphans.

use std::os::unix::process::ExitStatusExt;

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::sys::stat::{Mode, umask};
use nix::unistd::Pid;

use super::news::{News, Teller};
use super::watch::status;
use super::{Lab, because, become_command, furnish};
use crate::error::{Error, Result};
use crate::sys::process;

/// Lives as long as the command and the process outside do; with it ends every process of the lab.
pub fn live(lab: &Lab<'_>, teller: &Teller) -> u8 {
    let news = match keep(lab, teller) {
        Ok(status) => News::Ended(status),
        Err(error) => News::from(&error),
    };
    let _ = teller.tell(&news);
    0
}

fn keep(lab: &Lab<'_>, teller: &Teller) -> Result<u8> {
    set_pdeathsig(Signal::SIGKILL).map_err(because("prctl"))?;
    // Whoever died before the line above took effect no longer listens.
    teller.tell(&News::Init).map_err(|_| Error::silent(1))?;
    // What the lab keeps in /run is for all its users to read, whatever the caller wants of his own files.
    let callers = umask(Mode::S_IWGRP | Mode::S_IWOTH);
    furnish(lab)?;
    umask(callers);
    let (command, ()) = process::child((), |()| {
        let Err(error) = become_command(lab, teller);
        let _ = teller.tell(&News::from(&error));
        error.status()
    })
    .map_err(because("fork"))?;
    loop {
        let (child, ended) = process::wait(Pid::from_raw(-1), libc::WUNTRACED).map_err(because("wait"))?;
        if child != command {
            // An orphan that ended; the wait has reaped it.
            continue;
        }
        match ended.stopped_signal() {
            Some(_) => teller.tell(&News::Stopped).map_err(|_| Error::silent(1))?,
            None => return Ok(status(ended)),
        }
    }
}
