//! The last look at a translation: what no rule has made TiDB's is refused, never passed through.
//!
//! Every form that may pass is named here, field by field, so that a form that a new parser brings
//! stops the build and not the promise.

mod alter;
mod columns;
mod create;
mod exprs;
mod functions;
mod names;
mod query;
mod rows;
mod statements;
mod types;

use super::{Cx, Item, Verdict, Work};
use crate::diagnostic::{Rule, rule};
use crate::text::Span;

rule! {
    /// A construct that pg2tidb does not know how to say on TiDB.
    ///
    /// Whatever no rule has translated is refused here by its name, so that PostgreSQL's SQL never reaches TiDB unread.
    /// Write the statement for TiDB by hand, or leave the construct out if it may go.
    pub UNTRANSLATED_CONSTRUCT = "S001", "untranslated-construct", Statements, Refused;
}

/// The rules of the gate.
pub static RULES: &[&Rule] = &[&UNTRANSLATED_CONSTRUCT];

/// What must not pass, and where it stands.
pub struct Found {
    pub what: String,
    pub span: Span,
}

type Checked = Result<(), Found>;

/// Refuses the statement if anything in it is not known to mean the same on TiDB.
pub fn check(cx: &mut Cx<'_>, work: &mut Work) {
    super::parameters::place(cx, work);
    if work.verdict != Verdict::Emit {
        return;
    }
    for item in &work.items {
        // A text was written by a rule for TiDB.
        let Item::Tree(statement) = item else { continue };
        if let Err(found) = statements::check(cx, statement) {
            let message = format!("{} has no translation", found.what);
            cx.report(&UNTRANSLATED_CONSTRUCT, found.span, message);
            work.verdict = Verdict::Refuse;
            return;
        }
    }
}

/// Whether an INSERT says nothing that needs a translation beside its names and values.
pub fn is_plain_insert(insert: &sqlparser::ast::Insert) -> bool {
    insert.into && insert.on.is_none() && rows::foreign_clauses(insert).iter().all(|(said, _)| !said)
}

/// Whether a query may pass, for a rule that writes it into a text.
pub fn query_passes(cx: &Cx<'_>, query: &sqlparser::ast::Query) -> Result<(), Found> {
    query::query(cx, query)
}

/// Whether an expression may pass, for a rule that puts it elsewhere.
pub fn expression_passes(cx: &Cx<'_>, expr: &sqlparser::ast::Expr) -> bool {
    exprs::check(cx, expr).is_ok()
}

fn refuse(span: Span, what: impl Into<String>) -> Checked {
    Err(Found { what: what.into(), span })
}

/// Refuses the first of these that the statement says.
fn none_of(cx: &Cx<'_>, said: &[(bool, &str)], of: &str) -> Checked {
    match said.iter().find(|(said, _)| *said) {
        Some((_, words)) => {
            let lower: Vec<&str> = words.split(' ').collect();
            refuse(cx.words(&lower), format!("{of} … {words}"))
        }
        None => Ok(()),
    }
}
