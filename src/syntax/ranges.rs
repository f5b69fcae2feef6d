//! Where exactly each part of a statement stands, for diagnostics.
//!
//! sqlparser's spans are too coarse. Lists are cut by the statement's own tokens; of an element that something is said
//! about, sqlparser's public sub-parsers are driven over its tokens and the token index is read around each part.

use super::lex::{Kind, Token};
use super::parse::bytes_of;
use super::tokens::placed;
use crate::text::{LineIndex, Span};
use sqlparser::ast::{Ident, Spanned};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Span as SqlSpan;

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

/// A statement's tokens without trivia.
pub struct Ranges<'a> {
    source: &'a str,
    lines: LineIndex,
    solid: Vec<Token>,
}

impl<'a> Ranges<'a> {
    pub fn new(source: &'a str, tokens: &[Token]) -> Self {
        let solid = tokens.iter().filter(|token| !token.is_trivia()).copied().collect();
        Ranges { source, lines: LineIndex::new(source.as_bytes()), solid }
    }

    /// The bytes of an identifier; `None` where the tree was made by a pass.
    pub fn ident(&self, ident: &Ident) -> Option<Span> {
        self.located(ident.span)
    }

    /// The bytes sqlparser's own span of a node covers, where it has one.
    pub fn node(&self, node: &impl Spanned) -> Option<Span> {
        self.located(node.span())
    }

    fn located(&self, span: SqlSpan) -> Option<Span> {
        (span.start.line > 0).then(|| bytes_of(self.source, &self.lines, span))
    }

    /// The bytes of the first occurrence of these words in a row, at or after byte `from`.
    pub fn words(&self, words: &[&str], from: usize) -> Option<Span> {
        let mut runs = self.solid.windows(words.len()).filter(|run| run[0].span.start >= from);
        let same = |run: &&[Token]| {
            run.iter().zip(words).all(|(t, word)| t.text(self.source).eq_ignore_ascii_case(word))
        };
        runs.find(same).map(|run| run[0].span.join(run[run.len() - 1].span))
    }

    /// The elements of the first parenthesised list, CREATE TABLE's columns and constraints, each as a whole.
    pub fn create_table(&self) -> Vec<Span> {
        match self.solid.iter().position(|token| token.text(self.source) == "(") {
            Some(open) => self.list(open + 1),
            None => Vec::new(),
        }
    }

    /// The actions of ALTER TABLE, in order, each as a whole.
    pub fn alter_table(&self) -> Vec<Span> {
        // ALTER TABLE [IF EXISTS] [ONLY] name [*] actions…
        let mut at = 2;
        while self.solid.get(at).is_some_and(|t| is_one_of(t.text(self.source), &["if", "exists", "only"])) {
            at += 1;
        }
        at += 1;
        while self.solid.get(at).is_some_and(|token| token.text(self.source) == ".") {
            at += 2;
        }
        at += usize::from(self.solid.get(at).is_some_and(|token| token.text(self.source) == "*"));
        self.list(at)
    }

    /// The column that an action of ALTER TABLE adds.
    pub fn added_column(&self, action: Span) -> Option<ColumnRange> {
        let from = self.solid.partition_point(|token| token.span.start < action.start);
        let is = |at: usize, word: &str| {
            self.solid.get(at).is_some_and(|t| t.text(self.source).eq_ignore_ascii_case(word))
        };
        if !is(from, "add") || is(from + 1, "constraint") {
            return None;
        }
        let mut at = from + 1;
        at += usize::from(is(at, "column"));
        at += if is(at, "if") { 3 } else { 0 };
        let start = self.solid.get(at)?.span.start;
        match self.element(Span::new(start.min(action.end), action.end)) {
            Element::Column(column) => Some(column),
            Element::Constraint(_) => None,
        }
    }

    /// The data type that the first token at or after a byte begins.
    pub fn data_type_after(&self, byte: usize) -> Option<Span> {
        let start = self.solid.iter().find(|token| token.span.start >= byte)?.span.start;
        let mut part = Part::new(&self.source[start..], start);
        let end = part.parse(|parser| parser.parse_data_type().is_ok())?;
        Some(part.span(0, end))
    }

    /// Items between commas at this level, up to the level's end.
    fn list(&self, from: usize) -> Vec<Span> {
        let (mut depth, mut first, mut items) = (0usize, None::<Span>, Vec::new());
        for token in self.solid.iter().skip(from) {
            match (token.kind, token.text(self.source)) {
                (Kind::Punct, "(" | "[") => depth += 1,
                (Kind::Punct, ")" | "]") if depth == 0 => break,
                (Kind::Punct, ")" | "]") => depth -= 1,
                (Kind::Punct, ",") if depth == 0 => {
                    items.extend(first.take());
                    continue;
                }
                (Kind::Punct, ";") => break,
                _ => {}
            }
            first = Some(first.map_or(token.span, |whole| whole.join(token.span)));
        }
        items.extend(first);
        items
    }

    /// The parts of an element of CREATE TABLE's list.
    pub fn element(&self, whole: Span) -> Element {
        let mut part = Part::new(&self.source[whole.start..whole.end], whole.start);
        if part.parse(|parser| matches!(parser.parse_optional_table_constraint(), Ok(Some(_)))).is_some() {
            return Element::Constraint(whole);
        }
        let mut column = ColumnRange { name: part.span(0, 1), whole, ..ColumnRange::default() };
        part.parser.advance_token();
        let Some(mut at) = part.parse(|parser| parser.parse_data_type().is_ok()) else {
            column.data_type = part.span(1, 2);
            return Element::Column(column);
        };
        column.data_type = part.span(1, at);
        while at < part.spans.len() {
            let option = part.parse(|parser| {
                if parser.parse_keyword(Keyword::CONSTRAINT) {
                    let _ = parser.parse_identifier();
                }
                matches!(parser.parse_optional_column_option(), Ok(Some(_)))
            });
            let Some(end) = option.filter(|end| *end > at) else { break };
            column.options.push(part.span(at, end));
            at = end;
        }
        Element::Column(column)
    }
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A stretch of the statement, read by sqlparser from its beginning on.
struct Part<'a> {
    /// Where it starts in the statement.
    start: usize,
    /// Where its tokens stand in it, without trivia.
    spans: Vec<Span>,
    parser: Parser<'a>,
}

impl Part<'_> {
    fn new(text: &str, start: usize) -> Self {
        let (tokens, spans) = placed(text);
        let parser = Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(tokens);
        Part { start, spans, parser }
    }

    /// The index of the first token that was not read, if reading on worked; else nothing was read.
    fn parse(&mut self, mut read: impl FnMut(&mut Parser<'_>) -> bool) -> Option<usize> {
        let not = || ParserError::ParserError(String::new());
        self.parser.try_parse(|parser| read(parser).then_some(()).ok_or_else(not)).ok()?;
        Some(self.parser.index().min(self.spans.len()))
    }

    fn span(&self, from: usize, to: usize) -> Span {
        match (self.spans.get(from), self.spans.get(to.saturating_sub(1))) {
            (Some(first), Some(last)) if to > from => first.join(*last).shifted(self.start),
            _ => Span::new(self.start, self.start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(source: &str) -> Ranges<'_> {
        Ranges::new(source, &crate::syntax::lex::lex(source, crate::syntax::lex::Rules::Postgres))
    }

    fn at(source: &str, span: Span) -> &str {
        &source[span.start..span.end]
    }

    #[test]
    fn columns_and_constraints_have_exact_ranges() {
        let source = "CREATE TABLE s.t (\n  \"é\" timestamp(3) with time zone CONSTRAINT x NOT NULL DEFAULT now(),\n  b numeric(10, 2)[], CHECK (b > 0))";
        let ranges = ranges(source);
        let elements: Vec<_> = ranges.create_table().into_iter().map(|whole| ranges.element(whole)).collect();
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
        let ranges = ranges(source);
        let actions = ranges.alter_table();
        assert_eq!(at(source, actions[0]), "ADD COLUMN IF NOT EXISTS a text[] UNIQUE");
        let added = ranges.added_column(actions[0]).unwrap();
        assert_eq!(at(source, added.data_type), "text[]");
        assert_eq!(at(source, added.options[0]), "UNIQUE");
        assert_eq!(at(source, actions[1]), "DROP COLUMN b");
    }

    #[test]
    fn words_are_found_in_a_row() {
        let source = "CREATE INDEX CONCURRENTLY i ON t (a)";
        let span = ranges(source).words(&["concurrently"], 0).unwrap();
        assert_eq!(at(source, span), "CONCURRENTLY");
    }
}
