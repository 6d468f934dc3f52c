//! `bridge fdb flush`.

use super::super::{BRIDGE, index_of, placed};
use super::OBJECT;
use super::tunnel::{self, Tunnel};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::Rtm;
use crate::rtnl::fdb::{BULK, Spec};
use crate::rtnl::neigh::{Header, flag, state};
use crate::words::Words;
use crate::words::keyword::{Entry, entries, find};
use crate::words::{atoi, garbage};

/// A state of entries: the word, its opposite, what they do to the state asked for, and help.
struct State {
    /// The word: bits set, bits cleared, bits that count.
    with: (&'static str, u16, u16, u16),
    /// Its opposite.
    without: (&'static str, u16, u16, u16),
    help: &'static str,
}

const STATES: &[State] = &[
    State {
        with: ("permanent", state::PERMANENT, 0, state::PERMANENT),
        without: ("nopermanent", 0, state::PERMANENT, state::PERMANENT),
        help: "only the bridge's own addresses",
    },
    State {
        with: ("static", state::NOARP, 0, state::NOARP | state::PERMANENT),
        without: ("nostatic", 0, state::NOARP, state::NOARP),
        help: "only entries that do not age",
    },
    State {
        with: ("dynamic", 0, state::NOARP, state::NOARP | state::PERMANENT),
        without: ("nodynamic", state::NOARP, 0, state::NOARP),
        help: "only entries that age",
    },
];

/// Flags of entries: the word, its opposite, the bit, and help.
const FLAGS: &[(&str, &str, u8, &str)] = &[
    ("added_by_user", "noadded_by_user", flag::USE, "only entries made by hand"),
    ("extern_learn", "noextern_learn", flag::EXT_LEARNED, "only entries learned by somebody else than the kernel"),
    ("sticky", "nosticky", flag::STICKY, "only entries that do not move"),
    ("router", "norouter", flag::ROUTER, "only routers"),
    ("offloaded", "nooffloaded", flag::OFFLOADED, "only entries in hardware"),
];

const WORDS: &[Entry] = &[
    Entry { name: "dev", argument: "DEV", help: "the bridge, or a device with a table of its own" },
    Entry { name: "brport", argument: "DEV", help: "only entries of this port" },
    Entry { name: "vlan", argument: "VID", help: "only entries of this VLAN" },
    Entry { name: "self", argument: "", help: "the device's own table" },
    Entry { name: "master", argument: "", help: "the table of the bridge that it is a port of" },
];

/// What may follow.
pub fn grammar() -> Vec<Entry> {
    let states = STATES.iter().map(|state| (state.with.0, state.without.0, state.help));
    let flags = FLAGS.iter().map(|(with, without, _, help)| (*with, *without, *help));
    let pair = |(with, without, help)| {
        [Entry { name: with, argument: "", help }, Entry { name: without, argument: "", help: "the others" }]
    };
    let words = WORDS.iter().copied().chain(entries(tunnel::KEYWORDS));
    words.chain(states.chain(flags).flat_map(pair)).collect()
}

/// Takes `word` where it is one about states or flags.
fn mark(flush: &mut Spec<'_>, word: &[u8]) {
    let known = |with: &str, without: &str| match word {
        _ if word == with.as_bytes() => Some(true),
        _ if word == without.as_bytes() => Some(false),
        _ => None,
    };
    for state in STATES {
        if let Some(with) = known(state.with.0, state.without.0) {
            let (_, set, clear, mask) = if with { state.with } else { state.without };
            flush.header.state = (flush.header.state | set) & !clear;
            flush.state_mask |= mask;
        }
    }
    for (with, without, bit, _) in FLAGS {
        if let Some(with) = known(with, without) {
            flush.header.flags = flush.header.flags & !bit | if with { *bit } else { 0 };
            flush.flags_mask |= bit;
        }
    }
}

/// What the words say beside states, flags and tunnels.
struct Flush<'a> {
    device: Option<&'a [u8]>,
    port: Option<(&'a [u8], usize)>,
    vid: i16,
}

/// Removes all entries that the words describe; words that mean nothing are passed over, as the stock tool does.
pub fn flush(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    if words.current() != b"flush" {
        return Err(BRIDGE.unknown_verb(&OBJECT, words.current()));
    }
    let mut asked = Flush { device: None, port: None, vid: -1 };
    let mut marks = Spec::default();
    let mut tunnel = Tunnel::new(ip.view.options.family);
    while let Some(word) = words.next() {
        match word {
            b"dev" => asked.device = Some(words.require()?),
            b"master" => marks.header.flags |= flag::MASTER,
            b"self" => marks.header.flags |= flag::SELF,
            b"brport" if asked.port.is_some() => return Err(garbage("brport", word)),
            b"brport" => asked.port = Some(placed(&mut words)?),
            b"vlan" if asked.vid >= 0 => return Err(garbage("vlan", word)),
            b"vlan" => asked.vid = atoi(words.require()?) as i16,
            b"help" => {
                words.require()?;
            }
            _ => match find(tunnel::KEYWORDS, word) {
                Some(keyword) => (keyword.take)(&mut tunnel, &mut words)?,
                None => mark(&mut marks, word),
            },
        }
    }
    if marks.header.flags & (flag::SELF | flag::MASTER) == 0 {
        marks.header.flags |= flag::SELF;
    }
    let spec = asked.spec(ip, &marks, &tunnel)?;
    ip.ask(&mut spec.encode(Rtm::Delneigh, BULK))
}

impl Flush<'_> {
    /// What is asked of the kernel: with the states and flags of `marks`.
    fn spec<'t>(&self, ip: &mut Ip, marks: &Spec<'_>, tunnel: &'t Tunnel) -> Result<Spec<'t>> {
        let device = self.device.ok_or_else(|| Error::local("Device is a required argument."))?;
        let index = index_of(ip, "bridge device", device)?;
        let via = match self.port {
            Some((name, place)) => Some((index_of(ip, "bridge port device", name)?, place)),
            None => None,
        };
        if self.vid >= 4096 {
            return Err(Error::local(format!("Invalid VLAN ID \"{}\"", self.vid)));
        }
        Ok(Spec {
            header: Header { family: libc::AF_BRIDGE as u8, index, ..marks.header },
            vlan: u16::try_from(self.vid).ok().map(|vid| (vid, 0)),
            via,
            state_mask: marks.state_mask,
            flags_mask: marks.flags_mask,
            ..tunnel.spec()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_about_states_and_flags() {
        let mut flush = Spec::default();
        for word in ["static", "nosticky", "extern_learn", "noextern_learn", "bogus"] {
            mark(&mut flush, word.as_bytes());
        }
        assert_eq!((flush.header.state, flush.state_mask), (0x40, 0xc0));
        assert_eq!((flush.header.flags, flush.flags_mask), (0, flag::STICKY | flag::EXT_LEARNED));
        mark(&mut flush, b"dynamic");
        assert_eq!((flush.header.state, flush.state_mask), (0, 0xc0));
    }
}
