//! Statistics of devices as `RTM_NEWSTATS` tells of them: `struct if_stats_msg` (`linux/if_link.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Rtm, Table};

/// The attributes of statistics: `IFLA_STATS_*`.
pub type Kinds<'a> = Table<'a, 6>;

/// A dump of the statistics in attribute `attr` of all devices that have them.
pub fn dump(attr: u16) -> Request {
    let mut request = Request::new(Rtm::from(uapi::RTM_GETSTATS as u16), NlmF::empty());
    let mut header = [0; 12];
    header[8..].copy_from_slice(&(1u32 << (attr - 1)).to_ne_bytes());
    request.header(&header);
    request
}

/// The index of the device and the statistics that an `RTM_NEWSTATS` tells; nothing where the message is another or too
/// short.
pub fn decode<'a>(message: &Message<'a>) -> Option<(u32, Kinds<'a>)> {
    let (header, attrs) =
        message.body.split_first_chunk::<12>().filter(|_| message.kind == uapi::RTM_NEWSTATS as u16)?;
    Some((u32::from_ne_bytes([header[4], header[5], header[6], header[7]]), Table::new(attrs)))
}

/// Whether a device's hardware counts what the kernel's routing would, as a notification tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HardwareStats {
    /// The index of the device.
    pub index: u32,
    /// Whether counting was asked for.
    pub requested: Option<bool>,
    /// Whether the hardware counts.
    pub used: Option<bool>,
}

impl HardwareStats {
    /// Reads an `RTM_NEWSTATS`; nothing where the message is another or too short, or tells of no routing statistics.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        let (index, attrs) = decode(message)?;
        let offload: Table<'_, 4> = attrs.table(uapi::IFLA_STATS_LINK_OFFLOAD_XSTATS as u16)?;
        let info: Table<'_, 4> = offload.table(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO as u16)?;
        let l3: Table<'_, 3> = info.table(uapi::IFLA_OFFLOAD_XSTATS_L3_STATS as u16)?;
        let switch = |attr: u16| l3.u8(attr).map(|on| on != 0);
        Some(HardwareStats {
            index,
            requested: switch(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST as u16),
            used: switch(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED as u16),
        })
    }
}
