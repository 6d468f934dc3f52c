//! `wireguard`: a tunnel between peers that know each other's keys, which are set by wg(8).

use super::{Kind, Takes};

pub(super) const KIND: Kind =
    Kind { takes: Takes::Nothing, ..Kind::new("wireguard", "a tunnel between peers that know each other's keys", &[]) };
