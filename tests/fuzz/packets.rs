//! Packets and files of them, printed; filters, compiled and run.

use std::net::IpAddr;
use std::sync::LazyLock;

use fastrand::Rng;
use iplab::packet::Link;
use iplab::packet::bpf::{self, MAX_INSTRUCTIONS, Names, Target};

use crate::frames;
use crate::mutate::mutate;
use crate::worker::Input;

static FRAMES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(frames::frames);
static FILTERS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let all = [include_str!("../tcpdump/filters.txt"), include_str!("../tcpdump/filters-wrong.txt")];
    all.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#')).collect()
});
const LINKS: [Link; 4] = [Link::Ethernet, Link::Raw, Link::Cooked, Link::Cooked2];
const OPTIONS: &[&str] =
    &["-v", "-vv", "-vvv", "-e", "-q", "-x", "-XX", "-A", "-S", "-K", "-#", "-tt", "-ttt", "-tttt"];

fn frame(rng: &mut Rng) -> Vec<u8> {
    let one = |rng: &mut Rng| &FRAMES[rng.usize(0..FRAMES.len())][..];
    let (seed, other) = (one(rng), one(rng));
    mutate(rng, seed, other)
}

/// Prints a capture file with options of all kinds.
fn print(rng: &mut Rng, input: &mut Input<'_>, file: &[u8]) {
    input.set(file);
    let mut words: Vec<&[u8]> = vec![b"tcpdump", b"-n", b"-r", input.path.as_bytes()];
    words.extend((0..rng.usize(0..4)).map(|_| OPTIONS[rng.usize(0..OPTIONS.len())].as_bytes()));
    iplab::cli::run(&words);
}

/// A file in order, with frames that are not.
pub fn frames(rng: &mut Rng, input: &mut Input<'_>) {
    let changed: Vec<Vec<u8>> = (0..rng.usize(1..8)).map(|_| frame(rng)).collect();
    let mut file = frames::file(&changed, usize::MAX);
    if rng.u8(0..4) == 0 {
        file[20] = rng.choice([1, 12, 101, 113, 20]).unwrap_or(1);
        file[21] = u8::from(file[20] == 20);
    }
    print(rng, input, &file);
}

/// A file that is not in order.
pub fn captures(rng: &mut Rng, input: &mut Input<'_>) {
    let some: Vec<Vec<u8>> = (0..rng.usize(0..4)).map(|_| FRAMES[rng.usize(0..FRAMES.len())].clone()).collect();
    let kept = if rng.bool() { usize::MAX } else { rng.usize(0..100) };
    let file = match rng.bool() {
        true => frames::file(&some, kept),
        false => frames::file_with(&some, kept, u32::to_be_bytes, u16::to_be_bytes, rng.bool()),
    };
    let file = mutate(rng, &file, &FRAMES[0]);
    print(rng, input, &file);
}

/// Names that are always the same.
struct Known;

impl Names for Known {
    fn host(&self, name: &str) -> Vec<IpAddr> {
        let all = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([0xfe80, 0, 0, 0, 0, 0, 0, 1])];
        all[..name.len() % 3].to_vec()
    }

    fn port(&self, name: &str) -> Option<(u16, Option<u8>)> {
        (name.len() < 5).then_some((80, [None, Some(6), Some(17)][name.len() % 3]))
    }

    fn protocol(&self, name: &str) -> Option<u8> {
        (name.len() < 5).then_some(6)
    }

    fn ether(&self, name: &str) -> Option<[u8; 6]> {
        (name.len() < 5).then_some([2, 0, 0, 0, 0, 1])
    }

    fn net(&self, name: &str) -> Option<u32> {
        (name.len() < 5).then_some(10)
    }
}

/// Expressions made of words of others, then changed; what compiles is run on a packet.
pub fn filters(rng: &mut Rng, input: &mut Input<'_>) {
    let one = |rng: &mut Rng| FILTERS[rng.usize(0..FILTERS.len())];
    let mut words: Vec<&str> = one(rng).split(' ').collect();
    for _ in 0..rng.usize(0..4) {
        let part: Vec<&str> = one(rng).split(' ').collect();
        let joint = rng.choice(["and", "or", "not", "(", ")", "&&", "vlan", "+"]).unwrap_or("and");
        let at = rng.usize(0..=words.len());
        words.splice(at..at, std::iter::once(joint).chain(part[rng.usize(0..part.len())..].iter().copied()));
    }
    let mut text = words.join(" ").into_bytes();
    if rng.bool() {
        let other = one(rng);
        text = mutate(rng, &text, other.as_bytes());
    }
    input.set(&text);
    let link = LINKS[rng.usize(0..LINKS.len())];
    let (live, netmask) = (rng.bool(), rng.choice([0, 0xffff_ff00]).unwrap_or(0));
    let target = Target { link, live, netmask, snaplen: rng.u32(0..262_145), names: &Known };
    if let Ok(filter) = bpf::compile(&text, &target) {
        assert!(live <= (filter.program.len() <= MAX_INSTRUCTIONS), "the kernel would not take it");
        let packet = frame(rng);
        bpf::run(&filter.program, &packet, packet.len() as u32);
    }
}
