//! The scenarios that need another kernel than this machine's, on a Debian kernel in virtual machines: one walks all
//! their lines with the stock tools, the other with ours, and what they said is compared as `tests/parity` does it.

#[path = "../parity/normal.rs"]
mod normal;
#[path = "../parity/scenario.rs"]
mod scenario;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

use libtest_mimic::{Arguments, Trial};
use scenario::{DRIVER, Line, Said, differences, is_installed, lines};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vm");

/// What the machines call.
const MEANS: [&str; 8] = ["qemu-system-x86_64", "busybox", "cpio", "xz", "depmod", "ip", "arp", "sysctl"];

/// A scenario's name and its lines.
type Scenario = (String, Vec<Line>);

/// What each scenario's lines say, with the stock tools and with ours; or why the machines gave no answer.
type Answer = Result<Vec<(Vec<Said>, Vec<Said>)>, String>;

fn main() {
    let arguments = Arguments::from_args();
    if let Some(text) = missing() {
        assert!(env::var_os("CI").is_none(), "{text}");
        eprintln!("comparisons on another kernel left out: {text}");
        return;
    }
    let names = scenario::names(&["", "vm"], |name| {
        ["vm/", "kind-", "bridge-"].iter().any(|start| name.starts_with(start))
            || ["encap", "tunnel", "tuntap", "vrf"].contains(&name)
    });
    let scenarios: Arc<Vec<Scenario>> = Arc::new(names.into_iter().map(|name| (name.clone(), lines(&name))).collect());
    let mut known = differences();
    let all = scenarios.clone();
    // The machines start when the first scenario asks.
    let answer: Arc<LazyLock<Answer, _>> = Arc::new(LazyLock::new(move || walk(&all)));
    eprintln!("{} commands are compared", scenarios.iter().map(|(_, lines)| lines.len()).sum::<usize>());
    let mut trials = Vec::new();
    for (at, (name, _)) in scenarios.iter().enumerate() {
        let known = known.remove(name).unwrap_or_default();
        let (answer, scenarios) = (answer.clone(), scenarios.clone());
        trials.push(Trial::test(name, move || {
            let (name, lines) = &scenarios[at];
            let (stock, ours) = &answer.as_ref().as_ref()?[at];
            scenario::compare(lines, &known, stock, ours).or_else(|first| {
                // What time or chance has made different is the same the second time; what differs does so again.
                eprintln!("{name} differs: {}; once more", first.message().unwrap_or_default());
                let (stock, ours) = walk(&scenarios[at..=at])?.remove(0);
                scenario::compare(lines, &known, &stock, &ours)
            })
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// What is needed for a virtual machine and is not here.
fn missing() -> Option<String> {
    if !cfg!(target_arch = "x86_64") {
        return Some("the virtual machine is an x86-64".into());
    }
    let absent = MEANS.iter().filter(|name| !is_installed(name)).copied().collect::<Vec<_>>();
    if !absent.is_empty() {
        return Some(format!("{} not installed", absent.join(", ")));
    }
    // A download is for `.ci/run`, or for whoever asks for a kernel by hand.
    let kernel = Command::new(format!("{HERE}/kernel")).args(env::var_os("CI").is_none().then_some("--kept")).output();
    let kernel = kernel.unwrap();
    (!kernel.status.success()).then(|| String::from_utf8_lossy(&kernel.stderr).trim().to_string())
}

/// Lets two machines walk the scenarios at the same time.
fn walk(scenarios: &[Scenario]) -> Answer {
    std::thread::scope(|scope| {
        let stock = scope.spawn(|| transcripts("stock", scenarios));
        let ours = transcripts("ours", scenarios)?;
        Ok(stock.join().unwrap()?.into_iter().zip(ours).collect())
    })
}

/// What the lines of each scenario say in a machine with the tools of `whose`.
fn transcripts(whose: &str, scenarios: &[Scenario]) -> Result<Vec<Vec<Said>>, String> {
    let unique = format!("iplab-vm-{}-{:?}-{whose}", std::process::id(), std::thread::current().id());
    let directory = env::temp_dir().join(unique);
    let (lines, archive) = (directory.join("lines"), directory.join("said.tar.gz"));
    let file_name = |name: &str| name.replace('/', "-");
    fs::create_dir_all(lines.join("scenarios")).unwrap();
    fs::write(lines.join("driver"), DRIVER).unwrap();
    for (name, text) in scenarios {
        fs::write(lines.join("scenarios").join(file_name(name)), scenario::script(text)).unwrap();
    }
    let mut machine = Command::new(format!("{HERE}/walk"));
    machine.arg(whose).arg(env!("CARGO_BIN_EXE_iplab")).arg(&lines).arg(&archive).stdin(Stdio::null());
    let result = machine.output().map_err(|error| error.to_string()).and_then(|output| {
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(format!("{whose}: {}: {errors}", output.status)) }
    });
    let result = result.and_then(|()| {
        let unpacked = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&directory).output().unwrap();
        assert!(unpacked.status.success(), "{unpacked:?}");
        scenarios.iter().map(|(name, lines)| said(whose, directory.join(file_name(name)), lines)).collect()
    });
    fs::remove_dir_all(&directory).unwrap();
    result
}

/// What a scenario's lines said, if its lab has ended well.
fn said(whose: &str, directory: PathBuf, lines: &[Line]) -> Result<Vec<Said>, String> {
    let lab = fs::read_to_string(directory.join("lab")).unwrap_or_default();
    if lab != "0\n" {
        return Err(format!("the lab for {whose}, {}: {lab:?}", directory.display()));
    }
    Ok(scenario::said(&directory, lines))
}
