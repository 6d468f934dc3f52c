//! The only module with `unsafe`: system calls that nix has no safe wrapper for.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int};
use std::fs::File;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
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

/// Sets an option of a socket to the bytes `value` (setsockopt(2)).
pub fn socket_option(fd: &OwnedFd, level: c_int, option: c_int, value: &[u8]) -> nix::Result<()> {
    let len = libc::socklen_t::try_from(value.len()).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the pointer and the length are those of one live slice, which the kernel only reads.
    let result = unsafe { libc::setsockopt(fd.as_raw_fd(), level, option, value.as_ptr().cast(), len) };
    Errno::result(result).map(drop)
}

/// A netlink socket of a protocol (`NETLINK_*`), by its number.
pub fn netlink_socket(protocol: c_int) -> nix::Result<OwnedFd> {
    // SAFETY: the call takes no pointers.
    let fd = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol) };
    // SAFETY: the descriptor is new and nobody else's.
    Errno::result(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Sets an integer option at level `SOL_NETLINK`.
pub fn netlink_option(fd: &OwnedFd, option: c_int, value: c_int) -> nix::Result<()> {
    socket_option(fd, libc::SOL_NETLINK, option, &value.to_ne_bytes())
}

/// The words of the command line, as the C library hands them to `main`.
///
/// # Safety
/// `argv` points to `argc` strings that end with a NUL and stay for the life of the process.
pub unsafe fn words(argc: c_int, argv: *const *const c_char) -> Vec<&'static [u8]> {
    // SAFETY: the caller's promise.
    (0..argc as usize).map(|at| unsafe { CStr::from_ptr(*argv.add(at)) }.to_bytes()).collect()
}

/// Which of stdin, stdout and stderr the caller has closed.
pub fn closed_standard_files() -> [bool; 3] {
    let mut files = [0, 1, 2].map(|fd| libc::pollfd { fd, events: 0, revents: 0 });
    // SAFETY: the array is as long as said and outlives the call, which does not wait.
    unsafe { libc::poll(files.as_mut_ptr(), 3, 0) };
    files.map(|file| file.revents & libc::POLLNVAL != 0)
}

/// A socket that questions about devices can be asked on; it stays in the namespace in which it was opened.
pub fn interface_socket() -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
}

fn interface_request(fd: &OwnedFd, call: libc::Ioctl, request: &mut libc::ifreq) -> nix::Result<()> {
    // SAFETY: all calls that come here read and write one `struct ifreq`, which outlives the call.
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
pub fn if_flags(fd: &OwnedFd, name: &[u8]) -> Option<u32> {
    let mut request = named_request(name)?;
    interface_request(fd, libc::SIOCGIFFLAGS as libc::Ioctl, &mut request).ok()?;
    // SAFETY: SIOCGIFFLAGS filled this member of the union.
    Some(u32::from(unsafe { request.ifr_ifru.ifru_flags }.cast_unsigned()))
}

/// The length of the transmit queue of the device called `name` (`SIOCGIFTXQLEN`), in packets.
pub fn if_queue_len(fd: &OwnedFd, name: &[u8]) -> Option<i32> {
    let mut request = named_request(name)?;
    interface_request(fd, libc::SIOCGIFTXQLEN as libc::Ioctl, &mut request).ok()?;
    // SAFETY: the kernel filled this integer; `ifru_metric` lies where `ifr_qlen` does.
    Some(unsafe { request.ifr_ifru.ifru_metric })
}

/// A type of devices (`ARPHRD_*`) and the first 14 bytes of a link-layer address, as `struct sockaddr` has them.
pub type Hardware = (u16, [u8; 14]);

/// Type and link-layer address of the device called `name` (`SIOCGIFHWADDR`).
pub fn if_hardware(fd: &OwnedFd, name: &[u8]) -> nix::Result<Hardware> {
    let mut request = named_request(name).ok_or(Errno::ENODEV)?;
    interface_request(fd, libc::SIOCGIFHWADDR as libc::Ioctl, &mut request)?;
    // SAFETY: SIOCGIFHWADDR filled this member of the union.
    let address = unsafe { request.ifr_ifru.ifru_hwaddr };
    Ok((address.sa_family, address.sa_data.map(|byte| byte as u8)))
}

/// The index of the device called `name` (`SIOCGIFINDEX`, 0.2 µs: an eighth of what `RTM_GETLINK` costs).
pub fn if_index(fd: &OwnedFd, name: &[u8]) -> Option<u32> {
    let mut request = named_request(name)?;
    interface_request(fd, libc::SIOCGIFINDEX as libc::Ioctl, &mut request).ok()?;
    // SAFETY: SIOCGIFINDEX filled this member of the union.
    u32::try_from(unsafe { request.ifr_ifru.ifru_ifindex }).ok()
}

/// The name of the device with `index` (`SIOCGIFNAME`).
pub fn if_name(fd: &OwnedFd, index: u32) -> Option<Vec<u8>> {
    let mut request = empty_request();
    request.ifr_ifru.ifru_ifindex = c_int::try_from(index).ok()?;
    interface_request(fd, libc::SIOCGIFNAME as libc::Ioctl, &mut request).ok()?;
    Some(request.ifr_name.iter().map(|&c| c as u8).take_while(|&b| b != 0).collect())
}

/// What to do with an address that a device listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multicast {
    /// Listen (`SIOCADDMULTI`).
    Add,
    /// Listen no more (`SIOCDELMULTI`).
    Delete,
}

/// Changes which Ethernet addresses the device called `name` listens to, asked on a socket of `family`.
pub fn if_multicast(family: u8, name: &[u8], change: Multicast, address: &[u8; 6]) -> nix::Result<()> {
    let family = match c_int::from(family) {
        libc::AF_INET6 => AddressFamily::Inet6,
        libc::AF_PACKET => AddressFamily::Packet,
        _ => AddressFamily::Inet,
    };
    let fd = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    let mut request = named_request(name).ok_or(Errno::ENODEV)?;
    let mut data = [0 as c_char; 14];
    for (to, from) in data.iter_mut().zip(address) {
        *to = *from as c_char;
    }
    request.ifr_ifru.ifru_hwaddr = libc::sockaddr { sa_family: 0, sa_data: data };
    let call = match change {
        Multicast::Add => libc::SIOCADDMULTI,
        Multicast::Delete => libc::SIOCDELMULTI,
    };
    interface_request(&fd, call as libc::Ioctl, &mut request)
}

/// What to do with an entry of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Set it.
    Add,
    /// Take it away.
    Delete,
}

fn socket_address_of((family, data): Hardware) -> libc::sockaddr {
    libc::sockaddr { sa_family: family, sa_data: data.map(|byte| byte as c_char) }
}

/// An IPv4 address as the requests below have it, all zeroes for none.
fn inet_address(address: Option<[u8; 4]>) -> libc::sockaddr {
    let mut data = [0; 14];
    data[2..6].copy_from_slice(&address.unwrap_or_default());
    socket_address_of((address.map_or(0, |_| libc::AF_INET as u16), data))
}

/// Asks `call` with a `T`.
///
/// # Safety
///
/// `T` is what the kernel takes for `call`, and what it points at outlives the call.
unsafe fn change<T>(fd: &OwnedFd, call: libc::c_ulong, request: &mut T) -> nix::Result<()> {
    // SAFETY: the caller's promise.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), call as libc::Ioctl, std::ptr::from_mut(request)) };
    Errno::result(result).map(drop)
}

/// An entry of the ARP cache (`struct arpreq`, arp(7)).
#[derive(Debug, Clone, Copy, Default)]
pub struct ArpEntry {
    /// The host.
    pub address: [u8; 4],
    /// Its type and link-layer address.
    pub hardware: Hardware,
    /// `ATF_*`.
    pub flags: u16,
    /// For which hosts, with `ATF_NETMASK`.
    pub netmask: Option<[u8; 4]>,
    /// The device's name, zeroes behind it; all zeroes for the one that the host is reached through.
    pub device: [u8; 16],
}

/// Changes the ARP cache, asked on a socket of IPv4 (`SIOCSARP`, `SIOCDARP`).
pub fn change_arp(fd: &OwnedFd, what: Change, entry: &ArpEntry) -> nix::Result<()> {
    let mut request = libc::arpreq {
        arp_pa: inet_address(Some(entry.address)),
        arp_ha: socket_address_of(entry.hardware),
        arp_flags: entry.flags.into(),
        arp_netmask: inet_address(entry.netmask),
        arp_dev: entry.device.map(|byte| byte as c_char),
    };
    const SIOCDARP: libc::c_ulong = 0x8953;
    const SIOCSARP: libc::c_ulong = 0x8955;
    let call = if what == Change::Add { SIOCSARP } else { SIOCDARP };
    // SAFETY: both calls take one `struct arpreq`, which holds no pointer.
    unsafe { change(fd, call, &mut request) }
}

/// An entry of the IPv4 routing table (`struct rtentry`, `linux/route.h`).
#[derive(Debug, Clone, Copy, Default)]
pub struct InetRoute {
    /// The destination.
    pub dst: [u8; 4],
    /// Its mask, none for that of length 0.
    pub mask: Option<[u8; 4]>,
    /// The router.
    pub gateway: Option<[u8; 4]>,
    /// `RTF_*`.
    pub flags: u16,
    /// One more than the metric.
    pub metric: i16,
    /// The device's name, zeroes behind it; it may be the label of an address.
    pub device: Option<[u8; 16]>,
    /// The MTU in bytes, with `RTF_MTU`.
    pub mtu: libc::c_ulong,
    /// The window in bytes, with `RTF_WINDOW`.
    pub window: libc::c_ulong,
    /// The first round trip's time in hundredths of a second, with `RTF_IRTT`.
    pub irtt: u16,
}

/// Changes the IPv4 routing tables, asked on a socket of IPv4 (`SIOCADDRT`, `SIOCDELRT`).
pub fn change_inet(fd: &OwnedFd, what: Change, route: &InetRoute) -> nix::Result<()> {
    let mut device = route.device.map(|name| name.map(|byte| byte as c_char));
    // SAFETY: `struct rtentry` is plain data for which all zeroes is a value.
    let mut request: libc::rtentry = unsafe { std::mem::zeroed() };
    request.rt_dst = inet_address(Some(route.dst));
    request.rt_genmask = inet_address(route.mask);
    request.rt_gateway = inet_address(route.gateway);
    request.rt_flags = route.flags;
    request.rt_metric = route.metric;
    request.rt_dev = device.as_mut().map_or(std::ptr::null_mut(), |name| name.as_mut_ptr());
    request.rt_mtu = route.mtu;
    request.rt_window = route.window;
    request.rt_irtt = route.irtt;
    let call = if what == Change::Add { libc::SIOCADDRT } else { libc::SIOCDELRT };
    // SAFETY: both calls take one `struct rtentry`, whose only pointer is to 16 bytes that outlive the call.
    unsafe { change(fd, call as libc::c_ulong, &mut request) }
}

/// An entry of the IPv6 routing table (`struct in6_rtmsg`, `linux/ipv6_route.h`).
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Inet6Route {
    /// The destination.
    pub dst: [u8; 16],
    /// The source, always all zeroes.
    pub src: [u8; 16],
    /// The router.
    pub gateway: [u8; 16],
    /// `RTN_*`, 0 for a common one.
    pub kind: u32,
    /// How long the destination is, in bits.
    pub dst_len: u16,
    /// How long the source is, in bits.
    pub src_len: u16,
    /// The metric.
    pub metric: u32,
    /// How long it lasts, 0 for ever.
    pub info: libc::c_ulong,
    /// `RTF_*`.
    pub flags: u32,
    /// The device, 0 for the one that the router is reached through.
    pub index: c_int,
}

/// Changes the IPv6 routing tables, asked on a socket of IPv6 (`SIOCADDRT`, `SIOCDELRT`).
pub fn change_inet6(fd: &OwnedFd, what: Change, route: &Inet6Route) -> nix::Result<()> {
    let call = if what == Change::Add { libc::SIOCADDRT } else { libc::SIOCDELRT };
    // SAFETY: on an IPv6 socket both calls take one `struct in6_rtmsg`, whose layout this is; it holds no pointer.
    unsafe { change(fd, call as libc::c_ulong, &mut { *route }) }
}

/// What is set of a tun device through its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tun {
    /// The user who may use it (`TUNSETOWNER`).
    Owner,
    /// The group that may use it (`TUNSETGROUP`).
    Group,
    /// Whether it stays when the file is closed (`TUNSETPERSIST`).
    Persist,
}

/// Makes `file`, which is `/dev/net/tun`, the other end of the device called `name` (`TUNSETIFF`); of a new one where
/// none has that name, or where it is empty. `flags` are `IFF_*` of `linux/if_tun.h`.
pub fn tun_attach(file: &File, name: &[u8], flags: u16) -> nix::Result<()> {
    let mut request = match name {
        [] => empty_request(),
        name => named_request(name).ok_or(Errno::EINVAL)?,
    };
    request.ifr_ifru.ifru_flags = flags.cast_signed();
    // SAFETY: TUNSETIFF reads and writes one `struct ifreq`, which outlives the call.
    Errno::result(unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF as libc::Ioctl, &raw mut request) }).map(drop)
}

/// Sets something of the device that `file` is the other end of.
pub fn tun_set(file: &File, what: Tun, value: u32) -> nix::Result<()> {
    let call = match what {
        Tun::Owner => libc::TUNSETOWNER,
        Tun::Group => libc::TUNSETGROUP,
        Tun::Persist => libc::TUNSETPERSIST,
    };
    // SAFETY: these calls take a number, no pointer.
    Errno::result(unsafe { libc::ioctl(file.as_raw_fd(), call as libc::Ioctl, value as libc::c_ulong) }).map(drop)
}

/// What is asked of a tunnel device (`linux/if_tunnel.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the header's word for it")]
pub enum TunnelCall {
    Get,
    Add,
    Delete,
    Change,
    GetPrl,
    AddPrl,
    DeletePrl,
    Get6rd = 8,
    Add6rd,
    Delete6rd,
}

impl TunnelCall {
    /// The number of the call: `SIOCDEVPRIVATE` and up.
    pub fn number(self) -> u32 {
        0x89f0 + self as u32
    }
}

/// Asks something of the tunnel device called `name` on a socket of `family`. `data` has room for each of the
/// structures that these calls read and write, the longest of which are 16 entries of 16 bytes.
pub fn if_tunnel(family: u8, name: &[u8], call: TunnelCall, data: &mut [u8; 256]) -> nix::Result<()> {
    let family = if c_int::from(family) == libc::AF_INET6 { AddressFamily::Inet6 } else { AddressFamily::Inet };
    let fd = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    let mut request = match name {
        [] => empty_request(),
        name => named_request(name).ok_or(Errno::ENODEV)?,
    };
    request.ifr_ifru.ifru_data = data.as_mut_ptr().cast();
    interface_request(&fd, call.number() as libc::Ioctl, &mut request)
}

/// bpf(2).
///
/// # Safety
///
/// `T` is what the kernel takes for `command`, and what it points at is as long as it says and outlives the call.
unsafe fn bpf<T>(command: c_int, attributes: &T) -> nix::Result<c_int> {
    // SAFETY: the caller's promise.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, std::ptr::from_ref(attributes), size_of::<T>()) };
    Errno::result(result).map(|result| result as c_int)
}

/// Gives the kernel a program of `kind` (`BPF_PROG_TYPE_*`): instructions of 8 bytes (`struct bpf_insn`), what it is
/// called, of which the kernel keeps 15 bytes, and its license.
pub fn bpf_load(kind: u32, name: &[u8], instructions: &[u8], license: &[u8]) -> nix::Result<OwnedFd> {
    const LOAD: c_int = 5;
    #[repr(C)]
    struct Load {
        kind: u32,
        count: u32,
        program: u64,
        license: u64,
        log: [u64; 3],
        name: [u8; 16],
        rest: [u64; 7],
    }
    let license = CString::new(license).map_err(|_| Errno::EINVAL)?;
    let mut attributes = Load {
        kind,
        count: (instructions.len() / 8) as u32,
        program: instructions.as_ptr() as u64,
        license: license.as_ptr() as u64,
        log: [0; 3],
        name: [0; 16],
        rest: [0; 7],
    };
    for (to, from) in attributes.name[..15].iter_mut().zip(name) {
        *to = *from;
    }
    // SAFETY: the attributes and what they point at outlive the call, and their size is what is said; the call gives us a
    // file that nobody else has.
    Ok(unsafe { OwnedFd::from_raw_fd(bpf(LOAD, &attributes)?) })
}

/// Binds each IP socket that processes of a cgroup make from here on to the device with `index`: a program of type
/// `BPF_PROG_TYPE_CGROUP_SOCK` that sets `bound_dev_if`, the first member of `struct bpf_sock`.
pub fn bind_sockets(cgroup: &File, index: u32) -> nix::Result<()> {
    // Numbers of `enum bpf_cmd`, `enum bpf_prog_type` and `enum bpf_attach_type`.
    const ATTACH: c_int = 8;
    const CGROUP_SOCK: u32 = 9;
    const SOCK_CREATE: u32 = 2;
    let step = |code: u8, registers: u8, immediate: u32| {
        let [a, b, c, d] = immediate.to_ne_bytes();
        [code, registers, 0, 0, a, b, c, d]
    };
    // r3 = index; *(u32 *)(r1 + 0) = r3; r0 = 1; exit
    let program = [step(0xb7, 0x03, index), step(0x63, 0x31, 0), step(0xb7, 0x00, 1), step(0x95, 0x00, 0)];
    #[repr(C)]
    struct Attach {
        target: u32,
        program: u32,
        kind: u32,
        flags: u32,
        rest: [u64; 12],
    }
    let program = bpf_load(CGROUP_SOCK, b"", program.as_flattened(), b"Dual MIT/GPL")?;
    let attach = Attach {
        target: cgroup.as_raw_fd() as u32,
        program: program.as_raw_fd() as u32,
        kind: SOCK_CREATE,
        flags: 0,
        rest: [0; 12],
    };
    // SAFETY: the attributes outlive the call and point at nothing.
    unsafe { bpf(ATTACH, &attach) }.map(drop)
}

/// Opens the program or map that is pinned in a file of a bpf filesystem (`BPF_OBJ_GET`).
pub fn bpf_object(path: &[u8]) -> nix::Result<OwnedFd> {
    const GET: c_int = 7;
    let path = CString::new(path).map_err(|_| Errno::ENOENT)?;
    let attributes = [path.as_ptr() as u64, 0];
    // SAFETY: the path is NUL-terminated and outlives the call; the call gives us a file that nobody else has.
    Ok(unsafe { OwnedFd::from_raw_fd(bpf(GET, &attributes)?) })
}

/// What the kernel tells of a BPF program: `struct bpf_prog_info` (`linux/bpf.h`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BpfProgram {
    /// Its name, up to 15 bytes.
    pub name: Vec<u8>,
    /// A hash of its instructions.
    pub tag: [u8; 8],
    /// Whether it runs as machine code.
    pub is_compiled: bool,
    /// When it was loaded, in ns since the machine has started.
    pub loaded: u64,
    /// Who loaded it.
    pub user: u32,
    /// The id of its type information (BTF), 0 for none.
    pub types: u32,
}

/// Asks for the program with this id.
pub fn bpf_program(id: u32) -> nix::Result<BpfProgram> {
    const BY_ID: c_int = 13;
    const INFO: c_int = 15;
    #[repr(C)]
    struct Ask {
        file: u32,
        len: u32,
        info: u64,
    }
    // SAFETY: the attributes outlive the call and point at nothing; the call gives us a file that nobody else has.
    let program = unsafe { OwnedFd::from_raw_fd(bpf(BY_ID, &[id, 0, 0, 0])?) };
    let mut info = [0u8; 232];
    let ask = Ask { file: program.as_raw_fd() as u32, len: info.len() as u32, info: info.as_mut_ptr() as u64 };
    // SAFETY: the buffer is as long as said and outlives the call; it asks for nothing that it would point at.
    unsafe { bpf(INFO, &ask)? };
    let word = |at: usize| u32::from_ne_bytes([info[at], info[at + 1], info[at + 2], info[at + 3]]);
    let pair = |at: usize| std::array::from_fn(|i| info[at + i]);
    Ok(BpfProgram {
        name: info[64..80].iter().copied().take_while(|&b| b != 0).collect(),
        tag: pair(8),
        is_compiled: word(16) != 0,
        loaded: u64::from_ne_bytes(pair(40)),
        user: word(48),
        types: word(128),
    })
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

/// The files that the shell pattern `pattern` stands for, sorted.
pub fn glob(pattern: &[u8]) -> Vec<Vec<u8>> {
    expand(pattern, 0)
}

/// As [`glob`], with braces and `~` as a shell has them; the pattern itself where there is no such file.
pub fn glob_files(pattern: &[u8]) -> Vec<Vec<u8>> {
    // The last two are not in every libc, and passed over by those that have neither: GLOB_BRACE and GLOB_TILDE.
    expand(pattern, libc::GLOB_NOCHECK | 1 << 10 | 1 << 12)
}

fn expand(pattern: &[u8], flags: c_int) -> Vec<Vec<u8>> {
    let Ok(pattern) = CString::new(pattern) else { return Vec::new() };
    // SAFETY: a zeroed glob_t is what glob(3) expects to fill.
    let mut found: libc::glob_t = unsafe { std::mem::zeroed() };
    // SAFETY: the pattern is NUL-terminated and `found` outlives the call.
    let failed = unsafe { libc::glob(pattern.as_ptr(), flags, None, &raw mut found) } != 0;
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
    let address = SockaddrStorage::from(SocketAddr::new(address, 0));
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

/// What the C library's resolver knows of the name of a host.
#[derive(Debug, Clone, Default)]
pub struct HostAddresses {
    /// The name that it is known by in full, where that was asked for.
    pub canonical: Vec<u8>,
    /// Its addresses, the one to be tried first before the others; ports are 0.
    pub addresses: Vec<SocketAddr>,
}

/// Why a host has no addresses: an `EAI_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unresolved(pub c_int);

impl std::fmt::Display for Unresolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // SAFETY: gai_strerror(3) gives a NUL-terminated string that lives as long as the program.
        f.write_str(&unsafe { CStr::from_ptr(libc::gai_strerror(self.0)) }.to_string_lossy())
    }
}

/// The addresses of the host with this name, of the family `family` (`AF_*`) if that is not 0, and with `AI_CANONNAME`
/// among the `flags` its name in full (getaddrinfo(3)). std's own does not tell why there are none.
pub fn host_addresses(name: &[u8], family: c_int, flags: c_int) -> Result<HostAddresses, Unresolved> {
    let name = CString::new(name).map_err(|_| Unresolved(libc::EAI_NONAME))?;
    // SAFETY: `struct addrinfo` is plain data for which all zeroes is a value.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = family;
    hints.ai_socktype = libc::SOCK_DGRAM;
    hints.ai_flags = flags;
    let mut list = std::ptr::null_mut();
    // SAFETY: the name is NUL-terminated, no service is asked for, and the other pointers are to live variables.
    let code = unsafe { libc::getaddrinfo(name.as_ptr(), std::ptr::null(), &raw const hints, &raw mut list) };
    if code != 0 {
        return Err(Unresolved(code));
    }
    let mut found = HostAddresses::default();
    let mut next = list;
    // SAFETY: on success the list is one of valid nodes that ends with a null pointer; it is freed only below.
    while let Some(node) = unsafe { next.as_ref() } {
        if !node.ai_canonname.is_null() {
            // SAFETY: a name that is there is NUL-terminated.
            found.canonical = unsafe { CStr::from_ptr(node.ai_canonname) }.to_bytes().to_vec();
        }
        // SAFETY: each node has an address of the length that it says.
        let address = unsafe { SockaddrStorage::from_raw(node.ai_addr, Some(node.ai_addrlen)) };
        found.addresses.extend(address.as_ref().and_then(socket_address));
        next = node.ai_next;
    }
    // SAFETY: getaddrinfo(3) made the list, and nothing in `found` points into it.
    unsafe { libc::freeaddrinfo(list) };
    Ok(found)
}

/// An address of the kernel's as one of std's; nothing where its family is another.
pub fn socket_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|address| SocketAddr::V4((*address).into()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| SocketAddr::V6((*address).into())))
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

/// Whether something has arrived on a file that is [`watch`]ed.
static ARRIVED: AtomicBool = AtomicBool::new(false);

extern "C" fn arrived(_: c_int) {
    ARRIVED.store(true, Ordering::Relaxed);
}

/// Lets [`take_arrival`] know, by a SIGIO to this process, when something arrives on `fd` from here on.
pub fn watch(fd: &OwnedFd) -> nix::Result<()> {
    let action = SigAction::new(SigHandler::Handler(arrived), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler sets an atomic and does nothing else.
    unsafe { sigaction(Signal::SIGIO, &action) }?;
    SigSet::from(Signal::SIGIO).thread_unblock()?;
    // SAFETY: F_SETOWN takes a number.
    Errno::result(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETOWN, libc::getpid()) })?;
    set_async(fd, true)
}

/// Whether arrivals on a file that has been [`watch`]ed are told.
pub fn set_async(fd: &OwnedFd, on: bool) -> nix::Result<()> {
    let mut flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    flags.set(OFlag::O_ASYNC, on);
    fcntl(fd, FcntlArg::F_SETFL(flags)).map(drop)
}

/// Whether something has arrived on a file that is watched since this was asked last.
pub fn take_arrival() -> bool {
    // Nearly always nothing has, and a look costs less than an exchange.
    ARRIVED.load(Ordering::Relaxed) && ARRIVED.swap(false, Ordering::Relaxed)
}

/// A point in time, as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calendar {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: i32,
    /// The day of the month, from 1.
    pub day: i32,
    /// The day of the week, Sunday is 0.
    pub week_day: i32,
    /// The hour, from 0.
    pub hour: i32,
    /// The minute.
    pub minute: i32,
    /// The second.
    pub second: i32,
}

/// `seconds` since 1970 here (localtime_r(3)) or in Greenwich (gmtime_r(3)).
pub fn calendar(seconds: i64, is_local: bool) -> Calendar {
    let seconds = seconds as libc::time_t;
    // SAFETY: `struct tm` is plain data for which all zeroes is a value.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live values; no other thread of ours changes the environment.
    let found = unsafe {
        match is_local {
            true => libc::localtime_r(&raw const seconds, &raw mut tm),
            false => libc::gmtime_r(&raw const seconds, &raw mut tm),
        }
    };
    if found.is_null() {
        return Calendar::default();
    }
    Calendar {
        year: tm.tm_year.saturating_add(1900),
        month: tm.tm_mon + 1,
        day: tm.tm_mday,
        week_day: tm.tm_wday,
        hour: tm.tm_hour,
        minute: tm.tm_min,
        second: tm.tm_sec,
    }
}

/// Lets a socket have only what the program takes (`SO_ATTACH_FILTER`): instructions as code, jumps and constant.
pub fn attach_filter(fd: &OwnedFd, program: &[(u16, u8, u8, u32)]) -> nix::Result<()> {
    let instruction = |&(code, jt, jf, k): &_| libc::sock_filter { code, jt, jf, k };
    let mut program: Vec<libc::sock_filter> = program.iter().map(instruction).collect();
    let len = u16::try_from(program.len()).map_err(|_| Errno::EINVAL)?;
    let filter = libc::sock_fprog { len, filter: program.as_mut_ptr() };
    let size = size_of_val(&filter) as libc::socklen_t;
    // SAFETY: the structure names a live array and its length; the kernel copies both and writes to neither.
    let result = unsafe {
        libc::setsockopt(fd.as_raw_fd(), libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, (&raw const filter).cast(), size)
    };
    Errno::result(result).map(drop)
}

/// Binds a packet socket to the device with `index`, 0 for all, and lets it have packets of every protocol.
pub fn packet_bind(fd: &OwnedFd, index: u32) -> nix::Result<()> {
    // SAFETY: `struct sockaddr_ll` is plain data for which all zeroes is a value.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
    address.sll_ifindex = c_int::try_from(index).map_err(|_| Errno::ENODEV)?;
    let len = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the pointer is to a live sockaddr_ll and the length is its size.
    Errno::result(unsafe { libc::bind(fd.as_raw_fd(), (&raw const address).cast(), len) }).map(drop)
}

/// Lets the device with `index` take packets that are not for it while the socket lives.
pub fn packet_promiscuous(fd: &OwnedFd, index: u32) -> nix::Result<()> {
    // SAFETY: `struct packet_mreq` is plain data for which all zeroes is a value.
    let mut request: libc::packet_mreq = unsafe { std::mem::zeroed() };
    request.mr_ifindex = c_int::try_from(index).map_err(|_| Errno::ENODEV)?;
    request.mr_type = libc::PACKET_MR_PROMISC as u16;
    let len = size_of_val(&request) as libc::socklen_t;
    let option = libc::PACKET_ADD_MEMBERSHIP;
    // SAFETY: the pointer is to a live packet_mreq and the length is its size.
    let result =
        unsafe { libc::setsockopt(fd.as_raw_fd(), libc::SOL_PACKET, option, (&raw const request).cast(), len) };
    Errno::result(result).map(drop)
}

/// How many packets a socket's filter took, and how many of these were lost, since it was asked last.
pub fn packet_statistics(fd: &OwnedFd) -> nix::Result<(u32, u32)> {
    let mut counts = [0u32; 2];
    let mut len = size_of_val(&counts) as libc::socklen_t;
    // SAFETY: `struct tpacket_stats` is these two numbers; the buffer is as long as said.
    let result = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_STATISTICS,
            counts.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    Errno::result(result).map(|_| (counts[0], counts[1]))
}

/// What a packet socket tells of a packet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival {
    /// Bytes that were put into the buffer.
    pub captured: usize,
    /// Bytes that the packet has.
    pub len: usize,
    /// When it was seen: seconds since 1970 and nanoseconds.
    pub time: (i64, i64),
    /// The index of the device.
    pub device: u32,
    /// The type of the device (`ARPHRD_*`).
    pub device_type: u16,
    /// Who sent it to whom (`PACKET_*`).
    pub packet_type: u8,
    /// The EtherType, in host order.
    pub protocol: u16,
    /// The link-layer address of the sender, and its length.
    pub address: ([u8; 8], u8),
    /// The VLAN tag that the kernel has taken out of it: EtherType and control information.
    pub tag: Option<(u16, u16)>,
}

/// Receives a packet from a packet socket, which must have `SO_TIMESTAMPNS` and `PACKET_AUXDATA` for all to be told.
pub fn packet_receive(fd: &OwnedFd, buffer: &mut [u8]) -> nix::Result<Arrival> {
    // SAFETY: `struct sockaddr_ll` is plain data for which all zeroes is a value.
    let mut from: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    let mut iov = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // Of the alignment that control messages need.
    let mut control = [0u64; 32];
    // SAFETY: `struct msghdr` is plain data for which all zeroes is a value.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_name = (&raw mut from).cast();
    message.msg_namelen = size_of_val(&from) as libc::socklen_t;
    message.msg_iov = &raw mut iov;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = size_of_val(&control) as _;
    // SAFETY: all that the header names is alive and as long as it says.
    let len = unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut message, libc::MSG_TRUNC | libc::MSG_DONTWAIT) };
    let len = Errno::result(len)? as usize;
    let mut arrival = Arrival {
        captured: len.min(buffer.len()),
        len,
        device: from.sll_ifindex.cast_unsigned(),
        device_type: from.sll_hatype,
        packet_type: from.sll_pkttype,
        protocol: u16::from_be(from.sll_protocol),
        address: (from.sll_addr, from.sll_halen),
        ..Arrival::default()
    };
    // SAFETY: the header is the one that recvmsg(2) filled, its control messages lie in `control`.
    let mut header = unsafe { libc::CMSG_FIRSTHDR(&raw const message) };
    while !header.is_null() {
        // SAFETY: not null, so it is a control message in `control`; it may be read unaligned.
        let (kind, data) = unsafe { (header.read_unaligned(), libc::CMSG_DATA(header)) };
        match (kind.cmsg_level, kind.cmsg_type) {
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                // SAFETY: a message of this type holds a timespec.
                let time = unsafe { data.cast::<libc::timespec>().read_unaligned() };
                arrival.time = (time.tv_sec, time.tv_nsec);
            }
            (libc::SOL_PACKET, libc::PACKET_AUXDATA) => {
                // SAFETY: a message of this type holds a tpacket_auxdata.
                let about = unsafe { data.cast::<libc::tpacket_auxdata>().read_unaligned() };
                // What the filter has cut off is part of the packet still.
                arrival.len = about.tp_len as usize;
                let has = |bit| about.tp_status & bit != 0;
                if has(libc::TP_STATUS_VLAN_VALID) {
                    let given = has(libc::TP_STATUS_VLAN_TPID_VALID);
                    let ether_type = if given { about.tp_vlan_tpid } else { libc::ETH_P_8021Q as u16 };
                    arrival.tag = Some((ether_type, about.tp_vlan_tci));
                }
            }
            _ => {}
        }
        // SAFETY: both pointers are good, as above.
        header = unsafe { libc::CMSG_NXTHDR(&raw const message, header) };
    }
    Ok(arrival)
}
