//! `partial-unique-index`, `partial-index`: indexes with a WHERE.

use super::columns::safe;
use super::scope;
use super::spell::spell_out;
use crate::diagnostic::rule;
use crate::passes::Cx;
use crate::passes::Verdict;
use crate::passes::alter::State;
use crate::passes::expressions::translate;
use crate::syntax::names;
use sqlparser::ast::{BinaryOperator, CreateIndex, Expr};

rule! {
    /// A unique index over some of the rows.
    ///
    /// TiDB has no partial indexes. The first column becomes `(CASE WHEN predicate THEN column END)`, which is NULL in
    /// all other rows, and rows with a NULL in a unique index are never duplicates. Where the predicate only says that
    /// columns of the index are not NULL, it is not needed at all.
    pub PARTIAL_UNIQUE_INDEX = "I004", "partial-unique-index", Indexes, Exact;
}

rule! {
    /// An index over some of the rows.
    ///
    /// TiDB has no partial indexes. An index that is not unique only makes queries faster, so it becomes one over all
    /// rows: larger, and more work for writes.
    pub PARTIAL_INDEX = "I005", "partial-index", Indexes, Exact;
}

rule! {
    /// A unique index over some of the rows, which TiDB can't tell from the others.
    ///
    /// The predicate has no translation, or holds something that TiDB allows in no index. Without it the index would
    /// reject rows that PostgreSQL accepts, and without the index duplicates would be accepted.
    pub PARTIAL_INDEX_BLOCKED = "I006", "partial-index-blocked", Indexes, Refused;
}

/// Takes the predicate off; what is left of it is the condition that the first column depends on.
pub fn predicate(cx: &mut Cx<'_>, state: &State, index: &mut CreateIndex) -> Result<Option<Expr>, Verdict> {
    let Some(mut predicate) = index.predicate.take() else { return Ok(None) };
    let span = cx.words(&["where"]);
    if !index.unique {
        cx.note(&PARTIAL_INDEX, span, "TiDB has no partial indexes: it becomes one over all rows");
        return Ok(None);
    }
    if only_not_null(&predicate, index) {
        return Ok(None);
    }
    if let Err(untranslatable) = translate(cx, &mut predicate, &scope(state)) {
        let message = format!("the index depends on {}, which has no translation", untranslatable.what);
        cx.report(&PARTIAL_INDEX_BLOCKED, untranslatable.span, message).help(HELP);
        return Err(Verdict::Refuse);
    }
    spell_out(&mut predicate);
    if let Err(why) = safe(&predicate) {
        cx.report(&PARTIAL_INDEX_BLOCKED, span, format!("TiDB allows {why} in no index")).help(HELP);
        return Err(Verdict::Refuse);
    }
    cx.note(
        &PARTIAL_UNIQUE_INDEX,
        span,
        "TiDB has no partial indexes: the first column is NULL in the index where the predicate does not hold",
    );
    Ok(Some(predicate))
}

const HELP: &str = "keep the condition in a column of its own, and make the unique index over that";

/// Whether the predicate leaves out only rows that a unique index does not compare anyway.
fn only_not_null(predicate: &Expr, index: &CreateIndex) -> bool {
    match predicate {
        Expr::Nested(inner) => only_not_null(inner, index),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            only_not_null(left, index) && only_not_null(right, index)
        }
        Expr::IsNotNull(inner) => match bare(inner) {
            Expr::Identifier(ident) => index.columns.iter().any(|column| match bare(&column.column.expr) {
                Expr::Identifier(own) => names::folded(own) == names::folded(ident),
                _ => false,
            }),
            _ => false,
        },
        _ => false,
    }
}

pub fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        Expr::Collate { expr, .. } => bare(expr),
        _ => expr,
    }
}
