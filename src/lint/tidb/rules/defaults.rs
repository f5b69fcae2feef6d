//! Defaults that TiDB refuses.

use crate::diagnostic::rule;
use crate::lint::tidb::columns::{Column, ColumnDefault, DefaultValue};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::types::Class;

rule! {
    /// A default that TiDB refuses.
    ///
    /// TEXT, BLOB and JSON have no default but NULL on TiDB 7.5, and only some function calls in brackets on 8.5. An expression in brackets must be one of a short
    /// list of functions: `(uuid())`, `(rand())`, `(current_date)`, and from 8.1 on `(json_object())`, `(uuid_to_bin(uuid()))` and a few more; arithmetic and literals in
    /// brackets are syntax errors. `now()` needs a DATETIME or TIMESTAMP of the same precision. The value must be one of the column's type.
    pub REFUSED_DEFAULT = "D030", "refused-default", Dialect, Refused;
}

/// Functions that may stand in brackets on every version, and those that only newer versions take.
static ALWAYS: &[&str] =
    &["UUID", "RAND", "CURDATE", "CURRENT_DATE", "NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"];
#[rustfmt::skip]
static NEWER: &[&str] = &[
    "UUID_TO_BIN", "DATE_FORMAT", "STR_TO_DATE", "JSON_OBJECT", "JSON_ARRAY", "JSON_QUOTE", "REPLACE", "UPPER", "NEXTVAL", "VEC_FROM_TEXT", "NEXT",
];
/// Functions that TiDB knows and names in its refusal.
#[rustfmt::skip]
static NEVER: &[&str] = &[
    "LOWER", "CONCAT", "UNIX_TIMESTAMP", "VERSION", "SIN", "ABS", "FLOOR", "LENGTH", "MD5", "SHA1", "SHA2", "HEX", "UNHEX", "TRIM", "ROUND", "CONCAT_WS", "IF", "IFNULL",
    "COALESCE", "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME", "USER", "CURRENT_USER", "DATABASE", "DATE_ADD", "CAST", "CONVERT", "CURTIME", "CURRENT_TIME", "SYSDATE", "CURRENT_ROLE",
];

pub fn check(cx: &mut Cx<'_>, column: &Column) {
    if let Some(default) = &column.default {
        judge(cx, column.class(), Some(column), default);
    }
}

/// Judges a default for a column of this class.
pub fn judge(cx: &mut Cx<'_>, class: Class, column: Option<&Column>, default: &ColumnDefault) {
    let lob = class.is_lob() || class == Class::Json;
    match &default.value {
        DefaultValue::Null => {
            if column.is_some_and(|column| column.not_null || column.primary.is_some()) {
                cx.report(&REFUSED_DEFAULT, default.span, "NULL is no value of a NOT NULL column")
                    .help("leave DEFAULT NULL or NOT NULL out");
            }
        }
        // outside strict mode an empty text is taken for no default
        DefaultValue::Text(text) if lob && text.is_empty() && cx.state.is_lenient() => {}
        DefaultValue::Text(_) | DefaultValue::Number(_) if lob => {
            let found = cx.report(
                &REFUSED_DEFAULT,
                default.span,
                "TEXT, BLOB and JSON columns have no default but NULL on TiDB",
            );
            found.help(if class == Class::Json {
                "leave it out; TiDB 8.5 takes (JSON_OBJECT()) and (JSON_ARRAY())"
            } else {
                "leave it out, or make the column a VARCHAR"
            });
        }
        DefaultValue::Text(_) if class == Class::Vector => {
            cx.report(&REFUSED_DEFAULT, default.span, "a VECTOR has no literal as its default")
                .help("write (VEC_FROM_TEXT('…'))");
        }
        DefaultValue::Text(text) => literal(cx, class, column, default, text, true),
        DefaultValue::Number(text) => literal(cx, class, column, default, text, false),
        DefaultValue::Call(name, argument) => call(cx, class, column, default, name, *argument),
        DefaultValue::Expr => brackets(cx, lob, default),
        DefaultValue::Other => {}
    }
}

fn literal(
    cx: &mut Cx<'_>,
    class: Class,
    column: Option<&Column>,
    default: &ColumnDefault,
    text: &str,
    quoted: bool,
) {
    if cx.state.is_lenient() {
        return;
    }
    let value = text.trim();
    let wrong = match class {
        Class::Int | Class::Decimal | Class::Float if quoted => {
            value.parse::<f64>().is_err()
                || value.chars().any(|c| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E'))
        }
        Class::Int => column.is_some_and(|column| !fits(column, value)),
        Class::Char | Class::Varchar if quoted => {
            let length = column
                .and_then(|column| column.ty.args.first().copied())
                .unwrap_or(if class == Class::Char { 1 } else { u64::MAX });
            text.trim_end_matches(' ').chars().count() as u64 > length
        }
        Class::Enum if quoted => column.is_some_and(|column| {
            !column.ty.values.is_empty()
                && value.parse::<u64>().is_err()
                && !column.ty.values.iter().any(|v| v.trim_end().eq_ignore_ascii_case(value))
        }),
        Class::Timestamp if quoted => outside_timestamp(value),
        Class::Datetime | Class::Date | Class::Timestamp if quoted => {
            !value.chars().any(|c| c.is_ascii_digit()) || value.starts_with("0000-00-00") || bad_month(value)
        }
        Class::Timestamp | Class::Datetime => value == "0",
        _ => false,
    };
    if wrong {
        cx.report(&REFUSED_DEFAULT, default.span, "the default is no value of the column's type");
    }
}

fn fits(column: &Column, value: &str) -> bool {
    let Ok(number) = value.parse::<f64>() else { return true };
    let bits = column.ty.bytes_of_int() * 8;
    let (low, high) = if column.ty.unsigned {
        (0.0, 2f64.powi(i32::try_from(bits).unwrap_or(64)))
    } else {
        let half = 2f64.powi(i32::try_from(bits).unwrap_or(64) - 1);
        (-half, half)
    };
    number >= low && number < high + if bits == 64 { 1.0 } else { 0.0 }
}

/// Whether a time is certainly not in the range of TIMESTAMP.
pub fn outside_timestamp(value: &str) -> bool {
    let year: Option<u32> =
        value.get(..4).and_then(|year| year.parse().ok()).filter(|_| value.as_bytes().get(4) == Some(&b'-'));
    match year {
        Some(year) => !(1969..=2038).contains(&year) || value == "1970-01-01" || bad_month(value),
        None => !value.chars().any(|c| c.is_ascii_digit()),
    }
}

fn bad_month(value: &str) -> bool {
    let part = |from: usize| value.get(from..from + 2).and_then(|part| part.parse::<u32>().ok());
    let dashes = value.as_bytes().get(4) == Some(&b'-') && value.as_bytes().get(7) == Some(&b'-');
    dashes && (part(5).is_some_and(|month| month > 12) || part(8).is_some_and(|day| day > 31))
}

fn call(
    cx: &mut Cx<'_>,
    class: Class,
    column: Option<&Column>,
    default: &ColumnDefault,
    name: &str,
    argument: Option<u64>,
) {
    let now = matches!(name, "NOW" | "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP");
    if now {
        if !matches!(class, Class::Datetime | Class::Timestamp) {
            let found = cx.report(
                &REFUSED_DEFAULT,
                default.span,
                "the time of now is a default of DATETIME and TIMESTAMP only",
            );
            if class == Class::Date {
                found.help("write (CURRENT_DATE)");
            }
        } else if let Some(column) = column {
            let digits = column.ty.args.first().copied().unwrap_or(0);
            if digits != argument.unwrap_or(0) {
                let found = cx.report(
                    &REFUSED_DEFAULT,
                    default.span,
                    "the default has another precision than the column",
                );
                let written = if digits == 0 { name.to_owned() } else { format!("{name}({digits})") };
                found.help(format!("write {written}")).fix(default.span, written);
            }
        }
        return;
    }
    let bare = cx.stmt.kind(default.from) == Some(Kind::Word);
    if bare
        && matches!(
            name,
            "UTC_TIMESTAMP"
                | "UTC_DATE"
                | "UTC_TIME"
                | "CURRENT_TIME"
                | "CURTIME"
                | "CURRENT_USER"
                | "USER"
                | "SYSDATE"
        )
    {
        cx.report(&REFUSED_DEFAULT, default.span, format!("{name} is no default on TiDB"))
            .help("set the value when the row is written");
    } else if NEVER.contains(&name) {
        cx.report(&REFUSED_DEFAULT, default.span, format!("{name}() is no default on TiDB"))
            .help("set the value when the row is written");
    } else if NEWER.contains(&name) && cx.before_8() && !matches!(name, "NEXT" | "NEXTVAL") {
        cx.report(&REFUSED_DEFAULT, default.span, format!("{name}() is a default from TiDB 8.1 on"))
            .help("set the value when the row is written");
    } else if (class.is_lob() || class == Class::Json) && ALWAYS.contains(&name) && cx.before_8() {
        cx.report(
            &REFUSED_DEFAULT,
            default.span,
            "TEXT, BLOB and JSON columns have no default but NULL on TiDB 7.5",
        );
    }
}

fn brackets(cx: &mut Cx<'_>, lob: bool, default: &ColumnDefault) {
    let stmt = cx.stmt;
    let mut at = default.from + 1;
    while stmt.is(at, "(") {
        at += 1;
    }
    let name = stmt.at(at).to_ascii_uppercase();
    let is_call = stmt.kind(at) == Some(Kind::Word)
        && (stmt.is(at + 1, "(")
            || matches!(
                name.as_str(),
                "CURRENT_DATE" | "CURRENT_TIMESTAMP" | "NEXT" | "LOCALTIME" | "LOCALTIMESTAMP"
            ));
    let end = if stmt.is(at + 1, "(") {
        stmt.close(at + 1) + 1
    } else if name == "NEXT" {
        default.end - 1
    } else {
        at + 1
    };
    let alone = stmt.is(end, ")");
    let newer = NEWER.contains(&name.as_str());
    let help = "set the value when the row is written, or in an UPDATE";
    if !is_call || (!alone && end < stmt.len()) {
        let found = cx.report(
            &REFUSED_DEFAULT,
            default.span,
            "TiDB takes a single function call in brackets, and nothing else",
        );
        let literal = stmt.is(at + 1, ")") && matches!(stmt.kind(at), Some(Kind::Text | Kind::Number));
        if literal && !lob {
            let text = stmt.at(at).to_owned();
            found.help("leave the brackets out").fix(default.span, text);
        } else {
            found.help(help);
        }
    } else if newer && cx.before_8() {
        cx.report(&REFUSED_DEFAULT, default.span, format!("{name}() is a default from TiDB 8.1 on"))
            .help(help);
    } else if NEVER.contains(&name.as_str())
        || (name == "UPPER" && !stmt.is(at + 2, "SUBSTRING_INDEX"))
        || (name == "REPLACE" && !stmt.is_any(at + 2, &["UPPER", "CONVERT"]))
    {
        cx.report(&REFUSED_DEFAULT, default.span, format!("{name}() is no default on TiDB")).help(help);
    } else if lob && ALWAYS.contains(&name.as_str()) && cx.before_8() {
        cx.report(
            &REFUSED_DEFAULT,
            default.span,
            "TEXT, BLOB and JSON columns have no default but NULL on TiDB 7.5",
        )
        .help(help);
    }
}
