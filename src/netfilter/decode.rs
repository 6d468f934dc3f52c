//! Expressions to rule.

use super::encode::address_offsets;
use super::expr::{Expression, expressions};
use super::uapi::{NETWORK_HEADER, TRANSPORT_HEADER, meta, nfta, op, verdict};
use super::xt::{self, Extension, Kind};
use super::{Counters, Family, Interface, Net, Rule, Target};

/// A rule that is none of iptables': what kinds of expressions it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub Vec<String>);

/// What a register holds.
#[derive(Clone)]
enum Loaded {
    Meta(u32),
    Header { base: u32, offset: u32, len: usize },
}

/// A register that has been loaded, and the mask put on it.
#[derive(Clone)]
struct Register {
    number: u32,
    loaded: Loaded,
    mask: Option<Vec<u8>>,
}

/// A rule being read.
struct Reader {
    family: Family,
    rule: Rule,
    registers: Vec<Register>,
    /// Where in the rule's matches the block of `tcp` or `udp` is that later comparisons belong to.
    ports: Option<usize>,
}

/// Reads the payload of `NFTA_RULE_EXPRESSIONS`.
///
/// What iptables-nft would read, this reads; a rule with anything else in it, or with something behind its verdict, is
/// not read at all, rather than shown as less than it is.
pub fn decode(family: Family, bytes: &[u8]) -> Result<Rule, Unreadable> {
    let mut reader = Reader { family, rule: Rule::default(), registers: Vec::new(), ports: None };
    for expression in expressions(bytes) {
        if reader.read(&expression).is_none() {
            let names = expressions(bytes).map(|expression| String::from_utf8_lossy(expression.name).into_owned());
            return Err(Unreadable(names.collect()));
        }
    }
    Ok(reader.rule)
}

impl Reader {
    /// Takes one expression into the rule; nothing where iptables has no such thing.
    fn read(&mut self, expression: &Expression<'_>) -> Option<()> {
        match expression.name {
            b"counter" => {
                self.rule.counters = Counters {
                    packets: expression.number(nfta::COUNTER_PACKETS)?,
                    bytes: expression.number(nfta::COUNTER_BYTES)?,
                };
                Some(())
            }
            _ if self.rule.target != Target::None => None,
            b"meta" => self.load(expression, nfta::META_DREG, |e| Some(Loaded::Meta(e.u32(nfta::META_KEY)?))),
            b"payload" => self.load(expression, nfta::PAYLOAD_DREG, |e| {
                Some(Loaded::Header {
                    base: e.u32(nfta::PAYLOAD_BASE)?,
                    offset: e.u32(nfta::PAYLOAD_OFFSET)?,
                    len: e.u32(nfta::PAYLOAD_LEN)? as usize,
                })
            }),
            b"bitwise" => self.bitwise(expression),
            b"cmp" => self.compare(expression),
            b"range" => self.range(expression),
            b"limit" => self.limit(expression),
            b"immediate" => self.verdict(expression),
            b"match" => {
                let extension = self.extension(expression, xt::MATCHES)?;
                self.rule.matches.push(extension);
                Some(())
            }
            b"target" => {
                self.rule.target = Target::Extension(self.extension(expression, xt::TARGETS)?);
                Some(())
            }
            _ => None,
        }
    }

    fn load(
        &mut self,
        expression: &Expression<'_>,
        register: u16,
        read: impl FnOnce(&Expression<'_>) -> Option<Loaded>,
    ) -> Option<()> {
        let number = expression.u32(register)?;
        let loaded = read(expression)?;
        self.registers.retain(|register| register.number != number);
        self.registers.push(Register { number, loaded, mask: None });
        Some(())
    }

    fn register(&self, number: u32) -> Option<Register> {
        self.registers.iter().find(|register| register.number == number).cloned()
    }

    fn bitwise(&mut self, expression: &Expression<'_>) -> Option<()> {
        let mut register = self.register(expression.u32(nfta::BITWISE_SREG)?)?;
        register.number = expression.u32(nfta::BITWISE_DREG)?;
        let xor = expression.value(nfta::BITWISE_XOR)?;
        if register.mask.is_some() || xor.iter().any(|&byte| byte != 0) {
            return None;
        }
        register.mask = Some(expression.value(nfta::BITWISE_MASK)?.to_vec());
        self.registers.retain(|other| other.number != register.number);
        self.registers.push(register);
        Some(())
    }

    fn compare(&mut self, expression: &Expression<'_>) -> Option<()> {
        let register = self.register(expression.u32(nfta::CMP_SREG)?)?;
        let op = expression.u32(nfta::CMP_OP)?;
        let value = expression.value(nfta::CMP_DATA)?;
        match register.loaded {
            Loaded::Meta(meta::MARK) => self.mark(register.mask, op, value),
            Loaded::Meta(key) if register.mask.is_none() => self.meta(key, inverted(op)?, value),
            Loaded::Header { base: NETWORK_HEADER, offset, len } => {
                self.network(offset as usize, len, register.mask, op, value)
            }
            Loaded::Header { base: TRANSPORT_HEADER, offset, .. } => {
                self.transport(offset as usize, register.mask, op, value)
            }
            _ => None,
        }
    }

    fn meta(&mut self, key: u32, inverted: bool, value: &[u8]) -> Option<()> {
        match key {
            meta::L4PROTO => {
                (self.rule.protocol, self.rule.not_protocol) = (*value.first()?, inverted);
            }
            meta::IIF => self.rule.input = Some(device(value, inverted)?),
            meta::OIF => self.rule.output = Some(device(value, inverted)?),
            meta::IIFNAME => self.rule.input = Some(interface(value, inverted)?),
            meta::OIFNAME => self.rule.output = Some(interface(value, inverted)?),
            _ => return None,
        }
        Some(())
    }

    fn mark(&mut self, mask: Option<Vec<u8>>, op: u32, value: &[u8]) -> Option<()> {
        let mask: [u8; 4] = match mask {
            Some(mask) => mask.try_into().ok()?,
            None => [0xff; 4],
        };
        let kind = xt::match_by_word(self.family, b"mark")?;
        let mut data = kind.block();
        xt::put(&mut data, 0, value.first_chunk::<4>()?);
        xt::put(&mut data, 4, &mask);
        xt::put(&mut data, 8, &[u8::from(inverted(op)?)]);
        self.rule.matches.push(Extension::Known(kind, data));
        Some(())
    }

    fn network(&mut self, offset: usize, len: usize, mask: Option<Vec<u8>>, op: u32, value: &[u8]) -> Option<()> {
        let inverted = inverted(op)?;
        let (source, destination) = address_offsets(self.family);
        let (protocol, fragment) = match self.family {
            Family::V4 => (9, Some(6)),
            Family::V6 => (6, None),
        };
        if offset == protocol && len == 1 && mask.is_none() {
            (self.rule.protocol, self.rule.not_protocol) = (*value.first()?, inverted);
        } else if Some(offset) == fragment && mask.as_deref() == Some(&[0x1f, 0xff]) && value == [0, 0] {
            self.rule.fragment = Some(!inverted);
        } else if offset == source || offset == destination {
            let net = net(self.family, len, mask, inverted, value)?;
            let place = if offset == source { &mut self.rule.source } else { &mut self.rule.destination };
            if !place.is_any() {
                return None;
            }
            *place = net;
        } else {
            return None;
        }
        Some(())
    }

    /// The block of the rule's `tcp` or `udp`, made where there is none.
    fn ports(&mut self) -> Option<(&'static Kind, &mut Vec<u8>)> {
        let word: &[u8] = match (self.rule.protocol, self.rule.not_protocol) {
            (6, false) => b"tcp",
            (17, false) => b"udp",
            _ => return None,
        };
        let at = match self.ports {
            Some(at) => at,
            None => {
                let kind = xt::match_by_word(self.family, word)?;
                self.rule.matches.push(Extension::Known(kind, kind.block()));
                self.rule.matches.len() - 1
            }
        };
        self.ports = Some(at);
        match self.rule.matches.get_mut(at)? {
            Extension::Known(kind, data) => Some((kind, data)),
            Extension::Foreign(..) => None,
        }
    }

    fn transport(&mut self, offset: usize, mask: Option<Vec<u8>>, op: u32, value: &[u8]) -> Option<()> {
        if matches!(self.rule.protocol, 1 | 58) {
            return if mask.is_none() { self.icmp(offset, inverted(op)?, value) } else { None };
        }
        match (offset, value, mask) {
            (13, &[flags], mask) if self.rule.protocol == 6 => {
                let (_, data) = self.ports()?;
                let mask = mask.map_or(0xff, |mask| mask.first().copied().unwrap_or(0));
                xt::put(data, 9, &[mask, flags]);
                let invert = xt::u8_at(data, 11) | if inverted(op)? { 4 } else { 0 };
                xt::put(data, 11, &[invert]);
                Some(())
            }
            (0 | 2, &[high, low], None) => self.port(offset, op, u16::from_be_bytes([high, low])),
            (0, &[a, b, c, d], None) => {
                self.port(0, op, u16::from_be_bytes([a, b]))?;
                self.port(2, op, u16::from_be_bytes([c, d]))
            }
            _ => None,
        }
    }

    fn port(&mut self, offset: usize, op: u32, port: u16) -> Option<()> {
        let (low, high) = match op {
            op::EQ | op::NEQ => (port, port),
            op::LT => (0, port.saturating_sub(1).max(1)),
            op::LTE => (0, port),
            op::GT => (port.saturating_add(1), u16::MAX),
            op::GTE => (port, u16::MAX),
            _ => return None,
        };
        self.port_range(offset, op == op::NEQ, low, high)
    }

    /// Takes bounds for a port. nft writes a range as two comparisons, each with one bound.
    fn port_range(&mut self, offset: usize, inverted: bool, low: u16, high: u16) -> Option<()> {
        let (kind, data) = self.ports()?;
        let row = kind.rows.get(offset / 2)?;
        let (old_low, old_high) = (xt::u16_at(data, row.at), xt::u16_at(data, row.at + 2));
        let is_free = (old_low == 0 || low == 0) && (old_high == u16::MAX || high == u16::MAX);
        let was_said = (old_low, old_high) != (0, u16::MAX) || row.is_inverted(data);
        if !is_free || (was_said && (inverted || row.is_inverted(data))) {
            return None;
        }
        xt::put(data, row.at, &low.max(old_low).to_ne_bytes());
        xt::put(data, row.at + 2, &high.min(old_high).to_ne_bytes());
        if let Some(bit) = row.invert.filter(|_| inverted) {
            bit.set(data);
        }
        Some(())
    }

    fn icmp(&mut self, offset: usize, inverted: bool, value: &[u8]) -> Option<()> {
        let word: &[u8] = match (self.family, self.rule.protocol) {
            (Family::V4, 1) => b"icmp",
            (Family::V6, 58) => b"icmp6",
            _ => return None,
        };
        let kind = xt::match_by_word(self.family, word)?;
        let (number, codes) = match (offset, value) {
            (0, &[number]) => (number, [0, 0xff]),
            (0, &[number, code]) => (number, [code, code]),
            (1, &[code]) if self.family == Family::V4 => (0xff, [code, code]),
            _ => return None,
        };
        let mut data = kind.block();
        xt::put(&mut data, 0, &[number, codes[0], codes[1], u8::from(inverted)]);
        self.rule.matches.push(Extension::Known(kind, data));
        Some(())
    }

    fn range(&mut self, expression: &Expression<'_>) -> Option<()> {
        let register = self.register(expression.u32(nfta::RANGE_SREG)?)?;
        let inverted = inverted(expression.u32(nfta::RANGE_OP)?)?;
        let low = expression.value(nfta::RANGE_FROM)?.try_into().ok()?;
        let high = expression.value(nfta::RANGE_TO)?.try_into().ok()?;
        match (register.loaded, register.mask) {
            (Loaded::Header { base: TRANSPORT_HEADER, offset: offset @ (0 | 2), len: 2 }, None) => {
                self.port_range(offset as usize, inverted, u16::from_be_bytes(low), u16::from_be_bytes(high))
            }
            _ => None,
        }
    }

    fn limit(&mut self, expression: &Expression<'_>) -> Option<()> {
        let [rate, unit] = [nfta::LIMIT_RATE, nfta::LIMIT_UNIT].map(|kind| expression.number(kind));
        let (rate, unit) = (rate.filter(|&rate| rate != 0)?, unit?);
        if expression.u32(nfta::LIMIT_TYPE)? != 0 || expression.u32(nfta::LIMIT_FLAGS)? != 0 {
            return None;
        }
        let period = u32::try_from(u64::from(xt::SCALE).checked_mul(unit)? / rate).ok()?;
        let kind = xt::match_by_word(self.family, b"limit")?;
        let mut data = kind.block();
        xt::put(&mut data, 0, &period.to_ne_bytes());
        xt::put(&mut data, 4, &expression.u32(nfta::LIMIT_BURST)?.to_ne_bytes());
        self.rule.matches.push(Extension::Known(kind, data));
        Some(())
    }

    fn verdict(&mut self, expression: &Expression<'_>) -> Option<()> {
        let (code, chain) = expression.verdict(nfta::IMMEDIATE_DATA)?;
        self.rule.target = match code {
            verdict::ACCEPT => Target::Accept,
            verdict::DROP => Target::Drop,
            verdict::RETURN => Target::Return,
            verdict::JUMP => Target::Jump(chain.to_vec()),
            verdict::GOTO => Target::Goto(chain.to_vec()),
            _ => return None,
        };
        Some(())
    }

    fn extension(&self, expression: &Expression<'_>, kinds: &[&'static Kind]) -> Option<Extension> {
        let name = expression.data.str(nfta::XT_NAME)?;
        let revision = expression.u32(nfta::XT_REV)?;
        let info = expression.data.get(nfta::XT_INFO)?;
        Some(xt::received(kinds, self.family, name, revision, info))
    }
}

/// Whether a comparison is for what is not equal; nothing where it is one of order.
fn inverted(op: u32) -> Option<bool> {
    match op {
        op::EQ => Some(false),
        op::NEQ => Some(true),
        _ => None,
    }
}

/// A device: a name with its NUL, or the beginning of one.
fn interface(value: &[u8], inverted: bool) -> Option<Interface> {
    let name = match value.iter().position(|&byte| byte == 0) {
        Some(end) => value[..end].to_vec(),
        None => [value, b"+"].concat(),
    };
    match (name.as_slice(), inverted) {
        (b"INVAL/D", false) => Some(Interface { name: b"+".to_vec(), inverted: true }),
        (b"" | b"+", _) => None,
        _ => Some(Interface { name, inverted }),
    }
}

/// A device by its index, as nft's `iif` has it.
fn device(value: &[u8], inverted: bool) -> Option<Interface> {
    let name = crate::sys::device_name(u32::from_ne_bytes(*value.first_chunk()?))?;
    Some(Interface { name, inverted })
}

fn net(family: Family, len: usize, mask: Option<Vec<u8>>, inverted: bool, value: &[u8]) -> Option<Net> {
    if len > family.address_len() || value.len() != len || mask.as_ref().is_some_and(|mask| mask.len() != len) {
        return None;
    }
    let mut net = Net { inverted, ..Net::default() };
    net.address[..len].copy_from_slice(value);
    match mask {
        Some(mask) => net.mask[..len].copy_from_slice(&mask),
        None => net.mask[..len].fill(0xff),
    }
    Some(net)
}
