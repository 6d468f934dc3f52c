//! Counters of a link, in columns or JSON.

use crate::rtnl::link::{Link, Stats};
use crate::rtnl::uapi;
use crate::view::View;
use crate::words::options::Options;

/// A counter in a column: its JSON key, its heading and value.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    key: &'static str,
    heading: &'static str,
    value: u64,
}

const fn column(key: &'static str, heading: &'static str, value: u64) -> Column {
    Column { key, heading, value }
}

/// The widths that headings alone ask for; columns grow with what is in them.
const WIDTHS: [usize; 8] = [10, 7, 6, 7, 7, 7, 10, 9];

/// Shows the counters of a link: twice `-stats` shows the kinds of errors too. The last line is left open.
pub fn stats(view: &mut View, link: &Link<'_>, s: &Stats) {
    counters(view, s, link.attrs.u32(uapi::IFLA_CARRIER_CHANGES as u16));
}

/// As [`stats`], with how often the carrier has come and gone where that is known.
pub fn counters(view: &mut View, s: &Stats, changes: Option<u32>) {
    let more = view.options.stats > 1;
    if view.out.is_json() {
        return json(view, s, changes, more);
    }
    let rx = [
        column("", "bytes", s.rx_bytes()),
        column("", "packets", s.rx_packets()),
        column("", "errors", s.rx_errors()),
        column("", "dropped", s.rx_dropped()),
        column("", "missed", s.rx_missed_errors()),
        column("", "mcast", s.multicast()),
        column("", "compressed", s.rx_compressed()),
    ];
    let rx_errors = [
        column("", "", 0),
        column("", "length", s.rx_length_errors()),
        column("", "crc", s.rx_crc_errors()),
        column("", "frame", s.rx_frame_errors()),
        column("", "fifo", s.rx_fifo_errors()),
        column("", "overrun", s.rx_over_errors()),
        column("", "nohandler", s.rx_nohandler()),
        column("", "otherhost", s.rx_otherhost_dropped()),
    ];
    let tx = [
        column("", "bytes", s.tx_bytes()),
        column("", "packets", s.tx_packets()),
        column("", "errors", s.tx_errors()),
        column("", "dropped", s.tx_dropped()),
        column("", "carrier", s.tx_carrier_errors()),
        column("", "collsns", s.collisions()),
        column("", "compressed", s.tx_compressed()),
    ];
    let tx_errors = [
        column("", "", 0),
        column("", "", 0),
        column("", "aborted", s.tx_aborted_errors()),
        column("", "fifo", s.tx_fifo_errors()),
        column("", "window", s.tx_window_errors()),
        column("", "heartbt", s.tx_heartbeat_errors()),
        column("", "transns", u64::from(changes.unwrap_or(0))),
    ];
    let mut widths = WIDTHS;
    let shown: [&[Column]; 4] = if more { [&rx, &rx_errors, &tx, &tx_errors] } else { [&rx, &[], &tx, &[]] };
    if !view.options.human {
        for columns in shown {
            for (width, column) in widths.iter_mut().zip(columns) {
                *width = (*width).max(column.value.checked_ilog10().unwrap_or(0) as usize + 1);
            }
        }
    }
    table(view, "RX", &rx, &widths);
    if more {
        view.out.line();
        let columns = &rx_errors[..6];
        errors(view, "RX", columns, &widths);
        let seen = || rx_errors.iter().zip(&widths).enumerate().filter(|(i, (column, _))| *i < 6 || column.value != 0);
        for (_, (extra, width)) in seen().skip(6) {
            view.out.text(format_args!("{:>1$}", format!(" {}", extra.heading), width + 1));
        }
        view.out.line();
        error_values(view, seen().map(|(_, pair)| pair), &widths);
    }
    view.out.line();
    table(view, "TX", &tx, &widths);
    if more {
        view.out.line();
        let mut columns = [tx_errors[0], tx_errors[2], tx_errors[3], tx_errors[4], tx_errors[5], tx_errors[6]];
        if changes.is_none() {
            columns[5].heading = "";
        }
        errors(view, "TX", &columns, &widths);
        view.out.line();
        let shown = if changes.is_some() { 6 } else { 5 };
        error_values(view, columns[..shown].iter().zip(&widths), &widths);
    }
}

/// Headings and values; the column of compressed packets is there only when there are any.
fn table(view: &mut View, what: &str, columns: &[Column; 7], widths: &[usize; 8]) {
    view.out.text(format_args!("    {what}:"));
    for (i, (column, width)) in columns.iter().zip(widths).enumerate() {
        let heading = if i == 6 && column.value == 0 { "" } else { column.heading };
        view.out.text(format_args!(" {heading:>0$}", if i == 0 { width - 4 } else { *width }));
    }
    view.out.line();
    view.out.text("    ");
    for (i, (column, width)) in columns.iter().zip(widths).enumerate() {
        if i < 6 || column.value != 0 {
            view.out.text(format_args!("{:>1$} ", human(&view.options, column.value), width));
        }
    }
}

fn errors(view: &mut View, what: &str, columns: &[Column], widths: &[usize; 8]) {
    view.out.text(format_args!("    {what} errors:{:1$}", "", widths[0] - 10));
    for (column, width) in columns.iter().zip(widths).skip(1) {
        view.out.text(format_args!(" {:>1$}", column.heading, width));
    }
}

/// The values of columns, each with its width; the first is the margin's.
fn error_values<'a>(view: &mut View, columns: impl Iterator<Item = (&'a Column, &'a usize)>, widths: &[usize; 8]) {
    view.out.text(format_args!("{:1$}", "", widths[0] + 5));
    for (column, width) in columns.skip(1) {
        view.out.text(format_args!("{:>1$} ", human(&view.options, column.value), width));
    }
}

/// A count as it is shown: with `-human` by a factor of 1000, or with `-iec` of 1024, and two or three digits.
pub fn human(options: &Options, count: u64) -> String {
    let base: u64 = if options.iec { 1024 } else { 1000 };
    if !options.human || count < base {
        return count.to_string();
    }
    let mut power = base;
    let mut prefix = 0;
    while count / base >= power && prefix < 5 {
        power = power.saturating_mul(base);
        prefix += 1;
    }
    let precision = match count / power {
        0..=9 => 2,
        10..=99 => 1,
        _ => 0,
    };
    let letter = char::from(b"kMGTPE"[prefix]);
    format!("{:.precision$}{letter}{}", count as f64 / power as f64, if options.iec { "i" } else { "" })
}

fn json(view: &mut View, s: &Stats, changes: Option<u32>, more: bool) {
    let rx = [
        column("bytes", "", s.rx_bytes()),
        column("packets", "", s.rx_packets()),
        column("errors", "", s.rx_errors()),
        column("dropped", "", s.rx_dropped()),
        column("over_errors", "", s.rx_over_errors()),
        column("multicast", "", s.multicast()),
        column("compressed", "", s.rx_compressed()),
    ];
    let rx_errors = [
        column("length_errors", "", s.rx_length_errors()),
        column("crc_errors", "", s.rx_crc_errors()),
        column("frame_errors", "", s.rx_frame_errors()),
        column("fifo_errors", "", s.rx_fifo_errors()),
        column("missed_errors", "", s.rx_missed_errors()),
        column("nohandler", "", s.rx_nohandler()),
        column("otherhost", "", s.rx_otherhost_dropped()),
    ];
    let tx = [
        column("bytes", "", s.tx_bytes()),
        column("packets", "", s.tx_packets()),
        column("errors", "", s.tx_errors()),
        column("dropped", "", s.tx_dropped()),
        column("carrier_errors", "", s.tx_carrier_errors()),
        column("collisions", "", s.collisions()),
        column("compressed", "", s.tx_compressed()),
    ];
    let tx_errors = [
        column("aborted_errors", "", s.tx_aborted_errors()),
        column("fifo_errors", "", s.tx_fifo_errors()),
        column("window_errors", "", s.tx_window_errors()),
        column("heartbeat_errors", "", s.tx_heartbeat_errors()),
        column("carrier_changes", "", u64::from(changes.unwrap_or(0))),
    ];
    let tx_errors = &tx_errors[..if changes.is_some() { 5 } else { 4 }];
    view.out.open_object(if s.wide { "stats64" } else { "stats" });
    json_side(view, "rx", &rx, if more { &rx_errors } else { &[] });
    json_side(view, "tx", &tx, if more { tx_errors } else { &[] });
    view.out.close_object();
}

/// Counters that few links have are left out while they are zero.
fn json_side(view: &mut View, side: &str, columns: &[Column], errors: &[Column]) {
    view.out.open_object(side);
    for column in columns.iter().chain(errors) {
        if column.value != 0 || !["compressed", "nohandler", "otherhost"].contains(&column.key) {
            view.out.num(column.key, "", column.value, "");
        }
    }
    view.out.close_object();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_for_people() {
        let mut options = Options { human: true, ..Options::default() };
        for (count, text) in [(999, "999"), (1000, "1.00k"), (12345, "12.3k"), (999_999, "1000k"), (1_000_000, "1.00M")]
        {
            assert_eq!(human(&options, count), text);
        }
        assert_eq!(human(&options, u64::MAX), "18.4E");
        options.iec = true;
        assert_eq!(human(&options, 1536), "1.50ki");
    }
}
