//! The lab: a throw-away sandbox in which whoever enters is root of a network of his own.
//!
//! Three processes hold it, each the parent of the next:
//!
//! ```text
//! outside ─▶ init (PID 1 of the lab) ─▶ the command, or the user's shell
//! ```
//!
//! Whichever is killed, the others follow: the kernel kills init when the process outside dies (`PR_SET_PDEATHSIG`), and
//! every process of a PID namespace with its init; init ends when the command does. Namespaces and mounts live as long as
//! a process in them, so nothing is left behind, and nothing is written outside.
//!
//! [`run`] prepares, [`watch::run`] makes the namespaces and waits outside, [`init::live`] is PID 1; what a lab is made of
//! stands in [`furnish`] and [`become_command`], a step to a line.

mod command;
mod executable;
mod init;
mod internet;
mod mounts;
mod namespaces;
mod network;
mod news;
mod program;
mod shell;
mod terminal;
mod watch;

pub use command::{grammar, main, tools};
pub use terminal::Terminal;

use std::convert::Infallible;

use nix::errno::Errno;
use nix::sys::signal::Signal;

use crate::error::{Error, Result};
use crate::sys::{process, strerror};
use executable::Executable;
use news::{News, Teller};
use program::Program;

/// Says that a process is in a lab; its value is how many labs deep.
pub const MARK: &str = "IPLAB_LAB";

/// What a lab is to be like.
#[derive(Debug, Clone, Default)]
pub struct Sandbox<'a> {
    /// The names by which this program is found first on PATH.
    pub tools: Vec<&'a str>,
    /// There is an outside world.
    pub internet: bool,
}

/// Everything that is settled before the first process is made.
struct Lab<'a> {
    sandbox: &'a Sandbox<'a>,
    program: Program,
    terminal: Option<Terminal>,
    /// The terminal is ours to give, and the command one that wants it for its own.
    takes_terminal: bool,
    dispositions: Vec<process::Disposition>,
}

/// Runs `argv` in a new lab, the user's shell where it is empty, and gives its exit status: 128 and the signal's number
/// if it was killed.
///
/// The calling process stays where it is and waits; interrupts typed at the terminal are meanwhile the command's alone.
/// It is an error where the lab cannot be made, and where the command cannot be found (status 127) or run (126).
pub fn run(sandbox: &Sandbox<'_>, argv: &[&[u8]]) -> Result<u8> {
    let program = Program::new(argv, std::env::vars_os())?;
    let terminal = Terminal::open();
    let takes_terminal = program.interactive && terminal.as_ref().is_some_and(Terminal::wait_for_foreground);
    let dispositions = [
        process::disregard(Signal::SIGINT),
        process::disregard(Signal::SIGQUIT),
        // Ignored, as some parents have it, it would keep exit statuses from us.
        process::heed(Signal::SIGCHLD),
    ];
    let dispositions = dispositions.into_iter().flatten().collect();
    let lab = Lab { sandbox, program, terminal, takes_terminal, dispositions };
    let result = watch::run(&lab);
    if let Some(terminal) = &lab.terminal {
        terminal.recover(result.as_ref().is_ok_and(|status| *status > 128));
    }
    lab.dispositions.iter().for_each(process::Disposition::restore);
    result
}

/// Makes the lab what it is, from within: init does this.
fn furnish(lab: &Lab<'_>) -> Result<()> {
    mounts::make_private()?;
    let executable = Executable::find();
    mounts::cover_proc()?;
    mounts::cover_sys();
    mounts::cover_run()?;
    network::set_loopback_up()?;
    executable.place(&lab.sandbox.tools)?;
    if lab.sandbox.internet {
        internet::build()?;
    }
    lab.program.write_files()
}

/// Turns the calling process into the command.
fn become_command(lab: &Lab<'_>, teller: &Teller) -> Result<Infallible> {
    if let Some(terminal) = lab.terminal.as_ref().filter(|_| lab.takes_terminal) {
        terminal.take();
    }
    lab.dispositions.iter().for_each(process::Disposition::restore);
    teller.tell(&News::Command).map_err(because("socket"))?;
    Err(lab.program.exec())
}

/// The number behind an error of the standard library's.
fn errno(error: &std::io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

/// An error of the lab's own, for a system call that failed at `what`.
fn because(what: &'static str) -> impl Fn(Errno) -> Error {
    move |errno| Error::local(format!("lab: {what}: {}", strerror(errno as i32)))
}
