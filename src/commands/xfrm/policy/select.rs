//! `ip xfrm policy list`, `deleteall` and `count`.

use super::describe;
use crate::commands::xfrm::selector::{self, Given};
use crate::commands::xfrm::values::{self, ACTION_WORDS, DIRECTION_WORDS, KIND_WORDS, POLICY_FLAG_WORDS, number32};
use crate::commands::xfrm::{delete_all as delete_rounds, dump, get};
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::{Message, Table};
use crate::rtnl::xfrm::{Field, PolicyEvent, Selector, Thresholds, bare_request, request, uapi};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::prefix;
use crate::words::wrong;

/// Which policies are meant.
#[derive(Debug, Default)]
pub struct Filter {
    selector: Selector,
    given: Given,
    direction: Option<u8>,
    index: Option<u32>,
    kind: Option<u8>,
    action: Option<u8>,
    priority: Option<u32>,
    flags: Option<u8>,
    no_sockets: bool,
}

/// The words that choose, beside those of selectors.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::exact("dir", DIRECTION_WORDS, "policies for packets that go this way", |f, words| {
        f.direction = Some(values::direction(words)?);
        Ok(())
    }),
    Keyword::exact("index", "INDEX", "the policy with this number", |f, words| {
        f.index = Some(number32(words, "INDEX value is invalid")?);
        Ok(())
    }),
    Keyword::exact("ptype", KIND_WORDS, "policies of a kind", |f, words| {
        f.kind = Some(values::kind(words)?);
        Ok(())
    }),
    Keyword::exact("action", ACTION_WORDS, "policies that do this", |f, words| {
        f.action = Some(values::action(words)?);
        Ok(())
    }),
    Keyword::exact("priority", "PRIORITY", "policies with this priority", |f, words| {
        f.priority = Some(number32(words, "PRIORITY value is invalid")?);
        Ok(())
    }),
    Keyword::exact("flag", POLICY_FLAG_WORDS, "policies with one of these flags", |f, words| {
        f.flags = Some(values::policy_flags(words, f.flags.unwrap_or(0))?);
        Ok(())
    }),
    Keyword::exact("nosock", "", "no policies of sockets", |f, _| {
        f.no_sockets = true;
        Ok(())
    }),
];

impl Filter {
    fn parse(ip: &mut Ip, mut words: Words<'_>) -> Result<Filter> {
        let preferred = ip.view.options.family;
        let mut filter = Filter::default();
        filter.selector.family = preferred.into();
        let mut has_selector = false;
        while let Some(word) = words.peek() {
            if let Some(keyword) = find(KEYWORDS, word) {
                words.next();
                (keyword.take)(&mut filter, &mut words)?;
            } else if !selector::begins(word) || std::mem::replace(&mut has_selector, true) {
                return Err(wrong("unknown", word));
            } else {
                let parsed = selector::parse(&mut words, &mut ip.view.links, preferred, filter.selector)?;
                (filter.selector, filter.given) = parsed;
            }
        }
        Ok(filter)
    }

    fn admits(&self, policy: &PolicyEvent<'_>) -> bool {
        let (info, its, wanted, given) = (&policy.info, &policy.info.selector, &self.selector, &self.given);
        (wanted.family == 0 || wanted.family == its.family)
            && self.direction.is_none_or(|direction| direction == info.direction)
            && !(self.no_sockets && info.direction >= uapi::XFRM_POLICY_MAX)
            && self.kind.is_none_or(|kind| kind == policy.policy_kind())
            && prefix::begins(&wanted.source, &its.source, wanted.source_bits.into())
            && prefix::begins(&wanted.destination, &its.destination, wanted.destination_bits.into())
            && (!given.device || wanted.device == its.device)
            && (!given.protocol || wanted.protocol == its.protocol)
            && (!given.source_port || wanted.source_port == its.source_port)
            && (!given.destination_port || wanted.destination_port == its.destination_port)
            && self.index.is_none_or(|index| index == info.index)
            && self.action.is_none_or(|action| action == info.action)
            && self.priority.is_none_or(|priority| priority == info.priority)
            && self.flags.is_none_or(|flags| flags & info.flags != 0)
    }
}

/// Shows policies.
pub fn list(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words)?;
    dump(ip, &mut bare_request(uapi::XFRM_MSG_GETPOLICY), |view, message| {
        if let Some(policy) = PolicyEvent::decode(message).filter(|policy| filter.admits(policy)) {
            describe(view, &policy);
        }
    })
}

/// Deletes policies, but none of sockets.
pub fn delete_all(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words)?;
    delete_rounds(ip, uapi::XFRM_MSG_GETPOLICY, "Failed to send delete-all request", |_, message| {
        let policy = PolicyEvent::decode(message).filter(|policy| filter.admits(policy))?;
        let is_deleted = policy.info.direction < uapi::XFRM_POLICY_MAX;
        is_deleted.then(|| policy.info.delete(&policy.attributes))
    })
}

/// Shows how many policies there are.
pub fn count(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    get(ip, &mut request(uapi::XFRM_MSG_GETSPDINFO, &u32::MAX), show_count)
}

fn show_count(view: &mut View, message: &Message<'_>) {
    let attributes: Table<'_, 5> = Table::new(message.body.get(4..).unwrap_or_default());
    let stats = view.options.stats;
    let out = &mut view.out;
    out.text("\t SPD");
    let numbers = |attr: u16| attributes.get(attr).map(|payload| payload.as_chunks::<4>().0);
    if let Some([inward, out_, forward, sock_in, sock_out, sock_forward, ..]) = numbers(uapi::XFRMA_SPD_INFO) {
        let [inward, outward, forward] = [inward, out_, forward].map(|n| i32::from_ne_bytes(*n));
        out.text(format_args!(" IN  {inward} OUT {outward} FWD {forward}"));
        if stats > 0 {
            let [inward, outward, forward] = [sock_in, sock_out, sock_forward].map(|n| i32::from_ne_bytes(*n));
            out.text(format_args!(" (Sock: IN {inward} OUT {outward} FWD {forward})"));
        }
        out.line();
    }
    if stats > 1 {
        if let Some([now, most, ..]) = numbers(uapi::XFRMA_SPD_HINFO) {
            let [now, most] = [now, most].map(|n| i32::from_ne_bytes(*n));
            out.text(format_args!("\t SPD buckets: count {now} Max {most}"));
            out.line();
        }
        for (attr, name) in [(uapi::XFRMA_SPD_IPV4_HTHRESH, "IPv4"), (uapi::XFRMA_SPD_IPV6_HTHRESH, "IPv6")] {
            if let Some(Thresholds { local, remote }) = attributes.get(attr).and_then(Thresholds::read) {
                out.text(format_args!("\t SPD {name} thresholds: local {local} remote {remote}"));
                out.line();
            }
        }
    }
    if out.is_oneline() {
        out.text("\n");
    }
}
