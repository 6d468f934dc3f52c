//! `ip nexthop show`, `get` and `flush`.

use super::{describe, device, id, usage, vrf};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::nexthop::{self, Nexthop, Select};
use crate::view::Lookup;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{matches, number_u32, wrong};

/// Which objects, or buckets, are meant.
pub struct Filter {
    lookup: Lookup,
    pub(super) select: Select,
    vrf: Option<Vec<u8>>,
    protocol: u32,
    /// This one alone, whatever else is said.
    id: Option<u32>,
}

/// The words of a listing, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::new("dev", "DEV", "those by way of DEV", |f, words| {
        f.select.oif = device(&mut f.lookup.links, words)?;
        Ok(())
    }),
    Keyword::new("groups", "", "only groups", |f, _| {
        f.select.groups = true;
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
    Keyword::exact("id", "ID", "this one alone", |f, words| {
        f.id = Some(id(words)?);
        Ok(())
    }),
    Keyword::new("protocol", "NUMBER", "those made by this one", |f, words| {
        let word = words.require()?;
        f.protocol = number_u32(word, 0).ok_or_else(|| wrong("invalid protocol value", word))?;
        Ok(())
    }),
    Keyword::new("fdb", "", "those for a bridge's forwarding table", |f, _| {
        f.select.fdb = true;
        Ok(())
    }),
];

impl Filter {
    /// Reads words that `table` has keywords for.
    pub(super) fn parse(ip: &mut Ip, table: &'static [Keyword<Filter>], words: Words<'_>) -> Result<Filter> {
        let select = Select { family: ip.view.options.family, ..Select::default() };
        let mut filter = Filter { lookup: Lookup::borrow(&mut ip.view), select, vrf: None, protocol: 0, id: None };
        let parsed = filter.read(table, words);
        std::mem::take(&mut filter.lookup).give_back(&mut ip.view);
        if let Some(name) = &filter.vrf {
            filter.select.master = vrf(ip, name)?;
        }
        parsed?;
        Ok(filter)
    }

    fn read(&mut self, table: &'static [Keyword<Filter>], mut words: Words<'_>) -> Result<()> {
        // What stands behind an id is not read.
        while let Some(word) = words.next().filter(|_| self.id.is_none()) {
            match find(table, word) {
                Some(keyword) => (keyword.take)(self, &mut words)?,
                None if matches(word, "help") => return Err(usage()),
                None => return Err(wrong("", word)),
            }
        }
        Ok(())
    }

    fn admits(&self, nexthop: &Nexthop<'_>) -> bool {
        self.protocol == 0 || self.protocol == u32::from(nexthop.header.protocol)
    }
}

/// Shows nexthop objects.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, KEYWORDS, words)?;
    if let Some(id) = filter.id {
        return one(ip, id, filter.protocol);
    }
    ip.begin_json();
    let result = with_counters(ip, |ip, stats| {
        ip.dump(&mut Select { stats, ..filter.select }.dump(), |view, message| {
            if let Some(nexthop) = Nexthop::decode(message).filter(|nexthop| filter.admits(nexthop)) {
                describe(view, &nexthop);
            }
        })
    });
    result.map_err(|error| error.with_status(2))
}

/// Asks with the counters that `-stats` wants; kernels before 6.9 do not know them, and are asked without.
fn with_counters(ip: &mut Ip, ask: impl Fn(&mut Ip, u32) -> Result<()>) -> Result<()> {
    let stats = ip.view.options.stats;
    match ask(ip, stats) {
        Err(Error::Netlink { error, .. }) if stats > 0 && error.errno() == Some(libc::EINVAL) => ask(ip, 0),
        result => result,
    }
}

/// Shows one nexthop object.
pub fn get(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut wanted = 0;
    while let Some(word) = words.next() {
        match word {
            b"id" => wanted = id(&mut words)?,
            _ => return Err(usage()),
        }
    }
    if wanted == 0 { Err(usage()) } else { one(ip, wanted, 0) }
}

fn one(ip: &mut Ip, id: u32, protocol: u32) -> Result<()> {
    with_counters(ip, |ip, stats| {
        ip.get(&mut nexthop::get(ip.view.options.family, id, stats), |view, message| {
            if view.options.json {
                view.out.begin_json(view.options.pretty);
            }
            let made = |nexthop: &Nexthop<'_>| protocol == 0 || protocol == u32::from(nexthop.header.protocol);
            if let Some(nexthop) = Nexthop::decode(message).filter(made) {
                describe(view, &nexthop);
            }
        })
    })
}

/// Takes nexthop objects away.
pub fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let all = words.is_empty();
    let mut filter = Filter::parse(ip, KEYWORDS, words)?;
    if let Some(id) = filter.id {
        return ip.ask(&mut nexthop::delete(id)).map_err(|error| error.with_status(1));
    }
    // Groups go first where all go: each would otherwise be told to have lost its members one by one.
    filter.select.groups |= all;
    let mut result = Ok(());
    let mut count = 0;
    loop {
        let found = ip.collect(&mut filter.select.dump(), |message| {
            Nexthop::decode(message).filter(|nexthop| filter.admits(nexthop)).map(|nexthop| nexthop.id())
        });
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                let text = format!("{error}. Failed to flush nexthops");
                result = Err(Error::local(text).with_status(2));
                break;
            }
        };
        for id in found.into_iter().filter(|id| *id != 0) {
            match ip.ask(&mut nexthop::delete(id)) {
                Ok(()) => count += 1,
                Err(error) => ip.view.out.complain_of(&error),
            }
        }
        if !(all && std::mem::take(&mut filter.select.groups)) {
            break;
        }
    }
    match count {
        0 => ip.view.out.text("Nothing to flush\n"),
        _ => ip.view.out.text(format_args!("Flushed {count} nexthops\n")),
    }
    result
}
