//! UDP (RFC 768).

use super::ip::{Carrier, UDP};
use super::{Printer, Shown, right_checksum};
use crate::packet::{Bytes, Cut};

const HEADER: u32 = 8;

impl Printer {
    /// Both ends, with their ports where those are there.
    fn udp_ends(&mut self, carrier: Carrier<'_>, ports: Option<(u16, u16)>) -> Result<(), Cut> {
        let (source, destination) = self.ends(carrier)?;
        let names = ports.map(|(from, to)| (self.names.port(from, false), self.names.port(to, false)));
        match (carrier.next()? == UDP, names) {
            (true, None) => self.say(format_args!("{source} > {destination}: ")),
            (true, Some((from, to))) => self.say(format_args!("{source}.{from} > {destination}.{to}: ")),
            (false, Some((from, to))) => self.say(format_args!("{from} > {to}: ")),
            (false, None) => {}
        }
        Ok(())
    }

    pub(super) fn udp(&mut self, bytes: Bytes<'_>, length: u32, carrier: Carrier<'_>, is_fragment: bool) -> Shown {
        self.protocol = "udp";
        if !bytes.has(4) {
            self.udp_ends(carrier, None)?;
            self.cut();
            return Ok(());
        }
        let (from, to) = (bytes.u16(0)?, bytes.u16(2)?);
        self.udp_ends(carrier, Some((from, to)))?;
        if length < HEADER {
            self.say(format_args!("truncated-udp {length}"));
            return Ok(());
        }
        let Ok(says) = bytes.u16(4) else {
            self.cut();
            return Ok(());
        };
        let says = if says == 0 && length > 65535 { length } else { says.into() };
        let Some(says) = says.checked_sub(HEADER) else {
            self.say(format_args!("truncated-udplength {says}"));
            return Ok(());
        };
        let length = (length - HEADER).min(says);
        if !bytes.has(HEADER as usize) {
            self.cut();
            return Ok(());
        }
        let payload = bytes.from(HEADER as usize);
        if self.look.verbose > 0 && !self.look.no_checksums && !is_fragment {
            self.udp_checksum(bytes, length, carrier)?;
        }
        let is_done = !self.look.quiet && self.above_udp(payload, length, from, to)?;
        if !is_done {
            match says > length && !is_fragment {
                true => self.say(format_args!("UDP, bad length {says} > {length}")),
                false => self.say(format_args!("UDP, length {says}")),
            }
        }
        Ok(())
    }

    fn udp_checksum(&mut self, bytes: Bytes<'_>, length: u32, carrier: Carrier<'_>) -> Shown {
        if !carrier.is_ip6 && self.look.verbose < 2 {
            return Ok(());
        }
        let was = bytes.u16(6)?;
        let whole = (length + HEADER) as usize;
        if was == 0 && !carrier.is_ip6 {
            self.text("[no cksum] ");
        } else if bytes.has(whole) {
            match carrier.checksum(bytes.first(whole).0, UDP)? {
                0 => self.text("[udp sum ok] "),
                sum => {
                    let right = right_checksum(was, sum);
                    self.say(format_args!("[bad udp cksum 0x{was:04x} -> 0x{right:04x}!] "));
                }
            }
        }
        Ok(())
    }

    /// Whether it is one of the protocols that are known here.
    fn above_udp(&mut self, bytes: Bytes<'_>, length: u32, from: u16, to: u16) -> Result<bool, Cut> {
        let either = |ports: &[u16]| ports.contains(&from) || ports.contains(&to);
        if either(&[53]) {
            self.dns(bytes, length, false)?;
        } else if either(&[5353]) {
            self.dns(bytes, length, true)?;
        } else if either(&[67, 68]) {
            self.bootp(bytes, length)?;
        } else if either(&[4789]) {
            self.vxlan(bytes, length)?;
        } else if either(&[5060]) {
            self.text_protocol("sip", bytes, length)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}
