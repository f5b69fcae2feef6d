//! Expressions: what TiDB writes for what PostgreSQL wrote, by the types of the operands.

mod alternatives;
pub mod amounts;
pub mod arrays;
mod bits;
mod casts;
pub mod collations;
mod containment;
mod declared;
mod division;
mod enums;
pub mod functions;
pub mod instants;
pub mod intervals;
mod json;
mod lists;
mod literal_times;
pub mod literals;
mod merged;
pub mod networks;
pub mod nulls;
mod numerals;
pub mod operators;
mod overflow;
mod padded;
mod paths;
mod patterns;
mod printing;
mod regexes;
mod rules;
pub mod scope;
mod spans;
mod subqueries;
mod truth;
pub mod types;
pub mod undeclared;
mod uuids;
pub mod walk;
mod zones;

use super::Cx;
use crate::diagnostic::Rule;
use crate::text::Span;
use sqlparser::ast::Expr;

pub use overflow::unguarded;
pub use scope::Scope;

/// Says that an aggregate does not keep the order of its rows.
pub fn unordered(cx: &mut Cx<'_>, span: Span) {
    cx.report(
        &rules::AGGREGATE,
        span,
        "TiDB does not put the rows together in the order of the inner query",
    )
    .help = Some("say ORDER BY in the aggregate".into());
}

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &rules::JSON_ACCESS,
    &rules::REGULAR_EXPRESSION,
    &rules::TEXT_ORDER,
    &rules::DIVISION,
    &rules::TEXT_CAST,
    &rules::FUNCTION,
    &rules::AGGREGATE,
    &rules::GROUPED_TEXT,
    &rules::PRINTED,
    &rules::ENUM_ORDER,
    &rules::DOMAIN_CAST,
    &undeclared::UNDECLARED_TYPE,
    &rules::CAST_OVERFLOW,
    &super::parameters::PARAMETERS,
];

pub use json::{as_text as json_text, only as json_only};
pub use lists::filters;

/// Why an expression has no translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untranslatable {
    pub span: Span,
    /// Names the construct: "the function to_tsvector", "the operator @@".
    pub what: String,
}

/// Makes an expression TiDB's, in place. What may behave differently is reported on the way.
pub fn translate(cx: &mut Cx<'_>, expr: &mut Expr, scope: &Scope<'_>) -> Result<(), Untranslatable> {
    walk::Walk::new(cx, scope).expr(expr).map(drop)
}

/// The same, where a value of this type is wanted: it gives an untyped literal its type.
pub fn translate_to(
    cx: &mut Cx<'_>,
    expr: &mut Expr,
    scope: &Scope<'_>,
    wanted: &types::Ty,
) -> Result<types::Ty, Untranslatable> {
    let mut walk = walk::Walk::new(cx, scope);
    let found = walk.expr(expr)?;
    if (&found, wanted) == (&types::Ty::Int, &types::Ty::Int) {
        // The column takes no larger number either.
        *expr = overflow::unguarded(walk::Walk::take(expr));
    }
    walk.coerce(expr, &found, wanted)
}

/// Whether a source expression can be NULL, where it stands.
pub fn nulls_possible(walk: &walk::Walk<'_, '_>, expr: &Expr) -> bool {
    nulls::possible(walk.scope, walk.cx.catalog, expr)
}

/// Says on what the order of texts rests.
pub fn text_order(_cx: &mut Cx<'_>, _at: &Expr) {}

/// Where an expression stands: sqlparser leaves out the parenthesis that closes a call.
pub fn span(cx: &Cx<'_>, expr: &Expr) -> Span {
    let mut span = cx.node(expr);
    let source = cx.parsed.source();
    let text = source.get(span.start..span.end).unwrap_or("");
    let count = |c: u8| text.bytes().filter(|b| *b == c).count();
    for _ in count(b')')..count(b'(') {
        let rest = source.get(span.end..).unwrap_or("");
        match rest.find(|c: char| !c.is_whitespace()) {
            Some(at) if rest[at..].starts_with(')') => span.end += at + 1,
            _ => break,
        }
    }
    span
}
