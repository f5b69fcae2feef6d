//! LATERAL, which TiDB does not have: a query of one row becomes values, one that only filters becomes a join.

use super::select::nested;
use super::{named, output};
use crate::passes::Cx;
use crate::passes::expressions::scope::{Columns, Scope, Source, relation};
use crate::passes::expressions::walk::binary;
use crate::passes::expressions::{Untranslatable, literals};
use crate::syntax::names;
use crate::syntax::walk::{Walk, WalkMut, expressions};
use crate::text::Span;
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, Ident, LimitClause, Query, Select, SelectItem, SetExpr,
    TableFactor, Value, Visitor, VisitorMut,
};
use std::ops::ControlFlow;
use std::rc::Rc;

/// How the rows of a lateral query meet those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// Rows without a partner are left out.
    Inner,
    /// They stay, with NULLs.
    Left,
}

/// What becomes of a lateral query.
#[allow(clippy::large_enum_variant, reason = "one at a time, on its way into a query")]
pub enum Placed<'s> {
    /// It refers to nothing before it: a derived table.
    Derived(Source<'s>),
    /// Its columns are values now; what has to be asked in WHERE for it.
    Values(Source<'s>, Vec<Expr>),
    /// A table that is joined on this condition.
    Table(Box<TableFactor>, Source<'s>, Option<Expr>),
}

/// `scope` holds the tables before it, `outside` only what is around the whole query.
pub fn translate<'s>(
    cx: &mut Cx<'_>,
    query: &mut Query,
    name: &Ident,
    listed: &[Ident],
    scopes: (&Scope<'_>, &Scope<'_>),
    join: Join,
    span: Span,
) -> Result<Placed<'s>, Untranslatable> {
    let (scope, outside) = scopes;
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    let said = cx.diagnostics.len();
    let mut alone = query.clone();
    if let Ok(columns) = named(cx, &mut alone, outside, listed)
        && (!names_a_column_of(cx, query, scope) || alone_anywhere(cx, query, outside, listed))
    {
        *query = alone;
        return Ok(Placed::Derived(Source::new(names::folded(name), Columns::Made(Rc::from(columns)))));
    }
    cx.diagnostics.truncate(said);
    let SetExpr::Select(source) = query.body.as_ref() else { return refuse("this form of LATERAL") };
    let source = source.clone();
    let columns = named(cx, query, scope, listed)?;
    let SetExpr::Select(select) = query.body.as_ref() else { return refuse("this form of LATERAL") };
    let one_row = single(&source) && query.limit_clause.is_none();
    let first = matches!(&query.limit_clause, Some(LimitClause::LimitOffset { limit: Some(limit), offset: None, .. })
        if matches!(limit, Expr::Value(v) if matches!(&v.value, Value::Number(n, _) if n == "1")));
    let exprs: Option<Vec<Expr>> = select.projection.iter().map(expression).collect();
    let made = |written: Vec<Expr>| {
        let columns = columns.iter().zip(written).map(|(column, written)| {
            let mut column = column.clone();
            column.written = Some(written);
            column.not_null &= join == Join::Inner && !first;
            column
        });
        Source::new(names::folded(name), Columns::Made(columns.collect()))
    };
    if one_row || first {
        let mut values = Vec::new();
        for at in 0..columns.len() {
            let mut value = query.clone();
            let Some(select) = output::leftmost_mut(&mut value.body) else {
                return refuse("this form of LATERAL");
            };
            if select.projection.iter().any(|item| expression(item).is_none()) {
                return refuse("LATERAL with *");
            }
            select.projection = select.projection.drain(..).skip(at).take(1).collect();
            values.push(Expr::Subquery(Box::new(value)));
        }
        let mut conditions = Vec::new();
        if first && join == Join::Inner {
            let mut rows = query.clone();
            rows.order_by = None;
            rows.limit_clause = None;
            if let Some(select) = output::leftmost_mut(&mut rows.body) {
                select.projection = vec![SelectItem::UnnamedExpr(literals::number("1"))];
            }
            conditions.push(Expr::Exists { subquery: Box::new(rows), negated: false });
        }
        return Ok(Placed::Values(made(values), conditions));
    }
    // SELECT a, b FROM t WHERE …: the table itself, joined on the condition.
    let plain = query.limit_clause.is_none()
        && query.with.is_none()
        && query.locks.is_empty()
        && matches!(select.distinct, None | Some(Distinct::All))
        && matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty())
        && select.having.is_none()
        && select.named_window.is_empty()
        && !calls(&source);
    let ([table], true, Some(exprs)) = (&select.from[..], plain, exprs) else {
        return refuse("LATERAL with this query");
    };
    let column = |expr: &Expr| matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    let TableFactor::Table { name: table_name, alias, .. } = &table.relation else {
        return refuse("LATERAL with this query");
    };
    let inner = match alias {
        Some(alias) => alias.name.clone(),
        None => names::last(table_name).cloned().unwrap_or_else(|| name.clone()),
    };
    let taken = scope.tables.iter().any(|table| table.name == names::folded(&inner));
    if !table.joins.is_empty() || taken || join == Join::Left && !exprs.iter().all(column) {
        return refuse("LATERAL with this query");
    }
    let qualified = exprs.into_iter().map(|expr| match expr {
        Expr::Identifier(column) => Expr::CompoundIdentifier(vec![inner.clone(), column]),
        other => other,
    });
    let source = made(qualified.collect());
    let mut condition = select.selection.clone();
    let Some(known) = relation(cx, table_name) else {
        return refuse("LATERAL with a table that no file declares");
    };
    if let Some(condition) = &mut condition {
        let own = known.columns.iter().map(|column| column.name.clone()).collect();
        let _ = condition.walk_mut(&mut Qualify { own, table: &inner, inside: 0 });
    }
    Ok(Placed::Table(Box::new(table.relation.clone()), source, condition))
}

/// Whether a query refers to nothing outside.
fn alone_anywhere(cx: &mut Cx<'_>, query: &Query, outside: &Scope<'_>, listed: &[Ident]) -> bool {
    let said = cx.diagnostics.len();
    let nothing = Scope { ctes: outside.ctes.clone(), ..Scope::default() };
    let done = named(cx, &mut query.clone(), &nothing, listed).is_ok();
    cx.diagnostics.truncate(said);
    done
}

/// Whether a name in the query may mean a column of a table beside it.
fn names_a_column_of(cx: &Cx<'_>, query: &Query, scope: &Scope<'_>) -> bool {
    let has = |name: &Ident| {
        let name = names::folded(name);
        scope.tables.iter().any(|table| table.name == name || table.find(&name, cx.catalog).is_some())
    };
    expressions(query, &mut |expr| match expr {
        Expr::Identifier(name) if has(name) => ControlFlow::Break(()),
        Expr::CompoundIdentifier(parts) if parts.first().is_some_and(&has) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

fn expression(item: &SelectItem) -> Option<Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr.clone()),
        _ => None,
    }
}

/// Whether it gives exactly one row: aggregates without GROUP BY.
fn single(select: &Select) -> bool {
    let keyless = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    keyless
        && select.having.is_none()
        && matches!(select.distinct, None | Some(Distinct::All))
        && calls(select)
}

/// Whether a column is made by an aggregate, outside of subqueries.
pub fn calls(select: &Select) -> bool {
    struct Aggregates(usize);
    impl Visitor for Aggregates {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }
        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.0 -= 1;
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if self.0 == 0 && super::is_aggregate(expr) {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    select.projection.iter().any(|item| item.walk(&mut Aggregates(0)).is_break())
}

/// Both conditions, if there are two.
pub fn both(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(binary(nested(a), BinaryOperator::And, nested(b))),
        (a, b) => a.or(b),
    }
}

/// Names the table of its columns, which other tables may have as well where the condition goes.
struct Qualify<'q> {
    own: Vec<String>,
    table: &'q Ident,
    inside: usize,
}

impl VisitorMut for Qualify<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.inside += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.inside -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let (0, Expr::Identifier(ident)) = (self.inside, &*expr)
            && self.own.contains(&names::folded(ident))
        {
            *expr = Expr::CompoundIdentifier(vec![self.table.clone(), ident.clone()]);
        }
        ControlFlow::Continue(())
    }
}
