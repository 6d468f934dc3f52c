//! Chains and rules in columns: what `-L` shows, and `-v` of what is changed.

use super::names::{self, put_address, put_mask, put_port};
use super::save::{self, is_there};
use crate::netfilter::uapi::verdict;
use crate::netfilter::xt::{self, Extension, IcmpType, Kind, MarkAction, Row, Shape, u8_at, u16_at, u32_at};
use crate::netfilter::{Chain, Counters, Family, Interface, Net, Rule, Target, Unreadable};
use crate::output::{Hardware, Show};

/// How a listing looks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Format {
    /// Counters and devices too (`-v`).
    pub verbose: bool,
    /// Numbers instead of names (`-n`).
    pub numeric: bool,
    /// Counters in full (`-x`).
    pub exact: bool,
    /// Numbers before rules.
    pub line_numbers: bool,
    /// No columns: one rule that is told of in passing.
    pub plain: bool,
}

impl Format {
    /// How a rule is told of that is added or deleted with `-v`.
    pub(super) const PLAIN: Format =
        Format { verbose: false, numeric: true, exact: false, line_numbers: false, plain: true };

    fn has_devices(self) -> bool {
        self.verbose || self.plain
    }

    /// Appends `text`, filled up to `width` unless there are no columns, and a blank.
    fn column(self, buf: &mut Vec<u8>, width: usize, text: impl Show) {
        let start = buf.len();
        text.put(buf);
        if !self.plain {
            buf.resize(buf.len().max(start + width), b' ');
        }
        buf.push(b' ');
    }
}

/// `NF_DROP` and `NF_ACCEPT` as words.
pub(super) fn policy_name(policy: u32) -> &'static str {
    match policy {
        verdict::DROP => "DROP",
        _ => "ACCEPT",
    }
}

/// Appends the two lines above a chain's rules.
pub(super) fn header(buf: &mut Vec<u8>, chain: &Chain, rules: usize, format: Format) {
    "Chain ".put(buf);
    chain.name.put(buf);
    match chain.policy.filter(|_| chain.builtin.is_some()) {
        Some(policy) => {
            " (policy ".put(buf);
            policy_name(policy).put(buf);
            if format.verbose {
                let bare = Format { plain: true, ..format };
                buf.push(b' ');
                count(buf, chain.counters.packets, bare);
                "packets, ".put(buf);
                count(buf, chain.counters.bytes, bare);
                "bytes".put(buf);
            }
            ")\n".put(buf);
        }
        None => format_args!(" ({} references)\n", i64::from(chain.uses) - rules as i64).put(buf),
    }
    if format.line_numbers {
        format.column(buf, 4, "num");
    }
    if format.verbose {
        for (name, width) in [("pkts", if format.exact { 8 } else { 5 }), ("bytes", if format.exact { 10 } else { 5 })]
        {
            format_args!("{name:>width$} ").put(buf);
        }
    }
    format.column(buf, 9, "target");
    " prot opt".put(buf);
    if format.verbose {
        " in     out    ".put(buf);
    }
    " source               destination         \n".put(buf);
}

/// Appends a counter: in full, or so that five columns hold it.
fn count(buf: &mut Vec<u8>, mut number: u64, format: Format) {
    let put = |buf: &mut Vec<u8>, number: u64, width: usize, unit: &str| match format.plain {
        true => format_args!("{number}{unit} ").put(buf),
        false => format_args!("{number:>width$}{unit} ").put(buf),
    };
    if format.exact {
        return put(buf, number, 8, "");
    }
    if number <= 99_999 {
        return put(buf, number, 5, "");
    }
    for unit in ["K", "M", "G"] {
        number = (number + 500) / 1000;
        if number <= 9999 {
            return put(buf, number, 4, unit);
        }
    }
    put(buf, (number + 500) / 1000, 4, "T");
}

/// Appends the line of one rule.
pub(super) fn rule(buf: &mut Vec<u8>, family: Family, number: usize, rule: &Rule, format: Format) {
    let name: &[u8] = match &rule.target {
        Target::None => b"",
        Target::Accept => b"ACCEPT",
        Target::Drop => b"DROP",
        Target::Return => b"RETURN",
        Target::Jump(chain) | Target::Goto(chain) => chain,
        Target::Extension(Extension::Known(kind, _)) => kind.word.as_bytes(),
        Target::Extension(Extension::Foreign(name, ..)) => name,
    };
    beginning(buf, number, rule.counters, name, format);
    protocol(buf, rule, format);
    options(buf, rule, format);
    if format.has_devices() {
        let width = |buf: &mut Vec<u8>, interface, before: &str| {
            (if format.plain { before } else { "" }).put(buf);
            format.column(buf, 6, device(interface, format.numeric));
        };
        width(buf, &rule.input, "in ");
        width(buf, &rule.output, "out ");
    }
    net(buf, family, &rule.source, "", format);
    net(buf, family, &rule.destination, if format.plain { "-> " } else { "" }, format);
    if format.plain {
        // One blank fewer behind the last address, where no column has to be filled.
        buf.pop();
        "  ".put(buf);
    }
    if matches!(rule.target, Target::Goto(_)) {
        "[goto] ".put(buf);
    }
    for condition in &rule.matches {
        extension(buf, family, rule, condition, format.numeric);
    }
    if let Target::Extension(target) = &rule.target {
        extension(buf, family, rule, target, format.numeric);
    }
    buf.push(b'\n');
}

/// Appends the line of a rule that is none of iptables'.
pub(super) fn unreadable(buf: &mut Vec<u8>, number: usize, Unreadable(names): &Unreadable, format: Format) {
    beginning(buf, number, Counters::default(), b"?", format);
    " ?    ?? ".put(buf);
    if format.verbose {
        " ?      ?      ".put(buf);
    }
    format_args!(" {:<19}  {:<19} not a rule of iptables: {}\n", "?", "?", names.join(", ")).put(buf);
}

fn beginning(buf: &mut Vec<u8>, number: usize, counters: Counters, name: &[u8], format: Format) {
    if format.line_numbers {
        format.column(buf, 4, number);
    }
    if format.verbose {
        count(buf, counters.packets, format);
        count(buf, counters.bytes, format);
    }
    format.column(buf, 9, name);
}

fn protocol(buf: &mut Vec<u8>, rule: &Rule, format: Format) {
    buf.push(if rule.not_protocol { b'!' } else { b' ' });
    let name = names::protocol_name(rule.protocol, !format.numeric);
    match name.filter(|_| !format.numeric || format.plain) {
        Some(name) => format.column(buf, 4, name),
        None => format.column(buf, 4, rule.protocol),
    }
}

fn options(buf: &mut Vec<u8>, rule: &Rule, format: Format) {
    if format.plain {
        "opt ".put(buf);
    }
    buf.push(if rule.fragment == Some(true) { b'!' } else { b'-' });
    buf.push(if rule.fragment.is_some() { b'f' } else { b'-' });
    buf.push(b' ');
    if format.verbose {
        buf.push(b' ');
    }
}

fn device(interface: &Option<Interface>, numeric: bool) -> Vec<u8> {
    match interface {
        Some(Interface { name, inverted }) => [if *inverted { b"!".as_slice() } else { b"" }, name].concat(),
        None => (if numeric { b"*".as_slice() } else { b"any" }).to_vec(),
    }
}

fn net(buf: &mut Vec<u8>, family: Family, net: &Net, before: &str, format: Format) {
    buf.push(if net.inverted { b'!' } else { b' ' });
    before.put(buf);
    let len = family.address_len();
    let (address, mask) = (&net.address[..len], &net.mask[..len]);
    let zero = match family {
        Family::V4 => mask,
        Family::V6 => address,
    };
    let mut text = Vec::new();
    if zero.iter().all(|&byte| byte == 0) && !format.numeric {
        "anywhere".put(&mut text);
    } else {
        put_address(&mut text, family, address, format.numeric);
        put_mask(&mut text, mask, false);
    }
    format.column(buf, 19, text);
}

/// Appends what an extension says.
fn extension(buf: &mut Vec<u8>, family: Family, rule: &Rule, extension: &Extension, numeric: bool) {
    match extension {
        Extension::Known(kind, data) if kind.name == "LOG" => log(buf, kind, data, numeric),
        Extension::Known(kind, data) => {
            kind.heading.put(buf);
            kind.rows.iter().for_each(|row| option(buf, family, rule, kind, row, data, numeric));
        }
        Extension::Foreign(name, revision, data) => {
            buf.push(b' ');
            name.put(buf);
            save::foreign(buf, *revision, data);
        }
    }
}

fn option(buf: &mut Vec<u8>, family: Family, rule: &Rule, kind: &Kind, row: &Row, data: &[u8], numeric: bool) {
    let (at, label) = (row.at, row.label);
    let inverted = row.is_inverted(data);
    let mark = if inverted { "!" } else { "" };
    let is_shown = is_there(row, data) || (inverted && matches!(row.shape, Shape::Ports { .. }));
    if !is_shown {
        if let Shape::Burst = row.shape {
            format_args!(" burst {}", u32_at(data, at)).put(buf);
        }
        return;
    }
    match row.shape {
        Shape::Ports { .. } => {
            let (low, high) = (u16_at(data, at), u16_at(data, at + 2));
            format_args!(" {label}{}:{mark}", if low == high { "" } else { "s" }).put(buf);
            put_port(buf, low, kind.name, numeric);
            if low != high {
                buf.push(b':');
                put_port(buf, high, kind.name, numeric);
            }
        }
        Shape::TcpOption => format_args!(" option={mark}{}", u8_at(data, at)).put(buf),
        Shape::TcpFlags => {
            format_args!(" flags:{mark}").put(buf);
            flags(buf, u8_at(data, at), u8_at(data, at + 1), numeric);
        }
        Shape::Icmp(types) => icmp(buf, types, data, at, inverted, numeric),
        Shape::Words { .. } if row.present.is_none() => {
            format_args!(" {label} {mark}").put(buf);
            save::connection(buf, family, row, data, numeric);
        }
        Shape::Words { .. }
        | Shape::Protocol
        | Shape::Address
        | Shape::PortRange(_)
        | Shape::Range32
        | Shape::Direction(_) => {
            (if inverted { " !" } else { "" }).put(buf);
            format_args!(" {label} ").put(buf);
            save::connection(buf, family, row, data, numeric);
        }
        Shape::Mark => {
            (if inverted { " ! " } else { " " }).put(buf);
            save::mark(buf, u32_at(data, at), u32_at(data, at + 4));
        }
        Shape::SetMark(_) => set_mark(buf, u32_at(data, at), u32_at(data, at + 4)),
        Shape::Text { size, .. } => {
            " /* ".put(buf);
            save::text(data, at, size).put(buf);
            " */".put(buf);
        }
        Shape::PortList(_) => {
            format_args!("{} {}", row.shown(), if inverted { " !" } else { "" }).put(buf);
            let protocol = names::port_protocol(rule.protocol).unwrap_or_default();
            save::port_list(buf, data, |buf, port| put_port(buf, port, protocol, numeric));
        }
        Shape::Mac => {
            (if inverted { " ! " } else { " " }).put(buf);
            Hardware(xt::bytes_at(data, at, 6)).put(buf);
        }
        Shape::Rate => {
            " avg ".put(buf);
            save::rate(buf, u32_at(data, at));
        }
        Shape::Burst => format_args!(" burst {}", u32_at(data, at)).put(buf),
        Shape::Choice(list) => {
            format_args!(" {label} ").put(buf);
            save::choice(buf, list, u32_at(data, at));
        }
        Shape::NatTo(nat, part) => {
            format_args!(" {label}").put(buf);
            save::nat_range(buf, family, &nat, part, data);
        }
        Shape::Flag(_) | Shape::NatFlag(..) => format_args!(" {label}").put(buf),
        Shape::Syn | Shape::Level | Shape::LogFlag(_) => {}
    }
}

fn flags(buf: &mut Vec<u8>, mask: u8, set: u8, numeric: bool) {
    if numeric {
        return format_args!("0x{mask:02X}/0x{set:02X}").put(buf);
    }
    save::tcp_flags(buf, mask);
    buf.push(b'/');
    save::tcp_flags(buf, set);
}

fn icmp(buf: &mut Vec<u8>, types: &[IcmpType], data: &[u8], at: usize, inverted: bool, numeric: bool) {
    let (number, low, high) = (u8_at(data, at), u8_at(data, at + 1), u8_at(data, at + 2));
    let named = types.iter().find(|&&(_, its, from, to)| (its, from, to) == (number, low, high));
    if let Some((name, ..)) = named.filter(|_| !numeric) {
        return format_args!(" {}{name}", if inverted { "!" } else { "" }).put(buf);
    }
    format_args!("{}type {number}", if inverted { " !" } else { "" }).put(buf);
    if low == high {
        format_args!(" code {low}").put(buf);
    } else if (low, high) != (0, 0xff) {
        format_args!(" codes {low}-{high}").put(buf);
    }
}

fn set_mark(buf: &mut Vec<u8>, value: u32, mask: u32) {
    match (value, mask) {
        (0, mask) => format_args!(" MARK {} {:#x}", verb(MarkAction::And), !mask).put(buf),
        (value, mask) if value == mask => format_args!(" MARK {} {value:#x}", verb(MarkAction::Or)).put(buf),
        (value, 0) => format_args!(" MARK {} {value:#x}", verb(MarkAction::Xor)).put(buf),
        (value, u32::MAX) => format_args!(" MARK {} {value:#x}", verb(MarkAction::Set)).put(buf),
        (value, mask) => format_args!(" MARK {} {value:#x}/{mask:#x}", verb(MarkAction::Xset)).put(buf),
    }
}

fn verb(action: MarkAction) -> &'static str {
    match action {
        MarkAction::And => "and",
        MarkAction::Or => "or",
        MarkAction::Xor => "xor",
        MarkAction::Set => "set",
        MarkAction::Xset => "xset",
    }
}

/// How grave a message is, by the names of syslog(3).
const LEVELS: &[&str] = &["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];

/// Appends what `LOG` says: its prefix comes last here, and its flags are a number or words.
fn log(buf: &mut Vec<u8>, kind: &Kind, data: &[u8], numeric: bool) {
    let (level, flags) = (u8_at(data, 0), u8_at(data, 1));
    kind.heading.put(buf);
    if numeric {
        format_args!(" flags {flags} level {level}").put(buf);
    } else {
        match LEVELS.get(usize::from(level)) {
            Some(name) => format_args!(" level {name}").put(buf),
            None => format_args!(" UNKNOWN level {level}").put(buf),
        }
        let set = kind.rows.iter().filter(|row| matches!(row.shape, Shape::LogFlag(bit) if flags & bit != 0));
        set.for_each(|row| format_args!(" {}", row.label).put(buf));
    }
    let prefix = save::text(data, 2, 30);
    if !prefix.is_empty() {
        " prefix \"".put(buf);
        prefix.put(buf);
        buf.push(b'"');
    }
}
