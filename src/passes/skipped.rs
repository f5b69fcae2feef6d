//! What the parser does not read and the syntax took out: said here, once for each.

use super::alter::STORAGE_SETTING;
use super::tables::collation::{COLUMN_COLLATION, is_exact};
use super::tables::foreign_key::FOREIGN_KEY_ACTION;
use super::tables::key_options::DEFERRABLE_CONSTRAINT;
use super::{Cx, Verdict, Work};
use crate::diagnostic::{Fidelity, Level};
use crate::syntax::Left;
use crate::syntax::skip::What;
use sqlparser::ast::{
    AlterTableOperation, ForeignKeyConstraint, ReferentialAction, Statement, TableConstraint,
};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for left in &cx.parsed.skipped {
        match &left.what {
            What::Storage => {
                cx.note(&STORAGE_SETTING, left.span, "it says how PostgreSQL stores or samples it");
            }
            What::Collation(name) if is_exact(&name.value) => {}
            What::Collation(name) => {
                let message = format!(
                    "TiDB has no collation {}: the column keeps the table's, and sorts by code points",
                    name.value
                );
                cx.report(&COLUMN_COLLATION, left.span, message);
            }
            What::Checked { deferrable: false } => {
                cx.note(
                    &DEFERRABLE_CONSTRAINT,
                    left.span,
                    "TiDB checks constraints with each statement anyway",
                );
            }
            What::Checked { deferrable: true } => {
                let message = "TiDB checks constraints with each statement, not at the transaction's end";
                cx.report(&DEFERRABLE_CONSTRAINT, left.span, message)
                    .help("order the statements so that none of them breaks the constraint");
            }
            What::SomeColumns => some_columns(cx, work, left),
            What::Like(_) | What::NotNull => {}
        }
    }
    if cx.parsed.emptied {
        work.verdict = Verdict::Drop;
    }
}

/// TiDB would set all columns of the key, which is another change to the rows: it refuses the DELETE instead.
fn some_columns(cx: &mut Cx<'_>, work: &mut Work, left: &Left) {
    let at = |cx: &Cx<'_>, key: &ForeignKeyConstraint| {
        let span = cx.around(key);
        span.start <= left.span.start && left.span.end <= span.end
    };
    for statement in work.trees() {
        let constraints: Vec<&mut TableConstraint> = match statement {
            Statement::CreateTable(create) => create.constraints.iter_mut().collect(),
            Statement::AlterTable(alter) => alter
                .operations
                .iter_mut()
                .filter_map(|operation| match operation {
                    AlterTableOperation::AddConstraint { constraint, .. } => Some(constraint),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        for constraint in constraints {
            if let TableConstraint::ForeignKey(key) = constraint
                && matches!(key.on_delete, Some(ReferentialAction::SetNull | ReferentialAction::SetDefault))
                && at(cx, key)
            {
                key.on_delete = None;
            }
        }
    }
    let message =
        "TiDB can't set some columns of a foreign key only: it refuses to delete the row that is referred to";
    let found = cx.report(&FOREIGN_KEY_ACTION, left.span, message);
    (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
    found.help = Some("set the columns in the program before the row is deleted".into());
}
