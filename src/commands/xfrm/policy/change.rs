//! `ip xfrm policy add`, `update`, `delete`, `get` and `flush`.

use super::{describe, template};
use crate::commands::Ip;
use crate::commands::xfrm::values::{self, ACTION_WORDS, DIRECTION_WORDS, KIND_WORDS, POLICY_FLAG_WORDS, number32};
use crate::commands::xfrm::{ask, get as get_one, limits, selector};
use crate::error::{Error, Result};
use crate::netlink::Request;
use crate::rtnl::xfrm::{
    Context, Field, Mark, Offload, PolicyEvent, PolicyId, PolicyInfo, PolicyKind, Selector, Template, bare_request,
    request, uapi,
};
use crate::sys::Links;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};
use crate::words::{duplicate, garbage, wrong};

/// How many bytes of templates the stock tool has room for.
const TEMPLATES: usize = 1024;

/// What `add`, `update`, `delete` and `get` have in common: attributes that tell policies apart.
#[derive(Default)]
struct Common {
    direction: Option<u8>,
    context: Option<Vec<u8>>,
    mark: Mark,
    kind: Option<u8>,
    if_id: Option<u32>,
}

impl Common {
    fn direction(&mut self, words: &mut Words<'_>) -> Result<()> {
        if self.direction.is_some() {
            return Err(duplicate("dir", words.current()));
        }
        self.direction = Some(values::direction(words)?);
        Ok(())
    }

    fn context(&mut self, words: &mut Words<'_>) -> Result<()> {
        if self.context.is_some() {
            return Err(duplicate("ctx", words.current()));
        }
        self.context = Some(Context::encode_named(words.require()?));
        Ok(())
    }

    fn mark(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.mark = values::mark(words)?;
        Ok(())
    }

    fn kind(&mut self, words: &mut Words<'_>) -> Result<()> {
        if self.kind.is_some() {
            return Err(duplicate("ptype", words.current()));
        }
        self.kind = Some(values::kind(words)?);
        Ok(())
    }

    fn if_id(&mut self, words: &mut Words<'_>) -> Result<()> {
        self.if_id = Some(number32(words, "IF_ID value is invalid")?);
        Ok(())
    }

    /// Which way packets go, which has to be said.
    fn need_direction(&self) -> Result<u8> {
        self.direction.ok_or_else(|| required("DIR is required."))
    }

    /// Appends the attributes; the mark where `has_mark`.
    fn write(&self, request: &mut Request, has_mark: bool) {
        if let Some(kind) = self.kind {
            request.attr(uapi::XFRMA_POLICY_TYPE, &PolicyKind { kind, ..PolicyKind::default() }.encode());
        }
        if has_mark {
            request.attr(uapi::XFRMA_MARK, &self.mark.encode());
        }
        if let Some(context) = &self.context {
            request.attr(uapi::XFRMA_SEC_CTX, context);
        }
        if let Some(id) = self.if_id {
            request.u32(uapi::XFRMA_IF_ID, id);
        }
    }
}

fn required(what: &str) -> Error {
    Error::words(format!("Not enough information: {what}")).with_status(1)
}

/// A policy in the making.
pub struct Edit {
    links: Links,
    /// The family that addresses are to have, 0 for any.
    preferred: u8,
    info: PolicyInfo,
    common: Common,
    templates: Vec<u8>,
    offload: Option<Offload>,
}

/// The words that make up a policy, beside those of its selector.
pub const KEYWORDS: &[Keyword<Edit>] = &[
    Keyword::exact("dir", DIRECTION_WORDS, "which way packets go", |e, words| e.common.direction(words)),
    Keyword::exact("ctx", "CTX", "the context of a security module", |e, words| e.common.context(words)),
    Keyword::exact("mark", "MARK [ mask MASK ]", "packets with this mark", |e, words| e.common.mark(words)),
    Keyword::exact("index", "INDEX", "its number", |e, words| {
        e.info.index = number32(words, "INDEX value is invalid")?;
        Ok(())
    }),
    Keyword::exact("ptype", KIND_WORDS, "its kind", |e, words| e.common.kind(words)),
    Keyword::exact("action", ACTION_WORDS, "what is done with packets", |e, words| {
        e.info.action = values::action(words)?;
        Ok(())
    }),
    Keyword::exact("priority", "PRIORITY", "its place: policies with lower numbers come first", |e, words| {
        e.info.priority = number32(words, "PRIORITY value is invalid")?;
        Ok(())
    }),
    Keyword::exact("flag", POLICY_FLAG_WORDS, "flags, or their number in hexadecimal", |e, words| {
        e.info.flags = values::policy_flags(words, e.info.flags)?;
        Ok(())
    }),
    Keyword::exact("limit", "LIMIT", "when it expires", |e, words| limits::parse(words, &mut e.info.limits)),
    Keyword::exact("tmpl", "TMPL", "the state that packets need; several stand one behind the other", |e, words| {
        if e.templates.len() + Template::LEN > TEMPLATES {
            return Err(Error::words("Too many tmpls: buffer overflow").with_status(1));
        }
        let (template, preferred) = template::parse(words, e.preferred)?;
        e.templates.extend(template.encode());
        e.preferred = preferred;
        Ok(())
    }),
    Keyword::exact("if_id", "IF_ID", "packets of the xfrm device with this id", |e, words| e.common.if_id(words)),
    Keyword::exact("offload", "packet dev DEV", "let a device do the work", |e, words| {
        let word = words.require()?;
        if word != b"packet" {
            return Err(wrong("Invalid offload mode", word));
        }
        let word = words.require()?;
        if word != b"dev" {
            return Err(wrong("Missing dev keyword", word));
        }
        let name = words.require()?;
        let index = e.links.index(name).ok_or_else(|| wrong("Invalid device name", name))?;
        e.offload = Some(Offload { device: index.cast_signed(), flags: uapi::XFRM_OFFLOAD_PACKET });
        Ok(())
    }),
];

impl Edit {
    fn read(&mut self, mut words: Words<'_>) -> Result<()> {
        let mut has_selector = false;
        while let Some(word) = words.peek() {
            if let Some(keyword) = find(KEYWORDS, word) {
                words.next();
                (keyword.take)(self, &mut words)?;
            } else if !selector::begins(word) || std::mem::replace(&mut has_selector, true) {
                return Err(duplicate("unknown", word));
            } else {
                let old = self.info.selector;
                self.info.selector = selector::parse(&mut words, &mut self.links, self.preferred, old)?.0;
                if self.preferred == 0 {
                    self.preferred = self.info.selector.family as u8;
                }
            }
        }
        Ok(())
    }
}

/// Makes a policy.
pub fn add(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::XFRM_MSG_NEWPOLICY)
}

/// Changes a policy, or makes it.
pub fn update(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    modify(ip, words, uapi::XFRM_MSG_UPDPOLICY)
}

fn modify(ip: &mut Ip, words: Words<'_>, kind: u16) -> Result<()> {
    let preferred = ip.view.options.family;
    let mut edit = Edit {
        links: std::mem::take(&mut ip.view.links),
        preferred,
        info: PolicyInfo::new(preferred),
        common: Common::default(),
        templates: Vec::new(),
        offload: None,
    };
    let read = edit.read(words);
    let Edit { links, mut info, common, templates, offload, .. } = edit;
    ip.view.links = links;
    read?;
    info.direction = common.need_direction()?;
    default_family(&mut info.selector);
    let mut request = request(kind, &info);
    if !templates.is_empty() {
        request.attr(uapi::XFRMA_TMPL, &templates);
    }
    common.write(&mut request, common.mark.mask != 0);
    if let Some(offload) = offload {
        request.attr(uapi::XFRMA_OFFLOAD_DEV, &offload.encode());
    }
    ask(ip, &mut request)
}

fn default_family(selector: &mut Selector) {
    if selector.family == 0 {
        selector.family = libc::AF_INET as u16;
    }
}

/// Which policy is meant.
#[derive(Default)]
pub struct Which {
    common: Common,
    index: Option<u32>,
}

/// The words that say which policy, beside those of its selector.
pub const WHICH: &[Keyword<Which>] = &[
    Keyword::exact("dir", DIRECTION_WORDS, "which way packets go", |w, words| w.common.direction(words)),
    Keyword::exact("ctx", "CTX", "the context of a security module", |w, words| w.common.context(words)),
    Keyword::exact("mark", "MARK [ mask MASK ]", "packets with this mark", |w, words| w.common.mark(words)),
    Keyword::exact("index", "INDEX", "its number, in place of a selector", |w, words| {
        if w.index.is_some() {
            return Err(duplicate("index", words.current()));
        }
        w.index = Some(number32(words, "INDEX value is invalid")?);
        Ok(())
    }),
    Keyword::exact("ptype", KIND_WORDS, "its kind", |w, words| w.common.kind(words)),
    Keyword::exact("if_id", "IF_ID", "packets of the xfrm device with this id", |w, words| w.common.if_id(words)),
];

/// The request for one policy.
fn one(ip: &mut Ip, mut words: Words<'_>, kind: u16) -> Result<Request> {
    let preferred = ip.view.options.family;
    let (mut which, mut selector) = (Which::default(), None);
    while let Some(word) = words.peek() {
        if let Some(keyword) = find(WHICH, word) {
            words.next();
            (keyword.take)(&mut which, &mut words)?;
        } else if selector.is_some() || !selector::begins(word) {
            return Err(wrong("unknown", word));
        } else {
            selector = Some(selector::parse(&mut words, &mut ip.view.links, preferred, Selector::default())?.0);
        }
    }
    let direction = which.common.need_direction()?;
    if selector.is_some() && which.index.is_some() {
        return Err(garbage("SELECTOR", b"INDEX"));
    }
    if selector.is_none() && which.index.is_none() {
        return Err(required("either SELECTOR or INDEX is required."));
    }
    let mut id = PolicyId { selector: selector.unwrap_or_default(), index: which.index.unwrap_or(0), direction };
    default_family(&mut id.selector);
    let mut request = request(kind, &id);
    which.common.write(&mut request, which.common.mark.mask & which.common.mark.value != 0);
    Ok(request)
}

/// Deletes a policy.
pub fn delete(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut request = one(ip, words, uapi::XFRM_MSG_DELPOLICY)?;
    ask(ip, &mut request)
}

/// Shows a policy.
pub fn get(ip: &mut Ip, words: Words<'_>) -> Result<()> {
    let mut request = one(ip, words, uapi::XFRM_MSG_GETPOLICY)?;
    get_one(ip, &mut request, |view, message| {
        if let Some(policy) = PolicyEvent::decode(message) {
            describe(view, &policy);
        }
    })
}

/// The words of `flush`: the kind of the policies that are meant.
pub const FLUSH: &[Keyword<Option<u8>>] =
    &[Keyword::exact("ptype", KIND_WORDS, "only those of a kind", |kind, words| {
        if kind.is_some() {
            return Err(duplicate("ptype", words.current()));
        }
        *kind = Some(values::kind(words)?);
        Ok(())
    })];

/// Deletes all policies.
pub fn flush(ip: &mut Ip, mut words: Words<'_>) -> Result<()> {
    let mut common = Common::default();
    while let Some(word) = words.next() {
        let keyword = find(FLUSH, word).ok_or_else(|| wrong("unknown", word))?;
        (keyword.take)(&mut common.kind, &mut words)?;
    }
    let mut request = bare_request(uapi::XFRM_MSG_FLUSHPOLICY);
    common.write(&mut request, false);
    if ip.view.options.stats > 1 {
        ip.view.out.complain("Flush policy");
    }
    ask(ip, &mut request)
}
