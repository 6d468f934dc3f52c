//! Rules of nf_tables: any that is decoded is encoded, and read again.

use fastrand::Rng;
use iplab::netfilter::xt::{Extension, Kind, MATCHES, TARGETS};
use iplab::netfilter::{Counters, Family, Interface, Net, Rule, Target, decode, encode, normal, uapi};
use iplab::netlink::{NlmF, Request, Table};

use crate::mutate::mutate;
use crate::worker::Input;

/// An extension with a few bytes of its block set.
fn extension(rng: &mut Rng, kinds: &[&'static Kind]) -> Extension {
    let kind = kinds[rng.usize(0..kinds.len())];
    let mut block = kind.block();
    for _ in 0..rng.usize(0..8) {
        let at = rng.usize(0..block.len().max(1));
        block.iter_mut().skip(at).take(1).for_each(|byte| *byte = rng.u8(..));
    }
    Extension::Known(kind, block)
}

fn net(rng: &mut Rng) -> Net {
    if rng.bool() {
        return Net::default();
    }
    let ones = rng.u32(0..=128);
    let mask = if ones == 0 { 0 } else { u128::MAX << (128 - ones) };
    Net { address: (rng.u128(..) & mask).to_be_bytes(), mask: mask.to_be_bytes(), inverted: rng.bool() }
}

fn rule(rng: &mut Rng) -> Rule {
    let device = |rng: &mut Rng| {
        rng.bool()
            .then(|| Interface { name: rng.choice(["lo", "eth+", "+"]).unwrap_or("lo").into(), inverted: rng.bool() })
    };
    Rule {
        input: device(rng),
        output: device(rng),
        protocol: rng.choice([0, 1, 6, 17, 58, 200]).unwrap_or(0),
        not_protocol: rng.bool(),
        source: net(rng),
        destination: net(rng),
        fragment: rng.choice([None, Some(false), Some(true)]).flatten(),
        matches: (0..rng.usize(0..4)).map(|_| extension(rng, MATCHES)).collect(),
        target: match rng.u8(0..5) {
            0 => Target::Accept,
            1 => Target::Jump(b"chain".to_vec()),
            2 => Target::Goto(b"chain".to_vec()),
            3 => Target::None,
            _ => Target::Extension(extension(rng, TARGETS)),
        },
        counters: Counters { packets: rng.u64(..), bytes: rng.u64(..) },
    }
}

fn expressions(rule: &Rule, family: Family) -> Vec<u8> {
    let mut request = Request::new(0u16, NlmF::empty());
    request.header(&[family.number(), 0, 0, 0]);
    let start = request.len();
    encode(rule, family, &mut request);
    let attrs: Table<'_, 8> = Table::new(request.from_mut(start));
    attrs.get(uapi::nfta::RULE_EXPRESSIONS).unwrap_or_default().to_vec()
}

pub fn rules(rng: &mut Rng, input: &mut Input<'_>) {
    let family = if rng.bool() { Family::V4 } else { Family::V6 };
    let (one, other) = (expressions(&rule(rng), family), expressions(&rule(rng), family));
    let bytes = mutate(rng, &one, &other);
    input.set(&bytes);
    if let Ok(rule) = decode(family, &bytes) {
        let again = normal(&rule, family);
        assert_eq!(normal(&again, family), again, "a rule that has become normal stays what it is");
    }
}
