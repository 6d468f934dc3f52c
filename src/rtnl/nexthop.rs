//! Nexthop objects: `struct nhmsg` and the `NHA_*` attributes behind it (`linux/nexthop.h`).

use super::route::Encap;
use super::uapi;
use crate::netlink::{Message, NlmF, Request, Table};

/// `NHA_*`.
pub mod attr {
    /// Its id.
    pub const ID: u16 = 1;
    /// The members of a group: an array of `struct nexthop_grp`.
    pub const GROUP: u16 = 2;
    /// `NEXTHOP_GRP_TYPE_*`.
    pub const GROUP_TYPE: u16 = 3;
    /// Packets are dropped.
    pub const BLACKHOLE: u16 = 4;
    /// The index of the device.
    pub const OIF: u16 = 5;
    /// The address of the next hop.
    pub const GATEWAY: u16 = 6;
    /// `LWTUNNEL_ENCAP_*`.
    pub const ENCAP_TYPE: u16 = 7;
    /// How packets are wrapped.
    pub const ENCAP: u16 = 8;
    /// A dump: only groups.
    pub const GROUPS: u16 = 9;
    /// A dump: only those by way of the ports of a device.
    pub const MASTER: u16 = 10;
    /// It is for a bridge's forwarding table.
    pub const FDB: u16 = 11;
    /// The parameters of a resilient group.
    pub const RES_GROUP: u16 = 12;
    /// A bucket of a resilient group.
    pub const RES_BUCKET: u16 = 13;
    /// `NHA_OP_FLAG_*`: what to tell besides, and of an answer, how it is to be read.
    pub const OP_FLAGS: u16 = 14;
    /// How many packets each member of a group has taken.
    pub const GROUP_STATS: u16 = 15;
    /// Whether hardware is to count packets too.
    pub const HW_STATS_ENABLE: u16 = 16;
    /// Whether some hardware does.
    pub const HW_STATS_USED: u16 = 17;

    /// `NHA_GROUP_STATS_ENTRY_ID`.
    pub const STATS_ID: u16 = 1;
    /// `NHA_GROUP_STATS_ENTRY_PACKETS`, of 32 or 64 bits.
    pub const STATS_PACKETS: u16 = 2;
    /// `NHA_GROUP_STATS_ENTRY_PACKETS_HW`, of 32 or 64 bits.
    pub const STATS_PACKETS_HW: u16 = 3;

    /// `NLA_F_NESTED`: attributes stand inside.
    pub const NESTED: u16 = 0x8000;

    /// `NHA_RES_GROUP_BUCKETS`.
    pub const GROUP_BUCKETS: u16 = 1;
    /// `NHA_RES_GROUP_IDLE_TIMER`, in clock ticks.
    pub const GROUP_IDLE_TIMER: u16 = 2;
    /// `NHA_RES_GROUP_UNBALANCED_TIMER`, in clock ticks.
    pub const GROUP_UNBALANCED_TIMER: u16 = 3;
    /// `NHA_RES_GROUP_UNBALANCED_TIME`, in clock ticks.
    pub const GROUP_UNBALANCED_TIME: u16 = 4;

    /// `NHA_RES_BUCKET_INDEX`.
    pub const BUCKET_INDEX: u16 = 1;
    /// `NHA_RES_BUCKET_IDLE_TIME`, in clock ticks.
    pub const BUCKET_IDLE_TIME: u16 = 2;
    /// `NHA_RES_BUCKET_NH_ID`.
    pub const BUCKET_NH_ID: u16 = 3;
}

/// `NEXTHOP_GRP_TYPE_MPATH` and `NEXTHOP_GRP_TYPE_RES`, by their numbers.
pub const GROUP_TYPES: &[&str] = &["mpath", "resilient"];

/// `NHA_OP_FLAG_DUMP_STATS` and `NHA_OP_FLAG_DUMP_HW_STATS`.
const DUMP_STATS: u32 = 1;
const DUMP_HW_STATS: u32 = 2;
/// `NHA_OP_FLAG_RESP_GRP_RESVD_0`: the upper halves of weights are told, or zero.
const WIDE_WEIGHTS: u32 = 1 << 31;

/// A nexthop object, or a bucket of a group, as the kernel tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Nexthop<'a> {
    /// The fixed header.
    pub header: Header,
    /// The message told that it is gone.
    pub deleted: bool,
    /// The message tells of a bucket.
    pub is_bucket: bool,
    /// Its `NHA_*` attributes.
    pub attrs: Table<'a, 18>,
}

/// The fixed header of a message about nexthop objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// `AF_*`.
    pub family: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// `RTPROT_*`: who made it.
    pub protocol: u8,
    /// `RTNH_F_*`.
    pub flags: u32,
}

impl Header {
    /// Its length in bytes.
    pub const LEN: usize = 8;

    /// Its bytes.
    pub fn encode(&self) -> [u8; Header::LEN] {
        let [a, b, c, d] = self.flags.to_ne_bytes();
        [self.family, self.scope, self.protocol, 0, a, b, c, d]
    }
}

impl<'a> Nexthop<'a> {
    /// Reads an `RTM_*NEXTHOP` or `RTM_*NEXTHOPBUCKET`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let (deleted, is_bucket) = match u32::from(message.kind) {
            kind if kind == uapi::RTM_NEWNEXTHOP as u32 => (false, false),
            kind if kind == uapi::RTM_DELNEXTHOP as u32 => (true, false),
            kind if kind == uapi::RTM_NEWNEXTHOPBUCKET as u32 => (false, true),
            kind if kind == uapi::RTM_DELNEXTHOPBUCKET as u32 => (true, true),
            _ => return None,
        };
        let (header, attrs) = message.body.split_first_chunk::<{ Header::LEN }>()?;
        let [family, scope, protocol, _, flags @ ..] = *header;
        let header = Header { family, scope, protocol, flags: u32::from_ne_bytes(flags) };
        Some(Nexthop { header, deleted, is_bucket, attrs: Table::new(attrs) })
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.attrs.u32(attr::ID).unwrap_or(0)
    }

    /// The members of a group: id, and one less than the weight.
    pub fn group(&self) -> Option<impl Iterator<Item = (u32, u16)> + use<'a>> {
        let members = self.attrs.get(attr::GROUP)?.as_chunks::<8>().0;
        let is_wide = self.attrs.u32(attr::OP_FLAGS).unwrap_or(0) & WIDE_WEIGHTS != 0;
        Some(members.iter().map(move |&[a, b, c, d, low, high, ..]| {
            (u32::from_ne_bytes([a, b, c, d]), u16::from_le_bytes([low, if is_wide { high } else { 0 }]))
        }))
    }

    /// How packets are wrapped.
    pub fn encap(&self) -> Option<Encap<'a>> {
        Some(Encap { kind: self.attrs.u16(attr::ENCAP_TYPE)?, attrs: self.attrs.get(attr::ENCAP)? })
    }
}

/// A request of type `kind` (`RTM_*NEXTHOP*`) about objects of a family.
pub fn request(kind: u32, flags: NlmF, family: u8) -> Request {
    let mut request = Request::new(kind as u16, flags);
    request.header(&Header { family, ..Header::default() }.encode());
    request
}

/// Asks for one object, `stats` as with [`Select`].
pub fn get(family: u8, id: u32, stats: u32) -> Request {
    let mut request = request(uapi::RTM_GETNEXTHOP as u32, NlmF::empty(), family);
    request.u32(attr::ID, id);
    count(&mut request, stats);
    request
}

/// Asks for one bucket of a resilient group.
pub fn get_bucket(family: u8, id: u32, index: u16) -> Request {
    let mut request = request(uapi::RTM_GETNEXTHOPBUCKET as u32, NlmF::empty(), family);
    request.u32(attr::ID, id);
    request.nest(attr::RES_BUCKET | attr::NESTED, |r| r.u16(attr::BUCKET_INDEX, index).len());
    request
}

/// Takes one object away.
pub fn delete(id: u32) -> Request {
    let mut request = request(uapi::RTM_DELNEXTHOP as u32, NlmF::empty(), 0);
    request.u32(attr::ID, id);
    request
}

/// Which objects or buckets a dump is to show; 0 for any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Select {
    /// `AF_*`.
    pub family: u8,
    /// By way of this device.
    pub oif: u32,
    /// By way of the ports of this device.
    pub master: u32,
    /// Only groups.
    pub groups: bool,
    /// Only those for a bridge's forwarding table.
    pub fdb: bool,
    /// 1 asks how many packets members of groups have taken, 2 and above what hardware counted too.
    pub stats: u32,
    /// Buckets: of this group.
    pub id: u32,
    /// Buckets: that hold this object.
    pub member: u32,
}

impl Select {
    /// The dump of objects.
    pub fn dump(&self) -> Request {
        let mut request = self.request(uapi::RTM_GETNEXTHOP as u32);
        count(&mut request, self.stats);
        request
    }

    /// The dump of buckets.
    pub fn dump_buckets(&self) -> Request {
        let mut request = self.request(uapi::RTM_GETNEXTHOPBUCKET as u32);
        if self.id != 0 {
            request.u32(attr::ID, self.id);
        }
        if self.member != 0 {
            request.nest(attr::RES_BUCKET | attr::NESTED, |r| r.u32(attr::BUCKET_NH_ID, self.member).len());
        }
        request
    }

    fn request(&self, kind: u32) -> Request {
        let mut request = request(kind, NlmF::empty(), self.family);
        if self.oif != 0 {
            request.u32(attr::OIF, self.oif);
        }
        if self.groups {
            request.attr(attr::GROUPS, &[]);
        }
        if self.master != 0 {
            request.u32(attr::MASTER, self.master);
        }
        if self.fdb {
            request.attr(attr::FDB, &[]);
        }
        request
    }
}

fn count(request: &mut Request, stats: u32) {
    match stats {
        0 => {}
        1 => _ = request.u32(attr::OP_FLAGS, DUMP_STATS),
        _ => _ = request.u32(attr::OP_FLAGS, DUMP_STATS | DUMP_HW_STATS),
    }
}

/// Appends the parameters of a resilient group that are given: buckets, and two times in clock ticks.
pub fn resilient(request: &mut Request, buckets: Option<u16>, idle: Option<u32>, unbalanced: Option<u32>) {
    request.nest(attr::RES_GROUP | attr::NESTED, |r| {
        if let Some(buckets) = buckets {
            r.u16(attr::GROUP_BUCKETS, buckets);
        }
        if let Some(idle) = idle {
            r.u32(attr::GROUP_IDLE_TIMER, idle);
        }
        if let Some(unbalanced) = unbalanced {
            r.u32(attr::GROUP_UNBALANCED_TIMER, unbalanced);
        }
    });
}

/// The bytes of a group of these members: id, and one less than the weight.
pub fn group(members: &[(u32, u16)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (id, less) in members {
        let [low, high] = less.to_le_bytes();
        bytes.extend_from_slice(&id.to_ne_bytes());
        bytes.extend_from_slice(&[low, high, 0, 0]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes_of_a_group() {
        let mut request = request(uapi::RTM_NEWNEXTHOP as u32, NlmF::CREATE | NlmF::EXCL, 0);
        request.u32(attr::ID, 10).attr(attr::GROUP, &group(&[(1, 0), (2, 255)]));
        let expected: &[u8] = &[
            52, 0, 0, 0, 104, 0, 1, 6, 7, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            0, 0, 0, 0, 0, 0, 0, 0, // nhmsg
            8, 0, 1, 0, 10, 0, 0, 0, // NHA_ID
            20, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 255, 0, 0, 0, // NHA_GROUP
        ];
        assert_eq!(request.finish(7).unwrap(), expected);
        let message = Messages::new(expected).next().unwrap().unwrap();
        let nexthop = Nexthop::decode(&message).unwrap();
        assert_eq!(nexthop.id(), 10);
        assert_eq!(nexthop.group().unwrap().collect::<Vec<_>>(), [(1, 0), (2, 255)]);
        assert_eq!((nexthop.encap(), nexthop.is_bucket), (None, false));
    }
}
