//! A text or a JSON value as a number: an error for what PostgreSQL reads no number from, where TiDB takes what it finds.

use super::functions::template;
use super::rules::{CAST_OVERFLOW, FUNCTION};
use super::types::Ty;
use super::walk::Walk;
use super::{Untranslatable, casts, division, functions, json, overflow};
use sqlparser::ast::{BinaryOperator, DataType, ExactNumberInfo, Expr, Statement, UnaryOperator};

/// What a number is cut down to on TiDB, and what it has to lie between.
struct Target {
    cast: DataType,
    whole: bool,
    bounds: Option<(String, String)>,
}

impl Target {
    fn of(to: &Ty, data_type: &DataType) -> Target {
        use DataType as D;
        let bits = match data_type {
            D::SmallInt(_) | D::Int2(_) => 16,
            D::BigInt(_) | D::Int8(_) => 64,
            _ => 32,
        };
        let float = match casts::is_single(data_type) {
            true => D::Float(ExactNumberInfo::None),
            false => D::Double(ExactNumberInfo::None),
        };
        match (to, casts::scaled(data_type)) {
            (Ty::Int | Ty::Big, _) => {
                let half = 1_i128 << (bits - 1);
                Target {
                    cast: D::Signed,
                    whole: true,
                    bounds: Some(((-half).to_string(), (half - 1).to_string())),
                }
            }
            (Ty::Float, _) => Target { cast: float, whole: false, bounds: None },
            (_, Some(cast)) => {
                let most = match &cast {
                    D::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)) => {
                        let digits = |n: i64| "9".repeat(usize::try_from(n).unwrap_or(0));
                        let whole = i64::try_from(*precision).unwrap_or(0) - scale;
                        Some(format!("{}.{}4", digits(whole), digits(*scale)))
                    }
                    _ => None,
                };
                Target { cast, whole: false, bounds: most.map(|most| (format!("-{most}"), most)) }
            }
            _ => {
                let cast = D::Decimal(ExactNumberInfo::PrecisionAndScale(65, 30));
                Target { cast, whole: false, bounds: None }
            }
        }
    }

    /// ` AND … BETWEEN … AND …`
    fn fits(&self, digits: &str) -> String {
        let Some((low, high)) = &self.bounds else { return String::new() };
        format!(" AND CAST({digits} AS DECIMAL(65, 30)) BETWEEN {low} AND {high}")
    }
}

/// A text as a number of this type.
pub fn of_text(
    walk: &mut Walk<'_, '_>,
    value: Expr,
    to: &Ty,
    data_type: &DataType,
) -> Result<Expr, Untranslatable> {
    let target = Target::of(to, data_type);
    if !division::is_short(&value) || in_index(walk) {
        return Ok(flagged(walk, value, target.cast, "text"));
    }
    let pattern = match target.whole {
        true => "^[+-]?[0-9]+$",
        false => "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$",
    };
    let sql = format!(
        "CASE WHEN REGEXP_LIKE(TRIM($1), '{pattern}'){} THEN CAST(TRIM($1) AS {}) \
         WHEN $1 IS NOT NULL THEN CHAR_LENGTH($1) + 1 + 9223372036854775807 END",
        target.fits("TRIM($1)"),
        target.cast
    );
    filled(walk, &sql, value)
}

/// A JSON value as a number of this type: only JSON's numbers are ones to PostgreSQL.
pub fn of_json(
    walk: &mut Walk<'_, '_>,
    value: Expr,
    to: &Ty,
    data_type: &DataType,
) -> Result<Expr, Untranslatable> {
    let target = Target::of(to, data_type);
    if !division::may_repeat(&value) || in_index(walk) {
        return Ok(flagged(walk, value, target.cast, "JSON value"));
    }
    // A cast to an integer alone rounds half to even.
    let cast = match target.whole {
        true => "CAST(ROUND(CAST($1 AS DECIMAL(65, 30))) AS SIGNED)".to_owned(),
        false => format!("CAST($1 AS {})", target.cast),
    };
    let number = format!("IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL'){}", target.fits("$1"));
    filled(walk, &json::only(&number, &cast), value)
}

/// A JSON value as a truth value: only `true` and `false` are ones.
pub fn truth_of_json(walk: &mut Walk<'_, '_>, value: Expr) -> Result<Expr, Untranslatable> {
    if !division::may_repeat(&value) {
        return walk.refuse(&value, "the cast of a calculated jsonb::boolean");
    }
    filled(walk, &json::only("= 'BOOLEAN'", "CAST($1 AS SIGNED)"), value)
}

/// How many digits a numeric type has before its point, and after it.
pub fn places(data_type: &DataType) -> Option<(i32, i32)> {
    let Some(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale))) =
        casts::scaled(data_type)
    else {
        return None;
    };
    let scale = i32::try_from(scale).ok()?;
    Some((i32::try_from(precision).ok()? - scale, scale))
}

/// Whether every value of a source expression is small enough for a numeric type.
pub fn fits(walk: &Walk<'_, '_>, source: &Expr, to: &DataType) -> bool {
    let Some((whole, scale)) = places(to) else { return true };
    let literal = division::decimal(source).is_some();
    // A digit more where the last ones are rounded away.
    let known = overflow::declared(walk, source).as_ref().and_then(places);
    literal
        || in_index(walk)
        || known.is_some_and(|(digits, places)| digits + i32::from(places > scale) <= whole)
        || overflow::range(walk, source).is_some_and(|range| range.digits() <= whole)
        || digits(walk, source).is_some_and(|digits| digits < whole)
}

/// How many digits an expression has at most before its point, where that is known.
fn digits(walk: &Walk<'_, '_>, expr: &Expr) -> Option<i32> {
    if let Some(value) = division::decimal(expr) {
        return (0..=40).find(|digits| value.abs() < 10_f64.powi(*digits));
    }
    if let Some(range) = overflow::range(walk, expr) {
        return Some(range.digits());
    }
    match expr {
        Expr::Nested(inner) => digits(walk, inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => digits(walk, expr),
        Expr::Cast { data_type, .. } => places(data_type).map(|(whole, _)| whole),
        Expr::BinaryOp { left, op, right } => {
            let one = digits(walk, left)?;
            match op {
                BinaryOperator::Plus | BinaryOperator::Minus => Some(one.max(digits(walk, right)?) + 1),
                BinaryOperator::Multiply => Some(one + digits(walk, right)?),
                // What is divided by a whole number grows no larger.
                BinaryOperator::Divide => overflow::range(walk, right).map(|_| one),
                _ => None,
            }
        }
        Expr::Function(function) => {
            let name = function.name.to_string().to_lowercase();
            let one =
                ["round", "trunc", "abs", "avg", "min", "max", "coalesce", "greatest", "least", "nullif"];
            let args = functions::plain_args(function);
            let counted = if matches!(name.as_str(), "round" | "trunc" | "nullif") { 1 } else { args.len() };
            let most = args.iter().take(counted).map(|arg| digits(walk, arg));
            let most = most.collect::<Option<Vec<_>>>()?.into_iter().max()?;
            one.contains(&name.as_str()).then_some(most + i32::from(name == "round"))
        }
        _ => overflow::declared(walk, expr).as_ref().and_then(places).map(|(whole, _)| whole),
    }
}

/// A number as a numeric of so many digits, where TiDB would take the largest there is for what is larger.
pub fn kept_to(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    value: Expr,
    to: &DataType,
) -> Result<Expr, Untranslatable> {
    let (Some((whole, scale)), Some(target)) = (places(to), casts::scaled(to)) else { return Ok(value) };
    if !division::may_repeat(&value) {
        let span = super::span(walk.cx, at);
        let message = format!(
            "a number with more than {whole} digits before its point becomes the largest that {target} has, instead of an error"
        );
        walk.cx.report(&CAST_OVERFLOW, span, message);
        return Ok(casts::cast_to(value, target));
    }
    let most = format!("1{}", "0".repeat(usize::try_from(whole).unwrap_or(0)));
    let sql = format!(
        "CASE WHEN ABS(ROUND($1, {scale})) >= {most} THEN SIGN($1) * 0 + 1 + 9223372036854775807 \
         ELSE CAST($1 AS {target}) END"
    );
    filled(walk, &sql, value)
}

/// A double as a numeric: PostgreSQL takes fifteen digits of it, and six of a `real`.
pub fn of_double(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    value: Expr,
    single: bool,
) -> Result<Expr, Untranslatable> {
    if !division::may_repeat(&value) {
        return walk.refuse(at, "the cast of this double precision::numeric");
    }
    if !walk.rounds {
        let span = super::span(walk.cx, at);
        let digit = if single { "sixth" } else { "fifteenth" };
        let message = format!("the {digit} digit of a number that lies halfway may be another one on TiDB");
        walk.cx.report(&FUNCTION, span, message);
    }
    let before = if single { 5 } else { 14 };
    let sql = format!(
        "CASE WHEN $1 = 0 THEN 0 WHEN ABS($1) < 1e35 THEN ROUND(CAST($1 AS DECIMAL(65,30)), LEAST({before} - FLOOR(LOG10(ABS($1))), 30)) \
         WHEN $1 IS NOT NULL THEN SIGN($1) * 0 + 1 + 9223372036854775807 END"
    );
    filled(walk, &sql, value)
}

/// TiDB's own cast, which fails on nothing.
fn flagged(walk: &mut Walk<'_, '_>, value: Expr, cast: DataType, kind: &str) -> Expr {
    let message = format!("a {kind} that is no number gives a number here instead of an error");
    casts::report_text(walk, &value, &message);
    casts::cast_to(value, cast)
}

fn filled(walk: &Walk<'_, '_>, sql: &str, value: Expr) -> Result<Expr, Untranslatable> {
    template::filled(sql, std::slice::from_ref(&value)).map_or_else(|| walk.refuse(&value, "this cast"), Ok)
}

/// TiDB allows no pattern in an index.
fn in_index(walk: &Walk<'_, '_>) -> bool {
    matches!(walk.cx.parsed.tree.as_deref(), Ok(Statement::CreateIndex(_)))
}
