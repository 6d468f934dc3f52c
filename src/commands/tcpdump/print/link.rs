//! Link-layer headers: Ethernet with VLAN tags, Linux' cooked ones, none. 802.2 as far as bridges use it.

use super::{Names16, Printer, Shown, flags, name_or, named};
use crate::packet::{Bytes, Cut};
use crate::sys;

pub(super) const ETHER_TYPES: &Names16 = &[
    (0x0800, "IPv4"),
    (0x8847, "MPLS unicast"),
    (0x8848, "MPLS multicast"),
    (0x86dd, "IPv6"),
    (0x8100, "802.1Q"),
    (0x9100, "802.1Q-9100"),
    (0x88a8, "802.1Q-QinQ"),
    (0x9200, "802.1Q-9200"),
    (0x88e5, "802.1AE MACsec"),
    (0x0200, "PUP"),
    (0x0806, "ARP"),
    (0x8035, "Reverse ARP"),
    (0x0600, "NS"),
    (0x0500, "Sprite"),
    (0x1000, "Trail"),
    (0x6001, "MOP DL"),
    (0x6002, "MOP RC"),
    (0x6003, "DN"),
    (0x6004, "LAT"),
    (0x6007, "SCA"),
    (0x6558, "TEB"),
    (0x8038, "Lanbridge"),
    (0x803c, "DECDNS"),
    (0x803e, "DECDTS"),
    (0x805b, "VEXP"),
    (0x805c, "VPROD"),
    (0x81c5, "Arista Vendor Specific Protocol"),
    (0x809b, "Appletalk"),
    (0x80f3, "Appletalk ARP"),
    (0x8137, "IPX"),
    (0x880b, "PPP"),
    (0x8808, "MPCP"),
    (0x8809, "Slow Protocols"),
    (0x8863, "PPPoE D"),
    (0x8864, "PPPoE S"),
    (0x3c12, "PPPoE D2"),
    (0x3c13, "PPPoE S2"),
    (0x888e, "EAPOL"),
    (0x8899, "Realtek protocols"),
    (0x886f, "MS NLB heartbeat"),
    (0x8870, "Jumbo"),
    (0x894f, "NSH"),
    (0x9000, "Loopback"),
    (0xfefe, "OSI"),
    (0x00fe, "GRE-OSI"),
    (0xabcd, "CFM (old)"),
    (0x8902, "CFM"),
    (0x893a, "IEEE1905.1"),
    (0x88cc, "LLDP"),
    (0x88ca, "TIPC"),
    (0x0707, "GeoNet (old)"),
    (0x8947, "GeoNet"),
    (0x1111, "CALM FAST"),
    (0x88a2, "AoE"),
    (0x88f7, "PTP"),
    (0xd28b, "Arista Vendor Specific Protocol"),
];

const TAGS: [u16; 4] = [0x8100, 0x9100, 0x9200, 0x88a8];
/// The greatest number in the place of an EtherType that is a length (IEEE 802.3).
const MAX_LENGTH: u16 = 1500;
const JUMBO: u16 = 0x8870;
const LLC: u16 = 4;

const SERVICE_POINTS: &Names16 = &[
    (0x00, "Null"),
    (0xff, "Global"),
    (0x02, "802.1B I"),
    (0x03, "802.1B G"),
    (0x04, "SNA"),
    (0x06, "IP"),
    (0x0e, "ProWay NM"),
    (0x42, "STP"),
    (0x4e, "RS511"),
    (0x7e, "ISO8208"),
    (0x8e, "ProWay"),
    (0xaa, "SNAP"),
    (0xe0, "IPX"),
    (0xf0, "NetBeui"),
    (0xfe, "OSI"),
];

/// Who sent a cooked packet, and to whom.
const PACKET_TYPES: &Names16 = &[(0, "In"), (1, "B"), (2, "M"), (3, "P"), (4, "Out")];

fn tag(tci: u16) -> String {
    format!("vlan {}, p {}{}", tci & 0xfff, tci >> 13, if tci & 0x1000 == 0 { "" } else { ", DEI" })
}

fn bridge(bytes: Bytes<'_>, at: usize) -> Result<String, Cut> {
    let id: [u8; 8] = bytes.array(at)?;
    Ok(format!("{:02x}{:02x}.{}", id[0], id[1], super::names::colons(&id[2..])))
}

impl Printer {
    fn ether_type_name(&mut self, number: u16) {
        let number = u32::from(number);
        if self.look.quiet {
            let text = name_or(ETHER_TYPES, number, |n| format!("Unknown Ethertype (0x{n:04x})"));
            self.text(&text);
        } else {
            let name = named(ETHER_TYPES, number).unwrap_or("Unknown");
            self.say(format_args!("ethertype {name} (0x{number:04x})"));
        }
    }

    pub(super) fn ethernet_frame(&mut self, bytes: Bytes<'_>, length: u32) -> Result<usize, Cut> {
        self.ethernet(bytes, length)
    }

    /// A frame, and the length of its header.
    pub(super) fn ethernet(&mut self, bytes: Bytes<'_>, length: u32) -> Result<usize, Cut> {
        self.protocol = "ether";
        if (length as usize) < bytes.len() {
            self.say(format_args!("[length {length} < caplen {}]", bytes.len()));
            self.invalid();
            return Ok(length as usize);
        }
        if !bytes.has(14) {
            self.cut();
            return Ok(bytes.len());
        }
        let ends = (self.mac(bytes, 6)?, self.mac(bytes, 0)?);
        if self.look.link_layer {
            self.say(format_args!("{} > {}, ", ends.0, ends.1));
        }
        let mut at = 14;
        let mut ether_type = bytes.u16(12)?;
        let mut length_shown = false;
        while TAGS.contains(&ether_type) {
            if !bytes.has(at + 4) {
                self.protocol = "vlan";
                self.cut();
                return Ok(bytes.len());
            }
            if self.look.link_layer {
                self.ether_type_name(ether_type);
                match length_shown {
                    true => self.text(", "),
                    false => self.say(format_args!(", length {length}: ")),
                }
                length_shown = true;
                self.text(&tag(bytes.u16(at)?));
                self.text(", ");
            }
            ether_type = bytes.u16(at + 2)?;
            at += 4;
        }
        let payload = bytes.from(at);
        let rest = length - at as u32;
        match ether_type {
            ..=MAX_LENGTH => {
                let rest = rest.min(ether_type.into());
                if self.look.link_layer {
                    self.text("802.3");
                    if !length_shown {
                        self.say(format_args!(", length {rest}: "));
                    }
                }
                return Ok(at + self.llc(payload.first(rest as usize), rest, Some(ends))?);
            }
            JUMBO => return Ok(at + self.llc(payload, rest, Some(ends))?),
            _ => {}
        }
        if self.look.link_layer {
            self.ether_type_name(ether_type);
            match length_shown {
                true => self.text(", "),
                false => self.say(format_args!(", length {length}: ")),
            }
        }
        if !self.payload(ether_type, payload, rest)? {
            if !self.look.link_layer {
                self.say(format_args!("{} > {}, ", ends.0, ends.1));
                self.ether_type_name(ether_type);
                self.say(format_args!(", length {length}: "));
            }
            self.raw_data(payload)?;
        }
        Ok(at)
    }

    /// What is not decoded, unless less is wanted or it is shown in hexadecimal anyway.
    fn raw_data(&mut self, bytes: Bytes<'_>) -> Shown {
        match (self.look.hex_ascii, self.look.hex, self.look.quiet) {
            (0, 0, false) => self.hex_ascii(bytes, bytes.len()),
            _ => Ok(()),
        }
    }

    /// What an EtherType stands for; false where it is none of those that are known.
    pub(super) fn payload(&mut self, ether_type: u16, bytes: Bytes<'_>, length: u32) -> Result<bool, Cut> {
        match ether_type {
            0x0800 => self.ip(bytes, length)?,
            0x86dd => self.ip6(bytes, length)?,
            0x0806 | 0x8035 => self.arp(bytes, length)?,
            0x6558 => {
                self.ethernet(bytes, length)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// 802.2: spanning trees, SNAP and plain unnumbered frames.
    fn llc(&mut self, bytes: Bytes<'_>, length: u32, ends: Option<(String, String)>) -> Result<usize, Cut> {
        self.protocol = "llc";
        if !bytes.has(3) {
            self.cut();
            self.hex_ascii(bytes, bytes.len())?;
            return Ok(bytes.len());
        }
        let (destination, source) = (bytes.u8(0)?, bytes.u8(1)?);
        let is_unnumbered = bytes.u8(2)? & 3 == 3;
        let header = if is_unnumbered { 3 } else { 4 };
        if !bytes.has(header) {
            self.cut();
            self.hex_ascii(bytes, bytes.len())?;
            return Ok(bytes.len());
        }
        let control = match is_unnumbered {
            true => bytes.u8(2)?.into(),
            false => bytes.u16(2)?.swap_bytes(),
        };
        let (to, from) = (destination & !1, source & !1);
        let point = |number: u8| named(SERVICE_POINTS, number.into());
        if self.look.link_layer {
            let group = if destination & 1 == 0 { "Individual" } else { "Group" };
            let response = if source & 1 == 0 { "Command" } else { "Response" };
            self.say(format_args!(
                "LLC, dsap {} (0x{to:02x}) {group}, ssap {} (0x{from:02x}) {response}",
                point(to).unwrap_or("Unknown"),
                point(from).unwrap_or("Unknown"),
            ));
            match is_unnumbered {
                true => self.say(format_args!(", ctrl 0x{control:02x}: ")),
                false => self.say(format_args!(", ctrl 0x{control:04x}: ")),
            }
        }
        let (payload, rest) = (bytes.from(header), length - header as u32);
        if (to, from, control) == (0xaa, 0xaa, 3) {
            self.protocol = "snap";
            if !payload.has(5) || rest < 5 {
                self.cut();
                return Ok(header + 5);
            }
        }
        match (to, from, control) {
            (0xaa, 0xaa, 3) if payload.u24(0)? == 0 => {
                let ether_type = payload.u16(3)?;
                if self.look.link_layer {
                    let name = named(ETHER_TYPES, ether_type.into()).unwrap_or("Unknown");
                    self.say(format_args!(
                        "oui Ethernet (0x000000), ethertype {name} (0x{ether_type:04x}), length {}: ",
                        rest - 5
                    ));
                }
                if !self.payload(ether_type, payload.from(5), rest - 5)? {
                    if let Some((source, destination)) = ends.filter(|_| !self.look.link_layer) {
                        let name = named(ETHER_TYPES, ether_type.into()).unwrap_or("Unknown");
                        let len = rest - 5;
                        self.say(format_args!("{source} > {destination} SNAP, "));
                        self.say(format_args!("ethertype {name} (0x{ether_type:04x}), length {len}: "));
                    }
                    self.raw_data(payload.from(5))?;
                }
                return Ok(header + 5);
            }
            (0x42, 0x42, 3) => {
                self.spanning_tree(payload, rest)?;
                return Ok(header);
            }
            (0x06, 0x06, 3) => {
                self.ip(payload, rest)?;
                return Ok(header);
            }
            _ => {}
        }
        if !self.look.link_layer {
            let to = point(to).map_or_else(|| format!("Unknown DSAP 0x{to:02x}"), str::to_string);
            let from_name = point(from).map_or_else(|| format!("Unknown SSAP 0x{from:02x}"), str::to_string);
            let is_one = destination & !1 == from;
            match ends {
                Some((source, destination)) if is_one => self.say(format_args!("{source} > {destination} {to} ")),
                Some((source, destination)) => {
                    self.say(format_args!("{source} {from_name} > {destination} {to} "));
                }
                None if is_one => self.say(format_args!("{to} ")),
                None => self.say(format_args!("{from_name} > {to} ")),
            }
        }
        if is_unnumbered {
            let command = match control & 0xef {
                0x03 => "ui".to_string(),
                0xe3 => "test".to_string(),
                0xaf => "xid".to_string(),
                0x0f => "dm".to_string(),
                0x43 => "disc".to_string(),
                0x63 => "ua".to_string(),
                0x6f => "sabme".to_string(),
                0x87 => "frmr".to_string(),
                other => format!("{other:02x}"),
            };
            let poll = match (source & 1, control & 0x10) {
                (0, 0) => "Command",
                (1, 0) => "Response",
                (0, _) => "Poll",
                _ => "Final",
            };
            self.say(format_args!("Unnumbered, {command}, Flags [{poll}], length {length}"));
            if control & 0xef == 0xaf && (rest == 0 || self.exchange(payload)?) {
                return Ok(header);
            }
        }
        if !is_unnumbered {
            let sequences = (control >> 1 & 0x7f, control >> 9);
            let flag = match (source & 1, control & 0x0100) {
                (0, 0) => "Command",
                (1, 0) => "Response",
                (0, _) => "Poll",
                _ => "Final",
            };
            if control & 3 == 1 {
                let command = ["Receiver Ready", "Receiver not Ready", "Reject", "?"][usize::from(control >> 2 & 3)];
                let next = sequences.1;
                self.say(format_args!("Supervisory, {command}, rcv seq {next}, Flags [{flag}], length {length}"));
                return Ok(header);
            }
            let (sent, next) = sequences;
            self.say(format_args!("Information, send seq {sent}, rcv seq {next}, Flags [{flag}], length {length}"));
        }
        self.raw_data(bytes)?;
        Ok(header)
    }

    /// What stations exchange of themselves (XID); false where it is in no format that is known.
    fn exchange(&mut self, bytes: Bytes<'_>) -> Result<bool, Cut> {
        match (bytes.u8(0), bytes.array(1)) {
            (Err(Cut), _) => self.cut(),
            (Ok(0x81), Ok::<[u8; 2], _>([class, window])) => self.say(format_args!(": {class:02x} {window:02x}")),
            (Ok(0x81), Err(Cut)) => {
                self.cut();
                self.hex_ascii(bytes, bytes.len())?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Spanning tree, of the kinds that Linux bridges speak.
    fn spanning_tree(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        const FLAGS: &Names16 = &[
            (0x01, "Topology change"),
            (0x02, "Proposal"),
            (0x10, "Learn"),
            (0x20, "Forward"),
            (0x40, "Agreement"),
            (0x80, "Topology change ACK"),
        ];
        const ROLES: &Names16 = &[(0, "Unknown"), (1, "Alternate"), (2, "Root"), (3, "Designated")];
        self.protocol = "stp";
        if length < 4 {
            self.invalid();
            return Ok(());
        }
        if bytes.u16(0)? != 0 {
            self.say(format_args!("unknown STP version, length {length}"));
            return Ok(());
        }
        let version = bytes.u8(2)?;
        match version {
            0 => self.text("STP 802.1d"),
            2 => self.text("STP 802.1w"),
            3 => self.text("STP 802.1s"),
            other => {
                self.say(format_args!("STP Unknown STP protocol (0x{other:02x})"));
                return Ok(());
            }
        }
        let least = match bytes.u8(3)? {
            0x00 => {
                self.text(", Config");
                35
            }
            0x02 => {
                self.text(", Rapid STP");
                if version == 0 {
                    return Ok(());
                }
                36
            }
            0x80 => {
                self.text(", Topology Change");
                return Ok(());
            }
            other => {
                self.say(format_args!(", Unknown BPDU Type (0x{other:02x})"));
                return Ok(());
            }
        };
        if length < least {
            self.invalid();
            return Ok(());
        }
        let bits = bytes.u8(4)?;
        let shown = flags(FLAGS, bits.into(), "none", ", ");
        self.say(format_args!(", Flags [{shown}]"));
        let (id, port) = (bridge(bytes, 17)?, bytes.u16(25)?);
        self.say(format_args!(", bridge-id {id}.{port:04x}, length {length}"));
        if self.look.verbose == 0 {
            return Ok(());
        }
        let seconds = |at| bytes.u16(at).map(|number| f32::from(number) / 256.0);
        self.say(format_args!(
            "\n\tmessage-age {:.2}s, max-age {:.2}s, hello-time {:.2}s, forwarding-delay {:.2}s",
            seconds(27)?,
            seconds(29)?,
            seconds(31)?,
            seconds(33)?
        ));
        self.say(format_args!("\n\troot-id {}, root-pathcost {}", bridge(bytes, 5)?, bytes.u32(13)?));
        if version == 2 {
            let role = named(ROLES, (bits >> 2 & 3).into()).unwrap_or("Unknown");
            self.say(format_args!(", port-role {role}"));
        }
        Ok(())
    }

    /// No link-layer header at all.
    pub(super) fn raw(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "raw";
        if self.look.link_layer {
            self.text("ip: ");
        }
        self.protocol = "ipn";
        match bytes.u8(0)? >> 4 {
            4 => self.ip(bytes, length),
            6 => self.ip6(bytes, length),
            version => {
                self.say(format_args!("unknown ip {version}"));
                Ok(())
            }
        }
    }

    /// The 16 bytes that Linux' libpcap makes up for devices without a header.
    pub(super) fn cooked(&mut self, bytes: Bytes<'_>, length: u32) -> Result<usize, Cut> {
        const HEADER: usize = 16;
        self.protocol = "sll";
        if !bytes.has(HEADER) {
            self.cut();
            return Ok(0);
        }
        let ether_type = bytes.u16(14)?;
        if self.look.link_layer {
            self.cooked_header(bytes, length)?;
        }
        let (payload, rest) = (bytes.from(HEADER), length.wrapping_sub(HEADER as u32));
        let show = |printer: &mut Self| printer.cooked_header(bytes, length);
        Ok(HEADER + self.cooked_payload(ether_type, payload, rest, show)?)
    }

    fn cooked_header(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        let direction = named(PACKET_TYPES, bytes.u16(0)?.into()).unwrap_or("?");
        self.say(format_args!("{direction:>3} "));
        if bytes.u16(4)? == 6 {
            let mac = self.mac(bytes, 6)?;
            self.say(format_args!("{mac} "));
        }
        self.cooked_type(bytes.u16(14)?, length);
        Ok(())
    }

    fn cooked_type(&mut self, ether_type: u16, length: u32) {
        if self.look.quiet {
            return;
        }
        match ether_type {
            1 => self.text("802.3"),
            LLC => self.text("802.2"),
            other => {
                let name = named(ETHER_TYPES, other.into()).filter(|_| other > MAX_LENGTH).unwrap_or("Unknown");
                self.say(format_args!("ethertype {name} (0x{other:04x})"));
            }
        }
        self.say(format_args!(", length {length}: "));
    }

    /// The 20 bytes of the newer kind, with the device.
    pub(super) fn cooked2(&mut self, bytes: Bytes<'_>, length: u32) -> Result<usize, Cut> {
        const HEADER: usize = 20;
        self.protocol = "sll2";
        if !bytes.has(HEADER) {
            self.cut();
            return Ok(0);
        }
        let device = sys::device_name(bytes.u32(4)?).unwrap_or_else(|| b"?".to_vec());
        let direction = named(PACKET_TYPES, bytes.u8(10)?.into()).unwrap_or("?");
        self.say(format_args!("{:<5} {direction:<3} ", String::from_utf8_lossy(&device)));
        if self.look.link_layer {
            self.cooked2_header(bytes, length)?;
        }
        let (payload, rest) = (bytes.from(HEADER), length.wrapping_sub(HEADER as u32));
        let show = |printer: &mut Self| printer.cooked2_header(bytes, length);
        Ok(HEADER + self.cooked_payload(bytes.u16(0)?, payload, rest, show)?)
    }

    fn cooked2_header(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.say(format_args!("ifindex {} ", bytes.u32(4)?));
        if bytes.u8(11)? == 6 {
            let mac = self.mac(bytes, 12)?;
            self.say(format_args!("{mac} "));
        }
        self.cooked_type(bytes.u16(0)?, length);
        Ok(())
    }

    /// What stands behind a cooked header, and the length of tags in between.
    fn cooked_payload(
        &mut self,
        ether_type: u16,
        bytes: Bytes<'_>,
        length: u32,
        show_header: impl FnOnce(&mut Self) -> Shown,
    ) -> Result<usize, Cut> {
        let (mut ether_type, mut at) = (ether_type, 0);
        loop {
            let (payload, rest) = (bytes.from(at), length.wrapping_sub(at as u32));
            match ether_type {
                LLC => return Ok(at + self.llc(payload, rest, None)?),
                ..=MAX_LENGTH => self.raw_data(payload)?,
                0x8100 => {
                    if !payload.has(4) {
                        self.protocol = "vlan";
                        self.cut();
                        return Ok(at + payload.len());
                    }
                    if self.look.link_layer {
                        self.text(&tag(payload.u16(0)?));
                        self.text(", ");
                    }
                    ether_type = payload.u16(2)?;
                    if ether_type <= MAX_LENGTH {
                        ether_type = LLC;
                    }
                    if !self.look.quiet {
                        let name = named(ETHER_TYPES, ether_type.into()).unwrap_or("Unknown");
                        self.say(format_args!("ethertype {name}, "));
                    }
                    at += 4;
                    continue;
                }
                _ => {
                    if !self.payload(ether_type, payload, rest)? {
                        if !self.look.link_layer {
                            show_header(self)?;
                        }
                        self.raw_data(payload)?;
                    }
                }
            }
            return Ok(at);
        }
    }
}
