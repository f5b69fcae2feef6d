//! Values that both servers gave, in one form in which they can be compared.

use serde_json::Value as Json;
use std::fmt;
use std::time::SystemTime;

/// What a PostgreSQL column holds, as far as comparing goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Bool,
    Number,
    Float,
    Single,
    Text,
    /// Blank-padded.
    Char,
    Json,
    Array(Box<Kind>),
    Bytea,
    Timestamp,
    Date,
    Time,
    Uuid,
    Bit,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    /// A decimal in its only spelling: no leading or trailing zeros.
    Number(String),
    Float(f64),
    Text(String),
    Json(Json),
    Bytes(Vec<u8>),
}

impl Value {
    pub fn number(text: &str) -> Option<Value> {
        decimal(text).map(Value::Number)
    }
}

/// The only spelling of a decimal: sign, digits without zeros around them, exponent of the last digit.
pub fn decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent - i64::try_from(fraction.len()).ok()?;
    let significant = all.trim_start_matches('0');
    let short = significant.trim_end_matches('0');
    if short.is_empty() {
        return Some("0".into());
    }
    let exponent = exponent + i64::try_from(significant.len() - short.len()).ok()?;
    let sign = if negative { "-" } else { "" };
    Some(match exponent {
        0..=40 => format!("{sign}{short}{}", "0".repeat(usize::try_from(exponent).ok()?)),
        -60..0 => {
            let places = usize::try_from(-exponent).ok()?;
            let padded = format!("{short:0>width$}", width = places + 1);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
        _ => format!("{sign}{short}e{exponent}"),
    })
}

/// Whether two values of a column of this kind are the same. TiDB shows six digits of a FLOAT.
pub fn same(kind: &Kind, one: &Value, other: &Value, shift: Shift) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => {
            close(*one, *other, if *kind == Kind::Single { 5e-6 } else { 1e-9 })
        }
        (Value::Json(one), Value::Json(other)) => same_json(one, other),
        (Value::Text(one_text), Value::Text(other_text)) if matches!(kind, Kind::Timestamp | Kind::Text) => {
            one_text == other_text
                || shape(one_text) == shape(other_text)
                    && (both_now(one_text, other_text) || shift.explains(one_text, other_text))
        }
        _ => one == other,
    }
}

fn close(one: f64, other: f64, tolerance: f64) -> bool {
    one == other
        || one.is_nan() && other.is_nan()
        || (one - other).abs() <= tolerance * one.abs().max(other.abs()).max(f64::MIN_POSITIVE)
}

fn same_json(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(a), Json::Number(b)) => {
            a == b || a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| close(a, b, 1e-12))
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
        }
        _ => one == other,
    }
}

/// How much later TiDB ran the same statements: by so many seconds are times apart that are made from the present.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shift {
    seconds: i64,
    /// How far from that they may be: the statements of a case do not all take as long on both.
    slack: i64,
}

impl Shift {
    /// From when PostgreSQL and TiDB ran a statement, in a case that PostgreSQL ran from `began` to `ended`.
    pub fn between(one: SystemTime, other: SystemTime, began: SystemTime, ended: SystemTime) -> Shift {
        let seconds = |from: SystemTime, to: SystemTime| {
            to.duration_since(from).map_or(0, |gone| i64::try_from(gone.as_secs()).unwrap_or(i64::MAX))
        };
        Shift { seconds: seconds(one, other), slack: 5 + seconds(began, ended) }
    }

    /// Whether two times were made from the present by the same calculation. Only a distance that stands out proves that.
    fn explains(self, one: &str, other: &str) -> bool {
        let apart = seconds(one).zip(seconds(other)).map(|(one, other)| other - one);
        self.seconds > self.slack && apart.is_some_and(|apart| (apart - self.seconds).abs() <= self.slack)
    }
}

/// A time with its digits made alike and its fraction left out.
fn shape(text: &str) -> String {
    let mut fraction = false;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        fraction = c == '.' || fraction && c.is_ascii_digit();
        if !fraction {
            kept.push(if c.is_ascii_digit() { '0' } else { c });
        }
    }
    kept
}

/// Both are within a quarter of an hour of the present: the two servers' own now().
fn both_now(one: &str, other: &str) -> bool {
    let now = SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(0));
    let near = |text: &str| seconds(text).is_some_and(|seconds| (seconds - now).abs() < 900);
    near(one) && near(other)
}

/// Seconds since 1970 of `2024-01-02 03:04:05`.
fn seconds(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// Whether two sets of rows are the same, in this order or in any.
pub fn same_rows(
    kinds: &[Kind],
    one: &[Vec<Value>],
    other: &[Vec<Value>],
    ordered: bool,
    shift: Shift,
) -> bool {
    let row = |a: &Vec<Value>, b: &Vec<Value>| {
        a.len() == b.len()
            && a.len() == kinds.len()
            && kinds.iter().zip(a.iter().zip(b)).all(|(kind, (a, b))| same(kind, a, b, shift))
    };
    if one.len() != other.len() {
        return false;
    }
    if one.iter().zip(other).all(|(a, b)| row(a, b)) {
        return true;
    }
    if ordered {
        return false;
    }
    if one.len() <= 300 {
        let mut left: Vec<&Vec<Value>> = other.iter().collect();
        return one.iter().all(|a| match left.iter().position(|b| row(a, b)) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        });
    }
    let sorted = |rows: &[Vec<Value>]| {
        let mut keyed: Vec<(String, Vec<Value>)> =
            rows.iter().map(|row| (row.iter().map(|v| format!("{v}|")).collect(), row.clone())).collect();
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        keyed.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
    };
    sorted(one).iter().zip(&sorted(other)).all(|(a, b)| row(a, b))
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Number(text) => f.write_str(text),
            Value::Float(number) => write!(f, "{number:?}"),
            Value::Text(text) => write!(f, "{:?}", text.chars().take(300).collect::<String>()),
            Value::Json(json) => write!(f, "json {json}"),
            Value::Bytes(bytes) => write!(f, "{} bytes {:x?}", bytes.len(), &bytes[..bytes.len().min(40)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_spelling() {
        let pairs = [
            ("1.50", "1.5"),
            ("-0.0", "0"),
            ("1e3", "1000"),
            ("0012", "12"),
            ("2.5e-3", "0.0025"),
            ("+7", "7"),
        ];
        for (text, spelled) in pairs {
            assert_eq!(decimal(text).as_deref(), Some(spelled));
        }
        assert_eq!(decimal("NaN"), None);
        assert_eq!(seconds("1970-01-02 00:00:01"), Some(86_401));
    }

    #[test]
    fn the_present_moves_on() {
        let shift = Shift { seconds: 90, slack: 5 };
        assert!(shift.explains("2024-01-01 00:00:00", "2024-01-01 00:01:31.5"));
        assert!(!shift.explains("2024-01-01 00:00:00", "2024-01-01 00:03:00"));
        let close = Shift { seconds: 3, slack: 5 };
        assert!(!close.explains("2024-01-01 00:00:00.5", "2024-01-01 00:00:00.6"));
    }

    #[test]
    fn rows_are_a_multiset_unless_ordered() {
        let row = |text: &str| vec![Value::Text(text.into())];
        let (one, other) = ([row("a"), row("b")], [row("b"), row("a")]);
        assert!(same_rows(&[Kind::Text], &one, &other, false, Shift::default()));
        assert!(!same_rows(&[Kind::Text], &one, &other, true, Shift::default()));
        assert!(!same_rows(&[Kind::Text], &one, &[row("a"), row("a")], false, Shift::default()));
    }
}
