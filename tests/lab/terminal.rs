//! Labs in a real terminal: keys sent, screen read.

use std::fs;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{PATH, Scratch, User, is_installed, text, users};

/// A terminal with the shell in it from which labs are started.
struct Terminal<'a> {
    scratch: &'a Scratch,
}

impl<'a> Terminal<'a> {
    fn open(scratch: &'a Scratch, user: User) -> Self {
        let terminal = Terminal { scratch };
        let identity = match user {
            User::Myself => "",
            User::Nobody => "setpriv --reuid=65534 --regid=65534 --clear-groups",
        };
        // A history or a profile of somebody's would be in the way.
        let shell = format!(
            "cd {home} && exec env -i HOME={home} PATH={PATH} TERM=screen PS1='host> ' HISTFILE= {identity} \
             bash --norc --noprofile",
            home = scratch.0.display()
        );
        let opened = terminal.tmux(&["new-session", "-d", "-x", "120", "-y", "50", &shell]);
        assert!(opened.status.success(), "{opened:?}");
        terminal.shows("host>");
        // A shell in the lab would show it as a part of its own.
        terminal.types("export -n PS1");
        terminal
    }

    fn tmux(&self, words: &[&str]) -> Output {
        let mut tmux = Command::new("tmux");
        // Its socket lies with the rest of the test.
        tmux.args(["-S", "tmux", "-f", "/dev/null"]).args(words).current_dir(&self.scratch.0).env_remove("TMUX");
        tmux.output().unwrap()
    }

    fn key(&self, key: &str) {
        assert!(self.tmux(&["send-keys", key]).status.success());
    }

    /// Types a line.
    fn types(&self, line: &str) {
        assert!(self.tmux(&["send-keys", "-l", line]).status.success());
        self.key("Enter");
    }

    fn screen(&self) -> String {
        text(&self.tmux(&["capture-pane", "-p"]).stdout)
    }

    /// Waits until `what` is in the last line on the screen.
    fn shows(&self, what: &str) {
        let end = Instant::now() + Duration::from_secs(20);
        while !self.screen().trim_end().lines().next_back().is_some_and(|line| line.contains(what)) {
            assert!(Instant::now() < end, "no {what:?} at the end of:\n{}", self.screen());
            sleep(Duration::from_millis(20));
        }
    }

    /// Types a line and waits for the prompt `prompt`; gives what has been said between.
    fn asks(&self, line: &str, prompt: &str) -> String {
        // The screen is emptied from outside: not every shell knows a key for it.
        assert!(self.tmux(&["send-keys", "-R"]).status.success());
        self.key("Enter");
        self.shows(prompt);
        // The prompt that is there already must not be taken for the next.
        self.types(&format!("{line}; echo \"<\"$?\">\""));
        let end = Instant::now() + Duration::from_secs(20);
        while !self.screen().lines().any(|line| line.starts_with('<') && line.ends_with('>')) {
            assert!(Instant::now() < end, "no answer to {line}:\n{}", self.screen());
            sleep(Duration::from_millis(20));
        }
        self.shows(prompt);
        let screen = self.screen();
        let said = screen.lines().skip_while(|line| !line.contains("echo \"<\"")).skip(1);
        let said: Vec<&str> = said.take_while(|line| !line.starts_with(prompt)).collect();
        said.join("\n")
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn a_shell_that_says_where_one_is() {
    if !is_installed("tmux") {
        return;
    }
    for shell in ["bash", "dash", "zsh"].into_iter().filter(|shell| is_installed(shell)) {
        for &user in users() {
            let scratch = Scratch::new();
            fs::write(scratch.path(".bashrc"), "PATH=/first:$PATH; mine=yes\n").unwrap();
            fs::write(
                scratch.path(".zshrc"),
                "PATH=/first:$PATH; mine=yes\nHISTFILE=~/history SAVEHIST=9 HISTSIZE=9\n",
            )
            .unwrap();
            fs::write(scratch.path(".shrc"), "PATH=/first:$PATH; mine=yes\n").unwrap();
            let terminal = Terminal::open(&scratch, user);
            terminal.types(&format!("ENV=$HOME/.shrc SHELL=$(command -v {shell}) ./iplab lab"));
            terminal.shows("(lab) ");
            assert_eq!(terminal.asks("id -u", "(lab) "), "0\n<0>", "{shell} {user:?}");
            assert_eq!(terminal.asks("command -v ip", "(lab) "), "/run/iplab/bin/ip\n<0>", "{shell} {user:?}");
            assert_eq!(terminal.asks("echo $mine", "(lab) "), "yes\n<0>", "{shell} {user:?}");
            // A job in the foreground has ^C and ^Z for itself.
            terminal.types("sleep 1000");
            sleep(Duration::from_millis(300));
            terminal.key("C-c");
            terminal.shows("(lab) ");
            terminal.types("sleep 1000");
            sleep(Duration::from_millis(300));
            terminal.key("C-z");
            terminal.shows("(lab) ");
            assert!(terminal.asks("jobs", "(lab) ").contains("sleep 1000"), "{shell} {user:?}");
            // A shell that has not yet seen its job end would not.
            terminal.asks("kill -9 %1; sleep 0.2; jobs >/dev/null", "(lab) ");
            terminal.types("exit 5");
            terminal.shows("host>");
            assert_eq!(terminal.asks("echo $?", "host>"), "5\n<0>", "{shell} {user:?}");
            drop(terminal);
            let left = fs::read_dir(&scratch.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut left: Vec<String> = left.filter(|name| name != "tmux").collect();
            left.sort();
            assert_eq!(left, [".bashrc", ".shrc", ".zshrc", "iplab"], "{shell} {user:?}");
        }
    }
}

#[test]
fn fish_says_where_one_is() {
    if !is_installed("tmux") || !is_installed("fish") {
        return;
    }
    let scratch = Scratch::new();
    let terminal = Terminal::open(&scratch, users()[users().len() - 1]);
    // Its first start in a home would go looking for all manuals there are.
    terminal.types("mkdir -p .local/share/fish/generated_completions; SHELL=$(command -v fish) ./iplab lab");
    terminal.shows("(lab) ");
    terminal.types("id -u; command -v ip; exit 5");
    terminal.shows("host>");
    assert!(terminal.screen().contains("\n0\n/run/iplab/bin/ip\n"), "{}", terminal.screen());
    assert_eq!(terminal.asks("echo $?", "host>"), "5\n<0>");
}

#[test]
fn a_lab_is_a_job_of_the_shell_outside() {
    if !is_installed("tmux") {
        return;
    }
    for &user in users() {
        let scratch = Scratch::new();
        let terminal = Terminal::open(&scratch, user);
        // A command is stopped, continued and interrupted like any other.
        terminal.types("./iplab lab -- sleep 1000");
        sleep(Duration::from_millis(300));
        terminal.key("C-z");
        terminal.shows("host>");
        assert!(terminal.asks("jobs", "host>").contains("Stopped"));
        terminal.types("fg");
        sleep(Duration::from_millis(300));
        terminal.key("C-c");
        terminal.shows("host>");
        assert_eq!(terminal.asks("echo $?", "host>"), "130\n<0>");
        // A shell in the background waits, and one that suspends itself comes back.
        terminal.types("SHELL=$(command -v bash) ./iplab lab &");
        sleep(Duration::from_millis(300));
        assert!(terminal.asks("jobs", "host>").contains("Stopped"));
        terminal.types("fg");
        terminal.shows("(lab) ");
        terminal.types("suspend");
        terminal.shows("host>");
        assert!(terminal.asks("jobs", "host>").contains("Stopped"));
        terminal.types("fg");
        sleep(Duration::from_millis(300));
        assert_eq!(terminal.asks("echo $IPLAB_LAB", "(lab) "), "1\n<0>");
        // One that is killed leaves the terminal as it was.
        terminal.types("kill -9 $$");
        terminal.shows("host>");
        assert_eq!(terminal.asks("echo $?", "host>"), "137\n<0>");
        assert_eq!(terminal.asks("stty -a | tr ' ' '\\n' | grep -cx -e icanon -e echo", "host>"), "2\n<0>");
        // The shell may be named as the command.
        terminal.types("./iplab lab -- sh");
        terminal.shows("(lab) ");
        terminal.types("exit 3");
        terminal.shows("host>");
        assert_eq!(terminal.asks("echo $?", "host>"), "3\n<0>");
    }
}
