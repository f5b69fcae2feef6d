//! JSON as a default: TiDB takes no literal there, but calls that build the value.

use super::constant::Constant;
use crate::passes::rebuild::call;
use sqlparser::ast::{DataType, Expr, UnaryOperator, Value};

/// The calls that build a JSON value; `None` for those that can't be built.
pub fn built(value: &serde_json::Value) -> Option<Expr> {
    use serde_json::Value as Json;
    match value {
        Json::Array(_) | Json::Object(_) => Some(inside(value)),
        Json::String(text) => Some(call("json_quote", vec![string(text)])),
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

fn inside(value: &serde_json::Value) -> Expr {
    use serde_json::Value as Json;
    match value {
        Json::Null => Expr::Value(Value::Null.into()),
        Json::Bool(value) => Expr::Value(Value::Boolean(*value).into()),
        Json::Number(number) => signed(&number.to_string()),
        Json::String(text) => string(text),
        Json::Array(elements) => call("json_array", elements.iter().map(inside).collect()),
        Json::Object(pairs) => {
            call("json_object", pairs.iter().flat_map(|(key, value)| [string(key), inside(value)]).collect())
        }
    }
}

fn string(text: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(text.to_string()).into())
}

/// A number, with its sign as the tree keeps it.
pub fn signed(digits: &str) -> Expr {
    let number = |digits: &str| Expr::Value(Value::Number(digits.to_string(), false).into());
    match digits.strip_prefix('-') {
        Some(positive) => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(number(positive)) },
        None => number(digits),
    }
}

/// The JSON value of a default of a JSON column, by PostgreSQL's type of the column.
pub fn value(constant: &Constant, postgres: &DataType) -> Option<serde_json::Value> {
    match (constant, postgres) {
        (Constant::Text(text), DataType::Array(_)) => array(text, postgres),
        (Constant::Text(text), DataType::JSON | DataType::JSONB) => serde_json::from_str(text).ok(),
        (Constant::Text(text), DataType::Custom(..)) if text.trim().is_empty() => {
            Some(serde_json::Value::Object(serde_json::Map::new()))
        }
        (Constant::Text(text), DataType::Custom(..)) => {
            serde_json::from_str(text).ok().filter(serde_json::Value::is_array)
        }
        (Constant::Array(_) | Constant::Object(_), _) => plain(constant),
        _ => None,
    }
}

fn plain(constant: &Constant) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    Some(match constant {
        Constant::Null => Json::Null,
        Constant::Bool(value) => Json::Bool(*value),
        Constant::Number(digits) => serde_json::from_str(digits).ok()?,
        Constant::Text(text) => Json::String(text.clone()),
        Constant::Array(elements) => Json::Array(elements.iter().map(plain).collect::<Option<_>>()?),
        Constant::Object(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| Some((key.clone(), plain(value)?)));
            Json::Object(pairs.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Whether an array's elements are numbers or booleans, which JSON writes without quotes.
fn element(postgres: &DataType) -> &DataType {
    use sqlparser::ast::ArrayElemTypeDef as Element;
    match postgres {
        DataType::Array(
            Element::SquareBracket(inner, _)
            | Element::AngleBracket(inner)
            | Element::Qualified(inner, _)
            | Element::Parenthesis(inner),
        ) => element(inner),
        other => other,
    }
}

/// `{a,"b c",NULL}` in PostgreSQL's array syntax, one dimension.
fn array(text: &str, postgres: &DataType) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.trim().is_empty() {
        return Some(Json::Array(Vec::new()));
    }
    let mut elements = Vec::new();
    let mut rest = inner.trim_start();
    loop {
        let (element, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (text, after) = unquoted(quoted)?;
                (Json::String(text), after)
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let word = rest[..end].trim();
                if word.is_empty() || word.contains(['{', '}', '"', '\\']) {
                    return None;
                }
                (bare(word, element(postgres))?, &rest[end..])
            }
        };
        elements.push(element);
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if after.is_empty() => return Some(Json::Array(elements)),
            None => return None,
        }
    }
}

fn bare(word: &str, element: &DataType) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    if word.eq_ignore_ascii_case("null") {
        return Some(Json::Null);
    }
    Some(match element {
        DataType::Boolean | DataType::Bool => Json::Bool(super::constant::boolean(word)?),
        DataType::SmallInt(_)
        | DataType::Int(_)
        | DataType::Integer(_)
        | DataType::BigInt(_)
        | DataType::Int2(_)
        | DataType::Int4(_)
        | DataType::Int8(_)
        | DataType::Numeric(_)
        | DataType::Decimal(_)
        | DataType::Real
        | DataType::Float(_)
        | DataType::Float4
        | DataType::Float8
        | DataType::DoublePrecision => serde_json::from_str(word).ok().filter(Json::is_number)?,
        _ => Json::String(word.to_string()),
    })
}

/// The text up to the closing quote, and what follows it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 1..])),
            '\\' => out.push(chars.next()?.1),
            other => out.push(other),
        }
    }
    None
}
