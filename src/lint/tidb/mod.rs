//! Rules for scripts that are written for TiDB or MySQL.

pub mod lexer;
mod token_end;

use super::Fix;
use super::suppress::{Layout, speaks};
use crate::diagnostic::{Diagnostic, Rule};
use crate::target::Target;
use crate::text::Span;
use lexer::Lexed;

/// All of them.
pub static RULES: &[&Rule] = &[];

/// A script, cut.
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub text: String,
    pub lexed: Lexed,
}

/// A finding, and what would remove it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub diagnostic: Diagnostic,
    pub fix: Option<Fix>,
}

/// What earlier statements and files declared.
#[derive(Debug, Clone)]
pub struct Session {
    pub target: Target,
}

impl Script {
    pub fn read(text: String) -> Script {
        let lexed = Lexed::new(&text);
        Script { text, lexed }
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

impl Session {
    pub fn new(target: Target) -> Session {
        Session { target }
    }

    /// Judges a script and remembers what it declares.
    pub fn lint(&mut self, _script: &Script) -> Vec<Found> {
        Vec::new()
    }
}
