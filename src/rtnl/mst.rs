//! Spanning trees of a port, where a bridge has several: `IFLA_BRIDGE_MST` (`linux/if_bridge.h`).

use super::bridge::NESTED;
use super::link::{self, Header, Link};
use super::uapi;
use crate::netlink::{NlmF, Request, Rtm, Table};

/// `IFLA_BRIDGE_MST` in a link's `IFLA_AF_SPEC`.
const MST: u16 = 6;
/// `IFLA_BRIDGE_MST_ENTRY`.
const ENTRY: u16 = 1;
/// `IFLA_BRIDGE_MST_ENTRY_MSTI`.
const MSTI: u16 = 1;
/// `IFLA_BRIDGE_MST_ENTRY_STATE`.
const STATE: u16 = 2;
/// `RTEXT_FILTER_MST`: a dump of links shall tell them.
pub const EXT_MST: u32 = 1 << 7;

/// A port in one of the trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The number of the tree (MSTI).
    pub tree: u16,
    /// The state of the port in it, `BR_STATE_*`.
    pub state: u8,
}

/// The trees that `link` is in.
pub fn entries<'a>(link: &Link<'a>) -> impl Iterator<Item = Entry> + use<'a> {
    let spec: Option<Table<'a, 7>> = link.attrs.table(uapi::IFLA_AF_SPEC as u16);
    let entries = spec.and_then(|spec| spec.nested(MST)).into_iter().flatten();
    entries.filter(|attr| attr.kind == ENTRY).filter_map(|attr| {
        let entry: Table<'a, 3> = Table::new(attr.payload);
        Some(Entry { tree: entry.u16(MSTI)?, state: entry.u8(STATE)? })
    })
}

/// Sets the state of the port with index `index` in a tree.
pub fn set(index: u32, entry: &Entry) -> Request {
    let mut request = link::request(Rtm::Setlink, NlmF::empty());
    Header { family: libc::AF_BRIDGE as u8, index, ..Header::default() }.patch(&mut request);
    request.nest(uapi::IFLA_AF_SPEC as u16, |r| {
        r.nest(MST, |r| {
            r.nest(ENTRY | NESTED, |r| {
                r.u16(MSTI, entry.tree).u8(STATE, entry.state);
            });
        });
    });
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes() {
        let entry = Entry { tree: 5, state: 3 };
        let mut request = set(2, &entry);
        let bytes = request.finish(1).unwrap();
        let expected: &[u8] =
            &[28, 0, 26, 0, 24, 0, 6, 0, 20, 0, 1, 0x80, 6, 0, 1, 0, 5, 0, 0, 0, 5, 0, 2, 0, 3, 0, 0, 0];
        assert_eq!(&bytes[32..], expected);
        let mut told = bytes.to_vec();
        told[4] = 16;
        let message = Messages::new(&told).next().unwrap().unwrap();
        assert_eq!(entries(&Link::decode(&message).unwrap()).collect::<Vec<_>>(), [entry]);
    }
}
