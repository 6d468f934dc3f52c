//! `tun`: a device whose other end is a program; it is made with `ip tuntap`.

use super::{Kind, Takes};
use crate::output::Out;
use crate::row;
use crate::rows::{Names, Row, Shown, Value, never_set};
use crate::rtnl::uapi;

const MULTI_QUEUE: u16 = uapi::IFLA_TUN_MULTI_QUEUE as u16;

/// `IFF_TUN` and `IFF_TAP` in `linux/if_tun.h`.
static TYPES: Names = Names { other: "UNKNOWN", ..Names::new(1, &[(1, "tun"), (2, "tap")]) };

const ROWS: &[Row] = &[
    row!(IFLA_TUN_TYPE, "type", Value::Name(&TYPES), "", "IP packets (tun) or Ethernet frames (tap)").read_only(),
    row!(IFLA_TUN_PI, "pi", Value::OnOff, "", "the protocol stands before each packet").read_only(),
    row!(IFLA_TUN_VNET_HDR, "vnet_hdr", Value::OnOff, "", "a virtio header stands before each packet").read_only(),
    row!(IFLA_TUN_MULTI_QUEUE, "multi_queue", Value::Switch, "", "several programs or threads share it")
        .read_only()
        .shown(Shown::NonZeroInText),
    row!(IFLA_TUN_NUM_QUEUES, "numqueues", Value::U32, "", "how many queues there are")
        .read_only()
        .when(MULTI_QUEUE, 1),
    row!(IFLA_TUN_NUM_DISABLED_QUEUES, "numdisabled", Value::U32, "", "how many of them are off")
        .read_only()
        .when(MULTI_QUEUE, 1),
    row!(IFLA_TUN_PERSIST, "persist", Value::OnOff, "", "it stays when the program ends").read_only(),
    row!(IFLA_TUN_OWNER, "user", USER, "", "who may open it").read_only(),
    row!(IFLA_TUN_GROUP, "group", GROUP, "", "the group that may open it").read_only(),
];

pub(super) const KIND: Kind =
    Kind { takes: Takes::Anything, ..Kind::new("tun", "a device whose other end is a program", ROWS) };

const USER: Value = Value::Odd {
    parse: never_set,
    show: |_, out, payload| {
        let Some(id) = payload.first_chunk().map(|id| u32::from_ne_bytes(*id)) else { return };
        let user = nix::unistd::User::from_uid(id.into());
        who(out, "user", user.ok().flatten().map(|user| user.name), id);
    },
};

const GROUP: Value = Value::Odd {
    parse: never_set,
    show: |_, out, payload| {
        let Some(id) = payload.first_chunk().map(|id| u32::from_ne_bytes(*id)) else { return };
        let group = nix::unistd::Group::from_gid(id.into());
        who(out, "group", group.ok().flatten().map(|group| group.name), id);
    },
};

fn who(out: &mut Out, key: &str, name: Option<String>, id: u32) {
    out.text(key);
    out.text(" ");
    match name {
        Some(name) => out.str(key, "", name, " "),
        None => out.num(key, "", id, " "),
    }
}
