use super::*;

fn line(link: Link, look: Look, packet: &[u8], len: u32) -> String {
    let mut printer = Printer::new(look, Names::new(true, false), Stamps::new(1, false));
    let header = Header { captured: packet.len() as u32, len, ..Header::default() };
    printer.packet(Some(link), &header, packet, 1);
    String::from_utf8(printer.out).unwrap()
}

/// A SYN from 10.0.0.1 port 1000 to 10.0.0.2 port 80.
const SYN: &[u8] = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\
    \x45\0\0\x2c\0\x01\x40\0\x40\x06\0\0\x0a\0\0\x01\x0a\0\0\x02\
    \x03\xe8\0\x50\0\0\0\x01\0\0\0\0\x60\x02\xff\xff\0\0\0\0\x02\x04\x05\xb4";

#[test]
fn a_line_ends_where_the_packet_does() {
    let all = "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [S], seq 1, win 65535, options [mss 1460], length 0\n";
    for (kept, expected) in [
        (SYN.len(), all),
        (13, " [|ether]\n"),
        (20, "IP  [|ip]\n"),
        (36, "IP 10.0.0.1 > 10.0.0.2: [|tcp]\n"),
        (40, "IP 10.0.0.1.1000 > 10.0.0.2.80:  [|tcp]\n"),
        (55, "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [S], seq 1, win 65535, options [ [|tcp]\n"),
        (56, "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [S], seq 1, win 65535, options [mss [|tcp]\n"),
    ] {
        assert_eq!(line(Link::Ethernet, Look::default(), &SYN[..kept], SYN.len() as u32), expected, "{kept}");
    }
}

/// Whatever bytes there are: a line, and no panic.
#[test]
fn any_bytes() {
    let mut state = 1u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let seeds: [&[u8]; 6] = [
        SYN,
        b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\x45\0\0\x60\0\x01\0\0\x40\x11\0\0\x0a\0\0\x01\x0a\0\0\x02\0\x35\0\x35\0\x4c\0\0\0\x01\x81\x80\0\x01\0\x02\0\0\0\0\x01a\0\0\x01\0\x01\xc0\x0c",
        b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\x45\0\x01\x60\0\x01\0\0\x40\x11\0\0\x0a\0\0\x01\x0a\0\0\x02\0\x44\0\x43\x01\x4c\0\0\x01\x01\x06",
        b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x86\xdd\x60\0\0\0\0\x20\x3a\xff\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x87\0\0\0\0\0\0\0",
        b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\x45\0\0\x60\0\x01\0\0\x40\x11\0\0\x0a\0\0\x01\x0a\0\0\x02\0\x35\x12\xb5\0\x4c\0\0\x08\0\0\0\0\0\x2a\0",
        b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\0\x26\x42\x42\x03\0\0\0\0\0\x80",
    ];
    for round in 0..20_000 {
        let mut packet = seeds[round % seeds.len()].to_vec();
        packet.extend((0..random() % 120).map(|_| (random() >> 20) as u8 & if round % 3 == 0 { 0x07 } else { 0xff }));
        for _ in 0..random() % 4 {
            let at = random() as usize % packet.len();
            packet[at] = random() as u8;
        }
        let link = [Link::Ethernet, Link::Raw, Link::Cooked, Link::Cooked2][random() as usize % 8 % 5 % 4];
        let kept = random() as usize % packet.len() + 1;
        let more = (random() % 3 * 40) as u32;
        let look = Look {
            verbose: (round % 4) as u8,
            link_layer: round % 5 == 0,
            quiet: round % 11 == 0,
            hex_ascii: (round % 7 / 5) as u8,
            ..Look::default()
        };
        assert!(line(link, look, &packet[..kept], kept as u32 + more).ends_with('\n'));
    }
}
