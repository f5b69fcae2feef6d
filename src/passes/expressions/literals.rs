//! Literals: the TiDB literal with the value that PostgreSQL reads from a text of a type.

use super::functions::template;
use super::literal_times::{date, time, timestamp};
use super::networks;
use super::types::Ty;
use crate::config::{TimestamptzAs, UuidAs};
use crate::passes::Cx;
use crate::syntax::names;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    Value,
};
use std::borrow::Cow;

/// What a text becomes as a value of a type.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one at a time, on its way into a tree")]
pub enum Literal {
    /// The text as it stands.
    Same,
    /// Another text.
    Text(String),
    Expr(Expr),
}

impl Literal {
    fn of(value: Cow<'_, str>, text: &str) -> Literal {
        if value == text { Literal::Same } else { Literal::Text(value.into_owned()) }
    }
}

/// A string literal of the tree.
pub fn string(text: impl Into<String>) -> Expr {
    let text = text.into();
    Expr::value(Value::SingleQuotedString(if text.contains("''") || text.contains("\\'") {
        escaped(&text)
    } else {
        text
    }))
}

/// sqlparser's printer takes two quotes in a row, and a quote behind a backslash, for escaped already.
fn escaped(text: &str) -> String {
    text.replace('\'', "''")
}

pub fn number(text: impl Into<String>) -> Expr {
    Expr::value(Value::Number(text.into(), false))
}

/// A call of a function.
pub fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// The value of a string literal of any form; `None` for other literals.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::SingleQuotedString(text)
        | Value::EscapedStringLiteral(text)
        | Value::UnicodeStringLiteral(text)
        | Value::NationalStringLiteral(text) => Some(text.clone()),
        Value::DollarQuotedString(text) => Some(text.value.clone()),
        _ => None,
    }
}

/// Reads `text` as PostgreSQL reads a value of the type. `Err` says what can't be said on TiDB.
pub fn typed(cx: &Cx<'_>, text: &str, ty: &Ty) -> Result<Literal, String> {
    if matches!(ty, Ty::Date | Ty::Timestamp | Ty::Timestamptz)
        && let Some(moment) = worded_moment(cx, text, ty)
    {
        return Ok(moment);
    }
    match ty {
        Ty::Text | Ty::Enum | Ty::Unknown | Ty::Json => Ok(Literal::Same),
        Ty::Bool => boolean(text).map(|b| Literal::Expr(Expr::value(Value::Boolean(b)))),
        Ty::Int | Ty::Big | Ty::Decimal | Ty::Numeric | Ty::Float => number_of(text, ty),
        Ty::Date => match date(text) {
            Some(date) => Ok(Literal::of(date, text)),
            None => Err(format!("the date '{}'", shown(text))),
        },
        Ty::Time => match time(text) {
            Some(time) => Ok(Literal::of(time.into(), text)),
            None => Err(format!("the time '{}'", shown(text))),
        },
        Ty::Timestamp => match timestamp(text, false) {
            Some(time) => Ok(Literal::of(time, text)),
            None => Err(format!("the timestamp '{}'", shown(text))),
        },
        Ty::Timestamptz => timestamptz(cx, text).map(|time| Literal::of(time, text)),
        Ty::Uuid => uuid(text).map(|uuid| match cx.options.uuid {
            UuidAs::Char36 => Literal::of(uuid, text),
            UuidAs::Binary16 => Literal::Expr(call("UUID_TO_BIN", vec![string(uuid)])),
        }),
        Ty::Bytea => bytes(text).map(|hex| Literal::Expr(Expr::value(Value::HexStringLiteral(hex)))),
        Ty::Array(element) => super::arrays::json(cx, text, element).map(Literal::Text),
        Ty::Bit if !text.is_empty() && text.bytes().all(|b| matches!(b, b'0' | b'1')) => {
            Ok(Literal::Expr(Expr::value(Value::SingleQuotedByteStringLiteral(text.to_string()))))
        }
        Ty::Interval => match super::intervals::Interval::read(text) {
            Some(interval) => Ok(Literal::Text(interval.to_string())),
            None => Err(format!("the interval '{}'", shown(text))),
        },
        Ty::Other(name) if networks::is_address(name) => match networks::canonical(name, text) {
            Some(address) => Ok(Literal::of(address.into(), text)),
            None => Err(format!("the {name} value '{}'", shown(text))),
        },
        Ty::Bit | Ty::Other(_) => Err(format!("the {} value '{}'", ty.name(), shown(text))),
    }
}

/// A text as a number.
fn number_of(text: &str, ty: &Ty) -> Result<Literal, String> {
    let digits = text.trim();
    let known = if matches!(ty, Ty::Int | Ty::Big) { is_integer(digits) } else { is_decimal(digits) };
    match ty {
        _ if !known => Err(format!("the number '{}'", shown(text))),
        Ty::Decimal | Ty::Numeric if is_too_fine(digits) => {
            Err(format!("the number '{}', which has more digits than a DECIMAL,", shown(text)))
        }
        Ty::Float if !is_double(digits) => {
            Err(format!("the number '{}', which is out of range,", shown(text)))
        }
        _ => Ok(Literal::Same),
    }
}

/// `today`, `now`, `epoch`. PostgreSQL reads the present where the statement is read, which is when it runs only where nothing
/// keeps it.
fn worded_moment(cx: &Cx<'_>, text: &str, ty: &Ty) -> Option<Literal> {
    if !text.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let word = text.trim().to_ascii_lowercase();
    if word == "epoch" {
        let text = match ty {
            Ty::Date => "1970-01-01".to_owned(),
            Ty::Timestamp => "1970-01-01 00:00:00".to_owned(),
            _ => timestamptz(cx, "1970-01-01 00:00:00+00").ok()?.into_owned(),
        };
        return Some(Literal::Text(text));
    }
    let sql = match (word.as_str(), ty) {
        ("now", Ty::Date) | ("today", Ty::Date) => "CURRENT_DATE",
        ("yesterday", Ty::Date) => "(CURRENT_DATE - INTERVAL 1 DAY)",
        ("tomorrow", Ty::Date) => "(CURRENT_DATE + INTERVAL 1 DAY)",
        ("now", _) => "CURRENT_TIMESTAMP(6)",
        ("today", _) => "CAST(CURRENT_DATE AS DATETIME(6))",
        ("yesterday", _) => "CAST(CURRENT_DATE - INTERVAL 1 DAY AS DATETIME(6))",
        ("tomorrow", _) => "CAST(CURRENT_DATE + INTERVAL 1 DAY AS DATETIME(6))",
        _ => return None,
    };
    cx.runs_once().then(|| template::filled(sql, &[])).flatten().map(Literal::Expr)
}

/// The beginning of a text, for messages.
pub fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace('\n', " ")
}

pub fn boolean(text: &str) -> Result<bool, String> {
    let word = text.trim().to_ascii_lowercase();
    let is = |full: &str, least: usize| word.len() >= least && full.starts_with(&word);
    if is("true", 1) || is("yes", 1) || word == "on" || word == "1" {
        Ok(true)
    } else if is("false", 1) || is("no", 1) || is("off", 2) || word == "0" {
        Ok(false)
    } else {
        Err(format!("the boolean '{}'", shown(text)))
    }
}

/// Whether TiDB's DECIMAL rounds the number: it has at most thirty digits after the point, and 65 in all.
pub fn is_too_fine(number: &str) -> bool {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = whole.trim_start_matches(['-', '+', '0']);
    let fraction = fraction.trim_end_matches('0');
    let count = |digits: &str| i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let (before, after) = (count(whole) + exponent, count(fraction) - exponent);
    let zero = !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    !zero && (after > 30 || before.max(0) + after.max(0) > 65)
}

/// The number as a `real` holds it, said so exactly that a double has the same value; `None` where it is the same already.
pub fn as_single(number: &str) -> Option<String> {
    let single = f64::from(number.parse::<f32>().ok()?);
    let plain = single == 0.0 || (1e-5..1e15).contains(&single.abs());
    let differs = single.is_finite() && number.parse::<f64>().is_ok_and(|value| value != single);
    differs.then(|| if plain { single.to_string() } else { format!("{single:e}") })
}

/// Whether a double precision holds the number: it is neither too large nor so small that zero is left of it.
fn is_double(number: &str) -> bool {
    let zero = !number.split(['e', 'E']).next().unwrap_or("").bytes().any(|b| matches!(b, b'1'..=b'9'));
    number.parse::<f64>().is_ok_and(|value| value.is_finite() && (zero || value != 0.0))
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    (!whole.is_empty() || !part.is_empty())
        && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit())
        && is_integer(exponent)
}

fn timestamptz<'t>(cx: &Cx<'_>, text: &'t str) -> Result<Cow<'t, str>, String> {
    let found = timestamp(text, true).ok_or_else(|| format!("the timestamp '{}'", shown(text)))?;
    let year: u32 = found.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    if cx.options.timestamptz == TimestamptzAs::Timestamp && !(1970..=2038).contains(&year) {
        return Err(format!("the timestamp '{}' in a TIMESTAMP, which holds 1970 to 2038", shown(text)));
    }
    if cx.options.timestamptz == TimestamptzAs::Datetime
        && found.split_once(' ').is_some_and(|(_, clock)| clock.contains(['+', '-']))
    {
        let instant = super::instants::in_utc(&found).map(Cow::Owned);
        return instant.ok_or_else(|| format!("the timestamp '{}'", shown(text)));
    }
    Ok(found)
}

/// The form in which PostgreSQL prints it.
pub fn uuid(text: &str) -> Result<Cow<'_, str>, String> {
    let text = text.trim();
    let printed = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    if text.len() == 36 && text.bytes().enumerate().all(printed) {
        return Ok(text.into());
    }
    let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    // PostgreSQL takes a hyphen behind any four digits, and nowhere else.
    let mut digits = 0;
    for byte in inner.bytes() {
        match byte {
            b'-' if digits > 0 && digits % 4 == 0 => {}
            b'-' => return Err(format!("the uuid '{}'", shown(text))),
            _ => digits += 1,
        }
    }
    let hex: String = inner.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(format!("the uuid '{}'", shown(text)));
    }
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]).into())
}

/// The bytes in hexadecimal, from either of PostgreSQL's forms.
fn bytes(text: &str) -> Result<String, String> {
    if let Some(hex) = text.strip_prefix("\\x") {
        let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len().is_multiple_of(2) && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(digits);
        }
        return Err("the bytea value".into());
    }
    let mut out = String::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let byte = match (byte, rest) {
            (b'\\', [b'\\', after @ ..]) => {
                rest = after;
                b'\\'
            }
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                rest = after;
                (a - b'0') * 64 + (b - b'0') * 8 + (c - b'0')
            }
            (b'\\', _) => return Err("the bytea value".into()),
            (byte, _) => byte,
        };
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase();
        out.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    Ok(out)
}

/// Whether the name of a type says a text type that keeps what is written.
pub fn holds_text(data_type: &sqlparser::ast::DataType) -> bool {
    use sqlparser::ast::DataType as D;
    matches!(
        data_type,
        D::Text
            | D::TinyText
            | D::MediumText
            | D::LongText
            | D::Varchar(_)
            | D::CharacterVarying(_)
            | D::CharVarying(_)
            | D::Char(_)
            | D::Character(_)
    )
}

/// The last part of a function's name, folded; `None` where its schema is not PostgreSQL's own.
pub fn function_name(function: &Function) -> Option<String> {
    let mut parts: Vec<String> = names::parts(&function.name).map(names::folded).collect();
    let last = parts.pop()?;
    parts.iter().all(|schema| schema == "pg_catalog" || schema == "public").then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_two_forms() {
        assert_eq!(bytes("\\xDEad").as_deref(), Ok("DEad"));
        assert_eq!(bytes("a\\000\\\\").as_deref(), Ok("61005C"));
        assert!(bytes("\\9").is_err());
    }

    #[test]
    fn digits_that_a_decimal_has_not() {
        assert!(["1e-31", "0.0000000000000000000000000000001", "1e70"].into_iter().all(is_too_fine));
        assert!(
            !["1e-30", "1e20", "0e99", "12.50", "-1.000000000000000000000000000000000"]
                .into_iter()
                .any(is_too_fine)
        );
    }

    #[test]
    fn words_for_true_and_false() {
        assert_eq!(boolean(" T "), Ok(true));
        assert_eq!(boolean("of"), Ok(false));
        assert!(boolean("o").is_err());
    }
}
