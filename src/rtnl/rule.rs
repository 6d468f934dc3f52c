//! Rules: `struct fib_rule_hdr` and the `FRA_*` attributes behind it (`linux/fib_rules.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Table};

/// A rule as the kernel tells of it, its attributes borrowed from the receive buffer.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    /// The fixed header.
    pub header: Header,
    /// The message told that the rule is gone.
    pub deleted: bool,
    /// Its `FRA_*` attributes.
    pub attrs: Table<'a, 31>,
    body: &'a [u8],
}

/// The fixed header of a message about a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// `AF_*`.
    pub family: u8,
    /// The length of the destination prefix, in bits.
    pub dst_len: u8,
    /// The length of the source prefix, in bits.
    pub src_len: u8,
    /// The TOS byte, 0 for any.
    pub tos: u8,
    /// The table, where it is below 256.
    pub table: u8,
    /// `FR_ACT_*`.
    pub action: u8,
    /// `FIB_RULE_*`.
    pub flags: u32,
}

impl Header {
    /// Its length in bytes.
    pub const LEN: usize = 12;

    /// Its bytes.
    pub fn encode(&self) -> [u8; Header::LEN] {
        let [a, b, c, d] = self.flags.to_ne_bytes();
        let [family, dst_len, src_len, tos] = [self.family, self.dst_len, self.src_len, self.tos];
        [family, dst_len, src_len, tos, self.table, 0, 0, self.action, a, b, c, d]
    }
}

impl<'a> Rule<'a> {
    /// Reads an `RTM_NEWRULE` or `RTM_DELRULE`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let deleted = message.kind == uapi::RTM_DELRULE as u16;
        if !deleted && message.kind != uapi::RTM_NEWRULE as u16 {
            return None;
        }
        let (header, attrs) = message.body.split_first_chunk::<{ Header::LEN }>()?;
        let [family, dst_len, src_len, tos, table, _, _, action, flags @ ..] = *header;
        let header = Header { family, dst_len, src_len, tos, table, action, flags: u32::from_ne_bytes(flags) };
        Some(Rule { header, deleted, attrs: Table::new(attrs), body: message.body })
    }

    /// Its table, 0 for none.
    pub fn table(&self) -> u32 {
        self.attrs.u32(uapi::FRA_TABLE as u16).unwrap_or(u32::from(self.header.table))
    }

    /// Its place among the rules: the lower the earlier.
    pub fn priority(&self) -> Option<u32> {
        self.attrs.u32(uapi::FRA_PRIORITY as u16)
    }

    /// Who made it (`RTPROT_*`).
    pub fn protocol(&self) -> Option<u8> {
        self.attrs.u8(uapi::FRA_PROTOCOL as u16)
    }

    /// A range of ports, `FRA_SPORT_RANGE` or `FRA_DPORT_RANGE`: the first and the last.
    pub fn ports(&self, attr: u16) -> Option<(u16, u16)> {
        let [a, b, c, d] = *self.attrs.get(attr)?.first_chunk()?;
        Some((u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])))
    }

    /// The users whose packets it is for: the first and the last.
    pub fn users(&self) -> Option<(u32, u32)> {
        let range = self.attrs.get(uapi::FRA_UID_RANGE as u16)?;
        let (first, last) = (range.first_chunk()?, range.get(4..)?.first_chunk()?);
        Some((u32::from_ne_bytes(*first), u32::from_ne_bytes(*last)))
    }

    /// The DSCP of its packets, and the bits of it that count; all of them where there is no mask.
    pub fn dscp(&self) -> Option<(u8, Option<u8>)> {
        Some((self.attrs.u8(uapi::FRA_DSCP as u16)?, self.attrs.u8(uapi::FRA_DSCP_MASK as u16)))
    }

    /// The flow label of its packets, and the bits of it that count.
    pub fn flow_label(&self) -> Option<(u32, u32)> {
        let word = |attr: u32| self.attrs.u32(attr as u16).map(u32::from_be);
        Some((word(uapi::FRA_FLOWLABEL as u32)?, word(uapi::FRA_FLOWLABEL_MASK as u32)?))
    }

    /// The id of the tunnel that packets came by.
    pub fn tunnel(&self) -> Option<u64> {
        Some(u64::from_be_bytes(*self.attrs.get(uapi::FRA_TUN_ID as u16)?.first_chunk()?))
    }

    /// The request that takes this very rule away.
    pub fn delete(&self) -> Request {
        Request::from_body(uapi::RTM_DELRULE as u16, NlmF::empty(), self.body)
    }
}

/// A request of type `kind` (`RTM_*RULE`) with an empty header, to be patched when all words are known.
pub fn request(kind: u32, flags: NlmF) -> Request {
    let mut request = Request::new(kind as u16, flags);
    request.header(&Header::default().encode());
    request
}

/// A dump of the rules of a family.
pub fn dump(family: u8) -> Request {
    let mut request = Request::new(uapi::RTM_GETRULE as u16, NlmF::empty());
    request.header(&Header { family, ..Header::default() }.encode());
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_a_rule() {
        let bytes: &[u8] = &[
            60, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            2, 0, 8, 0x10, 0, 0, 0, 1, 2, 0, 0, 0, // fib_rule_hdr
            8, 0, 2, 0, 10, 0, 0, 0, // FRA_SRC
            8, 0, 15, 0, 0x2c, 1, 0, 0, // FRA_TABLE
            8, 0, 23, 0, 80, 0, 90, 0, // FRA_SPORT_RANGE
            8, 0, 6, 0, 7, 0, 0, 0, // FRA_PRIORITY
        ];
        let message = Messages::new(bytes).next().unwrap().unwrap();
        let rule = Rule::decode(&message).unwrap();
        assert_eq!((rule.table(), rule.priority(), rule.header.tos), (300, Some(7), 16));
        assert_eq!(rule.ports(uapi::FRA_SPORT_RANGE as u16), Some((80, 90)));
        assert_eq!(rule.header.encode(), bytes[16..28]);
        assert_eq!((rule.users(), rule.tunnel()), (None, None));
        assert!((uapi::FRA_DSCP_MASK as usize) < 31);
    }
}
