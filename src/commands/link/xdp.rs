//! XDP: programs that see packets before the rest of the kernel does. `ip link set DEV xdp …`, and what of it
//! `ip link show` tells.

use std::os::fd::AsRawFd;

use crate::commands::{Ip, View, bpf};
use crate::error::Result;
use crate::netlink::{Request, Table};
use crate::output::Hex;
use crate::rtnl::link::Link;
use crate::rtnl::uapi;
use crate::sys;
use crate::words::{Words, incomplete};

/// `XDP_FLAGS_UPDATE_IF_NOEXIST` (`linux/if_link.h`): only where there is none yet.
const IF_NONE: u32 = 1;
/// `XDP_FLAGS_HW_MODE`.
const HARDWARE: u32 = 8;

/// A keyword, what it says of who runs the program (`XDP_FLAGS_*_MODE`), and its help.
pub type Mode = (&'static str, u32, &'static str);

/// The keywords.
pub const MODES: [Mode; 4] = [
    ("xdpgeneric", 2, "a program that sees packets first, in any device"),
    ("xdpdrv", 4, "the same in the device's driver"),
    ("xdpoffload", HARDWARE, "the same in its hardware"),
    ("xdp", 0, "the same where it can be"),
];

/// Whether these `XDP_FLAGS_*` are those of a program in hardware.
pub const fn is_hardware(flags: u32) -> bool {
    flags == HARDWARE
}

/// How a link tells who runs the program: `XDP_ATTACHED_*`.
const ATTACHED: &[&str] = &["", "xdp", "xdpgeneric", "xdpoffload", "xdpmulti"];
const MULTI: u8 = 4;

/// Programs of the several that run, what their lines are called, and the number of who runs them.
const SEVERAL: &[(u32, &str, u8)] = &[
    (uapi::IFLA_XDP_SKB_PROG_ID as u32, "generic", 2),
    (uapi::IFLA_XDP_DRV_PROG_ID as u32, "drv", 1),
    (uapi::IFLA_XDP_HW_PROG_ID as u32, "offload", 3),
];

/// What may follow a keyword.
pub const ARGUMENT: &str = "off|pinned FILE|object FILE";

/// Reads `off`, which must be the last word, or a program, and appends the program's file.
pub fn parse(
    ip: &mut Ip,
    words: &mut Words<'_>,
    flags: u32,
    device: Option<&[u8]>,
    request: &mut Request,
) -> Result<()> {
    let word = words.require()?;
    let place = words.place() - 1;
    if is_hardware(flags) && device.and_then(|device| ip.view.links.index(device)).is_none() {
        return Err(incomplete());
    }
    let program = match word {
        b"off" | b"none" if words.is_empty() => -1,
        _ => {
            let program = bpf::parse(words, bpf::Kind::Xdp)?;
            let number = program.file.as_raw_fd();
            request.hold(program.file);
            number
        }
    };
    let flags = if ip.view.options.force { flags } else { flags | IF_NONE };
    request.word(place).nest(uapi::IFLA_XDP as u16, |r| {
        r.u32(uapi::IFLA_XDP_FD as u16, program.cast_unsigned());
        if flags != 0 {
            r.u32(uapi::IFLA_XDP_FLAGS as u16, flags);
        }
    });
    Ok(())
}

fn attached<'a>(link: &Link<'a>) -> Option<(Table<'a, 9>, u8)> {
    let attrs = link.attrs.table(uapi::IFLA_XDP as u16)?;
    let mode = attrs.u8(uapi::IFLA_XDP_ATTACHED as u16).filter(|mode| *mode != 0)?;
    Some((attrs, mode))
}

/// Shows on the first line who runs a program, with its id where it has no line of its own; in JSON all of it.
pub fn mode(view: &mut View, link: &Link<'_>, links_only: bool) {
    let Some((attrs, mode)) = attached(link) else { return };
    if view.out.is_json() {
        return json(view, &attrs, mode);
    }
    match ATTACHED.get(usize::from(mode)) {
        Some(name) => view.out.text(*name),
        None => view.out.text(format_args!("xdp[{mode}]")),
    }
    let id = attrs.u32(uapi::IFLA_XDP_PROG_ID as u16).filter(|id| *id != 0 && !links_only);
    if let Some(id) = id {
        view.out.text(format_args!("/id:{id}"));
    }
    view.out.text(" ");
}

/// Shows the programs, each on a line.
pub fn programs(view: &mut View, link: &Link<'_>) {
    let Some((attrs, mode)) = attached(link).filter(|_| !view.out.is_json()) else { return };
    let several = if mode == MULTI { SEVERAL } else { &[] };
    let all = [(uapi::IFLA_XDP_PROG_ID as u32, "", mode)].into_iter().chain(several.iter().copied());
    for (attr, name, _) in all {
        if let Some(id) = attrs.u32(attr as u16).filter(|id| *id != 0) {
            view.out.line();
            view.out.text(format_args!("    prog/xdp{name} "));
            program(view, id);
        }
    }
}

fn json(view: &mut View, attrs: &Table<'_, 9>, mode: u8) {
    view.out.open_object("xdp");
    view.out.num("mode", "", mode, "");
    let only = attrs.u32(uapi::IFLA_XDP_PROG_ID as u16);
    if let Some(id) = only.filter(|id| *id != 0) {
        program(view, id);
    }
    view.out.open_array("attached", "");
    let several: Vec<_> =
        SEVERAL.iter().filter_map(|(attr, _, mode)| Some((*mode, attrs.u32(*attr as u16)?))).collect();
    let all = if several.is_empty() { only.map(|id| (mode, id)).into_iter().collect() } else { several };
    for (mode, id) in all {
        view.out.open_object("");
        view.out.num("mode", "", mode, "");
        program(view, id);
        view.out.close_object();
    }
    view.out.close_array("");
    view.out.close_object();
}

/// Shows what the kernel tells of the program with this id.
fn program(view: &mut View, id: u32) {
    view.out.open_object("prog");
    view.out.num("id", "id ", id, " ");
    if let Ok(program) = sys::bpf_program(id) {
        view.out.str("name", "name ", &program.name, " ");
        let tag = u64::from_be_bytes(program.tag);
        view.out.str("tag", "tag ", Hex(tag, 16), " ");
        match view.out.is_json() {
            true => view.out.num("jited", "", u8::from(program.is_compiled), ""),
            false => view.out.text(if program.is_compiled { "jited " } else { "" }),
        }
        if view.options.details > 0 {
            if program.loaded != 0 {
                view.out.num("load_time", "load_time ", program.loaded, " ");
                view.out.num("created_by_uid", "created_by_uid ", program.user, " ");
            }
            if program.types != 0 {
                view.out.num("btf_id", "btf_id ", program.types, " ");
            }
        }
    }
    view.out.close_object();
}
