//! `macsec`: another device, encrypted (IEEE 802.1AE); keys are set with `ip macsec`.

use super::{Draft, Kind};
use crate::error::{Error, Result};
use crate::row;
use crate::rows::{Names, Row, Shown, Value, one_of, parse_row};
use crate::rtnl::uapi;
use crate::view::View;
use crate::words::lladdr;
use crate::words::{Words, duplicate, garbage, number, wrong};

const SCI: u16 = uapi::IFLA_MACSEC_SCI as u16;
const PORT: u16 = uapi::IFLA_MACSEC_PORT as u16;
const WINDOW: u16 = uapi::IFLA_MACSEC_WINDOW as u16;
const REPLAY: u16 = uapi::IFLA_MACSEC_REPLAY_PROTECT as u16;

/// `MACSEC_CIPHER_ID_*` in `linux/if_macsec.h`. The kernel names the default by a number of its own.
const AES_128: u64 = 0x0080_c200_0100_0001;
const AES_256: u64 = 0x0080_c200_0100_0002;
const AES_XPN_128: u64 = 0x0080_c200_0100_0003;
const AES_XPN_256: u64 = 0x0080_c200_0100_0004;
const DEFAULT: u64 = 0x0080_0200_0100_0001;

/// The ciphers. A name may be written in capitals or not.
pub static CIPHERS: Names = Names {
    other: "(unknown)",
    ..Names::new(
        8,
        &[
            (AES_128, "GCM-AES-128"),
            (AES_128, "gcm-aes-128"),
            (AES_256, "GCM-AES-256"),
            (AES_256, "gcm-aes-256"),
            (AES_XPN_128, "GCM-AES-XPN-128"),
            (AES_XPN_128, "gcm-aes-xpn-128"),
            (AES_XPN_256, "GCM-AES-XPN-256"),
            (AES_XPN_256, "gcm-aes-xpn-256"),
            (DEFAULT, "GCM-AES-128"),
            (DEFAULT, "default"),
        ],
    )
};

/// `MACSEC_VALIDATE_*`.
pub static VALIDATE: Names =
    Names { other: "(unknown)", ..Names::new(1, &[(0, "disabled"), (1, "check"), (2, "strict")]) };
/// `MACSEC_OFFLOAD_*`.
pub static OFFLOAD: Names = Names { other: "(unknown)", ..Names::new(1, &[(0, "off"), (1, "phy"), (2, "mac")]) };
/// How long the check value can be, in bytes (`MACSEC_MIN_ICV_LEN`, `MACSEC_STD_ICV_LEN`).
const ICV_MIN: u64 = 8;
const ICV_MAX: u64 = 16;
/// The highest association number.
const AN_MAX: u64 = 3;
/// No window was named.
const NO_WINDOW: [u8; 4] = [0xff; 4];

const ROWS: &[Row] = &[
    row!(IFLA_MACSEC_SCI, "sci", Value::Bytes, "", "the id of the secure channel").read_only(),
    row!(IFLA_MACSEC_SCI, "sci", LEADING, "SCI", "the id of the secure channel, hexadecimal; stands first")
        .exact()
        .shown(Shown::Never),
    row!(IFLA_MACSEC_SCI, "address", LEADING, "LLADDR", "the address of that id, with port; stands first")
        .exact()
        .shown(Shown::Never),
    row!(IFLA_MACSEC_PORT, "port", LEADING, "PORT", "the port of that id, from 1; stands first")
        .exact()
        .shown(Shown::Never),
    row!(IFLA_MACSEC_PROTECT, "protect", Value::OnOff, "on|off", "protect what is sent").exact(),
    row!(
        IFLA_MACSEC_CIPHER_SUITE,
        "cipher",
        CIPHER,
        "default|gcm-aes-128|gcm-aes-256|gcm-aes-xpn-128|gcm-aes-xpn-256",
        "the cipher"
    )
    .exact()
    .key("cipher_suite")
    .wrong("expected: default, gcm-aes-128, gcm-aes-256, gcm-aes-xpn-128 or gcm-aes-xpn-256"),
    row!(IFLA_MACSEC_ICV_LEN, "icvlen", ICV_LEN, "BYTES", "the length of the check value, 8 to 16 bytes")
        .exact()
        .key("icv_len"),
    row!(IFLA_MACSEC_ENCODING_SA, "encodingsa", ENCODING_SA, "0|1|2|3", "the association to send by")
        .exact()
        .key("encoding_sa"),
    row!(
        IFLA_MACSEC_VALIDATION,
        "validate",
        listed_in::<false>(),
        "disabled|check|strict",
        "what is checked on receipt"
    )
    .exact()
    .key("validation"),
    row!(IFLA_MACSEC_OFFLOAD, "offload", listed_in::<true>(), "off|phy|mac", "what the hardware does").exact(),
    row!(IFLA_MACSEC_ENCRYPT, "encrypt", Value::OnOff, "on|off", "encrypt, else only authenticate").exact(),
    row!(IFLA_MACSEC_INC_SCI, "send_sci", Value::OnOff, "on|off", "send the channel's id along").exact().key("inc_sci"),
    row!(IFLA_MACSEC_ES, "end_station", Value::OnOff, "on|off", "set the End Station bit").exact().key("es"),
    row!(IFLA_MACSEC_SCB, "scb", Value::OnOff, "on|off", "set the Single Copy Broadcast bit").exact(),
    row!(IFLA_MACSEC_REPLAY_PROTECT, "replay", Value::OnOff, "on|off", "drop what is older than the window")
        .exact()
        .key("replay_protect"),
    row!(IFLA_MACSEC_WINDOW, "window", Value::U32, "PACKETS", "how many packets may overtake each other")
        .exact()
        .wrong("expected replay window size")
        .shown(Shown::Never),
    row!(IFLA_MACSEC_WINDOW, "window", Value::I32, "", "the window").read_only(),
];

pub(super) const KIND: Kind =
    Kind { helps: false, begin, finish, ..Kind::new("macsec", "another device, encrypted", ROWS) };

/// Words that are read before all others ([`begin`]) and not taken behind them.
const LEADING: Value =
    Value::Odd { parse: |_, _, words, _| Err(KIND.unknown(words.current())), show: crate::rows::never_shown };

/// Reads `sci SCI`, `port PORT` or `address LLADDR port PORT`.
fn begin(draft: &mut Draft<'_>, words: &mut Words<'_>) -> Result<()> {
    let channel = Channel::read(draft.view, words, true)?;
    draft.request.word(words.place().saturating_sub(1));
    match (channel.sci, channel.port) {
        (Some(sci), _) if sci != [0; 8] => drop(draft.request.put(SCI, &sci)),
        (None, None) if channel.address.is_none() => {}
        (_, port) => drop(draft.request.put(PORT, &port.unwrap_or_default())),
    }
    Ok(())
}

/// What words say of a secure channel: its whole id, or the parts of it.
#[derive(Debug, Default)]
pub struct Channel {
    /// The id: an address and a port.
    pub sci: Option<[u8; 8]>,
    port: Option<[u8; 2]>,
    address: Option<[u8; 6]>,
}

impl Channel {
    /// Reads `sci SCI`, or `port PORT` and `address LLADDR` in any order. A device of its own, `is_link`, has an address
    /// already, so that the port is enough, and other words may follow at any time.
    pub fn read(view: &mut View, words: &mut Words<'_>, is_link: bool) -> Result<Channel> {
        let mut channel = Channel::default();
        while channel.sci.is_none() && (channel.port.is_none() || (channel.address.is_none() && !is_link)) {
            let keyword = words.peek();
            if let Some(b"sci" | b"port" | b"address") = keyword {
                words.next();
            }
            match keyword {
                Some(b"sci") if channel.port.is_some() => return Err(wrong("expected address", b"sci")),
                Some(b"sci") if channel.address.is_some() => return Err(wrong("expected port", b"sci")),
                Some(b"sci") => {
                    let word = words.require()?;
                    let sci = number(word, 16).ok_or_else(|| wrong("expected sci", word))?;
                    channel.sci = Some(sci.to_be_bytes());
                }
                Some(b"port") => {
                    let word = words.require()?;
                    let port = number(word, 0).and_then(|port| u16::try_from(port).ok());
                    match port.ok_or_else(|| wrong("expected port", word))? {
                        0 => return Err(wrong("expected port != 0", word)),
                        port => channel.port = Some(port.to_be_bytes()),
                    }
                }
                Some(b"address") => {
                    let word = words.require()?;
                    let mut bytes = lladdr::parse(word).map_err(|error| {
                        view.out.complain_of(&error);
                        wrong("expected lladdr", word)
                    })?;
                    bytes.resize(6, 0);
                    channel.address = bytes.first_chunk().copied();
                }
                Some(word) if !is_link => return Err(wrong("expected sci, port, or address", word)),
                _ => break,
            }
        }
        if let Channel { sci: None, port: Some([high, low]), address: Some([a, b, c, d, e, f]) } = channel {
            channel.sci = Some([a, b, c, d, e, f, high, low]);
        }
        Ok(channel)
    }
}

/// The number of an association, 0 to 3.
pub fn association(word: &[u8]) -> Result<u8> {
    let number = number(word, 0).filter(|number| *number <= AN_MAX);
    number.map(|number| number as u8).ok_or_else(|| wrong("expected an { 0..3 }", word))
}

/// The number of what `word` is the name of, or the beginning of one.
pub fn listed(keyword: &str, word: &[u8], names: &Names) -> Result<u8> {
    let list: Vec<&str> = names.names.iter().map(|(_, name)| *name).collect();
    Ok(names.names[one_of(keyword, word, &list)?].0 as u8)
}

const CIPHER: Value = Value::Odd {
    parse: |row, view, words, request| {
        let mut ahead = *words;
        let word = ahead.require()?;
        if request.payload(row.attr).is_some() {
            return Err(duplicate("cipher", word));
        }
        parse_row(&Row { value: Value::Name(&CIPHERS), ..*row }, view, words, request)
    },
    show: |row, out, payload| {
        if let Some(id) = payload.first_chunk() {
            out.str(row.key, "cipher ", CIPHERS.name(u64::from_ne_bytes(*id)), " ");
        }
    },
};

const ICV_LEN: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        if request.payload(row.attr).is_some() {
            return Err(duplicate("icvlen", word));
        }
        let len = number(word, 10).filter(|len| *len <= u8::MAX.into());
        let len = len.ok_or_else(|| wrong("expected ICV length", word))?;
        if !(ICV_MIN..=ICV_MAX).contains(&len) {
            return Err(wrong("ICV length must be in the range {8..16}", word));
        }
        request.word(words.place() - 1).put(row.attr, &[len as u8]);
        Ok(())
    },
    show: |row, out, payload| out.num(row.key, "icvlen ", payload.first().copied().unwrap_or(0), " "),
};

const ENCODING_SA: Value = Value::Odd {
    parse: |row, _, words, request| {
        if request.payload(row.attr).is_some() {
            return Err(garbage(row.word, words.current()));
        }
        let word = words.require()?;
        let number = association(word)?;
        request.word(words.place() - 1).put(row.attr, &[number]);
        Ok(())
    },
    show: |row, out, payload| out.num(row.key, "encodingsa ", payload.first().copied().unwrap_or(0), " "),
};

/// The beginning of a name of [`OFFLOAD`] or of [`VALIDATE`].
const fn listed_in<const IS_OFFLOAD: bool>() -> Value {
    const fn names(is_offload: bool) -> &'static Names {
        if is_offload { &OFFLOAD } else { &VALIDATE }
    }
    Value::Odd {
        parse: |row, _, words, request| {
            let number = listed(row.word, words.require()?, names(IS_OFFLOAD))?;
            request.word(words.place() - 1).put(row.attr, &[number]);
            Ok(())
        },
        show: |row, out, payload| {
            out.text(row.label);
            out.str(row.key, " ", names(IS_OFFLOAD).name(payload.first().copied().unwrap_or(u8::MAX).into()), " ");
        },
    }
}

/// Checks what goes together.
fn finish(draft: &mut Draft<'_>) -> Result<()> {
    let [sci, station, broadcast] =
        [uapi::IFLA_MACSEC_INC_SCI, uapi::IFLA_MACSEC_ES, uapi::IFLA_MACSEC_SCB].map(|attr| draft.is_on(attr as u16));
    if (sci && (station || broadcast)) || (station && broadcast) {
        return Err(Error::local("invalid combination of send_sci/end_station/scb"));
    }
    let window = draft.request.payload(WINDOW).and_then(|window| window.first_chunk()).copied().unwrap_or(NO_WINDOW);
    if window != NO_WINDOW && !draft.has(REPLAY) {
        let window = u32::from_ne_bytes(window);
        return Err(Error::local(format!(
            "replay window set, but replay protection not enabled. did you mean 'replay on window {window}'?"
        )));
    }
    if window == NO_WINDOW && draft.is_on(REPLAY) {
        return Err(Error::local(
            "replay protection enabled, but no window set. did you mean 'replay on window VALUE'?",
        ));
    }
    match draft.has(REPLAY) {
        true => drop(draft.request.put(WINDOW, &window)),
        false => draft.request.remove(WINDOW),
    }
    Ok(())
}
