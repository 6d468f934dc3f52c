//! This program as the lab's tools: wherever it lies, it is found in the lab under the names of all of them.

use std::fs::{self, File, Permissions};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, symlink};

use nix::fcntl::OFlag;

use super::mounts;
use super::{because, errno};
use crate::error::Result;

/// The directory that is first on PATH in a lab.
pub const BIN: &str = "/run/iplab/bin";
const PROGRAM: &str = "/run/iplab/iplab";
const SELF: &str = "/proc/self/exe";

/// This program's file, found before the lab covers any directory.
pub struct Executable(Option<File>);

impl Executable {
    /// Looks up the path that the kernel has for us, in this mount namespace. Nothing is found there if the file has
    /// been deleted or replaced since we started.
    pub fn find() -> Self {
        let open = |path| File::options().read(true).custom_flags(OFlag::O_PATH.bits()).open(path);
        let same = |file: &File| {
            let (found, running) = (file.metadata().ok()?, fs::metadata(SELF).ok()?);
            Some((found.dev(), found.ino()) == (running.dev(), running.ino()))
        };
        let found = fs::read_link(SELF).and_then(open).ok();
        Executable(found.filter(|file| same(file) == Some(true)))
    }

    /// Puts it into the lab's own directory, with a link of each of the names `tools` in [`BIN`].
    pub fn place(&self, tools: &[&str]) -> Result<()> {
        self.show().or_else(|_| copy()).map_err(|error| because("copy of this program")(errno(&error)))?;
        mounts::make_directory(BIN)?;
        for tool in tools {
            symlink("../iplab", format!("{BIN}/{tool}")).map_err(|error| because("symlink")(errno(&error)))?;
        }
        Ok(())
    }

    fn show(&self) -> std::io::Result<()> {
        let file = self.0.as_ref().ok_or(std::io::ErrorKind::NotFound)?;
        File::create(PROGRAM)?;
        Ok(mounts::bind(&format!("/proc/self/fd/{}", file.as_raw_fd()), PROGRAM)?)
    }
}

/// The running program can be read even where no path leads to it.
fn copy() -> std::io::Result<()> {
    fs::copy(SELF, PROGRAM)?;
    fs::set_permissions(PROGRAM, Permissions::from_mode(0o755))
}
