//! The applets: the same lines with the stock tools and with ours, and the outside world of a lab.

#[path = "../common/mod.rs"]
mod common;

mod internet;
mod transcripts;
