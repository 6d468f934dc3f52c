//! Rule to expressions.

use super::uapi::{NETWORK_HEADER, TRANSPORT_HEADER, meta, nfta, op, verdict};
use super::xt::{self, Extension, Layout};
use super::{Family, Interface, Net, Rule, Target, be32, expr};
use crate::netlink::Request;

/// Where `struct iphdr` has its fragment offset, in whose lower 13 bits the offset is.
const FRAGMENT: usize = 6;
const FRAGMENT_MASK: [u8; 2] = [0x1f, 0xff];
/// Where `struct tcphdr` has its flags.
const TCP_FLAGS: usize = 13;
/// A device that cannot exist: what stands for "none at all".
const NO_DEVICE: &[u8] = b"INVAL/D\0";
/// `NFT_RULE_COMPAT_F_INV`.
const COMPAT_INVERTED: u32 = 1 << 1;

/// Where source and destination are in an IP header.
pub(super) fn address_offsets(family: Family) -> (usize, usize) {
    match family {
        Family::V4 => (12, 16),
        Family::V6 => (8, 24),
    }
}

/// `NFT_CMP_NEQ` or `NFT_CMP_EQ`.
fn equal(inverted: bool) -> u32 {
    if inverted { op::NEQ } else { op::EQ }
}

/// Appends `NFTA_RULE_EXPRESSIONS` and `NFTA_RULE_COMPAT`, in the order in which iptables-nft writes them.
pub fn encode(rule: &Rule, family: Family, request: &mut Request) {
    request.nest(nfta::RULE_EXPRESSIONS | nfta::NESTED, |request| {
        interface(request, meta::IIFNAME, &rule.input);
        interface(request, meta::OIFNAME, &rule.output);
        if rule.protocol != 0 {
            expr::meta(request, meta::L4PROTO);
            expr::cmp(request, equal(rule.not_protocol), &[rule.protocol]);
        }
        let (source, destination) = address_offsets(family);
        net(request, source, family, &rule.source);
        net(request, destination, family, &rule.destination);
        if let Some(inverted) = rule.fragment {
            expr::payload(request, NETWORK_HEADER, FRAGMENT, 2);
            expr::mask(request, &FRAGMENT_MASK);
            expr::cmp(request, equal(!inverted), &[0, 0]);
        }
        for extension in &rule.matches {
            condition(request, extension);
        }
        // Before the target: what comes behind a verdict is never reached.
        expr::counter(request, rule.counters);
        target(request, &rule.target);
    });
    compat(request, rule.protocol, rule.not_protocol);
}

/// Appends `NFTA_RULE_COMPAT`, by which x_tables' extensions learn the rule's protocol.
pub(super) fn compat(request: &mut Request, protocol: u8, inverted: bool) {
    request.nest(nfta::RULE_COMPAT | nfta::NESTED, |request| {
        be32(request, nfta::RULE_COMPAT_PROTO, u32::from(protocol));
        be32(request, nfta::RULE_COMPAT_FLAGS, if inverted { COMPAT_INVERTED } else { 0 });
    });
}

fn interface(request: &mut Request, key: u32, interface: &Option<Interface>) {
    let Some(Interface { name, inverted }) = interface else { return };
    expr::meta(request, key);
    match name.strip_suffix(b"+") {
        Some(b"") if *inverted => expr::cmp(request, op::EQ, NO_DEVICE),
        Some(b"") => {}
        Some(beginning) => expr::cmp(request, equal(*inverted), beginning),
        None => expr::cmp(request, equal(*inverted), &[name, &b"\0"[..]].concat()),
    }
}

fn net(request: &mut Request, offset: usize, family: Family, net: &Net) {
    if net.is_any() {
        return;
    }
    let len = family.address_len();
    let mask = &net.mask[..len];
    let whole = mask.iter().take_while(|&&byte| byte == 0xff).count();
    let is_plain = mask[whole..].iter().all(|&byte| byte == 0);
    let len = if is_plain { whole } else { len };
    expr::payload(request, NETWORK_HEADER, offset, len);
    if !is_plain {
        expr::mask(request, mask);
    }
    expr::cmp(request, equal(net.inverted), &net.address[..len]);
}

fn condition(request: &mut Request, extension: &Extension) {
    let (kind, data) = match extension {
        Extension::Known(kind, data) => (kind, data),
        Extension::Foreign(name, revision, info) => {
            return expr::extension(request, b"match", name, *revision, info);
        }
    };
    match kind.layout {
        Layout::Ports if has_ports(kind, data) => ports(request, data, kind.name == "tcp"),
        Layout::Mark => mark(request, data),
        Layout::Limit => {
            let (rate, (_, unit)) = xt::per_unit(xt::u32_at(data, 0));
            expr::limit(request, u64::from(rate), u64::from(unit), xt::u32_at(data, 4));
        }
        Layout::Block | Layout::Ports => {
            expr::extension(request, b"match", kind.name.as_bytes(), kind.revision, data);
        }
    }
}

/// Whether there are ports or flags to compare, and nothing that only the kernel's own match knows: a TCP option.
pub fn has_ports(kind: &xt::Kind, data: &[u8]) -> bool {
    let is_plain = kind.name == "udp" || (xt::u8_at(data, 8) == 0 && xt::u8_at(data, 11) & !7 == 0);
    is_plain && *data != kind.block()
}

fn ports(request: &mut Request, data: &[u8], is_tcp: bool) {
    let inverted = xt::u8_at(data, if is_tcp { 11 } else { 8 });
    if is_tcp && xt::u8_at(data, 9) != 0 {
        expr::payload(request, TRANSPORT_HEADER, TCP_FLAGS, 1);
        expr::mask(request, &[xt::u8_at(data, 9)]);
        expr::cmp(request, equal(inverted & 4 != 0), &[xt::u8_at(data, 10)]);
    }
    for (offset, at, bit) in [(0, 0, 1), (2, 4, 2)] {
        let (low, high) = (xt::u16_at(data, at), xt::u16_at(data, at + 2));
        if (low, high) == (0, u16::MAX) && inverted & bit == 0 {
            continue;
        }
        expr::payload(request, TRANSPORT_HEADER, offset, 2);
        match low == high {
            true => expr::cmp(request, equal(inverted & bit != 0), &low.to_be_bytes()),
            false => expr::range(request, equal(inverted & bit != 0), &low.to_be_bytes(), &high.to_be_bytes()),
        }
    }
}

fn mark(request: &mut Request, data: &[u8]) {
    expr::meta(request, meta::MARK);
    let mask = xt::bytes_at(data, 4, 4);
    if mask != [0xff; 4] {
        expr::mask(request, mask);
    }
    expr::cmp(request, equal(xt::u8_at(data, 8) != 0), xt::bytes_at(data, 0, 4));
}

fn target(request: &mut Request, target: &Target) {
    match target {
        Target::None => {}
        Target::Accept => expr::verdict(request, verdict::ACCEPT, None),
        Target::Drop => expr::verdict(request, verdict::DROP, None),
        Target::Return => expr::verdict(request, verdict::RETURN, None),
        Target::Jump(chain) => expr::verdict(request, verdict::JUMP, Some(chain)),
        Target::Goto(chain) => expr::verdict(request, verdict::GOTO, Some(chain)),
        Target::Extension(Extension::Known(kind, data)) => {
            expr::extension(request, b"target", kind.name.as_bytes(), kind.revision, data);
        }
        Target::Extension(Extension::Foreign(name, revision, info)) => {
            expr::extension(request, b"target", name, *revision, info);
        }
    }
}
