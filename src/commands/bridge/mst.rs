//! `bridge mst`: the states of ports in the trees of a bridge that has several.

use super::filter::{DEVICE, Filter};
use super::{BRIDGE, link};
use crate::commands::link::Padded;
use crate::commands::{Ip, Object, Verb};
use crate::error::{Error, Result};
use crate::kinds::bridge_slave;
use crate::output::Color;
use crate::rows::{self, Row};
use crate::rtnl::link::{Link, Select, dump};
use crate::rtnl::mst::{self, Entry};
use crate::words::Words;
use crate::words::keyword::{Entry as Help, entries};
use crate::words::{leading_number, matches};

/// The object `mst`.
pub const OBJECT: Object = Object {
    name: "mst",
    called: "mst",
    help: "several spanning trees",
    verbs: &[
        Verb { name: "set", help: "set the state of a port in a tree", grammar: || SET.to_vec(), run: set },
        Verb { name: "show", help: "show states", grammar: || entries(DEVICE), run: show },
        Verb { name: "lst", help: "", grammar: || entries(DEVICE), run: show },
        Verb { name: "list", help: "", grammar: || entries(DEVICE), run: show },
    ],
    default: show,
};

/// What may follow `set`.
const SET: [Help; 3] = [
    Help { name: "dev", argument: "DEV", help: "the port" },
    Help { name: "msti", argument: "NUMBER", help: "the number of the tree" },
    Help { name: "state", argument: "STATE", help: "the state: disabled, listening, learning, forwarding, blocking" },
];

/// How wide names of devices are shown (`IFNAMSIZ`), and numbers of trees.
const NAME: usize = 16;
const TREE: usize = 9;

const STATE: Row = rows::named(bridge_slave::ROWS, "state");

/// Words that mean nothing are passed over, as the stock tool does.
fn set(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let (mut device, mut tree, mut state) = (None, None, None);
    while let Some(word) = words.next() {
        match word {
            b"dev" => device = Some(words.require()?),
            b"msti" => tree = Some(words.require()?),
            b"state" => state = Some(words.require()?),
            _ if matches(word, "help") => return Err(BRIDGE.object_usage(&OBJECT)),
            _ => {}
        }
    }
    let (Some(device), Some(tree), Some(state)) = (device, tree, state) else {
        return Err(Error::local("Device, MSTI and state are required arguments."));
    };
    let index = ip.device(device)?;
    let number = match leading_number(tree, 10) {
        Some((number, b"")) => Some(number as u16),
        None if tree.is_empty() => Some(0),
        _ => None,
    };
    let number = number.filter(|_| !state.is_empty()).ok_or_else(|| Error::local("Error: invalid MSTI"))?;
    let state = link::state(state).and_then(|state| u8::try_from(state).ok());
    let state = state.ok_or_else(|| Error::local("Error: invalid STP port state"))?;
    ip.ask(&mut mst::set(index, &Entry { tree: number, state }))
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE)?;
    ip.begin_json();
    ip.view.out.text(Padded("port", NAME));
    ip.view.out.text("  ");
    ip.view.out.text(Padded("msti", TREE));
    ip.view.out.text("\n");
    let select = Select { family: libc::AF_BRIDGE as u8, ext_mask: mst::EXT_MST, ..Select::default() };
    ip.dump(&mut dump(&select), |view, message| {
        let Some(link) = Link::decode(message).filter(|link| filter.admits(link.index)) else { return };
        let mut opened = false;
        for entry in mst::entries(&link) {
            if std::mem::replace(&mut opened, true) {
                view.out.text(Padded("", NAME + 2));
            } else {
                view.out.open_object("");
                let name = view.links.name(link.index);
                view.out.paint(Color::Device, |out| match out.is_json() {
                    true => out.str("ifname", "", name, ""),
                    false => out.str("", "", Padded(name, NAME), "  "),
                });
                view.out.open_array("mst", "");
            }
            view.out.open_object("");
            view.out.num("msti", "", entry.tree, "");
            view.out.line();
            view.out.text(Padded("", NAME + 4));
            rows::show_one(view, &STATE, &[entry.state]);
            view.out.line();
            view.out.close_object();
        }
        if opened {
            view.out.close_array("");
            view.out.close_object();
        }
    })
}
