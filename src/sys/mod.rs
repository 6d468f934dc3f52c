//! What is not netlink: system calls, namespaces, `/proc/sys`, the name files of iproute2.

mod ffi;
mod hosts;
mod links;
pub mod names;
pub mod netns;
pub mod process;

pub use ffi::{
    Regex, ctime, fnmatch, fork, glob, host_name, if_index, if_name, if_queue_len, netlink_option, restore_sigpipe,
    strerror,
};
pub use hosts::{Hosts, ip_protocol, ip_protocol_name, network, network_name, service_name, service_port};
pub use links::Links;
