//! `ip route flush`.

use std::time::{Duration, Instant};

use super::filter::{Cached, Filter};
use super::show;
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::netlink::{NlmF, Request, Rtm};
use crate::rtnl::route::Route;
use crate::rtnl::uapi;
use crate::words::Words;

/// How long it is tried to delete what others add.
const PATIENCE: Duration = Duration::from_secs(30);
const CACHE: &str = "/proc/sys/net/ipv4/route/flush";

/// Deletes the routes that the words select, until none is left.
pub fn run(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    if words.is_empty() {
        return Err(Error::local("\"ip route flush\" requires arguments."));
    }
    let (mut filter, family) = Filter::parse(ip, words)?;
    let (stats, inet6) = (ip.view.options.stats, i32::from(family) == libc::AF_INET6);
    if filter.cached == Cached::Only && !inet6 {
        flush_cache(ip);
        if stats > 0 {
            ip.view.out.text("*** IPv4 routing cache is flushed.\n");
        }
        if i32::from(family) == libc::AF_INET {
            return Ok(());
        }
    }
    let start = Instant::now();
    for round in 0u32.. {
        let found = gather(ip, &mut filter, family)?;
        if found.is_empty() {
            if stats > 0 && round == 0 && (filter.cached != Cached::Only || inet6) {
                ip.view.out.text("Nothing to flush.\n");
            } else if stats > 0 {
                let rounds = if round > 1 { "rounds" } else { "round" };
                ip.view.out.text(format_args!("*** Flush is complete after {round} {rounds} ***\n"));
            }
            return Ok(());
        }
        delete(ip, &found)?;
        let (seconds, count) = (start.elapsed().as_secs(), found.len());
        if start.elapsed() > PATIENCE {
            let text = format_args!("\n*** Flush not completed after {seconds} seconds, {count} entries remain ***\n");
            ip.view.out.text(text);
            return Err(Error::silent(1));
        }
        if stats > 0 {
            ip.view.out.text(format_args!("\n*** Round {}, deleting {count} entries ***\n", round + 1));
            ip.view.out.flush();
        }
    }
    Ok(())
}

/// The bodies of the messages about what is to be deleted. With `-s -s` each route is shown.
fn gather(ip: &mut Ip, filter: &mut Filter, family: u8) -> Result<Vec<Vec<u8>>> {
    let gathered = ip.collect(&mut filter.dump(family), |message| {
        let route = Route::decode(message)?;
        let meant = !route.deleted && filter.accepts(&route) && !is_fallback(&route);
        meant.then(|| message.body.to_vec())
    });
    let found = gathered.map_err(|error| {
        let text = error.to_string();
        Error::local(text.replace("Dump terminated", "Flush terminated")).with_status(2)
    })?;
    if ip.view.options.stats > 1 {
        for route in found.iter().filter_map(|body| Route::read(body)) {
            show::route(&mut ip.view, filter, &route);
        }
    }
    Ok(found)
}

/// Deletes each; the first that cannot be deleted is told of when all have been tried.
fn delete(ip: &mut Ip, found: &[Vec<u8>]) -> Result<()> {
    let mut failed = None;
    for body in found {
        let mut request = Request::from_body(Rtm::Delroute, NlmF::empty(), body);
        if let Err(error) = ip.ask(&mut request) {
            failed = failed.or(Some(error));
        }
    }
    match failed {
        None => Ok(()),
        Some(Error::Netlink { error, status, .. }) if error.errno().is_some() => {
            let why = crate::sys::strerror(error.errno().unwrap_or_default());
            Err(Error::local(format!("Failed to send flush request: {why}")).with_status(status))
        }
        Some(error) => Err(error),
    }
}

/// The unreachable route at the end of IPv6's table, which nobody can delete.
fn is_fallback(route: &Route<'_>) -> bool {
    i32::from(route.family) == libc::AF_INET6
        && route.dst_len == 0
        && route.kind == uapi::RTN_UNREACHABLE as u8
        && route.priority() == Some(u32::MAX)
}

/// Tells the kernel to forget what it has cached of IPv4. What goes wrong is said, and changes nothing else.
fn flush_cache(ip: &mut Ip) {
    use std::io::Write;
    let file = std::fs::OpenOptions::new().write(true).open(CACHE);
    let said = match file {
        Err(error) => {
            let why = crate::sys::strerror(error.raw_os_error().unwrap_or_default());
            format!("Cannot open \"{CACHE}\": {why}")
        }
        Ok(mut file) => match file.write_all(b"-1") {
            Ok(()) => return,
            Err(_) => "Cannot flush routing cache".to_string(),
        },
    };
    ip.view.out.complain(&said);
}
