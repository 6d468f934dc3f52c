//! What is not netlink: system calls, namespaces, `/proc/sys`, the name files of iproute2.

mod containers;
mod ffi;
mod hosts;
mod links;
pub mod names;
pub mod netns;
pub mod process;
pub mod secret;
mod time;

pub use ffi::{
    ArpEntry, Arrival, BpfProgram, Calendar, Change, Hardware, HostAddresses, Inet6Route, InetRoute, Multicast, Regex,
    Tun, TunnelCall, Unresolved, attach_filter, bind_sockets, bpf_load, bpf_object, bpf_program, calendar, change_arp,
    change_inet, change_inet6, fnmatch, fork, glob, glob_files, host_addresses, host_name, if_hardware, if_index,
    if_multicast, if_tunnel, netlink_option, netlink_socket, packet_bind, packet_promiscuous, packet_receive,
    packet_statistics, set_async, socket_address, socket_option, strerror, take_arrival, tun_attach, tun_set, watch,
    words,
};
pub use hosts::{
    Hosts, ethers, ip_protocol, ip_protocol_name, network, network_name, networks, service_name, service_port, services,
};
pub use links::{Links, device_flags, device_index, device_name, device_type};
pub use process::occupy_standard_files;
pub use time::ctime;
