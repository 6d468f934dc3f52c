//! What the verbs that show something are asked for: a device, a VLAN.

use crate::commands::Ip;
use crate::error::Result;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{atoi, duplicate};

/// What the user has said of what is to be shown.
#[derive(Debug, Default)]
pub struct Filter {
    device: Option<Vec<u8>>,
    bridge: Option<Vec<u8>>,
    /// The index of the bridge.
    master: Option<u32>,
    /// The index of the device.
    pub index: Option<u32>,
    /// The VLAN, 0 for all.
    pub vid: u32,
}

/// A device alone.
pub const DEVICE: &[Keyword<Filter>] = &[DEV];
/// A device and a bridge.
pub const DEVICE_AND_MASTER: &[Keyword<Filter>] = &[DEV, MASTER];
/// A device and a VLAN.
pub const DEVICE_AND_VLAN: &[Keyword<Filter>] = &[DEV, VID];

const DEV: Keyword<Filter> = Keyword::exact("dev", "DEV", "only this device", |filter, words| {
    let word = words.require()?;
    if filter.device.is_some() {
        return Err(duplicate("dev", word));
    }
    filter.device = Some(word.to_vec());
    Ok(())
});

const MASTER: Keyword<Filter> = Keyword::exact("master", "DEV", "only ports of this bridge", |filter, words| {
    let word = words.require()?;
    if filter.bridge.is_some() {
        return Err(duplicate("master", word));
    }
    filter.bridge = Some(word.to_vec());
    Ok(())
});

const VID: Keyword<Filter> = Keyword::exact("vid", "VID", "only this VLAN", |filter, words| {
    let word = words.require()?;
    if filter.vid != 0 {
        return Err(duplicate("vid", word));
    }
    filter.vid = atoi(word).cast_unsigned();
    Ok(())
});

impl Filter {
    /// Reads the words of `table`; the stock tool passes others over.
    pub fn parse(ip: &mut Ip, mut words: Words<'_>, table: &'static [Keyword<Filter>]) -> Result<Filter> {
        let mut filter = Filter::default();
        while let Some(word) = words.next() {
            if let Some(keyword) = find(table, word) {
                (keyword.take)(&mut filter, &mut words)?;
            }
        }
        filter.index = filter.device.as_deref().map(|name| ip.device(name)).transpose()?;
        filter.master = filter.bridge.as_deref().map(|name| ip.device(name)).transpose()?;
        Ok(filter)
    }

    /// Whether the device with `index` is wanted.
    pub fn admits(&self, index: u32) -> bool {
        self.index.is_none_or(|wanted| wanted == index)
    }

    /// Whether the port with `index` of the bridge with index `master` is wanted.
    pub fn admits_port(&self, index: u32, master: Option<u32>) -> bool {
        self.admits(index) && (self.master.is_none() || master.is_none() || self.master == master)
    }

    /// Whether a VLAN between `first` and `last` is wanted.
    pub fn admits_vlans(&self, first: u16, last: u16) -> bool {
        self.vid == 0 || (u32::from(first)..=u32::from(last)).contains(&self.vid)
    }
}
