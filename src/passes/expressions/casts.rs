//! Casts: dropped where the value is the same either way, TiDB's CAST where it is not.

use super::arrays::{self, bare_nested};
use super::functions::template::operand_of;
use super::instants::days_in;
use super::literals::{self, number};
use super::printing::printed;
use super::rules::TEXT_CAST;
use super::types::Ty;
use super::walk::{Typed, Walk, binary};
use super::{division, functions, numerals, overflow, padded};
use sqlparser::ast::{BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, TimezoneInfo, Value};

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
    if to == Ty::Interval {
        return super::spans::literal(walk, expr);
    }
    // ARRAY['a','b']::text[] is one value.
    if let (Ty::Array(element), Expr::Array(_)) = (&to, bare_nested(inner)) {
        let element = element.as_ref().clone();
        let mut array = bare_nested(inner).clone();
        let ty = arrays::constructed(walk, &mut array, Some(&element))?;
        *expr = array;
        return Ok(ty);
    }
    if let (Ty::Text, Some(time)) = (&to, constant_time(walk, inner)) {
        *expr = literals::string(time);
        return Ok(to);
    }
    let at = expr.clone();
    let Expr::Cast { expr: inner, data_type, .. } = expr else { return Ok(to) };
    let range = overflow::range(walk, inner);
    let digits = overflow::digits(walk, inner);
    let fits = to != Ty::Decimal || numerals::fits(walk, inner, data_type);
    let single = is_single_column(walk, bare_nested(inner)) || is_real(inner);
    let from = walk.expr(inner)?;
    if let (Ty::Text, Some(length)) = (&to, padded::length(data_type)) {
        return padded::shortened(walk, expr, &from, length);
    }
    let data_type = data_type.clone();
    let mut value = Walk::take(inner);
    if from == Ty::Unknown {
        *expr = untyped(walk, value, &to, &data_type)?;
        return Ok(to);
    }
    let target = match (&from, &to) {
        (Ty::Decimal | Ty::Numeric | Ty::Int | Ty::Big | Ty::Float, Ty::Decimal) => {
            match scaled(&data_type) {
                Some(target) => {
                    literal_fits(walk, &at, &value, &data_type)?;
                    value = division::exact(value);
                    if !fits {
                        *expr = numerals::kept_to(walk, &at, value, &data_type)?;
                        return Ok(to);
                    }
                    Some(target)
                }
                None => return walk.refuse(&at, format!("the cast to {data_type}")),
            }
        }
        (Ty::Float, Ty::Numeric) => {
            *expr = numerals::of_double(walk, &at, value, single)?;
            return Ok(to);
        }
        (Ty::Decimal | Ty::Numeric | Ty::Int | Ty::Big, Ty::Numeric) => {
            *expr = value;
            return Ok(if from == Ty::Numeric { Ty::Numeric } else { Ty::Decimal });
        }
        (a, b) if a.is_int() && b.is_int() => {
            literal_fits(walk, &at, &value, &data_type)?;
            *expr = overflow::narrowed(value, range, &data_type);
            return Ok(to);
        }
        (Ty::Timestamp | Ty::Timestamptz, Ty::Timestamp | Ty::Timestamptz) => {
            precision(&data_type).map(|precision| DataType::Datetime(Some(precision)))
        }
        (Ty::Float, Ty::Float) if is_single(&data_type) => Some(DataType::Float(ExactNumberInfo::None)),
        (Ty::Float, Ty::Float) if matches!(&value, Expr::Cast { data_type: DataType::Float(_), .. }) => {
            return walk.refuse(&at, "the cast real::double precision");
        }
        (a, b) if a == b => None,
        (a, Ty::Float) if a.is_number() => Some(match is_single(&data_type) {
            true => DataType::Float(ExactNumberInfo::None),
            false => DataType::Double(ExactNumberInfo::None),
        }),
        (Ty::Decimal | Ty::Numeric | Ty::Float, Ty::Int | Ty::Big) => {
            *expr = overflow::rounded(division::exact(value), digits, &data_type);
            return Ok(to);
        }
        (Ty::Bool, Ty::Int) => {
            *expr = match &value {
                Expr::Value(literal) if literal.value == Value::Boolean(true) => number("1"),
                Expr::Value(literal) if literal.value == Value::Boolean(false) => number("0"),
                _ => operand_of(value),
            };
            return Ok(to);
        }
        (Ty::Int, Ty::Bool) => {
            *expr = match functions::whole(&value) {
                Some(n) => Expr::value(Value::Boolean(n != 0)),
                None => Expr::Nested(Box::new(binary(operand_of(value), BinaryOperator::NotEq, number("0")))),
            };
            return Ok(to);
        }
        (Ty::Text, Ty::Bool) => {
            *expr = super::truth::of_text(walk, value, &at)?;
            return Ok(to);
        }
        (Ty::Enum, Ty::Text) => Some(DataType::Char(None)),
        (Ty::Text, Ty::Enum) => None,
        (_, Ty::Text) => {
            *expr = printed(walk, value, &from, &at, false)?;
            return Ok(to);
        }
        (Ty::Timestamp | Ty::Timestamptz, Ty::Date) => Some(DataType::Date),
        (Ty::Timestamp | Ty::Timestamptz, Ty::Time) => Some(DataType::Time(Some(6), TimezoneInfo::None)),
        (Ty::Time, Ty::Time) => None,
        (Ty::Date, Ty::Timestamp | Ty::Timestamptz) => Some(DataType::Datetime(Some(6))),
        (Ty::Text, Ty::Int | Ty::Big | Ty::Float | Ty::Decimal | Ty::Numeric) => {
            *expr = match &value {
                Expr::Value(_) => untyped(walk, value, &to, &data_type)?,
                _ => numerals::of_text(walk, value, &to, &data_type)?,
            };
            return Ok(to);
        }
        (Ty::Text, Ty::Date) => {
            report_text(walk, &value, "a text that is no date gives NULL here instead of an error");
            Some(DataType::Date)
        }
        (Ty::Text, Ty::Timestamp | Ty::Timestamptz) => {
            report_text(walk, &value, "a text that is no timestamp gives NULL here instead of an error");
            Some(DataType::Datetime(Some(precision(&data_type).unwrap_or(6))))
        }
        (Ty::Text, Ty::Uuid) => {
            *expr = super::uuids::read(walk, value);
            return Ok(to);
        }
        (Ty::Text | Ty::Enum, Ty::Bytea) => {
            *expr = super::functions::bytes::of_text(walk, value, &at)?;
            return Ok(to);
        }
        (Ty::Text, Ty::Json) => Some(DataType::JSON),
        (Ty::Json, Ty::Int | Ty::Big | Ty::Float | Ty::Decimal | Ty::Numeric) => {
            *expr = numerals::of_json(walk, value, &to, &data_type)?;
            return Ok(to);
        }
        (Ty::Json, Ty::Bool) => {
            *expr = numerals::truth_of_json(walk, value)?;
            return Ok(to);
        }
        (Ty::Array(_), Ty::Array(_)) | (Ty::Array(_), Ty::Json) => None,
        _ => {
            let what = format!("the cast {}::{}", from.name(), to.name());
            let span = super::span(walk.cx, &value);
            return Err(super::Untranslatable { span, what });
        }
    };
    *expr = match target {
        Some(data_type) => cast_to(value, data_type),
        None => value,
    };
    Ok(to)
}

/// `CAST(value AS type)`.
pub fn cast_to(value: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(unwrapped(value)), data_type, format: None }
}

/// An untyped literal with its type: the value that PostgreSQL reads from it.
fn untyped(
    walk: &mut Walk<'_, '_>,
    mut value: Expr,
    to: &Ty,
    data_type: &DataType,
) -> Result<Expr, super::Untranslatable> {
    if matches!(&value, Expr::Value(literal) if matches!(literal.value, Value::Null)) {
        return Ok(value);
    }
    let at = value.clone();
    if let (Ty::Bool, Expr::Nested(inner)) = (to, &value) {
        value = inner.as_ref().clone();
    }
    walk.coerce(&mut value, &Ty::Unknown, to)?;
    literal_fits(walk, &at, &value, data_type)?;
    let literal = matches!(value, Expr::Value(_));
    Ok(match to {
        Ty::Decimal => match scaled(data_type) {
            Some(target) => cast_to(value, target),
            None => return walk.refuse(&at, format!("the cast to {data_type}")),
        },
        Ty::Float if literal => cast_to(
            {
                if is_single(data_type) {
                    as_single(&mut value);
                }
                value
            },
            if is_single(data_type) {
                DataType::Float(ExactNumberInfo::None)
            } else {
                DataType::Double(ExactNumberInfo::None)
            },
        ),
        Ty::Date if literal && !is_day(&value) => return walk.refuse(&at, "a date that is none"),
        Ty::Date if literal => cast_to(value, DataType::Date),
        Ty::Timestamp | Ty::Timestamptz if literal => {
            if !is_day(&value) {
                return walk.refuse(&at, "a timestamp that is none");
            }
            cast_to(value, DataType::Datetime(Some(precision(data_type).unwrap_or(6))))
        }
        Ty::Time if literal => {
            cast_to(value, DataType::Time(Some(precision(data_type).unwrap_or(6)), TimezoneInfo::None))
        }
        _ => value,
    })
}

/// Whether the date of a literal exists.
fn is_day(value: &Expr) -> bool {
    let Some(text) = functions::word(value) else { return true };
    let mut parts = text.split(['-', ' ', 'T']);
    let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (next(), next(), next()) else { return true };
    let days = if (1..=12).contains(&month) { days_in(year.into(), month.into()) } else { 0 };
    let clock = text.split([' ', 'T']).nth(1).unwrap_or("");
    let clock: Vec<&str> = clock.split([':', '.', '+', '-']).collect();
    let most = |at: usize, most: u32| {
        clock.get(at).and_then(|part| part.parse::<u32>().ok()).is_none_or(|n| n <= most)
    };
    (1..=days).contains(&i64::from(day)) && most(0, 24) && most(1, 59) && most(2, 60)
}

/// A literal that does not fit into its integer type fails on PostgreSQL.
fn literal_fits(
    walk: &Walk<'_, '_>,
    at: &Expr,
    value: &Expr,
    data_type: &DataType,
) -> Result<(), super::Untranslatable> {
    use DataType as D;
    let most = match data_type {
        D::SmallInt(_) | D::Int2(_) => i64::from(i16::MAX),
        D::Int(_) | D::Int4(_) | D::Integer(_) => i64::from(i32::MAX),
        D::BigInt(_) | D::Int8(_) => {
            let digits = value.to_string().replace(['(', ')', ' '], "");
            return match digits.parse::<i128>() {
                Ok(n) if i64::try_from(n).is_err() => {
                    walk.refuse(at, format!("{n} as {data_type}, which is out of range,"))
                }
                _ => Ok(()),
            };
        }
        D::Numeric(_) | D::Decimal(_) | D::Dec(_) => {
            let Some((whole, scale)) = numerals::places(data_type) else { return Ok(()) };
            return match division::decimal(value) {
                Some(n) if rounded_to(n, scale) >= 10_f64.powi(whole) => {
                    walk.refuse(at, format!("{n} as {data_type}, which is out of range,"))
                }
                _ => Ok(()),
            };
        }
        _ => return Ok(()),
    };
    match functions::whole(value) {
        Some(n) if n > most || n < -most - 1 => {
            walk.refuse(at, format!("{n} as {data_type}, which is out of range,"))
        }
        _ => Ok(()),
    }
}

/// How large a number is once it is rounded to so many places.
fn rounded_to(n: f64, places: i32) -> f64 {
    let unit = 10_f64.powi(places);
    (n.abs() * unit).round() / unit
}

/// Whether a column is declared as `real`.
pub fn is_single_column(walk: &Walk<'_, '_>, expr: &Expr) -> bool {
    overflow::declared(walk, expr).is_some_and(|declared| is_single(&declared))
}

/// Whether a source expression is a cast to `real`.
fn is_real(expr: &Expr) -> bool {
    matches!(bare_nested(expr), Expr::Cast { data_type, .. } if is_single(data_type))
}

/// Whether a value was cast to `real`: TiDB calculates on with all of its digits.
pub fn is_single_cast(expr: &Expr) -> bool {
    matches!(bare_nested(expr), Expr::Cast { data_type: DataType::Float(_), .. })
}

/// PostgreSQL reads a literal beside a `real` as one; TiDB compares as double.
pub fn as_single(expr: &mut Expr) {
    let minus = matches!(expr, Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Minus, .. });
    if let Expr::UnaryOp { expr: inner, .. } = expr
        && minus
    {
        return as_single(inner);
    }
    if let Expr::Value(value) = &*expr
        && let Value::Number(text, _) = &value.value
        && let Some(single) = literals::as_single(text)
    {
        *expr = number(single);
    }
}

pub fn is_single(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Real | DataType::Float4)
        || matches!(data_type, DataType::Float(ExactNumberInfo::Precision(1..=24)))
}

/// The digits of a second that a time type keeps.
fn precision(data_type: &DataType) -> Option<u64> {
    match data_type {
        DataType::Timestamp(precision, _) | DataType::Time(precision, _) => precision.filter(|p| *p <= 6),
        DataType::Custom(name, modifiers) if name.to_string().eq_ignore_ascii_case("timestamptz") => {
            modifiers.first().and_then(|modifier| modifier.parse().ok())
        }
        _ => None,
    }
}

/// `'2024-01-05 01:02:03.5'::timestamp::text`: what PostgreSQL prints of a literal.
fn constant_time(walk: &Walk<'_, '_>, inner: &Expr) -> Option<String> {
    let Expr::Cast { expr, data_type, .. } = bare_nested(inner) else { return None };
    let ty = Ty::of(data_type, walk.cx.catalog);
    if ty != Ty::Timestamp || precision(data_type).is_some() {
        return None;
    }
    let Expr::Value(value) = expr.as_ref() else { return None };
    let text = literals::text_of(&value.value)?;
    let (day, clock) = text.split_once(' ')?;
    let seconds = clock.split('.').next()?;
    let whole = day.len() == 10 && seconds.len() == 8;
    let fraction = clock.split_once('.').map_or("", |(_, fraction)| fraction).trim_end_matches('0');
    if !whole || !clock.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')) || fraction.len() > 6
    {
        return None;
    }
    Some(if fraction.is_empty() { format!("{day} {seconds}") } else { format!("{day} {seconds}.{fraction}") })
}

/// CAST brings parentheses of its own.
fn unwrapped(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(inner) => *inner,
        other => other,
    }
}

pub fn report_text(walk: &mut Walk<'_, '_>, value: &Expr, message: &str) {
    let span = walk.cx.node(value);
    walk.cx.report(&TEXT_CAST, span, message);
}

/// A cast to numeric(p, s) rounds; TiDB rounds half away from zero as well.
pub fn scaled(data_type: &DataType) -> Option<DataType> {
    use DataType as D;
    let (precision, scale) = match data_type {
        D::Numeric(info) | D::Decimal(info) | D::Dec(info) => match info {
            ExactNumberInfo::Precision(p) => (*p, 0),
            ExactNumberInfo::PrecisionAndScale(p, s) => (*p, *s),
            ExactNumberInfo::None => return None,
        },
        _ => return None,
    };
    (precision <= 65 && (0..=30).contains(&scale))
        .then_some(D::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)))
}
