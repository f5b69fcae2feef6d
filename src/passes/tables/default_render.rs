//! A default's value as TiDB takes it on a column of a type.

use super::constant::{Constant, name_of};
use super::constant_json::{built, signed, value};
use super::constant_time::clock;
use super::default_time::{date, time};
use super::default_value::{DEFAULT_VALUE, TEXT_DEFAULT};
use crate::config::Options;
use crate::diagnostic::{Level, Rule};
use crate::passes::rebuild::call;
use crate::passes::types::{MAX_VARCHAR, is_text};
use crate::target::Capability;
use sqlparser::ast::{BinaryLength, CharacterLength, DataType, Expr, Value};

/// The default, and the type that the column must have for it if another one.
pub struct Rendered {
    pub expr: Expr,
    pub data_type: Option<DataType>,
}

/// What people should know of it.
pub struct Remark {
    pub rule: &'static Rule,
    pub level: Level,
    pub message: String,
    pub help: Option<String>,
}

pub type Answer = Result<(Rendered, Option<Remark>), String>;

/// The default for TiDB, or why there is none.
pub fn render(
    options: &Options,
    written: &Expr,
    constant: &Constant,
    postgres: &DataType,
    tidb: &DataType,
) -> Answer {
    if *constant == Constant::Done {
        return plain(written.clone());
    }
    if *constant == Constant::Null {
        return plain(null());
    }
    if *constant == Constant::Random
        && !matches!(tidb, DataType::Double(_) | DataType::DoublePrecision | DataType::Float8)
    {
        return Err("TiDB's rand() makes a default on DOUBLE only".into());
    }
    match tidb {
        DataType::Bool | DataType::Boolean => boolean(written, constant),
        DataType::Int(_)
        | DataType::Integer(_)
        | DataType::Int2(_)
        | DataType::Int4(_)
        | DataType::Int8(_)
        | DataType::SmallInt(_)
        | DataType::BigInt(_)
        | DataType::IntUnsigned(_)
        | DataType::BigIntUnsigned(_)
        | DataType::Numeric(_)
        | DataType::Decimal(_)
        | DataType::Dec(_)
        | DataType::Float(_)
        | DataType::Float4
        | DataType::Float8
        | DataType::Double(_)
        | DataType::DoublePrecision => number(written, constant),
        DataType::Binary(Some(16)) if *postgres == DataType::Uuid => binary_uuid(options, constant),
        DataType::LongBlob => bytes(constant),
        DataType::Bit(_) | DataType::Varbinary(_) => bits(written, constant),
        DataType::JSON => json(options, constant, postgres),
        DataType::Datetime(digits) => time(written, constant, postgres, tidb, *digits),
        DataType::Timestamp(digits, _) => time(written, constant, postgres, tidb, *digits),
        DataType::Date => date(written, constant),
        DataType::Time(..) => match constant {
            Constant::Text(text) => match clock(text) {
                Some(time) => plain(text_value(written, &time)),
                None => Err(format!("'{text}' is not a time that TiDB reads")),
            },
            other => Err(unfit(other, "TIME")),
        },
        _ if is_text(tidb) => long_text(options, written, constant),
        DataType::Enum(..) => match constant {
            Constant::Text(text) => plain(text_value(written, text)),
            other => Err(unfit(other, "ENUM")),
        },
        _ => short_text(written, constant, postgres, tidb),
    }
}

pub fn plain(expr: Expr) -> Answer {
    Ok((Rendered { expr, data_type: None }, None))
}

pub fn remarked(expr: Expr, level: Level, message: &str) -> Answer {
    let remark = Remark { rule: &DEFAULT_VALUE, level, message: message.to_string(), help: None };
    Ok((Rendered { expr, data_type: None }, Some(remark)))
}

pub fn unfit(constant: &Constant, on: &str) -> String {
    format!("TiDB takes no default from {} on {on}", name_of(constant))
}

fn null() -> Expr {
    Expr::Value(Value::Null.into())
}

/// A text literal: the author's own where it has this value.
pub fn text_value(written: &Expr, text: &str) -> Expr {
    let mut inner = written;
    loop {
        inner = match inner {
            Expr::Nested(expr) | Expr::Cast { expr, .. } => expr,
            Expr::Value(value) if value.value.clone().into_string().as_deref() == Some(text) => {
                return inner.clone();
            }
            _ => return Expr::Value(Value::SingleQuotedString(text.to_string()).into()),
        };
    }
}

fn boolean(written: &Expr, constant: &Constant) -> Answer {
    let value = match constant {
        Constant::Bool(value) => *value,
        Constant::Text(text) => {
            super::constant::boolean(text).ok_or_else(|| format!("'{text}' is no boolean"))?
        }
        other => return Err(unfit(other, "BOOLEAN")),
    };
    if let Expr::Value(written_value) = written
        && written_value.value == Value::Boolean(value)
    {
        return plain(written.clone());
    }
    plain(Expr::Value(Value::Boolean(value).into()))
}

fn number(written: &Expr, constant: &Constant) -> Answer {
    match constant {
        Constant::Number(_) if matches!(written, Expr::Value(_) | Expr::UnaryOp { .. }) => {
            plain(written.clone())
        }
        Constant::Number(digits) => plain(signed(digits)),
        Constant::Text(text) => {
            let digits = text.trim();
            let is_number = digits.parse::<f64>().is_ok_and(f64::is_finite)
                && digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
            if is_number {
                plain(signed(digits.trim_start_matches('+')))
            } else {
                Err(format!("'{text}' is no number on TiDB"))
            }
        }
        Constant::Random => plain(Expr::Nested(Box::new(call("rand", Vec::new())))),
        other => Err(unfit(other, "a number")),
    }
}

fn binary_uuid(options: &Options, constant: &Constant) -> Answer {
    match constant {
        Constant::Uuid if options.target.can(Capability::UuidToBinDefault) => {
            let call = call("uuid_to_bin", vec![call("uuid", Vec::new())]);
            remarked(Expr::Nested(Box::new(call)), Level::Info, UUID_REMARK)
        }
        Constant::Uuid => Err("this TiDB takes no uuid_to_bin(uuid()) as a default".into()),
        Constant::Text(text) => {
            let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
            if digits.len() != 32 {
                return Err(format!("'{text}' is no uuid"));
            }
            plain(Expr::Value(Value::HexStringLiteral(digits.to_lowercase()).into()))
        }
        other => Err(unfit(other, "BINARY(16)")),
    }
}

const UUID_REMARK: &str =
    "uuid() makes unique uuids of version 1, which hold the time and can be guessed; they are not random";

/// `'\x00ff'` or bytes with escapes, as hexadecimal digits.
fn hex(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("\\x") {
        let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
        return (digits.len().is_multiple_of(2) && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .then_some(digits);
    }
    (!text.contains('\\')).then(|| text.bytes().map(|byte| format!("{byte:02x}")).collect())
}

fn bytes(constant: &Constant) -> Answer {
    let Constant::Text(text) = constant else { return Err(unfit(constant, "LONGBLOB")) };
    let Some(digits) = hex(text) else { return Err(format!("the bytes '{text}' have escapes")) };
    let data_type = DataType::Varbinary(Some(BinaryLength::IntegerLength { length: 65_535 }));
    let remark = Remark {
        rule: &TEXT_DEFAULT,
        level: Level::Info,
        message: "a LONGBLOB has no default: the column is a VARBINARY(65535), and longer values are refused"
            .into(),
        help: Some("without the default it would be a LONGBLOB".into()),
    };
    let expr = Expr::Value(Value::HexStringLiteral(digits).into());
    Ok((Rendered { expr, data_type: Some(data_type) }, Some(remark)))
}

fn bits(written: &Expr, constant: &Constant) -> Answer {
    match constant {
        Constant::Bits(_) if matches!(written, Expr::Value(_)) => plain(written.clone()),
        Constant::Bits(bits) => plain(Expr::Value(Value::SingleQuotedByteStringLiteral(bits.clone()).into())),
        Constant::Text(text) if text.bytes().all(|b| matches!(b, b'0' | b'1')) => {
            plain(Expr::Value(Value::SingleQuotedByteStringLiteral(text.clone()).into()))
        }
        other => Err(unfit(other, "BIT")),
    }
}

fn json(options: &Options, constant: &Constant, postgres: &DataType) -> Answer {
    let Some(value) = value(constant, postgres) else { return Err(unfit(constant, "JSON")) };
    if !options.target.can(Capability::ExpressionDefaults) {
        return Err("this TiDB takes no default on JSON".into());
    }
    match built(&value) {
        Some(call) => plain(Expr::Nested(Box::new(call))),
        None => Err(format!("TiDB can't build the JSON value {value} for a default")),
    }
}

/// The text of a literal on a column that holds texts.
fn as_text(constant: &Constant) -> Option<String> {
    match constant {
        Constant::Text(text) => Some(text.clone()),
        Constant::Number(digits) => Some(digits.clone()),
        Constant::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn long_text(options: &Options, written: &Expr, constant: &Constant) -> Answer {
    let longest = DataType::Varchar(Some(CharacterLength::IntegerLength { length: MAX_VARCHAR, unit: None }));
    let expr = match constant {
        Constant::Uuid => {
            let call = Expr::Nested(Box::new(call("uuid", Vec::new())));
            if options.target.can(Capability::ExpressionDefaults) {
                return remarked(call, Level::Info, UUID_REMARK);
            }
            call
        }
        _ => match as_text(constant) {
            Some(text) => text_value(written, &text),
            None => return Err(unfit(constant, "a text")),
        },
    };
    let remark = Remark {
        rule: &TEXT_DEFAULT,
        level: Level::Info,
        message: format!(
            "a text without a length has no default: the column is a VARCHAR({MAX_VARCHAR}), and longer values are refused"
        ),
        help: Some("without the default it would be a LONGTEXT".into()),
    };
    Ok((Rendered { expr, data_type: Some(longest) }, Some(remark)))
}

fn short_text(written: &Expr, constant: &Constant, postgres: &DataType, tidb: &DataType) -> Answer {
    match constant {
        Constant::Uuid if holds_uuid(tidb) => {
            remarked(Expr::Nested(Box::new(call("uuid", Vec::new()))), Level::Info, UUID_REMARK)
        }
        Constant::Text(text) if *postgres == DataType::Uuid => plain(text_value(written, &uuid_text(text))),
        _ => match as_text(constant) {
            Some(text) => plain(text_value(written, &text)),
            None => Err(unfit(constant, &tidb.to_string())),
        },
    }
}

/// Whether a uuid's 36 characters fit.
fn holds_uuid(tidb: &DataType) -> bool {
    match tidb {
        DataType::Char(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::Character(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::CharVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::CharacterVarying(Some(CharacterLength::IntegerLength { length, .. })) => *length >= 36,
        _ => false,
    }
}

/// A uuid as PostgreSQL prints it.
fn uuid_text(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
    if digits.len() != 32 {
        return text.to_string();
    }
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}
