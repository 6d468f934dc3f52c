//! `gre`: packets over IPv4 (RFC 2784, RFC 2890). `gretap` and `erspan` have the same attributes, and the kinds over
//! IPv6 share most.

use super::tunnel::{self, CSUM, KEY, SEQ};
use super::{Draft, Kind};
use crate::error::{Error, Result};
use crate::row;
use crate::rows::{Names, Row, Shown, Value, never_shown, set_bits};
use crate::rtnl::uapi;
use crate::words::{Words, number, wrong};

const IFLAGS: u16 = uapi::IFLA_GRE_IFLAGS;
const OFLAGS: u16 = uapi::IFLA_GRE_OFLAGS;
const IKEY: u16 = uapi::IFLA_GRE_IKEY;
const OKEY: u16 = uapi::IFLA_GRE_OKEY;
const EXTERNAL: u16 = uapi::IFLA_GRE_COLLECT_METADATA;
const ERSPAN_INDEX: u16 = uapi::IFLA_GRE_ERSPAN_INDEX;
const ERSPAN_VERSION: u16 = uapi::IFLA_GRE_ERSPAN_VER;
const ERSPAN_DIRECTION: u16 = uapi::IFLA_GRE_ERSPAN_DIR;
const ERSPAN_HARDWARE: u16 = uapi::IFLA_GRE_ERSPAN_HWID;

/// The highest index of an ERSPAN session.
const ERSPAN_INDEX_MAX: u64 = (1 << 20) - 1;

/// The rows, with those of erspan: [`ERSPAN`] or [`NO_ERSPAN`].
pub(super) const fn rows(erspan: &'static [Row]) -> [Row; 12] {
    const INET: Value = Value::Address(libc::AF_INET);
    [
        EXTERNALLY,
        row!(IFLA_GRE_REMOTE, "remote", INET, "ADDRESS", "the other end").shown(Shown::Even),
        row!(IFLA_GRE_LOCAL, "local", INET, "ADDRESS", "the address to send from").shown(Shown::Even),
        tunnel::dev(row!(IFLA_GRE_LINK, "dev", Value::Device, "DEV", "the device to send through")),
        row!(IFLA_GRE_TTL, "ttl", Value::U8Or("inherit"), "TTL", "the TTL of what is sent, or inherit")
            .aliases(&["hoplimit", "hlim"])
            .wrong("invalid TTL\n")
            .shown(Shown::Even),
        row!(IFLA_GRE_TOS, tunnel::tos).aliases(&["tclass", "dsfield"]),
        row!(IFLA_GRE_PMTUDISC, "pmtudisc", Value::Switch, "", "find out the path's MTU").shown(Shown::OffInText),
        row!(IFLA_GRE_IGNORE_DF, "ignore-df", Value::Switch, "", "fragment even what forbids it")
            .exact()
            .key("ignore_df")
            .shown(Shown::NonZero),
        Row::inline(KEYED),
        row!(IFLA_GRE_FWMARK, "fwmark", Value::Hex32, "MARK", "a mark that chooses a route")
            .exact()
            .wrong("invalid fwmark\n")
            .shown(Shown::NonZero),
        Row::inline(erspan),
        ENCAP,
    ]
}

/// In the order in which the stock tool tries them.
pub(super) const FIRST: &[&str] = &[
    "key",
    "nokey",
    "ikey",
    "noikey",
    "okey",
    "nookey",
    "seq",
    "noseq",
    "iseq",
    "noiseq",
    "oseq",
    "nooseq",
    "csum",
    "nocsum",
    "icsum",
    "noicsum",
    "ocsum",
    "noocsum",
    "nopmtudisc",
    "pmtudisc",
    "remote",
    "local",
    "dev",
    "ttl",
    "hoplimit",
    "hlim",
    "tos",
    "tclass",
    "dsfield",
];

pub(super) const KIND: Kind = Kind {
    first: FIRST,
    keeps: true,
    unknown: "",
    begin,
    finish,
    ..Kind::new("gre", "packets over IPv4", &rows(NO_ERSPAN))
};

pub(super) const EXTERNALLY: Row =
    row!(IFLA_GRE_COLLECT_METADATA, "external", Value::Flag, "", "what to send where comes with each packet").exact();

pub(super) const ENCAP: Row = tunnel::encap_group(
    uapi::IFLA_GRE_ENCAP_TYPE,
    &tunnel::encap(
        uapi::IFLA_GRE_ENCAP_TYPE,
        uapi::IFLA_GRE_ENCAP_FLAGS,
        uapi::IFLA_GRE_ENCAP_SPORT,
        uapi::IFLA_GRE_ENCAP_DPORT,
    ),
);

/// Keys, sequence numbers and checksums, for both directions or for one.
pub(super) const KEYED: &[Row] = &[
    row!(IFLA_GRE_IKEY, "key", keys::<true, true>(), "KEY", "a number that both ends agree on, decimal or dotted")
        .negatable()
        .shown(Shown::Never),
    row!(IFLA_GRE_IKEY, "ikey", keys::<true, false>(), "KEY", "the same for what is received")
        .negatable()
        .when(IFLAGS, KEY as u64),
    row!(IFLA_GRE_OKEY, "okey", keys::<false, true>(), "KEY", "the same for what is sent")
        .negatable()
        .when(OFLAGS, KEY as u64),
    row!(IFLA_GRE_IFLAGS, "seq", both::<SEQ>(), "", "number packets, drop those out of order")
        .negatable()
        .shown(Shown::Never),
    row!(IFLA_GRE_IFLAGS, "iseq", Value::Bits(2, SEQ), "", "drop packets out of order").shown(Shown::NonZero),
    row!(IFLA_GRE_OFLAGS, "oseq", Value::Bits(2, SEQ), "", "number packets").shown(Shown::NonZero),
    row!(IFLA_GRE_IFLAGS, "csum", both::<CSUM>(), "", "send checksums and want them").negatable().shown(Shown::Never),
    row!(IFLA_GRE_IFLAGS, "icsum", Value::Bits(2, CSUM), "", "want checksums").shown(Shown::NonZero),
    row!(IFLA_GRE_OFLAGS, "ocsum", Value::Bits(2, CSUM), "", "send checksums").shown(Shown::NonZero),
];

const fn keys<const IN: bool, const OUT: bool>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            let on = row.stands(words.current(), false) != Some(false);
            let key = if on { tunnel::key(row.word, words.require()?)? } else { [0; 4] };
            request.word(words.place() - 1);
            for (_, attr, flags) in [(IN, IKEY, IFLAGS), (OUT, OKEY, OFLAGS)].into_iter().filter(|(wanted, ..)| *wanted)
            {
                set_bits(request.put(attr, &key), flags, 2, KEY, on);
            }
            Ok(())
        },
        show: tunnel::show_key,
    }
}

const fn both<const BIT: u32>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            let on = row.stands(words.current(), false) != Some(false);
            set_bits(request.word(words.place() - 1), IFLAGS, 2, BIT, on);
            set_bits(request, OFLAGS, 2, BIT, on);
            Ok(())
        },
        show: never_shown,
    }
}

/// Which way the mirrored packets went.
static DIRECTIONS: Names =
    Names { abbreviated: true, other: "egress", ..Names::new(1, &[(0, "ingress"), (1, "egress")]) };

/// What erspan adds.
pub(super) const ERSPAN: &[Row] = &[
    row!(IFLA_GRE_ERSPAN_INDEX, "erspan", SESSION, "INDEX", "the index of the session, for version 1")
        .exact()
        .key("erspan_index")
        .label("erspan_index"),
    row!(IFLA_GRE_ERSPAN_VER, "erspan_ver", VERSION, "0|1|2", "the version").exact(),
    row!(IFLA_GRE_ERSPAN_DIR, "erspan_dir", Value::Name(&DIRECTIONS), "ingress|egress", "the direction, for version 2")
        .exact()
        .wrong("Invalid erspan direction."),
    row!(IFLA_GRE_ERSPAN_HWID, "erspan_hwid", Value::Hex16, "ID", "the hardware's id, for version 2")
        .exact()
        .wrong("invalid erspan hwid\n"),
];

/// The same where they cannot be set.
pub(super) const NO_ERSPAN: &[Row] =
    &[ERSPAN[0].read_only(), ERSPAN[1].read_only(), ERSPAN[2].read_only(), ERSPAN[3].read_only()];

const SESSION: Value = Value::Odd {
    parse: |row, _, words, request| {
        let limit = "erspan index must be > 0 and <= 20-bit\n";
        let index = limited(words, u32::MAX.into(), "invalid erspan index\n", 1..=ERSPAN_INDEX_MAX, limit)?;
        request.word(words.place() - 1).put(row.attr, &(index as u32).to_ne_bytes());
        Ok(())
    },
    show: |row, out, payload| {
        let index = payload.first_chunk().map_or(0, |index| u32::from_ne_bytes(*index));
        out.num(row.key, "erspan_index ", index, " ");
    },
};

const VERSION: Value = Value::Odd {
    parse: |row, _, words, request| {
        let limit = "erspan version must be 0/1/2\n";
        let version = limited(words, u8::MAX.into(), "invalid erspan version\n", 0..=2, limit)?;
        request.word(words.place() - 1).put(row.attr, &[version as u8]);
        Ok(())
    },
    show: |row, out, payload| out.num(row.key, "erspan_ver ", payload.first().copied().unwrap_or(0), " "),
};

/// A number up to `most`, within `range`.
fn limited(
    words: &mut Words<'_>,
    most: u64,
    invalid: &str,
    range: std::ops::RangeInclusive<u64>,
    limit: &str,
) -> Result<u64> {
    let word = words.require()?;
    let value = number(word, 0).filter(|value| *value <= most).ok_or_else(|| wrong(invalid, word))?;
    if range.contains(&value) { Ok(value) } else { Err(wrong(limit, word)) }
}

/// A new erspan is of version 1.
pub(super) fn begin(draft: &mut Draft<'_>, _: &mut Words<'_>) -> Result<()> {
    if is_erspan(draft) {
        draft.default(ERSPAN_VERSION, &[1]);
    }
    Ok(())
}

fn is_erspan(draft: &Draft<'_>) -> bool {
    draft.kind.name.ends_with("erspan")
}

/// Checks what the kernel would not.
fn finish(draft: &mut Draft<'_>) -> Result<()> {
    let remote = draft.request.payload(uapi::IFLA_GRE_REMOTE).and_then(|remote| remote.first_chunk::<4>()).copied();
    if let Some(group @ [224..=239, ..]) = remote {
        for (key, flags) in [(IKEY, IFLAGS), (OKEY, OFLAGS)] {
            if !draft.is_on(key) {
                set_bits(draft.request.put(key, &group), flags, 2, KEY, true);
            }
        }
        if !draft.is_on(uapi::IFLA_GRE_LOCAL) {
            return Err(Error::local("A broadcast tunnel requires a source address."));
        }
    }
    tidy(draft);
    Ok(())
}

/// Leaves out what does not go together.
pub(super) fn tidy(draft: &mut Draft<'_>) {
    if draft.has(EXTERNAL) {
        draft.request.empty().put(EXTERNAL, &[]);
        return;
    }
    if !is_erspan(draft) {
        return;
    }
    let version = draft.request.payload(ERSPAN_VERSION).map_or(1, |version| version[0]);
    if version != 1 || !draft.is_on(ERSPAN_INDEX) {
        draft.request.remove(ERSPAN_INDEX);
    }
    if version == 2 {
        draft.default(ERSPAN_DIRECTION, &[0]);
        draft.default(ERSPAN_HARDWARE, &[0; 2]);
    } else {
        draft.request.remove(ERSPAN_DIRECTION);
        draft.request.remove(ERSPAN_HARDWARE);
    }
}
