//! The only module with `unsafe`: system calls that nix has no safe wrapper for.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrLike, SockaddrStorage, socket};

/// The C library's text for an errno, in the C locale.
pub fn strerror(errno: i32) -> String {
    let mut text = [0 as c_char; 256];
    // SAFETY: the buffer is as long as said; strerror_r (the POSIX one, as libc binds it) ends it with a NUL or fails.
    let failed = unsafe { libc::strerror_r(errno, text.as_mut_ptr(), text.len()) } != 0;
    if failed && text[0] == 0 {
        return format!("Unknown error {errno}");
    }
    // SAFETY: the array is NUL-terminated by strerror_r, and was zeroed before.
    unsafe { CStr::from_ptr(text.as_ptr()) }.to_string_lossy().into_owned()
}

/// Sets an integer option at level `SOL_NETLINK`.
pub fn netlink_option(fd: &OwnedFd, option: c_int, value: c_int) -> nix::Result<()> {
    let len = size_of::<c_int>() as libc::socklen_t;
    // SAFETY: the pointer is to a live c_int and the length is its size.
    let result = unsafe { libc::setsockopt(fd.as_raw_fd(), libc::SOL_NETLINK, option, (&raw const value).cast(), len) };
    Errno::result(result).map(drop)
}

/// Lets a closed pipe end the process silently, as it does any C program. Rust's runtime ignores the signal.
pub fn restore_sigpipe() {
    // SAFETY: SIG_DFL installs no handler of ours.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

fn interface_request(call: libc::Ioctl, request: &mut libc::ifreq) -> nix::Result<()> {
    let fd = socket(AddressFamily::Unix, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: both calls that come here read and write one `struct ifreq`, which outlives the call.
    Errno::result(unsafe { libc::ioctl(fd.as_raw_fd(), call, std::ptr::from_mut(request)) }).map(drop)
}

fn empty_request() -> libc::ifreq {
    // SAFETY: `struct ifreq` is plain data for which all zeroes is a value.
    unsafe { std::mem::zeroed() }
}

/// The index of the device called `name` (`SIOCGIFINDEX`, 0.2 µs: an eighth of what `RTM_GETLINK` costs).
pub fn if_index(name: &[u8]) -> Option<u32> {
    let mut request = empty_request();
    if name.is_empty() || name.len() >= request.ifr_name.len() {
        return None;
    }
    for (to, from) in request.ifr_name.iter_mut().zip(name) {
        *to = *from as c_char;
    }
    interface_request(libc::SIOCGIFINDEX as libc::Ioctl, &mut request).ok()?;
    // SAFETY: SIOCGIFINDEX filled this member of the union.
    u32::try_from(unsafe { request.ifr_ifru.ifru_ifindex }).ok()
}

/// The name of the device with `index` (`SIOCGIFNAME`).
pub fn if_name(index: u32) -> Option<Vec<u8>> {
    let mut request = empty_request();
    request.ifr_ifru.ifru_ifindex = c_int::try_from(index).ok()?;
    interface_request(libc::SIOCGIFNAME as libc::Ioctl, &mut request).ok()?;
    Some(request.ifr_name.iter().map(|&c| c as u8).take_while(|&b| b != 0).collect())
}

/// The name of the host with this address, from the C library's resolver (getnameinfo(3)).
pub fn host_name(address: std::net::IpAddr) -> Option<Vec<u8>> {
    let address = SockaddrStorage::from(std::net::SocketAddr::new(address, 0));
    let mut name = [0 as c_char; libc::NI_MAXHOST as usize];
    let len = name.len() as libc::socklen_t;
    // SAFETY: address and its length belong together, the buffer is as long as said, no service is asked for.
    let failed = unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.len(),
            name.as_mut_ptr(),
            len,
            std::ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    };
    let name = name.iter().map(|&c| c as u8).take_while(|&b| b != 0);
    (failed == 0).then(|| name.collect())
}
