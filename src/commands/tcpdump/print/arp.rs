//! ARP and RARP (RFC 826).

use super::link::ETHER_TYPES;
use super::names::colons;
use super::{Names16, Printer, Shown, name_or};
use crate::packet::{Bytes, Cut};

const OPERATIONS: &Names16 = &[
    (1, "Request"),
    (2, "Reply"),
    (3, "Reverse Request"),
    (4, "Reverse Reply"),
    (8, "Inverse Request"),
    (9, "Inverse Reply"),
    (10, "NACK Reply"),
];

const HARDWARE: &Names16 = &[
    (1, "Ethernet"),
    (6, "TokenRing"),
    (7, "ArcNet"),
    (15, "FrameRelay"),
    (23, "Strip"),
    (24, "IEEE 1394"),
    (19, "ATM"),
    (32, "InfiniBand"),
];

const IP: u16 = 0x0800;
const TRAIL: u16 = 0x1000;
const HEADER: usize = 8;

/// The header of a packet, and where its addresses are.
struct Arp<'a> {
    bytes: Bytes<'a>,
    protocol: u16,
    hardware_len: usize,
    protocol_len: usize,
}

impl<'a> Arp<'a> {
    fn hardware(&self, is_target: bool) -> Result<&'a [u8], Cut> {
        let at = HEADER + if is_target { self.hardware_len + self.protocol_len } else { 0 };
        self.bytes.slice(at, self.hardware_len)
    }

    fn address_at(&self, is_target: bool) -> usize {
        HEADER + self.hardware_len + if is_target { self.hardware_len + self.protocol_len } else { 0 }
    }
}

impl Printer {
    pub(super) fn arp(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "arp";
        let header = bytes.first(HEADER);
        if !header.has(HEADER) {
            return Err(Cut);
        }
        let (hardware, operation) = (bytes.u16(0)?, bytes.u16(6)?);
        let arp = Arp {
            bytes,
            protocol: bytes.u16(2)?,
            hardware_len: bytes.u8(4)?.into(),
            protocol_len: bytes.u8(5)?.into(),
        };
        bytes.slice(arp.address_at(true), arp.protocol_len)?;
        if !self.look.link_layer {
            self.text("ARP, ");
        }
        let verbose = self.look.verbose > 0;
        let is_ip = matches!(arp.protocol, IP | TRAIL);
        if !is_ip || arp.protocol_len != 4 || arp.hardware_len == 0 || verbose {
            let hardware = name_or(HARDWARE, hardware.into(), |number| format!("Unknown Hardware ({number})"));
            let protocol = name_or(ETHER_TYPES, arp.protocol.into(), |n| format!("Unknown Protocol (0x{n:04x})"));
            let (hardware_len, protocol_len) = (arp.hardware_len, arp.protocol_len);
            self.say(format_args!("{hardware} (len {hardware_len}), {protocol} (len {protocol_len})"));
            if !verbose {
                self.say(format_args!(", length {length}"));
                return Ok(());
            }
        }
        let name = name_or(OPERATIONS, operation.into(), |number| format!("Unknown ({number})"));
        self.say(format_args!("{}{name} ", if verbose { ", " } else { "" }));
        match operation {
            1 => {
                self.text("who-has ");
                self.arp_address(&arp, true)?;
                let target = arp.hardware(true)?;
                if target.iter().any(|&byte| byte != 0) {
                    let target = self.arp_hardware(target);
                    self.say(format_args!(" ({target})"));
                }
                self.text(" tell ");
                self.arp_address(&arp, false)?;
            }
            2 => {
                self.arp_address(&arp, false)?;
                let source = self.arp_hardware(arp.hardware(false)?);
                self.say(format_args!(" is-at {source}"));
            }
            3 | 8 => {
                let (target, source) = (arp.hardware(true)?, arp.hardware(false)?);
                let (target, source) = (self.arp_hardware(target), self.arp_hardware(source));
                self.say(format_args!("who-is {target} tell {source}"));
            }
            4 | 9 => {
                let hardware = self.arp_hardware(arp.hardware(operation == 4)?);
                self.say(format_args!("{hardware} at "));
                self.arp_address(&arp, operation == 4)?;
            }
            _ => return self.hex_ascii(bytes, bytes.len()),
        }
        self.say(format_args!(", length {length}"));
        Ok(())
    }

    fn arp_hardware(&self, address: &[u8]) -> String {
        match (address, <[u8; 6]>::try_from(address)) {
            ([], _) => "<empty>".into(),
            (_, Ok(mac)) => self.names.mac(mac),
            _ => colons(address),
        }
    }

    fn arp_address(&mut self, arp: &Arp<'_>, is_target: bool) -> Shown {
        if !matches!(arp.protocol, IP | TRAIL) {
            self.text("<wrong proto type>");
        } else if arp.protocol_len != 4 {
            self.text("<wrong len>");
        } else {
            let address = self.ip4(arp.bytes, arp.address_at(is_target))?;
            self.text(&address);
        }
        Ok(())
    }
}
