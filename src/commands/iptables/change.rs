//! Commands that change a table: what is asked to a transaction.

use super::complaint::{self, NO_RULE, NO_SUCH};
use super::list::{self, Format};
use super::options::command;
use super::words::Command;
use crate::error::{Error, Result};
use crate::netfilter::transaction::{Outcome, has_counted};
use crate::netfilter::uapi::verdict;
use crate::netfilter::{Change, Family, Rule, Ruleset, StoredRule, Target, Transaction, builtin, normal};
use crate::netlink::Socket;
use crate::output::Out;
use crate::sys;
use crate::words::shown;

/// Carries out what is asked; begins anew when somebody else changes the tables meanwhile.
pub(super) fn carry_out(
    out: &mut Out,
    socket: &mut Socket,
    family: Family,
    table: &'static builtin::Table,
    asked: &Command<'_>,
) -> Result<()> {
    loop {
        let ruleset = super::read(socket, family, table)?;
        let mut plan = Plan { ruleset: &ruleset, asked, transaction: Transaction::new(&ruleset), said: Vec::new() };
        let planned = plan.make();
        let outcome = match planned {
            Ok(()) => plan.transaction.commit(socket).map_err(|error| super::trouble(family, &error))?,
            Err(_) => Outcome::Done,
        };
        if outcome == Outcome::Outdated {
            continue;
        }
        out.text(&plan.said);
        out.flush();
        planned?;
        return match outcome {
            Outcome::Done | Outcome::Outdated => Ok(()),
            Outcome::Failed(refusal) => Err(complaint::errno(family, refusal.errno)),
            Outcome::Refused(at, refusal) => {
                let what = plan.transaction.changes.get(at).map(describe).unwrap_or_default();
                let why = sys::strerror(refusal.errno);
                Err(complaint::refused(family, &format!(" {} failed ({why}): {}", what.0, what.1)))
            }
        };
    }
}

/// What iptables-nft calls a change, and what it is made to.
fn describe(change: &Change) -> (&'static str, String) {
    let chain = |name: &[u8]| format!("chain {}", shown(name));
    let rule = |name: &[u8]| format!("rule in chain {}", shown(name));
    match change {
        Change::AddTable => ("TABLE_ADD", "table".into()),
        Change::AddOwnChain(own) => ("CHAIN_ADD", chain(own.name.as_bytes())),
        Change::AddChain(name) => ("CHAIN_USER_ADD", chain(name)),
        Change::SetPolicy(own, _) => ("CHAIN_UPDATE", chain(own.name.as_bytes())),
        Change::ZeroChain(own, _) => ("CHAIN_ZERO", chain(own.name.as_bytes())),
        Change::RenameChain(_, name) => ("CHAIN_RENAME", chain(name)),
        Change::DeleteChain(name) => ("CHAIN_DEL", chain(name)),
        Change::Flush(name) => ("RULE_FLUSH", rule(name.as_deref().unwrap_or(b"(null)"))),
        Change::Append(name, _) => ("RULE_APPEND", rule(name)),
        Change::Insert(name, ..) => ("RULE_INSERT", rule(name)),
        Change::Replace(name, ..) => ("RULE_REPLACE", rule(name)),
        Change::ZeroRule(stored) => ("RULE_REPLACE", rule(&stored.chain)),
        Change::Delete(name, _) => ("RULE_DELETE", rule(name)),
    }
}

/// A transaction in the making, and what is said with `-v`.
struct Plan<'a> {
    ruleset: &'a Ruleset,
    asked: &'a Command<'a>,
    transaction: Transaction<'a>,
    said: Vec<u8>,
}

impl Plan<'_> {
    fn failed(&self, text: &str) -> Error {
        complaint::failed(self.ruleset.family, text)
    }

    /// The chain that the command names.
    fn chain(&self) -> &[u8] {
        self.asked.chain.unwrap_or_default()
    }

    fn make(&mut self) -> Result<()> {
        match self.asked.commands {
            command::APPEND => self.append(),
            command::INSERT => self.insert(),
            command::REPLACE => self.replace(),
            command::DELETE => self.delete(),
            command::DELETE_NUMBER => self.delete_number(),
            command::CHECK => self.check(),
            command::FLUSH => self.flush(),
            command::ZERO => self.zero(),
            command::ZERO_NUMBER => self.zero_number(),
            command::NEW_CHAIN => self.new_chain(),
            command::DELETE_CHAIN => self.delete_chain(),
            command::RENAME_CHAIN => self.rename_chain(),
            command::SET_POLICY => self.set_policy(),
            _ => Ok(()),
        }
    }

    /// The rules that are meant: one for each pair of addresses, as they come back from the kernel.
    fn rules(&self) -> Result<Vec<Rule>> {
        let family = self.ruleset.family;
        if let Target::Jump(chain) | Target::Goto(chain) = &self.asked.rule.target
            && !self.ruleset.has(chain)
        {
            return Err(complaint::wrong(family, &format!("Chain '{}' does not exist", shown(chain))));
        }
        let mut rules = Vec::new();
        for source in &self.asked.sources {
            for destination in &self.asked.destinations {
                rules.push(Rule { source: *source, destination: *destination, ..self.asked.rule.clone() });
            }
        }
        Ok(rules)
    }

    /// Tells of a rule with `-v`.
    fn tell(&mut self, rule: &Rule) {
        if self.asked.verbose {
            let rule = normal(rule, self.ruleset.family);
            list::rule(&mut self.said, self.ruleset.family, 0, &rule, Format::PLAIN);
        }
    }

    fn say(&mut self, text: &str, chain: &[u8]) {
        if self.asked.verbose {
            self.said.extend_from_slice(format!("{text} chain `").as_bytes());
            self.said.extend_from_slice(chain);
            self.said.extend_from_slice(b"'\n");
        }
    }

    fn append(&mut self) -> Result<()> {
        let chain = self.chain().to_vec();
        for rule in self.rules()? {
            self.transaction.need_chain(&chain);
            self.tell(&rule);
            self.transaction.changes.push(Change::Append(chain.clone(), Box::new(rule)));
        }
        if self.ruleset.has(&chain) { Ok(()) } else { Err(self.failed(NO_SUCH)) }
    }

    fn insert(&mut self) -> Result<()> {
        let chain = self.chain().to_vec();
        let rules = self.rules()?;
        if !self.ruleset.has(&chain) {
            return Err(self.failed(NO_SUCH));
        }
        self.transaction.need_chain(&chain);
        let at = self.asked.number.unwrap_or(1) - 1;
        let stored: Vec<&StoredRule> = self.ruleset.rules_of(&chain).collect();
        if at > stored.len() {
            return Err(self.failed("Index of insertion too big"));
        }
        rules.iter().for_each(|rule| self.tell(rule));
        let change = |rule: Rule| match stored.get(at) {
            None if at > 0 => Change::Append(chain.clone(), Box::new(rule)),
            _ if at == 0 => Change::Insert(chain.clone(), Box::new(rule), None),
            before => Change::Insert(chain.clone(), Box::new(rule), before.map(|before| before.handle)),
        };
        let mut changes: Vec<Change> = rules.into_iter().map(change).collect();
        // Of several each is meant to come before the one that was inserted last.
        if at > 0 {
            changes.reverse();
        }
        self.transaction.changes.extend(changes);
        Ok(())
    }

    fn replace(&mut self) -> Result<()> {
        let chain = self.chain().to_vec();
        let rules = self.rules()?;
        let stored = self.numbered(&chain, "Index of replacement too big")?.handle;
        for rule in rules {
            self.tell(&rule);
            self.transaction.changes.push(Change::Replace(chain.clone(), Box::new(rule), stored));
        }
        Ok(())
    }

    /// The rule whose number was given.
    fn numbered(&self, chain: &[u8], too_big: &str) -> Result<&StoredRule> {
        if self.ruleset.find(chain).is_none() {
            return Err(self.failed(NO_SUCH));
        }
        let at = self.asked.number.unwrap_or(1) - 1;
        self.ruleset.rules.iter().filter(|rule| rule.chain == chain).nth(at).ok_or_else(|| self.failed(too_big))
    }

    fn delete_number(&mut self) -> Result<()> {
        let chain = self.chain().to_vec();
        let handle = self.numbered(&chain, "Index of deletion too big")?.handle;
        self.transaction.changes.push(Change::Delete(chain, handle));
        Ok(())
    }

    /// The handles of the rules that are meant, each another one if `distinct`.
    fn matching(&mut self, distinct: bool) -> Result<Vec<u64>> {
        let family = self.ruleset.family;
        let chain = self.chain().to_vec();
        let mut handles = Vec::new();
        for rule in self.rules()? {
            let wanted = normal(&rule, family);
            let is_it = |stored: &&StoredRule| {
                !(distinct && handles.contains(&stored.handle))
                    && stored.decode(family).is_ok_and(|stored| stored.says_what(&wanted))
            };
            let found = self.ruleset.rules_of(&chain).find(is_it).map(|stored| stored.handle);
            handles.push(found.ok_or_else(|| self.failed(NO_RULE))?);
            self.tell(&rule);
        }
        Ok(handles)
    }

    fn delete(&mut self) -> Result<()> {
        let chain = self.chain().to_vec();
        let handles = self.matching(true)?;
        self.transaction.changes.extend(handles.into_iter().map(|handle| Change::Delete(chain.clone(), handle)));
        Ok(())
    }

    fn check(&mut self) -> Result<()> {
        self.matching(false).map(drop)
    }

    fn flush(&mut self) -> Result<()> {
        match self.asked.chain.map(<[u8]>::to_vec) {
            Some(chain) => {
                if !self.ruleset.has(&chain) {
                    return Err(self.failed(NO_SUCH));
                }
                self.transaction.need_chain(&chain);
                self.say("Flushing", &chain);
                self.transaction.changes.push(Change::Flush(Some(chain)));
            }
            None if self.asked.verbose => {
                let chains = self.ruleset.all_chains();
                chains.iter().for_each(|chain| self.transaction.need_chain(&chain.name));
                for chain in chains {
                    self.say("Flushing", &chain.name);
                    self.transaction.changes.push(Change::Flush(Some(chain.name)));
                }
            }
            None if self.ruleset.exists => self.transaction.changes.push(Change::Flush(None)),
            None => {}
        }
        Ok(())
    }

    fn zero(&mut self) -> Result<()> {
        let mut chains = self.ruleset.all_chains();
        chains.retain(|chain| chain.handle != 0);
        if let Some(name) = self.asked.chain {
            chains.retain(|chain| chain.name == name);
            if chains.is_empty() {
                return Err(self.failed(NO_SUCH));
            }
        }
        for chain in chains {
            self.say("Zeroing", &chain.name);
            if let Some(own) = chain.builtin {
                let policy = chain.policy.unwrap_or(verdict::ACCEPT);
                self.transaction.changes.push(Change::ZeroChain(own, policy));
            }
            let counted = self.ruleset.rules_of(&chain.name).filter(|rule| has_counted(rule));
            self.transaction.changes.extend(counted.cloned().map(Change::ZeroRule));
        }
        Ok(())
    }

    fn zero_number(&mut self) -> Result<()> {
        if self.ruleset.find(self.chain()).is_none() {
            return Err(self.failed(NO_SUCH));
        }
        // A number that is too great does no harm.
        let rule = self.numbered(self.chain(), "").ok().cloned();
        self.transaction.changes.extend(rule.map(Change::ZeroRule));
        Ok(())
    }

    fn new_chain(&mut self) -> Result<()> {
        let chain = self.chain().to_vec();
        if self.ruleset.has(&chain) {
            return Err(self.failed("Chain already exists"));
        }
        self.transaction.need_table();
        self.transaction.changes.push(Change::AddChain(chain));
        Ok(())
    }

    fn delete_chain(&mut self) -> Result<()> {
        let Some(name) = self.asked.chain else {
            let mut chains = self.ruleset.chains.clone();
            chains.retain(|chain| chain.builtin.is_none() || chain.is_idle(self.ruleset));
            if self.asked.verbose {
                chains.sort_by(|a, b| (a.builtin.is_none(), &a.name).cmp(&(b.builtin.is_none(), &b.name)));
            }
            for chain in chains {
                if chain.builtin.is_none() {
                    self.say("Deleting", &chain.name);
                }
                self.transaction.changes.push(Change::DeleteChain(chain.name));
            }
            return Ok(());
        };
        let chain = self.ruleset.find(name).ok_or_else(|| self.failed(NO_SUCH))?;
        if chain.builtin.is_some() && !chain.is_idle(self.ruleset) {
            return Err(self.failed("Directory not empty"));
        }
        if chain.builtin.is_none() {
            self.say("Deleting", name);
        }
        self.transaction.changes.push(Change::DeleteChain(name.to_vec()));
        Ok(())
    }

    fn rename_chain(&mut self) -> Result<()> {
        let new = self.asked.new_name;
        if self.ruleset.has(new) {
            return Err(self.failed("File exists"));
        }
        let chain = self.ruleset.find(self.chain()).ok_or_else(|| self.failed(NO_SUCH))?;
        self.transaction.changes.push(Change::RenameChain(chain.handle, new.to_vec()));
        Ok(())
    }

    fn set_policy(&mut self) -> Result<()> {
        let policy = match self.asked.policy {
            Some(b"ACCEPT") => verdict::ACCEPT,
            Some(b"DROP") => verdict::DROP,
            _ => {
                let text = "Bad policy name. Run `dmesg' for more information";
                return Err(self.failed(text));
            }
        };
        let chain = self.chain().to_vec();
        let own = self.ruleset.table.chain(&chain).ok_or_else(|| self.failed("Bad built-in chain name"))?;
        self.transaction.need_chain(&chain);
        self.transaction.changes.push(Change::SetPolicy(own, policy));
        Ok(())
    }
}
