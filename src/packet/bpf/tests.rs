use std::net::IpAddr;

use super::*;

struct NoNames;

impl Names for NoNames {
    fn host(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }

    fn port(&self, name: &str) -> Option<(u16, Option<u8>)> {
        match name {
            "http" => Some((80, Some(6))),
            "domain" => Some((53, None)),
            _ => None,
        }
    }

    fn protocol(&self, name: &str) -> Option<u8> {
        (name == "tcp").then_some(6)
    }

    fn ether(&self, _: &str) -> Option<[u8; 6]> {
        None
    }

    fn net(&self, _: &str) -> Option<u32> {
        None
    }
}

fn filter(expression: &str) -> Result<Filter, String> {
    let target = Target { link: Link::Ethernet, live: false, netmask: 0, snaplen: 262_144, names: &NoNames };
    compile(expression.as_bytes(), &target)
}

/// A SYN from 10.0.0.1 port 1000 to 10.0.0.2 port 80.
const SYN: &[u8] = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\
    \x45\0\0\x28\0\x01\x40\0\x40\x06\0\0\x0a\0\0\x01\x0a\0\0\x02\
    \x03\xe8\0\x50\0\0\0\x01\0\0\0\0\x50\x02\xff\xff\0\0\0\0";

fn takes(expression: &str) -> bool {
    run(&filter(expression).unwrap().program, SYN, SYN.len() as u32) != 0
}

#[test]
fn one_packet() {
    for expression in [
        "",
        "ip",
        "tcp",
        "not udp",
        "!udp && !arp",
        "host 10.0.0.1",
        "src 10.0.0.1 and dst 10.0.0.2",
        "src 10.0.0.1 and not dst 10.0.0.1",
        "net 10",
        "net 10.0.0.0/24",
        "net 10.0.0.0 mask 255.255.255.0",
        "port 80",
        "tcp port http",
        "tcp dst port 80",
        "port (22 or 80)",
        "port 22 or 80",
        "portrange 70-80",
        "portrange 70-http or arp",
        "ip proto 6",
        "ip proto \\tcp",
        "ether proto 0x800",
        "ether host 02:00:00:00:00:01",
        "ether dst 02-00-00-00-00-02",
        "ether src 0200.0000.0001",
        "tcp[tcpflags] & tcp-syn != 0",
        "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn",
        "tcp[13] = 2 and (tcp[2:2] = 80)",
        "ip[2:2] = len - 14",
        "ip[0] & 0xf = 5",
        "(ip[8] * 2) / 2 = 64",
        "not (tcp[0:2] = 80 or udp)",
        "less 54",
        "greater 54",
        "byte 12 = 8",
        "10 + 2 * 3 = 16",
        "not (port 22 or icmp)",
    ] {
        assert!(takes(expression), "{expression}");
    }
    for expression in ["udp", "port 81", "ip6", "vlan", "src port 80", "src and dst port 80", "icmp or arp and ip"] {
        assert!(!takes(expression), "{expression}");
    }
    // To the left: (ip or udp) and udp.
    assert!(!takes("ip or udp and udp"));
}

#[test]
fn what_was_not_captured_does_not_match() {
    let program = filter("not tcp port 22").unwrap().program;
    assert_eq!(run(&program, &SYN[..30], 54), 0);
    assert_ne!(run(&program, SYN, 54), 0);
}

#[test]
fn long_expressions_jump_far() {
    let many: Vec<String> = (0..300).map(|port| format!("port {}", 1000 + port)).collect();
    assert!(filter(&many.join(" or ")).is_err());
    let some = format!("not ({})", many[1..60].join(" or "));
    assert!(takes(&some));
    assert!(!takes(&format!("tcp and not ({})", many[..60].join(" or "))));
}

#[test]
fn errors_in_libpcap_s_words() {
    for (expression, text) in [
        ("foo bar", "can't parse filter expression: syntax error"),
        ("tcp and", "can't parse filter expression: syntax error"),
        ("(tcp", "can't parse filter expression: syntax error"),
        ("10", "can't parse filter expression: syntax error"),
        ("udp icmp", "can't parse filter expression: syntax error"),
        ("@", "can't parse filter expression: syntax error"),
        ("tcp host 1.2.3.4", "'tcp' modifier applied to host"),
        ("port 99999", "illegal port number 99999 > 65535"),
        ("port nosuch", "unknown port 'nosuch'"),
        ("udp port http", "port 'http' is tcp"),
        ("net 10.1.2.3/8", "non-network bits set in \"10.1.2.3/8\""),
        ("net 1.2.3.0/33", "mask length must be <= 32"),
        ("host 300.1.1.1", "invalid IPv4 address '300.1.1.1'"),
        ("ether host 1.2.3.4", "illegal link layer address"),
        ("tcp[0:3] = 1", "data size must be 1, 2, or 4"),
        ("ip[0] / 0 = 1", "division by zero"),
        ("port 1.2.3.4", "'port' modifier applied to ip host"),
        ("ip host ::1", "'ip' modifier applied to ip6 host"),
        ("vlan 5000", "VLAN tag 5000 greater than maximum 4095"),
    ] {
        assert_eq!(filter(expression).map(drop), Err(text.to_string()), "{expression}");
    }
    assert!(filter(&"tcp or ".repeat(100_000)).is_err());
    assert!(filter(&format!("{}tcp", "tcp or ".repeat(100))).is_ok());
    assert!(filter(&"(".repeat(100_000)).is_err());
    assert!(filter(&"not ".repeat(100_000)).is_err());
    assert!(filter(&format!("{}1 = 1", "- ".repeat(100_000))).is_err());
}
