//! `ip nexthop bucket`: where the buckets of resilient groups send their packets.

use super::list::{self, Filter};
use super::{describe_bucket, id, usage};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::nexthop::{self, Nexthop};
use crate::words::Words;
use crate::words::keyword::{Keyword, named};
use crate::words::{matches, number, shown, wrong};

/// The words of a listing, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    named(list::KEYWORDS, "dev"),
    named(list::KEYWORDS, "master"),
    named(list::KEYWORDS, "vrf"),
    Keyword::exact("id", "ID", "those of this group", |f, words| {
        f.select.id = id(words)?;
        Ok(())
    }),
    Keyword::exact("nhid", "ID", "those that hold this next hop", |f, words| {
        f.select.member = id(words)?;
        Ok(())
    }),
];

/// Shows buckets, or one.
pub fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    match words.next() {
        None => show(ip, words),
        Some(verb) if ["list", "show", "lst"].iter().any(|name| matches(verb, name)) => show(ip, words),
        Some(verb) if matches(verb, "get") => get(ip, words),
        Some(verb) if matches(verb, "help") => Err(usage()),
        Some(verb) => Err(Error::words(format!("Command \"{}\" is unknown, try \"ip nexthop help\".", shown(verb)))),
    }
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, KEYWORDS, words)?;
    ip.begin_json();
    let result = ip.dump(&mut filter.select.dump_buckets(), |view, message| {
        if let Some(bucket) = Nexthop::decode(message) {
            describe_bucket(view, &bucket);
        }
    });
    result.map_err(|error| error.with_status(2))
}

fn get(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (mut group, mut index) = (0, None);
    while let Some(word) = words.next() {
        match word {
            b"id" => group = id(&mut words)?,
            b"index" => {
                let word = words.require()?;
                let number = number(word, 0).and_then(|index| index.try_into().ok());
                index = Some(number.ok_or_else(|| wrong("invalid bucket index value", word))?);
            }
            _ => return Err(usage()),
        }
    }
    let Some(index) = index.filter(|_| group != 0) else { return Err(usage()) };
    let mut request = nexthop::get_bucket(ip.view.options.family, group, index);
    ip.get(&mut request, |view, message| {
        if view.options.json {
            view.out.begin_json(view.options.pretty);
        }
        if let Some(bucket) = Nexthop::decode(message) {
            describe_bucket(view, &bucket);
        }
    })
}
