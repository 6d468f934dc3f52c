//! Filters: expressions as pcap-filter(7) has them, compiled to classic BPF (`linux/filter.h`), which the kernel runs for
//! a socket and [`run`] runs here.

mod assemble;
mod generate;
mod grammar;
mod interpret;
mod lexer;

pub use assemble::{Instruction, for_cooked};
pub use interpret::run;

use std::net::IpAddr;

use super::Link;

/// The most instructions that the kernel takes (`BPF_MAXINSNS`).
pub const MAX_INSTRUCTIONS: usize = 4096;

/// What names stand for.
pub trait Names {
    /// The addresses of a host.
    fn host(&self, name: &str) -> Vec<IpAddr>;
    /// The number of a service's port, and its protocol where it is known for one alone.
    fn port(&self, name: &str) -> Option<(u16, Option<u8>)>;
    /// The number of a protocol above IP.
    fn protocol(&self, name: &str) -> Option<u8>;
    /// The link-layer address of a host.
    fn ether(&self, name: &str) -> Option<[u8; 6]>;
    /// The address of a network, in as many numbers as it has.
    fn net(&self, name: &str) -> Option<u32>;
}

/// What an expression is compiled for.
pub struct Target<'a> {
    /// What packets begin with.
    pub link: Link,
    /// Whether the kernel runs it, on packets as they come; else they are read from a file.
    pub live: bool,
    /// The netmask of the network, for `ip broadcast`; 0 where none is known.
    pub netmask: u32,
    /// How many bytes of a packet are kept.
    pub snaplen: u32,
    /// What names stand for.
    pub names: &'a dyn Names,
}

/// A compiled expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The program: it gives 0 for a packet that is not wanted.
    pub program: Vec<Instruction>,
    /// Whether it looks at VLAN tags in the packet, where the kernel does not leave them.
    pub looks_at_tags: bool,
}

/// Compiles an expression; the error is libpcap's text.
pub fn compile(expression: &[u8], target: &Target<'_>) -> Result<Filter, String> {
    grammar::compile(expression, target)
}

#[cfg(test)]
mod tests;
