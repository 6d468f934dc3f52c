//! Algorithms and their keys: `struct xfrm_algo`, `xfrm_algo_auth` and `xfrm_algo_aead`.

use crate::netlink::until_nul;

/// How long the field of an algorithm's name is, its NUL included.
const NAME: usize = 64;

/// Whether an algorithm has a length of its own besides its key's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It has none: `struct xfrm_algo`.
    Plain,
    /// To how many bits a checksum is cut, or how many it has: `xfrm_algo_auth`, `xfrm_algo_aead`.
    WithLength,
}

/// An algorithm, as the payload of an `XFRMA_ALG_*` holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Algorithm<'a> {
    /// Its name, of which 63 bytes are kept.
    pub name: &'a [u8],
    /// How long its key is, in bits.
    pub key_bits: u32,
    /// Its own length, in bits; 0 where it has none.
    pub bits: u32,
    /// Its key.
    pub key: &'a [u8],
}

impl<'a> Algorithm<'a> {
    /// Reads a payload of this shape; nothing where it is too short for its key.
    pub fn decode(shape: Shape, payload: &'a [u8]) -> Option<Self> {
        let (name, rest) = payload.split_first_chunk::<NAME>()?;
        let (key_bits, rest) = rest.split_first_chunk()?;
        let (bits, rest) = match shape {
            Shape::Plain => (&[0; 4], rest),
            Shape::WithLength => rest.split_first_chunk()?,
        };
        let key_bits = u32::from_ne_bytes(*key_bits);
        let key = rest.get(..(key_bits / 8) as usize)?;
        Some(Algorithm { name: until_nul(name), key_bits, bits: u32::from_ne_bytes(*bits), key })
    }

    /// The payload.
    pub fn encode(&self, shape: Shape) -> Vec<u8> {
        let mut bytes = self.name[..self.name.len().min(NAME - 1)].to_vec();
        bytes.resize(NAME, 0);
        bytes.extend_from_slice(&self.key_bits.to_ne_bytes());
        if shape == Shape::WithLength {
            bytes.extend_from_slice(&self.bits.to_ne_bytes());
        }
        bytes.extend_from_slice(self.key);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_bytes_of_both_shapes() {
        let algorithm = Algorithm { name: b"sha1", key_bits: 16, bits: 96, key: &[1, 2] };
        let bytes = algorithm.encode(Shape::WithLength);
        assert_eq!((&bytes[..5], &bytes[64..]), (&b"sha1\0"[..], &[16, 0, 0, 0, 96, 0, 0, 0, 1, 2][..]));
        assert_eq!(Algorithm::decode(Shape::WithLength, &bytes), Some(algorithm));
        let bytes = algorithm.encode(Shape::Plain);
        assert_eq!(bytes[64..], [16, 0, 0, 0, 1, 2]);
        assert_eq!(Algorithm::decode(Shape::Plain, &bytes), Some(Algorithm { bits: 0, ..algorithm }));
    }

    #[test]
    fn a_key_that_is_cut_short_is_none() {
        let bytes = Algorithm { name: &[b'x'; 70], key_bits: 16, bits: 0, key: &[1] }.encode(Shape::Plain);
        assert_eq!(bytes.len(), 69);
        for len in 0..=bytes.len() {
            assert_eq!(Algorithm::decode(Shape::Plain, &bytes[..len]), None);
        }
    }
}
