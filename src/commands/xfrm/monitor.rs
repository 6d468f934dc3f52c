//! `ip xfrm monitor`: what changes, as it changes, and what the kernel asks for.

use super::attributes::{Manner, masks};
use super::id::{address, spi};
use super::values::{Named, PROTOCOLS};
use super::{leave, policy, selector, state};
use crate::commands::{Ip, Object, View, events};
use crate::error::Result;
use crate::netlink::{Message, Socket};
use crate::output::Out;
use crate::rtnl::xfrm::{
    Acquire, AsyncEvent, Attributes, Field, Mapping, PolicyEvent, Report, StateEvent, StateId, uapi,
};
use crate::words::Words;
use crate::words::keyword::Keyword;

/// The part `monitor`, which has no verbs.
pub const MONITOR: Object =
    Object { name: "monitor", called: "xfrm monitor", help: "watch changes as they happen", verbs: &[], default: run };

/// The first message type that is not netlink's own.
const NLMSG_MIN_TYPE: u16 = 16;

/// All groups.
const GROUPS: std::ops::RangeInclusive<u32> = uapi::XFRMNLGRP_ACQUIRE..=uapi::XFRMNLGRP_MAPPING;

/// What is to be watched.
#[derive(Debug, Default)]
pub struct Asked {
    groups: Vec<u32>,
    file: Option<Vec<u8>>,
    no_keys: bool,
    all_namespaces: bool,
}

/// The words behind `ip xfrm monitor`, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Asked>] = &[
    Keyword::new("file", "FILE", "read what has been saved, in place of listening", |a, words| {
        a.file = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("nokeys", "", "hide the keys of reports", |a, _| {
        a.no_keys = true;
        Ok(())
    }),
    Keyword::exact("all", "", "everything", |_, _| Ok(())),
    Keyword::new("all-nsid", "", "other namespaces that have an id here, too", |a, _| {
        a.all_namespaces = true;
        Ok(())
    }),
    Keyword::new("acquire", "", "states that policies want", |a, _| a.watch(uapi::XFRMNLGRP_ACQUIRE)),
    Keyword::new("expire", "", "states and policies that expire", |a, _| a.watch(uapi::XFRMNLGRP_EXPIRE)),
    Keyword::new("SA", "", "states", |a, _| a.watch(uapi::XFRMNLGRP_SA)),
    Keyword::new("aevent", "", "how states are used", |a, _| a.watch(uapi::XFRMNLGRP_AEVENTS)),
    Keyword::new("policy", "", "policies", |a, _| a.watch(uapi::XFRMNLGRP_POLICY)),
    Keyword::new("report", "", "packets that no policy allows", |a, _| a.watch(uapi::XFRMNLGRP_REPORT)),
];

impl Asked {
    fn watch(&mut self, group: u32) -> Result<()> {
        self.groups.push(group);
        Ok(())
    }

    fn parse(words: Words<'_>) -> Result<Asked> {
        let mut asked = Asked::default();
        events::parse("ip xfrm monitor", &[KEYWORDS], &mut asked, words)?;
        Ok(asked)
    }
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let asked = Asked::parse(words)?;
    if let Some(file) = &asked.file {
        return events::from_file(ip, file, |view, message| event(view, &asked, message));
    }
    let mut socket = listen(ip, &asked)?;
    match events::hear(&mut ip.view, &mut socket, |view, message| event(view, &asked, message)) {
        Ok(never) => match never {},
        Err(error) => Err(leave(error, 2)),
    }
}

/// A socket that hears what is asked for.
fn listen(ip: &Ip, asked: &Asked) -> Result<Socket> {
    let mut socket = super::open()?;
    socket.make_room(ip.view.options.rcvbuf.map_or(events::ROOM, |bytes| bytes as usize));
    for group in GROUPS.filter(|group| asked.groups.is_empty() || asked.groups.contains(group)) {
        socket.join(group).map_err(|error| leave(error, 1))?;
    }
    if asked.all_namespaces {
        socket.hear_all_namespaces().map_err(|error| leave(error, 1))?;
    }
    Ok(socket)
}

/// Shows one event.
fn event(view: &mut View, asked: &Asked, message: &Message<'_>) {
    events::show_now(view);
    if asked.all_namespaces {
        events::show_namespace(view, message);
    }
    let body = message.body;
    if let Some(state) = StateEvent::decode(message) {
        return state::describe(view, &state, false);
    }
    if let Some(policy) = PolicyEvent::decode(message) {
        return policy::describe(view, &policy);
    }
    match message.kind {
        uapi::XFRM_MSG_ACQUIRE => {
            if let Some((acquire, rest)) = Acquire::split(body) {
                show_acquire(view, &acquire, &Attributes::new(rest));
            }
        }
        uapi::XFRM_MSG_FLUSHSA => {
            view.out.text("Flushed state proto ");
            view.out.text(Named(&PROTOCOLS, body.first().copied().unwrap_or(0).into()));
            end(&mut view.out);
        }
        uapi::XFRM_MSG_FLUSHPOLICY => {
            view.out.text("Flushed policy ");
            policy::kind(&mut view.out, &Attributes::new(body));
            end(&mut view.out);
        }
        uapi::XFRM_MSG_REPORT => {
            if let Some((report, rest)) = Report::split(body) {
                show_report(view, &report, &Attributes::new(rest), asked.no_keys);
            }
        }
        uapi::XFRM_MSG_NEWAE => {
            if let Some((event, _)) = AsyncEvent::split(body) {
                show_async(&mut view.out, &event);
            }
        }
        uapi::XFRM_MSG_MAPPING => {
            if let Some((mapping, _)) = Mapping::split(body) {
                show_mapping(&mut view.out, &mapping);
            }
        }
        uapi::XFRM_MSG_GETDEFAULT => policy::describe_defaults(view, message),
        kind if kind >= NLMSG_MIN_TYPE => {
            let (len, flags) = (message.bytes.len(), message.flags);
            view.out.text(format_args!("Unknown message: {len:08} 0x{kind:08x} 0x{flags:08x}\n"));
        }
        _ => {}
    }
}

/// The end of an event on one line.
fn end(out: &mut Out) {
    out.line();
    if out.is_oneline() {
        out.text("\n");
    }
}

fn show_acquire(view: &mut View, acquire: &Acquire, attributes: &Attributes<'_>) {
    let families = [acquire.selector.family, acquire.policy.selector.family];
    let family = families.into_iter().find(|family| *family != 0).unwrap_or(0);
    view.out.text("acquire proto ");
    view.out.text(Named(&PROTOCOLS, acquire.id.protocol.into()));
    view.out.text(" ");
    spi(view, &acquire.id, false);
    view.out.line();
    view.out.text("  sel ");
    selector::show(view, &acquire.selector, family);
    view.out.text("  policy ");
    policy::info(view, &acquire.policy, attributes, "    \t");
    let stats = view.options.stats > 0;
    let out = &mut view.out;
    if stats {
        out.text(format_args!("  seq 0x{:08} ", acquire.sequence));
        masks(out, [acquire.enc_algorithms, acquire.auth_algorithms, acquire.comp_algorithms]);
    }
    end(out);
}

fn show_report(view: &mut View, report: &Report, attributes: &Attributes<'_>, no_keys: bool) {
    let own = view.options.family.into();
    let family = if report.selector.family == 0 { own } else { report.selector.family };
    view.out.text("report proto ");
    view.out.text(Named(&PROTOCOLS, report.protocol.into()));
    view.out.text(" ");
    view.out.line();
    view.out.text("  sel ");
    selector::show(view, &report.selector, family);
    Manner { family, indent: "  ", no_keys, is_directed: true }.show(view, attributes);
    if view.out.is_oneline() {
        view.out.text("\n");
    }
}

/// Why it is told.
const REASONS: &[(u32, &str)] = &[
    (uapi::XFRM_AE_CR, " replay update "),
    (uapi::XFRM_AE_CE, " timer expired "),
    (uapi::XFRM_AE_CU, " policy updated "),
];

fn show_async(out: &mut Out, event: &AsyncEvent) {
    out.text(format_args!("Async event  (0x{:x}) ", event.flags));
    for (_, reason) in REASONS.iter().filter(|(bit, _)| event.flags & bit != 0) {
        out.text(reason);
    }
    out.text("\n\tsrc ");
    out.text(address(event.id.family, &event.source));
    out.text(" ");
    which(out, &event.id, event.reqid);
}

fn show_mapping(out: &mut Out, mapping: &Mapping) {
    let family = mapping.id.family;
    out.text("Mapping change ");
    out.text(address(family, &mapping.old_source));
    out.text(format_args!(":{} -> ", mapping.old_port.0));
    out.text(address(family, &mapping.new_source));
    out.text(format_args!(":{}\n\t", mapping.new_port.0));
    which(out, &mapping.id, mapping.reqid);
}

/// Shows which state it is about, to the end of the line.
fn which(out: &mut Out, id: &StateId, reqid: u32) {
    out.text("dst ");
    out.text(address(id.family, &id.destination));
    out.text(format_args!("  reqid 0x{reqid:x} protocol "));
    out.text(selector::ProtocolName(id.protocol));
    out.text(format_args!("  SPI 0x{:x}\n", id.spi.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_groups() {
        let asked = |line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            Asked::parse(Words::new(&words)).map(|asked| (asked.groups, asked.all_namespaces))
        };
        assert_eq!(asked("S pol").unwrap(), (vec![uapi::XFRMNLGRP_SA, uapi::XFRMNLGRP_POLICY], false));
        assert_eq!(asked("all al ac").unwrap(), (vec![uapi::XFRMNLGRP_ACQUIRE], true));
        assert!(asked("sa").is_err() && asked("no").is_err());
    }
}
