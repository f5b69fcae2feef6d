//! JSON operators and paths.

use super::functions::template::filled;
use super::functions::word;
use super::literals::{self, call, string};
use super::paths;
use super::types::Ty;
use super::walk::{Typed, Walk};
use sqlparser::ast::{
    BinaryOperator as Op, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};

pub fn is_operator(op: &Op) -> bool {
    matches!(
        op,
        Op::Arrow
            | Op::LongArrow
            | Op::HashArrow
            | Op::HashLongArrow
            | Op::Question
            | Op::QuestionPipe
            | Op::QuestionAnd
            | Op::AtArrow
            | Op::ArrowAt
            | Op::HashMinus
            | Op::PGOverlap
    ) || matches!(op, Op::Custom(name) if matches!(name.as_str(), "->-" | "->>-"))
}

/// `->`, `->>`, `#>`, `#>>`, `?`, `@>` and their kin.
pub fn operator(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Json) };
    // `->-1` is the operator `->` before a negative number.
    if let Op::Custom(name) = op {
        let plain = if name == "->-" { Op::Arrow } else { Op::LongArrow };
        let number = Walk::take(right);
        **right = Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(number) };
        *op = plain;
    }
    let op = op.clone();
    if matches!(op, Op::AtArrow | Op::ArrowAt | Op::PGOverlap) {
        return super::containment::contains(walk, expr);
    }
    let mut ty = walk.expr(left)?;
    if ty == Ty::Unknown && matches!(op, Op::Question | Op::QuestionPipe | Op::QuestionAnd | Op::HashMinus) {
        ty = walk.coerce(left, &ty, &Ty::Json)?;
    }
    if ty != Ty::Json {
        let what = format!("the operator {op} on {}", ty.name());
        return walk.refuse(expr, what);
    }
    match op {
        Op::Question | Op::QuestionPipe | Op::QuestionAnd => return keys(walk, expr),
        Op::HashMinus => return minus_path(walk, expr),
        _ => {}
    }
    let text = matches!(op, Op::LongArrow | Op::HashLongArrow);
    let paths = match op {
        Op::Arrow | Op::LongArrow => step(right).map(|step| vec![step]),
        _ => word(right).and_then(|path| relative(walk, &path)),
    };
    let Some(paths) = paths else {
        if matches!(op, Op::Arrow | Op::LongArrow) {
            return calculated(walk, expr, text);
        }
        let what = format!("the operator {op} with a calculated path");
        return walk.refuse(expr, what);
    };
    let mut base = Walk::take(left);
    // a -> 'b' -> 'c' is one path.
    let mut full = String::from("$");
    if let Some((document, inner)) = paths::extracted(&mut base) {
        full = inner;
        base = document;
    }
    let extracted = match &paths[..] {
        [path] if path == "[last]" && super::division::may_repeat(&base) => last(base, &full),
        _ => paths::any(&base, &full, &paths),
    };
    *expr = if text { as_text(extracted) } else { extracted };
    Ok(if text { Ty::Text } else { Ty::Json })
}

/// The last element of an array. A value that is neither array nor object is one of itself.
fn last(base: Expr, path: &str) -> Expr {
    let holder =
        if path == "$" { base.clone() } else { call("JSON_EXTRACT", vec![base.clone(), string(path)]) };
    let sql = "IF(JSON_TYPE($1) IN ('ARRAY', 'OBJECT'), $2, $1)";
    let end = call("JSON_EXTRACT", vec![base, string(format!("{path}[last]"))]);
    filled(sql, &[holder, end.clone()]).unwrap_or(end)
}

/// A JSON value as text; JSON's null is NULL.
pub fn as_text(extracted: Expr) -> Expr {
    let null = super::walk::as_json(string("null"));
    call("JSON_UNQUOTE", vec![call("NULLIF", vec![extracted, null])])
}

/// `document -> column`: the key or the place is only known on the server.
fn calculated(walk: &mut Walk<'_, '_>, expr: &mut Expr, text: bool) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Json) };
    let ty = walk.expr(right)?;
    let sql = match ty {
        Ty::Text | Ty::Enum => "JSON_EXTRACT($1, CONCAT('$.', JSON_QUOTE($2)))",
        other => {
            return walk.refuse(&at, format!("a calculated place of type {} in a document", other.name()));
        }
    };
    match filled(sql, &[Walk::take(left), Walk::take(right)]) {
        Some(made) => *expr = if text { as_text(made) } else { made },
        None => return walk.refuse(&at, "a calculated key"),
    }
    Ok(if text { Ty::Text } else { Ty::Json })
}

/// `?`, `?|` and `?&`: keys of an object, or texts in an array.
fn keys(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Bool) };
    let names: Option<Vec<String>> = match op {
        Op::Question => word(right).map(|key| vec![key]),
        _ => texts(walk, right),
    };
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        return walk.refuse(&at, format!("the operator {op} with calculated keys"));
    };
    let how = if *op == Op::QuestionAnd { "all" } else { "one" };
    let document = Walk::take(left);
    let mut args = vec![document.clone(), string(how)];
    args.extend(names.iter().map(|name| string(format!("${}", key_step(name)))));
    let has_keys = call("JSON_CONTAINS_PATH", args);
    let list = serde_json::to_string(&names).unwrap_or_default();
    let has_texts = match (&*op, &names[..]) {
        (Op::QuestionPipe, _) => call("JSON_OVERLAPS", vec![document, string(list)]),
        (_, [one]) => call("JSON_CONTAINS", vec![document, string(super::arrays::quoted(one))]),
        _ => call("JSON_CONTAINS", vec![document, string(list)]),
    };
    *expr = Expr::Nested(Box::new(super::walk::binary(has_keys, Op::Or, has_texts)));
    Ok(Ty::Bool)
}

/// The texts of ARRAY['a', 'b'] or '{a,b}'.
fn texts(walk: &Walk<'_, '_>, expr: &Expr) -> Option<Vec<String>> {
    let json = match super::arrays::bare(expr) {
        Expr::Array(array) => super::arrays::constructor(walk.cx, array, &Ty::Text)?,
        _ => super::arrays::json(walk.cx, &word(expr)?, &Ty::Text).ok()?,
    };
    serde_json::from_str(&json).ok()
}

/// `document - 'key'`, `document - 2`, `document - '{a,b}'::text[]`.
pub fn minus(walk: &mut Walk<'_, '_>, expr: &mut Expr, b: &Ty) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Json) };
    let paths: Option<Vec<String>> = match b {
        Ty::Unknown | Ty::Text => word(right).map(|key| vec![key_step(&key)]),
        Ty::Int => step(right).map(|step| vec![step]),
        Ty::Array(_) => super::arrays::element_of(right)
            .map(|keys| keys.iter().filter_map(|key| key.as_str()).map(key_step).collect()),
        _ => None,
    };
    let document = Walk::take(left);
    if !matches!(b, Ty::Int) && is_list(&document) {
        return walk.refuse(&at, "the operator - that takes texts out of an array");
    }
    let Some(paths) = paths.filter(|paths| !paths.is_empty()) else {
        if *b == Ty::Text
            && let Some(made) =
                filled("JSON_REMOVE($1, CONCAT('$.', JSON_QUOTE($2)))", &[document, Walk::take(right)])
        {
            *expr = made;
            return Ok(Ty::Json);
        }
        return walk.refuse(&at, format!("the operator - between jsonb and {}", b.name()));
    };
    let mut args = vec![document];
    args.extend(paths.into_iter().map(|path| string(format!("${path}"))));
    *expr = call("JSON_REMOVE", args);
    Ok(Ty::Json)
}

/// A template: something of a document of one kind, where any other document fails. The sum overflows.
pub fn only(kind: &str, then: &str) -> String {
    format!(
        "CASE WHEN JSON_TYPE($1) {kind} THEN {then} \
         WHEN $1 IS NOT NULL THEN JSON_LENGTH($1) + 1 + 9223372036854775807 END"
    )
}

/// Whether a document is the literal of an array.
pub fn is_list(document: &Expr) -> bool {
    match document {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_list(expr),
        expr => word(expr).is_some_and(|text| text.trim_start().starts_with('[')),
    }
}

/// `document #- '{a,b}'`.
fn minus_path(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Json) };
    let path = match super::arrays::bare(right) {
        Expr::Array(_) => texts(walk, right).map(|keys| {
            format!("{{{}}}", keys.iter().map(|key| super::arrays::quoted(key)).collect::<Vec<_>>().join(","))
        }),
        _ => word(right),
    };
    let Some(path) = path else { return walk.refuse(&at, "the operator #- with a calculated path") };
    *expr = super::functions::changes::without(walk, &at, left, &path)?;
    Ok(Ty::Json)
}

/// `a['key']`, `a[1]`.
pub fn access(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    super::arrays::element_at(walk, expr)
}

pub fn key_step(key: &str) -> String {
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
                Value::Number(index, _) => place(&format!("-{index}")),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// A number as a place in an array.
pub fn place(key: &str) -> Option<String> {
    match key.parse::<i64>().ok()? {
        n @ 0.. => Some(format!("[{n}]")),
        -1 => Some("[last]".to_owned()),
        n => Some(format!("[last-{}]", n.unsigned_abs() - 1)),
    }
}

/// The paths below a document that `'{a,b}'` may mean: a number may be a key or a place, which only the document tells.
fn relative(walk: &Walk<'_, '_>, path: &str) -> Option<Vec<String>> {
    let json = super::arrays::json(walk.cx, path, &Ty::Text).ok()?;
    below(&serde_json::from_str::<Vec<String>>(&json).ok()?)
}

/// The paths that these steps may mean.
pub fn below(keys: &[String]) -> Option<Vec<String>> {
    let mut paths = vec![String::new()];
    for key in keys {
        let place = place(key);
        let by_key = key_step(key);
        paths = paths
            .into_iter()
            .flat_map(|path| {
                let place = place.as_ref().map(|place| format!("{path}{place}"));
                // The key first: TiDB takes any value for an array of it alone.
                std::iter::once(format!("{path}{by_key}")).chain(place)
            })
            .collect();
    }
    (paths.len() <= 4).then_some(paths)
}

/// The same from the root. A path that ends in a number is a place if it can be only one.
pub fn steps(walk: &Walk<'_, '_>, path: &str) -> Option<Vec<String>> {
    Some(relative(walk, path)?.into_iter().map(|path| format!("${path}")).collect())
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
