//! Times and dates as defaults: the current one with its column's precision, or a literal.

use super::constant::{Constant, is_now};
use super::constant_time::{Moment, moment};
use super::default_render::{Answer, Remark, Rendered, plain, remarked, text_value, unfit};
use super::default_value::DEFAULT_VALUE;
use crate::diagnostic::Level;
use crate::passes::expressions::instants::in_utc;
use crate::passes::rebuild::call;
use sqlparser::ast::{
    DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, TimezoneInfo, Value,
};

pub fn time(
    written: &Expr,
    constant: &Constant,
    postgres: &DataType,
    tidb: &DataType,
    digits: Option<u64>,
) -> Answer {
    let digits = digits.unwrap_or(0);
    let with_zone = matches!(postgres, DataType::Timestamp(_, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone));
    match constant {
        Constant::Now { utc } => {
            let now = current_timestamp(written, digits);
            match utc {
                false => plain(now),
                true => remarked(
                    now,
                    Level::Warning,
                    "CURRENT_TIMESTAMP is in the session's time zone: keep sessions in UTC",
                ),
            }
        }
        Constant::Today { .. } => plain(current_date(written)),
        Constant::Text(text) if is_now(text) => remarked(
            current_timestamp(written, digits),
            Level::Warning,
            "PostgreSQL reads 'now' once, when the default is declared; here it is the time of each INSERT",
        ),
        Constant::Text(text) => {
            let Some(moment) = moment(text) else {
                return Err(format!("'{text}' is not a time that TiDB reads"));
            };
            let is_timestamp = matches!(tidb, DataType::Timestamp(..));
            let moves = is_timestamp && !moment.fits_timestamp();
            let literal = match &moment.offset {
                Some(offset) if with_zone && is_timestamp && !moves => format!("{}{offset}", moment.text()),
                Some(offset) if with_zone => match in_utc(&format!("{}{offset}", moment.text())) {
                    Some(utc) => utc,
                    None => return Err(format!("'{text}' is not a time that TiDB reads")),
                },
                _ => moment.text(),
            };
            if moves {
                let data_type = Some(DataType::Datetime(Some(digits)));
                let message = "the default is outside of what TIMESTAMP holds: the column is a DATETIME, whose values must be in UTC";
                let remark = Remark {
                    rule: &DEFAULT_VALUE,
                    level: Level::Warning,
                    message: message.into(),
                    help: None,
                };
                let expr = text_value(written, &literal);
                return Ok((Rendered { expr, data_type }, Some(remark)));
            }
            literal_time(written, text, &literal, &moment)
        }
        other => Err(unfit(other, "a time")),
    }
}

fn literal_time(written: &Expr, text: &str, literal: &str, moment: &Moment) -> Answer {
    if moment.infinite {
        return remarked(
            text_value(written, literal),
            Level::Warning,
            "TiDB has no infinite times: the default is the last or first that it has",
        );
    }
    // The author's own text where TiDB reads it the same.
    let same = text.trim() == text && (literal.starts_with(text) || literal == text.replace('T', " "));
    plain(text_value(written, if same { text } else { literal }))
}

pub fn date(written: &Expr, constant: &Constant) -> Answer {
    match constant {
        Constant::Now { utc } | Constant::Today { utc } => match utc {
            false => plain(current_date(written)),
            true => remarked(
                current_date(written),
                Level::Warning,
                "CURRENT_DATE is in the session's time zone: keep sessions in UTC",
            ),
        },
        Constant::Text(text) if is_now(text) || text.eq_ignore_ascii_case("today") => remarked(
            current_date(written),
            Level::Warning,
            "PostgreSQL reads the word once, when the default is declared; here it is the day of each INSERT",
        ),
        Constant::Text(text) => match moment(text) {
            Some(moment) if moment.infinite => remarked(
                text_value(written, &moment.date),
                Level::Warning,
                "TiDB has no infinite dates: the default is the last or first that it has",
            ),
            Some(moment) => plain(text_value(written, &moment.date)),
            None => Err(format!("'{text}' is not a date that TiDB reads")),
        },
        other => Err(unfit(other, "DATE")),
    }
}

/// `CURRENT_TIMESTAMP(6)`: the author's word for it where TiDB knows it.
fn current_timestamp(written: &Expr, digits: u64) -> Expr {
    let own = match written {
        Expr::Function(Function { name, .. }) => name.to_string(),
        _ => String::new(),
    };
    let known =
        ["now", "current_timestamp", "localtimestamp"].iter().any(|name| own.eq_ignore_ascii_case(name));
    if digits == 0 {
        if known && !has_arguments(written) {
            return written.clone();
        }
        return bare("CURRENT_TIMESTAMP");
    }
    let precision = Expr::Value(Value::Number(digits.to_string(), false).into());
    call(if known { &own } else { "CURRENT_TIMESTAMP" }, vec![precision])
}

fn has_arguments(written: &Expr) -> bool {
    matches!(
        written,
        Expr::Function(Function { args: FunctionArguments::List(list), .. })
            if list.args.iter().any(|arg| matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(_))))
    )
}

fn current_date(written: &Expr) -> Expr {
    match written {
        Expr::Function(Function { name, args: FunctionArguments::None, .. })
            if name.to_string().eq_ignore_ascii_case("current_date") =>
        {
            written.clone()
        }
        _ => bare("CURRENT_DATE"),
    }
}

/// A function without parentheses.
fn bare(name: &str) -> Expr {
    match call(name, Vec::new()) {
        Expr::Function(function) => Expr::Function(Function { args: FunctionArguments::None, ..function }),
        other => other,
    }
}
