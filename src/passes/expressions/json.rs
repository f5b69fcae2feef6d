//! JSON operators and paths.

use super::literals::{self, call, string};
use super::rules::JSON_ACCESS;
use super::types::Ty;
use super::walk::{Typed, Walk};
use sqlparser::ast::{
    BinaryOperator as Op, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};

pub fn is_operator(op: &Op) -> bool {
    matches!(op, Op::Arrow | Op::LongArrow | Op::HashArrow | Op::HashLongArrow | Op::Question)
}

/// `->`, `->>`, `#>`, `#>>` and `?` with literal keys.
pub fn operator(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Json) };
    let op = op.clone();
    let ty = walk.expr(left)?;
    if ty != Ty::Json {
        let what = format!("the operator {op} on {}", ty.name());
        return walk.refuse(expr, what);
    }
    let steps = match op {
        Op::Arrow | Op::LongArrow => step(right).map(|step| vec![step]),
        Op::Question => match super::arrays::bare(right) {
            Expr::Value(value) => literals::text_of(&value.value).map(|key| vec![key_step(&key)]),
            _ => None,
        },
        _ => path(walk, right),
    };
    let Some(steps) = steps else {
        let what = format!("the operator {op} with a calculated key");
        return walk.refuse(expr, what);
    };
    let span = walk.cx.node(right.as_ref());
    let mut base = Walk::take(left);
    // a -> 'b' -> 'c' is one path.
    let mut full = String::from("$");
    if let Some((document, inner)) = extracted(&mut base) {
        full = inner;
        base = document;
    }
    full.push_str(&steps.concat());
    if op == Op::Question {
        let found = call("JSON_CONTAINS_PATH", vec![base, string("one"), string(full)]);
        *expr = super::walk::binary(found, Op::Eq, literals::number("1"));
        return Ok(Ty::Bool);
    }
    let extracted = call("JSON_EXTRACT", vec![base, string(full)]);
    if matches!(op, Op::LongArrow | Op::HashLongArrow) {
        walk.cx.report(&JSON_ACCESS, span, "where the value is JSON's null, TiDB gives the text null");
        *expr = call("JSON_UNQUOTE", vec![extracted]);
        Ok(Ty::Text)
    } else {
        *expr = extracted;
        Ok(Ty::Json)
    }
}

/// `a['key']`, and whatever else looks like an access.
pub fn access(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    walk.refuse(expr, "a subscript")
}

/// The document and path of a JSON_EXTRACT that this module wrote.
fn extracted(expr: &mut Expr) -> Option<(Expr, String)> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = &mut function.args else { return None };
    if function.name.to_string() != "JSON_EXTRACT" {
        return None;
    }
    let path = match list.args.get(1) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value)))) => {
            literals::text_of(&value.value)?
        }
        _ => return None,
    };
    match list.args.get_mut(0) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(document))) => Some((Walk::take(document), path)),
        _ => None,
    }
}

fn key_step(key: &str) -> String {
    format!(".{}", super::arrays::quoted(key))
}

/// A step of a path: a key, or an index from either end.
fn step(expr: &Expr) -> Option<String> {
    match super::arrays::bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(index, _) => index.parse::<u32>().ok().map(|index| format!("[{index}]")),
            value => literals::text_of(value).map(|key| key_step(&key)),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match expr.as_ref() {
            Expr::Value(value) => match &value.value {
                Value::Number(index, _) => match index.parse::<u32>().ok()? {
                    1 => Some("[last]".into()),
                    n => n.checked_sub(1).map(|n| format!("[last-{n}]")),
                },
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// The steps of `'{a,b}'`. A number may be a key or an index, which only the document tells.
fn path(walk: &Walk<'_, '_>, expr: &Expr) -> Option<Vec<String>> {
    let Expr::Value(value) = super::arrays::bare(expr) else { return None };
    let json = super::arrays::json(walk.cx, &literals::text_of(&value.value)?, &Ty::Text).ok()?;
    let keys: Vec<String> = serde_json::from_str(&json).ok()?;
    keys.iter().all(|key| key.parse::<i64>().is_err()).then(|| keys.iter().map(|key| key_step(key)).collect())
}

/// `jsonb_typeof(x) = 'array'`: TiDB names the types otherwise, and has several for numbers.
pub fn type_comparison(
    walk: &mut Walk<'_, '_>,
    left: &mut Expr,
    op: &Op,
    right: &mut Expr,
) -> Result<Option<Expr>, super::Untranslatable> {
    let Expr::Function(function) = left else { return Ok(None) };
    if !matches!(op, Op::Eq | Op::NotEq) {
        return Ok(None);
    }
    let name = literals::function_name(function);
    if !matches!(name.as_deref(), Some("jsonb_typeof" | "json_typeof")) {
        return Ok(None);
    }
    let wanted = match super::arrays::bare(right) {
        Expr::Value(value) => literals::text_of(&value.value),
        _ => None,
    };
    let names: &[&str] = match wanted.as_deref() {
        Some("object") => &["OBJECT"],
        Some("array") => &["ARRAY"],
        Some("string") => &["STRING"],
        Some("boolean") => &["BOOLEAN"],
        Some("null") => &["NULL"],
        Some("number") => &["INTEGER", "UNSIGNED INTEGER", "DOUBLE", "DECIMAL"],
        _ => return Ok(None),
    };
    let FunctionArguments::List(list) = &mut function.args else { return Ok(None) };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))] = &mut list.args[..] else { return Ok(None) };
    let ty = walk.expr(arg)?;
    if ty != Ty::Json {
        return Ok(None);
    }
    let kind = call("JSON_TYPE", vec![Walk::take(arg)]);
    let negated = *op == Op::NotEq;
    Ok(Some(match names {
        [one] => super::walk::binary(kind, op.clone(), string(*one)),
        several => Expr::InList {
            expr: Box::new(kind),
            list: several.iter().map(|name| string(*name)).collect(),
            negated,
        },
    }))
}
