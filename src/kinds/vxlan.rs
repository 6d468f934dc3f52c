//! `vxlan`: Ethernet over UDP, to other machines by their addresses or by multicast (RFC 7348).

use super::tunnel::{self, AUTO, VNI_MAX};
use super::{Draft, Kind};
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::output;
use crate::row;
use crate::rows::{Row, Shown, Value, never_shown};
use crate::rtnl::uapi;
use crate::words::Words;
use crate::words::prefix::{self, Address};
use crate::words::{number, wrong};

const ID: u16 = uapi::IFLA_VXLAN_ID as u16;
const GROUP: u16 = uapi::IFLA_VXLAN_GROUP as u16;
const GROUP6: u16 = uapi::IFLA_VXLAN_GROUP6 as u16;
const LOCAL: u16 = uapi::IFLA_VXLAN_LOCAL as u16;
const LOCAL6: u16 = uapi::IFLA_VXLAN_LOCAL6 as u16;
const LEARNING: u16 = uapi::IFLA_VXLAN_LEARNING as u16;
const EXTERNAL: u16 = uapi::IFLA_VXLAN_COLLECT_METADATA as u16;
const TTL_INHERIT: u16 = uapi::IFLA_VXLAN_TTL_INHERIT as u16;
const PORT: u16 = uapi::IFLA_VXLAN_PORT as u16;

/// The port of the Generic Protocol Extension.
const GPE_PORT: u16 = 4790;

const ROWS: &[Row] = &[
    row!(IFLA_VXLAN_COLLECT_METADATA, "external", EXTERNALLY, "", "what to send where comes with each packet")
        .negatable()
        .shown(Shown::NonZero),
    row!(IFLA_VXLAN_VNIFILTER, "vnifilter", FILTER, "", "take only the identifiers that are listed")
        .exact()
        .negatable()
        .shown(Shown::NonZero),
    row!(IFLA_VXLAN_ID, "id", Value::UpTo(VNI_MAX), "VNI", "the network identifier, up to 16777215").aliases(&["vni"]),
    row!(IFLA_VXLAN_GROUP, "group", FAR, "ADDRESS", "the multicast group that unknown addresses are sent to"),
    row!(IFLA_VXLAN_GROUP6, "remote", FAR, "ADDRESS", "the machine that unknown addresses are sent to"),
    row!(IFLA_VXLAN_LOCAL, "local", NEAR, "ADDRESS", "the address to send from").shown(Shown::NonZero),
    row!(IFLA_VXLAN_LOCAL6, "local", Value::Address(libc::AF_INET6), "", "the same for IPv6")
        .read_only()
        .key("local6")
        .shown(Shown::NonZero),
    tunnel::dev(row!(IFLA_VXLAN_LINK, "dev", Value::Device, "DEV", "the device to send through")),
    row!(IFLA_VXLAN_PORT_RANGE, "srcport", SOURCE_PORTS, "MIN MAX", "the UDP ports to send from").aliases(&["port"]),
    row!(IFLA_VXLAN_PORT, "dstport", Value::Be16, "PORT", "the UDP port to send to and receive on")
        .key("port")
        .wrong("dst port"),
    row!(IFLA_VXLAN_LEARNING, "learning", Value::Switch, "", "learn addresses from what is received")
        .shown(Shown::OffInText),
    switch(row!(IFLA_VXLAN_PROXY, "proxy", Value::Switch, "", "answer ARP and ND for what is known")),
    switch(row!(IFLA_VXLAN_RSC, "rsc", Value::Switch, "", "route packets between networks directly")),
    switch(row!(IFLA_VXLAN_L2MISS, "l2miss", Value::Switch, "", "tell of unknown link-layer addresses")),
    switch(row!(IFLA_VXLAN_L3MISS, "l3miss", Value::Switch, "", "tell of unknown IP addresses")),
    row!(IFLA_VXLAN_TOS, tunnel::tos),
    row!(IFLA_VXLAN_TTL, "ttl", tunnel::ttl::<TTL_INHERIT, false>(), "TTL", "the TTL of what is sent, auto or inherit")
        .aliases(&["hoplimit"])
        .shown(Shown::Never),
    row!(IFLA_VXLAN_TTL_INHERIT, tunnel::ttl_inherit),
    row!(IFLA_VXLAN_TTL, "ttl", Value::U8Or(AUTO), "", "the TTL").read_only().unless(TTL_INHERIT, 1),
    row!(IFLA_VXLAN_DF, tunnel::df),
    row!(IFLA_VXLAN_LABEL, tunnel::udp_flow_label),
    row!(IFLA_VXLAN_AGEING, "ageing", Value::U32Or("none"), "SECONDS", "how long an address is remembered, in s")
        .wrong("ageing timer"),
    row!(IFLA_VXLAN_LIMIT, "maxaddress", Value::U32Or("unlimited"), "NUMBER", "how many addresses are remembered")
        .key("limit")
        .label("maxaddr")
        .wrong("max addresses")
        .shown(Shown::NonZero),
    row!(IFLA_VXLAN_UDP_CSUM, tunnel::udp_checksum),
    row!(IFLA_VXLAN_UDP_ZERO_CSUM6_TX, tunnel::udp_zero_sent),
    row!(IFLA_VXLAN_UDP_ZERO_CSUM6_RX, tunnel::udp_zero_received),
    switch(row!(IFLA_VXLAN_REMCSUM_TX, "remcsumtx", Value::Switch, "", "let the receiver make checksums"))
        .key("remcsum_tx"),
    switch(row!(IFLA_VXLAN_REMCSUM_RX, "remcsumrx", Value::Switch, "", "make checksums that the sender left out"))
        .key("remcsum_rx"),
    row!(
        IFLA_VXLAN_LOCALBYPASS,
        "localbypass",
        LOCAL_BYPASS,
        "",
        "hand packets to this host straight to its own vxlan"
    )
    .exact()
    .negatable(),
    row!(IFLA_VXLAN_MC_ROUTE, "mcroute", Value::Switch, "", "route multicast as the routing table has it").newer(),
    // Release 6.1 of the stock tool does not know it, and the kernel always tells some.
    row!(IFLA_VXLAN_RESERVED_BITS, "reserved_bits", RESERVED, "BITS", "bits of the header that may be set")
        .exact()
        .shown(Shown::Never),
    row!(IFLA_VXLAN_GBP, "gbp", Value::Flag, "", "carry packet marks (Group Based Policy)"),
    row!(IFLA_VXLAN_GPE, "gpe", Value::Flag, "", "carry any protocol (Generic Protocol Extension)"),
];

const FIRST: &[&str] = &[
    "id",
    "vni",
    "group",
    "remote",
    "local",
    "dev",
    "ttl",
    "hoplimit",
    "tos",
    "dsfield",
    "df",
    "label",
    "flowlabel",
    "ageing",
    "maxaddress",
    "port",
    "srcport",
    "dstport",
    "nolearning",
    "learning",
    "noproxy",
    "proxy",
    "norsc",
    "rsc",
    "nol2miss",
    "l2miss",
    "nol3miss",
    "l3miss",
    "udpcsum",
    "noudpcsum",
];

pub(super) const KIND: Kind =
    Kind { first: FIRST, once: true, finish, ..Kind::new("vxlan", "Ethernet over UDP", ROWS) };

/// 64 bits in network order.
const RESERVED: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        let bits = number(word, 0).ok_or_else(|| wrong(row.word, word))?;
        request.word(words.place() - 1).put(row.attr, &bits.to_be_bytes());
        Ok(())
    },
    show: never_shown,
};

const fn switch(row: Row) -> Row {
    row.shown(Shown::NonZero)
}

/// A device that is told where to send each packet does not learn.
const EXTERNALLY: Value = Value::Odd {
    parse: |row, _, words, request| {
        let on = row.stands(words.current(), false) != Some(false);
        request.word(words.place() - 1).put(EXTERNAL, &[u8::from(on)]);
        if on {
            request.put(LEARNING, &[0]);
        }
        Ok(())
    },
    show: |row, out, _| out.bool(row.key, true, "external "),
};

/// Shown without a blank behind it.
const FILTER: Value = Value::Odd {
    parse: |row, _, words, request| {
        request.word(words.place() - 1).put(row.attr, &[u8::from(words.current() == row.word.as_bytes())]);
        Ok(())
    },
    show: |row, out, _| out.bool(row.key, true, "vnifilter"),
};

/// What iproute2 6.1 does not know: nothing is shown of it while it is as the kernel has it.
const LOCAL_BYPASS: Value = Value::Odd {
    parse: |row, _, words, request| {
        request.word(words.place() - 1).put(row.attr, &[u8::from(words.current() == row.word.as_bytes())]);
        Ok(())
    },
    show: |row, out, payload| {
        if payload == [0] {
            out.bool(row.key, false, "nolocalbypass ");
        }
    },
};

/// `group` and `remote`: one attribute for IPv4, one for IPv6, whichever keyword it was.
const FAR: Value = Value::Odd {
    parse: |row, _, words, request| {
        let is_group = row.word == "group";
        let there = address(request, GROUP, GROUP6);
        if there.is_some_and(|there| there.is_multicast() != is_group) {
            return Err(Error::local("vxlan: both group and remote cannot be specified"));
        }
        let far = read(words, address(request, LOCAL, LOCAL6))?;
        if !far.is_ip() || far.is_multicast() != is_group {
            return Err(row
                .wrong(if is_group { "invalid group address" } else { "invalid remote address" })
                .refuse(words.current()));
        }
        put(words, request, &far, GROUP, GROUP6);
        Ok(())
    },
    show: |_, out, payload| {
        let is_group = matches!(payload, [224..240, _, _, _] | [255, ..]) && payload != [255; 4];
        let (key, key6, label) =
            if is_group { ("group", "group6", "group ") } else { ("remote", "remote6", "remote ") };
        if payload.iter().any(|&b| b != 0) {
            out.str(if payload.len() == 4 { key } else { key6 }, label, output::Address(payload), " ");
        }
    },
};

const NEAR: Value = Value::Odd {
    parse: |row, _, words, request| {
        let near = read(words, address(request, GROUP, GROUP6))?;
        if !near.is_ip() || near.is_multicast() {
            return Err(row.wrong("invalid local address").refuse(words.current()));
        }
        put(words, request, &near, LOCAL, LOCAL6);
        Ok(())
    },
    show: |row, out, payload| out.str(row.key, "local ", output::Address(payload), " "),
};

/// Reads an address of the family of `other`, of any where there is none.
fn read(words: &mut Words<'_>, other: Option<Address>) -> Result<Address> {
    prefix::address(words.require()?, other.map_or(0, |other| other.family))
}

fn put(words: &Words<'_>, request: &mut Request, address: &Address, inet: u16, inet6: u16) {
    let attr = if i32::from(address.family) == libc::AF_INET { inet } else { inet6 };
    request.word(words.place() - 1).put(attr, address.bytes());
}

/// The address that has been read so far.
fn address(request: &Request, inet: u16, inet6: u16) -> Option<Address> {
    request.payload(inet).or_else(|| request.payload(inet6)).and_then(Address::from_bytes)
}

/// `struct ifla_vxlan_port_range`: two ports in network order; none is asked for where both are 0.
const SOURCE_PORTS: Value = Value::Odd {
    parse: |row, _, words, request| {
        let mut range = [0; 4];
        for (bytes, what) in range.chunks_exact_mut(2).zip(["min port", "max port"]) {
            let word = words.require()?;
            let port = number(word, 0).and_then(|port| u16::try_from(port).ok()).ok_or_else(|| wrong(what, word))?;
            bytes.copy_from_slice(&port.to_be_bytes());
        }
        if range != [0; 4] {
            request.word(words.place() - 1).put(row.attr, &range);
        }
        Ok(())
    },
    show: |_, out, payload| {
        let &[a, b, c, d, ..] = payload else { return };
        let (low, high) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        out.open_object("port_range");
        out.num("low", "srcport ", low, " ");
        out.num("high", "", high, " ");
        out.close_object();
    },
};

/// Checks what the kernel would not, and writes what it does not take for granted.
fn finish(draft: &mut Draft<'_>) -> Result<()> {
    let refuse = |text: &str| Err(Error::local(format!("vxlan: {text}")));
    let external = draft.is_on(EXTERNAL);
    let filter = draft.is_on(uapi::IFLA_VXLAN_VNIFILTER as u16);
    if !external && filter {
        return refuse("vnifilter is valid only when 'external' is set");
    }
    if external && draft.has(ID) {
        return refuse("both 'external' and vni cannot be specified");
    }
    if !external && !filter && !draft.has(ID) && draft.creates {
        return refuse("missing virtual network identifier");
    }
    let far = address(draft.request, GROUP, GROUP6);
    if far.is_some_and(|far| far.is_multicast()) && !draft.has(uapi::IFLA_VXLAN_LINK as u16) {
        return refuse("'group' requires 'dev' to be specified");
    }
    if !draft.has(PORT) && draft.has(uapi::IFLA_VXLAN_GPE as u16) {
        draft.request.put(PORT, &GPE_PORT.to_be_bytes());
    } else if !draft.has(PORT) && draft.creates {
        draft.view.out.complain(PORT_ADVICE);
    }
    if !draft.is_on(PORT) {
        draft.request.remove(PORT);
    }
    if far.is_none() && address(draft.request, LOCAL, LOCAL6).is_none() {
        match i32::from(draft.view.options.family) {
            libc::AF_INET => drop(draft.request.put(GROUP, &[0; 4])),
            libc::AF_INET6 => drop(draft.request.put(GROUP6, &[0; 16])),
            _ => {}
        }
    }
    if draft.creates {
        draft.default(LEARNING, &[1]);
    }
    Ok(())
}

/// The kernel's default port is older than the one that IANA has assigned.
const PORT_ADVICE: &str = "vxlan: destination port not specified
Will use Linux kernel default (non-standard value)
Use 'dstport 4789' to get the IANA assigned value
Use 'dstport 0' to get default and quiet this message";
