//! Operators on bits, and those that stand before one operand.

use super::functions;
use super::types::Ty;
use super::walk::{Typed, Walk};
use sqlparser::ast::{BinaryOperator as Op, Expr, UnaryOperator};

/// Bits: PostgreSQL reads these operators from left to right, and its integers have a sign.
pub fn bitwise(expr: &mut Expr, ty: Ty) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(ty) };
    let positive = |side: &Expr| functions::whole(side).is_some_and(|n| n >= 0);
    let (signed, sql) = match op {
        Op::BitwiseAnd => (!positive(left) && !positive(right), "$1 & $2"),
        Op::BitwiseOr => (!(positive(left) && positive(right)), "$1 | $2"),
        Op::PGBitwiseXor => (!(positive(left) && positive(right)), "$1 ^ $2"),
        Op::PGBitwiseShiftLeft => (!positive(left), "$1 << $2"),
        _ if positive(left) => (false, "$1 >> $2"),
        _ => (true, "IF($1 < 0, ~(~$1 >> $2), $1 >> $2)"),
    };
    let args = [Walk::take(left), Walk::take(right)];
    let sql = if signed { format!("CAST({sql} AS SIGNED)") } else { format!("({sql})") };
    if let Some(made) = functions::template::filled(&sql, &args) {
        *expr = made;
    }
    Ok(ty)
}

/// `-x`, `~x`, `@ x`, `|/ x`, `||/ x`.
pub fn unary(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::UnaryOp { op, expr: inner } = expr else { return Ok(Ty::Unknown) };
    let op = *op;
    if matches!(op, UnaryOperator::Minus | UnaryOperator::Plus)
        && let Expr::BinaryOp { op: Op::PGExp, .. } = inner.as_ref()
    {
        // PostgreSQL's sign binds closer than its power.
        let mut power = Walk::take(inner);
        let mut base = &mut power;
        while let Expr::BinaryOp { left, op: Op::PGExp, .. } = base {
            base = left;
        }
        let signed = Expr::UnaryOp { op, expr: Box::new(Walk::take(base)) };
        *base = Expr::Nested(Box::new(signed));
        *expr = power;
        return walk.expr(expr);
    }
    let mut ty = walk.expr(inner)?;
    if ty == Ty::Unknown && op != UnaryOperator::Not {
        return walk.refuse(&at, format!("the operator {op} before an untyped literal"));
    }
    let name = match op {
        UnaryOperator::Not => return walk.coerce(inner, &ty, &Ty::Bool),
        UnaryOperator::Minus if functions::whole(inner) == Some(i64::MIN) => {
            return walk.refuse(&at, "a calculation that overflows bigint");
        }
        UnaryOperator::Minus | UnaryOperator::Plus if ty.is_number() => return Ok(ty),
        UnaryOperator::BitwiseNot if ty.is_int() => {
            let value = Walk::take(inner);
            if let Some(made) = functions::template::filled("CAST(~$1 AS SIGNED)", &[value]) {
                *expr = made;
            }
            return Ok(ty);
        }
        UnaryOperator::PGAbs => "abs",
        UnaryOperator::PGSquareRoot => "sqrt",
        UnaryOperator::PGCubeRoot => "cbrt",
        _ => return walk.refuse(&at, format!("the operator {op}")),
    };
    if name != "abs" {
        // Both take double precision and nothing else.
        ty = Ty::Float;
    }
    let args = vec![Walk::take(inner)];
    let (made, ty) = functions::made(walk, name, &at, args, vec![ty])?;
    *expr = made;
    Ok(ty)
}
