//! Statistics of devices as `RTM_NEWSTATS` tells of them: `struct if_stats_msg` (`linux/if_link.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Rtm, Table};

/// The attributes of statistics: `IFLA_STATS_*`.
pub type Kinds<'a> = Table<'a, 6>;

/// `NLA_F_NESTED`.
const NESTED: u16 = 1 << 15;

/// How many kinds of statistics of hardware there are: `IFLA_OFFLOAD_XSTATS_MAX`.
const OFFLOAD_KINDS: u32 = uapi::IFLA_OFFLOAD_XSTATS_L3_STATS as u32;

fn header(index: u32, mask: u32) -> [u8; 12] {
    let ([a, b, c, d], [e, f, g, h]) = (index.to_ne_bytes(), mask.to_ne_bytes());
    [0, 0, 0, 0, a, b, c, d, e, f, g, h]
}

/// A dump of the statistics in attribute `attr` of all devices that have them.
pub fn dump(attr: u16) -> Request {
    get(0, 1 << (attr - 1), 0)
}

/// The statistics of the device with `index`, or a dump of those of all: bit N of `mask` is for attribute N + 1, and so are
/// the bits of `offload` for what is nested in the one of hardware, all of it where that is 0.
pub fn get(index: u32, mask: u32, offload: u32) -> Request {
    let mut request = Request::new(Rtm::from(uapi::RTM_GETSTATS as u16), NlmF::empty());
    request.header(&header(index, mask));
    if offload != 0 && offload != (1 << OFFLOAD_KINDS) - 1 {
        request.nest(uapi::IFLA_STATS_GET_FILTERS as u16 | NESTED, |request| {
            request.u32(uapi::IFLA_STATS_LINK_OFFLOAD_XSTATS as u16, offload);
        });
    }
    request
}

/// The request that hardware count what routing would, or not.
pub fn set_l3(index: u32, on: bool) -> Request {
    let mut request = Request::new(uapi::RTM_SETSTATS as u16, NlmF::empty());
    request.header(&header(index, 0));
    request.u8(uapi::IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS as u16, on.into());
    request
}

/// The index of the device and the statistics that an `RTM_NEWSTATS` tells; nothing where the message is another or too
/// short.
pub fn decode<'a>(message: &Message<'a>) -> Option<(u32, Kinds<'a>)> {
    let (header, attrs) =
        message.body.split_first_chunk::<12>().filter(|_| message.kind == uapi::RTM_NEWSTATS as u16)?;
    Some((u32::from_ne_bytes([header[4], header[5], header[6], header[7]]), Table::new(attrs)))
}

/// What is counted by hardware: `IFLA_OFFLOAD_XSTATS_*`.
pub fn offload<'a>(kinds: &Kinds<'a>) -> Option<Table<'a, 4>> {
    kinds.table(uapi::IFLA_STATS_LINK_OFFLOAD_XSTATS as u16)
}

/// Whether a device's hardware counts what the kernel's routing would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HardwareStats {
    /// Whether counting was asked for.
    pub requested: Option<bool>,
    /// Whether the hardware counts.
    pub used: Option<bool>,
}

impl HardwareStats {
    /// Reads it from an `IFLA_OFFLOAD_XSTATS_HW_S_INFO`; nothing where that tells of no routing statistics.
    pub fn decode(info: &[u8]) -> Option<Self> {
        let l3: Table<'_, 3> = Table::<4>::new(info).table(uapi::IFLA_OFFLOAD_XSTATS_L3_STATS as u16)?;
        let switch = |attr: u16| l3.u8(attr).map(|on| on != 0);
        Some(HardwareStats {
            requested: switch(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST as u16),
            used: switch(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED as u16),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes() {
        let expected: &[u8] = &[
            40, 0, 0, 0, 94, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
            0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, // if_stats_msg
            12, 0, 1, 128, 8, 0, 4, 0, 6, 0, 0, 0, // IFLA_STATS_GET_FILTERS
        ];
        assert_eq!(get(4, 8, 6).finish(1).unwrap(), expected);
        assert_eq!(get(4, 8, 7).finish(1).unwrap().len(), 28);
        let expected: &[u8] = &[
            36, 0, 0, 0, 95, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 0, 1, 0, 0,
            0,
        ];
        assert_eq!(set_l3(4, true).finish(1).unwrap(), expected);
    }

    #[test]
    fn what_hardware_counts() {
        // As a 6.18 kernel told of a veth behind `ip stats set dev v0 l3_stats on`.
        let bytes: &[u8] = &[
            56, 0, 0, 0, 92, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 28, 0, 4, 0, 24, 0,
            2, 0, 20, 0, 3, 0, 5, 0, 1, 0, 1, 0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 0,
        ];
        let message = Messages::new(bytes).next().unwrap().unwrap();
        let (index, kinds) = decode(&message).unwrap();
        let info = offload(&kinds).unwrap().get(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO as u16).unwrap();
        let expected = HardwareStats { requested: Some(true), used: Some(false) };
        assert_eq!((index, HardwareStats::decode(info)), (4, Some(expected)));
    }
}
