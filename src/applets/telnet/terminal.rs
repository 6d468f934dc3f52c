//! The terminal that a person types at, as telnet wants it.

use std::io::{IsTerminal, stdin};

use nix::sys::termios::{
    InputFlags, LocalFlags, OutputFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr,
};

/// stdin, where it is a terminal. It is set back when this goes.
pub struct Terminal {
    before: Option<Termios>,
}

/// Who edits and echoes what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As it was before: for the prompt.
    Prompt,
    /// Lines are edited here, and echoed here or not; the escape character ends one as well.
    Lines { echo: bool, escape: Option<u8> },
    /// Each key goes out at once, and comes back if the other side wants it seen.
    Keys,
}

impl Terminal {
    /// stdin as it is now.
    pub fn new() -> Self {
        Terminal { before: if stdin().is_terminal() { tcgetattr(stdin()).ok() } else { None } }
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.before.is_some()
    }

    /// Sets it.
    pub fn set(&self, mode: Mode) {
        let Some(before) = &self.before else { return };
        let mut modes = before.clone();
        match mode {
            Mode::Prompt => {}
            Mode::Lines { echo, escape } => {
                modes.local_flags.set(LocalFlags::ECHO, echo);
                if let Some(escape) = escape {
                    modes.control_chars[SpecialCharacterIndices::VEOL as usize] = escape;
                }
            }
            Mode::Keys => {
                modes.local_flags.remove(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG | LocalFlags::IEXTEN);
                modes.input_flags.remove(InputFlags::ICRNL | InputFlags::IXON);
                modes.output_flags.insert(OutputFlags::OPOST | OutputFlags::ONLCR);
                modes.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
                modes.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
            }
        }
        let _ = tcsetattr(stdin(), SetArg::TCSADRAIN, &modes);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.set(Mode::Prompt);
    }
}
