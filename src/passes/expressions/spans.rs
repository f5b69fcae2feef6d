//! Expressions of type interval: TiDB has them only beside the time that they are added to.

use super::functions::template::{filled, operand_of};
use super::functions::{arguments_of, whole};
use super::intervals::{Interval, of_unit};
use super::literals::{self, function_name, string, text_of};
use super::types::Ty;
use super::walk::{Typed, Walk, binary};
use super::{Untranslatable, division};
use sqlparser::ast::{
    BinaryOperator as Op, DataType, DateTimeField, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
    UnaryOperator,
};

/// What an interval is made of.
pub(super) enum Amount {
    Fixed(Interval),
    /// Calculated numbers of units, in the order in which they are added.
    Units(Vec<(Expr, DateTimeField)>),
    /// The difference of two timestamps, translated.
    Difference(Expr, Expr),
    /// `age(a, b)`, translated.
    Age(Expr, Expr),
}

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

/// Reads an expression of type interval; `None` is anything else, untouched.
pub(super) fn amount(walk: &mut Walk<'_, '_>, expr: &Expr) -> Result<Option<Amount>, Untranslatable> {
    Ok(match expr {
        Expr::Nested(inner) => amount(walk, inner)?,
        Expr::Interval(tree) => {
            let field = tree.leading_field.as_ref().map(|field| field.to_string().to_lowercase());
            let text = match tree.value.as_ref() {
                Expr::Value(value) => text_of(&value.value),
                _ => None,
            };
            let read = text.and_then(|text| Interval::read_in(&text, field.as_deref()));
            match read.filter(|_| tree.last_field.is_none() && tree.fractional_seconds_precision.is_none()) {
                Some(interval) => Some(Amount::Fixed(interval)),
                None => return walk.refuse(expr, "this interval"),
            }
        }
        Expr::Cast { expr: inner, data_type, .. } if Ty::of(data_type, walk.cx.catalog) == Ty::Interval => {
            Some(cast(walk, expr, inner, data_type)?)
        }
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => match amount(walk, inner)? {
            Some(Amount::Fixed(interval)) => interval.times(-1.0).map(Amount::Fixed),
            Some(_) => return walk.refuse(expr, "a negated interval"),
            None => None,
        },
        Expr::BinaryOp { left, op: Op::Multiply, right } => match (amount(walk, left)?, amount(walk, right)?)
        {
            (Some(of), None) => Some(product(walk, expr, of, right)?),
            (None, Some(of)) => Some(product(walk, expr, of, left)?),
            _ => None,
        },
        Expr::BinaryOp { left, op: Op::Divide, right } => {
            match (amount(walk, left)?, division::decimal(right)) {
                (Some(Amount::Fixed(interval)), Some(divisor)) if divisor != 0.0 => {
                    interval.times(1.0 / divisor).map(Amount::Fixed)
                }
                (Some(_), _) => return walk.refuse(expr, "a quotient of an interval"),
                _ => None,
            }
        }
        Expr::BinaryOp { left, op: op @ (Op::Plus | Op::Minus), right } => sum(walk, expr, left, op, right)?,
        Expr::Function(function) => match function_name(function).as_deref() {
            Some("make_interval") => Some(make_interval(walk, expr)?),
            Some("age") => Some(age(walk, expr)?),
            _ => None,
        },
        _ => None,
    })
}

/// `'1 day'::interval`, and `(n || ' days')::interval`.
fn cast(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    inner: &Expr,
    data_type: &DataType,
) -> Result<Amount, Untranslatable> {
    if let Expr::Value(value) = inner
        && let Some(interval) = text_of(&value.value).and_then(|text| Interval::read(&text))
        && matches!(data_type, DataType::Interval { fields: None, precision: None } | DataType::Custom(..))
    {
        return Ok(Amount::Fixed(interval));
    }
    let bare = super::arrays::bare(inner);
    if let Expr::BinaryOp { left, op: Op::StringConcat, right } = bare
        && let Expr::Value(value) = right.as_ref()
        && let Some(unit) = text_of(&value.value)
        && unit.starts_with(' ')
        && let Some((size, field)) = unit_of(unit.trim())
    {
        let mut count = super::arrays::bare(left).clone();
        let ty = walk.expr(&mut count)?;
        if ty.is_int() {
            return Ok(Amount::Units(vec![(times(count, size), field)]));
        }
    }
    walk.refuse(at, "the cast of this text to interval")
}

fn times(count: Expr, size: i64) -> Expr {
    match size {
        1 => count,
        size => binary(operand_of(count), Op::Multiply, literals::number(size.to_string())),
    }
}

/// TiDB's unit for PostgreSQL's word, and how many of it one is.
fn unit_of(word: &str) -> Option<(i64, DateTimeField)> {
    let one = Interval::of("1", &word.to_ascii_lowercase())?;
    Some(match one {
        Interval { months, days: 0, micros: 0 } if months % 12 == 0 => (months / 12, DateTimeField::Year),
        Interval { months, days: 0, micros: 0 } => (months, DateTimeField::Month),
        Interval { months: 0, days, micros: 0 } => (days, DateTimeField::Day),
        Interval { micros, .. } if micros % 3_600_000_000 == 0 => {
            (micros / 3_600_000_000, DateTimeField::Hour)
        }
        Interval { micros, .. } if micros % 60_000_000 == 0 => (micros / 60_000_000, DateTimeField::Minute),
        Interval { micros, .. } if micros % 1_000_000 == 0 => (micros / 1_000_000, DateTimeField::Second),
        Interval { micros, .. } => (micros, DateTimeField::Microsecond),
    })
}

/// The units of a fixed interval, each with how many.
fn parts(interval: Interval) -> Vec<(i64, DateTimeField)> {
    let mut parts = Vec::new();
    if interval.months != 0 {
        parts.push(match interval.months % 12 {
            0 => (interval.months / 12, DateTimeField::Year),
            _ => (interval.months, DateTimeField::Month),
        });
    }
    if interval.days != 0 {
        parts.push((interval.days, DateTimeField::Day));
    }
    if interval.micros != 0 {
        let sizes = [
            (3_600_000_000, DateTimeField::Hour),
            (60_000_000, DateTimeField::Minute),
            (1_000_000, DateTimeField::Second),
        ];
        let fits = sizes.into_iter().find(|(size, _)| interval.micros % size == 0);
        let (size, field) = fits.unwrap_or((1, DateTimeField::Microsecond));
        parts.push((interval.micros / size, field));
    }
    parts
}

fn product(walk: &mut Walk<'_, '_>, at: &Expr, of: Amount, factor: &Expr) -> Result<Amount, Untranslatable> {
    let Amount::Fixed(interval) = of else { return walk.refuse(at, "a product of a calculated interval") };
    if let Some(factor) = division::decimal(factor) {
        return match interval.times(factor) {
            Some(interval) => Ok(Amount::Fixed(interval)),
            None => walk.refuse(at, "an interval as long as this"),
        };
    }
    let mut count = super::arrays::bare_nested(factor).clone();
    let ty = walk.expr(&mut count)?;
    if ty.is_int() {
        let units = parts(interval).into_iter().map(|(size, field)| (times(count.clone(), size), field));
        return Ok(Amount::Units(units.collect()));
    }
    // A part of a day or of a month would become another unit.
    if ty.is_number() && interval.months == 0 && interval.days == 0 {
        let micros = times(count, interval.micros);
        let rounded = literals::call("ROUND", vec![micros]);
        return Ok(Amount::Units(vec![(rounded, DateTimeField::Microsecond)]));
    }
    walk.refuse(at, format!("a product of an interval of days with {}", ty.name()))
}

/// A sum of intervals, or the difference of two timestamps.
fn sum(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    left: &Expr,
    op: &Op,
    right: &Expr,
) -> Result<Option<Amount>, Untranslatable> {
    let a = amount(walk, left)?;
    let Some(a) = a else {
        if *op != Op::Minus {
            return Ok(None);
        }
        let (one, other) = (peek(walk, left), peek(walk, right));
        let times = |ty: &Option<Ty>| matches!(ty, Some(Ty::Timestamp | Ty::Timestamptz));
        let clocks = (&one, &other) == (&Some(Ty::Time), &Some(Ty::Time));
        let time = |ty: &Option<Ty>| ty.as_ref().is_some_and(Ty::is_time);
        if !(clocks || time(&one) && time(&other) && (times(&one) || times(&other))) {
            return Ok(None);
        }
        let (mut from, mut to) = (left.clone(), right.clone());
        walk.expr(&mut from)?;
        walk.expr(&mut to)?;
        if clocks {
            let day = |expr| literals::call("TIMESTAMP", vec![string("2000-01-01"), expr]);
            (from, to) = (day(from), day(to));
        }
        return Ok(Some(Amount::Difference(from, to)));
    };
    match (a, amount(walk, right)?) {
        (Amount::Fixed(a), Some(Amount::Fixed(b))) => {
            let b = if *op == Op::Minus { b.times(-1.0) } else { Some(b) };
            Ok(b.and_then(|b| a.plus(b)).map(Amount::Fixed))
        }
        // interval + timestamp is no interval.
        (_, None) => Ok(None),
        _ => walk.refuse(at, "a sum of calculated intervals"),
    }
}

/// The type of an expression, with nothing translated and nothing said.
fn peek(walk: &mut Walk<'_, '_>, expr: &Expr) -> Option<Ty> {
    let before = walk.cx.diagnostics.len();
    let ty = walk.expr(&mut expr.clone()).ok();
    walk.cx.diagnostics.truncate(before);
    ty
}

/// `make_interval(days => 10, hours => 2)`.
fn make_interval(walk: &mut Walk<'_, '_>, at: &Expr) -> Result<Amount, Untranslatable> {
    const NAMES: [&str; 7] = ["years", "months", "weeks", "days", "hours", "mins", "secs"];
    let Expr::Function(function) = at else { return walk.refuse(at, "an interval") };
    let FunctionArguments::List(list) = &function.args else { return walk.refuse(at, "an interval") };
    let mut named: Vec<(usize, Expr)> = Vec::new();
    for (position, arg) in list.args.iter().enumerate() {
        let (name, value) = match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => (NAMES.get(position).copied(), value),
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), .. } => {
                (NAMES.into_iter().find(|known| name.value.eq_ignore_ascii_case(known)), value)
            }
            FunctionArg::ExprNamed {
                name: Expr::Identifier(name),
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (NAMES.into_iter().find(|known| name.value.eq_ignore_ascii_case(known)), value),
            _ => return walk.refuse(at, "make_interval"),
        };
        match name.and_then(|name| NAMES.iter().position(|known| *known == name)) {
            Some(place) => named.push((place, value.clone())),
            None => return walk.refuse(at, "make_interval"),
        }
    }
    named.sort_by_key(|(place, _)| *place);
    let mut fixed = Interval::default();
    let mut units = Vec::new();
    for (place, mut value) in named {
        let name = NAMES[place];
        match division::decimal(&value) {
            Some(number) => {
                let part = Interval::of(&number.to_string(), name).and_then(|part| fixed.plus(part));
                match part {
                    Some(sum) => fixed = sum,
                    None => return walk.refuse(at, "an interval as long as this"),
                }
            }
            None => {
                let ty = walk.expr(&mut value)?;
                match unit_of(name).filter(|_| ty.is_int()) {
                    Some((size, field)) => units.push((times(value, size), field)),
                    None => return walk.refuse(at, "make_interval of a calculated fraction"),
                }
            }
        }
    }
    if units.is_empty() {
        return Ok(Amount::Fixed(fixed));
    }
    let literal = parts(fixed).into_iter().map(|(count, field)| (literals::number(count.to_string()), field));
    units.extend(literal);
    Ok(Amount::Units(units))
}

fn age(walk: &mut Walk<'_, '_>, at: &Expr) -> Result<Amount, Untranslatable> {
    let mut args = arguments_of(at);
    for arg in &mut args {
        let ty = walk.expr(arg)?;
        if ty == Ty::Unknown {
            walk.coerce(arg, &ty, &Ty::Timestamp)?;
        } else if !ty.is_time() {
            return walk.refuse(at, format!("age of {}", ty.name()));
        }
    }
    let mut args = args.into_iter();
    match (args.next(), args.next(), args.next()) {
        (Some(from), Some(to), None) => Ok(Amount::Age(from, to)),
        (Some(birth), None, None) => Ok(Amount::Age(literals::call("CURRENT_DATE", vec![]), birth)),
        _ => walk.refuse(at, "age"),
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
