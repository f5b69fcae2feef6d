//! Operators: comparison, logic, arithmetic, concatenation, ANY and ALL.

use super::arrays::bare;
use super::json;
use super::literals::{self, call};
use super::patterns;
use super::rules::{DIVISION, TEXT_ORDER};
use super::types::Ty;
use super::walk::{Typed, Walk, binary as op_of, not};
use crate::passes::Cx;
use sqlparser::ast::{Array, BinaryOperator as Op, Expr, Value};

pub fn binary(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
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
            ordered(walk, left, &ty)?;
            Ok(Ty::Bool)
        }
        Op::Plus | Op::Minus | Op::Multiply | Op::Modulo => {
            let (a, b) = numbers(walk, left, a, right, b);
            if a.is_number() && b.is_number() {
                Ok(a.widest(&b))
            } else {
                let what = format!("the operator {op} between {} and {}", a.name(), b.name());
                walk.refuse(expr, what)
            }
        }
        Op::Divide => divide(walk, expr, a, b),
        Op::PGExp if a.is_number() && b.is_number() => {
            let (left, right) = (Walk::take(left), Walk::take(right));
            *expr = call("POWER", vec![left, right]);
            Ok(Ty::Float)
        }
        Op::StringConcat => concat(walk, expr, &a, &b),
        Op::BitwiseAnd | Op::BitwiseOr if a == Ty::Int && b == Ty::Int => {
            // PostgreSQL reads these from left to right, TiDB `&` before `|`.
            if matches!(left.as_ref(), Expr::BinaryOp { op: Op::BitwiseAnd | Op::BitwiseOr, .. }) {
                let inner = Walk::take(left);
                **left = Expr::Nested(Box::new(inner));
            }
            Ok(Ty::Int)
        }
        other => {
            let what = format!("the operator {other} between {} and {}", a.name(), b.name());
            walk.refuse(expr, what)
        }
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
    match (a, b) {
        (Ty::Unknown, Ty::Unknown) => Ok(Ty::Text),
        (Ty::Unknown, other) => walk.coerce(left, a, other),
        (other, Ty::Unknown) => walk.coerce(right, b, other),
        (Ty::Other(_), _) | (_, Ty::Other(_)) => {
            let what = format!("a comparison of {} with {}", a.name(), b.name());
            walk.refuse(right, what)
        }
        (a, b) if a == b => Ok(a.clone()),
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
    let (a, b) = (walk.expr(left)?, walk.expr(right)?);
    comparable(walk, left, &a, right, &b)?;
    let same = op_of(Walk::take(left), Op::Spaceship, Walk::take(right));
    *expr = if negated { same } else { not(same) };
    Ok(Ty::Bool)
}

/// `/`: between integers PostgreSQL drops the remainder.
fn divide(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: Ty, b: Ty) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(a) };
    let (a, b) = numbers(walk, left, a, right, b);
    if !a.is_number() || !b.is_number() {
        let what = format!("the operator / between {} and {}", a.name(), b.name());
        return walk.refuse(expr, what);
    }
    let ty = a.widest(&b);
    let certain = matches!(bare(right), Expr::Value(v) if matches!(&v.value, Value::Number(n, _) if n.bytes().any(|b| matches!(b, b'1'..=b'9'))));
    if ty == Ty::Int {
        *op = Op::MyIntegerDivide;
    }
    if !certain || ty == Ty::Numeric {
        let span = walk.cx.node(right.as_ref());
        let message = if certain {
            "the quotient has four more decimal places than the dividend on TiDB"
        } else {
            "a division by zero gives NULL on TiDB instead of an error"
        };
        walk.cx.report(&DIVISION, span, message);
    }
    Ok(ty)
}

/// `||` between texts: CONCAT, which is NULL as soon as one of them is, as `||` is.
fn concat(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: &Ty, b: &Ty) -> Typed {
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Text) };
    let printed_alike = |ty: &Ty| matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown | Ty::Int | Ty::Uuid);
    let text = |ty: &Ty| matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown);
    if !(printed_alike(a) && printed_alike(b) && (text(a) || text(b))) {
        let what = format!("the operator || between {} and {}", a.name(), b.name());
        return walk.refuse(expr, what);
    }
    // a || b || c is one CONCAT.
    let mut args = match Walk::take(left) {
        Expr::Function(function) if is_concat(&function) => arguments(function),
        other => vec![other],
    };
    args.push(Walk::take(right));
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

/// `= ANY (ARRAY[…])` is IN, `<> ALL (ARRAY[…])` is NOT IN.
pub fn any_or_all(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let (left, op, right, any) = match expr {
        Expr::AnyOp { left, compare_op, right, .. } => (left, compare_op, right, true),
        Expr::AllOp { left, compare_op, right } => (left, compare_op, right, false),
        _ => return Ok(Ty::Bool),
    };
    let negated = match (&op, any) {
        (Op::Eq, true) => false,
        (Op::NotEq, false) => true,
        _ => {
            let what = format!("{op} {}", if any { "ANY" } else { "ALL" });
            return walk.refuse(expr, what);
        }
    };
    let Some(mut list) = elements(walk.cx, right) else {
        return walk.refuse(expr, "ANY or ALL of what is no list of literals");
    };
    let mut ty = walk.expr(left)?;
    for item in &mut list {
        let found = walk.expr(item)?;
        ty = comparable(walk, left, &ty, item, &found)?;
    }
    let left = Walk::take(left);
    *expr = if list.is_empty() {
        // Nothing is equal to one of no values; NULL is not either.
        Expr::value(Value::Boolean(negated))
    } else {
        Expr::InList { expr: Box::new(left), list, negated }
    };
    Ok(Ty::Bool)
}

/// The elements of ARRAY[…] or '{…}', whatever casts are around it.
fn elements(cx: &Cx<'_>, expr: &Expr) -> Option<Vec<Expr>> {
    match bare(expr) {
        Expr::Array(Array { elem, .. }) => Some(elem.clone()),
        Expr::Value(value) => {
            let text = literals::text_of(&value.value)?;
            let json = super::arrays::json(cx, &text, &Ty::Text).ok()?;
            let values: Vec<Option<String>> = serde_json::from_str(&json).ok()?;
            let item = |value: Option<String>| value.map_or(Expr::value(Value::Null), literals::string);
            Some(values.into_iter().map(item).collect())
        }
        _ => None,
    }
}
