//! Aggregates over a table of FROM that is ordered: PostgreSQL puts its rows together in that order, TiDB in any.

use crate::passes::expressions::literals;
use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{
    Expr, FunctionArgumentClause, FunctionArguments, Ident, OrderByExpr, OrderByKind, Query, Select,
    SelectItem, SetExpr, TableFactor, Value, VisitorMut,
};
use std::ops::ControlFlow;

/// Says the order of the one ordered table in the aggregates themselves. Whether one is left that can't say it.
pub fn pass(select: &mut Select) -> bool {
    let [only] = &select.from[..] else { return false };
    let TableFactor::Derived { subquery, alias, .. } = &only.relation else { return false };
    // The rows of VALUES have an order too, and those of a UNION ALL have none on TiDB.
    let listed = matches!(subquery.body.as_ref(), SetExpr::Values(values) if values.rows.len() > 1);
    if !only.joins.is_empty() || subquery.order_by.is_none() && !listed {
        return false;
    }
    let renamed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
    let order = terms(subquery).filter(|_| !renamed);
    let mut say = Say { order, left: false };
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            let _ = expr.walk_mut(&mut say);
        }
    }
    say.left
}

/// ORDER BY of a query by the names that its columns have outside.
fn terms(query: &Query) -> Option<Vec<OrderByExpr>> {
    let OrderByKind::Expressions(terms) = &query.order_by.as_ref()?.kind else { return None };
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let output = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Some(ident.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().cloned(),
        _ => None,
    };
    let all = select.projection.iter().any(|item| matches!(item, SelectItem::Wildcard(_)));
    let outputs: Vec<Option<Ident>> = select.projection.iter().map(output).collect();
    let named = |name: &Ident| {
        let found = outputs.iter().flatten().find(|output| names::folded(output) == names::folded(name));
        found.cloned().or_else(|| all.then(|| name.clone()))
    };
    let term = |term: &OrderByExpr| {
        let ident = match &term.expr {
            Expr::Identifier(name) => named(name)?,
            Expr::CompoundIdentifier(parts) => named(parts.last()?)?,
            Expr::Value(value) => match &value.value {
                Value::Number(at, _) => outputs.get(at.parse::<usize>().ok()?.checked_sub(1)?)?.clone()?,
                _ => return None,
            },
            _ => return None,
        };
        Some(OrderByExpr { expr: Expr::Identifier(ident), ..term.clone() })
    };
    terms.iter().map(term).collect()
}

struct Say {
    order: Option<Vec<OrderByExpr>>,
    left: bool,
}

impl VisitorMut for Say {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        const ORDERED: [&str; 4] = ["string_agg", "array_agg", "json_agg", "jsonb_agg"];
        let ours = function.over.is_none()
            && literals::function_name(function).is_some_and(|name| ORDERED.contains(&name.as_str()));
        if let (true, FunctionArguments::List(list)) = (ours, &mut function.args)
            && list.clauses.is_empty()
            && list.duplicate_treatment.is_none()
        {
            match &self.order {
                Some(order) => list.clauses.push(FunctionArgumentClause::OrderBy(order.clone())),
                None => self.left = true,
            }
        }
        ControlFlow::Continue(())
    }
}
