//! IGMP (RFC 2236, 3376).

use super::{Names16, Printer, Shown, name_or};
use crate::packet::{Bytes, checksum};

const RECORDS: &Names16 = &[(1, "is_in"), (2, "is_ex"), (3, "to_in"), (4, "to_ex"), (5, "allow"), (6, "block")];

impl Printer {
    pub(super) fn igmp(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.protocol = "igmp";
        if self.look.quiet {
            self.text("igmp");
            return Ok(());
        }
        match bytes.u8(0)? {
            0x11 => self.igmp_query(bytes, length)?,
            0x12 => {
                let group = self.ip4(bytes, 4)?;
                self.say(format_args!("igmp v1 report {group}"));
                if length != 8 {
                    self.say(format_args!(" [len {length}]"));
                }
            }
            0x16 => {
                let group = self.ip4(bytes, 4)?;
                self.say(format_args!("igmp v2 report {group}"));
            }
            0x17 => {
                let group = self.ip4(bytes, 4)?;
                self.say(format_args!("igmp leave {group}"));
            }
            0x22 => {
                self.text("igmp v3 report");
                match length as usize {
                    length if length < 16 || length & 3 != 0 => self.say(format_args!(" [invalid len {length}]")),
                    length => self.group_records(bytes, length, 4, "v3-report")?,
                }
            }
            other => self.say(format_args!("igmp-{other}")),
        }
        if self.look.verbose > 0 && length >= 4 && bytes.has(length as usize) {
            let sum = checksum(&[bytes.first(length as usize).0]);
            if sum != 0 {
                self.say(format_args!(" bad igmp cksum {:x}!", bytes.u16(2)?));
            }
        }
        Ok(())
    }

    fn igmp_query(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.text("igmp query");
        if length >= 12 {
            return self.igmp_query3(bytes, length);
        }
        match bytes.u8(1)? {
            0 => self.text(" v1"),
            100 => self.text(" v2"),
            code => self.say(format_args!(" v2 [max resp time {code}]")),
        }
        if bytes.u32(4)? != 0 {
            let group = self.ip4(bytes, 4)?;
            self.say(format_args!(" [gaddr {group}]"));
        }
        if length != 8 {
            self.say(format_args!(" [len {length}]"));
        }
        Ok(())
    }

    fn igmp_query3(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        self.text(" v3");
        if length & 3 != 0 {
            self.say(format_args!(" [invalid len {length}]"));
            return Ok(());
        }
        let code = u32::from(bytes.u8(1)?);
        let time = if code < 128 { code } else { ((code & 0x0f) | 0x10) << (((code & 0x70) >> 4) + 3) };
        if code != 100 {
            self.text(" [max resp time ");
            match time {
                ..600 => self.say(format_args!("{:.1}s", f64::from(time) * 0.1)),
                time => self.duration(time / 10),
            }
            self.text("]");
        }
        if bytes.u32(4)? == 0 {
            return Ok(());
        }
        let group = self.ip4(bytes, 4)?;
        self.say(format_args!(" [gaddr {group}"));
        let sources = u32::from(bytes.u16(10)?);
        if sources > 0 {
            if length < 12 + sources * 4 {
                self.text(" [invalid number of sources]");
            } else if self.look.verbose > 1 {
                self.group_sources(bytes.from(12), sources as usize, 4)?;
            } else {
                self.say(format_args!(", {sources} source(s)"));
            }
        }
        self.text("]");
        Ok(())
    }

    /// The group records of IGMPv3 and MLDv2, whose addresses have `width` bytes. A kind without a name is shown as that
    /// of a `report`.
    pub(super) fn group_records(&mut self, bytes: Bytes<'_>, length: usize, width: usize, report: &str) -> Shown {
        let records = bytes.u16(6)?;
        self.say(format_args!(", {records} group record(s)"));
        let mut at = 8;
        for _ in 0..if self.look.verbose > 0 { records } else { 0 } {
            let behind = at + 4 + width;
            if length < behind {
                self.text(" [invalid number of groups]");
                return Ok(());
            }
            let group = self.address(bytes, at + 4, width)?;
            let kind = name_or(RECORDS, bytes.u8(at)?.into(), |number| format!(" [{report}-#{number}]"));
            self.say(format_args!(" [gaddr {group} {kind}"));
            let sources = usize::from(bytes.u16(at + 2)?);
            if length < behind + sources * width {
                self.say(format_args!(" [invalid number of sources {sources}]"));
                return Ok(());
            }
            match self.look.verbose {
                1 => self.say(format_args!(", {sources} source(s)")),
                _ => self.group_sources(bytes.from(behind), sources, width)?,
            }
            self.text("]");
            at = behind + sources * width;
        }
        Ok(())
    }

    /// Addresses of `width` bytes in braces.
    pub(super) fn group_sources(&mut self, bytes: Bytes<'_>, count: usize, width: usize) -> Shown {
        self.text(" {");
        for source in 0..count {
            let source = self.address(bytes, source * width, width)?;
            self.say(format_args!(" {source}"));
        }
        self.text(" }");
        Ok(())
    }
}
