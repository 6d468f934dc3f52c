//! `ip xfrm state add`, `update`, `allocspi`, `delete`, `get` and `flush`.

use super::describe;
use crate::commands::xfrm::algorithm::{AEAD, AUTH, AUTH_TRUNC, COMP, ENC, Kind, quoted};
use crate::commands::xfrm::id::{self, Parsed, is_ipsec, is_route_optimization};
use crate::commands::xfrm::values::{
    self, ENCAPS, EXTRA_FLAG_WORDS, EXTRA_FLAGS, MODE_WORDS, PROTOCOL_WORDS, PROTOCOLS, STATE_DIRECTION_WORDS,
    STATE_DIRECTIONS, STATE_FLAG_WORDS, named, number16, number32,
};
use crate::commands::xfrm::{ask, get as get_one, limits, selector};
use crate::commands::{Ip, View};
use crate::error::{Error, Result};
use crate::netlink::{Message, Request};
use crate::output::spelled;
use crate::rtnl::xfrm::{
    Be, Context, Encap, EsnReplay, Field, Mark, Offload, Replay, SpiRequest, StateEvent, StateId, StateInfo, request,
    uapi,
};
use crate::sys::Links;
use crate::words::Words;
use crate::words::keyword::{self, Keyword, find};
use crate::words::prefix;
use crate::words::{duplicate, wrong};

const INET: u16 = libc::AF_INET as u16;

/// Makes a state.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::XFRM_MSG_NEWSA)
}

/// Changes a state.
pub fn update(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::XFRM_MSG_UPDSA)
}

fn modify(ip: &mut Ip, words: Words<'_>, kind: u16) -> Result<()> {
    let mut edit = Edit::new(ip.view.options.family, std::mem::take(&mut ip.view.links), kind);
    let read = edit.read(KEYWORDS, words);
    ip.view.links = std::mem::take(&mut edit.links);
    read?;
    ask(ip, &mut edit.finish()?)
}

/// A state in the making.
pub struct Edit {
    /// The type of the request (`XFRM_MSG_*`).
    kind: u16,
    links: Links,
    /// The family that addresses are to have, 0 for any.
    preferred: u8,
    info: StateInfo,
    /// The attributes that words give by themselves.
    request: Request,
    has_id: bool,
    has_coa: bool,
    has_context: bool,
    given: Vec<&'static Kind>,
    mark: Mark,
    output_mark: Mark,
    window: u32,
    /// Numbers of packets in and out, the lower halves and the upper ones.
    sequence: [u32; 2],
    sequence_high: [u32; 2],
    extra_flags: u32,
    offload: Option<Offload>,
    direction: u8,
    if_id: Option<u32>,
    tfcpad: u32,
    cpu: Option<u32>,
    /// The lowest and the highest index that the kernel may choose.
    min: Option<u32>,
    max: Option<u32>,
}

/// The words that make up a state, beside those that say which one.
pub const KEYWORDS: &[Keyword<Edit>] = &[
    of(&ENC, |e, words| e.algorithm(&ENC, words)),
    of(&AUTH, |e, words| e.algorithm(&AUTH, words)),
    of(&AUTH_TRUNC, |e, words| e.algorithm(&AUTH_TRUNC, words)),
    of(&AEAD, |e, words| e.algorithm(&AEAD, words)),
    of(&COMP, |e, words| e.algorithm(&COMP, words)),
    Keyword::exact("mode", MODE_WORDS, "how packets are changed", |e, words| {
        e.info.mode = values::mode(words)?;
        Ok(())
    }),
    Keyword::exact("mark", "MARK [ mask MASK ]", "packets with this mark", |e, words| {
        e.mark = values::mark(words)?;
        Ok(())
    }),
    Keyword::exact("reqid", "REQID", "what templates of policies find it by", |e, words| {
        e.info.reqid = values::reqid(words)?;
        Ok(())
    }),
    Keyword::exact("seq", "SEQ", "the number of the acquire that it answers", |e, words| {
        e.info.sequence = number32(words, "SEQ value is invalid")?.to_be();
        Ok(())
    }),
    Keyword::exact("replay-window", "SIZE", "how far behind a packet may come, in packets", |e, words| {
        e.window = number32(words, "value after \"replay-window\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("replay-seq", "SEQ", "the number of the last packet in", |e, words| {
        e.sequence[0] = number32(words, "value after \"replay-seq\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("replay-seq-hi", "SEQ", "its upper half, with esn", |e, words| {
        e.sequence_high[0] = number32(words, "value after \"replay-seq-hi\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("replay-oseq", "SEQ", "the number of the last packet out", |e, words| {
        e.sequence[1] = number32(words, "value after \"replay-oseq\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("replay-oseq-hi", "SEQ", "its upper half, with esn", |e, words| {
        e.sequence_high[1] = number32(words, "value after \"replay-oseq-hi\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("flag", STATE_FLAG_WORDS, "flags, or their number in hexadecimal", |e, words| {
        e.info.flags = values::state_flags(words, e.info.flags)?;
        Ok(())
    }),
    Keyword::exact("extra-flag", EXTRA_FLAG_WORDS, "more flags", |e, words| {
        e.extra_flags = values::flags(words, &EXTRA_FLAGS, e.extra_flags, u32::MAX, "\"EXTRA-FLAG\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("sel", "SELECTOR", "which packets it is for", |e, words| {
        words.peek().ok_or_else(crate::words::incomplete)?;
        e.info.selector = selector::parse(words, &mut e.links, 0, e.info.selector)?.0;
        e.preferred = e.info.selector.family as u8;
        Ok(())
    }),
    Keyword::exact("limit", "LIMIT", "when it expires", |e, words| limits::parse(words, &mut e.info.limits)),
    Keyword::exact(
        "encap",
        "espinudp|espinudp-nonike|espintcp SPORT DPORT OADDR",
        "wrap packets once more",
        Edit::encap,
    ),
    Keyword::exact("coa", "ADDR[/PLEN]", "the care-of address of route optimization", |e, words| {
        if std::mem::replace(&mut e.has_coa, true) {
            return Err(duplicate("coa", words.current()));
        }
        let address = id::bytes(&id::prefix(words, e.preferred, "coa")?);
        e.here(words).attr(uapi::XFRMA_COADDR, &address);
        Ok(())
    }),
    Keyword::exact("ctx", "CTX", "the context of a security module", |e, words| {
        if std::mem::replace(&mut e.has_context, true) {
            return Err(duplicate("ctx", words.current()));
        }
        let context = Context::encode_named(words.require()?);
        e.here(words).attr(uapi::XFRMA_SEC_CTX, &context);
        Ok(())
    }),
    Keyword::exact("offload", "[crypto|packet] dev DEV dir in|out", "let a device do the work", Edit::offload),
    Keyword::exact("output-mark", "MARK [ mask MASK ]", "the mark that packets are given", |e, words| {
        e.output_mark.value = number32(words, "value after \"output-mark\" is invalid")?;
        if words.take("mask") {
            e.output_mark.mask = number32(words, "mask value is invalid\n")?;
        }
        Ok(())
    }),
    Keyword::exact("if_id", "IF_ID", "packets of the xfrm device with this id", |e, words| {
        e.if_id = Some(number32(words, "value after \"if_id\" is invalid")?);
        Ok(())
    }),
    Keyword::exact("tfcpad", "LENGTH", "pad packets to LENGTH", |e, words| {
        e.tfcpad = number32(words, "value after \"tfcpad\" is invalid")?;
        Ok(())
    }),
    Keyword::exact("dir", STATE_DIRECTION_WORDS, "which way its packets go", |e, words| {
        e.direction = direction(words)?;
        Ok(())
    }),
    Keyword::exact("pcpu-num", "CPUNUM", "the CPU that uses it", |e, words| {
        e.cpu = Some(number32(words, "value after \"pcpu-num\" is invalid")?);
        Ok(())
    }),
];

const fn of(kind: &'static Kind, take: fn(&mut Edit, &mut Words<'_>) -> Result<()>) -> Keyword<Edit> {
    Keyword { entry: kind.entry, abbreviated: false, take }
}

fn direction(words: &mut Words<'_>) -> Result<u8> {
    named(words, &STATE_DIRECTIONS, "DIR value is invalid")
}

/// What is refused here, with status 1.
fn refuse<T>(text: impl Into<String>) -> Result<T> {
    Err(Error::words(text).with_status(1))
}

impl Edit {
    fn new(family: u8, links: Links, kind: u16) -> Self {
        let info = StateInfo::new(family);
        Edit {
            kind,
            links,
            preferred: family,
            info,
            request: request(kind, &info),
            has_id: false,
            has_coa: false,
            has_context: false,
            given: Vec::new(),
            mark: Mark::default(),
            output_mark: Mark::default(),
            window: 0,
            sequence: [0; 2],
            sequence_high: [0; 2],
            extra_flags: 0,
            offload: None,
            direction: 0,
            if_id: None,
            tfcpad: 0,
            cpu: None,
            min: None,
            max: None,
        }
    }

    fn read(&mut self, table: &'static [Keyword<Edit>], mut words: Words<'_>) -> Result<()> {
        while let Some(word) = words.peek() {
            if let Some(keyword) = find(table, word) {
                words.next();
                (keyword.take)(self, &mut words)?;
                continue;
            }
            if std::mem::replace(&mut self.has_id, true) {
                return Err(wrong("unknown", word));
            }
            let parsed = id::parse(&mut words, self.preferred, true)?;
            if self.kind == uapi::XFRM_MSG_ALLOCSPI && parsed.id.spi.0 != 0 {
                return refuse("\"spi\" is invalid");
            }
            (self.info.id, self.info.source) = (parsed.id, parsed.source);
            self.info.family = parsed.family.map_or(self.info.family, u16::from);
            if self.preferred == 0 {
                self.preferred = self.info.family as u8;
            }
        }
        Ok(())
    }

    /// The request, with what is appended next said to come from the word taken last.
    fn here(&mut self, words: &Words<'_>) -> &mut Request {
        self.request.word(words.place() - 1)
    }

    fn algorithm(&mut self, kind: &'static Kind, words: &mut Words<'_>) -> Result<()> {
        let rivals: &[&Kind] = match kind.attr {
            uapi::XFRMA_ALG_AEAD => &[&ENC, &AUTH, &AUTH_TRUNC, &AEAD],
            uapi::XFRMA_ALG_CRYPT => &[&ENC, &AEAD],
            uapi::XFRMA_ALG_COMP => &[&COMP],
            _ => &[&AUTH, &AUTH_TRUNC, &AEAD],
        };
        if self.has_any(rivals) {
            return Err(duplicate("ALGO-TYPE", words.current()));
        }
        self.given.push(kind);
        let payload = kind.parse(words)?;
        self.here(words).attr(kind.attr, &payload);
        Ok(())
    }

    fn has_any(&self, kinds: &[&Kind]) -> bool {
        kinds.iter().any(|kind| self.given.contains(kind))
    }

    fn encap(&mut self, words: &mut Words<'_>) -> Result<()> {
        let word = words.require()?;
        let kind = ENCAPS.number(word).ok_or_else(|| wrong("ENCAP-TYPE value is invalid", word))? as u16;
        let source_port = Be(number16(words, "SPORT value after \"encap\" is invalid")?);
        let destination_port = Be(number16(words, "DPORT value after \"encap\" is invalid")?);
        let address = prefix::address(words.require()?, 0)?;
        let mut encap = Encap { kind, source_port, destination_port, ..Encap::default() };
        encap.address.iter_mut().zip(address.bytes()).for_each(|(to, from)| *to = *from);
        self.here(words).attr(uapi::XFRMA_ENCAP, &encap.encode());
        Ok(())
    }

    fn offload(&mut self, words: &mut Words<'_>) -> Result<()> {
        let mut offload = Offload::default();
        words.peek().ok_or_else(crate::words::incomplete)?;
        if !words.take("crypto") && words.take("packet") {
            offload.flags |= uapi::XFRM_OFFLOAD_PACKET;
        }
        if words.take("dev") {
            let name = words.require()?;
            let index = self.links.index(name).ok_or_else(|| wrong("value after \"offload dev\" is invalid", name))?;
            offload.device = index.cast_signed();
        }
        let word = words.require()?;
        if word != b"dir" {
            return Err(wrong("value after \"offload dir\" is invalid", word));
        }
        if direction(words)? == uapi::XFRM_SA_DIR_IN {
            offload.flags |= uapi::XFRM_OFFLOAD_INBOUND;
        }
        self.offload = Some(offload);
        Ok(())
    }

    /// The request, where the words make sense together.
    fn finish(mut self) -> Result<Request> {
        let is_esn = self.info.flags & uapi::XFRM_STATE_ESN != 0;
        if is_esn && self.window == 0 && self.direction != uapi::XFRM_SA_DIR_OUT {
            return Err(Error::words("Error: esn flag set without replay-window."));
        }
        if self.window > uapi::XFRMA_REPLAY_ESN_MAX {
            let (window, most) = (self.window, uapi::XFRMA_REPLAY_ESN_MAX);
            let text = format!("Error: replay-window ({window}) > XFRMA_REPLAY_ESN_MAX ({most}).");
            return Err(Error::words(text));
        }
        self.add_replay(is_esn);
        if !self.has_id {
            return refuse("Not enough information: ID is required");
        }
        self.check_algorithms()?;
        self.check_care_of()?;
        self.add_rest();
        if self.info.family == 0 {
            self.info.family = INET;
        }
        self.info.write(&mut self.request.body_mut()[..StateInfo::LEN]);
        Ok(self.request)
    }

    fn add_replay(&mut self, is_esn: bool) {
        /// The widest window that has its bitmap in the structure.
        const NARROW: u32 = 32;
        let ([sequence, out_sequence], [sequence_high, out_sequence_high]) = (self.sequence, self.sequence_high);
        if is_esn || self.window > NARROW {
            let (window, words) = (self.window, self.window.div_ceil(u32::BITS));
            let replay = EsnReplay { words, out_sequence, sequence, out_sequence_high, sequence_high, window };
            self.request.attr(uapi::XFRMA_REPLAY_ESN_VAL, &replay.encode());
            return;
        }
        if sequence != 0 || out_sequence != 0 {
            let replay = Replay { out_sequence, sequence, bitmap: 0 };
            self.request.attr(uapi::XFRMA_REPLAY_VAL, &replay.encode());
        }
        self.info.replay_window = self.window as u8;
    }

    fn add_rest(&mut self) {
        let Edit { request, mark, output_mark, .. } = self;
        if let Some(offload) = self.offload {
            request.attr(uapi::XFRMA_OFFLOAD_DEV, &offload.encode());
        }
        if mark.mask != 0 {
            request.attr(uapi::XFRMA_MARK, &mark.encode());
        }
        if let Some(id) = self.if_id {
            request.u32(uapi::XFRMA_IF_ID, id);
        }
        for (attr, value) in [
            (uapi::XFRMA_SA_EXTRA_FLAGS, self.extra_flags),
            (uapi::XFRMA_TFCPAD, self.tfcpad),
            (uapi::XFRMA_SET_MARK, output_mark.value),
            (uapi::XFRMA_SET_MARK_MASK, output_mark.mask),
        ] {
            if value != 0 {
                request.u32(attr, value);
            }
        }
        if self.direction != 0 {
            request.u8(uapi::XFRMA_SA_DIR, self.direction);
        }
        if let Some(cpu) = self.cpu {
            request.u32(uapi::XFRMA_SA_PCPU, cpu);
        }
    }

    /// The algorithms and the mode that go with a protocol.
    fn check_algorithms(&self) -> Result<()> {
        let protocol = self.info.id.protocol;
        let name = PROTOCOLS.name(protocol.into());
        let number = i32::from(protocol);
        if !is_ipsec(protocol) {
            return match self.given.is_empty() {
                true => Ok(()),
                false => refuse(format!("ALGO is invalid with XFRM-PROTO value \"{name}\"")),
            };
        }
        match self.info.mode {
            uapi::XFRM_MODE_TRANSPORT | uapi::XFRM_MODE_TUNNEL => {}
            uapi::XFRM_MODE_BEET if number == libc::IPPROTO_ESP => {}
            _ => return refuse(format!("MODE value is invalid with XFRM-PROTO value \"{name}\"")),
        }
        // Those that are forbidden, and those of which one is needed.
        let (forbidden, needed): (&[&Kind], &[&Kind]) = match number {
            libc::IPPROTO_ESP => (&[&COMP], &[&ENC, &AEAD]),
            libc::IPPROTO_AH => (&[&ENC, &AEAD, &COMP], &[&AUTH, &AUTH_TRUNC]),
            _ => (&[&ENC, &AUTH, &AUTH_TRUNC, &AEAD], &[&COMP]),
        };
        if self.has_any(forbidden) {
            let quoted = quoted(forbidden);
            let (last, first) = quoted.split_last().map_or(("", &[][..]), |(last, first)| (last.as_str(), first));
            let what = match first {
                [] => format!("ALGO-TYPE value {last} is"),
                first => format!("ALGO-TYPE values {}, and {last} are", first.join(", ")),
            };
            return refuse(format!("{what} invalid with XFRM-PROTO value \"{name}\""));
        }
        if !self.has_any(needed) {
            let needed = quoted(needed).join(" or ");
            return refuse(format!("ALGO-TYPE value {needed} is required with XFRM-PROTO value \"{name}\""));
        }
        Ok(())
    }

    /// The mode and the care-of address of route optimization.
    fn check_care_of(&self) -> Result<()> {
        let protocol = self.info.id.protocol;
        let with = format!("with XFRM-PROTO value \"{}\"", PROTOCOLS.name(protocol.into()));
        match (is_route_optimization(protocol), self.has_coa, self.info.mode) {
            (false, false, _) => Ok(()),
            (false, true, _) => refuse(format!("\"coa\" is invalid {with}")),
            (true, has_coa, uapi::XFRM_MODE_ROUTEOPTIMIZATION | uapi::XFRM_MODE_IN_TRIGGER) => match has_coa {
                true => Ok(()),
                false => refuse(format!("\"coa\" is required {with}")),
            },
            (true, _, 0) => refuse(format!("\"mode\" is required {with}")),
            (true, ..) => refuse(format!("MODE value is invalid {with}")),
        }
    }
}

/// The words of `allocspi`, beside those that say which state.
pub const SPI: &[Keyword<Edit>] = &[
    keyword::named(KEYWORDS, "mode"),
    keyword::named(KEYWORDS, "mark"),
    keyword::named(KEYWORDS, "reqid"),
    keyword::named(KEYWORDS, "seq"),
    Keyword::exact("min", "SPI", "the lowest index", |e, words| bound(&mut e.min, "min", words)),
    Keyword::exact("max", "SPI", "the highest index", |e, words| bound(&mut e.max, "max", words)),
    keyword::named(KEYWORDS, "dir"),
    keyword::named(KEYWORDS, "pcpu-num"),
];

fn bound(bound: &mut Option<u32>, name: &str, words: &mut Words<'_>) -> Result<()> {
    if bound.is_some() {
        return Err(duplicate(name, words.current()));
    }
    *bound = Some(number32(words, &format!("value after \"{name}\" is invalid"))?);
    Ok(())
}

/// Makes a state for which the kernel chooses an index, and shows it.
pub fn alloc_spi(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut edit = Edit::new(ip.view.options.family, Links::default(), uapi::XFRM_MSG_ALLOCSPI);
    edit.read(SPI, words)?;
    if !edit.has_id {
        return refuse("Not enough information: ID is required");
    }
    let (min, max) = range(&edit)?;
    if edit.info.family == 0 {
        edit.info.family = INET;
    }
    let mut request = request(uapi::XFRM_MSG_ALLOCSPI, &SpiRequest { info: edit.info, min, max });
    if edit.direction != 0 {
        request.u8(uapi::XFRMA_SA_DIR, edit.direction);
    }
    add_mark(&mut request, &edit.mark);
    if let Some(cpu) = edit.cpu {
        request.u32(uapi::XFRMA_SA_PCPU, cpu);
    }
    get_one(ip, &mut request, show)
}

/// The lowest and the highest index: those of PF_KEY where none are given. IPComp's have 16 bits.
fn range(edit: &Edit) -> Result<(u32, u32)> {
    match (edit.min, edit.max) {
        (Some(_), None) => refuse("\"max\" is missing"),
        (None, Some(_)) => refuse("\"min\" is missing"),
        (Some(min), Some(max)) if min > max => refuse("value after \"min\" is larger than value after \"max\""),
        (Some(min), Some(max)) => Ok((min, max)),
        _ if i32::from(edit.info.id.protocol) == libc::IPPROTO_COMP => Ok((0x100, 0xffff)),
        _ => Ok((0x100, 0x0fff_ffff)),
    }
}

/// Adds a mark to a request that asks for one state. One whose bits do not count is none.
fn add_mark(request: &mut Request, mark: &Mark) {
    if mark.mask & mark.value != 0 {
        request.attr(uapi::XFRMA_MARK, &mark.encode());
    }
}

fn show(view: &mut View, message: &Message<'_>) {
    if let Some(state) = StateEvent::decode(message) {
        describe(view, &state, false);
    }
}

/// What `delete` and `get` take beside the words that say which state.
pub const WHICH: &[Keyword<Mark>] =
    &[Keyword::exact("mark", "MARK [ mask MASK ]", "packets with this mark", |mark, words| {
        *mark = values::mark(words)?;
        Ok(())
    })];

/// The request for one state.
fn one(ip: &Ip, mut words: Words<'_>, kind: u16) -> Result<Request> {
    let preferred = ip.view.options.family;
    let (mut mark, mut found) = (Mark::default(), None::<Parsed>);
    while let Some(word) = words.peek() {
        if let Some(keyword) = find(WHICH, word) {
            words.next();
            (keyword.take)(&mut mark, &mut words)?;
        } else if found.is_some() {
            return Err(wrong("unknown", word));
        } else {
            found = Some(id::parse(&mut words, preferred, true)?);
        }
    }
    let family = found.and_then(|parsed| parsed.family).unwrap_or(preferred);
    let family = if family == 0 { INET } else { family.into() };
    let id = found.map(|parsed| parsed.id).unwrap_or_default();
    let which = StateId { destination: id.destination, spi: id.spi, family, protocol: id.protocol };
    let mut request = request(kind, &which);
    if let Some(parsed) = found {
        request.attr(uapi::XFRMA_SRCADDR, &parsed.source);
    }
    add_mark(&mut request, &mark);
    Ok(request)
}

/// Deletes a state.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut request = one(ip, words, uapi::XFRM_MSG_DELSA)?;
    ask(ip, &mut request)
}

/// Shows a state.
pub fn get(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut request = one(ip, words, uapi::XFRM_MSG_GETSA)?;
    get_one(ip, &mut request, show)
}

/// The words of `flush`: the protocol of the states that are meant.
pub const FLUSH: &[Keyword<Option<u8>>] =
    &[Keyword::exact("proto", PROTOCOL_WORDS, "only those of a protocol", |protocol, words| {
        if protocol.is_some() {
            return Err(duplicate("proto", words.current()));
        }
        *protocol = Some(named(words, &PROTOCOLS, "XFRM-PROTO value is invalid")?);
        Ok(())
    })];

/// Deletes all states.
pub fn flush(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut protocol = None;
    while let Some(word) = words.next() {
        let keyword = find(FLUSH, word).ok_or_else(|| wrong("unknown", word))?;
        (keyword.take)(&mut protocol, &mut words)?;
    }
    let protocol = protocol.unwrap_or(0);
    if ip.view.options.stats > 1 {
        let name = spelled(values::Named(&PROTOCOLS, protocol.into()));
        ip.view.out.complain(&format!("Flush state with XFRM-PROTO value \"{name}\""));
    }
    ask(ip, &mut request(uapi::XFRM_MSG_FLUSHSA, &protocol))
}
