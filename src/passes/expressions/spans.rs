//! Expressions of type interval: TiDB has them only beside the time that they are added to.

use super::Untranslatable;
use super::amounts::{Amount, amount, peek};
use super::functions::template::{filled, operand_of};
use super::functions::whole;
use super::intervals::{Interval, of_unit};
use super::literals::{self, function_name, string, text_of};
use super::types::Ty;
use super::walk::{Typed, Walk, binary};
use sqlparser::ast::{BinaryOperator as Op, DataType, DateTimeField, Expr};

/// `interval '1 day'`, where nothing stands beside it: the text that PostgreSQL prints.
pub fn literal(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    match amount(walk, expr)? {
        Some(Amount::Fixed(interval)) => {
            *expr = string(interval.to_string());
            Ok(Ty::Interval)
        }
        _ => walk.refuse(expr, "an interval"),
    }
}

/// Sums, differences and comparisons in which an interval stands; `None` where none does.
pub fn arithmetic(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Result<Option<Ty>, Untranslatable> {
    let Expr::BinaryOp { left, op, right } = &*expr else { return Ok(None) };
    let compares = matches!(op, Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq);
    if !(compares || matches!(op, Op::Plus | Op::Minus | Op::Multiply | Op::Divide)) {
        return Ok(None);
    }
    if let (Op::Plus, Expr::Value(value)) = (op, right.as_ref())
        && let Some(interval) = text_of(&value.value).and_then(|text| Interval::read(&text))
        && peek(walk, left).is_some_and(|ty| ty.is_time() || ty == Ty::Time)
    {
        // An untyped literal added to a time is an interval.
        let time = left.as_ref().clone();
        return added(walk, expr, time, Amount::Fixed(interval), false).map(Some);
    }
    if !(may_be(left) || may_be(right)) {
        return Ok(None);
    }
    let (left, op, right) = (left.as_ref().clone(), op.clone(), right.as_ref().clone());
    if compares {
        let (a, b) = (amount(walk, &left)?, amount(walk, &right)?);
        return match (a, b) {
            (None, None) => Ok(None),
            (a, b) => {
                let (a, b) = (micros(walk, expr, a, &left)?, micros(walk, expr, b, &right)?);
                *expr = binary(a, op, b);
                Ok(Some(Ty::Bool))
            }
        };
    }
    if let Some(whole) = amount(walk, expr)? {
        return match whole {
            Amount::Fixed(interval) => {
                *expr = string(interval.to_string());
                Ok(Some(Ty::Interval))
            }
            _ => walk.refuse(expr, "an interval that is not added to a time"),
        };
    }
    let (time, span, negative) = match (&op, amount(walk, &right)?) {
        (Op::Plus | Op::Minus, Some(span)) => (left, span, op == Op::Minus),
        (Op::Plus, None) => match amount(walk, &left)? {
            Some(span) => (right, span, false),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    added(walk, expr, time, span, negative).map(Some)
}

/// Whether an expression may be an interval, by its looks.
fn may_be(expr: &Expr) -> bool {
    match expr {
        Expr::Interval(_) => true,
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => may_be(inner),
        Expr::Cast { data_type, .. } => data_type.to_string().to_ascii_lowercase().contains("interval"),
        Expr::BinaryOp { left, op: Op::Minus, right } => {
            may_be(left) || may_be(right) || is_name(left) || is_name(right)
        }
        Expr::BinaryOp { left, op: Op::Plus | Op::Multiply | Op::Divide, right } => {
            may_be(left) || may_be(right)
        }
        Expr::Function(function) => {
            matches!(function_name(function).as_deref(), Some("make_interval" | "age"))
        }
        _ => false,
    }
}

/// Something whose type only the catalog tells.
fn is_name(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Function(_)
            | Expr::Cast { .. }
            | Expr::TypedString(_)
    )
}

/// An interval in microseconds, as PostgreSQL compares them.
fn micros(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    amount: Option<Amount>,
    side: &Expr,
) -> Result<Expr, Untranslatable> {
    let made = match amount {
        Some(Amount::Fixed(interval)) => interval.micros().map(|micros| literals::number(micros.to_string())),
        Some(Amount::Difference(from, to)) => filled("TIMESTAMPDIFF(MICROSECOND, $2, $1)", &[from, to]),
        None => match side {
            Expr::Value(value) => text_of(&value.value)
                .and_then(|text| Interval::read(&text)?.micros())
                .map(|micros| literals::number(micros.to_string())),
            _ => None,
        },
        _ => None,
    };
    made.map_or_else(|| walk.refuse(at, "a comparison of calculated intervals"), Ok)
}

/// A time and an interval that is added or taken away.
fn added(walk: &mut Walk<'_, '_>, expr: &mut Expr, mut time: Expr, span: Amount, negative: bool) -> Typed {
    let at = expr.clone();
    let mut ty = walk.expr(&mut time)?;
    if ty == Ty::Unknown {
        walk.coerce(&mut time, &ty, &Ty::Timestamptz)?;
        ty = Ty::Timestamptz;
    }
    if !ty.is_time() && ty != Ty::Time {
        return walk.refuse(&at, format!("the sum of {} and an interval", ty.name()));
    }
    let clock = ty == Ty::Time;
    let base = match ty {
        // The sum of a date and an interval is a timestamp.
        Ty::Date => cast_to(time, DataType::Datetime(Some(6))),
        Ty::Time => literals::call("TIMESTAMP", vec![string("2000-01-01"), time]),
        _ if matches!(time, Expr::Value(_)) => cast_to(time, DataType::Datetime(Some(6))),
        _ => operand_of(time),
    };
    let sum = match span {
        Amount::Fixed(interval) if clock => Interval { months: 0, days: 0, ..interval }.added(base, negative),
        Amount::Fixed(interval) => interval.added(base, negative),
        Amount::Units(units) => {
            let op = if negative { Op::Minus } else { Op::Plus };
            units
                .into_iter()
                .filter(|(count, _)| whole(count) != Some(0))
                .fold(base, |sum, (count, field)| binary(sum, op.clone(), of_unit(count, field)))
        }
        Amount::Difference(from, to) => match filled("TIMESTAMPDIFF(MICROSECOND, $2, $1)", &[from, to]) {
            Some(micros) => {
                let op = if negative { Op::Minus } else { Op::Plus };
                binary(base, op, of_unit(micros, DateTimeField::Microsecond))
            }
            None => return walk.refuse(&at, "this sum"),
        },
        Amount::Age(..) => return walk.refuse(&at, "a time and an age"),
    };
    *expr = match sum {
        sum if clock => cast_to(sum, DataType::Time(Some(6), sqlparser::ast::TimezoneInfo::None)),
        sum @ Expr::BinaryOp { .. } if !matches!(at, Expr::Nested(_)) => Expr::Nested(Box::new(sum)),
        sum => sum,
    };
    Ok(match ty {
        Ty::Date => Ty::Timestamp,
        other => other,
    })
}

pub(super) fn cast_to(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: sqlparser::ast::CastKind::Cast, expr: Box::new(expr), data_type, format: None }
}
