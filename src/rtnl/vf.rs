//! Virtual functions of a device: `IFLA_VFINFO_LIST` and its `struct ifla_vf_*` (`linux/if_link.h`).

use super::link::Link;
use super::uapi;
use crate::netlink::{Request, Table};

/// How long the kernel's field for a function's address is (`MAX_ADDR_LEN`).
const ADDRESS: usize = 32;

/// A VLAN that the packets of a function are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vlan {
    /// Its number, 0 for none.
    pub vlan: u32,
    /// The priority in its tag.
    pub qos: u32,
    /// The EtherType of its tag.
    pub protocol: u16,
}

/// `ETH_P_8021Q`: the usual tag.
pub const DOT1Q: u16 = 0x8100;
/// `ETH_P_8021AD`: the tag of providers.
pub const DOT1AD: u16 = 0x88a8;

/// A change of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its link-layer address.
    Address(Vec<u8>),
    /// A VLAN of the usual tag.
    Vlan(Vlan),
    /// VLANs of any tag.
    Vlans(Vec<Vlan>),
    /// The most it may send, in Mbit/s.
    Rate(u32),
    /// The least and the most it may send, in Mbit/s.
    Rates {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A number in an attribute that holds nothing but it: `IFLA_VF_SPOOFCHK`, `IFLA_VF_LINK_STATE`, …
    Setting(u16, u32),
    /// A GUID of InfiniBand: `IFLA_VF_IB_NODE_GUID`, `IFLA_VF_IB_PORT_GUID`.
    Guid(u16, u64),
}

/// Appends `changes` of function `number` to a request for a link.
pub fn change(request: &mut Request, number: u32, changes: &[Change]) {
    request.nest(uapi::IFLA_VFINFO_LIST as u16, |r| {
        r.nest(uapi::IFLA_VF_INFO as u16, |r| changes.iter().for_each(|change| change.put(r, number)));
    });
}

impl Change {
    fn put(&self, request: &mut Request, number: u32) {
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>();
        match self {
            Change::Address(address) => {
                let mut bytes = words(&[number]);
                bytes.extend(address.iter().take(ADDRESS));
                bytes.resize(4 + ADDRESS, 0);
                request.attr(uapi::IFLA_VF_MAC as u16, &bytes);
            }
            Change::Vlan(vlan) => {
                request.attr(uapi::IFLA_VF_VLAN as u16, &words(&[number, vlan.vlan, vlan.qos]));
            }
            Change::Vlans(vlans) => request.nest(uapi::IFLA_VF_VLAN_LIST as u16, |r| {
                for vlan in vlans {
                    let mut bytes = words(&[number, vlan.vlan, vlan.qos]);
                    bytes.extend(vlan.protocol.to_be_bytes());
                    bytes.extend([0; 2]);
                    r.attr(uapi::IFLA_VF_VLAN_INFO as u16, &bytes);
                }
            }),
            Change::Rate(rate) => {
                request.attr(uapi::IFLA_VF_TX_RATE as u16, &words(&[number, *rate]));
            }
            Change::Rates { least, most } => {
                request.attr(uapi::IFLA_VF_RATE as u16, &words(&[number, *least, *most]));
            }
            Change::Setting(attr, value) => {
                request.attr(*attr, &words(&[number, *value]));
            }
            Change::Guid(attr, guid) => {
                let mut bytes = words(&[number, 0]);
                bytes.extend(guid.to_ne_bytes());
                request.attr(*attr, &bytes);
            }
        }
    }
}

/// A function as the kernel tells of it: `IFLA_VF_*`.
#[derive(Debug, Clone, Copy)]
pub struct Vf<'a>(Table<'a, 16>);

/// The functions of `link`; nothing where their number was not told.
pub fn all<'a>(link: &Link<'a>) -> Option<impl Iterator<Item = Vf<'a>> + use<'a>> {
    link.attrs.u32(uapi::IFLA_NUM_VF as u16)?;
    let list = link.attrs.nested(uapi::IFLA_VFINFO_LIST as u16)?;
    let is_one = |vf: &Vf<'_>| vf.number().is_some();
    Some(
        list.filter(|attr| attr.kind == uapi::IFLA_VF_INFO as u16)
            .map(|attr| Vf(Table::new(attr.payload)))
            .filter(is_one),
    )
}

impl<'a> Vf<'a> {
    /// Its number.
    pub fn number(&self) -> Option<u32> {
        self.0.u32(uapi::IFLA_VF_MAC as u16)
    }

    /// An address of `len` bytes: `IFLA_VF_MAC`, or `IFLA_VF_BROADCAST` with `broadcast`.
    pub fn address(&self, broadcast: bool, len: usize) -> Option<&'a [u8]> {
        match broadcast {
            true => self.0.get(uapi::IFLA_VF_BROADCAST as u16)?.get(..len),
            false => self.0.get(uapi::IFLA_VF_MAC as u16)?.get(4..4 + len),
        }
    }

    /// Its VLANs, where the kernel tells a list.
    pub fn vlans(&self) -> Option<impl Iterator<Item = Vlan> + use<'a>> {
        let list = self.0.nested(uapi::IFLA_VF_VLAN_LIST as u16)?;
        Some(list.filter_map(|attr| {
            let protocol = attr.payload.get(12..14).and_then(|bytes| bytes.first_chunk());
            let protocol = protocol.map_or(0, |bytes| u16::from_be_bytes(*bytes));
            Some(Vlan { vlan: word(attr.payload, 1)?, qos: word(attr.payload, 2)?, protocol })
        }))
    }

    /// Its one VLAN, where an old kernel tells no list.
    pub fn vlan(&self) -> Option<Vlan> {
        let payload = self.0.get(uapi::IFLA_VF_VLAN as u16)?;
        Some(Vlan { vlan: word(payload, 1)?, qos: word(payload, 2)?, protocol: DOT1Q })
    }

    /// The most it may send, in Mbit/s, as it was set the old way.
    pub fn rate(&self) -> Option<u32> {
        self.setting(uapi::IFLA_VF_TX_RATE as u16)
    }

    /// The least and the most it may send, in Mbit/s.
    pub fn rates(&self) -> Option<(u32, u32)> {
        let payload = self.0.get(uapi::IFLA_VF_RATE as u16)?;
        Some((word(payload, 1)?, word(payload, 2)?))
    }

    /// The number in an attribute that holds nothing but it.
    pub fn setting(&self, attr: u16) -> Option<u32> {
        word(self.0.get(attr)?, 1)
    }

    /// A GUID of InfiniBand.
    pub fn guid(&self, attr: u16) -> Option<u64> {
        Some(u64::from_ne_bytes(*self.0.get(attr)?.get(8..)?.first_chunk()?))
    }

    /// Its counters: `IFLA_VF_STATS_*`.
    pub fn counters(&self) -> Option<Table<'a, 10>> {
        self.0.table(uapi::IFLA_VF_STATS as u16)
    }
}

/// The 32-bit number with this place.
fn word(payload: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*payload.get(4 * place..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::{NlmF, Rtm};

    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes_of_changes() {
        let encoded = |changes: &[Change]| {
            let mut request = Request::new(Rtm::Newlink, NlmF::empty());
            change(&mut request, 1, changes);
            request.finish(1).unwrap()[24..].to_vec()
        };
        let vlan = Vlan { vlan: 5, qos: 3, protocol: DOT1AD };
        let ours = encoded(&[Change::Address(vec![2, 0, 0, 0, 0, 9]), Change::Vlan(vlan)]);
        assert_eq!(ours[..16], [40, 0, 1, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 9, 0, 0]);
        assert_eq!(ours[40..], [16, 0, 2, 0, 1, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0]);
        let ours = encoded(&[Change::Vlans(vec![vlan])]);
        assert_eq!(ours, [24, 0, 12, 0, 20, 0, 1, 0, 1, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 0x88, 0xa8, 0, 0]);
        let ours = encoded(&[Change::Guid(10, 0x1122_3344_5566_7788)]);
        assert_eq!(ours, [20, 0, 10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]);
        let ours = encoded(&[Change::Rates { least: 10, most: 100 }, Change::Setting(4, 1)]);
        assert_eq!(ours, [16, 0, 6, 0, 1, 0, 0, 0, 10, 0, 0, 0, 100, 0, 0, 0, 12, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    }
}
