//! The IPv4 table as columns.

use std::cell::Cell;

use super::super::{column, host_name};
use super::Asked;
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Rtm};
use crate::output::{Address, Show};
use crate::rtnl::route::{Header, Metric, Route, RouteRequest};
use crate::sys::{self, Hosts};

/// What the advertised segment size lacks of an MTU: the headers of IPv4 and TCP, in bytes.
const HEADERS: u32 = 40;

/// Shows the main table, in the kernel's order.
pub fn show(ip: &mut Ip, asked: &Asked) -> Result<()> {
    ip.view.out.text("Kernel IP routing table\n");
    if let Some(last) = last_columns(asked) {
        ip.view.out.text("Destination     Gateway         Genmask         ");
        ip.view.out.text(last);
    }
    let networks = if asked.numeric { Vec::new() } else { sys::networks() };
    let table = u32::from(libc::RT_TABLE_MAIN);
    let header = Header { family: libc::AF_INET as u8, table: libc::RT_TABLE_MAIN, ..Header::default() };
    let mut request = RouteRequest::new(Rtm::Getroute, NlmF::empty(), header);
    request.table_filter(table);
    let mut line = Vec::with_capacity(128);
    // A table that nothing was ever put into is not there, and that has a status of its own.
    let missing = Cell::new(false);
    let no_table = |error: &crate::netlink::Error| {
        missing.set(error.errno() == Some(libc::ENOENT));
        missing.get()
    };
    ip.dump_unless(no_table, &mut request.finish(), |view, message| {
        let Some(route) = Route::decode(message) else { return };
        if route.table != table || matches!(route.kind, libc::RTN_BROADCAST | libc::RTN_MULTICAST) {
            return;
        }
        let entry = Entry::new(&route);
        line.clear();
        let device: &[u8] = match entry.device {
            0 => b"*",
            index => view.links.name(index),
        };
        entry.put(asked, &networks, &mut view.hosts, device, &mut line);
        view.out.text(&line);
        view.out.flush_if_full();
    })?;
    if missing.get() { Err(Error::silent(1)) } else { Ok(()) }
}

/// The heads of the columns behind the addresses. Three times `-e` leaves no columns.
fn last_columns(asked: &Asked) -> Option<&'static str> {
    match asked.extended {
        0 => Some("Flags Metric Ref    Use Iface\n"),
        1 => Some("Flags   MSS Window  irtt Iface\n"),
        2 => Some("Flags Metric Ref    Use Iface    MSS   Window irtt\n"),
        _ => None,
    }
}

/// The cache went with Linux 3.6.
pub fn show_cache(ip: &mut Ip, asked: &Asked) {
    ip.view.out.text("Kernel IP routing cache\n");
    if let Some(last) = last_columns(asked) {
        ip.view.out.text("Source          Destination     Gateway         ");
        match last.strip_suffix("irtt\n") {
            Some(last) => ip.view.out.text(format_args!("{last}irtt  TOS HHRef HHUptod     SpecDst\n")),
            None => ip.view.out.text(last),
        }
    }
}

struct Entry {
    dst: [u8; 4],
    bits: u8,
    /// All zeroes where it is an IPv6 address.
    gateway: Option<[u8; 4]>,
    rejects: bool,
    device: u32,
    metric: u32,
    mss: u32,
    window: u32,
    irtt: u32,
}

impl Entry {
    fn new(route: &Route<'_>) -> Entry {
        let address = |bytes: Option<&[u8]>| bytes.and_then(|bytes| bytes.first_chunk::<4>()).copied();
        // Of several next hops the first is shown.
        let hop = route.next_hops().and_then(|mut hops| hops.next());
        let gateway = route.gateway().or_else(|| hop.as_ref().and_then(|hop| hop.gateway()));
        let via = route.via().or_else(|| hop.as_ref().and_then(|hop| hop.via()));
        let metrics = route.metrics();
        let metric = |metric: Metric| metrics.and_then(|metrics| metrics.get(metric as u16)).unwrap_or(0);
        let advmss = metric(Metric::AdvMss);
        Entry {
            dst: address(route.dst()).unwrap_or_default(),
            bits: route.dst_len,
            gateway: address(gateway).or(via.map(|_| [0; 4])),
            rejects: matches!(route.kind, libc::RTN_UNREACHABLE | libc::RTN_PROHIBIT),
            device: route.oif().or_else(|| hop.map(|hop| hop.ifindex)).unwrap_or(0),
            metric: route.priority().unwrap_or(0),
            mss: if advmss == 0 { 0 } else { advmss + HEADERS },
            window: metric(Metric::Window),
            irtt: metric(Metric::Rtt) >> 3,
        }
    }

    fn put(
        &self,
        asked: &Asked,
        networks: &[([u8; 4], Vec<u8>)],
        hosts: &mut Hosts,
        device: &[u8],
        line: &mut Vec<u8>,
    ) {
        if last_columns(asked).is_none() {
            return;
        }
        let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0).to_be_bytes();
        match destination(self.dst, self.bits, asked, networks, hosts) {
            Some(name) => column(line, name, 15),
            None => column(line, Address(&self.dst), 15),
        }
        line.push(b' ');
        let router = self.gateway.filter(|gateway| !asked.numeric && !self.rejects && *gateway != [0; 4]);
        match router.and_then(|router| host_name(hosts, router)) {
            _ if self.rejects => column(line, "-", 15),
            Some(name) => column(line, name, 15),
            None => column(line, Address(&self.gateway.unwrap_or_default()), 15),
        }
        line.push(b' ');
        column(line, Address(&mask), 15);
        line.push(b' ');
        let mut flags = String::from(if self.rejects { "!" } else { "U" });
        if self.gateway.is_some() && !self.rejects {
            flags.push('G');
        }
        if self.bits == 32 {
            flags.push('H');
        }
        column(line, flags, 5);
        line.push(b' ');
        let Entry { mss, irtt, .. } = self;
        let (metric, window) = (self.metric.cast_signed(), self.window.cast_signed());
        let name = String::from_utf8_lossy(device);
        match (asked.extended, self.rejects) {
            (0, false) => format_args!("{metric:<6} 0        0 ").put(line),
            (0, true) => format_args!("{metric:<6} -        0 ").put(line),
            (1, false) => format_args!("{mss:>5} {window:<5} {irtt:>6} ").put(line),
            (1, true) => "    - -          - ".put(line),
            (_, false) => {
                let name: String = name.chars().take(6).collect();
                format_args!("{metric:<6} 0        0 {name:<6}   {mss:<5} {window:<6} {irtt}\n").put(line);
                return;
            }
            (_, true) => {
                format_args!("{metric:<6} -        0 -        -     -      -\n").put(line);
                return;
            }
        }
        if self.rejects {
            line.push(b'-');
        } else {
            line.extend_from_slice(device);
        }
        line.push(b'\n');
    }
}

/// The name of a destination: `default`, that of a network, or that of a host.
fn destination(
    dst: [u8; 4],
    bits: u8,
    asked: &Asked,
    networks: &[([u8; 4], Vec<u8>)],
    hosts: &mut Hosts,
) -> Option<String> {
    if asked.numeric {
        return None;
    }
    if dst == [0; 4] {
        return (bits == 0).then(|| "default".into());
    }
    if bits == 32 {
        return host_name(hosts, dst);
    }
    networks.iter().find(|(known, _)| *known == dst).map(|(_, name)| String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_as_net_tools_writes_them() {
        let entry = Entry {
            dst: [10, 2, 0, 0],
            bits: 16,
            gateway: Some([10, 0, 0, 2]),
            rejects: false,
            device: 1,
            metric: 100,
            mss: 0,
            window: 1000,
            irtt: 12,
        };
        let line = |extended, entry: &Entry| {
            let mut line = Vec::new();
            let asked = Asked { numeric: true, extended, ..Asked::default() };
            entry.put(&asked, &[], &mut Hosts::default(), b"averylongname0", &mut line);
            String::from_utf8(line).unwrap()
        };
        let start = "10.2.0.0        10.0.0.2        255.255.0.0     UG    ";
        assert_eq!(line(0, &entry), format!("{start}100    0        0 averylongname0\n"));
        assert_eq!(line(1, &entry), format!("{start}    0 1000      12 averylongname0\n"));
        assert_eq!(line(2, &entry), format!("{start}100    0        0 averyl   0     1000   12\n"));
        let entry = Entry { rejects: true, gateway: None, metric: 0, ..entry };
        let start = "10.2.0.0        -               255.255.0.0     !     ";
        assert_eq!(line(0, &entry), format!("{start}0      -        0 -\n"));
        assert_eq!(line(1, &entry), format!("{start}    - -          - -\n"));
        assert_eq!(line(2, &entry), format!("{start}0      -        0 -        -     -      -\n"));
    }
}
