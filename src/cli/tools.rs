//! The tools that this one binary is, by the name it is called by.

use super::{IP, tell};
use crate::error::Error;

/// A tool: reached through a link of its name, or as `iplab NAME …`.
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Carries out the words behind the name and gives the exit status.
    pub run: fn(&[&[u8]]) -> u8,
}

/// Every tool.
pub const TOOLS: &[Tool] = &[
    Tool { name: "ip", help: "links, addresses, routes, neighbours and network namespaces", run: super::ip },
    Tool {
        name: "bridge",
        help: "ports, forwarding tables, VLANs and multicast groups of bridges",
        run: crate::commands::bridge::main,
    },
    Tool { name: "arp", help: "the ARP cache", run: crate::commands::nettools::arp::main },
    Tool { name: "route", help: "the main routing table", run: crate::commands::nettools::route::main },
    Tool { name: "sysctl", help: "the kernel's parameters", run: crate::commands::sysctl::main },
    Tool { name: "lab", help: "a throw-away sandbox with a network of its own, no root needed", run: crate::lab::main },
];

/// The tool called `name`.
pub fn by_name(name: &[u8]) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name.as_bytes() == name)
}

/// `iplab` under its own name: a tool in full (`iplab arp -n`), or else the words of `ip`.
///
/// An object's name wins over a tool's: `iplab route` is `ip route`, as `iplab link` is `ip link`.
pub fn iplab(words: &[&[u8]]) -> u8 {
    let Some(first) = words.first() else { return tell(&usage()) };
    if IP.objects.iter().any(|object| object.name.as_bytes() == *first) {
        return super::ip(words);
    }
    match by_name(first) {
        Some(tool) => (tool.run)(&words[1..]),
        None if first.starts_with(b"-") || IP.object(first).is_some() => super::ip(words),
        None => tell(&usage()),
    }
}

fn usage() -> Error {
    let mut text =
        String::from("Usage: iplab TOOL [ WORDS ]\n       iplab OBJECT …        the same as: iplab ip OBJECT …\n");
    for tool in TOOLS {
        text += &format!("  {:<10} {}\n", tool.name, tool.help);
    }
    Error::words(text.trim_end())
}
