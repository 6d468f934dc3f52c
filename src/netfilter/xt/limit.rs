//! `limit` (`struct xt_rateinfo` in `linux/netfilter/xt_limit.h`), of which the first two fields are the user's.

use super::{Kind, Layout, Row, Shape};

/// `XT_LIMIT_SCALE`: the time from packet to packet is counted in 1/10,000 s.
pub const SCALE: u32 = 10_000;

/// Units of time with their length in s, the longest first.
pub const UNITS: &[(&str, u32)] = &[("day", 24 * 60 * 60), ("hour", 60 * 60), ("min", 60), ("sec", 1)];

/// A rate as packets in a unit of time: the longest unit in which it comes out best. `period` is from packet to packet.
pub fn per_unit(period: u32) -> (u32, (&'static str, u32)) {
    let period = period.max(1);
    let is_too_short = |unit: u32| period > unit || unit / period < unit % period;
    let next = (1..UNITS.len()).find(|&at| is_too_short(UNITS[at].1 * SCALE)).unwrap_or(UNITS.len());
    let unit = UNITS[next - 1];
    (unit.1 * SCALE / period, unit)
}

pub(super) static LIMIT: Kind = Kind {
    // 3 packets an hour, 5 at once.
    start: &[(0, &(60 * 60 * SCALE / 3).to_ne_bytes()), (4, &5u32.to_ne_bytes())],
    layout: Layout::Limit,
    heading: " limit:",
    ..Kind::new(
        "limit",
        8,
        &[
            Row::new("limit", 0, Shape::Rate, "NUMBER[/UNIT]", "so many packets a second, minute, hour or day"),
            Row::new("limit-burst", 4, Shape::Burst, "NUMBER", "so many packets at once, 5 when nothing is said"),
        ],
        "only so many packets in a time",
    )
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_unit() {
        for (rate, unit) in [(5, 60), (10, 1), (3, 3600), (3, 86400), (1, 1), (100, 3600), (7, 60)] {
            let (rate_again, (_, seconds)) = per_unit(SCALE * unit / rate);
            assert_eq!((rate_again, seconds), (rate, unit));
        }
    }
}
