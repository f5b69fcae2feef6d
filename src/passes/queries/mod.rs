//! Queries: SELECT, VALUES, WITH and what is built of them, translated by the types of their columns.

mod create_as;
pub mod from;
mod full_join;
mod grouping;
mod inside_keys;
mod joins;
mod lateral;
mod limit;
mod numbered;
mod order;
mod ordered;
mod output;
mod projection;
mod rules;
mod select;
mod series;
mod sets;
mod sort;
mod statement;
mod unnested;
mod values;
pub mod window;
mod with;
mod written_out;

pub use super::expressions::functions::is_aggregate_call as is_aggregate;
pub use create_as::pass as tables;
pub use order::terms as order_terms;
pub use statement::{pass, refresh, unbound};
pub use values::{query_of, query_of_body, select_of};
pub use with::pass as recursions;

pub use rules::{MATERIALIZED_VIEW, VIEW};

use super::Cx;
use super::expressions::Untranslatable;
use super::expressions::scope::{Column, Ctes, Scope};
use super::expressions::types::Ty;
use crate::diagnostic::Rule;
use sqlparser::ast::{Distinct, Expr, Ident, ObjectName, Query, SelectItem, SetExpr, With};

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] =
    &[&rules::SHARE_LOCK, &rules::RECURSIVE_VIEW, &rules::TABLE_OF_QUERY, &rules::INNER_ORDER];

/// What the columns of a query are to be called.
#[derive(Debug, Clone, Copy)]
enum Naming<'n> {
    /// Nobody asks for their names.
    AsIs,
    /// As PostgreSQL calls them, each under a name of its own.
    Own,
    /// Like this, and those that are left as with `Own`.
    Given(&'n [Ident]),
}

/// Makes a query TiDB's, in place, and tells its columns as PostgreSQL has them. `scope` holds the names that the
/// query may use from outside. A column that is an untyped literal has the type `Unknown`.
pub fn translate(
    cx: &mut Cx<'_>,
    query: &mut Query,
    scope: &Scope<'_>,
) -> Result<Vec<Column>, Untranslatable> {
    whole(cx, query, scope, Naming::AsIs)
}

/// The same for a query that others read from: every column has a name, the given ones first.
pub fn named(
    cx: &mut Cx<'_>,
    query: &mut Query,
    scope: &Scope<'_>,
    names: &[Ident],
) -> Result<Vec<Column>, Untranslatable> {
    let naming = if names.is_empty() { Naming::Own } else { Naming::Given(names) };
    let mut columns = whole(cx, query, scope, naming)?;
    for column in &mut columns {
        column.settle();
    }
    Ok(columns)
}

fn whole(
    cx: &mut Cx<'_>,
    query: &mut Query,
    outer: &Scope<'_>,
    naming: Naming<'_>,
) -> Result<Vec<Column>, Untranslatable> {
    rules::inner_order(cx, query);
    with::ends(cx, query)?;
    let Query {
        with,
        body,
        order_by,
        limit_clause,
        fetch,
        locks,
        for_clause,
        settings,
        format_clause,
        pipe_operators,
    } = query;
    let foreign = for_clause.is_some()
        || settings.is_some()
        || format_clause.is_some()
        || !pipe_operators.is_empty()
        || order_by.as_ref().is_some_and(|order| order.interpolate.is_some());
    if foreign {
        return Err(Untranslatable { span: cx.head(), what: "this form of a query".into() });
    }
    let mut scope = outer.inner();
    if let Some(with) = with {
        with::translate(cx, with, &mut scope)?;
    }
    if let SetExpr::Select(select) = body.as_mut()
        && grouping::is_needed(select)
    {
        let split = grouping::split(cx, select, order_by)?;
        **body = split;
    }
    let keep = limit::translate(cx, limit_clause, fetch, &scope)?;
    let numbered = |body: &SetExpr| matches!(body, SetExpr::Select(select) if matches!(select.distinct, None | Some(Distinct::All)));
    if keep.is_some() && !numbered(body) {
        // Its rows are numbered from outside.
        let inner =
            std::mem::replace(body.as_mut(), SetExpr::Select(Box::new(values::select_of(Vec::new(), None))));
        let mut all = values::select_of(Vec::new(), None);
        all.projection = vec![SelectItem::Wildcard(Default::default())];
        all.from = vec![sets::derived(inner, "rows_of")];
        **body = SetExpr::Select(Box::new(all));
    }
    let columns = match body.as_mut() {
        SetExpr::Select(select) => select::translate(cx, select, order_by, &scope, naming, keep)?,
        other => {
            let naming = match naming {
                Naming::AsIs if order_by.is_some() => Naming::Own,
                naming => naming,
            };
            let columns = sets::body(cx, other, &scope, naming)?;
            sort::outputs(cx, order_by, &columns)?;
            columns
        }
    };
    limit::locks(cx, locks)?;
    Ok(columns)
}

/// Makes the queries of a WITH TiDB's, and tells their columns.
pub fn with(cx: &mut Cx<'_>, with: &mut With) -> Result<Ctes, Untranslatable> {
    let mut scope = Scope::default();
    with::translate(cx, with, &mut scope)?;
    Ok(scope.ctes)
}

/// Gives a text that is a column of a table of FROM the tables' collation: the connection's would not go together with it.
fn collate(body: &mut SetExpr, columns: &[Column]) {
    let Some(select) = output::leftmost_mut(body) else { return };
    for (item, column) in select.projection.iter_mut().zip(columns) {
        if column.ty == Ty::Text {
            collate_text(item);
        }
    }
}

/// The same for what a query gives a text of a table to compare with.
pub fn collate_texts(body: &mut SetExpr) {
    if let Some(select) = output::leftmost_mut(body).filter(|select| select.from.is_empty()) {
        select.projection.iter_mut().for_each(collate_text);
    }
}

fn collate_text(item: &mut SelectItem) {
    let text = |value: &sqlparser::ast::Value| super::expressions::literals::text_of(value).is_some();
    if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item
        && matches!(expr, Expr::Value(value) if text(&value.value))
    {
        let literal = std::mem::replace(expr, Expr::value(sqlparser::ast::Value::Null));
        let name = ObjectName::from(vec![Ident::new("utf8mb4_0900_bin")]);
        *expr = Expr::Collate { expr: Box::new(literal), collation: name };
    }
}

/// What is refused at an expression.
fn refuse<T>(cx: &Cx<'_>, at: &Expr, what: impl Into<String>) -> Result<T, Untranslatable> {
    Err(Untranslatable { span: super::expressions::span(cx, at), what: what.into() })
}
