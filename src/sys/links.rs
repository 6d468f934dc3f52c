//! Devices by index and by name, asked of the kernel once each.

use std::os::fd::OwnedFd;

use super::ffi;

/// A device.
#[derive(Debug)]
struct Known {
    index: u32,
    name: Vec<u8>,
    /// `IFF_*`, asked for when first needed.
    flags: Option<u32>,
}

/// What finds the index of the device with a name.
type Asked = fn(&[u8]) -> Option<u32>;

/// What is known of the devices of this network namespace.
#[derive(Debug, Default)]
pub struct Links {
    known: Vec<Known>,
    last: usize,
    /// The name asked for last, and its index.
    asked: Option<(Vec<u8>, u32)>,
    /// What has been learned is all that there is.
    closed: bool,
    /// What is asked on: a socket for each question would cost more than the question.
    socket: Option<OwnedFd>,
    /// What finds the index for a name that an interface request has no room for: netlink, which this room does not know.
    long_name: Option<Asked>,
}

impl Links {
    /// Nothing is known yet; `long_name` is asked for names of 16 bytes and more, which only alternative names can have.
    pub fn new(long_name: Asked) -> Self {
        Links { long_name: Some(long_name), ..Links::default() }
    }

    /// The name of the device with `index`: `*` for 0, `if7` for one that is not there.
    #[inline]
    pub fn name(&mut self, index: u32) -> &[u8] {
        if index == 0 { b"*" } else { &self.get(index).name }
    }

    /// The flags (`IFF_*`) of the device with `index`; all of them for one that is not there, as it is not known to be
    /// down: a peer in another namespace is one.
    pub fn flags(&mut self, index: u32) -> u32 {
        let known = self.get(index);
        if let Some(flags) = known.flags {
            return flags;
        }
        let name = known.name.clone();
        let flags = self.socket().and_then(|socket| ffi::if_flags(socket, &name)).unwrap_or(u32::MAX);
        self.get(index).flags = Some(flags);
        flags
    }

    /// The type (`ARPHRD_*`) of the device with `index`; 0 for one that is not there.
    pub fn device_type(&mut self, index: u32) -> u16 {
        let name = self.name(index).to_vec();
        self.socket().and_then(|socket| ffi::if_hardware(socket, &name).ok()).map_or(0, |(kind, _)| kind)
    }

    /// The length of the transmit queue of the device called `name`, in packets.
    pub fn queue_len(&mut self, name: &[u8]) -> Option<i32> {
        ffi::if_queue_len(self.socket()?, name)
    }

    /// Remembers what a dump has told.
    pub fn learn(&mut self, index: u32, name: &[u8], flags: u32) {
        let new = Known { index, name: name.to_vec(), flags: Some(flags) };
        match self.known.binary_search_by_key(&index, |known| known.index) {
            Ok(at) => self.known[at] = new,
            Err(at) => self.known.insert(at, new),
        }
    }

    /// Takes what is learned for all that there is: nothing is asked of the kernel any more.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Whether the device with `index` has been asked for or learned.
    pub fn knows(&self, index: u32) -> bool {
        self.known.binary_search_by_key(&index, |known| known.index).is_ok()
    }

    /// Forgets a device that is gone.
    pub fn unlearn(&mut self, index: u32) {
        self.known.retain(|known| known.index != index);
    }

    fn get(&mut self, index: u32) -> &mut Known {
        if self.known.get(self.last).is_none_or(|known| known.index != index) {
            self.last = match self.known.binary_search_by_key(&index, |known| known.index) {
                Ok(at) => at,
                Err(at) => {
                    let name = self.socket().and_then(|socket| ffi::if_name(socket, index));
                    let name = name.unwrap_or_else(|| format!("if{index}").into_bytes());
                    self.known.insert(at, Known { index, name, flags: None });
                    at
                }
            };
        }
        &mut self.known[self.last]
    }

    fn socket(&mut self) -> Option<&OwnedFd> {
        if self.socket.is_none() && !self.closed {
            self.socket = ffi::interface_socket().ok();
        }
        self.socket.as_ref()
    }

    /// Forgets what may be different now: names and indices.
    pub fn forget(&mut self) {
        if self.closed {
            return;
        }
        self.known.clear();
        self.asked = None;
    }

    /// The index of the device called `name`, or of `if7` where no device has that name.
    pub fn index(&mut self, name: &[u8]) -> Option<u32> {
        if self.closed {
            return self.known.iter().find(|known| known.name == name).map(|known| known.index);
        }
        if let Some((asked, index)) = &self.asked
            && asked == name
        {
            return Some(*index);
        }
        let found = match self.long_name {
            Some(long_name) if name.len() >= libc::IFNAMSIZ => long_name(name),
            _ => self.socket().and_then(|socket| ffi::if_index(socket, name)),
        };
        let Some(index) = found else {
            let digits = std::str::from_utf8(name.strip_prefix(b"if")?).ok()?;
            return digits.parse().ok().filter(|&index| index != 0);
        };
        self.asked = Some((name.to_vec(), index));
        Some(index)
    }
}

/// The index of the device called `name`, for who asks once.
pub fn device_index(name: &[u8]) -> Option<u32> {
    ffi::if_index(&ffi::interface_socket().ok()?, name)
}

/// The name of the device with `index`, for who asks once.
pub fn device_name(index: u32) -> Option<Vec<u8>> {
    ffi::if_name(&ffi::interface_socket().ok()?, index)
}

/// The flags (`IFF_*`) of the device called `name`, 0 where there is none.
pub fn device_flags(name: &[u8]) -> u32 {
    ffi::interface_socket().ok().and_then(|socket| ffi::if_flags(&socket, name)).unwrap_or(0)
}

/// The type (`ARPHRD_*`) of the device called `name`.
pub fn device_type(name: &[u8]) -> Option<u16> {
    ffi::if_hardware(&ffi::interface_socket().ok()?, name).ok().map(|(kind, _)| kind)
}
