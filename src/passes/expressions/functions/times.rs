//! The present, parts of dates, and dates from parts.

use super::super::Untranslatable;
use super::super::literals::{self, call, string};
use super::super::types::Ty;
use super::super::walk::Walk;
use super::formats::{self, Piece};
use super::readings::{self, Parts, Reading};
use super::row::{Call, Row, rows};
use super::{template, units, whole, word};
use sqlparser::ast::{DataType, Expr, TimezoneInfo, TypedString, Value, ValueWithSpan};

type Made = Result<Expr, Untranslatable>;

pub static ROWS: &[Row] = rows! {
    "now" () Timestamptz: "CURRENT_TIMESTAMP(6)";
    "transaction_timestamp" () Timestamptz: "CURRENT_TIMESTAMP(6)";
    "statement_timestamp" () Timestamptz: "CURRENT_TIMESTAMP(6)";
    "clock_timestamp" () Timestamptz: "CURRENT_TIMESTAMP(6)";
    "current_timestamp" () Timestamptz: "CURRENT_TIMESTAMP(6)";
    "localtimestamp" () Timestamp: "CURRENT_TIMESTAMP(6)";
    "current_timestamp" (Count) Timestamptz: "=";
    "localtimestamp" (Count) Timestamp: "CURRENT_TIMESTAMP($1)";
    "current_date" () Date: "=";
    "localtime" () Clock: "CURRENT_TIME(6)";
    "date" (Moment) Date: "=";
    "date_trunc" (Words, Moment) First: "CAST(DATE_FORMAT($2, '%Y-%m-01') AS DATETIME(6)), by unit" by date_trunc;
    "date_part" (Words, Moment) Float: "EXTRACT(… FROM $2)" by date_part;
    "date_part" (Words, Clock) Float: "EXTRACT(… FROM $2)" by date_part;
    "to_char" (Moment, Words) Text: "DATE_FORMAT($1, 'format')" by to_char;
    "to_date" (Word, Words) Date: "the date, calculated by TiDB: CAST(STR_TO_DATE($1, 'format') AS DATE)" by to_date;
    "to_date" (Text, Words) Date: "CAST(STR_TO_DATE($1, 'format') AS DATE)" by to_date,
        differs "a text that is not of this format gives NULL on TiDB instead of an error";
    "to_timestamp" (Word, Words) Timestamptz: "CAST(STR_TO_DATE($1, 'format') AS DATETIME(6))" by to_timestamp;
    "to_timestamp" (Text, Words) Timestamptz: "CAST(STR_TO_DATE($1, 'format') AS DATETIME(6))" by to_timestamp,
        differs "a text that is not of this format gives NULL on TiDB instead of an error";
    "to_timestamp" (Number) Timestamptz: "CAST('1970-01-01' AS DATETIME(6)) + INTERVAL $1 SECOND, or FROM_UNIXTIME($1)" by of_epoch;
    "date_bin" (Words, Moment, Moment) Timestamptz: "$3 + INTERVAL … MICROSECOND, a whole number of strides" by date_bin;
    "make_date" (Int, Int, Int) Date: "DATE 'y-m-d', or CAST(CONCAT_WS('-', $1, $2, $3) AS DATE)" by make_date;
    "make_timestamp" (Int, Int, Int, Int, Int, Number) Timestamp: "TIMESTAMP 'y-m-d h:m:s'" by make_timestamp;
    "make_timestamptz" (Int, Int, Int, Int, Int, Number) Timestamptz: "TIMESTAMP 'y-m-d h:m:s'" by make_timestamp;
    "make_time" (Int, Int, Number) Clock: "TIME 'h:m:s'" by make_time;
    "isfinite" (Moment) Bool: "($1 IS NOT NULL OR NULL)";
};

fn filled(walk: &Walk<'_, '_>, call: &Call, sql: &str, args: &[Expr]) -> Made {
    template::filled(sql, args)
        .map_or_else(|| walk.refuse(&call.at, format!("the function {}", call.name)), Ok)
}

fn date_trunc(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let unit = word(&call.args[0]).unwrap_or_default().to_lowercase();
    call.ty = Some(if call.types.get(1) == Some(&Ty::Timestamp) { Ty::Timestamp } else { Ty::Timestamptz });
    match units::truncated(&unit) {
        Some(sql) => filled(walk, call, sql, &call.args[1..]),
        None => walk.refuse(&call.at, format!("the function date_trunc to {unit}")),
    }
}

fn date_part(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let name = word(&call.args[0]).unwrap_or_default().to_lowercase();
    let ty = call.types.get(1).cloned().unwrap_or(Ty::Unknown);
    match units::field(&name, &ty) {
        Some(sql) => filled(walk, call, sql, &call.args[1..]),
        None => walk.refuse(&call.at, format!("the function date_part of {name}")),
    }
}

fn to_char(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let format = word(&call.args[1]).unwrap_or_default();
    let pieces = match formats::pieces(&format) {
        Ok(pieces) => pieces,
        Err(pattern) => {
            return walk.refuse(&call.at, format!("the pattern {pattern} in the format '{format}'"));
        }
    };
    let mut made = Vec::with_capacity(pieces.len());
    for piece in pieces {
        made.push(match piece {
            Piece::Format(text) if !text.contains('%') => string(text),
            Piece::Format(text) => self::call("DATE_FORMAT", vec![call.args[0].clone(), string(text)]),
            Piece::Made(sql) => filled(walk, call, sql, &call.args)?,
        });
    }
    let literal = |expr: &Expr| matches!(expr, Expr::Value(_));
    Ok(match made.len() {
        0 => string(""),
        1 if !literal(&made[0]) => made.remove(0),
        _ => self::call("CONCAT", made),
    })
}

/// The last whole number of strides after the origin.
fn date_bin(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let stride = word(&call.args[0]).and_then(|text| super::super::intervals::Interval::read(&text));
    let Some(size) =
        stride.filter(|stride| stride.months == 0).and_then(|stride| stride.micros()).filter(|n| *n > 0)
    else {
        return walk.refuse(&call.at, "date_bin with this stride");
    };
    if call.types[1..].iter().all(|ty| *ty == Ty::Timestamp) {
        call.ty = Some(Ty::Timestamp);
    }
    let (time, origin) = (call.args[1].clone(), call.args[2].clone());
    if !super::super::division::may_repeat(&time) || !super::super::division::may_repeat(&origin) {
        return walk.refuse(&call.at, "date_bin of these times");
    }
    let past = "TIMESTAMPDIFF(MICROSECOND, $2, $1)";
    let sql = format!(
        "(CAST($2 AS DATETIME(6)) + INTERVAL CAST({past} - MOD(MOD({past}, {size}) + {size}, {size}) AS SIGNED) MICROSECOND)"
    );
    filled(walk, call, &sql, &[time, origin])
}

fn reading(walk: &Walk<'_, '_>, call: &Call) -> Result<String, Untranslatable> {
    let format = word(&call.args[1]).unwrap_or_default();
    formats::reading(&format)
        .or_else(|pattern| walk.refuse(&call.at, format!("the pattern {pattern} in the format '{format}'")))
}

fn to_date(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    time_read(walk, call, "DATE")
}

fn to_timestamp(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    time_read(walk, call, "DATETIME(6)")
}

/// FROM_UNIXTIME is NULL for what was before 1970 and after 3001.
fn of_epoch(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let plain = |value: f64| (0.0..32_536_771_199.0).contains(&value);
    let sql = match &call.types[0] {
        _ if super::super::division::decimal(&call.args[0]).is_some_and(plain) => "FROM_UNIXTIME($1)",
        ty if ty.is_int() => "(CAST('1970-01-01' AS DATETIME(6)) + INTERVAL $1 SECOND)",
        _ => "(CAST('1970-01-01' AS DATETIME(6)) + INTERVAL ROUND($1, 6) SECOND)",
    };
    filled(walk, call, sql, &call.args)
}

/// STR_TO_DATE, with the parts of a date that a format leaves out, and for texts that it reads as PostgreSQL does.
fn time_read(walk: &mut Walk<'_, '_>, call: &mut Call, target: &str) -> Made {
    let mut format = reading(walk, call)?;
    let mut text = call.args[0].clone();
    let has = readings::parts(&format);
    if let Some(constant) = word(&text) {
        match readings::read(&constant, &format) {
            Reading::Time(date, time) if has != Parts::All => {
                let text = if target == "DATE" { date } else { format!("{date} {time}") };
                return filled(walk, call, &format!("CAST($1 AS {target})"), &[string(text)]);
            }
            Reading::None => {
                let what = format!("'{}', which does not fit its format,", literals::shown(&constant));
                return walk.refuse(&call.at, what);
            }
            Reading::Time(..) | Reading::Unknown => {}
        }
    }
    match has {
        Parts::All => {}
        Parts::Beginning { month } => {
            let (more, specifiers) = if month { (" 01", " %d") } else { (" 01 01", " %m %d") };
            text = self::call("CONCAT", vec![text, string(more)]);
            format.push_str(specifiers);
        }
        Parts::Others => return walk.refuse(&call.at, "a format without year, month and day"),
    }
    filled(walk, call, &format!("CAST(STR_TO_DATE($1, $2) AS {target})"), &[text, string(format)])
}

/// A typed literal: `DATE '2024-02-29'`.
pub fn typed(data_type: DataType, text: String) -> Expr {
    let value =
        ValueWithSpan { value: Value::SingleQuotedString(text), span: sqlparser::tokenizer::Span::empty() };
    Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false })
}

fn seconds(expr: &Expr) -> Option<String> {
    let value = super::super::division::decimal(expr).filter(|value| (0.0..60.0).contains(value))?;
    let text = format!("{value:09.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Some(text.to_owned())
}

fn make_date(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    match call.args.iter().map(whole).collect::<Option<Vec<i64>>>().as_deref() {
        Some([year @ 1..=9999, month, day]) => {
            Ok(typed(DataType::Date, format!("{year:04}-{month:02}-{day:02}")))
        }
        Some(_) => walk.refuse(&call.at, "this date"),
        None => {
            walk.cx.report(
                &super::FUNCTION,
                super::super::span(walk.cx, &call.at),
                "numbers that make no date give NULL on TiDB instead of an error",
            );
            filled(walk, call, "CAST(CONCAT_WS('-', $1, $2, $3) AS DATE)", &call.args)
        }
    }
}

fn make_timestamp(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let parts: Option<Vec<i64>> = call.args[..5].iter().map(whole).collect();
    match (parts.as_deref(), seconds(&call.args[5])) {
        (Some([year, month, day, hour, minute]), Some(second)) => Ok(typed(
            DataType::Timestamp(None, TimezoneInfo::None),
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second}"),
        )),
        _ => walk.refuse(&call.at, format!("the function {} of calculated numbers", call.name)),
    }
}

fn make_time(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let parts: Option<Vec<i64>> = call.args[..2].iter().map(whole).collect();
    match (parts.as_deref(), seconds(&call.args[2])) {
        (Some([hour, minute]), Some(second)) => {
            if super::super::literal_times::time(&format!("{hour:02}:{minute:02}:{second}")).is_none() {
                return walk.refuse(&call.at, "a time that is none");
            }
            Ok(typed(DataType::Time(None, TimezoneInfo::None), format!("{hour:02}:{minute:02}:{second}")))
        }
        _ => walk.refuse(&call.at, "the function make_time of calculated numbers"),
    }
}
