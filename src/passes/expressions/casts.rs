//! Casts: dropped where the value is the same either way, TiDB's CAST where it is not.

use super::arrays::{self, bare};
use super::literals::{self, number};
use super::rules::TEXT_CAST;
use super::types::Ty;
use super::walk::{Typed, Walk, as_json, binary};
use crate::config::UuidAs;
use sqlparser::ast::{BinaryOperator, CastKind, CharacterLength, DataType, ExactNumberInfo, Expr, Value};

pub fn cast(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Cast { kind, expr: inner, data_type, format: None } = expr else {
        return walk.refuse(expr, "CAST … FORMAT");
    };
    if !matches!(kind, CastKind::Cast | CastKind::DoubleColon) {
        return walk.refuse(expr, "TRY_CAST");
    }
    let to = Ty::of(data_type, walk.cx.catalog);
    if let Ty::Other(name) = &to {
        let what = format!("the cast to {name}");
        return walk.refuse(expr, what);
    }
    // ARRAY['a','b']::text[] is one value.
    if let (Ty::Array(element), Expr::Array(array)) = (&to, bare(inner)) {
        return match arrays::constructor(walk.cx, array, element) {
            Some(json) => {
                *expr = as_json(literals::string(json));
                Ok(to)
            }
            None => walk.refuse(expr, "ARRAY[…] of what are no literals"),
        };
    }
    let from = walk.expr(inner)?;
    if let (Ty::Text, Some(length)) = (&to, length(data_type)) {
        return shortened(walk, expr, &from, length);
    }
    let mut value = Walk::take(inner);
    if from == Ty::Unknown {
        walk.coerce(&mut value, &from, &to)?;
        if let (Ty::Numeric, Some(scaled)) = (&to, scaled(data_type, &value)) {
            value = scaled;
        }
        *expr = value;
        return Ok(to);
    }
    let target = match (&from, &to) {
        (Ty::Numeric | Ty::Int | Ty::Float, Ty::Numeric) => match scaled(data_type, &value) {
            Some(scaled) => {
                *expr = scaled;
                return Ok(to);
            }
            None if from == Ty::Float => {
                return walk.refuse(&value, "the cast double precision::numeric");
            }
            None => None,
        },
        (a, b) if a == b => None,
        (Ty::Int, Ty::Float) | (Ty::Numeric, Ty::Float) => Some(DataType::Double(ExactNumberInfo::None)),
        (Ty::Numeric | Ty::Float, Ty::Int) => Some(DataType::Signed),
        (Ty::Bool, Ty::Int) => None,
        (Ty::Int, Ty::Bool) => {
            *expr = Expr::Nested(Box::new(binary(value, BinaryOperator::NotEq, number("0"))));
            return Ok(to);
        }
        (Ty::Enum, Ty::Text) | (Ty::Text, Ty::Enum) => None,
        (Ty::Uuid, Ty::Text) => {
            *expr = match walk.cx.options.uuid {
                UuidAs::Char36 => value,
                UuidAs::Binary16 => literals::call("BIN_TO_UUID", vec![value]),
            };
            return Ok(to);
        }
        (Ty::Int | Ty::Date, Ty::Text) => Some(DataType::Char(None)),
        (Ty::Timestamp | Ty::Timestamptz, Ty::Date) => Some(DataType::Date),
        (Ty::Date, Ty::Timestamp) => Some(DataType::Datetime(Some(6))),
        (Ty::Timestamp, Ty::Timestamptz) | (Ty::Timestamptz, Ty::Timestamp) => None,
        (Ty::Text, Ty::Int) => {
            report_text(walk, &value);
            Some(DataType::Signed)
        }
        (Ty::Text, Ty::Float) => {
            report_text(walk, &value);
            Some(DataType::Double(ExactNumberInfo::None))
        }
        (Ty::Text, Ty::Json) => Some(DataType::JSON),
        _ => {
            let what = format!("the cast {}::{}", from.name(), to.name());
            let span = super::span(walk.cx, &value);
            return Err(super::Untranslatable { span, what });
        }
    };
    *expr = match target {
        Some(data_type) => {
            Expr::Cast { kind: CastKind::Cast, expr: Box::new(unwrapped(value)), data_type, format: None }
        }
        None => value,
    };
    Ok(to)
}

/// CAST brings parentheses of its own.
fn unwrapped(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(inner) => *inner,
        other => other,
    }
}

fn report_text(walk: &mut Walk<'_, '_>, value: &Expr) {
    let span = walk.cx.node(value);
    walk.cx.report(&TEXT_CAST, span, "a text that is no number gives a number here instead of an error");
}

/// The length that a cast to a character type cuts at.
fn length(data_type: &DataType) -> Option<u64> {
    use DataType as D;
    match data_type {
        D::Varchar(Some(CharacterLength::IntegerLength { length, .. }))
        | D::CharacterVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | D::CharVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | D::Char(Some(CharacterLength::IntegerLength { length, .. }))
        | D::Character(Some(CharacterLength::IntegerLength { length, .. })) => Some(*length),
        _ => None,
    }
}

/// A cast to varchar(n) cuts what is longer, silently.
fn shortened(walk: &mut Walk<'_, '_>, expr: &mut Expr, from: &Ty, length: u64) -> Typed {
    let Expr::Cast { expr: inner, .. } = expr else { return Ok(Ty::Text) };
    let fits = match inner.as_ref() {
        Expr::Value(value) => match &value.value {
            Value::Null => true,
            value => literals::text_of(value).is_some_and(|text| text.chars().count() as u64 <= length),
        },
        _ => false,
    };
    let value = Walk::take(inner);
    *expr = match from {
        _ if fits => value,
        Ty::Unknown | Ty::Text | Ty::Enum => literals::call("LEFT", vec![value, number(length.to_string())]),
        other => {
            let what = format!("the cast {}::varchar({length})", other.name());
            return walk.refuse(&value, what);
        }
    };
    Ok(Ty::Text)
}

/// A cast to numeric(p, s) rounds; TiDB rounds half away from zero as well.
fn scaled(data_type: &DataType, value: &Expr) -> Option<Expr> {
    use DataType as D;
    let (precision, scale) = match data_type {
        D::Numeric(info) | D::Decimal(info) | D::Dec(info) => match info {
            ExactNumberInfo::Precision(p) => (*p, 0),
            ExactNumberInfo::PrecisionAndScale(p, s) => (*p, *s),
            ExactNumberInfo::None => return None,
        },
        _ => return None,
    };
    (precision <= 65 && (0..=30).contains(&scale)).then(|| Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(value.clone()),
        data_type: D::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)),
        format: None,
    })
}
