//! `ip xfrm state list`, `deleteall` and `count`.

use super::describe;
use crate::commands::xfrm::id::{self, Parsed};
use crate::commands::xfrm::values::{self, MODE_WORDS, STATE_FLAG_WORDS};
use crate::commands::xfrm::{delete_all as delete_rounds, dump, get};
use crate::commands::{Ip, View};
use crate::error::Result;
use crate::netlink::{Message, Table};
use crate::rtnl::xfrm::{AddressFilter, Field, StateEvent, StateInfo, bare_request, request, uapi};
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::prefix;
use crate::words::wrong;

/// Which states are meant.
#[derive(Debug, Default)]
pub struct Filter {
    family: u16,
    id: Parsed,
    mode: Option<u8>,
    reqid: Option<u32>,
    flags: Option<u8>,
    no_keys: bool,
}

/// The words that choose.
pub const KEYWORDS: &[Keyword<Filter>] = &[
    Keyword::exact("nokeys", "", "hide the keys", |f, _| {
        f.no_keys = true;
        Ok(())
    }),
    Keyword::exact("mode", MODE_WORDS, "states of this mode", |f, words| {
        f.mode = Some(values::mode(words)?);
        Ok(())
    }),
    Keyword::exact("reqid", "REQID", "states with this reqid", |f, words| {
        f.reqid = Some(values::reqid(words)?);
        Ok(())
    }),
    Keyword::exact("flag", STATE_FLAG_WORDS, "states with one of these flags", |f, words| {
        f.flags = Some(values::state_flags(words, f.flags.unwrap_or(0))?);
        Ok(())
    }),
];

impl Filter {
    fn parse(preferred: u8, mut words: Words<'_>) -> Result<Filter> {
        let mut filter = Filter { family: preferred.into(), ..Filter::default() };
        let mut has_id = false;
        while let Some(word) = words.peek() {
            if let Some(keyword) = find(KEYWORDS, word) {
                words.next();
                (keyword.take)(&mut filter, &mut words)?;
            } else if find(id::KEYWORDS, word).is_none() || std::mem::replace(&mut has_id, true) {
                return Err(wrong("unknown", word));
            } else {
                filter.id = id::parse(&mut words, preferred, false)?;
                filter.family = filter.id.family.map_or(filter.family, u16::from);
            }
        }
        Ok(filter)
    }

    fn admits(&self, state: &StateInfo) -> bool {
        let Parsed { id, source, source_bits, destination_bits, has_protocol, has_spi, .. } = &self.id;
        (self.family == 0 || self.family == state.family)
            && prefix::begins(source, &state.source, (*source_bits).into())
            && prefix::begins(&id.destination, &state.id.destination, (*destination_bits).into())
            && (!has_protocol || id.protocol == state.id.protocol)
            && (!has_spi || id.spi == state.id.spi)
            && self.mode.is_none_or(|mode| mode == state.mode)
            && self.reqid.is_none_or(|reqid| reqid == state.reqid)
            && self.flags.is_none_or(|flags| flags & state.flags != 0)
    }

    /// The kernel looks at protocol and addresses itself.
    fn for_kernel(&self) -> AddressFilter {
        let Parsed { id, source, source_bits, destination_bits, .. } = self.id;
        AddressFilter { source, destination: id.destination, family: self.family, source_bits, destination_bits }
    }
}

/// Shows states.
pub fn list(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip.view.options.family, words)?;
    let mut request = bare_request(uapi::XFRM_MSG_GETSA);
    if filter.id.id.protocol != 0 {
        request.u8(uapi::XFRMA_PROTO, filter.id.id.protocol);
    }
    request.attr(uapi::XFRMA_ADDRESS_FILTER, &filter.for_kernel().encode());
    dump(ip, &mut request, |view, message| {
        if let Some(state) = StateEvent::decode(message).filter(|state| filter.admits(&state.info)) {
            describe(view, &state, filter.no_keys);
        }
    })
}

/// Deletes states.
pub fn delete_all(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let filter = Filter::parse(ip.view.options.family, words)?;
    delete_rounds(ip, uapi::XFRM_MSG_GETSA, "Failed to send delete-all request\n", |_, message| {
        let state = StateEvent::decode(message).filter(|state| filter.admits(&state.info))?;
        // The kernel makes and deletes those of tunnels itself.
        let of_tunnel = matches!(i32::from(state.info.id.protocol), libc::IPPROTO_IPIP | libc::IPPROTO_IPV6);
        (!of_tunnel).then(|| state.info.delete(&state.attributes))
    })
}

/// Shows how many states there are.
pub fn count(ip: &mut Ip, _: Words<'_>) -> Result<()> {
    get(ip, &mut request(uapi::XFRM_MSG_GETSADINFO, &u32::MAX), show_count)
}

fn show_count(view: &mut View, message: &Message<'_>) {
    let attributes: Table<'_, 3> = Table::new(message.body.get(4..).unwrap_or_default());
    let stats = view.options.stats > 0;
    let out = &mut view.out;
    let Some(count) = attributes.u32(uapi::XFRMA_SAD_CNT) else { return out.text("BAD SAD info returned\n") };
    out.text(format_args!("\t SAD count {count}"));
    if let Some(buckets) = attributes.get(uapi::XFRMA_SAD_HINFO).filter(|_| stats) {
        let [now, most] = [0, 4].map(|at| buckets.get(at..).and_then(i32::read));
        match (now, most) {
            (Some(now), Some(most)) => out.text(format_args!(" (buckets count {now} Max {most})")),
            _ => return out.text("BAD SAD length returned\n"),
        }
    }
    out.text("\n");
}
