//! What runs inside of a lab: the lines of a scenario, each in a shell of its own, and what they say in files.

use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Holds the directory that has the lines, in the file `lines`, and gets what they say; it makes this program the driver.
pub const DIRECTORY: &str = "IPLAB_PARITY_DIRECTORY";
/// Set where the stock tools are to be found first.
pub const STOCK: &str = "IPLAB_PARITY_STOCK";
/// A factor by which a slow machine takes longer to settle.
pub const PATIENCE: &str = "IPLAB_PARITY_PATIENCE";

/// No line may take longer.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs the lines.
pub fn run(directory: &Path) {
    let patience: u32 = std::env::var(PATIENCE).map_or(1, |factor| factor.parse().unwrap());
    let wait = |milliseconds: u64| sleep(patience * Duration::from_millis(milliseconds));
    let mut path = std::env::var("PATH").unwrap();
    if std::env::var_os(STOCK).is_some() {
        path = path.strip_prefix("/run/iplab/bin:").unwrap().to_string();
    }
    assert!(Command::new("/usr/sbin/ip").args(["link", "set", "lo", "down"]).status().unwrap().success());
    for key in ["all", "default"] {
        fs::write(format!("/proc/sys/net/ipv6/conf/{key}/accept_dad"), "0").unwrap();
    }
    fs::create_dir("/run/work").unwrap();
    let mut settled = true;
    for (at, line) in fs::read_to_string(directory.join("lines")).unwrap().lines().enumerate() {
        // The kernel tells that a carrier has come or gone up to a second later.
        if line.contains(" up") || line.contains(" down") {
            settled = false;
        } else if !settled {
            wait(1_100);
            settled = true;
        }
        let file = |what: &str| -> PathBuf { directory.join(format!("{}.{what}", at + 1)) };
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir("/run/work").env("PATH", &path);
        shell.env_remove(DIRECTORY).env_remove(STOCK).env_remove(PATIENCE).process_group(0);
        shell
            .stdin(Stdio::null())
            .stdout(File::create(file("out")).unwrap())
            .stderr(File::create(file("err")).unwrap());
        fs::write(file("status"), format!("{}\n", status(shell))).unwrap();
        // IPv6 addresses and the links of a deleted namespace settle a little after the command has ended.
        match line {
            _ if line.contains("netns") && (line.contains("del") || line.contains("set")) => wait(150),
            _ if ["add", "set", "del", "repl", "flush"].iter().any(|word| line.contains(word)) => wait(60),
            _ => {}
        }
    }
}

/// Runs a shell, which is ended when it takes too long, and gives the status that another shell would show.
fn status(mut shell: Command) -> i32 {
    let mut child = shell.spawn().unwrap();
    let start = Instant::now();
    let shown = |status: ExitStatus| status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return shown(status);
        }
        if start.elapsed() > LIMIT {
            let _ = killpg(Pid::from_raw(child.id() as i32), Signal::SIGTERM);
            child.wait().unwrap();
            return 124;
        }
        sleep(pause);
        pause = (2 * pause).min(Duration::from_millis(5));
    }
}
