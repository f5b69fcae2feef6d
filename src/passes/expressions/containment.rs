//! `@>` and `<@`: TiDB's JSON_CONTAINS, and what PostgreSQL does not find.

use super::functions::word;
use super::json::key_step;
use super::literals::{call, string};
use super::rules::JSON_ACCESS;
use super::types::Ty;
use super::walk::{Typed, Walk};
use serde_json::Value as Json;
use sqlparser::ast::{BinaryOperator as Op, Expr, Value};

/// `@>` and `<@` of documents, and of arrays.
pub fn contains(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Bool) };
    let (a, b) = (walk.expr(left)?, walk.expr(right)?);
    if matches!(a, Ty::Array(_)) || matches!(b, Ty::Array(_)) {
        return super::arrays::set_operator(walk, expr, &a, &b);
    }
    let document = |ty: &Ty| matches!(ty, Ty::Json | Ty::Unknown);
    if !(document(&a) && document(&b)) || *op == Op::PGOverlap || a == b && a == Ty::Unknown {
        let what = format!("the operator {op} between {} and {}", a.name(), b.name());
        return walk.refuse(&at, what);
    }
    let (mut whole, mut part) = (Walk::take(left), Walk::take(right));
    let (mut whole_ty, mut part_ty) = (a, b);
    if *op == Op::ArrowAt {
        std::mem::swap(&mut whole, &mut part);
        std::mem::swap(&mut whole_ty, &mut part_ty);
    }
    let literal = |expr: &Expr| word(expr).and_then(|text| serde_json::from_str::<Json>(&text).ok());
    if let (Some(whole), Some(part)) = (literal(&whole), literal(&part)) {
        *expr = Expr::value(Value::Boolean(holds(&whole, &part, true)));
        return Ok(Ty::Bool);
    }
    let (candidate, within) = (literal(&part), literal(&whole));
    walk.coerce(&mut whole, &whole_ty, &Ty::Json)?;
    walk.coerce(&mut part, &part_ty, &Ty::Json)?;
    // TiDB finds a scalar inside an array, which PostgreSQL does only at the top.
    let guards: Option<Vec<String>> = candidate.map(|json| {
        let mut places = Vec::new();
        scalars(&json, "$", &mut places);
        places
    });
    let Some(guards) = guards else {
        if within.is_some_and(|whole| !has_array(&whole)) {
            *expr = call("JSON_CONTAINS", vec![whole, part]);
            return Ok(Ty::Bool);
        }
        let span = super::span(walk.cx, &at);
        walk.cx.report(
            &JSON_ACCESS,
            span,
            "TiDB also finds a value inside an array that stands where the value is looked for",
        );
        *expr = call("JSON_CONTAINS", vec![whole, part]);
        return Ok(Ty::Bool);
    };
    let text = match part {
        Expr::Cast { expr, .. } => *expr,
        other => other,
    };
    let test = call("JSON_CONTAINS", vec![whole.clone(), text]);
    let guard = |place: &String| {
        let value = call("JSON_EXTRACT", vec![whole.clone(), string(place.clone())]);
        super::walk::binary(call("JSON_TYPE", vec![value]), Op::NotEq, string("ARRAY"))
    };
    let any = !guards.is_empty();
    let all = guards.iter().map(guard).fold(test, |all, one| super::walk::binary(all, Op::And, one));
    *expr = if any { Expr::Nested(Box::new(all)) } else { all };
    Ok(Ty::Bool)
}

fn has_array(json: &Json) -> bool {
    match json {
        Json::Array(_) => true,
        Json::Object(object) => object.values().any(has_array),
        _ => false,
    }
}

/// The places of scalars that are values of objects.
fn scalars(json: &Json, place: &str, places: &mut Vec<String>) {
    if let Json::Object(object) = json {
        for (key, value) in object {
            let inner = format!("{place}{}", key_step(key));
            match value {
                Json::Object(_) => scalars(value, &inner, places),
                Json::Array(_) => {}
                _ => places.push(inner),
            }
        }
    }
}

/// PostgreSQL's containment, between literals.
fn holds(whole: &Json, part: &Json, top: bool) -> bool {
    match (whole, part) {
        (Json::Object(whole), Json::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| holds(whole, part, false)))
        }
        (Json::Array(whole), Json::Array(part)) => {
            part.iter().all(|part| whole.iter().any(|whole| holds(whole, part, false)))
        }
        (Json::Array(_), Json::Object(_)) => false,
        (Json::Array(whole), part) if top => whole.iter().any(|whole| whole == part),
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        _ => whole == part,
    }
}
