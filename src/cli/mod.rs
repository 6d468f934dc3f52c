//! The names that this binary is called by: tools, what may stand behind their names, and its completion.

pub mod complete;
mod tools;

pub use tools::{Grammar, TOOLS, Tool};

/// Carries out a whole command line, the name of the program first, and gives the exit status.
pub fn run(words: &[&[u8]]) -> u8 {
    let name = words.first().map(|path| path.rsplit(|&b| b == b'/').next().unwrap_or(path)).unwrap_or_default();
    let rest = words.get(1..).unwrap_or_default();
    match tools::by_name(name) {
        Some(tool) => (tool.run)(rest),
        None => tools::iplab(rest),
    }
}
