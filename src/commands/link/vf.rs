//! Virtual functions: `ip link set DEV vf N …`, and their lines in `ip link show`.

use super::describe::LinkAddress;
use super::stats::human;
use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::output::{Color, Hardware, Show};
use crate::rows::on_off;
use crate::rtnl::link::{self, EXT_VF, Link};
use crate::rtnl::vf::{self, Change, DOT1AD, DOT1Q, Vf, Vlan};
use crate::rtnl::{device_type, ether_type, uapi};
use crate::words::keyword::{Entry, Keyword, entries, find};
use crate::words::lladdr;
use crate::words::{Words, incomplete, matches, number_i32, number_u32, shown, wrong};

/// `IFLA_VF_LINK_STATE_*` by their numbers.
const STATES: &[&str] = &["auto", "enable", "disable"];
/// The longest address of InfiniBand.
const INFINIBAND: usize = 20;

/// What is said of a function.
#[derive(Default)]
struct Asked {
    changes: Vec<Change>,
    /// The length that an address must have, if it is known.
    address_len: Option<usize>,
    rate: Option<u32>,
    least: Option<u32>,
    most: Option<u32>,
}

impl Asked {
    fn set(&mut self, attr: u32, value: u32) {
        self.changes.push(Change::Setting(attr as u16, value));
    }
}

const KEYWORDS: &[Keyword<Asked>] = &[
    Keyword::new("mac", "LLADDR", "its link-layer address", |asked, words| {
        let address = lladdr::parse(words.require()?)?;
        match asked.address_len {
            Some(own) if own > 0 && own != address.len() => {
                let len = address.len();
                Err(Error::local(format!("Invalid address length {len} - must be {own} bytes")))
            }
            _ => {
                asked.changes.push(Change::Address(address));
                Ok(())
            }
        }
    }),
    Keyword::new("vlan", "VID [qos QOS] [proto 802.1Q|802.1ad]", "the VLAN that its packets are in, 0 for none", vlans),
    Keyword::new("rate", "RATE", "the most it may send, in Mbit/s", |asked, words| {
        let rate = rate(words, "rate")?;
        asked.rate = Some(rate);
        asked.changes.push(Change::Rate(rate));
        Ok(())
    }),
    Keyword::new("max_tx_rate", "RATE", "the most it may send, in Mbit/s, 0 for any", |asked, words| {
        asked.most = Some(rate(words, "max tx rate")?);
        Ok(())
    }),
    Keyword::new("min_tx_rate", "RATE", "the least it may send, in Mbit/s", |asked, words| {
        asked.least = Some(rate(words, "min tx rate")?);
        Ok(())
    }),
    Keyword::new("spoofchk", "on|off", "drop what it sends from other addresses", |asked, words| {
        asked.set(uapi::IFLA_VF_SPOOFCHK as u32, on_off("spoofchk", words.require()?)?.into());
        Ok(())
    }),
    Keyword::new("query_rss", "on|off", "let it ask how packets are spread over queues", |asked, words| {
        asked.set(uapi::IFLA_VF_RSS_QUERY_EN as u32, on_off("query_rss", words.require()?)?.into());
        Ok(())
    }),
    Keyword::new("trust", "on|off", "let it do what concerns other functions", |asked, words| {
        asked.set(uapi::IFLA_VF_TRUST as u32, on_off("trust", words.require()?)?.into());
        Ok(())
    }),
    Keyword::new("state", "auto|enable|disable", "its carrier: that of the device, always or never", |asked, words| {
        let word = words.require()?;
        let state = STATES.iter().position(|name| matches(word, name));
        let state = state.ok_or_else(|| wrong("Invalid \"state\" value\n", word))?;
        asked.set(uapi::IFLA_VF_LINK_STATE as u32, state as u32);
        Ok(())
    }),
    Keyword::new("node_guid", "GUID", "the id of its node in InfiniBand, eight bytes", |asked, words| {
        asked.changes.push(Change::Guid(uapi::IFLA_VF_IB_NODE_GUID as u16, guid(words.require()?)?));
        Ok(())
    }),
    Keyword::new("port_guid", "GUID", "the id of its port in InfiniBand, eight bytes", |asked, words| {
        asked.changes.push(Change::Guid(uapi::IFLA_VF_IB_PORT_GUID as u16, guid(words.require()?)?));
        Ok(())
    }),
];

/// What may follow `vf N`.
pub fn grammar() -> Vec<Entry> {
    entries(KEYWORDS)
}

fn rate(words: &mut Words<'_>, name: &str) -> Result<u32> {
    let word = words.require()?;
    number_u32(word, 0).ok_or_else(|| wrong(&format!("Invalid \"{name}\" value\n"), word))
}

/// One VLAN of the usual tag, or any number of others.
fn vlans(asked: &mut Asked, words: &mut Words<'_>) -> Result<()> {
    let first = vlan(words)?;
    if first.protocol == DOT1Q {
        asked.changes.push(Change::Vlan(first));
        return Ok(());
    }
    let mut all = vec![first];
    while words.peek().is_some_and(|word| matches(word, "vlan")) {
        words.next();
        all.push(vlan(words)?);
    }
    asked.changes.push(Change::Vlans(all));
    Ok(())
}

fn vlan(words: &mut Words<'_>) -> Result<Vlan> {
    let word = words.require()?;
    let invalid = |name: &str, word| wrong(&format!("Invalid \"{name}\" value\n"), word);
    let vlan = number_u32(word, 0).filter(|vlan| *vlan <= 4095).ok_or_else(|| invalid("vlan", word))?;
    let mut follows = |name: &str| {
        let there = words.peek().is_some_and(|word| matches(word, name));
        there.then(|| words.nth(1).ok_or_else(incomplete)).transpose()
    };
    let qos = follows("qos")?;
    let qos = qos.map(|word| number_u32(word, 0).ok_or_else(|| invalid("qos", word))).transpose()?;
    let protocol = match follows("proto")? {
        None => DOT1Q,
        Some(word) => {
            let known = ether_type::number(word).or_else(|| number_u32(word, 0)?.try_into().ok());
            let protocol = known.ok_or_else(|| wrong("protocol is invalid\n", word))?;
            if ![DOT1Q, DOT1AD].contains(&protocol) {
                return Err(wrong("Invalid \"vlan protocol\" value - supported 802.1Q, 802.1ad\n", word));
            }
            protocol
        }
    };
    Ok(Vlan { vlan, qos: qos.unwrap_or(0), protocol })
}

/// Reads `11:22:33:44:55:66:77:88`, each byte of two digits.
fn guid(word: &[u8]) -> Result<u64> {
    let byte = |digits: &[u8]| match digits {
        [a, b] => Some(char::from(*a).to_digit(16)? << 4 | char::from(*b).to_digit(16)?),
        _ => None,
    };
    let bytes: Option<Vec<u32>> = word.split(|&b| b == b':').map(byte).collect();
    let bytes = bytes.filter(|bytes| bytes.len() == 8).ok_or_else(|| wrong("Invalid GUID format\n", word))?;
    Ok(bytes.iter().fold(0, |guid, byte| guid << 8 | u64::from(*byte)))
}

/// Reads `N KEYWORDS…` behind `vf` for `device`, and appends what they say.
pub fn parse(ip: &mut Ip, words: &mut Words<'_>, device: Option<&[u8]>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let number = number_i32(word, 0).ok_or_else(|| wrong("Invalid \"vf\" value\n", word))?.cast_unsigned();
    let device = device.ok_or_else(|| crate::words::missing("dev"))?;
    let index = ip.view.links.index(device);
    let mut asked = Asked::default();
    if let Some(index) = index {
        asked.address_len = super::change::address_len(ip, index)?;
    }
    let start = words.place();
    while let Some(keyword) = words.peek().and_then(|word| find(KEYWORDS, word)) {
        words.next();
        (keyword.take)(&mut asked, words)?;
    }
    let missing = || Error::local(format!("Device {} does not exist", shown(device)));
    rates(ip, &mut asked, number, || index.ok_or_else(missing))?;
    if words.place() == start {
        return Err(incomplete());
    }
    vf::change(request.word(start), number, &asked.changes);
    Ok(())
}

/// Where the least or the most is given, both are sent; the other one is what the function has.
fn rates(ip: &mut Ip, asked: &mut Asked, number: u32, index: impl Fn() -> Result<u32>) -> Result<()> {
    if asked.least.is_none() && asked.most.is_none() {
        return Ok(());
    }
    asked.changes.retain(|change| !matches!(change, Change::Rate(_)));
    let mut most = asked.most.or(asked.rate);
    let mut least = asked.least;
    if least.is_none() || most.is_none() {
        let now = ip.get(&mut link::get(index()?, 0, EXT_VF | link::EXT_SKIP_STATS), |_, message| {
            vf::all(&Link::decode(message)?)?.find(|vf| vf.number() == Some(number))?.rates()
        })?;
        least = least.or(now.map(|(least, _)| least));
        most = most.or(now.map(|(_, most)| most));
    }
    let (least, most) = (least.unwrap_or(0), most.unwrap_or(0));
    if most != 0 && least > most {
        return Err(Error::local(format!("Invalid min_tx_rate {least} - must be <= max_tx_rate {most}")));
    }
    asked.changes.push(Change::Rates { least, most });
    Ok(())
}

/// Shows the functions of `link`, each on a line of its own.
pub fn show(view: &mut View, link: &Link<'_>) {
    let Some(all) = vf::all(link) else { return };
    view.out.open_array("vfinfo_list", "");
    for vf in all {
        view.out.open_object("");
        one(view, link, &vf);
        view.out.close_object();
    }
    view.out.close_array("");
}

fn one(view: &mut View, link: &Link<'_>, vf: &Vf<'_>) {
    view.out.line();
    view.out.text("    ");
    view.out.num("vf", "vf ", vf.number().unwrap_or(0).cast_signed(), " ");
    super::describe::link_type(view, link.device_type);
    let len = if link.device_type == device_type::ETHER { 6 } else { INFINIBAND };
    if let Some(address) = vf.address(false, len) {
        view.out.paint(Color::Hardware, |out| out.str("address", "", LinkAddress(address, link.device_type), ""));
    }
    if let Some(address) = vf.address(true, len) {
        super::describe::broadcast(view, link, address);
    }
    match vf.vlans() {
        Some(vlans) => {
            view.out.open_array("vlan_list", "");
            for vlan in vlans {
                view.out.open_object("");
                show_vlan(view, &vlan);
                view.out.close_object();
            }
            view.out.close_array("");
        }
        None => {
            if let Some(vlan) = vf.vlan() {
                show_vlan(view, &vlan);
            }
        }
    }
    settings(view, vf);
    if let (true, Some(counters)) = (view.options.stats > 0, vf.counters()) {
        show_counters(view, &counters);
    }
}

fn show_vlan(view: &mut View, vlan: &Vlan) {
    if vlan.vlan != 0 {
        view.out.num("vlan", ", vlan ", vlan.vlan, "");
    }
    if vlan.qos != 0 {
        view.out.num("qos", ", qos ", vlan.qos, "");
    }
    if ![0, DOT1Q].contains(&vlan.protocol) {
        match ether_type::name(vlan.protocol).filter(|_| !view.options.numeric) {
            Some(name) => view.out.str("protocol", ", vlan protocol ", name, ""),
            None => view.out.str("protocol", ", vlan protocol ", format_args!("[{}]", vlan.protocol), ""),
        }
    }
}

/// Shows a setting that is on or off, unknown where it is -1.
fn switch(view: &mut View, vf: &Vf<'_>, attr: u32, key: &str, text: &str) {
    if let Some(value) = vf.setting(attr as u16).filter(|value| *value != u32::MAX) {
        let text = format!(", {text} {}", if value != 0 { "on" } else { "off" });
        view.out.bool(key, value != 0, &text);
    }
}

fn settings(view: &mut View, vf: &Vf<'_>) {
    if let Some(rate) = vf.rate().filter(|rate| *rate != 0) {
        view.out.num("tx_rate", ", tx rate ", rate, " (Mbps)");
    }
    if let Some((least, most)) = vf.rates() {
        view.out.open_object("rate");
        for (key, name, rate) in [("max_tx", ", max_tx_rate ", most), ("min_tx", ", min_tx_rate ", least)] {
            if view.out.is_json() || rate != 0 {
                view.out.num(key, name, rate, "Mbps");
            }
        }
        view.out.close_object();
    }
    switch(view, vf, uapi::IFLA_VF_SPOOFCHK as u32, "spoofchk", "spoof checking");
    for (attr, key, text) in [
        (uapi::IFLA_VF_IB_NODE_GUID, "node guid", ", NODE_GUID "),
        (uapi::IFLA_VF_IB_PORT_GUID, "port guid", ", PORT_GUID "),
    ] {
        if let Some(guid) = vf.guid(attr as u16) {
            view.out.str(key, text, Hardware(&guid.to_be_bytes()), "");
        }
    }
    if let Some(state) = vf.setting(uapi::IFLA_VF_LINK_STATE as u16) {
        view.out.str("link_state", ", link-state ", *STATES.get(state as usize).unwrap_or(&"disable"), "");
    }
    switch(view, vf, uapi::IFLA_VF_TRUST as u32, "trust", "trust");
    switch(view, vf, uapi::IFLA_VF_RSS_QUERY_EN as u32, "query_rss_en", "query_rss");
}

/// A counter: its attribute, JSON key, heading and how wide it is.
type Counter = (u32, &'static str, &'static str, usize);

const RECEIVED: &[Counter] = &[
    (uapi::IFLA_VF_STATS_RX_BYTES as u32, "bytes", "RX: bytes  ", 10),
    (uapi::IFLA_VF_STATS_RX_PACKETS as u32, "packets", "packets  ", 8),
    (uapi::IFLA_VF_STATS_MULTICAST as u32, "multicast", "mcast   ", 7),
    (uapi::IFLA_VF_STATS_BROADCAST as u32, "broadcast", "bcast ", 7),
    (uapi::IFLA_VF_STATS_RX_DROPPED as u32, "dropped", "  dropped ", 8),
];
const SENT: &[Counter] = &[
    (uapi::IFLA_VF_STATS_TX_BYTES as u32, "tx_bytes", "TX: bytes  ", 10),
    (uapi::IFLA_VF_STATS_TX_PACKETS as u32, "tx_packets", "packets ", 8),
    (uapi::IFLA_VF_STATS_TX_DROPPED as u32, "dropped", "  dropped ", 8),
];

fn show_counters(view: &mut View, counters: &Table<'_, 10>) {
    view.out.open_object("stats");
    for (side, columns) in [("rx", RECEIVED), ("tx", SENT)] {
        view.out.open_object(side);
        // Drivers that do not count what they drop say nothing of it.
        let told = |column: &&Counter| column.1 != "dropped" || counters.has(column.0 as u16);
        view.out.line();
        view.out.text("    ");
        columns.iter().filter(told).for_each(|column| view.out.text(column.2));
        view.out.line();
        view.out.text("    ");
        for (attr, key, _, width) in columns.iter().filter(told) {
            let value = counters.u64(*attr as u16).unwrap_or(0);
            match view.out.is_json() {
                true => view.out.num(key, "", value, ""),
                false => view.out.text(Right(&human(&view.options, value), *width)),
            }
        }
        view.out.close_object();
    }
    view.out.close_object();
}

/// Text on the right of a column, and a blank.
struct Right<'a>(&'a str, usize);

impl Show for Right<'_> {
    fn put(&self, buf: &mut Vec<u8>) {
        format_args!("{:>1$} ", self.0, self.1).put(buf);
    }
}
