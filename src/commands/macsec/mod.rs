//! `ip macsec`: keys and channels of encrypted Ethernet (`linux/if_macsec.h`). The devices are made by `ip link`.

mod attrs;
mod show;

use super::genl::{self, Channel};
use super::{Ip, Object, Verb, View};
use crate::commands::object_usage;
use crate::error::{Error, Result};
use crate::kinds::macsec::{self, OFFLOAD};
use crate::netlink::Request;
use crate::rows::{self, Row};
use crate::words::keyword::Entry;
use crate::words::{Words, shown};
use attrs::*;

const GET_TXSC: u8 = 0;
const UPD_OFFLOAD: u8 = 10;

/// What is done to channels and associations, and the commands for it.
struct Change {
    /// Whether there must be a key, or there must be none; nothing where only the number counts.
    key: Option<bool>,
    /// To a channel that is received.
    rxsc: u8,
    /// To an association to send by.
    txsa: u8,
    /// To one to receive by.
    rxsa: u8,
}

const ADD: Change = Change { key: Some(true), rxsc: 1, txsa: 4, rxsa: 7 };
const SET: Change = Change { key: Some(false), rxsc: 3, txsa: 6, rxsa: 9 };
const DELETE: Change = Change { key: None, rxsc: 2, txsa: 5, rxsa: 8 };

/// The object `macsec`.
pub const MACSEC: Object =
    Object { name: "macsec", called: "macsec", help: "keys of encrypted Ethernet", verbs: VERBS, default: run };

const VERBS: &[Verb] = &[
    Verb::OWN,
    Verb { name: "show", help: "show devices with their channels", grammar: || vec![DEV], run: list },
    Verb { name: "add", help: "add a channel to receive, or an association", grammar: whole, run: add },
    Verb { name: "set", help: "change one", grammar: whole, run: set },
    Verb { name: "delete", help: "delete one", grammar: which, run: delete },
    Verb {
        name: "offload",
        help: "let the hardware do it",
        grammar: || vec![DEV, Entry { name: "", argument: "off|phy|mac", help: "what the hardware does" }],
        run: offload,
    },
];

const DEV: Entry = Entry { name: "", argument: "DEV", help: "the device" };

/// The words that say which one is meant.
const WHICH: [Entry; 6] = [
    Entry { name: "tx", argument: "", help: "what is sent" },
    Entry { name: "rx", argument: "", help: "a channel that is received: its id, or its port and address" },
    Entry { name: "sci", argument: "SCI", help: "the id of that channel, hexadecimal" },
    Entry { name: "port", argument: "PORT", help: "its port, from 1" },
    Entry { name: "address", argument: "LLADDR", help: "its address" },
    Entry { name: "sa", argument: "0|1|2|3", help: "an association" },
];

fn which() -> Vec<Entry> {
    [DEV].into_iter().chain(WHICH).collect()
}

fn whole() -> Vec<Entry> {
    which().into_iter().chain(rows::entries(SA_WORDS)).collect()
}

fn open() -> Result<Channel> {
    Channel::open("macsec", 1)
}

fn usage() -> Error {
    object_usage(&MACSEC)
}

fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    genl::run(&MACSEC, open, ip, words)
}

fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, &ADD)
}

fn set(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, &SET)
}

fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    change(ip, words, &DELETE)
}

/// The index of the device that the next word names.
fn device(ip: &mut Ip, words: &mut Words<'_>) -> Result<u32> {
    let name = words.next().ok_or_else(usage)?;
    let missing = || Error::local(format!("Device \"{}\" does not exist.", shown(name)));
    ip.view.links.index(name).ok_or_else(missing)
}

fn change(ip: &mut Ip, mut words: Words<'_>, change: &Change) -> Result<()> {
    let mut channel = open()?;
    let index = device(ip, &mut words)?;
    let (command, draft) = change.read(&mut ip.view, words, index)?;
    channel.ask(ip, &mut channel.request_of(command, &draft))
}

impl Change {
    /// Reads words behind the device with `index`: the command that they make, and its attributes.
    fn read(&self, view: &mut View, mut words: Words<'_>, index: u32) -> Result<(u8, Request)> {
        let mut draft = genl::draft();
        draft.u32(IFINDEX, index);
        let (number, command) = match words.next() {
            Some(b"tx") => (Some(association(&mut words)?.ok_or_else(usage)?), self.txsa),
            Some(b"rx") => {
                let sci = macsec::Channel::read(view, &mut words, false)?.sci;
                let sci = sci.ok_or_else(|| Error::words(format!("expected sci\n{}", usage())))?;
                let number = association(&mut words)?;
                let nest = draft.open(RXSC_CONFIG);
                draft.put(RXSC_SCI, &sci);
                if number.is_none() && self.key.is_some() {
                    read(RXSC_WORDS, view, &mut words, &mut draft)?;
                }
                draft.close(nest);
                (number, if number.is_some() { self.rxsa } else { self.rxsc })
            }
            _ => return Err(usage()),
        };
        if let Some(number) = number {
            let nest = draft.open(SA_CONFIG);
            draft.put(SA_AN, &[number]);
            self.read_association(view, words, &mut draft)?;
            draft.close(nest);
        }
        Ok((command, draft))
    }

    /// Reads what is said of an association. Words behind the number of one to delete are passed over.
    fn read_association(&self, view: &mut View, mut words: Words<'_>, draft: &mut Request) -> Result<()> {
        let Some(needs_key) = self.key else { return Ok(()) };
        read(SA_WORDS, view, &mut words, draft)?;
        let (has_key, packet) = (draft.payload(SA_KEY).is_some(), draft.payload(SA_PN).map(<[u8]>::len));
        match (needs_key, has_key) {
            (true, false) => return Err(Error::local("cannot create SA without key")),
            (true, true) if packet.is_none() => return Err(Error::local("must specify a packet number != 0")),
            (false, true) => return Err(Error::local("cannot change key on SA")),
            _ => {}
        }
        if packet != Some(8) {
            draft.remove(SA_SALT);
            draft.remove(SA_SSCI);
        }
        Ok(())
    }
}

/// Takes `sa` and the number of an association, if they come next.
fn association(words: &mut Words<'_>) -> Result<Option<u8>> {
    match words.take("sa") {
        true => macsec::association(words.require()?).map(Some),
        false => Ok(None),
    }
}

fn read(rows: &'static [Row], view: &mut View, words: &mut Words<'_>, request: &mut Request) -> Result<()> {
    while let Some(word) = words.next() {
        if !rows::parse(rows, &[], None, view, words, request)? {
            return Err(Error::words(format!("macsec: unknown command \"{}\"?\n{}", shown(word), usage())));
        }
    }
    Ok(())
}

fn offload(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let index = device(ip, &mut words)?;
    let word = words.next().ok_or_else(usage)?;
    let kind =
        macsec::listed("offload", word, &OFFLOAD).map_err(|error| Error::words(format!("{error}\n{}", usage())))?;
    let mut request = channel.request(UPD_OFFLOAD);
    request.u32(IFINDEX, index);
    let nest = request.open(OFFLOAD_CONFIG);
    request.u8(OFFLOAD_TYPE, kind);
    request.close(nest);
    channel.ask(ip, &mut request)
}

fn list(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let wanted = if words.is_empty() { None } else { Some(device(ip, &mut words)?) };
    if !words.is_empty() {
        return Err(usage());
    }
    ip.begin_json();
    let mut request = channel.request(GET_TXSC);
    channel.dump(ip, &mut request, |view, attrs| show::device(view, attrs, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::options::Options;

    fn view() -> View {
        Ip::new(Options::default()).view
    }

    /// The command and the attributes that words make.
    fn read(change: &Change, line: &str) -> std::result::Result<(u8, Vec<u8>), String> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let (command, draft) = change.read(&mut view(), Words::new(&words), 5).map_err(|error| error.to_string())?;
        Ok((command, draft.body().to_vec()))
    }

    /// The stock tool's bytes.
    #[test]
    #[cfg(target_endian = "little")]
    fn golden_bytes() {
        let line = "rx port 5 address 02:00:00:00:00:05 sa 1 xpn 9 salt 0102030405060708090a0b0c ssci 6 \
                    key 05 0123456789abcdef0123456789abcdef on";
        let bytes: &[u8] = &[
            8, 0, 1, 0, 5, 0, 0, 0, // device
            16, 0, 2, 0, 12, 0, 1, 0, 2, 0, 0, 0, 0, 5, 0, 5, // channel
            96, 0, 3, 0, 5, 0, 1, 0, 1, 0, 0, 0, // association
            12, 0, 3, 0, 9, 0, 0, 0, 0, 0, 0, 0, // packet number
            16, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, // salt
            8, 0, 8, 0, 0, 0, 0, 6, // short id
            20, 0, 5, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // the key's name
            20, 0, 4, 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd,
            0xef, 5, 0, 2, 0, 1, 0, 0, 0, // on
        ];
        assert_eq!(read(&ADD, line), Ok((7, bytes.to_vec())));
        let bytes = [&bytes[..8], &[24, 0, 2, 0], &bytes[12..24], &[5, 0, 2, 0, 0, 0, 0, 0]].concat();
        assert_eq!(read(&ADD, "rx sci 0200000000050005 off"), Ok((1, bytes)));
    }

    #[test]
    fn what_is_refused() {
        for (change, line, said) in [
            (&ADD, "tx sa 1 pn 5", "cannot create SA without key"),
            (&ADD, "tx sa 1 key 01 02", "must specify a packet number != 0"),
            (&SET, "tx sa 1 key 01 02", "cannot change key on SA"),
            (&ADD, "tx sa 1 on off", "Error: either \"on/off\" is duplicate, or \"off\" is a garbage."),
            (&ADD, "tx sa 4", "Error: argument \"4\" is wrong: expected an { 0..3 }"),
            (&DELETE, "rx port 1 sci 2", "Error: argument \"sci\" is wrong: expected address"),
        ] {
            assert_eq!(read(change, line), Err(said.to_string()), "{line}");
        }
    }

    /// What the kernel said of a device with one association each way.
    #[cfg(target_endian = "little")]
    const DUMPED: &[u8] = &[
        8, 0, 1, 0, 1, 0, 0, 0, 12, 0, 9, 0, 5, 0, 1, 0, 0, 0, 0, 0, // device, offload
        108, 0, 4, 0, 12, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 8, 12, 0, 4, 0, 3, 0, 0, 1, 0, 0xc2, 0x80,
        0, // channel, cipher
        5, 0, 5, 0, 16, 0, 0, 0, 5, 0, 8, 0, 1, 0, 0, 0, 5, 0, 6, 0, 1, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0, 0, //
        5, 0, 9, 0, 2, 0, 0, 0, 5, 0, 10, 0, 0, 0, 0, 0, 5, 0, 11, 0, 1, 0, 0, 0, 5, 0, 12, 0, 0, 0, 0, 0, //
        5, 0, 13, 0, 0, 0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 0, //
        56, 0, 5, 0, 52, 0, 1, 0, 5, 0, 1, 0, 1, 0, 0, 0, 12, 0, 3, 0, 1, 0, 0, 0, 0, 0, 0,
        0, // associations to send by
        5, 0, 2, 0, 1, 0, 0, 0, 8, 0, 8, 0, 0, 0, 0, 6, 6, 0, 5, 0, 0xab, 0xcd, 0, 0, 4, 0, 6, 0, //
        32, 0, 6, 0, 28, 0, 1, 0, 12, 0, 1, 0, 2, 0, 0, 0, 0, 5, 0, 5, 5, 0, 2, 0, 0, 0, 0, 0, 4, 0, 3,
        0, // channel
    ];

    #[test]
    #[cfg(target_endian = "little")]
    fn shown() {
        let text = |statistics, json| {
            let mut view = view();
            view.options.stats = statistics;
            view.links.learn(1, b"m0", 0);
            if json {
                view.out.begin_json(false);
            }
            show::device(&mut view, DUMPED, None);
            String::from_utf8(view.out.take()).unwrap()
        };
        let expected = "1: m0: protect on validate strict sc off sa off encrypt off send_sci on end_station off scb off \
                        replay off \n    cipher suite: GCM-AES-XPN-128, using ICV length 16\n    \
                        TXSC: 0200000000010008 on SA 0\n        1: PN 1,SSCI 00000006 state on, key abcd\n    \
                        RXSC: 0200000000050005, state off\n    offload: off \n";
        assert_eq!(text(0, false), expected);
        let names = "        1: PN 1,SSCI 00000006 state on, key abcd\n    stats: OutPktsProtected OutPktsEncrypted\n          \
                     \x20               -                -\n";
        assert!(text(1, false).contains(names), "{}", text(1, false));
        let json = r#"[{"ifindex":1,"ifname":"m0","protect":true,"validate":"strict","sc":false,"sa":false,"#;
        assert!(text(0, true).starts_with(json));
        let json = r#""sci":"0x200000000010008","encoding_sa":0,"sa_list":[{"an":1,"pn":1,"ssci":"0x6","active":true,"#;
        assert!(text(0, true).contains(json));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn short_messages_do_not_panic() {
        // Behind the device itself; without one, a message is complained of.
        for len in 128..DUMPED.len() {
            show::device(&mut view(), &DUMPED[..len], None);
            for cut in [0, 5, 6, 0xff] {
                let mut torn = DUMPED.to_vec();
                torn[len] = cut;
                show::device(&mut view(), &torn, None);
            }
        }
    }
}
