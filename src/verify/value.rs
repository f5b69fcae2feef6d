//! Defaults as values, so that `'{}'::jsonb` and `json_object()` are seen to be the same.

use super::expr::{Dialect, Token, canonical, tokens, without_casts};
use super::json;
use super::model::{Column, DefaultValue, SqlType};

/// What a column gets when an INSERT does not name it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    NextNumber,
    Now,
    Today,
    Uuid,
    Json(serde_json::Value),
    Text(String),
    /// Something else, in the common form of expressions.
    Expression(Vec<Token>),
}

/// The default of a PostgreSQL column.
pub(super) fn of_postgres(column: &Column) -> Value {
    let ty = &column.ty;
    let text = match &column.default {
        DefaultValue::Absent => return Value::Null,
        DefaultValue::Numbered => return Value::NextNumber,
        DefaultValue::Literal(text) => return literal(text, ty),
        DefaultValue::Expression(text) => text,
    };
    let tokens = unwrapped(without_casts(tokens(text, Dialect::Postgres)));
    if let [Token::Text(text) | Token::Number(text) | Token::Word(text)] = tokens.as_slice() {
        match text.as_str() {
            "null" if !matches!(tokens[0], Token::Text(_)) => return Value::Null,
            "current_timestamp" | "localtimestamp" => return now(ty),
            "current_date" => return Value::Today,
            _ => return literal(text, ty),
        }
    }
    if let [minus, Token::Number(number)] = tokens.as_slice()
        && minus.is("-")
    {
        return literal(&format!("-{number}"), ty);
    }
    if ty.array
        && let Some(value) = json::from_array_constructor(&tokens, plain_elements(ty))
    {
        return Value::Json(value);
    }
    clock_or_uuid(&tokens, ty).unwrap_or_else(|| Value::Expression(canonical(text, Dialect::Postgres)))
}

/// The default of the TiDB column that stands for a PostgreSQL column of type `ty`.
pub(super) fn of_tidb(column: &Column, ty: &SqlType) -> Value {
    let (text, expression) = match &column.default {
        DefaultValue::Absent => return Value::Null,
        DefaultValue::Numbered => return Value::NextNumber,
        DefaultValue::Literal(text) => (text, false),
        DefaultValue::Expression(text) => (text, true),
    };
    let upper = text.to_uppercase();
    let temporal = ["timestamp", "datetime", "date", "time"].contains(&column.ty.name.as_str());
    if temporal && (upper.starts_with("CURRENT_TIMESTAMP") || upper.starts_with("NOW(")) {
        return now(ty);
    }
    if temporal && upper.starts_with("CURRENT_DATE") {
        return Value::Today;
    }
    if !expression {
        let bits = text.strip_prefix("b'").and_then(|rest| rest.strip_suffix('\''));
        return literal(bits.unwrap_or(text), ty);
    }
    let tokens = unwrapped(without_casts(tokens(text, Dialect::Tidb)));
    if let [Token::Text(text) | Token::Number(text)] = tokens.as_slice() {
        return literal(text, ty);
    }
    if let Some(value) = json::from_functions(&tokens) {
        return Value::Json(value);
    }
    clock_or_uuid(&tokens, ty).unwrap_or_else(|| Value::Expression(canonical(text, Dialect::Tidb)))
}

/// Without parentheses around the whole.
fn unwrapped(mut tokens: Vec<Token>) -> Vec<Token> {
    while tokens.len() > 2 && tokens[0].is("(") && closes_at_end(&tokens) {
        tokens.pop();
        tokens.remove(0);
    }
    tokens
}

fn closes_at_end(tokens: &[Token]) -> bool {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is("(")) - i32::from(token.is(")"));
        if depth == 0 {
            return at + 1 == tokens.len();
        }
    }
    false
}

/// The clock, in whatever time zone it is asked for, or a random UUID, in whatever form.
fn clock_or_uuid(tokens: &[Token], ty: &SqlType) -> Option<Value> {
    const CLOCKS: [&str; 8] = [
        "now",
        "current_timestamp",
        "localtimestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "clock_timestamp",
        "utc_timestamp",
        "current_date",
    ];
    const AROUND: [&str; 8] =
        ["timezone", "at", "time", "zone", "date_format", "uuid_to_bin", "public", "bin_to_uuid"];
    const UUIDS: [&str; 4] = ["uuid", "gen_random_uuid", "uuid_generate_v4", "uuid_generate_v1"];
    let mut found = None;
    for token in tokens {
        match token {
            Token::Function(word) | Token::Word(word) => {
                let word = word.as_str();
                if word == "current_date" {
                    found = Some(Value::Today);
                } else if CLOCKS.contains(&word) {
                    found = Some(now(ty));
                } else if UUIDS.contains(&word) {
                    found = Some(Value::Uuid);
                } else if !AROUND.contains(&word) {
                    return None;
                }
            }
            // A zone or a format; digits are a precision.
            Token::Text(_) | Token::Number(_) => {}
            Token::Symbol(symbol) if ["(", ")", ",", "."].contains(&symbol.as_str()) => {}
            Token::Symbol(_) => return None,
        }
    }
    found
}

fn now(ty: &SqlType) -> Value {
    if ty.name == "date" && !ty.array { Value::Today } else { Value::Now }
}

fn plain_elements(ty: &SqlType) -> bool {
    ["int2", "int4", "int8", "float4", "float8", "numeric", "bool"].contains(&ty.name.as_str())
}

/// A constant, spelled in one way for its type.
fn literal(text: &str, ty: &SqlType) -> Value {
    if ty.array {
        let parsed =
            json::from_array_literal(text, plain_elements(ty)).or_else(|| serde_json::from_str(text).ok());
        return parsed.map_or_else(|| Value::Text(text.into()), Value::Json);
    }
    match ty.name.as_str() {
        "json" | "jsonb" => match serde_json::from_str(text) {
            Ok(value) => Value::Json(value),
            Err(_) => Value::Text(text.into()),
        },
        "bool" => {
            let yes = ["1", "t", "true", "yes", "on", "y"].contains(&text.to_lowercase().as_str());
            Value::Text(if yes { "1" } else { "0" }.into())
        }
        "int2" | "int4" | "int8" | "oid" | "float4" | "float8" | "numeric" | "money" => {
            match text.parse::<f64>() {
                Ok(number) => Value::Text(number.to_string()),
                Err(_) => Value::Text(text.into()),
            }
        }
        "timestamp" | "timestamptz" | "time" | "timetz" => match text.to_lowercase().as_str() {
            "now" | "now()" => Value::Now,
            _ => Value::Text(moment(text)),
        },
        "date" if text.eq_ignore_ascii_case("now") || text.eq_ignore_ascii_case("today") => Value::Today,
        "bytea" => Value::Text(bytes(text)),
        _ => Value::Text(text.into()),
    }
}

/// Without what stands for zero: UTC, an empty fraction, midnight.
fn moment(text: &str) -> String {
    let text = text.trim_end_matches("+00:00").trim_end_matches("+00").trim_end_matches('Z');
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    };
    text.strip_suffix(" 00:00:00").unwrap_or(text).to_owned()
}

/// `\x6162` as the bytes it means.
fn bytes(text: &str) -> String {
    let Some(digits) = text.strip_prefix("\\x").or_else(|| text.strip_prefix("0x")) else {
        return text.into();
    };
    let pairs = digits.as_bytes().chunks(2);
    let decoded: Option<Vec<u8>> = pairs
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    decoded.map_or_else(|| text.into(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, array: bool, default: DefaultValue) -> Column {
        let ty = SqlType { name: name.into(), array, ..SqlType::default() };
        Column { name: "c".into(), ty, nullable: true, default, generated: None }
    }

    /// Texts that PostgreSQL 15 and TiDB 8.5 report for the same default.
    #[test]
    fn the_same_default_is_the_same_value() {
        let expression = |text: &str| DefaultValue::Expression(text.into());
        let plain = |text: &str| DefaultValue::Literal(text.into());
        for (ty, array, postgres, tidb_type, tidb) in [
            ("varchar", false, "'ab''c\\'::character varying", "varchar", plain("ab'c\\")),
            ("jsonb", false, "'{}'::jsonb", "json", expression("json_object()")),
            ("text", true, "ARRAY[]::text[]", "json", expression("json_array()")),
            ("uuid", false, "gen_random_uuid()", "char", expression("uuid()")),
            ("uuid", false, "public.uuid_generate_v4()", "binary", expression("uuid_to_bin(uuid())")),
            ("bool", false, "true", "tinyint", plain("1")),
            ("numeric", false, "'-1'::integer", "decimal", plain("-1.000")),
            (
                "timestamp",
                false,
                "(now() AT TIME ZONE 'utc'::text)",
                "datetime",
                plain("CURRENT_TIMESTAMP(6)"),
            ),
            (
                "timestamp",
                false,
                "'2000-01-01 00:00:00'::timestamp without time zone",
                "datetime",
                plain("2000-01-01 00:00:00.000000"),
            ),
            ("bit", false, "'101'::\"bit\"", "bit", plain("b'101'")),
            ("bpchar", false, "NULL::bpchar", "char", DefaultValue::Absent),
            ("date", false, "CURRENT_DATE", "date", plain("CURRENT_DATE")),
            ("bytea", false, "'\\x'::bytea", "varbinary", plain("")),
        ] {
            let postgres = column(ty, array, expression(postgres));
            let tidb = column(tidb_type, false, tidb);
            assert_eq!(of_postgres(&postgres), of_tidb(&tidb, &postgres.ty), "{postgres:?}");
        }
    }
}
