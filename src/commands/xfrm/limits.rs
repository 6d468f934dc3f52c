//! `limit LIMIT`: when something expires, and how far it has come.

use super::values::{Moment, number64};
use crate::error::Result;
use crate::output::{Out, Show};
use crate::rtnl::xfrm::{Limits, Usage, uapi};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::wrong;

type Limit = Keyword<Limits>;

const fn limit(name: &'static str, argument: &'static str, help: &'static str, take: Take) -> Limit {
    Keyword::exact(name, argument, help, take)
}

type Take = fn(&mut Limits, &mut Words<'_>) -> Result<()>;

fn value(to: &mut u64, words: &mut Words<'_>) -> Result<()> {
    let why = format!("value after \"{}\" is invalid", String::from_utf8_lossy(words.current()));
    *to = number64(words, &why)?;
    Ok(())
}

/// The kinds of limits.
pub const KEYWORDS: &[Limit] = &[
    limit("time-soft", "SECONDS", "ask for renewal so long after it was made", |l, w| value(&mut l.soft_seconds, w)),
    limit("time-hard", "SECONDS", "end so long after it was made", |l, w| value(&mut l.hard_seconds, w)),
    limit("time-use-soft", "SECONDS", "ask for renewal so long after its first use", |l, w| {
        value(&mut l.soft_used_seconds, w)
    }),
    limit("time-use-hard", "SECONDS", "end so long after its first use", |l, w| value(&mut l.hard_used_seconds, w)),
    limit("byte-soft", "SIZE", "ask for renewal after so many bytes", |l, w| value(&mut l.soft_bytes, w)),
    limit("byte-hard", "SIZE", "end after so many bytes", |l, w| value(&mut l.hard_bytes, w)),
    limit("packet-soft", "COUNT", "ask for renewal after so many packets", |l, w| value(&mut l.soft_packets, w)),
    limit("packet-hard", "COUNT", "end after so many packets", |l, w| value(&mut l.hard_packets, w)),
];

/// Reads one limit, its kind and its value.
pub fn parse(words: &mut Words<'_>, limits: &mut Limits) -> Result<()> {
    let word = words.require()?;
    let keyword = find(KEYWORDS, word).ok_or_else(|| wrong("LIMIT value is invalid", word))?;
    (keyword.take)(limits, words)
}

/// A limit, `(INF)` for none.
struct Shown(u64);

impl Show for Shown {
    fn put(&self, buf: &mut Vec<u8>) {
        match self.0 {
            uapi::XFRM_INF => "(INF)".put(buf),
            limit => limit.put(buf),
        }
    }
}

/// Shows limits and what has been used, each line behind `indent`.
pub fn show(out: &mut Out, limits: &Limits, usage: &Usage, indent: &str) {
    out.text(indent);
    out.text("lifetime config:");
    out.line();
    for (soft, hard, unit) in
        [(limits.soft_bytes, limits.hard_bytes, "(bytes)"), (limits.soft_packets, limits.hard_packets, "(packets)")]
    {
        out.text(indent);
        out.text("  limit: soft ");
        out.text(Shown(soft));
        out.text(unit);
        out.text(", hard ");
        out.text(Shown(hard));
        out.text(unit);
        out.line();
    }
    for (since, soft, hard) in
        [("add", limits.soft_seconds, limits.hard_seconds), ("use", limits.soft_used_seconds, limits.hard_used_seconds)]
    {
        out.text(indent);
        out.text(format_args!("  expire {since}: soft {soft}(sec), hard {hard}(sec)"));
        out.line();
    }
    out.text(indent);
    out.text("lifetime current:");
    out.line();
    out.text(indent);
    out.text(format_args!("  {}(bytes), {}(packets)", usage.bytes, usage.packets));
    out.line();
    out.text(indent);
    out.text("  add ");
    out.text(Moment(usage.made));
    out.text(" use ");
    out.text(Moment(usage.used));
    out.line();
}
