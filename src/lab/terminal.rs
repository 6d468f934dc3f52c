//! The terminal, which only one process group at a time has in its foreground (termios(3), credentials(7)).

use std::fs::File;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, killpg};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getpgrp, getpid, setpgid, tcgetpgrp, tcsetpgrp};

/// The controlling terminal, and how it was set when we began.
pub struct Terminal {
    tty: File,
    modes: Option<Termios>,
}

impl Terminal {
    /// Opens it, if there is one.
    pub fn open() -> Option<Self> {
        let tty = File::options().read(true).write(true).open("/dev/tty").ok()?;
        let modes = tcgetattr(&tty).ok();
        Some(Terminal { tty, modes })
    }

    /// The process group in the foreground.
    pub fn front(&self) -> Option<Pid> {
        tcgetpgrp(&self.tty).ok()
    }

    /// Stops us until we are in the foreground, as `iplab lab &` must be until `fg`, and says whether we are.
    pub fn wait_for_foreground(&self) -> bool {
        // No one can continue an orphaned process group, so the kernel does not stop it: then we go on where we are.
        for _ in 0..8 {
            if self.front() == Some(getpgrp()) {
                return true;
            }
            let _ = kill(Pid::from_raw(0), Signal::SIGTTIN);
        }
        false
    }

    /// Puts this process, in a new process group, into the foreground: a shell in a PID namespace cannot tell the group
    /// that it was started in, which has no number there, from another.
    pub fn take(&self) {
        if setpgid(Pid::from_raw(0), Pid::from_raw(0)).is_ok() {
            self.give(getpid());
        }
    }

    /// Puts `group` into the foreground. The kernel would stop us for asking from the background, did we not block that.
    pub fn give(&self, group: Pid) {
        let mut stop = SigSet::empty();
        stop.add(Signal::SIGTTOU);
        if let Ok(old) = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK) {
            let _ = tcsetpgrp(&self.tty, group);
            let _ = old.thread_set_mask();
        }
    }

    /// Takes the terminal back from a group that the lab has left without processes; `broken` also sets it as it was,
    /// since a program that was killed could not.
    pub fn recover(&self, broken: bool) {
        if self.front().is_some_and(|front| killpg(front, None) == Err(Errno::ESRCH)) {
            self.give(getpgrp());
        }
        if let Some(modes) = self.modes.as_ref().filter(|_| broken && self.front() == Some(getpgrp())) {
            let _ = tcsetattr(&self.tty, SetArg::TCSADRAIN, modes);
        }
    }
}
