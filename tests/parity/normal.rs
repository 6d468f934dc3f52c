//! What is taken for equal: what the kernel invents, and what time does. White space least of all.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A pattern and what its first group stands for.
struct Rule {
    pattern: Regex,
    name: &'static str,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |pattern: &str, name| Rule { pattern: Regex::new(pattern).unwrap(), name };
    vec![
        // Times left, and the timers of a bridge.
        rule(r"(?:valid|preferred)_lft (\d+)sec", "SECONDS"),
        rule(r"(?:valid|preferred)_life_time.?: ?(\d{1,9})\b", "SECONDS"),
        rule(r"expires (\d+)sec", "SECONDS"),
        rule(r#""expires": ?(\d+)"#, "SECONDS"),
        rule(r#"(?:hello|tcn|topology_change|gc|hold|message_age|forward_delay)_timer"?:?( *\d+\.\d\d)"#, "TIMER"),
        rule(r" used (\d+(?:/\d+)+)", "AGES"),
        rule(r"(?m)^dev \S+ port .* ( *[1-9]\d*\.\d\d)$", "TIMER"),
        rule(r"router ports on .*?( +[1-9]\d*\.\d\d) temp", "TIMER"),
        rule(r#""timer": ?"( *[1-9]\d*\.\d\d)""#, "TIMER"),
        rule(r#""(?:used|confirmed|updated)": ?(\d+)"#, "AGE"),
        // References to the groups' routes, which each packet on its way holds.
        rule(r"(?m)^ff00::/8.* (\d+ +\d+) \S+$", "REFERENCES"),
        // Link-local addresses and solicited-node groups that are made from an invented link-layer address.
        rule(r"(?:\b|\[\d+m)(fe80::[0-9a-f]{1,4}:[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4})\b", "LINK-LOCAL"),
        rule(r"(?:\b|\[\d+m)(ff02::1:ff[0-9a-f]{2}:[0-9a-f]{1,4})\b", "SOLICITED-NODE"),
        rule(r"\b8000\.([0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5})\b", "ADDRESS"),
        // The permanent address that a tunnel over IPv6 invents.
        rule(r#"permaddr"?:? ?"?([0-9a-f:]+)"#, "ADDRESS"),
        // Behind the escape of a colour, no word begins.
        rule(r"(?:\b|\[\d+m)([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b", "ADDRESS"),
    ]
});

/// `text` with what varies from run to run replaced. A link-layer address stays where it begins as no invented one
/// does in a scenario: `02:00:00` is what scenarios give their own.
pub fn text(text: &str, unordered: bool) -> String {
    // Our summaries are our own; that there is one, and where, is compared.
    let summary = if text.starts_with("Usage:") { Some(0) } else { text.find("\nUsage:").map(|at| at + 1) };
    let mut text = summary.map_or_else(|| text.to_string(), |at| format!("{}Usage: …", &text[..at]));
    for rule in RULES.iter() {
        let replace = |found: &Captures<'_>| {
            let (whole, value) = (&found[0], &found[1]);
            let is_group = value.starts_with("33:33:") && !value.starts_with("33:33:ff:");
            let is_fixed =
                ["02:00:00:", "2:0:0:", "01:", "1:", "00:00:00:00:00:00", "0:0:0:0:0:0", "ff:ff:ff:ff:ff:ff"];
            match is_group || is_fixed.iter().any(|start| value.starts_with(start)) {
                true => whole.to_string(),
                false => whole.replace(value, rule.name),
            }
        };
        text = rule.pattern.replace_all(&text, replace).into_owned();
    }
    if unordered { sorted(&text) } else { text }
}

/// The lines of a text, or the objects of a JSON array, in the order of the alphabet.
fn sorted(text: &str) -> String {
    let mut parts: Vec<&str> = text.trim_matches(['[', ']', '\n']).split(['\n', '{', '}']).collect();
    parts.sort_unstable();
    parts.join("\n")
}
