//! What an applet writes on stdout, held back as the C library does it.

use std::io::IsTerminal;
use std::os::fd::AsFd;

use nix::errno::Errno;

/// Text for stdout: written when a line is whole on a terminal, elsewhere when [`Text::flush`] says so.
pub struct Text {
    held: Vec<u8>,
    is_terminal: bool,
}

impl Text {
    /// Nothing yet.
    pub fn new() -> Self {
        Text { held: Vec::new(), is_terminal: std::io::stdout().is_terminal() }
    }

    /// Adds `text`.
    pub fn put(&mut self, text: &str) {
        self.held.extend_from_slice(text.as_bytes());
        if self.is_terminal && text.contains('\n') {
            self.flush();
        }
    }

    /// Writes what is held. What cannot be written is lost, as the reader has gone.
    pub fn flush(&mut self) {
        let _ = write_all(std::io::stdout(), &self.held);
        self.held.clear();
    }
}

/// Writes all of `bytes`, waiting where it has to.
pub fn write_all(to: impl AsFd, mut bytes: &[u8]) -> nix::Result<()> {
    while !bytes.is_empty() {
        match nix::unistd::write(&to, bytes) {
            Ok(len) => bytes = &bytes[len..],
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// Writes a line on stderr, in one piece: others may write there too.
pub fn say(line: &str) {
    let _ = write_all(std::io::stderr(), format!("{line}\n").as_bytes());
}
