//! Decoders and parsers get inputs that are nearly right. A panic, an endless loop and memory without end are failures.
//!
//! Each target runs for `FUZZ_SECONDS` (2 unless said) in a process of its own, which cannot open sockets to anybody who
//! matters, dies when one input takes too long, and has only so much memory. What fails is told with its seed and, where
//! the input is bytes, those in hex; `FUZZ_SEED` begins with that very input again.

#[path = "../tcpdump/frames.rs"]
#[allow(dead_code)]
mod frames;
mod lines;
mod messages;
mod mutate;
mod packets;
mod rules;
mod worker;

use std::fs;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use libtest_mimic::{Arguments, Failed, Trial};

use worker::{Input, Scene};

/// A thing to be tried.
struct Target {
    name: &'static str,
    /// Makes an input of a seed and tries it.
    run: fn(&mut fastrand::Rng, &mut Input<'_>),
}

const TARGETS: &[Target] = &[
    Target { name: "frames", run: packets::frames },
    Target { name: "captures", run: packets::captures },
    Target { name: "filters", run: packets::filters },
    Target { name: "rules", run: rules::rules },
    Target { name: "messages", run: messages::messages },
    Target { name: "lines", run: lines::lines },
];

fn main() {
    if let Some(name) = std::env::var_os("FUZZ_TARGET") {
        let target = TARGETS.iter().find(|target| name == target.name).expect("a target's name");
        worker::run(target.run);
        return;
    }
    let arguments = Arguments::from_args();
    let trials = TARGETS.iter().map(|target| Trial::test(target.name, || run(target.name)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn run(name: &'static str) -> Result<(), Failed> {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(now);
    let scene = Scene::new(name);
    let status = Command::new(std::env::current_exe()?)
        .env("FUZZ_TARGET", name)
        .env("FUZZ_SEED", seed.to_string())
        .env("FUZZ_SCENE", &scene.0)
        .current_dir(&scene.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let read = |file: &str| fs::read(scene.0.join(file)).unwrap_or_default();
    let text = |file: &str| String::from_utf8_lossy(&read(file)).into_owned();
    if status.success() && text("done") == "done" {
        return Ok(());
    }
    let hex: String = read("input").iter().map(|byte| format!("{byte:02x}")).collect();
    let failed = text("seed");
    Err(format!("{status}; FUZZ_SEED={}\n{}\ninput: {hex}", failed.trim(), text("panic")).into())
}
