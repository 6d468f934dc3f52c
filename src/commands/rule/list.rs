//! `ip rule show`, `flush`, `save` and `restore`.

use std::io::IsTerminal;

use super::describe;
use super::filter::Filter;
use crate::commands::Ip;
use crate::commands::saved::Saved;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Request};
use crate::rtnl::rule::{Rule, dump};
use crate::rtnl::uapi;
use crate::words::Words;

/// What a file of rules begins with, in the byte order of the machine.
const MAGIC: u32 = 0x7170_6986;

/// Shows rules.
pub fn show(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let (filter, family) = Filter::parse(ip, words)?;
    ip.begin_json();
    let result = ip.dump(&mut dump(family), |view, message| {
        if let Some(rule) = Rule::decode(message).filter(|rule| filter.admits(rule)) {
            describe(view, &rule);
        }
    });
    result.map_err(|error| error.with_status(255))
}

/// Deletes rules.
pub fn flush(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let (filter, family) = Filter::parse(ip, words)?;
    let found = ip.collect(&mut dump(family), |message| {
        Rule::decode(message).filter(|rule| filter.flushes(rule)).map(|rule| rule.delete())
    });
    for mut request in found.map_err(|error| error.with_status(255))? {
        ip.ask(&mut request).map_err(|error| Error::local(format!("{error}\nDump terminated")).with_status(255))?;
    }
    ip.begin_json();
    Ok(())
}

/// Writes the rules to stdout.
pub fn save(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if !words.is_empty() {
        return Err(Error::local("\"ip rule save\" does not take any arguments."));
    }
    if std::io::stdout().is_terminal() {
        return Err(Error::local("Not sending a binary stream to stdout"));
    }
    let (_, family) = Filter::parse(ip, words)?;
    ip.view.out.text(MAGIC.to_ne_bytes());
    let result = ip.dump(&mut dump(family), |view, message| {
        view.out.text(message.bytes);
        view.out.flush_if_full();
    });
    result.map_err(|error| error.with_status(255))
}

/// Adds the rules that stdin holds. A rule that is there already is said, and no error.
pub fn restore(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    // The stock tool leaves at once whatever comes of it.
    let leave = |error: Error| Error::words(error.to_string());
    let file = Saved::from_stdin(MAGIC, "rule").map_err(leave)?;
    file.each(|message| {
        let mut request = Request::new(uapi::RTM_NEWRULE as u16, NlmF::CREATE);
        request.header(message.body);
        ip.ask_unless_there(&mut request)
    })
    .map_err(leave)
}
