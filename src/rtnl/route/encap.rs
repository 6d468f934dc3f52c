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
        let [_, len, _, _, last, flags, ..] = *bytes.first_chunk::<8>()?;
        let segments = bytes[8..].as_chunks::<16>().0;
        Some(SegmentHeader { mode: i32::from_ne_bytes(*mode), last, flags, len, segments, bytes })
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
}
