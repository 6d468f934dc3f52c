//! The files of scenarios, and what the two transcripts of one have to agree in.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

use crate::normal;

pub const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parity");

/// Runs each line of a file (`$2`), none longer than ten seconds, and leaves what it said in a directory (`$3`); `$1` says whose tools are first.
pub const DRIVER: &str = r#"
[ "$1" = stock ] && PATH=${PATH#/run/iplab/bin:}
/usr/sbin/ip link set lo down
for key in all default; do echo 0 > /proc/sys/net/ipv6/conf/$key/accept_dad; done
# No name server answers; who waits for one is not to wait for long.
export RES_OPTIONS='timeout:1 attempts:1'
mkdir /run/work && cd /run/work || exit
number=0 unsettled=
while IFS= read -r line <&3; do
    number=$((number + 1))
    # The kernel tells that a carrier has come or gone up to a second later.
    case $line in
        *' up'*|*' down'*) unsettled=yes ;;
        *) [ -z "$unsettled" ] || sleep 1.1; unsettled= ;;
    esac
    timeout 10 /bin/sh -c "$line" 3<&- > "$3/$number.out" 2> "$3/$number.err" < /dev/null
    echo $? > "$3/$number.status"
    # IPv6 addresses and the links of a deleted namespace settle a little after the command has ended.
    case $line in *netns*del*|*netns*set*) sleep 0.15 ;; *add*|*set*|*del*|*repl*|*flush*) sleep 0.06 ;; esac
done 3< "$2"
"#;

/// What a line said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub status: String,
    pub stdout: String,
    pub stderr: String,
}

/// A line of a scenario.
pub struct Line {
    pub text: String,
    pub unordered: bool,
}

/// The names that `SCENARIOS` has, or else those of the files below [`HERE`] that `wanted` takes, in order.
pub fn names(directories: &[&str], wanted: fn(&str) -> bool) -> Vec<String> {
    if let Ok(names) = std::env::var("SCENARIOS") {
        return names.split_whitespace().map(Into::into).collect();
    }
    let files = directories.iter().flat_map(|directory| fs::read_dir(Path::new(HERE).join(directory)).unwrap());
    let paths = files.map(|entry| entry.unwrap().path());
    let scenarios = paths.filter(|path| path.extension().is_some_and(|extension| extension == "scn"));
    let name = |path: PathBuf| path.strip_prefix(HERE).unwrap().with_extension("").to_string_lossy().into_owned();
    let mut names: Vec<String> = scenarios.map(name).filter(|name| wanted(name)).collect();
    names.sort();
    names
}

/// The lines of a scenario.
pub fn lines(name: &str) -> Vec<Line> {
    let text = fs::read_to_string(Path::new(HERE).join(name).with_extension("scn")).unwrap();
    let commands = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = |line: &str| match line.strip_prefix("~ ") {
        Some(rest) => Line { text: rest.into(), unordered: true },
        None => Line { text: line.into(), unordered: false },
    };
    commands.map(line).collect()
}

/// The lines as [`DRIVER`] reads them.
pub fn script(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |text, line| text + &line.text + "\n")
}

/// What [`DRIVER`] has left in a directory.
pub fn said(directory: &Path, lines: &[Line]) -> Vec<Said> {
    let read = |number: usize, what: &str| {
        let bytes = fs::read(directory.join(format!("{number}.{what}"))).unwrap_or_else(|_| b"nothing".to_vec());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let said = |(at, line): (usize, &Line)| {
        let text = |what| normal::text(&read(at + 1, what), line.unordered);
        Said { status: read(at + 1, "status"), stdout: text("out"), stderr: text("err") }
    };
    lines.iter().enumerate().map(said).collect()
}

pub fn is_installed(name: &str) -> bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|directory| Path::new(directory).join(name).exists())
}

/// The commands that are known to differ, by their scenario. In the file, a difference is a line `SCENARIO: COMMAND` and
/// a line that says why, indented.
pub fn differences() -> BTreeMap<String, Vec<String>> {
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

/// What two transcripts of the lines differ in, and which of the `known` differences they do not have.
pub fn compare(lines: &[Line], known: &[String], stock: &[Said], ours: &[Said]) -> Result<(), Failed> {
    let mut report = String::new();
    let mut gone: Vec<&String> = known.iter().collect();
    for (line, (stock, ours)) in lines.iter().zip(stock.iter().zip(ours)) {
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
