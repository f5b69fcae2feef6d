//! Expressions: what TiDB writes for what PostgreSQL wrote, by the types of the operands.

pub mod arrays;
mod casts;
mod functions;
mod json;
pub mod literals;
mod operators;
mod patterns;
mod rules;
pub mod types;
mod walk;

use super::Cx;
use crate::diagnostic::Rule;
use crate::text::Span;
use sqlparser::ast::{DataType, Expr};

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &rules::JSON_ACCESS,
    &rules::REGULAR_EXPRESSION,
    &rules::TEXT_ORDER,
    &rules::DIVISION,
    &rules::TEXT_CAST,
];

/// The columns an expression may mention, folded, with their PostgreSQL types.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub columns: Vec<(String, DataType)>,
}

/// Why an expression has no translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untranslatable {
    pub span: Span,
    /// Names the construct: "the function to_tsvector", "the operator @@".
    pub what: String,
}

/// Makes an expression TiDB's, in place. What may behave differently is reported on the way.
pub fn translate(cx: &mut Cx<'_>, expr: &mut Expr, scope: &Scope) -> Result<(), Untranslatable> {
    walk::Walk { cx, scope }.expr(expr).map(drop)
}

/// The same, where a value of this PostgreSQL type is wanted: it gives an untyped literal its type.
pub fn translate_as(
    cx: &mut Cx<'_>,
    expr: &mut Expr,
    scope: &Scope,
    wanted: &DataType,
) -> Result<types::Ty, Untranslatable> {
    let wanted = types::Ty::of(wanted, cx.catalog);
    let mut walk = walk::Walk { cx, scope };
    let found = walk.expr(expr)?;
    walk.coerce(expr, &found, &wanted)
}
