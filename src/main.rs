//! The name that we are called by and the words behind it go in, an exit status comes out.

use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

fn main() -> ExitCode {
    iplab::sys::restore_sigpipe();
    let words: Vec<Vec<u8>> = std::env::args_os().map(OsStringExt::into_vec).collect();
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    ExitCode::from(iplab::cli::run(&words))
}
