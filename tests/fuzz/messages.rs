//! Messages of rtnetlink and of IPsec, shown as `ip monitor`, `bridge monitor` and `ip xfrm monitor` show them.

use fastrand::Rng;
use iplab::commands::IP;
use iplab::commands::Ip;
use iplab::commands::bridge::BRIDGE;
use iplab::netlink::{NlmF, Request};
use iplab::words::{Words, options::Options};

use crate::mutate::mutate;
use crate::worker::Input;

/// Types of messages and the lengths of their headers: link, address, route, neighbour, rule, address label, prefix,
/// MDB, netconf, nsid, stats, nexthop and its buckets, VLAN, VNI.
const KINDS: &[(u16, usize)] = &[
    (16, 16),
    (17, 16),
    (20, 8),
    (21, 8),
    (24, 12),
    (25, 12),
    (28, 12),
    (29, 12),
    (32, 12),
    (33, 12),
    (52, 12),
    (72, 12),
    (73, 12),
    (80, 4),
    (81, 4),
    (84, 8),
    (85, 8),
    (86, 8),
    (88, 4),
    (89, 4),
    (92, 12),
    (104, 8),
    (105, 8),
    (112, 8),
    (113, 8),
    (116, 8),
    (120, 8),
    (121, 8),
    (15, 8),
    (99, 4),
];

/// Numbers that are a family, a type, a length of an address or a small index.
const BYTES: &[u8] = &[0, 1, 2, 3, 4, 5, 7, 8, 10, 16, 24, 28, 32, 64, 128, 129, 254, 255];

/// Every kind of device that has a table, and some that have none.
const NAMES: &[&str] = &[
    "bond",
    "bridge",
    "vlan",
    "vxlan",
    "geneve",
    "gre",
    "gretap",
    "ip6gre",
    "ip6gretap",
    "ip6tnl",
    "ipip",
    "sit",
    "vti",
    "vti6",
    "erspan",
    "ip6erspan",
    "hsr",
    "macsec",
    "macvlan",
    "macvtap",
    "ipvlan",
    "ipvtap",
    "tun",
    "team",
    "vrf",
    "vcan",
    "veth",
    "xfrm",
    "netkit",
    "bareudp",
    "wireguard",
    "nlmon",
    "netdevsim",
    "dummy",
    "odd",
];

fn fill(rng: &mut Rng, bytes: &mut [u8]) {
    bytes.iter_mut().for_each(|byte| *byte = BYTES[rng.usize(0..BYTES.len())]);
}

fn value(rng: &mut Rng, request: &mut Request, kind: u16) {
    let mut bytes = [0; 256];
    let len = rng.choice([0, 1, 2, 4, 4, 4, 6, 8, 12, 16, 20, 24, 32, 60, 96, 192, 216, 256]).unwrap_or(4);
    match rng.u8(0..4) {
        0 => {}
        1 => fill(rng, &mut bytes),
        2 => rng.fill(&mut bytes),
        _ => {
            request.string(kind, NAMES[rng.usize(0..NAMES.len())].as_bytes());
            return;
        }
    }
    request.attr(kind, &bytes[..len]);
}

fn attributes(rng: &mut Rng, request: &mut Request, depth: u8) {
    for _ in 0..rng.usize(0..10) {
        let kind = rng.u16(0..70) >> rng.u8(0..4);
        if depth > 0 && rng.u8(0..3) == 0 {
            request.nest(kind, |request| attributes(rng, request, depth - 1));
        } else {
            value(rng, request, kind);
        }
    }
}

/// What `IFLA_LINKINFO` (18) has: the kind with its data, and the master's kind with the port's.
fn link_info(rng: &mut Rng, request: &mut Request) {
    request.nest(18, |request| {
        for (name, data) in [(1, 2), (4, 5)] {
            request.string(name, NAMES[rng.usize(0..NAMES.len())].as_bytes());
            request.nest(data, |request| attributes(rng, request, 2));
        }
    });
}

fn message(rng: &mut Rng) -> Vec<u8> {
    let (kind, len) = KINDS[rng.usize(0..KINDS.len())];
    let mut request = Request::new(kind, NlmF::empty());
    let mut header = [0; 16];
    fill(rng, &mut header);
    request.header(&header[..len]);
    if matches!(kind, 16 | 17) {
        request.string(3, b"eth0");
        link_info(rng, &mut request);
    }
    if kind == 24 {
        // A route's encapsulation: its type and what the type has.
        request.u16(21, rng.u16(0..11));
        request.nest(22, |request| attributes(rng, request, 2));
    }
    attributes(rng, &mut request, 3);
    request.finish(1).map(<[u8]>::to_vec).unwrap_or_default()
}

/// A message of `NETLINK_XFRM`: one of its structures and attributes.
fn xfrm_message(rng: &mut Rng) -> Vec<u8> {
    let mut request = Request::new(rng.u16(16..42), NlmF::empty());
    let mut header = vec![0; rng.choice([4, 24, 48, 60, 64, 168, 176, 224, 232, 280]).unwrap_or(0)];
    fill(rng, &mut header);
    request.header(&header);
    attributes(rng, &mut request, 1);
    request.finish(1).map(<[u8]>::to_vec).unwrap_or_default()
}

fn options(rng: &mut Rng) -> Options {
    Options {
        family: rng.choice([0, 0, 2, 10, 7, 28]).unwrap_or(0),
        stats: rng.u32(0..3),
        details: rng.u32(0..3),
        oneline: rng.bool(),
        brief: rng.u8(0..4) == 0,
        json: rng.bool(),
        pretty: rng.bool(),
        human: rng.bool(),
        iec: rng.bool(),
        numeric: rng.bool(),
        compress_vlans: rng.bool(),
        ..Options::default()
    }
}

pub fn messages(rng: &mut Rng, input: &mut Input<'_>) {
    let mut file = Vec::new();
    for _ in 0..rng.usize(1..5) {
        let make = if rng.u8(0..4) == 0 { xfrm_message } else { message };
        let (one, other) = (make(rng), make(rng));
        let mut bytes = mutate(rng, &one, &other);
        bytes.truncate(16 * 1024);
        // The length is mostly right: what follows is to be read, too.
        if bytes.len() >= 16 && rng.u8(0..16) != 0 {
            let len = bytes.len() as u32;
            bytes[..4].copy_from_slice(&len.to_ne_bytes());
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        file.extend(bytes);
    }
    input.set(&file);
    let words: [&[u8]; 5] = [b"xfrm", b"monitor", b"all", b"file", input.path.as_bytes()];
    for (program, words) in [(&IP, &words[1..]), (&BRIDGE, &words[1..]), (&IP, &words[..])] {
        let mut ip = Ip::new(options(rng));
        ip.begin_json();
        let _ = program.command(&mut ip, Words::new(words));
        ip.view.out.end_json();
        ip.view.out.finish();
    }
}
