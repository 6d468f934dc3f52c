//! `comment` (`struct xt_comment_info` in `linux/netfilter/xt_comment.h`).

use super::{Kind, Row, Shape};

/// `XT_MAX_COMMENT_LEN`.
const LEN: usize = 256;

pub(super) static COMMENT: Kind = Kind::new(
    "comment",
    LEN,
    &[Row::new("comment", 0, Shape::Text { size: LEN, line: false }, "TEXT", "a note on the rule").required()],
    "a note, which matches always",
);
