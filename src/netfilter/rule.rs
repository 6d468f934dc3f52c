//! A rule, typed.

use super::xt::Extension;

/// A rule as iptables has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// Where packets come in.
    pub input: Option<Interface>,
    /// Where packets go out.
    pub output: Option<Interface>,
    /// The protocol above IP, 0 for any.
    pub protocol: u8,
    /// Any protocol but that one.
    pub not_protocol: bool,
    /// Whose packets.
    pub source: Net,
    /// Packets for whom.
    pub destination: Net,
    /// Only later fragments; `Some(true)`: only packets that are none. IPv4 alone has this.
    pub fragment: Option<bool>,
    /// Further conditions.
    pub matches: Vec<Extension>,
    /// What is done.
    pub target: Target,
    /// How many packets it has seen.
    pub counters: Counters,
}

impl Rule {
    /// Whether both say the same, whatever they have seen.
    pub fn says_what(&self, other: &Rule) -> bool {
        Rule { counters: other.counters, ..self.clone() } == *other
    }
}

/// A device by its name, or by the beginning of its name when it ends with `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The name.
    pub name: Vec<u8>,
    /// Any other device.
    pub inverted: bool,
}

/// Addresses: those whose bits under the mask are these. IPv4's are the first four bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Net {
    /// The address.
    pub address: [u8; 16],
    /// Which bits count, not necessarily the first.
    pub mask: [u8; 16],
    /// Any other address.
    pub inverted: bool,
}

impl Net {
    /// Whether every address is one of these, and nothing was said.
    pub fn is_any(&self) -> bool {
        *self == Net::default()
    }
}

/// What a rule does with a packet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// Counts it.
    #[default]
    None,
    /// Lets it pass.
    Accept,
    /// Throws it away.
    Drop,
    /// Goes back to the chain that it came from.
    Return,
    /// Goes through another chain, then on.
    Jump(Vec<u8>),
    /// Goes through another chain instead.
    Goto(Vec<u8>),
    /// What an extension does.
    Extension(Extension),
}

/// Packets and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}
