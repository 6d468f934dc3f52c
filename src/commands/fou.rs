//! `ip fou`: ports of UDP behind which other protocols are received (`linux/fou.h`).

use super::genl::{self, Channel};
use super::{Ip, Object, Verb, View};
use crate::commands::object_usage;
use crate::error::{Error, Result};
use crate::netlink::{Request, Table, until_nul};
use crate::rows::{self, Row, Shown, Value};
use crate::words::prefix;
use crate::words::{Words, is_device_name, shown};

const ADD: u8 = 1;
const DEL: u8 = 2;
const GET: u8 = 3;

const PORT: u16 = 1;
const AF: u16 = 2;
const IPPROTO: u16 = 3;
const TYPE: u16 = 4;
const LOCAL_V4: u16 = 6;
const LOCAL_V6: u16 = 7;
const PEER_V4: u16 = 8;
const PEER_V6: u16 = 9;
const PEER_PORT: u16 = 10;
const IFINDEX: u16 = 11;
/// One more than the highest attribute.
const ATTRS: usize = 12;

/// `FOU_ENCAP_*`.
const DIRECT: u8 = 1;
const GUE: u8 = 2;

const INET: i32 = libc::AF_INET;
const INET6: i32 = libc::AF_INET6;

const ROWS: &[Row] = &[
    Row::new(PORT, "FOU_ATTR_PORT", "port", Value::Port, "PORT", "the port that is received on")
        .frame("port ", "")
        .wrong("invalid port"),
    Row::new(
        IPPROTO,
        "FOU_ATTR_IPPROTO",
        "ipproto",
        Value::Protocol,
        "PROTO",
        "the protocol behind it, by name or number",
    )
    .frame(" ipproto ", "")
    .unless(TYPE, GUE as u64)
    .wrong("invalid ipproto"),
    Row::new(TYPE, "FOU_ATTR_TYPE", "gue", Value::Mark(GUE), "", "Generic UDP Encapsulation, which names the protocol")
        .frame(" gue", ""),
    Row::new(AF, "FOU_ATTR_AF", "-6", FAMILY, "", "over IPv6").key("family"),
    Row::new(LOCAL_V4, "FOU_ATTR_LOCAL_V4", "local", Value::Text, "ADDRESS", "the address that is received on")
        .shown(Shown::Never),
    Row::new(PEER_V4, "FOU_ATTR_PEER_V4", "peer", Value::Text, "ADDRESS", "the only address that is received from")
        .shown(Shown::Never),
    address(LOCAL_V4, "FOU_ATTR_LOCAL_V4", INET),
    address(LOCAL_V6, "FOU_ATTR_LOCAL_V6", INET6),
    address(PEER_V4, "FOU_ATTR_PEER_V4", INET),
    address(PEER_V6, "FOU_ATTR_PEER_V6", INET6),
    Row::new(PEER_PORT, "FOU_ATTR_PEER_PORT", "peer_port", Value::Port, "PORT", "the port of the peer")
        .frame(" peer_port ", "")
        .shown(Shown::NonZero)
        .wrong("invalid peer port"),
    Row::new(IFINDEX, "FOU_ATTR_IFINDEX", "dev", DEVICE, "DEV", "the device that is received on").shown(Shown::Never),
    Row::new(IFINDEX, "FOU_ATTR_IFINDEX", "dev", Value::Device, "", "that device")
        .read_only()
        .frame(" dev ", "")
        .shown(Shown::NonZero),
];

/// An address as it is shown. The words `local` and `peer` are kept as they are until the family is known.
const fn address(attr: u16, name: &'static str, family: i32) -> Row {
    let (key, before) = if attr < PEER_V4 { ("local", " local ") } else { ("peer", " peer ") };
    Row::new(attr, name, "", Value::Address(family), "", "an address").key(key).frame(before, "").shown(Shown::NonZero)
}

const FAMILY: Value = Value::Odd {
    parse: |row, _, words, request| {
        request.word(words.place() - 1).put(row.attr, &[INET6 as u8]);
        Ok(())
    },
    show: |row, out, payload| match payload.first() {
        Some(family) if out.is_json() => out.str(row.key, "", prefix::family_name(*family), ""),
        Some(family) if i32::from(*family) == INET6 => out.text(" -6"),
        _ => {}
    },
};

const DEVICE: Value = Value::Odd {
    parse: |row, view, words, request| {
        let word = words.require()?;
        let refused = |what: &str| Error::words(format!("fou: {what} device name")).with_status(1);
        if !is_device_name(word) {
            return Err(refused("invalid"));
        }
        let index = view.links.index(word).ok_or_else(|| refused("unknown"))?;
        request.word(words.place() - 1).put(row.attr, &index.to_ne_bytes());
        Ok(())
    },
    show: rows::never_shown,
};

/// The object `fou`.
pub const FOU: Object =
    Object { name: "fou", called: "fou", help: "other protocols in UDP, by port", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    Verb { name: "add", help: "receive on a port", grammar: || rows::entries(ROWS).collect(), run: add },
    Verb { name: "delete", help: "receive no more", grammar: || rows::entries(ROWS).collect(), run: delete },
    Verb { name: "show", help: "show ports", grammar: Vec::new, run: show },
];

fn open() -> Result<Channel> {
    Channel::open("fou", 1)
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    genl::run(&FOU, open, ip, words)
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, ADD)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, DEL)
}

fn change(ip: &mut Ip, words: Words<'_>, command: u8) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(command);
    if let Err(said) = read(&mut ip.view, words, &mut request, command == ADD)? {
        // The stock tool goes on with a request that says nothing, which the kernel refuses.
        ip.view.out.complain(&format!("fou: {said}"));
        request.empty();
    }
    channel.ask(ip, &mut request)
}

/// Reads words into `request`; what is inside the result is what does not fit together.
fn read(
    view: &mut View,
    mut words: Words<'_>,
    request: &mut Request,
    adds: bool,
) -> Result<std::result::Result<(), &'static str>> {
    while let Some(word) = words.next() {
        if !rows::parse(ROWS, &[], None, view, &mut words, request)? {
            return Err(Error::words(format!("fou: unknown command \"{}\"?\n{}", shown(word), object_usage(&FOU))));
        }
    }
    let has = |attr| request.payload(attr).is_some();
    if !has(PORT) {
        return Ok(Err("missing port"));
    }
    match (has(IPPROTO), has(TYPE)) {
        (false, false) if adds => return Ok(Err("must set ipproto or gue")),
        (true, true) => return Ok(Err("cannot set ipproto and gue")),
        _ => {}
    }
    if has(PEER_V4) != has(PEER_PORT) {
        return Ok(Err("both peer and peer port must be set"));
    }
    if !has(TYPE) {
        request.put(TYPE, &[DIRECT]);
    }
    let asked = if view.options.family == 0 { INET as u8 } else { view.options.family };
    let family = request.payload(AF).and_then(|payload| payload.first()).copied().unwrap_or(asked);
    request.put(AF, &[family]);
    for (inet, inet6) in [(LOCAL_V4, LOCAL_V6), (PEER_V4, PEER_V6)] {
        let Some(word) = request.payload(inet).map(|word| until_nul(word).to_vec()) else { continue };
        let address = prefix::address(&word, family)?;
        request.remove(inet);
        request.put(if i32::from(family) == INET { inet } else { inet6 }, address.bytes());
    }
    Ok(Ok(()))
}

fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    if !words.is_empty() {
        return Err(Error::local("\"ip fou show\" does not take any arguments."));
    }
    ip.begin_json();
    channel.dump(ip, &mut channel.request(GET), describe)
}

fn describe(view: &mut View, attrs: &[u8]) {
    view.out.open_object("");
    rows::show(view, ROWS, &Table::<ATTRS>::new(attrs));
    view.out.text("\n");
    view.out.close_object();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::options::Options;

    fn view() -> View {
        Ip::new(Options::default()).view
    }

    fn encoded(line: &str) -> std::result::Result<Vec<u8>, String> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut draft = genl::draft();
        match read(&mut view(), Words::new(&words), &mut draft, true) {
            Ok(Ok(())) => Ok(draft.body().to_vec()),
            Ok(Err(said)) => Err(said.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes() {
        let bytes: &[u8] = &[
            6, 0, 1, 0, 0x17, 0xd9, 0, 0, 5, 0, 3, 0, 4, 0, 0, 0, // port, protocol
            6, 0, 10, 0, 0, 9, 0, 0, 5, 0, 4, 0, 1, 0, 0, 0, // the peer's port, type
            5, 0, 2, 0, 2, 0, 0, 0, 8, 0, 6, 0, 10, 0, 0, 1, 8, 0, 8, 0, 10, 0, 0, 2, // family, addresses
        ];
        let line = "port 6105 ipproto 4 local 10.0.0.1 peer 10.0.0.2 peer_port 9";
        assert_eq!(encoded(line).as_deref(), Ok(bytes));
        let mut view = view();
        describe(&mut view, bytes);
        let text = "port 6105 ipproto 4 local 10.0.0.1 peer 10.0.0.2 peer_port 9\n";
        assert_eq!(view.out.take(), text.as_bytes());
        let bytes: &[u8] = &[6, 0, 1, 0, 0x17, 0xd9, 0, 0, 5, 0, 4, 0, 2, 0, 0, 0, 5, 0, 2, 0, 10, 0, 0, 0];
        assert_eq!(encoded("port 6105 gue -6").as_deref(), Ok(bytes));
        view.out.begin_json(false);
        describe(&mut view, bytes);
        assert_eq!(view.out.take(), br#"[{"port":6105,"gue":null,"family":"inet6"}"#);
    }

    #[test]
    fn what_is_refused() {
        for (line, said) in [
            ("gue", "missing port"),
            ("port 1", "must set ipproto or gue"),
            ("port 1 gue ipproto 4", "cannot set ipproto and gue"),
            ("port 1 gue peer 10.0.0.1", "both peer and peer port must be set"),
            ("port 0 gue", "Error: argument \"0\" is wrong: invalid port"),
            ("port 1 ipproto 0", "Error: argument \"0\" is wrong: invalid ipproto"),
            ("port 1 gue -6 local 10.0.0.1", "Error: inet6 address is expected rather than \"10.0.0.1\"."),
        ] {
            assert_eq!(encoded(line), Err(said.to_string()), "{line}");
        }
    }
}
