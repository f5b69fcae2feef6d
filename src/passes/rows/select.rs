//! INSERT … SELECT: a query's columns as the table's columns take them.

use super::Refused;
use super::insert::{Into, query_refused};
use super::rules::INSERT_QUERY;
use super::value::{self, Target};
use crate::config::UuidAs;
use crate::passes::Cx;
use crate::passes::expressions::functions::word;
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::undeclared::{self, UNDECLARED_TYPE, reads_alike};
use crate::passes::expressions::{Scope, span};
use crate::passes::queries;
use sqlparser::ast::{Expr, Query, SelectItem, SetExpr};

/// Translates the query and gives the number of its columns.
pub fn convert(cx: &mut Cx<'_>, query: &mut Query, into: &Into<'_>) -> Result<usize, Refused> {
    let scope = Scope::default();
    let columns = queries::translate(cx, query, &scope).map_err(query_refused)?;
    let Some(table) = into.table else {
        let found = columns.iter().enumerate().find(|(at, column)| match column.ty {
            Ty::Unknown => {
                item(query, *at).and_then(word).is_some_and(|text| !reads_alike(&text, cx.options))
            }
            _ => !undeclared::takes(&column.ty),
        });
        let at = cx.words(&["insert"]);
        if let Some((_, column)) = found {
            let what = if column.ty == Ty::Unknown { "this text".to_owned() } else { column.ty.name() };
            let message = format!("{what} for a column that no file of this run declares");
            return Err(Refused::new(&INSERT_QUERY, at, message));
        }
        let message = "no file of this run says what the rows of the query become in their columns";
        cx.report(&UNDECLARED_TYPE, at, message).help(undeclared::HELP);
        return Ok(columns.len());
    };
    for (at, column) in columns.iter().enumerate() {
        let Some(target) = into.columns.get(at).and_then(|name| table.column(name)) else { continue };
        let target = Target::of(cx, target);
        if column.ty == Ty::Unknown {
            literals(cx, query, at, &target)?;
        } else if !assignable(cx, &column.ty, &target) {
            let message = format!("{} for a column of type {}", column.ty.name(), target.ty.name());
            let at = item(query, at).map_or_else(|| cx.head(), |expr| span(cx, expr));
            return Err(Refused::new(&INSERT_QUERY, at, format!("{message} has no translation")));
        }
    }
    Ok(columns.len())
}

/// Whether TiDB stores what PostgreSQL stores for a value of this type in the column, without a word.
fn assignable(cx: &Cx<'_>, found: &Ty, target: &Target) -> bool {
    match (found, &target.ty) {
        (a, b) if a == b => true,
        (a, Ty::Text) if a.is_int() => true,
        (a, b) if a.is_int() && b.is_number() => true,
        (a, b) if a.is_numeric() && b.is_numeric() => true,
        // Both round half away from zero.
        (Ty::Decimal | Ty::Numeric, Ty::Int | Ty::Big | Ty::Float) => true,
        (Ty::Enum, Ty::Text) => true,
        (Ty::Uuid, Ty::Text) => cx.options.uuid == UuidAs::Char36,
        (Ty::Date, Ty::Timestamp | Ty::Timestamptz) => true,
        (Ty::Timestamp, Ty::Timestamptz) | (Ty::Timestamptz, Ty::Timestamp) => true,
        // The rest is cut off, not rounded.
        (Ty::Timestamp | Ty::Timestamptz, Ty::Date | Ty::Time) => true,
        _ => false,
    }
}

/// A column's expression in a plain SELECT.
fn item(query: &Query, at: usize) -> Option<&Expr> {
    match query.body.as_ref() {
        SetExpr::Select(select) => match select.projection.get(at)? {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
            _ => None,
        },
        SetExpr::Query(query) => item(query, at),
        _ => None,
    }
}

/// Gives an untyped literal the column's type, in each part of a UNION as PostgreSQL does.
fn literals(cx: &mut Cx<'_>, query: &mut Query, at: usize, target: &Target) -> Result<(), Refused> {
    body(cx, query.body.as_mut(), at, target)
}

fn body(cx: &mut Cx<'_>, set: &mut SetExpr, at: usize, target: &Target) -> Result<(), Refused> {
    let scope = Scope::default();
    let refused = |refusal: value::Refusal| refusal.into_refused(&INSERT_QUERY);
    match set {
        SetExpr::Select(select) => match select.projection.get_mut(at) {
            Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. })
                if matches!(expr, Expr::Value(_)) =>
            {
                value::convert(cx, expr, Some(target), &scope).map_err(refused)
            }
            _ => Ok(()),
        },
        SetExpr::Values(values) => {
            for row in &mut values.rows {
                if let Some(expr) = row.content.get_mut(at).filter(|expr| matches!(expr, Expr::Value(_))) {
                    value::convert(cx, expr, Some(target), &scope).map_err(refused)?;
                }
            }
            Ok(())
        }
        SetExpr::Query(query) => body(cx, query.body.as_mut(), at, target),
        SetExpr::SetOperation { left, right, .. } => {
            body(cx, left, at, target)?;
            body(cx, right, at, target)
        }
        _ => Ok(()),
    }
}
