//! `mac` (`struct xt_mac_info` in `linux/netfilter/xt_mac.h`).

use super::{Kind, Row, Shape};

pub(super) static MAC: Kind = Kind {
    heading: " MAC",
    ..Kind::new(
        "mac",
        16,
        &[Row::new("mac-source", 0, Shape::Mac, "LLADDR", "from this link-layer address").invert(8, 4, 1).required()],
        "the sender's link-layer address",
    )
};
