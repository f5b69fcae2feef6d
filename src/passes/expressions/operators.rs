//! Operators: comparison, logic, arithmetic, concatenation, ANY and ALL.

use super::arrays;
pub use super::collations::collate;
use super::functions;
use super::functions::template::operand_of;
use super::literals::call;
use super::printing::printed;
use super::rules::{ENUM_ORDER, TEXT_ORDER};
use super::types::Ty;
use super::walk::{Typed, Walk, binary as op_of, not};
use super::{casts, division, enums, intervals, json, merged, overflow, padded, patterns, spans, undeclared};
use sqlparser::ast::{BinaryOperator as Op, CastKind, DataType, DateTimeField, Expr, UnaryOperator};

pub fn binary(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    if let Some(ty) = spans::arithmetic(walk, expr)? {
        return Ok(ty);
    }
    if let Some(ty) = enums::compared(walk, expr)? {
        return Ok(ty);
    }
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Unknown) };
    if json::is_operator(op) {
        return json::operator(walk, expr);
    }
    if patterns::is_operator(op) {
        return patterns::operator(walk, expr);
    }
    if let Some(rewritten) = json::type_comparison(walk, left, op, right)? {
        *expr = rewritten;
        return Ok(Ty::Bool);
    }
    let prefixed = |side: &Expr| {
        matches!(
            side,
            Expr::UnaryOp {
                op: UnaryOperator::BitwiseNot
                    | UnaryOperator::PGAbs
                    | UnaryOperator::PGSquareRoot
                    | UnaryOperator::PGCubeRoot,
                ..
            }
        )
    };
    if prefixed(left)
        && matches!(op, Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo | Op::PGExp)
    {
        let what = format!("a prefix operator before {op}, which PostgreSQL reads as one with the sum,");
        return walk.refuse(expr, what);
    }
    let ranges = matches!(op, Op::Plus | Op::Minus | Op::Multiply | Op::Divide)
        .then(|| (overflow::range(walk, left), overflow::range(walk, right)));
    let (a, b) = (walk.expr(left)?, walk.expr(right)?);
    match op {
        Op::And | Op::Or => {
            walk.coerce(left, &a, &Ty::Bool)?;
            walk.coerce(right, &b, &Ty::Bool)
        }
        Op::Eq | Op::NotEq => {
            comparable(walk, left, &a, right, &b)?;
            Ok(Ty::Bool)
        }
        Op::Lt | Op::Gt | Op::LtEq | Op::GtEq => {
            let ty = comparable(walk, left, &a, right, &b)?;
            let collated = says_collate(walk, left, right);
            if !collated {
                ordered(walk, left, &ty)?;
            }
            Ok(Ty::Bool)
        }
        Op::Minus if a == Ty::Json => json::minus(walk, expr, &b),
        Op::Minus | Op::Plus if a.is_time() || b.is_time() || a == Ty::Time => dates(walk, expr, &a, &b),
        Op::Plus | Op::Minus | Op::Multiply | Op::Modulo => {
            let modulo = *op == Op::Modulo;
            let (a, b) = numbers(walk, left, a, right, b);
            if a.is_number() && b.is_number() {
                let ty = a.widest(&b);
                if overflows(left, op, right, &ty) || ranges.is_some_and(|(a, b)| overflow::fails(a, op, b)) {
                    let what = format!("a calculation that overflows {}", ty.name());
                    return walk.refuse(expr, what);
                }
                if modulo {
                    let divisor = division::guarded(walk, right)?;
                    **right = operand_of(divisor);
                }
                if let (Ty::Int, Some((left, right))) = (&ty, ranges) {
                    overflow::guard(expr, left, right);
                }
                Ok(ty)
            } else {
                let what = format!("the operator {op} between {} and {}", a.name(), b.name());
                walk.refuse(expr, what)
            }
        }
        Op::Divide => {
            let (a, b) = numbers(walk, left, a, right, b);
            if !a.is_number() || !b.is_number() {
                let what = format!("the operator / between {} and {}", a.name(), b.name());
                return walk.refuse(expr, what);
            }
            let ty = a.widest(&b);
            let fails = ranges.is_some_and(|(a, b)| overflow::fails(a, op, b));
            if fails || overflows(left, op, right, &ty) {
                let what = format!("a calculation that overflows {}", ty.name());
                return walk.refuse(expr, what);
            }
            division::divide(walk, expr, ty)
        }
        Op::PGExp => {
            let (a, b) = numbers(walk, left, a, right, b);
            let at = expr.clone();
            let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Float) };
            let args = vec![Walk::take(left), Walk::take(right)];
            let (made, ty) = functions::made(walk, "power", &at, args, vec![a, b])?;
            *expr = made;
            Ok(ty)
        }
        Op::PGStartsWith => {
            let at = expr.clone();
            let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Bool) };
            let args = vec![Walk::take(left), Walk::take(right)];
            let (made, ty) = functions::made(walk, "starts_with", &at, args, vec![a, b])?;
            *expr = made;
            Ok(ty)
        }
        Op::StringConcat => concat(walk, expr, &a, &b),
        Op::BitwiseAnd
        | Op::BitwiseOr
        | Op::PGBitwiseXor
        | Op::PGBitwiseShiftLeft
        | Op::PGBitwiseShiftRight
            if a.is_int() && b.is_int() =>
        {
            super::bits::bitwise(expr, a.widest(&b))
        }
        Op::Overlaps => walk.refuse(expr, "OVERLAPS of what are no periods"),
        other => {
            let what = format!("the operator {other} between {} and {}", a.name(), b.name());
            walk.refuse(expr, what)
        }
    }
}

/// Whether PostgreSQL fails on two literals, where TiDB calculates with larger numbers.
fn overflows(left: &Expr, op: &Op, right: &Expr, ty: &Ty) -> bool {
    let (Some(a), Some(b)) = (functions::whole(left), functions::whole(right)) else { return false };
    let (a, b) = (i128::from(a), i128::from(b));
    let value = match op {
        Op::Plus => a + b,
        Op::Minus => a - b,
        Op::Multiply => a * b,
        Op::Divide if b != 0 => a / b,
        _ => return false,
    };
    match ty {
        Ty::Int => i32::try_from(value).is_err(),
        Ty::Big => i64::try_from(value).is_err(),
        _ => false,
    }
}

/// Whether SYMMETRIC stands before the first bound of a BETWEEN.
pub fn is_symmetric(walk: &Walk<'_, '_>, low: &Expr) -> bool {
    // The word was taken out of the tokens.
    if !walk.cx.parsed.incomplete {
        return false;
    }
    let source = walk.cx.parsed.source();
    let before =
        source.get(..walk.cx.node(low).start).unwrap_or("").trim_end_matches(['(', ' ', '\n', '\r', '\t']);
    let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
    word.is_some_and(|word| word.eq_ignore_ascii_case("symmetric"))
}

/// Whether a side says COLLATE, so that the order of texts is known.
fn says_collate(walk: &Walk<'_, '_>, left: &Expr, right: &Expr) -> bool {
    let source = walk.cx.parsed.source();
    let span = walk.cx.node(left).join(walk.cx.node(right));
    let text = source.get(span.start..span.end).unwrap_or("");
    text.to_ascii_lowercase().contains("collate")
}

/// A date and days, or two dates.
fn dates(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: &Ty, b: &Ty) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Date) };
    let op = op.clone();
    if let (Ty::Unknown, Op::Minus) = (b, &op) {
        walk.coerce(right, b, a)?;
        return dates(walk, expr, a, a);
    }
    match (a, &op, b) {
        (Ty::Date, Op::Minus, Ty::Date) => {
            let args = vec![Walk::take(left), Walk::take(right)];
            *expr = call("DATEDIFF", args);
            Ok(Ty::Int)
        }
        (Ty::Date, Op::Plus | Op::Minus, Ty::Int) => {
            let days = unwrapped(Walk::take(right));
            let sum = op_of(as_date(Walk::take(left)), op, intervals::of_unit(days, DateTimeField::Day));
            *expr = Expr::Nested(Box::new(sum));
            Ok(Ty::Date)
        }
        (Ty::Int, Op::Plus, Ty::Date) => {
            let days = unwrapped(Walk::take(left));
            let sum = op_of(as_date(Walk::take(right)), op, intervals::of_unit(days, DateTimeField::Day));
            *expr = Expr::Nested(Box::new(sum));
            Ok(Ty::Date)
        }
        (Ty::Date, Op::Plus, Ty::Time) => {
            *expr = call("TIMESTAMP", vec![Walk::take(left), Walk::take(right)]);
            Ok(Ty::Timestamp)
        }
        _ => {
            let what = format!("the operator {op} between {} and {}", a.name(), b.name());
            walk.refuse(expr, what)
        }
    }
}

/// TiDB takes `INTERVAL (` for a function.
fn unwrapped(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(inner) => *inner,
        other => other,
    }
}

/// A text literal that stands for a date is no date to TiDB's arithmetic.
pub fn as_date(expr: Expr) -> Expr {
    match &expr {
        Expr::Value(_) => {
            Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type: DataType::Date, format: None }
        }
        _ => operand_of(expr),
    }
}

/// Gives a literal beside a number the number's type.
fn numbers(walk: &mut Walk<'_, '_>, left: &mut Expr, a: Ty, right: &mut Expr, b: Ty) -> (Ty, Ty) {
    match (&a, &b) {
        (Ty::Unknown, other) if other.is_number() => {
            let a = walk.coerce(left, &a, other).unwrap_or(Ty::Unknown);
            (a, b)
        }
        (other, Ty::Unknown) if other.is_number() => {
            let b = walk.coerce(right, &b, other).unwrap_or(Ty::Unknown);
            (a, b)
        }
        _ => (a, b),
    }
}

/// Two values that are compared: gives untyped literals the other's type, refuses what TiDB would
/// compare in another way.
pub fn comparable(
    walk: &mut Walk<'_, '_>,
    left: &mut Expr,
    a: &Ty,
    right: &mut Expr,
    b: &Ty,
) -> Result<Ty, super::Untranslatable> {
    let ty = compared(walk, left, a, right, b)?;
    if ty == Ty::Text {
        collate(left, right);
    }
    Ok(ty)
}

fn compared(
    walk: &mut Walk<'_, '_>,
    left: &mut Expr,
    a: &Ty,
    right: &mut Expr,
    b: &Ty,
) -> Result<Ty, super::Untranslatable> {
    match (a, b) {
        (Ty::Unknown, Ty::Unknown) => Ok(Ty::Text),
        (Ty::Unknown, Ty::Float) if casts::is_single_column(walk, right) => {
            walk.coerce(left, a, b)?;
            casts::as_single(left);
            Ok(Ty::Float)
        }
        (Ty::Float, Ty::Unknown) if casts::is_single_column(walk, left) => {
            walk.coerce(right, b, a)?;
            casts::as_single(right);
            Ok(Ty::Float)
        }
        (Ty::Float, Ty::Float) if casts::is_single_cast(left) != casts::is_single_cast(right) => {
            walk.refuse(right, "a comparison of a value cast to real with another")
        }
        (Ty::Unknown, other) => {
            padded::compared(walk, right, left);
            walk.coerce(left, a, other)
        }
        (other, Ty::Unknown) => {
            padded::compared(walk, left, right);
            walk.coerce(right, b, other)
        }
        (a, b) if undeclared::is(a) || undeclared::is(b) => undeclared::compared(walk, right, a, b),
        (Ty::Other(_), _) | (_, Ty::Other(_)) => {
            let what = format!("a comparison of {} with {}", a.name(), b.name());
            walk.refuse(right, what)
        }
        (Ty::Interval, _) | (_, Ty::Interval) => walk.refuse(right, "a comparison of intervals"),
        (a, b) if a == b => Ok(a.clone()),
        (Ty::Array(one), Ty::Array(other)) if one.is_number() && other.is_number() => Ok(a.clone()),
        (a, b) if a.is_number() && b.is_number() => Ok(a.widest(b)),
        (a, b) if a.is_time() && b.is_time() => Ok(Ty::Timestamp),
        (Ty::Enum, Ty::Text) | (Ty::Text, Ty::Enum) => Ok(Ty::Text),
        _ => {
            let what = format!("a comparison of {} with {}", a.name(), b.name());
            walk.refuse(right, what)
        }
    }
}

/// Values that are compared by their order.
pub fn ordered(walk: &mut Walk<'_, '_>, at: &Expr, ty: &Ty) -> Result<(), super::Untranslatable> {
    match ty {
        Ty::Array(element) if element.is_number() || matches!(**element, Ty::Text | Ty::Date) => Ok(()),
        Ty::Enum => {
            let span = walk.cx.node(at);
            walk.cx.report(
                &ENUM_ORDER,
                span,
                "TiDB compares an enum with a text by its letters, not by the order of its labels",
            );
            Ok(())
        }
        Ty::Json | Ty::Array(_) => walk.refuse(at, format!("the order of {} values", ty.name())),
        Ty::Text => {
            let span = walk.cx.node(at);
            walk.cx.report(
                &TEXT_ORDER,
                span,
                "the order of texts is the collation's on TiDB, not the locale's",
            );
            Ok(())
        }
        _ => Ok(()),
    }
}

/// `IS [NOT] DISTINCT FROM` is `<=>` on TiDB.
pub fn distinct(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let negated = matches!(expr, Expr::IsNotDistinctFrom(..));
    let (Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right)) = expr else {
        return Ok(Ty::Bool);
    };
    if let Some(all) = super::subqueries::alike(walk, left, right)? {
        *expr = if negated { all } else { not(all) };
        return Ok(Ty::Bool);
    }
    let (a, b) = (walk.expr(left)?, walk.expr(right)?);
    comparable(walk, left, &a, right, &b)?;
    let same = op_of(Walk::take(left), Op::Spaceship, Walk::take(right));
    *expr = if negated { same } else { not(same) };
    Ok(Ty::Bool)
}

/// `||` between texts: CONCAT, which is NULL as soon as one of them is, as `||` is. Between arrays or documents something else.
fn concat(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: &Ty, b: &Ty) -> Typed {
    if *a == Ty::Json || *b == Ty::Json && *a == Ty::Unknown {
        return merged::concat(walk, expr, a, b);
    }
    if matches!(a, Ty::Array(_)) || matches!(b, Ty::Array(_)) {
        return arrays::concat(walk, expr, a, b);
    }
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Text) };
    let text = |ty: &Ty| matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown);
    if !(text(a) || text(b)) {
        let what = format!("the operator || between {} and {}", a.name(), b.name());
        return walk.refuse(expr, what);
    }
    // a || b || c is one CONCAT.
    let mut args = match Walk::take(left) {
        Expr::Function(function) if is_concat(&function) => arguments(function),
        other => vec![printed(walk, other, a, &at, false)?],
    };
    let right = Walk::take(right);
    args.push(printed(walk, right, b, &at, false)?);
    *expr = call("CONCAT", args);
    Ok(Ty::Text)
}

fn is_concat(function: &sqlparser::ast::Function) -> bool {
    // PostgreSQL's own concat has become CONCAT_WS by now.
    function.name.to_string() == "CONCAT"
}

fn arguments(function: sqlparser::ast::Function) -> Vec<Expr> {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let FunctionArguments::List(list) = function.args else { return Vec::new() };
    let expr = |arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    };
    list.args.into_iter().filter_map(expr).collect()
}
