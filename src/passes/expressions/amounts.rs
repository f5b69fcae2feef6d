//! Reads an expression of type interval: what it is made of.

use super::functions::arguments_of;
use super::functions::template::operand_of;
use super::intervals::Interval;
use super::literals::{self, function_name, string, text_of};
use super::types::Ty;
use super::walk::{Walk, binary};
use super::{Untranslatable, division};
use sqlparser::ast::{
    BinaryOperator as Op, DataType, DateTimeField, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
    UnaryOperator,
};

/// What an interval is made of.
pub enum Amount {
    Fixed(Interval),
    /// Calculated numbers of units, in the order in which they are added.
    Units(Vec<(Expr, DateTimeField)>),
    /// The difference of two timestamps, translated.
    Difference(Expr, Expr),
    /// `age(a, b)`, translated.
    Age(Expr, Expr),
}

/// Reads an expression of type interval; `None` is anything else, untouched.
pub fn amount(walk: &mut Walk<'_, '_>, expr: &Expr) -> Result<Option<Amount>, Untranslatable> {
    Ok(match expr {
        Expr::Nested(inner) => amount(walk, inner)?,
        Expr::Interval(tree) => {
            let field = tree.leading_field.as_ref().map(|field| field.to_string().to_lowercase());
            let text = match tree.value.as_ref() {
                Expr::Value(value) => text_of(&value.value),
                _ => None,
            };
            let read = text.and_then(|text| Interval::read_in(&text, field.as_deref()));
            match read.filter(|_| {
                !has_precision(walk)
                    && tree.last_field.is_none()
                    && tree.leading_precision.is_none()
                    && tree.fractional_seconds_precision.is_none()
            }) {
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

/// Whether the statement says `interval(2)`, whose number the tree does not have.
fn has_precision(walk: &Walk<'_, '_>) -> bool {
    let source = walk.cx.parsed.source();
    let mut solid = walk.cx.parsed.tokens.iter().filter(|token| !token.is_trivia()).map(|t| t.text(source));
    while let Some(word) = solid.next() {
        if word.eq_ignore_ascii_case("interval") && solid.next() == Some("(") {
            return true;
        }
    }
    false
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
pub fn parts(interval: Interval) -> Vec<(i64, DateTimeField)> {
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
pub fn peek(walk: &mut Walk<'_, '_>, expr: &Expr) -> Option<Ty> {
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
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::BinaryOp {
                left,
                op: Op::Assignment,
                right,
            })) => {
                let name = NAMES.into_iter().find(|known| left.to_string().eq_ignore_ascii_case(known));
                (name, right.as_ref())
            }
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
