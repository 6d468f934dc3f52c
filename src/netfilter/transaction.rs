//! Changes, carried out together or not at all.

use super::encode::compat;
use super::expr::expressions;
use super::uapi::{BATCH_BEGIN, BATCH_END, BATCH_GENID, SUBSYS_NFTABLES, msg, nfta, verdict};
use super::{Chain, Family, Rule, Ruleset, StoredRule, be32, be64, builtin, encode, message};
use crate::netlink::{Attrs, NlmF, Refusal, Request, Result, Socket};

/// `NLM_F_NONREC`: a chain is deleted only when it is empty.
const NONREC: u16 = 0x100;

/// One change of a table.
#[derive(Debug, Clone)]
pub enum Change {
    /// The table is made.
    AddTable,
    /// A chain of iptables' own is made.
    AddOwnChain(&'static builtin::Chain),
    /// A chain is made.
    AddChain(Vec<u8>),
    /// A chain of iptables' own gets another policy, and its counters begin anew.
    SetPolicy(&'static builtin::Chain, u32),
    /// The counters of one of iptables' own chains begin anew.
    ZeroChain(&'static builtin::Chain, u32),
    /// The chain with this handle gets this name.
    RenameChain(u64, Vec<u8>),
    /// A chain goes.
    DeleteChain(Vec<u8>),
    /// All rules of a chain go, or of the table.
    Flush(Option<Vec<u8>>),
    /// A rule comes last in a chain.
    Append(Vec<u8>, Box<Rule>),
    /// A rule comes before the one with this handle, or first.
    Insert(Vec<u8>, Box<Rule>, Option<u64>),
    /// A rule takes the place of the one with this handle.
    Replace(Vec<u8>, Box<Rule>, u64),
    /// A rule begins to count anew.
    ZeroRule(StoredRule),
    /// The rule with this handle goes.
    Delete(Vec<u8>, u64),
}

/// What has become of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All has been done.
    Done,
    /// The tables have changed since they were read: nothing has been done, and it may be tried again.
    Outdated,
    /// The kernel refused this change: nothing has been done.
    Refused(usize, Refusal),
    /// The kernel refused all of it.
    Failed(Refusal),
}

/// Changes of one table, meant for the state in which it was read.
pub struct Transaction<'a> {
    ruleset: &'a Ruleset,
    /// The changes, in their order.
    pub changes: Vec<Change>,
}

impl<'a> Transaction<'a> {
    /// No changes yet.
    pub fn new(ruleset: &'a Ruleset) -> Self {
        Transaction { ruleset, changes: Vec::new() }
    }

    /// Makes the table, if it is not there.
    pub fn need_table(&mut self) {
        let is_made = self.changes.iter().any(|change| matches!(change, Change::AddTable));
        if !self.ruleset.exists && !is_made {
            self.changes.push(Change::AddTable);
        }
    }

    /// Makes the table and `chain`, if it is one of iptables' own, if they are not there.
    pub fn need_chain(&mut self, chain: &[u8]) {
        self.need_table();
        let Some(own) = self.ruleset.table.chain(chain) else { return };
        let is_made = |change: &Change| matches!(change, Change::AddOwnChain(made) if made.name == own.name);
        if self.ruleset.find(chain).is_none() && !self.changes.iter().any(is_made) {
            self.changes.push(Change::AddOwnChain(own));
        }
    }

    /// Carries the changes out.
    pub fn commit(&self, socket: &mut Socket) -> Result<Outcome> {
        if self.changes.is_empty() {
            return Ok(Outcome::Done);
        }
        let mut begin = message(BATCH_BEGIN, NlmF::empty(), 0, SUBSYS_NFTABLES);
        be32(&mut begin, BATCH_GENID, self.ruleset.generation);
        let mut requests = vec![begin];
        requests.extend(self.changes.iter().map(|change| self.request(change)));
        let last = requests.len() - 1;
        requests[last].add_flags(NlmF::ACK);
        requests.push(message(BATCH_END, NlmF::empty(), 0, SUBSYS_NFTABLES));
        let refused = socket.batch(&mut requests, last)?;
        let for_all = refused.iter().find(|(at, _)| *at == 0);
        Ok(match (for_all, refused.first()) {
            (Some((_, refusal)), _) if refusal.errno == libc::ERESTART => Outcome::Outdated,
            (Some((_, refusal)), _) => Outcome::Failed(refusal.clone()),
            (None, Some((at, refusal))) => Outcome::Refused(at - 1, refusal.clone()),
            (None, None) => Outcome::Done,
        })
    }

    fn family(&self) -> Family {
        self.ruleset.family
    }

    fn request(&self, change: &Change) -> Request {
        let family = self.family().number();
        let new = |kind: u16, flags: NlmF| {
            let mut request = message(kind, flags, family, 0);
            request.string(nfta::TABLE_NAME, self.ruleset.table.name.as_bytes());
            request
        };
        match change {
            Change::AddTable => new(msg::NEWTABLE, NlmF::CREATE),
            Change::AddOwnChain(own) => {
                let mut request = new(msg::NEWCHAIN, NlmF::CREATE);
                own_chain(&mut request, own, verdict::ACCEPT, false);
                request
            }
            Change::AddChain(name) => {
                let mut request = new(msg::NEWCHAIN, NlmF::EXCL);
                request.string(nfta::CHAIN_NAME, name);
                request
            }
            Change::SetPolicy(own, policy) => {
                let mut request = new(msg::NEWCHAIN, NlmF::empty());
                own_chain(&mut request, own, *policy, true);
                request
            }
            Change::ZeroChain(own, policy) => {
                let mut request = new(msg::NEWCHAIN, NlmF::CREATE);
                own_chain(&mut request, own, *policy, true);
                request
            }
            Change::RenameChain(handle, name) => {
                let mut request = new(msg::NEWCHAIN, NlmF::empty());
                request.string(nfta::CHAIN_NAME, name);
                be64(&mut request, nfta::CHAIN_HANDLE, *handle);
                request
            }
            Change::DeleteChain(name) => {
                let mut request = new(msg::DELCHAIN, NlmF::from_bits_retain(NONREC));
                request.string(nfta::CHAIN_NAME, name);
                request
            }
            Change::Flush(chain) => {
                let mut request = new(msg::DELRULE, NlmF::empty());
                if let Some(chain) = chain {
                    request.string(nfta::RULE_CHAIN, chain);
                }
                request
            }
            Change::Append(chain, rule) => {
                let request = new(msg::NEWRULE, NlmF::CREATE | NlmF::APPEND);
                self.rule(request, chain, rule, None)
            }
            Change::Insert(chain, rule, before) => {
                let request = new(msg::NEWRULE, NlmF::CREATE);
                self.rule(request, chain, rule, before.map(|handle| (nfta::RULE_POSITION, handle)))
            }
            Change::Replace(chain, rule, handle) => {
                let request = new(msg::NEWRULE, NlmF::CREATE | NlmF::REPLACE);
                self.rule(request, chain, rule, Some((nfta::RULE_HANDLE, *handle)))
            }
            Change::ZeroRule(rule) => {
                let mut request = new(msg::NEWRULE, NlmF::CREATE | NlmF::REPLACE);
                request.string(nfta::RULE_CHAIN, &rule.chain);
                be64(&mut request, nfta::RULE_HANDLE, rule.handle);
                zeroed(&mut request, rule, self.family());
                request
            }
            Change::Delete(chain, handle) => {
                let mut request = new(msg::DELRULE, NlmF::empty());
                request.string(nfta::RULE_CHAIN, chain);
                be64(&mut request, nfta::RULE_HANDLE, *handle);
                request
            }
        }
    }

    fn rule(&self, mut request: Request, chain: &[u8], rule: &Rule, place: Option<(u16, u64)>) -> Request {
        request.string(nfta::RULE_CHAIN, chain);
        if let Some((kind, handle)) = place {
            be64(&mut request, kind, handle);
        }
        encode(rule, self.family(), &mut request);
        request
    }
}

/// Appends what makes a chain one of iptables' own.
fn own_chain(request: &mut Request, own: &builtin::Chain, policy: u32, zero: bool) {
    request.string(nfta::CHAIN_NAME, own.name.as_bytes());
    request.nest(nfta::CHAIN_HOOK | nfta::NESTED, |request| {
        be32(request, nfta::HOOK_HOOKNUM, own.hook);
        be32(request, nfta::HOOK_PRIORITY, own.priority.cast_unsigned());
    });
    be32(request, nfta::CHAIN_POLICY, policy);
    if zero {
        request.nest(nfta::CHAIN_COUNTERS | nfta::NESTED, |request| {
            be64(request, nfta::COUNTER_PACKETS, 0);
            be64(request, nfta::COUNTER_BYTES, 0);
        });
    }
    request.string(nfta::CHAIN_TYPE, own.kind.as_bytes());
}

/// Appends a rule as it is, whoever made it, but with its counters at 0.
fn zeroed(request: &mut Request, rule: &StoredRule, family: Family) {
    request.nest(nfta::RULE_EXPRESSIONS | nfta::NESTED, |request| {
        for (element, expression) in Attrs::new(&rule.expressions).zip(expressions(&rule.expressions)) {
            match expression.name {
                b"counter" => super::expr::counter(request, super::Counters::default()),
                _ => {
                    request.attr(nfta::LIST_ELEM | nfta::NESTED, element.payload);
                }
            }
        }
    });
    if let Ok(decoded) = rule.decode(family) {
        compat(request, decoded.protocol, decoded.not_protocol);
    }
    if !rule.userdata.is_empty() {
        request.attr(nfta::RULE_USERDATA, &rule.userdata);
    }
}

/// Whether a rule has counted anything.
pub fn has_counted(rule: &StoredRule) -> bool {
    let mut counters = expressions(&rule.expressions).filter(|expression| expression.name == b"counter");
    counters.any(|counter| {
        [nfta::COUNTER_BYTES, nfta::COUNTER_PACKETS].iter().any(|&kind| counter.number(kind).unwrap_or(0) != 0)
    })
}

impl Chain {
    /// Whether it may go when all chains that are not in use go.
    pub fn is_idle(&self, ruleset: &Ruleset) -> bool {
        self.policy.is_none_or(|policy| policy == verdict::ACCEPT) && ruleset.rules_of(&self.name).next().is_none()
    }
}
