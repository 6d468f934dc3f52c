//! What the kinds that send packets inside packets have in common.

use crate::cli::words::{number, wrong};
use crate::rows::{Names, Row, Shown, Value, never_shown};

/// The highest network identifier of vxlan and geneve.
pub const VNI_MAX: u32 = (1 << 24) - 1;
/// The highest flow label (`LABEL_MAX_MASK`).
pub const FLOW_LABEL_MAX: u32 = 0xfffff;
/// A TTL of 0 in vxlan and geneve: the kernel chooses.
pub const AUTO: &str = "auto";

/// `VXLAN_DF_*`, `GENEVE_DF_*`.
pub static DF: Names = Names::new(1, &[(0, "unset"), (1, "set"), (2, "inherit")]);

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
pub const fn ttl_inherit(row: Row) -> Row {
    let attr = row.attr;
    row.read_only().label("ttl inherit").shown(Shown::TextOnly).when(attr, 1)
}
