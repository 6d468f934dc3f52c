//! `vti`: IPsec over IPv4 as a device. `vti6` is the same over IPv6.

use super::{Kind, tunnel};
use crate::row;
use crate::rows::{Row, Shown, Value, never_shown};
use crate::rtnl::uapi;

/// The rows, with addresses of `family`.
pub(super) const fn rows(family: i32) -> [Row; 7] {
    [
        row!(IFLA_VTI_REMOTE, "remote", Value::Address(family), "ADDRESS", "the other end").shown(Shown::Even),
        row!(IFLA_VTI_LOCAL, "local", Value::Address(family), "ADDRESS", "the address to send from").shown(Shown::Even),
        tunnel::dev(row!(IFLA_VTI_LINK, "dev", Value::Device, "DEV", "the device to send through")),
        row!(IFLA_VTI_IKEY, "key", BOTH_KEYS, "KEY", "the mark of the IPsec policies, decimal or dotted")
            .shown(Shown::Never),
        row!(IFLA_VTI_IKEY, "ikey", tunnel::DOTTED_KEY, "KEY", "the same for what is received").shown(Shown::NonZero),
        row!(IFLA_VTI_OKEY, "okey", tunnel::DOTTED_KEY, "KEY", "the same for what is sent").shown(Shown::NonZero),
        row!(IFLA_VTI_FWMARK, "fwmark", Value::Hex32, "MARK", "a mark that chooses a route")
            .exact()
            .wrong("invalid fwmark\n")
            .shown(Shown::NonZero),
    ]
}

/// In the order in which the stock tool tries them.
const FIRST: &[&str] = &["key", "ikey", "okey", "remote", "local", "dev"];

pub(super) const KIND: Kind =
    Kind { first: FIRST, keeps: true, unknown: "", ..Kind::new("vti", "IPsec over IPv4", &rows(libc::AF_INET)) };

const BOTH_KEYS: Value = Value::Odd {
    parse: |row, _, words, request| {
        let key = tunnel::key(row.word, words.require()?)?;
        request.word(words.place() - 1).put(uapi::IFLA_VTI_IKEY, &key).put(uapi::IFLA_VTI_OKEY, &key);
        Ok(())
    },
    show: never_shown,
};
