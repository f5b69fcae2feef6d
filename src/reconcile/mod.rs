//! Writes the translation into the author's text: the one place that makes output.

use crate::diagnostic::Diagnostic;
use crate::passes::Plan;
use crate::report::record::Status;
use crate::syntax::Parsed;
use std::borrow::Cow;

/// A translated statement.
#[derive(Debug, Clone)]
pub struct Translation {
    pub status: Status,
    /// The TiDB statements to run, in order, each without its semicolon.
    pub sql: Vec<String>,
    /// What stands in the output file in the statement's place, without the last semicolon.
    pub text: String,
    /// Whether `text` needs a semicolon after it (it does not when only comments are left).
    pub terminated: bool,
    pub diagnostics: Vec<Diagnostic>,
    /// The merge failed its own check and the printed text was emitted instead.
    pub fell_back: bool,
}

/// Writes a plan down. Pure: may run on any thread.
pub fn emit(parsed: &Parsed, plan: Plan) -> Translation {
    Translation {
        status: plan.status,
        sql: vec![parsed.text.clone()],
        text: parsed.text.clone(),
        terminated: true,
        diagnostics: plan.diagnostics,
        fell_back: false,
    }
}

/// Blanks and comments between statements as TiDB must see them: a comment stays a comment there.
pub fn trivia(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
