//! The telnet protocol as a plain client speaks it (RFC 854): text, and options that are nearly all refused.

/// Begins a command.
const IAC: u8 = 255;
const DONT: u8 = 254;
const DO: u8 = 253;
const WONT: u8 = 252;
const WILL: u8 = 251;
/// Begins a negotiation about an option, which `SE` ends.
const SB: u8 = 250;
const SE: u8 = 240;

/// Who echoes what is typed (RFC 857).
const ECHO: u8 = 1;
/// No waiting for each other's "go ahead" (RFC 858).
const SUPPRESS_GO_AHEAD: u8 = 3;
/// An answer to it says that all before has been read (RFC 860).
const TIMING_MARK: u8 = 6;

/// What is sent for an interrupt: "interrupt process", and the question when that has been done.
pub const INTERRUPT: [u8; 5] = [IAC, 244, IAC, DO, TIMING_MARK];
/// What is sent for a quit: "abort output", and the same question.
pub const ABORT: [u8; 5] = [IAC, 238, IAC, DO, TIMING_MARK];

/// Where in a command the last byte stood.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    Return,
    Command,
    /// `DO` or one of its fellows, before its option.
    Option(u8),
    Negotiation,
    NegotiationCommand,
}

/// What has been read of a connection so far.
#[derive(Debug, Default)]
pub struct Reader {
    state: State,
    /// The options that the other side uses.
    theirs: Vec<u8>,
    /// The options that are used here.
    ours: Vec<u8>,
}

impl Reader {
    /// Reads what has come: adds text to `text` and answers to `answers`.
    pub fn read(&mut self, bytes: &[u8], text: &mut Vec<u8>, answers: &mut Vec<u8>) {
        for &byte in bytes {
            self.state = self.next(byte, text, answers);
        }
    }

    /// Whether each key goes out by itself, as the other side echoes it.
    pub fn sends_keys(&self) -> bool {
        self.theirs.contains(&ECHO) && self.theirs.contains(&SUPPRESS_GO_AHEAD)
    }

    /// Whether the other side echoes.
    pub fn has_echo(&self) -> bool {
        self.theirs.contains(&ECHO)
    }

    fn next(&mut self, byte: u8, text: &mut Vec<u8>, answers: &mut Vec<u8>) -> State {
        match (self.state, byte) {
            (State::Return, 0) => State::Text,
            (State::Return, b'\n') => {
                // The line was ended by two bytes.
                text.pop();
                text.push(b'\n');
                State::Text
            }
            (State::Text | State::Return, IAC) => State::Command,
            (State::Text | State::Return, byte) => {
                text.push(byte);
                if byte == b'\r' { State::Return } else { State::Text }
            }
            (State::Command, IAC) => {
                text.push(IAC);
                State::Text
            }
            (State::Command, WILL | WONT | DO | DONT) => State::Option(byte),
            (State::Command, SB) => State::Negotiation,
            (State::Command, _) => State::Text,
            (State::Option(verb), option) => {
                if let Some(answer) = self.answer(verb, option) {
                    answers.extend([IAC, answer, option]);
                }
                State::Text
            }
            (State::Negotiation, IAC) => State::NegotiationCommand,
            (State::NegotiationCommand, SE) => State::Text,
            (State::Negotiation | State::NegotiationCommand, _) => State::Negotiation,
        }
    }

    /// What to answer, if anything: what is so already needs no answer, or there would be no end to them.
    fn answer(&mut self, verb: u8, option: u8) -> Option<u8> {
        let known: &[u8] = if verb == WILL { &[ECHO, SUPPRESS_GO_AHEAD] } else { &[SUPPRESS_GO_AHEAD] };
        let used = if matches!(verb, WILL | WONT) { &mut self.theirs } else { &mut self.ours };
        let place = used.iter().position(|used| *used == option);
        match (verb, place) {
            (DO, _) if option == TIMING_MARK => Some(WILL),
            (WILL | WONT, _) if option == TIMING_MARK => None,
            (DO | WILL, Some(_)) | (DONT | WONT, None) => None,
            (DO | WILL, None) if known.contains(&option) => {
                used.push(option);
                Some(if verb == DO { WILL } else { DO })
            }
            (DO, None) => Some(WONT),
            (WILL, None) => Some(DONT),
            (_, Some(at)) => {
                used.remove(at);
                Some(if verb == DONT { WONT } else { DONT })
            }
            _ => None,
        }
    }
}

/// Adds typed text to `to` as it goes out: lines end with CR LF, a CR alone is followed by NUL.
pub fn write(typed: &[u8], to: &mut Vec<u8>) {
    for &byte in typed {
        match byte {
            b'\n' => to.extend(b"\r\n"),
            b'\r' => to.extend(b"\r\0"),
            IAC => to.extend([IAC, IAC]),
            byte => to.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut text, mut answers) = (Vec::new(), Vec::new());
        // Where the pieces end must not matter.
        let mut reader = Reader::default();
        bytes.chunks(1).for_each(|byte| reader.read(byte, &mut text, &mut answers));
        (text, answers)
    }

    #[test]
    fn text_both_ways() {
        let (text, answers) = read(b"a\nb\rc\r\0d\r\n\xff\xffe\0f\xff\xf6g");
        assert_eq!((text.as_slice(), answers.as_slice()), (&b"a\nb\rc\rd\n\xffe\0fg"[..], &b""[..]));
        let mut out = Vec::new();
        write(b"q\xffr\rs\nt", &mut out);
        assert_eq!(out, b"q\xff\xffr\r\0s\r\nt");
    }

    #[test]
    fn options_are_refused_once() {
        let bytes =
            b"\xff\xfd\x01\xff\xfd\x03\xff\xfb\x01\xff\xfb\x03\xff\xfb\x03\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0x";
        let (text, answers) = read(bytes);
        assert_eq!(text, b"x");
        assert_eq!(answers, b"\xff\xfc\x01\xff\xfb\x03\xff\xfd\x01\xff\xfd\x03\xff\xfc\x18");
        let (text, answers) = read(b"\xff\xfd\x06\xff\xfb\x06\xff\xfe\x01\xff\xfc\x01\xff\xfd\x2a\xff\xfb\x2a");
        assert_eq!((text.as_slice(), answers.as_slice()), (&b""[..], &b"\xff\xfb\x06\xff\xfc\x2a\xff\xfe\x2a"[..]));
    }
}
