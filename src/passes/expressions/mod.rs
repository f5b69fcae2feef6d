//! Expressions: what TiDB writes for what PostgreSQL wrote, by the types of the operands.

use super::Cx;
use crate::diagnostic::Rule;
use crate::text::Span;
use sqlparser::ast::{DataType, Expr};

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[];

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
pub fn translate(_cx: &mut Cx<'_>, _expr: &mut Expr, _scope: &Scope) -> Result<(), Untranslatable> {
    Ok(())
}
