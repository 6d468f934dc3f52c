//! One state as text.

use crate::commands::xfrm::attributes::{Manner, context};
use crate::commands::xfrm::id::{Ends, is_ipsec};
use crate::commands::xfrm::values::{EXTRA_FLAGS, STATE_FLAGS, show_flags};
use crate::commands::xfrm::{limits, selector};
use crate::rtnl::xfrm::{Attributes, Selector, StateEvent, StateInfo, uapi};
use crate::view::View;

/// Shows what a message tells of a state.
pub fn describe(view: &mut View, state: &StateEvent<'_>, no_keys: bool) {
    view.out.text(match state.kind {
        uapi::XFRM_MSG_DELSA => "Deleted ",
        uapi::XFRM_MSG_UPDSA => "Updated ",
        uapi::XFRM_MSG_EXPIRE => "Expired ",
        _ => "",
    });
    info(view, &state.info, &state.attributes, no_keys);
    let out = &mut view.out;
    if let Some(hard) = state.hard {
        out.text(format_args!("\thard {hard}"));
        out.line();
    }
    if out.is_oneline() {
        out.text("\n");
    }
    out.flush_if_full();
}

fn info(view: &mut View, info: &StateInfo, attributes: &Attributes<'_>, no_keys: bool) {
    let stats = view.options.stats > 0;
    let StateInfo { source, id, mode, reqid, family, .. } = info;
    let with_spi = is_ipsec(id.protocol);
    Ends { source, id, mode: *mode, reqid: *reqid, family: *family, with_spi }.show(view, "");
    let out = &mut view.out;
    out.text(format_args!("\treplay-window {} ", info.replay_window));
    if stats {
        out.text(format_args!("seq 0x{:08} ", info.sequence));
    }
    if stats || info.flags != 0 {
        out.text("flag ");
        show_flags(out, &STATE_FLAGS, info.flags.into());
    }
    if let Some(flags) = attributes.u32(uapi::XFRMA_SA_EXTRA_FLAGS).filter(|_| stats) {
        out.text("extra_flag ");
        show_flags(out, &EXTRA_FLAGS, flags);
    }
    if stats {
        out.text(format_args!(" (0x{:08b})", info.flags));
    }
    out.line();
    Manner { family: *family, indent: "\t", no_keys, is_directed: true }.show(view, attributes);
    if info.selector != Selector::default() {
        view.out.text("\tsel ");
        selector::show(view, &info.selector, *family);
    }
    let out = &mut view.out;
    if stats {
        limits::show(out, &info.limits, &info.usage, "\t");
        let stats = &info.stats;
        out.text("\tstats:");
        out.line();
        let (window, replay, failed) = (stats.replay_window, stats.replay, stats.integrity_failed);
        out.text(format_args!("\t  replay-window {window} replay {replay} failed {failed}"));
        out.line();
    }
    context(out, attributes);
}
