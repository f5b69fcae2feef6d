//! Where exactly each part of a statement stands, for diagnostics.
//!
//! sqlparser's spans are too coarse, so its public sub-parsers are driven over the statement's
//! tokens and the token index is read around each of them. Only run when something is reported.

use super::parse::byte_at;
use crate::text::{LineIndex, Span};
use sqlparser::ast::{Ident, Spanned};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

/// The parts of a column definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnRange {
    pub name: Span,
    pub data_type: Span,
    /// One for each option, its CONSTRAINT name included.
    pub options: Vec<Span>,
    pub whole: Span,
}

/// An element of CREATE TABLE's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    Column(ColumnRange),
    Constraint(Span),
}

/// A statement's tokens with their bytes.
pub struct Ranges<'a> {
    source: &'a str,
    lines: LineIndex,
    tokens: Vec<TokenWithSpan>,
    /// Indexes into `tokens` of those that are no trivia.
    solid: Vec<usize>,
}

impl<'a> Ranges<'a> {
    pub fn new(source: &'a str) -> Self {
        let tokens =
            Tokenizer::new(&PostgreSqlDialect {}, source).tokenize_with_location().unwrap_or_default();
        let solid = (0..tokens.len()).filter(|&i| !matches!(tokens[i].token, Token::Whitespace(_))).collect();
        Ranges { source, lines: LineIndex::new(source.as_bytes()), tokens, solid }
    }

    /// The bytes of an identifier; `None` where the tree was made by a pass.
    pub fn ident(&self, ident: &Ident) -> Option<Span> {
        (ident.span.start.line > 0).then(|| {
            let start = byte_at(self.source, &self.lines, ident.span.start);
            Span::new(start, byte_at(self.source, &self.lines, ident.span.end).max(start))
        })
    }

    /// The bytes sqlparser's own span of a node covers, where it has one.
    pub fn node(&self, node: &impl Spanned) -> Option<Span> {
        let span = node.span();
        (span.start.line > 0).then(|| {
            let start = byte_at(self.source, &self.lines, span.start);
            Span::new(start, byte_at(self.source, &self.lines, span.end).max(start))
        })
    }

    /// The bytes of the first occurrence of these words in a row, at or after byte `from`.
    pub fn words(&self, words: &[&str], from: usize) -> Option<Span> {
        let starts = self.solid.windows(words.len());
        starts
            .filter(|w| self.start(w[0]) >= from)
            .find(|w| w.iter().zip(words).all(|(&i, word)| self.text(i).eq_ignore_ascii_case(word)))
            .map(|w| Span::new(self.start(w[0]), self.end(w[w.len() - 1])))
    }

    /// The elements of the first parenthesised list: CREATE TABLE's columns and constraints.
    pub fn create_table(&self) -> Vec<Element> {
        let Some(open) = self.solid.iter().position(|&i| self.tokens[i].token == Token::LParen) else {
            return Vec::new();
        };
        self.list(open + 1).into_iter().map(|(from, to)| self.element(from, to)).collect()
    }

    /// The actions of ALTER TABLE, in order; each with the parts of the column it adds, if it does.
    pub fn alter_table(&self) -> Vec<(Span, Option<ColumnRange>)> {
        // ALTER TABLE [IF EXISTS] [ONLY] name [*] actions…
        let mut at = 2;
        while let Some(&i) = self.solid.get(at) {
            let text = self.text(i);
            if !["if", "exists", "only"].iter().any(|w| text.eq_ignore_ascii_case(w)) {
                break;
            }
            at += 1;
        }
        let mut parser = self.parser(at);
        if parser.parse_object_name(false).is_err() {
            return Vec::new();
        }
        let first = at + parser.index();
        let actions = self.list(first);
        actions.into_iter().map(|(from, to)| (self.span(from, to), self.added_column(from, to))).collect()
    }

    fn added_column(&self, from: usize, to: usize) -> Option<ColumnRange> {
        let word =
            |at: usize, w: &str| self.solid.get(at).is_some_and(|&i| self.text(i).eq_ignore_ascii_case(w));
        if !word(from, "add") || word(from + 1, "constraint") {
            return None;
        }
        let mut at = from + 1;
        at += usize::from(word(at, "column"));
        at += if word(at, "if") { 3 } else { 0 };
        match self.element(at, to) {
            Element::Column(column) => Some(column),
            Element::Constraint(_) => None,
        }
    }

    /// The data type that the first token at or after a byte begins.
    pub fn data_type_after(&self, byte: usize) -> Option<Span> {
        let from = self.solid.iter().position(|&i| self.start(i) >= byte)?;
        let mut parser = self.parser(from);
        parser.parse_data_type().ok()?;
        Some(self.span(from, from + parser.index()))
    }

    /// Items between commas at this level, as ranges of `solid`, up to the level's end.
    fn list(&self, from: usize) -> Vec<(usize, usize)> {
        let (mut depth, mut start, mut items) = (0usize, from, Vec::new());
        let mut at = from;
        while let Some(&i) = self.solid.get(at) {
            match self.tokens[i].token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket if depth == 0 => break,
                Token::RParen | Token::RBracket => depth -= 1,
                Token::Comma if depth == 0 => {
                    items.push((start, at));
                    start = at + 1;
                }
                Token::EOF | Token::SemiColon => break,
                _ => {}
            }
            at += 1;
        }
        if at > start {
            items.push((start, at));
        }
        items
    }

    fn element(&self, from: usize, to: usize) -> Element {
        let whole = self.span(from, to);
        let mut parser = self.parser(from);
        if matches!(parser.parse_optional_table_constraint(), Ok(Some(_))) {
            return Element::Constraint(whole);
        }
        let data_type = from + 1;
        let mut parser = self.parser(data_type);
        let mut column = ColumnRange { name: self.span(from, from + 1), whole, ..ColumnRange::default() };
        if parser.parse_data_type().is_err() {
            column.data_type = self.span(data_type, data_type + 1);
            return Element::Column(column);
        }
        let mut at = (data_type + parser.index()).min(to);
        column.data_type = self.span(data_type, at);
        while at < to {
            let start = at;
            let mut parser = self.parser(at);
            if parser.parse_keyword(Keyword::CONSTRAINT) {
                let _ = parser.parse_identifier();
            }
            match parser.parse_optional_column_option() {
                Ok(Some(_)) => at = (at + parser.index()).min(to),
                _ => break,
            }
            column.options.push(self.span(start, at));
        }
        Element::Column(column)
    }

    /// A parser over the solid tokens from the `at`th; its index counts solid tokens.
    fn parser(&self, at: usize) -> Parser<'static> {
        // A part never needs more than this; copying the rest of a long statement for each would be quadratic.
        let tokens = self.solid.iter().skip(at).take(1_000).map(|&i| self.tokens[i].clone()).collect();
        Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(tokens)
    }

    fn text(&self, token: usize) -> &str {
        &self.source[self.start(token)..self.end(token)]
    }

    fn start(&self, token: usize) -> usize {
        byte_at(self.source, &self.lines, self.tokens[token].span.start)
    }

    fn end(&self, token: usize) -> usize {
        byte_at(self.source, &self.lines, self.tokens[token].span.end)
    }

    fn span(&self, from: usize, to: usize) -> Span {
        match (self.solid.get(from), self.solid.get(to.saturating_sub(1))) {
            (Some(&first), Some(&last)) if last >= first => Span::new(self.start(first), self.end(last)),
            _ => Span::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, span: Span) -> &str {
        &source[span.start..span.end]
    }

    #[test]
    fn columns_and_constraints_have_exact_ranges() {
        let source = "CREATE TABLE s.t (\n  \"é\" timestamp(3) with time zone CONSTRAINT x NOT NULL DEFAULT now(),\n  b numeric(10, 2)[], CHECK (b > 0))";
        let elements = Ranges::new(source).create_table();
        let Element::Column(first) = &elements[0] else { panic!("a column") };
        assert_eq!(at(source, first.name), "\"é\"");
        assert_eq!(at(source, first.data_type), "timestamp(3) with time zone");
        let options: Vec<_> = first.options.iter().map(|&o| at(source, o)).collect();
        assert_eq!(options, ["CONSTRAINT x NOT NULL", "DEFAULT now()"]);
        let Element::Column(second) = &elements[1] else { panic!("a column") };
        assert_eq!(at(source, second.data_type), "numeric(10, 2)[]");
        assert_eq!(elements[2], Element::Constraint(Span::new(source.len() - 14, source.len() - 1)));
    }

    #[test]
    fn alter_actions_have_exact_ranges() {
        let source = "ALTER TABLE IF EXISTS ONLY t ADD COLUMN IF NOT EXISTS a text[] UNIQUE, DROP COLUMN b";
        let actions = Ranges::new(source).alter_table();
        assert_eq!(at(source, actions[0].0), "ADD COLUMN IF NOT EXISTS a text[] UNIQUE");
        let added = actions[0].1.as_ref().unwrap();
        assert_eq!(at(source, added.data_type), "text[]");
        assert_eq!(at(source, added.options[0]), "UNIQUE");
        assert_eq!(at(source, actions[1].0), "DROP COLUMN b");
    }

    #[test]
    fn words_are_found_in_a_row() {
        let source = "CREATE INDEX CONCURRENTLY i ON t (a)";
        let span = Ranges::new(source).words(&["concurrently"], 0).unwrap();
        assert_eq!(at(source, span), "CONCURRENTLY");
    }
}
