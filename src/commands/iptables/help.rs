//! The summary of the options, from the tables.

use super::complaint::{VERSION, program};
use super::options::OPTIONS;
use crate::netfilter::Family;
use crate::netfilter::xt::{Kind, MATCHES, TARGETS};
use crate::words::getopt::Opt;

/// The line of `-V`.
pub(super) fn version(family: Family) -> String {
    format!("{} {VERSION}\n", program(family))
}

/// The summary, with the options of these matches and targets.
pub(super) fn usage(family: Family, kinds: impl Iterator<Item = &'static Kind>) -> String {
    let name = program(family);
    let mut text = format!(
        "{name} {VERSION}\n\nUsage: {name} -[ACD] CHAIN RULE\n       {name} -I CHAIN [NUMBER] RULE\n       \
         {name} -R CHAIN NUMBER RULE\n       {name} -D CHAIN NUMBER\n       {name} -[LS] [CHAIN [NUMBER]]\n       \
         {name} -[FZ] [CHAIN]\n       {name} -[NX] CHAIN\n       {name} -E CHAIN NAME\n       \
         {name} -P CHAIN ACCEPT|DROP\n\nOptions, ! before a condition inverts it:\n"
    );
    for Opt { short, long, argument, help, .. } in OPTIONS.iter().filter(|opt| !opt.help.is_empty()) {
        let short = if *short == 0 { "  ".to_string() } else { format!("-{}", char::from(*short)) };
        line(&mut text, &format!("{short} --{long} {argument}"), help);
    }
    for (what, all) in [("Matches", MATCHES), ("Targets", TARGETS)] {
        text += &format!("\n{what}:\n");
        let words = all.iter().filter(|kind| kind.family.is_none_or(|its| its == family));
        words.for_each(|kind| line(&mut text, kind.word, kind.help));
    }
    for kind in kinds {
        text += &format!("\n{} options:\n", kind.word);
        for row in kind.rows {
            let mark = if row.invert.is_some() { "[!] " } else { "    " };
            line(&mut text, &format!("{mark}--{} {}", row.shown(), row.argument), row.help);
        }
    }
    text
}

fn line(text: &mut String, left: &str, right: &str) {
    *text += &format!("  {:<38} {right}\n", left.trim_end());
}
