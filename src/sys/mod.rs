//! What is not netlink: system calls, namespaces, `/proc/sys`, the name files of iproute2.

mod ffi;
mod hosts;
mod links;
pub mod names;
pub mod netns;
pub mod process;

pub use ffi::{
    Arrival, Calendar, Regex, attach_filter, calendar, fnmatch, fork, glob, host_name, if_flags, if_index, if_name,
    if_queue_len, if_type, netlink_option, packet_bind, packet_promiscuous, packet_receive, packet_statistics,
    restore_sigpipe, socket_option, strerror,
};
pub use hosts::{Hosts, ethers, ip_protocol, ip_protocol_name, services};
pub use links::Links;
