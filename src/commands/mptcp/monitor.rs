//! `ip mptcp monitor`: connections and subflows as they come and go.

use super::open;
use crate::commands::{Ip, View, events};
use crate::error::{Error, Result};
use crate::netlink::Table;
use crate::output::{Address, Hex};
use crate::rows;
use crate::words::Words;

/// `MPTCP_PM_EV_GRP_NAME`.
const GROUP: &str = "mptcp_pm_events";

/// `MPTCP_EVENT_*` that have names.
const EVENTS: &[(u8, &str)] = &[
    (1, "CREATED"),
    (2, "ESTABLISHED"),
    (3, "CLOSED"),
    (6, "ANNOUNCED"),
    (7, "REMOVED"),
    (10, "SF_ESTABLISHED"),
    (11, "SF_CLOSED"),
    (13, "SF_PRIO"),
];

/// How an attribute is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// A number in host order.
    Number,
    /// A port in network order.
    Port,
    /// Hexadecimal with this prefix and at least so many digits.
    Hex(&'static str, usize),
    /// An address.
    Address,
}

/// `MPTCP_ATTR_*`, what they are called and how they are written, in the order in which they are shown.
const ATTRS: &[(u16, &str, Form)] = &[
    (1, "token", Form::Hex("", 8)),
    (4, "remid", Form::Number),
    (3, "locid", Form::Number),
    (5, "saddr4", Form::Address),
    (7, "daddr4", Form::Address),
    (6, "saddr6", Form::Address),
    (8, "daddr6", Form::Address),
    (9, "sport", Form::Port),
    (10, "dport", Form::Port),
    (11, "backup", Form::Number),
    (12, "error", Form::Number),
    (13, "flags", Form::Hex("", 1)),
    (14, "timeout", Form::Number),
    (15, "ifindex", Form::Number),
    (16, "reset_reason", Form::Number),
    (17, "reset_flags", Form::Hex("0x", 1)),
];

/// Shows events as they happen, until something fails.
pub fn run(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    let mut channel = open()?;
    let missing = || Error::local("can't subscribe to mptcp events: No such file or directory").with_status(255);
    let group = channel.family.group(&mut channel.socket, GROUP)?.ok_or_else(missing)?;
    channel.socket.join(group)?;
    let family = channel.family;
    let heard = events::hear(&mut ip.view, &mut channel.socket, |view, message| {
        if let Some((event, attrs)) = family.decode(message) {
            events::show_now(view);
            describe(view, event, attrs);
        }
    });
    match heard {
        Ok(never) => match never {},
        Err(error) => Err(error.into()),
    }
}

/// Shows an event on a line.
fn describe(view: &mut View, event: u8, attrs: &[u8]) {
    let out = &mut view.out;
    let Some((_, name)) = EVENTS.iter().find(|(number, _)| *number == event) else {
        return out.text(format_args!("[UNKNOWN {event}]\n"));
    };
    out.text(format_args!("[{name:>14}]"));
    let attrs = Table::<18>::new(attrs);
    for (attr, name, form) in ATTRS {
        let Some(payload) = attrs.get(*attr) else { continue };
        out.text(format_args!(" {name}="));
        match *form {
            Form::Number => out.text(rows::host(payload)),
            Form::Port => out.text(payload.first_chunk().map_or(0, |bytes| u16::from_be_bytes(*bytes))),
            Form::Hex(prefix, digits) => {
                out.text(prefix);
                out.text(Hex(rows::host(payload), digits));
            }
            Form::Address => out.text(Address(payload)),
        }
    }
    out.text("\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::options::Options;

    #[test]
    fn an_event_on_a_line() {
        let mut ip = Ip::new(Options::default());
        // As a 6.18 kernel told of the server's side of a connection on the loopback device.
        let attrs: &[u8] = &[
            8, 0, 1, 0, 0xb9, 0x88, 0xd0, 0x03, 5, 0, 4, 0, 0, 0, 0, 0, 8, 0, 5, 0, 127, 0, 0, 1, 6, 0, 9, 0, 0x13,
            0x88, 0, 0, 6, 0, 13, 0, 2, 0, 0, 0,
        ];
        describe(&mut ip.view, 1, attrs);
        describe(&mut ip.view, 99, attrs);
        let text = String::from_utf8(ip.view.out.take()).unwrap();
        let created = "[       CREATED] token=03d088b9 remid=0 saddr4=127.0.0.1 sport=5000 flags=2";
        assert_eq!(text, format!("{created}\n[UNKNOWN 99]\n"));
    }
}
