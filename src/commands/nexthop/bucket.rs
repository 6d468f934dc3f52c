//! `ip nexthop bucket`: where the buckets of resilient groups send their packets.

use super::{describe_bucket, device, id, usage, vrf};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::nexthop::{self, Nexthop, Select};
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{matches, number, shown, wrong};

/// Which buckets are meant.
pub struct Filter {
    lookup: Lookup,
    select: Select,
    vrf: Option<Vec<u8>>,
}

/// The words of a listing, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::new("dev", "DEV", "those by way of DEV", |f, words| {
        f.select.oif = device(&mut f.lookup.links, words)?;
        Ok(())
    }),
    Keyword::new("master", "DEV", "those by way of the ports of DEV", |f, words| {
        f.select.master = device(&mut f.lookup.links, words)?;
        Ok(())
    }),
    Keyword::new("vrf", "DEV", "those by way of the ports of the VRF DEV", |f, words| {
        f.vrf = Some(words.require()?.to_vec());
        Ok(())
    }),
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

fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let select = Select { family: ip.view.options.family, ..Select::default() };
    let mut filter = Filter { lookup: Lookup::borrow(&mut ip.view), select, vrf: None };
    let mut read = || {
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(&mut filter, &mut words)?,
                None if matches(word, "help") => return Err(usage()),
                None => return Err(wrong("", word)),
            }
        }
        Ok(())
    };
    let parsed = read();
    let Filter { lookup, mut select, vrf: name } = filter;
    lookup.give_back(&mut ip.view);
    if let Some(name) = name {
        select.master = vrf(ip, &name)?;
    }
    parsed?;
    ip.begin_json();
    let result = ip.dump(&mut select.dump_buckets(), |view, message| {
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
