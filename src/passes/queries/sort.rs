//! What ORDER BY of a query means: a column of the result by name or place, or an expression over FROM.

use super::order;
use super::projection::Output;
use crate::passes::Cx;
use crate::passes::expressions::scope::{Column, Lookup, Scope};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{Untranslatable, nulls};
use crate::syntax::names;
use sqlparser::ast::{Expr, OrderBy, OrderByExpr, OrderByKind, Value};

fn list<'o>(
    cx: &Cx<'_>,
    order_by: &'o mut Option<OrderBy>,
) -> Result<Option<&'o mut Vec<OrderByExpr>>, Untranslatable> {
    match order_by {
        None => Ok(None),
        Some(OrderBy { kind: OrderByKind::Expressions(terms), .. }) => Ok(Some(terms)),
        Some(_) => Err(Untranslatable { span: cx.words(&["order", "by"]), what: "ORDER BY ALL".into() }),
    }
}

/// The place that a number in ORDER BY names, from 0.
fn place(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(number, false) => number.parse::<usize>().ok()?.checked_sub(1),
            _ => None,
        },
        _ => None,
    }
}

/// Whether two columns of the result with one name are made of different things, as far as is seen.
fn differ(one: &Output, other: &Output) -> bool {
    let (Some(a), Some(b)) = (&one.expr, &other.expr) else { return false };
    match (a, b) {
        (Expr::Identifier(short), Expr::CompoundIdentifier(parts))
        | (Expr::CompoundIdentifier(parts), Expr::Identifier(short)) => parts.last() != Some(short),
        _ => a != b,
    }
}

/// ORDER BY of a SELECT.
pub fn select(
    cx: &mut Cx<'_>,
    order_by: &mut Option<OrderBy>,
    scope: &Scope<'_>,
    outputs: &[Output],
) -> Result<(), Untranslatable> {
    let Some(terms) = list(cx, order_by)? else { return Ok(()) };
    let mut written = Vec::with_capacity(terms.len());
    for mut term in std::mem::take(terms) {
        let named = match &term.expr {
            Expr::Identifier(ident) => {
                let name = names::folded(ident);
                let mut found = outputs.iter().filter(|output| output.column.name == name);
                let first = found.next();
                if found.any(|other| first.is_some_and(|first| differ(first, other))) {
                    let what = format!("ORDER BY {name}, which several columns of the result are called,");
                    return super::refuse(cx, &term.expr, &what);
                }
                first
            }
            expr => place(expr).and_then(|at| outputs.get(at)),
        };
        let mut walk = Walk::new(cx, scope);
        let Some(output) = named else {
            let may_be_null = nulls::possible(scope, walk.cx.catalog, &term.expr);
            let ty = walk.expr(&mut term.expr)?;
            let key = term.expr.clone();
            order::push(&mut walk, &mut written, term, &ty, may_be_null.then_some(key))?;
            continue;
        };
        let key = if output.column.not_null {
            None
        } else {
            // In an expression the name of a column of FROM goes before one of the result.
            let shadowed = !matches!(scope.column(&output.column.name, walk.cx.catalog), Lookup::Nothing);
            match &output.expr {
                Some(expr) if shadowed || !output.alias => Some(expr.clone()),
                _ => Some(Expr::Identifier(output.column.ident.clone())),
            }
        };
        let mut ty = output.column.ty.clone();
        if ty == Ty::Enum
            && let Some(expr) = &output.expr
        {
            // A place in the list of columns, or another name, for what is no column.
            match order::number(expr) {
                Some(Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_)) => {}
                Some(number) => (term.expr, ty) = (number, Ty::Int),
                None => return super::refuse(cx, &term.expr, "the order of a calculated enum"),
            }
        }
        if let (Expr::Identifier(_), Some(expr), false) = (&term.expr, &output.expr, output.alias)
            && ty == output.column.ty
            && !matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        {
            // TiDB does not know PostgreSQL's name for it.
            term.expr = expr.clone();
        }
        order::push(&mut walk, &mut written, term, &ty, key)?;
    }
    *terms = written;
    Ok(())
}

/// ORDER BY of a set operation or of VALUES, which knows only the columns of the result.
pub fn outputs(
    cx: &mut Cx<'_>,
    order_by: &mut Option<OrderBy>,
    columns: &[Column],
) -> Result<(), Untranslatable> {
    let Some(terms) = list(cx, order_by)? else { return Ok(()) };
    let scope = Scope::default();
    let mut written = Vec::with_capacity(terms.len());
    for term in std::mem::take(terms) {
        let column = match &term.expr {
            Expr::Identifier(ident) => {
                let name = names::folded(ident);
                columns.iter().find(|column| column.name == name)
            }
            expr => place(expr).and_then(|at| columns.get(at)),
        };
        let Some(column) = column else {
            return super::refuse(cx, &term.expr, "ORDER BY of what is no column of the result");
        };
        let key = (!column.not_null).then(|| Expr::Identifier(column.ident.clone()));
        order::push(&mut Walk::new(cx, &scope), &mut written, term, &column.ty, key)?;
    }
    *terms = written;
    Ok(())
}
