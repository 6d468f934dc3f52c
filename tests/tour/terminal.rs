//! A tour in a real terminal: keys sent, screen read.

use std::fs;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{PATH, Scratch, User, is_installed, text, users};

const LESSON: &str = "# Keys\n\nLook.\n\n```console\n$ echo o''ne\n$ touch skipped\n$ test ! -e skipped && echo t''wo\n\
                      $ sleep 1000\n# fails\n$ ip netns\n# prints mine\n$ touch left\n```\n";

/// A terminal in which a tour is under way.
struct Terminal<'a>(&'a Scratch);

impl Terminal<'_> {
    fn tmux(&self, words: &[&str]) -> Output {
        let mut tmux = Command::new("tmux");
        tmux.args(["-S", "tmux", "-f", "/dev/null"]).args(words).current_dir(&self.0.0).env_remove("TMUX");
        tmux.output().unwrap()
    }

    fn key(&self, key: &str) {
        assert!(self.tmux(&["send-keys", key]).status.success());
    }

    /// Waits until `what` is on the screen and `last` in its last line.
    fn shows(&self, what: &str, last: &str) {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let screen = text(&self.tmux(&["capture-pane", "-p"]).stdout);
            let line = screen.trim_end().lines().next_back().unwrap_or_default();
            if screen.contains(what) && line.contains(last) {
                return;
            }
            assert!(Instant::now() < end, "no {what:?}, then {last:?}, in:\n{screen}");
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn a_learner_has_keys() {
    if !is_installed("tmux") {
        return;
    }
    for &user in users() {
        let scratch = Scratch::new();
        fs::write(scratch.path("x.md"), LESSON).unwrap();
        let identity = match user {
            User::Myself => "",
            User::Nobody => "setpriv --reuid=65534 --regid=65534 --clear-groups",
        };
        let home = scratch.0.display();
        let environment = format!("env -i HOME={home} PATH={PATH} TERM=screen PS1='host> ' HISTFILE=");
        let shell = format!("cd {home} && exec {environment} {identity} bash --norc --noprofile");
        let terminal = Terminal(&scratch);
        assert!(terminal.tmux(&["new-session", "-d", "-x", "100", "-y", "60", &shell]).status.success());
        terminal.shows("", "host>");
        terminal.tmux(&["send-keys", "-l", "./iplab tour x.md; echo \"<$?>\""]);
        terminal.key("Enter");
        terminal.shows("[1/6]", "q quit");
        terminal.key("Enter");
        terminal.shows("\none\n", "q quit");
        terminal.shows("[2/6]", "q quit");
        terminal.key("s");
        terminal.shows("[3/6]", "q quit");
        terminal.key("r");
        terminal.shows("\ntwo\n", "q quit");
        // A command has ^C for itself, and the tour goes on.
        terminal.shows("[4/6]", "q quit");
        terminal.key("Enter");
        sleep(Duration::from_millis(500));
        terminal.key("C-c");
        terminal.shows("[5/6]", "q quit");
        terminal.key("t");
        terminal.shows("", "(try, exit to go on)");
        terminal.tmux(&["send-keys", "-l", "ip netns add mine; exit"]);
        terminal.key("Enter");
        terminal.shows("exit to go on", "q quit");
        terminal.key("Enter");
        terminal.shows("[6/6]", "q quit");
        terminal.key("b");
        sleep(Duration::from_millis(200));
        terminal.key("q");
        terminal.shows("4 of 6 commands did as expected, 1 skipped, 1 not reached.", "host>");
        terminal.shows("\n<0>\n", "host>");
        drop(terminal);
        assert!(!scratch.path("skipped").exists() && !scratch.path("left").exists());
    }
}
