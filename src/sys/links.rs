//! Devices by index and by name, asked of the kernel once each.

use super::ffi;

/// What is known of the devices of this network namespace.
#[derive(Debug, Default)]
pub struct Links {
    known: Vec<(u32, Vec<u8>)>,
    last: usize,
}

impl Links {
    /// The name of the device with `index`: `*` for 0, `if7` for one that is not there.
    pub fn name(&mut self, index: u32) -> &[u8] {
        if index == 0 {
            return b"*";
        }
        if self.known.get(self.last).is_none_or(|(known, _)| *known != index) {
            self.last = match self.known.binary_search_by_key(&index, |(known, _)| *known) {
                Ok(at) => at,
                Err(at) => {
                    let name = ffi::if_name(index).unwrap_or_else(|| format!("if{index}").into_bytes());
                    self.known.insert(at, (index, name));
                    at
                }
            };
        }
        &self.known[self.last].1
    }

    /// Remembers a name that a dump has told.
    pub fn learn(&mut self, index: u32, name: &[u8]) {
        match self.known.binary_search_by_key(&index, |(known, _)| *known) {
            Ok(at) => self.known[at].1 = name.to_vec(),
            Err(at) => self.known.insert(at, (index, name.to_vec())),
        }
    }

    /// Forgets everything: names and indices may have changed, or the namespace.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// The index of the device called `name`, or of `if7` where no device has that name.
    pub fn index(&mut self, name: &[u8]) -> Option<u32> {
        ffi::if_index(name).or_else(|| {
            let digits = std::str::from_utf8(name.strip_prefix(b"if")?).ok()?;
            digits.parse().ok().filter(|&index| index != 0)
        })
    }
}
