//! Manual pages, one for the program, one for each tool and one for each object of `ip`.

use std::collections::BTreeMap;
use std::process::Command as Process;

use clap::Command;
use clap_mangen::Man;
use iplab::cli::{Grammar, TOOLS, Tool};
use iplab::commands::{IP, Program};
use iplab::commands::{Object, Verb, parts, words};
use iplab::kinds::KINDS;
use iplab::rows::Row;
use iplab::words::keyword::Entry;
use roff::{Roff, bold, italic, roman};

/// A page in the making.
struct Page {
    name: String,
    text: Vec<u8>,
}

impl Page {
    /// A page that begins with name, synopsis and what it is about.
    fn new(name: &str, about: &str, synopsis: &[&str], description: &str) -> Page {
        let command = Command::new(name.to_string()).about(about.to_string()).version(env!("CARGO_PKG_VERSION"));
        let man = Man::new(command).section("1").date("").manual("iplab");
        let mut page = Page { name: format!("{name}.1"), text: Vec::new() };
        man.render_title(&mut page.text).unwrap();
        man.render_name_section(&mut page.text).unwrap();
        let mut roff = Roff::new();
        roff.control("SH", ["SYNOPSIS"]);
        for line in synopsis {
            roff.text([bold(*line)]).control("br", []);
        }
        page.add(&roff);
        page.section("DESCRIPTION", description);
        page
    }

    fn add(&mut self, roff: &Roff) {
        self.text.extend_from_slice(roff.render().as_bytes());
    }

    fn section(&mut self, title: &str, text: &str) {
        let mut roff = Roff::new();
        roff.control("SH", [title]).text([roman(text)]);
        self.add(&roff);
    }

    /// A list of words, what their arguments are called and what they mean.
    fn list<'a>(&mut self, heading: &str, title: &str, rows: impl Iterator<Item = [&'a str; 3]>) {
        let mut roff = Roff::new();
        roff.control(heading, [title]);
        for [word, argument, help] in rows {
            roff.control("TP", []);
            match argument {
                "" => roff.text([bold(word)]),
                argument => roff.text([bold(word), roman(" "), italic(argument)]),
            };
            roff.text([roman(help)]);
        }
        self.add(&roff);
    }

    fn file(self) -> (String, String) {
        (self.name, String::from_utf8(self.text).unwrap())
    }
}

fn entry(entry: &Entry) -> [&'static str; 3] {
    [entry.name, entry.argument, entry.help]
}

fn objects(program: &'static Program) -> impl Iterator<Item = &'static Object> {
    program.objects.iter().filter(|object| !object.help.is_empty())
}

fn iplab() -> Page {
    let mut page = Page::new(
        "iplab",
        "an imperative, ip-style command line for Linux networking",
        &["iplab TOOL [ WORDS ]", "iplab OBJECT [ WORDS ]", "ip|bridge|arp|route|sysctl [ WORDS ]"],
        "One program that is each of the tools below: through a link of that name, or with the name as its first word. \
         The name of an object of ip may stand there too. What they print, and their exit statuses, are those of \
         iproute2, net-tools and procps.",
    );
    page.list("SH", "TOOLS", TOOLS.iter().map(|tool| [tool.name, "", tool.help]));
    page.list("SH", "OBJECTS", objects(&IP).map(|object| [object.name, "", object.help]));
    page
}

fn tool(tool: &Tool) -> Page {
    let name = format!("iplab-{}", tool.name);
    let about = tool.help;
    match tool.grammar {
        Grammar::Program(program) => {
            let synopsis = ["[ OPTIONS ] OBJECT [ COMMAND ]", "[ -force ] -batch FILE"];
            let synopsis = synopsis.map(|words| format!("{} {words}", program.name));
            let statuses = match program.failure {
                None => "255 for words that make no sense, 1 for what is not there, and 2 for what the kernel refuses",
                Some(_) => "254 where an entry is looked up that is not there, and 255 for nearly all else that fails",
            };
            let description = "Sends what the words ask for to the kernel by rtnetlink(7), and prints what it answers. \
                               Options, objects, commands and most keywords may be abbreviated; an option may begin \
                               with one dash or two.";
            let description = format!("{description} The exit status is 0, {statuses}.");
            let mut page = Page::new(&name, about, &synopsis.each_ref().map(String::as_str), &description);
            let names: Vec<String> = program.options.iter().map(|row| format!("-{}", row.name)).collect();
            let rows = names.iter().zip(program.options).map(|(name, row)| [name, row.argument, row.help]);
            page.list("SH", "OPTIONS", rows);
            page.list("SH", "OBJECTS", objects(program).map(|object| [object.name, "", object.help]));
            page
        }
        Grammar::Options(table) => {
            let synopsis = format!("{} [ OPTIONS ] [ WORDS ]", tool.name);
            let mut page = Page::new(&name, about, &[&synopsis], &format!("Shows or changes {about}."));
            let names: Vec<String> = table
                .iter()
                .map(|opt| match (opt.short, opt.long) {
                    (0, long) => format!("--{long}"),
                    (short, "") => format!("-{}", char::from(short)),
                    (short, long) => format!("-{}, --{long}", char::from(short)),
                })
                .collect();
            let rows = names.iter().zip(table).filter(|(_, opt)| !opt.help.is_empty());
            page.list("SH", "OPTIONS", rows.map(|(name, opt)| [name, opt.argument, opt.help]));
            page
        }
        Grammar::Command(grammar) => {
            let mut grammar = grammar();
            let usage = grammar.render_usage().to_string();
            let description = grammar.get_long_about().map(ToString::to_string).unwrap_or_default();
            Page::new(&name, about, &[usage.trim_start_matches("Usage: ")], &description)
        }
    }
}

fn object(program: &Program, object: &'static Object) -> Page {
    let tool = program.name;
    let parts: Vec<&Object> = match parts(object) {
        [] => vec![object],
        parts => parts.iter().filter(|part| !part.help.is_empty()).collect(),
    };
    // The commands of a part are called by its name too.
    let prefix = |part: &Object| if part.name == object.name { String::new() } else { format!("{} ", part.name) };
    let known = |verb: &&Verb| !verb.help.is_empty();
    let named = |part: &&'static Object| {
        let prefix = prefix(part);
        part.verbs.iter().filter(known).map(move |verb| (format!("{prefix}{}", verb.name), verb.help, (verb.grammar)()))
    };
    let mut verbs: Vec<(String, &str, Vec<Entry>)> = Vec::new();
    for part in &parts {
        match part.verbs.is_empty() && part.name != object.name {
            true => verbs.push((part.name.into(), part.help, words(part))),
            false => verbs.extend(named(part)),
        }
    }
    let synopsis: Vec<String> = verbs.iter().map(|(name, ..)| format!("{tool} {} {name}", object.name)).collect();
    let synopsis: Vec<&str> = synopsis.iter().map(String::as_str).collect();
    let name = format!("iplab-{tool}-{}", object.name);
    let about = object.help.trim_end_matches('.');
    let mut page = Page::new(&name, about, &synopsis, &format!("The part of {tool} that is about {about}."));
    page.list("SH", "COMMANDS", verbs.iter().map(|(name, help, _)| [name, "", help]));
    // Commands that take the same keywords share their section.
    let mut shown: Vec<(&Vec<Entry>, Vec<&str>)> = Vec::new();
    for (name, _, grammar) in &verbs {
        match shown.iter_mut().find(|(known, _)| *known == grammar) {
            Some((_, names)) => names.push(name),
            None => shown.push((grammar, vec![name])),
        }
    }
    for (grammar, names) in shown.iter().filter(|(grammar, _)| !grammar.is_empty()) {
        let title = format!("KEYWORDS OF {}", names.join(", "));
        page.list("SH", &title, grammar.iter().filter(|entry| !entry.help.is_empty()).map(entry));
    }
    if tool == IP.name && object.name == "link" {
        page.list("SH", "KINDS", KINDS.iter().map(|kind| [kind.name, "", kind.help]));
        for kind in KINDS.iter().filter(|kind| kind.rows.iter().any(|row| !row.word.is_empty())) {
            let row = |row: &'static Row| [row.word, row.argument, row.help];
            let rows = kind.rows.iter().filter(|row| !row.word.is_empty()).map(row);
            page.list("SS", &format!("Keywords of type {}", kind.name), rows);
        }
    }
    page
}

fn files() -> BTreeMap<String, String> {
    let mut pages = vec![iplab()];
    pages.extend(TOOLS.iter().map(tool));
    for tool in TOOLS {
        if let Grammar::Program(program) = tool.grammar {
            let objects = objects(program).filter(|known| known.name != "neighbor");
            pages.extend(objects.map(|known| object(program, known)));
        }
    }
    pages.into_iter().map(Page::file).collect()
}

#[test]
fn manual_pages_are_fresh() {
    super::check("man", &files());
}

#[test]
fn manual_pages_are_well_formed() {
    for name in files().keys() {
        let path = format!("{}/man/{name}", env!("CARGO_MANIFEST_DIR"));
        let Ok(output) = Process::new("mandoc").args(["-Tlint", "-Werror", &path]).output() else {
            assert!(std::env::var_os("CI").is_none(), "mandoc is not installed");
            eprintln!("left out: mandoc is not installed");
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
