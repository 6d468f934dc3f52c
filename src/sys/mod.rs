//! What is not netlink: system calls, namespaces, `/proc/sys`, the name files of iproute2.

mod ffi;
mod hosts;
mod links;
pub mod names;
pub mod netns;
pub mod process;

pub use ffi::{
    LocalTime, Multicast, Regex, Tun, TunnelCall, bind_sockets, fnmatch, fork, glob, host_name, if_index, if_multicast,
    if_name, if_queue_len, if_tunnel, local_time, netlink_option, restore_sigpipe, strerror, tun_attach, tun_set,
};
pub use hosts::{Hosts, ip_protocol, ip_protocol_name};
pub use links::Links;
