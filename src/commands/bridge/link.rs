//! `bridge link`: the ports of bridges.

use super::filter::{DEVICE_AND_MASTER, Filter};
use super::{BRIDGE, index_of, placed};
use crate::commands::link::name_and_flags;
use crate::commands::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::kinds::bridge_slave;
use crate::netlink::{NlmF, Request, Rtm, Table};
use crate::output::Prefixed;
use crate::row;
use crate::rows::{self, Row, Value, named};
use crate::rtnl::bridge::{FLAGS_MASTER, FLAGS_SELF, IFLA_BRIDGE_FLAGS, IFLA_BRIDGE_MODE, NESTED};
use crate::rtnl::link::{self, EXT_VF, Header, Link, Select};
use crate::rtnl::uapi;
use crate::words::Words;
use crate::words::keyword::{Entry, entries};
use crate::words::{atoi, leading_number, matches, shown};

/// The object `link`.
pub const OBJECT: Object = Object {
    name: "link",
    called: "link",
    help: "ports of bridges",
    verbs: &[
        Verb { name: "set", help: "change a port", grammar, run: set },
        Verb { name: "change", help: "", grammar, run: set },
        Verb { name: "show", help: "show ports", grammar: || entries(DEVICE_AND_MASTER), run: show },
        Verb { name: "lst", help: "", grammar: || entries(DEVICE_AND_MASTER), run: show },
        Verb { name: "list", help: "", grammar: || entries(DEVICE_AND_MASTER), run: show },
    ],
    default: show,
};

const fn port(word: &str) -> Row {
    named(bridge_slave::ROWS, word)
}

/// What is always shown of a port.
const ROWS: &[Row] = &[port("state"), port("priority"), port("cost")];

/// What `-details` shows of it.
const DETAILS: &[Row] = &[
    port("hairpin"),
    port("guard"),
    port("root_block"),
    port("fastleave"),
    port("learning"),
    row!(IFLA_BRPORT_LEARNING_SYNC, "learning_sync", Value::OnOff, "on|off", "share addresses learned by hardware"),
    port("flood"),
    port("mcast_flood"),
    port("bcast_flood"),
    port("mcast_router").key("mcast_router"),
    port("mcast_to_unicast"),
    port("neigh_suppress"),
    port("neigh_vlan_suppress"),
    port("neigh_forward_grat"),
    port("vlan_tunnel"),
    port("backup_port"),
    port("backup_nhid").wrong("invalid {}"),
    port("isolated"),
    port("locked"),
    port("mab"),
    // How full the port is: shown where that has an end.
    row!(IFLA_BRPORT_MCAST_N_GROUPS, "mcast_n_groups", Value::U32, "", "how many multicast groups it has")
        .read_only()
        .when(uapi::IFLA_BRPORT_MCAST_MAX_GROUPS as u16, u64::MAX),
    row!(
        IFLA_BRPORT_MCAST_MAX_GROUPS,
        "mcast_max_groups",
        Value::I32,
        "NUMBER",
        "the most multicast groups, 0 for any"
    )
    .newer(),
];

/// What is shown as another row.
const SET_ONLY: &[Row] = &[port("nobackup_port")];

/// Keywords that are no attributes of a port.
const WORDS: &[Entry] = &[
    Entry { name: "dev", argument: "DEV", help: "the port" },
    Entry { name: "hwmode", argument: "vepa|veb", help: "how hardware switches between its functions" },
    Entry { name: "self", argument: "", help: "ask the device itself" },
    Entry { name: "master", argument: "", help: "ask the bridge that it is a port of" },
];

/// How hardware switches (`BRIDGE_MODE_*`).
const MODES: &[&str] = &["VEB", "VEPA"];

fn settable() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(DETAILS).chain(SET_ONLY).filter(|row| !row.word.is_empty())
}

fn grammar() -> Vec<Entry> {
    WORDS.iter().copied().chain(settable().map(Row::entry)).collect()
}

/// What the words that are no attributes of a port have said.
#[derive(Default)]
struct Change<'a> {
    device: Option<&'a [u8]>,
    flags: u16,
    mode: Option<u16>,
}

fn set(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut request = link::request(Rtm::Setlink, NlmF::empty());
    let mut change = Change::default();
    let info = request.open(uapi::IFLA_PROTINFO as u16 | NESTED);
    while let Some(word) = words.next() {
        match word {
            b"dev" => change.device = Some(words.require()?),
            b"hwmode" => {
                change.flags = FLAGS_SELF;
                change.mode = Some(mode(words.require()?)?);
            }
            b"self" => change.flags |= FLAGS_SELF,
            b"master" => change.flags |= FLAGS_MASTER,
            _ => match settable().find(|row| row.word.as_bytes() == word) {
                Some(row) => port_attr(ip, row, &mut words, &mut request)?,
                None => return Err(BRIDGE.object_usage(&OBJECT)),
            },
        }
    }
    request.close(info);
    let device = change.device.ok_or_else(|| Error::local("Device is a required argument."))?;
    let index = index_of(ip, "bridge device", device)?;
    Header { family: libc::AF_BRIDGE as u8, index, ..Header::default() }.patch(&mut request);
    if change.flags != 0 {
        request.nest(uapi::IFLA_AF_SPEC as u16, |r| {
            r.u16(IFLA_BRIDGE_FLAGS, change.flags);
            if let Some(mode) = change.mode {
                r.u16(IFLA_BRIDGE_MODE, mode);
            }
        });
    }
    ip.ask(&mut request)
}

fn mode(word: &[u8]) -> Result<u16> {
    let mode = MODES.iter().position(|mode| mode.to_ascii_lowercase().as_bytes() == word);
    Ok(mode.ok_or_else(|| Error::local("Mode argument must be \"vepa\" or \"veb\"."))? as u16)
}

/// Appends the attribute of `row`, whose keyword has been taken.
///
/// Numbers are read as C's `atoi` reads them; one that is negative in the attribute's size, and a cost of 0, is none.
fn port_attr(ip: &mut Ip, row: &Row, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    if matches!(row.value, Value::Fixed(_) | Value::I32) || row.word == "backup_nhid" {
        return rows::parse_row(row, &mut ip.view, words, request);
    }
    let (word, place) = placed(words)?;
    request.word(place);
    match row.value {
        Value::OnOff => {
            request.u8(row.attr, u8::from(on_off(row.word, word)?));
        }
        Value::U8 => {
            if let Ok(value) = u8::try_from(atoi(word) as i8) {
                request.u8(row.attr, value);
            }
        }
        Value::U16 => {
            if let Ok(value) = u16::try_from(atoi(word) as i16) {
                request.u16(row.attr, value);
            }
        }
        Value::U32 if atoi(word) != 0 => {
            request.u32(row.attr, atoi(word).cast_unsigned());
        }
        Value::Device => {
            let missing = || Error::local(format!("Error: device {} does not exist", shown(word)));
            request.u32(row.attr, ip.view.links.index(word).ok_or_else(missing)?);
        }
        Value::Odd { .. } => {
            let state = state(word).ok_or_else(|| Error::local("Error: invalid STP port state"))?;
            if let Ok(state) = u8::try_from(state as i8) {
                request.u8(row.attr, state);
            }
        }
        _ => {}
    }
    Ok(())
}

/// A state of the spanning tree, by name or number. What fits no byte is for the caller to cut.
pub fn state(word: &[u8]) -> Option<i32> {
    match leading_number(word, 10) {
        Some((number, b"")) => Some(number as i32),
        _ => bridge_slave::STATES.iter().position(|name| name.as_bytes() == word).map(|state| state as i32),
    }
}

/// `on` or `off`, or the beginning of one: `o` is off. The stock tool leaves the negative errno as its status.
pub fn on_off(keyword: &str, word: &[u8]) -> Result<bool> {
    match () {
        () if matches(word, "off") => Ok(false),
        () if matches(word, "on") => Ok(true),
        () => rows::on_off(keyword, word)
            .map_err(|error| Error::local(error.to_string()).with_status((-libc::EINVAL) as u8)),
    }
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip, words, DEVICE_AND_MASTER)?;
    ip.begin_json();
    let select = Select { family: libc::AF_BRIDGE as u8, ext_mask: EXT_VF, ..Select::default() };
    ip.dump(&mut link::dump(&select), |view, message| {
        if let Some(link) =
            Link::decode(message).filter(|link| is_shown(link) && filter.admits_port(link.index, link.master()))
        {
            describe(view, &link);
        }
    })
}

/// Whether a message tells of a port, or of a link as such, which monitor hears of too.
pub fn is_shown(link: &Link<'_>) -> bool {
    matches!(i32::from(link.family), libc::AF_BRIDGE | libc::AF_UNSPEC)
}

/// Shows a port on a line, or two with `-details`.
pub fn describe(view: &mut View, link: &Link<'_>) {
    view.out.open_object("");
    if link.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    view.out.num("ifindex", "", link.index, ": ");
    name_and_flags(view, link);
    if let Some(mtu) = link.attrs.u32(uapi::IFLA_MTU as u16) {
        view.out.num("mtu", "mtu ", mtu, " ");
    }
    if let Some(master) = link.master() {
        view.out.str("master", "master ", view.links.name(master), " ");
    }
    match link.attrs.get(uapi::IFLA_PROTINFO as u16) {
        // Old kernels tell the state alone.
        Some(&[state]) => rows::show_one(view, &ROWS[0], &[state]),
        Some(info) => port_info(view, &Table::new(info)),
        None => {}
    }
    if let Some(mode) = link.attrs.table::<2>(uapi::IFLA_AF_SPEC as u16).and_then(|spec| spec.u16(IFLA_BRIDGE_MODE)) {
        match MODES.get(usize::from(mode)) {
            Some(name) => view.out.str("hwmode", "hwmode ", *name, " "),
            None => view.out.str("hwmode", "hwmode ", Prefixed(u64::from(mode)), " "),
        }
    }
    view.out.text("\n");
    view.out.close_object();
    view.out.flush_if_full();
}

fn port_info(view: &mut View, info: &Table<'_, { crate::kinds::ATTRS }>) {
    rows::show(view, ROWS, info);
    if view.options.details > 0 {
        view.out.line();
        view.out.text("    ");
        rows::show(view, DETAILS, info);
    }
}
