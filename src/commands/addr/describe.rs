//! One address as text or JSON.

use super::FLAGS;
use crate::commands::host::Host;
use crate::output::{Color, Hex, Out, Prefixed};
use crate::rtnl::addr::{Address, FOREVER, KERNEL, flag};
use crate::sys::names::Kind;
use crate::view::View;

/// Shows `address`, to the end of its last line. With `head`, or what `-echo` shows, its device stands before it.
pub fn describe(view: &mut View, address: &Address<'_>, head: bool) {
    if address.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    let brief = view.options.brief;
    if !brief {
        if head || view.options.echo {
            view.out.num("index", "", address.index, ": ");
            view.out.str("dev", "", view.links.name(address.index), "");
        }
        match crate::words::prefix::family_name(address.family) {
            "???" => view.out.num("family_index", "    family ", address.family, " "),
            name => view.out.str("family", "    ", name, " "),
        }
    }
    if let Some(local) = address.local() {
        host(view, address.family, "local", local, "");
        if let Some(peer) = address.peer() {
            view.out.text(" peer ");
            host(view, address.family, "address", peer, "");
        }
        view.out.num("prefixlen", "/", address.prefix_len, " ");
        if let Some(metric) = address.metric() {
            view.out.num("metric", "metric ", metric, " ");
        }
    }
    if brief {
        return;
    }
    if let Some(broadcast) = address.broadcast() {
        view.out.text("brd ");
        host(view, address.family, "broadcast", broadcast, " ");
    }
    if let Some(anycast) = address.anycast() {
        view.out.text("any ");
        host(view, address.family, "anycast", anycast, " ");
    }
    view.out.str("scope", "scope ", view.names.get(Kind::Scope, u32::from(address.scope)), " ");
    flags(&mut view.out, address);
    protocol(view, address.protocol());
    if let Some(label) = address.label() {
        view.out.str("label", "", label, "");
    }
    if let Some((valid, preferred)) = address.lifetimes() {
        view.out.line();
        view.out.text("       valid_lft ");
        lifetime(&mut view.out, "valid_life_time", valid, false);
        view.out.text(" preferred_lft ");
        lifetime(&mut view.out, "preferred_life_time", preferred, address.flags & flag::DEPRECATED != 0);
    }
    view.out.text("\n");
}

/// One of its addresses, by the name of a host where that is asked for.
fn host(view: &mut View, family: u8, key: &str, address: &[u8], after: &str) {
    let color = if family == libc::AF_INET6 as u8 { Color::Inet6 } else { Color::Inet };
    let host = Host::new(&view.options, &mut view.hosts, family, address);
    view.out.paint(color, |out| out.str(key, "", host, after));
}

fn flags(out: &mut Out, address: &Address<'_>) {
    let mut rest = address.flags;
    for flag in FLAGS {
        let set = rest & flag.bit != 0;
        rest &= !flag.bit;
        let name = match flag.bit {
            flag::PERMANENT if set => continue,
            flag::PERMANENT => "dynamic",
            _ if !set => continue,
            flag::SECONDARY if address.family == libc::AF_INET6 as u8 => "temporary",
            _ => flag.name,
        };
        out.text(name);
        out.text(" ");
        if out.is_json() {
            out.bool(name, true, "");
        }
    }
    if rest != 0 {
        out.str("ifa_flags", "flags ", Hex(u64::from(rest), 2), " ");
    }
}

/// Who made it, where that is not the kernel: release 6.1 of the stock tool shows nothing of it.
fn protocol(view: &mut View, protocol: u8) {
    if protocol > KERNEL {
        match view.names.find(Kind::AddressProtocol, protocol.into()).filter(|_| !view.options.numeric) {
            Some(name) => view.out.str("protocol", "proto ", name, " "),
            None => view.out.str("protocol", "proto ", Prefixed(protocol.into()), " "),
        }
    }
}

/// A lifetime in seconds. What is left of a deprecated address's may be negative.
fn lifetime(out: &mut Out, key: &str, seconds: u32, signed: bool) {
    match seconds {
        FOREVER if out.is_json() => out.num(key, "", FOREVER, ""),
        FOREVER => out.text("forever"),
        _ if signed => out.num(key, "", seconds.cast_signed(), "sec"),
        _ => out.num(key, "", seconds, "sec"),
    }
}
