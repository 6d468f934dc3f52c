//! `tmpl TMPL`: the state that packets of a policy need.

use crate::commands::xfrm::id;
use crate::commands::xfrm::values::{self, LEVEL_WORDS, LEVELS, MODE_WORDS, named};
use crate::error::Result;
use crate::rtnl::xfrm::Template;
use crate::words::Words;
use crate::words::keyword::{Keyword, find};

/// The words of a template, beside those that say which state.
pub const KEYWORDS: &[Keyword<Template>] = &[
    Keyword::exact("mode", MODE_WORDS, "how packets are changed", |t, words| {
        t.mode = values::mode(words)?;
        Ok(())
    }),
    Keyword::exact("reqid", "REQID", "what finds the state", |t, words| {
        t.reqid = values::reqid(words)?;
        Ok(())
    }),
    Keyword::exact("level", LEVEL_WORDS, "whether packets go on without such a state", |t, words| {
        t.optional = named(words, &LEVELS, "LEVEL value is invalid\n")?;
        Ok(())
    }),
];

/// Reads a template, and gives the family that addresses behind it are to have. `family` is that of those before it.
pub fn parse(words: &mut Words<'_>, family: u8) -> Result<(Template, u8)> {
    words.peek().ok_or_else(crate::words::incomplete)?;
    let [auth_algorithms, enc_algorithms, comp_algorithms] = [u32::MAX; 3];
    let mut template =
        Template { family: family.into(), auth_algorithms, enc_algorithms, comp_algorithms, ..Template::default() };
    let (mut has_id, mut preferred) = (false, family);
    while let Some(word) = words.peek() {
        if let Some(keyword) = find(KEYWORDS, word) {
            words.next();
            (keyword.take)(&mut template, words)?;
        } else if std::mem::replace(&mut has_id, true) {
            break;
        } else {
            let parsed = id::parse(words, 0, true)?;
            (template.id, template.source) = (parsed.id, parsed.source);
            template.family = parsed.family.map_or(template.family, u16::from);
            preferred = template.family as u8;
        }
    }
    Ok((template, preferred))
}
