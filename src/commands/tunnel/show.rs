//! `ip tunnel show`.

use super::describe::describe;
use super::grammar::{Edit, fallback};
use super::{INET6, family, get};
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::rtnl::link::{Link, Select, Stats, dump};
use crate::rtnl::tunnel::{DONT_FRAGMENT, FLOWINFO_FLOWLABEL, FLOWINFO_TCLASS, Tunnel};
use crate::words::Words;

/// `ARPHRD_*` of tunnels in IPv4: `TUNNEL`, `SIT`, `IPGRE`.
const TYPES: &[u16] = &[768, 776, 778];
/// `ARPHRD_TUNNEL6`.
const TUNNEL6: u16 = 769;
/// `ARPHRD_IP6GRE`.
const IP6GRE: u16 = 823;

/// Shows tunnels.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let family = family(ip, &words)?;
    let inet6 = family == INET6;
    let initial = Tunnel { fragment: if inet6 { 0 } else { DONT_FRAGMENT }, ..Tunnel::default() };
    let wanted = Edit::parse(ip, words, family, false, initial)?;
    let base = fallback(&wanted, family).map(str::as_bytes);
    let one = if inet6 {
        Some(&wanted.name[..]).filter(|name| !name.is_empty() && ip.view.options.stats == 0)
    } else {
        base.map(|base| if wanted.name.is_empty() { base } else { &wanted.name[..] })
    };
    if let Some(name) = one {
        let tunnel = get(family, name, wanted.encode(inet6))?;
        describe(&mut ip.view, &tunnel, family);
        if !inet6 {
            ip.view.out.text("\n");
        }
        return Ok(());
    }
    ip.begin_json();
    let mut failed = None;
    ip.dump(&mut dump(&Select::default()), |view, message| {
        let Some(link) = Link::decode(message).filter(|link| is_tunnel(link, inet6)) else { return };
        if !wanted.name.is_empty() && wanted.name != link.name() {
            return;
        }
        match get(family, link.name(), asked(&wanted, &link, inet6).encode(inet6)) {
            Ok(tunnel) if admits(&wanted, &tunnel, inet6) => {
                describe(view, &tunnel, family);
                if view.options.stats > 0
                    && let Some(counters) = Stats::of(&link)
                {
                    stats(view, &counters);
                }
                view.out.raw("\n");
            }
            Ok(_) => {}
            Err(error) => failed = Some(error),
        }
    })?;
    if let Some(error) = failed {
        ip.view.out.complain_of(&error);
    }
    Ok(())
}

fn is_tunnel(link: &Link<'_>, inet6: bool) -> bool {
    match inet6 {
        true => [TUNNEL6, IP6GRE].contains(&link.device_type),
        false => TYPES.contains(&link.device_type),
    }
}

/// What the kernel is asked for.
fn asked(wanted: &Tunnel, link: &Link<'_>, inet6: bool) -> Tunnel {
    if !inet6 {
        return Tunnel::default();
    }
    let gre = link.device_type == IP6GRE;
    let protocol = if gre { libc::IPPROTO_GRE } else { libc::IPPROTO_IPV6 } as u8;
    Tunnel { name: wanted.name.clone(), link: link.index, protocol, ..Tunnel::default() }
}

fn admits(wanted: &Tunnel, tunnel: &Tunnel, inet6: bool) -> bool {
    let is = |wanted: u32, value: u32| wanted == 0 || wanted == value;
    let at = |wanted: &[u8; 16], value: &[u8; 16]| *wanted == [0; 16] || wanted == value;
    let common = is(wanted.link, tunnel.link)
        && (wanted.name.is_empty() || wanted.name == tunnel.name)
        && at(&wanted.local, &tunnel.local)
        && at(&wanted.remote, &tunnel.remote);
    if !inet6 {
        return common && (wanted.i_key == [0; 4] || wanted.i_key == tunnel.i_key);
    }
    let flow = |mask: u32| is(wanted.flowinfo & mask, tunnel.flowinfo & mask);
    common
        && (wanted.protocol == 0 || tunnel.protocol == 0 || wanted.protocol == tunnel.protocol)
        && is(wanted.encap_limit.into(), tunnel.encap_limit.into())
        && is(wanted.ttl.into(), tunnel.ttl.into())
        && flow(FLOWINFO_TCLASS)
        && flow(FLOWINFO_FLOWLABEL)
        && (wanted.flags == 0 || wanted.flags & tunnel.flags != 0)
}

fn stats(view: &mut View, s: &Stats) {
    let out = &mut view.out;
    // JSON has these lines too, as they are.
    let end = if out.is_oneline() { "\\" } else { "\n" };
    out.raw(end);
    out.raw("RX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts");
    out.raw(end);
    let (packets, bytes, errors) = (s.rx_packets(), s.rx_bytes(), s.rx_errors());
    let (frame, fifo, multicast) = (s.rx_frame_errors(), s.rx_fifo_errors(), s.multicast());
    out.raw(format_args!("    {packets:<10} {bytes:<12} {errors:<6} {frame:<8} {fifo:<8} {multicast:<8}"));
    out.raw(end);
    out.raw("TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs");
    out.raw(end);
    let (packets, bytes, errors) = (s.tx_packets(), s.tx_bytes(), s.tx_errors());
    let (loops, carrier, dropped) = (s.collisions(), s.tx_carrier_errors(), s.tx_dropped());
    out.raw(format_args!("    {packets:<10} {bytes:<12} {errors:<6} {loops:<8} {carrier:<8} {dropped:<6}"));
}
