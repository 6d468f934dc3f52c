//! `iplab`: an imperative, ip-style command line for Linux networking.
//!
//! Data flows one way: words → request → socket → reply → object → output. Everything but the socket is a pure function
//! of its input. The rooms, in that order: [`cli`], [`commands`], [`netlink`], [`rtnl`] and [`kinds`], [`output`];
//! beside them [`sys`] for what is not netlink, and [`applets`], small tools that speak with other hosts.

pub mod applets;
pub mod cli;
pub mod commands;
pub mod error;
pub mod kinds;
pub mod lab;
pub mod netfilter;
pub mod netlink;
pub mod output;
pub mod packet;
pub mod rows;
pub mod rtnl;
pub mod sys;
pub mod tour;
