//! A statement as its tokens, with the small questions that every rule asks of them.

use super::lexer::{Kind, Mode, Token};
use crate::text::Span;

/// One statement. Positions are indexes into `tokens`; any position may be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Stmt<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub mode: Mode,
}

/// A name with what stands before its dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub db: Option<String>,
    pub name: String,
    /// All of it.
    pub span: Span,
    /// The position after it.
    pub end: usize,
}

impl<'a> Stmt<'a> {
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub fn at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// Whether a word or punctuation stands there.
    pub fn is(&self, at: usize, what: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(what, self.text))
    }

    pub fn is_any(&self, at: usize, what: &[&str]) -> bool {
        what.iter().any(|what| self.is(at, what))
    }

    /// Whether these stand there, one after the other.
    pub fn seq(&self, at: usize, what: &[&str]) -> bool {
        what.iter().enumerate().all(|(i, what)| self.is(at + i, what))
    }

    pub fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word)
    }

    /// The bytes of the tokens from `from` up to `end`.
    pub fn span(&self, from: usize, end: usize) -> Span {
        let start = self.tokens.get(from).or(self.tokens.last()).map_or(0, |token| token.span.start);
        let stop = self.tokens.get(end.wrapping_sub(1)).or(self.tokens.last()).map_or(start, |t| t.span.end);
        Span::new(start, stop.max(start))
    }

    pub fn slice(&self, from: usize, end: usize) -> &'a str {
        let span = self.span(from, end);
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Whether nothing but blanks stands between the tokens from `from` up to `end`.
    pub fn is_plain(&self, from: usize, end: usize) -> bool {
        let Some(tokens) = self.tokens.get(from..end) else { return false };
        let blank = |pair: &[Token]| match pair {
            [a, b] => self.text.get(a.span.end..b.span.start).is_some_and(|text| text.trim().is_empty()),
            _ => true,
        };
        tokens.windows(2).all(blank)
    }

    /// The position of the bracket that closes the one at `open`, or the statement's end.
    pub fn close(&self, open: usize) -> usize {
        let mut depth = 0usize;
        for at in open..self.len() {
            if self.is(at, "(") {
                depth += 1;
            } else if self.is(at, ")") {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
        }
        self.len()
    }

    /// The first of `what` outside brackets from `from` on, before `end`.
    pub fn find(&self, from: usize, end: usize, what: &[&str]) -> Option<usize> {
        let mut at = from;
        while at < end.min(self.len()) {
            if self.is_any(at, what) {
                return Some(at);
            }
            at = if self.is(at, "(") { self.close(at) + 1 } else { at + 1 };
        }
        None
    }

    /// The parts between commas outside brackets, as ranges of positions.
    pub fn parts(&self, from: usize, end: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let mut start = from;
        let end = end.min(self.len());
        while let Some(comma) = self.find(start, end, &[","]) {
            parts.push((start, comma));
            start = comma + 1;
        }
        parts.push((start, end.max(start)));
        parts
    }

    /// The identifier there, as it is meant.
    pub fn ident(&self, at: usize) -> Option<String> {
        let text = self.at(at);
        match self.kind(at)? {
            Kind::Word => Some(text.to_owned()),
            Kind::Quoted => {
                let quote = text.chars().next()?;
                let inside = text.get(1..text.len().checked_sub(1)?)?;
                Some(inside.replace(&format!("{quote}{quote}"), &quote.to_string()))
            }
            _ => None,
        }
    }

    pub fn name(&self, at: usize) -> Option<Name> {
        let first = self.ident(at)?;
        match self.is(at + 1, ".").then(|| self.ident(at + 2)).flatten() {
            Some(name) => Some(Name { db: Some(first), name, span: self.span(at, at + 3), end: at + 3 }),
            None => Some(Name { db: None, name: first, span: self.span(at, at + 1), end: at + 1 }),
        }
    }

    /// The value of the string literal there.
    pub fn string(&self, at: usize) -> Option<String> {
        let text = self.at(at);
        let quote = text.chars().next().filter(|c| *c == '\'' || *c == '"')?;
        if self.kind(at) != Some(Kind::Text) {
            return None;
        }
        let inside = text.get(1..text.len().checked_sub(1)?)?;
        let mut value = String::with_capacity(inside.len());
        let mut chars = inside.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some('r') => value.push('\r'),
                    Some('0') => value.push('\0'),
                    Some(c @ ('%' | '_')) => value.extend(['\\', c]),
                    Some(c) => value.push(c),
                    None => {}
                },
                c if c == quote => {
                    chars.next();
                    value.push(c);
                }
                c => value.push(c),
            }
        }
        Some(value)
    }

    /// Skips `IF [NOT] EXISTS`.
    pub fn after_if(&self, at: usize) -> usize {
        match () {
            () if self.seq(at, &["IF", "NOT", "EXISTS"]) => at + 3,
            () if self.seq(at, &["IF", "EXISTS"]) => at + 2,
            () => at,
        }
    }

    /// The number there.
    pub fn number(&self, at: usize) -> Option<u64> {
        (self.kind(at) == Some(Kind::Number)).then(|| self.at(at).parse().ok()).flatten()
    }
}
