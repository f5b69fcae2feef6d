//! `unsupported-statement`, `unparsed`: what has no translation is refused by its name.

use crate::diagnostic::{Diagnostic, rule};
use crate::passes::{Cx, Work};
use crate::syntax::{Failure, Parsed};

rule! {
    /// A statement that can't be read.
    ///
    /// The parser stopped at the place that is underlined. Nothing of the statement is emitted; in the
    /// output file it stays where it was, as a comment.
    pub UNPARSED = "P001", "unparsed", Script, Refused;
}

/// The refusal of a statement that has no tree.
pub fn unread(_parsed: &Parsed, failure: &Failure) -> Diagnostic {
    Diagnostic::new(&UNPARSED, failure.span, failure.message.clone())
}

pub fn pass(_cx: &mut Cx<'_>, _work: &mut Work) {}
