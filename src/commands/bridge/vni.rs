//! `bridge vni`: which networks a VXLAN device takes packets of.

use super::filter::{DEVICE, Filter};
use super::{BRIDGE, index_of};
use crate::commands::link::Padded;
use crate::commands::{Ip, Object, Run, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::Table;
use crate::output::{Address, Color};
use crate::rtnl::uapi;
use crate::rtnl::vnifilter::{self, Network, Networks};
use crate::words::Words;
use crate::words::keyword::{Keyword, entries, find};
use crate::words::prefix::{self, Address as Destination};
use crate::words::{atoi, wrong};

/// How wide names of devices are shown (`IFNAMSIZ`).
const NAME: usize = 16;

/// The object `vni`.
pub const OBJECT: Object = Object {
    name: "vni",
    called: "vni",
    help: "networks of VXLAN devices",
    verbs: &[
        Verb {
            name: "add",
            help: "add networks",
            grammar: || entries(KEYWORDS),
            run: |ip, w| exactly("add", add, ip, w),
        },
        Verb { name: "del", help: "", grammar: || entries(KEYWORDS), run: |ip, w| exactly("del", delete, ip, w) },
        Verb {
            name: "delete",
            help: "remove networks",
            grammar: || entries(KEYWORDS),
            run: |ip, w| exactly("delete", delete, ip, w),
        },
        Verb {
            name: "show",
            help: "show networks",
            grammar: || entries(DEVICE),
            run: |ip, w| exactly("show", show, ip, w),
        },
        Verb { name: "lst", help: "", grammar: || entries(DEVICE), run: |ip, w| exactly("lst", show, ip, w) },
        Verb { name: "list", help: "", grammar: || entries(DEVICE), run: |ip, w| exactly("list", show, ip, w) },
    ],
    default: show,
};

/// Carries out a verb that must be written out, unlike those of other objects.
fn exactly(verb: &str, run: Run, ip: &mut Ip, words: Words<'_>) -> Result<()> {
    match words.current() == verb.as_bytes() {
        true => run(ip, words),
        false => Err(BRIDGE.unknown_verb(&OBJECT, words.current())),
    }
}

/// What the words say.
#[derive(Default)]
pub struct Change {
    device: Option<Vec<u8>>,
    networks: Option<Vec<u8>>,
    destination: Option<Destination>,
}

const KEYWORDS: &[Keyword<Change>] = &[
    Keyword::exact("dev", "DEV", "the VXLAN device", |change, words| {
        change.device = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("vni", "VNI[-VNI][,VNI[-VNI]]...", "the networks", |change, words| {
        let word = words.require()?;
        if change.networks.is_some() {
            return Err(wrong("duplicate vni", word));
        }
        change.networks = Some(word.to_vec());
        Ok(())
    }),
    Keyword::exact("group", "ADDRESS", "the multicast group that packets go to", |change, words| {
        let address = change.take_destination(words)?;
        match address.is_multicast() {
            true => Ok(()),
            false => Err(wrong("invalid group address", words.current())),
        }
    }),
    Keyword::exact("remote", "ADDRESS", "the host that packets go to", |change, words| {
        change.take_destination(words).map(|_| ())
    }),
];

impl Change {
    fn take_destination(&mut self, words: &mut Words<'_>) -> Result<Destination> {
        if self.destination.is_some() {
            return Err(wrong("duplicate group", words.current()));
        }
        let address = prefix::address(words.require()?, 0)?;
        self.destination = Some(address);
        Ok(address)
    }
}

/// Reads ranges between commas. What is no number is 0, as the stock tool has it.
fn ranges(word: &[u8]) -> Vec<(u32, u32)> {
    let number = |word: &[u8]| atoi(word).cast_unsigned();
    let range = |word: &[u8]| match word.iter().position(|&b| b == b'-') {
        Some(at) => (number(&word[..at]), number(&word[at + 1..])),
        None => (number(word), 0),
    };
    word.split(|&b| b == b',').filter(|range| !range.is_empty()).map(range).collect()
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::RTM_NEWTUNNEL as u32)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::RTM_DELTUNNEL as u32)
}

/// Words that mean nothing are passed over, as the stock tool does.
fn modify(ip: &mut Ip, mut words: Words<'_>, kind: u32) -> Result<()> {
    let mut change = Change::default();
    while let Some(word) = words.next() {
        match find(KEYWORDS, word) {
            Some(keyword) => (keyword.take)(&mut change, &mut words)?,
            None if word == b"help" => return Err(BRIDGE.object_usage(&OBJECT)),
            None => {}
        }
    }
    let (Some(device), Some(networks)) = (&change.device, &change.networks) else {
        return Err(Error::local("Device and VNI ID are required arguments."));
    };
    let index = index_of(ip, "vxlan device", device)?;
    let destination = change.destination.as_ref().map(Destination::bytes);
    ip.ask(&mut vnifilter::change(kind, index, &ranges(networks), destination))
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE)?;
    ip.begin_json();
    let stats = ip.view.options.stats > 0;
    ip.view.out.text(format_args!("{:NAME$}  {:15}  {:15}\n", "dev", "vni", "group/remote"));
    let shown = ip.dump(&mut vnifilter::dump(filter.index.unwrap_or(0), stats), |view, message| {
        if let Some(networks) = Networks::decode(message).filter(|networks| filter.admits(networks.index)) {
            describe(view, &networks);
        }
    });
    // So the stock tool spells it here.
    shown.map_err(|error| {
        let text = error.to_string();
        Error::words(text.replace("Dump terminated", "Dump ternminated")).with_status(error.status())
    })
}

/// Shows the networks of a device, each on a line, and an empty line.
pub fn describe(view: &mut View, networks: &Networks<'_>) {
    if networks.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    for (i, network) in networks.entries().enumerate() {
        if i == 0 {
            view.out.open_object("");
            let name = view.links.name(networks.index);
            view.out.paint(Color::Device, |out| match out.is_json() {
                true => out.str("ifname", "", name, ""),
                false => out.str("", "", Padded(name, NAME), "  "),
            });
            view.out.open_array("vnis", "");
        } else {
            view.out.text(Padded("", NAME + 2));
        }
        one(view, &network);
    }
    if networks.entries().next().is_some() {
        view.out.close_array("");
        view.out.close_object();
    }
    view.out.line();
    view.out.flush_if_full();
}

fn one(view: &mut View, network: &Network<'_>) {
    view.out.open_object("");
    match network.last {
        Some(last) if last != network.first => {
            view.out.num("vni", " ", network.first, "");
            view.out.num("vniEnd", "-", number(view, last), " ");
        }
        Some(_) => view.out.num("vni", " ", network.first, ""),
        None => view.out.num("vni", " ", number(view, network.first), ""),
    }
    if let Some(destination) = network.destination {
        let multicast = match destination {
            [first, _, _, _] => first & 0xf0 == 0xe0,
            _ => destination.first() == Some(&0xff),
        };
        view.out.str(if multicast { "group" } else { "remote" }, " ", Address(destination), "");
    }
    if let Some(stats) = &network.stats {
        counters(view, stats);
    }
    view.out.close_object();
    view.out.line();
}

/// A number in its column; JSON has none.
fn number(view: &View, value: u32) -> Padded<u32> {
    Padded(value, if view.out.is_json() { 0 } else { 14 })
}

/// A counter: its JSON key, its label and its attribute (`VNIFILTER_ENTRY_STATS_*`).
type Counter = (&'static str, &'static str, u16);

/// Counters by side, in the order in which they are shown.
const COUNTERS: [(&str, [Counter; 4]); 2] = [
    (
        "RX: ",
        [("rx_bytes", "bytes ", 1), ("rx_pkts", "pkts ", 2), ("rx_drops", "drops ", 3), ("rx_errors", "errors ", 4)],
    ),
    (
        "TX: ",
        [("tx_bytes", "bytes ", 5), ("tx_pkts", "pkts ", 6), ("tx_drops", "drops ", 7), ("tx_errors", "errors ", 8)],
    ),
];

fn counters(view: &mut View, stats: &Table<'_, 10>) {
    view.out.open_object("stats");
    for (side, counters) in COUNTERS {
        view.out.line();
        view.out.text(Padded("", NAME + 3));
        view.out.text(side);
        for (key, label, attr) in counters {
            if let Some(counter) = stats.u64(attr) {
                view.out.num(key, label, counter, " ");
            }
        }
    }
    view.out.close_object();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_between_commas() {
        assert_eq!(ranges(b"10,20-30,,x,5-"), [(10, 0), (20, 30), (0, 0), (5, 0)]);
    }
}
