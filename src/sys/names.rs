//! Names for numbers, as iproute2's files in `/etc/iproute2` give them.
//!
//! The names those files come with are built in. A file is read only when a number without such a name is to be shown,
//! or a word is to be understood that is none of them.

use std::fs;
use std::path::{Path, PathBuf};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Routing tables: `rt_tables`.
    Table,
    /// Who made a route: `rt_protos`.
    Protocol,
    /// How far an address or a route reaches: `rt_scopes`.
    Scope,
    /// The TOS byte: `rt_dsfield`.
    DsField,
    /// Realms: `rt_realms`.
    Realm,
    /// Device groups: `group`.
    Group,
    /// Who made an address: `rt_addrprotos` of later releases.
    AddressProtocol,
    /// Why a device's carrier is held down: `protodown_reasons.d`.
    ProtoDownReason,
}

const KINDS: usize = 8;

impl Kind {
    fn file(self) -> &'static str {
        match self {
            Kind::Table => "rt_tables",
            Kind::Protocol => "rt_protos",
            Kind::Scope => "rt_scopes",
            Kind::DsField => "rt_dsfield",
            Kind::Realm => "rt_realms",
            Kind::Group => "group",
            Kind::AddressProtocol => "rt_addrprotos",
            Kind::ProtoDownReason => "protodown_reasons",
        }
    }

    fn built_in(self) -> &'static [(u32, &'static str)] {
        match self {
            Kind::Table => &[(254, "main"), (255, "local"), (253, "default"), (0, "unspec")],
            Kind::Protocol => &[
                (2, "kernel"),
                (3, "boot"),
                (4, "static"),
                (9, "ra"),
                (16, "dhcp"),
                (0, "unspec"),
                (1, "redirect"),
                (8, "gated"),
                (10, "mrt"),
                (11, "zebra"),
                (12, "bird"),
                (13, "dnrouted"),
                (14, "xorp"),
                (15, "ntk"),
                (18, "keepalived"),
                (42, "babel"),
                (99, "openr"),
                (186, "bgp"),
                (187, "isis"),
                (188, "ospf"),
                (189, "rip"),
                (192, "eigrp"),
            ],
            Kind::Scope => &[(253, "link"), (0, "global"), (254, "host"), (255, "nowhere"), (200, "site")],
            Kind::DsField => &[
                (0x00, "default"),
                (0x28, "AF11"),
                (0x30, "AF12"),
                (0x38, "AF13"),
                (0x48, "AF21"),
                (0x50, "AF22"),
                (0x58, "AF23"),
                (0x68, "AF31"),
                (0x70, "AF32"),
                (0x78, "AF33"),
                (0x88, "AF41"),
                (0x90, "AF42"),
                (0x98, "AF43"),
                (0x20, "CS1"),
                (0x40, "CS2"),
                (0x60, "CS3"),
                (0x80, "CS4"),
                (0xa0, "CS5"),
                (0xc0, "CS6"),
                (0xe0, "CS7"),
                (0xb8, "EF"),
            ],
            Kind::Realm => &[(0, "cosmos")],
            Kind::Group => &[(0, "default")],
            Kind::ProtoDownReason => &[],
            Kind::AddressProtocol => &[(0, "unspec"), (1, "kernel_lo"), (2, "kernel_ra"), (3, "kernel_ll")],
        }
    }
}

/// The names known so far.
#[derive(Debug, Default)]
pub struct Names {
    /// What the files hold, by kind. Elsewhere than here, for parsing takes the names out of the view and puts them back
    /// with each line of a batch.
    files: Option<Box<[File; KINDS]>>,
    numeric: bool,
    spelled: String,
}

/// The names in a file, once it has been read.
type File = Option<Vec<(u32, String)>>;

impl Names {
    /// No file read yet; `numeric` shows numbers.
    pub fn new(numeric: bool) -> Self {
        Names { numeric, ..Names::default() }
    }

    /// The name of `id`, or its number in decimal.
    pub fn get(&mut self, kind: Kind, id: u32) -> &str {
        if self.numeric || self.find(kind, id).is_none() {
            self.spelled = id.to_string();
            return &self.spelled;
        }
        self.find(kind, id).unwrap_or_default()
    }

    /// The name of `id`, where it has one. `-Numeric` is not asked.
    pub fn find(&mut self, kind: Kind, id: u32) -> Option<&str> {
        match kind.built_in().iter().find(|(known, _)| *known == id) {
            Some((_, name)) => Some(name),
            None => self.file(kind).iter().find(|(known, _)| *known == id).map(|(_, name)| name.as_str()),
        }
    }

    /// The number that has the name `word`.
    pub fn number(&mut self, kind: Kind, word: &[u8]) -> Option<u32> {
        if let Some((id, _)) = kind.built_in().iter().find(|(_, name)| name.as_bytes() == word) {
            return Some(*id);
        }
        self.file(kind).iter().find(|(_, name)| name.as_bytes() == word).map(|(id, _)| *id)
    }

    fn file(&mut self, kind: Kind) -> &[(u32, String)] {
        let files = self.files.get_or_insert_default();
        files[kind as usize].get_or_insert_with(|| read(Path::new("/etc/iproute2"), kind.file()))
    }
}

/// Reads `dir/name` and `dir/name.d/*.conf`; what cannot be read has no names in it.
fn read(dir: &Path, name: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut take = |path: PathBuf| {
        if let Ok(text) = fs::read(path) {
            found.extend(String::from_utf8_lossy(&text).lines().filter_map(entry));
        }
    };
    take(dir.join(name));
    let more = fs::read_dir(dir.join(format!("{name}.d"))).into_iter().flatten().flatten();
    for file in more.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "conf")) {
        take(file);
    }
    found
}

/// Reads a line `NUMBER NAME`, the number decimal or with `0x`; comments begin with `#`.
fn entry(line: &str) -> Option<(u32, String)> {
    let mut words = line.split('#').next()?.split_ascii_whitespace();
    let (number, name) = (words.next()?, words.next()?);
    let id = match number.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((id, name.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_name_file() {
        assert_eq!(entry("100\tblue"), Some((100, "blue".into())));
        assert_eq!(entry(" 0x10 lowdelay # old"), Some((16, "lowdelay".into())));
        assert_eq!(entry("# 1 one"), None);
        assert_eq!(entry("x one"), None);
    }

    #[test]
    fn built_in_names_need_no_file() {
        let mut names = Names::default();
        assert_eq!(names.get(Kind::Table, 254), "main");
        assert_eq!(names.number(Kind::Scope, b"link"), Some(253));
        names.numeric = true;
        assert_eq!(names.get(Kind::Table, 254), "254");
        assert!(names.files.is_none());
    }
}
