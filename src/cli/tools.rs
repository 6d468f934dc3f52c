//! The tools that this one binary is, by the name it is called by.

use tabled::builder::Builder;
use tabled::settings::Style;

use super::complete;
use crate::applets::{nc, ping, telnet};
use crate::commands::bridge::BRIDGE;
use crate::commands::nettools::{arp, route};
use crate::commands::{IP, Program, ip, iptables, sysctl, tcpdump};
use crate::error::Error;
use crate::output::tell;
use crate::words::getopt::Opt;

/// A tool: reached through a link of its name, or as `iplab NAME …`.
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// What may stand behind its name: help, man page and completions go by it.
    pub grammar: Grammar,
    /// Carries out the words behind the name and gives the exit status.
    pub run: fn(&[&[u8]]) -> u8,
}

/// What may stand behind the name of a tool.
#[derive(Clone, Copy)]
pub enum Grammar {
    /// Options, an object, a verb and keywords, as `ip` has them.
    Program(&'static Program),
    /// Options as getopt_long(3) reads them, and operands.
    Options(&'static [Opt]),
    /// Options and a command or a file, as clap reads them.
    Command(fn() -> clap::Command),
}

/// Every tool.
pub const TOOLS: &[Tool] = &[
    Tool {
        name: "ip",
        help: "links, addresses, routes, neighbours and network namespaces",
        grammar: Grammar::Program(&IP),
        run: ip,
    },
    Tool {
        name: "bridge",
        help: "ports, forwarding tables, VLANs and multicast groups of bridges",
        grammar: Grammar::Program(&BRIDGE),
        run: crate::commands::bridge::main,
    },
    Tool { name: "arp", help: "the ARP cache", grammar: Grammar::Options(arp::OPTIONS), run: arp::main },
    Tool { name: "route", help: "the main routing table", grammar: Grammar::Options(route::OPTIONS), run: route::main },
    Tool {
        name: "sysctl",
        help: "the kernel's parameters",
        grammar: Grammar::Options(sysctl::OPTIONS),
        run: sysctl::main,
    },
    Tool {
        name: "nc",
        help: "TCP and UDP connections, from and to the command line",
        grammar: Grammar::Options(nc::OPTIONS),
        run: nc::main,
    },
    Tool {
        name: "ping",
        help: "whether a host answers, and how fast",
        grammar: Grammar::Options(ping::OPTIONS),
        run: ping::main,
    },
    Tool { name: "ping4", help: "ping -4", grammar: Grammar::Options(ping::OPTIONS), run: ping::main4 },
    Tool { name: "ping6", help: "ping -6", grammar: Grammar::Options(ping::OPTIONS), run: ping::main6 },
    Tool {
        name: "telnet",
        help: "a TCP connection to type into",
        grammar: Grammar::Options(telnet::OPTIONS),
        run: telnet::main,
    },
    Tool {
        name: "tcpdump",
        help: "packets as they pass, or from a file",
        grammar: Grammar::Options(tcpdump::OPTIONS),
        run: tcpdump::main,
    },
    Tool {
        name: "iptables",
        help: "the IPv4 packet filter and address translation",
        grammar: Grammar::Options(iptables::OPTIONS),
        run: iptables::main4,
    },
    Tool {
        name: "ip6tables",
        help: "the IPv6 packet filter and address translation",
        grammar: Grammar::Options(iptables::OPTIONS),
        run: iptables::main6,
    },
    Tool {
        name: "iptables-save",
        help: "the rules of iptables, to be kept",
        grammar: Grammar::Options(iptables::SAVE_OPTIONS),
        run: iptables::save4,
    },
    Tool {
        name: "ip6tables-save",
        help: "the rules of ip6tables, to be kept",
        grammar: Grammar::Options(iptables::SAVE_OPTIONS),
        run: iptables::save6,
    },
    Tool {
        name: "lab",
        help: "a throw-away sandbox with a network of its own, no root needed",
        grammar: Grammar::Command(crate::lab::grammar),
        run: crate::lab::main,
    },
    Tool {
        name: "tour",
        help: "a lesson, told and run step by step in a lab",
        grammar: Grammar::Command(crate::tour::grammar),
        run: crate::tour::main,
    },
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
        return ip(words);
    }
    if *first == complete::NAME {
        return complete::main(&words[1..]);
    }
    match by_name(first) {
        Some(tool) => (tool.run)(&words[1..]),
        None if first.starts_with(b"-") || IP.object(first).is_some() => ip(words),
        None => tell(&usage()),
    }
}

/// The summary of `iplab`: its tools, and the objects of `ip`.
fn usage() -> Error {
    let tools = TOOLS.iter().map(|tool| [tool.name, tool.help]);
    let objects = IP.objects.iter().filter(|object| !object.help.is_empty());
    let objects = objects.map(|object| [object.name, object.help]);
    let list = |rows: &mut dyn Iterator<Item = [&'static str; 2]>| {
        let mut builder = Builder::default();
        rows.for_each(|row| builder.push_record(row));
        builder.build().with(Style::empty()).to_string()
    };
    Error::words(format!(
        "Usage: iplab TOOL [ WORDS ]\n{}\n\n       iplab OBJECT [ WORDS ], the same as iplab ip OBJECT\n{}",
        list(&mut tools.into_iter()),
        list(&mut objects.into_iter()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::process;

    #[test]
    fn a_lab_has_every_stock_tool() {
        let stock = TOOLS.iter().filter(|tool| !matches!(tool.grammar, Grammar::Command(_)));
        assert!(stock.map(|tool| tool.name).eq(process::NAMES.iter().copied()));
    }
}
