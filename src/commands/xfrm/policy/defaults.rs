//! `ip xfrm policy setdefault`, `getdefault` and `set`: what holds for all policies.

use crate::commands::xfrm::values::number8;
use crate::commands::xfrm::{ask, get as get_one};
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::{Message, Request};
use crate::rows::Names;
use crate::rtnl::xfrm::{Defaults, Field, Thresholds, request, uapi};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{duplicate, wrong};

/// What is done with packets that no policy is for.
static ACTIONS: Names = Names {
    other: "unknown",
    ..Names::new(
        1,
        &[
            (uapi::XFRM_USERPOLICY_BLOCK as u64, "block"),
            (uapi::XFRM_USERPOLICY_ACCEPT as u64, "accept"),
            (uapi::XFRM_USERPOLICY_ACCEPT as u64, "allow"),
        ],
    )
};
const ACTION_WORDS: &str = "block|accept";

/// The ways of packets.
pub const KEYWORDS: &[Keyword<Defaults>] = &[
    Keyword::exact("in", ACTION_WORDS, "packets that are for this host", |d, words| take(&mut d.inward, "in", words)),
    Keyword::exact("fwd", ACTION_WORDS, "packets on their way through it", |d, words| {
        take(&mut d.forward, "fwd", words)
    }),
    Keyword::exact("out", ACTION_WORDS, "packets of its own", |d, words| take(&mut d.outward, "out", words)),
];

fn take(action: &mut u8, name: &str, words: &mut Words<'_>) -> Result<()> {
    if *action != uapi::XFRM_USERPOLICY_UNSPEC {
        return Err(duplicate(name, words.current()));
    }
    let word = words.require()?;
    let number = ACTIONS.number(word).ok_or_else(|| wrong(&format!("{name} policy value is invalid"), word))?;
    *action = number as u8;
    Ok(())
}

/// Sets what is done without a policy.
pub fn set(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut defaults = Defaults::default();
    while let Some(word) = words.next() {
        let keyword = find(KEYWORDS, word).ok_or_else(|| wrong("unknown direction", word))?;
        (keyword.take)(&mut defaults, &mut words)?;
    }
    ask(ip, &mut request(uapi::XFRM_MSG_SETDEFAULT, &defaults))
}

/// Shows what is done without a policy.
pub fn get(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    get_one(ip, &mut request(uapi::XFRM_MSG_GETDEFAULT, &Defaults::default()), describe)
}

/// Shows what a message tells of it.
pub fn describe(view: &mut View, message: &Message<'_>) {
    let Some(defaults) = Defaults::read(message.body) else { return };
    let name = |action: u8| match action {
        uapi::XFRM_USERPOLICY_UNSPEC => "unspec",
        action => ACTIONS.name(action.into()),
    };
    let [inward, forward, outward] = [defaults.inward, defaults.forward, defaults.outward].map(name);
    view.out.text(format_args!("Default policies:\n in:  {inward}\n fwd: {forward}\n out: {outward}\n"));
}

/// Prefixes from which on policies are found by a hash, as a request in the making.
pub struct Hash {
    request: Request,
    given: Vec<u16>,
}

/// The words of `set`.
pub const THRESHOLDS: &[Keyword<Hash>] = &[
    Keyword::exact(
        "hthresh4",
        "LBITS RBITS",
        "IPv4 prefixes of this end and the other, at least so long",
        |h, words| h.take("hthresh4", 32, uapi::XFRMA_SPD_IPV4_HTHRESH, words),
    ),
    Keyword::exact("hthresh6", "LBITS RBITS", "IPv6 prefixes", |h, words| {
        h.take("hthresh6", 128, uapi::XFRMA_SPD_IPV6_HTHRESH, words)
    }),
];

impl Hash {
    fn take(&mut self, name: &str, most: u8, attr: u16, words: &mut Words<'_>) -> Result<()> {
        if self.given.contains(&attr) {
            return Err(duplicate(name, words.current()));
        }
        self.given.push(attr);
        let mut bits = |what: &str| {
            let why = format!("{name} {what} value is invalid");
            match number8(words, &why)? {
                bits if bits > most => Err(wrong(&why, words.current())),
                bits => Ok(bits),
            }
        };
        let thresholds = Thresholds { local: bits("LBITS")?, remote: bits("RBITS")? };
        self.request.word(words.place() - 2).attr(attr, &thresholds.encode());
        Ok(())
    }
}

/// Sets which policies are found by a hash.
pub fn set_thresholds(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut hash = Hash { request: request(uapi::XFRM_MSG_NEWSPDINFO, &u32::MAX), given: Vec::new() };
    while let Some(word) = words.next() {
        let keyword = find(THRESHOLDS, word).ok_or_else(|| wrong("unknown", word))?;
        (keyword.take)(&mut hash, &mut words)?;
    }
    ask(ip, &mut hash.request)
}
