//! Frames of each protocol, whole and odd, and capture files made of them.

fn sum(parts: &[&[u8]]) -> [u8; 2] {
    iplab::packet::checksum(parts).to_be_bytes()
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

const A: [u8; 6] = [2, 0, 0, 0, 0, 1];
const B: [u8; 6] = [2, 0, 0, 0, 0, 2];
const A4: [u8; 4] = [10, 0, 0, 1];
const B4: [u8; 4] = [10, 0, 0, 2];

fn a6() -> [u8; 16] {
    [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
}

fn b6() -> [u8; 16] {
    [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
}

fn ether(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&B[..], &A, &kind.to_be_bytes(), payload].concat()
}

fn broadcast(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[0xff; 6][..], &A, &kind.to_be_bytes(), payload].concat()
}

fn ip_with(protocol: u8, fragment: u16, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = 20 + options.len();
    let mut bytes = vec![0; 20];
    bytes[0] = 0x40 | (header / 4) as u8;
    put(&mut bytes, 2, &((header + payload.len()) as u16).to_be_bytes());
    put(&mut bytes, 4, &[0x12, 0x34]);
    put(&mut bytes, 6, &fragment.to_be_bytes());
    put(&mut bytes, 8, &[64, protocol]);
    put(&mut bytes, 12, &A4);
    put(&mut bytes, 16, &B4);
    bytes.extend(options);
    let checksum = sum(&[&bytes]);
    put(&mut bytes, 10, &checksum);
    bytes.extend(payload);
    bytes
}

fn ip(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ip_with(protocol, 0x4000, &[], payload)
}

fn ip6(next: u8, payload: &[u8]) -> Vec<u8> {
    let len = (payload.len() as u16).to_be_bytes();
    [&[0x60, 0, 0, 0][..], &len, &[next, 255], &a6(), &b6(), payload].concat()
}

fn udp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let len = (8 + payload.len() as u16).to_be_bytes();
    let mut bytes = [&from.to_be_bytes()[..], &to.to_be_bytes(), &len, &[0, 0], payload].concat();
    let checksum = sum(&[&A4, &B4, &[0, 17], &len, &bytes]);
    put(&mut bytes, 6, &checksum);
    bytes
}

fn tcp(ports: (u16, u16), numbers: (u32, u32), flags: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = 20 + options.len();
    let mut bytes = [
        &ports.0.to_be_bytes()[..],
        &ports.1.to_be_bytes(),
        &numbers.0.to_be_bytes(),
        &numbers.1.to_be_bytes(),
        &[((header / 4) << 4) as u8, flags, 0xfa, 0xf0, 0, 0, 0, 7],
        options,
        payload,
    ]
    .concat();
    let checksum = sum(&[&A4, &B4, &[0, 6], &(bytes.len() as u16).to_be_bytes(), &bytes]);
    put(&mut bytes, 16, &checksum);
    bytes
}

fn icmp(kind: u8, code: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = [&[kind, code, 0, 0], rest].concat();
    let checksum = sum(&[&bytes]);
    put(&mut bytes, 2, &checksum);
    bytes
}

fn icmp6(kind: u8, code: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = [&[kind, code, 0, 0], rest].concat();
    let len = (bytes.len() as u32).to_be_bytes();
    let checksum = sum(&[&a6(), &b6(), &len, &[0, 0, 0, 58], &bytes]);
    put(&mut bytes, 2, &checksum);
    bytes
}

fn arp(operation: u16, target: [u8; 6]) -> Vec<u8> {
    [&[0, 1, 8, 0, 6, 4][..], &operation.to_be_bytes(), &A, &A4, &target, &B4, &[0; 18]].concat()
}

fn name(labels: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in labels.split('.').filter(|label| !label.is_empty()) {
        bytes.push(label.len() as u8);
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

fn dns(flags: u16, counts: [u16; 4], rest: &[&[u8]]) -> Vec<u8> {
    let mut bytes = [0x12, 0x34].to_vec();
    bytes.extend(flags.to_be_bytes());
    counts.iter().for_each(|count| bytes.extend(count.to_be_bytes()));
    bytes.extend(rest.concat());
    bytes
}

fn question(of: &str, kind: u16) -> Vec<u8> {
    [&name(of)[..], &kind.to_be_bytes(), &[0, 1]].concat()
}

/// A record whose name is that of the question.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let len = (data.len() as u16).to_be_bytes();
    [&[0xc0, 12][..], &kind.to_be_bytes(), &[0, 1, 0, 0, 0x0e, 0x10], &len, data].concat()
}

fn domain_messages() -> Vec<Vec<u8>> {
    let ask = |kind| question("www.example.org", kind);
    let reply = |flags: u16, records: &[Vec<u8>]| {
        let counts = [1, records.len() as u16, 0, 0];
        dns(0x8180 | flags, counts, &[&ask(1), &records.concat()])
    };
    let opt =
        |data: &[u8]| [&[0, 0, 41, 0x10, 0, 0, 0, 0x80, 0][..], &(data.len() as u16).to_be_bytes(), data].concat();
    let soa = [name("ns.example.org"), name("root.example.org"), [0, 0, 0, 1].repeat(5)].concat();
    vec![
        dns(0x0100, [1, 0, 0, 0], &[&ask(1)]),
        dns(0x0120, [1, 0, 0, 1], &[&ask(28), &opt(&[])]),
        dns(0x0100, [1, 0, 0, 1], &[&ask(15), &opt(&[0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8])]),
        dns(0x0100, [1, 0, 0, 1], &[&ask(255), &opt(&[0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2])]),
        dns(0x0000, [2, 0, 0, 0], &[&ask(1), &ask(2)]),
        dns(0x2800, [1, 1, 1, 1], &[&ask(6), &record(1, &A4), &record(1, &A4), &record(1, &A4)]),
        reply(0, &[record(1, &A4), record(1, &B4)]),
        reply(0x0400, &[record(5, &[3, b'f', b'o', b'o', 0xc0, 16]), record(28, &a6())]),
        reply(
            0x0020,
            &[record(15, &[0, 10, 4, b'm', b'a', b'i', b'l', 0xc0, 16]), record(16, b"\x05hello\x02\x01\xff")],
        ),
        reply(0x0200, &[record(33, &[0, 1, 0, 2, 0, 53, 1, b's', 0]), record(12, &name("x.y")), record(2, &name("."))]),
        reply(3, &[]),
        reply(2, &[record(6, &soa), record(99, b"spf"), record(1000, b"?")]),
        dns(0x8183, [1, 0, 1, 1], &[&ask(1), &record(6, &soa), &opt(&[])]),
        dns(0x8180, [1, 1, 0, 0], &[&ask(1), &[0xc0, 0xff, 0, 1]]),
        dns(0x8180, [1, 9, 0, 0], &[&ask(1), &record(1, &A4)]),
        dns(0x0100, [1, 0, 0, 0], &[&question(&"a".repeat(70), 1)]),
        b"\x12\x34\x01".to_vec(),
    ]
}

fn dhcp(kind: u8, more: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 236];
    put(&mut bytes, 0, &[if matches!(kind, 2 | 5) { 2 } else { 1 }, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef, 0, 3, 0x80, 0]);
    if matches!(kind, 2 | 5) {
        put(&mut bytes, 16, &B4);
        put(&mut bytes, 20, &A4);
        put(&mut bytes, 44, b"server");
        put(&mut bytes, 108, b"boot/file");
    }
    put(&mut bytes, 28, &A);
    bytes.extend([0x63, 0x82, 0x53, 0x63, 53, 1, kind]);
    bytes.extend(more);
    bytes.extend([255, 0, 0, 0]);
    bytes
}

fn dhcp_messages() -> Vec<Vec<u8>> {
    let lease = [
        &[54, 4, 10, 0, 0, 1, 51, 4, 0, 0, 0x0e, 0x10, 1, 4, 255, 255, 255, 0, 3, 8, 10, 0, 0, 1, 10, 0, 0, 3][..],
        b"\x0f\x07example\x0c\x04host\x1a\x02\x05\xdc\x13\x01\x01\x21\x08\x0a\0\0\x01\x0a\0\0\x02\x02\x04\xff\xff\xff\xff",
        &[121, 12, 24, 192, 0, 2, 10, 0, 0, 1, 0, 10, 0, 0, 2][..13],
        &[82, 6, 1, 4, b'e', b't', b'h', b'0'],
    ];
    vec![
        dhcp(1, &[61, 7, 1, 2, 0, 0, 0, 0, 1, 55, 6, 1, 3, 6, 15, 51, 200, 57, 2, 5, 220, 0, 0]),
        dhcp(2, &lease[..2].concat()),
        dhcp(3, &[50, 4, 10, 0, 0, 2, 12, 3, b'a', 1, 0xff, 81, 6, 5, 0, 0, b'x', b'.', b'y', 60, 2, b'm', b's']),
        dhcp(5, &[lease[1], lease[3]].concat()),
        dhcp(
            6,
            &[56, 2, b'n', b'o', 77, 4, 3, b'a', b'b', b'c', 46, 1, 8, 52, 1, 3, 150, 4, 1, 2, 3, 4, 250, 3, 1, 2, 3],
        ),
        dhcp(8, &[121, 14, 24, 192, 0, 2, 10, 0, 0, 1, 0, 10, 0, 0, 2, 9, 43, 200, 1]),
    ]
}

fn tcp_segments() -> Vec<Vec<u8>> {
    let there = (40000, 80);
    let back = (80, 40000);
    let syn = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7];
    let stamp = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 8];
    let selective = [1, 1, 5, 10, 0, 0, 0x10, 5, 0, 0, 0x10, 9];
    let get = b"GET /index.html HTTP/1.1\r\nHost: example.org\r\n\r\n";
    vec![
        tcp(there, (1000, 0), 0x02, &syn, b""),
        tcp(back, (5000, 1001), 0x12, &syn, b""),
        tcp(there, (1001, 5001), 0x10, &stamp, b""),
        tcp(there, (1001, 5001), 0x18, &stamp, get),
        tcp(back, (5001, 1050), 0x18, &[], b"HTTP/1.1 404 Not Found\r\nX: y\r\n\r\nno\x01"),
        tcp(back, (5040, 1050), 0x18, &[], b"not a reply\r\n"),
        tcp(there, (1050, 5001), 0x10, &selective, b""),
        tcp(back, (5040, 1050), 0x11, &[], b""),
        tcp(there, (1050, 5041), 0x14, &[], b"go away\x07"),
        tcp(there, (1050, 0), 0xe4, &[], b""),
        tcp((1, 2), (7, 8), 0x00, &[], b""),
        tcp((1, 2), (7, 8), 0x38, &[2, 3, 1, 0], b"x"),
        tcp((1, 2), (7, 8), 0x10, &[3, 0, 0, 0], b""),
        tcp((1, 2), (7, 8), 0x10, &[8, 40, 0, 0], b""),
        tcp((1, 2), (7, 8), 0x10, &[28, 4, 0x80, 9, 253, 4, 1, 2, 34, 6, 1, 2, 3, 4, 254, 4, 0xf9, 0x89], b""),
        tcp((23, 9), (1, 1), 0x18, &[], &[255, 253, 24, 255, 250, 24, 1, 255, 240, 255, 241, b'l', b'o']),
        tcp((9, 22), (1, 1), 0x18, &[], b"SSH-2.0-OpenSSH_9.2\r\n"),
        tcp((9, 25), (1, 1), 0x18, &[], b"HELO me\r\nMAIL"),
        tcp((9, 21), (1, 1), 0x18, &[], b"USER anonymous\r\n"),
        tcp((9, 8080), (1, 1), 0x18, &[], b"GET / HTT"),
        tcp((9, 53), (1, 1), 0x18, &[], &[&[0, 33][..], &domain_messages()[0]].concat()),
        tcp((9, 53), (1, 1), 0x18, &[], &[0, 3, 1]),
    ]
}

fn icmp_messages() -> Vec<Vec<u8>> {
    let about_udp = ip(17, &udp(5000, 53, b"hello"));
    let about_tcp = ip(6, &tcp((5000, 80), (1, 2), 2, &[], b""));
    let with = |head: [u8; 4], about: &[u8]| [&head[..], about].concat();
    let mut all = vec![
        icmp(8, 0, &[&[0, 7, 0, 1][..], &[0xaa; 56]].concat()),
        icmp(0, 0, &[&[0, 7, 0, 1][..], &[0xaa; 56]].concat()),
        icmp(11, 0, &with([0; 4], &about_udp)),
        icmp(11, 1, &with([0; 4], &about_tcp)),
        icmp(5, 1, &with(A4, &about_tcp)),
        icmp(5, 9, &with(A4, &about_tcp)),
        icmp(12, 0, &with([20, 0, 0, 0], &about_tcp)),
        icmp(12, 1, &with([0; 4], &about_tcp)),
        icmp(4, 0, &with([0; 4], &about_udp)),
        icmp(13, 0, &[0, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        icmp(14, 0, &[0, 1, 0, 2, 0, 0, 0, 1, 1, 0, 0, 2, 2, 0, 0, 3]),
        icmp(17, 0, &[0; 8]),
        icmp(18, 0, &[0, 1, 0, 2, 255, 255, 255, 0]),
        icmp(9, 0, &[1, 2, 0x0e, 0x11, 10, 0, 0, 1, 0, 0, 0, 5]),
        icmp(10, 0, &[0; 4]),
        icmp(40, 0, &[0; 4]),
        icmp(3, 4, &with([0, 0, 5, 120], &about_udp)),
        icmp(3, 3, &with([0; 4], &ip(99, &[0; 8]))),
    ];
    all.extend((0..17).map(|code| icmp(3, code, &with([0; 4], &about_udp))));
    all.push(icmp(3, 3, &with([0; 4], &about_tcp)));
    let mut padded = about_udp;
    padded.resize(128, 0);
    let mut extension = vec![0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 0x41, 63];
    let checksum = sum(&[&extension]);
    put(&mut extension, 2, &checksum);
    all.push(icmp(11, 0, &with([0; 4], &[padded, extension].concat())));
    let mut wrong = icmp(8, 0, &[0, 7, 0, 2]);
    wrong[2] ^= 0xff;
    all.push(wrong);
    all
}

fn icmp6_messages() -> Vec<Vec<u8>> {
    let mut about = ip6(17, &udp(5000, 53, b"hello"));
    let address = [1, 1, 2, 0, 0, 0, 0, 1];
    let target = [2, 1, 2, 0, 0, 0, 0, 2];
    let with = |head: [u8; 4], parts: &[&[u8]]| [&head[..], &parts.concat()].concat();
    let prefix = [&[3, 4, 64, 0xc0, 0, 1, 0x51, 0x80, 255, 255, 255, 255, 0, 0, 0, 0][..], &a6()].concat();
    let mtu = [5, 1, 0, 0, 0, 0, 5, 220];
    let servers = [&[25, 3, 0, 0, 0, 0, 2, 88][..], &b6()].concat();
    let route = [24, 2, 48, 8, 0, 0, 7, 8, 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0];
    let search = [&[31, 3, 0, 0, 0, 0, 2, 88][..], &name("lab.example"), &[0, 0, 0]].concat();
    let group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 2];
    let mut all = vec![
        icmp6(128, 0, &with([0, 7, 0, 1], &[&[0x55; 32]])),
        icmp6(129, 0, &with([0, 7, 0, 1], &[&[0x55; 32]])),
        icmp6(135, 0, &with([0; 4], &[&b6(), &address])),
        icmp6(136, 0, &with([0xe0, 0, 0, 0], &[&b6(), &target])),
        icmp6(136, 0, &with([0; 4], &[&b6()])),
        icmp6(133, 0, &with([0; 4], &[&address])),
        icmp6(134, 0, &with([64, 0xc8, 7, 8], &[&[0; 8], &prefix, &mtu, &servers, &route, &search, &address])),
        icmp6(134, 0, &with([64, 0x18, 0, 0], &[&[0; 8], &[99, 1, 0, 0, 0, 0, 0, 0], &[7, 1, 0, 0, 0, 0, 1, 0]])),
        icmp6(134, 0, &with([64, 0x18, 0, 0], &[&[0; 8], &[1, 0, 0, 0]])),
        icmp6(137, 0, &with([0; 4], &[&a6(), &b6(), &target])),
        icmp6(2, 0, &with([0, 0, 5, 0], &[&about])),
        icmp6(3, 0, &with([0; 4], &[&about])),
        icmp6(3, 1, &with([0; 4], &[&about])),
        icmp6(4, 0, &with([0, 0, 0, 40], &[&about])),
        icmp6(4, 2, &with([0, 0, 0, 40], &[&about])),
        icmp6(130, 0, &with([0x27, 0x10, 0, 0], &[&[0; 16]])),
        icmp6(130, 0, &with([0x27, 0x10, 0, 0], &[&group, &[0x0a, 125, 0, 1], &a6()])),
        icmp6(131, 0, &with([0; 4], &[&group])),
        icmp6(132, 0, &with([0; 4], &[&group])),
        icmp6(143, 0, &with([0, 0, 0, 2], &[&[4, 0, 0, 0], &group, &[1, 0, 0, 1], &group, &a6()])),
        icmp6(143, 0, &with([0, 0, 0, 3], &[&[9, 0, 0, 0], &group])),
        icmp6(177, 0, &with([1, 2, 3, 4], &[b"abc"])),
    ];
    all.extend((0..6).map(|code| icmp6(1, code, &with([0; 4], &[&about]))));
    about[6] = 99;
    all.push(icmp6(1, 4, &with([0; 4], &[&about])));
    let mut wrong = icmp6(128, 0, &[0, 7, 0, 2]);
    wrong[2] ^= 0xff;
    all.push(wrong);
    all
}

fn igmp_messages() -> Vec<Vec<u8>> {
    vec![
        icmp(0x11, 100, &[0; 4]),
        icmp(0x11, 0, &[224, 0, 0, 9]),
        icmp(0x11, 50, &[224, 0, 0, 9]),
        icmp(0x11, 100, &[224, 0, 0, 9, 2, 125, 0, 1, 10, 0, 0, 1]),
        icmp(0x11, 0x95, &[0, 0, 0, 0, 2, 125, 0, 0]),
        icmp(0x12, 0, &[224, 0, 0, 9]),
        icmp(0x16, 0, &[224, 0, 0, 9]),
        icmp(0x17, 0, &[224, 0, 0, 9]),
        icmp(0x22, 0, &[0, 0, 0, 2, 4, 0, 0, 0, 224, 0, 0, 9, 3, 0, 0, 1, 224, 0, 0, 10, 10, 0, 0, 1]),
        icmp(0x22, 0, &[0, 0, 0, 3, 4, 0, 0, 0, 224, 0, 0, 9]),
        icmp(0x77, 0, &[0; 4]),
    ]
}

fn inside_ip6() -> Vec<Vec<u8>> {
    let segment = tcp((1, 2), (7, 8), 2, &[], b"");
    let alert = [58, 0, 5, 2, 0, 0, 1, 0];
    let report = icmp6(143, 0, &[0, 0, 0, 0]);
    let options = [6, 0, 1, 2, 0, 0, 0, 0];
    let routing = [&[6, 2, 0, 1, 0, 0, 0, 0][..], &a6()].concat();
    let segments = [&[6, 2, 4, 0, 0, 0, 0, 5][..], &a6()].concat();
    vec![
        ip6(6, &segment),
        ip6(17, &udp(5000, 7, b"hello")),
        ip6(0, &[&alert[..], &report].concat()),
        ip6(60, &[&options[..], &segment].concat()),
        ip6(43, &[&routing[..], &segment].concat()),
        ip6(43, &[&segments[..], &segment].concat()),
        ip6(44, &[&[6, 0, 0, 1, 0, 0, 0, 9][..], &segment].concat()),
        ip6(44, &[&[6, 0, 0, 0x40, 0, 0, 0, 9][..], &segment].concat()),
        ip6(59, b""),
        ip6(1, &[8, 0, 0, 0]),
        ip6(4, &ip(1, &icmp_messages()[0])),
        ip6(200, b"abcd"),
    ]
}

fn inside_ip() -> Vec<Vec<u8>> {
    let segment = tcp((40000, 443), (7, 8), 2, &[], b"");
    let mut wrong = ip(6, &segment);
    wrong[10] ^= 0xff;
    let mut short = ip(17, &udp(1, 2, b"hello"));
    short[24..26].copy_from_slice(&[0, 3]);
    let mut long = ip(17, &udp(1, 2, b"hello"));
    long[24..26].copy_from_slice(&[0, 99]);
    let mut lies = ip(17, &udp(1, 2, b"hello"));
    lies[2..4].copy_from_slice(&[9, 99]);
    let mut bad_header = ip(17, &udp(1, 2, b"hello"));
    bad_header[0] = 0x43;
    let mut bad_length = ip(17, &udp(1, 2, b"hello"));
    bad_length[2..4].copy_from_slice(&[0, 9]);
    let mut marked = ip(6, &segment);
    marked[1] = 0xb7;
    vec![
        wrong,
        short,
        long,
        lies,
        bad_header,
        bad_length,
        marked,
        ip(17, &udp(1, 2, b"hello")),
        ip(17, &[&udp(1, 2, b"hello")[..6], &[0, 0], b"hello"].concat()),
        ip(17, &udp(5000, 5060, b"REGISTER sip:x SIP/2.0\r\nTo: y\r\n")),
        ip_with(17, 0x2000, &[], &udp(1, 2, &[7; 16])),
        ip_with(17, 0x0003, &[], b"rest of it"),
        ip_with(6, 0, &[1, 7, 7, 4, 10, 0, 0, 9], &segment),
        ip_with(6, 0, &[148, 4, 0, 0, 68, 12, 13, 1, 10, 0, 0, 9, 0, 0, 0, 5], &segment),
        ip_with(6, 0, &[131, 7, 4, 10, 0, 0, 9, 0], &segment),
        ip_with(6, 0, &[99, 9, 0, 0], &segment),
        ip(41, &ip6(17, &udp(1, 2, b"in"))),
        ip(4, &ip(1, &icmp_messages()[0])),
        ip(47, &[&[0, 0, 8, 0][..], &ip(17, &udp(1, 2, b"in"))].concat()),
        ip(47, &[&[0x20, 0, 0x65, 0x58, 0, 0, 0, 7][..], &ether(0x0806, &arp(1, [0; 6]))].concat()),
        ip(58, &[128, 0, 0, 0]),
        ip(200, b"abcd"),
    ]
}

fn bridge_frames() -> Vec<Vec<u8>> {
    let id = [0x80, 0, 2, 0, 0, 0, 0, 1];
    let tree = |version: u8, kind: u8, flags: u8, end: &[u8]| {
        let ids = [&id[..], &[0, 0, 0, 4], &id, &[0x80, 1, 0, 0, 20, 0, 2, 0, 15, 0]].concat();
        [&[0x42, 0x42, 3, 0, 0, version, kind, flags][..], &ids, end].concat()
    };
    let frame = |llc: Vec<u8>| ether(llc.len() as u16, &llc);
    vec![
        frame(tree(0, 0, 0x81, &[])),
        frame(tree(2, 2, 0x3c, &[0])),
        frame(vec![0x42, 0x42, 3, 0, 0, 0, 0x80]),
        frame(vec![0x42, 0x42, 3, 0, 1, 0, 0]),
        frame([&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &ip(17, &udp(1, 2, b"in"))].concat()),
        frame(vec![0, 1, 0xaf, 0x81, 1, 0]),
        frame(vec![0xf4, 0xf4, 0x04, 0x02, 1, 0]),
        frame(vec![0xfe, 0x42, 0x01, 0x03, 1, 0]),
        frame(vec![0x42, 0x43, 0x13, 1, 2, 3]),
    ]
}

/// Frames of all that is decoded.
pub fn frames() -> Vec<Vec<u8>> {
    let mut all = vec![
        broadcast(0x0806, &arp(1, [0; 6])),
        ether(0x0806, &arp(1, B)),
        ether(0x0806, &arp(2, B)),
        ether(0x0806, &arp(3, B)),
        ether(0x8035, &arp(4, B)),
        ether(0x0806, &arp(8, B)),
        ether(0x0806, &arp(9, B)),
        ether(0x0806, &arp(10, B)),
        ether(0x0806, &[0, 1, 8, 0, 6, 16, 0, 1, 0, 0, 0, 0]),
        ether(0x0806, &[&[0, 6, 0x12, 0x34, 6, 4, 0, 1][..], &[7; 20]].concat()),
    ];
    let mut carry = |protocol: u8, payloads: Vec<Vec<u8>>| {
        all.extend(payloads.iter().map(|payload| ether(0x0800, &ip(protocol, payload))));
    };
    carry(6, tcp_segments());
    carry(1, icmp_messages());
    carry(2, igmp_messages());
    carry(17, domain_messages().iter().map(|message| udp(53, 5000, message)).collect());
    carry(17, domain_messages().iter().map(|message| udp(5353, 5353, message)).collect());
    carry(17, dhcp_messages().iter().map(|message| udp(68, 67, message)).collect());
    let inner = ether(0x0800, &ip(1, &icmp_messages()[0]));
    let vxlan = |flags: u8| [&[flags, 0, 0, 0, 0, 0, 42, 0][..], &inner].concat();
    carry(17, vec![udp(5000, 4789, &vxlan(8)), udp(5000, 4789, &vxlan(0)), udp(5000, 4789, &[8, 0])]);
    all.extend(inside_ip().iter().map(|packet| ether(0x0800, packet)));
    all.extend(inside_ip6().iter().map(|packet| ether(0x86dd, packet)));
    all.extend(icmp6_messages().iter().map(|message| ether(0x86dd, &ip6(58, message))));
    all.extend(bridge_frames());
    let tagged = |tags: &[u8], kind: u16, payload: &[u8]| [&B[..], &A, tags, &kind.to_be_bytes(), payload].concat();
    all.push(tagged(&[0x81, 0, 0x20, 100], 0x0800, &ip(1, &icmp_messages()[0])));
    all.push(tagged(&[0x81, 0, 0x30, 5], 0x0806, &arp(1, [0; 6])));
    all.push(tagged(&[0x88, 0xa8, 0, 100, 0x81, 0, 0, 7], 0x0800, &ip(6, &tcp_segments()[0])));
    all.push(tagged(&[0x81, 0, 0, 9], 0x86dd, &ip6(58, &icmp6_messages()[0])));
    all.push(ether(0x1234, b"something else"));
    all.push(ether(0x0800, &ip6(6, b"")));
    all
}

/// A capture file: each frame whole or its first `kept` bytes.
pub fn file(frames: &[Vec<u8>], kept: usize) -> Vec<u8> {
    file_with(frames, kept, u32::to_le_bytes, u16::to_le_bytes, false)
}

/// The same in any byte order and with either fraction.
pub fn file_with(
    frames: &[Vec<u8>],
    kept: usize,
    long: fn(u32) -> [u8; 4],
    short: fn(u16) -> [u8; 2],
    nanoseconds: bool,
) -> Vec<u8> {
    let magic = if nanoseconds { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
    let mut bytes = [&long(magic)[..], &short(2), &short(4), &long(0), &long(0), &long(65535), &long(1)].concat();
    for (number, frame) in frames.iter().enumerate() {
        let captured = frame.len().min(kept);
        let number = number as u32;
        let fraction = if nanoseconds { number * 1_234_567 % 1_000_000_000 } else { number * 12_345 % 1_000_000 };
        let lengths = [long(captured as u32), long(frame.len() as u32)].concat();
        bytes.extend([&long(1_700_000_000 + number / 3)[..], &long(fraction), &lengths, &frame[..captured]].concat());
    }
    bytes
}
