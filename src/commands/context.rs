//! What every command of `ip` works with.

use std::os::fd::AsFd;

use crate::error::{Error, Result};
use crate::netlink::{self, Dump, Message, Messages, NlmF, Refusal, Request, Socket};
use crate::output::Out;
use crate::rtnl::link::{self, Link};
use crate::rtnl::nsid;
use crate::sys::names::Names;
use crate::sys::{self, Hosts, Links, netns};
use crate::words::options::Options;

use super::atomic::Atomic;
use crate::view::{Nexthops, Nsids, View, nsids};

/// How often an interrupted dump is asked for again before it is shown as it is.
const RETRIES: u32 = 8;
const INTERRUPTED: &str = "Dump was interrupted and may be inconsistent.";

/// A batch under way.
#[derive(Debug, Default)]
pub struct Batch {
    /// Its file, as messages name it.
    pub file: String,
    /// The line being carried out, from 1.
    pub line: usize,
    /// Whether a line has failed.
    pub failed: bool,
    /// What is needed to take everything back, for an atomic batch.
    pub atomic: Option<Box<Atomic>>,
    /// Requests that are not settled yet, by sequence number, and their lines.
    posted: Vec<(u32, usize)>,
}

/// One run of `ip`: the view and a socket that is opened when it is first needed, so that wrong words are found before.
pub struct Ip {
    /// What printing needs.
    pub view: View,
    /// The batch that this run is, if it is one: more commands follow in this process.
    pub batch: Option<Batch>,
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
        Ip {
            view: View {
                options,
                out,
                names,
                links: Links::new(link::index_of_long_name),
                nsids: Nsids::default(),
                nexthops: Nexthops::default(),
                hosts: Hosts::default(),
            },
            batch: None,
            socket: None,
        }
    }

    /// A run that talks to `socket` and knows no devices but those that [`View::links`] has learned, for tests.
    pub fn over(options: Options, socket: Socket) -> Self {
        let mut ip = Ip::new(options);
        ip.view.links.close();
        ip.socket = Some(socket);
        ip
    }

    /// The rtnetlink socket, with nothing left to settle.
    pub fn socket(&mut self) -> Result<&mut Socket> {
        self.settle()?;
        self.open()
    }

    /// What is needed to take the batch back, if that is asked for.
    pub fn atomic(&mut self) -> Option<&mut Atomic> {
        self.batch.as_mut()?.atomic.as_deref_mut()
    }

    /// Lets an atomic batch know what is about to be changed.
    fn note(&mut self, request: &Request) {
        if let Some(atomic) = self.atomic() {
            atomic.touch(request.kind(), request.body());
        }
    }

    fn open(&mut self) -> Result<&mut Socket> {
        match self.socket {
            Some(ref mut socket) => Ok(socket),
            None => {
                let open = Socket::open(nix::sys::socket::SockProtocol::NetlinkRoute);
                Ok(self.socket.insert(open.map_err(|error| Error::from(error).with_status(1))?))
            }
        }
    }

    /// As [`Ip::ask`], for changes that come by the thousand: in a batch no ACK is asked for, and the request is kept
    /// until many are sent, or something else is done.
    pub fn change(&mut self, request: &mut Request) -> Result<()> {
        if self.batch.is_none() {
            return self.ask(request);
        }
        self.note(request);
        let socket = self.open()?;
        let sequence = socket.post(request)?;
        let full = socket.is_full();
        let mut alone = false;
        if let Some(batch) = &mut self.batch {
            batch.posted.push((sequence, batch.line));
            alone = batch.atomic.is_some();
        }
        if full || alone { self.settle() } else { Ok(()) }
    }

    /// Sends what [`Ip::change`] has kept, and says what failed. An error with nothing to say where a line has failed
    /// with which the batch ends: what called must do nothing more.
    pub fn settle(&mut self) -> Result<()> {
        let Ip { view, batch: Some(batch), socket } = self else { return Ok(()) };
        let force = view.options.force;
        if let (Some(socket), false) = (socket, batch.posted.is_empty()) {
            let posted = std::mem::take(&mut batch.posted);
            let line_of =
                |sequence: u32| posted.iter().find(|(known, _)| *known == sequence).map_or(0, |(_, line)| *line);
            let each = |sequence, error: netlink::Error| batch.fail(view, line_of(sequence), &error.into());
            let settled = if force { socket.settle(each) } else { socket.settle_in_turn(each) };
            if let Err(error) = settled {
                batch.fail(view, posted[0].1, &error.into());
            }
        }
        if batch.failed && !force { Err(Error::silent(1)) } else { Ok(()) }
    }

    /// Writes a line on stderr, behind what the lines of the batch before this one have to say.
    pub fn complain(&mut self, text: &str) -> Result<()> {
        self.settle()?;
        self.view.out.complain(text);
        Ok(())
    }

    /// Sends `request` and waits for its ACK; a warning of the kernel's goes to stderr.
    pub fn ask(&mut self, request: &mut Request) -> Result<()> {
        self.ask_with(request, |_, _| {})
    }

    /// As [`Ip::ask`]; messages that come before the ACK, as `NLM_F_ECHO` brings them, go to `each`.
    pub fn ask_with(&mut self, request: &mut Request, mut each: impl FnMut(&mut View, &Message<'_>)) -> Result<()> {
        self.note(request);
        self.socket()?;
        let Ip { view, socket, .. } = self;
        let Some(socket) = socket else { return Err(Error::silent(1)) };
        let ack = socket.ask_with(request, |message| each(view, message))?;
        self.view.warn(&ack);
        Ok(())
    }

    /// As [`Ip::ask`]; that the object is there already is said, and no error.
    pub fn ask_unless_there(&mut self, request: &mut Request) -> Result<()> {
        match self.ask(request) {
            Err(Error::Netlink { error, .. }) if error.errno() == Some(libc::EEXIST) => {
                self.view.out.complain(&error.to_string());
                Ok(())
            }
            result => result,
        }
    }

    /// Sends `request` and hands its one reply to `read`.
    pub fn get<T>(&mut self, request: &mut Request, mut read: impl FnMut(&mut View, &Message<'_>) -> T) -> Result<T> {
        self.socket()?;
        let Ip { view, socket, .. } = self;
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
        let Ip { view, socket, .. } = self;
        let Some(socket) = socket else { return Err(Error::silent(1)) };
        let mark = view.out.mark();
        for attempt in 0.. {
            match socket.dump(request, |message| each(view, message)) {
                Ok(Dump::Whole) => break,
                Err(error) if pardon(&error) => break,
                Err(error) => return Err(terminated(error)),
                Ok(Dump::Interrupted) if attempt < RETRIES && view.out.rewind(mark) => {}
                Ok(Dump::Interrupted) => {
                    view.out.complain(INTERRUPTED);
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
                    self.view.out.complain(INTERRUPTED);
                    break;
                }
                Dump::Whole => break,
            }
        }
        Ok(found)
    }

    /// As [`Ip::dump`], but keeps the messages that `key` gives a key.
    pub fn store(&mut self, request: &mut Request, key: impl Fn(&Message<'_>) -> Option<u32>) -> Result<Stored> {
        let mut stored = Stored::default();
        for attempt in 0.. {
            stored.bytes.clear();
            stored.places.clear();
            let end = self.socket()?.dump(request, |message| {
                if let Some(key) = key(message) {
                    stored.places.push((key, stored.bytes.len()));
                    stored.bytes.extend_from_slice(message.bytes);
                    stored.bytes.resize(stored.bytes.len().next_multiple_of(4), 0);
                }
            });
            match end.map_err(terminated)? {
                Dump::Interrupted if attempt < RETRIES => {}
                Dump::Interrupted => {
                    self.view.out.complain(INTERRUPTED);
                    break;
                }
                Dump::Whole => break,
            }
        }
        stored.places.sort_by_key(|(key, _)| *key);
        Ok(stored)
    }

    /// As [`Ip::ask`]; with `-echo`, `show` is given what the kernel has made of the request.
    pub fn ask_echo(&mut self, request: &mut Request, show: impl Fn(&mut View, &Message<'_>)) -> Result<()> {
        if !self.view.options.echo {
            return self.ask(request);
        }
        request.add_flags(NlmF::ECHO);
        self.settle()?;
        self.begin_json();
        self.ask_with(request, |view, message| {
            view.out.open_object("");
            show(view, message);
            view.out.close_object();
        })
    }

    /// The index of the device called `name`, alternative names included.
    pub fn device(&mut self, name: &[u8]) -> Result<u32> {
        self.view.links.index(name).ok_or_else(|| crate::words::no_device(name))
    }

    /// Whether the device with `index` is a VRF.
    pub fn is_vrf(&mut self, index: u32) -> bool {
        let mut request = link::get(index, 0, link::EXT_SKIP_STATS);
        let is_vrf = |_: &mut View, message: &Message<'_>| {
            Link::decode(message).and_then(|link| link.info()).and_then(|info| info.kind()) == Some(b"vrf")
        };
        self.get(&mut request, is_vrf).unwrap_or(false)
    }

    /// The id that the namespace called `name` has here; one is given to it if it has none.
    pub fn nsid_of(&mut self, name: &[u8]) -> Result<Option<i32>> {
        let socket = self.socket()?;
        if let Some(id) = nsids::id(socket, name) {
            return Ok(Some(id));
        }
        if let Ok(file) = netns::open(name) {
            // Where this fails, the id is still missing when it is looked up again.
            let _ = socket.ask(&mut nsid::set(file.as_fd(), nsid::UNASSIGNED));
        }
        Ok(nsids::id(socket, name))
    }

    /// Enters the namespace that `-netns` names. Sockets opened from here on are in it; files are not touched.
    pub fn enter_netns(&mut self) -> Result<()> {
        match &self.view.options.netns {
            Some(name) => netns::enter(name).map_err(|error| error.with_status(255)),
            None => Ok(()),
        }
    }

    /// Begins a JSON document if JSON is asked for.
    pub fn begin_json(&mut self) {
        self.view.begin_json();
    }
}

impl Batch {
    /// A batch from `file`.
    pub fn new(file: &str) -> Self {
        Batch { file: file.into(), ..Batch::default() }
    }

    /// Says why a line failed.
    pub fn fail(&mut self, view: &mut View, line: usize, error: &Error) {
        view.out.complain_of(error);
        view.out.complain(&format!("Command failed {}:{line}", self.file));
        self.failed = true;
    }
}

/// The messages of a dump, kept for objects that are shown below others.
#[derive(Debug, Default)]
pub struct Stored {
    bytes: Vec<u8>,
    /// Key, and where the message stands; in the order of the keys, and as they came where keys are equal.
    places: Vec<(u32, usize)>,
}

impl Stored {
    /// Every message, by its key.
    pub fn all(&self) -> impl Iterator<Item = Message<'_>> {
        self.places.iter().filter_map(|(_, at)| self.at(*at))
    }

    /// The messages with this key.
    pub fn of(&self, key: u32) -> impl Iterator<Item = Message<'_>> {
        let start = self.places.partition_point(|(its, _)| *its < key);
        self.places[start..].iter().take_while(move |(its, _)| *its == key).filter_map(|(_, at)| self.at(*at))
    }

    fn at(&self, at: usize) -> Option<Message<'_>> {
        Messages::new(&self.bytes[at..]).next()?.ok()
    }
}

/// A dump that failed, in iproute2's words. The stock tool leaves at once, a batch too.
pub(super) fn terminated(error: netlink::Error) -> Error {
    let text = match &error {
        netlink::Error::Refused(Refusal { errno, message: None, at_end: true, .. }) => match *errno {
            libc::ENOENT | libc::EOPNOTSUPP => String::new(),
            libc::EMSGSIZE => "Error: Buffer too small for object.\n".to_string(),
            _ => format!("{error}\n"),
        },
        _ => format!("{error}\n"),
    };
    Error::words(text + "Dump terminated").with_status(1)
}

/// The C library's words for `errno`, for a message that begins with what was tried.
pub fn because(what: &str, errno: nix::errno::Errno) -> Error {
    Error::local(format!("{what}: {}", sys::strerror(errno as i32)))
}
