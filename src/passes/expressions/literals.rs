//! Literals: the TiDB literal with the value that PostgreSQL reads from a text of a type.

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
    match ty {
        Ty::Text | Ty::Enum | Ty::Unknown | Ty::Json => Ok(Literal::Same),
        Ty::Bool => boolean(text).map(|b| Literal::Expr(Expr::value(Value::Boolean(b)))),
        Ty::Int | Ty::Big if is_integer(text.trim()) => Ok(Literal::Same),
        Ty::Decimal | Ty::Numeric | Ty::Float if is_decimal(text.trim()) => Ok(Literal::Same),
        Ty::Int | Ty::Big | Ty::Decimal | Ty::Numeric | Ty::Float => {
            Err(format!("the number '{}'", shown(text)))
        }
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
        Ty::Bit | Ty::Other(_) => Err(format!("the {} value '{}'", ty.name(), shown(text))),
    }
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

/// A date with the year first, in either's words: PostgreSQL also takes slashes.
fn dashed(text: &str) -> Cow<'_, str> {
    let slashes =
        text.len() >= 8 && text.as_bytes()[4] == b'/' && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if slashes { text.replacen('/', "-", 2).into() } else { text.into() }
}

fn are_digits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
}

/// How many digits follow one another there.
fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count()
}

/// `YYYY-MM-DD`, which both read alike.
fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if digits(bytes, 0) != 4 || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let month = digits(bytes, 5);
    let day = digits(bytes, 6 + month);
    matches!((month, day), (1..=2, 1..=2))
        && bytes.get(5 + month) == Some(&b'-')
        && bytes.len() == 6 + month + day
}

fn date(text: &str) -> Option<Cow<'_, str>> {
    let text = dashed(text.trim());
    let short = text.len() > 10 && text.as_bytes()[10] == b' ';
    let day = if short { cut(text, 10) } else { text };
    is_iso_date(&day).then_some(day)
}

/// The first `len` bytes of a text.
fn cut(text: Cow<'_, str>, len: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => text.get(..len).unwrap_or(text).into(),
        Cow::Owned(mut text) => {
            text.truncate(len);
            text.into()
        }
    }
}

/// A time of day, without the blanks around it.
fn time(text: &str) -> Option<&str> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let (mut at, mut parts) = (0, 0);
    loop {
        let part = digits(bytes, at);
        if !matches!(part, 1..=2) {
            return None;
        }
        (at, parts) = (at + part, parts + 1);
        if bytes.get(at) != Some(&b':') {
            break;
        }
        at += 1;
    }
    let fraction = match bytes.get(at) {
        Some(b'.') => 1 + digits(bytes, at + 1),
        _ => 0,
    };
    (matches!(parts, 2 | 3) && fraction != 1 && at + fraction == bytes.len()).then_some(text)
}

/// Date and time, and the offset if it may have one. PostgreSQL ignores an offset where the type has no zone.
fn timestamp(text: &str, zoned: bool) -> Option<Cow<'_, str>> {
    let text = dashed(text.trim());
    if is_iso_date(&text) {
        return Some(text);
    }
    let between = text.bytes().position(|b| matches!(b, b' ' | b'T' | b't'))?;
    let (day, rest) = (&text[..between], text[between + 1..].trim_start());
    let end = rest.bytes().position(|c| !(c.is_ascii_digit() || c == b':' || c == b'.'));
    let (clock, offset) = rest.split_at(end.unwrap_or(rest.len()));
    if !is_iso_date(day) || time(clock).is_none() {
        return None;
    }
    let (sign, hours, minutes) = match self::offset(offset.trim())? {
        None => return Some(text),
        Some(offset) => offset,
    };
    let mut out = String::with_capacity(text.len() + 6);
    for part in [day, " ", clock] {
        out.push_str(part);
    }
    if zoned {
        out.push(sign);
        for part in [if hours.len() < 2 { "0" } else { "" }, hours, ":", minutes] {
            out.push_str(part);
        }
    }
    Some(out.into())
}

/// Sign, hours and minutes of an offset, which TiDB reads as `+hh:mm`; `Some(None)` where there is none.
fn offset(text: &str) -> Option<Option<(char, &str, &str)>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["z", "utc", "gmt", "zulu"].iter().any(|zone| text.eq_ignore_ascii_case(zone)) {
        return Some(Some(('+', "00", "00")));
    }
    let rest = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "00"),
    };
    if !are_digits(hours, 2) || !are_digits(minutes, 2) || minutes.len() != 2 {
        return None;
    }
    // TiDB takes no minus before zero.
    let zero = hours.bytes().all(|b| b == b'0') && minutes == "00";
    Some(Some((if zero || text.starts_with('+') { '+' } else { '-' }, hours, minutes)))
}

fn timestamptz<'t>(cx: &Cx<'_>, text: &'t str) -> Result<Cow<'t, str>, String> {
    let found = timestamp(text, true).ok_or_else(|| format!("the timestamp '{}'", shown(text)))?;
    let year: u32 = found.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    if cx.options.timestamptz == TimestamptzAs::Timestamp && !(1970..=2038).contains(&year) {
        return Err(format!("the timestamp '{}' in a TIMESTAMP, which holds 1970 to 2038", shown(text)));
    }
    let has_offset = found.split_once(' ').is_some_and(|(_, clock)| clock.contains(['+', '-']));
    if cx.options.timestamptz == TimestamptzAs::Datetime && has_offset {
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
    fn times_are_read_as_postgresql_reads_them() {
        let zoned = |text| timestamp(text, true);
        assert_eq!(zoned("2020-01-01 10:00:00+02").as_deref(), Some("2020-01-01 10:00:00+02:00"));
        assert_eq!(zoned("2020-01-01T10:00:00Z").as_deref(), Some("2020-01-01 10:00:00+00:00"));
        assert_eq!(zoned("2020-01-01 10:00-00").as_deref(), Some("2020-01-01 10:00+00:00"));
        assert_eq!(zoned("infinity"), None);
        assert_eq!(timestamp("2020-01-01 10:00+02", false).as_deref(), Some("2020-01-01 10:00"));
        assert_eq!(date("2020-01-01 10:00").as_deref(), Some("2020-01-01"));
        assert_eq!(date("01/02/2020"), None);
        assert_eq!(date("2020/1/2").as_deref(), Some("2020-1-2"));
        assert_eq!(time("10:00 PM"), None);
    }

    #[test]
    fn bytes_have_two_forms() {
        assert_eq!(bytes("\\xDEad").as_deref(), Ok("DEad"));
        assert_eq!(bytes("a\\000\\\\").as_deref(), Ok("61005C"));
        assert!(bytes("\\9").is_err());
    }

    #[test]
    fn words_for_true_and_false() {
        assert_eq!(boolean(" T "), Ok(true));
        assert_eq!(boolean("of"), Ok(false));
        assert!(boolean("o").is_err());
    }
}
