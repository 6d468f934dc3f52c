//! The one shell of a lesson: what a command sets stays for the next.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Takes a command to a line and answers with its status. `command` keeps a syntax error from ending it; a trap that is
/// not empty keeps ^C from it and lets its commands have it. Nothing in the background may hold its two lines open.
const DRIVER: &str = r#"exec 3<&0 4>&2 2>&1 <"$0"
trap : INT
trap '' TSTP
while IFS= read -r line <&3; do
    command eval "$line" 3<&- 4>&-
    echo "$?" >&4
done"#;

/// A shell that waits for commands.
pub struct Shell {
    child: Child,
    orders: ChildStdin,
    said: ChildStdout,
    statuses: ChildStderr,
}

/// How a command ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its exit status, 128 and the signal's number if the shell was killed with it.
    pub status: u8,
    /// What it said on stdout and stderr.
    pub output: Vec<u8>,
    /// The shell has ended too.
    pub is_last: bool,
    /// It was killed since it took too long.
    pub is_late: bool,
}

impl Shell {
    /// Starts one in a process group of its own whose commands read from `input`.
    pub fn start(input: &str) -> io::Result<Self> {
        let mut sh = Command::new("sh");
        sh.args(["-c", DRIVER, input]).process_group(0);
        let mut child = sh.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(orders), Some(said), Some(statuses)) => Ok(Shell { child, orders, said, statuses }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Its process group.
    pub fn group(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(0))
    }

    /// Runs `command` and shows what it says while it says it.
    pub fn run(
        &mut self,
        command: &str,
        limit: Option<Duration>,
        show: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let end = limit.map(|limit| Instant::now() + limit);
        writeln!(self.orders, "{command}")?;
        let mut status = Vec::new();
        while !status.ends_with(b"\n") {
            let Some([is_said, has_status]) = self.ready(end)? else {
                let _ = killpg(self.group(), Signal::SIGKILL);
                outcome.is_late = true;
                return self.last(outcome);
            };
            if is_said && self.hear(&mut outcome, show)? {
                continue;
            }
            let mut byte = [0];
            if has_status && self.statuses.read(&mut byte)? == 0 {
                return self.last(outcome);
            }
            if has_status {
                status.push(byte[0]);
            }
        }
        // What was said between the two looks of the last poll.
        while self.ready(Some(Instant::now()))?.is_some_and(|[is_said, _]| is_said) && self.hear(&mut outcome, show)? {}
        outcome.status = String::from_utf8_lossy(&status).trim().parse().unwrap_or(u8::MAX);
        Ok(outcome)
    }

    /// Whether something has been said, and whether there is a status; nothing when it is too late for both.
    fn ready(&self, end: Option<Instant>) -> io::Result<Option<[bool; 2]>> {
        let flags = PollFlags::POLLIN;
        let mut fds = [PollFd::new(self.said.as_fd(), flags), PollFd::new(self.statuses.as_fd(), flags)];
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        let timeout = left.map_or(PollTimeout::NONE, |left| left.try_into().unwrap_or(PollTimeout::MAX));
        let count = poll(&mut fds, timeout)?;
        Ok((count > 0).then(|| fds.map(|fd| fd.any().unwrap_or(false))))
    }

    /// Takes what has been said; says whether it was anything.
    fn hear(&mut self, outcome: &mut Outcome, show: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        let count = self.said.read(&mut buffer)?;
        outcome.output.extend_from_slice(&buffer[..count]);
        show(&buffer[..count])?;
        Ok(count > 0)
    }

    fn last(&mut self, mut outcome: Outcome) -> io::Result<Outcome> {
        let ended = self.child.wait()?;
        let status = ended.code().or(ended.signal().map(|signal| 128 + signal));
        outcome.status = status.and_then(|status| u8::try_from(status).ok()).unwrap_or(u8::MAX);
        outcome.is_last = true;
        Ok(outcome)
    }
}
