//! Division: PostgreSQL fails on zero and gives a numeric at least sixteen digits; TiDB gives NULL and four more places.

use super::functions::plain_args;
use super::functions::template::{self, operand_of};
use super::literals::{call, number};
use super::rules::DIVISION;
use super::types::Ty;
use super::walk::{Typed, Walk, binary};
use sqlparser::ast::{
    BinaryOperator as Op, DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, UnaryOperator, Value,
};

/// The value of a decimal literal.
pub fn decimal(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => decimal(expr).map(|value| -value),
        Expr::Nested(inner) => decimal(inner),
        _ => None,
    }
}

/// The divisor, so that zero is an error as on PostgreSQL. Refused where it is the literal zero.
pub fn guarded(walk: &mut Walk<'_, '_>, divisor: &mut Expr) -> Result<Expr, super::Untranslatable> {
    if decimal(divisor) == Some(0.0) {
        return walk.refuse(divisor, "a division by zero");
    }
    if never_zero(divisor) {
        return Ok(Walk::take(divisor));
    }
    if !is_short(divisor) {
        let span = super::span(walk.cx, divisor);
        walk.cx.report(&DIVISION, span, "a division by zero gives NULL on TiDB instead of an error");
        return Ok(Walk::take(divisor));
    }
    // ~0 is the greatest number there is; one more overflows.
    let sql = "IF($1 = 0, ~$1 + 1, $1)";
    match template::filled(sql, std::slice::from_ref(divisor)) {
        Some(made) => Ok(made),
        None => Ok(Walk::take(divisor)),
    }
}

/// Something that may be said several times.
pub fn is_short(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => true,
        Expr::Nested(inner) => is_short(inner),
        // A sum of two short ones may be said again as well.
        Expr::BinaryOp { left, op: Op::Plus | Op::Minus, right } => {
            let leaf = |side: &Expr| {
                matches!(side, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_))
            };
            leaf(left) && leaf(right)
        }
        Expr::Function(function) => {
            let FunctionArguments::List(list) = &function.args else { return true };
            !differs(function)
                && function.over.is_none()
                && list.clauses.is_empty()
                && list.args.len() <= 1
                && list.args.iter().all(|arg| match arg {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => is_short(inner),
                    FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => true,
                    _ => false,
                })
        }
        _ => false,
    }
}

/// Something that has the same value however often it is said, and is not long.
pub fn may_repeat(expr: &Expr) -> bool {
    leaves(expr).is_some_and(|leaves| leaves <= 6)
}

/// How many names and literals an expression has; none for one whose value may differ from one time to the next.
fn leaves(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => Some(1),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::UnaryOp { expr: inner, .. } => {
            leaves(inner)
        }
        Expr::BinaryOp { left, right, .. } => Some(leaves(left)? + leaves(right)?),
        Expr::Trim { expr: inner, trim_what: None, trim_characters: None, .. } => leaves(inner),
        Expr::Function(function) => {
            let FunctionArguments::List(list) = &function.args else { return Some(1) };
            if differs(function) || function.over.is_some() || !list.clauses.is_empty() {
                return None;
            }
            list.args.iter().try_fold(0, |sum, arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => Some(sum + leaves(inner)?),
                _ => None,
            })
        }
        _ => None,
    }
}

/// A function of TiDB's that gives another value each time.
fn differs(function: &Function) -> bool {
    let name = function.name.to_string();
    ["rand", "uuid", "nextval", "setval", "random_bytes"].iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// A literal other than zero, or NULLIF(…, 0).
fn never_zero(expr: &Expr) -> bool {
    if decimal(expr).is_some_and(|value| value != 0.0) {
        return true;
    }
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => never_zero(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => never_zero(expr),
        Expr::Value(value) => matches!(value.value, Value::Null),
        Expr::Function(function) => {
            let args = plain_args(function);
            match function.name.to_string().to_lowercase().as_str() {
                "nullif" => args.get(1).is_some_and(|arg| decimal(arg) == Some(0.0)),
                "greatest" => args.iter().any(|arg| decimal(arg).is_some_and(|value| value > 0.0)),
                "coalesce" => !args.is_empty() && args.iter().all(|arg| never_zero(arg)),
                "exp" | "pi" => true,
                _ => false,
            }
        }
        _ => false,
    }
}

/// `/`: between integers PostgreSQL drops the remainder, between numerics it keeps sixteen digits.
pub fn divide(walk: &mut Walk<'_, '_>, expr: &mut Expr, ty: Ty) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(ty) };
    let mut divisor = Walk::take(right);
    let bounded = decimal(&divisor);
    let divisor = guarded(walk, &mut divisor)?;
    if ty.is_int() {
        *op = Op::MyIntegerDivide;
        **right = operand_of(divisor);
        return Ok(ty);
    }
    if ty == Ty::Float {
        **right = operand_of(divisor);
        return Ok(ty);
    }
    // A quotient by 2, 4, 5, 8, 10, … ends: four places more than the dividend's hold it.
    if bounded.is_some_and(ends_in_four) {
        **right = operand_of(divisor);
        return Ok(Ty::Numeric);
    }
    let dividend = Walk::take(left);
    let whole = quotient(dividend.clone(), divisor);
    if !is_short(&dividend) && decimal(&dividend).is_none() {
        let span = super::span(walk.cx, &dividend);
        walk.cx.report(
            &DIVISION,
            span,
            "the quotient is rounded to sixteen places, where PostgreSQL rounds to as many significant digits",
        );
        *expr = call("ROUND", vec![whole, number("16")]);
        return Ok(Ty::Numeric);
    }
    *expr = rounded(whole);
    Ok(Ty::Numeric)
}

/// The quotient with all the digits that TiDB can give.
pub fn quotient(dividend: Expr, divisor: Expr) -> Expr {
    binary(wide(dividend), Op::Divide, operand_of(divisor))
}

/// `CAST(x AS DECIMAL(65, 30))`.
pub fn wide(expr: Expr) -> Expr {
    Expr::Cast {
        kind: sqlparser::ast::CastKind::Cast,
        expr: Box::new(expr),
        data_type: DataType::Decimal(ExactNumberInfo::PrecisionAndScale(65, 30)),
        format: None,
    }
}

/// PostgreSQL gives sixteen places to a quotient from 1 up, four more for every four zeros behind the point, and four
/// less for every four digits before it.
pub fn rounded(quotient: Expr) -> Expr {
    let args = [quotient];
    let sql = "ROUND($1, 16 - 4 * FLOOR(COALESCE(LOG(10000, ABS($1)), 0)))";
    let [plain] = args.clone();
    template::filled(sql, &args).unwrap_or(plain)
}

/// The quotient under a rounding that `rounded` put there: who rounds it anyway needs no other.
pub fn exact(expr: Expr) -> Expr {
    let Expr::Function(function) = &expr else { return expr };
    let args = plain_args(function);
    let ours = function.name.to_string() == "ROUND"
        && args.get(1).is_some_and(|places| places.to_string().starts_with("16 - 4 * FLOOR(COALESCE("));
    match args.first() {
        Some(first) if ours => (*first).clone(),
        _ => expr,
    }
}

/// Whether dividing by it adds at most four decimal places.
fn ends_in_four(divisor: f64) -> bool {
    // Literals with a fraction, such as 0.5 or 2.50, are taken for what they are times a power of ten.
    let mut value = divisor.abs();
    let mut scaled = 0;
    while value.fract() != 0.0 && scaled < 4 {
        value *= 10.0;
        scaled += 1;
    }
    if value == 0.0 || value.fract() != 0.0 || value > 1e12 {
        return false;
    }
    (1..=4).any(|places| (10_f64.powi(places) % value).abs() < f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_that_end() {
        assert!([2.0, 4.0, 5.0, 8.0, 10.0, 100.0, 16.0, 0.5, 2.5].into_iter().all(ends_in_four));
        assert!(![3.0, 7.0, 60.0, 0.3, 32.0 * 5.0_f64.powi(9)].into_iter().any(ends_in_four));
    }
}
