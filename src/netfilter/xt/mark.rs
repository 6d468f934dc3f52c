//! `mark` and `MARK` (`struct xt_mark_mtinfo1`, `struct xt_mark_tginfo2` in `linux/netfilter/xt_mark.h`).

use super::{Kind, Layout, MarkAction, Row, Shape};

pub(super) static MATCH: Kind = Kind {
    revision: 1,
    layout: Layout::Mark,
    heading: " mark match",
    ..Kind::new(
        "mark",
        16,
        &[Row::new("mark", 0, Shape::Mark, "VALUE[/MASK]", "packets with this mark").invert(8, 1, 1).required()],
        "the packet's mark",
    )
};

const fn row(name: &'static str, action: MarkAction, argument: &'static str, help: &'static str) -> Row {
    Row::new(name, 0, Shape::SetMark(action), argument, help).group(1)
}

pub(super) static TARGET: Kind = Kind {
    revision: 2,
    needs: Some((&[], "MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required")),
    ..Kind::new(
        "MARK",
        8,
        &[
            row("set-xmark", MarkAction::Xset, "VALUE[/MASK]", "clear the bits in MASK, flip those in VALUE"),
            row("set-mark", MarkAction::Set, "VALUE[/MASK]", "clear the bits in MASK, set those in VALUE"),
            row("and-mark", MarkAction::And, "BITS", "keep only these bits"),
            row("or-mark", MarkAction::Or, "BITS", "set these bits"),
            row("xor-mark", MarkAction::Xor, "BITS", "flip these bits"),
        ],
        "sets the packet's mark",
    )
};
