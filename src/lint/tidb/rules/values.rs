//! Literals that are inserted into columns that can't hold them.

use super::defaults::outside_timestamp;
use super::fits;
use crate::diagnostic::rule;
use crate::lint::tidb::catalog::{ColumnInfo, KeyInfo, Table};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::KeyKind;
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Name;
use crate::lint::tidb::types::Class;
use std::collections::BTreeSet;

rule! {
    /// A value that its column does not take.
    ///
    /// In TiDB's strict mode a value of another type, a text that is too long, a number that is too large, NULL for NOT NULL, a missing value without a default, and
    /// a row with more or fewer values than columns are errors.
    pub REFUSED_VALUE = "D043", "refused-value", Dialect, Refused;
}

pub fn insert(cx: &mut Cx<'_>, name: &Name) {
    let stmt = cx.stmt;
    let catalog = cx.catalog;
    let table = catalog.get(name).filter(|table| table.known && !table.view && !table.sequence);
    let mut at = name.end;
    if stmt.is(at, "PARTITION") {
        at = stmt.close(at + 1) + 1;
    }
    let mut columns: Option<Vec<String>> = None;
    if stmt.is(at, "(") && !stmt.is_any(at + 1, &["SELECT", "WITH", "(", "TABLE", "VALUES"]) {
        let close = stmt.close(at);
        let parts = stmt.parts(at + 1, close);
        let named: Option<Vec<String>> = parts
            .iter()
            .filter(|(from, end)| from < end)
            .map(
                |(from, end)| {
                    if end - from == 1 || stmt.is(end - 2, ".") { stmt.ident(end - 1) } else { None }
                },
            )
            .collect();
        let Some(named) = named else { return };
        columns = Some(named);
        at = close + 1;
    }
    if columns.as_ref().is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case("_tidb_rowid")))
    {
        return;
    }
    // a hint sets the mode for one statement
    let hinted = stmt.slice(0, name.end).to_ascii_lowercase().contains("sql_mode");
    let ignore = stmt.find(1, name.end, &["IGNORE"]).is_some() || hinted || cx.state.is_lenient();
    if let Some(names) = &columns {
        for (i, name) in names.iter().enumerate() {
            if names[..i].iter().any(|other| other.eq_ignore_ascii_case(name)) {
                cx.on(&REFUSED_VALUE, at - 1, at, format!("the column `{name}` is named twice"));
                return;
            }
            if table.is_some_and(|table| table.column(name).is_none()) {
                cx.on(&REFUSED_VALUE, at - 1, at, format!("the table has no column `{name}`"));
                return;
            }
        }
    }
    if stmt.is(at, "SET") {
        let end = stmt.find(at, stmt.len(), &["ON"]).unwrap_or(stmt.len());
        if let Some(table) = table.filter(|_| !ignore) {
            let names = super::assign::assigned(cx, table, at + 1, end);
            missing(cx, table, &names, name);
        }
        return;
    }
    if !stmt.is_any(at, &["VALUES", "VALUE"]) {
        if let (Some(table), Some(names)) = (table, &columns)
            && stmt.is_any(at, &["SELECT", "WITH", "("])
            && !ignore
        {
            missing(cx, table, names, name);
        }
        return;
    }
    let Some(table) = table else { return };
    let order: Vec<&ColumnInfo> = match &columns {
        Some(names) => names.iter().filter_map(|name| table.column(name)).collect(),
        None => table.columns.iter().collect(),
    };
    if let Some(names) = columns.as_ref().filter(|_| !ignore) {
        missing(cx, table, names, name);
    }
    let mut row = at + 1;
    let mut findings = 0;
    let mut seen = BTreeSet::new();
    let plain = stmt.is(0, "INSERT") && stmt.find(at, stmt.len(), &["ON"]).is_none();
    while stmt.is(row, "(") && findings < 20 {
        let close = stmt.close(row);
        let parts: Vec<(usize, usize)> =
            stmt.parts(row + 1, close).into_iter().filter(|(from, end)| from < end).collect();
        let before = cx.found.len();
        if parts.len() != order.len() && !(parts.is_empty() && columns.as_ref().is_none_or(Vec::is_empty)) {
            let message = format!("the row has {}, the columns are {}", values(parts.len()), order.len());
            let found = cx.on(&REFUSED_VALUE, row, close + 1, message);
            if table.altered {
                // one of the changes may have failed
                found.warning();
            }
        } else if parts.is_empty() && !ignore {
            missing(cx, table, &[], name);
        } else if !ignore {
            for ((from, end), column) in parts.iter().zip(&order) {
                value(cx, *from, *end, column);
                checked(cx, table, *from, *end, column);
            }
        } else {
            for ((from, end), column) in parts.iter().zip(&order) {
                generated(cx, *from, *end, column);
            }
        }
        if !ignore && plain {
            again(cx, table, &order, &parts, &mut seen);
        }
        findings += cx.found.len() - before;
        row = close + 1;
        if !stmt.is(row, ",") {
            break;
        }
        row += 1;
    }
}

/// A number that a simple CHECK of the table forbids.
fn checked(cx: &mut Cx<'_>, table: &Table, from: usize, end: usize, column: &ColumnInfo) {
    let stmt = cx.stmt;
    let minus = usize::from(stmt.is(from, "-"));
    if end != from + 1 + minus || cx.state.is_off("tidb_enable_check_constraint") {
        return;
    }
    let Some(number) =
        stmt.at(end - 1).parse::<f64>().ok().filter(|_| stmt.kind(end - 1) == Some(Kind::Number))
    else {
        return;
    };
    let number = if minus == 1 { -number } else { number };
    let bounds = table.checks.iter().filter_map(|check| check.bound.as_ref());
    for (_, operator, bound) in bounds.filter(|(name, _, _)| name.eq_ignore_ascii_case(&column.name)) {
        let holds = match operator.as_str() {
            ">" => number > *bound,
            ">=" => number >= *bound,
            "<" => number < *bound,
            "<=" => number <= *bound,
            _ => true,
        };
        if !holds {
            let message = format!("a CHECK of the table wants `{}` {operator} {bound}", column.name);
            cx.on(&REFUSED_VALUE, from, end, message).warning();
        }
    }
}

/// A literal that the same statement gives to a unique column twice.
fn again(
    cx: &mut Cx<'_>,
    table: &Table,
    order: &[&ColumnInfo],
    parts: &[(usize, usize)],
    seen: &mut BTreeSet<(String, String)>,
) {
    let stmt = cx.stmt;
    for ((from, end), column) in parts.iter().zip(order) {
        let unique = |key: &KeyInfo| {
            key.kind != KeyKind::Plain
                && key.columns.len() == 1
                && key.columns.iter().all(|c| c.eq_ignore_ascii_case(&column.name))
                && key.whole
        };
        if *end != from + 1 || !table.keys.iter().any(unique) {
            continue;
        }
        let case = column.collate.as_deref().is_some_and(|collate| collate.ends_with("_ci"));
        let value = match stmt.kind(*from) {
            Some(Kind::Text) if column.ty.class.is_text() => {
                stmt.string(*from).map(|text| text.trim_end_matches(' ').to_owned())
            }
            Some(Kind::Number)
                if column.ty.class == Class::Int && !(column.auto && stmt.at(*from) == "0") =>
            {
                Some(stmt.at(*from).to_owned())
            }
            _ => None,
        };
        let Some(value) = value else { continue };
        // a collation that counts trailing blanks keeps them apart
        if column.collate.as_deref().or(table.collate.as_deref()).is_some_and(|c| c.contains("0900"))
            && stmt.string(*from).is_some_and(|text| text.ends_with(' '))
        {
            continue;
        }
        let value = if case { value.to_lowercase() } else { value };
        if !seen.insert((column.name.to_lowercase(), value)) {
            cx.on(
                &REFUSED_VALUE,
                *from,
                *end,
                format!("`{}` is unique, and this statement gives it the same value twice", column.name),
            );
        }
    }
}

fn values(count: usize) -> String {
    if count == 1 { "1 value".to_owned() } else { format!("{count} values") }
}

/// Columns that get no value and have none of their own.
fn missing(cx: &mut Cx<'_>, table: &Table, names: &[String], name: &Name) {
    let needs = |column: &&ColumnInfo| {
        column.not_null
            && !column.has_default
            && !column.auto
            && column.generated.is_none()
            && !matches!(column.ty.class, Class::Enum)
    };
    let column = table
        .columns
        .iter()
        .filter(needs)
        .find(|column| !names.iter().any(|n| n.eq_ignore_ascii_case(&column.name)));
    if let Some(column) = column {
        let message = format!("`{}` is NOT NULL, has no default and gets no value", column.name);
        cx.report(&REFUSED_VALUE, name.span, message).help("give it a value");
    }
}

fn generated(cx: &mut Cx<'_>, from: usize, end: usize, column: &ColumnInfo) {
    if column.generated.is_some() && !cx.stmt.is(from, "DEFAULT") {
        cx.on(&REFUSED_VALUE, from, end, format!("`{}` is generated: it takes no value", column.name))
            .help("leave it out, or write DEFAULT");
    }
}

pub fn value(cx: &mut Cx<'_>, from: usize, end: usize, column: &ColumnInfo) {
    let stmt = cx.stmt;
    generated(cx, from, end, column);
    if end != from + 1 {
        if end == from + 2 && stmt.is(from, "-") && stmt.kind(from + 1) == Some(Kind::Number) {
            let text = format!("-{}", stmt.at(from + 1));
            if let Some(why) = number_problem(&text, column) {
                cx.on(&REFUSED_VALUE, from, end, why);
            }
        }
        return;
    }
    let name = &column.name;
    let why = if stmt.is(from, "NULL") {
        (column.not_null && !column.auto).then(|| format!("`{name}` is NOT NULL"))
    } else if stmt.is(from, "DEFAULT") {
        let none = column.not_null
            && !column.has_default
            && !column.auto
            && column.generated.is_none()
            && column.ty.class != Class::Enum;
        none.then(|| format!("`{name}` has no default"))
    } else if stmt.kind(from) == Some(Kind::Text) {
        let Some(text) = stmt.string(from) else { return };
        if stmt.is(from + 1, "COLLATE") { None } else { text_problem(&text, column) }
    } else if stmt.kind(from) == Some(Kind::Number) {
        number_problem(stmt.at(from), column)
    } else {
        None
    };
    if let Some(why) = why {
        let found = cx.on(&REFUSED_VALUE, from, end, why);
        if column.ty.class == Class::Int && column.ty.word.starts_with("BOOL") {
            found.help("write TRUE or FALSE, 1 or 0");
        }
    }
}

fn text_problem(text: &str, column: &ColumnInfo) -> Option<String> {
    let (ty, name) = (&column.ty, &column.name);
    let trimmed = text.trim();
    let bad = match ty.class {
        Class::Int | Class::Decimal | Class::Float => {
            let plain =
                trimmed.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'+' | b'-' | b'e' | b'E'));
            if plain && trimmed.parse::<f64>().is_ok() {
                return number_problem(trimmed, column);
            }
            true
        }
        Class::Char | Class::Varchar => {
            let length =
                ty.args.first().copied().unwrap_or(if ty.class == Class::Char { 1 } else { u64::MAX });
            return (text.trim_end_matches(' ').chars().count() as u64 > length)
                .then(|| format!("the text is longer than `{name}`, which holds {length} characters"));
        }
        Class::Binary | Class::Varbinary => {
            let length =
                ty.args.first().copied().unwrap_or(if ty.class == Class::Binary { 1 } else { u64::MAX });
            return (text.len() as u64 > length)
                .then(|| format!("the value is longer than `{name}`, which holds {length} bytes"));
        }
        Class::Json => {
            serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() && !trimmed.contains('\\')
        }
        Class::Enum => {
            let own = ty.values.iter().any(|value| value.trim_end().eq_ignore_ascii_case(text.trim_end()));
            !ty.values.is_empty() && !own && trimmed.parse::<u64>().is_err()
        }
        Class::Set => {
            let own = |part: &str| ty.values.iter().any(|value| value.trim_end().eq_ignore_ascii_case(part));
            !ty.values.is_empty()
                && trimmed.parse::<u64>().is_err()
                && !trimmed.is_empty()
                && !trimmed.split(',').all(own)
        }
        Class::Time => !trimmed.bytes().any(|b| b.is_ascii_digit()),
        Class::Date | Class::Datetime => {
            fits::is_no_day(trimmed) || !trimmed.bytes().any(|b| b.is_ascii_digit())
        }
        Class::Timestamp => {
            trimmed.len() >= 10 && outside_timestamp(trimmed) && !trimmed.starts_with("0000")
                || fits::is_no_day(trimmed)
                || !trimmed.bytes().any(|b| b.is_ascii_digit())
        }
        _ => false,
    };
    bad.then(|| format!("this is no value of `{name}`, which is {}", ty.word))
}

/// Why a number is none of the column's, if it is far enough outside of its range.
fn number_problem(text: &str, column: &ColumnInfo) -> Option<String> {
    let (ty, name) = (&column.ty, &column.name);
    if text.starts_with("0x") || text.starts_with("0b") || ty.serial {
        return None;
    }
    if let Some(why) = fits::number(text, column) {
        return Some(why);
    }
    let number: f64 = text.parse().ok()?;
    if ty.unsigned && matches!(ty.class, Class::Int | Class::Decimal | Class::Float) && number <= -0.5 {
        return Some(format!("`{name}` holds no negative numbers"));
    }
    let limit = match ty.class {
        Class::Int => {
            let bits = i32::try_from(ty.bytes_of_int() * 8).ok()? - i32::from(!ty.unsigned);
            // 2^63 and 2^64 are not exact here: only what is far outside is said to be
            2f64.powi(bits) + if bits >= 63 { 4096.0 } else { 0.0 }
        }
        Class::Decimal => {
            let digits = ty.args.first().copied().unwrap_or(10);
            let whole = i32::try_from(digits.saturating_sub(ty.args.get(1).copied().unwrap_or(0))).ok()?;
            10f64.powi(whole)
        }
        _ => return None,
    };
    // the lowest number of a signed column is one further from zero
    let outside = number >= limit + 0.5 || number < -limit - 0.5;
    outside.then(|| format!("the number is too large for `{name}`"))
}
