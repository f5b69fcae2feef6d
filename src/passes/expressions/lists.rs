//! ANY and ALL over arrays, and LIKE ANY.

use super::arrays::{self, bare};
use super::functions::template::filled;
use super::literals;
use super::operators::comparable;
use super::types::Ty;
use super::walk::{Typed, Walk};
use crate::passes::Cx;
use sqlparser::ast::{Array, BinaryOperator as Op, Expr, Value};

/// `= ANY (ARRAY[…])` is IN, `<> ALL (ARRAY[…])` is NOT IN; other comparisons with literals are said one by one.
pub fn any_or_all(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let (left, op, right, any) = match expr {
        Expr::AnyOp { left, compare_op, right, .. } => (left, compare_op.clone(), right, true),
        Expr::AllOp { left, compare_op, right } => (left, compare_op.clone(), right, false),
        _ => return Ok(Ty::Bool),
    };
    let Some(mut list) = elements(walk.cx, right) else {
        return member(walk, expr, &op, any);
    };
    let negated = match (&op, any) {
        (Op::Eq, true) => false,
        (Op::NotEq, false) => true,
        _ => {
            let left = Walk::take(left);
            return one_by_one(walk, expr, &at, left, &op, list, any);
        }
    };
    let mut ty = walk.expr(left)?;
    for item in &mut list {
        let found = walk.expr(item)?;
        ty = comparable(walk, left, &ty, item, &found)?;
    }
    let left = Walk::take(left);
    *expr = if list.is_empty() {
        // Nothing is equal to one of no values; NULL is not either.
        Expr::value(Value::Boolean(negated))
    } else {
        Expr::InList { expr: Box::new(left), list, negated }
    };
    Ok(Ty::Bool)
}

/// `a > ALL (ARRAY[1, 2])` is `a > 1 AND a > 2`.
fn one_by_one(
    walk: &mut Walk<'_, '_>,
    expr: &mut Expr,
    at: &Expr,
    left: Expr,
    op: &Op,
    list: Vec<Expr>,
    any: bool,
) -> Typed {
    let compared =
        |item: Expr| Expr::BinaryOp { left: Box::new(left.clone()), op: op.clone(), right: Box::new(item) };
    let joined = if any { Op::Or } else { Op::And };
    let all = list.into_iter().map(compared).reduce(|all, one| super::walk::binary(all, joined.clone(), one));
    let Some(all) = all else {
        *expr = Expr::value(Value::Boolean(!any));
        return Ok(Ty::Bool);
    };
    if all.to_string().len() > 2_000 {
        return walk.refuse(at, "ANY or ALL of so many values");
    }
    *expr = Expr::Nested(Box::new(all));
    walk.expr(expr)
}

/// Marks each `= ANY (array)` of a condition that only rows for which it is true pass: whether it is false or NULL for the
/// others is no matter there.
pub fn filters(condition: &mut Expr) {
    match condition {
        Expr::Nested(inner) => filters(inner),
        Expr::BinaryOp { left, op: Op::And | Op::Or, right } => {
            filters(left);
            filters(right);
        }
        Expr::AnyOp { right, is_some, .. } if !matches!(right.as_ref(), Expr::Subquery(_)) => *is_some = true,
        _ => {}
    }
}

/// `x = ANY (column)`, where the array is a JSON document.
fn member(walk: &mut Walk<'_, '_>, expr: &mut Expr, op: &Op, any: bool) -> Typed {
    let at = expr.clone();
    let filters = matches!(expr, Expr::AnyOp { is_some: true, .. });
    let (Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. }) = expr else {
        return Ok(Ty::Bool);
    };
    let array = walk.expr(right)?;
    let Ty::Array(element) = array else {
        return walk.refuse(&at, format!("ANY or ALL of {}", array.name()));
    };
    let found = walk.expr(left)?;
    let element = comparable(walk, left, &found, &mut Expr::value(Value::Null), &element)?;
    let mut value = Walk::take(left);
    if element == Ty::Uuid {
        value = super::uuids::text(walk, value);
    }
    let args = [Walk::take(right), value];
    let candidate = match element {
        Ty::Text | Ty::Uuid | Ty::Enum | Ty::Date => "JSON_QUOTE($2)",
        Ty::Int | Ty::Big => "CAST($2 AS JSON)",
        other => return walk.refuse(&at, format!("ANY or ALL of {}[]", other.name())),
    };
    // Beside a NULL, nothing is known to be missing.
    let nulls = "JSON_CONTAINS($1, CAST('null' AS JSON))";
    let found = format!("JSON_CONTAINS($1, {candidate})");
    let known = format!("IF({nulls}, NULLIF({found}, 0), {found})");
    let sql = match (op, any) {
        (Op::Eq, true) if filters => found,
        (Op::Eq, true) => known,
        (Op::NotEq, false) => format!("(NOT {known})"),
        _ => return walk.refuse(&at, format!("{op} {}", if any { "ANY" } else { "ALL" })),
    };
    match filled(&sql, &args) {
        Some(made) => *expr = made,
        None => return walk.refuse(&at, "ANY"),
    }
    Ok(Ty::Bool)
}

/// `x LIKE ANY (ARRAY['a%', 'b%'])`, `x LIKE ALL (ARRAY['a%', 'b%'])`.
pub fn like_any(walk: &mut Walk<'_, '_>, expr: &mut Expr, every: bool) -> Typed {
    let at = expr.clone();
    let folds = matches!(expr, Expr::ILike { .. });
    let (Expr::Like { negated, expr: inner, pattern, escape_char, .. }
    | Expr::ILike { negated, expr: inner, pattern, escape_char, .. }) = expr
    else {
        return Ok(Ty::Bool);
    };
    let (negated, escape_char) = (*negated, escape_char.take());
    let Some(list) = elements(walk.cx, pattern) else {
        return walk.refuse(&at, "LIKE ANY of a calculated array");
    };
    let inner = Walk::take(inner);
    let one = |item: Expr| {
        let (expr, pattern) = (Box::new(inner.clone()), Box::new(item));
        let escape_char = escape_char.clone();
        if folds {
            Expr::ILike { negated, any: false, expr, pattern, escape_char }
        } else {
            Expr::Like { negated, any: false, expr, pattern, escape_char }
        }
    };
    let joined = if every { Op::And } else { Op::Or };
    let all = list.into_iter().map(one).reduce(|all, one| super::walk::binary(all, joined.clone(), one));
    *expr = Expr::Nested(Box::new(all.unwrap_or_else(|| Expr::value(Value::Boolean(every)))));
    walk.expr(expr)
}

/// The elements of ARRAY[…] or '{…}', whatever casts are around it.
fn elements(cx: &Cx<'_>, expr: &Expr) -> Option<Vec<Expr>> {
    match bare(expr) {
        Expr::Array(Array { elem, .. }) => {
            let element = cast_element(expr);
            let item = |item: &Expr| match &element {
                Some(data_type) if matches!(item, Expr::Value(_)) => Expr::Cast {
                    kind: sqlparser::ast::CastKind::DoubleColon,
                    expr: Box::new(item.clone()),
                    data_type: data_type.clone(),
                    format: None,
                },
                _ => item.clone(),
            };
            Some(elem.iter().map(item).collect())
        }
        Expr::Value(value) => {
            let text = literals::text_of(&value.value)?;
            let json = arrays::json(cx, &text, &Ty::Text).ok()?;
            let values: Vec<Option<String>> = serde_json::from_str(&json).ok()?;
            let item = |value: Option<String>| value.map_or(Expr::value(Value::Null), literals::string);
            Some(values.into_iter().map(item).collect())
        }
        _ => None,
    }
}

/// The type that a cast of the array gives its elements.
fn cast_element(expr: &Expr) -> Option<sqlparser::ast::DataType> {
    use sqlparser::ast::{ArrayElemTypeDef, DataType};
    match expr {
        Expr::Nested(inner) => cast_element(inner),
        Expr::Cast { data_type: DataType::Array(ArrayElemTypeDef::SquareBracket(inner, _)), .. } => {
            Some(inner.as_ref().clone())
        }
        _ => None,
    }
}
