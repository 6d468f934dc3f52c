//! What is not netlink: system calls, namespaces, `/proc/sys`, the name files of iproute2.

mod ffi;
mod hosts;
mod links;
pub mod names;
pub mod netns;
pub mod process;

pub use ffi::{
    HostAddresses, LocalTime, Multicast, Regex, Tun, TunnelCall, bind_sockets, fnmatch, fork, glob, host_addresses,
    host_name, if_multicast, if_tunnel, local_time, netlink_option, socket_address, socket_option, strerror,
    tun_attach, tun_set, words,
};
pub use hosts::{Hosts, ip_protocol, ip_protocol_name, service_name, service_port};
pub use links::{Links, device_index, device_name};
pub use process::occupy_standard_files;
