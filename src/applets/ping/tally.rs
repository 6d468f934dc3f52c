//! What has become of the probes: counts, times, and the summary of both.

use std::time::Duration;

use super::options::SEQUENCES;

/// The counts and times of a run. Times are microseconds.
pub struct Tally {
    pub sent: i64,
    pub received: i64,
    pub repeats: i64,
    pub errors: i64,
    pub max: i64,
    min: i64,
    sum: f64,
    squares: f64,
    /// Eight times the weighted mean.
    pub smoothed: i32,
    /// The last sequence number that something came back for.
    acknowledged: u16,
    /// The most probes that were under way at once, as replies tell.
    pipe: i32,
    /// A bit for each sequence number that had a reply.
    seen: Vec<u64>,
}

/// What the summary needs to know besides.
pub struct Run {
    /// Replies have times.
    pub timed: bool,
    /// The intervals depend on the replies, so tell what they were.
    pub paced: bool,
    /// From the first probe to the last.
    pub elapsed: Duration,
}

impl Tally {
    pub fn new() -> Self {
        Tally {
            sent: 0,
            received: 0,
            repeats: 0,
            errors: 0,
            max: 0,
            min: i64::MAX,
            sum: 0.0,
            squares: 0.0,
            smoothed: 0,
            acknowledged: 0,
            pipe: -1,
            seen: vec![0; SEQUENCES as usize / 64],
        }
    }

    /// The sequence number of the probe sent last: it goes around.
    pub fn sequence(&self) -> u16 {
        self.sent as u16
    }

    /// How many probes have neither a reply nor an error.
    pub fn in_flight(&self) -> i64 {
        let behind = self.sequence().wrapping_sub(self.acknowledged);
        if behind <= 0x7fff { i64::from(behind) } else { self.sent - self.received - self.errors }
    }

    /// Forgets that the next sequence number has been used before.
    pub fn begin(&mut self, sequence: u16) {
        let (word, bit) = place(sequence);
        self.seen[word] &= !bit;
    }

    /// Whether this probe had a reply.
    pub fn has_reply(&self, sequence: u16) -> bool {
        let (word, bit) = place(sequence);
        self.seen[word] & bit != 0
    }

    /// Something came back for this probe.
    pub fn acknowledge(&mut self, sequence: u16) {
        let behind = self.sequence().wrapping_sub(sequence);
        if behind > 0x7fff {
            return;
        }
        self.pipe = self.pipe.max(i32::from(behind) + 1);
        let newer = sequence.wrapping_sub(self.acknowledged).cast_signed() > 0;
        if newer || self.sequence().wrapping_sub(self.acknowledged) > 0x7fff {
            self.acknowledged = sequence;
        }
    }

    /// A reply came after `time`.
    pub fn time(&mut self, time: i64) {
        self.sum += time as f64;
        self.squares += (time as f64) * (time as f64);
        self.min = self.min.min(time);
        self.max = self.max.max(time);
        let time = i32::try_from(time).unwrap_or(i32::MAX / 8);
        self.smoothed = match self.smoothed {
            0 => time.saturating_mul(8),
            smoothed => smoothed.saturating_add(time - smoothed / 8),
        };
    }

    /// Counts a reply, and says whether the probe had one before.
    pub fn reply(&mut self, sequence: u16) -> bool {
        let repeated = self.has_reply(sequence);
        let (word, bit) = place(sequence);
        self.seen[word] |= bit;
        *if repeated { &mut self.repeats } else { &mut self.received } += 1;
        repeated
    }

    /// The exit status: 1 without any reply, or with too few of them before a deadline.
    pub fn status(&self, has_deadline: bool, count: i64) -> u8 {
        u8::from(self.received == 0 || (has_deadline && self.received < count))
    }

    fn mean(&self) -> i64 {
        self.sum as i64 / (self.received + self.repeats).max(1)
    }

    /// How far times lie from their mean: the root of the variance as Newton's method with whole numbers leaves it.
    fn deviation(&self) -> i64 {
        let total = (self.received + self.repeats).max(1) as f64;
        let variance = match self.sum < f64::from(i32::MAX) {
            true => (self.squares - self.sum * self.sum / total) / total,
            false => self.squares / total - (self.mean() * self.mean()) as f64,
        } as i64;
        match variance.checked_isqrt() {
            Some(root) if root > 0 => root.midpoint(variance / root),
            _ => variance,
        }
    }

    /// The lines at the end.
    pub fn summary(&self, host: &str, run: &Run) -> String {
        let mut text =
            format!("--- {host} ping statistics ---\n{} packets transmitted, {} received", self.sent, self.received);
        for (count, what) in [(self.repeats, "duplicates"), (self.errors, "errors")] {
            if count != 0 {
                text += &format!(", +{count} {what}");
            }
        }
        if self.sent != 0 {
            let lost = ((self.sent - self.received) as f64 * 100.0 / self.sent as f64) as f32;
            text += &format!(", {}% packet loss, time {}ms", general(lost.into()), rounded_millis(run.elapsed));
        }
        let mut parts = Vec::new();
        if self.received != 0 && run.timed {
            let times = [self.min, self.mean(), self.max, self.deviation()].map(millis).join("/");
            parts.push(format!("rtt min/avg/max/mdev = {times} ms"));
        }
        if self.pipe > 1 {
            parts.push(format!("pipe {}", self.pipe));
        }
        if self.received != 0 && run.paced && self.sent > 1 {
            let gap = i64::try_from(run.elapsed.as_micros()).unwrap_or(i64::MAX) / (self.sent - 1);
            parts.push(format!("ipg/ewma {}/{} ms", millis(gap), millis(i64::from(self.smoothed / 8))));
        }
        text + "\n" + &parts.join(", ") + "\n"
    }

    /// The line that SIGQUIT asks for.
    pub fn status_line(&self, timed: bool) -> String {
        let loss = if self.sent == 0 { 0 } else { (self.sent - self.received) * 100 / self.sent };
        let mut text = format!("\r{}/{} packets, {loss}% loss", self.received, self.sent);
        if self.received != 0 && timed {
            let times = [self.min, self.mean(), i64::from(self.smoothed / 8), self.max].map(millis).join("/");
            text += &format!(", min/avg/ewma/max = {times} ms");
        }
        text
    }
}

fn place(sequence: u16) -> (usize, u64) {
    (usize::from(sequence / 64), 1 << (sequence % 64))
}

/// Microseconds as milliseconds with three decimals.
fn millis(micros: i64) -> String {
    format!("{}.{:03}", micros / 1000, (micros % 1000).abs())
}

fn rounded_millis(time: Duration) -> u128 {
    (time.as_nanos() + 500_000) / 1_000_000
}

/// A number with six digits at most, as printf's `%g` has it.
fn general(number: f64) -> String {
    let whole = if number.abs() < 1.0 { 0 } else { number.abs().log10() as usize };
    let text = format!("{number:.*}", 5_usize.saturating_sub(whole));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// The time of a reply, with three digits that count.
pub fn time(micros: i64) -> String {
    match micros {
        99_950.. => format!("{}", (micros + 500) / 1000),
        9_995.. => format!("{}.{}", (micros + 50) / 1000, (micros + 50) % 1000 / 100),
        1_000.. => format!("{}.{:02}", (micros + 5) / 1000, (micros + 5) % 1000 / 10),
        _ => millis(micros),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Run = Run { timed: true, paced: false, elapsed: Duration::from_micros(212_400) };

    #[test]
    fn a_summary() {
        let mut tally = Tally::new();
        for (sequence, time) in [(1, 89), (2, 40)] {
            tally.sent += 1;
            tally.acknowledge(sequence);
            tally.time(time);
            assert!(!tally.reply(sequence));
        }
        tally.sent += 1;
        assert_eq!(tally.in_flight(), 1);
        assert_eq!(
            tally.summary("::1", &RUN),
            "--- ::1 ping statistics ---\n3 packets transmitted, 2 received, 33.3333% packet loss, time 212ms\n\
             rtt min/avg/max/mdev = 0.040/0.064/0.089/0.024 ms\n"
        );
        assert_eq!((tally.status(false, 3), tally.status(true, 3)), (0, 1));
    }

    #[test]
    fn nothing_came_back() {
        let mut tally = Tally::new();
        tally.sent = 2;
        tally.errors = 2;
        tally.acknowledge(1);
        assert_eq!(
            tally.summary("x", &RUN),
            "--- x ping statistics ---\n2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 212ms\npipe 2\n"
        );
    }

    #[test]
    fn times_and_shares() {
        for (micros, text) in [(57, "0.057"), (1234, "1.23"), (9995, "10.0"), (99_950, "100"), (123_456, "123")] {
            assert_eq!(time(micros), text);
        }
        for (number, text) in [(0.0, "0"), (100.0, "100"), (33.333_332, "33.3333"), (0.5, "0.5")] {
            assert_eq!(general(number), text);
        }
    }
}
