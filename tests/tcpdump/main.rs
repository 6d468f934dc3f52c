//! `tcpdump` against the stock one: the same files printed with many options, filters by the number of packets that they
//! match, files exchanged, packets as they pass.

#[path = "../common/mod.rs"]
mod common;
mod filters;
mod frames;
mod live;
mod printed;

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use common::{Scratch, User, all, is_installed};

/// What one of the two programs says of a command line.
type Said = (Option<i32>, String, String);

/// A place with a capture file in it.
struct Bench {
    scratch: Scratch,
    file: PathBuf,
}

impl Bench {
    /// Nothing where there is no stock tool to compare with.
    fn new(file: &[u8]) -> Option<Bench> {
        if !is_installed("tcpdump") {
            return None;
        }
        let scratch = Scratch::new();
        let path = scratch.path("file.pcap");
        fs::write(&path, file).unwrap();
        Some(Bench { scratch, file: path })
    }

    fn stock(&self, words: &[&str]) -> Said {
        let output = self.scratch.command(User::Myself, "tcpdump").env("TZ", "UTC").args(words).output();
        all(&output.unwrap())
    }

    fn ours(&self, words: &[&str]) -> Said {
        let mut command = self.scratch.command(User::Myself, self.scratch.path("iplab"));
        let output: Output = command.env("TZ", "UTC").arg("tcpdump").args(words).output().unwrap();
        all(&output)
    }

    /// Both with `words` on the file: the first line that differs, if any does.
    fn difference(&self, words: &[&str]) -> Option<String> {
        let file = self.file.to_str().unwrap();
        let words = [&["-r", file], words].concat();
        let (stock, ours) = (self.stock(&words), self.ours(&words));
        if stock == ours {
            return None;
        }
        let lines = |said: &Said| format!("{:?}\n{}{}", said.0, said.2, said.1);
        let (stock, ours) = (lines(&stock), lines(&ours));
        let mut pairs = stock.lines().zip(ours.lines()).filter(|(stock, ours)| stock != ours);
        let (stock, ours) = pairs.next().unwrap_or(("(its end)", "(its end)"));
        Some(format!("{words:?}\n  stock: {stock}\n  ours:  {ours}"))
    }
}

/// Fails with all that differs.
fn none_differs(differences: impl Iterator<Item = Option<String>>) {
    let found: Vec<String> = differences.flatten().collect();
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}
