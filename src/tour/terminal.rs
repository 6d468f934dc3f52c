//! A learner at a terminal: what he wants to do next.

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::Command;

use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getpgrp};

use crate::lab::Terminal;

/// What may be done with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Run it.
    Run,
    /// Leave it out.
    Skip,
    /// Look at the one before again.
    Back,
    /// Try something else in a shell, then come back.
    Try,
    /// End the lesson.
    Quit,
}

const MENU: &str = "Enter run, s skip, b back, t try it yourself, q quit ";

/// The terminal that a learner sits at.
pub struct Learner {
    keys: File,
    terminal: Terminal,
}

impl Learner {
    /// Takes the terminal, if there is one.
    pub fn meet() -> Option<Self> {
        let keys = File::open("/dev/tty").ok()?;
        let terminal = Terminal::open()?;
        terminal.take();
        Some(Learner { keys, terminal })
    }

    /// Waits for a key that means something.
    pub fn ask(&mut self, out: &mut dyn Write) -> io::Result<Choice> {
        write!(out, "{MENU}")?;
        out.flush()?;
        let choice = loop {
            if let Some(choice) = choice(self.key()?) {
                break choice;
            }
        };
        write!(out, "\r\x1b[K")?;
        out.flush()?;
        Ok(choice)
    }

    /// A key, without its echo; nothing if there will be none.
    fn key(&mut self) -> io::Result<Option<u8>> {
        let modes = tcgetattr(&self.keys)?;
        let mut raw = modes.clone();
        raw.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG);
        tcsetattr(&self.keys, SetArg::TCSADRAIN, &raw)?;
        let mut byte = [0];
        let result = self.keys.read(&mut byte);
        tcsetattr(&self.keys, SetArg::TCSADRAIN, &modes)?;
        Ok((result? > 0).then_some(byte[0]))
    }

    /// Lets the process group `group` have the keys.
    pub fn lend(&self, group: Pid) {
        self.terminal.give(group);
    }

    /// Has the keys back.
    pub fn take_back(&self) {
        self.terminal.give(getpgrp());
    }

    /// A shell to try things in; it is in the same lab.
    pub fn try_it(&self) -> io::Result<()> {
        let ended = Command::new("sh")
            .arg("-i")
            .env("PS1", "(try, exit to go on) ")
            .env_remove("ENV")
            .stdin(self.keys.try_clone()?)
            .status();
        self.take_back();
        ended.map(drop)
    }
}

fn choice(key: Option<u8>) -> Option<Choice> {
    const INTERRUPT: u8 = 3;
    const END: u8 = 4;
    match key {
        Some(b'\r' | b'\n' | b' ' | b'r') => Some(Choice::Run),
        Some(b's') => Some(Choice::Skip),
        Some(b'b') => Some(Choice::Back),
        Some(b't') => Some(Choice::Try),
        Some(b'q' | INTERRUPT | END) | None => Some(Choice::Quit),
        Some(_) => None,
    }
}
