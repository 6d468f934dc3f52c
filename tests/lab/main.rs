//! `iplab lab` from outside: as root and as an ordinary user, wherever this suite may be either.

#[path = "../common/mod.rs"]
mod common;
mod deaths;
mod inside;
mod outside;
mod terminal;
