//! `iplab`: an imperative, ip-style command line for Linux networking.
//!
//! Data flows one way: words → request → socket → reply → object → output. Everything but the socket is a pure function
//! of its input. The rooms, each of which knows only those behind it: [`cli`], [`tour`], [`lab`], [`commands`] and
//! [`applets`], [`kinds`], [`rows`], [`view`], [`words`], [`rtnl`] and [`netfilter`], [`netlink`] and [`packet`],
//! [`output`], [`sys`], [`error`].

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
pub mod view;
pub mod words;
