//! `ip tunnel add`, `change` and `delete`.

use super::grammar::{Edit, fallback};
use super::{INET6, failed, family};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::tunnel::{DONT_FRAGMENT, Tunnel};
use crate::sys::{self, TunnelCall};
use crate::words::Words;

/// What a new tunnel in IPv6 has where nothing is said: hop limit and limit of encapsulation.
const DEFAULT_HOP_LIMIT: u8 = 64;
const DEFAULT_ENCAP_LIMIT: u8 = 4;

fn initial(family: u8) -> Tunnel {
    match family {
        INET6 => Tunnel {
            protocol: libc::IPPROTO_IPV6 as u8,
            ttl: DEFAULT_HOP_LIMIT,
            encap_limit: DEFAULT_ENCAP_LIMIT,
            ..Tunnel::default()
        },
        _ => Tunnel { fragment: DONT_FRAGMENT, ..Tunnel::default() },
    }
}

/// Makes a tunnel.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    make(ip, words, TunnelCall::Add)
}

/// Changes a tunnel.
pub fn change(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    make(ip, words, TunnelCall::Change)
}

fn make(ip: &mut Ip, words: Words<'_>, call: TunnelCall) -> Result<()> {
    let family = family(ip, &words)?;
    let tunnel = Edit::parse(ip, words, family, call == TunnelCall::Change, initial(family))?;
    if family == INET6 {
        if tunnel.name.is_empty() {
            ip.view.out.complain("Tunnel interface name not specified");
        }
    } else if tunnel.ttl != 0 && tunnel.fragment == 0 {
        return Err(Error::local("ttl != 0 and nopmtudisc are incompatible"));
    }
    let unknown = || Error::local("cannot determine tunnel mode (ipip, gre, vti or sit)");
    let base = fallback(&tunnel, family).ok_or_else(unknown)?;
    let name = match call {
        TunnelCall::Change if !tunnel.name.is_empty() => &tunnel.name,
        _ => base.as_bytes(),
    };
    let mut room = tunnel.encode(family == INET6);
    sys::if_tunnel(family, name, call, &mut room).map_err(|errno| failed("add", name, errno))
}

/// Removes a tunnel.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let family = family(ip, &words)?;
    let tunnel = Edit::parse(ip, words, family, false, initial(family))?;
    let name = match fallback(&tunnel, family) {
        Some(base) if tunnel.name.is_empty() => base.as_bytes(),
        _ => &tunnel.name,
    };
    let mut room = tunnel.encode(family == INET6);
    sys::if_tunnel(family, name, TunnelCall::Delete, &mut room).map_err(|errno| failed("delete", name, errno))
}
