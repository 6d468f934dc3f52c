//! The tools of iproute2's make, `ip` and `bridge`: options, an object, its verb and words.

use super::{Ip, Object, Run, batch};
use crate::error::{Error, Result};
use crate::output::tell;
use crate::words::options::{self, Asked, Options};
use crate::words::{Words, matches, shown};

/// A tool whose command line is options, an object, a verb and words.
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// The release whose output it has, as the stock tool writes it.
    pub release: &'static str,
    /// Its options, in the order in which an abbreviation is looked up.
    pub options: &'static [options::Row],
    /// What an unknown option is answered with as something to try.
    pub hint: &'static str,
    /// Its objects, in the order in which an abbreviation is looked up.
    pub objects: &'static [Object],
    /// The status that it leaves where `ip` has 1 or 2; nothing where it does as `ip`.
    pub failure: Option<u8>,
}

impl Program {
    /// Carries out the words behind the program's name and gives the exit status.
    pub fn run(&'static self, words: &[&[u8]]) -> u8 {
        let mut words = Words::new(words);
        let (options, asked) = match Options::parse(self.options, self.hint, &mut words) {
            Ok(parsed) => parsed,
            Err(error) => return tell(&error),
        };
        match asked {
            Asked::More => {}
            Asked::Usage => return tell(&self.usage()),
            Asked::Version => {
                let mut out = crate::output::Out::new();
                // Scripts look for the release whose output they get.
                out.text(format_args!(
                    "{} utility, {}, iplab-{}\n",
                    self.name,
                    self.release,
                    env!("CARGO_PKG_VERSION")
                ));
                out.finish();
                return 0;
            }
        }
        let mut ip = Ip::new(options);
        let result = match ip.enter_netns() {
            Err(error) => Err(error),
            Ok(()) => match ip.view.options.batch.take() {
                Some(file) => batch::run(self, &mut ip, &file),
                None if ip.view.options.atomic => Err(Error::words("-atomic is for -batch.")),
                None => self.command(&mut ip, words),
            },
        };
        ip.view.out.finish();
        match result {
            Ok(()) => 0,
            Err(error) => tell(&error),
        }
    }

    /// One command: an object, its verb and words.
    pub fn command(&'static self, ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
        let Some(word) = words.next() else { return Err(self.usage()) };
        if matches(word, "help") {
            return Err(self.usage());
        }
        let run = |ip: &mut Ip, words: &mut Words<'_>| {
            let text = || format!("Object \"{}\" is unknown, try \"{} help\".", shown(word), self.name);
            let object = self.object(word).ok_or_else(|| Error::local(text()))?;
            self.verb(object, words).and_then(|run| run(ip, *words))
        };
        let result = run(ip, &mut words);
        // A tool that leaves at once leaves a document open.
        if !matches!(result, Err(Error::Words { .. })) {
            ip.view.out.end_json();
        }
        result.map_err(|error| self.failed(error))
    }

    /// The same error with this program's status. Words that make no sense have theirs already.
    fn failed(&self, error: Error) -> Error {
        match (&error, self.failure) {
            (Error::Local { status: 1 | 2, .. } | Error::Netlink { status: 1 | 2, .. }, Some(status)) => {
                error.with_status(status)
            }
            _ => error,
        }
    }

    /// Takes the verb of `object`, if there is one, and gives its command.
    pub fn verb(&self, object: &'static Object, words: &mut Words<'_>) -> Result<Run> {
        if object.verbs.first().is_none_or(|verb| verb.name.is_empty()) {
            return Ok(object.default);
        }
        let Some(word) = words.next() else { return Ok(object.default) };
        if let Some(verb) = object.verbs.iter().find(|verb| matches(word, verb.name)) {
            return Ok(verb.run);
        }
        match matches(word, "help") {
            true => Err(self.object_usage(object)),
            false => Err(self.unknown_verb(object, word)),
        }
    }

    /// `word` is no verb of `object`.
    pub fn unknown_verb(&self, object: &Object, word: &[u8]) -> Error {
        let (name, object) = (self.name, object.called);
        // One object of the stock tool's does without the full stop.
        let stop = if object == "tunnel" { "" } else { "." };
        Error::words(format!("Command \"{}\" is unknown, try \"{name} {object} help\"{stop}", shown(word)))
    }

    /// The summary of `ip OBJECT help`: each verb with the keywords that may follow it.
    pub fn object_usage(&self, object: &Object) -> Error {
        let mut text = String::new();
        for verb in object.verbs.iter().filter(|verb| !verb.help.is_empty()) {
            let start = if text.is_empty() { "Usage:" } else { "\n      " };
            text += &format!("{start} {} {} {}", self.name, object.called, verb.name);
            let entries = (verb.grammar)();
            let is_switch = |name: &str| entries.iter().any(|entry| entry.name == name && entry.argument.is_empty());
            for entry in entries.iter().filter(|entry| !entry.help.is_empty()) {
                let plain = entry.argument.is_empty();
                if plain && entry.name.strip_prefix("no").is_some_and(is_switch) {
                    continue;
                }
                let no = if plain && is_switch(&format!("no{}", entry.name)) { "[no]" } else { "" };
                text += &format!(" [ {} ]", format!("{no}{} {}", entry.name, entry.argument).trim());
            }
        }
        Error::words(text)
    }

    /// The object that `word` stands for.
    pub fn object(&self, word: &[u8]) -> Option<&'static Object> {
        self.objects.iter().find(|object| matches(word, object.name))
    }

    /// The summary of `ip help`.
    fn usage(&self) -> Error {
        let list = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>().join(" | ");
        let objects = list(&mut self.objects.iter().filter(|o| !o.help.is_empty()).map(|o| o.name.to_string()));
        let options = list(&mut self.options.iter().map(|row| match row.argument {
            "" => format!("-{}", row.name),
            argument => format!("-{} {argument}", row.name),
        }));
        let name = self.name;
        Error::words(format!(
            "Usage: {name} [ OPTIONS ] OBJECT {{ COMMAND | help }}\n       {name} [ -force ] -batch FILE\n\
             where  OBJECT := {{ {objects} }}\n       OPTIONS := {{ {options} }}"
        ))
    }
}
