//! Columns: their types and options.

use crate::diagnostic::rule;
use crate::lint::tidb::columns::{Column, DefaultValue};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::types::Class;

rule! {
    /// A type that TiDB does not have.
    ///
    /// PostgreSQL's `jsonb`, `uuid`, `bytea`, `timestamptz`, `bigserial` and the like, MySQL's geometry types, and on TiDB 7.5 `VECTOR`, are syntax
    /// errors.
    pub UNKNOWN_TYPE = "D002", "unknown-column-type", Dialect, Refused;
}

rule! {
    /// A length, precision or value of a type that is out of its range.
    ///
    /// `VARCHAR` has at most 16383 characters of utf8mb4, `DECIMAL` 65 digits with 30 after the point, `BIT` 64 bits, times 6 digits of fraction; an ENUM
    /// has each value once.
    pub TYPE_OUT_OF_RANGE = "D041", "type-out-of-range", Dialect, Refused;
}

rule! {
    /// An option of a column that TiDB refuses.
    ///
    /// A name before NOT NULL, AUTO_INCREMENT on a type that does not count, two AUTO_INCREMENT columns, DEFERRABLE and the like.
    pub COLUMN_OPTION = "D042", "column-option", Dialect, Refused;
}

/// What to write for a type that TiDB does not have.
fn instead(word: &str) -> &'static str {
    match word {
        "JSONB" | "HSTORE" => "JSON",
        "UUID" => "CHAR(36) or BINARY(16)",
        "BIGSERIAL" | "SERIAL8" => "BIGINT AUTO_INCREMENT",
        "SMALLSERIAL" | "SERIAL4" | "SERIAL2" => "INT AUTO_INCREMENT",
        "BYTEA" => "LONGBLOB",
        "TIMESTAMPTZ" => "TIMESTAMP(6)",
        "TIMETZ" => "TIME(6)",
        "MONEY" => "DECIMAL(19,2)",
        "INET" | "CIDR" => "VARCHAR(43)",
        "MACADDR" => "CHAR(17)",
        "INTERVAL" => "VARCHAR(64), or BIGINT for seconds",
        "XML" | "TSVECTOR" | "TSQUERY" => "LONGTEXT",
        "CITEXT" => "VARCHAR(n) COLLATE utf8mb4_0900_ai_ci",
        "NAME" => "VARCHAR(64)",
        "GEOMETRY" | "POINT" | "LINESTRING" | "POLYGON" | "MULTIPOINT" | "MULTILINESTRING"
        | "MULTIPOLYGON" | "GEOMETRYCOLLECTION" => "DOUBLE columns for the coordinates, or JSON",
        _ => "",
    }
}

pub fn check(cx: &mut Cx<'_>, column: &Column) {
    let ty = &column.ty;
    let word = ty.word.as_str();
    if ty.class == Class::Foreign || (ty.class == Class::Vector && cx.before_8()) {
        let found = cx.report(&UNKNOWN_TYPE, ty.head, format!("TiDB has no type {word}"));
        if !instead(word).is_empty() {
            found.help(format!("write {}", instead(word)));
        }
        return;
    }
    size(cx, column);
    options(cx, column);
}

fn size(cx: &mut Cx<'_>, column: &Column) {
    let ty = &column.ty;
    let lenient = cx.state.is_lenient();
    let (first, second) = (ty.args.first().copied(), ty.args.get(1).copied());
    let mut out = |message: String, help: &str| {
        let found = cx.report(&TYPE_OUT_OF_RANGE, ty.span, message);
        if !help.is_empty() {
            found.help(help);
        }
    };
    match ty.class {
        Class::Varchar | Class::Varbinary if first.is_none() => {
            out(format!("TiDB's {} needs a length", ty.word), "write one, or use TEXT");
        }
        // outside strict mode such a column becomes a TEXT
        Class::Varchar | Class::Varbinary if lenient => {}
        Class::Varchar => {
            let max = match ty.charset.as_deref() {
                None | Some("utf8mb4") => 16383,
                Some("utf8" | "utf8mb3") => 21845,
                Some("gbk") => 32767,
                _ => 65535,
            };
            if first.is_some_and(|n| {
                n > max.max(if column.collate.is_some() && ty.charset.is_none() { 65535 } else { 0 })
            }) {
                out(format!("a VARCHAR has at most {max} characters"), "use TEXT or LONGTEXT");
            }
        }
        Class::Varbinary if first.is_some_and(|n| n > 65535) => {
            out("a VARBINARY has at most 65535 bytes".into(), "use LONGBLOB")
        }
        Class::Char | Class::Binary if first.is_some_and(|n| n > 255) => {
            out(format!("a {} has at most 255 characters", ty.word), "use VARCHAR or VARBINARY");
        }
        Class::Decimal if first.is_some_and(|n| n > 65) => out("a DECIMAL has at most 65 digits".into(), ""),
        Class::Decimal if second.is_some_and(|n| n > 30) => {
            out("a DECIMAL has at most 30 digits after the point".into(), "")
        }
        Class::Decimal | Class::Float if second.zip(first).is_some_and(|(d, m)| d > m) => {
            out("there are more digits after the point than digits".into(), "");
        }
        Class::Float if ty.word == "FLOAT" && second.is_none() && first.is_some_and(|n| n > 53) => {
            out("a FLOAT has at most 53 bits".into(), "")
        }
        Class::Bit if first.is_some_and(|n| n > 64 || n == 0) => out("a BIT has 1 to 64 bits".into(), ""),
        Class::Datetime | Class::Timestamp | Class::Time if first.is_some_and(|n| n > 6) => {
            out("times have at most 6 digits of fraction".into(), "write (6)");
        }
        Class::Year if first.is_some_and(|n| n != 4) => out("a YEAR has 4 digits".into(), ""),
        Class::Enum | Class::Set => {
            let mut values: Vec<&str> = ty.values.iter().map(|value| value.trim_end()).collect();
            let count = values.len();
            values.sort_unstable();
            values.dedup();
            if count == 0 && ty.args.is_empty() && !ty.span.is_empty() && ty.span.len() <= ty.head.len() + 2 {
                out(format!("TiDB's {} needs its values", ty.word), "");
            } else if values.len() < count {
                out(format!("a value of this {} stands here twice", ty.word), "");
            } else if ty.class == Class::Set && ty.values.iter().any(|value| value.contains(',')) {
                out("a value of a SET has no comma in it".into(), "");
            }
        }
        _ => {}
    }
}

fn options(cx: &mut Cx<'_>, column: &Column) {
    let stmt = cx.stmt;
    if let Some(span) = column.auto_increment {
        if !matches!(column.class(), Class::Int | Class::Float) {
            cx.report(&COLUMN_OPTION, span, "TiDB counts up in numbers only")
                .help("make the column a BIGINT");
        } else if column.default.as_ref().is_some_and(|default| default.value != DefaultValue::Null)
            && !column.ty.serial
        {
            cx.report(&COLUMN_OPTION, span, "a column that counts up has no default")
                .help("leave DEFAULT out");
        }
    }
    let at = column.stopped;
    if at >= column.end {
        return;
    }
    if stmt.is(at, "CONSTRAINT") {
        cx.on(&COLUMN_OPTION, at, at + 2, "TiDB names no constraints of a column but CHECK")
            .help("leave the name out");
    } else if stmt.is_any(at, &["DEFERRABLE", "INITIALLY"]) || stmt.seq(at, &["NOT", "DEFERRABLE"]) {
        cx.on(&COLUMN_OPTION, at, column.end, "TiDB checks constraints at once").help("leave it out");
    } else if stmt.is(at, "VARYING") {
        cx.on(&COLUMN_OPTION, at, at + 1, "TiDB has no BIT VARYING").help("write VARBINARY or BIT(n)");
    } else if stmt.is_any(at, &["+", "-", "*", "/", "||", "::"]) && column.default.is_some() {
        cx.on(&super::defaults::REFUSED_DEFAULT, at, at + 1, "TiDB's defaults are values, not calculations")
            .help("write the value");
    } else if stmt.is_any(at, &["INVISIBLE", "VISIBLE"]) {
        cx.on(&COLUMN_OPTION, at, at + 1, "TiDB has no invisible columns").help("leave it out");
    }
}
