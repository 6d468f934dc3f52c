//! Generic netlink: families that are known by a name, and get their number when they are there (`linux/genetlink.h`).

use super::{Error, Message, NlmF, Request, Result, Socket, Table};

/// `GENL_ID_CTRL`: the family that tells of families.
const CONTROLLER: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;
const CTRL_ATTR_MCAST_GROUPS: u16 = 7;
const CTRL_ATTR_MCAST_GRP_NAME: u16 = 1;
const CTRL_ATTR_MCAST_GRP_ID: u16 = 2;

/// A family that the kernel has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    id: u16,
    version: u8,
}

impl Family {
    /// Asks for the family called `name`.
    pub fn find(socket: &mut Socket, name: &str, version: u8) -> Result<Family> {
        let controller = Family { id: CONTROLLER, version: 0 };
        let mut request = controller.request(CTRL_CMD_GETFAMILY, NlmF::empty());
        request.string(CTRL_ATTR_FAMILY_NAME, name.as_bytes());
        let id = socket.get(&mut request, |message| {
            let (_, attrs) = controller.decode(message)?;
            Table::<3>::new(attrs).u16(CTRL_ATTR_FAMILY_ID)
        })?;
        id.map(|id| Family { id, version }).ok_or(Error::Malformed("a family without an id"))
    }

    /// The number of this family's multicast group called `name`, for [`Socket::join`]; nothing where it has none.
    pub fn group(&self, socket: &mut Socket, name: &str) -> Result<Option<u32>> {
        let controller = Family { id: CONTROLLER, version: 0 };
        let mut request = controller.request(CTRL_CMD_GETFAMILY, NlmF::empty());
        request.u16(CTRL_ATTR_FAMILY_ID, self.id);
        socket.get(&mut request, |message| {
            let (_, attrs) = controller.decode(message)?;
            let mut groups = Table::<8>::new(attrs).nested(CTRL_ATTR_MCAST_GROUPS)?;
            groups.find_map(|group| {
                let group = Table::<3>::new(group.payload);
                let is_it = group.str(CTRL_ATTR_MCAST_GRP_NAME) == Some(name.as_bytes());
                group.u32(CTRL_ATTR_MCAST_GRP_ID).filter(|_| is_it)
            })
        })
    }

    /// A request with this command.
    pub fn request(&self, command: u8, flags: NlmF) -> Request {
        let mut request = Request::new(self.id, flags);
        request.header(&[command, self.version, 0, 0]).top();
        request
    }

    /// The command and the attributes of a message of this family.
    pub fn decode<'a>(&self, message: &Message<'a>) -> Option<(u8, &'a [u8])> {
        let (header, attrs) = message.body.split_first_chunk::<4>()?;
        (message.kind == self.id).then_some((header[0], attrs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Messages;

    #[test]
    fn golden_bytes() {
        let family = Family { id: 0x1c, version: 1 };
        let mut request = family.request(2, NlmF::ACK);
        request.u32(1, 7);
        let expected: &[u8] = &[28, 0, 0, 0, 28, 0, 5, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 8, 0, 1, 0, 7, 0, 0, 0];
        assert_eq!(request.finish(9).unwrap(), expected);
        let message = Messages::new(expected).next().unwrap().unwrap();
        assert_eq!(family.decode(&message), Some((2, &expected[20..])));
    }
}
