//! `ip monitor`: what changes, as it changes. Each event is shown as the object's own command would show it.

use nix::sys::socket::SockProtocol;

use super::{
    Ip, Object, View, addr, addrlabel, events, link, mroute, neigh, netconf, netns, nexthop, route, rule, stats,
};
use crate::error::{Error, Result};
use crate::netlink::{Message, Socket};
use crate::output::Address;
use crate::rtnl::addr::Address as InterfaceAddress;
use crate::rtnl::addrlabel::AddrLabel;
use crate::rtnl::link::Link;
use crate::rtnl::neigh::Neighbour;
use crate::rtnl::netconf::Netconf;
use crate::rtnl::nexthop::Nexthop;
use crate::rtnl::nsid::Nsid;
use crate::rtnl::prefix::{self, Prefix};
use crate::rtnl::route::{RTNL_FAMILY_IP6MR, RTNL_FAMILY_IPMR, Route};
use crate::rtnl::rule::Rule;
use crate::rtnl::uapi::{self, rtnetlink_groups as group};
use crate::words::Words;
use crate::words::keyword::Keyword;
use crate::words::wrong;

/// The object `monitor`, which has no verbs.
pub const MONITOR: Object =
    Object { name: "monitor", called: "monitor", help: "watch changes as they happen", verbs: &[], default: run };

/// The first message type that is not netlink's own.
const NLMSG_MIN_TYPE: u16 = 16;

const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;
const MPLS: u8 = libc::AF_MPLS as u8;

/// What can be watched, a bit each.
const LINK: u16 = 1;
const ADDRESS: u16 = 1 << 1;
const ROUTE: u16 = 1 << 2;
const MROUTE: u16 = 1 << 3;
const PREFIX: u16 = 1 << 4;
const NEIGH: u16 = 1 << 5;
const NETCONF: u16 = 1 << 6;
const STATS: u16 = 1 << 7;
const RULE: u16 = 1 << 8;
const NSID: u16 = 1 << 9;
const NEXTHOP: u16 = 1 << 10;

/// Where it is told of, and of which family; 0 for all of them.
const GROUPS: &[(u16, u8, group)] = &[
    (LINK, 0, group::RTNLGRP_LINK),
    (ADDRESS, INET, group::RTNLGRP_IPV4_IFADDR),
    (ADDRESS, INET6, group::RTNLGRP_IPV6_IFADDR),
    (ROUTE, INET, group::RTNLGRP_IPV4_ROUTE),
    (ROUTE, INET6, group::RTNLGRP_IPV6_ROUTE),
    (ROUTE, MPLS, group::RTNLGRP_MPLS_ROUTE),
    (MROUTE, INET, group::RTNLGRP_IPV4_MROUTE),
    (MROUTE, INET6, group::RTNLGRP_IPV6_MROUTE),
    (PREFIX, INET6, group::RTNLGRP_IPV6_PREFIX),
    (NEIGH, 0, group::RTNLGRP_NEIGH),
    (NETCONF, INET, group::RTNLGRP_IPV4_NETCONF),
    (NETCONF, INET6, group::RTNLGRP_IPV6_NETCONF),
    (NETCONF, MPLS, group::RTNLGRP_MPLS_NETCONF),
    (RULE, INET, group::RTNLGRP_IPV4_RULE),
    (RULE, INET6, group::RTNLGRP_IPV6_RULE),
    (NSID, 0, group::RTNLGRP_NSID),
    (NEXTHOP, 0, group::RTNLGRP_NEXTHOP),
    (STATS, 0, group::RTNLGRP_STATS),
];

/// What is to be watched.
#[derive(Default)]
pub struct Asked {
    objects: u16,
    file: Option<Vec<u8>>,
    device: Option<Vec<u8>>,
    label: bool,
    all_namespaces: bool,
}

type Take = fn(&mut Asked, &mut Words<'_>) -> Result<()>;

const fn object(name: &'static str, help: &'static str, take: Take) -> Keyword<Asked> {
    Keyword::new(name, "", help, take)
}

/// The words behind `ip monitor`, in the order in which an abbreviation is looked up.
pub const KEYWORDS: &[Keyword<Asked>] = &[
    Keyword::new("file", "FILE", "read what rtmon has written, in place of listening", |a, words| {
        a.file = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::new("label", "", "name the object before each event", |a, _| {
        a.label = true;
        Ok(())
    }),
    object("link", "devices", |a, _| a.watch(LINK)),
    object("address", "addresses", |a, _| a.watch(ADDRESS)),
    object("route", "routes", |a, _| a.watch(ROUTE)),
    object("mroute", "multicast routes", |a, _| a.watch(MROUTE)),
    object("prefix", "prefixes that routers advertise", |a, _| a.watch(PREFIX)),
    object("neigh", "neighbours", |a, _| a.watch(NEIGH)),
    object("netconf", "settings of devices", |a, _| a.watch(NETCONF)),
    object("rule", "rules", |a, _| a.watch(RULE)),
    object("nsid", "ids of namespaces", |a, _| a.watch(NSID)),
    object("nexthop", "nexthop objects", |a, _| a.watch(NEXTHOP)),
    Keyword::exact("stats", "", "whether hardware counts packets", |a, _| a.watch(STATS)),
    Keyword::exact("all", "", "everything, each with its label", |a, _| {
        a.label = true;
        Ok(())
    }),
    Keyword::new("all-nsid", "", "other namespaces that have an id here, too", |a, _| {
        a.all_namespaces = true;
        Ok(())
    }),
];

/// Looked up behind the others.
const DEV: &[Keyword<Asked>] = &[Keyword::exact("dev", "DEV", "only what concerns DEV", |a, words| {
    a.device = Some(words.require()?.to_vec());
    Ok(())
})];

impl Asked {
    fn watch(&mut self, object: u16) -> Result<()> {
        self.objects |= object;
        Ok(())
    }

    fn parse(words: Words<'_>) -> Result<Asked> {
        let mut asked = Asked::default();
        events::parse("ip monitor", &[KEYWORDS, DEV], &mut asked, words)?;
        Ok(asked)
    }
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let asked = Asked::parse(words)?;
    let index = match &asked.device {
        Some(name) => ip.view.links.index(name).ok_or_else(|| wrong("Device does not exist\n", name))?,
        None => 0,
    };
    let mut monitor = Monitor::new(&asked, index, ip.view.options.family);
    if let Some(file) = &asked.file {
        return events::from_file(ip, file, |view, message| monitor.event(view, message));
    }
    let mut socket = listen(ip, &asked).map_err(|error| error.with_status(1))?;
    // Names are learnt on another socket: nothing that happens meanwhile is lost.
    let _ = ip.dump(&mut link::dump_names(), link::learn);
    ip.view.nsids.load();
    match events::hear(&mut ip.view, &mut socket, |view, message| monitor.event(view, message)) {
        Ok(never) => match never {},
        Err(error) => Err(Error::from(error)),
    }
}

/// A socket that hears what is asked for.
fn listen(ip: &Ip, asked: &Asked) -> Result<Socket> {
    let options = &ip.view.options;
    let mut socket = Socket::open(SockProtocol::NetlinkRoute)?;
    socket.make_room(options.rcvbuf.map_or(events::ROOM, |bytes| bytes as usize));
    let objects = if asked.objects == 0 { u16::MAX } else { asked.objects };
    for (object, family, group) in GROUPS {
        let meant = objects & object != 0 && (options.family == 0 || *family == 0 || *family == options.family);
        if !meant {
            continue;
        }
        match (socket.join(*group as u32), *object) {
            (Err(_), NEXTHOP) => return Err(Error::local("Failed to add nexthop group to list")),
            // Kernels before 5.18 have none of these to tell.
            (Err(_), STATS) if asked.objects & STATS == 0 => {}
            (Err(_), STATS) => return Err(Error::local("Failed to add stats group to list")),
            (result, _) => result?,
        }
    }
    if asked.all_namespaces {
        socket.hear_all_namespaces()?;
    }
    Ok(socket)
}

/// How events are shown.
struct Monitor {
    label: bool,
    all_namespaces: bool,
    family: u8,
    /// Only what concerns this device, 0 for any.
    index: u32,
    routes: route::Filter,
    multicast_routes: mroute::Filter,
    rules: rule::Filter,
}

impl Monitor {
    fn new(asked: &Asked, index: u32, family: u8) -> Self {
        let mut routes = route::Filter::of_family(0);
        routes.oif = (index != 0).then_some(index);
        Monitor {
            label: asked.label,
            all_namespaces: asked.all_namespaces,
            family,
            index,
            routes,
            multicast_routes: mroute::Filter::by_way_of(index),
            rules: rule::Filter::of_family(family),
        }
    }

    fn concerns(&self, index: u32) -> bool {
        self.index == 0 || self.index == index
    }

    /// Shows one event.
    fn event(&mut self, view: &mut View, message: &Message<'_>) {
        if message.kind == events::TIMESTAMP {
            return events::file_time(&mut view.out, message);
        }
        if let Some(route) = Route::decode(message) {
            self.route(view, message, &route);
        } else if let Some(nexthop) = Nexthop::decode(message) {
            view.nexthops.learn(message);
            if nexthop.is_bucket {
                self.head(view, message, "[NEXTHOPBUCKET]");
                nexthop::describe_bucket(view, &nexthop);
            } else {
                self.head(view, message, "[NEXTHOP]");
                nexthop::describe(view, &nexthop);
            }
        } else if let Some(link) = Link::decode(message) {
            link::learn(view, message);
            self.head(view, message, "[LINK]");
            if self.concerns(link.index) {
                link::describe(view, &link, &link::Shape { links_only: false, family: 0, queue: false });
            }
        } else if let Some(address) = InterfaceAddress::decode(message) {
            self.head(view, message, "[ADDR]");
            if self.concerns(address.index) {
                addr::describe(view, &address, true);
            }
        } else if let Some(label) = AddrLabel::decode(message) {
            self.head(view, message, "[ADDRLABEL]");
            addrlabel::describe(view, &label);
        } else if let Some(entry) = Neighbour::decode(message) {
            if self.family == 0 || self.family == entry.family {
                self.head(view, message, "[NEIGH]");
                if self.concerns(entry.index) {
                    neigh::describe(view, &entry, self.index == 0);
                }
            }
        } else if let Some(rule) = Rule::decode(message) {
            self.head(view, message, "[RULE]");
            if self.rules.admits(&rule) {
                rule::describe(view, &rule);
            }
        } else if let Some(netconf) = Netconf::decode(message) {
            self.head(view, message, "[NETCONF]");
            if self.index == 0 || netconf.index() == Some(self.index.cast_signed()) {
                netconf::describe(view, &netconf);
            }
        } else if let Some(nsid) = Nsid::decode(message) {
            self.head(view, message, "[NSID]");
            nsid_event(view, &nsid);
        } else {
            self.rare(view, message);
        }
    }

    fn route(&mut self, view: &mut View, message: &Message<'_>, route: &Route<'_>) {
        if route.flags & uapi::RTM_F_CLONED != 0 {
            return;
        }
        if matches!(route.family, RTNL_FAMILY_IPMR | RTNL_FAMILY_IP6MR) {
            self.head(view, message, "[MROUTE]");
            mroute::describe(view, &self.multicast_routes, route);
        } else {
            self.head(view, message, "[ROUTE]");
            if self.routes.accepts(route) {
                route::show_route(view, &self.routes, route);
            }
        }
    }

    fn rare(&self, view: &mut View, message: &Message<'_>) {
        if message.kind == uapi::RTM_NEWPREFIX as u16 {
            self.head(view, message, "[PREFIX]");
            if let Some(prefix) = Prefix::decode(message).filter(|_| matches!(self.family, 0 | INET6)) {
                describe_prefix(view, &prefix);
            }
        } else if message.kind == uapi::RTM_NEWSTATS as u16 {
            self.head(view, message, "[STATS]");
            stats::describe_event(view, message);
        } else if message.kind >= NLMSG_MIN_TYPE {
            let (kind, flags, len) = (message.kind, message.flags, message.bytes.len());
            view.out.complain(&format!(
                "Unknown message: type={kind:#010x}({kind}) flags={flags:#010x}({flags}) len={len:#010x}({len})"
            ));
        }
    }

    /// What stands before an event: its time, its namespace, its object.
    fn head(&self, view: &mut View, message: &Message<'_>, label: &str) {
        events::show_now(view);
        if self.all_namespaces {
            events::show_namespace(view, message);
        }
        if self.label {
            view.out.text(label);
        }
    }
}

/// The name of a new id has to be read anew, that of an old one is known from before.
fn nsid_event(view: &mut View, nsid: &Nsid) {
    if !nsid.deleted {
        view.nsids.forget();
    }
    netns::describe_id(view, nsid);
    if nsid.deleted {
        view.nsids.forget();
        view.nsids.load();
    }
}

fn describe_prefix(view: &mut View, prefix: &Prefix<'_>) {
    let View { out, links, .. } = view;
    if let Some(address) = prefix.address() {
        out.text("prefix ");
        out.text(Address(address));
        out.text(format_args!("/{}", prefix.bits));
    }
    out.text("dev ");
    out.text(links.name(prefix.index));
    out.text(" ");
    out.text(if prefix.flags & prefix::ON_LINK != 0 { "onlink " } else { "" });
    out.text(if prefix.flags & prefix::AUTOCONF != 0 { "autoconf " } else { "" });
    if let Some((preferred, valid)) = prefix.lifetimes() {
        out.text(format_args!("valid {valid} preferred {preferred} "));
    }
    out.text("\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_objects() {
        let asked = |line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            Asked::parse(Words::new(&words)).map(|asked| (asked.objects, asked.label, asked.all_namespaces))
        };
        assert_eq!(asked("ro all").unwrap(), (ROUTE, true, false));
        assert_eq!(asked("link all-nsid").unwrap(), (LINK, false, true));
        assert!(asked("stat").is_err() && asked("bogus").is_err());
    }
}
