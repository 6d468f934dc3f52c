//! `ip ioam`: what this host writes into packets of IPv6 that carry a trace of their way (`linux/ioam6_genl.h`).

use super::genl::{self, Channel};
use super::{Ip, Object, Run, Verb, View, events};
use crate::error::{Error, Result};
use crate::netlink::{Request, Table};
use crate::output::{Hex, Prefixed};
use crate::words::Words;
use crate::words::keyword::Entry;
use crate::words::{number, number_u32, wrong};

const ADD_NAMESPACE: u8 = 1;
const DELETE_NAMESPACE: u8 = 2;
const DUMP_NAMESPACES: u8 = 3;
const ADD_SCHEMA: u8 = 4;
const DELETE_SCHEMA: u8 = 5;
const DUMP_SCHEMAS: u8 = 6;
const SET_SCHEMA: u8 = 7;

/// `IOAM6_ATTR_*`.
const NS_ID: u16 = 1;
const NS_DATA: u16 = 2;
const NS_DATA_WIDE: u16 = 3;
const SC_ID: u16 = 4;
const SC_DATA: u16 = 5;
const SC_NONE: u16 = 6;

/// `IOAM6_MAX_SCHEMA_DATA_LEN`, in bytes.
const LONGEST: usize = 255 * 4;

/// `IOAM6_GENL_EV_GRP_NAME`, `IOAM6_EVENT_TRACE` and `IOAM6_EVENT_ATTR_*`.
const GROUP: &str = "ioam6_events";
const TRACE: u8 = 1;
const TRACE_NAMESPACE: u16 = 1;
const TRACE_NODE_LEN: u16 = 2;
const TRACE_TYPE: u16 = 3;
const TRACE_DATA: u16 = 4;

/// The object `ioam`.
pub const IOAM: Object =
    Object { name: "ioam", called: "ioam", help: "traces in packets of IPv6", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    verb("namespace show", "show namespaces of traces", Vec::new, show_namespaces),
    verb("namespace add", "add a namespace", || vec![DATA, WIDE, NAMESPACE_ID], add_namespace),
    verb("namespace del", "delete a namespace", || vec![NAMESPACE_ID], delete_namespace),
    verb("namespace set", "set the schema of a namespace", || vec![ITS_SCHEMA, NAMESPACE_ID], set_schema),
    verb("schema show", "show schemas: what is written behind a trace", Vec::new, show_schemas),
    verb("schema add", "add a schema", || vec![SCHEMA_ID, TEXT], add_schema),
    verb("schema del", "delete a schema", || vec![SCHEMA_ID], delete_schema),
    verb("monitor", "watch traces that arrive", Vec::new, monitor),
];

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: Run) -> Verb {
    Verb { name, help, grammar, run }
}

const NAMESPACE_ID: Entry = Entry { name: "", argument: "ID", help: "the number of a namespace, 16 bits" };
const SCHEMA_ID: Entry = Entry { name: "", argument: "ID", help: "the number of a schema, 24 bits" };
const DATA: Entry = Entry { name: "data", argument: "NUMBER", help: "what is written into a field of 32 bits" };
const WIDE: Entry = Entry { name: "wide", argument: "HEX", help: "what is written into a field of 64 bits" };
const ITS_SCHEMA: Entry = Entry { name: "schema", argument: "ID", help: "the number of a schema, or none" };
const TEXT: Entry = Entry { name: "", argument: "TEXT", help: "what is written" };

fn run(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let part = match words.next() {
        None | Some(b"help") => return Err(crate::commands::object_usage(&IOAM)),
        Some(b"namespace") => "namespace",
        Some(b"schema") => "schema",
        Some(b"monitor") => return monitor(ip, words),
        Some(word) => return Err(wrong("Unknown", word)),
    };
    let word = words.require()?;
    let verb = genl::verb(VERBS, part, |name| name.as_bytes() == word).ok_or_else(|| wrong("Unknown", word))?;
    (verb.run)(ip, words)
}

fn open() -> Result<Channel> {
    Channel::open("IOAM6", 1)
}

/// Asks for a change; `fill` appends the attributes.
fn change(ip: &mut Ip, command: u8, fill: impl FnOnce(&mut Request)) -> Result<()> {
    let mut channel = open()?;
    let mut request = channel.request(command);
    fill(&mut request);
    channel.ask(ip, &mut request).map_err(|error| error.with_status(1))
}

fn show(ip: &mut Ip, command: u8, describe: fn(&mut View, &[u8])) -> Result<()> {
    let mut channel = open()?;
    ip.begin_json();
    let mut request = channel.request(command);
    let ended = channel.dump(ip, &mut request, describe);
    ended.map_err(|error| Error::words(error.to_string()).with_status(1))
}

fn namespace(words: &mut Words<'_>) -> Result<u16> {
    let word = words.require()?;
    let id = number(word, 0).and_then(|id| id.try_into().ok());
    id.ok_or_else(|| wrong("Invalid namespace ID", word))
}

fn schema(words: &mut Words<'_>) -> Result<u32> {
    let word = words.require()?;
    number_u32(word, 0).ok_or_else(|| wrong("Invalid schema ID", word))
}

fn wide(words: &mut Words<'_>) -> Result<u64> {
    let word = words.require()?;
    number(word, 16).ok_or_else(|| wrong("Invalid wide data", word))
}

fn add_namespace(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let id = namespace(&mut words)?;
    let (mut data, mut long) = (None, None);
    match words.next() {
        None => {}
        Some(b"data") => {
            let word = words.require()?;
            data = Some(number_u32(word, 0).ok_or_else(|| wrong("Invalid data", word))?);
        }
        Some(b"wide") => long = Some(wide(&mut words)?),
        Some(word) => return Err(wrong("Invalid argument", word)),
    }
    match words.next() {
        None => {}
        Some(b"wide") if data.is_some() => long = Some(wide(&mut words)?),
        Some(word) => return Err(wrong("Unexpected argument", word)),
    }
    change(ip, ADD_NAMESPACE, |request| {
        request.u16(NS_ID, id);
        if let Some(data) = data {
            request.u32(NS_DATA, data);
        }
        if let Some(long) = long {
            request.u64(NS_DATA_WIDE, long);
        }
    })
}

fn delete_namespace(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let id = namespace(&mut words)?;
    change(ip, DELETE_NAMESPACE, |request| {
        request.u16(NS_ID, id);
    })
}

fn set_schema(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let id = namespace(&mut words)?;
    let word = words.require()?;
    if word != b"schema" {
        return Err(wrong("Unknown", word));
    }
    let schema = match words.peek() {
        Some(b"none") => None,
        _ => Some(schema(&mut words)?),
    };
    change(ip, SET_SCHEMA, |request| {
        request.u16(NS_ID, id);
        match schema {
            Some(schema) => request.u32(SC_ID, schema),
            None => request.attr(SC_NONE, &[]),
        };
    })
}

fn add_schema(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let id = schema(&mut words)?;
    let text = words.require()?;
    if text.len() > LONGEST {
        return Err(wrong("Schema DATA too big", text));
    }
    change(ip, ADD_SCHEMA, |request| {
        request.u32(SC_ID, id).attr(SC_DATA, text);
    })
}

fn delete_schema(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let id = schema(&mut words)?;
    change(ip, DELETE_SCHEMA, |request| {
        request.u32(SC_ID, id);
    })
}

fn show_namespaces(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    show(ip, DUMP_NAMESPACES, |view, attrs| {
        let attrs = Table::<8>::new(attrs);
        let out = &mut view.out;
        out.open_object("");
        out.num("namespace", "namespace ", attrs.u16(NS_ID).unwrap_or(0), "");
        if let Some(schema) = attrs.u32(SC_ID) {
            out.num("schema", " [schema ", schema, "]");
        }
        if let Some(data) = attrs.u32(NS_DATA) {
            match out.is_json() {
                true => out.str("data", "", Hex(data.into(), 1), ""),
                false => out.text(format_args!(", data {}", hex(data.into(), 10))),
            }
        }
        if let Some(data) = attrs.u64(NS_DATA_WIDE) {
            match out.is_json() {
                true => out.str("wide", "", Prefixed(data), ""),
                false => out.text(format_args!(", wide {}", hex(data, 18))),
            }
        }
        out.line();
        out.close_object();
    })
}

fn show_schemas(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    show(ip, DUMP_SCHEMAS, |view, attrs| {
        let attrs = Table::<8>::new(attrs);
        let out = &mut view.out;
        out.open_object("");
        out.num("schema", "schema ", attrs.u32(SC_ID).unwrap_or(0), "");
        if let Some(namespace) = attrs.u16(NS_ID) {
            out.num("namespace", " [namespace ", namespace, "]");
        }
        out.mark_set("data", ", data:");
        for byte in attrs.get(SC_DATA).unwrap_or_default() {
            match out.is_json() {
                true => out.num("", "", *byte, ""),
                false => out.text(format_args!(" {byte:02x}")),
            }
        }
        out.line();
        out.close_object();
    })
}

/// Shows traces as they arrive, until something fails. iproute2 has it since 6.10.
fn monitor(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let missing = || Error::words("can't subscribe to ioam6 events: No such file or directory").with_status(1);
    let group = channel.family.group(&mut channel.socket, GROUP)?.ok_or_else(missing)?;
    channel.socket.join(group)?;
    let family = channel.family;
    let heard = events::hear(&mut ip.view, &mut channel.socket, |view, message| {
        if let Some((TRACE, attrs)) = family.decode(message) {
            describe_trace(view, attrs);
        }
    });
    match heard {
        Ok(never) => match never {},
        Err(error) => Err(Error::from(error).with_status(1)),
    }
}

/// A number as C's `%#0WIDTHx` writes it: zero has no prefix.
fn hex(value: u64, width: usize) -> String {
    match value {
        0 => "0".repeat(width),
        _ => format!("{value:#0width$x}"),
    }
}

fn describe_trace(view: &mut View, attrs: &[u8]) {
    let attrs = Table::<5>::new(attrs);
    let out = &mut view.out;
    out.text("[TRACE] ");
    if let Some(namespace) = attrs.u16(TRACE_NAMESPACE) {
        out.text(format_args!("Namespace={namespace} "));
    }
    if let Some(len) = attrs.u8(TRACE_NODE_LEN) {
        out.text(format_args!("NodeLen={len} "));
    }
    if let Some(kind) = attrs.u32(TRACE_TYPE) {
        out.text(format_args!("Type={} ", hex(kind.into(), 8)));
    }
    out.text("Data=");
    for byte in attrs.get(TRACE_DATA).unwrap_or_default() {
        out.text(Hex((*byte).into(), 2));
    }
    out.text("\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::options::Options;

    #[test]
    fn a_trace_on_a_line() {
        let mut ip = Ip::new(Options::default());
        let attrs: &[u8] =
            &[6, 0, 1, 0, 123, 0, 0, 0, 5, 0, 2, 0, 2, 0, 0, 0, 8, 0, 3, 0, 0, 0, 0xc0, 0, 6, 0, 4, 0, 1, 0xab, 0, 0];
        describe_trace(&mut ip.view, attrs);
        assert_eq!(ip.view.out.take(), b"[TRACE] Namespace=123 NodeLen=2 Type=0xc00000 Data=01ab\n");
    }
}
