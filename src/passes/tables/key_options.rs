//! `deferrable-constraint`, `nulls-not-distinct`

use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use crate::text::Span;
use sqlparser::ast::{
    AlterTableOperation, ColumnOption, ConstraintCharacteristics, DeferrableInitial, NullsDistinctOption,
    Statement, TableConstraint,
};

rule! {
    /// A constraint that may be checked at the transaction's end.
    ///
    /// TiDB checks every constraint with each statement. Transactions that break a constraint for a moment (two rows
    /// that change places, a parent inserted after its child) fail there. `NOT DEFERRABLE` and `INITIALLY IMMEDIATE`
    /// alone say what TiDB does anyway, and are dropped without a word.
    pub DEFERRABLE_CONSTRAINT = "C008", "deferrable-constraint", Tables, Approximate;
}

rule! {
    /// A UNIQUE constraint that takes NULLs for equal.
    ///
    /// TiDB has no `NULLS NOT DISTINCT`: rows whose keys hold NULL are never duplicates there, so it accepts rows that
    /// PostgreSQL rejects.
    pub NULLS_NOT_DISTINCT = "C009", "nulls-not-distinct", Tables, Lossy;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for statement in work.trees() {
        match statement {
            Statement::CreateTable(create) => {
                for column in &mut create.columns {
                    for option in &mut column.options {
                        if let ColumnOption::PrimaryKey(key) = &mut option.option {
                            let span = cx.column_option(&column.name, "PRIMARY");
                            characteristics(cx, &mut key.characteristics, span);
                        }
                    }
                }
                for constraint in &mut create.constraints {
                    options(cx, constraint);
                }
            }
            Statement::AlterTable(alter) => {
                for operation in &mut alter.operations {
                    if let AlterTableOperation::AddConstraint { constraint, .. } = operation {
                        options(cx, constraint);
                    }
                }
            }
            _ => {}
        }
    }
}

fn options(cx: &mut Cx<'_>, constraint: &mut TableConstraint) {
    match constraint {
        TableConstraint::PrimaryKey(key) => {
            if key.characteristics.is_some() {
                let span = cx.around(&*key);
                characteristics(cx, &mut key.characteristics, span);
            }
            key.include.clear();
            key.index_options.clear();
        }
        TableConstraint::Unique(key) => {
            if key.characteristics.is_some() {
                let span = cx.constraint(&*key, "UNIQUE");
                characteristics(cx, &mut key.characteristics, span);
            }
            if key.nulls_distinct == NullsDistinctOption::NotDistinct {
                let span = cx.around(&*key);
                let span = cx.words_from(&["nulls", "not", "distinct"], span);
                cx.report(
                    &NULLS_NOT_DISTINCT,
                    span,
                    "TiDB takes NULLs for distinct: rows that differ in nothing else are accepted",
                )
                .help("make the columns NOT NULL, with a value that stands for none");
            }
            key.nulls_distinct = NullsDistinctOption::None;
            key.include.clear();
            key.index_options.clear();
        }
        TableConstraint::ForeignKey(key) if key.characteristics.is_some() => {
            let span = cx.constraint(&*key, "REFERENCES");
            characteristics(cx, &mut key.characteristics, span);
        }
        _ => {}
    }
}

/// Drops DEFERRABLE and says so where it made a difference.
fn characteristics(cx: &mut Cx<'_>, slot: &mut Option<ConstraintCharacteristics>, around: Span) {
    let Some(found) = slot.take() else { return };
    if found.deferrable != Some(true) && found.initially != Some(DeferrableInitial::Deferred) {
        return;
    }
    let span = cx.words_from(&["deferrable"], around);
    let span = if found.initially == Some(DeferrableInitial::Deferred) {
        span.join(cx.words_from(&["initially", "deferred"], span))
    } else {
        span
    };
    cx.report(
        &DEFERRABLE_CONSTRAINT,
        span,
        "TiDB checks constraints with each statement, not at the transaction's end",
    )
    .help("order the statements so that none of them breaks the constraint");
}
