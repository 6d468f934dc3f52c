//! Moments as the C library writes them.

use super::ffi::calendar;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `seconds` since 1970 as ctime(3) writes them, in the local time zone and without its newline:
/// `Tue Nov 24 23:32:35 2026`.
pub fn ctime(seconds: i64) -> String {
    let t = calendar(seconds, true);
    let name = |names: &'static [&'static str], at: i32| names.get(at as usize).copied().unwrap_or("???");
    let (day, month) = (name(&DAYS, t.week_day), name(&MONTHS, t.month - 1));
    format!("{day} {month}{:3} {:02}:{:02}:{:02} {}", t.day, t.hour, t.minute, t.second, t.year)
}
