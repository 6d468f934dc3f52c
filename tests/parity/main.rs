//! The same command lines in two fresh labs, the stock tools in one and ours in the other: exit status, stdout and
//! stderr have to be the same bytes.
//!
//! A scenario is a file `NAME.scn` of lines for `sh`, each run in a shell of its own; `#` begins a comment, and a line
//! behind `~ ` is one whose output comes in the order of a hash with a random seed, so that its order is not compared.
//! A scenario begins with `lo` down and nothing else. [`normal`] says what is taken for equal, and nothing else is;
//! `differences` lists what differs all the same, and why. A difference that is listed and has gone is a failure.

mod driver;
mod normal;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parity");

/// What a line said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    status: String,
    stdout: String,
    stderr: String,
}

/// A line of a scenario.
struct Line {
    text: String,
    unordered: bool,
}

fn main() {
    if let Some(directory) = std::env::var_os(driver::DIRECTORY) {
        return driver::run(Path::new(&directory));
    }
    let arguments = Arguments::from_args();
    let missing = ["ip", "arp", "route", "sysctl"].into_iter().filter(|name| !is_installed(name)).collect::<Vec<_>>();
    if !missing.is_empty() {
        let text = format!("the stock {} not installed", missing.join(", "));
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("comparisons left out: {text}");
        return;
    }
    let scenarios = scenarios();
    let mut known = differences();
    let mut trials = Vec::new();
    let mut count = 0;
    for path in scenarios {
        let name = path.strip_prefix(HERE).unwrap_or(&path).with_extension("").to_string_lossy().into_owned();
        let lines = lines(&fs::read_to_string(&path).unwrap());
        count += lines.len();
        let known = known.remove(&name).unwrap_or_default();
        let trial = name.clone();
        // What time alone has made different is the same the second time; what differs does so again.
        let compared = move || compare(&name, &lines, &known).or_else(|_| compare(&name, &lines, &known));
        trials.push(Trial::test(trial, compared));
    }
    known.retain(|name, _| !Path::new(HERE).join(name).with_extension("scn").exists());
    let stray = known.into_keys().collect::<Vec<_>>();
    trials.push(Trial::test("every_difference_is_of_a_scenario", move || match stray.is_empty() {
        true => Ok(()),
        false => Err(format!("no such scenarios: {}", stray.join(", ")).into()),
    }));
    eprintln!("{count} commands are compared");
    libtest_mimic::run(&arguments, trials).exit();
}

/// The scenarios that `SCENARIOS` names, here or by a whole path, or all but those below a directory, which need another kernel.
fn scenarios() -> Vec<PathBuf> {
    if let Ok(names) = std::env::var("SCENARIOS") {
        return names.split_whitespace().map(|name| Path::new(HERE).join(name).with_extension("scn")).collect();
    }
    let mut scenarios: Vec<PathBuf> = fs::read_dir(HERE).unwrap().map(|entry| entry.unwrap().path()).collect();
    scenarios.retain(|path| path.extension().is_some_and(|extension| extension == "scn"));
    scenarios.sort();
    scenarios
}

fn is_installed(name: &str) -> bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|directory| Path::new(directory).join(name).exists())
}

fn lines(text: &str) -> Vec<Line> {
    let commands = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = |line: &str| match line.strip_prefix("~ ") {
        Some(rest) => Line { text: rest.into(), unordered: true },
        None => Line { text: line.into(), unordered: false },
    };
    commands.map(line).collect()
}

/// The commands that are known to differ, by their scenario. In the file, a difference is a line `SCENARIO: COMMAND` and
/// a line that says why, indented.
fn differences() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(format!("{HERE}/differences")).unwrap();
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reason_due = None;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with("    ") {
            reason_due = None;
            continue;
        }
        assert_eq!(reason_due, None, "a difference without a reason");
        let (scenario, command) = line.split_once(": ").expect("SCENARIO: COMMAND");
        known.entry(scenario.into()).or_default().push(command.into());
        reason_due = Some(line);
    }
    assert_eq!(reason_due, None, "a difference without a reason");
    known
}

fn compare(name: &str, lines: &[Line], known: &[String]) -> Result<(), Failed> {
    let (stock, ours) = std::thread::scope(|scope| {
        let stock = scope.spawn(|| transcript("stock", name, lines));
        let ours = transcript("ours", name, lines);
        (stock.join().unwrap(), ours)
    });
    let mut report = String::new();
    let mut gone: Vec<&String> = known.iter().collect();
    for (line, (stock, ours)) in lines.iter().zip(stock.iter().zip(&ours)) {
        if stock == ours {
            continue;
        }
        if known.contains(&line.text) {
            gone.retain(|known| **known != line.text);
            continue;
        }
        writeln!(report, "$ {}", line.text)?;
        for (what, stock, ours) in [
            ("status", &stock.status, &ours.status),
            ("stdout", &stock.stdout, &ours.stdout),
            ("stderr", &stock.stderr, &ours.stderr),
        ] {
            if stock != ours {
                let (stock, ours) = differing(stock, ours);
                writeln!(report, "  {what}, stock: {stock:?}\n  {what}, ours:  {ours:?}")?;
            }
        }
    }
    for line in gone {
        writeln!(report, "$ {line}\n  does not differ any more: take it out of tests/parity/differences")?;
    }
    if report.is_empty() { Ok(()) } else { Err(report.into()) }
}

/// Two texts without the lines that they begin and end with alike.
fn differing<'a>(one: &'a str, other: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut one, mut other): (Vec<_>, Vec<_>) =
        (one.split_inclusive('\n').collect(), other.split_inclusive('\n').collect());
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    (one, other) = (one.split_off(start), other.split_off(start));
    while let (Some(a), Some(b)) = (one.last(), other.last())
        && a == b
    {
        one.pop();
        other.pop();
    }
    (one, other)
}

/// What the lines say with the tools of `whose`.
fn transcript(whose: &str, name: &str, lines: &[Line]) -> Vec<Said> {
    let directory =
        std::env::temp_dir().join(format!("iplab-parity-{}-{}-{whose}", std::process::id(), name.replace('/', "-")));
    fs::create_dir(&directory).unwrap();
    let text = lines.iter().fold(String::new(), |text, line| text + &line.text + "\n");
    fs::write(directory.join("lines"), text).unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_iplab"));
    lab.args(["lab", "--"]).arg(std::env::current_exe().unwrap()).env(driver::DIRECTORY, &directory);
    if whose == "stock" {
        lab.env(driver::STOCK, "yes");
    }
    lab.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C").env_remove("COLORFGBG").stdin(Stdio::null());
    let output = lab.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{name}, {whose}: {output:?}");
    let read = |number: usize, what: &str| {
        let bytes = fs::read(directory.join(format!("{number}.{what}"))).unwrap_or_else(|_| b"nothing".to_vec());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let said = |(at, line): (usize, &Line)| {
        let text = |what| normal::text(&read(at + 1, what), line.unordered);
        Said { status: read(at + 1, "status"), stdout: text("out"), stderr: text("err") }
    };
    let said = lines.iter().enumerate().map(said).collect();
    fs::remove_dir_all(&directory).unwrap();
    said
}
