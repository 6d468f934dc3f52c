//! Filters: each matches as many packets as with the stock tool, and what is none is refused in the same words.

use crate::frames::{file, frames};
use crate::{Bench, none_differs};

const FILTERS: &str = include_str!("filters.txt");
const WRONG: &str = include_str!("filters-wrong.txt");

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[test]
fn packets_that_match() {
    let Some(bench) = Bench::new(&file(&frames(), usize::MAX)) else { return };
    none_differs(lines(FILTERS).map(|filter| bench.difference(&["-n", "--count", filter])));
}

/// A filter that looks behind the end of what was captured does not match.
#[test]
fn packets_that_are_cut() {
    for kept in [18, 30, 40] {
        let Some(bench) = Bench::new(&file(&frames(), kept)) else { return };
        none_differs(lines(FILTERS).map(|filter| bench.difference(&["-n", "--count", filter])));
    }
}

#[test]
fn expressions_that_are_none() {
    let Some(bench) = Bench::new(&file(&frames(), usize::MAX)) else { return };
    none_differs(lines(WRONG).map(|filter| bench.difference(&["-n", "--count", "--", filter])));
}
