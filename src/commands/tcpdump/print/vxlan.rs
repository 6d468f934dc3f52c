//! VXLAN (RFC 7348).

use super::{Names16, Printer, Shown, flags};
use crate::packet::Bytes;

const HEADER: u32 = 8;

impl Printer {
    pub(super) fn vxlan(&mut self, bytes: Bytes<'_>, length: u32) -> Shown {
        const FLAGS: &Names16 = &[(0x08, "I")];
        self.protocol = "vxlan";
        self.protocol_name();
        let Some(rest) = length.checked_sub(HEADER) else {
            self.invalid();
            return Ok(());
        };
        let bits = bytes.u8(0)?;
        let shown = flags(FLAGS, bits.into(), "invalid", "");
        self.say(format_args!(", flags [{shown}] (0x{bits:02x}), "));
        self.say(format_args!("vni {}\n", bytes.u24(4)?));
        bytes.u8(7)?;
        self.ethernet(bytes.from(HEADER as usize), rest).map(drop)
    }
}
