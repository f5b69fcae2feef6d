//! Column definitions: a name, a type, options in any order.

use super::keys::{Reference, reference};
use super::lexer::Kind;
use super::stmt::Stmt;
use super::types::{self, Class, Type};
use crate::text::Span;

/// A default as far as rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultValue {
    Null,
    Text(String),
    /// A number or truth value, as it is written.
    Number(String),
    /// A function call without brackets around it: its name, upper case, and the first argument.
    Call(String, Option<u64>),
    /// Something in brackets.
    Expr,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefault {
    pub value: DefaultValue,
    pub span: Span,
    /// The tokens of the value.
    pub from: usize,
    pub end: usize,
}

/// A CHECK: the tokens between its brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: Option<String>,
    pub span: Span,
    /// The word CHECK, or the whole head.
    pub head: Span,
    pub from: usize,
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    pub stored: bool,
    pub span: Span,
    pub from: usize,
    pub end: usize,
}

/// A column as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub name_span: Span,
    pub ty: Type,
    pub span: Span,
    pub not_null: bool,
    pub primary: Option<Span>,
    pub unique: Option<Span>,
    pub auto_increment: Option<Span>,
    pub auto_random: Option<Span>,
    pub collate: Option<String>,
    pub default: Option<ColumnDefault>,
    pub on_update: Option<Span>,
    pub generated: Option<Generated>,
    pub checks: Vec<Check>,
    pub references: Option<Reference>,
    pub clustered: Option<bool>,
    /// The first token that is no option TiDB knows, and the position where options ended.
    pub stopped: usize,
    pub end: usize,
}

/// Reads the column definition at `at`, whose tokens end at `end`.
pub fn read(stmt: &Stmt<'_>, at: usize, end: usize) -> Option<Column> {
    let name = stmt.ident(at)?;
    let (ty, next) = types::read(stmt, at + 1)?;
    let mut column = Column {
        name,
        name_span: stmt.span(at, at + 1),
        not_null: ty.serial,
        unique: ty.serial.then_some(ty.head),
        auto_increment: ty.serial.then_some(ty.head),
        ty,
        span: stmt.span(at, end),
        primary: None,
        auto_random: None,
        collate: None,
        default: None,
        on_update: None,
        generated: None,
        checks: Vec::new(),
        references: None,
        clustered: None,
        stopped: end,
        end,
    };
    let mut at = next;
    while at < end {
        match option(stmt, at, &mut column) {
            Some(next) => at = next.max(at + 1),
            None => {
                column.stopped = at;
                break;
            }
        }
    }
    Some(column)
}

/// Reads one option and gives the position after it; none if it is not known.
fn option(stmt: &Stmt<'_>, at: usize, column: &mut Column) -> Option<usize> {
    let word = stmt.at(at).to_ascii_uppercase();
    let next = at + 1;
    Some(match word.as_str() {
        "NOT" if stmt.is(next, "NULL") => {
            column.not_null = true;
            at + 2
        }
        "NULL" => {
            column.not_null = false;
            next
        }
        "DEFAULT" => {
            let (default, next) = default_value(stmt, next);
            column.default = Some(default);
            next
        }
        "ON" if stmt.is(next, "UPDATE") => {
            let end = after_call(stmt, at + 2);
            column.on_update = Some(stmt.span(at, end));
            end
        }
        "AUTO_INCREMENT" => {
            column.auto_increment = Some(stmt.span(at, next));
            next
        }
        "AUTO_RANDOM" => {
            let end = if stmt.is(next, "(") { stmt.close(next) + 1 } else { next };
            column.auto_random = Some(stmt.span(at, end));
            end
        }
        "PRIMARY" | "KEY" => {
            let end = if word == "PRIMARY" && stmt.is(next, "KEY") { at + 2 } else { next };
            column.primary = Some(stmt.span(at, end));
            let kind = stmt.is_any(end, &["CLUSTERED", "NONCLUSTERED"]);
            if kind {
                column.clustered = Some(stmt.is(end, "CLUSTERED"));
            }
            let end = end + usize::from(kind);
            end + usize::from(stmt.is_any(end, &["GLOBAL", "LOCAL"]))
        }
        "UNIQUE" => {
            let end = next + usize::from(stmt.is(next, "KEY"));
            column.unique = Some(stmt.span(at, end));
            end + usize::from(stmt.is_any(end, &["GLOBAL", "LOCAL"]))
        }
        "COMMENT" => next + 1,
        "COLLATE" => {
            column.collate =
                stmt.ident(next).or_else(|| stmt.string(next)).map(|name| name.to_ascii_lowercase());
            next + 1
        }
        "CONSTRAINT" | "CHECK" => {
            let named = word == "CONSTRAINT" && !stmt.is(next, "CHECK");
            let name = if named { stmt.ident(next) } else { None };
            let at_check = if word == "CHECK" { at } else { next + usize::from(named) };
            let (check, next) = check(stmt, at, at_check, name)?;
            column.checks.push(check);
            next
        }
        "REFERENCES" => {
            let reference = reference(stmt, at)?;
            let next = reference.end;
            column.references = Some(reference);
            next
        }
        "GENERATED" if stmt.seq(next, &["ALWAYS", "AS", "("]) => generated(stmt, at, at + 3, column),
        "AS" if stmt.is(next, "(") => generated(stmt, at, next, column),
        "VIRTUAL" | "STORED" => next,
        "COLUMN_FORMAT" | "STORAGE" => next + 1,
        "SERIAL" if stmt.seq(next, &["DEFAULT", "VALUE"]) => {
            column.auto_increment = Some(stmt.span(at, at + 3));
            at + 3
        }
        _ => return None,
    })
}

fn generated(stmt: &Stmt<'_>, at: usize, open: usize, column: &mut Column) -> usize {
    let close = stmt.close(open);
    let next = close + 1;
    let stored = stmt.is(next, "STORED");
    column.generated = Some(Generated { stored, span: stmt.span(at, next), from: open + 1, end: close });
    next
}

/// `CHECK (…) [NOT ENFORCED]`, whose head starts at `from`.
pub fn check(stmt: &Stmt<'_>, from: usize, at: usize, name: Option<String>) -> Option<(Check, usize)> {
    if !stmt.is(at, "CHECK") || !stmt.is(at + 1, "(") {
        return None;
    }
    let close = stmt.close(at + 1);
    let mut next = close + 1;
    if stmt.is(next, "ENFORCED") {
        next += 1;
    } else if stmt.seq(next, &["NOT", "ENFORCED"]) {
        next += 2;
    }
    let check =
        Check { name, span: stmt.span(from, next), head: stmt.span(from, at + 1), from: at + 2, end: close };
    Some((check, next))
}

/// The position after a function's name and its brackets.
fn after_call(stmt: &Stmt<'_>, at: usize) -> usize {
    if stmt.is(at + 1, "(") { stmt.close(at + 1) + 1 } else { at + 1 }
}

pub fn default_value(stmt: &Stmt<'_>, at: usize) -> (ColumnDefault, usize) {
    let text = stmt.at(at);
    let (value, end) = match stmt.kind(at) {
        Some(Kind::Text) => match stmt.string(at) {
            Some(text) => (DefaultValue::Text(text), at + 1),
            None => (DefaultValue::Other, at + 1),
        },
        Some(Kind::Number) => (DefaultValue::Number(text.to_owned()), at + 1),
        Some(Kind::Punct) if stmt.is_any(at, &["-", "+"]) => {
            let sign = if stmt.is(at, "-") { "-" } else { "" };
            (DefaultValue::Number(format!("{sign}{}", stmt.at(at + 1))), at + 2)
        }
        Some(Kind::Punct) if stmt.is(at, "(") => (DefaultValue::Expr, stmt.close(at) + 1),
        Some(Kind::Word) => word_default(stmt, at),
        _ => (DefaultValue::Other, at + 1),
    };
    (ColumnDefault { value, span: stmt.span(at, end), from: at, end }, end)
}

fn word_default(stmt: &Stmt<'_>, at: usize) -> (DefaultValue, usize) {
    let word = stmt.at(at).to_ascii_uppercase();
    match word.as_str() {
        "NULL" => (DefaultValue::Null, at + 1),
        "TRUE" => (DefaultValue::Number("1".into()), at + 1),
        "FALSE" => (DefaultValue::Number("0".into()), at + 1),
        "NEXT" => (DefaultValue::Call(word, None), stmt.name(at + 3).map_or(at + 4, |name| name.end)),
        _ if stmt.kind(at + 1) == Some(Kind::Text) => (DefaultValue::Other, at + 2),
        _ => (DefaultValue::Call(word, stmt.number(at + 2)), after_call(stmt, at)),
    }
}

impl Column {
    pub fn class(&self) -> Class {
        self.ty.class
    }
}
