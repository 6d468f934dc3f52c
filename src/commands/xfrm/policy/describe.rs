//! One policy as text.

use crate::commands::xfrm::attributes::{Manner, context};
use crate::commands::xfrm::values::{ACTIONS, DIRECTIONS, KINDS, Named, POLICY_FLAGS, SHARES, show_flags};
use crate::commands::xfrm::{limits, selector};
use crate::output::Out;
use crate::rtnl::xfrm::{Attributes, Field, PolicyEvent, PolicyInfo, PolicyKind, uapi};
use crate::view::View;

/// Shows what a message tells of a policy.
pub fn describe(view: &mut View, policy: &PolicyEvent<'_>) {
    view.out.text(match policy.kind {
        uapi::XFRM_MSG_DELPOLICY => "Deleted ",
        uapi::XFRM_MSG_UPDPOLICY => "Updated ",
        uapi::XFRM_MSG_POLEXPIRE => "Expired ",
        _ => "",
    });
    info(view, &policy.info, &policy.attributes, "\t");
    let out = &mut view.out;
    if let Some(hard) = policy.hard {
        out.text(format_args!("\thard {hard}"));
        out.line();
    }
    if out.is_oneline() {
        out.text("\n");
    }
    out.flush_if_full();
}

/// Shows a policy, the lines behind the first behind `indent`.
pub fn info(view: &mut View, info: &PolicyInfo, attributes: &Attributes<'_>, indent: &str) {
    let stats = view.options.stats > 0;
    selector::show(view, &info.selector, 0);
    let out = &mut view.out;
    context(out, attributes);
    out.text(indent);
    // Those of sockets are counted on from the others.
    let (who, direction) = match info.direction.checked_sub(uapi::XFRM_POLICY_MAX) {
        Some(direction) => ("socket ", direction),
        None => ("dir ", info.direction),
    };
    out.text(who);
    out.text(Named(&DIRECTIONS, direction.into()));
    out.text(" ");
    if stats || info.action != uapi::XFRM_POLICY_ALLOW {
        out.text("action ");
        out.text(Named(&ACTIONS, info.action.into()));
        out.text(" ");
    }
    if stats {
        out.text(format_args!("index {} ", info.index));
    }
    out.text(format_args!("priority {} ", info.priority));
    kind(out, attributes);
    if stats {
        out.text("share ");
        out.text(Named(&SHARES, info.share.into()));
        out.text(" ");
    }
    if stats || info.flags != 0 {
        out.text("flag ");
        show_flags(out, &POLICY_FLAGS, info.flags.into());
    }
    if stats {
        out.text(format_args!(" (0x{:08b})", info.flags));
    }
    out.line();
    if stats {
        limits::show(out, &info.limits, &info.usage, indent);
    }
    let family = info.selector.family;
    Manner { family, indent, no_keys: false, is_directed: false }.show(view, attributes);
}

/// Shows which kind of policies is told of, where the kernel says.
pub fn kind(out: &mut Out, attributes: &Attributes<'_>) {
    let Some(payload) = attributes.get(uapi::XFRMA_POLICY_TYPE) else { return };
    out.text("ptype ");
    match PolicyKind::read(payload) {
        Some(kind) => out.text(Named(&KINDS, kind.kind.into())),
        None => out.text("(ERROR truncated)"),
    }
    out.text(" ");
}
