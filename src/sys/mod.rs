//! What is not netlink: system calls, namespaces, `/proc/sys`, the name files of iproute2.

mod ffi;
mod hosts;
mod links;
pub mod names;
pub mod netns;
pub mod process;

pub use ffi::{
    LocalTime, Multicast, Regex, fnmatch, fork, glob, host_name, if_multicast, local_time, netlink_option, strerror,
    words,
};
pub use hosts::{Hosts, ip_protocol, ip_protocol_name, udp_port};
pub use links::Links;
pub use process::occupy_standard_files;
