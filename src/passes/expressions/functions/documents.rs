//! Functions on JSON documents.

use super::super::Untranslatable;
use super::super::division;
use super::super::json::{is_list, only};
use super::super::literals::{call, string};
use super::super::printing::as_json_value;
use super::super::rules::FUNCTION;
use super::super::types::Ty;
use super::super::walk::Walk;
use super::row::{Call, Row, rows};
use super::{template, word};
use sqlparser::ast::Expr;

type Made = Result<Expr, Untranslatable>;

pub static ROWS: &[Row] = rows! {
    "jsonb_array_length" (Json) Int: "JSON_LENGTH($1), an error for what is no array" by length;
    "json_array_length" (Json) Int: "JSON_LENGTH($1), an error for what is no array" by length;
    "jsonb_typeof" (Json) Text: "IF(JSON_TYPE($1) IN ('INTEGER', …), 'number', LOWER(JSON_TYPE($1)))" by type_of;
    "json_typeof" (Json) Text: "IF(JSON_TYPE($1) IN ('INTEGER', …), 'number', LOWER(JSON_TYPE($1)))" by type_of;
    "jsonb_build_object" () Json: "JSON_OBJECT()";
    "json_build_object" () Json: "JSON_OBJECT()";
    "jsonb_build_object" (Any, Rest) Json: "JSON_OBJECT($1, $2, …)" by object;
    "json_build_object" (Any, Rest) Json: "JSON_OBJECT($1, $2, …)" by object;
    "jsonb_build_array" () Json: "JSON_ARRAY()";
    "json_build_array" () Json: "JSON_ARRAY()";
    "jsonb_build_array" (Any, Rest) Json: "JSON_ARRAY($1, …)" by array;
    "json_build_array" (Any, Rest) Json: "JSON_ARRAY($1, …)" by array;
    "to_jsonb" (Any) Json: "CAST($1 AS JSON)" by to_json;
    "to_json" (Any) Json: "CAST($1 AS JSON)" by to_json;
    "jsonb_extract_path" (Json, Words, Rest) Json: "JSON_EXTRACT($1, 'path')" by extract;
    "json_extract_path" (Json, Words, Rest) Json: "JSON_EXTRACT($1, 'path')" by extract;
    "jsonb_extract_path_text" (Json, Words, Rest) Text: "JSON_UNQUOTE(JSON_EXTRACT($1, 'path'))" by extract;
    "json_extract_path_text" (Json, Words, Rest) Text: "JSON_UNQUOTE(JSON_EXTRACT($1, 'path'))" by extract;
    "jsonb_path_query_first" (Json, Words) Json: "JSON_EXTRACT($1, $2)" by path_first;
    "jsonb_path_query_array" (Json, Words) Json: "IF(JSON_TYPE(JSON_EXTRACT($1, 'path')) = 'ARRAY', …), for a path that ends in [*]" by path_array;
    "jsonb_path_exists" (Json, Words) Bool: "JSON_CONTAINS_PATH($1, 'one', $2)" by path_exists;
};

fn filled(walk: &Walk<'_, '_>, call: &Call, sql: &str, args: &[Expr]) -> Made {
    template::filled(sql, args)
        .map_or_else(|| walk.refuse(&call.at, format!("the function {}", call.name)), Ok)
}

fn type_of(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let sql = "IF(JSON_TYPE($1) IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL'), 'number', LOWER(JSON_TYPE($1)))";
    filled(walk, call, sql, &call.args)
}

fn object(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    if !call.args.len().is_multiple_of(2) {
        return walk.refuse(&call.at, "an object of an odd number of arguments");
    }
    let mut args = Vec::with_capacity(call.args.len());
    for (at, (arg, ty)) in std::mem::take(&mut call.args).into_iter().zip(&call.types).enumerate() {
        if at % 2 == 1 {
            args.push(as_json_value(walk, arg, ty, &call.at)?);
        } else if *ty == Ty::Uuid {
            args.push(super::super::uuids::text(walk, arg));
        } else if matches!(ty, Ty::Text | Ty::Unknown | Ty::Enum | Ty::Int | Ty::Big) {
            args.push(arg);
        } else {
            return walk.refuse(&call.at, format!("a key of type {}", ty.name()));
        }
    }
    Ok(self::call("JSON_OBJECT", args))
}

fn array(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let mut args = Vec::with_capacity(call.args.len());
    for (arg, ty) in std::mem::take(&mut call.args).into_iter().zip(&call.types) {
        args.push(as_json_value(walk, arg, ty, &call.at)?);
    }
    Ok(self::call("JSON_ARRAY", args))
}

fn to_json(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let (arg, ty) = (call.args.remove(0), call.types[0].clone());
    match ty {
        Ty::Json | Ty::Array(_) => Ok(arg),
        Ty::Text | Ty::Enum => filled(walk, call, "CAST(JSON_QUOTE($1) AS JSON)", &[arg]),
        Ty::Uuid => {
            let text = super::super::uuids::text(walk, arg);
            filled(walk, call, "CAST(JSON_QUOTE($1) AS JSON)", &[text])
        }
        Ty::Unknown => walk.refuse(&call.at, "to_jsonb of an untyped literal"),
        Ty::Int | Ty::Big | Ty::Decimal | Ty::Numeric | Ty::Float => {
            filled(walk, call, "CAST($1 AS JSON)", &[arg])
        }
        // TiDB's TRUE alone is a number.
        Ty::Bool if matches!(arg, Expr::Value(_)) => {
            let text = super::super::literals::string(arg.to_string().to_lowercase());
            filled(walk, call, "CAST($1 AS JSON)", &[text])
        }
        other if other.is_time() => {
            let text = as_json_value(walk, arg, &other, &call.at)?;
            filled(walk, call, "CAST(JSON_QUOTE($1) AS JSON)", &[text])
        }
        other => as_json_value(walk, arg, &other, &call.at),
    }
}

fn extract(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let keys: Option<Vec<String>> = call.args[1..].iter().map(word).collect();
    let Some(paths) = keys.as_deref().and_then(super::super::json::below) else {
        return walk.refuse(&call.at, "this path into a document");
    };
    let document = call.args.remove(0);
    let extracted = super::super::paths::any(&document, "$", &paths);
    Ok(if call.name.ends_with("_text") { super::super::json::as_text(extracted) } else { extracted })
}

/// Paths of keys and places mean the same; filters, wildcards and methods do not exist.
fn simple(walk: &Walk<'_, '_>, call: &Call) -> Result<String, Untranslatable> {
    let path = word(&call.args[1]).unwrap_or_default();
    let path = path.trim().trim_start_matches("lax ").trim().to_owned();
    let plain = path.starts_with('$')
        && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '.' | '[' | ']' | '_'));
    if plain { Ok(path) } else { walk.refuse(&call.at, format!("the JSON path '{path}'")) }
}

fn path_first(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let path = simple(walk, call)?;
    Ok(self::call("JSON_EXTRACT", vec![call.args.remove(0), string(path)]))
}

/// `$.a[*]`: the elements of an array, or the value that is none.
fn path_array(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let path = word(&call.args[1]).unwrap_or_default();
    let Some(before) = path.trim().strip_suffix("[*]").map(str::to_owned) else {
        return walk.refuse(&call.at, format!("the JSON path '{path}'"));
    };
    call.args[1] = string(before);
    let path = string(simple(walk, call)?);
    let sql = "CASE WHEN JSON_TYPE(JSON_EXTRACT($1, $2)) = 'ARRAY' THEN JSON_EXTRACT($1, $2) \
               WHEN JSON_EXTRACT($1, $2) IS NOT NULL THEN JSON_ARRAY(JSON_EXTRACT($1, $2)) \
               WHEN $1 IS NOT NULL THEN JSON_ARRAY() END";
    filled(walk, call, sql, &[call.args[0].clone(), path])
}

fn path_exists(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let path = simple(walk, call)?;
    Ok(self::call("JSON_CONTAINS_PATH", vec![call.args.remove(0), string("one"), string(path)]))
}

/// The length of an array; JSON_LENGTH counts a single value as one.
fn length(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let document = call.args.remove(0);
    if is_list(&document) {
        return Ok(self::call("JSON_LENGTH", vec![document]));
    }
    if !division::may_repeat(&document) {
        let span = super::super::span(walk.cx, &call.at);
        let message = "what is no array has a length on TiDB, and is an error on PostgreSQL";
        walk.cx.report(&FUNCTION, span, message);
        return Ok(self::call("JSON_LENGTH", vec![document]));
    }
    template::filled(&only("= 'ARRAY'", "JSON_LENGTH($1)"), &[document])
        .map_or_else(|| walk.refuse(&call.at, "the length of an array"), Ok)
}
