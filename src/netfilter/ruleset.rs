//! What the kernel has: tables, chains and rules of one family.

use super::uapi::{msg, nfta};
use super::{Counters, Family, Rule, Unreadable, builtin, decode, from_be, message, xt};
use crate::netlink::{Dump, Message, NlmF, Request, Result, Socket, Table};

/// How often a dump that changes under way is asked for again.
const RETRIES: u32 = 8;

/// The length of `struct nfgenmsg`.
const HEADER: usize = 4;

/// A chain.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Its name.
    pub name: Vec<u8>,
    /// Its handle, 0 for one of iptables' own that is not there yet.
    pub handle: u64,
    /// The one of iptables' own chains that it is.
    pub builtin: Option<&'static builtin::Chain>,
    /// What becomes of packets that no rule decides on, where that is said.
    pub policy: Option<u32>,
    /// How many rules there are in it or jump to it.
    pub uses: u32,
    /// What it has seen.
    pub counters: Counters,
}

/// A rule as it lies in the kernel.
#[derive(Debug, Clone)]
pub struct StoredRule {
    /// Its chain.
    pub chain: Vec<u8>,
    /// Its handle.
    pub handle: u64,
    /// Its expressions: the payload of `NFTA_RULE_EXPRESSIONS`.
    pub expressions: Vec<u8>,
    /// What another tool keeps with it.
    pub userdata: Vec<u8>,
}

/// A table as it is now.
#[derive(Debug, Clone)]
pub struct Ruleset {
    /// The family.
    pub family: Family,
    /// The table.
    pub table: &'static builtin::Table,
    /// The number of this state of all tables.
    pub generation: u32,
    /// Whether the table exists.
    pub exists: bool,
    /// Whether it has base chains that are not iptables'.
    pub is_tainted: bool,
    /// Its chains: iptables' own by their hooks, then others in the order in which they were made.
    pub chains: Vec<Chain>,
    /// Its rules, those of a chain in their order.
    pub rules: Vec<StoredRule>,
}

impl Ruleset {
    /// Reads a table; asks again as long as it changes meanwhile.
    pub fn read(socket: &mut Socket, family: Family, table: &'static builtin::Table) -> Result<Self> {
        loop {
            let generation = generation(socket)?;
            let mut ruleset = Ruleset {
                family,
                table,
                generation,
                exists: false,
                is_tainted: false,
                chains: Vec::new(),
                rules: Vec::new(),
            };
            ruleset.read_all(socket)?;
            if self::generation(socket)? == generation {
                return Ok(ruleset);
            }
        }
    }

    fn read_all(&mut self, socket: &mut Socket) -> Result<()> {
        let name = self.table.name.as_bytes();
        let family = self.family.number();
        let tables = collect(socket, message(msg::GETTABLE, NlmF::empty(), family, 0), |message| {
            let attrs: Table<'_, 2> = Table::new(message.body.get(HEADER..)?);
            (attrs.str(nfta::TABLE_NAME) == Some(name)).then_some(())
        })?;
        self.exists = !tables.is_empty();
        if !self.exists {
            return Ok(());
        }
        let chains = collect(socket, message(msg::GETCHAIN, NlmF::empty(), family, 0), |m| self.chain(m))?;
        self.is_tainted = chains.iter().any(Option::is_none);
        self.chains = chains.into_iter().flatten().collect();
        self.chains.sort_by_key(|chain| chain.builtin.map_or(u32::MAX, |builtin| builtin.hook));
        let mut request = message(msg::GETRULE, NlmF::empty(), family, 0);
        request.string(nfta::RULE_TABLE, name);
        self.rules = collect(socket, request, |message| rule(message, name))?;
        Ok(())
    }

    /// A chain of this table; `None` inside for a base chain that is not iptables'.
    fn chain(&self, message: &Message<'_>) -> Option<Option<Chain>> {
        let attrs: Table<'_, 10> = Table::new(message.body.get(HEADER..)?);
        if attrs.str(nfta::CHAIN_TABLE) != Some(self.table.name.as_bytes()) {
            return None;
        }
        let number = |kind| attrs.get(kind).and_then(from_be);
        let name = attrs.str(nfta::CHAIN_NAME)?;
        let builtin = match attrs.table::<3>(nfta::CHAIN_HOOK) {
            None => None,
            Some(hook) => {
                let number = hook.get(nfta::HOOK_HOOKNUM).and_then(from_be);
                let priority = hook.get(nfta::HOOK_PRIORITY).and_then(from_be).map(|priority| priority as u32);
                let is_own = |own: &&builtin::Chain| {
                    number == Some(u64::from(own.hook))
                        && priority == Some(own.priority.cast_unsigned())
                        && attrs.str(nfta::CHAIN_TYPE) == Some(own.kind.as_bytes())
                };
                match self.table.chain(name).filter(is_own) {
                    Some(own) => Some(own),
                    None => return Some(None),
                }
            }
        };
        let counters: Option<Table<'_, 3>> = attrs.table(nfta::CHAIN_COUNTERS);
        let counter = |kind| counters.and_then(|counters| from_be(counters.get(kind)?)).unwrap_or(0);
        Some(Some(Chain {
            name: name.to_vec(),
            handle: number(nfta::CHAIN_HANDLE)?,
            builtin,
            policy: number(nfta::CHAIN_POLICY).map(|policy| policy as u32),
            uses: number(nfta::CHAIN_USE).unwrap_or(0) as u32,
            counters: Counters { packets: counter(nfta::COUNTER_PACKETS), bytes: counter(nfta::COUNTER_BYTES) },
        }))
    }

    /// The chain called `name`.
    pub fn find(&self, name: &[u8]) -> Option<&Chain> {
        self.chains.iter().find(|chain| chain.name == name)
    }

    /// Whether there is a chain called `name`, or would be as soon as it is needed.
    pub fn has(&self, name: &[u8]) -> bool {
        self.table.chain(name).is_some() || self.find(name).is_some()
    }

    /// The rules of a chain, in their order.
    pub fn rules_of<'a>(&'a self, chain: &'a [u8]) -> impl Iterator<Item = &'a StoredRule> {
        self.rules.iter().filter(move |rule| rule.chain == chain)
    }

    /// All chains with those of iptables' own that are not there yet; other chains by their names.
    pub fn all_chains(&self) -> Vec<Chain> {
        let own = self.table.chains.iter().map(|own| {
            let there = self.find(own.name.as_bytes()).cloned();
            there.unwrap_or_else(|| Chain::not_yet(own))
        });
        let mut others: Vec<Chain> = self.chains.iter().filter(|chain| chain.builtin.is_none()).cloned().collect();
        others.sort_by(|a, b| a.name.cmp(&b.name));
        own.chain(others).collect()
    }
}

impl Chain {
    /// A chain of iptables' own as it is before it is made: it lets everything pass.
    fn not_yet(own: &'static builtin::Chain) -> Chain {
        Chain {
            name: own.name.into(),
            handle: 0,
            builtin: Some(own),
            policy: Some(super::uapi::verdict::ACCEPT),
            uses: 0,
            counters: Counters::default(),
        }
    }
}

impl StoredRule {
    /// What it says, in iptables' terms. A note that nft keeps beside a rule is a comment.
    pub fn decode(&self, family: Family) -> std::result::Result<Rule, Unreadable> {
        let mut rule = decode(family, &self.expressions)?;
        if let (Some(text), Some(kind)) = (note(&self.userdata), xt::match_by_word(family, b"comment")) {
            let mut data = kind.block();
            xt::put(&mut data, 0, &text[..text.len().min(kind.size - 1)]);
            rule.matches.push(xt::Extension::Known(kind, data));
        }
        Ok(rule)
    }
}

/// The comment in a rule's user data: entries of type, length and value, of which type 0 is it (libnftnl's
/// `NFTNL_UDATA_RULE_COMMENT`).
fn note(userdata: &[u8]) -> Option<&[u8]> {
    let mut rest = userdata;
    while let [kind, len, more @ ..] = rest {
        let value = more.get(..usize::from(*len))?;
        if *kind == 0 {
            return value.strip_suffix(b"\0");
        }
        rest = &more[usize::from(*len)..];
    }
    None
}

fn rule(message: &Message<'_>, table: &[u8]) -> Option<StoredRule> {
    let attrs: Table<'_, 8> = Table::new(message.body.get(HEADER..)?);
    if attrs.str(nfta::RULE_TABLE) != Some(table) {
        return None;
    }
    Some(StoredRule {
        chain: attrs.str(nfta::RULE_CHAIN)?.to_vec(),
        handle: attrs.get(nfta::RULE_HANDLE).and_then(from_be)?,
        expressions: attrs.get(nfta::RULE_EXPRESSIONS).unwrap_or_default().to_vec(),
        userdata: attrs.get(nfta::RULE_USERDATA).unwrap_or_default().to_vec(),
    })
}

/// Dumps, and keeps what `read` makes of each object.
fn collect<T>(
    socket: &mut Socket,
    mut request: Request,
    mut read: impl FnMut(&Message<'_>) -> Option<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for _ in 0..RETRIES {
        found.clear();
        if socket.dump(&mut request, |message| found.extend(read(message)))? == Dump::Whole {
            break;
        }
    }
    Ok(found)
}

/// The number of the state that all tables are in.
pub fn generation(socket: &mut Socket) -> Result<u32> {
    let mut request = message(msg::GETGEN, NlmF::empty(), 0, 0);
    socket.get(&mut request, |message| {
        let attrs: Table<'_, 2> = Table::new(message.body.get(HEADER..).unwrap_or_default());
        attrs.get(nfta::GEN_ID).and_then(from_be).unwrap_or(0) as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_in_user_data() {
        assert_eq!(note(&[0, 3, b'h', b'i', 0]), Some(&b"hi"[..]));
        assert_eq!(note(&[7, 1, 9, 0, 2, b'x', 0]), Some(&b"x"[..]));
        for lies in [&[0][..], &[0, 9, 1], &[1, 0], &[0, 0]] {
            assert_eq!(note(lies), None, "{lies:?}");
        }
    }
}
