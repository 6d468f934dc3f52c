//! How packets are wrapped: `LWTUNNEL_*` (`linux/lwtunnel.h`), `MPLS_IPTUNNEL_*`, `SEG6_IPTUNNEL_*`.

/// `LWTUNNEL_ENCAP_*` by their numbers.
pub const KINDS: &[&str] = &["", "mpls", "ip", "ila", "ip6", "seg6", "bpf", "seg6local", "rpl", "ioam6", "xfrm"];

/// `MPLS_IPTUNNEL_DST`: the labels.
pub const MPLS_DST: u16 = 1;
/// `MPLS_IPTUNNEL_TTL`.
pub const MPLS_TTL: u16 = 2;
/// `LWTUNNEL_IP_ID` and `LWTUNNEL_IP6_ID`: 64 bits in network order.
pub const TUNNEL_ID: u16 = 1;
/// `LWTUNNEL_IP_DST`, `LWTUNNEL_IP6_DST`.
pub const TUNNEL_DST: u16 = 2;
/// `LWTUNNEL_IP_SRC`, `LWTUNNEL_IP6_SRC`.
pub const TUNNEL_SRC: u16 = 3;
/// `LWTUNNEL_IP_TTL`, `LWTUNNEL_IP6_HOPLIMIT`.
pub const TUNNEL_TTL: u16 = 4;
/// `LWTUNNEL_IP_TOS`, `LWTUNNEL_IP6_TC`.
pub const TUNNEL_TOS: u16 = 5;
/// `LWTUNNEL_IP_FLAGS`, `LWTUNNEL_IP6_FLAGS`: `TUNNEL_*` in network order.
pub const TUNNEL_FLAGS: u16 = 6;
/// `LWTUNNEL_IP_OPTS`, `LWTUNNEL_IP6_OPTS`: options of the header.
pub const TUNNEL_OPTIONS: u16 = 8;
/// `RPL_IPTUNNEL_SRH` (`linux/rpl_iptunnel.h`): a source routing header.
pub const RPL_SRH: u16 = 1;
/// `SEG6_IPTUNNEL_SRC`: the source of the outer packet.
pub const SEG6_SRC: u16 = 2;
/// `SEG6_IPTUNNEL_SRH`: the mode and the segment routing header.
pub const SEG6_SRH: u16 = 1;
/// `LWT_XFRM_IF_ID`: the interface id of states and policies.
pub const XFRM_IF_ID: u16 = 1;
/// `LWT_XFRM_LINK`: the index of the device below.
pub const XFRM_LINK: u16 = 2;

/// `TUNNEL_CSUM` of `linux/if_tunnel.h`: packets have a checksum.
pub const TUNNEL_CSUM: u16 = 0x01;
/// `TUNNEL_KEY`: packets have a key.
pub const TUNNEL_KEY: u16 = 0x04;
/// `TUNNEL_SEQ`: packets are numbered.
pub const TUNNEL_SEQ: u16 = 0x08;

/// `SR6_FLAG1_HMAC` of `linux/seg6.h`.
const HMAC: u8 = 1 << 3;
/// The length of `struct sr6_tlv_hmac`, its type and how long its content is.
const HMAC_LEN: usize = 40;
const HMAC_TLV: [u8; 2] = [5, 38];

/// A segment routing header (RFC 8754) with its mode: `struct seg6_iptunnel_encap`. The path is kept backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentHeader<'a> {
    /// `SEG6_IPTUN_MODE_*`.
    pub mode: i32,
    /// The number of the first segment of the path, which stands last.
    pub last: u8,
    flags: u8,
    len: u8,
    segments: &'a [[u8; 16]],
    bytes: &'a [u8],
}

impl<'a> SegmentHeader<'a> {
    /// Reads a `SEG6_IPTUNNEL_SRH`; nothing where it is too short.
    pub fn decode(payload: &'a [u8]) -> Option<Self> {
        let (mode, bytes) = payload.split_first_chunk()?;
        let header = Self::decode_bare(bytes)?;
        Some(SegmentHeader { mode: i32::from_ne_bytes(*mode), ..header })
    }

    /// Reads a header without a mode, as `SEG6_LOCAL_SRH` has it; nothing where it is too short.
    pub fn decode_bare(bytes: &'a [u8]) -> Option<Self> {
        let [_, len, _, _, last, flags, ..] = *bytes.first_chunk::<8>()?;
        Some(SegmentHeader { mode: -1, last, flags, len, segments: bytes[8..].as_chunks::<16>().0, bytes })
    }

    /// The segments in the order of the path.
    pub fn path(&self) -> impl Iterator<Item = &'a [u8; 16]> + use<'a> {
        let count = usize::from(self.last) + 1;
        self.segments.get(..count).unwrap_or(self.segments).iter().rev()
    }

    /// The id of the key that it is signed with.
    pub fn hmac(&self) -> Option<u32> {
        let at = ((usize::from(self.len) + 1) * 8).checked_sub(HMAC_LEN)?;
        let key = self.bytes.get(at + 4..)?.first_chunk()?;
        (self.flags & HMAC != 0).then(|| u32::from_be_bytes(*key))
    }

    /// The payload for a path. `inline`, which is mode 0, leaves room for the destination itself; no mode is -1. There
    /// is room for `room` segments, if not all of them are given; a key of 0 is none.
    pub fn encode(mode: Option<usize>, path: &[[u8; 16]], room: usize, key: u32) -> Vec<u8> {
        let count = room.max(path.len()).max(1) + usize::from(mode == Some(0));
        let len = 8 + 16 * count + if key != 0 { HMAC_LEN } else { 0 };
        let mode = mode.map_or(-1, |mode| mode as i32);
        let mut bytes = mode.to_ne_bytes().to_vec();
        let (last, flags) = ((count - 1) as u8, if key != 0 { HMAC } else { 0 });
        bytes.extend_from_slice(&[0, (len / 8 - 1) as u8, 4, last, last, flags, 0, 0]);
        bytes.resize(4 + 8 + 16 * (count - path.len()), 0);
        bytes.extend(path.iter().rev().flatten());
        if key != 0 {
            bytes.extend_from_slice(&HMAC_TLV);
            bytes.extend_from_slice(&[0; 2]);
            bytes.extend_from_slice(&key.to_be_bytes());
            bytes.resize(4 + len, 0);
        }
        bytes
    }
}

/// A source routing header of RPL (RFC 6554): `struct ipv6_rpl_sr_hdr`. The path is kept backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RplHeader<'a> {
    /// How many segments are left.
    pub left: u8,
    segments: &'a [[u8; 16]],
}

impl<'a> RplHeader<'a> {
    /// Reads a `RPL_IPTUNNEL_SRH`; nothing where it is too short.
    pub fn decode(payload: &'a [u8]) -> Option<Self> {
        let [_, _, _, left, ..] = *payload.first_chunk::<8>()?;
        Some(RplHeader { left, segments: payload[8..].as_chunks::<16>().0 })
    }

    /// The segments in the order of the path.
    pub fn path(&self) -> impl Iterator<Item = &'a [u8; 16]> + use<'a> {
        self.segments.get(..usize::from(self.left)).unwrap_or(self.segments).iter().rev()
    }

    /// The payload for a path. There is room for `room` segments, if not all of them are given.
    pub fn encode(path: &[[u8; 16]], room: usize) -> Vec<u8> {
        let count = room.max(path.len());
        let mut bytes = vec![0, (2 * count) as u8, 3, count as u8];
        bytes.resize(8 + 16 * (count - path.len()), 0);
        bytes.extend(path.iter().rev().flatten());
        bytes
    }
}

/// What is done with a packet that has come to its segment: `SEG6_LOCAL_ACTION_*` (`linux/seg6_local.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalAction(pub u32);

/// The names of actions, by their numbers.
const LOCAL_ACTIONS: &[&str] = &[
    "",
    "End",
    "End.X",
    "End.T",
    "End.DX2",
    "End.DX6",
    "End.DX4",
    "End.DT6",
    "End.DT4",
    "End.B6",
    "End.B6.Encaps",
    "End.BM",
    "End.S",
    "End.AS",
    "End.AM",
    "End.BPF",
    "End.DT46",
];

impl LocalAction {
    /// The one that wraps the packet once more.
    pub const END_B6_ENCAPS: LocalAction = LocalAction(10);

    /// The names of all.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LOCAL_ACTIONS.iter().copied().filter(|name| !name.is_empty())
    }

    /// The action called `name`.
    pub fn by_name(name: &[u8]) -> Option<Self> {
        let number = LOCAL_ACTIONS.iter().position(|known| !known.is_empty() && known.as_bytes() == name)?;
        Some(LocalAction(number as u32))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match LOCAL_ACTIONS.get(self.0 as usize) {
            None => "<invalid>",
            Some(&"") => "<unknown>",
            Some(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_bytes_of_a_segment_header() {
        let bytes = SegmentHeader::encode(Some(1), &[[1; 16], [2; 16]], 2, 0);
        assert_eq!(bytes[..12], [1, 0, 0, 0, 0, 4, 4, 1, 1, 0, 0, 0]);
        assert_eq!((&bytes[12..28], &bytes[28..]), (&[2; 16][..], &[1; 16][..]));
        let header = SegmentHeader::decode(&bytes).unwrap();
        assert_eq!(header.path().collect::<Vec<_>>(), [&[1; 16], &[2; 16]]);
        let bytes = SegmentHeader::encode(Some(0), &[[7; 16]], 1, 0x77);
        assert_eq!((bytes.len(), bytes[5], bytes[8]), (4 + 8 + 32 + 40, 9, 1));
        let header = SegmentHeader::decode(&bytes).unwrap();
        assert_eq!((header.mode, header.hmac()), (0, Some(0x77)));
        assert_eq!(header.path().collect::<Vec<_>>(), [&[7; 16], &[0; 16]]);
        assert!(SegmentHeader::decode(&bytes[..11]).is_none());
    }

    #[test]
    fn golden_bytes_of_a_source_routing_header() {
        let bytes = RplHeader::encode(&[[1; 16], [2; 16]], 2);
        assert_eq!(bytes[..8], [0, 4, 3, 2, 0, 0, 0, 0]);
        assert_eq!((&bytes[8..24], &bytes[24..]), (&[2; 16][..], &[1; 16][..]));
        let header = RplHeader::decode(&bytes).unwrap();
        assert_eq!((header.left, header.path().collect::<Vec<_>>()), (2, vec![&[1; 16], &[2; 16]]));
        assert!(RplHeader::decode(&bytes[..7]).is_none());
    }

    #[test]
    fn actions_by_name() {
        assert_eq!(LocalAction::by_name(b"End.B6.Encaps"), Some(LocalAction::END_B6_ENCAPS));
        assert_eq!((LocalAction::by_name(b""), LocalAction::by_name(b"end")), (None, None));
        assert_eq!(
            [0, 1, 16, 17].map(|number| LocalAction(number).name()),
            ["<unknown>", "End", "End.DT46", "<invalid>"]
        );
    }
}
