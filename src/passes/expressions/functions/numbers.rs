//! Functions on numbers.

use super::super::Untranslatable;
use super::super::literals::call;
use super::super::walk::Walk;
use super::row::{Call, Row, rows};
use super::template::{self, nested};
use sqlparser::ast::{BinaryOperator as Op, Expr};

pub static ROWS: &[Row] = rows! {
    "abs" (Number) Args: "=";
    "ceil" (Number) Args: "=";
    "ceiling" (Number) Args: "=";
    "floor" (Number) Args: "=";
    "round" (Number) Args: "=";
    "round" (Exact, Int) Decimal: "=" by rounded;
    "trunc" (Number) Args: "TRUNCATE($1, 0)" by truncated;
    "trunc" (Exact, Int) Decimal: "TRUNCATE($1, $2)" by truncated;
    "sign" (Number) First: "=";
    "mod" (Exact, Exact) Args: "$1 % $2" by remainder;
    "div" (Exact, Exact) Decimal: "$1 DIV $2" by quotient;
    "power" (Numeric, Exact) Numeric: "POWER($1, $2)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "power" (Exact, Numeric) Numeric: "POWER($1, $2)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "power" (Number, Number) Float: "=";
    "pow" (Numeric, Exact) Numeric: "POWER($1, $2)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "pow" (Exact, Numeric) Numeric: "POWER($1, $2)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "pow" (Number, Number) Float: "=";
    "sqrt" (Numeric) Numeric: "SQRT($1)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "sqrt" (Number) Float: "=";
    "cbrt" (Number) Float: "(SIGN($1) * POWER(ABS($1), 1e0 / 3))";
    "exp" (Numeric) Numeric: "EXP($1)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "exp" (Number) Float: "=";
    "ln" (Numeric) Numeric: "LN($1)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "ln" (Number) Float: "LN(IF($1 <= 0, an error, $1))" by logarithm;
    "log" (Numeric) Numeric: "LOG10($1)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "log" (Number) Float: "LOG10(IF($1 <= 0, an error, $1))" by logarithm;
    "log10" (Numeric) Numeric: "LOG10($1)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "log10" (Number) Float: "LOG10(IF($1 <= 0, an error, $1))" by logarithm;
    "log" (Exact, Exact) Numeric: "LOG($1, $2)", differs "TiDB calculates it as a double: the last digits of the numeric differ";
    "pi" () Float: "ACOS(-1)";
    "degrees" (Number) Float: "=";
    "radians" (Number) Float: "=";
    "sin" (Number) Float: "=";
    "cos" (Number) Float: "=";
    "tan" (Number) Float: "=";
    "cot" (Number) Float: "=";
    "asin" (Number) Float: "=";
    "acos" (Number) Float: "=";
    "atan" (Number) Float: "=";
    "atan2" (Number, Number) Float: "=";
    "width_bucket" (Exact, Exact, Exact, Positive) Int:
        "CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE INTDIV(($1 - $2) * $4, $3 - $2) + 1 END" by bucket;
    "random" () Float: "RAND()";
};

/// Rounds as PostgreSQL does, of the quotient that a division under it has not rounded.
fn rounded(_: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let places = call.args.remove(1);
    let value = super::super::division::exact(call.args.remove(0));
    Ok(self::call("ROUND", vec![value, places]))
}

fn truncated(_: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let places = call.args.get(1).cloned().unwrap_or_else(|| super::super::literals::number("0"));
    let value = super::super::division::exact(call.args.remove(0));
    Ok(self::call("TRUNCATE", vec![value, places]))
}

/// PostgreSQL fails where there is no logarithm; TiDB gives NULL.
fn logarithm(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let name = if call.name == "ln" { "LN" } else { "LOG10" };
    let arg = call.args.remove(0);
    match super::super::division::decimal(&arg) {
        Some(value) if value <= 0.0 => return walk.refuse(&call.at, "a logarithm of what is not above zero"),
        Some(_) => return Ok(self::call(name, vec![arg])),
        None => {}
    }
    if !super::super::division::is_short(&arg) {
        let span = super::super::span(walk.cx, &call.at);
        let message = "a logarithm of what is not above zero gives NULL on TiDB instead of an error";
        walk.cx.report(&super::super::rules::FUNCTION, span, message);
        return Ok(self::call(name, vec![arg]));
    }
    // ~0 is the greatest number there is; one more overflows.
    let checked =
        template::filled("IF($1 <= 0, ~(0 * $1) + 1, $1)", std::slice::from_ref(&arg)).unwrap_or(arg);
    Ok(self::call(name, vec![checked]))
}

fn remainder(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let [left, right] = &mut call.args[..] else { return walk.refuse(&call.at, "mod") };
    let right = super::super::division::guarded(walk, right)?;
    Ok(self::call("MOD", vec![Walk::take(left), right]))
}

fn quotient(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let [left, right] = &mut call.args[..] else { return walk.refuse(&call.at, "div") };
    let right = super::super::division::guarded(walk, right)?;
    let whole = super::super::walk::binary(nested(left), Op::MyIntegerDivide, template::operand_of(right));
    Ok(Expr::Nested(Box::new(whole)))
}

/// Which of so many buckets of one size a number falls into.
fn bucket(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let rising = match (
        super::super::division::decimal(&call.args[1]),
        super::super::division::decimal(&call.args[2]),
    ) {
        (Some(low), Some(high)) => low < high,
        _ => false,
    };
    let sql =
        "CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE INTDIV(($1 - $2) * $4, $3 - $2) + 1 END";
    match template::filled(sql, &call.args).filter(|_| rising) {
        Some(made) => Ok(made),
        None => walk.refuse(&call.at, "the function width_bucket with calculated or falling bounds"),
    }
}
