//! What a pass sees beside the tree: options, catalog, the file's other statements; and how it reports.

use super::ahead::Later;
use super::expressions::scope::Ctes;
use super::facts::FileFacts;
use super::search_path::SearchPath;
use crate::catalog::{Catalog, ViewColumn};
use crate::config::Options;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::syntax::Parsed;
use crate::syntax::ranges::{ColumnRange, Element, Ranges};
use crate::target::Capability;
use crate::text::Span;
use sqlparser::ast::{Ident, Spanned, Statement};
use std::cell::OnceCell;

/// The surroundings of one statement's translation.
pub struct Cx<'a> {
    pub options: &'a Options,
    pub catalog: &'a Catalog,
    pub parsed: &'a Parsed,
    pub file: &'a FileFacts,
    /// The file has begun a transaction before this statement.
    pub in_transaction: bool,
    /// What becomes later of the table that the statement creates.
    pub later: &'a [Later],
    /// The name of the file at hand.
    pub place: &'a str,
    pub diagnostics: Vec<Diagnostic>,
    /// Where names without a schema are looked up; the statement's tree has them with it.
    pub path: SearchPath,
    /// There is a recursive query in the statement.
    pub recursive: bool,
    /// There is a GROUP_CONCAT in the statement.
    pub grouped: bool,
    /// The columns of the view that the statement makes, for the catalog.
    pub declares: Option<Vec<ViewColumn>>,
    /// What stands for the source where the catalog reads it.
    pub stand_in: Option<Box<Statement>>,
    /// The queries of the WITH before a change of rows.
    pub ctes: Ctes,
    located: OnceCell<Located<'a>>,
}

/// The statement's parts, found only when something is reported.
struct Located<'a> {
    ranges: Ranges<'a>,
    /// CREATE TABLE's elements or ALTER TABLE's actions, and their parts once they were asked for.
    wholes: Vec<Span>,
    parts: Vec<OnceCell<Element>>,
    alter: bool,
}

impl Located<'_> {
    /// The element or action that holds a byte.
    fn whole(&self, byte: usize) -> Option<usize> {
        let at = self.wholes.partition_point(|whole| whole.end <= byte);
        self.wholes.get(at).is_some_and(|whole| whole.start <= byte).then_some(at)
    }

    /// The column that the `at`th element defines or action adds.
    fn column(&self, at: usize) -> Option<&ColumnRange> {
        let whole = self.wholes[at];
        let element = self.parts[at].get_or_init(|| match self.alter {
            true => self.ranges.added_column(whole).map_or(Element::Constraint(whole), Element::Column),
            false => self.ranges.element(whole),
        });
        match element {
            Element::Column(column) => Some(column),
            Element::Constraint(_) => None,
        }
    }
}

impl<'a> Cx<'a> {
    pub fn new(options: &'a Options, catalog: &'a Catalog, parsed: &'a Parsed, file: &'a FileFacts) -> Self {
        Cx {
            options,
            catalog,
            parsed,
            file,
            in_transaction: false,
            later: &[],
            place: "",
            diagnostics: Vec::new(),
            path: SearchPath::default(),
            recursive: false,
            grouped: false,
            declares: None,
            stand_in: None,
            ctes: Ctes::default(),
            located: OnceCell::new(),
        }
    }

    pub fn can(&self, capability: Capability) -> bool {
        self.options.target.can(capability)
    }

    /// Reports a finding with the level of the rule's fidelity.
    pub fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(rule, span, message))
    }

    /// Reports an exact rewrite that people may want to know of.
    pub fn note(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let mut diagnostic = Diagnostic::new(rule, span, message);
        diagnostic.level = Level::Info;
        diagnostic.fidelity = crate::diagnostic::Fidelity::Exact;
        self.push(diagnostic)
    }

    pub fn push(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        self.diagnostics.push(diagnostic);
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    fn located(&self) -> &Located<'a> {
        self.located.get_or_init(|| {
            let ranges = Ranges::new(self.parsed.source(), &self.parsed.tokens);
            let head = self.parsed.head(2);
            let alter = head == "ALTER TABLE";
            let wholes = match alter {
                true => ranges.alter_table(),
                false if head.starts_with("CREATE") => ranges.create_table(),
                false => Vec::new(),
            };
            let skipped =
                |whole: &Span| self.parsed.skipped.iter().any(|left| left.action && left.span == *whole);
            let wholes: Vec<Span> = wholes.into_iter().filter(|whole| !skipped(whole)).collect();
            let parts = vec![OnceCell::new(); wholes.len()];
            Located { ranges, wholes, parts, alter }
        })
    }

    /// Whether the statement runs once, and nothing keeps it.
    pub fn runs_once(&self) -> bool {
        matches!(
            self.parsed.tree.as_deref(),
            Ok(Statement::Query(_) | Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_))
        )
    }

    /// The statement's first two words: what to underline when it is about the whole.
    pub fn head(&self) -> Span {
        let mut solid = self.parsed.tokens.iter().filter(|token| !token.is_trivia());
        let first = solid.next().map(|token| token.span).unwrap_or_default();
        solid.next().map_or(first, |second| first.join(second.span))
    }

    /// A name of the source.
    pub fn ident(&self, ident: &Ident) -> Span {
        self.located().ranges.ident(ident).unwrap_or_else(|| self.head())
    }

    /// A node that has a span of sqlparser's, widened to nothing else.
    pub fn node(&self, node: &impl Spanned) -> Span {
        self.located().ranges.node(node).unwrap_or_else(|| self.head())
    }

    /// The first of these words in a row.
    pub fn words(&self, words: &[&str]) -> Span {
        self.located().ranges.words(words, 0).unwrap_or_else(|| self.head())
    }

    /// The first of these words in a row at or after a place.
    pub fn words_from(&self, words: &[&str], from: Span) -> Span {
        self.located().ranges.words(words, from.start).unwrap_or(from)
    }

    /// The parts of the definition of the column of this name.
    pub fn column(&self, name: &Ident) -> Option<&ColumnRange> {
        let located = self.located();
        let at = located.ranges.ident(name)?;
        located.column(located.whole(at.start)?).filter(|column| column.name == at)
    }

    /// A column's data type.
    pub fn column_type(&self, name: &Ident) -> Span {
        self.column(name).map_or_else(|| self.type_after(name), |column| column.data_type)
    }

    /// The type in `ALTER COLUMN name TYPE …`: the words after TYPE; else the name itself.
    fn type_after(&self, name: &Ident) -> Span {
        let at = self.ident(name);
        let ranges = &self.located().ranges;
        match ranges.words(&["type"], at.end) {
            Some(word) => ranges.data_type_after(word.end).unwrap_or(at),
            None => at,
        }
    }

    /// The first option of a column that begins with this word (its CONSTRAINT name aside).
    pub fn column_option(&self, name: &Ident, word: &str) -> Span {
        let Some(column) = self.column(name) else { return self.ident(name) };
        let source = self.parsed.source();
        let begins = |span: &&Span| {
            let text = &source[span.start..span.end];
            let mut words = text.split_whitespace();
            let first = words.next().unwrap_or("");
            let first =
                if first.eq_ignore_ascii_case("constraint") { words.nth(1).unwrap_or("") } else { first };
            first.len() >= word.len()
                && first.is_char_boundary(word.len())
                && first[..word.len()].eq_ignore_ascii_case(word)
        };
        column.options.iter().find(begins).copied().unwrap_or(column.name)
    }

    /// The table constraint or ALTER action that a node stands in.
    pub fn around(&self, node: &impl Spanned) -> Span {
        let located = self.located();
        let Some(at) = located.ranges.node(node) else { return self.head() };
        located.whole(at.start).map_or(at, |whole| located.wholes[whole])
    }

    /// A constraint that may stand on a column: then its words there, else the element it is.
    pub fn constraint(&self, node: &impl Spanned, word: &str) -> Span {
        let whole = self.around(node);
        let located = self.located();
        let Some(column) = located.whole(whole.start).and_then(|at| located.column(at)) else { return whole };
        let option = column.options.iter().find(|o| begins_with(&self.parsed.source()[o.start..o.end], word));
        option.copied().unwrap_or(whole)
    }

    /// The `n`th action of ALTER TABLE.
    pub fn action(&self, n: usize) -> Span {
        self.located().wholes.get(n).copied().unwrap_or_else(|| self.head())
    }
}

/// Whether an option begins with this word, its CONSTRAINT name aside.
fn begins_with(option: &str, word: &str) -> bool {
    let mut words = option.split_whitespace();
    let first = words.next().unwrap_or("");
    let first = if first.eq_ignore_ascii_case("constraint") { words.nth(1).unwrap_or("") } else { first };
    first.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}
