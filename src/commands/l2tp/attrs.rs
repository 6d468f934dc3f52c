//! What tunnels and sessions have (`L2TP_ATTR_*` in `linux/l2tp.h`): the words that set it and what is shown of it.

use crate::error::Error;
use crate::netlink::Request;
use crate::rows::{Names, Row, Shown, Value, never_shown};
use crate::words::prefix;
use crate::words::{hex_bytes, is_device_name, shown, wrong};

pub(super) const PW_TYPE: u16 = 1;
pub(super) const ENCAP_TYPE: u16 = 2;
pub(super) const L2SPEC_TYPE: u16 = 5;
pub(super) const L2SPEC_LEN: u16 = 6;
pub(super) const PROTO_VERSION: u16 = 7;
pub(super) const IFNAME: u16 = 8;
pub(super) const CONN_ID: u16 = 9;
pub(super) const PEER_CONN_ID: u16 = 10;
pub(super) const SESSION_ID: u16 = 11;
pub(super) const PEER_SESSION_ID: u16 = 12;
pub(super) const UDP_CSUM: u16 = 13;
pub(super) const COOKIE: u16 = 15;
pub(super) const PEER_COOKIE: u16 = 16;
pub(super) const RECV_SEQ: u16 = 18;
pub(super) const SEND_SEQ: u16 = 19;
pub(super) const RECV_TIMEOUT: u16 = 22;
pub(super) const IP_SADDR: u16 = 24;
pub(super) const IP_DADDR: u16 = 25;
pub(super) const UDP_SPORT: u16 = 26;
pub(super) const UDP_DPORT: u16 = 27;
pub(super) const IP6_SADDR: u16 = 31;
pub(super) const IP6_DADDR: u16 = 32;
pub(super) const UDP_ZERO_CSUM6_TX: u16 = 33;
pub(super) const UDP_ZERO_CSUM6_RX: u16 = 34;
/// One more than the highest attribute.
pub(super) const ATTRS: usize = 36;

/// `L2TP_ENCAPTYPE_UDP`.
pub(super) const UDP: u16 = 0;
/// `L2TP_PWTYPE_ETH`.
pub(super) const ETHERNET: u16 = 5;

static ENCAPS: Names = Names { other: "??", ..Names::new(2, &[(UDP as u64, "UDP"), (1, "IP")]) };
static ENCAP_WORDS: Names = Names::new(2, &[(UDP as u64, "udp"), (1, "ip")]);

/// What a command says of a tunnel or a session. A keyword must be written out.
pub(super) const WORDS: &[Row] = &[
    Row::input(CONN_ID, "L2TP_ATTR_CONN_ID", "tunnel_id", Value::U32, "ID", "the tunnel's number here, from 1")
        .aliases(&["tid"])
        .wrong("invalid ID\n"),
    Row::input(PEER_CONN_ID, "L2TP_ATTR_PEER_CONN_ID", "peer_tunnel_id", Value::U32, "ID", "its number at the peer")
        .aliases(&["ptid"])
        .wrong("invalid ID\n"),
    Row::input(IP_DADDR, "L2TP_ATTR_IP_DADDR", "remote", ADDRESS, "ADDRESS", "the peer's address"),
    Row::input(IP_SADDR, "L2TP_ATTR_IP_SADDR", "local", ADDRESS, "ADDRESS", "the address here"),
    Row::input(
        ENCAP_TYPE,
        "L2TP_ATTR_ENCAP_TYPE",
        "encap",
        Value::Name(&ENCAP_WORDS),
        "udp|ip",
        "what carries the tunnel",
    )
    .says("Unknown tunnel encapsulation \"{}\"", 255),
    Row::input(UDP_SPORT, "L2TP_ATTR_UDP_SPORT", "udp_sport", Value::U16, "PORT", "the UDP port here")
        .wrong("invalid port\n"),
    Row::input(UDP_DPORT, "L2TP_ATTR_UDP_DPORT", "udp_dport", Value::U16, "PORT", "the peer's UDP port")
        .wrong("invalid port\n"),
    Row::input(UDP_CSUM, "L2TP_ATTR_UDP_CSUM", "udp_csum", checksum::<true>(), "on|off", "checksums in UDP over IPv4"),
    Row::input(
        UDP_ZERO_CSUM6_TX,
        "L2TP_ATTR_UDP_ZERO_CSUM6_TX",
        "udp6_csum_tx",
        checksum::<false>(),
        "on|off",
        "send checksums in UDP over IPv6",
    ),
    Row::input(
        UDP_ZERO_CSUM6_RX,
        "L2TP_ATTR_UDP_ZERO_CSUM6_RX",
        "udp6_csum_rx",
        checksum::<false>(),
        "on|off",
        "want checksums in UDP over IPv6",
    ),
    Row::input(SESSION_ID, "L2TP_ATTR_SESSION_ID", "session_id", Value::U32, "ID", "the session's number here, from 1")
        .aliases(&["sid"])
        .wrong("invalid ID\n"),
    Row::input(
        PEER_SESSION_ID,
        "L2TP_ATTR_PEER_SESSION_ID",
        "peer_session_id",
        Value::U32,
        "ID",
        "its number at the peer",
    )
    .aliases(&["psid"])
    .wrong("invalid ID\n"),
    Row::input(IFNAME, "L2TP_ATTR_IFNAME", "name", NAME, "NAME", "the session's device"),
    Row::input(COOKIE, "L2TP_ATTR_COOKIE", "cookie", BYTES, "HEX", "4 or 8 bytes that each packet from the peer has"),
    Row::input(
        PEER_COOKIE,
        "L2TP_ATTR_PEER_COOKIE",
        "peer_cookie",
        BYTES,
        "HEX",
        "4 or 8 bytes that each packet to the peer has",
    ),
    Row::input(RECV_SEQ, "L2TP_ATTR_RECV_SEQ", "seq", SEQUENCE, "none|send|recv|both", "which packets are numbered"),
    Row::input(
        L2SPEC_TYPE,
        "L2TP_ATTR_L2SPEC_TYPE",
        "l2spec_type",
        SUBLAYER,
        "none|default",
        "the header below Ethernet's",
    ),
    Row::input(0, "", "offset", IGNORED, "N", "passed over"),
    Row::input(0, "", "peer_offset", IGNORED, "N", "passed over"),
];

/// An attribute as it is shown.
const fn read(
    attr: u16,
    name: &'static str,
    value: Value,
    key: &'static str,
    before: &'static str,
    behind: &'static str,
) -> Row {
    Row::new(attr, name, "", value, "", "").key(key).frame(before, behind)
}

/// What is shown of a tunnel.
pub(super) const TUNNEL: &[Row] = &[
    read(CONN_ID, "L2TP_ATTR_CONN_ID", Value::U32, "tunnel_id", "Tunnel ", ","),
    read(ENCAP_TYPE, "L2TP_ATTR_ENCAP_TYPE", Value::Name(&ENCAPS), "encap", " encap ", "\\"),
    read(IP_SADDR, "L2TP_ATTR_IP_SADDR", Value::Numeric(libc::AF_INET), "local", "  From ", " "),
    read(IP6_SADDR, "L2TP_ATTR_IP6_SADDR", Value::Numeric(libc::AF_INET6), "local", "  From ", " "),
    read(IP_DADDR, "L2TP_ATTR_IP_DADDR", Value::Numeric(libc::AF_INET), "peer", "to ", "\\"),
    read(IP6_DADDR, "L2TP_ATTR_IP6_DADDR", Value::Numeric(libc::AF_INET6), "peer", "to ", "\\"),
    read(PEER_CONN_ID, "L2TP_ATTR_PEER_CONN_ID", Value::U32, "peer_tunnel", "  Peer tunnel ", "\\"),
];

/// What is shown of a tunnel in UDP.
pub(super) const PORTS: &[Row] = &[
    read(UDP_SPORT, "L2TP_ATTR_UDP_SPORT", Value::U16, "local_port", "  UDP source / dest ports: ", ""),
    read(UDP_DPORT, "L2TP_ATTR_UDP_DPORT", Value::U16, "peer_port", "/", "\\"),
];

/// The numbers of a session.
pub(super) const SESSION: &[Row] = &[
    read(SESSION_ID, "L2TP_ATTR_SESSION_ID", Value::U32, "session_id", "Session ", ""),
    read(CONN_ID, "L2TP_ATTR_CONN_ID", Value::U32, "tunnel_id", " in tunnel ", "\\"),
    read(PEER_SESSION_ID, "L2TP_ATTR_PEER_SESSION_ID", Value::U32, "peer_session_id", "  Peer session ", ","),
    read(PEER_CONN_ID, "L2TP_ATTR_PEER_CONN_ID", Value::U32, "peer_tunnel_id", " tunnel ", "\\"),
];

/// What else is shown of a session.
pub(super) const COOKIES: &[Row] = &[
    read(COOKIE, "L2TP_ATTR_COOKIE", Value::Bytes, "cookie", "  cookie ", ""),
    read(PEER_COOKIE, "L2TP_ATTR_PEER_COOKIE", Value::Bytes, "peer_cookie", "  peer cookie ", ""),
    read(RECV_TIMEOUT, "L2TP_ATTR_RECV_TIMEOUT", Value::U64, "reorder_timeout", "  reorder timeout: ", "")
        .shown(Shown::NonZero),
];

/// What is sent of words that were not there.
pub(super) fn defaults(draft: &mut Request) {
    for (attr, value) in [(ENCAP_TYPE, UDP), (PW_TYPE, ETHERNET)] {
        draft.put(attr, &value.to_ne_bytes());
    }
    for attr in [CONN_ID, PEER_CONN_ID, SESSION_ID, PEER_SESSION_ID] {
        draft.put(attr, &[0; 4]);
    }
    for attr in [UDP_SPORT, UDP_DPORT] {
        draft.put(attr, &[0; 2]);
    }
    for (attr, value) in [(PROTO_VERSION, 3), (L2SPEC_TYPE, 1), (L2SPEC_LEN, 4)] {
        draft.put(attr, &[value]);
    }
}

/// An address of either family; `any` is none. The row's attribute is that of IPv4.
const ADDRESS: Value = Value::Odd {
    parse: |row, _, words, draft| {
        let address = prefix::address(words.require()?, 0)?;
        let inet6 = if row.attr == IP_SADDR { IP6_SADDR } else { IP6_DADDR };
        draft.remove(row.attr);
        draft.remove(inet6);
        match i32::from(address.family) {
            libc::AF_INET => drop(draft.put(row.attr, address.bytes())),
            libc::AF_INET6 => drop(draft.put(inet6, address.bytes())),
            _ => {}
        }
        Ok(())
    },
    show: never_shown,
};

/// `on` or `off`, written out. `IS_BYTE`: an attribute of 1 is on; else one without payload is off.
const fn checksum<const IS_BYTE: bool>() -> Value {
    Value::Odd {
        parse: |row, _, words, draft| {
            let word = words.require()?;
            let on = match word {
                b"on" => true,
                b"off" => false,
                _ => return Err(wrong(&format!("invalid option for {}\n", row.word), word)),
            };
            let payload: &[u8] = if IS_BYTE { &[1] } else { &[] };
            match on == IS_BYTE {
                true => drop(draft.put(row.attr, payload)),
                false => draft.remove(row.attr),
            }
            Ok(())
        },
        show: never_shown,
    }
}

const NAME: Value = Value::Odd {
    parse: |row, _, words, draft| {
        let word = words.require()?;
        if !is_device_name(word) {
            return Err(wrong("\"name\" not a valid ifname", word));
        }
        draft.remove(row.attr);
        draft.string(row.attr, word);
        Ok(())
    },
    show: never_shown,
};

/// 8 or 16 hexadecimal digits.
const BYTES: Value = Value::Odd {
    parse: |row, _, words, draft| {
        let word = words.require()?;
        if !matches!(word.len(), 8 | 16) {
            return Err(wrong("cookie must be either 8 or 16 hex digits\n", word));
        }
        let bytes = hex_bytes(word, 8).filter(|_| word.iter().all(u8::is_ascii_hexdigit));
        draft.put(row.attr, &bytes.ok_or_else(|| wrong("cookie must be a hex string\n", word))?);
        Ok(())
    },
    show: never_shown,
};

const SEQUENCE: Value = Value::Odd {
    parse: |_, _, words, draft| {
        let word = words.require()?;
        let attrs: &[u16] = match &word.to_ascii_lowercase()[..] {
            b"both" => &[RECV_SEQ, SEND_SEQ],
            b"recv" => &[RECV_SEQ],
            b"send" => &[SEND_SEQ],
            b"none" => {
                draft.remove(RECV_SEQ);
                draft.remove(SEND_SEQ);
                &[]
            }
            _ => return Err(Error::words(format!("Unknown seq value \"{}\"", shown(word)))),
        };
        for attr in attrs {
            draft.put(*attr, &[1]);
        }
        Ok(())
    },
    show: never_shown,
};

/// The layer 2 specific sublayer: its type and its length in bytes.
const SUBLAYER: Value = Value::Odd {
    parse: |row, _, words, draft| {
        let word = words.require()?;
        let (kind, len) = match &word.to_ascii_lowercase()[..] {
            b"default" => (1, 4),
            b"none" => (0, 0),
            _ => {
                return Err(Error::words(format!("Unknown layer2specific header type \"{}\"", shown(word))));
            }
        };
        draft.put(row.attr, &[kind]).put(L2SPEC_LEN, &[len]);
        Ok(())
    },
    show: never_shown,
};

const IGNORED: Value = Value::Odd {
    parse: |row, view, words, _| {
        view.out.complain(&format!("Ignoring option \"{}\"", row.word));
        words.require().map(drop)
    },
    show: never_shown,
};
