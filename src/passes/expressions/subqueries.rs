//! Queries inside expressions, and rows of several values.

use super::operators;
use super::types::Ty;
use super::walk::{Typed, Walk};
use crate::passes::queries;
use sqlparser::ast::{BinaryOperator as Op, Expr, Query};

/// `(SELECT …)` as a value.
pub fn scalar(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Subquery(query) = expr else { return Ok(Ty::Unknown) };
    let types = columns(walk, query)?;
    match &types[..] {
        // A literal in a query is a text there.
        [Ty::Unknown] => Ok(Ty::Text),
        [only] => Ok(only.clone()),
        _ => walk.refuse(expr, "a subquery of several columns"),
    }
}

/// `[NOT] EXISTS (SELECT …)`.
pub fn exists(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    if let Expr::Exists { subquery, .. } = expr {
        columns(walk, subquery)?;
    }
    Ok(Ty::Bool)
}

/// `x [NOT] IN (SELECT …)`.
pub fn within(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::InSubquery { expr: left, subquery, .. } = expr else { return Ok(Ty::Bool) };
    compared(walk, left, subquery, false)?;
    Ok(Ty::Bool)
}

/// `x op ANY (SELECT …)`, `x op ALL (SELECT …)`.
pub fn any_or_all(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let (left, op, right, any) = match expr {
        Expr::AnyOp { left, compare_op, right, .. } => (left, compare_op, right, true),
        Expr::AllOp { left, compare_op, right } => (left, compare_op, right, false),
        _ => return Ok(Ty::Bool),
    };
    let op = op.clone();
    let Expr::Subquery(query) = right.as_mut() else { return Ok(Ty::Bool) };
    let order = match op {
        Op::Eq | Op::NotEq => false,
        Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => true,
        _ => {
            let what = format!("{op} {} (SELECT …)", if any { "ANY" } else { "ALL" });
            return walk.refuse(expr, what);
        }
    };
    compared(walk, left, query, order)?;
    let negated = match (&op, any) {
        (Op::Eq, true) => false,
        (Op::NotEq, false) => true,
        _ => return Ok(Ty::Bool),
    };
    let (left, query) = (Box::new(Walk::take(left)), query.clone());
    *expr = Expr::InSubquery { expr: left, subquery: query, negated };
    Ok(Ty::Bool)
}

/// A value or a row beside the rows of a query.
fn compared(
    walk: &mut Walk<'_, '_>,
    left: &mut Expr,
    query: &mut Query,
    order: bool,
) -> Result<(), super::Untranslatable> {
    let types = columns(walk, query)?;
    let mut single = [left];
    let lefts: Vec<&mut Expr> = match &mut single {
        [Expr::Tuple(items)] => items.iter_mut().collect(),
        [only] => vec![&mut **only],
    };
    if lefts.len() != types.len() {
        let at = lefts.first().map(|expr| super::span(walk.cx, expr)).unwrap_or_else(|| walk.cx.head());
        return Err(super::Untranslatable {
            span: at,
            what: "a subquery of another number of columns".into(),
        });
    }
    for (left, ty) in lefts.into_iter().zip(types) {
        let ty = if ty == Ty::Unknown { Ty::Text } else { ty };
        let found = walk.expr(left)?;
        if (&found, &ty) == (&Ty::Text, &Ty::Text) {
            queries::collate_texts(&mut query.body);
        }
        // The query's side has its type already.
        let mut other = left.clone();
        let ty = operators::comparable(walk, left, &found, &mut other, &ty)?;
        if order {
            operators::ordered(walk, left, &ty)?;
        }
    }
    Ok(())
}

/// Translates a query of this scope and gives its columns' types.
fn columns(walk: &mut Walk<'_, '_>, query: &mut Query) -> Result<Vec<Ty>, super::Untranslatable> {
    let columns = queries::translate(walk.cx, query, walk.scope)?;
    Ok(columns.into_iter().map(|column| column.ty).collect())
}

/// `(a, b) op (c, d)`: the rows are compared value by value on both.
pub fn rows(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Bool) };
    let order = match op {
        Op::Eq | Op::NotEq => false,
        Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => true,
        _ => {
            let what = format!("the operator {op} between rows");
            return walk.refuse(expr, what);
        }
    };
    pair(walk, left, right, order)?;
    Ok(Ty::Bool)
}

/// Rows are alike where all of their values are.
pub fn alike(
    walk: &mut Walk<'_, '_>,
    left: &Expr,
    right: &Expr,
) -> Result<Option<Expr>, super::Untranslatable> {
    let (Expr::Tuple(lefts), Expr::Tuple(rights)) = (left, right) else { return Ok(None) };
    if lefts.len() != rights.len() {
        return Ok(None);
    }
    let mut all: Option<Expr> = None;
    for (one, other) in lefts.iter().zip(rights) {
        let mut same = Expr::IsNotDistinctFrom(Box::new(one.clone()), Box::new(other.clone()));
        operators::distinct(walk, &mut same)?;
        all = Some(match all {
            None => same,
            Some(before) => super::walk::binary(before, Op::And, same),
        });
    }
    Ok(all.map(|all| Expr::Nested(Box::new(all))))
}

/// Two rows that are compared.
pub fn pair(
    walk: &mut Walk<'_, '_>,
    left: &mut Expr,
    right: &mut Expr,
    order: bool,
) -> Result<(), super::Untranslatable> {
    match (&mut *left, &mut *right) {
        (Expr::Tuple(lefts), Expr::Tuple(rights)) if lefts.len() == rights.len() => {
            for (a, b) in lefts.iter_mut().zip(rights) {
                let (x, y) = (walk.expr(a)?, walk.expr(b)?);
                let ty = operators::comparable(walk, a, &x, b, &y)?;
                if order {
                    operators::ordered(walk, a, &ty)?;
                }
            }
            Ok(())
        }
        (Expr::Tuple(_), Expr::Subquery(query)) => compared(walk, left, query, order),
        _ => walk.refuse(right, "a row beside what is none"),
    }
}

/// `(a, b) IN ((1, 2), …)`.
pub fn row_in_list(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::InList { expr: left, list, .. } = expr else { return Ok(Ty::Bool) };
    let source = left.as_ref().clone();
    for (at, item) in list.iter_mut().enumerate() {
        let mut again = source.clone();
        let row = if at == 0 { left.as_mut() } else { &mut again };
        pair(walk, row, item, false)?;
    }
    Ok(Ty::Bool)
}
