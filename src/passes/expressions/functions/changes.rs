//! Changes of a document at a path: `jsonb_set`, `jsonb_insert`, `#-`. A number in a path is a place where an array is, and a
//! key elsewhere.

use super::super::json::steps;
use super::super::literals::{call, string};
use super::super::walk::{Walk, binary};
use super::super::{Untranslatable, arrays, division, nulls_possible};
use super::row::{Call, Row, rows};
use super::{FUNCTION, word};
use sqlparser::ast::{BinaryOperator, Expr, Value};

type Made = Result<Expr, Untranslatable>;

pub static ROWS: &[Row] = rows! {
    "jsonb_set" (Json, Words, Json) Json: "JSON_SET($1, 'path', $3)" by set;
    "jsonb_set" (Json, Words, Json, Bool) Json: "JSON_REPLACE($1, 'path', $3), where nothing may be made" by set;
    "jsonb_insert" (Json, Words, Json) Json: "JSON_ARRAY_INSERT($1, 'path', $3), or JSON_INSERT for a key" by insert;
    "jsonb_insert" (Json, Words, Json, Bool) Json: "JSON_ARRAY_INSERT($1, 'path', $3), or JSON_INSERT for a key" by insert;
};

/// A change at a path, whatever its number is; `make` is told whether it is a place.
fn changed(
    walk: &Walk<'_, '_>,
    at: &Expr,
    document: &Expr,
    path: &str,
    make: &dyn Fn(Expr, &str, bool) -> Expr,
) -> Made {
    let refuse = || walk.refuse(at, format!("the path '{path}'"));
    match steps(walk, path).as_deref() {
        Some([key]) => Ok(make(document.clone(), key, false)),
        Some([key, place]) if division::may_repeat(document) || word(document).is_some() => {
            let same = key.bytes().zip(place.bytes()).take_while(|(a, b)| a == b).count();
            let Some(before) = key.get(..same) else { return refuse() };
            let holder = match before {
                "$" => document.clone(),
                before => call("JSON_EXTRACT", vec![document.clone(), string(before)]),
            };
            let is_array = binary(call("JSON_TYPE", vec![holder]), BinaryOperator::Eq, string("ARRAY"));
            let (of_array, other) = (make(document.clone(), place, true), make(document.clone(), key, false));
            Ok(call("IF", vec![is_array, of_array, other]))
        }
        _ => refuse(),
    }
}

/// Whether a path counts from the end of an array.
fn from_the_end(path: &str) -> bool {
    path.split(',').any(|step| step.trim_start_matches(['{', ' ', '"']).starts_with('-'))
}

/// A literal `true` or `false` that may be left out.
fn switch(walk: &Walk<'_, '_>, call: &Call, default: bool) -> Result<bool, Untranslatable> {
    match call.args.get(3) {
        None => Ok(default),
        Some(Expr::Value(value)) if matches!(value.value, Value::Boolean(_)) => {
            Ok(value.value == Value::Boolean(true))
        }
        Some(_) => {
            walk.refuse(&call.at, format!("{} that only the value of an argument tells more of", call.name))
        }
    }
}

/// The path of a call, and its switch, which may be left out.
fn read(walk: &mut Walk<'_, '_>, call: &Call, default: bool) -> Result<(String, bool), Untranslatable> {
    let path = word(&call.args[1]).unwrap_or_default();
    let switch = switch(walk, call, default)?;
    if from_the_end(&path) {
        return walk.refuse(&call.at, format!("the path '{path}', which counts from the end,"));
    }
    report_null(walk, call);
    Ok((path, switch))
}

/// `jsonb_set(document, '{a,b}', value, whether to make it)`.
fn set(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let (path, makes) = read(walk, call, true)?;
    let name = if makes { "JSON_SET" } else { "JSON_REPLACE" };
    let value = &call.args[2];
    changed(walk, &call.at, &call.args[0], &path, &|document, path, _| {
        self::call(name, vec![document, string(path), value.clone()])
    })
}

/// `jsonb_insert(document, '{a,1}', value, whether after it)`: before a place of an array, or under a new key.
fn insert(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let (path, after) = read(walk, call, false)?;
    let span = super::super::span(walk.cx, &call.at);
    walk.cx.report(
        &FUNCTION,
        span,
        "a key that is there is left as it is on TiDB, and is an error on PostgreSQL",
    );
    let value = &call.args[2];
    changed(walk, &call.at, &call.args[0], &path, &|document, path, place| {
        let (name, path) = match (place && path.ends_with(']'), after) {
            (true, true) => ("JSON_ARRAY_INSERT", next(path)),
            (true, false) => ("JSON_ARRAY_INSERT", path.to_owned()),
            _ => ("JSON_INSERT", path.to_owned()),
        };
        self::call(name, vec![document, string(path), value.clone()])
    })
}

/// The place after the one at the end of a path.
fn next(path: &str) -> String {
    let number = path
        .rfind('[')
        .and_then(|open| Some((open, path.get(open + 1..path.len() - 1)?.parse::<u64>().ok()?)));
    match number {
        Some((open, number)) => format!("{}[{}]", &path[..open], number + 1),
        None => path.to_owned(),
    }
}

/// A value that is NULL makes the whole NULL on PostgreSQL.
fn report_null(walk: &mut Walk<'_, '_>, call: &Call) {
    let literal = matches!(arrays::bare(&call.args[2]), Expr::Value(_));
    let source = super::arguments_of(&call.at);
    if !literal && source.get(2).is_none_or(|value| nulls_possible(walk, value)) {
        let span = super::super::span(walk.cx, &call.at);
        let message = "where the new value is NULL, TiDB sets JSON's null instead of giving NULL";
        walk.cx.report(&FUNCTION, span, message);
    }
}

/// `document #- '{a,b}'`.
pub fn without(walk: &Walk<'_, '_>, at: &Expr, document: &Expr, path: &str) -> Made {
    changed(walk, at, document, path, &|document, path, _| call("JSON_REMOVE", vec![document, string(path)]))
}
