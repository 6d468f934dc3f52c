//! Named network namespaces.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Opens the namespace called `name`, or the file that `name` is the path of.
pub fn open(name: &[u8]) -> std::io::Result<OwnedFd> {
    let name = Path::new(std::ffi::OsStr::from_bytes(name));
    let path = if name.as_os_str().as_bytes().contains(&b'/') {
        name.to_path_buf()
    } else {
        Path::new("/run/netns").join(name)
    };
    Ok(File::open(path)?.into())
}
