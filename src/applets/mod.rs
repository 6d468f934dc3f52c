//! Small tools that speak with other hosts over ordinary sockets, each as the stock tool of its name.

mod host;
pub mod nc;
pub mod ping;
pub mod telnet;
mod text;
