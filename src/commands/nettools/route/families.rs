//! The address families that net-tools knows: how they are named, shown and changed.

use std::fs::File;
use std::io::{BufRead, BufReader};

use super::super::hardware::x25_address;
use super::{Asked, REFUSED, UNKNOWN_HOST, USAGE, change, inet, inet6};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::sys;
use crate::words::{atoi, shown};

/// What is to be done with a routing table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Add,
    Delete,
    Flush,
    Help,
}

/// Shows a routing table.
type Show = fn(&mut Ip, &Asked) -> Result<()>;
/// Changes one, as the words behind the verb say.
type Edit = fn(&mut Ip, &Asked, Action, &[&[u8]]) -> Result<()>;

/// An address family.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Shows its routing table, if it has one.
    pub show: Option<Show>,
    /// Changes its routing table, if that can be.
    pub edit: Option<Edit>,
}

/// All families, in the order in which they are listed.
pub const FAMILIES: &[Family] = &[
    Family { name: "unix", title: "UNIX Domain", show: None, edit: None },
    Family { name: "inet", title: "DARPA Internet", show: Some(inet), edit: Some(change::inet) },
    Family { name: "inet6", title: "IPv6", show: Some(inet6), edit: Some(change::inet6) },
    Family { name: "ax25", title: "AMPR AX.25", show: Some(|ip, _| AX25.show(ip)), edit: None },
    Family {
        name: "netrom",
        title: "AMPR NET/ROM",
        show: Some(|ip, _| NETROM.show(ip)),
        edit: Some(|_, _, _, _| Err(Error::local("NET/ROM: this needs to be written"))),
    },
    Family { name: "rose", title: "AMPR ROSE", show: Some(|ip, _| ROSE.show(ip)), edit: None },
    Family {
        name: "ipx",
        title: "Novell IPX",
        show: Some(|ip, _| IPX.show(ip)),
        edit: Some(|_, _, _, _| Err(Error::local("IPX: this needs to be written"))),
    },
    Family { name: "ddp", title: "Appletalk DDP", show: Some(|ip, _| DDP.show(ip)), edit: None },
    Family { name: "ec", title: "Econet", show: None, edit: None },
    Family { name: "ash", title: "Ash", show: None, edit: None },
    Family { name: "x25", title: "CCITT X.25", show: Some(|ip, _| X25.show(ip)), edit: Some(x25) },
    Family { name: "unspec", title: "UNSPEC", show: None, edit: None },
];

/// What `-A` takes, and the family that is meant. One of them is not supported.
pub const WORDS: &[(&str, &str)] = &[
    ("ax25", "ax25"),
    ("ip", "inet"),
    ("ip6", "inet6"),
    ("ipx", "ipx"),
    ("rose", "rose"),
    ("appletalk", "ddp"),
    ("netrom", "netrom"),
    ("inet", "inet"),
    ("inet6", "inet6"),
    ("ddp", "ddp"),
    ("unix", "unix"),
    ("tcpip", "inet"),
    ("econet", "ec"),
    ("x25", "x25"),
    ("ash", "ash"),
    ("bluetooth", "bluetooth"),
];

/// The family with this name.
pub fn named(name: &[u8]) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name.as_bytes() == name)
}

fn inet(ip: &mut Ip, asked: &Asked) -> Result<()> {
    if asked.table || !asked.cache {
        inet::show(ip, asked)?;
    }
    if asked.cache {
        inet::show_cache(ip, asked);
    }
    Ok(())
}

fn inet6(ip: &mut Ip, asked: &Asked) -> Result<()> {
    if asked.table || !asked.cache {
        inet6::show(ip, asked)?;
    }
    if asked.cache {
        inet6::show_cache(ip);
    }
    Ok(())
}

/// A routing table that the kernel tells of in files of its own.
struct Table {
    /// The file with the routes; it begins with a line of titles.
    file: &'static str,
    /// The file with the routers that the routes name by number, or nothing.
    routers: &'static str,
    /// What is said on stderr where there is no such file.
    missing: &'static str,
    /// What is said on stdout then.
    note: &'static str,
    /// The titles of the table and its columns; empty for a file that no kernel of today has.
    head: &'static str,
    /// The text of a line of the file, given the lines of that with the routers.
    row: fn(&str, &[String]) -> Option<String>,
}

const AX25: Table = Table {
    file: "/proc/net/ax25_route",
    routers: "",
    missing: "/proc/net/ax25_route: No such file or directory",
    note: "AX.25 not configured in this system.\n",
    head: "Kernel AX.25 routing table\nDestination  Iface    Use\n",
    row: |line, _| {
        let uses = atoi(from(line, 15).as_bytes());
        Some(format!("{:<9}    {:<5}  {uses:>5}\n", part(line, 0, 9), part(line, 10, 14)))
    },
};

const NETROM: Table = Table {
    file: "/proc/net/nr_nodes",
    routers: "/proc/net/nr_neigh",
    // The first complaint leaves the errno of the second: stderr can only be written to.
    missing: "/proc/net/nr_nodes: No such file or directory\n/proc/net/nr_neigh: Invalid argument",
    note: "NET/ROM not configured in this system.\n",
    head: "Kernel NET/ROM routing table\nDestination  Mnemonic  Quality  Neighbour  Iface\n",
    row: |line, routers| {
        // The first column says which of the routers is in use; each has fifteen places.
        let skip = 15 * usize::try_from(atoi(from(line, 19).as_bytes()).checked_sub(1)?).ok()?;
        let quality = atoi(from(line, 24 + skip).as_bytes());
        let number = atoi(from(line, 32 + skip).as_bytes());
        let start = format!("{:<9}    {:<7}   ", part(line, 0, 9), part(line, 10, 17));
        let router = routers.iter().find(|router| atoi(router.as_bytes()) == number);
        let end = |line: &String| format!("{quality:>3}      {:<9}  {}\n", part(line, 6, 15), part(line, 16, 20));
        Some(start + &router.map(end).unwrap_or_default())
    },
};

const ROSE: Table = Table {
    file: "/proc/net/rose_nodes",
    routers: "/proc/net/rose_neigh",
    missing: "/proc/net/rose_nodes: No such file or directory\nROSE not configured in this system.",
    note: "",
    head: "Kernel ROSE routing table\n\
        Destination  neigh1 callsign  device  neigh2 callsign  device  neigh3 callsign  device\n",
    row: |line, routers| {
        let mut text = format!("{:<10}   ", part(line, 0, 10));
        for at in 0..atoi(part(line, 16, 17).as_bytes()).clamp(0, 3) as usize {
            let number = atoi(from(line, 6 * (at + 3)).as_bytes());
            text += &format!("{number:05}  ");
            for router in routers.iter().filter(|router| atoi(router.as_bytes()) == number) {
                text += &format!("{:<10}   {:<4}", part(router, 6, 15), part(router, 16, 21));
            }
        }
        Some(text + "\n")
    },
};

/// The kernel has had no IPX since Linux 5.15.
const IPX: Table = Table {
    file: "/proc/net/ipx/route",
    routers: "",
    missing: "No such file or directory",
    note: "IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.\n",
    head: "",
    row: |_, _| None,
};

/// The kernel has its AppleTalk routes in another place since Linux 2.6.
const DDP: Table = Table {
    file: "/proc/net/atalk_route",
    routers: "",
    missing: "Error opening /proc/net/atalk_route: No such file or directory\n\
        DDP (AppleTalk) not configured on this system.",
    note: "",
    head: "",
    row: |_, _| None,
};

/// Debian builds its kernels without X.25.
const X25: Table = Table {
    file: "/proc/net/x25/route",
    routers: "",
    missing: "",
    note: "X.25 not configured in this system.\n",
    head: "",
    row: |_, _| None,
};

/// What stands in a line between two places.
fn part(line: &str, start: usize, end: usize) -> &str {
    line.get(start..end.min(line.len())).unwrap_or_default()
}

fn from(line: &str, start: usize) -> &str {
    part(line, start, usize::MAX)
}

impl Table {
    fn show(&self, ip: &mut Ip) -> Result<()> {
        let Some(lines) = lines_of(self.file).filter(|_| !self.head.is_empty()) else {
            if !self.missing.is_empty() {
                ip.view.out.complain(self.missing);
            }
            ip.view.out.text(self.note);
            return Err(Error::silent(1));
        };
        let routers = lines_of(self.routers).unwrap_or_default();
        ip.view.out.text(self.head);
        for text in lines.iter().filter_map(|line| (self.row)(line, &routers)) {
            ip.view.out.text(text);
        }
        Ok(())
    }
}

/// The lines of a file behind its first.
fn lines_of(file: &str) -> Option<Vec<String>> {
    let file = File::open(file).ok()?;
    Some(BufReader::new(file).lines().skip(1).map_while(std::io::Result::ok).collect())
}

const X25_USAGE: &str = "Usage: route -A x25 add TARGET[/DIGITS] [dev] DEV\n       \
    route -A x25 del TARGET[/DIGITS] [dev] DEV";

/// Reads an X.25 route, which the kernel then cannot have.
fn x25(ip: &mut Ip, asked: &Asked, action: Action, words: &[&[u8]]) -> Result<()> {
    let wrong = |why: &str| Error::words(format!("{why}{X25_USAGE}")).with_status(USAGE);
    match action {
        Action::Flush => return Err(wrong("Flushing `x25' routing table not supported\n")),
        _ if asked.cache => return Err(wrong("Modifying `x25' routing cache not supported\n")),
        Action::Help => {
            ip.view.out.text(format_args!("{X25_USAGE}\n"));
            return Ok(());
        }
        Action::Add | Action::Delete => {}
    }
    let (target, rest) = words.split_first().ok_or_else(|| wrong(""))?;
    let unknown = |why| Error::local(format!("{}: {why}", shown(target))).with_status(UNKNOWN_HOST);
    x25_address(target).map_err(unknown)?;
    match rest {
        [b"dev" | b"device", device] | [device] if !device.is_empty() && !matches!(*device, b"dev" | b"device") => {}
        _ => return Err(wrong("")),
    }
    Err(Error::local(format!("socket: {}", sys::strerror(libc::EAFNOSUPPORT))).with_status(REFUSED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernels_tables() {
        assert_eq!((AX25.row)("N0CALL-1  bpq0  3 *", &[]).unwrap(), "N0CALL-1     bpq0       3\n");
        let routers = ["00001 N0CALL-2  bpq0  192    0    1   0".to_string()];
        let line = "N0CALL-1  NODE     1  1  192   6 00001";
        let expected = "N0CALL-1     NODE      192      N0CALL-2   bpq0\n";
        assert_eq!((NETROM.row)(line, &routers).unwrap(), expected);
        assert_eq!((NETROM.row)("", &routers), None);
        assert_eq!((ROSE.row)("", &routers).unwrap(), "             \n");
    }

    #[test]
    fn each_word_but_one_means_a_family() {
        let unknown: Vec<_> = WORDS.iter().filter(|(_, name)| named(name.as_bytes()).is_none()).collect();
        assert_eq!(unknown, [&("bluetooth", "bluetooth")]);
    }
}
