//! Tables of neighbours: `struct ndtmsg` and `NDTA_*` (`linux/neighbour.h`).

use super::uapi;
use crate::netlink::{Message, NlmF, Request, Table};

/// A table of neighbours, or its parameters for one device.
#[derive(Debug, Clone, Copy)]
pub struct NeighTable<'a> {
    /// `AF_*`.
    pub family: u8,
    /// `NDTA_*`.
    pub attrs: Table<'a, 10>,
}

impl<'a> NeighTable<'a> {
    /// Reads an `RTM_NEWNEIGHTBL`; nothing where the message is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let (header, attrs) = message.body.split_first_chunk::<4>()?;
        let is_table = message.kind == uapi::RTM_NEWNEIGHTBL as u16;
        is_table.then(|| NeighTable { family: header[0], attrs: Table::new(attrs) })
    }

    /// Its name, e.g. `arp_cache`.
    pub fn name(&self) -> Option<&'a [u8]> {
        self.attrs.str(uapi::NDTA_NAME as u16)
    }

    /// Its parameters: `NDTPA_*`.
    pub fn parameters(&self) -> Option<Table<'a, 20>> {
        self.attrs.table(uapi::NDTA_PARMS as u16)
    }

    /// `struct ndt_config`: length of a key and size of an entry in bytes.
    pub fn sizes(&self) -> Option<(u16, u16)> {
        let [a, b, c, d] = *self.attrs.get(uapi::NDTA_CONFIG as u16)?.first_chunk()?;
        Some((u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])))
    }

    /// The rest of `struct ndt_config`: entries; ms since the last flush and the last new hash; hash, its mask; chain
    /// to collect next; length of the proxy queue.
    pub fn config(&self) -> Option<[u32; 7]> {
        let (words, _) = self.attrs.get(uapi::NDTA_CONFIG as u16)?.get(4..)?.as_chunks::<4>();
        Some(words.first_chunk::<7>()?.map(u32::from_ne_bytes))
    }

    /// `struct ndt_stats`, in its order. Kernels before 4.3 lack the last.
    pub fn stats(&self) -> Option<Vec<u64>> {
        let (words, _) = self.attrs.get(uapi::NDTA_STATS as u16)?.as_chunks::<8>();
        Some(words.iter().map(|word| u64::from_ne_bytes(*word)).collect())
    }
}

/// A request of type `kind` (`RTM_GETNEIGHTBL`, `RTM_SETNEIGHTBL`) about the tables of a family.
pub fn request(kind: u32, flags: NlmF, family: u8) -> Request {
    let mut request = Request::new(kind as u16, flags);
    request.header(&[family]);
    request
}
