//! `ip link set DEV inet …`: settings of IPv4, as `/proc/sys/net/ipv4/conf/DEV` has them.

use crate::error::Result;
use crate::netlink::Request;
use crate::rows::on_off;
use crate::rtnl::uapi;
use crate::words::keyword::Entry;
use crate::words::{Words, incomplete, number_i32, wrong};

/// `NLA_F_NESTED`.
const NESTED: u16 = 0x8000;

/// A setting: its number (`IPV4_DEVCONF_*` in `linux/ip.h`), its name, its values and its help.
type Setting = (u16, &'static str, &'static str, &'static str);

/// The values of a switch; all others are numbers.
const SWITCH: &str = "on|off";

const SETTINGS: &[Setting] = &[
    (1, "forwarding", SWITCH, "forward packets that come in here"),
    (3, "proxy_arp", SWITCH, "answer ARP for others"),
    (4, "accept_redirects", SWITCH, "believe ICMP redirects"),
    (5, "secure_redirects", SWITCH, "believe only those of gateways"),
    (6, "send_redirects", SWITCH, "send ICMP redirects"),
    (7, "shared_media", SWITCH, "several networks share the link"),
    (8, "rp_filter", "0|1|2", "check source addresses: off, strict, loose"),
    (9, "accept_source_route", SWITCH, "accept packets that say their way"),
    (10, "bootp_relay", SWITCH, "accept packets from 0.0.0.0/8 to others"),
    (11, "log_martians", SWITCH, "log packets with impossible addresses"),
    (12, "tag", "NUMBER", "a number for whoever wants it"),
    (13, "arp_filter", SWITCH, "answer ARP only where the answer would go out"),
    (14, "medium_id", "NUMBER", "which devices are on the same medium, -1 for no proxy ARP"),
    (15, "disable_xfrm", SWITCH, "no IPsec, whatever the policy"),
    (16, "disable_policy", SWITCH, "no policy of IPsec"),
    (17, "force_igmp_version", "0|1|2|3", "the version of IGMP, 0 for what is heard"),
    (18, "arp_announce", "0|1|2", "which source address ARP requests have"),
    (19, "arp_ignore", "0-8", "which ARP requests are not answered"),
    (20, "promote_secondaries", SWITCH, "the next address of a network becomes the first when the first goes"),
    (21, "arp_accept", "0|1|2", "learn from ARP that nobody asked for"),
    (22, "arp_notify", SWITCH, "announce the address when the device comes up"),
    (23, "accept_local", SWITCH, "accept packets from this machine's own addresses"),
    (24, "src_vmark", SWITCH, "look the way back up with the packet's mark"),
    (25, "proxy_arp_pvlan", SWITCH, "answer ARP for others of the same link"),
    (26, "route_localnet", SWITCH, "let 127.0.0.0/8 be routed"),
    (27, "igmpv2_unsolicited_report_interval", "TIME", "between unasked reports of IGMP 1 and 2, in ms"),
    (28, "igmpv3_unsolicited_report_interval", "TIME", "between unasked reports of IGMP 3, in ms"),
    (29, "ignore_routes_with_linkdown", SWITCH, "pass routes over whose device has no carrier"),
    (30, "drop_unicast_in_l2_multicast", SWITCH, "drop unicast that came as link-layer multicast"),
    (31, "drop_gratuitous_arp", SWITCH, "drop ARP that nobody asked for"),
    (32, "bc_forwarding", SWITCH, "forward broadcasts to networks"),
    (33, "arp_evict_nocarrier", SWITCH, "forget neighbours when the carrier goes"),
];

/// What may follow `inet`.
pub fn grammar() -> impl Iterator<Item = Entry> {
    SETTINGS.iter().map(|(_, name, argument, help)| Entry { name, argument, help })
}

/// Reads names and values, at least one, and appends them; the first word that is no name ends them.
pub fn parse(words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    let nests = [uapi::IFLA_AF_SPEC as u16, libc::AF_INET as u16, uapi::IFLA_INET_CONF as u16 | NESTED];
    let nests = nests.map(|attr| request.open(attr));
    let start = words.place();
    while let Some((attr, name, argument, _)) = words.peek().and_then(setting) {
        words.next();
        let word = words.require()?;
        let value = match *argument {
            SWITCH => i32::from(on_off(name, word)?),
            _ => number_i32(word, 0).ok_or_else(|| wrong(&format!("Invalid \"{name}\" value\n"), word))?,
        };
        request.word(words.place() - 1).u32(*attr, value.cast_unsigned());
    }
    if words.place() == start {
        return Err(incomplete());
    }
    nests.into_iter().rev().for_each(|nest| request.close(nest));
    Ok(())
}

fn setting(word: &[u8]) -> Option<&'static Setting> {
    SETTINGS.iter().find(|(_, name, ..)| name.as_bytes() == word)
}
