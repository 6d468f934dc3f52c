//! `macvlan`: a device with a link-layer address of its own on another device.

use super::{Draft, Kind};
use crate::error::{Error, Result};
use crate::netlink::{Attrs, Request};
use crate::output::Hardware;
use crate::row;
use crate::rows::{Names, Row, Shown, Value, never_set, never_shown, set_bits};
use crate::rtnl::uapi;
use crate::view::View;
use crate::words::Words;
use crate::words::lladdr;

const MODE: u16 = uapi::IFLA_MACVLAN_MODE as u16;
const FLAGS: u16 = uapi::IFLA_MACVLAN_FLAGS as u16;
const ADDRESS: u16 = uapi::IFLA_MACVLAN_MACADDR as u16;

/// `MACVLAN_MODE_*` in `linux/if_link.h`.
static MODES: Names = Names {
    other: "unknown",
    ..Names::new(4, &[(1, "private"), (2, "vepa"), (4, "bridge"), (8, "passthru"), (SOURCE, "source")])
};
const PASSTHRU: [u8; 4] = 8u32.to_ne_bytes();
const SOURCE: u64 = 16;

/// `MACVLAN_FLAG_*`.
const NOPROMISC: u32 = 1;
const NODST: u32 = 2;

/// `MACVLAN_MACADDR_*`.
const ACTIONS: &[&str] = &["add", "del", "flush", "set"];

const ROWS: &[Row] = &[
    row!(IFLA_MACVLAN_MODE, "mode", Value::Name(&MODES), "private|vepa|bridge|passthru|source", "who can reach whom").says(
        "Error: argument of \"mode\" must be \"private\", \"vepa\", \"bridge\", \"passthru\" or \"source\", not \"{}\"",
        1,
    ),
    row!(IFLA_MACVLAN_FLAGS, "flag", FLAG, "null|nopromisc|nodst", "one of the flags that follow, or none")
        .says("Error: argument of \"flag\" must be \"nopromisc\", \"nodst\" or \"null\", not \"{}\"", 1)
        .shown(Shown::Never),
    row!(IFLA_MACVLAN_FLAGS, "nopromisc", Value::Bits(2, NOPROMISC), "", "do not make the device below promiscuous")
        .one_way()
        .shown(Shown::NonZero),
    row!(IFLA_MACVLAN_FLAGS, "nodst", Value::Bits(2, NODST), "", "do not deliver by destination address in source mode")
        .one_way()
        .shown(Shown::NonZero),
    row!(IFLA_MACVLAN_BC_QUEUE_LEN, "bcqueuelen", Value::U32, "PACKETS", "how many broadcasts may wait")
        .says("Error: argument of \"bcqueuelen\" must be a positive integer [0-4294967295], not \"{}\"", 1),
    row!(IFLA_MACVLAN_BC_QUEUE_LEN_USED, "usedbcqueuelen", Value::U32, "", "how many broadcasts may wait, in effect")
        .read_only(),
    row!(IFLA_MACVLAN_BC_CUTOFF, "bclim", Value::I32, "NUMBER", "receivers above which broadcasts wait")
        .exact()
        .says("Error: illegal value for \"bclim\": \"{}\"", 1)
        .shown(Shown::Never),
    row!(IFLA_MACVLAN_MACADDR_COUNT, "macaddr", SENDERS, "add|del|set|flush [LLADDR...]", "who is listened to in source mode")
        .when(MODE, SOURCE),
    row!(IFLA_MACVLAN_MACADDR_DATA, "macaddr_data", ADDRESSES, "", "their addresses").read_only().when(MODE, SOURCE),
];

pub(super) const KIND: Kind = Kind {
    unknown: "unknown option \"{}\"?",
    finish,
    ..Kind::new("macvlan", "a link-layer address of its own on another device", ROWS)
};

const FLAG: Value = Value::Odd {
    parse: |row, _, words, request| {
        let bits = match words.require()? {
            b"nopromisc" => NOPROMISC,
            b"nodst" => NODST,
            b"null" => 0,
            word => return Err(row.refuse(word)),
        };
        set_bits(request.word(words.place() - 1), FLAGS, 2, bits, true);
        Ok(())
    },
    show: never_shown,
};

const SENDERS: Value = Value::Odd {
    parse: senders,
    show: |_, out, payload| {
        let count = payload.first_chunk().map_or(0, |count| i32::from_ne_bytes(*count));
        out.num("macaddr_count", "remotes (", count, ") ");
    },
};

fn senders(_: &Row, view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let word = words.require()?;
    let action = ACTIONS.iter().position(|action| action.as_bytes() == word);
    let Some(action) = action else { return Err(Error::local(KIND.usage())) };
    request.word(words.place() - 1).put(uapi::IFLA_MACVLAN_MACADDR_MODE as u16, &(action as u32).to_ne_bytes());
    match ACTIONS[action] {
        "add" | "del" => {
            let address = lladdr::parse(words.require()?)?;
            if address.len() != 6 {
                return Err(Error::silent(1));
            }
            request.word(words.place() - 1).put(ADDRESS, &address);
        }
        "set" => listed(view, words, request),
        _ => {}
    }
    Ok(())
}

/// Any number of addresses. A word that is none ends them; the stock tool complains of it and goes on.
fn listed(view: &mut View, words: &mut Words<'_>, request: &mut Request) {
    let nest = request.open(uapi::IFLA_MACVLAN_MACADDR_DATA as u16);
    while let Some(word) = words.peek() {
        match lladdr::parse(word) {
            Ok(address) if address.len() == 6 => request.word(words.place()).attr(ADDRESS, &address),
            Ok(_) => break,
            Err(error) => {
                view.out.complain_of(&error);
                break;
            }
        };
        words.next();
    }
    request.close(nest);
}

const ADDRESSES: Value = Value::Odd {
    parse: never_set,
    show: |row, out, payload| {
        out.open_array(row.key, "");
        for attr in Attrs::new(payload).filter(|attr| attr.kind == ADDRESS && attr.payload.len() >= 6) {
            out.element("", Hardware(&attr.payload[..6]), " ");
        }
        out.close_array("");
    },
};

fn finish(draft: &mut Draft<'_>) -> Result<()> {
    let flags = draft.request.payload(FLAGS).unwrap_or(&[]);
    let nopromisc = flags.first_chunk().is_some_and(|flags| u32::from(u16::from_ne_bytes(*flags)) & NOPROMISC != 0);
    if nopromisc && draft.request.payload(MODE) != Some(&PASSTHRU) {
        return Err(draft.kind.misused("nopromisc flag only valid in passthru mode"));
    }
    Ok(())
}
