//! The texts that the two servers send, read as values of PostgreSQL's type.

use super::value::{Kind, Value};
use mysql::consts::ColumnType;
use postgres::types::{Kind as PgKind, Type};
use serde_json::Value as Json;

impl Kind {
    pub fn of(pg: &Type) -> Kind {
        if let PgKind::Array(element) = pg.kind() {
            return Kind::Array(Box::new(Kind::of(element)));
        }
        if let PgKind::Domain(base) = pg.kind() {
            return Kind::of(base);
        }
        match pg.name() {
            "bool" => Kind::Bool,
            "int2" | "int4" | "int8" | "numeric" | "oid" => Kind::Number,
            "float4" => Kind::Single,
            "float8" => Kind::Float,
            "bpchar" => Kind::Char,
            "json" | "jsonb" => Kind::Json,
            "bytea" => Kind::Bytea,
            "timestamp" | "timestamptz" => Kind::Timestamp,
            "date" => Kind::Date,
            "time" | "timetz" => Kind::Time,
            "uuid" => Kind::Uuid,
            "bit" | "varbit" => Kind::Bit,
            _ => Kind::Text,
        }
    }
}

/// A value as PostgreSQL writes it.
pub fn postgres(kind: &Kind, text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Null };
    let plain = || Value::Text(text.to_owned());
    match kind {
        Kind::Bool => Value::Number(if text == "t" { "1" } else { "0" }.into()),
        Kind::Number => Value::number(text).unwrap_or_else(plain),
        Kind::Float | Kind::Single => text.parse().map_or_else(|_| plain(), Value::Float),
        Kind::Char => Value::Text(text.trim_end_matches(' ').to_owned()),
        Kind::Json => serde_json::from_str(text).map_or_else(|_| plain(), Value::Json),
        Kind::Array(element) => array(element, text).map_or_else(plain, Value::Json),
        Kind::Bytea => text.strip_prefix("\\x").and_then(unhex).map_or_else(plain, Value::Bytes),
        Kind::Timestamp | Kind::Time => Value::Text(moment(text)),
        Kind::Bit => bits(text).map_or_else(plain, Value::Number),
        Kind::Text | Kind::Date | Kind::Uuid => plain(),
    }
}

/// A value as TiDB sends it, where PostgreSQL's is of this kind.
pub fn tidb(kind: &Kind, column: ColumnType, value: &mysql::Value) -> Value {
    let bytes = match value {
        mysql::Value::NULL => return Value::Null,
        mysql::Value::Bytes(bytes) => bytes.as_slice(),
        other => return Value::Text(other.as_sql(true)),
    };
    let number_of_bits = || {
        let number = bytes.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
        Value::Number(number.to_string())
    };
    let lossy = String::from_utf8_lossy(bytes);
    let text = lossy.as_ref();
    let plain = || Value::Text(text.to_owned());
    match kind {
        Kind::Bool if text == "true" || text == "false" => {
            Value::Number(if text == "true" { "1" } else { "0" }.into())
        }
        Kind::Bool if column == ColumnType::MYSQL_TYPE_BIT => number_of_bits(),
        Kind::Bool | Kind::Number => Value::number(text).unwrap_or_else(plain),
        Kind::Float | Kind::Single => text.parse().map_or_else(|_| plain(), Value::Float),
        Kind::Char => Value::Text(text.trim_end_matches(' ').to_owned()),
        Kind::Json | Kind::Array(_) => serde_json::from_str(text).map_or_else(|_| plain(), Value::Json),
        Kind::Bytea => Value::Bytes(bytes.to_vec()),
        Kind::Timestamp | Kind::Time => Value::Text(moment(text)),
        Kind::Uuid if bytes.len() == 16 => Value::Text(uuid(bytes)),
        Kind::Bit if column == ColumnType::MYSQL_TYPE_BIT => number_of_bits(),
        Kind::Bit => bits(text).map_or_else(plain, Value::Number),
        Kind::Text | Kind::Date | Kind::Uuid => plain(),
    }
}

/// A time without the zeros that end its fraction, and without UTC's offset.
fn moment(text: &str) -> String {
    let text = text.strip_suffix("+00").unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
        }
        _ => text.to_owned(),
    }
}

fn bits(text: &str) -> Option<String> {
    u128::from_str_radix(text, 2).ok().map(|number| number.to_string())
}

pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn uuid(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// `{1,{…},"a b",NULL}` as JSON.
pub fn array(element: &Kind, text: &str) -> Option<Json> {
    let from = text.find('{')?; // bounds may stand before it: [0:1]={…}
    let mut chars = text[from..].chars().peekable();
    let value = items(element, &mut chars)?;
    chars.next().is_none().then_some(value)
}

fn items(element: &Kind, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Json> {
    if chars.next() != Some('{') {
        return None;
    }
    let mut values = Vec::new();
    loop {
        match *chars.peek()? {
            '}' => {
                chars.next();
                return Some(Json::Array(values));
            }
            ',' => {
                chars.next();
            }
            '{' => values.push(items(element, chars)?),
            _ => {
                let (text, quoted) = one(chars)?;
                values.push(if !quoted && text == "NULL" { Json::Null } else { json(element, &text) });
            }
        }
    }
}

fn one(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<(String, bool)> {
    let mut text = String::new();
    if chars.peek() == Some(&'"') {
        chars.next();
        loop {
            match chars.next()? {
                '"' => return Some((text, true)),
                '\\' => text.push(chars.next()?),
                other => text.push(other),
            }
        }
    }
    while let Some(next) = chars.peek().filter(|c| !matches!(c, ',' | '}')) {
        text.push(*next);
        chars.next();
    }
    Some((text, false))
}

fn json(kind: &Kind, text: &str) -> Json {
    match kind {
        Kind::Bool => Json::Bool(text == "t"),
        Kind::Number | Kind::Float | Kind::Single | Kind::Json => {
            serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.to_owned()))
        }
        Kind::Timestamp | Kind::Time => Json::String(moment(text)),
        _ => Json::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arrays_become_json() {
        assert_eq!(array(&Kind::Number, "{1,NULL,3}"), Some(json!([1, null, 3])));
        assert_eq!(array(&Kind::Text, r#"{a,"b \"c","NULL"}"#), Some(json!(["a", "b \"c", "NULL"])));
        assert_eq!(array(&Kind::Bool, "{{t},{f}}"), Some(json!([[true], [false]])));
        assert_eq!(moment("2024-01-01 00:00:00.500000+00"), "2024-01-01 00:00:00.5");
    }
}
