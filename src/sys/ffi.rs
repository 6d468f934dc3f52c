//! The only module with `unsafe`: system calls that nix has no safe wrapper for.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

use nix::errno::Errno;
use nix::sched::CloneFlags;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrLike, SockaddrStorage, socket};
use nix::unistd::{ForkResult, Pid};

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

/// The time as ctime(3) writes it, in the local time zone: `Tue Nov 24 23:32:35 2026`.
pub fn ctime() -> String {
    // SAFETY: a null pointer is allowed; the time is returned.
    let now = unsafe { libc::time(std::ptr::null_mut()) };
    // SAFETY: `struct tm` is plain data for which all zeroes is a value.
    let mut parts: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live values of these types.
    unsafe { libc::localtime_r(&raw const now, &raw mut parts) };
    let mut text = [0u8; 64];
    // SAFETY: the buffer is as long as said, the format ends with a NUL, `parts` is filled.
    let len = unsafe {
        libc::strftime(text.as_mut_ptr().cast(), text.len(), c"%a %b %e %H:%M:%S %Y".as_ptr(), &raw const parts)
    };
    String::from_utf8_lossy(&text[..len]).into_owned()
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

/// A socket that questions about devices can be asked on; it stays in the namespace in which it was opened.
pub fn interface_socket() -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
}

fn interface_request(call: libc::Ioctl, request: &mut libc::ifreq) -> nix::Result<()> {
    interface_request_on(&interface_socket()?, call, request)
}

fn interface_request_on(fd: &OwnedFd, call: libc::Ioctl, request: &mut libc::ifreq) -> nix::Result<()> {
    // SAFETY: both calls that come here read and write one `struct ifreq`, which outlives the call.
    Errno::result(unsafe { libc::ioctl(fd.as_raw_fd(), call, std::ptr::from_mut(request)) }).map(drop)
}

fn empty_request() -> libc::ifreq {
    // SAFETY: `struct ifreq` is plain data for which all zeroes is a value.
    unsafe { std::mem::zeroed() }
}

fn named_request(name: &[u8]) -> Option<libc::ifreq> {
    let mut request = empty_request();
    if name.is_empty() || name.len() >= request.ifr_name.len() {
        return None;
    }
    for (to, from) in request.ifr_name.iter_mut().zip(name) {
        *to = *from as c_char;
    }
    Some(request)
}

/// The flags (`IFF_*`) of the device called `name` (`SIOCGIFFLAGS`): the lower 16 bits.
pub fn if_flags(name: &[u8]) -> Option<u32> {
    let mut request = named_request(name)?;
    interface_request(libc::SIOCGIFFLAGS as libc::Ioctl, &mut request).ok()?;
    // SAFETY: SIOCGIFFLAGS filled this member of the union.
    Some(u32::from(unsafe { request.ifr_ifru.ifru_flags }.cast_unsigned()))
}

/// The length of the transmit queue of the device called `name` (`SIOCGIFTXQLEN`), in packets.
pub fn if_queue_len(name: &[u8]) -> Option<i32> {
    let mut request = named_request(name)?;
    interface_request(libc::SIOCGIFTXQLEN as libc::Ioctl, &mut request).ok()?;
    // SAFETY: the kernel filled this integer; `ifru_metric` lies where `ifr_qlen` does.
    Some(unsafe { request.ifr_ifru.ifru_metric })
}

/// The type (`ARPHRD_*`) of the device called `name` (`SIOCGIFHWADDR`).
pub fn if_type(name: &[u8]) -> Option<u16> {
    let mut request = named_request(name)?;
    interface_request(libc::SIOCGIFHWADDR as libc::Ioctl, &mut request).ok()?;
    // SAFETY: SIOCGIFHWADDR filled this member of the union.
    Some(unsafe { request.ifr_ifru.ifru_hwaddr }.sa_family)
}

/// The index of the device called `name`.
pub fn if_index(name: &[u8]) -> Option<u32> {
    if_index_on(&interface_socket().ok()?, name)
}

/// The same, asked on a socket that is open (`SIOCGIFINDEX`, 0.2 µs: an eighth of what `RTM_GETLINK` costs, or a socket).
pub fn if_index_on(fd: &OwnedFd, name: &[u8]) -> Option<u32> {
    let mut request = named_request(name)?;
    interface_request_on(fd, libc::SIOCGIFINDEX as libc::Ioctl, &mut request).ok()?;
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

/// Whether `text` is like the shell pattern `pattern` (fnmatch(3) without flags).
pub fn fnmatch(pattern: &[u8], text: &[u8]) -> bool {
    let (Ok(pattern), Ok(text)) = (CString::new(pattern), CString::new(text)) else { return false };
    // SAFETY: both are NUL-terminated and outlive the call.
    unsafe { libc::fnmatch(pattern.as_ptr(), text.as_ptr(), 0) == 0 }
}

/// Makes a child process (fork(2)).
pub fn fork() -> nix::Result<ForkResult> {
    // SAFETY: the process has one thread, so the child may do whatever the parent could.
    unsafe { nix::unistd::fork() }
}

/// The files that the shell pattern `pattern` stands for, sorted (glob(3) without flags).
pub fn glob(pattern: &[u8]) -> Vec<Vec<u8>> {
    let Ok(pattern) = CString::new(pattern) else { return Vec::new() };
    // SAFETY: a zeroed glob_t is what glob(3) expects to fill.
    let mut found: libc::glob_t = unsafe { std::mem::zeroed() };
    // SAFETY: the pattern is NUL-terminated and `found` outlives the call.
    let failed = unsafe { libc::glob(pattern.as_ptr(), 0, None, &raw mut found) } != 0;
    let mut paths = Vec::new();
    if !failed {
        for at in 0..found.gl_pathc as usize {
            // SAFETY: on success gl_pathv holds gl_pathc NUL-terminated strings.
            paths.push(unsafe { CStr::from_ptr(*found.gl_pathv.add(at)) }.to_bytes().to_vec());
        }
    }
    // SAFETY: `found` was given to glob(3) above, and is not used after this.
    unsafe { libc::globfree(&raw mut found) };
    paths
}

/// A POSIX extended regular expression (regcomp(3)).
pub struct Regex(libc::regex_t);

impl Regex {
    /// Reads an expression; nothing where it is none.
    pub fn new(expression: &[u8]) -> Option<Regex> {
        let expression = CString::new(expression).ok()?;
        // SAFETY: a zeroed regex_t is what regcomp(3) expects to fill.
        let mut regex: libc::regex_t = unsafe { std::mem::zeroed() };
        let flags = libc::REG_EXTENDED | libc::REG_NOSUB;
        // SAFETY: both pointers are good for the call; `regex` is kept only where it succeeds.
        let failed = unsafe { libc::regcomp(&raw mut regex, expression.as_ptr(), flags) } != 0;
        (!failed).then_some(Regex(regex))
    }

    /// Whether the expression matches somewhere in `text`.
    pub fn matches(&self, text: &[u8]) -> bool {
        let Ok(text) = CString::new(text) else { return false };
        // SAFETY: the expression was compiled, and no match positions are asked for.
        unsafe { libc::regexec(&raw const self.0, text.as_ptr(), 0, std::ptr::null_mut(), 0) == 0 }
    }
}

impl Drop for Regex {
    fn drop(&mut self) {
        // SAFETY: compiled by regcomp(3) and freed once.
        unsafe { libc::regfree(&raw mut self.0) };
    }
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

/// Makes a child process that carries out `work` and ends with the status it gives, without ever coming back into the
/// caller's code; the parent gets the child's id. Both have what was `given`, each its own copy of every file in it.
pub fn child<T>(given: T, work: impl FnOnce(T) -> u8) -> nix::Result<(Pid, T)> {
    // SAFETY: the child has one thread whatever the parent has, and `work` does with it what glibc and musl allow
    // behind fork(2): system calls and allocations. It takes no lock that another thread may have held.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok((child, given)),
        ForkResult::Child => {
            let status = catch_unwind(AssertUnwindSafe(|| work(given))).unwrap_or(101);
            // SAFETY: ends the process at once; destructors and buffers are the parent's business.
            unsafe { libc::_exit(c_int::from(status)) }
        }
    }
}

/// As [`child`], but a child of our parent's, and only for a process that [`child`] has made.
pub fn sibling(mut work: impl FnMut() -> u8) -> nix::Result<Pid> {
    let mut stack = vec![0; 1 << 20];
    let work = Box::new(move || isize::from(work()));
    // SAFETY: without CLONE_VM the new process has its own copy of our memory, its stack included, which is large enough
    // for the netlink buffer and some formatting many times over. We have one thread, so no lock is held by another.
    unsafe { nix::sched::clone(work, &mut stack, CloneFlags::CLONE_PARENT, None) }
}

/// Waits for `child`, or with -1 any child, to end, or with `WUNTRACED` to stop (waitpid(2)). nix's own does not know
/// real-time signals.
pub fn wait(child: Pid, options: c_int) -> nix::Result<(Pid, ExitStatus)> {
    let mut status = 0;
    loop {
        // SAFETY: the pointer is to a live c_int.
        match Errno::result(unsafe { libc::waitpid(child.as_raw(), &raw mut status, options) }) {
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
            Ok(pid) => return Ok((Pid::from_raw(pid), ExitStatus::from_raw(status))),
        }
    }
}

/// What this process did on a signal before [`disregard`] or [`heed`].
pub struct Disposition {
    signal: Signal,
    action: SigAction,
}

impl Disposition {
    fn change(signal: Signal, handler: SigHandler) -> nix::Result<Self> {
        let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
        // SAFETY: the callers below install no handler, only SIG_IGN and SIG_DFL.
        unsafe { sigaction(signal, &action) }.map(|action| Disposition { signal, action })
    }

    /// Does again what was done before.
    pub fn restore(&self) {
        // SAFETY: the kernel gave us this action as the one in force, so its handler, if any, is the program's own.
        let _ = unsafe { sigaction(self.signal, &self.action) };
    }
}

/// Ignores `signal`.
pub fn disregard(signal: Signal) -> nix::Result<Disposition> {
    Disposition::change(signal, SigHandler::SigIgn)
}

/// Gives `signal` its default effect.
pub fn heed(signal: Signal) -> nix::Result<Disposition> {
    Disposition::change(signal, SigHandler::SigDfl)
}
