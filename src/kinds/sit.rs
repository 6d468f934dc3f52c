//! `sit`: IPv6 in IPv4 (RFC 4213), also by the addresses themselves (6rd, RFC 5969).

use super::{Kind, ipip};
use crate::output::Address;
use crate::row;
use crate::rows::{Names, Row, Shown, Value, never_shown};
use crate::rtnl::uapi;
use crate::words::prefix;

const PREFIX_LEN: u16 = uapi::IFLA_IPTUN_6RD_PREFIXLEN;
const RELAY: u16 = uapi::IFLA_IPTUN_6RD_RELAY_PREFIX;
const RELAY_LEN: u16 = uapi::IFLA_IPTUN_6RD_RELAY_PREFIXLEN;

/// `SIT_ISATAP`.
const ISATAP: u32 = 1;

/// 2002::/16, of 6to4 (RFC 3056).
const SIX_TO_FOUR: [u8; 16] = [0x20, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const SIX_TO_FOUR_LEN: u16 = 16;

/// `IPPROTO_*` of what is inside.
static MODES: Names = Names::new(
    1,
    &[
        (41, "ip6ip"),
        (41, "ipv6/ipv4"),
        (4, "ipip"),
        (4, "ipv4/ipv4"),
        (4, "ip4ip4"),
        (137, "mplsip"),
        (137, "mpls/ipv4"),
        (0, "any"),
        (0, "any/ipv4"),
    ],
);

/// 6rd: a prefix of IPv6 whose next bits are IPv4 addresses.
pub(super) const SIX_RD: [Row; 5] = [
    row!(IFLA_IPTUN_6RD_PREFIX, "6rd-prefix", PREFIX, "PREFIX", "the prefix that holds IPv4 addresses")
        .exact()
        .key("prefix")
        .when(PREFIX_LEN, u64::MAX),
    row!(IFLA_IPTUN_6RD_PREFIXLEN, "prefixlen", PREFIX_BITS, "", "its length").read_only().shown(Shown::NonZero),
    row!(IFLA_IPTUN_6RD_RELAY_PREFIX, "6rd-relay_prefix", PREFIX, "PREFIX", "the prefix that those have in common")
        .exact()
        .key("relay_prefix")
        .when(PREFIX_LEN, u64::MAX)
        .shown(Shown::NonZero),
    row!(IFLA_IPTUN_6RD_RELAY_PREFIXLEN, "relay_prefixlen", PREFIX_BITS, "", "its length")
        .read_only()
        .when(RELAY, u64::MAX),
    row!(IFLA_IPTUN_6RD_PREFIX, "6rd-reset", RESET, "", "back to 6to4").exact().shown(Shown::Never),
];

const MORE: &[Row] = &[
    row!(IFLA_IPTUN_FLAGS, "isatap", Value::Bits(2, ISATAP), "", "find the other ends by address (RFC 5214)")
        .exact()
        .one_way()
        .shown(Shown::NonZero),
    SIX_RD[0],
    SIX_RD[1],
    SIX_RD[2],
    SIX_RD[3],
    SIX_RD[4],
];

const ROWS: &[Row] = &ipip::rows(ipip::mode(&MODES, "ip6ip|ipip|mplsip|any"), MORE);

pub(super) const KIND: Kind = Kind { name: "sit", help: "IPv6 in IPv4", rows: ROWS, ..ipip::KIND };

/// A prefix of IPv6, or of IPv4 for relays; its length is another attribute.
const PREFIX: Value = Value::Odd {
    parse: |row, _, words, request| {
        let is_relay = row.attr == RELAY;
        let family = if is_relay { libc::AF_INET } else { libc::AF_INET6 };
        let prefix::Prefix { address, bits, .. } = prefix::prefix(words.require()?, family as u8)?;
        if !matches!(words.current(), b"default" | b"any" | b"all") {
            let len = if is_relay { RELAY_LEN } else { PREFIX_LEN };
            request.word(words.place() - 1).put(row.attr, address.bytes()).put(len, &u16::from(bits).to_ne_bytes());
        }
        Ok(())
    },
    show: |row, out, payload| {
        out.text(if row.attr == RELAY { "6rd-relay_prefix" } else { "6rd-prefix" });
        out.str(row.key, " ", Address(payload), "/");
    },
};

const PREFIX_BITS: Value = Value::Odd {
    parse: crate::rows::never_set,
    show: |row, out, payload| {
        if let Some(len) = payload.first_chunk() {
            out.num(row.key, "", u16::from_ne_bytes(*len), " ");
        }
    },
};

const RESET: Value = Value::Odd {
    parse: |row, _, words, request| {
        request.word(words.place() - 1).put(row.attr, &SIX_TO_FOUR).put(PREFIX_LEN, &SIX_TO_FOUR_LEN.to_ne_bytes());
        request.remove(RELAY);
        request.remove(RELAY_LEN);
        Ok(())
    },
    show: never_shown,
};
