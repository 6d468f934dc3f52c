//! `LOG` (`struct xt_log_info` in `linux/netfilter/xt_LOG.h`).

use super::{Kind, Row, Shape};

/// `LOG_WARNING`.
const WARNING: u8 = 4;

const fn flag(name: &'static str, label: &'static str, bit: u8, help: &'static str) -> Row {
    Row::new(name, 1, Shape::LogFlag(bit), "", help).label(label)
}

pub(super) static LOG: Kind = Kind {
    start: &[(0, &[WARNING])],
    heading: " LOG",
    ..Kind::new(
        "LOG",
        32,
        &[
            Row::new("log-prefix", 2, Shape::Text { size: 30, line: true }, "TEXT", "what the lines begin with")
                .label("prefix"),
            Row::new("log-level", 0, Shape::Level, "LEVEL", "how grave, by name or number from 0 to 7").label("level"),
            flag("log-tcp-sequence", "tcp-sequence", 1, "with TCP sequence numbers"),
            flag("log-tcp-options", "tcp-options", 2, "with TCP options"),
            flag("log-ip-options", "ip-options", 4, "with IP options"),
            flag("log-uid", "uid", 8, "with the user who sent it"),
            flag("log-macdecode", "macdecode", 32, "with link-layer addresses and protocol"),
        ],
        "writes a line in the kernel's log and goes on",
    )
};
