//! A rule in the words that make it: what `-S` and iptables-save show.

use super::names::{self, prefix_len, put_mask};
use crate::netfilter::xt::{self, Extension, IcmpType, MarkAction, Nat, NatPart, Row, Shape, u8_at, u16_at, u32_at};
use crate::netfilter::{Counters, Family, Interface, Net, Rule, Target};
use crate::output::{Address, Hardware, Hex, Show};

/// Whether and where counters are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// Nowhere.
    None,
    /// As `-c PACKETS BYTES` before the target.
    Words,
    /// As `[PACKETS:BYTES]` before the line.
    Brackets,
}

/// Appends the line that adds `rule` to `chain`.
pub(super) fn rule(buf: &mut Vec<u8>, family: Family, chain: &[u8], rule: &Rule, counting: Counting) {
    let Counters { packets, bytes } = rule.counters;
    if counting == Counting::Brackets {
        format_args!("[{packets}:{bytes}] ").put(buf);
    }
    "-A ".put(buf);
    chain.put(buf);
    net(buf, family, 's', &rule.source);
    net(buf, family, 'd', &rule.destination);
    interface(buf, 'i', &rule.input);
    interface(buf, 'o', &rule.output);
    if rule.protocol != 0 {
        invert(buf, rule.not_protocol);
        " -p ".put(buf);
        match names::protocol_name(rule.protocol, true) {
            Some(name) => name.put(buf),
            None => rule.protocol.put(buf),
        }
    }
    if let Some(inverted) = rule.fragment {
        invert(buf, inverted);
        " -f".put(buf);
    }
    for condition in &rule.matches {
        extension(buf, family, " -m ", condition);
    }
    if counting == Counting::Words {
        format_args!(" -c {packets} {bytes}").put(buf);
    }
    target(buf, family, &rule.target);
    buf.push(b'\n');
}

fn invert(buf: &mut Vec<u8>, inverted: bool) {
    if inverted {
        " !".put(buf);
    }
}

fn net(buf: &mut Vec<u8>, family: Family, letter: char, net: &Net) {
    let len = family.address_len();
    let (address, mask) = (&net.address[..len], &net.mask[..len]);
    let is_any = match family {
        Family::V4 => *mask == [0; 4] && *address == [0; 4],
        Family::V6 => prefix_len(mask) == Some(0),
    };
    if is_any && !net.inverted {
        return;
    }
    invert(buf, net.inverted);
    format_args!(" -{letter} ").put(buf);
    Address(address).put(buf);
    put_mask(buf, mask, true);
}

fn interface(buf: &mut Vec<u8>, letter: char, interface: &Option<Interface>) {
    let Some(Interface { name, inverted }) = interface else { return };
    invert(buf, *inverted);
    format_args!(" -{letter} ").put(buf);
    name.put(buf);
}

fn target(buf: &mut Vec<u8>, family: Family, target: &Target) {
    match target {
        Target::None => {}
        Target::Accept => " -j ACCEPT".put(buf),
        Target::Drop => " -j DROP".put(buf),
        Target::Return => " -j RETURN".put(buf),
        Target::Jump(chain) => [b" -j ", chain.as_slice()].concat().put(buf),
        Target::Goto(chain) => [b" -g ", chain.as_slice()].concat().put(buf),
        Target::Extension(its) => extension(buf, family, " -j ", its),
    }
}

/// Appends `-m` or `-j`, the extension's name and its options.
fn extension(buf: &mut Vec<u8>, family: Family, before: &str, extension: &Extension) {
    before.put(buf);
    match extension {
        Extension::Known(kind, data) => {
            kind.word.put(buf);
            kind.rows.iter().for_each(|row| option(buf, family, row, data));
        }
        Extension::Foreign(name, revision, data) => {
            name.put(buf);
            foreign(buf, *revision, data);
        }
    }
}

/// Appends what there is of an extension that has no table: its revision and its bytes.
pub(super) fn foreign(buf: &mut Vec<u8>, revision: u32, data: &[u8]) {
    format_args!(" [unknown, revision {revision}: ").put(buf);
    data.iter().for_each(|&byte| Hex(byte.into(), 2).put(buf));
    buf.push(b']');
}

/// Appends ` --OPTION VALUE` if it is there.
fn option(buf: &mut Vec<u8>, family: Family, row: &Row, data: &[u8]) {
    if !is_there(row, data) {
        return;
    }
    invert(buf, row.is_inverted(data));
    " --".put(buf);
    row.shown().put(buf);
    value(buf, family, row, data);
}

/// Whether an option would have to be given to make these bytes.
pub(super) fn is_there(row: &Row, data: &[u8]) -> bool {
    let inverted = row.is_inverted(data);
    if let Some(bit) = row.present {
        return bit.is_set(data);
    }
    match row.shape {
        Shape::Ports { .. } => (u16_at(data, row.at), u16_at(data, row.at + 2)) != (0, u16::MAX),
        Shape::TcpFlags | Shape::TcpOption => inverted || u8_at(data, row.at) != 0,
        Shape::Syn => false,
        Shape::Words { .. } => u16_at(data, row.at) != 0,
        Shape::SetMark(action) => action == MarkAction::Xset,
        Shape::Text { line, .. } => !line || u8_at(data, row.at) != 0,
        Shape::PortList(side) => u8_at(data, row.at) == side,
        Shape::Flag(bit) => bit.is_set(data),
        Shape::Burst => u32_at(data, row.at) != 5,
        Shape::Level => u8_at(data, row.at) != 4,
        Shape::LogFlag(bit) => u8_at(data, row.at) & bit != 0,
        Shape::NatTo(nat, part) => {
            let (addresses, ports, _) = nat.has(data);
            ports || (addresses && part == NatPart::Both)
        }
        Shape::NatFlag(nat, bit) => u32_at(data, nat.flags) & bit != 0,
        _ => true,
    }
}

fn value(buf: &mut Vec<u8>, family: Family, row: &Row, data: &[u8]) {
    let at = row.at;
    match row.shape {
        Shape::Ports { .. } => {
            buf.push(b' ');
            range(buf, u16_at(data, at).into(), u16_at(data, at + 2).into());
        }
        Shape::TcpOption => format_args!(" {}", u8_at(data, at)).put(buf),
        Shape::TcpFlags => {
            buf.push(b' ');
            tcp_flags(buf, u8_at(data, at));
            buf.push(b' ');
            tcp_flags(buf, u8_at(data, at + 1));
        }
        Shape::Icmp(types) => icmp(buf, types, data, at),
        Shape::Words { .. }
        | Shape::Protocol
        | Shape::Address
        | Shape::PortRange(_)
        | Shape::Range32
        | Shape::Direction(_) => {
            buf.push(b' ');
            connection(buf, family, row, data, true);
        }
        Shape::Mark => {
            buf.push(b' ');
            mark(buf, u32_at(data, at), u32_at(data, at + 4));
        }
        Shape::SetMark(_) => format_args!(" {:#x}/{:#x}", u32_at(data, at), u32_at(data, at + 4)).put(buf),
        Shape::Text { size, .. } => quoted(buf, text(data, at, size)),
        Shape::PortList(_) => {
            buf.push(b' ');
            port_list(buf, data, |buf, port| port.put(buf));
        }
        Shape::Mac => {
            buf.push(b' ');
            Hardware(xt::bytes_at(data, at, 6)).put(buf);
        }
        Shape::Rate => {
            buf.push(b' ');
            rate(buf, u32_at(data, at));
        }
        Shape::Burst => format_args!(" {}", u32_at(data, at)).put(buf),
        Shape::Choice(list) => {
            buf.push(b' ');
            choice(buf, list, u32_at(data, at));
        }
        Shape::Level => format_args!(" {}", u8_at(data, at)).put(buf),
        Shape::NatTo(nat, part) => {
            buf.push(b' ');
            nat_range(buf, family, &nat, part, data);
        }
        Shape::Syn | Shape::Flag(_) | Shape::LogFlag(_) | Shape::NatFlag(..) => {}
    }
}

const TCP_FLAGS: &[&str] = &["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

/// Appends TCP flags by name.
pub(super) fn tcp_flags(buf: &mut Vec<u8>, flags: u8) {
    let names: Vec<&str> =
        TCP_FLAGS.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 != 0).map(|(_, name)| *name).collect();
    match names.is_empty() {
        true => "NONE".put(buf),
        false => names.join(",").put(buf),
    }
}

fn icmp(buf: &mut Vec<u8>, types: &[IcmpType], data: &[u8], at: usize) {
    let (number, low, high) = (u8_at(data, at), u8_at(data, at + 1), u8_at(data, at + 2));
    let has_any = types.iter().any(|&(_, its, _, _)| its == 0xff);
    if number == 0xff && has_any {
        return " any".put(buf);
    }
    format_args!(" {number}").put(buf);
    if (low, high) != (0, 0xff) {
        format_args!("/{low}").put(buf);
    }
}

/// Appends the value of one of conntrack's options, which look the same in a listing, or a list of words.
pub(super) fn connection(buf: &mut Vec<u8>, family: Family, row: &Row, data: &[u8], numeric: bool) {
    let at = row.at;
    match row.shape {
        Shape::Words { list, .. } => words(buf, list, u16_at(data, at)),
        Shape::Protocol => u16_at(data, at).put(buf),
        Shape::Address => {
            let len = family.address_len();
            let (address, mask) = (xt::bytes_at(data, at, len), xt::bytes_at(data, at + 16, len));
            if !numeric && address.iter().all(|&byte| byte == 0) {
                return "anywhere".put(buf);
            }
            names::put_address(buf, family, address, numeric);
            put_mask(buf, mask, false);
        }
        Shape::PortRange(high_at) => {
            let (low, high) = (u16_at(data, at), u16_at(data, high_at));
            range(buf, low.into(), if high == 0 { low.into() } else { high.into() });
        }
        Shape::Range32 => range(buf, u32_at(data, at), u32_at(data, at + 4)),
        Shape::Direction(bit) => (if bit.is_set(data) { "REPLY" } else { "ORIGINAL" }).put(buf),
        _ => {}
    }
}

/// Appends `LOW:HIGH`, or one of them if they are equal.
fn range(buf: &mut Vec<u8>, low: u32, high: u32) {
    low.put(buf);
    if low != high {
        format_args!(":{high}").put(buf);
    }
}

/// Appends the words whose bits are set; one without bits stands for none.
fn words(buf: &mut Vec<u8>, list: &[(&str, u16)], bits: u16) {
    let set: Vec<&str> = list.iter().filter(|(_, bit)| bits & bit != 0).map(|(name, _)| *name).collect();
    let none = list.iter().find(|(_, bit)| *bit == 0 && bits == 0);
    match none {
        Some((name, _)) => name.put(buf),
        None => set.join(",").put(buf),
    }
}

/// Appends a mark, and its mask if not all bits count.
pub(super) fn mark(buf: &mut Vec<u8>, value: u32, mask: u32) {
    format_args!("{value:#x}").put(buf);
    if mask != u32::MAX {
        format_args!("/{mask:#x}").put(buf);
    }
}

/// The text in a field: the bytes before its NUL.
pub(super) fn text(data: &[u8], at: usize, size: usize) -> &[u8] {
    crate::netlink::until_nul(xt::bytes_at(data, at, size - 1))
}

/// Appends a word as a shell would have to be given it: in quotes if need be.
fn quoted(buf: &mut Vec<u8>, text: &[u8]) {
    buf.push(b' ');
    if !text.is_empty() && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        return text.put(buf);
    }
    buf.push(b'"');
    for &byte in text {
        if matches!(byte, b'"' | b'\\' | b'\'') {
            buf.push(b'\\');
        }
        buf.push(byte);
    }
    buf.push(b'"');
}

/// Appends a list of ports and ranges of ports.
pub(super) fn port_list(buf: &mut Vec<u8>, data: &[u8], mut put: impl FnMut(&mut Vec<u8>, u16)) {
    let count = usize::from(u8_at(data, 1)).min(15);
    let mut at = 0;
    while at < count {
        if at > 0 {
            buf.push(b',');
        }
        put(buf, u16_at(data, 2 + 2 * at));
        if u8_at(data, 32 + at) != 0 && at + 1 < count {
            at += 1;
            buf.push(b':');
            put(buf, u16_at(data, 2 + 2 * at));
        }
        at += 1;
    }
}

/// Appends a rate.
pub(super) fn rate(buf: &mut Vec<u8>, period: u32) {
    match period {
        0 => "inf".put(buf),
        period => {
            let (rate, (unit, _)) = xt::per_unit(period);
            format_args!("{rate}/{unit}").put(buf);
        }
    }
}

/// Appends the word for a number, or the number.
pub(super) fn choice(buf: &mut Vec<u8>, list: &[(u32, &str, &str)], number: u32) {
    match list.iter().find(|(its, _, _)| *its == number) {
        Some((_, name, _)) => name.put(buf),
        None => number.put(buf),
    }
}

/// Appends addresses and ports to translate to.
pub(super) fn nat_range(buf: &mut Vec<u8>, family: Family, nat: &Nat, part: NatPart, data: &[u8]) {
    let (addresses, ports, offset) = nat.has(data);
    let port = |at: usize| u16_at(data, at).to_be();
    if addresses {
        let brackets = family == Family::V6 && ports;
        let low = xt::bytes_at(data, nat.low, nat.address_len);
        let high = xt::bytes_at(data, nat.high, nat.address_len);
        (if brackets { "[" } else { "" }).put(buf);
        Address(low).put(buf);
        if low != high {
            buf.push(b'-');
            Address(high).put(buf);
        }
        (if brackets { "]" } else { "" }).put(buf);
    }
    if !ports {
        return;
    }
    if part == NatPart::Both || addresses {
        buf.push(b':');
    }
    port(nat.port_low).put(buf);
    if port(nat.port_low) != port(nat.port_high) {
        format_args!("-{}", port(nat.port_high)).put(buf);
    }
    if let Some(base) = nat.base.filter(|_| offset) {
        format_args!("/{}", port(base)).put(buf);
    }
}
