//! One tunnel as text or JSON.

use super::INET6;
use crate::commands::host::Host;
use crate::output::{Address, Color, Out};
use crate::rtnl::tunnel::{
    DONT_FRAGMENT, FLOWINFO_FLOWLABEL, FLOWINFO_TCLASS, GRE_CSUM, GRE_KEY, GRE_SEQ, Router, SPECIAL, SixRd, Tunnel,
    flag,
};
use crate::sys::names::Kind;
use crate::sys::{self, TunnelCall};
use crate::view::View;

const INET: u8 = libc::AF_INET as u8;
const IPV6: u8 = libc::IPPROTO_IPV6 as u8;

/// What a tunnel carries.
fn carried(protocol: u8) -> &'static str {
    match i32::from(protocol) {
        libc::IPPROTO_IPIP => "ip",
        libc::IPPROTO_GRE => "gre",
        libc::IPPROTO_IPV6 => "ipv6",
        libc::IPPROTO_ESP => "esp",
        libc::IPPROTO_MPLS => "mpls",
        0 => "any",
        _ => "unknown",
    }
}

/// Shows `tunnel`, without the end of its line.
pub fn describe(view: &mut View, tunnel: &Tunnel, family: u8) {
    view.out.open_object("");
    view.out.paint(Color::Device, |out| out.str("ifname", "", &tunnel.name, ": "));
    let below = if family == INET6 { "ipv6" } else { "ip" };
    view.out.str("mode", "", format_args!("{}/{below}", carried(tunnel.protocol)), " ");
    match family {
        INET6 => inet6(view, tunnel),
        _ => inet(view, tunnel),
    }
    gre(&mut view.out, tunnel);
    view.out.close_object();
}

fn inet(view: &mut View, tunnel: &Tunnel) {
    let View { out, options, hosts, links, names, .. } = view;
    let any = |address: &[u8], out: &Out| address == [0; 4] && !out.is_json();
    let (remote, local) = (&tunnel.remote[..4], &tunnel.local[..4]);
    out.text("remote ");
    out.paint(Color::Inet, |out| match any(remote, out) {
        true => out.text("any "),
        false => out.str("remote", "", Host::new(options, hosts, INET, remote), " "),
    });
    out.text("local ");
    out.paint(Color::Inet, |out| match any(local, out) {
        true => out.text("any"),
        false => out.str("local", "", Address(local), ""),
    });
    if tunnel.protocol == IPV6 && tunnel.i_flags & SPECIAL != 0 {
        let mut room = Router::query();
        if sys::if_tunnel(INET, &tunnel.name, TunnelCall::GetPrl, &mut room).is_ok() {
            for router in Router::decode(&room) {
                let (key, before) = if router.is_default { ("pdr", " pdr ") } else { ("pr", " pr ") };
                out.str(key, before, Host::new(options, hosts, INET, &router.address), "");
            }
        }
    }
    if tunnel.link != 0 {
        out.str("dev", " dev ", links.name(tunnel.link), "");
    }
    match tunnel.ttl {
        0 => out.text(" ttl inherit"),
        ttl => out.num("ttl", " ttl ", ttl, ""),
    }
    let (tos, inherit) = (tunnel.tos, tunnel.tos & 1 != 0 && !out.is_json());
    match tos {
        0 => {}
        1 => out.text(" tos inherit"),
        _ => {
            let bits = if inherit { tos & !1 } else { tos };
            let name = names.find(Kind::DsField, bits.into()).filter(|_| !options.numeric);
            let name = name.map_or_else(|| format!("{bits:#04x}"), str::to_string);
            out.str("tos", " tos ", format_args!("{}{name}", if inherit { "inherit/" } else { "" }), "");
        }
    }
    if tunnel.fragment & DONT_FRAGMENT == 0 {
        out.mark_set("nopmtudisc", " nopmtudisc");
    }
    let mut room = [0; 256];
    if tunnel.protocol == IPV6 && sys::if_tunnel(INET, &tunnel.name, TunnelCall::Get6rd, &mut room).is_ok() {
        let sixrd = SixRd::decode(&room);
        if sixrd.prefix.1 != 0 {
            out.str("6rd-prefix", " 6rd-prefix ", Address(&sixrd.prefix.0), "");
            out.num("6rd-prefixlen", "/", sixrd.prefix.1, "");
            if sixrd.relay.0 != [0; 4] {
                let relay = Host::new(options, hosts, INET, &sixrd.relay.0);
                out.str("6rd-relay_prefix", " 6rd-relay_prefix ", relay, "");
                out.num("6rd-relay_prefixlen", "/", sixrd.relay.1, "");
            }
        }
    }
}

fn inet6(view: &mut View, tunnel: &Tunnel) {
    let View { out, options, hosts, links, .. } = view;
    out.text("remote ");
    let remote = Host::new(options, hosts, INET6, &tunnel.remote);
    out.paint(Color::Inet6, |out| out.str("remote", "", remote, " "));
    out.text("local ");
    out.paint(Color::Inet6, |out| out.str("local", "", Address(&tunnel.local), ""));
    if tunnel.link != 0 {
        out.str("link", " dev ", links.name(tunnel.link), "");
    }
    let has = |flag: u32| tunnel.flags & flag != 0;
    match has(flag::IGN_ENCAP_LIMIT) {
        true => out.mark_set("ip6_tnl_f_ign_encap_limit", " encaplimit none"),
        false => out.num("encap_limit", " encaplimit ", tunnel.encap_limit, ""),
    }
    match tunnel.ttl {
        0 => out.text(" hoplimit inherit"),
        limit => out.num("hoplimit", " hoplimit ", limit, ""),
    }
    let class = (tunnel.flowinfo & FLOWINFO_TCLASS) >> 20;
    match has(flag::USE_ORIG_TCLASS) {
        true => out.mark_set("ip6_tnl_f_use_orig_tclass", " tclass inherit"),
        false => out.str("tclass", " tclass ", format_args!("{class:#04x}"), ""),
    }
    let label = tunnel.flowinfo & FLOWINFO_FLOWLABEL;
    match has(flag::USE_ORIG_FLOWLABEL) {
        true => out.mark_set("ip6_tnl_f_use_orig_flowlabel", " flowlabel inherit"),
        false => out.str("flowlabel", " flowlabel ", format_args!("{label:#07x}"), ""),
    }
    out.str("flowinfo", " (flowinfo ", format_args!("{:#010x}", tunnel.flowinfo), ")");
    if has(flag::RCV_DSCP_COPY) {
        out.mark_set("ip6_tnl_f_rcv_dscp_copy", " dscp inherit");
    }
    if has(flag::ALLOW_LOCAL_REMOTE) {
        out.mark_set("ip6_tnl_f_allow_local_remote", " allow-localremote");
    }
}

/// Keys, and for GRE what packets have in their header.
fn gre(out: &mut Out, tunnel: &Tunnel) {
    let (input, output) = (tunnel.i_flags & GRE_KEY != 0, tunnel.o_flags & GRE_KEY != 0);
    let (i_key, o_key) = (u32::from_be_bytes(tunnel.i_key), u32::from_be_bytes(tunnel.o_key));
    if input && output && i_key == o_key {
        out.num("key", " key ", i_key, "");
    } else {
        if input {
            out.num("ikey", " ikey ", i_key, "");
        }
        if output {
            out.num("okey", " okey ", o_key, "");
        }
    }
    if i32::from(tunnel.protocol) != libc::IPPROTO_GRE {
        return;
    }
    out.open_array("flags", "");
    for (set, key, text) in [
        (tunnel.i_flags & GRE_SEQ != 0, "rx_drop_ooseq", "  Drop packets out of sequence."),
        (tunnel.i_flags & GRE_CSUM != 0, "rx_csum", "  Checksum in received packet is required."),
        (tunnel.o_flags & GRE_SEQ != 0, "tx_seq", "  Sequence packets on output."),
        (tunnel.o_flags & GRE_CSUM != 0, "tx_csum", "  Checksum output packets."),
    ] {
        if set {
            out.line();
            out.element("", if out.is_json() { key } else { text }, "");
        }
    }
    out.close_array("");
}
