//! What is to become of one statement.

use super::copy::Inserts;
use super::{Item, Part};
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use sqlparser::ast::Statement;

/// What is to become of one statement.
#[derive(Debug, Clone)]
pub struct Plan {
    pub outcome: Outcome,
    /// Why a statement is left out, for the line above it.
    pub note: String,
    /// Spans are bytes in the statement.
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    /// TiDB's statement has the same tree.
    Same,
    /// The text may stay but for these bytes.
    Without(Span),
    /// The trees after the passes, which are printed when the plan is written down.
    Trees(Trees),
    /// The statement printed before the passes, and the statements after them.
    Changed {
        before: String,
        after: Vec<String>,
    },
    /// The statements of a DO, and what of it is left out.
    Block(Vec<Part>),
    /// INSERTs of the rows after it, which are still to be written.
    Copy(Box<Inserts>),
    /// INSERTs of the rows after it, as they are to be written.
    Rows(Vec<String>),
    Refused,
    Dropped,
    Folded,
}

/// What the passes made of a tree.
#[derive(Debug, Clone)]
pub struct Trees {
    pub items: Vec<Item>,
    /// The text may say the same in an order that only PostgreSQL takes.
    pub reprint: bool,
    /// What they were made of, where that is not the statement's own tree.
    pub of: Option<Box<Statement>>,
}

impl Outcome {
    /// Whether something of it runs on TiDB, where it is not the code of a DO.
    pub fn runs(&self) -> bool {
        matches!(
            self,
            Outcome::Same
                | Outcome::Without(_)
                | Outcome::Trees(_)
                | Outcome::Changed { .. }
                | Outcome::Copy(_)
                | Outcome::Rows(_)
        )
    }
}

impl Plan {
    pub(super) fn left_out(outcome: Outcome, diagnostics: Vec<Diagnostic>) -> Plan {
        let what = match outcome {
            Outcome::Refused => "refused",
            Outcome::Folded => "folded",
            _ => "dropped",
        };
        let loudest = diagnostics.iter().max_by_key(|d| d.level);
        let note = match loudest {
            Some(d) => {
                format!("{what}: {} {}: {}", d.rule.code, d.rule.name, d.message.replace(['\n', '\r'], " "))
            }
            None => what.to_string(),
        };
        Plan { outcome, note, diagnostics }
    }
}
