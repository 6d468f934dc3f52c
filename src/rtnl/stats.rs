//! Statistics of devices as `RTM_NEWSTATS` tells of them: `struct if_stats_msg` (`linux/if_link.h`).

use super::uapi;
use crate::netlink::{Message, Table};

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
        if message.kind != uapi::RTM_NEWSTATS as u16 {
            return None;
        }
        let ([_, _, _, _, a, b, c, d, ..], attrs) = message.body.split_first_chunk::<12>()?;
        let attrs: Table<'_, 6> = Table::new(attrs);
        let offload: Table<'_, 4> = attrs.table(uapi::IFLA_STATS_LINK_OFFLOAD_XSTATS as u16)?;
        let info: Table<'_, 4> = offload.table(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO as u16)?;
        let l3: Table<'_, 3> = info.table(uapi::IFLA_OFFLOAD_XSTATS_L3_STATS as u16)?;
        let switch = |attr: u16| l3.u8(attr).map(|on| on != 0);
        Some(HardwareStats {
            index: u32::from_ne_bytes([*a, *b, *c, *d]),
            requested: switch(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST as u16),
            used: switch(uapi::IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED as u16),
        })
    }
}
