//! CAST and intervals, as PostgreSQL writes them.

use super::clauses::{POSTGRES_SYNTAX, QUERY_MEANING};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;

/// `1 day` is `1 DAY`: a single whole number of a unit that TiDB knows.
pub fn interval(text: &str) -> Option<String> {
    let (count, unit) = text.trim().split_once(' ')?;
    let unit = unit.trim().to_ascii_uppercase();
    let unit = unit.strip_suffix('S').unwrap_or(&unit);
    let known = ["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"].contains(&unit);
    (known && count.parse::<u32>().is_ok()).then(|| format!("{count} {unit}"))
}

/// Whether a literal is a text that is no number.
pub fn is_words(cx: &Cx<'_>, at: usize) -> bool {
    cx.stmt.string(at).is_some_and(|text| text.trim().parse::<f64>().is_err() && !text.contains(['-', ':']))
}

/// A text that an operator takes for a number.
pub fn counted(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let (before, next) = (at.wrapping_sub(1), at + 1);
    let literal = |at: usize| matches!(stmt.kind(at), Some(Kind::Text | Kind::Number));
    let ends = !stmt.is_any(at + 2, &["AS", "COLLATE"]) && !stmt.is(next, "INTERVAL");
    let compares = stmt.is_any(at, &["=", "<", ">", "<=", ">=", "<>", "!="]);
    let text = if compares {
        let number = |at: usize| stmt.kind(at) == Some(Kind::Number);
        (is_words(cx, before) && number(next))
            .then_some(before)
            .or((number(before) && is_words(cx, next)).then_some(next))
    } else {
        let (left, right) = (is_words(cx, before), is_words(cx, next));
        (left && (literal(next) || stmt.is_word(next)))
            .then_some(before)
            .or((right && literal(before)).then_some(next))
    };
    if let Some(text) = text.filter(|_| ends) {
        cx.on(
            &QUERY_MEANING,
            text,
            text + 1,
            "TiDB takes this text for the number it begins with, which is 0 if there is none",
        );
    }
}

pub fn cast(cx: &mut Cx<'_>, open: usize) {
    let stmt = cx.stmt;
    let close = stmt.close(open);
    let Some(at) = stmt.find(open + 1, close, &["AS"]) else { return };
    let ty = at + 1;
    #[rustfmt::skip]
    let foreign = [
        "INT4", "INT8", "TEXT", "VARCHAR", "BOOLEAN", "BOOL", "BIGINT", "INT", "INTEGER", "SMALLINT", "NUMERIC", "TIMESTAMP", "TIMESTAMPTZ", "UUID", "JSONB",
        "BYTEA", "INTERVAL", "REGCLASS", "LONGTEXT", "TINYINT", "BLOB",
    ];
    if close == ty + 1 || stmt.is(ty + 1, "(") {
        let numeric = stmt.is_any(ty, &["SIGNED", "UNSIGNED", "DECIMAL", "DOUBLE", "FLOAT", "REAL"]);
        if numeric && at == open + 2 && is_words(cx, open + 1) {
            cx.on(
                &QUERY_MEANING,
                open + 1,
                open + 2,
                "TiDB takes this text for the number it begins with, which is 0 if there is none",
            );
        }
    }
    let integer = stmt.is_any(ty, &["INT", "INTEGER"]) && stmt.is(ty.wrapping_sub(1), "SIGNED");
    if stmt.is_any(ty, &foreign) && !integer {
        let word = stmt.at(ty).to_ascii_uppercase();
        let found = cx.on(&POSTGRES_SYNTAX, ty, ty + 1, format!("TiDB casts to no {word}"));
        found
            .help("write SIGNED, UNSIGNED, DECIMAL(p,s), DOUBLE, CHAR, BINARY, DATE, DATETIME, TIME or JSON");
        let same = match word.as_str() {
            "INT" | "INTEGER" | "BIGINT" | "INT8" | "INT4" if ty + 1 == close => "SIGNED",
            "TEXT" if ty + 1 == close => "CHAR",
            "VARCHAR" => "CHAR",
            "NUMERIC" if ty + 1 < close => "DECIMAL",
            "JSONB" => "JSON",
            _ => return,
        };
        found.put(&stmt, ty, ty + 1, same);
    }
}
