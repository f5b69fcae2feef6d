//! ORDER BY: PostgreSQL puts NULLs last, or first with DESC; TiDB does the opposite.

use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{Untranslatable, functions, nulls, undeclared};
use crate::syntax::names;
use sqlparser::ast::{Expr, OrderByExpr, OrderByOptions, OrderBySort};

/// The terms of a window's or an aggregate's ORDER BY.
pub fn terms(walk: &mut Walk<'_, '_>, terms: &mut Vec<OrderByExpr>) -> Result<(), Untranslatable> {
    let mut written = Vec::with_capacity(terms.len());
    for mut term in std::mem::take(terms) {
        let may_be_null = nulls::possible(walk.scope, walk.cx.catalog, &term.expr);
        let ty = walk.expr(&mut term.expr)?;
        let key = term.expr.clone();
        push(walk, &mut written, term, &ty, may_be_null.then_some(key))?;
    }
    *terms = written;
    Ok(())
}

/// Adds a translated term, and before it what puts its NULLs where PostgreSQL has them. `key` is what may be NULL.
pub fn push(
    walk: &mut Walk<'_, '_>,
    written: &mut Vec<OrderByExpr>,
    mut term: OrderByExpr,
    ty: &Ty,
    key: Option<Expr>,
) -> Result<(), Untranslatable> {
    if *ty == Ty::Enum {
        match number(&term.expr) {
            Some(number) => term.expr = number,
            None => return walk.refuse(&term.expr, "the order of a calculated enum"),
        }
    }
    let refuse = |walk: &Walk<'_, '_>, what: String| walk.refuse(&term.expr, what);
    match ty {
        // What is undeclared has the same order unless it is a document.
        Ty::Json | Ty::Array(_) | Ty::Interval | Ty::Other(_) if !undeclared::is(ty) => {
            return refuse(walk, format!("the order of {} values", ty.name()));
        }
        Ty::Text => crate::passes::expressions::text_order(walk.cx, &term.expr),
        _ => {}
    }
    if term.with_fill.is_some() {
        return refuse(walk, "WITH FILL".into());
    }
    let descending = match &term.options.sort {
        None | Some(OrderBySort::Asc) => false,
        Some(OrderBySort::Desc) => true,
        Some(OrderBySort::Using(operator)) => match names::last(operator).map(|name| name.value.as_str()) {
            Some("<") => false,
            Some(">") => true,
            _ => return refuse(walk, "ORDER BY … USING".into()),
        },
    };
    if matches!(term.options.sort, Some(OrderBySort::Using(_))) {
        term.options.sort = descending.then_some(OrderBySort::Desc);
    }
    let first = term.options.nulls_first.take().unwrap_or(descending);
    // TiDB takes NULL for the least of all values.
    if first == descending
        && let Some(key) = key
    {
        // In the direction of the key itself: TiDB takes rows for peers that are none where a window's keys go both ways.
        let sort = descending.then_some(OrderBySort::Desc);
        let options = OrderByOptions { sort, nulls_first: None };
        written.push(OrderByExpr { expr: Expr::IsNull(Box::new(nested(key))), options, with_fill: None });
    }
    written.push(term);
    Ok(())
}

/// What an enum is ordered by: a column by itself, a label that was looked up by its number.
pub fn number(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Nested(inner) => number(inner),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => Some(expr.clone()),
        Expr::Function(function) if function.name.to_string() == "ELT" => {
            functions::plain_args(function).first().map(|number| (*number).clone())
        }
        _ => None,
    }
}

/// In parentheses where an operator would take it apart.
fn nested(expr: Expr) -> Expr {
    match expr {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Function(_)
        | Expr::Nested(_)
        | Expr::Value(_)
        | Expr::Cast { .. }
        | Expr::Subquery(_) => expr,
        other => Expr::Nested(Box::new(other)),
    }
}
