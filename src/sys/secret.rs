//! Asking for a secret, as getpass(3) does.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};

/// Asks on the terminal without echoing the answer; where there is none, on stderr, and reads stdin. Gives a line
/// without its end, nothing where none comes.
pub fn ask(prompt: &str) -> Vec<u8> {
    let Ok(tty) = File::options().read(true).write(true).open("/dev/tty") else {
        let _ = io::stderr().write_all(prompt.as_bytes());
        return line(io::stdin().lock()).unwrap_or_default();
    };
    let before = tcgetattr(&tty).ok();
    if let Some(mut modes) = before.clone() {
        modes.local_flags.remove(LocalFlags::ECHO | LocalFlags::ISIG);
        let _ = tcsetattr(&tty, SetArg::TCSAFLUSH, &modes);
    }
    let _ = (&tty).write_all(prompt.as_bytes());
    let answer = line(BufReader::new(&tty));
    if let Some(before) = before {
        if answer.is_some() {
            let _ = (&tty).write_all(b"\n");
        }
        let _ = tcsetattr(&tty, SetArg::TCSAFLUSH, &before);
    }
    answer.unwrap_or_default()
}

/// A line up to its end or its first NUL; nothing at the end of the file.
fn line(mut from: impl BufRead) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line).ok().filter(|len| *len > 0)?;
    line.truncate(line.iter().position(|&b| b == b'\n' || b == 0).unwrap_or(line.len()));
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        assert_eq!(line(&b"a b\nc"[..]).as_deref(), Some(&b"a b"[..]));
        assert_eq!(line(&b"ab"[..]).as_deref(), Some(&b"ab"[..]));
        assert_eq!(line(&b"a\0b\n"[..]).as_deref(), Some(&b"a"[..]));
        assert_eq!(line(&b"\n"[..]).as_deref(), Some(&b""[..]));
        assert_eq!(line(&b""[..]), None);
    }
}
