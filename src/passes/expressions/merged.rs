//! `||` of documents.

use super::functions::word;
use super::json::key_step;
use super::literals::{self, call, string};
use super::rules::JSON_ACCESS;
use super::types::Ty;
use super::walk::{Typed, Walk, as_json, binary};
use serde_json::Value as Json;
use sqlparser::ast::{BinaryOperator as Op, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value};

/// `||` of documents: keys of the right one replace those of the left.
pub fn concat(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: &Ty, b: &Ty) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Json) };
    if !matches!(b, Ty::Json | Ty::Unknown) {
        return walk.refuse(&at, format!("the operator || between jsonb and {}", b.name()));
    }
    walk.coerce(left, a, &Ty::Json)?;
    let literal = word(right).and_then(|text| serde_json::from_str::<Json>(&text).ok());
    let left = Walk::take(left);
    match literal {
        Some(Json::Object(object)) if !object.is_empty() => {
            let whole = as_json(string(Json::Object(object.clone()).to_string()));
            let mut args = Vec::new();
            for (key, value) in object {
                args.push(string(format!("${}", key_step(&key))));
                args.push(match value {
                    Json::String(text) => string(text),
                    Json::Number(number) if number.is_i64() => literals::number(number.to_string()),
                    Json::Null => Expr::value(Value::Null),
                    other => as_json(string(other.to_string())),
                });
            }
            *expr = with_keys(left, &args, &whole);
        }
        Some(Json::Array(_)) => {
            walk.coerce(right, b, &Ty::Json)?;
            *expr = call("JSON_MERGE_PRESERVE", vec![left, Walk::take(right)]);
        }
        // Two scalars, or an array and one, are an array; an object with a scalar fails.
        Some(_) if super::division::may_repeat(&left) || word(&left).is_some() => {
            walk.coerce(right, b, &Ty::Json)?;
            let sql = "CASE WHEN JSON_TYPE($1) = 'OBJECT' THEN JSON_LENGTH($1) + 1 + 9223372036854775807 \
                       ELSE JSON_MERGE_PRESERVE($1, $2) END";
            match super::functions::template::filled(sql, &[left, Walk::take(right)]) {
                Some(made) => *expr = made,
                None => return walk.refuse(&at, "the operator || with a scalar document"),
            }
        }
        Some(_) => return walk.refuse(&at, "the operator || of a calculated document with a scalar one"),
        None => {
            if let Some(pairs) = built_object(right) {
                *expr = with_keys(left, &pairs, right);
                return Ok(Ty::Json);
            }
            let span = super::span(walk.cx, &at);
            walk.cx.report(
                &JSON_ACCESS,
                span,
                "JSON_MERGE_PATCH removes keys whose new value is null, merges objects inside, and does not append to arrays",
            );
            *expr = call("JSON_MERGE_PATCH", vec![left, Walk::take(right)]);
        }
    }
    Ok(Ty::Json)
}

/// The paths and values of a JSON_OBJECT whose keys are literals.
fn built_object(expr: &mut Expr) -> Option<Vec<Expr>> {
    let Expr::Function(function) = expr else { return None };
    if function.name.to_string() != "JSON_OBJECT" {
        return None;
    }
    let args: Vec<Expr> = super::functions::plain_args(function).into_iter().cloned().collect();
    let mut out = Vec::with_capacity(args.len());
    for pair in args.chunks(2) {
        let [key, value] = pair else { return None };
        out.push(string(format!("${}", key_step(&word(key)?))));
        out.push(value.clone());
    }
    (!out.is_empty()).then_some(out)
}

/// An object with more keys; what is none becomes an array that ends in the new object.
fn with_keys(document: Expr, pairs: &[Expr], object: &Expr) -> Expr {
    let set = |document: Expr| call("JSON_SET", [vec![document], pairs.to_vec()].concat());
    let append = |document: Expr| {
        let one = call("JSON_ARRAY", vec![object.clone()]);
        call("JSON_MERGE_PRESERVE", vec![document, one])
    };
    if is_object(&document) {
        return set(document);
    }
    match decided(&document) {
        // A chain asks once.
        Some([condition, object, other]) => call("IF", vec![condition, set(object), append(other)]),
        None => {
            let kind = call("JSON_TYPE", vec![document.clone()]);
            let condition = binary(kind, Op::Eq, string("OBJECT"));
            call("IF", vec![condition, set(document.clone()), append(document)])
        }
    }
}

/// Whether the document is an object whatever the rows hold.
fn is_object(document: &Expr) -> bool {
    match document {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_object(inner),
        Expr::Function(function) if function.name.to_string() == "JSON_OBJECT" => true,
        Expr::Function(function) if function.name.to_string() == "JSON_SET" => {
            super::functions::plain_args(function).first().is_some_and(|first| is_object(first))
        }
        other => word(other).is_some_and(|text| text.trim_start().starts_with('{')),
    }
}

/// The parts of what `with_keys` wrote.
fn decided(document: &Expr) -> Option<[Expr; 3]> {
    let Expr::Function(function) = document else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    if function.name.to_string() != "IF" {
        return None;
    }
    let args = list.args.iter().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => Some(inner.clone()),
        _ => None,
    });
    let parts: [Expr; 3] = args.collect::<Vec<_>>().try_into().ok()?;
    parts[0].to_string().starts_with("JSON_TYPE(").then_some(parts)
}
