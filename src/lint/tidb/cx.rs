//! What a rule sees of the statement it judges, and where it reports.

use super::Found;
use super::catalog::Catalog;
use super::state::State;
use super::stmt::Stmt;
use crate::diagnostic::{Diagnostic, Fidelity, Level, Rule};
use crate::lint::Fix;
use crate::target::Target;
use crate::text::Span;

/// One statement's judgement.
#[derive(Debug)]
pub struct Cx<'a> {
    pub stmt: Stmt<'a>,
    pub target: Target,
    pub catalog: &'a Catalog,
    pub state: &'a State,
    pub found: Vec<Found>,
}

impl<'a> Cx<'a> {
    /// A finding of the rule's own level on some bytes of the script.
    pub fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Found {
        let diagnostic = Diagnostic::new(rule, span, message);
        let at = self.found.len();
        self.found.push(Found { diagnostic, fix: None });
        &mut self.found[at]
    }

    /// On the tokens from `from` up to `end`.
    pub fn on(
        &mut self,
        rule: &'static Rule,
        from: usize,
        end: usize,
        message: impl Into<String>,
    ) -> &mut Found {
        let span = self.stmt.span(from, end);
        self.report(rule, span, message)
    }

    pub fn has_error(&self) -> bool {
        self.found.iter().any(|found| found.diagnostic.level == Level::Error)
    }

    pub fn before_8(&self) -> bool {
        self.target < Target::V8_1
    }
}

impl Found {
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.diagnostic.help(help);
        self
    }

    pub fn fix(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// Leaves out the tokens from `from` up to `end` with the blanks before them, if no comment is among them.
    pub fn cut(&mut self, stmt: &Stmt<'_>, from: usize, end: usize) -> &mut Self {
        let before = from.saturating_sub(1);
        if stmt.is_plain(before, end) && from > 0 {
            let start = stmt.span(before, from).end;
            self.fix(Span::new(start, stmt.span(from, end).end), "");
        }
        self
    }

    /// Writes other words instead of the tokens from `from` up to `end`, if no comment is among them.
    pub fn put(&mut self, stmt: &Stmt<'_>, from: usize, end: usize, text: impl Into<String>) -> &mut Self {
        if from < end && stmt.is_plain(from, end) {
            self.fix(stmt.span(from, end), text);
        }
        self
    }

    /// TiDB runs it: it only may not do what it says.
    pub fn warning(&mut self) -> &mut Self {
        self.diagnostic.level = Level::Warning;
        self.diagnostic.fidelity = Fidelity::Approximate;
        self
    }

    /// TiDB refuses it here.
    pub fn error(&mut self) -> &mut Self {
        self.diagnostic.level = Level::Error;
        self.diagnostic.fidelity = Fidelity::Refused;
        self
    }
}
