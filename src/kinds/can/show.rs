//! What a controller of a CAN bus shows: what it is set to and what it could be set to, side by side.

use super::word_at;
use crate::kinds::ATTRS;
use crate::netlink::Table;
use crate::output::Out;
use crate::rtnl::uapi;

/// `CAN_CTRLMODE_*` by their bits, in the order in which they are shown.
const MODES: &[(u32, &str)] = &[
    (0, "LOOPBACK"),
    (1, "LISTEN-ONLY"),
    (2, "TRIPLE-SAMPLING"),
    (3, "ONE-SHOT"),
    (4, "BERR-REPORTING"),
    (5, "FD"),
    (7, "FD-NON-ISO"),
    (6, "PRESUME-ACK"),
    (8, "CC-LEN8-DLC"),
    (9, "TDC-AUTO"),
    (10, "TDC-MANUAL"),
];

/// `CAN_STATE_*`.
const STATES: &[&str] = &["ERROR-ACTIVE", "ERROR-WARNING", "ERROR-PASSIVE", "BUS-OFF", "STOPPED", "SLEEPING"];

/// `IFLA_CAN_CTRLMODE_SUPPORTED`.
const SUPPORTED: u16 = 1;

/// What is told of the bits of one part of a frame: all of it, or the data of CAN FD.
struct Part {
    timing: u16,
    timing_limits: u16,
    /// The bit rates that there are, where timing is not free.
    rates: u16,
    /// What the names of its parameters begin with in text.
    letter: &'static str,
    /// The JSON keys of its timing, of the limits, of the rate in use and of the rates.
    keys: [&'static str; 4],
    /// The delay of the transmitter counts for it.
    delayed: bool,
}

const PARTS: [Part; 2] = [
    Part {
        timing: uapi::IFLA_CAN_BITTIMING,
        timing_limits: uapi::IFLA_CAN_BITTIMING_CONST,
        rates: uapi::IFLA_CAN_BITRATE_CONST,
        letter: "",
        keys: ["bittiming", "bittiming_const", "bittiming_bitrate", "bitrate_const"],
        delayed: false,
    },
    Part {
        timing: uapi::IFLA_CAN_DATA_BITTIMING,
        timing_limits: uapi::IFLA_CAN_DATA_BITTIMING_CONST,
        rates: uapi::IFLA_CAN_DATA_BITRATE_CONST,
        letter: "d",
        keys: ["data_bittiming", "data_bittiming_const", "data_bittiming_bitrate", "data_bitrate_const"],
        delayed: true,
    },
];

/// Shows what the kernel tells of a controller.
pub fn show(out: &mut Out, attrs: &Table<'_, ATTRS>) {
    if let Some(mode) = attrs.get(uapi::IFLA_CAN_CTRLMODE) {
        // `struct can_ctrlmode { __u32 mask, flags; }`
        let flags = number(mode, 1);
        modes(out, "ctrlmode", flags);
        let extended = attrs.table::<2>(uapi::IFLA_CAN_CTRLMODE_EXT).and_then(|extended| extended.u32(SUPPORTED));
        if let Some(supported) = extended.filter(|_| out.is_json()) {
            modes(out, "ctrlmode_supported", supported);
            modes(out, "ctrlmode_static", flags & !supported);
        }
    }
    if let Some(state) = attrs.u32(uapi::IFLA_CAN_STATE) {
        out.str("state", "state ", STATES.get(state as usize).copied().unwrap_or("UNKNOWN"), " ");
    }
    if let Some(&[a, b, c, d]) = attrs.get(uapi::IFLA_CAN_BERR_COUNTER).and_then(|counter| counter.first_chunk()) {
        // `struct can_berr_counter { __u16 txerr, rxerr; }`
        out.open_object("berr_counter");
        out.num("tx", "(berr-counter tx ", u16::from_ne_bytes([a, b]), "");
        out.num("rx", " rx ", u16::from_ne_bytes([c, d]), ") ");
        out.close_object();
    }
    if let Some(time) = attrs.u32(uapi::IFLA_CAN_RESTART_MS) {
        out.num("restart_ms", "restart-ms ", time, " ");
    }
    PARTS.iter().for_each(|part| part.show(out, attrs));
    let resistors = (attrs.u16(uapi::IFLA_CAN_TERMINATION), attrs.get(uapi::IFLA_CAN_TERMINATION_CONST));
    if let (Some(resistor), Some(all)) = resistors {
        indent(out);
        out.num("termination", " termination ", resistor, " [ ");
        out.open_array("termination_const", "");
        list(out, all.as_chunks().0.iter().map(|bytes| u16::from_ne_bytes(*bytes)), |number| number.to_string());
        out.close_array(" ]");
    }
    if let Some(clock) = attrs.u32(uapi::IFLA_CAN_CLOCK) {
        indent(out);
        out.num("clock", " clock ", clock, " ");
    }
}

impl Part {
    fn show(&self, out: &mut Out, attrs: &Table<'_, ATTRS>) {
        let [timing_key, limits_key, rate_key, rates_key] = self.keys;
        let timing = attrs.get(self.timing);
        if let Some(rates) = attrs.get(self.rates) {
            indent(out);
            out.num(rate_key, &self.label("bitrate"), timing.map_or(0, |timing| number(timing, super::BITRATE)), "");
            indent(out);
            out.open_array(rates_key, "    [");
            let rates = rates.as_chunks().0.iter().map(|bytes| u32::from_ne_bytes(*bytes));
            list(out, rates, |rate| format!("{rate:>8}"));
            out.close_array(" ]");
            return;
        }
        let delay = attrs.table::<10>(uapi::IFLA_CAN_TDC).filter(|_| self.delayed);
        if let Some(timing) = timing {
            out.open_object(timing_key);
            self.show_timing(out, timing);
            if let Some(delay) = &delay {
                show_delay(out, delay);
            }
            out.close_object();
        }
        if let Some(limits) = attrs.get(self.timing_limits) {
            out.open_object(limits_key);
            self.show_limits(out, limits);
            if let Some(delay) = &delay {
                show_delay_limits(out, delay);
            }
            out.close_object();
        }
    }

    /// What stands before a value in text.
    fn label(&self, name: &str) -> String {
        format!(" {}{name} ", self.letter)
    }

    /// `struct can_bittiming`: eight numbers.
    fn show_timing(&self, out: &mut Out, timing: &[u8]) {
        indent(out);
        out.num("bitrate", &self.label("bitrate"), number(timing, super::BITRATE), "");
        let point = number(timing, super::SAMPLE_POINT);
        let point = format!("{}.{:03}", point / 1000, point % 1000);
        out.str("sample_point", &self.label("sample-point"), point, "");
        indent(out);
        for (key, name, at) in [
            ("tq", "tq", super::QUANTUM),
            ("prop_seg", "prop-seg", super::PROP_SEG),
            ("phase_seg1", "phase-seg1", super::PHASE_SEG1),
            ("phase_seg2", "phase-seg2", super::PHASE_SEG2),
            ("sjw", "sjw", super::SJW),
            ("brp", "brp", super::PRESCALER),
        ] {
            out.num(key, &self.label(name), number(timing, at), "");
        }
    }

    /// `struct can_bittiming_const`: a name of 16 bytes and eight numbers.
    fn show_limits(&self, out: &mut Out, limits: &[u8]) {
        let (name, numbers) = limits.split_at(limits.len().min(16));
        let name = name.split(|&b| b == 0).next().unwrap_or_default();
        indent(out);
        out.str("name", " ", name, if out.is_json() { "" } else { ":" });
        let [tseg1, tseg2, brp] = [0, 2, 5].map(|at| (number(numbers, at), number(numbers, at + 1)));
        let sjw = (1, number(numbers, 4));
        for (key, range) in [("tseg1", tseg1), ("tseg2", tseg2), ("sjw", sjw), ("brp", brp)] {
            show_range(out, key, &self.label(key), range);
        }
        out.num("brp_inc", &self.label("brp_inc"), number(numbers, 7), "");
    }
}

/// `IFLA_CAN_TDC_TDCV` and its fellows, and the limits of each, which are two attributes.
const DELAYS: [(&str, u16, u16); 3] = [("tdcv", super::TDCV, 1), ("tdco", super::TDCO, 3), ("tdcf", super::TDCF, 5)];

fn show_delay(out: &mut Out, delay: &Table<'_, 10>) {
    if DELAYS.iter().all(|(_, attr, _)| delay.get(*attr).is_none()) {
        return;
    }
    out.open_object("tdc");
    indent(out);
    for (name, attr, _) in DELAYS {
        if let Some(value) = delay.u32(attr) {
            out.num(name, &format!(" {name} "), value, "");
        }
    }
    out.close_object();
}

fn show_delay_limits(out: &mut Out, delay: &Table<'_, 10>) {
    out.open_object("tdc");
    indent(out);
    for (name, _, limits) in DELAYS {
        if let (Some(least), Some(most)) = (delay.u32(limits), delay.u32(limits + 1)) {
            show_range(out, name, &format!(" {name} "), (least, most));
        }
    }
    out.close_object();
}

fn show_range(out: &mut Out, key: &str, label: &str, (least, most): (u32, u32)) {
    out.open_object(key);
    out.num("min", label, least, "");
    out.num("max", "..", most, "");
    out.close_object();
}

/// Shows `struct can_device_stats`.
pub fn counted(out: &mut Out, counted: &[u8]) {
    if counted.len() != 24 {
        return;
    }
    indent(out);
    if !out.is_json() {
        out.text(" re-started bus-errors arbit-lost error-warn error-pass bus-off");
    }
    indent(out);
    for (key, at) in [
        ("restarts", 5),
        ("bus_error", 0),
        ("arbitration_lost", 4),
        ("error_warning", 1),
        ("error_passive", 2),
        ("bus_off", 3),
    ] {
        let count = number(counted, at);
        if out.is_json() {
            out.num(key, "", count, "");
        } else {
            out.text(format_args!(" {count:<10}"));
        }
    }
}

fn number(payload: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(word_at(payload, at))
}

/// Begins a line below the device.
fn indent(out: &mut Out) {
    out.line();
    out.text("\t ");
}

/// The names of the modes in `flags`, if there are any.
fn modes(out: &mut Out, key: &str, flags: u32) {
    if flags != 0 {
        out.flags(key, flags, MODES);
    }
}

/// Numbers with commas between them, six to a line.
fn list<T: std::fmt::Display>(out: &mut Out, numbers: impl ExactSizeIterator<Item = T>, text: fn(&T) -> String) {
    let count = numbers.len();
    for (at, number) in numbers.enumerate() {
        if at > 0 && at % 6 == 0 {
            indent(out);
            out.text("     ");
        }
        if out.is_json() {
            out.num_element("", format_args!("{number}"), "");
        } else {
            out.text(format_args!("{}{}", text(&number), if at + 1 < count { ", " } else { "" }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Request;

    /// Written from `linux/can/netlink.h`: no device without hardware has timing that is free.
    #[test]
    fn timing_and_its_limits() {
        let words = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_ne_bytes()).collect::<Vec<_>>();
        let mut request = Request::new(0u16, crate::netlink::NlmF::empty());
        request.attr(uapi::IFLA_CAN_BITTIMING, &words(&[500_000, 875, 125, 6, 7, 2, 1, 4]));
        let limits = [b"sja1000\0\0\0\0\0\0\0\0\0".to_vec(), words(&[1, 16, 1, 8, 4, 1, 64, 1])].concat();
        request.attr(uapi::IFLA_CAN_BITTIMING_CONST, &limits);
        request.attr(uapi::IFLA_CAN_BERR_COUNTER, &[1, 0, 2, 0]);
        let mut out = Out::new();
        show(&mut out, &Table::new(request.body_mut()));
        let expected = "(berr-counter tx 1 rx 2) \n\t  bitrate 500000 sample-point 0.875\n\t  tq 125 prop-seg 6 \
            phase-seg1 7 phase-seg2 2 sjw 1 brp 4\n\t  sja1000: tseg1 1..16 tseg2 1..8 sjw 1..4 brp 1..64 brp_inc 1";
        assert_eq!(String::from_utf8(out.take()).unwrap(), expected);
    }
}
