//! LIMIT, OFFSET, FETCH and the locks of a query.

use super::numbered::Keep;
use super::refuse;
use crate::passes::Cx;
use crate::passes::expressions::scope::Scope;
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{Untranslatable, literals};
use sqlparser::ast::{
    BinaryOperator as Op, Expr, Fetch, LimitClause, LockClause, LockType, NonBlock, Offset, OffsetRows,
    UnaryOperator, Value,
};

/// All the rows there can be: TiDB has no OFFSET without LIMIT.
pub const ALL: &str = "18446744073709551615";

/// Makes the clauses one LIMIT with an OFFSET, or says what has to number the rows for it.
pub fn translate(
    cx: &mut Cx<'_>,
    clause: &mut Option<LimitClause>,
    fetch: &mut Option<Fetch>,
    scope: &Scope<'_>,
) -> Result<Option<Keep>, Untranslatable> {
    let (mut limit, offset) = match clause.take() {
        None => (None, None),
        Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => (limit, offset),
        Some(_) => {
            return Err(Untranslatable { span: cx.words(&["limit"]), what: "this form of LIMIT".into() });
        }
    };
    let mut ties = false;
    if let Some(Fetch { with_ties, percent, quantity }) = fetch.take() {
        if percent {
            return Err(Untranslatable { span: cx.words(&["fetch"]), what: "FETCH … PERCENT".into() });
        }
        ties = with_ties;
        limit = Some(quantity.unwrap_or_else(|| literals::number("1")));
    }
    let limit = limit.map(|expr| count(cx, expr, scope)).transpose()?.flatten();
    let offset = offset.map(|offset| count(cx, offset.value, scope)).transpose()?.flatten();
    let zero =
        |expr: &Expr| matches!(expr, Expr::Value(v) if matches!(&v.value, Value::Number(n, _) if n == "0"));
    let offset = offset.filter(|offset| !zero(offset));
    if ties && let Some(limit) = limit {
        return Ok(Some(Keep::Ties { limit, offset }));
    }
    let literal = |expr: &Option<Expr>| matches!(expr, None | Some(Expr::Value(_)));
    if !literal(&limit) || !literal(&offset) {
        return Ok(Some(Keep::Count { limit, offset }));
    }
    *clause = match (limit, offset) {
        (None, None) => None,
        (limit, offset) => Some(LimitClause::LimitOffset {
            limit: Some(limit.unwrap_or_else(|| literals::number(ALL))),
            offset: offset.map(|value| Offset { value, rows: OffsetRows::None }),
            limit_by: Vec::new(),
        }),
    };
    Ok(None)
}

/// A number of rows: a literal where it can be one. NULL and ALL are none.
fn count(cx: &mut Cx<'_>, mut expr: Expr, scope: &Scope<'_>) -> Result<Option<Expr>, Untranslatable> {
    if let Expr::Value(value) = &expr {
        match &value.value {
            Value::Null => return Ok(None),
            Value::Placeholder(_) => return Ok(Some(expr)),
            _ => {}
        }
    }
    match folded(&expr) {
        Some(number) if number >= 0 => Ok(Some(literals::number(number.to_string()))),
        Some(_) => refuse(cx, &expr, "a negative number of rows"),
        None => {
            let ty = Walk::new(cx, scope).expr(&mut expr)?;
            if ty.is_int() {
                Ok(Some(expr))
            } else {
                refuse(cx, &expr, "a number of rows that is no integer")
            }
        }
    }
}

/// The value of an expression of literals.
fn folded(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => folded(inner),
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.parse().ok(),
            other => literals::text_of(other)?.trim().parse().ok(),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => folded(expr)?.checked_neg(),
        Expr::BinaryOp { left, op, right } => {
            let (left, right) = (folded(left)?, folded(right)?);
            match op {
                Op::Plus => left.checked_add(right),
                Op::Minus => left.checked_sub(right),
                Op::Multiply => left.checked_mul(right),
                Op::Divide => left.checked_div(right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// FOR UPDATE and its kin.
pub fn locks(cx: &mut Cx<'_>, locks: &mut [LockClause]) -> Result<(), Untranslatable> {
    if locks.len() > 1 {
        return Err(Untranslatable { span: cx.words(&["for"]), what: "several locking clauses".into() });
    }
    for LockClause { lock_type, of: _, nonblock } in locks {
        if *nonblock == Some(NonBlock::SkipLocked) {
            return Err(Untranslatable { span: cx.words(&["skip", "locked"]), what: "SKIP LOCKED".into() });
        }
        if *lock_type == LockType::Share {
            let span = cx.words(&["for", "share"]);
            cx.report(
                &super::rules::SHARE_LOCK,
                span,
                "rows are locked for this transaction alone: TiDB has no shared lock",
            );
            *lock_type = LockType::Update;
        }
    }
    Ok(())
}
