//! The process in which a target runs.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, setrlimit};

/// How long one input may take, in seconds, on a machine that is busy with other things.
const MOST_SECONDS: u32 = 20;
/// How much memory there may be, in bytes.
const MOST_MEMORY: u64 = 1 << 30;
/// Files that may be open at once: what is open already, and one more.
const MOST_FILES: u64 = 8;
const FEWEST_FILES: u64 = 3;

/// A directory for a target's files. It goes when the target has ended.
pub struct Scene(pub PathBuf);

impl Scene {
    pub fn new(name: &str) -> Scene {
        let path = std::env::temp_dir().join(format!("iplab-fuzz-{}-{name}", std::process::id()));
        fs::create_dir(&path).expect("a directory");
        Scene(path)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What is tried, on record before it is tried.
pub struct Input<'a> {
    file: &'a File,
    pub path: &'a str,
}

impl Input<'_> {
    /// Records `bytes`: the file at `path` has them.
    pub fn set(&mut self, bytes: &[u8]) {
        self.file.set_len(0).expect("room");
        self.file.write_all_at(bytes, 0).expect("room");
    }

    /// Runs `run` in a process that can open nothing.
    pub fn closed(&mut self, run: impl FnOnce()) {
        let limit = |files| setrlimit(Resource::RLIMIT_NOFILE, files, MOST_FILES).expect("a lower limit");
        limit(FEWEST_FILES);
        run();
        limit(MOST_FILES);
    }
}

/// Tries inputs until the time is up.
pub fn run(target: fn(&mut fastrand::Rng, &mut Input<'_>)) {
    isolate();
    let variable = |name: &str| std::env::var(name).ok();
    let first: u64 = variable("FUZZ_SEED").and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let seconds = variable("FUZZ_SECONDS").and_then(|seconds| seconds.parse().ok()).unwrap_or(2);
    let scene = PathBuf::from(variable("FUZZ_SCENE").expect("a place for files"));
    let create = |name: &str| File::create(scene.join(name)).expect("a file");
    let (seed_file, panic_file) = (create("seed"), create("panic"));
    let path = scene.join("input").into_os_string().into_string().expect("a readable name");
    let file = create("input");
    std::panic::set_hook(Box::new(move |info| {
        let _ = (&panic_file).write_all(info.to_string().as_bytes());
    }));
    setrlimit(Resource::RLIMIT_AS, MOST_MEMORY, MOST_MEMORY).expect("a lower limit");
    setrlimit(Resource::RLIMIT_NOFILE, MOST_FILES, MOST_FILES).expect("a lower limit");
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut seed = first;
    while seed == first || Instant::now() < end {
        // As many digits each time: nothing is left of the one before.
        seed_file.write_all_at(format!("{seed:<20}").as_bytes(), 0).expect("room");
        file.set_len(0).expect("room");
        nix::unistd::alarm::set(MOST_SECONDS);
        target(&mut fastrand::Rng::with_seed(seed), &mut Input { file: &file, path: &path });
        seed = seed.wrapping_add(1);
    }
    nix::unistd::alarm::cancel();
    fs::write(scene.join("done"), "done").expect("room");
}

/// Leaves the host's network and mounts, where that may be done.
fn isolate() {
    let own = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    if unshare(own).or_else(|_| unshare(own | CloneFlags::CLONE_NEWUSER)).is_ok() {
        let _ = mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>);
    }
}
