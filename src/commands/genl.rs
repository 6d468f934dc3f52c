//! What the objects of generic netlink share: how a family is found and asked, that it is looked for before words, and
//! verbs of two words.

use nix::sys::socket::SockProtocol;

use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::netlink::{Family, Message, NlmF, Request, Socket};
use crate::words::Words;
use crate::words::matches;

/// A family, and a socket to ask it on.
pub struct Channel {
    /// The socket.
    pub socket: Socket,
    /// The family.
    pub family: Family,
}

impl Channel {
    /// Looks for the family called `name`. The stock tool leaves at once where the kernel has none.
    pub fn open(name: &str, version: u8) -> Result<Channel> {
        let leave = |error: Error| Error::words(error.to_string()).with_status(1);
        let mut socket = Socket::open(SockProtocol::NetlinkGeneric).map_err(|error| leave(error.into()))?;
        let family = Family::find(&mut socket, name, version)
            .map_err(|error| leave(Error::local(format!("{error}\nError talking to the kernel"))))?;
        Ok(Channel { socket, family })
    }

    /// A request with this command.
    pub fn request(&self, command: u8) -> Request {
        self.family.request(command, NlmF::empty())
    }

    /// A request with this command and the attributes of `draft`.
    pub fn request_of(&self, command: u8, draft: &Request) -> Request {
        let mut request = self.request(command);
        request.raw(draft.body());
        request
    }

    /// Sends `request` and waits for its ACK; a warning of the kernel's goes to stderr.
    pub fn ask(&mut self, ip: &mut Ip, request: &mut Request) -> Result<()> {
        let ack = self.socket.ask(request)?;
        ip.view.warn(&ack);
        Ok(())
    }

    /// Sends `request` and hands the attributes of its one reply to `show`.
    pub fn get(&mut self, ip: &mut Ip, request: &mut Request, show: impl Fn(&mut View, &[u8])) -> Result<()> {
        let (family, view) = (self.family, &mut ip.view);
        self.socket.get(request, |message| attrs(family, message).map(|attrs| show(view, attrs)))?;
        Ok(())
    }

    /// Sends `request` as a dump and hands the attributes of each message to `show`.
    pub fn dump(&mut self, ip: &mut Ip, request: &mut Request, mut show: impl FnMut(&mut View, &[u8])) -> Result<()> {
        let (family, view) = (self.family, &mut ip.view);
        let ended = self.socket.dump(request, |message| {
            if let Some(attrs) = attrs(family, message) {
                show(view, attrs);
                view.out.flush_if_full();
            }
        });
        ended.map_err(|error| Error::local(format!("{error}\nDump terminated")))?;
        Ok(())
    }
}

/// Attributes that belong to no request yet.
pub fn draft() -> Request {
    let mut draft = Request::new(0u16, NlmF::empty());
    draft.top();
    draft
}

fn attrs<'a>(family: Family, message: &Message<'a>) -> Option<&'a [u8]> {
    family.decode(message).map(|(_, attrs)| attrs)
}

/// The verb of `verbs` that is called `part` and one more word, one that `is` takes: `ip mptcp endpoint add`.
pub fn verb(verbs: &'static [Verb], part: &str, is: impl Fn(&str) -> bool) -> Option<&'static Verb> {
    verbs.iter().find(|verb| verb.name.split_once(' ').is_some_and(|(its, name)| its == part && is(name)))
}

/// Carries out a verb of `object`, each of which looks for the family first: that comes before all words but `help`.
pub fn run(object: &Object, open: fn() -> Result<Channel>, ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let Some(word) = words.next().filter(|word| !matches(word, "help")) else {
        return Err(crate::commands::object_usage(object));
    };
    match object.verbs.iter().find(|verb| matches(word, verb.name)) {
        Some(verb) => (verb.run)(ip, words),
        None => {
            open()?;
            Err(crate::commands::IP.unknown_verb(object, word))
        }
    }
}
