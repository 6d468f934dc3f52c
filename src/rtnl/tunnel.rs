//! Tunnels as the calls of old know them: `struct ip_tunnel_parm` and `struct ip6_tnl_parm2` (`linux/if_tunnel.h`,
//! `linux/ip6_tunnel.h`).

/// Room for each structure of these calls.
pub type Room = [u8; 256];

/// `GRE_CSUM`, as it stands in memory.
pub const GRE_CSUM: u16 = 0x8000u16.to_be();
/// `GRE_KEY`, as it stands in memory.
pub const GRE_KEY: u16 = 0x2000u16.to_be();
/// `GRE_SEQ`, as it stands in memory.
pub const GRE_SEQ: u16 = 0x1000u16.to_be();
/// `VTI_ISVTI` and `SIT_ISATAP`: an input flag in the machine's order.
pub const SPECIAL: u16 = 1;
/// `IP_DF`: packets are not fragmented.
pub const DONT_FRAGMENT: u16 = 0x4000;

/// Flags of tunnels in IPv6: `IP6_TNL_F_*`.
pub mod flag {
    /// Packets tell no limit of encapsulation.
    pub const IGN_ENCAP_LIMIT: u32 = 0x01;
    /// The class of the packet inside.
    pub const USE_ORIG_TCLASS: u32 = 0x02;
    /// The flow label of the packet inside.
    pub const USE_ORIG_FLOWLABEL: u32 = 0x04;
    /// DSCP goes to the packet inside.
    pub const RCV_DSCP_COPY: u32 = 0x10;
    /// The remote address may be one of this host.
    pub const ALLOW_LOCAL_REMOTE: u32 = 0x40;
}

/// The class in [`Tunnel::flowinfo`].
pub const FLOWINFO_TCLASS: u32 = 0x0ff0_0000;
/// The flow label in [`Tunnel::flowinfo`].
pub const FLOWINFO_FLOWLABEL: u32 = 0x000f_ffff;

/// A tunnel in IPv4 or IPv6.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tunnel {
    /// Its name.
    pub name: Vec<u8>,
    /// The index of the device below, 0 for any.
    pub link: u32,
    /// `IPPROTO_*` of what it carries.
    pub protocol: u8,
    /// `GRE_*` of what comes.
    pub i_flags: u16,
    /// `GRE_*` of what goes.
    pub o_flags: u16,
    /// The key of what comes, in network order.
    pub i_key: [u8; 4],
    /// The key of what goes, in network order.
    pub o_key: [u8; 4],
    /// Our end; IPv4 has the first four bytes.
    pub local: [u8; 16],
    /// The other end.
    pub remote: [u8; 16],
    /// TTL or hop limit, 0 to take it from the packet inside.
    pub ttl: u8,
    /// IPv4: TOS, its lowest bit to take it from the packet inside.
    pub tos: u8,
    /// IPv4: [`DONT_FRAGMENT`] or 0.
    pub fragment: u16,
    /// IPv6: how often a packet may be wrapped again.
    pub encap_limit: u8,
    /// IPv6: class and flow label.
    pub flowinfo: u32,
    /// IPv6: [`flag`].
    pub flags: u32,
}

fn copy(room: &mut Room, at: usize, bytes: &[u8]) {
    room[at..at + bytes.len()].copy_from_slice(bytes);
}

fn array<const N: usize>(room: &Room, at: usize) -> [u8; N] {
    std::array::from_fn(|i| room[at + i])
}

impl Tunnel {
    /// The structure that the calls of IPv4 or IPv6 take.
    pub fn encode(&self, inet6: bool) -> Room {
        let mut room = [0; 256];
        copy(&mut room, 0, &self.name[..self.name.len().min(15)]);
        copy(&mut room, 16, &self.link.to_ne_bytes());
        let gre = |room: &mut Room, at: usize| {
            copy(room, at, &self.i_flags.to_ne_bytes());
            copy(room, at + 2, &self.o_flags.to_ne_bytes());
            copy(room, at + 4, &self.i_key);
            copy(room, at + 8, &self.o_key);
        };
        if inet6 {
            copy(&mut room, 20, &[self.protocol, self.encap_limit, self.ttl]);
            copy(&mut room, 24, &self.flowinfo.to_be_bytes());
            copy(&mut room, 28, &self.flags.to_ne_bytes());
            copy(&mut room, 32, &self.local);
            copy(&mut room, 48, &self.remote);
            gre(&mut room, 64);
            return room;
        }
        gre(&mut room, 20);
        // A header of version 4 and five words, `struct iphdr`.
        copy(&mut room, 32, &[0x45, self.tos]);
        copy(&mut room, 38, &self.fragment.to_be_bytes());
        copy(&mut room, 40, &[self.ttl, self.protocol]);
        copy(&mut room, 44, &self.local[..4]);
        copy(&mut room, 48, &self.remote[..4]);
        room
    }

    /// The tunnel that such a call has told of.
    pub fn decode(room: &Room, inet6: bool) -> Tunnel {
        let name = crate::netlink::until_nul(&room[..16]).to_vec();
        let gre = if inet6 { 64 } else { 20 };
        let mut tunnel = Tunnel {
            name,
            link: u32::from_ne_bytes(array(room, 16)),
            i_flags: u16::from_ne_bytes(array(room, gre)),
            o_flags: u16::from_ne_bytes(array(room, gre + 2)),
            i_key: array(room, gre + 4),
            o_key: array(room, gre + 8),
            ..Tunnel::default()
        };
        if inet6 {
            [tunnel.protocol, tunnel.encap_limit, tunnel.ttl] = array(room, 20);
            tunnel.flowinfo = u32::from_be_bytes(array(room, 24));
            tunnel.flags = u32::from_ne_bytes(array(room, 28));
            (tunnel.local, tunnel.remote) = (array(room, 32), array(room, 48));
        } else {
            tunnel.tos = room[33];
            tunnel.fragment = u16::from_be_bytes(array(room, 38));
            [tunnel.ttl, tunnel.protocol] = array(room, 40);
            tunnel.local[..4].copy_from_slice(&room[44..48]);
            tunnel.remote[..4].copy_from_slice(&room[48..52]);
        }
        tunnel
    }
}

/// A router that an ISATAP tunnel may use: `struct ip_tunnel_prl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Router {
    /// Its address.
    pub address: [u8; 4],
    /// `PRL_DEFAULT`: it is a default router.
    pub is_default: bool,
}

impl Router {
    /// The structure that the calls take.
    pub fn encode(&self) -> Room {
        let mut room = [0; 256];
        copy(&mut room, 0, &self.address);
        copy(&mut room, 4, &u16::from(self.is_default).to_ne_bytes());
        room
    }

    /// The structure that asks for all of them.
    pub fn query() -> Room {
        let mut room = [0; 256];
        copy(&mut room, 8, &240u32.to_ne_bytes());
        room
    }

    /// The routers that such a call has told of, which stand behind the first entry.
    pub fn decode(room: &Room) -> impl Iterator<Item = Router> {
        let entry = |e: &[u8; 16]| Router { address: [e[0], e[1], e[2], e[3]], is_default: e[4] | e[5] != 0 };
        room.as_chunks::<16>().0[1..].iter().map(entry).filter(|router| router.address != [0; 4])
    }
}

/// What IPv6 prefix stands for what part of IPv4 (RFC 5969): `struct ip_tunnel_6rd`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SixRd {
    /// The prefix and its length in bits.
    pub prefix: ([u8; 16], u16),
    /// The part of IPv4 addresses that is left out, and its length in bits.
    pub relay: ([u8; 4], u16),
}

impl SixRd {
    /// The structure that the calls take.
    pub fn encode(&self) -> Room {
        let mut room = [0; 256];
        copy(&mut room, 0, &self.prefix.0);
        copy(&mut room, 16, &self.relay.0);
        copy(&mut room, 20, &self.prefix.1.to_ne_bytes());
        copy(&mut room, 22, &self.relay.1.to_ne_bytes());
        room
    }

    /// What such a call has told.
    pub fn decode(room: &Room) -> SixRd {
        SixRd {
            prefix: (array(room, 0), u16::from_ne_bytes(array(room, 20))),
            relay: (array(room, 16), u16::from_ne_bytes(array(room, 22))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_bytes_of_tunnels() {
        let mut tunnel = Tunnel {
            name: b"gre1".to_vec(),
            link: 3,
            protocol: 47,
            i_flags: GRE_KEY,
            i_key: [0, 0, 0, 7],
            ttl: 64,
            tos: 1,
            fragment: DONT_FRAGMENT,
            ..Tunnel::default()
        };
        tunnel.remote[..4].copy_from_slice(&[10, 0, 0, 9]);
        let room = tunnel.encode(false);
        assert_eq!(room[20..32], [0x20, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0]);
        let header = [0x45, 1, 0, 0, 0, 0, 0x40, 0, 64, 47, 0, 0, 0, 0, 0, 0, 10, 0, 0, 9];
        assert_eq!((&room[32..52], &room[52..56]), (&header[..], &[0; 4][..]));
        assert_eq!(Tunnel::decode(&room, false), tunnel);
        (tunnel.tos, tunnel.fragment) = (0, 0);
        (tunnel.encap_limit, tunnel.flowinfo, tunnel.flags) = (4, 0x0120_0345, flag::RCV_DSCP_COPY);
        let room = tunnel.encode(true);
        assert_eq!(room[20..32], [47, 4, 64, 0, 1, 0x20, 3, 0x45, 0x10, 0, 0, 0]);
        assert_eq!(Tunnel::decode(&room, true), tunnel);
        let sixrd = SixRd { prefix: ([0x20; 16], 32), relay: ([10, 0, 0, 0], 8) };
        assert_eq!(SixRd::decode(&sixrd.encode()), sixrd);
    }
}
