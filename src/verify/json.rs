//! JSON values behind column defaults: PostgreSQL's array literals and ARRAY[], TiDB's json_array() and json_object().

use super::expr::Token;
use serde_json::{Map, Value};

/// `{a,"b c",NULL}`, whose elements are numbers or booleans when `plain` says so.
pub(super) fn from_array_literal(text: &str, plain: bool) -> Option<Value> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut values = Vec::new();
    let mut chars = inside.chars().peekable();
    while chars.peek().is_some() {
        let mut value = String::new();
        let mut was_quoted = false;
        let mut quoted = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' => value.extend(chars.next()),
                '"' => {
                    quoted = !quoted;
                    was_quoted = true;
                }
                ',' if !quoted => break,
                '{' if !quoted => return None, // of more dimensions: nobody's default yet
                other => value.push(other),
            }
        }
        values.push(element(&value, plain && !was_quoted, !was_quoted));
    }
    Some(Value::Array(values))
}

fn element(text: &str, plain: bool, may_be_null: bool) -> Value {
    if may_be_null && text.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    let parsed = if plain { serde_json::from_str(text).ok() } else { None };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The elements of `ARRAY[…]`, casts being gone.
pub(super) fn from_array_constructor(tokens: &[Token], plain: bool) -> Option<Value> {
    let [first, open, inside @ .., close] = tokens else { return None };
    if !first.is("array") || !open.is("[") || !close.is("]") {
        return None;
    }
    let mut values = Vec::new();
    for (at, token) in inside.iter().enumerate() {
        match token {
            Token::Text(text) | Token::Number(text) if at % 2 == 0 => {
                values.push(element(text, plain, false))
            }
            Token::Word(word) if at % 2 == 0 => values.push(serde_json::from_str(word).ok()?),
            Token::Symbol(symbol) if at % 2 == 1 && symbol == "," => {}
            _ => return None,
        }
    }
    Some(Value::Array(values))
}

/// What TiDB's JSON functions over constants make; `None` for anything else.
pub(super) fn from_functions(tokens: &[Token]) -> Option<Value> {
    let mut rest = tokens;
    let value = expression(&mut rest)?;
    rest.is_empty().then_some(value)
}

fn expression(rest: &mut &[Token]) -> Option<Value> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    match first {
        Token::Text(text) => Some(Value::String(text.clone())),
        Token::Number(number) => serde_json::from_str(number).ok(),
        Token::Word(word) if ["true", "false", "null"].contains(&word.as_str()) => {
            serde_json::from_str(word).ok()
        }
        Token::Function(name) if name == "json_array" => arguments(rest).map(Value::Array),
        Token::Function(name) if name == "json_object" => {
            let mut object = Map::new();
            let mut values = arguments(rest)?.into_iter();
            while let Some(Value::String(key)) = values.next() {
                object.insert(key, values.next()?);
            }
            Some(Value::Object(object))
        }
        Token::Function(name) if name == "cast" => {
            let [open, Token::Text(text), as_, ty, close, tail @ ..] = *rest else { return None };
            let fits = open.is("(") && as_.is("as") && ty.is("json") && close.is(")");
            *rest = tail;
            if fits { serde_json::from_str(text).ok() } else { None }
        }
        Token::Symbol(open) if open == "(" => {
            let value = expression(rest)?;
            take(rest, ")").then_some(value)
        }
        _ => None,
    }
}

fn arguments(rest: &mut &[Token]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    if !take(rest, "(") {
        return None;
    }
    while !take(rest, ")") {
        if !values.is_empty() && !take(rest, ",") {
            return None;
        }
        values.push(expression(rest)?);
    }
    Some(values)
}

fn take(rest: &mut &[Token], symbol: &str) -> bool {
    match rest.split_first() {
        Some((first, tail)) if first.is(symbol) => {
            *rest = tail;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::expr::{Dialect, tokens, without_casts};
    use super::*;
    use serde_json::json;

    #[test]
    fn arrays_of_both_databases_are_one_value() {
        let postgres = without_casts(tokens("ARRAY['a'::text, 'b'::text]", Dialect::Postgres));
        assert_eq!(from_array_constructor(&postgres, false), Some(json!(["a", "b"])));
        assert_eq!(from_array_literal("{a,\"b c\",NULL}", false), Some(json!(["a", "b c", null])));
        assert_eq!(from_array_literal("{1,2}", true), Some(json!([1, 2])));
        assert_eq!(from_array_literal("{}", true), Some(json!([])));
    }

    #[test]
    fn json_functions_are_evaluated() {
        let value = |text| from_functions(&without_casts(tokens(text, Dialect::Tidb)));
        assert_eq!(value("json_object(_utf8mb4'k', json_array(1, 'a'))"), Some(json!({"k": [1, "a"]})));
        assert_eq!(value("cast(_utf8mb4'{}' as json)"), Some(json!({})));
        assert_eq!(value("json_array()"), Some(json!([])));
        assert_eq!(value("uuid()"), None);
    }
}
