//! Policies: `struct xfrm_userpolicy_info` and what stands beside it.

use super::wire::structure;
use super::{Address, Attributes, Field, Id, Limits, Selector, Usage, request, uapi};
use crate::netlink::{Message, Request};

structure! {
    /// `struct xfrm_userpolicy_info`: a policy, all but what has attributes.
    PolicyInfo {
        /// Which packets it is for.
        selector: Selector,
        /// When it expires.
        limits: Limits,
        /// How much it has been used.
        usage: Usage,
        /// Its place among others: lower numbers come first.
        priority: u32,
        /// Its number.
        index: u32,
        /// `XFRM_POLICY_IN`, …; three more for a socket's own.
        direction: u8,
        /// `XFRM_POLICY_ALLOW` or `XFRM_POLICY_BLOCK`.
        action: u8,
        /// `XFRM_POLICY_LOCALOK`, …
        flags: u8,
        /// `XFRM_SHARE_*`.
        share: u8,
    }
}

structure! {
    /// `struct xfrm_userpolicy_id`: which policy.
    PolicyId {
        /// The packets that it is for.
        selector: Selector,
        /// Its number, 0 where the selector says which.
        index: u32,
        /// `XFRM_POLICY_IN`, …
        direction: u8,
    }
}

structure! {
    /// `struct xfrm_userpolicy_type`.
    PolicyKind {
        /// `XFRM_POLICY_TYPE_*`.
        kind: u8,
        /// Nothing.
        reserved: u16,
        /// Nothing.
        reserved_too: u8,
    }
}

structure! {
    /// `struct xfrm_user_tmpl`: the state that packets of a policy need.
    Template {
        /// What their packets will say.
        id: Id,
        /// `AF_*` of the ends.
        family: u16,
        /// This end.
        source: Address,
        /// What finds the state.
        reqid: u32,
        /// `XFRM_MODE_*`.
        mode: u8,
        /// `XFRM_SHARE_*`.
        share: u8,
        /// Whether packets go on without such a state.
        optional: u8,
        /// Algorithms of authentication that will do, a bit each.
        auth_algorithms: u32,
        /// Algorithms of encryption that will do.
        enc_algorithms: u32,
        /// Algorithms of compression that will do.
        comp_algorithms: u32,
    }
}

structure! {
    /// `struct xfrm_userpolicy_default`: what is done with packets that no policy is for, `XFRM_USERPOLICY_*`.
    Defaults {
        /// Packets that are for this host.
        inward: u8,
        /// Packets on their way through it.
        forward: u8,
        /// Packets of its own.
        outward: u8,
    }
}

structure! {
    /// `struct xfrmu_spdhthresh`: policies with prefixes at least so long are found by a hash.
    Thresholds {
        /// The length of the prefix of this end.
        local: u8,
        /// The length of the prefix of the other end.
        remote: u8,
    }
}

structure! {
    /// `struct xfrm_user_polexpire`.
    Expire {
        /// The policy.
        info: PolicyInfo,
        /// Whether it is gone.
        hard: u8,
    }
}

impl PolicyInfo {
    /// A policy for addresses of `family`, without limits.
    pub fn new(family: u8) -> Self {
        let selector = Selector { family: family.into(), ..Selector::default() };
        PolicyInfo { selector, limits: Limits::none(), ..PolicyInfo::default() }
    }

    /// The request to delete this very policy; `attributes` are those that it was told with.
    pub fn delete(&self, attributes: &Attributes<'_>) -> Request {
        let id = PolicyId { selector: self.selector, index: self.index, direction: self.direction };
        let mut request = request(uapi::XFRM_MSG_DELPOLICY, &id);
        for attr in [uapi::XFRMA_MARK, uapi::XFRMA_IF_ID] {
            if let Some(payload) = attributes.get(attr) {
                request.attr(attr, payload);
            }
        }
        request
    }
}

/// A policy as the kernel tells of it.
#[derive(Debug, Clone, Copy)]
pub struct PolicyEvent<'a> {
    /// The type of the message, `XFRM_MSG_*`.
    pub kind: u16,
    /// The policy.
    pub info: PolicyInfo,
    /// Whether it is gone, where it is one that expires.
    pub hard: Option<u8>,
    /// Its attributes.
    pub attributes: Attributes<'a>,
}

impl<'a> PolicyEvent<'a> {
    /// Reads an `XFRM_MSG_NEWPOLICY`, `DELPOLICY`, `UPDPOLICY` or `POLEXPIRE`; nothing where it is another or too short.
    pub fn decode(message: &Message<'a>) -> Option<Self> {
        let kind = message.kind;
        match kind {
            uapi::XFRM_MSG_NEWPOLICY | uapi::XFRM_MSG_UPDPOLICY => {
                let (info, rest) = PolicyInfo::split(message.body)?;
                Some(PolicyEvent { kind, info, hard: None, attributes: Attributes::new(rest) })
            }
            uapi::XFRM_MSG_DELPOLICY => {
                let (_, rest) = PolicyId::split(message.body)?;
                let attributes = Attributes::new(rest);
                let (info, _) = PolicyInfo::split(attributes.get(uapi::XFRMA_POLICY)?)?;
                Some(PolicyEvent { kind, info, hard: None, attributes })
            }
            uapi::XFRM_MSG_POLEXPIRE => {
                let (expired, rest) = Expire::split(message.body)?;
                let attributes = Attributes::new(rest);
                Some(PolicyEvent { kind, info: expired.info, hard: Some(expired.hard), attributes })
            }
            _ => None,
        }
    }

    /// `XFRM_POLICY_TYPE_*`; main where the kernel does not tell.
    pub fn policy_kind(&self) -> u8 {
        self.attributes.u8(uapi::XFRMA_POLICY_TYPE).unwrap_or(uapi::XFRM_POLICY_TYPE_MAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtnl::xfrm::Be;

    /// `10.0.0.0`, `192.0.2.1` and the like, as the structures hold them.
    fn address(bytes: [u8; 4]) -> Address {
        let mut address = Address::default();
        address[..4].copy_from_slice(&bytes);
        address
    }

    #[test]
    fn golden_bytes_of_a_policy() {
        let mut info = PolicyInfo::new(libc::AF_INET as u8);
        info.selector = Selector {
            destination: address([10, 1, 0, 0]),
            source: address([10, 0, 0, 0]),
            destination_port: Be(80),
            destination_mask: Be(0xffff),
            destination_bits: 16,
            source_bits: 24,
            protocol: 6,
            ..info.selector
        };
        (info.priority, info.direction) = (5, uapi::XFRM_POLICY_OUT);
        // As the stock tool sends `src 10.0.0.0/24 dst 10.1.0.0/16 proto tcp dport 80 dir out priority 5`.
        let mut bytes = [0; 168];
        bytes[..2].copy_from_slice(&[10, 1]);
        bytes[16] = 10;
        bytes[32..45].copy_from_slice(&[0, 80, 0xff, 0xff, 0, 0, 0, 0, 2, 0, 16, 24, 6]);
        bytes[56..88].fill(0xff);
        (bytes[152], bytes[160]) = (5, 1);
        assert_eq!(info.encode(), bytes);
        assert_eq!(PolicyInfo::split(&bytes), Some((info, &[][..])));
    }

    #[test]
    fn golden_bytes_of_a_template() {
        let [auth_algorithms, enc_algorithms, comp_algorithms] = [u32::MAX; 3];
        let template = Template {
            id: Id { destination: address([192, 0, 2, 2]), spi: Be(0x100), protocol: 50 },
            family: libc::AF_INET as u16,
            source: address([192, 0, 2, 1]),
            reqid: 7,
            mode: uapi::XFRM_MODE_TUNNEL,
            auth_algorithms,
            enc_algorithms,
            comp_algorithms,
            ..Template::default()
        };
        let expected: &[u8] = &[
            192, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 50, 0, 0, 0, // xfrm_id
            2, 0, 0, 0, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // family, saddr
            7, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        ];
        assert_eq!(template.encode(), expected);
    }

    #[test]
    fn short_messages_are_none() {
        for kind in 0x10..0x29 {
            let body = [0; 63];
            let message =
                Message { kind, flags: 0, sequence: 0, port: 0, body: &body, bytes: &body, nsid: None, rest: &[] };
            assert!(PolicyEvent::decode(&message).is_none());
        }
    }
}
