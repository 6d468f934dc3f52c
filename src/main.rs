//! The name that we are called by and the words behind it go in, an exit status comes out.
//!
//! The C library calls us, not Rust's runtime: that would read `/proc/self/maps` and more before the first word is looked
//! at, which costs as much as all of `ip link`, would hide that stdout is closed, and would ignore SIGPIPE, of which a
//! closed pipe silently dies as it does of any C program.
#![no_main]
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int};

// SAFETY: the C library looks for this name, and this is what it expects there.
#[unsafe(no_mangle)]
extern "C" fn main(argc: c_int, argv: *const *const c_char) -> c_int {
    iplab::sys::occupy_standard_files();
    // SAFETY: these are the words as the C library hands them out.
    let words = unsafe { iplab::sys::words(argc, argv) };
    c_int::from(iplab::cli::run(&words))
}
