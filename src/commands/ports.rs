//! The device whose ports a listing is about: `master DEV`, `vrf DEV`, `nomaster`.

use crate::error::Result;
use crate::words::Words;
use crate::words::wrong;

use super::Ip;

/// `nomaster`, as the kernel's dump filter has it.
pub const NOBODYS: u32 = u32::MAX;

/// Whose ports are asked for, as the words came. Names are looked up once the socket is at hand: in
/// [`PortsOf::look_up`], in the order of the words, so that the first wrong one is what is complained of.
#[derive(Debug, Default)]
pub struct PortsOf(Vec<Whose>);

#[derive(Debug)]
enum Whose {
    Device(Vec<u8>),
    Vrf(Vec<u8>),
    Nobody,
}

impl PortsOf {
    /// Reads the device behind `master`.
    pub fn master(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.0.push(Whose::Device(words.require()?.to_vec()));
        Ok(())
    }

    /// Reads the device behind `vrf`.
    pub fn vrf(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.0.push(Whose::Vrf(words.require()?.to_vec()));
        Ok(())
    }

    /// Takes note of `nomaster`.
    pub fn nobody(&mut self) {
        self.0.push(Whose::Nobody);
    }

    /// The index of the master, that of the last word, or [`NOBODYS`].
    pub fn look_up(&self, ip: &mut Ip) -> Result<Option<u32>> {
        let mut found = None;
        for whose in &self.0 {
            found = Some(match whose {
                Whose::Nobody => NOBODYS,
                Whose::Device(name) => {
                    ip.view.links.index(name).ok_or_else(|| wrong("Device does not exist\n", name))?
                }
                Whose::Vrf(name) => {
                    let index = ip.view.links.index(name).filter(|index| ip.is_vrf(*index));
                    index.ok_or_else(|| wrong("Not a valid VRF name\n", name))?
                }
            });
        }
        Ok(found)
    }
}
