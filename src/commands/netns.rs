//! `ip netns`: named network namespaces.

use std::ffi::CString;
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, execvp};

use super::{Ip, Object, Verb, View};
use crate::error::{Error, Result};
use crate::rtnl::nsid::{self, Nsid, UNASSIGNED};
use crate::sys::{self, netns, process, strerror};
use crate::view::nsids;
use crate::words::keyword::Entry;
use crate::words::{Words, duplicate, number_i32, shown, wrong};

const NAME: Entry = Entry { name: "", argument: "NETNS", help: "the name" };
const COMMAND: Entry = Entry { name: "", argument: "COMMAND", help: "what to run, with its words" };
const PID: Entry = Entry { name: "", argument: "PID", help: "a process" };
const NSID: Entry = Entry { name: "", argument: "ID|auto", help: "its id, auto for one of the kernel's choice" };
const TARGET: Entry = Entry { name: "target-nsid", argument: "ID", help: "ids as that namespace has them" };
const ONE: Entry = Entry { name: "nsid", argument: "ID", help: "only this id" };

const fn verb(name: &'static str, help: &'static str, grammar: fn() -> Vec<Entry>, run: super::Run) -> Verb {
    Verb { name, help, grammar, run }
}

/// The object `netns`.
pub const NETNS: Object = Object {
    name: "netns",
    called: "netns",
    help: "named network namespaces",
    verbs: &[
        verb("list", "show the names", Vec::new, list),
        verb("show", "", Vec::new, list),
        verb("lst", "", Vec::new, list),
        verb("list-id", "show the ids that namespaces have here", || vec![TARGET, ONE], list_id),
        verb("help", "", Vec::new, |_, _| Err(crate::commands::object_usage(&NETNS))),
        verb("add", "make a namespace", || vec![NAME], add),
        verb("set", "give a namespace an id", || vec![NAME, NSID], set),
        verb("delete", "take a name away", || vec![NAME], delete),
        verb("identify", "show the name of a process's namespace", || vec![PID], identify),
        verb("pids", "show the processes in a namespace", || vec![NAME], pids),
        verb("exec", "run a command in a namespace", || vec![NAME, COMMAND], exec),
        verb("monitor", "show names as they come and go", Vec::new, monitor),
        verb("attach", "give the namespace of a process a name", || vec![NAME, PID], attach),
    ],
    default: list,
};

/// Refuses a first word that is no name, before anything is touched.
fn check(ip: &Ip, words: &Words<'_>) -> Result<()> {
    match words.peek() {
        Some(name) if !ip.view.options.all && !netns::is_valid_name(name) => {
            Err(Error::words(format!("Invalid netns name \"{}\"", shown(name))))
        }
        _ => Ok(()),
    }
}

/// As [`check`], for verbs that work in a namespace that is there: the path of one will do.
fn check_place(ip: &Ip, words: &Words<'_>) -> Result<()> {
    match words.peek() {
        Some(path) if path.contains(&b'/') && netns::open(path).is_ok() => Ok(()),
        _ => check(ip, words),
    }
}

fn need_name<'a>(words: &mut Words<'a>) -> Result<&'a [u8]> {
    words.next().ok_or_else(|| Error::local("No netns name specified"))
}

fn list(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    let Ok(names) = netns::names() else { return Ok(()) };
    // Asking for each id costs more than all the rest; where no namespace has one, one request tells.
    let ids = !ip.collect(&mut nsid::dump(None), Nsid::decode).unwrap_or_default().is_empty();
    complain_of_strays(ip, 2);
    ip.begin_json();
    for name in names {
        let name = name.as_bytes();
        ip.view.out.open_object("");
        ip.view.out.str("name", "", name, "");
        let id = if ids { nsids::id(ip.socket()?, name) } else { None };
        if let Some(id) = id {
            ip.view.out.num("id", " (id: ", id, ")");
        }
        ip.view.out.text("\n");
        ip.view.out.close_object();
    }
    Ok(())
}

/// Files among the names that are no namespaces: the stock tool asks the kernel for the id of each, `times` times, and
/// shows what it answers.
fn complain_of_strays(ip: &mut Ip, times: usize) {
    for _ in 0..netns::strays() * times {
        ip.view.out.complain("Error: Peer netns reference is invalid.");
    }
}

fn list_id(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    complain_of_strays(ip, 1);
    let (mut target, mut one) = (None, None);
    while let Some(word) = words.next() {
        let (slot, name) = match word {
            b"target-nsid" => (&mut target, "target-nsid"),
            b"nsid" => (&mut one, "nsid"),
            _ => return Err(crate::commands::object_usage(&NETNS)),
        };
        if slot.is_some() {
            return Err(duplicate(name, word));
        }
        let word = words.require()?;
        let id = number_i32(word, 0).ok_or_else(|| wrong(&format!("\"{name}\" value is invalid"), word))?;
        if id < 0 {
            return Err(wrong(&format!("\"{name}\" value should be >= 0"), words.peek().unwrap_or(b"(null)")));
        }
        *slot = Some(id);
    }
    match one {
        Some(id) => {
            let found = ip.get(&mut nsid::translate(id, target), |_, message| Nsid::decode(message))?;
            ip.begin_json();
            show_ids(ip, &found.into_iter().collect::<Vec<_>>());
        }
        None => {
            ip.begin_json();
            let found = ip.collect(&mut nsid::dump(target), Nsid::decode)?;
            show_ids(ip, &found);
        }
    }
    Ok(())
}

fn show_ids(ip: &mut Ip, ids: &[Nsid]) {
    for nsid in ids {
        describe_id(&mut ip.view, nsid);
    }
}

/// Shows the id of a namespace on a line.
pub fn describe_id(view: &mut View, nsid: &Nsid) {
    let out = &mut view.out;
    out.open_object("");
    if nsid.deleted {
        out.bool("deleted", true, "Deleted ");
    }
    match nsid.id {
        UNASSIGNED => out.text("nsid unassigned "),
        id => out.num("nsid", "nsid ", id, " "),
    }
    match nsid.current {
        None => {}
        Some(UNASSIGNED) => out.text("current-nsid unassigned "),
        Some(id) => out.num("current-nsid", "current-nsid ", id, " "),
    }
    if let Some(name) = view.nsids.name(nsid.current.unwrap_or(nsid.id)) {
        out.str("name", "(iproute2 netns name: ", name, ")");
    }
    out.text("\n");
    out.close_object();
}

fn add(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    netns::add(need_name(&mut words)?, netns::Source::New)
}

fn attach(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    let missing = || Error::local("No netns name and PID specified");
    let name = words.next().ok_or_else(missing)?;
    let word = words.next().ok_or_else(missing)?;
    let pid = number_i32(word, 0).filter(|pid| *pid != 0);
    let pid = pid.ok_or_else(|| Error::local(format!("Invalid PID: {}", shown(word))))?;
    netns::add(name, netns::Source::Process(pid))
}

fn set(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check_place(ip, &words)?;
    let name = need_name(&mut words)?;
    let word = words.next().ok_or_else(|| Error::local("No nsid specified"))?;
    let id = match word {
        b"auto" => UNASSIGNED,
        _ => match number_i32(word, 0) {
            Some(id) if id >= 0 => id,
            Some(_) => return Err(wrong("\"netnsid\" value should be >= 0", word)),
            None => return Err(wrong("Invalid \"netnsid\" value", word)),
        },
    };
    let file = netns::open(name).map_err(|error| {
        let why = strerror(error.raw_os_error().unwrap_or(libc::EIO));
        Error::local(format!("Cannot open network namespace \"{}\": {why}", shown(name)))
    })?;
    ip.ask(&mut nsid::set(file.as_fd(), id))
}

fn delete(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    if !ip.view.options.all {
        return netns::delete(need_name(&mut words)?);
    }
    for name in all_names()? {
        if let Err(error) = netns::delete(&name) {
            ip.view.out.complain_of(&error);
            break;
        }
    }
    Ok(())
}

fn all_names() -> Result<Vec<Vec<u8>>> {
    match netns::names() {
        Ok(names) => Ok(names.map(|name| name.as_bytes().to_vec()).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => {
            let why = strerror(error.raw_os_error().unwrap_or(libc::EIO));
            Err(Error::local(format!("Failed to open directory {}: {why}", netns::DIR)))
        }
    }
}

fn identify(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    let pid = match words.next() {
        None => "self".into(),
        Some(_) if !words.is_empty() => return Err(Error::local("extra arguments specified")),
        Some(word) if word.iter().all(u8::is_ascii_digit) => shown(word),
        Some(word) => return Err(Error::local(format!("Specified string '{}' is not a pid", shown(word)))),
    };
    let name = netns::identify(&pid)?.unwrap_or_default();
    ip.view.out.text(name.as_bytes());
    ip.view.out.text("\n");
    Ok(())
}

fn pids(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check_place(ip, &words)?;
    let name = need_name(&mut words)?;
    if !words.is_empty() {
        return Err(Error::local("extra arguments specified"));
    }
    for pid in netns::processes(name)? {
        ip.view.out.text(pid);
        ip.view.out.text("\n");
    }
    Ok(())
}

fn exec(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    check_place(ip, &words)?;
    let no_command = || Error::local("No command specified");
    if ip.view.options.all {
        if words.is_empty() {
            return Err(no_command());
        }
        for name in all_names()? {
            ip.view.out.text("\nnetns: ");
            ip.view.out.text(&name);
            ip.view.out.text("\n");
            ip.view.out.flush();
            // Whatever it says, the next namespace has its turn.
            let _ = run_child(ip, &name, words.rest());
        }
        return Ok(());
    }
    let name = need_name(&mut words)?;
    if words.is_empty() {
        return Err(no_command());
    }
    ip.view.out.flush();
    if ip.batch.is_some() { run_child(ip, name, words.rest()) } else { Err(replace_process(name, words.rest())) }
}

/// Runs a command in a namespace in a process of its own, and waits for it.
fn run_child(ip: &mut Ip, name: &[u8], command: &[&[u8]]) -> Result<()> {
    in_child(ip, |_| replace_process(name, command))
}

/// Lets a process of its own do `work`, which becomes a command or says why not, and waits for it.
pub fn in_child(ip: &mut Ip, work: impl FnOnce(&mut Ip) -> Error) -> Result<()> {
    match sys::fork() {
        Ok(ForkResult::Child) => {
            let error = work(ip);
            ip.view.out.complain_of(&error);
            std::process::exit(i32::from(error.status()));
        }
        Ok(ForkResult::Parent { child }) => match waitpid(child, None) {
            Ok(WaitStatus::Exited(_, 0)) => Ok(()),
            Ok(WaitStatus::Exited(_, status)) => Err(Error::silent(status as u8)),
            _ => Err(Error::silent(1)),
        },
        Err(errno) => Err(super::because("fork", errno)),
    }
}

/// Becomes a command in a namespace. Comes back only when that fails.
fn replace_process(name: &[u8], command: &[&[u8]]) -> Error {
    if let Err(error) = netns::enter(name) {
        return error.with_status(255);
    }
    match netns::mount_files(name) {
        Ok(warnings) => warnings.iter().for_each(|warning| crate::output::say(warning)),
        Err(error) => return error.with_status(255),
    }
    become_command(command)
}

/// Becomes a command. Comes back only when that fails.
///
/// A command that PATH does not have but that is one of our tools is this very program.
pub fn become_command(command: &[&[u8]]) -> Error {
    let words: Option<Vec<CString>> = command.iter().map(|word| CString::new(*word).ok()).collect();
    let (Some(words), Some(program)) = (words, command.first()) else { return Error::silent(1) };
    let mut errno = execvp(&words[0], &words).unwrap_err();
    if errno == Errno::ENOENT && process::NAMES.iter().any(|name| name.as_bytes() == *program) {
        errno = execvp(c"/proc/self/exe", &words).unwrap_err();
    }
    Error::local(format!("exec of \"{}\" failed: {}", shown(program), strerror(errno as i32)))
}

fn monitor(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    check(ip, &words)?;
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC).map_err(|errno| super::because("inotify_init failed", errno))?;
    netns::make_directory()?;
    inotify
        .add_watch(netns::DIR, AddWatchFlags::IN_CREATE | AddWatchFlags::IN_DELETE)
        .map_err(|errno| super::because("inotify_add_watch failed", errno))?;
    loop {
        let events = match inotify.read_events() {
            Ok(events) => events,
            Err(Errno::EINTR) => continue,
            Err(errno) => return Err(super::because("read failed", errno)),
        };
        for event in events {
            let name = event.name.unwrap_or_default();
            let what = if event.mask.contains(AddWatchFlags::IN_CREATE) { "add " } else { "delete " };
            ip.view.out.text(what);
            ip.view.out.text(name.as_bytes());
            ip.view.out.text("\n");
        }
        ip.view.out.flush();
    }
}
