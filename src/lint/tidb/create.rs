//! CREATE TABLE and CREATE INDEX, read as far as rules need it. What is not understood is left alone.

use super::columns::{self, Column};
use super::keys::{self, Constraint, Key, KeyKind};
use super::stmt::{Name, Stmt};
use crate::text::Span;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTable {
    pub name: Name,
    pub temporary: bool,
    pub if_not_exists: bool,
    pub like: Option<Name>,
    pub columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    /// Elements that were not understood.
    pub others: Vec<(usize, usize)>,
    /// What follows the elements' closing bracket, up to the statement's end.
    pub options: usize,
    pub partition: Option<Partition>,
    /// `SELECT …` or `AS SELECT …`
    pub select: Option<Span>,
    /// The option words' charset and collation.
    pub charset: Option<String>,
    pub collate: Option<String>,
}

/// `PARTITION BY …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    pub kind: String,
    /// RANGE COLUMNS, LIST COLUMNS, KEY.
    pub by_columns: bool,
    /// The tokens between the brackets of its expression.
    pub from: usize,
    pub end: usize,
    pub span: Span,
    /// Whether partitions are listed, or counted, or made by INTERVAL.
    pub defined: bool,
}

/// Reads a CREATE TABLE; none for anything else.
pub fn create_table(stmt: &Stmt<'_>) -> Option<CreateTable> {
    if !stmt.is(0, "CREATE") {
        return None;
    }
    let mut at = 1;
    let global = usize::from(stmt.is(at, "GLOBAL"));
    at += global;
    let temporary = stmt.is(at, "TEMPORARY");
    at += usize::from(temporary);
    if !stmt.is(at, "TABLE") {
        return None;
    }
    let after = stmt.after_if(at + 1);
    let if_not_exists = after > at + 1;
    let name = stmt.name(after)?;
    let mut at = name.end;
    let mut table = CreateTable {
        name,
        temporary: temporary && global == 0,
        if_not_exists,
        like: None,
        columns: Vec::new(),
        constraints: Vec::new(),
        others: Vec::new(),
        options: at,
        partition: None,
        select: None,
        charset: None,
        collate: None,
    };
    if stmt.is(at, "LIKE") {
        table.like = stmt.name(at + 1);
        return Some(table);
    }
    if stmt.seq(at, &["(", "LIKE"]) {
        table.like = stmt.name(at + 2);
        return Some(table);
    }
    if stmt.is(at, "(") && !stmt.is_any(at + 1, &["SELECT", "WITH", "("]) {
        let close = stmt.close(at);
        for (from, end) in stmt.parts(at + 1, close) {
            if keys::starts(stmt, from) {
                table.constraints.push(keys::constraint(stmt, from, end));
            } else if let Some(column) = columns::read(stmt, from, end) {
                table.columns.push(column);
            } else {
                table.others.push((from, end));
            }
        }
        at = close + 1;
    }
    table.options = at;
    let end = stmt.len();
    table.partition = partition(stmt, at);
    let options_end = stmt.find(at, end, &["PARTITION"]).unwrap_or(end);
    if let Some(select) = stmt
        .find(at, end, &["SELECT", "WITH"])
        .or_else(|| stmt.find(at, end, &["("]).filter(|open| stmt.is(open + 1, "SELECT")))
    {
        let before = select.saturating_sub(1);
        let from =
            if stmt.is_any(before, &["AS", "IGNORE", "REPLACE"]) && before >= at { before } else { select };
        // WITH begins nothing else here, but a COMMENT may stand before it
        table.select = Some(stmt.span(from, select + 1));
    }
    let mut option = at;
    while option < options_end {
        let value = option + 1 + usize::from(stmt.is(option + 1, "="));
        let read =
            |at: usize| stmt.ident(at).or_else(|| stmt.string(at)).map(|name| name.to_ascii_lowercase());
        if stmt.is(option, "COLLATE") {
            table.collate = read(value);
            option = value;
        } else if stmt.is(option, "CHARSET") {
            table.charset = read(value);
            option = value;
        } else if stmt.seq(option, &["CHARACTER", "SET"]) {
            table.charset = read(option + 2 + usize::from(stmt.is(option + 2, "=")));
            option += 2;
        }
        option += 1;
    }
    Some(table)
}

pub fn partition(stmt: &Stmt<'_>, from: usize) -> Option<Partition> {
    let at = stmt.find(from, stmt.len(), &["PARTITION"]).filter(|at| stmt.is(at + 1, "BY"))?;
    let mut next = at + 2;
    next += usize::from(stmt.is(next, "LINEAR"));
    let kind = stmt.at(next).to_ascii_uppercase();
    next += 1;
    let by_columns = stmt.is(next, "COLUMNS") || kind == "KEY";
    while next < stmt.len() && !stmt.is(next, "(") {
        next += 1;
    }
    let close = stmt.close(next);
    let rest = close + 1;
    let defined = stmt.find(rest, stmt.len(), &["(", "PARTITIONS", "INTERVAL"]).is_some();
    let span = stmt.span(at, (close + 1).min(stmt.len()));
    Some(Partition { kind, by_columns, from: next + 1, end: close, span, defined })
}

/// `CREATE [UNIQUE] INDEX name ON t (…)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateIndex {
    pub table: Name,
    pub if_not_exists: bool,
    pub key: Key,
}

pub fn create_index(stmt: &Stmt<'_>) -> Option<CreateIndex> {
    if !stmt.is(0, "CREATE") {
        return None;
    }
    let mut at = 1;
    let kind = match stmt.at(at).to_ascii_uppercase().as_str() {
        "UNIQUE" => KeyKind::Unique,
        "FULLTEXT" => KeyKind::Fulltext,
        "SPATIAL" => KeyKind::Spatial,
        "VECTOR" | "COLUMNAR" => KeyKind::Columnar,
        _ => KeyKind::Plain,
    };
    at += usize::from(kind != KeyKind::Plain);
    if !stmt.is(at, "INDEX") {
        return None;
    }
    let after = stmt.after_if(at + 1);
    let name = stmt.ident(after)?;
    let span = stmt.span(after, after + 1);
    let mut on = after + 1;
    if stmt.is_any(on, &["USING", "TYPE"]) {
        on += 2;
    }
    if !stmt.is(on, "ON") {
        return None;
    }
    let table = stmt.name(on + 1)?;
    let key = keys::key(stmt, (0, table.end, stmt.len()), kind, Some((name, span)))?;
    Some(CreateIndex { table, if_not_exists: after > at + 1, key })
}
