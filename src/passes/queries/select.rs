//! One SELECT: FROM, WHERE, GROUP BY, the columns, HAVING, windows, ORDER BY.

use super::is_aggregate;
use super::numbered::{self, Keep};
use super::projection::{self, Output};
use super::{Naming, from, sort, window};
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::literals::{call, number};
use crate::passes::expressions::scope::{Column, Scope};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::{Walk, binary};
use crate::passes::expressions::{filters, unordered};
use crate::syntax::{names, walk};
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, OrderBy, OrderByKind, Select, SelectFlavor, SelectItem,
    Value, Visit,
};
use std::ops::ControlFlow;

pub fn translate(
    cx: &mut Cx<'_>,
    select: &mut Select,
    order_by: &mut Option<OrderBy>,
    outer: &Scope<'_>,
    naming: Naming<'_>,
    keep: Option<Keep>,
) -> Result<Vec<Column>, Untranslatable> {
    plain(cx, select)?;
    super::unnested::out_of_list(select);
    if super::ordered::pass(select) {
        let span = cx.words(&["select"]);
        unordered(cx, span);
    }
    let mut scope = outer.inner();
    let conditions = from::translate(cx, &mut select.from, &mut scope)?;
    if let Some(condition) = &mut select.selection {
        truth(cx, condition, &scope)?;
    }
    for condition in conditions {
        select.selection = Some(match select.selection.take() {
            Some(own) => binary(nested(own), BinaryOperator::And, condition),
            None => condition,
        });
    }
    let aliases = aliases(select);
    scope.grouped = group_by(cx, &mut select.group_by, &scope, &aliases)?;
    let on = match select.distinct.take() {
        Some(Distinct::On(exprs)) => {
            if let Some(at) = misses_order(&exprs, order_by.as_ref()) {
                return super::refuse(cx, &at, "DISTINCT ON of other things than ORDER BY begins with");
            }
            Some(exprs)
        }
        other => {
            select.distinct = other;
            None
        }
    };
    let naming = match naming {
        Naming::AsIs if keep.is_some() || on.is_some() => Naming::Own,
        naming => naming,
    };
    let mut outputs = projection::translate(cx, &mut select.projection, &scope)?;
    projection::name(select, &mut outputs, naming);
    if let Some(condition) = &mut select.having {
        truth(cx, condition, &scope)?;
        if is_empty(&select.group_by) && !aggregates(condition) && !select.projection.iter().any(aggregates) {
            // HAVING makes one group of all rows, which TiDB wants an aggregate for.
            let counted = binary(call("COUNT", vec![number("1")]), BinaryOperator::GtEq, number("0"));
            *condition = binary(nested(Walk::take(condition)), BinaryOperator::And, counted);
        }
    }
    super::inside_keys::mark(select);
    for named in &mut select.named_window {
        window::named(&mut Walk::new(cx, &scope), named)?;
    }
    let keep = match on {
        Some(exprs) => Some(Keep::First(keys(cx, exprs, &scope, &outputs)?)),
        None => keep,
    };
    sort::select(cx, order_by, &scope, &outputs)?;
    window::check(cx, select)?;
    let keep = match keep {
        None if scope.grouped && numbered::needed(order_by.as_ref()) => {
            projection::name(select, &mut outputs, Naming::Own);
            Some(Keep::All)
        }
        keep => keep,
    };
    if let Some(keep) = keep {
        numbered::wrap(select, order_by, &outputs, keep);
    }
    Ok(outputs.into_iter().map(|output| output.column).collect())
}

/// What breaks PostgreSQL's rule that DISTINCT ON goes by what ORDER BY begins with.
fn misses_order(exprs: &[Expr], order_by: Option<&OrderBy>) -> Option<Expr> {
    let Some(OrderBy { kind: OrderByKind::Expressions(terms), .. }) = order_by else { return None };
    let plain = |expr: &Expr| matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    // Places and calculations may mean the same in other words.
    if !exprs.iter().all(plain) || !terms.iter().all(|term| plain(&term.expr)) {
        return None;
    }
    let last = |expr: &Expr| match expr {
        Expr::Identifier(ident) => names::folded(ident),
        Expr::CompoundIdentifier(parts) => parts.last().map(names::folded).unwrap_or_default(),
        _ => String::new(),
    };
    let wanted: Vec<String> = exprs.iter().map(last).collect();
    let ordered: Vec<String> = terms.iter().map(|term| last(&term.expr)).collect();
    let begins = ordered.iter().take_while(|name| wanted.contains(name)).count();
    let later = ordered[begins..].iter().any(|name| wanted.contains(name));
    let missing = begins < ordered.len() && wanted.iter().any(|name| !ordered[..begins].contains(name));
    (later || missing).then(|| exprs[0].clone())
}

fn is_empty(group_by: &GroupByExpr) -> bool {
    matches!(group_by, GroupByExpr::Expressions(exprs, _) if exprs.is_empty())
}

/// Whether an aggregate is called there.
fn aggregates(node: &impl Visit) -> bool {
    walk::expressions(node, &mut |expr| match expr {
        Expr::Function(function) if function.over.is_none() && is_aggregate(expr) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// What DISTINCT ON goes by: columns of the result, or expressions.
fn keys(
    cx: &mut Cx<'_>,
    exprs: Vec<Expr>,
    scope: &Scope<'_>,
    outputs: &[Output],
) -> Result<Vec<Expr>, Untranslatable> {
    let mut keys = Vec::with_capacity(exprs.len());
    for mut expr in exprs {
        let source = numbered::source(expr.clone(), outputs);
        if source == expr {
            Walk::new(cx, scope).expr(&mut expr)?;
            keys.push(expr);
        } else {
            keys.push(source);
        }
    }
    Ok(keys)
}

/// Refuses what other databases have in a SELECT.
fn plain(cx: &Cx<'_>, select: &Select) -> Result<(), Untranslatable> {
    let Select {
        select_token: _,
        optimizer_hints: _,
        distinct: _,
        select_modifiers,
        top,
        top_before_distinct: _,
        projection: _,
        exclude,
        into,
        from: _,
        lateral_views,
        prewhere,
        selection: _,
        connect_by,
        group_by: _,
        cluster_by,
        distribute_by,
        sort_by,
        having: _,
        named_window: _,
        qualify,
        window_before_qualify: _,
        value_table_mode,
        flavor,
    } = select;
    if into.is_some() {
        return Err(Untranslatable { span: cx.words(&["into"]), what: "SELECT INTO here".into() });
    }
    let foreign = select_modifiers.as_ref().is_some_and(|modifiers| modifiers.is_any_set())
        || top.is_some()
        || exclude.is_some()
        || !lateral_views.is_empty()
        || prewhere.is_some()
        || !connect_by.is_empty()
        || !cluster_by.is_empty()
        || !distribute_by.is_empty()
        || !sort_by.is_empty()
        || qualify.is_some()
        || value_table_mode.is_some()
        || *flavor != SelectFlavor::Standard;
    if foreign {
        return Err(Untranslatable { span: cx.head(), what: "this form of SELECT".into() });
    }
    Ok(())
}

/// A condition.
pub fn truth(cx: &mut Cx<'_>, condition: &mut Expr, scope: &Scope<'_>) -> Result<(), Untranslatable> {
    filters(condition);
    let mut walk = Walk::new(cx, scope);
    let ty = walk.expr(condition)?;
    walk.coerce(condition, &ty, &Ty::Bool).map(drop)
}

pub fn nested(expr: Expr) -> Expr {
    match expr {
        Expr::BinaryOp { op: BinaryOperator::Or | BinaryOperator::Xor, .. } => Expr::Nested(Box::new(expr)),
        other => other,
    }
}

/// The names that the author gives to columns, folded.
fn aliases(select: &Select) -> Vec<String> {
    let alias = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(names::folded(alias)),
        _ => None,
    };
    select.projection.iter().filter_map(alias).collect()
}

/// Whether there is a GROUP BY with at least one key.
fn group_by(
    cx: &mut Cx<'_>,
    group_by: &mut GroupByExpr,
    scope: &Scope<'_>,
    aliases: &[String],
) -> Result<bool, Untranslatable> {
    let exprs = match group_by {
        GroupByExpr::Expressions(exprs, modifiers) if modifiers.is_empty() => exprs,
        _ => {
            return Err(Untranslatable {
                span: cx.words(&["group", "by"]),
                what: "this form of GROUP BY".into(),
            });
        }
    };
    for expr in exprs.iter_mut() {
        match &*expr {
            // A column by its place.
            Expr::Value(value) if matches!(value.value, Value::Number(..)) => continue,
            // The name of a column of FROM goes before that of the result, on both.
            Expr::Identifier(ident) => {
                use crate::passes::expressions::scope::Lookup;
                let name = names::folded(ident);
                if aliases.contains(&name) && matches!(scope.column(&name, cx.catalog), Lookup::Nothing) {
                    continue;
                }
            }
            Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_) => {
                return Err(Untranslatable {
                    span: cx.words(&["group", "by"]),
                    what: "GROUP BY with several sets of keys".into(),
                });
            }
            _ => {}
        }
        Walk::new(cx, scope).expr(expr)?;
    }
    Ok(!exprs.is_empty())
}
