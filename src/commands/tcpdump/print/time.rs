//! Time stamps.

use super::Printer;
use crate::packet::pcap::Header;
use crate::sys::{self, Calendar};

/// How packets are stamped.
#[derive(Debug, Default)]
pub struct Stamps {
    /// `-t`, how often: the time of day, nothing, seconds since 1970, since the packet before, with the date, since the
    /// first packet.
    pub style: u8,
    /// Whether fractions are of nanoseconds.
    pub nanoseconds: bool,
    reference: Option<(u32, u32)>,
}

impl Stamps {
    pub fn new(style: u8, nanoseconds: bool) -> Self {
        Stamps { style, nanoseconds, reference: None }
    }
}

impl Printer {
    pub(super) fn stamp(&mut self, header: &Header) {
        let (seconds, fraction) = (header.seconds, header.fraction);
        match self.stamps.style {
            0 => self.time_of_day(seconds, fraction, false, true),
            1 => return,
            2 => match seconds.cast_signed() {
                ..0 => self.text("[Error converting time]"),
                _ => {
                    self.say(format_args!("{seconds}"));
                    self.fraction(fraction);
                }
            },
            4 => self.time_of_day(seconds, fraction, true, true),
            style => {
                let now = (seconds, fraction);
                let reference = *self.stamps.reference.get_or_insert(now);
                let (sign, later, earlier) =
                    if now < reference { ("-", reference, now) } else { (" ", now, reference) };
                let whole = if self.stamps.nanoseconds { 1_000_000_000 } else { 1_000_000 };
                let (mut seconds, mut fraction) = (later.0.wrapping_sub(earlier.0), later.1.wrapping_sub(earlier.1));
                if later.1 < earlier.1 {
                    seconds = seconds.wrapping_sub(1);
                    fraction = fraction.wrapping_add(whole);
                }
                self.text(sign);
                self.time_of_day(seconds, fraction, false, false);
                if style == 3 {
                    self.stamps.reference = Some(now);
                }
            }
        }
        self.text(" ");
    }

    fn time_of_day(&mut self, seconds: u32, fraction: u32, with_date: bool, is_local: bool) {
        if seconds.cast_signed() < 0 {
            return self.text("[Error converting time]");
        }
        let Calendar { year, month, day, hour, minute, second, .. } = sys::calendar(seconds.into(), is_local);
        if with_date {
            self.say(format_args!("{year:04}-{month:02}-{day:02} "));
        }
        self.say(format_args!("{hour:02}:{minute:02}:{second:02}"));
        self.fraction(fraction);
    }

    fn fraction(&mut self, fraction: u32) {
        match self.stamps.nanoseconds {
            true => self.say(format_args!(".{fraction:09}")),
            false => self.say(format_args!(".{fraction:06}")),
        }
    }
}
