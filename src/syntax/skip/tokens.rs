//! sqlparser's tokens without trivia, and what is to go from them.

use super::{Read, Skipped, What};
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};
use std::collections::HashSet;

/// A statement's tokens; positions count those that are no trivia.
pub struct Tokens<'t> {
    all: &'t mut Vec<TokenWithSpan>,
    solid: Vec<usize>,
    /// Ranges of solid tokens that go.
    removed: Vec<(usize, usize)>,
    /// Tokens that come before one of all.
    inserted: Vec<(usize, Vec<TokenWithSpan>)>,
    read: Read,
}

impl<'t> Tokens<'t> {
    pub fn new(all: &'t mut Vec<TokenWithSpan>) -> Self {
        // Most statements are none of those looked into: the rest is only counted when it is asked for.
        let solid = Self::solid(all, 2);
        Tokens { all, solid, removed: Vec::new(), inserted: Vec::new(), read: Read::default() }
    }

    fn solid(all: &[TokenWithSpan], most: usize) -> Vec<usize> {
        (0..all.len())
            .filter(|&at| !matches!(all[at].token, Token::Whitespace(_) | Token::EOF))
            .take(most)
            .collect()
    }

    /// Looks at all tokens.
    pub fn open(&mut self) -> usize {
        self.solid = Self::solid(self.all, usize::MAX);
        self.solid.len()
    }

    pub fn len(&self) -> usize {
        self.solid.len()
    }

    pub fn token(&self, n: usize) -> Option<&TokenWithSpan> {
        self.solid.get(n).and_then(|&at| self.all.get(at))
    }

    /// The `n`th token if it is an unquoted word, in lower case.
    pub fn word(&self, n: usize) -> String {
        match self.token(n).map(|token| &token.token) {
            Some(Token::Word(word)) if word.quote_style.is_none() => word.value.to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    pub fn is(&self, n: usize, word: &str) -> bool {
        match self.token(n).map(|token| &token.token) {
            Some(Token::Word(found)) => found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word),
            _ => false,
        }
    }

    pub fn is_one_of(&self, n: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(n, word))
    }

    /// Whether these words stand in a row.
    pub fn begin(&self, n: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(at, word)| match *word {
            "(" => self.punct(n + at, &Token::LParen),
            word => self.is(n + at, word),
        })
    }

    pub fn punct(&self, n: usize, token: &Token) -> bool {
        self.token(n).is_some_and(|found| found.token == *token)
    }

    /// The first such word at or after a place.
    pub fn find(&mut self, from: usize, word: &str) -> Option<usize> {
        let len = self.open();
        (from..len).find(|&n| self.is(n, word))
    }

    /// After a name with its schemas.
    pub fn after_name(&self, mut at: usize) -> usize {
        at += 1;
        while self.punct(at, &Token::Period) {
            at += 2;
        }
        at
    }

    /// After the parenthesis that closes the one here; the same place where none opens.
    pub fn after_parens(&self, from: usize) -> usize {
        let mut depth = 0usize;
        for at in from..self.len() {
            match self.token(at).map(|t| &t.token) {
                Some(Token::LParen) => depth += 1,
                Some(Token::RParen) if depth <= 1 => return if depth == 1 { at + 1 } else { at },
                Some(Token::RParen) => depth -= 1,
                _ if depth == 0 => return at,
                _ => {}
            }
        }
        self.len()
    }

    /// The items between commas at this level, up to where the level ends.
    pub fn list(&self, from: usize) -> Vec<(usize, usize)> {
        let (mut depth, mut first, mut items) = (0usize, from, Vec::new());
        let mut at = from;
        while let Some(token) = self.token(at) {
            match token.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket if depth == 0 => break,
                Token::RParen | Token::RBracket => depth -= 1,
                Token::Comma if depth == 0 => {
                    items.push((first, at));
                    first = at + 1;
                }
                Token::SemiColon => break,
                _ => {}
            }
            at += 1;
        }
        if at > first {
            items.push((first, at));
        }
        items
    }

    pub fn span(&self, from: usize, to: usize) -> Span {
        match (self.token(from), self.token(to.saturating_sub(1))) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => Span::empty(),
        }
    }

    /// Takes out tokens that mean nothing on TiDB.
    pub fn remove(&mut self, from: usize, to: usize) {
        // The solid tokens may not have been counted yet.
        if self.solid.len() < to {
            self.open();
        }
        self.removed.push((from, to));
    }

    /// Takes out tokens that the passes have something to say about.
    pub fn skip(&mut self, what: What, from: usize, to: usize) {
        self.read.skipped.push(Skipped { what, span: self.span(from, to), action: false });
        self.remove(from, to);
    }

    /// Takes out the `n`th of several items, with a comma beside it.
    pub fn skip_item(&mut self, what: What, items: &[(usize, usize)], n: usize) {
        let Some(&(from, to)) = items.get(n) else { return };
        self.read.skipped.push(Skipped { what, span: self.span(from, to), action: true });
        self.remove_item(items, n);
    }

    /// Takes out the `n`th of several items, of which nothing is to be said.
    pub fn remove_item(&mut self, items: &[(usize, usize)], n: usize) {
        let Some(&(from, to)) = items.get(n) else { return };
        // The comma before it goes along, unless all items before it went as well.
        let first = items[..n].iter().all(|item| self.removed.iter().any(|r| r.0 <= item.0 && item.1 <= r.1));
        if first {
            self.remove(from, if n + 1 < items.len() { to + 1 } else { to });
        } else {
            self.remove(from - 1, to);
        }
    }

    /// The text must be written anew, though no token goes.
    pub fn change(&mut self) {
        self.read.changed = true;
    }

    /// Every part was taken out.
    pub fn empty(&mut self) {
        self.read.emptied = true;
    }

    pub fn skipped(&self) -> usize {
        self.read.skipped.iter().filter(|skipped| skipped.action).count()
    }

    pub fn replace(&mut self, n: usize, token: Token) {
        if let Some(found) = self.solid.get(n).and_then(|&at| self.all.get_mut(at)) {
            found.token = token;
            self.read.changed = true;
        }
    }

    /// Puts tokens before another.
    pub fn insert(&mut self, words: Vec<TokenWithSpan>, before: usize) {
        let at = self.solid.get(before).copied().unwrap_or(self.all.len());
        self.inserted.push((at, words));
    }

    /// The tokens of a range, copied.
    pub fn copied(&self, from: usize, to: usize) -> Vec<TokenWithSpan> {
        (from..to).filter_map(|n| self.token(n).cloned()).collect()
    }

    pub fn finish(mut self) -> Read {
        if self.removed.is_empty() && self.inserted.is_empty() {
            return self.read;
        }
        let ranges = std::mem::take(&mut self.removed);
        let gone = ranges.into_iter().flat_map(|(from, to)| from..to);
        let gone: HashSet<usize> = gone.filter_map(|n| self.solid.get(n).copied()).collect();
        let mut kept = Vec::with_capacity(self.all.len());
        for (at, token) in std::mem::take(self.all).into_iter().enumerate() {
            for (_, words) in self.inserted.iter_mut().filter(|insert| insert.0 == at) {
                kept.append(words);
            }
            if !gone.contains(&at) {
                kept.push(token);
            }
        }
        *self.all = kept;
        self.read.changed = true;
        self.read
    }
}
