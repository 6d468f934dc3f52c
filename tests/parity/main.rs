//! The same command lines in two fresh labs, the stock tools in one and ours in the other: exit status, stdout and
//! stderr have to be the same bytes.
//!
//! A scenario is a file `NAME.scn` of lines for `sh`, each run in a shell of its own; `#` begins a comment, and a line
//! behind `~ ` is one whose output comes in the order of a hash with a random seed, so that its order is not compared.
//! A scenario begins with `lo` down and nothing else. [`normal`] says what is taken for equal, and nothing else is;
//! `differences` lists what differs all the same, and why. A difference that is listed and has gone is a failure.
//!
//! `REHEARSE=1` compares the stock tools with themselves: the lines that differ then are left to chance, and no test of
//! ours.

mod normal;
mod scenario;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use scenario::{DRIVER, HERE, Line, Said, differences, is_installed, lines};

fn main() {
    let arguments = Arguments::from_args();
    let missing = ["ip", "arp", "route", "sysctl"].into_iter().filter(|name| !is_installed(name)).collect::<Vec<_>>();
    if !missing.is_empty() {
        let text = format!("the stock {} not installed", missing.join(", "));
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("comparisons left out: {text}");
        return;
    }
    let rehearsal = std::env::var_os("REHEARSE").is_some();
    let mut known = if rehearsal { Default::default() } else { differences() };
    let whose = ["stock", if rehearsal { "stock" } else { "ours" }];
    let mut trials = Vec::new();
    let mut count = 0;
    for name in scenario::names(&[""], |_| true) {
        let lines = lines(&name);
        count += lines.len();
        let known = known.remove(&name).unwrap_or_default();
        let trial = name.clone();
        // What time alone has made different is the same the second time; what differs does so again.
        let compared = move || {
            compare(whose, &name, &lines, &known)
                .or_else(|error| if rehearsal { Err(error) } else { compare(whose, &name, &lines, &known) })
        };
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

fn compare(whose: [&str; 2], name: &str, lines: &[Line], known: &[String]) -> Result<(), Failed> {
    let (stock, ours) = std::thread::scope(|scope| {
        let stock = scope.spawn(|| transcript(whose, 0, name, lines));
        let ours = transcript(whose, 1, name, lines);
        (stock.join().unwrap(), ours)
    });
    scenario::compare(lines, known, &stock, &ours)
}

/// What the lines say with the tools of `whose[side]`.
fn transcript(whose: [&str; 2], side: usize, name: &str, lines: &[Line]) -> Vec<Said> {
    let whose = whose[side];
    let directory = format!("iplab-parity-{}-{}-{whose}-{side}", std::process::id(), name.replace('/', "-"));
    let directory = std::env::temp_dir().join(directory);
    fs::create_dir(&directory).unwrap();
    let script = directory.join("lines");
    fs::write(&script, scenario::script(lines)).unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_iplab"));
    lab.args(["lab", "--", "sh", "-c", DRIVER, "driver", whose]).arg(&script).arg(&directory);
    lab.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C").env_remove("COLORFGBG").stdin(Stdio::null());
    let output = lab.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{name}, {whose}: {output:?}");
    let said = scenario::said(&directory, lines);
    fs::remove_dir_all(&directory).unwrap();
    said
}
