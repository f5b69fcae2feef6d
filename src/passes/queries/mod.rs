//! Queries: SELECT, VALUES, WITH and what is built of them, translated by the types of their columns.

use super::Cx;
use super::expressions::Untranslatable;
use super::expressions::scope::{Column, Scope};
use sqlparser::ast::Query;

/// Makes a query TiDB's, in place, and tells its columns as PostgreSQL has them. `scope` holds the names that the
/// query may use from outside.
pub fn translate(
    cx: &mut Cx<'_>,
    query: &mut Query,
    scope: &Scope<'_>,
) -> Result<Vec<Column>, Untranslatable> {
    let _ = scope.inner();
    Err(Untranslatable { span: cx.node(query), what: "a subquery".into() })
}
