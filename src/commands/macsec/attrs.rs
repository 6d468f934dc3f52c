//! What a device, its channels and their associations have (`linux/if_macsec.h`): the words that set it and what is
//! shown of it.

use crate::error::Result;
use crate::kinds::macsec::{CIPHERS, OFFLOAD, VALIDATE};
use crate::netlink::Request;
use crate::rows::{Row, Value, never_shown};
use crate::words::{Words, garbage, hex_bytes, number, number_u32, wrong};

pub(super) const IFINDEX: u16 = 1;
pub(super) const RXSC_CONFIG: u16 = 2;
pub(super) const SA_CONFIG: u16 = 3;
pub(super) const SECY: u16 = 4;
pub(super) const TXSA_LIST: u16 = 5;
pub(super) const RXSC_LIST: u16 = 6;
pub(super) const TXSC_STATS: u16 = 7;
pub(super) const SECY_STATS: u16 = 8;
pub(super) const OFFLOAD_CONFIG: u16 = 9;

pub(super) const RXSC_SCI: u16 = 1;
pub(super) const RXSC_ACTIVE: u16 = 2;
pub(super) const RXSC_SA_LIST: u16 = 3;
pub(super) const RXSC_STATS: u16 = 4;

pub(super) const SA_AN: u16 = 1;
pub(super) const SA_ACTIVE: u16 = 2;
pub(super) const SA_PN: u16 = 3;
pub(super) const SA_KEY: u16 = 4;
pub(super) const SA_KEYID: u16 = 5;
pub(super) const SA_STATS: u16 = 6;
pub(super) const SA_SSCI: u16 = 8;
pub(super) const SA_SALT: u16 = 9;

pub(super) const OFFLOAD_TYPE: u16 = 1;

const SECY_ENCODING_SA: u16 = 2;

/// One more than the highest attribute of any nest.
pub(super) const ATTRS: usize = 16;

/// The bytes of a key's name, the longest key, and the bytes of a salt.
const KEYID_LEN: usize = 16;
const KEY_MAX: usize = 128;
const SALT_LEN: usize = 12;

/// What is shown of a device itself. `sc` and `sa` are what the stock tool makes of the association to send by.
pub(super) const DEVICE: &[Row] = &[
    read(6, "MACSEC_SECY_ATTR_PROTECT", Value::OnOff, "protect"),
    read(9, "MACSEC_SECY_ATTR_VALIDATE", Value::Name(&VALIDATE), "validate"),
    read(SECY_ENCODING_SA, "MACSEC_SECY_ATTR_ENCODING_SA", Value::OnOff, "sc"),
    read(SECY_ENCODING_SA, "MACSEC_SECY_ATTR_ENCODING_SA", Value::OnOff, "sa"),
    read(10, "MACSEC_SECY_ATTR_ENCRYPT", Value::OnOff, "encrypt"),
    read(11, "MACSEC_SECY_ATTR_INC_SCI", Value::OnOff, "send_sci"),
    read(12, "MACSEC_SECY_ATTR_ES", Value::OnOff, "end_station"),
    read(13, "MACSEC_SECY_ATTR_SCB", Value::OnOff, "scb"),
    read(7, "MACSEC_SECY_ATTR_REPLAY", Value::OnOff, "replay"),
    read(3, "MACSEC_SECY_ATTR_WINDOW", Value::U32, "window"),
    read(4, "MACSEC_SECY_ATTR_CIPHER_SUITE", Value::Name(&CIPHERS), "cipher_suite").frame("\\    cipher suite: ", ","),
    read(5, "MACSEC_SECY_ATTR_ICV_LEN", Value::U8, "icv_length").frame(" using ICV length ", "\n"),
    read(1, "MACSEC_SECY_ATTR_SCI", Value::BeDigits(8), "sci").frame("    TXSC: ", ""),
    read(SECY_ENCODING_SA, "MACSEC_SECY_ATTR_ENCODING_SA", Value::U8, "encoding_sa").frame(" on SA ", "\n"),
];

/// What is shown of a channel that is received.
pub(super) const RXSC: &[Row] = &[
    read(RXSC_SCI, "MACSEC_RXSC_ATTR_SCI", Value::BeDigits(8), "sci").frame("    RXSC: ", ","),
    read(RXSC_ACTIVE, "MACSEC_RXSC_ATTR_ACTIVE", Value::OnOff, "active").frame(" state ", "\n"),
];

/// What is shown of an association.
pub(super) const SA: &[Row] = &[
    read(SA_AN, "MACSEC_SA_ATTR_AN", Value::U8, "an").frame("        ", ":"),
    read(SA_PN, "MACSEC_SA_ATTR_PN", Value::U32, "pn").frame(" PN ", ","),
    read(SA_SSCI, "MACSEC_SA_ATTR_SSCI", Value::BeDigits(4), "ssci").frame("SSCI ", ""),
    read(SA_ACTIVE, "MACSEC_SA_ATTR_ACTIVE", Value::OnOff, "active").frame(" state ", ","),
    read(SA_KEYID, "MACSEC_SA_ATTR_KEYID", Value::Bytes, "key").frame(" key ", "\n"),
];

/// What is shown of how a device is offloaded.
pub(super) const OFFLOADED: &[Row] =
    &[read(OFFLOAD_TYPE, "MACSEC_OFFLOAD_ATTR_TYPE", Value::Name(&OFFLOAD), "offload").frame("    offload: ", " \\")];

/// An attribute that is shown under its key.
const fn read(attr: u16, name: &'static str, value: Value, key: &'static str) -> Row {
    Row { label: key, ..Row::new(attr, name, "", value, "", "").key(key) }
}

/// What a command says of an association. A keyword must be written out.
pub(super) const SA_WORDS: &[Row] = &[
    Row::input(SA_PN, "MACSEC_SA_ATTR_PN", "pn", number_of_packets::<4>(), "N", "the next packet's number, from 1"),
    Row::input(
        SA_PN,
        "MACSEC_SA_ATTR_PN",
        "xpn",
        number_of_packets::<8>(),
        "N",
        "the same of 64 bits, for a cipher with XPN",
    ),
    Row::input(SA_SALT, "MACSEC_SA_ATTR_SALT", "salt", SALT, "HEX", "the salt of a cipher with XPN, 12 bytes"),
    Row::input(
        SA_SSCI,
        "MACSEC_SA_ATTR_SSCI",
        "ssci",
        SSCI,
        "SSCI",
        "the channel's short id for a cipher with XPN, hexadecimal",
    ),
    Row::input(
        SA_KEY,
        "MACSEC_SA_ATTR_KEY",
        "key",
        KEY,
        "ID KEY",
        "the key's name, up to 16 bytes, and the key, in hexadecimal",
    ),
    Row::input(SA_ACTIVE, "MACSEC_SA_ATTR_ACTIVE", "on", active::<true>(), "", "use it"),
    Row::input(SA_ACTIVE, "MACSEC_SA_ATTR_ACTIVE", "off", active::<false>(), "", "do not use it"),
];

/// What a command says of a channel that is received.
pub(super) const RXSC_WORDS: &[Row] = &[
    Row::input(RXSC_ACTIVE, "MACSEC_RXSC_ATTR_ACTIVE", "on", active::<true>(), "", "receive"),
    Row::input(RXSC_ACTIVE, "MACSEC_RXSC_ATTR_ACTIVE", "off", active::<false>(), "", "do not receive"),
];

/// Refuses a keyword whose attribute is there already.
fn once(row: &Row, keyword: &str, words: &Words<'_>, request: &Request) -> Result<()> {
    match request.payload(row.attr) {
        Some(_) => Err(garbage(keyword, words.current())),
        None => Ok(()),
    }
}

/// A number of `BYTES` bytes in host order, not 0. Its length tells the kernel's two kinds apart.
const fn number_of_packets<const BYTES: usize>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            once(row, row.word, words, request)?;
            let word = words.require()?;
            let number = number(word, 0).filter(|number| BYTES == 8 || u32::try_from(*number).is_ok());
            match number.ok_or_else(|| wrong("expected pn", word))? {
                0 => return Err(wrong("expected pn != 0", word)),
                number if BYTES == 8 => request.put(row.attr, &number.to_ne_bytes()),
                number => request.put(row.attr, &(number as u32).to_ne_bytes()),
            };
            Ok(())
        },
        show: never_shown,
    }
}

const SALT: Value = Value::Odd {
    parse: |row, _, words, request| {
        once(row, row.word, words, request)?;
        let word = words.require()?;
        let mut salt = hex_bytes(word, SALT_LEN).ok_or_else(|| wrong("expected salt", word))?;
        salt.resize(SALT_LEN, 0);
        request.put(row.attr, &salt);
        Ok(())
    },
    show: never_shown,
};

const SSCI: Value = Value::Odd {
    parse: |row, _, words, request| {
        once(row, row.word, words, request)?;
        let word = words.require()?;
        let ssci = number_u32(word, 16).ok_or_else(|| wrong("expected ssci", word))?;
        request.put(row.attr, &ssci.to_be_bytes());
        Ok(())
    },
    show: never_shown,
};

/// Two words: the key's name and the key. An empty key is none.
const KEY: Value = Value::Odd {
    parse: |row, _, words, request| {
        let word = words.require()?;
        let mut name = hex_bytes(word, KEYID_LEN).ok_or_else(|| wrong("expected key id", word))?;
        name.resize(KEYID_LEN, 0);
        let word = words.require()?;
        let key = hex_bytes(word, KEY_MAX).ok_or_else(|| wrong("expected key", word))?;
        request.remove(SA_KEYID);
        request.remove(row.attr);
        if !key.is_empty() {
            request.put(SA_KEYID, &name).put(row.attr, &key);
        }
        Ok(())
    },
    show: never_shown,
};

/// A byte that the keyword sets.
const fn active<const IS_ON: bool>() -> Value {
    Value::Odd {
        parse: |row, _, words, request| {
            once(row, "on/off", words, request)?;
            request.put(row.attr, &[u8::from(IS_ON)]);
            Ok(())
        },
        show: never_shown,
    }
}
