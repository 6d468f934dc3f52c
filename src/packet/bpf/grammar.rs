//! The grammar of expressions. `and` and `or` bind alike, to the left; an identifier without qualifiers takes those of
//! what stands before it.

use super::assemble::{Condition, assemble};
use super::generate::{Dir, Generator, Kind, Qualifiers, Result, Value};
use super::lexer::{Proto, SYNTAX, Token, tokens};
use super::{Filter, MAX_INSTRUCTIONS, Target};

/// What is said of an expression that makes more instructions than the kernel takes, as one of so many words does.
const TOO_LONG: &str = "expression is too long";
/// How deep brackets may stand in each other.
const MAX_DEPTH: usize = 64;

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    generator: Generator<'a>,
}

/// A condition, and the qualifiers that go on behind it: none behind what had none.
type Part = (Condition, Option<Qualifiers>);

pub fn compile(expression: &[u8], target: &Target<'_>) -> Result<Filter> {
    let tokens = tokens(expression)?;
    if tokens.len() > MAX_INSTRUCTIONS {
        return Err(TOO_LONG.into());
    }
    let mut parser = Parser { tokens, at: 0, depth: 0, generator: Generator::new(target) };
    let condition = match parser.peek() {
        None => None,
        Some(_) => Some(parser.expression(None)?.0),
    };
    if parser.peek().is_some() {
        return Err(SYNTAX.into());
    }
    let program = assemble(condition.as_ref(), target.snaplen);
    if program.len() > MAX_INSTRUCTIONS {
        return Err(TOO_LONG.into());
    }
    Ok(Filter { program, looks_at_tags: parser.generator.looks_at_tags })
}

fn syntax<T>() -> Result<T> {
    Err(SYNTAX.into())
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &'static str) -> bool {
        self.take(&Token::Word(word))
    }

    fn take_sign(&mut self, sign: &'static str) -> bool {
        self.take(&Token::Sign(sign))
    }

    fn expect(&mut self, sign: &'static str) -> Result<()> {
        if self.take_sign(sign) { Ok(()) } else { syntax() }
    }

    fn number(&mut self) -> Result<u32> {
        match self.next() {
            Some(Token::Number(number)) => Ok(number),
            _ => syntax(),
        }
    }

    /// Goes one level deeper, if that is not too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err("expression is nested too deeply".into());
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// `before`: the qualifiers of what stands before.
    fn expression(&mut self, before: Option<Qualifiers>) -> Result<Part> {
        let mut left = self.term(before, false)?;
        loop {
            let is_and = self.take(&Token::And);
            if !is_and && !self.take(&Token::Or) {
                return Ok(left);
            }
            let (right, qualifiers) = self.term(left.1, true)?;
            let condition = if is_and { left.0.and(right) } else { left.0.or(right) };
            left = (condition, qualifiers);
        }
    }

    /// Whether an identifier stands here, behind brackets and negations perhaps.
    fn identifier_is_next(&self) -> bool {
        let first = self.tokens[self.at.min(self.tokens.len())..]
            .iter()
            .find(|token| !matches!(token, Token::Not | Token::Sign("(")));
        matches!(first, Some(Token::Name(_) | Token::Dotted(_) | Token::Ip6(..) | Token::Mac(_) | Token::Number(_)))
    }

    /// One side of `and` or `or`; `may_be_bare` where an identifier may stand alone.
    fn term(&mut self, before: Option<Qualifiers>, may_be_bare: bool) -> Result<Part> {
        if let Some(condition) = self.relation()? {
            return Ok((condition, None));
        }
        if may_be_bare && self.identifier_is_next() {
            return self.identifier(before);
        }
        if self.take(&Token::Not) {
            let (condition, qualifiers) = self.nested(|parser| parser.term(before, may_be_bare))?;
            return Ok((condition.not(), qualifiers));
        }
        if self.take_sign("(") {
            let (condition, _) = self.nested(|parser| parser.expression(before))?;
            self.expect(")")?;
            return Ok((condition, before));
        }
        self.primitive()
    }

    fn primitive(&mut self) -> Result<Part> {
        let proto = match self.peek() {
            Some(Token::Proto(proto)) => Some(*proto),
            _ => None,
        };
        self.at += usize::from(proto.is_some());
        if let Some(condition) = self.other(proto)? {
            return Ok((condition, None));
        }
        let start = self.at;
        let dir = self.direction()?;
        let kind = match self.peek() {
            Some(Token::Word("host")) => Some(Kind::Host),
            Some(Token::Word("net")) => Some(Kind::Net),
            Some(Token::Word("port")) => Some(Kind::Port),
            Some(Token::Word("portrange")) => Some(Kind::PortRange),
            Some(Token::Word("proto")) if dir.is_none() => Some(Kind::Proto),
            Some(Token::Word("gateway")) if dir.is_none() => Some(Kind::Gateway),
            _ => None,
        };
        self.at += usize::from(kind.is_some());
        match (proto, self.at == start) {
            (_, false) => {
                let dir = dir.unwrap_or_default();
                self.identifier(Some(Qualifiers { proto, dir, kind: kind.unwrap_or_default() }))
            }
            (Some(proto), true) => match self.peek() {
                None | Some(Token::And | Token::Or | Token::Sign(")")) => Ok((self.generator.protocol(proto)?, None)),
                _ => syntax(),
            },
            (None, true) => syntax(),
        }
    }

    fn direction(&mut self) -> Result<Option<Dir>> {
        let (first, second) = match self.peek() {
            Some(Token::Word("src")) => (Dir::Src, "dst"),
            Some(Token::Word("dst")) => (Dir::Dst, "src"),
            _ => return Ok(None),
        };
        self.at += 1;
        let both = match self.peek() {
            Some(Token::Or) => Dir::Either,
            Some(Token::And) => Dir::Both,
            _ => return Ok(Some(first)),
        };
        self.at += 1;
        if self.take_word(second) { Ok(Some(both)) } else { syntax() }
    }

    /// Primitives that are no identifiers.
    fn other(&mut self, proto: Option<Proto>) -> Result<Option<Condition>> {
        let Some(Token::Word(word)) = self.peek() else { return Ok(None) };
        let word = *word;
        self.at += 1;
        Ok(Some(match (word, proto) {
            ("broadcast", proto) => self.generator.broadcast(proto)?,
            ("multicast", proto) => self.generator.multicast(proto)?,
            ("less" | "greater", None) => {
                let len = self.number()?;
                self.generator.length(word == "greater", len)
            }
            ("byte", None) => {
                let at = self.number()?;
                let sign = match self.next() {
                    Some(Token::Sign(sign @ ("=" | "<" | ">" | "&" | "|"))) => sign,
                    _ => return syntax(),
                };
                let value = self.number()?;
                self.generator.byte(at, sign, value)
            }
            ("inbound" | "outbound", None) => self.generator.direction(word == "outbound")?,
            ("ifindex", None) => {
                let index = self.number()?;
                self.generator.device(index)?
            }
            ("vlan", None) => {
                let number = match self.peek() {
                    Some(Token::Number(_) | Token::Sign("(")) => Some(self.bracketed_number()?),
                    _ => None,
                };
                self.generator.vlan(number)?
            }
            ("on" | "ifname", None) => {
                return match self.next() {
                    Some(Token::Name(_)) => Err("ifname supported only on PF linktype".into()),
                    _ => syntax(),
                };
            }
            ("src" | "dst" | "host" | "net" | "port" | "portrange" | "proto" | "gateway", _) => {
                self.at -= 1;
                return Ok(None);
            }
            ("mask" | "len", _) | (_, Some(_)) => return syntax(),
            (word, _) => return Err(format!("'{word}' is not supported here")),
        }))
    }

    fn bracketed_number(&mut self) -> Result<u32> {
        if self.take_sign("(") {
            let number = self.nested(Self::bracketed_number)?;
            self.expect(")")?;
            return Ok(number);
        }
        self.number()
    }

    /// What qualifiers stand for, or a list of it in brackets.
    fn identifier(&mut self, qualifiers: Option<Qualifiers>) -> Result<Part> {
        if self.take(&Token::Not) {
            let (condition, qualifiers) = self.nested(|parser| parser.identifier(qualifiers))?;
            return Ok((condition.not(), qualifiers));
        }
        if self.take_sign("(") {
            let (condition, _) = self.nested(|parser| parser.identifiers(qualifiers))?;
            self.expect(")")?;
            return Ok((condition, qualifiers));
        }
        let Some(q) = qualifiers else {
            return Err(match (self.next(), self.peek()) {
                (Some(Token::Mac(_)), _) => "ethernet address used in non-ether expression".into(),
                (Some(Token::Dotted(_)), Some(Token::Sign("/") | Token::Word("mask"))) => {
                    "Mask syntax for networks only".into()
                }
                (Some(Token::Ip6(..)), _) => "invalid qualifier against IPv6 address".into(),
                _ => "syntax error in filter expression".into(),
            });
        };
        let condition = match self.next() {
            Some(Token::Name(name)) => self.generator.name(&name, q)?,
            Some(Token::Number(number)) => self.generator.number(number, q)?,
            Some(Token::Mac(address)) => self.generator.mac(address, q)?,
            Some(Token::Ip6(address, word)) => {
                let prefix = if self.take_sign("/") { self.number()? } else { 128 };
                self.generator.ip6(address, &word, prefix, q)?
            }
            Some(Token::Dotted(word)) if self.take_sign("/") => {
                let prefix = self.number()?;
                self.generator.net(&word, prefix, q)?
            }
            Some(Token::Dotted(word)) if self.take_word("mask") => match self.next() {
                Some(Token::Dotted(mask)) => self.generator.net_mask(&word, &mask, q)?,
                _ => return syntax(),
            },
            Some(Token::Dotted(word)) => self.generator.dotted(&word, q)?,
            _ => return syntax(),
        };
        Ok((condition, qualifiers))
    }

    fn identifiers(&mut self, qualifiers: Option<Qualifiers>) -> Result<Part> {
        let mut condition = self.identifier(qualifiers)?.0;
        loop {
            let is_and = self.take(&Token::And);
            if !is_and && !self.take(&Token::Or) {
                return Ok((condition, qualifiers));
            }
            let right = self.identifier(qualifiers)?.0;
            condition = if is_and { condition.and(right) } else { condition.or(right) };
        }
    }

    /// Two values compared, if that is what stands here. What begins like one but is none is something else.
    fn relation(&mut self) -> Result<Option<Condition>> {
        if !self.relation_is_next() {
            return Ok(None);
        }
        let left = self.value(0)?;
        let sign = match self.next() {
            Some(Token::Sign(sign @ ("=" | "!=" | "<" | ">" | "<=" | ">="))) => sign,
            _ => return syntax(),
        };
        let right = self.value(0)?;
        self.generator.compared(sign, left, right).map(Some)
    }

    /// A value begins with a number that a sign follows, `len`, `-`, or a protocol with an index; brackets may stand
    /// before it.
    fn relation_is_next(&self) -> bool {
        let rest = &self.tokens[self.at.min(self.tokens.len())..];
        let brackets = rest.iter().take_while(|token| **token == Token::Sign("(")).count();
        let close = |rest: &[Token]| rest.iter().take_while(|token| **token == Token::Sign(")")).count();
        if brackets > 0 && !self.brackets_hold_a_value(rest) {
            return false;
        }
        match &rest[brackets..] {
            [Token::Word("len") | Token::Sign("-"), ..] | [Token::Proto(_), Token::Sign("["), ..] => true,
            [Token::Number(_), rest @ ..] => {
                matches!(rest.get(close(rest)), Some(Token::Sign(sign)) if *sign != ")")
            }
            _ => false,
        }
    }

    /// Whether the bracket that `rest` begins with ends before anything is compared or joined.
    fn brackets_hold_a_value(&self, rest: &[Token]) -> bool {
        let mut depth = 0;
        for token in rest {
            match token {
                Token::Sign("(") => depth += 1,
                Token::Sign(")") => depth -= 1,
                Token::And | Token::Or | Token::Sign("=" | "!=" | "<" | ">" | "<=" | ">=") => return false,
                _ => {}
            }
            if depth == 0 {
                return true;
            }
        }
        false
    }

    /// A value, of which signs that bind at least as `least` are a part.
    fn value(&mut self, least: u8) -> Result<Value> {
        let mut left = self.operand()?;
        loop {
            // Those without a rank of their own bind what stands before them at once, and take all that follows.
            let (sign, rank, right) = match self.peek() {
                Some(Token::Sign("|")) => ("|", 1, 2),
                Some(Token::Sign("&")) => ("&", 2, 3),
                Some(Token::Sign(sign @ ("<<" | ">>"))) => (*sign, 3, 4),
                Some(Token::Sign(sign @ ("+" | "-"))) => (*sign, 4, 5),
                Some(Token::Sign(sign @ ("*" | "/"))) => (*sign, 5, 6),
                Some(Token::Sign(sign @ ("%" | "^"))) => (*sign, u8::MAX, 0),
                _ => return Ok(left),
            };
            if rank < least {
                return Ok(left);
            }
            self.at += 1;
            let right = self.nested(|parser| parser.value(right))?;
            left = self.generator.calculated(sign, left, right)?;
        }
    }

    fn operand(&mut self) -> Result<Value> {
        match self.next() {
            Some(Token::Number(number)) => self.generator.constant(number),
            Some(Token::Word("len")) => self.generator.packet_length(),
            Some(Token::Sign("-")) => {
                let of = self.nested(|parser| parser.value(6))?;
                self.generator.negated(of)
            }
            Some(Token::Sign("(")) => {
                let value = self.nested(|parser| parser.value(0))?;
                self.expect(")")?;
                Ok(value)
            }
            Some(Token::Proto(proto)) => {
                self.expect("[")?;
                let index = self.nested(|parser| parser.value(0))?;
                let size = if self.take_sign(":") { self.number()? } else { 1 };
                self.expect("]")?;
                self.generator.loaded(proto, index, size)
            }
            _ => syntax(),
        }
    }
}
