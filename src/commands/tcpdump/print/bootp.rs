//! BOOTP and DHCP (RFC 951, 2131, 2132).

use super::{Names16, Printer, Shown, flags, name_or, named};
use crate::packet::{Bytes, Cut};

const OPTIONS_AT: usize = 236;
const COOKIE: u32 = 0x6382_5363;

/// Options: number, how the value looks, and name. `i` are addresses, `p` pairs of them, `l` and `L` numbers of 32 bits
/// without and with a sign, `s` of 16 bits, `b` bytes, `a` text, `B` yes or no, `$` none of these.
const OPTIONS: &[(u8, char, &str)] = &[
    (0, ' ', "PAD"),
    (1, 'i', "Subnet-Mask"),
    (2, 'L', "Time-Zone"),
    (3, 'i', "Default-Gateway"),
    (4, 'i', "Time-Server"),
    (5, 'i', "IEN-Name-Server"),
    (6, 'i', "Domain-Name-Server"),
    (7, 'i', "LOG"),
    (8, 'i', "CS"),
    (9, 'i', "LPR-Server"),
    (10, 'i', "IM"),
    (11, 'i', "RL"),
    (12, 'a', "Hostname"),
    (13, 's', "BS"),
    (255, ' ', "END"),
    (14, 'a', "DP"),
    (15, 'a', "Domain-Name"),
    (16, 'i', "SS"),
    (17, 'a', "RP"),
    (18, 'a', "EP"),
    (19, 'B', "IPF"),
    (20, 'B', "SRT"),
    (21, 'p', "PF"),
    (22, 's', "RSZ"),
    (23, 'b', "TTL"),
    (24, 'l', "MTU-Timeout"),
    (25, 's', "MTU-Table"),
    (26, 's', "MTU"),
    (27, 'B', "LSN"),
    (28, 'i', "BR"),
    (29, 'B', "MD"),
    (30, 'B', "MS"),
    (31, 'B', "Router-Discovery"),
    (32, 'i', "RSA"),
    (33, 'p', "Static-Route"),
    (34, 'B', "UT"),
    (35, 'l', "AT"),
    (36, 'B', "IE"),
    (37, 'b', "TT"),
    (38, 'l', "KI"),
    (39, 'B', "KG"),
    (40, 'a', "YD"),
    (41, 'i', "YS"),
    (42, 'i', "NTP"),
    (43, 'b', "Vendor-Option"),
    (44, 'i', "Netbios-Name-Server"),
    (45, 'i', "WDD"),
    (46, '$', "Netbios-Node"),
    (47, 'a', "Netbios-Scope"),
    (48, 'i', "XFS"),
    (49, 'i', "XDM"),
    (64, 's', "N+D"),
    (65, 'i', "N+S"),
    (68, 'i', "MH"),
    (69, 'i', "SMTP"),
    (70, 'i', "POP3"),
    (71, 'i', "NNTP"),
    (72, 'i', "WWW"),
    (73, 'i', "FG"),
    (74, 'i', "IRC"),
    (75, 'i', "STS"),
    (76, 'i', "STDA"),
    (50, 'i', "Requested-IP"),
    (51, 'l', "Lease-Time"),
    (52, '$', "OO"),
    (66, 'a', "TFTP"),
    (67, 'a', "BF"),
    (53, ' ', "DHCP-Message"),
    (54, 'i', "Server-ID"),
    (55, 'b', "Parameter-Request"),
    (56, 'a', "MSG"),
    (57, 's', "MSZ"),
    (58, 'l', "RN"),
    (59, 'l', "RB"),
    (60, 'a', "Vendor-Class"),
    (61, '$', "Client-ID"),
    (98, 'a', "UAP"),
    (116, 'B', "NOAUTO"),
    (78, 'b', "SLP-DA"),
    (79, 'b', "SLP-SCOPE"),
    (117, 's', "NSSEARCH"),
    (77, '$', "User-Class"),
    (118, 'i', "SUBNET"),
    (121, '$', "Classless-Static-Route"),
    (249, '$', "Classless-Static-Route-Microsoft"),
    (150, 'i', "TFTP-Server-Address"),
    (80, 'a', "SLP-NA"),
    (81, '$', "FQDN"),
    (82, '$', "Agent-Information"),
    (83, 'b', "ARMT"),
    (88, 'a', "TZSTR"),
    (89, 'b', "FQDNS"),
    (90, 'b', "AUTH"),
    (91, 'L', "Last-Transaction-Time"),
    (92, 'i', "Associated-IP"),
    (93, 's', "ARCH"),
    (94, 'b', "NDI"),
    (97, 'b', "GUID"),
    (95, 'a', "LDAP"),
    (100, 'a', "POSIX-TZ"),
    (101, 'a', "TZ-Name"),
    (112, 'i', "NI"),
    (113, 'a', "NITAG"),
    (114, 'a', "URL"),
    (161, 'a', "MUD-URL"),
];

const MESSAGES: &Names16 = &[
    (1, "Discover"),
    (2, "Offer"),
    (3, "Request"),
    (4, "Decline"),
    (5, "ACK"),
    (6, "NACK"),
    (7, "Release"),
    (8, "Inform"),
    (10, "LeaseQuery"),
    (11, "LeaseUnassigned"),
    (12, "LeaseUnknown"),
    (13, "LeaseActive"),
];

const HARDWARE: &Names16 =
    &[(1, "ether"), (6, "ieee802"), (7, "arcnet"), (15, "frelay"), (23, "strip"), (24, "ieee1394")];

const PAD: u8 = 0;
const END: u8 = 255;
const NODE_TYPE: u8 = 46;
const OVERLOAD: u8 = 52;
const MESSAGE: u8 = 53;
const REQUESTED: u8 = 55;
const CLIENT_ID: u8 = 61;
const USER_CLASS: u8 = 77;
const CLIENT_NAME: u8 = 81;
const AGENT: u8 = 82;

fn option(number: u8) -> (char, &'static str) {
    OPTIONS.iter().find(|(known, ..)| *known == number).map_or(('?', "Unknown"), |(_, kind, name)| (*kind, name))
}

impl Printer {
    pub(super) fn bootp(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "bootp";
        let operation = bytes.u8(0)?;
        let name = name_or(&[(1, "Request"), (2, "Reply")], operation.into(), |n| format!("unknown (0x{n:02x})"));
        self.say(format_args!("BOOTP/DHCP, {name}"));
        let (kind, len) = (bytes.u8(1)?, bytes.u8(2)?);
        let is_ether = (kind, len) == (1, 6);
        if is_ether && operation == 1 {
            let mac = self.mac(bytes, 28)?;
            self.say(format_args!(" from {mac}"));
        }
        self.say(format_args!(", length {length}"));
        if self.look.verbose == 0 {
            return Ok(());
        }
        bytes.u16(8)?;
        if kind != 1 {
            self.say(format_args!(", htype {kind}"));
        }
        if !is_ether {
            self.say(format_args!(", hlen {len}"));
        }
        match bytes.u8(3)? {
            0 => {}
            hops => self.say(format_args!(", hops {hops}")),
        }
        match bytes.u32(4)? {
            0 => {}
            transaction => self.say(format_args!(", xid 0x{transaction:x}")),
        }
        match bytes.u16(8)? {
            0 => {}
            seconds => self.say(format_args!(", secs {seconds}")),
        }
        let bits = bytes.u16(10)?;
        let shown = flags(&[(0x8000, "Broadcast")], bits.into(), "none", ", ");
        self.say(format_args!(", Flags [{shown}]"));
        if self.look.verbose > 1 {
            self.say(format_args!(" (0x{bits:04x})"));
        }
        for (name, at) in [("Client", 12), ("Your", 16), ("Server", 20), ("Gateway", 24)] {
            if bytes.u32(at)? != 0 {
                let address = self.ip4(bytes, at)?;
                self.say(format_args!("\n\t  {name}-IP {address}"));
            }
        }
        if is_ether {
            let mac = self.mac(bytes, 28)?;
            self.say(format_args!("\n\t  Client-Ethernet-Address {mac}"));
        }
        for (name, at, len) in [("sname", 44, 64), ("file", 108, 128)] {
            if bytes.u8(at)? != 0 {
                self.say(format_args!("\n\t  {name} \""));
                let is_whole = self.string(bytes.from(at), len);
                self.text("\"");
                if !is_whole {
                    self.cut();
                    return Ok(());
                }
            }
        }
        match bytes.u32(OPTIONS_AT)? {
            COOKIE => self.dhcp_options(bytes.from(OPTIONS_AT)),
            0 => Ok(()),
            other => {
                self.say(format_args!("\n\t  Vendor-#0x{other:x}"));
                Ok(())
            }
        }
    }

    /// A text that a NUL ends, in `len` bytes; whether it was ended.
    fn string(&mut self, bytes: Bytes<'_>, len: usize) -> bool {
        let field = bytes.first(len).0;
        let end = field.iter().position(|&byte| byte == 0);
        self.characters(Bytes(field), end.unwrap_or(field.len()));
        end.is_some()
    }

    fn dhcp_options(&mut self, bytes: Bytes<'_>) -> Shown {
        self.text("\n\t  Vendor-rfc1048 Extensions");
        self.say(format_args!("\n\t    Magic Cookie 0x{:08x}", bytes.u32(0)?));
        let mut at = 4;
        while at < bytes.len() {
            let number = bytes.u8(at)?;
            at += 1;
            let is_marker = matches!(number, PAD | END);
            if is_marker && self.look.verbose < 3 {
                match number {
                    PAD => continue,
                    _ => return Ok(()),
                }
            }
            let len = if is_marker {
                0
            } else {
                let len = usize::from(bytes.u8(at)?);
                at += 1;
                len
            };
            let (kind, name) = option(number);
            let colon = if len > 0 { ": " } else { "" };
            self.say(format_args!("\n\t    {name} ({number}), length {len}{colon}"));
            if number == PAD {
                let more = bytes.from(at).0.iter().take_while(|&&byte| byte == PAD).count();
                at += more;
                if more > 0 {
                    self.say(format_args!(", occurs {}", more + 1));
                }
            }
            let Ok(value) = bytes.slice(at, len) else {
                self.cut();
                return Ok(());
            };
            at += len;
            let left = self.dhcp_value(number, kind, Bytes(value))?;
            if left > 0 {
                self.say(format_args!("\n\t  trailing data length {left}"));
            }
        }
        Ok(())
    }

    /// The value of an option; what remains of it.
    fn dhcp_value(&mut self, number: u8, kind: char, value: Bytes<'_>) -> Result<usize, Cut> {
        let len = value.len();
        match (number, len) {
            (MESSAGE, 1) => {
                let name = name_or(MESSAGES, value.u8(0)?.into(), |number| format!("Unknown ({number})"));
                self.text(&name);
                return Ok(0);
            }
            (REQUESTED, _) => {
                for (at, &number) in value.0.iter().enumerate() {
                    self.text(if at % 4 == 0 { "\n\t      " } else { ", " });
                    self.say(format_args!("{} ({number})", option(number).1));
                }
                return Ok(0);
            }
            _ => {}
        }
        let kind = match (kind, len & 1, len & 2) {
            ('?', 1, _) => 'b',
            ('?', _, 2) => 's',
            ('?', ..) => 'l',
            (kind, ..) => kind,
        };
        let width = match kind {
            'a' => {
                self.quoted(value);
                return Ok(0);
            }
            '$' => return self.dhcp_special(number, value),
            'i' | 'l' | 'L' => 4,
            'p' => 8,
            's' => 2,
            _ => 1,
        };
        let separator = if matches!(kind, 'i' | 'l' | 'L' | 'p' | 's' | 'B') { "," } else { "." };
        for at in (0..len / width * width).step_by(width) {
            self.text(if at == 0 { "" } else { separator });
            match kind {
                'i' => {
                    let address = self.ip4(value, at)?;
                    self.text(&address);
                }
                'p' => {
                    let (first, second) = (self.ip4(value, at)?, self.ip4(value, at + 4)?);
                    self.say(format_args!("({first}:{second})"));
                }
                'l' => self.say(format_args!("{}", value.u32(at)?)),
                'L' => self.say(format_args!("{}", value.u32(at)?.cast_signed())),
                's' => self.say(format_args!("{}", value.u16(at)?)),
                'B' => match value.u8(at)? {
                    0 => self.text("N"),
                    1 => self.text("Y"),
                    other => self.say(format_args!("{other}?")),
                },
                _ => self.say(format_args!("{}", value.u8(at)?)),
            }
        }
        Ok(len % width)
    }

    fn quoted(&mut self, value: Bytes<'_>) {
        self.text("\"");
        self.characters(value, value.len());
        self.text("\"");
    }

    fn too_short(&mut self, least: usize) -> Result<usize, Cut> {
        self.say(format_args!("[ERROR: length < {least} bytes]"));
        Ok(0)
    }

    /// Options that look like no other; what remains of them.
    fn dhcp_special(&mut self, number: u8, value: Bytes<'_>) -> Result<usize, Cut> {
        let len = value.len();
        match number {
            NODE_TYPE | OVERLOAD | CLIENT_ID if len < 1 => self.too_short(1),
            NODE_TYPE => {
                const NODES: &Names16 = &[(1, "b-node"), (2, "p-node"), (4, "m-node"), (8, "h-node")];
                let name = name_or(NODES, value.u8(0)?.into(), |number| format!("#{number}"));
                self.text(&name);
                Ok(len - 1)
            }
            OVERLOAD => {
                const FIELDS: &Names16 = &[(1, "file"), (2, "sname"), (3, "file+sname")];
                let name = name_or(FIELDS, value.u8(0)?.into(), |number| format!("#{number}"));
                self.text(&name);
                Ok(len - 1)
            }
            CLIENT_ID => {
                match value.u8(0)? {
                    0 => self.quoted(value.from(1)),
                    kind => {
                        let name = name_or(HARDWARE, kind.into(), |number| format!("hardware-type {number},"));
                        let id = super::names::colons(value.from(1).0);
                        self.say(format_args!("{name} {id}"));
                    }
                }
                Ok(0)
            }
            CLIENT_NAME if len < 3 => self.too_short(3),
            CLIENT_NAME => {
                const FLAGS: &Names16 = &[(1, "S"), (2, "O"), (4, "E"), (8, "N")];
                let bits = value.u8(0)?;
                if bits & 0xf0 != 0 {
                    self.say(format_args!("[ERROR: MBZ nibble 0x{:x} != 0] ", bits >> 4));
                }
                if bits & 0x0f != 0 {
                    let shown = flags(FLAGS, bits.into(), "", "");
                    self.say(format_args!("[{shown}] "));
                }
                let (first, second) = (value.u8(1)?, value.u8(2)?);
                if first != 0 || second != 0 {
                    self.say(format_args!("{first}/{second} "));
                }
                self.quoted(value.from(3));
                Ok(0)
            }
            USER_CLASS if len < 2 => self.too_short(2),
            USER_CLASS => self.user_classes(value),
            AGENT => self.agent(value),
            _ if len < 5 => self.too_short(5),
            _ => self.classless_routes(value),
        }
    }

    fn user_classes(&mut self, value: Bytes<'_>) -> Result<usize, Cut> {
        let (mut rest, mut instance) = (value, 1);
        while !rest.is_empty() {
            let len = usize::from(rest.u8(0)?);
            rest = rest.from(1);
            self.say(format_args!("\n\t      instance#{instance}: "));
            if len == 0 {
                self.text("[ERROR: suboption length must be non-zero]");
                break;
            }
            if !rest.has(len) {
                self.text("[ERROR: invalid option]");
                break;
            }
            self.quoted(rest.first(len));
            self.say(format_args!(", length {len}"));
            rest = rest.from(len);
            instance += 1;
        }
        Ok(0)
    }

    /// What a relay says of where a request came from (RFC 3046).
    fn agent(&mut self, value: Bytes<'_>) -> Result<usize, Cut> {
        const PARTS: &Names16 = &[(1, "Circuit-ID"), (2, "Remote-ID"), (6, "Subscriber-ID")];
        let mut rest = value;
        while rest.has(2) {
            let (number, len) = (rest.u8(0)?, usize::from(rest.u8(1)?));
            rest = rest.from(2);
            let name = named(PARTS, number.into());
            self.say(format_args!("\n\t      {} SubOption {number}, length {len}: ", name.unwrap_or("Unknown")));
            if !rest.has(len) {
                self.text("length goes past end of option");
                return Ok(0);
            }
            match name {
                Some(_) => {
                    self.characters(rest, len);
                }
                None => self.unknown("\n\t\t", rest, len),
            }
            rest = rest.from(len);
        }
        Ok(rest.len())
    }

    /// Routes with their prefixes' lengths (RFC 3442).
    fn classless_routes(&mut self, value: Bytes<'_>) -> Result<usize, Cut> {
        let mut rest = value;
        while !rest.is_empty() {
            self.text(if rest.len() == value.len() { "" } else { "," });
            let width = rest.u8(0)?;
            rest = rest.from(1);
            if width > 32 {
                self.say(format_args!("[ERROR: Mask width ({width}) > 32]"));
                return Ok(0);
            }
            let octets = usize::from(width.div_ceil(8));
            if !rest.has(octets + 4) {
                let len = rest.len();
                self.say(format_args!("[ERROR: Remaining length ({len}) < {} bytes]", octets + 4));
                return Ok(0);
            }
            let router = self.ip4(rest, octets)?;
            if width == 0 {
                self.say(format_args!("(default:{router})"));
            } else {
                let mut net = [0; 4];
                net[..octets].copy_from_slice(rest.slice(0, octets)?);
                let [a, b, c, d] = net;
                self.say(format_args!("({a}.{b}.{c}.{d}/{width}:{router})"));
            }
            rest = rest.from(octets + 4);
        }
        Ok(0)
    }
}
