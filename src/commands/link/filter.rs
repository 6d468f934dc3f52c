//! Which links are shown.

use crate::commands::Ip;
use crate::commands::ports::{NOBODYS, PortsOf};
use crate::error::{Error, Result};
use crate::rtnl::link::{Link, Select, flag};
use crate::sys::names::Kind;
use crate::view::Lookup;
use crate::words::keyword::Keyword;
use crate::words::named;
use crate::words::{garbage, shown, wrong};

/// What the user has said of the links to be shown; names of devices become indices in [`Filter::finish`].
#[derive(Debug, Default)]
pub struct Filter {
    /// What parsing looks names up in.
    pub lookup: Lookup,
    /// The device asked for.
    pub device: Option<Vec<u8>>,
    /// Its index.
    pub index: Option<u32>,
    /// Only devices that are up.
    pub up: bool,
    /// Only devices that are down.
    pub down: bool,
    /// Without virtual functions.
    pub no_functions: bool,
    /// Only devices of this group.
    pub group: Option<u32>,
    /// Whose ports, as the words have it.
    ports_of: PortsOf,
    /// Only ports of this device, or [`NOBODYS`].
    pub master: Option<u32>,
    /// Only links of this kind.
    pub kind: Option<Vec<u8>>,
    /// Only ports of masters of this kind.
    pub slave_kind: Option<Vec<u8>>,
}

/// The keywords of a filter on links.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::exact("up", "", "only devices that are up", |filter, _| {
        filter.up = true;
        Ok(())
    }),
    Keyword::exact("down", "", "only devices that are down", |filter, _| {
        filter.down = true;
        Ok(())
    }),
    Keyword::exact("novf", "", "without virtual functions", |filter, _| {
        filter.no_functions = true;
        Ok(())
    }),
    Keyword::exact("group", "GROUP", "only devices of a group", |filter, words| {
        let word = words.require()?;
        let group = named::number(&mut filter.lookup.names, Kind::Group, word);
        filter.group = Some(group.ok_or_else(|| wrong("Invalid \"group\" value\n", word))?);
        Ok(())
    }),
    Keyword::exact("master", "DEV", "only ports of DEV", |filter, words| filter.ports_of.master(words)),
    Keyword::exact("vrf", "DEV", "only ports of the VRF DEV", |filter, words| filter.ports_of.vrf(words)),
    Keyword::exact("nomaster", "", "only devices that are nobody's port", |filter, _| {
        filter.ports_of.nobody();
        Ok(())
    }),
    Keyword::exact("type", "KIND", "only devices of a kind, or ports of a KIND_slave", |filter, words| {
        let word = words.require()?;
        match word.strip_suffix(b"_slave") {
            Some(kind) => filter.slave_kind = Some(kind.to_vec()),
            None => filter.kind = Some(word.to_vec()),
        }
        Ok(())
    }),
    Keyword::exact("dev", "DEV", "only this device", |filter, words| {
        let word = words.require()?;
        filter.set_device(word)
    }),
];

impl Filter {
    /// Takes `word` for the device asked for; a second one is refused.
    pub fn set_device(&mut self, word: &[u8]) -> Result<()> {
        if self.device.is_some() {
            return Err(garbage("dev", word));
        }
        self.device = Some(word.to_vec());
        Ok(())
    }

    /// Turns names of devices into indices, once the words have been `read`.
    pub fn finish(&mut self, ip: &mut Ip, read: Result<()>) -> Result<()> {
        std::mem::take(&mut self.lookup).give_back(&mut ip.view);
        self.master = self.ports_of.look_up(ip)?;
        read?;
        if let Some(name) = &self.device {
            let missing = || Error::local(format!("Device \"{}\" does not exist.", shown(name)));
            self.index = Some(ip.view.links.index(name).ok_or_else(missing)?);
        }
        Ok(())
    }

    /// What of this the kernel can sort out.
    pub fn select(&self, family: u8, ext_mask: u32) -> Select<'_> {
        Select { family, ext_mask, master: self.master, kind: self.kind.as_deref() }
    }

    /// Whether `link` is to be shown.
    pub fn admits(&self, link: &Link<'_>) -> bool {
        let info = link.info();
        self.index.is_none_or(|index| link.index == index)
            && (!self.up || link.flags & flag::UP != 0)
            && (!self.down || link.flags & flag::UP == 0)
            && self.group.is_none_or(|group| link.group().is_none_or(|its| its == group))
            && self.master.is_none_or(|master| master == NOBODYS || link.master() == Some(master))
            && self.kind.as_deref().is_none_or(|kind| info.and_then(|info| info.kind()) == Some(kind))
            && self.slave_kind.as_deref().is_none_or(|kind| info.and_then(|info| info.slave_kind()) == Some(kind))
    }
}
