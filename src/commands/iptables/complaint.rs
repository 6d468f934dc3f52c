//! What iptables has to say about errors, in its words and with its statuses.

use crate::error::Error;
use crate::netfilter::Family;
use crate::sys;

/// The version whose behaviour this is.
pub(super) const VERSION: &str = "v1.8.9 (nf_tables)";

/// The name of the tool for a family.
pub(super) fn program(family: Family) -> &'static str {
    match family {
        Family::V4 => "iptables",
        Family::V6 => "ip6tables",
    }
}

fn said(family: Family, text: &str) -> String {
    format!("{} {VERSION}: {text}", program(family))
}

fn try_help(family: Family) -> String {
    let name = program(family);
    format!("Try `{name} -h' or '{name} --help' for more information.")
}

/// The words make no sense (`PARAMETER_PROBLEM`).
pub(super) fn wrong(family: Family, text: &str) -> Error {
    Error::words(format!("{}\n{}", said(family, text), try_help(family))).with_status(2)
}

/// The words make no sense, and nothing more is said of them than `text`.
pub(super) fn tell_usage(family: Family, text: &str) -> Error {
    Error::words(format!("{text}{}", try_help(family))).with_status(2)
}

/// There is no such thing here (`VERSION_PROBLEM`).
pub(super) fn unknown(family: Family, text: &str) -> Error {
    let upgrade = format!("Perhaps {} or your kernel needs to be upgraded.", program(family));
    Error::words(format!("{}\n{upgrade}", said(family, text))).with_status(3)
}

/// Something else (`OTHER_PROBLEM`).
pub(super) fn other(family: Family, text: &str) -> Error {
    Error::local(said(family, text))
}

/// The kernel cannot or will not (`RESOURCE_PROBLEM`).
pub(super) fn refused(family: Family, text: &str) -> Error {
    Error::local(said(family, text)).with_status(4)
}

/// What was asked cannot be done as things are.
pub(super) fn failed(family: Family, text: &str) -> Error {
    Error::local(format!("{}: {text}.", program(family)))
}

/// The kernel said no to all of it.
pub(super) fn errno(family: Family, errno: i32) -> Error {
    let text = match errno {
        libc::ELOOP => "Loop found in table".into(),
        libc::EPERM => "Permission denied (you must be root)".into(),
        libc::ENOMEM => "Memory allocation problem".into(),
        libc::ENOENT => NO_SUCH.into(),
        _ => sys::strerror(errno),
    };
    let hint = if errno == libc::EINVAL { " Run `dmesg' for more information." } else { "" };
    let status = if errno == libc::EAGAIN { 4 } else { 1 };
    Error::local(format!("{}: {text}.{hint}", program(family))).with_status(status)
}

/// There is no chain of that name, most often.
pub(super) const NO_SUCH: &str = "No chain/target/match by that name";

/// No rule is like that.
pub(super) const NO_RULE: &str = "Bad rule (does a matching rule exist in that chain?)";
