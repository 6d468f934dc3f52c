//! One rule as text or JSON.

use super::{DSCP_ALL, FLOW_LABEL_ALL};
use crate::commands::host::{self, Host};
use crate::output::{Color, Prefixed};
use crate::rtnl::rule::Rule;
use crate::rtnl::uapi;
use crate::sys;
use crate::sys::names::Kind;
use crate::view::View;
use crate::words::named;
use crate::words::prefix::family_bits;

const TO_TABLE: u8 = uapi::FR_ACT_TO_TBL as u8;
const GOTO: u8 = uapi::FR_ACT_GOTO as u8;
const NOP: u8 = uapi::FR_ACT_NOP as u8;
const NAT: u8 = uapi::RTN_NAT as u8;
/// Where the address of a NAT rule is: the number of `RTA_GATEWAY`.
pub(super) const NAT_ADDRESS: u16 = uapi::FRA_UNUSED2 as u16;

/// Shows `rule` on a line.
pub fn describe(view: &mut View, rule: &Rule<'_>) {
    view.out.open_object("");
    if rule.deleted {
        view.out.bool("deleted", true, "Deleted ");
    }
    view.out.num("priority", "", rule.priority().unwrap_or(0), ":\t");
    if rule.header.flags & uapi::FIB_RULE_INVERT != 0 {
        view.out.mark_set("not", "not ");
    }
    prefixes(view, rule);
    packet(view, rule);
    table(view, rule);
    realms(view, rule);
    action(view, rule);
    if let Some(protocol) = rule.protocol() {
        let told = protocol != 0 && protocol != uapi::RTPROT_KERNEL as u8;
        if told || view.options.details > 0 {
            view.out.str("protocol", " proto ", view.names.get(Kind::Protocol, protocol.into()), "");
        }
    }
    class(view, rule);
    view.out.text("\n");
    view.out.close_object();
    view.out.flush_if_full();
}

/// The DSCP and the flow label that are asked of a packet.
fn class(view: &mut View, rule: &Rule<'_>) {
    let View { out, names, options, .. } = view;
    if let Some((dscp, mask)) = rule.dscp() {
        out.text(" dscp ");
        match mask.filter(|mask| u32::from(*mask) != DSCP_ALL && !out.is_json()) {
            Some(_) => out.str("dscp", "", Prefixed(dscp.into()), ""),
            None => match names.find(Kind::DsField, u32::from(dscp) << 2).filter(|_| !options.numeric) {
                Some(name) => out.str("dscp", "", name, ""),
                None => out.str("dscp", "", dscp, ""),
            },
        }
        if let Some(mask) = mask.filter(|mask| u32::from(*mask) != DSCP_ALL || out.is_json()) {
            out.str("dscp_mask", "/", Prefixed(mask.into()), "");
        }
    }
    if let Some((label, mask)) = rule.flow_label() {
        out.str("flowlabel", " flowlabel ", Prefixed(label.into()), "");
        if mask != FLOW_LABEL_ALL || out.is_json() {
            out.str("flowlabel_mask", "/", Prefixed(mask.into()), "");
        }
    }
}

fn prefixes(view: &mut View, rule: &Rule<'_>) {
    let header = &rule.header;
    let out = &mut view.out;
    let whole = family_bits(header.family);
    let color = host::color(header.family).unwrap_or(Color::Plain);
    let mut prefix = |attr: u16, bits: u8, before: &str, key: &str, len_key: &str| {
        if let Some(address) = rule.attrs.get(attr) {
            out.text(before);
            out.paint(color, |out| out.str(key, "", Host::Number(header.family, address), ""));
            if bits != whole {
                out.num(len_key, "/", bits, "");
            }
        } else if bits != 0 {
            out.str(key, before, "0", "");
            out.num(len_key, "/", bits, "");
        } else if key == "src" {
            out.str(key, before, "all", "");
        }
    };
    prefix(uapi::FRA_SRC as u16, header.src_len, "from ", "src", "srclen");
    prefix(uapi::FRA_DST as u16, header.dst_len, " to ", "dst", "dstlen");
}

/// What else is asked of a packet.
fn packet(view: &mut View, rule: &Rule<'_>) {
    let attrs = &rule.attrs;
    if rule.header.tos != 0 {
        let tos = u32::from(rule.header.tos);
        match view.names.find(Kind::DsField, tos).filter(|_| !view.options.numeric) {
            Some(name) => view.out.str("tos", " tos ", name, ""),
            None => view.out.str("tos", " tos ", format_args!("{tos:#04x}"), ""),
        }
    }
    let out = &mut view.out;
    let (mark, mask) = (attrs.u32(uapi::FRA_FWMARK as u16), attrs.u32(uapi::FRA_FWMASK as u16));
    if mark.is_some() || mask.is_some() {
        out.str("fwmark", " fwmark ", Prefixed(mark.unwrap_or(0).into()), "");
        if let Some(mask) = mask.filter(|mask| *mask != u32::MAX) {
            out.str("fwmask", "/", Prefixed(mask.into()), "");
        }
    }
    for (attr, before, key, detached, detached_key) in [
        (uapi::FRA_IIFNAME, " iif ", "iif", uapi::FIB_RULE_IIF_DETACHED, "iif_detached"),
        (uapi::FRA_OIFNAME, " oif ", "oif", uapi::FIB_RULE_OIF_DETACHED, "oif_detached"),
    ] {
        if let Some(name) = attrs.str(attr as u16) {
            out.text(before);
            out.paint(Color::Device, |out| out.str(key, "", name, ""));
            if rule.header.flags & detached != 0 {
                out.mark_set(detached_key, " [detached]");
            }
        }
    }
    if attrs.u8(uapi::FRA_L3MDEV as u16).is_some_and(|on| on != 0) {
        out.mark_set("l3mdev", " lookup [l3mdev-table]");
    }
    if let Some((first, last)) = rule.users() {
        out.num("uid_start", " uidrange ", first, "");
        out.num("uid_end", "-", last, "");
    }
    if let Some(protocol) = attrs.u8(uapi::FRA_IP_PROTO as u16) {
        match sys::ip_protocol_name(protocol).filter(|_| !view.options.numeric) {
            Some(name) => out.str("ipproto", " ipproto ", name, ""),
            None => out.str("ipproto", " ipproto ", format_args!("ipproto-{protocol}"), ""),
        }
    }
    for (attr, key, start, end) in [
        (uapi::FRA_SPORT_RANGE, "sport", "sport_start", "sport_end"),
        (uapi::FRA_DPORT_RANGE, "dport", "dport_start", "dport_end"),
    ] {
        if let Some((first, last)) = rule.ports(attr as u16) {
            out.text(" ");
            out.text(key);
            out.num(if first == last { key } else { start }, " ", first, "");
            if first != last {
                out.num(end, "-", last, "");
            }
        }
    }
    if let Some(id) = rule.tunnel() {
        out.num("tun_id", " tun_id ", id, "");
    }
}

fn table(view: &mut View, rule: &Rule<'_>) {
    let table = rule.table();
    if table == 0 {
        return;
    }
    view.out.str("table", " lookup ", view.names.get(Kind::Table, table), "");
    let number = |attr: u32| rule.attrs.i32(attr as u16).filter(|value| *value != -1);
    if let Some(bits) = number(uapi::FRA_SUPPRESS_PREFIXLEN as u32) {
        view.out.num("suppress_prefixlen", " suppress_prefixlength ", bits, "");
    }
    if let Some(group) = number(uapi::FRA_SUPPRESS_IFGROUP as u32) {
        let name = view.names.get(Kind::Group, group.cast_unsigned());
        view.out.str("suppress_ifgroup", " suppress_ifgroup ", name, "");
    }
}

fn realms(view: &mut View, rule: &Rule<'_>) {
    let Some(pair) = rule.attrs.u32(uapi::FRA_FLOW as u16) else { return };
    let (from, to) = (pair >> 16, pair & 0xffff);
    view.out.text(" realms ");
    if from != 0 {
        view.out.str("flow_from", "", view.names.get(Kind::Realm, from), "/");
    }
    view.out.str("flow_to", "", view.names.get(Kind::Realm, to), "");
}

fn action(view: &mut View, rule: &Rule<'_>) {
    let View { out, options, hosts, .. } = view;
    match rule.header.action {
        NAT => match rule.attrs.get(NAT_ADDRESS) {
            Some(address) => {
                let host = Host::new(options, hosts, rule.header.family, address);
                out.str("nat_gateway", " map-to ", host, "");
            }
            None => out.mark_set("masquerade", " masquerade"),
        },
        GOTO => {
            match rule.attrs.u32(uapi::FRA_GOTO as u16) {
                Some(target) => out.num("goto", " goto ", target, ""),
                None => out.str("goto", " goto ", "none", ""),
            }
            if rule.header.flags & uapi::FIB_RULE_UNRESOLVED != 0 {
                out.mark_set("unresolved", " [unresolved]");
            }
        }
        NOP => out.mark_set("nop", " nop"),
        TO_TABLE => {}
        action => match named::route_kind_name(action).filter(|_| !options.numeric) {
            Some(name) => out.str("action", " ", name, ""),
            None => out.str("action", " ", action, ""),
        },
    }
}
