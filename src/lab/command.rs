//! The command line of `iplab lab`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use clap::{Arg, ArgAction, Command, value_parser};

use super::{Sandbox, run};
use crate::output::tell;
use crate::sys::process;
use crate::words::read_command;

const COMMAND: &str = "COMMAND";
const INTERNET: &str = "internet";

/// What may stand on it; help, manual and completions read this too.
pub fn grammar() -> Command {
    let command = Arg::new(COMMAND)
        .help("What to run in the lab, with its words; your shell if there is none")
        .num_args(0..)
        .trailing_var_arg(true)
        .value_parser(value_parser!(OsString));
    let internet = Arg::new(INTERNET)
        .long(INTERNET)
        .help("Give the lab an outside world: a namespace \"internet\" behind the device wan")
        .action(ArgAction::SetTrue);
    Command::new("lab")
        .bin_name("iplab lab")
        .no_binary_name(true)
        .override_usage("iplab lab [--internet] [-- COMMAND [WORD]...]")
        .about("Enter a throw-away sandbox with a network of its own")
        .long_about(
            "Enter a throw-away sandbox with a network of its own.\n\n\
             In it you are root, lo is up, and nothing else is there yet: build what you like. Network, processes, mounts \
             and /run are the lab's own and end with it; other files are the ones you have outside. No privileges are \
             needed where the system allows user namespaces.\n\n\
             With --internet there is an outside world behind the device wan: 8.8.8.8, 1.1.1.1, 2001:4860:4860::8888 and \
             2606:4700:4700::1111 answer ping, know the name google.com and have a small page, and know no way back to \
             private addresses. None of it is real, and no packet leaves this machine.\n\n\
             The exit status is COMMAND's, 128 and the signal's number if it was killed, 127 if it was not found.",
        )
        .arg(internet)
        .arg(command)
}

/// The names by which this program is found in a lab: those of the stock tools, and its own.
pub fn tools() -> Vec<&'static str> {
    process::NAMES.iter().copied().chain(["iplab"]).collect()
}

/// `iplab lab` with the words behind its name.
pub fn main(words: &[&[u8]]) -> u8 {
    let matches = match read_command(grammar(), words) {
        Ok(matches) => matches,
        Err(status) => return status,
    };
    let argv: Vec<&[u8]> = matches.get_many(COMMAND).unwrap_or_default().map(|w: &OsString| w.as_bytes()).collect();
    let internet = matches.get_flag(INTERNET);
    match run(&Sandbox { tools: tools(), internet }, &argv) {
        Ok(status) => status,
        Err(error) => tell(&error),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn command(words: &[&str]) -> Option<Vec<OsString>> {
        let matches = grammar().try_get_matches_from(words).ok()?;
        Some(matches.get_many(COMMAND).unwrap_or_default().cloned().collect())
    }

    #[test]
    fn the_command_keeps_its_options() {
        grammar().debug_assert();
        assert_eq!(command(&[]), Some(vec![]));
        assert_eq!(command(&["--"]), Some(vec![]));
        assert_eq!(command(&["--", "ip", "-br", "link"]), Some(vec!["ip".into(), "-br".into(), "link".into()]));
        assert_eq!(command(&["ip", "-br", "link"]), Some(vec!["ip".into(), "-br".into(), "link".into()]));
        assert_eq!(command(&["--", "--", "x"]), Some(vec!["--".into(), "x".into()]));
        assert_eq!(command(&["--unknown"]), None);
    }

    #[test]
    fn a_command_need_not_be_utf8() {
        let matches = grammar().try_get_matches_from([OsStr::from_bytes(b"--"), OsStr::from_bytes(b"\xff")]);
        assert!(matches.is_ok_and(|m| m.get_one::<OsString>(COMMAND).is_some_and(|w| w.as_bytes() == b"\xff")));
    }
}
