//! Changes that leave most of an input as it is, so that what is behind the first check is reached too.

use fastrand::Rng;

/// Numbers that lengths and counts are compared with.
const EDGES: &[u32] = &[0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x7fff_ffff, u32::MAX];

/// The bytes of `seed`, changed in a few places; `other` is what pieces are taken from.
pub fn mutate(rng: &mut Rng, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..rng.usize(0..6) {
        change(rng, &mut bytes, other);
    }
    bytes
}

/// Some stretch of `bytes`.
fn stretch<'a>(rng: &mut Rng, bytes: &'a [u8]) -> &'a [u8] {
    let start = rng.usize(0..=bytes.len());
    let len = rng.usize(0..=(bytes.len() - start).min(64));
    &bytes[start..start + len]
}

fn change(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = rng.usize(0..=bytes.len());
    let behind = bytes.len() - at;
    match rng.u8(0..9) {
        0 if behind > 0 => bytes[at] ^= 1 << rng.u8(0..8),
        1 if behind > 0 => bytes[at] = rng.u8(..),
        2 => length(rng, &mut bytes[at..]),
        3 => bytes.truncate(at),
        4 => {
            let part = stretch(rng, other).to_vec();
            bytes.splice(at..at, part);
        }
        5 => {
            let part = stretch(rng, &bytes[at..]).repeat(rng.usize(1..20));
            bytes.splice(at..at, part);
        }
        6 => drop(bytes.drain(at..at + rng.usize(0..=behind.min(16)))),
        7 => {
            let part = stretch(rng, other);
            let len = part.len().min(behind);
            bytes[at..at + len].copy_from_slice(&part[..len]);
        }
        _ => bytes.extend(std::iter::repeat_with(|| rng.u8(..)).take(4)),
    }
}

/// Puts a number at the beginning of `bytes`, of any width and order: an edge, or nearly what it was.
fn length(rng: &mut Rng, bytes: &mut [u8]) {
    let width = [1, 2, 4][rng.usize(0..3)];
    let Some(field) = bytes.get_mut(..width) else { return };
    let big = rng.bool();
    let was = field
        .iter()
        .enumerate()
        .fold(0u32, |sum, (at, byte)| sum | u32::from(*byte) << (8 * if big { width - 1 - at } else { at }));
    let new = match rng.bool() {
        true => EDGES[rng.usize(0..EDGES.len())],
        false => was.wrapping_add(rng.u32(0..9)).wrapping_sub(4),
    };
    for (at, byte) in field.iter_mut().enumerate() {
        *byte = (new >> (8 * if big { width - 1 - at } else { at })) as u8;
    }
}
