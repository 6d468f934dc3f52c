//! What the kinds that send packets inside packets have in common.

use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::output::{Address, Out, Prefixed};
use crate::rows::{Names, Row, Shown, Value, never_shown, parse_row, set_bits};
use crate::words::prefix;
use crate::words::{Words, number, shown, wrong};

/// The highest network identifier of vxlan and geneve.
pub const VNI_MAX: u32 = (1 << 24) - 1;
/// The highest flow label (`LABEL_MAX_MASK`).
pub const FLOW_LABEL_MAX: u32 = 0xfffff;
/// A TTL of 0 in vxlan and geneve: the kernel chooses.
pub const AUTO: &str = "auto";

/// `VXLAN_DF_*`, `GENEVE_DF_*`.
static DF: Names = Names::new(1, &[(0, "unset"), (1, "set"), (2, "inherit")]);

/// Whether what is sent over UDP may be cut into fragments.
pub const fn df(attr: u16, name: &'static str) -> Row {
    Row::new(attr, name, "df", Value::Name(&DF), "unset|set|inherit", "forbid fragments of what is sent")
        .wrong("DF must be 'unset', 'set' or 'inherit'")
        .shown(Shown::NonZeroInText)
}

/// The flow label of what is sent over UDP.
pub const fn udp_flow_label(attr: u16, name: &'static str) -> Row {
    let label = Value::BeHex32(FLOW_LABEL_MAX);
    Row::new(attr, name, "flowlabel", label, "LABEL", "the flow label of what is sent over IPv6")
        .aliases(&["label"])
        .key("label")
        .shown(Shown::NonZero)
}

/// Checksums of what is sent over UDP and IPv4.
pub const fn udp_checksum(attr: u16, name: &'static str) -> Row {
    Row::new(attr, name, "udpcsum", Value::Switch, "", "UDP checksums over IPv4").key("udp_csum")
}

/// No checksums of what is sent over UDP and IPv6.
pub const fn udp_zero_sent(attr: u16, name: &'static str) -> Row {
    Row::new(attr, name, "udp6zerocsumtx", Value::Switch, "", "no UDP checksums over IPv6").key("udp_zero_csum6_tx")
}

/// No checksums needed of what comes over UDP and IPv6.
pub const fn udp_zero_received(attr: u16, name: &'static str) -> Row {
    Row::new(attr, name, "udp6zerocsumrx", Value::Switch, "", "none needed of what is received over IPv6")
        .key("udp_zero_csum6_rx")
}

/// The device below.
pub const fn dev(row: Row) -> Row {
    row.key("link").says("Cannot find device \"{}\"", 255).shown(Shown::NonZero)
}

/// A TTL that may be `auto`, or `inherit` by attribute `INHERIT`: empty, or a byte where `BYTE` says so.
pub const fn ttl<const INHERIT: u16, const BYTE: bool>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            let word = words.require()?;
            request.word(words.place() - 1);
            match word {
                b"inherit" => request.put(INHERIT, if BYTE { &[1] } else { &[] }),
                b"auto" => request.put(row.attr, &[0]),
                _ => match number(word, 0).and_then(|ttl| u32::try_from(ttl).ok()) {
                    Some(ttl @ 0..=255) => request.put(row.attr, &[ttl as u8]),
                    Some(_) => return Err(wrong("TTL must be <= 255", word)),
                    None => return Err(wrong("invalid TTL", word)),
                },
            };
            Ok(())
        },
        show: never_shown,
    }
}

/// That the TTL is inherited, which JSON does not tell.
pub const fn ttl_inherit(attr: u16, name: &'static str) -> Row {
    Row::new(attr, name, "ttl_inherit", Value::Flag, "", "the TTL is that of the packet inside")
        .read_only()
        .label("ttl inherit")
        .shown(Shown::TextOnly)
        .when(attr, 1)
}

/// The TOS byte of what is sent.
pub const fn tos(attr: u16, name: &'static str) -> Row {
    Row::new(attr, name, "tos", Value::DsField, "TOS", "the TOS byte of what is sent, or inherit")
        .aliases(&["dsfield"])
        .wrong("bad TOS value")
        .shown(Shown::NonZero)
}

/// `GRE_CSUM`: there is a checksum. As the two that follow, 16 bits in network order.
pub const CSUM: u32 = 0x8000u16.to_be() as u32;
/// `GRE_KEY`: there is a key.
pub const KEY: u32 = 0x2000u16.to_be() as u32;
/// `GRE_SEQ`: there is a sequence number.
pub const SEQ: u32 = 0x1000u16.to_be() as u32;

/// A key: a number, or dotted as an IPv4 address.
pub const DOTTED_KEY: Value = Value::Odd {
    parse: |row, _, words, request| {
        let key = key(row.word, words.require()?)?;
        request.word(words.place() - 1).put(row.attr, &key);
        Ok(())
    },
    show: show_key,
};

/// Shows a key dotted.
pub fn show_key(row: &Row, out: &mut Out, payload: &[u8]) {
    out.text(row.label);
    out.str(row.key, " ", Address(payload), " ");
}

/// Reads a key, in network order.
pub fn key(keyword: &str, word: &[u8]) -> Result<[u8; 4]> {
    if word.contains(&b'.') {
        let address = prefix::try_address(word, libc::AF_INET as u8).and_then(|a| a.bytes().first_chunk().copied());
        let text = || format!("Error: an IP address is expected rather than \"{}\"", shown(word));
        return address.ok_or_else(|| Error::words(text()).with_status(1));
    }
    let number = number(word, 0).and_then(|key| u32::try_from(key).ok());
    let text = || {
        let word = shown(word);
        format!("invalid value for \"{keyword}\": \"{word}\"; it should be an unsigned integer")
    };
    number.map(u32::to_be_bytes).ok_or_else(|| Error::words(text()))
}

/// `TUNNEL_ENCAP_*`: what is put between IP and the tunnel's header.
static ENCAPS: Names = Names { other: "unknown", ..Names::new(2, &[(0, "none"), (1, "fou"), (2, "gue")]) };

/// What is sent inside UDP, and how: `TUNNEL_ENCAP_FLAG_*`.
pub const fn encap(kind: u16, flags: u16, source: u16, destination: u16) -> [Row; 7] {
    [
        Row::new(kind, "ENCAP_TYPE", "encap", Value::Name(&ENCAPS), "fou|gue|none", "wrap it in UDP")
            .exact()
            .wrong("Invalid encap type.")
            .key("type")
            .label(""),
        Row::new(kind, "ENCAP_TYPE", "noencap", NO_ENCAP, "", "do not wrap it").exact().shown(Shown::Never),
        Row::new(source, "ENCAP_SPORT", "encap-sport", Value::Be16Or("auto"), "PORT", "the UDP port to send from")
            .exact()
            .wrong("Invalid source port.")
            .key("sport"),
        Row::new(destination, "ENCAP_DPORT", "encap-dport", Value::Be16, "PORT", "the UDP port to send to")
            .exact()
            .wrong("Invalid destination port.")
            .key("dport"),
        Row::new(flags, "ENCAP_FLAGS", "encap-csum", Value::Bits(2, 1), "", "UDP checksums").exact().key("csum"),
        Row::new(flags, "ENCAP_FLAGS", "encap-udp6-csum", Value::Bits(2, 2), "", "UDP checksums over IPv6")
            .exact()
            .key("csum6")
            .label("encap-csum6"),
        Row::new(flags, "ENCAP_FLAGS", "encap-remcsum", Value::Bits(2, 4), "", "let the receiver make checksums")
            .exact()
            .key("remcsum"),
    ]
}

const NO_ENCAP: Value = Value::Odd {
    parse: |row, _, words, request| {
        request.word(words.place() - 1).put(row.attr, &[0; 2]);
        Ok(())
    },
    show: never_shown,
};

/// The rows of [`encap`] in one group, shown when there is an encapsulation.
pub const fn encap_group(kind: u16, rows: &'static [Row]) -> Row {
    Row::new(kind, "ENCAP_TYPE", "", Value::Group(rows), "", "wrapped in UDP")
        .key("encap")
        .label("encap")
        .shown(Shown::NonZero)
}

/// `IP6_TNL_F_*` in `linux/ip6_tunnel.h`.
mod flag6 {
    pub const IGN_ENCAP_LIMIT: u32 = 0x1;
    pub const USE_ORIG_TCLASS: u32 = 0x2;
    pub const USE_ORIG_FLOWLABEL: u32 = 0x4;
    pub const MIP6_DEV: u32 = 0x8;
    pub const RCV_DSCP_COPY: u32 = 0x10;
    pub const USE_ORIG_FWMARK: u32 = 0x20;
    pub const ALLOW_LOCAL_REMOTE: u32 = 0x40;
}

/// Hops of tunnels over IPv6 where nothing is said.
pub const HOP_LIMIT: u8 = 64;
/// Tunnels within tunnels where nothing is said (`IPV6_DEFAULT_TNL_ENCAP_LIMIT`).
pub const ENCAP_LIMIT: u8 = 4;
/// Encapsulation over IPv6 has UDP checksums unless they are switched off.
pub const ENCAP_CSUM6: [u8; 2] = 2u16.to_ne_bytes();

/// The traffic class and the flow label in a flow information word (RFC 2460).
const TCLASS: u32 = 0x0ff0_0000;
const TCLASS_SHIFT: u32 = 20;
const LABEL: u32 = FLOW_LABEL_MAX;

/// How packets are sent over IPv6.
pub const fn over6<const LIMIT: u16, const FLOW: u16, const FLAGS: u16>() -> [Row; 8] {
    [
        Row::new(
            LIMIT,
            "ENCAP_LIMIT",
            "encaplimit",
            limit::<FLAGS>(),
            "NUMBER",
            "how many tunnels may wrap it more, or none",
        )
        .exact()
        .wrong("invalid ELIM")
        .key("encap_limit")
        .unless(FLAGS, flag6::IGN_ENCAP_LIMIT as u64),
        inherited(FLAGS, flag6::IGN_ENCAP_LIMIT, "ip6_tnl_f_ign_encap_limit", "encaplimit none"),
        inherited(FLAGS, flag6::USE_ORIG_TCLASS, "ip6_tnl_f_use_orig_tclass", "tclass inherit"),
        Row::new(FLOW, "FLOWINFO", "", class::<FLAGS>(), "", "the traffic class")
            .key("tclass")
            .unless(FLAGS, flag6::USE_ORIG_TCLASS as u64),
        inherited(FLAGS, flag6::USE_ORIG_FLOWLABEL, "ip6_tnl_f_use_orig_flowlabel", "flowlabel inherit"),
        Row::new(
            FLOW,
            "FLOWINFO",
            "flowlabel",
            flow_label::<FLAGS>(),
            "LABEL",
            "the flow label, hexadecimal, or inherit",
        )
        .exact()
        .aliases(&["fl"])
        .wrong("invalid Flowlabel")
        .unless(FLAGS, flag6::USE_ORIG_FLOWLABEL as u64),
        Row::new(
            FLAGS,
            "FLAGS",
            "dscp",
            dscp::<FLAGS>(),
            "inherit",
            "take the traffic class over to the packet inside",
        )
        .exact()
        .wrong("not inherit")
        .shown(Shown::Never),
        inherited(FLAGS, flag6::RCV_DSCP_COPY, "ip6_tnl_f_rcv_dscp_copy", "dscp inherit"),
    ]
}

/// The traffic class: its keyword alone, as the kinds disagree on how it is written.
pub const fn class_word<const FLOW: u16, const FLAGS: u16>() -> Row {
    Row::new(FLOW, "FLOWINFO", "tclass", class::<FLAGS>(), "CLASS", "the traffic class, hexadecimal, or inherit")
        .wrong("invalid TClass")
        .shown(Shown::Never)
}

/// The marks of tunnels over IPv6.
pub const fn marks6<const FLAGS: u16, const MARK: u16>() -> [Row; 4] {
    [
        inherited(FLAGS, flag6::MIP6_DEV, "ip6_tnl_f_mip6_dev", "mip6"),
        Row::new(
            FLAGS,
            "FLAGS",
            "allow-localremote",
            Value::Bits(4, flag6::ALLOW_LOCAL_REMOTE),
            "",
            "either end may be one of this machine's addresses",
        )
        .exact()
        .key("ip6_tnl_f_allow_local_remote")
        .shown(Shown::NonZero),
        inherited(FLAGS, flag6::USE_ORIG_FWMARK, "ip6_tnl_f_use_orig_fwmark", "fwmark inherit"),
        Row::new(MARK, "FWMARK", "fwmark", mark::<FLAGS>(), "MARK", "a mark that chooses a route, or inherit")
            .exact()
            .wrong("invalid fwmark\n")
            .shown(Shown::NonZero)
            .unless(FLAGS, flag6::USE_ORIG_FWMARK as u64),
    ]
}

/// That something is taken from the packet inside.
const fn inherited(flags: u16, bit: u32, key: &'static str, label: &'static str) -> Row {
    Row::new(flags, "FLAGS", "", Value::Bits(4, bit), "", "taken from the packet inside")
        .key(key)
        .label(label)
        .shown(Shown::NonZero)
}

const fn limit<const FLAGS: u16>() -> Value {
    Value::Odd {
        parse: |row, view, words, request| {
            let none = words.peek() == Some(b"none");
            set_bits(request, FLAGS, 4, flag6::IGN_ENCAP_LIMIT, none);
            match none {
                true => words.require().map(drop),
                false => parse_row(&Row { value: Value::U8, ..*row }, view, words, request),
            }
        },
        show: |row, out, payload| {
            if let [limit, ..] = payload {
                out.num(row.key, "encaplimit ", *limit, " ");
            }
        },
    }
}

const fn class<const FLAGS: u16>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            flow::<FLAGS>(row, words, request, flag6::USE_ORIG_TCLASS, TCLASS, |class| {
                u32::from(u8::try_from(class).ok()?).checked_shl(TCLASS_SHIFT)
            })
        },
        show: |row, out, payload| {
            let class = (flow_info(payload) & TCLASS) >> TCLASS_SHIFT;
            out.str(row.key, "tclass ", format_args!("{class:#04x}"), " ");
        },
    }
}

const fn flow_label<const FLAGS: u16>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            flow::<FLAGS>(row, words, request, flag6::USE_ORIG_FLOWLABEL, LABEL, |label| {
                u32::try_from(label).ok().filter(|label| *label <= LABEL)
            })
        },
        show: |row, out, payload| {
            let label = flow_info(payload) & LABEL;
            out.str(row.key, "flowlabel ", format_args!("{label:#07x}"), " ");
        },
    }
}

fn flow_info(payload: &[u8]) -> u32 {
    payload.first_chunk().map_or(0, |flow| u32::from_be_bytes(*flow))
}

/// Reads a part of the flow information, hexadecimal, or that it is inherited.
fn flow<const FLAGS: u16>(
    row: &Row,
    words: &mut Words<'_>,
    request: &mut Request,
    inherit: u32,
    mask: u32,
    place: fn(u64) -> Option<u32>,
) -> Result<()> {
    let word = words.require()?;
    let inherits = word == b"inherit";
    let bits = if inherits { Some(0) } else { number(word, 16).and_then(place) };
    let bits = bits.ok_or_else(|| row.refuse(word))?;
    let old = request.payload(row.attr).map_or(0, flow_info);
    request.word(words.place() - 1).put(row.attr, &(old & !mask | bits).to_be_bytes());
    set_bits(request, FLAGS, 4, inherit, inherits);
    Ok(())
}

const fn dscp<const FLAGS: u16>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            let word = words.require()?;
            if word != b"inherit" {
                return Err(row.refuse(word));
            }
            set_bits(request.word(words.place() - 1), FLAGS, 4, flag6::RCV_DSCP_COPY, true);
            Ok(())
        },
        show: never_shown,
    }
}

const fn mark<const FLAGS: u16>() -> Value {
    Value::Odd {
        parse: |row, view, words, request| {
            let inherits = words.peek() == Some(b"inherit");
            set_bits(request, FLAGS, 4, flag6::USE_ORIG_FWMARK, inherits);
            if inherits {
                words.next();
                request.put(row.attr, &[0; 4]);
                return Ok(());
            }
            parse_row(&Row { value: Value::Hex32, ..*row }, view, words, request)
        },
        show: |row, out, payload| {
            let mark = payload.first_chunk().map_or(0, |mark| u32::from_ne_bytes(*mark));
            out.str(row.key, "fwmark ", Prefixed(mark.into()), " ");
        },
    }
}
