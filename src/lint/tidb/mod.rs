//! Rules for scripts that are written for TiDB or MySQL.
//!
//! The text is cut by a lexer of TiDB's rules, the statements that matter are read by a light grammar which leaves alone what it does not
//! know, and rules say what TiDB is known to refuse: nothing is an error because it could not be read.

mod alter;
mod catalog;
mod columns;
mod create;
mod cx;
pub mod guard;
mod keys;
pub mod lexer;
mod rules;
mod session;
mod state;
mod stmt;
mod token_end;
mod types;

pub use rules::RULES;
pub use session::Session;

use super::Fix;
use super::suppress::{Layout, speaks};
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use lexer::Lexed;
use session::Statement;
use stmt::Stmt;

/// A script, cut and read.
#[derive(Debug)]
pub struct Script {
    text: String,
    lexed: Lexed,
    statements: Vec<Statement>,
}

/// A finding, and what would remove it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub diagnostic: Diagnostic,
    pub fix: Option<Fix>,
}

impl Script {
    /// Pure: may run on any thread.
    pub fn read(text: String) -> Script {
        let lexed = Lexed::new(&text);
        let read = |cut: &lexer::Cut| {
            let tokens = lexed.tokens.get(cut.first..cut.end).unwrap_or_default();
            let stmt = Stmt { text: &text, tokens, mode: cut.mode };
            Statement { first: cut.first, end: cut.end, mode: cut.mode, read: session::read(&stmt) }
        };
        let statements = lexed.statements.iter().map(read).collect();
        Script { text, lexed, statements }
    }

    /// Where its statements and comments are.
    pub fn layout(&self) -> Layout {
        if !speaks(self.text.as_bytes()) {
            return Layout::default();
        }
        let tokens = &self.lexed.tokens;
        let span = |cut: &lexer::Cut| {
            let (first, last) = (tokens.get(cut.first)?, tokens.get(cut.end.checked_sub(1)?)?);
            Some(Span::new(first.span.start, last.span.end))
        };
        let statements = self.lexed.statements.iter().filter_map(span).collect();
        Layout { statements, comments: self.lexed.comments.clone() }
    }
}
