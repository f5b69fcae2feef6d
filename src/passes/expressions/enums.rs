//! Enums compared by order: PostgreSQL has the order of the labels, TiDB that of a text's letters.

use super::Untranslatable;
use super::arrays::bare_nested;
use super::literals::{number, string, text_of};
use super::overflow::declared;
use super::types::Ty;
use super::walk::{Walk, binary};
use crate::catalog::UserType;
use sqlparser::ast::{BinaryOperator as Op, DataType, Expr, Value};

/// A comparison of an enum with one of its labels, as a list of the labels for which it is true.
pub fn compared(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Result<Option<Ty>, Untranslatable> {
    let (value, wanted) = match &mut *expr {
        Expr::BinaryOp { left, op, right } => {
            let Some(keeps) = order(op) else { return Ok(None) };
            let (one, other) = (label(left), label(right));
            if one.is_none() && other.is_none() {
                return of_columns(walk, expr);
            }
            let Some(labels) = labels(walk, left).or_else(|| labels(walk, right)) else { return Ok(None) };
            let place = |label: &str| labels.iter().position(|other| other == label);
            match (one, other) {
                (Some(one), Some(other)) => {
                    let (Some(one), Some(other)) = (place(&one), place(&other)) else { return Ok(None) };
                    *expr = Expr::value(Value::Boolean(keeps(one, other)));
                    return Ok(Some(Ty::Bool));
                }
                (None, Some(other)) => {
                    let Some(other) = place(&other) else { return Ok(None) };
                    (left, chosen(&labels, |at| keeps(at, other)))
                }
                (one, _) => {
                    let Some(one) = one.as_deref().and_then(place) else { return Ok(None) };
                    (right, chosen(&labels, |at| keeps(one, at)))
                }
            }
        }
        Expr::Between { expr: value, low, high, negated } => {
            let (Some(low), Some(high)) = (label(low), label(high)) else { return Ok(None) };
            let Some(labels) = labels(walk, value) else { return Ok(None) };
            let place = |label: &str| labels.iter().position(|other| other == label);
            let (Some(low), Some(high)) = (place(&low), place(&high)) else { return Ok(None) };
            let negated = *negated;
            (value, chosen(&labels, |at| (low..=high).contains(&at) != negated))
        }
        _ => return Ok(None),
    };
    walk.expr(value)?;
    let value = Walk::take(value);
    *expr = match wanted.is_empty() {
        // False, or NULL for a NULL.
        true => {
            Expr::Nested(Box::new(binary(Expr::IsNull(Box::new(value)), Op::And, Expr::value(Value::Null))))
        }
        false => Expr::InList { expr: Box::new(value), list: wanted, negated: false },
    };
    Ok(Some(Ty::Bool))
}

/// Two columns of one enum: TiDB would compare the letters of their labels, unless it is asked for their numbers.
fn of_columns(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Result<Option<Ty>, Untranslatable> {
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(None) };
    let is_name =
        |side: &Expr| matches!(bare_nested(side), Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    if !is_name(left) || !is_name(right) || labels(walk, left).is_none() || labels(walk, right).is_none() {
        return Ok(None);
    }
    for side in [left, right] {
        walk.expr(side)?;
        let numbered = binary(Walk::take(side), Op::Plus, number("0"));
        **side = Expr::Nested(Box::new(numbered));
    }
    Ok(Some(Ty::Bool))
}

fn order(op: &Op) -> Option<fn(usize, usize) -> bool> {
    Some(match op {
        Op::Lt => |a, b| a < b,
        Op::Gt => |a, b| a > b,
        Op::LtEq => |a, b| a <= b,
        Op::GtEq => |a, b| a >= b,
        _ => return None,
    })
}

fn chosen(labels: &[String], keeps: impl Fn(usize) -> bool) -> Vec<Expr> {
    let kept = labels.iter().enumerate().filter(|(at, _)| keeps(*at));
    kept.map(|(_, label)| string(label.as_str())).collect()
}

/// The text of a literal, cast or not.
fn label(expr: &Expr) -> Option<String> {
    match bare_nested(expr) {
        Expr::Value(value) => text_of(&value.value),
        Expr::Cast { expr: inner, data_type: DataType::Custom(..), .. } => label(inner),
        _ => None,
    }
}

/// The labels of the enum that a column or a cast is of.
fn labels(walk: &Walk<'_, '_>, expr: &Expr) -> Option<Vec<String>> {
    let declared = match bare_nested(expr) {
        Expr::Cast { data_type, .. } => walk.cx.catalog.base_type(data_type).clone(),
        other => declared(walk, other)?,
    };
    labels_of(walk, &declared)
}

/// The labels of an enum, in their order.
pub fn labels_of(walk: &Walk<'_, '_>, data_type: &DataType) -> Option<Vec<String>> {
    let DataType::Custom(name, _) = data_type else { return None };
    match walk.cx.catalog.user_type(name)? {
        UserType::Enum(labels) => Some(labels.clone()),
        _ => None,
    }
}
