//! `ip link afstats`: what protocols count for each device. MPLS is the one that does.

use super::{LINK, human};
use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::output::Color;
use crate::rtnl::{stats, uapi};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{garbage, matches, shown};

/// What may follow.
pub const DEV: Entry = Entry { name: "dev", argument: "DEV", help: "only those of DEV" };

/// `MPLS_STATS_LINK` (`linux/mpls.h`): a `struct mpls_link_stats`.
const MPLS_STATS_LINK: u16 = 1;

/// A counter: its JSON key, its heading, its place in the structure, and the least width of its column.
pub type Counter = (&'static str, &'static str, usize, usize);

const RECEIVED: &[Counter] = &[
    ("bytes", "bytes", 2, 9),
    ("packets", "packets", 0, 7),
    ("errors", "errors", 4, 6),
    ("dropped", "dropped", 6, 7),
    ("noroute", "noroute", 8, 7),
];
const SENT: &[Counter] =
    &[("bytes", "bytes", 3, 9), ("packets", "packets", 1, 7), ("errors", "errors", 5, 6), ("dropped", "dropped", 7, 7)];

/// Shows them. The stock tool's status is 0 even where it finds no such device.
pub fn show(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut name = None;
    while let Some(word) = words.next() {
        match word {
            b"dev" => {
                let word = words.require()?;
                if name.replace(word).is_some() {
                    return Err(garbage("dev", word));
                }
            }
            _ if matches(word, "help") => return Err(crate::commands::object_usage(&LINK)),
            _ => {
                let word = shown(word);
                return Err(Error::words(format!("Command \"{word}\" is unknown, try \"ip link help\".")));
            }
        }
    }
    let device = match name {
        None => None,
        Some(name) => {
            let missing = || Error::local(format!("Device \"{}\" does not exist.", shown(name))).with_status(0);
            Some(ip.view.links.index(name).ok_or_else(missing)?)
        }
    };
    let family = ip.view.options.family;
    ip.begin_json();
    let attr = uapi::IFLA_STATS_AF_SPEC as u16;
    let dumped = ip.dump(&mut stats::dump(attr), |view, message| {
        let told = stats::decode(message).filter(|(index, _)| device.is_none_or(|device| *index == device));
        let Some((index, families)) = told.and_then(|(index, kinds)| Some((index, kinds.nested(attr)?))) else {
            return;
        };
        let mut first = true;
        for one in families.filter(|one| family == 0 || one.kind == u16::from(family)) {
            if std::mem::take(&mut first) {
                view.out.num("ifindex", "", index, ":");
                let name = view.links.name(index);
                view.out.paint(Color::Device, |out| out.str("ifname", "", name, ""));
                view.out.line();
            }
            match i32::from(one.kind) {
                libc::AF_MPLS => {
                    let counters = crate::netlink::Table::<2>::new(one.payload).get(MPLS_STATS_LINK);
                    if let Some(counters) = counters {
                        mpls(view, counters);
                    }
                }
                other => view.out.complain(&format!("    unknown af({other})")),
            }
        }
    });
    dumped.map_err(|error| error.with_status(0))
}

fn mpls(view: &mut View, payload: &[u8]) {
    view.out.text("    mpls:");
    view.out.line();
    mpls_counters(view, "        ", payload);
    view.out.text("\n");
}

/// Shows the counters in a `struct mpls_link_stats`, each line behind `indent`. The last line is left open.
pub fn mpls_counters(view: &mut View, indent: &str, payload: &[u8]) {
    table(view, indent, [RECEIVED, SENT], payload);
}

/// Shows what was received and sent, counters of 64 bits in a structure, in columns. The last line is left open.
pub fn table(view: &mut View, indent: &str, sides: [&[Counter]; 2], payload: &[u8]) {
    let value = |place: usize| {
        let bytes = payload.get(8 * place..).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(0, |bytes| u64::from_ne_bytes(*bytes))
    };
    let widest = |i: usize| {
        let values = sides.into_iter().filter_map(|side| side.get(i)).map(|(.., place, _)| value(*place));
        let digits = values.map(|value| value.checked_ilog10().unwrap_or(0) as usize + 1).max().unwrap_or(0);
        sides[0][i].3.max(if view.options.human { 0 } else { digits })
    };
    let widths: Vec<usize> = (0..sides[0].len()).map(widest).collect();
    for (key, label, side) in [("rx", "RX:", sides[0]), ("tx", "TX:", sides[1])] {
        view.out.open_object(key);
        if key == "tx" {
            view.out.line();
        }
        view.out.text(indent);
        view.out.text(label);
        for (i, ((_, heading, ..), width)) in side.iter().zip(&widths).enumerate() {
            view.out.text(format_args!(" {heading:>0$}", if i == 0 { width - 4 } else { *width }));
        }
        view.out.line();
        view.out.text(indent);
        for ((key, _, place, _), width) in side.iter().zip(&widths) {
            match view.out.is_json() {
                true => view.out.num(key, "", value(*place), ""),
                false => view.out.text(format_args!("{:>1$} ", human(&view.options, value(*place)), width)),
            }
        }
        view.out.close_object();
    }
}
