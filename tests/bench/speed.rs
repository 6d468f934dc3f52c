//! How fast it is, beside the stock tools and the kernel's own floor: `cargo bench`, or `cargo bench -- WORD` for the
//! works whose name has WORD in it.
//!
//! Everything runs in one lab, the contenders of a work in turn, and what they print is compared first where it should
//! be the same. A line of the table has the median of each contender and, behind it, ours as a ratio of it. Only ratios
//! of one run mean something. Changes are measured in time of the processor: by the clock, most of it is the kernel's
//! waits. `IPLAB` names another binary of ours (a static one, say), `IP7` a second iproute2.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use tabled::builder::Builder;
use tabled::settings::Style;

/// What counts of a run.
#[derive(Clone, Copy, PartialEq)]
enum Measure {
    /// Time by the clock, in µs.
    Wall,
    /// Time of the processor, user and system, in µs.
    Cpu,
    /// Time by the clock through a pipe, in µs.
    Pipe,
    /// The most memory that was in use, in KiB.
    Memory,
}

/// One line of the table.
struct Work {
    name: &'static str,
    measure: Measure,
    rounds: usize,
    /// What our tool, and others that print the same, are called with.
    words: String,
    /// Contenders: a label, and the command before the words.
    others: Vec<(String, String)>,
    /// Contenders with words of their own, whose output is not compared.
    apart: Vec<(String, String)>,
    /// Undoes what a round did.
    undo: Option<String>,
}

const INSIDE: &str = "IPLAB_BENCH_DIRECTORY";

fn main() {
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let Some(directory) = std::env::var_os(INSIDE).map(PathBuf::from) else {
        let error = Command::new(env!("CARGO_BIN_EXE_iplab"))
            .args(["lab", "--"])
            .arg(std::env::current_exe().unwrap())
            .arg(filter)
            .env(INSIDE, prepare())
            .exec();
        panic!("{error}");
    };
    let mut table = Builder::default();
    table.push_record(["work", "measure", "ours", "beside"]);
    for work in works(&directory).iter().filter(|work| work.name.contains(&filter)) {
        table.push_record(measured(work));
    }
    println!("{}", table.build().with(Style::markdown()));
    let _ = fs::remove_dir_all(directory);
}

/// Makes a directory with our tools under their names and, where there is a C compiler, the floor.
fn prepare() -> PathBuf {
    let directory = std::env::temp_dir().join(format!("iplab-bench-{}", std::process::id()));
    fs::create_dir(&directory).unwrap();
    let ours = std::env::var_os("IPLAB").unwrap_or_else(|| env!("CARGO_BIN_EXE_iplab").into());
    fs::copy(ours, directory.join("iplab")).unwrap();
    for name in ["ip", "arp", "route", "sysctl"] {
        std::os::unix::fs::symlink("iplab", directory.join(name)).unwrap();
    }
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/floor.c");
    let compiled = Command::new("cc").args(["-O2", "-static", "-o"]).arg(directory.join("floor")).arg(source).status();
    if !compiled.is_ok_and(|status| status.success()) {
        eprintln!("the floor is left out: no C compiler");
    }
    directory
}

/// Runs a line of shell, which must succeed.
fn shell(line: &str) {
    let status = Command::new("sh").args(["-c", line]).status().unwrap();
    assert!(status.success(), "{line}");
}

fn works(directory: &Path) -> Vec<Work> {
    let here = |name: &str| directory.join(name).display().to_string();
    let there = |path: &str| Path::new(path).exists().then(|| path.to_string());
    let mut ips = vec![("iproute2".to_string(), there("/usr/sbin/ip").or(there("/bin/ip")).unwrap())];
    ips.extend(std::env::var("IP7").ok().map(|path| ("iproute2 7".to_string(), path)));
    let busybox = |words: &str| there("/bin/busybox").map(|path| ("busybox".to_string(), format!("{path} ip {words}")));
    let floor = |words: &str| {
        let path = here("floor");
        Path::new(&path).exists().then(|| ("floor".to_string(), format!("{path} {words}")))
    };
    let ip = here("ip");
    let work = |name, measure, rounds, words: &str| Work {
        name,
        measure,
        rounds,
        words: format!("{ip} {words}"),
        others: ips.iter().map(|(label, path)| (label.clone(), format!("{path} {words}"))).collect(),
        apart: Vec::new(),
        undo: None,
    };
    let link = libc::RTM_GETLINK;
    let route = libc::RTM_GETROUTE;
    let mut works = Vec::new();

    let apart = busybox("link").into_iter().chain(floor(&format!("dump {link} 0"))).collect();
    works.push(Work { apart, ..work("ip link, one device", Measure::Wall, 400, "link") });

    // Below, a device with an address is there.
    shell(&format!(
        "{ip} link add v0 type veth peer name v1 && {ip} link set v0 up && {ip} link set v1 up && \
         {ip} addr add 192.168.0.1/24 dev v0 && {ip} -6 addr add 2001:db8::1/64 nodad dev v0"
    ));
    let lines = |line: &dyn Fn(u32) -> String, count: u32| (0..count).map(|at| line(at) + "\n").collect::<String>();
    let octets = |at: u32| (at >> 16 & 255, at >> 8 & 255, at & 255);
    let host = |net: u32, at: u32| {
        let (a, b, c) = octets(at);
        format!("{net}.{a}.{b}.{c}/32")
    };
    fs::write(here("routes"), lines(&|at| format!("route add {} via 192.168.0.9", host(11, at)), 200_000)).unwrap();
    shell(&format!("{ip} -force -batch {}", here("routes")));
    let dumps = || floor(&format!("dump {route} {}", libc::AF_INET)).into_iter();
    let apart = || dumps().chain(busybox("route")).collect();
    works.push(Work { apart: apart(), ..work("200,000 routes", Measure::Wall, 7, "route") });
    works.push(Work { apart: apart(), ..work("200,000 routes through a pipe", Measure::Pipe, 5, "route") });
    works.push(Work { apart: dumps().collect(), ..work("200,000 routes as JSON", Measure::Wall, 5, "-j route") });
    works.push(work("200,000 routes", Measure::Memory, 1, "route"));
    works.push(work("200,000 routes as JSON", Measure::Memory, 1, "-j -p -d route"));

    let index = fs::read_to_string("/sys/class/net/v0/ifindex").unwrap().trim().to_string();
    for verb in ["add", "del"] {
        fs::write(here(verb), lines(&|at| format!("route {verb} {} dev v0", host(10, at)), 100_000)).unwrap();
    }
    for (name, force, measure, rounds) in [
        ("100,000 routes added by batch", "", Measure::Cpu, 7),
        ("100,000 routes added by batch, forced", "-force ", Measure::Cpu, 7),
        ("100,000 routes added by batch", "", Measure::Memory, 1),
    ] {
        let apart = floor(&format!("routes add 100000 {index}")).into_iter().collect();
        let undo = Some(format!("{ip} -force -batch {}", here("del")));
        works.push(Work { apart, undo, ..work(name, measure, rounds, &format!("{force}-batch {}", here("add"))) });
    }
    shell(&format!("{ip} -force -batch {}", here("add")));
    for (name, force) in
        [("100,000 routes deleted by batch", ""), ("100,000 routes deleted by batch, forced", "-force ")]
    {
        let apart = floor(&format!("routes del 100000 {index}")).into_iter().collect();
        let undo = Some(format!("{ip} -force -batch {}", here("add")));
        works.push(Work { apart, undo, ..work(name, Measure::Cpu, 5, &format!("{force}-batch {}", here("del"))) });
    }

    let routes6 = |at: u32| format!("route add 2001:db8:{:x}:{:x}::/64 via 2001:db8::9", at >> 16, at & 0xffff);
    fs::write(here("routes6"), lines(&routes6, 100_000)).unwrap();
    shell(&format!("sysctl -qw net.ipv6.route.max_size=1000000; {ip} -6 -batch {}", here("routes6")));
    let apart = floor(&format!("dump {route} {}", libc::AF_INET6)).into_iter().collect();
    works.push(Work { apart, ..work("100,000 IPv6 routes", Measure::Wall, 5, "-6 route") });

    let neighbours = |at: u32| {
        format!(
            "neigh add 192.168.{}.{} lladdr 02:00:00:00:{:02x}:{:02x} dev v0",
            at / 256,
            at % 256,
            at / 256,
            at % 256
        )
    };
    fs::write(here("neighbours"), lines(&neighbours, 20_000)).unwrap();
    let more =
        "for key in 1 2 3; do echo 100000 > /proc/sys/net/ipv4/neigh/default/gc_thresh$key; done 2>/dev/null; true";
    shell(&format!("{more}; {ip} -force -batch {}", here("neighbours")));
    let neigh = floor(&format!("dump {} {}", libc::RTM_GETNEIGH, libc::AF_INET));
    works.push(Work {
        apart: neigh.into_iter().collect(),
        ..work("20,000 neighbours", Measure::Wall, 11, "neigh show dev v0")
    });
    let net_tools = |name: &str, words: &str| ("net-tools".to_string(), format!("/usr/sbin/{name} {words}"));
    works.push(Work {
        words: format!("{} -n", here("arp")),
        others: Vec::new(),
        apart: vec![net_tools("arp", "-n")],
        ..work("20,000 neighbours by arp -n", Measure::Wall, 5, "")
    });

    let sysctl = |name, rounds, words: &str| Work {
        words: format!("{} {words}", here("sysctl")),
        others: Vec::new(),
        apart: vec![("procps".to_string(), format!("/usr/sbin/sysctl {words}"))],
        ..work(name, Measure::Wall, rounds, "")
    };
    works.push(sysctl("sysctl, every key", 11, "-a"));
    works.push(sysctl("sysctl, one key", 200, "net.ipv4.ip_forward"));
    works.push(sysctl("sysctl, one key written", 200, "-w net.ipv4.ip_forward=1"));

    let names = |at: u32| format!("netns add ns{at}");
    fs::write(here("netns"), lines(&names, 300)).unwrap();
    shell(&format!("{ip} -batch {}", here("netns")));
    works.push(work("netns list, 300 namespaces", Measure::Wall, 200, "netns list"));
    works.push(work("link in a namespace", Measure::Wall, 100, "-n ns7 link"));
    works.push(work("netns exec NS true", Measure::Wall, 100, "netns exec ns7 true"));
    works.push(work("netns exec NS ip link", Measure::Wall, 50, "netns exec ns7 ip link"));

    let pairs = |at: u32| format!("link add a{at} type veth peer name b{at}");
    fs::write(here("pairs"), lines(&pairs, 1_000)).unwrap();
    shell(&format!("{ip} netns add many && {ip} -n many -batch {}", here("pairs")));
    let apart = floor(&format!("dump {link} 0")).map(|(label, line)| (label, format!("{ip} netns exec many {line}")));
    works.push(Work { apart: apart.into_iter().collect(), ..work("2,000 links", Measure::Wall, 21, "-n many link") });
    // Later releases of iproute2 show more details.
    let (others, apart) =
        work("", Measure::Wall, 0, "-n many -d -j link").others.into_iter().partition(|(label, _)| label == "iproute2");
    works.push(Work { others, apart, ..work("2,000 links, -d -j", Measure::Wall, 21, "-n many -d -j link") });
    works.push(work("addresses of 2,000 links", Measure::Wall, 7, "-n many addr"));
    let undo = Some(format!("{ip} netns del pairs; {ip} netns add pairs"));
    shell(&format!("{ip} netns add pairs"));
    let apart = floor("pairs 1000").map(|(label, line)| (label, format!("{ip} netns exec pairs {line}")));
    works.push(Work {
        undo,
        apart: apart.into_iter().collect(),
        ..work("1,000 veth pairs by batch", Measure::Cpu, 3, &format!("-n pairs -batch {}", here("pairs")))
    });
    works
}

/// A line of the table.
fn measured(work: &Work) -> [String; 4] {
    let undo = || work.undo.iter().for_each(|line| shell(line));
    let printed = |line: &str| {
        let printed = command(line).output().unwrap().stdout;
        undo();
        printed
    };
    for (label, line) in &work.others {
        assert!(printed(&work.words) == printed(line), "{}: {label} prints something else", work.name);
    }
    let lines = [&work.words].into_iter().chain(work.others.iter().chain(&work.apart).map(|(_, line)| line));
    let lines: Vec<&String> = lines.collect();
    let mut times = vec![Vec::with_capacity(work.rounds); lines.len()];
    for _ in 0..work.rounds {
        for (line, times) in lines.iter().zip(&mut times) {
            times.push(take(line, work.measure));
            undo();
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    let labels = work.others.iter().chain(&work.apart).map(|(label, _)| label);
    let beside = labels.zip(&medians[1..]).map(|(label, other)| format!("{label} {:.3}", medians[0] / other));
    [
        work.name.to_string(),
        match work.measure {
            Measure::Wall => "wall, µs",
            Measure::Cpu => "CPU, µs",
            Measure::Pipe => "wall through a pipe, µs",
            Measure::Memory => "memory, KiB",
        }
        .to_string(),
        format!("{:.0}", medians[0]),
        beside.collect::<Vec<_>>().join(", "),
    ]
}

fn command(line: &str) -> Command {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).stdin(Stdio::null());
    command
}

/// Runs a command, its output thrown away, and gives what it took.
fn take(line: &str, measure: Measure) -> f64 {
    let mut command = command(line);
    let mut sink = File::options().write(true).open("/dev/null").unwrap();
    let cpu = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
        (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64
    };
    let (start, before) = (Instant::now(), cpu());
    let mut child = match measure {
        Measure::Pipe => command.stdout(Stdio::piped()).spawn().unwrap(),
        _ => command.stdout(sink.try_clone().unwrap()).spawn().unwrap(),
    };
    if let Some(mut output) = child.stdout.take() {
        std::io::copy(&mut output, &mut sink).unwrap();
    }
    let memory = if measure == Measure::Memory { peak(child.id()) } else { 0.0 };
    let status = child.wait().unwrap();
    assert!(status.success(), "{line}: {status}");
    match measure {
        Measure::Wall | Measure::Pipe => start.elapsed().as_secs_f64() * 1e6,
        Measure::Cpu => cpu() - before,
        Measure::Memory => memory,
    }
}

/// The most memory that a process has in use before it ends, in KiB.
fn peak(process: u32) -> f64 {
    let mut peak = 0.0;
    while let Ok(text) = fs::read_to_string(format!("/proc/{process}/status")) {
        let Some(line) = text.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { return peak };
        peak = line.trim().trim_end_matches(" kB").parse().unwrap();
    }
    peak
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
