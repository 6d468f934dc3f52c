//! Which links are shown.

use crate::cli::Words;
use crate::cli::keyword::{Keyword, find};
use crate::cli::words::{garbage, matches, number, shown, wrong};
use crate::commands::Ip;
use crate::error::{Error, Result};
use crate::rtnl::link::{Link, Select, flag};
use crate::sys::names::Kind;

/// What the user has said of the links to be shown; names of devices become indices in [`Filter::resolve`].
#[derive(Debug, Clone, Default)]
pub struct Filter {
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
    /// Only devices of a group, by its name or number.
    pub group_name: Option<Vec<u8>>,
    /// That group.
    pub group: Option<u32>,
    /// Only ports of this device.
    pub master_name: Option<Vec<u8>>,
    /// Whether that device must be a VRF.
    pub master_is_vrf: bool,
    /// Its index, or `u32::MAX` for devices that are nobody's port.
    pub master: Option<u32>,
    /// Only links of this kind.
    pub kind: Option<Vec<u8>>,
    /// Only ports of masters of this kind.
    pub slave_kind: Option<Vec<u8>>,
}

/// `nomaster`, as the kernel's dump filter has it.
const NO_MASTER: u32 = u32::MAX;

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
        filter.group_name = Some(words.require()?.to_vec());
        Ok(())
    }),
    Keyword::exact("master", "DEV", "only ports of DEV", |filter, words| {
        filter.master_name = Some(words.require()?.to_vec());
        filter.master_is_vrf = false;
        Ok(())
    }),
    Keyword::exact("vrf", "DEV", "only ports of the VRF DEV", |filter, words| {
        filter.master_name = Some(words.require()?.to_vec());
        filter.master_is_vrf = true;
        Ok(())
    }),
    Keyword::exact("nomaster", "", "only devices that are nobody's port", |filter, _| {
        filter.master = Some(NO_MASTER);
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
    /// Reads the words of a filter, to the end.
    pub fn parse(words: &mut Words<'_>) -> Result<Filter> {
        let mut filter = Filter::default();
        while let Some(word) = words.next() {
            match find(KEYWORDS, word) {
                Some(keyword) => (keyword.take)(&mut filter, words)?,
                None if matches(word, "help") => return Err(crate::cli::object_usage(&super::LINK)),
                None => filter.set_device(word)?,
            }
        }
        Ok(filter)
    }

    /// Takes `word` for the device asked for; a second one is refused.
    pub fn set_device(&mut self, word: &[u8]) -> Result<()> {
        if self.device.is_some() {
            return Err(garbage("dev", word));
        }
        self.device = Some(word.to_vec());
        Ok(())
    }

    /// Turns names into indices.
    pub fn resolve(&mut self, ip: &mut Ip) -> Result<()> {
        if let Some(name) = &self.group_name {
            let known = ip.view.names.number(Kind::Group, name);
            let group = known.or_else(|| number(name, 0)?.try_into().ok());
            self.group = Some(group.ok_or_else(|| wrong("Invalid \"group\" value\n", name))?);
        }
        if let Some(name) = &self.master_name {
            let index = ip.index_of(name)?;
            let is_fit = !self.master_is_vrf || index.is_some_and(|index| ip.is_vrf(index));
            let why = if self.master_is_vrf { "Not a valid VRF name\n" } else { "Device does not exist\n" };
            self.master = Some(index.filter(|_| is_fit).ok_or_else(|| wrong(why, name))?);
        }
        if let Some(name) = &self.device {
            let missing = || Error::local(format!("Device \"{}\" does not exist.", shown(name)));
            self.index = Some(ip.index_of(name)?.ok_or_else(missing)?);
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
            && self.master.is_none_or(|master| master == NO_MASTER || link.master() == Some(master))
            && self.kind.as_deref().is_none_or(|kind| info.and_then(|info| info.kind()) == Some(kind))
            && self.slave_kind.as_deref().is_none_or(|kind| info.and_then(|info| info.slave_kind()) == Some(kind))
    }
}
