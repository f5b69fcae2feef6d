//! The unique keys that the new rows can meet an old row by.

use crate::catalog::{Column, Index, Table};
use crate::passes::expressions::literals;
use crate::passes::rows::value::makes_ids;
use sqlparser::ast::{ColumnOption, Expr, Value, Values};

/// The keys beside the arbiters that a new row may conflict on.
pub fn others<'t>(table: &'t Table, arbiters: &[&Index], given: &Given<'_>) -> Vec<&'t Index> {
    let other = |index: &&Index| {
        index.unique && index.tidb_name.is_some() && arbiters.iter().all(|a| a.name != index.name)
    };
    table.indexes.iter().filter(other).filter(|index| may_conflict(table, index, given)).collect()
}

/// What an INSERT gives the columns.
pub struct Given<'r> {
    /// Folded names of the columns that get values.
    pub columns: &'r [String],
    /// The values as the author wrote them, where they are a list.
    pub rows: Option<&'r Values>,
}

impl Given<'_> {
    /// What is given to a column in each row; `None` where it is not listed or a query gives it.
    fn values(&self, column: &str) -> Option<Vec<&Expr>> {
        let at = self.columns.iter().position(|c| c == column)?;
        self.rows?.rows.iter().map(|row| row.content.get(at)).collect()
    }
}

/// Whether the values of a key can be those of an old row: NULLs and values made anew are like no other.
fn may_conflict(table: &Table, index: &Index, given: &Given<'_>) -> bool {
    let strict = index.expressions.iter().filter_map(|text| strict_of(text));
    index.columns.iter().map(String::as_str).chain(strict).all(|name| {
        let Some(column) = table.column(name) else { return true };
        match given.values(&column.name) {
            Some(values) => !values.iter().all(|value| is_like_no_other(value, column)),
            None if given.columns.contains(&column.name) => true,
            None => default_repeats(column),
        }
    })
}

/// The column of an expression that is NULL where the column is.
fn strict_of(text: &str) -> Option<&str> {
    let inner = ["lower(", "upper(", "trim(", "btrim(", "date("].iter().find_map(|f| text.strip_prefix(f))?;
    inner.strip_suffix(')').filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

fn is_like_no_other(value: &Expr, column: &Column) -> bool {
    match value {
        Expr::Value(value) => value.value == Value::Null,
        Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case("default") => !default_repeats(column),
        Expr::Function(function) => {
            let name = function.name.to_string().to_ascii_lowercase();
            let name = name.rsplit('.').next().unwrap_or_default().trim_matches('`');
            [
                "gen_random_uuid",
                "uuid_generate_v4",
                "uuid_generate_v1",
                "uuid_generate_v1mc",
                "nextval",
                "uuid",
            ]
            .contains(&name)
        }
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_like_no_other(expr, column),
        _ => false,
    }
}

/// Whether a column that is left out gets the same value every time.
fn default_repeats(column: &Column) -> bool {
    if makes_ids(column) {
        return false;
    }
    let default = column.options.iter().find_map(|option| match option {
        ColumnOption::Default(expr) => Some(expr),
        _ => None,
    });
    match default {
        None => false,
        Some(expr) => !is_like_no_other(bare(expr), column),
    }
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

/// Whether TiDB looks for an old row by this key before it looks by any of the others.
pub fn comes_first(table: &Table, arbiter: &Index, others: &[&Index]) -> bool {
    let place = |index: &Index| {
        let primary = index.tidb_name.as_deref() == Some("PRIMARY") && table.clustered;
        let at = table.indexes.iter().position(|i| i.name == index.name);
        (!primary, at)
    };
    others.iter().all(|other| place(arbiter) < place(other))
}

/// How the rows of a list stand to each other in the columns of a key.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Distinct {
    Yes,
    /// Two rows have the same key.
    No,
    Unknown,
}

/// Whether no two rows of the list have the same values in these columns.
pub fn distinct(table: &Table, columns: &[String], given: &Given<'_>) -> Distinct {
    let Some(rows) = given.rows else { return Distinct::Unknown };
    if rows.rows.len() < 2 {
        return Distinct::Yes;
    }
    if columns.is_empty() {
        return Distinct::Unknown;
    }
    let mut keys: Vec<Vec<Part>> = Vec::with_capacity(rows.rows.len());
    for row in &rows.rows {
        let part = |name: &String| {
            let column = table.column(name);
            match given.columns.iter().position(|c| c == name).and_then(|at| row.content.get(at)) {
                Some(expr) => part_of(expr, column),
                None if column.is_some_and(default_repeats) => Part::Literal(String::new()),
                None => Part::New,
            }
        };
        keys.push(columns.iter().map(part).collect());
    }
    if keys.iter().all(|key| key.iter().all(|part| matches!(part, Part::Literal(_)))) {
        let mut sorted = keys;
        sorted.sort();
        return if sorted.windows(2).any(|pair| pair[0] == pair[1]) { Distinct::No } else { Distinct::Yes };
    }
    if keys.iter().all(|key| key.contains(&Part::New)) {
        return Distinct::Yes;
    }
    let differ = |a: &[Part], b: &[Part]| {
        a.iter().zip(b).any(|(a, b)| match (a, b) {
            (Part::Literal(a), Part::Literal(b)) => a != b,
            (Part::New, _) | (_, Part::New) => true,
            _ => false,
        })
    };
    let pairs = keys.iter().enumerate().flat_map(|(at, a)| keys[at + 1..].iter().map(move |b| (a, b)));
    if keys.len() <= 200 && pairs.into_iter().all(|(a, b)| differ(a, b)) {
        Distinct::Yes
    } else {
        Distinct::Unknown
    }
}

fn is_number(column: &Column) -> bool {
    let name = column.tidb.to_string().to_ascii_uppercase();
    ["INT", "BIGINT", "SMALLINT", "DECIMAL", "TINYINT"].iter().any(|number| name.starts_with(number))
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Literal(String),
    /// Like no other.
    New,
    Unknown,
}

fn part_of(expr: &Expr, column: Option<&Column>) -> Part {
    if column.is_some_and(|column| is_like_no_other(expr, column)) {
        return Part::New;
    }
    match expr {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => part_of(expr, column),
        Expr::Value(value) => {
            let text = literals::text_of(&value.value).unwrap_or_else(|| value.value.to_string());
            // '01' is 1 as a number.
            let number = column.is_some_and(is_number).then(|| text.trim().parse::<i64>().ok()).flatten();
            Part::Literal(number.map_or(text, |number| number.to_string()))
        }
        Expr::UnaryOp { op, expr } => match part_of(expr, column) {
            Part::Literal(text) => Part::Literal(format!("{op}{text}")),
            other => other,
        },
        _ => Part::Unknown,
    }
}
