//! The ends of partitions as TiDB writes and orders them.

use crate::syntax::ddl::Datum;
use sqlparser::ast::{DataType, Expr, UnaryOperator, Value};

/// How a column of a partition key is compared on TiDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Date,
    DateTime,
    /// An instant, as its seconds.
    Seconds,
    Text,
    Bool,
}

/// A value of a partition key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Min,
    Whole(i128),
    Text(String),
    Null,
    Max,
}

/// `None` for types that TiDB does not partition by.
pub fn kind(tidb: &DataType) -> Option<Kind> {
    use DataType as T;
    Some(match tidb {
        T::TinyInt(Some(1)) | T::Bool | T::Boolean => Kind::Bool,
        T::TinyInt(_) | T::SmallInt(_) | T::MediumInt(_) | T::Int(_) | T::Integer(_) | T::BigInt(_) => {
            Kind::Whole
        }
        T::Int2(_) | T::Int4(_) | T::Int8(_) => Kind::Whole,
        T::Date => Kind::Date,
        T::Datetime(_) => Kind::DateTime,
        T::Timestamp(..) => Kind::Seconds,
        T::Char(_) | T::Character(_) | T::Varchar(_) | T::CharVarying(_) | T::CharacterVarying(_) => {
            Kind::Text
        }
        _ => return None,
    })
}

/// The value that an end of a partition says.
pub fn end(datum: &Datum, kind: Kind) -> Result<End, String> {
    match datum {
        Datum::MinValue => Ok(End::Min),
        Datum::MaxValue => Ok(End::Max),
        Datum::Value(expr) => value(expr, kind).ok_or_else(|| format!("TiDB can't compare with {expr}")),
    }
}

fn value(expr: &Expr, kind: Kind) -> Option<End> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => value(inner, kind),
        Expr::TypedString(typed) => text(&typed.value.value, kind),
        Expr::Value(found) => match &found.value {
            Value::Null => Some(End::Null),
            Value::Boolean(is) if kind == Kind::Bool => Some(End::Whole(i128::from(*is))),
            Value::Number(number, _) if kind == Kind::Whole => number.parse().ok().map(End::Whole),
            value => text(value, kind),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } if kind == Kind::Whole => match value(expr, kind)? {
            End::Whole(number) => Some(End::Whole(-number)),
            _ => None,
        },
        _ => None,
    }
}

fn text(value: &Value, kind: Kind) -> Option<End> {
    let (Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text)) = value else { return None };
    let text = text.trim();
    match kind {
        Kind::Whole => text.parse().ok().map(End::Whole),
        Kind::Bool => match text.to_ascii_lowercase().as_str() {
            "t" | "true" | "yes" | "on" | "1" => Some(End::Whole(1)),
            "f" | "false" | "no" | "off" | "0" => Some(End::Whole(0)),
            _ => None,
        },
        Kind::Text => match value {
            Value::SingleQuotedString(exact) => Some(End::Text(exact.clone())),
            _ => None,
        },
        Kind::Date => {
            let moment = Moment::read(text)?;
            Some(End::Text(moment.date()))
        }
        Kind::DateTime => {
            let moment = Moment::read(text)?;
            Some(End::Text(format!("{} {}", moment.date(), moment.time())))
        }
        Kind::Seconds => Moment::read(text)?.seconds().map(End::Whole),
    }
}

/// A date and time as ISO 8601 writes it, with its zone's offset in seconds.
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    clock: [i64; 3],
    fraction: String,
    offset: i64,
}

impl Moment {
    fn read(text: &str) -> Option<Moment> {
        let (date, rest) = text.split_at_checked(10)?;
        let mut parts = date
            .split('-')
            .map(|part| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i64>().ok()).flatten());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || parts.next().is_some() {
            return None;
        }
        let mut moment = Moment { year, month, day, clock: [0; 3], fraction: String::new(), offset: 0 };
        let rest = rest.trim_start_matches(['T', ' ']);
        let zone = rest.find(['+', '-', 'Z', ' ']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(zone);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        moment.fraction = fraction.trim_end_matches('0').to_string();
        if !clock.is_empty() {
            for (n, part) in clock.split(':').enumerate() {
                *moment.clock.get_mut(n)? = part.parse().ok()?;
            }
        }
        moment.offset = offset(zone.trim())?;
        (moment.clock[0] < 24 && moment.clock[1] < 60 && moment.clock[2] < 60).then_some(moment)
    }

    fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    fn time(&self) -> String {
        let [hour, minute, second] = self.clock;
        let dot = if self.fraction.is_empty() { "" } else { "." };
        format!("{hour:02}:{minute:02}:{second:02}{dot}{}", self.fraction)
    }

    /// Since 1970, if it is a whole number.
    fn seconds(&self) -> Option<i128> {
        if !self.fraction.is_empty() {
            return None;
        }
        // Days of the proleptic Gregorian calendar, years beginning in March.
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let [hour, minute, second] = self.clock;
        Some(i128::from(days * 86_400 + hour * 3600 + minute * 60 + second - self.offset))
    }
}

/// `+02`, `-05:30`, `Z`, `UTC` or nothing.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first() {
        None => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) if ["z", "utc", "gmt"].iter().any(|name| zone.eq_ignore_ascii_case(name)) => return Some(0),
        Some(_) => return None,
    };
    let mut parts = zone[1..].split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next().unwrap_or(Some(0))?);
    Some(sign * (hours * 3600 + minutes * 60))
}

/// The end as TiDB's statement says it.
pub fn written(end: &End) -> String {
    match end {
        End::Min => "MINVALUE".into(),
        End::Max => "MAXVALUE".into(),
        End::Null => "NULL".into(),
        End::Whole(number) => number.to_string(),
        End::Text(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_become_seconds() {
        let seconds = |text: &str| Moment::read(text).and_then(|moment| moment.seconds());
        assert_eq!(seconds("1970-01-01"), Some(0));
        assert_eq!(seconds("2024-01-01 00:00:00+00"), Some(1_704_067_200));
        assert_eq!(seconds("2024-02-29T12:30:15+02:00"), Some(1_709_202_615));
        assert_eq!(seconds("2024-02-29 12:30:15.5"), None);
        assert_eq!(seconds("2024-13-01"), None);
        assert_eq!(seconds("now"), None);
    }
}
